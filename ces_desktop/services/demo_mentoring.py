"""Mentoring of a demonstration clinic: a session about every month, what was watched, agreed, signed and answered.

Each physician begins with gaps and gets better; one month was missed. The cases of control are people whose pressure
was read in the weeks before: the figures are those of the register.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from ces_desktop.data.journal.op import Added
from ces_desktop.data.models import ObservationRecord
from ces_desktop.data.queries.checklists import checklists
from ces_desktop.domain import mentoring as rules
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.domain.mentoring import (
    Action,
    Checklist,
    Discussed,
    Observed,
    Person,
    Point,
    PointKind,
    Result,
    Session,
)
from ces_desktop.domain.mentoring_cases import as_text
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_visit import row
from ces_desktop.services.mentoring import rows_of

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Event
    from ces_desktop.services.demo_staff import Served, Staff

MENTOR = "Dra. Beatriz Moguel"
EVERY, MISSED = 30, 6
"""Days between two visits; the visit that was not made."""
LAST_BEFORE = 12
"""Days between the last visit and the end."""
_ACTIONS = (
    "Revisar los pies en toda consulta de diabetes",
    "Pedir HbA1c a quienes no tienen una en seis meses",
    "Medir la presión dos veces tras cinco minutos de reposo",
    "Anotar si el diagnóstico es de primera vez",
    "Conseguir manguito grande para el consultorio",
    "Dejar por escrito la próxima cita y el transporte",
    "Preguntar por pastillas olvidadas antes de subir la dosis",
    "Revisar con la jurisdicción el envío de losartán",
    "Aplicar PHQ-9 a quienes no controlan",
    "Acordar el plan de parto con tres embarazadas",
)
_TOPICS = ("Pie diabético", "Ajuste de losartán", "Insulina nocturna", "Plan de parto", "Tos de dos semanas",
           "Depresión en consulta", "Referencia con respuesta")  # fmt: skip
_STRENGTHS = ("Explica con dibujos la hora de cada medicina", "Escucha sin prisa", "Registra el mismo día",
              "La familia repite lo acordado")  # fmt: skip
_PROBLEMS = ("Faltó metformina dos semanas", "No hay transporte los lunes", "El glucómetro pide calibración")
_NOTES = ("Se sube un paso y se cita en dos semanas", "Se pide laboratorio", "Visita en casa con la acompañante",
          "Se revisa cómo toma las pastillas")  # fmt: skip
_ANSWERS = ("De acuerdo. El manguito llega con la siguiente visita.", "Lo hago desde mañana.",
            "Falta papel para las citas; lo pido.")  # fmt: skip


class Mentoring:
    """One clinic's sessions; call `day` for each day in order."""

    def __init__(
        self, connection: Connection, scribe: Scribe, staff: Staff, days: tuple[date, date], seed: str
    ) -> None:
        self.scribe, self.staff, self.connection = scribe, staff, connection
        self.rng = random.Random(f"mentoring {seed} {days}")
        self.here = clinic_id(scribe.prefix)
        self.mentor: Id | None = None
        self.start, self.end = days
        self._days = self._planned()
        self._open: list[tuple[Id, str]] = []
        """Agreed actions not closed yet, with the day they are due."""

    def _planned(self) -> frozenset[date]:
        """Back from the last visit, a month each; on working days with a physician; one visit is missing."""
        found, day, place = set[date](), self.end - timedelta(days=LAST_BEFORE), 0
        while day > self.start + timedelta(days=21):
            while day in self.staff.closed or day.weekday() > 4:
                day -= timedelta(days=1)
            if place != MISSED:
                found.add(day)
            place += 1
            day -= timedelta(days=EVERY + self.rng.randint(-2, 2))
        return frozenset(found)

    def day(self, day: date) -> list[Event]:
        """The mentor gets a sign-in on the first day; a visit is written in the afternoon."""
        events: list[Event] = []
        if self.mentor is None:
            events.append((422, -8_000, self._sign_on))
        if day in self._days:
            events.append((990, 60, partial(self._visit, day)))
        return events

    def _sign_on(self) -> None:
        scribe = self.scribe
        self.mentor = scribe.id()
        role = row("user_role", scribe.id(), user=self.mentor.hex(), role=Role.MENTOR.value,
                   from_on=self.start.isoformat())  # fmt: skip
        scribe.op(
            "users.add", "user", self.mentor, [row("app_user", self.mentor, name=MENTOR, licence="7654321"), role]
        )

    def _visit(self, day: date) -> None:
        self.scribe.flush()
        served = self.staff.on(day)
        lists = checklists(self.connection, self.here)
        session = rules.cleaned(self._session(day, served, lists))
        self._close(day)
        self._write("mentoring.save", session.id, _added(session), self.mentor)
        digest = rules.digest(session)
        unsigned = day == max(self._days)
        signers = [("mentor", self.mentor, MENTOR)]
        signers += [] if unsigned else [("mentee", served.user, served.name)]
        for side, user, name in signers:
            signature = row("session_signature", self.scribe.id(), session=session.id.hex(), role=side,
                            user=user.hex() if user else None, name=name, digest=digest,
                            happened_on=day.isoformat())  # fmt: skip
            self._write("mentoring.sign", session.id, [signature], user)
        if not unsigned and self.rng.random() < 0.4:
            said = row("session_remark", self.scribe.id(), session=session.id.hex(), kind="answer",
                       user=served.user.hex() if served.user else None, name=served.name,
                       text=self.rng.choice(_ANSWERS), happened_on=day.isoformat())  # fmt: skip
            self._write("mentoring.answer", session.id, [said], served.user)
        self._open += [(action.id, action.due_on) for action in session.actions]

    def _session(self, day: date, served: Served, lists: dict[Id, Checklist]) -> Session:
        rng, fresh = self.rng, self.scribe.id
        phone = rng.random() < 0.15
        skill = min(0.95, 0.62 + 0.034 * max(0, (day - served.first).days) / 30)
        usual = [each for each in lists.values() if each.code in ("chronic", "prenatal", "general", "child")]
        observed = [] if phone else [self._observed(rng.choice(usual), skill) for _ in range(3)]
        people = (
            Person(fresh(), "mentor", self.mentor, MENTOR),
            Person(fresh(), "mentee", served.user or None, served.name, served.person or None),
        )
        points: list[tuple[PointKind, str]] = [("topic", text) for text in rng.sample(_TOPICS, 2)]
        points.append(("strength", rng.choice(_STRENGTHS)))
        points += [("problem", rng.choice(_PROBLEMS))] if rng.random() < 0.5 else []
        owners = [(served.user or None, served.name), (self.mentor, MENTOR)]
        actions = []
        for text in rng.sample(_ACTIONS, rng.choice((2, 3, 3))):
            user, name = owners[0] if rng.random() < 0.8 else owners[1]
            due = day + timedelta(days=rng.choice((14, 28, 28, 35)))
            actions.append(Action(fresh(), text, user, name, due.isoformat()))
        return Session(
            fresh(), day.isoformat(), "phone" if phone else "on_site", people, tuple(observed), self._cases(day),
            tuple(Point(fresh(), kind, text) for kind, text in points), tuple(actions),
        )  # fmt: skip

    def _observed(self, checklist: Checklist, skill: float) -> Observed:
        results: dict[Id, Result] = {}
        for item in checklist.items:
            drawn = self.rng.random()
            if drawn < 0.06:
                results[item.id] = "not_seen"
            else:
                results[item.id] = "met" if self.rng.random() < skill else self.rng.choice(("partly", "not"))
        return Observed(self.scribe.id(), None, checklist.id, "", results)

    def _cases(self, day: date) -> tuple[Discussed, ...]:
        """The highest pressures of the last weeks, told with the reading itself."""
        o = ObservationRecord
        since = (day - timedelta(days=45)).isoformat()
        high = self.connection.execute(
            select(o.patient, o.encounter, o.value, o.happened_on)
            .where(o.clinic == self.here, o.code == "systolic", o.happened_on >= since, o.value >= 150, o.live == 1)
            .order_by(o.value.desc(), o.happened_on.desc(), o.id)
            .limit(6)
        ).all()
        found, known = list[Discussed](), set[bytes]()
        for patient, encounter, value, seen in high:
            if patient is None or patient in known or len(found) == 2:
                continue
            low = self.connection.execute(
                select(o.value).where(o.encounter == encounter, o.code == "diastolic", o.live == 1)
            ).scalar()
            if low is None or value is None:
                continue
            known.add(patient)
            facts: dict[str, int | str] = {"code": "pressure", "value": value, "second": low, "day": seen or ""}
            note = self.rng.choice(_NOTES)
            found.append(Discussed(self.scribe.id(), Id(patient), "control", as_text(facts), note))
        return tuple(found)

    def _close(self, day: date) -> None:
        """At the next visit most of what was agreed is done; some stays open, little is dropped."""
        still: list[tuple[Id, str]] = []
        for action, due in self._open:
            drawn = self.rng.random()
            if drawn > 0.8 and len(still) < 3:
                still.append((action, due))
                continue
            in_time = date.fromisoformat(due) - timedelta(days=self.rng.randint(0, 5))
            done = min(in_time, day) if drawn < 0.6 else day
            event = row("session_action_event", self.scribe.id(), action=action.hex(),
                        state="dropped" if 0.6 < drawn < 0.64 else "done", happened_on=done.isoformat())  # fmt: skip
            part = Part("session_action", action, [event])
            self.scribe.act("mentoring.action_done", [part], self.mentor)
        self._open = still

    def _write(self, kind: str, session: Id, adds: Sequence[Added], user: Id | None) -> None:
        self.scribe.act(kind, [Part("mentoring_session", session, adds)], user or None)


def _added(session: Session) -> list[Added]:
    """The rows of a session as an op holds them."""
    made = []
    for (model, entity), fields in rows_of(session).items():
        values: dict[str, Any] = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()
        }
        made.append(row(model.__tablename__, Id(entity), **values))
    return made
