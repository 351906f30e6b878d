"""What a demonstration clinic gives to and gets from its neighbour, and the kit for deliveries that it opens.

Two clinics made with the same seed tell of the same transfers, each its own side, under one folio.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.domain.ids import DEMO_PREFIXES, Id, named_id
from ces_desktop.services.demo_scribe import Part
from ces_desktop.services.demo_shelf import Shelf, item_part
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Care, Event

SEND, RECEIVE, KIT = "supply.send", "supply.receive", "supply.kit"
_GOODS = (
    ("010.000.5165.00", 120), ("010.000.2520.00", 90), ("060.456.0391", 200), ("010.000.0104.00", 100),
    ("010.000.2128.00", 60), ("080.889.2533", 50), ("010.000.2301.00", 60),
)  # fmt: skip
_DAYS_BEFORE_END = (552, 398, 247, 131, 38)
_KIT = "CES-104"
_PARTS = (("060.456.0334", 2), ("060.436.0107", 20), ("060.203.0165", 2), ("060.701.0360", 1), ("010.000.1732.00", 1))


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A transfer as both sides know it; `even`: the even one of the two clinics sends it."""

    day: date
    even: bool
    kind: str
    goods: tuple[tuple[str, int], ...]
    folio: str


class Exchange:
    """Transfers, loans and kits of one clinic."""

    def __init__(self, shelf: Shelf, care: Care, number: int, seed: int) -> None:
        self.shelf, self.care, self.even = shelf, care, number % 2 == 0
        self.other = DEMO_PREFIXES[number ^ 1 if number ^ 1 < len(DEMO_PREFIXES) else 0]
        pair = random.Random(f"exchange {seed} {number // 2}")
        self.transfers: list[Exchanged] = []
        self._kit_lot: Id | None = None
        for place, before in enumerate(_DAYS_BEFORE_END):
            day = care.next_open(care.end - timedelta(days=before))
            goods = tuple(pair.sample(_GOODS, 2))
            folio = f"T-{day.year}-{seed % 100:02}{number // 2:02}{place + 1}"
            kind = "loan" if place in (1, 4) else "transfer"
            if day > care.start + timedelta(days=20):
                self.transfers.append(Exchanged(day, place % 2 == 0, kind, goods, folio))
        self._kit_days = [
            care.next_open(care.start + timedelta(days=40 + 150 * n))
            for n in range(2)
            if care.start + timedelta(days=40 + 150 * n) < care.end
        ]

    def open(self, day: date) -> None:
        """What a delivery kit holds, and the kits that came once."""
        scribe, kit = self.shelf.scribe, self._kit()
        if kit is None:
            return
        parts = [
            row("kit_part", scribe.id(), kit=kit.hex(), item=self.shelf.items[code].id.hex(), quantity=units)
            for code, units in _PARTS
            if code in self.shelf.items
        ]
        lot = scribe.id()
        parts.append(row("lot", lot, item=kit.hex(), number="KIT-P", pack=1, source="CES"))
        parts.append(
            row("movement", scribe.id(), item=kit.hex(), lot=lot.hex(), quantity=3, kind="opening",
                happened_on=day.isoformat())
        )  # fmt: skip
        self._kit_lot = lot
        scribe.act(KIT, [Part("item", kit, parts)], self.care.nurse)

    def day(self, day: date) -> list[Event]:
        """Transfers and kits of a day."""
        events: list[Event] = [
            (720, 20, partial(self._exchange, each, day)) for each in self.transfers if each.day == day
        ]
        if day in self._kit_days:
            events.append((730, 21, partial(self._open_kit, day)))
        return events

    def _exchange(self, each: Exchanged, day: date) -> None:
        shelf, scribe = self.shelf, self.shelf.scribe
        sends, transfer, moved = each.even == self.even, scribe.id(), list[Part]()
        named = {"document_kind": "transfer", "document": transfer.hex()}
        for code, units in each.goods:
            item = shelf.items.get(code)
            if item is None:
                continue
            if sends:
                kind = "loan_out" if each.kind == "loan" else "transfer_out"
                rows, _ = shelf.issue(item, units, day, kind, **named)
            else:
                kind, expiry = "loan_in" if each.kind == "loan" else "transfer_in", day + timedelta(days=220)
                rows = shelf.put(item, units, expiry, day, kind, **named)
            moved += item_part(item, rows)
        back = (day + timedelta(days=60)).isoformat() if each.kind == "loan" and self._over(day) else None
        made = row("transfer", transfer, direction="sent" if sends else "received", kind=each.kind, other=self.other,
                   folio=each.folio, returned_on=back, happened_on=day.isoformat())  # fmt: skip
        scribe.act(SEND if sends else RECEIVE, [Part("transfer", transfer, [made]), *moved], self.care.nurse)

    def _over(self, day: date) -> bool:
        return day + timedelta(days=60) < self.care.end

    def _open_kit(self, day: date) -> None:
        scribe, shelf, kit = self.shelf.scribe, self.shelf, self._kit()
        if kit is None or self._kit_lot is None:
            return
        opened = scribe.id()
        named = {"document_kind": "kit", "document": opened.hex()}
        gone = row("movement", opened, item=kit.hex(), lot=self._kit_lot.hex(), quantity=-1, kind="kit_out",
                   happened_on=day.isoformat(), **named)  # fmt: skip
        parts = [Part("item", kit, [gone])]
        for code, units in _PARTS:
            item = shelf.items.get(code)
            if item is not None:
                expiry = day + timedelta(days=540)
                parts += item_part(item, shelf.put(item, units, expiry, day, "kit_in", **named))
        scribe.act(KIT, parts, self.care.nurse)

    def _kit(self) -> bytes | None:
        return named_id("item", _KIT) if any(code in self.shelf.items for code, _ in _PARTS) else None
