"""The store of a demonstration clinic through the years: opening, use, losses, counts, what comes and what goes.

Believable rather than exact: a delivery every two months from each source, two thirds of what was asked for at first,
later in the rains; medicines that run out and are written down as not given; lots that expire on the shelf.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.visits import Visit
from ces_desktop.services.demo_care import Care, Event
from ces_desktop.services.demo_counts import Counts
from ces_desktop.services.demo_deliveries import Deliveries, shelf_life
from ces_desktop.services.demo_equipment import Equipment
from ces_desktop.services.demo_exchange import Exchange
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_shelf import Shelf, Stocked, item_part, poisson
from ces_desktop.services.demo_visit import row

DISPENSE, USE, LOSE, RECEIVE = "supply.dispense", "supply.use", "supply.lose", "supply.receive"
_OPEN_DAYS = 23.0
_OUTREACH = (
    ("010.000.3623.00", 12), ("010.000.1344.00", 20), ("060.308.0177", 40), ("010.000.0104.00", 40),
    ("020.000.3822.01", 8), ("020.000.3810.00", 5), ("080.889.2533", 10), ("080.574.0016", 10),
)  # fmt: skip
"""What a brigade takes along each month."""
_LOSSES = (
    ("damaged", 34, "Caja mojada"), ("damaged", 20, "Frasco roto"), ("lost", 14, None), ("open_vial", 10, None),
    ("quality", 7, "Cambio de color"), ("sample", 6, "Capacitación"), ("stolen", 2, None),
    ("warehouse_return", 7, "Caducidad corta, devuelto al almacén"),
)  # fmt: skip
_PRESCRIBERS = ("Dr. Iván Solano, hospital", "Dra. Rocío Lara, hospital", "Dr. Néstor Cano, cabecera municipal")
"""Of papers with which people come to the window for controlled medicines; invented."""
_BOOK = "opening"
_LEAK, _DRY = 12, 0.8
"""Days before the last one on which the roof leaks, and the months of use that stay dry of what it falls on."""


class Supply:
    """One clinic's store. Call `day` for each day in order; `fill` is told of each signed consult."""

    def __init__(self, scribe: Scribe, care: Care, number: int, seed: int) -> None:
        self.scribe, self.care = scribe, care
        self.rng = rng = random.Random(f"supply {seed} {number} {care.load.people} {care.load.visits}")
        self.shelf = Shelf(scribe, care.load.people, care.load.visits, rng)
        self.deliveries = Deliveries(self.shelf, care)
        self.counts = Counts(self.shelf, care)
        self.exchange = Exchange(self.shelf, care, number, seed)
        self.equipment = Equipment(scribe, care, rng)
        self._lotless = {care.end - timedelta(days=21), care.end - timedelta(days=12)}
        """Days from which one thing is given that is not there by the ledger."""
        self._broken_cold = self._cold_day()
        self._leak = care.next_open(care.end - timedelta(days=_LEAK))

    def day(self, day: date) -> list[Event]:
        """What happens in the store on a day, in the order of making."""
        events: list[Event] = []
        if day == self.care.start:
            events.append((425, 0, partial(self._open, day)))
        if not self.care.open_on(day) or day > self.care.end:
            return events
        events += self.deliveries.day(day) + self.counts.day(day) + self.exchange.day(day) + self.equipment.day(day)
        busy = self._window()
        if busy:
            events.append((905, 50, partial(self._hand_out, busy, day)))
        if day.weekday() == 4:
            events.append((960, 51, partial(self._write_down_use, day)))
        if self._first_open(day) and day < self.care.end - timedelta(days=12):
            events.append((930, 52, partial(self._clear_expired, day)))
        if day.day > 13 and self._first_open(day, 14):
            events.append((940, 53, partial(self._go_out, day)))
        if self.rng.random() < 2.4 / _OPEN_DAYS:
            events.append((950, 54, partial(self._lose, day)))
        if day == self._broken_cold:
            events.append((500, 55, partial(self._thaw, day)))
        if day == self._leak:
            events.append((510, 56, partial(self._get_wet, day)))
        return events

    def fill(self, visit: Visit) -> None:
        """Hand out what a consult prescribed: all there is of it, and the rest is written down as not given."""
        day, parts = date.fromisoformat(visit.happened_on), list[Part]()
        for one in visit.lines:
            item = self.shelf.by_id.get(one.item) if one.item else None
            if item is None or self.rng.random() < 0.015:
                continue  # not kept here, or the person went without
            named = {"document_kind": "prescription", "document": visit.encounter.hex(), "line": one.id.hex()}
            parts += self._hand_over(item, one.quantity, day, named)
        self._act(DISPENSE, _joined(parts))

    def _hand_over(self, item: Stocked, quantity: int, day: date, named: Mapping[str, str]) -> list[Part]:
        """One line of a prescription, from the lines of stock of its family; what is left of it is not there."""
        parts, given, here, rows = list[Part](), 0, 0, list[Added]()
        for each in self.shelf.alike(item):
            taken, units = self.shelf.issue(each, quantity - given, day, "dispensed", **named)
            given += units
            if each is item:
                rows, here = taken, units
            else:
                self.shelf.asked(each, units, units, day)
                parts += item_part(each, taken)
        rest = quantity - given
        if rest and self._in_the_hand(item, day):
            item.lotless -= rest
            rows.append(self.shelf.moved(item, None, -rest, day, "dispensed", **named))
            here, rest = here + rest, 0
        return parts + item_part(item, rows + self.shelf.asked(item, here + rest, here, day, named["line"]))

    def _act(self, kind: str, parts: list[Part]) -> None:
        if parts:
            self.scribe.at(0)
            self.scribe.act(kind, parts, self.care.nurse)

    def _in_the_hand(self, item: Stocked, day: date) -> bool:
        """ "Lo tengo en la mano": there is one, whatever the ledger says; twice, in the last days."""
        due = [d for d in self._lotless if d <= day]
        if not due or item.lotless or item.controlled:
            return False
        self._lotless.discard(due[0])
        return True

    def _open(self, day: date) -> None:
        """The first count becomes the opening balance."""
        shelf, rng = self.shelf, self.rng
        self.scribe.act("supply.keep", shelf.decide(), self.care.nurse)
        self.deliveries.open(day)
        delivery = self.scribe.id()
        made = row("delivery", delivery, source="other", kind=_BOOK, note="Inventario inicial",
                   happened_on=day.isoformat())  # fmt: skip
        parts = [Part("delivery", delivery, [made])]
        for item in shelf.items.values():
            packs = max(1, round(item.expected * rng.uniform(1.6, 4.6) / item.pack))
            rows: list[Added] = []
            for share in (packs,) if packs < 3 or rng.random() < 0.6 else (packs // 3, packs - packs // 3):
                rows += shelf.put(item, share * item.pack, shelf_life(item, day, rng, 0.2), day, _BOOK,
                                  document_kind="delivery", document=delivery.hex())  # fmt: skip
            parts += item_part(item, rows)
        self._act(RECEIVE, parts)
        self.exchange.open(day)

    def _window(self) -> list[Stocked]:
        """Who asks for something that no consult here prescribed: papers of others, vaccines, injections."""
        return [
            item
            for item in self.shelf.items.values()
            if item.kind == "medicine"
            for _ in range(poisson(self.rng, item.events / _OPEN_DAYS))
        ]

    def _hand_out(self, asked: list[Stocked], day: date) -> None:
        for kind in ("dispensed", "used"):
            parts: list[Part] = []
            for item in asked:
                if item.kind_out == kind:
                    wanted = max(1, round(item.size * self.rng.choice((0.5, 1, 1, 1, 1, 2))))
                    parts += self._given(item, wanted, day, kind, unmet=0.9)
            self._act(DISPENSE if kind == "dispensed" else USE, _joined(parts))

    def _given(self, item: Stocked, wanted: int, day: date, kind: str, unmet: float) -> list[Part]:
        rows, given = self.shelf.issue(item, wanted, day, kind, note=_prescriber(item, day))
        if given < wanted and kind == "dispensed" and self._in_the_hand(item, day):
            item.lotless -= wanted - given
            rows.append(self.shelf.moved(item, None, given - wanted, day, kind))
            given = wanted
        if given == wanted or self.rng.random() < unmet:
            rows += self.shelf.asked(item, wanted, given, day)
        else:
            self.shelf.asked(item, given, given, day)  # what nobody wrote down
        return item_part(item, rows)

    def _write_down_use(self, day: date) -> None:
        """On Fridays, the materials and tests of the week."""
        for kind in ("used", "laboratory"):
            parts: list[Part] = []
            for item in self.shelf.items.values():
                if item.kind_out == kind and item.kind != "medicine":
                    times = poisson(self.rng, item.events / 4.35)
                    if times:
                        wanted = max(1, round(times * item.size * self.rng.uniform(0.7, 1.3)))
                        parts += self._given(item, wanted, day, kind, unmet=0.3)
            self._act(USE, parts)

    def _go_out(self, day: date) -> None:
        parts: list[Part] = []
        for code, usual in _OUTREACH:
            item = self.shelf.items.get(code)
            if item is not None and self.rng.random() < 0.7:
                parts += self._given(item, self.rng.randint(usual // 2, usual), day, "outreach", unmet=0.0)
        self._act(USE, parts)

    def _clear_expired(self, day: date) -> None:
        parts: list[Part] = []
        for item in self.shelf.items.values():
            rows = []
            for lot in item.lots:
                if lot.expiry is not None and lot.expiry < day and self.rng.random() < 0.85:
                    rows.append(self.shelf.moved(item, lot, -lot.quantity, day, "expired"))
                    lot.quantity = 0
            item.lots = [lot for lot in item.lots if lot.quantity]
            parts += item_part(item, rows)
        self._act(LOSE, parts)

    def _lose(self, day: date) -> None:
        kind, _, note = self.rng.choices(_LOSSES, [weight for _, weight, _ in _LOSSES])[0]
        there = [
            item
            for item in self.shelf.items.values()
            if item.on_hand(day) and (kind != "open_vial" or (item.cold and item.kind == "medicine"))
        ]
        if there:
            item = self.rng.choice(there)
            most = item.on_hand(day)
            few = item.pack if kind == "warehouse_return" else max(1, round(item.pack * self.rng.uniform(0.05, 0.6)))
            rows, _ = self.shelf.issue(item, min(most, few), day, kind, note=note)
            self._act(LOSE, item_part(item, rows))

    def _cold_day(self) -> date:
        """A day in the rains, in the middle of the demonstration if it is that long."""
        middle = self.care.start + (self.care.end - self.care.start) * 3 // 5
        year = middle.year if middle.month < 10 else middle.year + 1
        return self.care.next_open(date(year, 8, self.rng.randint(4, 26)))

    def _thaw(self, day: date) -> None:
        """The light was out for two days: what must be cold is lost."""
        parts: list[Part] = []
        for item in self.shelf.items.values():
            rows = []
            for lot in item.lots if item.cold else ():
                if lot.quantity and self.rng.random() < 0.9:
                    rows.append(self.shelf.moved(item, lot, -lot.quantity, day, "cold_chain", note="Dos días sin luz"))
                    lot.quantity = 0
            item.lots = [lot for lot in item.lots if lot.quantity]
            parts += item_part(item, rows)
        self._act(LOSE, parts)
        self.equipment.thawed(day)

    def _get_wet(self, day: date) -> None:
        """The roof leaks: of a vital medicine that is on no truck too little stays dry to last until the next one.

        In a small clinic nothing else might be at risk on the last day. No luck is drawn: all else stays as it was.
        """
        kinds = Counter(item.family for item in self.shelf.items.values() if item.family)
        dry = [
            item
            for item in self.shelf.items.values()
            if item.ven == "V" and item.kind == "medicine" and item.kind_out == "dispensed" and not item.transit
            and kinds[item.family] < 2 and item.on_hand(day) > _DRY * item.average(day)
        ]  # fmt: skip
        if dry:
            item = max(dry, key=lambda each: each.average(day))
            wet = item.on_hand(day) - round(_DRY * item.average(day))
            rows, _ = self.shelf.issue(item, wet, day, "damaged", note="Gotera: se mojaron las cajas")
            self._act(LOSE, item_part(item, rows))

    def _first_open(self, day: date, after: int = 1) -> bool:
        """Whether it is the first open day of the month on or after a day."""
        first = day.replace(day=after)
        return first < month_add(day.replace(day=1), 1) and self.care.next_open(first) == day


def _prescriber(item: Stocked, day: date) -> str | None:
    """Who prescribed a controlled medicine of which the clinic has no prescription."""
    return _PRESCRIBERS[day.toordinal() % len(_PRESCRIBERS)] if item.controlled else None


def _joined(parts: list[Part]) -> list[Part]:
    """One part for each subject: an item asked for twice in an action is one op."""
    rows: dict[bytes, list[Added]] = {}
    for part in parts:
        rows.setdefault(part.subject, []).extend(part.adds)
    return [Part("item", subject, adds) for subject, adds in rows.items()]
