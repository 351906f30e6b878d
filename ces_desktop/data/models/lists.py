"""Tables of lists that a supervisor may change: what can be prescribed or stocked, and clinical thresholds."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, derived_text, wire_int, wire_text


class ItemRecord(Synced):
    """A medicine, material, test or piece of equipment of the catalogue."""

    __tablename__ = "item"
    subject = ("item", "id")

    code: Field[str | None] = wire_text()
    """Clave of the national compendium, or `CES-nnn`."""
    kind: Field[str | None] = wire_text()
    """"medicine", "material", "test" or "equipment"."""
    name_es: Field[str | None] = wire_text()
    name_en: Field[str | None] = wire_text()
    form: Field[str | None] = wire_text()
    strength: Field[str | None] = wire_text()
    unit: Field[str | None] = wire_text()
    """Smallest unit that is counted: tablet, ml…"""
    pack: Field[int | None] = wire_int()
    route: Field[str | None] = wire_text()
    ven: Field[str | None] = wire_text()
    source: Field[str | None] = wire_text()
    controlled: Field[str | None] = wire_text()
    dosing: Field[str | None] = wire_text()
    """Usual adult pattern to start from, quarters "morning-noon-afternoon-night"; never a prescription."""
    cold: Field[str | None] = wire_text()
    family: Field[str | None] = wire_text()
    """Shared by lines of the same medicine, form and strength from different sources; NULL = alone."""
    active: Field[str | None] = wire_text()
    """"no" = no longer prescribed nor ordered; what is left of it stays on the shelf."""
    search_key: Field[str | None] = derived_text()

    indexes = (Index("ix_item_key", "clinic", "search_key"),)


class ThresholdRecord(Synced):
    """One goal, cut-off or interval, from a day on, with the norm it comes from."""

    __tablename__ = "threshold"
    subject = ("threshold", "id")

    code: Field[str | None] = wire_text()
    value: Field[int | None] = wire_int()
    """In `unit`, scaled as the unit says ("0.1 %")."""
    unit: Field[str | None] = wire_text()
    programme: Field[str | None] = wire_text()
    meaning_es: Field[str | None] = wire_text()
    meaning_en: Field[str | None] = wire_text()
    norm: Field[str | None] = wire_text()
    valid_from: Field[str | None] = wire_text()
    """First day to which it applies, so that past months compute as they were."""
