"""What a person does with a request: ask, correct, answer, say what became of it, take an answer back.

Who works at the clinic asks, and says that something was solved or is wanted again; that something is being done or
will not be is said by who answers for it. Answers are never changed: one written by mistake is voided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ces_desktop.data.models import StaffRequestEventRecord, StaffRequestRecord
from ces_desktop.data.queries.staff import people
from ces_desktop.data.queries.staff_requests import Request, request, requests
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff_requests import CLOSED, KINDS, STATES, URGENCIES, RequestKind, RequestState, Urgency
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text

ACTS: dict[str | None, str] = {
    None: "staff_requests.answer",
    "open": "staff_requests.reopen",
    "doing": "staff_requests.doing",
    "done": "staff_requests.done",
    "declined": "staff_requests.declined",
}
"""What each answer is called."""
OWN = frozenset({None, "open", "done"})
"""What who asked may say."""
LATEST_DUE_MONTHS = 24


@dataclass(frozen=True, slots=True)
class RequestForm:
    """A request as it should be known. `id` is made when the form opens; `due_on` "" = by its urgency."""

    id: Id
    kind: RequestKind
    urgency: Urgency
    text: str
    asked_on: str
    person: Id | None = None
    owner: str = ""
    due_on: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """Words about a request, a new state of it, or both."""

    id: Id
    request: Id
    state: RequestState | None
    text: str
    happened_on: str


def ask(work: Work, form: RequestForm) -> Id:
    """A new request; the same form twice is kept once.

    Refused: `staff_requests.no_text`, `.kind`, `.urgency`, `.future` (asked after today), `.due_before` (due before it
    was asked), `.due_far` (months), `staff.unknown`, `calendar.not_a_day`, `text.*`.
    """
    require(work.actor, Right.MAKE_REQUESTS)
    if request(work.connection, work.installation.clinic, form.id) is not None:
        return form.id
    work.act("staff_requests.ask")
    work.add(StaffRequestRecord(id=form.id, **_checked(work, form)))
    return form.id


def edit(work: Work, form: RequestForm) -> None:
    """Correct a request. Refused: as `ask`, and `staff_requests.unknown`."""
    require(work.actor, Right.MAKE_REQUESTS)
    _held(work, form.id)
    work.act("staff_requests.edit")
    settling.change(work, StaffRequestRecord, form.id, **_checked(work, form))


def answer(work: Work, form: AnswerForm) -> Id:
    """Say something about a request; the same form twice is kept once.

    Refused: `staff_requests.unknown`, `.says_nothing`, `.same_state`, `.closed` (it can only be opened again),
    `.future`, `.before_asked` (day), `.reason_missing` (declined without words), `calendar.not_a_day`, `text.*`.
    """
    require(work.actor, Right.MAKE_REQUESTS if form.state in OWN else Right.ANSWER_REQUESTS)
    held = _held(work, form.request)
    if any(each.id == form.id for each in held.answers):
        return form.id
    check_answer(held, form, work.today)
    work.act(ACTS[form.state])
    work.add(
        StaffRequestEventRecord(
            id=form.id,
            request=form.request,
            state=form.state,
            text=clean_text(form.text),
            happened_on=form.happened_on,
        )
    )
    return form.id


def take_back(work: Work, wanted: Id, given: Id) -> None:
    """Void an answer written by mistake. Refused `staff_requests.unknown`."""
    require(work.actor, Right.MAKE_REQUESTS)
    if all(each.id != given for each in _held(work, wanted).answers):
        raise Refused("staff_requests.unknown")
    work.act("staff_requests.take_back")
    work.void(StaffRequestEventRecord, given, "mistake")


def check_form(form: RequestForm, today: date) -> None:
    """Refused: as `ask`, of the form alone."""
    if form.kind not in KINDS:
        raise Refused("staff_requests.kind")
    if form.urgency not in URGENCIES:
        raise Refused("staff_requests.urgency")
    if clean_text(form.text) is None:
        raise Refused("staff_requests.no_text")
    asked = _day(form.asked_on)
    if asked > today:
        raise Refused("staff_requests.future")
    if form.due_on:
        due = _day(form.due_on)
        if due < asked:
            raise Refused("staff_requests.due_before")
        if due > month_add(max(asked, today), LATEST_DUE_MONTHS):
            raise Refused("staff_requests.due_far", months=LATEST_DUE_MONTHS)


def check_answer(held: Request, form: AnswerForm, today: date) -> None:
    """Refused: as `answer`."""
    text = clean_text(form.text)
    if form.state is None and text is None:
        raise Refused("staff_requests.says_nothing")
    if form.state is not None and form.state not in STATES:
        raise Refused("staff_requests.same_state")
    if form.state is not None and form.state == held.state:
        raise Refused("staff_requests.same_state")
    if held.state in CLOSED and form.state not in (None, "open"):
        raise Refused("staff_requests.closed")
    if form.state == "declined" and text is None:
        raise Refused("staff_requests.reason_missing")
    day = _day(form.happened_on)
    if day > today:
        raise Refused("staff_requests.future")
    told = [each.day for each in held.answers if each.state is not None]
    since = max([held.asked_on, *told]) if form.state is not None else held.asked_on
    if form.happened_on < since:
        raise Refused("staff_requests.before_asked", day=date.fromisoformat(since))


def late(connection: Connection, clinic: Id, today: date) -> tuple[Request, ...]:
    """Open requests past their day, the most urgent and oldest first: what the first page tells."""
    found = [each for each in requests(connection, clinic) if each.open and each.age(today).late]
    return tuple(sorted(found, key=lambda each: (URGENCIES.index(each.urgency), -each.age(today).late, each.id)))


def _checked(work: Work, form: RequestForm) -> dict[str, Any]:
    check_form(form, work.today)
    clinic = work.installation.clinic
    if form.person is not None and all(each.id != form.person for each in people(work.connection, clinic)):
        raise Refused("staff.unknown")
    return {
        "kind": form.kind,
        "urgency": form.urgency,
        "text": clean_text(form.text),
        "person": form.person,
        "owner": clean_text(form.owner),
        "due_on": form.due_on or None,
        "happened_on": form.asked_on,
    }


def _held(work: Work, wanted: Id) -> Request:
    found = request(work.connection, work.installation.clinic, wanted)
    if found is None:
        raise Refused("staff_requests.unknown")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("calendar.not_a_day") from None
