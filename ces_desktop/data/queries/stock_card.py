"""The page of an item: how it stands, its lots, its stock card, its months, and the days without stock of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import (
    DeliveryRecord,
    PatientRecord,
    PrescriptionRecord,
    TransferRecord,
    UserRecord,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.shelf import ShelfRow, shelf_row
from ces_desktop.data.queries.stock import CARD, Lot, Movement, card, catalogue, lots
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import usable_stock

MONTHS = 25
"""Months of the page: two years and this month."""
_CLINIC: BindParameter[bytes] = bindparam("clinic")


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of the stock card with its words: who noted it, to or from whom, the paper's number."""

    movement: Movement
    who: str
    about: str
    """Whom it was handed to ("LÓPEZ PÉREZ, M. E."), the delivery's number, the other clinic; "" = nothing more."""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything the page of an item shows."""

    row: ShelfRow
    lots: tuple[Lot, ...]
    card: tuple[CardLine, ...]
    family: tuple[tuple[str, int], ...]
    """The same medicine from other sources: each source with its units in date, where there are any."""


_USERS = Prepared(lambda: select(UserRecord.id, UserRecord.name).where(UserRecord.live == 1))
_DELIVERIES = Prepared(lambda: select(DeliveryRecord.id, DeliveryRecord.document).where(DeliveryRecord.id.in_(slots())))
_TRANSFERS = Prepared(lambda: select(TransferRecord.id, TransferRecord.other).where(TransferRecord.id.in_(slots())))
_PEOPLE = Prepared(
    lambda: (
        select(PrescriptionRecord.id, PatientRecord.paternal, PatientRecord.maternal, PatientRecord.given)
        .join_from(PrescriptionRecord, PatientRecord, PatientRecord.id == PrescriptionRecord.patient)
        .where(PrescriptionRecord.id.in_(slots()))
    )
)


def item_page(
    connection: Connection, clinic: Id, item: Id, today: date, *, people: bool = True, most: int = CARD
) -> ItemPage | None:
    """The page of an item with its latest `most` movements; `people`: with the names of whom it was handed to.

    None = not in the catalogue.
    """
    row = shelf_row(connection, clinic, item, today, MONTHS)
    if row is None:
        return None
    held = lots(connection, clinic, [item], today, today).get(item, [])
    movements = card(connection, clinic, item, most)
    family = _family(connection, clinic, row, today)
    return ItemPage(row, tuple(held), tuple(_worded(connection, movements, people)), family)


def _family(connection: Connection, clinic: Id, row: ShelfRow, today: date) -> tuple[tuple[str, int], ...]:
    if not row.item.family:
        return ()
    others = [i for i in catalogue(connection, clinic) if i.family == row.item.family and i.id != row.item.id]
    held = lots(connection, clinic, [i.id for i in others], today, today)
    there = ((i.source, usable_stock([lot.stock for lot in held.get(i.id, ())], today)) for i in others)
    return tuple((source, units) for source, units in there if units)


def _worded(connection: Connection, movements: Sequence[Movement], people: bool) -> list[CardLine]:
    users = {key: name or "" for key, name in _USERS(connection)}
    papers = {key: text or "" for key, text in _DELIVERIES.for_many(connection, _documents(movements, "delivery"))}
    papers |= {key: text or "" for key, text in _TRANSFERS.for_many(connection, _documents(movements, "transfer"))}
    names: dict[bytes, str] = {}
    if people:
        lines = [m.line for m in movements if m.document_kind == "prescription" and m.line is not None]
        for key, paternal, maternal, given in _PEOPLE.for_many(connection, lines):
            initials = " ".join(f"{word[0]}." for word in (given or "").split()[:2])
            surnames = " ".join(w for w in (paternal, maternal) if w).upper()
            names[key] = ", ".join(part for part in (surnames, initials) if part)
    return [
        CardLine(
            m, users.get(m.recorded_by or b"", ""), names.get(m.line or b"", "") or papers.get(m.document or b"", "")
        )
        for m in movements
    ]


def _documents(movements: Sequence[Movement], kind: str) -> list[bytes]:
    return [m.document for m in movements if m.document is not None and m.document_kind == kind]
