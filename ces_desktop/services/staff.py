"""What a person does about who works at the clinic: people, placements, days away.

A placement goes its way by `move`; what was written wrongly is corrected by `change_placement`, and an undo takes back
the last act. Days are ISO, "" = not said. Ending a placement keeps everything the person wrote; whether they may still
sign in is another matter (`users.leave`), asked for by the screen that ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_desktop.data.models import AbsenceRecord, PlacementRecord, StaffPersonRecord
from ces_desktop.data.queries.staff import Person, Placement, people
from ces_desktop.data.work import Work
from ces_desktop.domain import staff
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff import AbsenceKind, PlacementState, StaffRole
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text

MOVES: dict[PlacementState, str] = {
    "candidate": "staff.candidate",
    "assigned": "staff.assign",
    "in_service": "staff.begin",
    "finished": "staff.finish",
    "left": "staff.left",
}
"""What each new state of a placement is called."""


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """A person as they should be known. `id` is made when the form opens; `user`: their sign-in, None = none."""

    id: Id
    name: str
    licence: str = ""
    school: str = ""
    phone: str = ""
    email: str = ""
    user: Id | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """A placement as it should be known. `cohort` "" = none (staff that does not change with the year)."""

    id: Id
    person: Id
    role: StaffRole
    state: PlacementState
    from_on: str = ""
    until_on: str = ""
    cohort: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A next state of a placement. `day`: the first or last of the service; "" leaves the days as they are."""

    placement: Id
    state: PlacementState
    day: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AbsenceRequest:
    """Days away; `until_on` "" = not back yet."""

    id: Id
    person: Id
    kind: AbsenceKind
    from_on: str
    until_on: str = ""
    note: str = ""


def add_person(work: Work, request: PersonRequest, placement: PlacementRequest | None = None) -> Id:
    """Someone new, with their first placement; the same request twice is kept once.

    Refused: `staff.name_missing`, `staff.same_name`, `staff.user_taken` (name), `text.*`, and as `place`.
    """
    require(work.actor, Right.MANAGE_STAFF)
    held = people(work.connection, work.installation.clinic)
    if any(each.id == request.id for each in held):
        return request.id
    work.act("staff.add")
    work.add(StaffPersonRecord(id=request.id, **_person(request, held)))
    if placement is not None:
        _add_placement(work, placement, ())
    return request.id


def edit_person(work: Work, request: PersonRequest) -> None:
    """Correct what is known of a person. Refused: as `add_person`, and `staff.unknown`."""
    require(work.actor, Right.MANAGE_STAFF)
    held = people(work.connection, work.installation.clinic)
    if all(each.id != request.id for each in held):
        raise Refused("staff.unknown")
    work.act("staff.edit")
    settling.change(work, StaffPersonRecord, request.id, **_person(request, held))


def place(work: Work, request: PlacementRequest) -> Id:
    """Another placement of a person; the same request twice is kept once.

    Refused: `staff.unknown`, `staff.no_first_day`, `staff.ends_before`, `staff.begins_ahead` (in service from a day
    that is to come), `staff.ends_ahead` (over, with a last day to come), `staff.no_last_day`, `staff.too_long` (years),
    `staff.overlap` (the person serves then already), `staff.cohort`, `staff.role`, `staff.state`, `text.*`.
    """
    require(work.actor, Right.MANAGE_STAFF)
    found = _known(work, request.person)
    if any(each.id == request.id for each in found.placements):
        return request.id
    work.act("staff.place")
    _add_placement(work, request, found.placements)
    return request.id


def change_placement(work: Work, request: PlacementRequest) -> None:
    """Correct a placement. Refused: as `place`, and `staff.no_placement`."""
    require(work.actor, Right.MANAGE_STAFF)
    found = _known(work, request.person)
    if all(each.id != request.id for each in found.placements):
        raise Refused("staff.no_placement")
    others = [each for each in found.placements if each.id != request.id]
    check_placement(request, others, work.today)
    work.act("staff.change_placement")
    settling.change(work, PlacementRecord, request.id, **_placement(request))


def move(work: Work, request: Move) -> None:
    """A placement goes on: assigned, begun, finished, left, or an ending taken back.

    Refused: `staff.no_placement`, `staff.state` (not what may follow), and as `place`.
    """
    require(work.actor, Right.MANAGE_STAFF)
    found, held = _placed(work, request.placement)
    new = moved(held, request)
    check_placement(new, [each for each in found.placements if each.id != held.id], work.today)
    work.act(MOVES[request.state])
    ended = request.state in ("finished", "left")
    reason = clean_text(request.reason) if ended else None
    settling.change(work, PlacementRecord, held.id, state=new.state, from_on=new.from_on or None,
                    until_on=new.until_on or None, reason=reason)  # fmt: skip


def moved(held: Placement, request: Move) -> PlacementRequest:
    """A placement after a move, unchecked. Refused `staff.state`."""
    if request.state not in staff.NEXT[held.state]:
        raise Refused("staff.state")
    first, until = held.from_on, held.until_on
    if request.state == "in_service" and held.state == "assigned":
        first = request.day or first
    elif request.state in ("finished", "left") and held.state == "in_service":
        until = request.day or until
    return PlacementRequest(held.id, held.person, held.role, request.state, first, until, held.cohort, held.note)


def remove_placement(work: Work, placement: Id) -> None:
    """Void a placement written by mistake. Refused `staff.no_placement`."""
    require(work.actor, Right.MANAGE_STAFF)
    _placed(work, placement)
    work.act("staff.remove_placement")
    work.void(PlacementRecord, placement, "mistake")


def note_absence(work: Work, request: AbsenceRequest) -> Id:
    """Note days away, or correct them where the id is known already.

    Refused: `staff.unknown`, `staff.absence_kind`, `staff.no_first_day`, `staff.ends_before`, `staff.absence_twice`
    (some of the days are noted already), `text.*`.
    """
    require(work.actor, Right.MANAGE_STAFF)
    found = _known(work, request.person)
    check_absence(found, request)
    values = {
        "kind": request.kind,
        "from_on": request.from_on,
        "until_on": request.until_on or None,
        "note": clean_text(request.note),
    }
    if any(each.id == request.id for each in found.absences):
        work.act("staff.change_absence")
        settling.change(work, AbsenceRecord, request.id, **values)
    else:
        work.act("staff.absence")
        work.add(AbsenceRecord(id=request.id, person=request.person, **values))
    return request.id


def remove_absence(work: Work, absence: Id) -> None:
    """Void an absence written by mistake."""
    require(work.actor, Right.MANAGE_STAFF)
    work.act("staff.remove_absence")
    work.void(AbsenceRecord, absence, "mistake")


def check_name(request: PersonRequest, held: tuple[Person, ...]) -> None:
    """Refused: `staff.name_missing`, `staff.same_name`, `text.*`."""
    name = clean_text(request.name)
    if name is None or not any(letter.isalpha() for letter in name):
        raise Refused("staff.name_missing")
    if any(each.id != request.id and each.name.casefold() == name.casefold() for each in held):
        raise Refused("staff.same_name")


def check_user(request: PersonRequest, held: tuple[Person, ...]) -> None:
    """Refused `staff.user_taken` (name): the sign-in belongs to another person."""
    for each in held:
        if request.user is not None and each.id != request.id and each.user == request.user:
            raise Refused("staff.user_taken", name=each.name)


def check_placement(request: PlacementRequest, others: Any, today: date) -> None:
    """Whether a placement may be so beside the other ones of the person. Refused: as `place`."""
    if request.role not in staff.ROLES:
        raise Refused("staff.role")
    if request.state not in staff.STATES:
        raise Refused("staff.state")
    if request.cohort and not staff.is_cohort(request.cohort):
        raise Refused("staff.cohort")
    check_days(request, today)
    if request.state == "candidate" or not request.from_on:
        return
    spans = [(each.first, each.until) for each in others if each.state != "candidate" and each.first is not None]
    if staff.overlapping(spans, date.fromisoformat(request.from_on), _day(request.until_on)):
        raise Refused("staff.overlap")


def check_days(request: PlacementRequest, today: date) -> None:
    """Refused: as `place`, of its days alone."""
    first, until = _day(request.from_on), _day(request.until_on)
    if first is None:
        if request.state != "candidate" or until is not None:
            raise Refused("staff.no_first_day")
        return
    if until is not None and until < first:
        raise Refused("staff.ends_before")
    if until is not None and until > month_add(first, 12 * staff.LONGEST_YEARS):
        raise Refused("staff.too_long", years=staff.LONGEST_YEARS)
    if request.state == "in_service" and first > today:
        raise Refused("staff.begins_ahead")
    if request.state in ("finished", "left"):
        if until is None:
            raise Refused("staff.no_last_day")
        if until > today:
            raise Refused("staff.ends_ahead")


def check_absence(found: Person, request: AbsenceRequest) -> None:
    """Refused: as `note_absence`."""
    if request.kind not in staff.ABSENCES:
        raise Refused("staff.absence_kind")
    first, until = _day(request.from_on), _day(request.until_on)
    if first is None:
        raise Refused("staff.no_first_day")
    if until is not None and until < first:
        raise Refused("staff.ends_before")
    spans = [(each.away.first, each.away.until) for each in found.absences if each.id != request.id]
    if staff.overlapping(spans, first, until):
        raise Refused("staff.absence_twice")


def check_kept_person(work: Work, person: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of a person may stand. Refused: `staff.same_name`, `staff.user_taken`, `text.*`."""
    held = people(work.connection, work.installation.clinic)
    found = _known(work, person)
    user = Id(values["user"]) if values.get("user") else None
    request = PersonRequest(person, values.get("name", found.name) or "", user=user)
    check_name(request, held)
    check_user(request, held)


def check_kept_placement(work: Work, placement: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of a placement may stand beside the person's other ones. Refused: as `place`."""
    found, held = _placed(work, placement)
    said = {name: values[name] or "" for name in ("role", "state", "from_on", "until_on", "cohort") if name in values}
    whole = {"role": held.role, "state": held.state, "from_on": held.from_on, "until_on": held.until_on,
             "cohort": held.cohort} | said  # fmt: skip
    request = PlacementRequest(placement, held.person, **whole)
    check_placement(request, [each for each in found.placements if each.id != placement], work.today)


def check_kept_absence(work: Work, absence: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of days away may stand beside the person's other ones. Refused: as `note_absence`."""
    for found in people(work.connection, work.installation.clinic):
        for held in found.absences:
            if held.id == absence:
                kind, first = values.get("kind", held.kind), values.get("from_on", held.from_on)
                until = values.get("until_on", held.until_on) or ""
                check_absence(found, AbsenceRequest(absence, held.person, kind, first, until))


def _add_placement(work: Work, request: PlacementRequest, others: tuple[Placement, ...]) -> None:
    check_placement(request, others, work.today)
    here = work.installation.clinic
    work.add(PlacementRecord(id=request.id, person=request.person, at=here, **_placement(request)))


def _placement(request: PlacementRequest) -> dict[str, Any]:
    return {
        "role": request.role,
        "state": request.state,
        "from_on": request.from_on or None,
        "until_on": request.until_on or None,
        "cohort": request.cohort or None,
        "note": clean_text(request.note),
    }


def _person(request: PersonRequest, held: tuple[Person, ...]) -> dict[str, Any]:
    check_name(request, held)
    check_user(request, held)
    texts: dict[str, Any] = {
        name: clean_text(getattr(request, name)) for name in ("name", "licence", "school", "phone", "email", "note")
    }
    return texts | {"user": request.user}


def _known(work: Work, wanted: Id) -> Person:
    found = next((p for p in people(work.connection, work.installation.clinic) if p.id == wanted), None)
    if found is None:
        raise Refused("staff.unknown")
    return found


def _placed(work: Work, placement: Id) -> tuple[Person, Placement]:
    for each in people(work.connection, work.installation.clinic):
        for held in each.placements:
            if held.id == placement:
                return each, held
    raise Refused("staff.no_placement")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("calendar.not_a_day") from None
