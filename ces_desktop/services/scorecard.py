"""What a person does with the scorecard: begin one, enter what the program cannot count, plan next steps."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.data.models import ScorecardItemRecord, ScorecardRecord
from ces_desktop.data.queries.scorecard import Card, CardItem, cards, counted
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_words
from ces_desktop.domain.scorecard import BY_CODE, ITEMS, KINDS, MOST, Counted, Kind, points
from ces_desktop.errors import Refused

LONGEST = 300


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A new scorecard of today; `id` is made when the page opens."""

    id: Id
    kind: Kind
    note: str = ""


def may_write(actor: Actor) -> bool:
    """Whether a person fills scorecards: who leads the clinic, and its physician."""
    return actor.may(Right.MANAGE_CLINIC) or actor.may(Right.SIGN_CONSULTS)


def begin(work: Work, request: CardRequest) -> Id:
    """Count what can be counted today and keep it; the rest waits to be entered. The same request twice is kept once.

    Refused: `scorecard.kind`, `scorecard.baseline` (there is one: the clinic joined once), `words.*`.
    """
    _require(work.actor)
    held = cards(work.connection, work.installation.clinic)
    if any(card.id == request.id for card in held):
        return request.id
    if request.kind not in KINDS:
        raise Refused("scorecard.kind")
    if request.kind == "baseline" and any(card.kind == "baseline" for card in held):
        raise Refused("scorecard.baseline")
    note = clean_words(request.note, LONGEST) or None
    work.act("scorecard.begin")
    work.add(ScorecardRecord(id=request.id, kind=request.kind, happened_on=work.today.isoformat(), note=note))
    found = counted(work.connection, work.installation.clinic, work.today)
    for item in ITEMS:
        known = found.get(item.code, Counted())
        work.add(
            ScorecardItemRecord(
                id=work.new_id(),
                scorecard=request.id,
                area=item.area,
                code=item.code,
                source="counted" if item.counted else "entered",
                value=known.value,
                whole=known.whole,
                points=points(item, known),
            )
        )
    return request.id


def enter(work: Work, card: Id, item: Id, found: Counted) -> None:
    """What a person found of an item that is entered by hand; no value takes it back.

    Refused: `scorecard.gone`, `scorecard.counted` (the program counts it), `scorecard.share`.
    """
    held = _item(_card(work, card), item)
    rule = BY_CODE.get(held.code)
    if rule is None or rule.counted:
        raise Refused("scorecard.counted")
    check_found(held.code, found)
    work.act("scorecard.enter")
    work.change(
        ScorecardItemRecord, item, value=found.value, whole=found.whole, points=points(rule, found)
    )


def check_found(code: str, found: Counted) -> None:
    """Refused: `scorecard.share` (not so many of so many)."""
    if found.value is None:
        return
    whole = 1 if BY_CODE[code].how == "yes_no" else found.whole
    if whole is None or not 0 <= found.value <= whole <= MOST:
        raise Refused("scorecard.share")


def plan(work: Work, card: Id, item: Id, next_step: str) -> None:
    """What is to be done about an item; "" takes it back. Refused: `scorecard.gone`, `words.*`."""
    _item(_card(work, card), item)
    said = clean_words(next_step, LONGEST) or None
    work.act("scorecard.plan")
    work.change(ScorecardItemRecord, item, next_step=said)


def discard(work: Work, card: Id) -> None:
    """Take a scorecard back. Refused: `scorecard.gone`."""
    held = _card(work, card)
    work.act("scorecard.discard")
    for item in held.items:
        work.void(ScorecardItemRecord, item.id, "discarded")
    work.void(ScorecardRecord, card, "discarded")


def _require(actor: Actor) -> None:
    if not may_write(actor):
        require(actor, Right.MANAGE_CLINIC)


def _card(work: Work, card: Id) -> Card:
    _require(work.actor)
    found = next((c for c in cards(work.connection, work.installation.clinic) if c.id == card), None)
    if found is None:
        raise Refused("scorecard.gone")
    return found


def _item(card: Card, item: Id) -> CardItem:
    found = next((each for each in card.items if each.id == item), None)
    if found is None:
        raise Refused("scorecard.gone")
    return found
