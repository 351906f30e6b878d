"""What a person does with a mentoring session: write it, sign it, answer, add, say what became of an agreed action.

The contents may be written again and again until mentor and mentee have signed the same ones; then they are refused
here, and what another laptop wrote meanwhile is told as such (`domain.mentoring.altered`): a rule in the projection
would make the tables depend on clocks. A mentor writes; who was mentored signs, answers and closes actions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import (
    ChecklistRecord,
    MentoringSessionRecord,
    ObservedItemRecord,
    SessionActionEventRecord,
    SessionActionRecord,
    SessionCaseRecord,
    SessionObservationRecord,
    SessionPersonRecord,
    SessionPointRecord,
    SessionRemarkRecord,
    SessionSignatureRecord,
    Synced,
    table_of,
    wire_columns,
)
from ces_desktop.data.queries.mentoring import AgreedAction, actions
from ces_desktop.data.queries.mentoring_sessions import SessionFile, session_file
from ces_desktop.data.work import Work
from ces_desktop.domain import mentoring as rules
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import LONGEST, Session, Side
from ces_desktop.errors import Refused
from ces_desktop.services import drafts
from ces_desktop.services.patients_status import clean_text

PARTS: tuple[type[Synced], ...] = (
    SessionPersonRecord,
    SessionObservationRecord,
    ObservedItemRecord,
    SessionCaseRecord,
    SessionPointRecord,
    SessionActionRecord,
)
"""Tables of the contents, besides the session's own."""
Rows = dict[tuple[type[Synced], bytes], dict[str, Any]]


def save(work: Work, session: Session, draft: Id | None = None) -> Id:
    """Keep a session under way; the same contents again change nothing. What was left out is taken back.

    Refused: as `domain.mentoring.check`, `mentoring.closed`, `mentoring.checklist_unknown`, `text.*`.
    """
    require(work.actor, Right.LEAD_MENTORING)
    session = rules.cleaned(session)
    rules.check(session, work.today)
    _readable(session)
    known = set(work.connection.execute(select(ChecklistRecord.id)).scalars())
    if any(each.checklist not in known for each in session.observed):
        raise Refused("mentoring.checklist_unknown")
    if (file := _file(work, session.id)) is not None and file.state == "closed":
        raise Refused("mentoring.closed")
    drafts.discard(work.connection, draft)
    work.act("mentoring.save")
    _write(work, session)
    return session.id


def sign(work: Work, session: Id, side: Side) -> Id:
    """Sign the contents as they stand, for the side on which the person took part. Signing twice is signing once.

    Refused: `mentoring.unknown`, `mentoring.not_of_side`, `mentoring.closed`, as `domain.mentoring.check_complete`.
    """
    require(work.actor, Right.LEAD_MENTORING if side == "mentor" else Right.SEE_MENTORING)
    file = _held(work, session)
    if file.state == "closed":
        raise Refused("mentoring.closed")
    if all(person.user != work.actor.user for person in file.session.of_side(side)):
        raise Refused("mentoring.not_of_side")
    rules.check_complete(file.session)
    if any(s.side == side and s.user == work.actor.user and s.digest == file.digest for s in file.signatures):
        return session
    work.act("mentoring.sign")
    work.add(
        SessionSignatureRecord(
            id=work.new_id(),
            session=session,
            role=side,
            user=work.actor.user,
            name=work.actor.name,
            digest=file.digest,
            happened_on=work.today.isoformat(),
        )
    )
    return session


def answer(work: Work, session: Id, text: str, remark: Id) -> Id:
    """What the mentee says to the session, any day; `remark` is made when the field opens: twice is once.

    Refused: `mentoring.unknown`, `mentoring.not_of_side`, `mentoring.no_text`, `mentoring.too_long` (most), `text.*`.
    """
    require(work.actor, Right.SEE_MENTORING)
    file = _held(work, session)
    if all(person.user != work.actor.user for person in file.session.of_side("mentee")):
        raise Refused("mentoring.not_of_side")
    return _remark(work, file, "answer", text, remark)


def add(work: Work, session: Id, text: str, remark: Id) -> Id:
    """An addendum to a session that both have signed. Refused: as `answer`, and `mentoring.still_open`."""
    require(work.actor, Right.SEE_MENTORING)
    file = _held(work, session)
    if file.state != "closed":
        raise Refused("mentoring.still_open")
    return _remark(work, file, "addendum", text, remark)


def review(work: Work, action: Id, state: str, note: str = "", session: Id | None = None) -> None:
    """Say what became of an agreed action: "done", "dropped", or "open" again. The state it has changes nothing.

    Refused: `mentoring.action_unknown`, `mentoring.action_state`, `text.*`.
    """
    require(work.actor, Right.SEE_MENTORING)
    acts = {"done": "mentoring.action_done", "dropped": "mentoring.action_dropped", "open": "mentoring.action_open"}
    if state not in acts:
        raise Refused("mentoring.action_state")
    found = _action(work, action)
    if found.state == state and not note.strip():
        return
    work.act(acts[state])
    work.add(
        SessionActionEventRecord(
            id=work.new_id(),
            action=action,
            session=session,
            state=state,
            note=clean_text(note),
            happened_on=work.today.isoformat(),
        )
    )


def take_back(work: Work, session: Id) -> None:
    """A session begun by mistake. Refused: `mentoring.unknown`, `mentoring.signed` (a signature stands)."""
    require(work.actor, Right.LEAD_MENTORING)
    file = _held(work, session)
    if file.signatures:
        raise Refused("mentoring.signed")
    work.act("mentoring.take_back")
    work.void(MentoringSessionRecord, session, "mistake")


def _remark(work: Work, file: SessionFile, kind: str, text: str, remark: Id) -> Id:
    words = clean_text(rules.tidy(text)) if "\n" not in text else _lines(text)
    if not words:
        raise Refused("mentoring.no_text")
    if len(words) > LONGEST:
        raise Refused("mentoring.too_long", most=LONGEST)
    if any(each.id == remark for each in file.remarks):
        return remark
    work.act("mentoring.answer" if kind == "answer" else "mentoring.addendum")
    work.add(
        SessionRemarkRecord(
            id=remark,
            session=file.session.id,
            kind=kind,
            user=work.actor.user,
            name=work.actor.name,
            text=words,
            happened_on=work.today.isoformat(),
        )
    )
    return remark


def _lines(text: str) -> str:
    return "\n".join(clean_text(line) or "" for line in rules.tidy(text).split("\n"))


def _readable(session: Session) -> None:
    """Refuse what cannot be kept or printed. Refused: `text.*`."""
    texts = [p.name for p in session.people] + [o.note for o in session.observed] + [c.note for c in session.cases]
    texts += [p.text for p in session.points] + [a.text for a in session.actions]
    for text in [*texts, *(a.owner_name for a in session.actions)]:
        _lines(text)


def _file(work: Work, session: Id) -> SessionFile | None:
    found = session_file(work.connection, work.installation.clinic, session)
    return found[0] if found else None


def _held(work: Work, session: Id) -> SessionFile:
    file = _file(work, session)
    if file is None:
        raise Refused("mentoring.unknown")
    return file


def _action(work: Work, action: Id) -> AgreedAction:
    found = next((a for a in actions(work.connection, work.installation.clinic) if a.id == action), None)
    if found is None:
        raise Refused("mentoring.action_unknown")
    return found


def _write(work: Work, session: Session) -> None:
    """Bring the rows to these contents: new ones added, changed ones changed, those left out voided."""
    wanted = rows_of(session)
    held: Rows = {}
    tables: tuple[type[Synced], ...] = (MentoringSessionRecord, *PARTS)
    for table in tables:
        t = table_of(table)
        own = t.c.id if table is MentoringSessionRecord else t.c.session
        for row in work.connection.execute(select(t).where(own == session.id)).mappings():
            held[table, row["id"]] = dict(row)
    for (model, entity), fields in wanted.items():
        if (model, entity) not in held:
            work.add(model(id=entity, **fields))
        else:
            again = {"voided": None} if held[model, entity]["voided"] is not None else {}
            work.change(model, entity, **fields, **again)
    for (model, entity), before in held.items():
        if (model, entity) not in wanted and before["voided"] is None:
            work.void(model, entity, "left_out")


def rows_of(session: Session) -> Rows:
    """The rows that hold these contents: (table, id) → its fields."""
    s = session.id
    found: Rows = {(MentoringSessionRecord, s): {"happened_on": session.happened_on, "kind": session.kind}}

    def hold(model: type[Synced], each: Any, **fields: Any) -> None:
        found[model, each.id] = {"session": s, **{name: value or None for name, value in fields.items()}}

    for person in session.people:
        hold(SessionPersonRecord, person, role=person.side, user=person.user, person=person.person, name=person.name)
    for place, consult in _numbered(session.observed):
        hold(
            SessionObservationRecord, consult, position=place, patient=consult.patient, checklist=consult.checklist,
            note=consult.note,
        )  # fmt: skip
        for item, result in consult.results.items():
            found[ObservedItemRecord, rules.result_id(consult.id, item)] = {
                "session": s, "observation": consult.id, "item": item, "result": result,
            }  # fmt: skip
    for place, case in _numbered(session.cases):
        hold(
            SessionCaseRecord, case, position=place, patient=case.patient, reason=case.reason, facts=case.facts,
            note=case.note,
        )  # fmt: skip
    for place, point in _numbered(session.points):
        hold(SessionPointRecord, point, position=place, kind=point.kind, text=point.text)
    for place, action in _numbered(session.actions):
        hold(
            SessionActionRecord, action, position=place, text=action.text, owner=action.owner,
            owner_name=action.owner_name, due_on=action.due_on,
        )  # fmt: skip
    assert all(set(fields) <= set(wire_columns(model)) for (model, _), fields in found.items())
    return found


def _numbered(many: Iterable[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(many, 1))
