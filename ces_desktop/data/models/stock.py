"""Tables of what lies on the shelf: lots, the ledger of movements, what was asked for and not there, counts, kits.

Stock is the sum of the live movements: nobody writes it down. Two tables that never travel keep sums of them, made
again by `journal/stock_sums` whenever a movement comes, and proved by `verify`. A movement is not changed; a wrong one
is taken back by another of the opposite sign that names it in `reverses`. It names the prescription line, never the
patient.
"""

from __future__ import annotations

from ces_desktop.data.models.base import (
    ID,
    TEXT,
    WHOLE,
    Base,
    Field,
    Index,
    Synced,
    column,
    wire_id,
    wire_int,
    wire_text,
)


class LotRecord(Synced):
    """A lot of an item as it came: what is printed on its box."""

    __tablename__ = "lot"
    subject = ("item", "item")
    references = ("item",)

    item: Field[bytes | None] = wire_id()
    number: Field[str | None] = wire_text()
    expiry: Field[str | None] = wire_text()
    """Last day on which it may be used (ISO); NULL = it does not expire."""
    pack: Field[int | None] = wire_int()
    """Smallest units in its box; it varies by lot."""
    source: Field[str | None] = wire_text()
    """"CES", "SSA" or "other"."""
    location: Field[str | None] = wire_text()

    indexes = (Index("ix_lot_item", "clinic", "item"),)


class MovementRecord(Synced):
    """A line of the ledger: so many smallest units came (+) or left (-)."""

    __tablename__ = "movement"
    subject = ("item", "item")
    references = ("item", "lot", "document", "line", "reverses")
    append_only = True

    item: Field[bytes | None] = wire_id()
    lot: Field[bytes | None] = wire_id()
    """NULL = handed out without a lot ("lo tengo en la mano"): stock is negative until it is counted."""
    quantity: Field[int | None] = wire_int()
    kind: Field[str | None] = wire_text()
    """Code of `domain/supply/ledger.KINDS`: "supplied", "dispensed", "expired", "count"…"""
    reason: Field[str | None] = wire_text()
    """Cause of a difference found in a count, of a choice against first-expired-first-out…"""
    document_kind: Field[str | None] = wire_text()
    """"delivery", "prescription", "count", "transfer" or "kit"."""
    document: Field[bytes | None] = wire_id()
    """The delivery, the encounter of the prescription, the count, the transfer; of a kit the action's own id."""
    line: Field[bytes | None] = wire_id()
    """The prescription line, the order line or the count line that it answers."""
    note: Field[str | None] = wire_text()
    reverses: Field[bytes | None] = wire_id()
    """The movement that this one takes back."""
    happened_on: Field[str | None] = wire_text()

    indexes = (
        Index("ix_movement_item", "clinic", "item", "happened_on", "lot", "quantity", "live"),
        Index("ix_movement_day", "clinic", "happened_on", "item"),
        Index("ix_movement_document", "document", where="document IS NOT NULL"),
        Index("ix_movement_line", "line", where="line IS NOT NULL"),
        Index("ix_movement_reverses", "reverses", where="reverses IS NOT NULL"),
    )


class UnmetDemandRecord(Synced):
    """Somebody needed so many units and they were not there: the demand that no movement shows."""

    __tablename__ = "unmet_demand"
    subject = ("item", "item")
    references = ("item", "line", "replaces")
    append_only = True

    item: Field[bytes | None] = wire_id()
    quantity: Field[int | None] = wire_int()
    line: Field[bytes | None] = wire_id()
    """The prescription line; NULL where somebody asked at the window."""
    reason: Field[str | None] = wire_text()
    """"out" (none left), "partly" (some was given), "substituted" (another medicine was given), or "declined": of no
    units, a prescription line that the person does not want filled."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_unmet_demand_item", "clinic", "item", "happened_on"),
        Index("ix_unmet_demand_line", "line", where="line IS NOT NULL"),
        Index("ix_unmet_demand_replaces", "replaces", where="replaces IS NOT NULL"),
    )


class ItemShelfRecord(Synced):
    """What this clinic decided about an item: whether it is kept here, where it lies, the most that fits."""

    __tablename__ = "item_shelf"
    subject = ("item", "item")
    references = ("item",)

    item: Field[bytes | None] = wire_id()
    kept: Field[str | None] = wire_text()
    """"yes", "no", or "named_patient": ordered only for a patient who needs it."""
    location: Field[str | None] = wire_text()
    most: Field[int | None] = wire_int()
    """Most units that fit on the shelf or in the refrigerator."""
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_item_shelf_item", "clinic", "item"),)


class KitPartRecord(Synced):
    """A kit holds so many units of an item."""

    __tablename__ = "kit_part"
    subject = ("item", "kit")
    references = ("kit", "item")

    kit: Field[bytes | None] = wire_id()
    item: Field[bytes | None] = wire_id()
    quantity: Field[int | None] = wire_int()

    indexes = (Index("ix_kit_part_kit", "clinic", "kit"),)


class StockCountRecord(Synced):
    """A physical count: its start froze what the ledger said, and dispensing went on."""

    __tablename__ = "stock_count"
    subject = ("count", "id")

    state: Field[str | None] = wire_text()
    """"open", "closed" or "abandoned"."""
    what: Field[str | None] = wire_text()
    """What is counted: "all", "due" (uncounted for 60 days), "controlled", a kind of item, or "at:" and a place."""
    started_at: Field[int | None] = wire_int()
    """UTC milliseconds of the snapshot."""
    happened_on: Field[str | None] = wire_text()
    closed_on: Field[str | None] = wire_text()
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_stock_count_day", "clinic", "happened_on"),)


class CountLineRecord(Synced):
    """A lot in a count: what the ledger said at the start, what was found, and why they differ."""

    __tablename__ = "count_line"
    subject = ("count", "count")
    references = ("count", "item", "lot")

    count: Field[bytes | None] = wire_id()
    item: Field[bytes | None] = wire_id()
    lot: Field[bytes | None] = wire_id()
    """NULL = what was handed out without a lot."""
    expected: Field[int | None] = wire_int()
    counted: Field[int | None] = wire_int()
    """NULL = not counted yet, which is not none."""
    counted_at: Field[int | None] = wire_int()
    """UTC milliseconds: what moved between the snapshot and the counting is no difference."""
    cause: Field[str | None] = wire_text()

    indexes = (Index("ix_count_line_count", "clinic", "count"), Index("ix_count_line_item", "clinic", "item"))


class StockLotRecord(Base):
    """Derived: what is left of a lot. Lots at nought are left out; `lot` of sixteen zeros = given without a lot."""

    __tablename__ = "stock_lot"

    clinic: Field[bytes] = column(ID, primary_key=True)
    item: Field[bytes] = column(ID, primary_key=True)
    lot: Field[bytes] = column(ID, primary_key=True)
    quantity: Field[int] = column(WHOLE, nullable=False)


class StockMonthRecord(Base):
    """Derived: an item in a month, from the month of its first movement to that of its last, none left out."""

    __tablename__ = "stock_month"

    clinic: Field[bytes] = column(ID, primary_key=True)
    item: Field[bytes] = column(ID, primary_key=True)
    month: Field[str] = column(TEXT, primary_key=True)
    """YYYY-MM."""
    balance: Field[int] = column(WHOLE, nullable=False)
    """Units at its end, of all lots."""
    used: Field[int] = column(WHOLE, nullable=False)
    """Demand served: handed out or used here."""
    stocked: Field[int] = column(WHOLE, nullable=False)
    """Days with usable stock, one bit a day from the first; after the last movement as if no more came."""

    indexes = (Index("ix_stock_month_month", "clinic", "month", "item"),)
