"""Orders and deliveries of a demonstration clinic: every two months from each source, later in the rains, in parts.

Two thirds of what is asked for comes at first; some things the source itself has none of for months. The last order of
one source is on its way on the last day, that of the other has come in part.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.data.journal.op import Added, FieldSet
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_forecasts import FORETELL, foretold
from ces_desktop.services.demo_scribe import Part
from ces_desktop.services.demo_shelf import Shelf, Stocked, item_part
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Care, Event

ORDER, RECEIVE, CYCLE = "orders.send", "supply.receive", "orders.cycle"
REVIEW, LEAD = 61, 20
"""Days between two orders, and from one to its delivery when the road is good."""
FORETOLD_DAYS = 250
"""Orders of the last days of which it is kept what was foretold with them."""
_RAINS = range(6, 11)
_LATE = (0, 0, 6, 11, 17, 26, 41)
"""Days that a truck is late in the rains."""
_LEVEL = {"V": 6.2, "E": 5.4, "N": 4.6}
"""Months of use up to which somebody orders by hand."""
_CLASSIC_MONTHS = 4
_SOURCE_OUT = 0.13
"""How often a source has none of an item when it is asked for it."""
_MORE = ("new_patients", "season", "brigade", "campaign")
_MORE_TABLETS = ("new_patients", "brigade", "new_patients", "campaign")
_LESS = ("left", "expiring", "warehouse", "no_room")
"""Why somebody asks for more than was proposed, or for less; what children drink also has its season."""


def shelf_life(item: Stocked, day: date, rng: random.Random, short: float = 0.1) -> date | None:
    """Last day of use of what comes on a day; `short`: how often it comes with little left."""
    if item.kind == "material" and item.pack < 100 and rng.random() < 0.5:
        return None
    low, high = (4, 14) if item.cold else (18, 54) if item.kind == "material" else (9, 30)
    days = rng.randint(55, 170) if rng.random() < short else rng.randint(low * 30, high * 30)
    return day + timedelta(days=days)


@dataclass(slots=True, eq=False)
class Line:
    """So many units of an item, asked for and not yet come."""

    id: Id
    item: Stocked
    requested: int
    missing: int


@dataclass(slots=True, eq=False)
class Order:
    """An order and the days on which it comes; those past the end of the demonstration are still to come."""

    source: str
    sent_on: date
    arrivals: tuple[date, ...]
    id: Id | None = None
    version: bytes = b""
    """The op that said its state last."""
    state: str = "sent"
    lines: list[Line] = field(default_factory=list)


class Deliveries:
    """The orders of one clinic, planned from its last day backwards."""

    def __init__(self, shelf: Shelf, care: Care) -> None:
        self.shelf, self.care, self.rng = shelf, care, shelf.rng
        self.orders = list(self._planned("SSA", 17)) + list(self._planned("CES", 47))
        self._cycles: dict[str, tuple[Id, bytes, str]] = {}
        self._numbers = 0
        self._gifts = {care.next_open(care.end - timedelta(days=before)) for before in (610, 380, 150)}

    def _planned(self, source: str, before_end: int) -> Iterator[Order]:
        end, sent, last = self.care.end, self.care.end - timedelta(days=before_end), True
        while sent > self.care.start + timedelta(days=6):
            lead = LEAD + self.rng.randint(-4, 5)
            if (sent + timedelta(days=lead)).month in _RAINS:
                lead += self.rng.choice(_LATE)
            first = self.care.next_open(sent + timedelta(days=lead))
            second = self.care.next_open(first + timedelta(days=self.rng.randint(12, 20)))
            arrivals = (first, second) if self.rng.random() < 0.3 else (first,)
            if last:
                sure = end - timedelta(days=before_end - 26)
                arrivals = (self.care.next_open(sure), end + timedelta(days=8))
                last = False
            yield Order(source, self.care.next_open(sent), arrivals)
            sent -= timedelta(days=REVIEW)

    def open(self, day: date) -> None:
        """How each source supplies the clinic."""
        for source in ("CES", "SSA"):
            cycle, due = (
                self.shelf.scribe.id(),
                min((o.sent_on for o in self.orders if o.source == source), default=day),
            )
            on = (due + timedelta(days=LEAD)).isoformat()
            made = row("supply_cycle", cycle, source=source, review_days=REVIEW, lead_days=LEAD, next_delivery_on=on)
            (version,) = self.shelf.scribe.act(CYCLE, [Part("supply_cycle", cycle, [made])])
            self._cycles[source] = (cycle, version, on)

    def day(self, day: date) -> list[Event]:
        """What is sent and what comes on a day."""
        events: list[Event] = []
        for order in self.orders:
            if order.sent_on == day:
                events.append((1_000, 60, partial(self._send, order, day)))
            if day in order.arrivals and order.sent_on < day:
                events.append((665, 10, partial(self._receive, order, day)))
        if self.rng.random() < 1 / 75:
            events.append((700, 11, partial(self._buy, day)))
        if day in self._gifts:
            events.append((710, 12, partial(self._accept, day)))
        return events

    def _send(self, order: Order, day: date) -> None:
        shelf, scribe = self.shelf, self.shelf.scribe
        order.id = scribe.id()
        self._numbers += 1
        expected = (day + timedelta(days=LEAD)).isoformat()
        rows = [
            row("supply_order", order.id, number=f"{scribe.prefix}-{day.year}-{self._numbers:03}", source=order.source,
                state="sent", happened_on=day.isoformat(), sent_on=day.isoformat(), expected_on=expected)
        ]  # fmt: skip
        for item in shelf.items.values():
            if item.source == order.source:
                rows += self._line(order, item, day)
        (order.version,) = scribe.act(ORDER, [Part("order", order.id, rows)])
        if (self.care.end - day).days <= FORETOLD_DAYS:
            self._foretell(order.source, day)
        cycle, version, on = self._cycles[order.source]
        if on != expected:
            scribe.at(0)
            moved = FieldSet("supply_cycle", cycle, "next_delivery_on", expected, on, (version,))
            (version,) = scribe.act(CYCLE, [Part("supply_cycle", cycle, sets=[moved])])
            self._cycles[order.source] = (cycle, version, expected)

    def _foretell(self, source: str, day: date) -> None:
        part = foretold(self.shelf.scribe, [x for x in self.shelf.items.values() if x.source == source], day)
        if part is not None:
            self.shelf.scribe.at(0)
            self.shelf.scribe.act(FORETELL, [part])

    def _line(self, order: Order, item: Stocked, day: date) -> list[Added]:
        rng, average, there = self.rng, item.average(day), item.on_hand(day)
        wanted = average * _LEVEL[item.ven] - there - item.transit
        packs = round(wanted / item.pack + 0.3)
        if packs <= 0 or (item.ven == "N" and rng.random() < 0.12):
            return []
        proposed = requested = packs * item.pack
        reason = None
        if rng.random() < 0.07:
            requested, which = max(1, round(packs * rng.choice((0.5, 1.5, 2)))) * item.pack, rng.randrange(len(_MORE))
            if requested != proposed:
                more = _MORE_TABLETS if item.unit in ("tablet", "capsule") else _MORE
                reason = (more if requested > proposed else _LESS)[which]
        line = Line(self.shelf.scribe.id(), item, requested, requested)
        order.lines.append(line)
        uses = average * (REVIEW + LEAD) / 30.4
        risk = min(999, max(1, round(1_000 * (1 - (there + item.transit) / (1.6 * uses + 1)))))
        made = row(
            "order_line", line.id, order=order.id.hex() if order.id else None, item=item.id.hex(), proposed=proposed,
            requested=requested, pack=item.pack, reason=reason, on_hand=there, in_transit=item.transit,
            average=round(average * 100), risk=risk,
            classic=max(0, round((average * _CLASSIC_MONTHS - there) / item.pack) * item.pack),
        )  # fmt: skip
        item.transit += requested
        return [made]

    def _receive(self, order: Order, day: date) -> None:
        """What comes on the first truck, or on the second; after the last nothing is waited for."""
        if order.id is None:
            return
        first = day == order.arrivals[0]
        delivery, last = self.shelf.scribe.id(), day == order.arrivals[-1]
        paper = f"{order.source}-{self.rng.randint(10_000, 99_999)}"
        made = row("delivery", delivery, order=order.id.hex(), source=order.source, kind="supplied", document=paper,
                   happened_on=day.isoformat())  # fmt: skip
        parts = [Part("delivery", delivery, [made])]
        for line in order.lines:
            come = self._comes(line, day, first)
            if come:
                line.missing -= min(come, line.missing)
                parts += item_part(line.item, self._lots(line.item, come, day, "supplied", delivery, line.id))
            if last:
                line.item.transit -= line.requested
        state = "received" if last else "partly_received"
        if state != order.state:
            moved = FieldSet("supply_order", order.id, "state", state, order.state, (order.version,))
            parts.append(Part("order", order.id, sets=[moved]))
        hashes = self.shelf.scribe.act(RECEIVE, parts, self.care.nurse)
        if state != order.state:
            order.state, order.version = state, hashes[-1]

    def _comes(self, line: Line, day: date, first: bool) -> int:
        rng, item = self.rng, line.item
        if first and item.short_until < day and rng.random() < _SOURCE_OUT:
            item.short_until = day + timedelta(days=rng.choice((10, 20, 45, 80, 110)))
        if item.short_until >= day:
            return 0 if rng.random() < 0.85 else line.missing // (4 * item.pack) * item.pack
        luck = rng.random()
        share = 1.0 if luck < 0.5 else rng.uniform(0.35, 0.9) if luck < 0.93 else 0.0
        if first and luck > 0.985:
            return line.requested + item.pack
        return round(line.missing * share / item.pack) * item.pack

    def _lots(
        self, item: Stocked, quantity: int, day: date, kind: str, delivery: Id, line: Id | None, source: str = ""
    ) -> list[Added]:
        packs, rows = quantity // item.pack, list[Added]()
        split = packs >= 4 and self.rng.random() < 0.2
        for share in (packs // 3, packs - packs // 3) if split else (packs,):
            expiry = shelf_life(item, day, self.rng)
            rows += self.shelf.put(
                item, share * item.pack, expiry, day, kind, source,
                document_kind="delivery", document=delivery.hex(), line=line.hex() if line else None,
            )  # fmt: skip
        return rows

    def _buy(self, day: date) -> None:
        """A vital medicine that ran out is bought in the town."""
        out = [i for i in self.shelf.items.values() if i.ven == "V" and i.kind == "medicine" and not i.on_hand(day)]
        for item in self.rng.sample(out, min(1, len(out))):
            self._unasked([item], day, "purchase", "Compra en farmacia de Jaltenango", 0.6)

    def _accept(self, day: date) -> None:
        """A donation: what is at hand, with little life left."""
        some = [i for i in self.shelf.items.values() if i.kind == "medicine" and i.unit in ("tablet", "capsule")]
        self._unasked(self.rng.sample(some, min(4, len(some))), day, "donation", "Donación de una jornada médica", 1.0)

    def _unasked(self, items: list[Stocked], day: date, kind: str, note: str, months: float) -> None:
        delivery = self.shelf.scribe.id()
        made = row("delivery", delivery, source="other", kind=kind, note=note, happened_on=day.isoformat())
        parts = [Part("delivery", delivery, [made])]
        for item in items:
            packs = max(1, round(item.expected * months / item.pack))
            rows = self._lots(item, packs * item.pack, day, kind, delivery, None, "other")
            parts += item_part(item, rows)
        self.shelf.scribe.act(RECEIVE, parts, self.care.nurse)
