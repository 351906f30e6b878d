"""The shelf of a demonstration clinic: which items it keeps, how fast they are used, and which lots lie there.

Rates are our own, so that the shelf of an invented clinic looks like a small clinic's. The state is kept in memory so
that no movement takes more than there is; the rows are those that the services of the ledger write.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from ces_desktop.data.journal.op import Added
from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_visit import row

PRESCRIBED = {
    "010.000.0104.00": 1060, "010.000.2144.00": 258, "010.000.5165.00": 2140, "010.000.2520.00": 1900,
    "010.000.3623.00": 194, "010.000.2111.01": 920, "010.000.2301.00": 655, "010.000.0657.00": 1300,
    "010.000.1042.00": 875, "010.000.2501.00": 1110, "CES-001": 2400, "010.000.2128.00": 366, "CES-002": 514,
    "010.000.5186.00": 210, "010.000.3417.00": 69, "010.000.0813.00": 12, "010.000.1701.00": 250, "CES-014": 78,
    "010.000.2462.00": 105, "010.000.3407.00": 70, "010.000.1926.00": 104, "010.000.1308.00": 133,
    "010.000.2821.00": 6, "010.000.1711.00": 139, "010.000.2136.00": 28, "010.000.1050.01": 45,
    "010.000.0865.00": 4, "010.000.0429.00": 700, "010.000.2127.00": 500, "010.000.3507.00": 82,
    "010.000.2463.00": 290, "010.000.1561.00": 24, "010.000.1927.00": 265, "010.000.1310.00": 240,
    "010.000.1345.00": 32, "040.000.2608.00": 80, "040.000.2601.00": 40, "040.000.4484.00": 60,
}  # fmt: skip
"""Units a month that the demonstration's own consults prescribe where there are `USUAL` of them."""
_LIKE = {
    "CES-107": "010.000.5165.00", "CES-108": "010.000.1042.00", "CES-109": "010.000.2301.00",
    "CES-110": "010.000.2501.00", "CES-111": "010.000.2111.01", "CES-114": "040.000.4484.00",
    "CES-115": "040.000.2608.00", "CES-117": "010.000.0429.00", "CES-118": "010.000.5186.00",
}  # fmt: skip
"""Lines of CES → the line of the ministry that is prescribed: a part of what is given comes from them."""
USUAL = 350.0
"""Consults a month to which the rates belong."""
SPARED = frozenset({"060.203.0108"})
"""Equipment that comes as a piece, and what is never on a shelf."""
_KEPT_SHARE = {"V": 1.0, "E": 0.86, "N": 0.4}
_EVENTS = {"V": 1.0, "E": 1.5, "N": 0.9}
"""Times a month that a medicine is asked for which no consult of the demonstration prescribes."""
_PLACES = {"medicine": "Anaquel {letter}{number}", "material": "Bodega {number}", "test": "Laboratorio {number}"}


@dataclass(slots=True, eq=False)
class Lot:
    """What is left of a lot. `since`: last day on which units were added; the day before it held fewer."""

    id: Id
    expiry: date | None
    quantity: int
    since: date

    def usable(self, day: date) -> bool:
        """In date, there, and there already on that day."""
        return self.quantity > 0 and self.since <= day and (self.expiry is None or self.expiry >= day)


@dataclass(slots=True, eq=False)
class Stocked:
    """An item that the clinic keeps; `events` a month of `size` units besides prescriptions, `expected` units in all.

    `kind_out`: the kind of movement with which it leaves when nobody prescribed it.
    """

    id: Id
    code: str
    kind: str
    name: str
    unit: str
    pack: int
    ven: str
    source: str
    controlled: bool
    cold: bool
    events: float
    size: int
    expected: float
    kind_out: str
    location: str
    family: str = ""
    lots: list[Lot] = field(default_factory=list)
    lotless: int = 0
    wanted: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Month (year × 12 + month) → units asked for, given or not."""
    transit: int = 0
    short_until: date = date.min
    """Until when the source itself has none."""

    def on_hand(self, day: date) -> int:
        """Units that can be given out, less what was given without a lot."""
        return max(0, sum(x.quantity for x in self.lots if x.usable(day)) + self.lotless)

    def average(self, day: date) -> float:
        """Units a month, as somebody would work it out at the window: the last three months, all that was asked for.

        Never far below what was expected: who orders by hand does not forget an item that nobody could be given.
        """
        now = month_number(day)
        known = min(3, now - min(self.wanted, default=now))
        recent = sum(self.wanted[now - back] for back in range(1, known + 1)) / max(1, known)
        return max(recent, 0.35 * self.expected) if recent else 0.8 * self.expected


def month_number(day: date) -> int:
    """Months are counted through the years."""
    return day.year * 12 + day.month


def poisson(rng: random.Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


class Shelf:
    """All items of the clinic, and the rows of what happens to them."""

    def __init__(self, scribe: Scribe, people: int, visits: float, rng: random.Random) -> None:
        self.scribe, self.rng = scribe, rng
        busy = min(4.0, max(0.3, visits / USUAL))
        most = rng.randint(262, 296) if people >= 1_000 else min(280, 50 + people // 4)
        self.items = {each.code: each for each in _chosen(busy, visits / USUAL, most, rng)}
        self.by_id = {each.id: each for each in self.items.values()}
        self._twins: defaultdict[str, list[Stocked]] = defaultdict(list)
        for each in self.items.values():
            if each.family:
                self._twins[each.family].append(each)

    def alike(self, item: Stocked) -> list[Stocked]:
        """The lines of stock that one prescription can be given from: the item, and its like from another source.

        Somebody who gives it out takes what lies in front: now and then that is the other one.
        """
        lines = self._twins.get(item.family) or [item]
        return sorted(lines, key=lambda each: each is not item, reverse=self.rng.random() < 0.25)

    def take(self, item: Stocked, quantity: int, day: date) -> list[tuple[Lot, int]]:
        """First expired first out, at most what there is; the lots are left with less."""
        left, taken = min(quantity, item.on_hand(day)), []
        for lot in item.lots:
            if left and lot.usable(day):
                part = min(left, lot.quantity)
                lot.quantity -= part
                left -= part
                taken.append((lot, part))
        if taken:
            item.lots = [lot for lot in item.lots if lot.quantity]
        return taken

    def issue(self, item: Stocked, quantity: int, day: date, kind: str, **more: str | None) -> tuple[list[Added], int]:
        """Rows of as many units leaving as there are, and how many those are. `more`: columns, written as in an op."""
        taken = self.take(item, quantity, day)
        rows = [self.moved(item, lot, -part, day, kind, **more) for lot, part in taken]
        return rows, sum(part for _, part in taken)

    def asked(self, item: Stocked, quantity: int, given: int, day: date, line: str | None = None) -> list[Added]:
        """Note the demand of the month; the row of what was not there, if any."""
        item.wanted[month_number(day)] += quantity
        if given >= quantity:
            return []
        reason = "partly" if given else "out"
        return [
            row("unmet_demand", self.scribe.id(), item=item.id.hex(), quantity=quantity - given, line=line,
                reason=reason, happened_on=day.isoformat())
        ]  # fmt: skip

    def moved(self, item: Stocked, lot: Lot | None, quantity: int, day: date, kind: str, **more: str | None) -> Added:
        """The row of a movement; the caller has changed the lot."""
        return row(
            "movement",
            self.scribe.id(),
            item=item.id.hex(),
            lot=lot.id.hex() if lot else None,
            quantity=quantity,
            kind=kind,
            happened_on=day.isoformat(),
            **more,
        )

    def put(
        self, item: Stocked, quantity: int, expiry: date | None, day: date, kind: str, source: str = "",
        **more: str | None,
    ) -> list[Added]:  # fmt: skip
        """Rows of a new lot that came, and of its coming."""
        rng = self.rng
        lot = Lot(self.scribe.id(), expiry, quantity, day)
        item.lots.append(lot)
        item.lots.sort(key=lambda x: (x.expiry or date.max, x.id))
        number = f"{rng.choice('ABCDFGHJKLMNPRST')}{day.year % 100}{rng.choice('ABCEFHKM')}{rng.randint(100, 9_999)}"
        pack = item.pack if rng.random() < 0.9 else max(1, item.pack // 2)
        made = row(
            "lot", lot.id, item=item.id.hex(), number=number, expiry=expiry.isoformat() if expiry else None, pack=pack,
            source=source or item.source, location=item.location,
        )  # fmt: skip
        return [made, self.moved(item, lot, quantity, day, kind, **more)]

    def decide(self) -> list[Part]:
        """What the clinic decided about each item: where it lies, how much fits."""
        parts = []
        for item in self.items.values():
            named = item.ven == "N" and item.kind == "medicine" and self.rng.random() < 0.08
            most = item.pack * round(6 + item.expected * 6 / item.pack) if item.cold or item.pack == 1 else None
            decided = row("item_shelf", self.scribe.id(), item=item.id.hex(), kept="named_patient" if named else "yes",
                          location=item.location, most=most)  # fmt: skip
            parts.append(Part("item", item.id, [decided]))
        return parts


def item_part(item: Stocked, rows: list[Added]) -> list[Part]:
    """What an action does to an item, if anything."""
    return [Part("item", item.id, rows)] if rows else []


def _chosen(busy: float, prescribing: float, most: int, rng: random.Random) -> list[Stocked]:
    """The items kept: all that are prescribed, nearly all vital ones, fewer of the rest."""
    ranked = []
    for number, listed in enumerate(read_list("item")):
        code, kind, ven = str(listed["code"]), str(listed["kind"]), str(listed["ven"] or "N")
        luck = rng.random()
        if kind == "equipment" or code in SPARED:
            continue
        first = code in PRESCRIBED or code in _LIKE
        if first or luck < _KEPT_SHARE[ven]:
            ranked.append((not first, luck / _KEPT_SHARE[ven], number, listed))
    ranked.sort(key=lambda each: each[:3])
    kept = sorted(ranked[:most], key=lambda each: each[2])
    return [_stocked(listed, place, busy, prescribing, rng) for place, (*_, listed) in enumerate(kept)]


def _stocked(
    listed: dict[str, bytes | str | int | None], place: int, busy: float, prescribing: float, rng: random.Random
) -> Stocked:
    code, kind, unit = str(listed["code"]), str(listed["kind"]), str(listed["unit"])
    ven, pack, form = str(listed["ven"] or "N"), int(listed["pack"] or 1), str(listed["form"] or "")
    cold, identity = listed["cold"] == "yes", listed["id"]
    assert isinstance(identity, bytes)
    mild = rng.lognormvariate(0, 0.45)
    if kind == "medicine":
        events, size = _medicine_rate(ven, unit, pack, form, mild * busy)
    else:
        events, size = _material_rate(kind, unit, pack, ven, mild * busy)
    asked_for = PRESCRIBED.get(code, 0.3 * PRESCRIBED.get(_LIKE.get(code, ""), 0))
    if asked_for:
        events *= 0.1
    here = "used" if form in ("injection", "infusion", "vaccine", "implant", "intrauterine") else "dispensed"
    where = "Refrigerador" if cold else _PLACES[kind].format(letter="ABCDEF"[place // 40 % 6], number=place % 8 + 1)
    return Stocked(
        id=Id(identity),
        code=code,
        kind=kind,
        name=str(listed["name_es"]),
        unit=unit,
        pack=pack,
        ven=ven,
        source=str(listed["source"]),
        controlled=bool(listed["controlled"]),
        cold=cold,
        events=events,
        size=size,
        expected=events * size + asked_for * prescribing,
        kind_out="laboratory" if kind == "test" else "used" if kind == "material" else here,
        location="Gaveta con llave" if listed["controlled"] else where,
        family=str(listed["family"] or ""),
    )


def _medicine_rate(ven: str, unit: str, pack: int, form: str, factor: float) -> tuple[float, int]:
    if form == "vaccine":
        return 3.5 * factor, 4
    if unit in ("tablet", "capsule", "pessary", "suppository"):
        return _EVENTS[ven] * factor, min(pack, 30) if pack > 4 else 2 * pack
    if unit in ("ml", "dose"):
        return _EVENTS[ven] * factor, min(pack, 300)
    return _EVENTS[ven] * factor * (0.5 if pack >= 10 else 1.0), 2 if unit == "ampoule" else 1


def _material_rate(kind: str, unit: str, pack: int, ven: str, factor: float) -> tuple[float, int]:
    """Events are the weeks in which it is written down that some were used."""
    if unit == "ml":
        return 2.0 * factor, max(1, pack // 6)
    if pack >= 100:
        return 3.6, max(1, round(pack * (0.28 if ven == "V" else 0.16) * factor))
    if pack >= 20:
        return 2.6, max(1, round(pack * 0.22 * factor))
    return (2.4 if kind == "test" else 1.5) * factor, 2 if ven == "V" else 1
