"""What a person does with equipment: register a piece, correct it, note what happened to it, take a note back.

The register may be kept by whoever keeps the store. Events are never changed; one noted by mistake is voided, and an
undo takes back the last act. Days are ISO; `acquired_on` may be a year or a month only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_desktop.data.models import EquipmentEventRecord, EquipmentRecord
from ces_desktop.data.queries.equipment import Piece, piece, pieces
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import parse_partial
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.equipment import KINDS, MOST_MONTHS, OWNERS, STATES, EventKind, State
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.reference import guarded

OLDEST_YEAR = 1950
ACTS: dict[str, str] = {
    "fault": "equipment.fault",
    "repair": "equipment.repair",
    "calibration": "equipment.calibration",
    "maintenance": "equipment.maintenance",
    "check": "equipment.check",
    "retired": "equipment.retired",
}
"""What noting each kind of event is called."""
COLUMNS = (
    "name", "brand", "model", "serial", "inventory", "owner", "location", "acquired_on", "state", "since", "last_fault",
    "calibration_months", "last_calibration", "calibration_due", "maintenance_months", "last_maintenance",
    "maintenance_due", "note",
)  # fmt: skip
"""Of the file: fixed words, so that what reads it does not depend on the language."""


@dataclass(frozen=True, slots=True)
class PieceRequest:
    """A piece as it should be known. `id` is made when the form opens; `acquired_on`: partial ISO date or ""."""

    id: Id
    name: str
    item: Id | None = None
    brand: str = ""
    model: str = ""
    serial: str = ""
    inventory: str = ""
    owner: str = ""
    location: str = ""
    acquired_on: str = ""
    calibration_months: int | None = None
    maintenance_months: int | None = None
    note: str = ""
    state: State | None = None
    """As it was found when it was registered; None = nobody looked. Of a new piece only."""


@dataclass(frozen=True, slots=True)
class EventRequest:
    """What happened to a piece on a day, and the state it was left in; `id` is made when the form opens."""

    id: Id
    equipment: Id
    kind: EventKind
    state: State
    happened_on: str
    detail: str = ""
    done_by: str = ""


def add(work: Work, request: PieceRequest) -> Id:
    """Register a piece; the same request twice is kept once. Without `state` nothing is known of whether it works.

    Refused: `equipment.name_missing`, `equipment.months` (most), `equipment.serial_taken` (name),
    `equipment.owner`, `equipment.state`, `equipment.acquired` (no date, ahead, or before any such thing), `text.*`.
    """
    require(work.actor, Right.KEEP_STOCK)
    held = pieces(work.connection, work.installation.clinic)
    if any(p.id == request.id for p in held):
        return request.id
    if request.state is not None and request.state not in STATES["check"]:
        raise Refused("equipment.state")
    work.act("equipment.add")
    work.add(EquipmentRecord(id=request.id, **_checked(work, request, held)))
    if request.state is not None:
        found, today = work.new_id(), work.today.isoformat()
        work.add(
            EquipmentEventRecord(
                id=found, equipment=request.id, kind="check", state=request.state, happened_on=today
            )
        )
    return request.id


def edit(work: Work, request: PieceRequest) -> None:
    """Correct what is known of a piece. Refused: as `add`, and `equipment.unknown`."""
    require(work.actor, Right.KEEP_STOCK)
    held = pieces(work.connection, work.installation.clinic)
    if all(p.id != request.id for p in held):
        raise Refused("equipment.unknown")
    work.act("equipment.edit")
    settling.change(work, EquipmentRecord, request.id, **_checked(work, request, held))


def note(work: Work, request: EventRequest) -> Id:
    """Note what happened to a piece; the same request twice is kept once.

    Refused: `equipment.unknown`, `equipment.retired` (it is out of use: only a check brings it back),
    `equipment.state` (no state that this leaves), `equipment.detail_missing` (a fault without words),
    `equipment.no_day`, `equipment.future`, `equipment.before_acquired` (year), `text.*`.
    """
    require(work.actor, Right.KEEP_STOCK)
    found = piece(work.connection, work.installation.clinic, request.equipment)
    if found is None:
        raise Refused("equipment.unknown")
    if any(each.id == request.id for each in found.happened):
        return request.id
    check_event(found, request, work.today)
    work.act(ACTS[request.kind])
    work.add(
        EquipmentEventRecord(
            id=request.id,
            equipment=request.equipment,
            kind=request.kind,
            state=request.state,
            detail=clean_text(request.detail),
            done_by=clean_text(request.done_by),
            happened_on=request.happened_on,
        )
    )
    return request.id


def take_back(work: Work, equipment: Id, event: Id) -> None:
    """Void an event noted by mistake. Refused: `equipment.unknown`, `journal.gone`."""
    require(work.actor, Right.KEEP_STOCK)
    found = piece(work.connection, work.installation.clinic, equipment)
    if found is None or all(each.id != event for each in found.happened):
        raise Refused("equipment.unknown")
    work.act("equipment.take_back")
    work.void(EquipmentEventRecord, event, "mistake")


def check_event(found: Piece, request: EventRequest, today: date) -> None:
    """Whether an event may be noted of a piece. Refused: as `note`."""
    if request.kind not in KINDS or request.state not in STATES[request.kind]:
        raise Refused("equipment.state")
    if found.state == "retired" and request.kind != "check":
        raise Refused("equipment.retired")
    check_day(found, request.happened_on, today)
    if request.kind == "fault" and clean_text(request.detail) is None:
        raise Refused("equipment.detail_missing")


def check_day(found: Piece, text: str, today: date) -> None:
    """Refused: `equipment.no_day`, `equipment.future`, `equipment.before_acquired` (year)."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("equipment.no_day") from None
    if day > today:
        raise Refused("equipment.future")
    if day.year < OLDEST_YEAR or (found.acquired_on and text[: len(found.acquired_on)] < found.acquired_on):
        raise Refused("equipment.before_acquired", year=found.acquired_on[:4] or OLDEST_YEAR)


def check_name(text: str) -> None:
    """Refused: `equipment.name_missing`, `text.*`."""
    if clean_text(text) is None:
        raise Refused("equipment.name_missing")


def check_months(months: int | None) -> None:
    """Refused: `equipment.months` (most)."""
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise Refused("equipment.months", most=MOST_MONTHS)


def check_acquired(text: str, today: date) -> None:
    """Refused: `equipment.acquired`."""
    if not text:
        return
    try:
        kept = parse_partial(text, today) == text and int(text[:4]) >= OLDEST_YEAR
    except (Refused, ValueError):
        kept = False
    if not kept or text > today.isoformat():
        raise Refused("equipment.acquired")


def check_serial(request: PieceRequest, held: Sequence[Piece]) -> None:
    """Refused: `equipment.serial_taken` (name): another piece of the same brand bears it."""
    serial, brand = _plain(request.serial), _plain(request.brand)
    for each in held:
        if serial and each.id != request.id and (_plain(each.serial), _plain(each.brand)) == (serial, brand):
            raise Refused("equipment.serial_taken", name=each.name)


def check_kept(work: Work, equipment: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of a piece may stand. Refused: `equipment.serial_taken` (name)."""
    if values.get("serial"):
        request = PieceRequest(equipment, "", brand=values["brand"] or "", serial=values["serial"])
        check_serial(request, pieces(work.connection, work.installation.clinic))


def as_csv(listed: Sequence[Piece], today: date) -> bytes:
    """The list for a spreadsheet (UTF-8 with mark, as Excel wants it): codes and ISO days, in the order shown."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in file_rows(listed, today):
        writer.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def file_rows(listed: Sequence[Piece], today: date) -> list[list[str | int | None]]:
    """A line of `COLUMNS` for each piece, in the order shown; None = not known, or not needed."""

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    rows: list[list[str | int | None]] = []
    for p in listed:
        calibration, maintenance = p.duties(today)
        words = (p.name, p.brand, p.model, p.serial, p.inventory, p.owner, p.location)
        fault = next((e.day for e in reversed(p.happened) if e.kind == "fault"), None)
        rows.append(
            [
                *(word or None for word in words), p.acquired_on or None, p.state, iso(p.since), fault,
                p.calibration_months, iso(calibration.done), iso(calibration.on),
                p.maintenance_months, iso(maintenance.done), iso(maintenance.on), p.note or None,
            ]
        )  # fmt: skip
    return rows


def _checked(work: Work, request: PieceRequest, held: Sequence[Piece]) -> dict[str, Any]:
    check_name(request.name)
    check_months(request.calibration_months)
    check_months(request.maintenance_months)
    check_acquired(request.acquired_on, work.today)
    check_serial(request, held)
    if request.owner and request.owner not in OWNERS:
        raise Refused("equipment.owner")
    texts: dict[str, Any] = {
        name: clean_text(getattr(request, name))
        for name in ("name", "brand", "model", "serial", "inventory", "location", "note")
    }
    return texts | {
        "item": request.item,
        "owner": request.owner or None,
        "acquired_on": request.acquired_on or None,
        "calibration_months": request.calibration_months,
        "maintenance_months": request.maintenance_months,
    }


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
