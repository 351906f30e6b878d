"""A demonstration clinic changes hands, acknowledged in part, and has scorecards: baseline, then one a year."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ces_desktop.data.journal.op import Added, FieldSet
from ces_desktop.data.queries.handover_pack import drawn
from ces_desktop.data.queries.scorecard import counted
from ces_desktop.domain.handover import Drawn, facts_text
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.domain.scorecard import ITEMS, Counted, Item, points
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Event
    from ces_desktop.services.demo_staff import Staff

BEGIN, READ, CARD = "handover.begin", "handover.acknowledge", "scorecard.begin"
LEAST_DAYS = 60
"""A clinic younger than this has nothing to hand over."""
READ_SHARE = 0.6
JOINED_DAYS = 120
"""The baseline is made when the program has a few months to count."""
_WORDS = {
    "high_risk": ("Vive sola; avisar a la hija.", "Acepta ir al hospital si la acompañan.", "No tolera el enalapril."),
    "uncontrolled": ("Toma té en lugar de la pastilla de la noche.", "Trabaja fuera; viene los domingos."),
    "pregnancy": ("Quiere parto en el hospital; ya hay camioneta.",),
    "epilepsy": ("La familia guarda el diario de ataques.",),
    "order": ("Preguntar por radio si ya salió.",),
    "equipment": ("El técnico viene el segundo martes.",),
}
_FREE = (
    "La llave de la farmacia la tiene la señora de la tienda.",
    "La autoridad pide avisar antes de cada salida a comunidad.",
)
_STEPS = {
    "meetings_held": "Reunión el primer lunes de cada mes con la autoridad",
    "essential_in_stock": "Pedir los vitales con dos semanas de adelanto",
    "hypertension_controlled": "Visita a domicilio a quien no vino en tres meses",
    "water_and_power": "Solicitar tinaco y batería a la presidencia",
}


class Handover:
    """Call `day` for each day in order, after `Staff`. Draws of its own, so that nothing else changes with it."""

    def __init__(self, scribe: Scribe, connection: Connection, staff: Staff, seed: int) -> None:
        self.scribe, self.staff = scribe, staff
        self._connection, self._clinic = connection, clinic_id(scribe.prefix)
        self._rng = random.Random(f"handover {seed} {scribe.prefix} {staff.start} {staff.end}")
        self._begins: date | None = None
        self._handover = Id(b"")
        self._unread: list[tuple[Id, bytes]] = []
        """Lines that will be read, and the op that made them."""
        if len(staff.served) > 1:
            before, after = staff.served[-2:]
            if before.last - staff.start >= timedelta(LEAST_DAYS) and after.first < staff.end:
                self._begins = before.last
        self._cards = [staff.start + timedelta(JOINED_DAYS)]
        while self._cards[-1] + timedelta(365) < staff.end:
            self._cards.append(self._cards[-1] + timedelta(365))

    def day(self, day: date) -> list[Event]:
        """The pack on the last day of who leaves; its lines read in the first days of who comes; scorecards."""
        events: list[Event] = []
        if day == self._begins:
            events.append((1_005, 40, partial(self._begin, day)))
        after = self.staff.served[-1]
        if self._unread and after.first <= day < after.first + timedelta(5):
            events.append((1_020, 41, self._read))
        if day in self._cards:
            events.append((1_040, 42, partial(self._card, day)))
        return events

    def _begin(self, day: date) -> None:
        scribe, rng = self.scribe, self._rng
        before, after = self.staff.served[-2:]
        scribe.flush()
        lines = drawn(self._connection, self._clinic, day)
        key = scribe.id()
        adds = [
            row("handover", key, outgoing=before.user.hex(), incoming=after.user.hex(), happened_on=day.isoformat(),
                placement=before.placement.hex(), cut_at=scribe.wall, note="La casa queda limpia; hay dos llaves.")
        ]  # fmt: skip
        out = rng.randrange(len(lines)) if len(lines) > 4 else -1
        kept: list[Id] = []
        for place, line in enumerate(lines, 1):
            made = self._line(key, place, line, left_out=place - 1 == out)
            adds.append(made)
            if place - 1 != out:
                kept.append(Id(made.entity))
        for words in _FREE:
            made = row("handover_line", scribe.id(), handover=key.hex(), section="other",
                       position=len(adds), words=words)  # fmt: skip
            adds.append(made)
        (op,) = scribe.act(BEGIN, [Part("handover", key, adds)], before.user or None)
        self._handover = key
        self._unread = [(line, op) for line in kept[: round(READ_SHARE * len(kept))]]

    def _line(self, key: Id, place: int, line: Drawn, *, left_out: bool) -> Added:
        known = _WORDS.get(line.section, ())
        words = self._rng.choice(known) if known and self._rng.random() < 0.3 else None
        return row(
            "handover_line", self.scribe.id(), handover=key.hex(), section=line.section, about_type=line.about_type,
            about=line.about.hex() if line.about else None, position=place, facts=facts_text(line.facts),
            words=None if left_out else words, left_out="Se va a vivir a otro municipio" if left_out else None,
        )  # fmt: skip

    def _read(self) -> None:
        """A third of what is still to be read, a line each act, as one key does."""
        share = max(1, len(self._unread) // 3)
        now, self._unread = self._unread[:share], self._unread[share:]
        user = self.staff.served[-1].user
        for line, op in now:
            self.scribe.at(0)
            sets = [
                FieldSet("handover_line", line, "read_by", user.hex(), None, (op,)),
                FieldSet("handover_line", line, "read_at", self.scribe.wall, None, (op,)),
            ]
            self.scribe.act(READ, [Part("handover", self._handover, (), sets)], user)

    def _card(self, day: date) -> None:
        scribe, place = self.scribe, self._cards.index(day)
        scribe.flush()
        found = counted(self._connection, self._clinic, day)
        key = scribe.id()
        adds = [row("scorecard", key, kind="yearly" if place else "baseline", happened_on=day.isoformat())]
        for item in ITEMS:
            known = found.get(item.code, Counted()) if item.counted else self._entered(item, place)
            adds.append(
                row("scorecard_item", scribe.id(), scorecard=key.hex(), area=item.area, code=item.code,
                    source="counted" if item.counted else "entered", value=known.value, whole=known.whole,
                    points=points(item, known), next_step=_STEPS.get(item.code))
            )  # fmt: skip
        scribe.act(CARD, [Part("scorecard", key, adds)])

    def _entered(self, item: Item, place: int) -> Counted:
        """What a person found: better each year; agreements were not counted in the first."""
        if item.code == "agreements_kept":
            return Counted() if place == 0 else Counted(4 + place, 8)
        if item.how == "share":
            return Counted(min(12, 4 + 3 * place + self._rng.randint(0, 1)), 12)
        return Counted(1 if place or item.code == "nurse" else 0, 1)

