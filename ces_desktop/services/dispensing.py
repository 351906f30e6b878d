"""Handing out: a prescription filled with one key, what was not there noted by itself, taken back, or never wanted.

Each item is one op of the action; the patient is in none of them: a movement names the line of the prescription and
the consult. The shelf is read again under the lock of the write, so that what a screen showed a minute ago never gives
more than there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ces_desktop.data.models import EncounterRecord, MovementRecord, UnmetDemandRecord, table_of
from ces_desktop.data.queries.dispensing import FillLine, Prescription, offers, prescriptions
from ces_desktop.data.queries.stock import lots
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.counting import HANDED_BACK
from ces_desktop.domain.supply.dispensing import Offer, share
from ces_desktop.domain.supply.ledger import usable_stock
from ces_desktop.errors import Refused
from ces_desktop.services import stock
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.stock import Issue, Unmet
from ces_desktop.services.stock_rows import check_prescriber, check_quantity, kept, known_items, ledger_day, standing


@dataclass(frozen=True, slots=True)
class Give:
    """Units of an item for a line: of the lot in the hand, with the reason where another expires first.

    `lotless`: "it is in my hand": what the ledger does not have is given all the same, and the item must be counted.
    """

    item: Id
    quantity: int
    lot: Id | None = None
    override: str = ""
    lotless: bool = False


@dataclass(frozen=True, slots=True)
class LineFill:
    """A line to be filled. `gives` None = what there is, the source prescribed first; () = nothing was there.

    `declined`: the person does not want the rest of it, which then is no unmet demand.
    """

    line: Id
    gives: tuple[Give, ...] | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Filling:
    """Lines of one signed consult, handed out on a day (ISO). `lines` None = all that wait or are owed."""

    id: Id
    encounter: Id
    happened_on: str
    lines: tuple[LineFill, ...] | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What was handed out and what was not there, in units; `lotless`: units given that the ledger did not have."""

    given: int
    unmet: int
    lotless: int
    lines: int


@dataclass(frozen=True, slots=True)
class External:
    """Somebody at the window with no prescription of ours, or what consult used. `short`: asked for and not there."""

    id: Id
    give: Give
    happened_on: str
    kind: str = "dispensed"
    short: int = 0
    note: str = ""


def fill(work: Work, request: Filling) -> Filled:
    """Hand out a prescription: each line exact, the rest of it noted as asked for and not there.

    Refused: `dispensing.no_prescription` (gone or undone), `dispensing.nothing` (no line waits), `dispensing.line`
    (none of this consult), `dispensing.too_much` (more than remains: `most`), `dispensing.other_medicine` (not of the
    family), the codes of `stock.issue`.
    """
    require(work.actor, Right.DISPENSE)
    if standing(work, MovementRecord, request.id) or standing(work, UnmetDemandRecord, request.id):
        return Filled(0, 0, 0, 0)
    day = ledger_day(request.happened_on, work.today)
    held = _prescription(work, request.encounter, day)
    asked = request.lines
    if asked is None:
        asked = tuple(LineFill(x.id) for x in held.lines if x.facts.state in ("waiting", "owed") and x.quantity)
    if not asked:
        raise Refused("dispensing.nothing")
    by_id = {line.id: line for line in held.lines}
    if any(one.line not in by_id for one in asked) or len({one.line for one in asked}) < len(asked):
        raise Refused("dispensing.line")
    work.act("supply.dispense")
    return _Filling(work, request, day).write([(one, by_id[one.line]) for one in asked])


class _Filling:
    """One action of handing out: the units it has taken already are not offered twice."""

    def __init__(self, work: Work, request: Filling, day: date) -> None:
        self.work, self.request, self.day = work, request, day
        self._left: dict[Id, int] = {}
        self._key: Id | None = request.id
        if kept(work, MovementRecord, request.id) or kept(work, UnmetDemandRecord, request.id):
            self._key = None

    def write(self, lines: Sequence[tuple[LineFill, FillLine]]) -> Filled:
        """Movements, and what was not there."""
        issues: list[Issue] = []
        missing: list[Unmet] = []
        for one, line in lines:
            if line.item is None:
                raise Refused("dispensing.line")
            gives = self._default(line) if one.gives is None else one.gives
            self._check(line, gives)
            given = sum(g.quantity for g in gives)
            issues += [self._issue(line, g) for g in gives]
            rest = max(0, line.facts.remains - given)
            if given or not one.declined:
                self.settle(line)
            if one.declined or rest:
                missing.append(self._rest(line, rest, given, one.declined))
        answer = stock.issue(self.work, issues) if issues else []
        for each in missing:
            _note(self.work, each)
        return Filled(
            sum(i.quantity for i in issues),
            sum(u.quantity for u in missing),
            sum(a.lotless for a in answer),
            len(lines),
        )

    def _default(self, line: FillLine) -> tuple[Give, ...]:
        """What there is on the day, less what other lines of this action take."""
        there = [Offer(o.item, self._there(o.item)) for o in offers(line.sources)]
        shares, _ = share(line.facts.remains, there)
        for each in shares:
            self._left[each.item] -= each.quantity
        return tuple(Give(s.item, s.quantity) for s in shares)

    def _there(self, item: Id) -> int:
        if item not in self._left:
            held = lots(self.work.connection, self.work.installation.clinic, [item], self.day, self.work.today)
            self._left[item] = usable_stock([lot.stock for lot in held.get(item, ())], self.day)
        return self._left[item]

    def _check(self, line: FillLine, gives: Sequence[Give]) -> None:
        total = 0
        for each in gives:
            check_quantity(each.quantity)
            total += each.quantity
        if line.quantity is not None and total > line.facts.remains:
            raise Refused("dispensing.too_much", most=line.facts.remains)
        if line.item is None:
            return
        others = [g.item for g in gives if g.item != line.item.id]
        for item in known_items(self.work, others).values():
            if not line.item.family or item.family != line.item.family:
                raise Refused("dispensing.other_medicine")

    def _issue(self, line: FillLine, give: Give) -> Issue:
        return Issue(
            self.key(), give.item, "dispensed", give.quantity, self.request.happened_on, lot=give.lot,
            override=give.override, lotless=give.lotless, document_kind="prescription",
            document=self.request.encounter, line=line.id,
        )  # fmt: skip

    def settle(self, line: FillLine) -> None:
        """What was noted as not there is settled by what is handed out now: the demand is counted once."""
        t = table_of(UnmetDemandRecord)
        noted = select(t.c.id).where(t.c.line == line.id, t.c.live == 1)
        for key in self.work.connection.execute(noted).scalars().all():
            self.work.void(UnmetDemandRecord, key, "served later")

    def _rest(self, line: FillLine, rest: int, given: int, declined: bool) -> Unmet:
        assert line.item is not None
        day = self.request.happened_on
        if declined:
            return Unmet(self.key(), line.item.id, 0, day, "declined", line.id)
        return Unmet(self.key(), line.item.id, rest, day, "partly" if given or line.facts.given else "out", line.id)

    def key(self) -> Id:
        """The id of the request for the first row, so that the same request twice is kept once."""
        key, self._key = self._key, None
        return key or self.work.new_id()


def decline(work: Work, request: Filling) -> int:
    """Mark lines as not to be filled: the person has the medicine or does not want it. Returns how many.

    No demand is counted. Refused: `dispensing.no_prescription`, `dispensing.nothing`, `dispensing.line`.
    """
    require(work.actor, Right.DISPENSE)
    if standing(work, UnmetDemandRecord, request.id):
        return 0
    held = _prescription(work, request.encounter, ledger_day(request.happened_on, work.today))
    open_lines = [x for x in held.lines if x.facts.state in ("waiting", "owed")]
    if request.lines is not None:
        wanted = {one.line for one in request.lines}
        if not wanted <= {x.id for x in held.lines}:
            raise Refused("dispensing.line")
        open_lines = [x for x in open_lines if x.id in wanted]
    if not open_lines:
        raise Refused("dispensing.nothing")
    work.act("supply.decline")
    declined = Filling(
        request.id, request.encounter, request.happened_on, tuple(LineFill(x.id, (), True) for x in open_lines)
    )
    filling = _Filling(work, declined, work.today)
    filling.write([(LineFill(x.id, (), True), x) for x in open_lines])
    return len(open_lines)


def take_back(work: Work, request: Filling) -> int:
    """Put back on the shelf what was handed out for these lines (all of them where `lines` is None); the units.

    The lines wait again. Refused: `dispensing.no_prescription`, `dispensing.nothing_given`, `dispensing.line`.
    """
    require(work.actor, Right.DISPENSE)
    if standing(work, MovementRecord, request.id):
        return 0
    held = _prescription(work, request.encounter, ledger_day(request.happened_on, work.today))
    lines = held.lines
    if request.lines is not None:
        wanted = {one.line for one in request.lines}
        if not wanted <= {x.id for x in lines}:
            raise Refused("dispensing.line")
        lines = tuple(x for x in lines if x.id in wanted)
    t = table_of(MovementRecord)
    given = [m for x in lines for m in x.movements]
    if not given:
        raise Refused("dispensing.nothing_given")
    rows = work.connection.execute(select(t).where(t.c.id.in_(given)).order_by(t.c.id)).mappings().all()
    work.act("supply.take_back")
    filling = _Filling(work, request, work.today)
    for line in lines:
        if line.movements:
            filling.settle(line)
    units = 0
    for row in rows:
        units -= row["quantity"]
        shared = {name: row[name] for name in ("item", "lot", "kind", "document_kind", "document", "line")}
        work.add(
            MovementRecord(
                id=filling.key(), quantity=-row["quantity"], reverses=row["id"], reason=HANDED_BACK,
                happened_on=row["happened_on"], **shared,
            )
        )  # fmt: skip
    return units


def hand_out(work: Work, request: External) -> Filled:
    """Hand out without a prescription of ours, or use in consult; `short` is noted as asked for and not there.

    Refused: `supply.kind`, `supply.prescriber_missing`, the codes of `stock.issue`.
    """
    require(work.actor, Right.DISPENSE)
    if request.kind not in ("dispensed", "used"):
        raise Refused("supply.kind")
    if standing(work, MovementRecord, request.id) or standing(work, UnmetDemandRecord, request.id):
        return Filled(0, 0, 0, 0)
    give = request.give
    if give.quantity == 0 and request.short == 0:
        raise Refused("supply.quantity")
    item = known_items(work, [give.item])[give.item]
    if give.quantity:
        check_prescriber(item, request.kind, request.note)
    ledger_day(request.happened_on, work.today)
    work.act("supply.dispense" if request.kind == "dispensed" else "supply.use")
    again = kept(work, MovementRecord, request.id) or kept(work, UnmetDemandRecord, request.id)
    key, lotless = work.new_id() if again else request.id, 0
    if give.quantity:
        one = Issue(
            key, give.item, request.kind, give.quantity, request.happened_on, lot=give.lot, override=give.override,
            note=clean_text(request.note) or "", lotless=give.lotless,
        )  # fmt: skip
        lotless = stock.issue(work, [one])[0].lotless
        key = work.new_id()
    if request.short:
        missed = Unmet(key, give.item, request.short, request.happened_on, "partly" if give.quantity else "out")
        stock.add_unmet(work, missed)
    return Filled(give.quantity, request.short, lotless, 1)


def _note(work: Work, request: Unmet) -> None:
    """The row of what was not there; of no units where a line was declined."""
    work.add(
        UnmetDemandRecord(
            id=request.id, item=request.item, quantity=request.quantity, line=request.line, reason=request.reason,
            happened_on=request.happened_on,
        )
    )  # fmt: skip


def _prescription(work: Work, encounter: Id, day: date) -> Prescription:
    """The prescription of a consult of this clinic that stands. Refused: `dispensing.no_prescription`."""
    clinic = work.installation.clinic
    t = table_of(EncounterRecord)
    mine = select(t.c.id).where(t.c.id == encounter, t.c.clinic == clinic, t.c.live == 1)
    found = prescriptions(work.connection, clinic, day, encounter) if work.connection.execute(mine).first() else []
    if not found:
        raise Refused("dispensing.no_prescription")
    return found[0]
