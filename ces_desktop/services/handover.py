"""What physicians do at a change of hands: build the pack, write beside its lines, leave one out, read one by one.

Who hands over builds and writes; who takes over acknowledges, line by line, and an acknowledged line is not changed any
more. Everything is one action and can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import HandoverLineRecord, HandoverRecord
from ces_desktop.data.queries.handover import HandoverFile, Line, handover_file, handover_rows
from ces_desktop.data.queries.handover_pack import drawn
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.handover import Drawn, facts_text
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_words
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text

LONGEST = 500
"""Letters of a line: more belongs into the patient's note."""
GONE = "no_longer"
"""Why a line was taken away by itself: the data no longer make it."""


@dataclass(frozen=True, slots=True)
class HandoverRequest:
    """Who takes over: somebody with a sign-in, or a name, or nobody yet. `id` is made when the page opens."""

    id: Id
    incoming: Id | None = None
    incoming_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing a pack up to date changed: lines new, with other facts, and no longer there."""

    new: int
    changed: int
    gone: int


def begin(work: Work, request: HandoverRequest) -> Id:
    """Build the pack of today with one line for each thing; the same request twice is kept once.

    Refused: `handover.open` (day): the last one of this person is not read to its end; `handover.to_oneself`,
    `text.*`, `words.*`.
    """
    require(work.actor, Right.SIGN_CONSULTS)
    clinic = work.installation.clinic
    for row in handover_rows(work.connection, clinic):
        if row.id == request.id:
            return request.id
        if row.outgoing == work.actor.user and not row.progress.done and row.progress.lines:
            raise Refused("handover.open", day=row.day)
    if request.incoming == work.actor.user:
        raise Refused("handover.to_oneself")
    work.act("handover.begin")
    work.add(
        HandoverRecord(
            id=request.id,
            outgoing=work.actor.user,
            incoming=request.incoming,
            incoming_name=clean_text(request.incoming_name),
            happened_on=work.today.isoformat(),
            cut_at=work.now_ms,
            note=clean_words(request.note, LONGEST) or None,
        )
    )
    for place, line in enumerate(drawn(work.connection, clinic, work.today), 1):
        _add(work, request.id, line, place)
    return request.id


def refresh(work: Work, handover: Id) -> Refreshed:
    """Bring the lines that nobody read yet up to the data of now; what was written or left out stays with its line.

    A line without words whose matter is settled goes; one with words stays, so that nothing written is lost.
    Refused: `handover.gone`, `handover.not_yours`.
    """
    held = _own(work, handover)
    work.act("handover.refresh")
    here: dict[tuple[str, Id | None], Line] = {
        (line.section, line.about): line for line in held.lines if line.section != "other"
    }
    now = drawn(work.connection, work.installation.clinic, work.today)
    new = changed = 0
    for place, line in enumerate(now, 1):
        known = here.pop(line.key, None)
        if known is None:
            _add(work, handover, line, place)
            new += 1
        elif not known.read:
            changed += facts_text(known.facts) != facts_text(line.facts)
            work.change(HandoverLineRecord, known.id, facts=facts_text(line.facts), position=place)
    settled = [each for each in here.values() if not (each.read or each.words or each.left_out)]
    for each in settled:
        work.void(HandoverLineRecord, each.id, GONE)
    work.change(HandoverRecord, handover, cut_at=work.now_ms)
    return Refreshed(new, changed, len(settled))


def name_incoming(work: Work, handover: Id, incoming: Id | None, incoming_name: str = "") -> None:
    """Say who takes over. Refused: `handover.gone`, `handover.not_yours`, `handover.to_oneself`, `text.*`."""
    held = _own(work, handover)
    if incoming == held.head.outgoing:
        raise Refused("handover.to_oneself")
    work.act("handover.incoming")
    settling.change(work, HandoverRecord, handover, incoming=incoming, incoming_name=clean_text(incoming_name))


def write(work: Work, handover: Id, line: Id, words: str) -> None:
    """The outgoing physician's own words for a line; "" takes them away.

    Refused: `handover.gone`, `handover.not_yours`, `handover.read` (it was acknowledged), `handover.words_missing` (a
    free line is its words), `words.*`.
    """
    held = _line(_own(work, handover), line)
    said = clean_words(words, LONGEST) or None
    if held.read:
        raise Refused("handover.read")
    if held.section == "other" and said is None:
        raise Refused("handover.words_missing")
    work.act("handover.words")
    settling.change(work, HandoverLineRecord, line, words=said)


def add_line(work: Work, handover: Id, line: Id, words: str) -> Id:
    """A free line; the same twice is kept once. Refused: `handover.gone`, `handover.not_yours`,
    `handover.words_missing`, `words.*`."""
    held = _own(work, handover)
    said = clean_words(words, LONGEST) or None
    if said is None:
        raise Refused("handover.words_missing")
    if any(each.id == line for each in held.lines):
        return line
    work.act("handover.add")
    place = max((each.position for each in held.lines), default=0) + 1
    work.add(HandoverLineRecord(id=line, handover=handover, section="other", position=place, words=said))
    return line


def leave_out(work: Work, handover: Id, line: Id, reason: str) -> None:
    """Take a line out of what is handed over, with the reason; it stays legible.

    Refused: `handover.gone`, `handover.not_yours`, `handover.read`, `handover.reason_missing`, `text.*`.
    """
    held = _line(_own(work, handover), line)
    said = clean_text(reason)
    if held.read:
        raise Refused("handover.read")
    if said is None:
        raise Refused("handover.reason_missing")
    work.act("handover.leave_out")
    settling.change(work, HandoverLineRecord, line, left_out=said)


def take_in(work: Work, handover: Id, line: Id) -> None:
    """Hand over again what was left out. Refused: `handover.gone`, `handover.not_yours`."""
    _line(_own(work, handover), line)
    work.act("handover.take_in")
    settling.change(work, HandoverLineRecord, line, left_out=None)


def acknowledge(work: Work, handover: Id, line: Id) -> None:
    """The incoming physician read a line; read twice is read once.

    Refused: `handover.gone`, `handover.own` (who hands over does not acknowledge), `handover.not_incoming` (name: it is
    for somebody else), `handover.left_out` (it is not handed over).
    """
    require(work.actor, Right.SIGN_CONSULTS)
    held = _file(work, handover)
    each = _line(held, line)
    if held.head.outgoing == work.actor.user:
        raise Refused("handover.own")
    if held.head.incoming is not None and held.head.incoming != work.actor.user:
        raise Refused("handover.not_incoming", name=held.head.incoming_name)
    if each.left_out:
        raise Refused("handover.left_out")
    if each.read:
        return
    work.act("handover.acknowledge")
    work.change(HandoverLineRecord, line, read_by=work.actor.user, read_at=work.now_ms)


def discard(work: Work, handover: Id) -> None:
    """Take a pack back that nobody began to read. Refused: `handover.gone`, `handover.not_yours`, `handover.begun`."""
    held = _own(work, handover)
    if held.head.progress.read:
        raise Refused("handover.begun")
    work.act("handover.discard")
    for line in held.lines:
        work.void(HandoverLineRecord, line.id, "discarded")
    work.void(HandoverRecord, handover, "discarded")


def check_kept(work: Work, handover: Id, _values: Mapping[str, Any]) -> None:
    """Whether the person may choose between two edits of a pack: their own. Refused: `handover.not_yours`."""
    _own(work, handover)


def check_kept_line(work: Work, line: Id, _values: Mapping[str, Any]) -> None:
    """As `check_kept`, of one of its lines."""
    r = HandoverLineRecord
    _own(work, Id(work.connection.execute(select(r.handover).where(r.id == line)).scalar_one() or b""))


def _add(work: Work, handover: Id, line: Drawn, place: int) -> None:
    work.add(
        HandoverLineRecord(
            id=work.new_id(),
            handover=handover,
            section=line.section,
            about_type=line.about_type,
            about=line.about,
            position=place,
            facts=facts_text(line.facts),
        )
    )


def _file(work: Work, handover: Id) -> HandoverFile:
    held = handover_file(work.connection, work.installation.clinic, handover)
    if held is None:
        raise Refused("handover.gone")
    return held


def _own(work: Work, handover: Id) -> HandoverFile:
    """A pack of the person who acts: nobody writes in another's."""
    require(work.actor, Right.SIGN_CONSULTS)
    held = _file(work, handover)
    if held.head.outgoing != work.actor.user:
        raise Refused("handover.not_yours")
    return held


def _line(held: HandoverFile, line: Id) -> Line:
    found = next((each for each in held.lines if each.id == line), None)
    if found is None:
        raise Refused("handover.gone")
    return found
