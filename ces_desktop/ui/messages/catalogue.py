"""Sentences about the catalogue of supplies and files loaded into it, words of its fields, names of what was done."""

from __future__ import annotations

from ces_desktop.domain.supply.catalogue import Trouble
from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "catalogue.name_missing": tr("Write the generic name and strength."),
        "catalogue.unit_missing": tr("Choose the smallest unit that is counted."),
        "catalogue.unit_in_use": tr("The shelf is counted in this unit. Add another item instead."),
        "catalogue.kind": tr("Choose what kind of item it is."),
        "catalogue.pack_number": tr("A box holds from 1 to {most} units."),
        "catalogue.code_long": tr("A clave is shorter than that. Check it."),
        "catalogue.code_taken": tr("Another item has this clave: {name}."),
        "catalogue.choice": tr("Choose one of what is offered."),
        "catalogue.unknown": tr("This item is no longer in the catalogue."),
        "catalogue.no_name_column": tr("Say which column holds the clave or the name."),
        "act.catalogue.add": tr("new item of the catalogue"),
        "act.catalogue.change": tr("correction of an item of the catalogue"),
        "act.catalogue.import": tr("list loaded into the catalogue"),
    }


def reason(trouble: Trouble) -> str:
    """Why something of a row of a file is not kept."""
    said = {
        "catalogue.name_missing": tr("It has neither clave nor name."),
        "catalogue.too_many_cells": tr("The row has more cells than there are headings."),
        "catalogue.twice": tr("The same item stands in line {line}."),
        "catalogue.unreadable": tr("{field}: it holds marks that cannot be read."),
        "catalogue.code_odd": tr("{written} does not look like a clave. It is kept as it is."),
        "catalogue.code_long": tr("{written} is too long for a clave."),
        "catalogue.not_understood": tr("{field}: «{written}» is not understood. It stays unknown."),
        "catalogue.pack": tr("{field}: «{written}» is no number of units."),
        "catalogue.text_cut": tr("{field}: too long, cut at 200 letters."),
        "catalogue.unit_unknown": tr("The smallest unit is not known."),
        "catalogue.unit_kept": tr("The unit here stays: the shelf is counted in it."),
        "catalogue.controlled_kept": tr("It stays controlled, whatever the file says."),
    }[trouble.code]
    return said.format(field=field_words(trouble.field), written=trouble.written, line=trouble.line)


def field_words(name: str) -> str:
    """What a column holds."""
    return {
        "code": tr("Clave"), "name_es": tr("Name"), "name_en": tr("Name in English"), "form": tr("Form"),
        "strength": tr("Strength"), "unit": tr("Smallest unit"), "pack": tr("Units in a box"),
        "kind": tr("Kind of item"), "source": tr("Source"), "ven": tr("VEN class"),
        "controlled": tr("Controlled medicine"), "cold": tr("Refrigerated"), "family": tr("Family"),
        "route": tr("Route"), "active": tr("In use"),
        "retired": tr("Discontinued"),
    }.get(name, tr("Nothing"))  # fmt: skip


def kind_words(kind: str) -> str:
    """What kind of item it is."""
    return {
        "medicine": tr("Medicines"),
        "material": tr("Material"),
        "test": tr("Laboratory"),
        "equipment": tr("Equipment"),
    }.get(kind, kind)


def source_words(source: str) -> str:
    """Who supplies it."""
    return {"CES": tr("CES"), "SSA": tr("SSA"), "other": tr("Another")}.get(source, source)


def ven_words(ven: str) -> str:
    """The VEN class."""
    return {"V": tr("Vital"), "E": tr("Essential"), "N": tr("Not essential")}.get(ven, "")


def state_words(state: str) -> str:
    """What a row of a file is to the catalogue."""
    return {
        "new": tr("New here"), "changed": tr("Changed"), "same": tr("As it is here"), "rejected": tr("Not kept"),
    }[state]  # fmt: skip
