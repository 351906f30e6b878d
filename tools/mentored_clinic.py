"""A clinic with so many mentoring sessions, a handover and scorecards, written through the services on the day of each.

For pictures and tests of what a demonstration does not have: nothing yet, the very first, and years of it with the
longest words. Everybody is invented; the clock is the caller's, so the same call makes the same clinic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from ces_desktop.data import vault
from ces_desktop.data.queries.checklists import checklists, offered
from ces_desktop.data.queries.handover import handover_file
from ces_desktop.data.queries.mentoring import open_actions
from ces_desktop.data.queries.scorecard import cards
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.domain.ids import Id, named_id, new_id
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
from ces_desktop.domain.scorecard import ITEMS, Counted, Kind
from ces_desktop.services import clinic, handover, mentoring, scorecard, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.demo import PASSPHRASE
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.services.scorecard import CardRequest
from ces_desktop.services.users import UserForm

FIRST = date(2026, 2, 12)
"""Of the first session."""
EVERY = 30
MENTEE, MENTOR = "Dra. María Guadalupe Inventada de la Concepción", "Dr. Mentor Inventado"
_AGREED = (
    "Revisar los pies en toda consulta de diabetes",
    "Conseguir con la jurisdicción el manguito grande, dos glucómetros y las tiras que faltan desde el mes pasado, y "
    "avisar a la mentora por radio el día en que lleguen",
    "Pedir HbA1c",
)
_POINTS: tuple[tuple[PointKind, str], ...] = (
    ("topic", "Ajuste de losartán"),
    ("strength", "Explica con dibujos la hora de cada medicina y pide a la familia que lo repita con sus palabras"),
    ("problem", "No hay transporte los lunes"),
)
_WORDS = (
    "La llave de la farmacia la tiene la señora de la tienda.",
    "La autoridad pide avisar antes de cada salida a comunidad; la asamblea es el primer domingo del mes y conviene ir "
    "con la enfermera, llevar la lista de quienes faltaron y dejar dicho quién queda a cargo de la casa de salud.",
)


class Clock:
    """What the clinic's machine shows, UTC milliseconds; a second later at each look."""

    def __init__(self, day: date) -> None:
        self.now = 0
        self.set(day)

    def set(self, day: date) -> None:
        """Noon of a day in Chiapas."""
        self.now = int(datetime(day.year, day.month, day.day, 18, tzinfo=UTC).timestamp() * 1000)

    def __call__(self) -> int:
        self.now += 1000
        return self.now


def mentored(root: Path, sessions: int, *, lines: int | None = None, years: int | None = None) -> OpenClinic:
    """The clinic, open, its physician signed in, on the day after the last session.

    `lines` of a handover and `years` of scorecards beside the baseline; None = neither of them.
    """
    clock = Clock(FIRST - timedelta(2))
    new = clinic.NewClinic("MEN", "El Mirador", MENTEE, PASSPHRASE, CLINIC_ROLES)
    folder, mentee, _ = clinic.create(root, new, cost=vault.CHEAPEST, clock=clock)
    opened = clinic.open_clinic(folder, mentee, PASSPHRASE, clock=clock)
    mentor = users.join(opened, UserForm(MENTOR, "", frozenset({Role.MENTOR})), f"{PASSPHRASE} dos").value
    for place in range(sessions):
        clock.set(FIRST + timedelta(EVERY * place))
        _session(opened, place, mentor)
    if years is not None:
        for year in range(years + 1):
            _card(opened, year)
    if lines is not None:
        _handover(opened, lines)
    clock.set(FIRST + timedelta(EVERY * max(0, sessions - 1) + 1))
    return opened


def _session(opened: OpenClinic, place: int, mentor: Id) -> None:
    """Observed, agreed, signed by both; of what was agreed before two are done and the third stays open a while."""
    database, mentee = opened.database, opened.actor
    leads = clinic.sign_in(database, mentor)
    held = database.read(partial(open_actions, clinic=database.installation.clinic))
    for action in [a for n, a in enumerate(held) if n % 3 or place % 3 == 0]:
        state = "dropped" if place % 9 == 5 else "done"
        database.write(partial(mentoring.review, action=action.id, state=state), mentee)
    lists = offered(database.read(partial(checklists, clinic=database.installation.clinic)))
    day = FIRST + timedelta(EVERY * place)

    def key(name: str) -> Id:
        return named_id("mentored", f"{place} {name}")

    people = (Person(key("mentor"), "mentor", mentor, MENTOR), Person(key("mentee"), "mentee", mentee.user, MENTEE))
    phone = place % 7 == 4
    observed = () if phone else tuple(_observed(key(f"seen {n}"), lists[n], place + n) for n in range(3))
    actions = tuple(
        Action(key(f"action {n}"), text, (mentee.user, mentor)[n == 1], (MENTEE, MENTOR)[n == 1],
               (day + timedelta(21 + 14 * (n > 0))).isoformat())
        for n, text in enumerate(_AGREED)
    )  # fmt: skip
    session = Session(
        key("session"), day.isoformat(), "phone" if phone else "on_site", people, observed,
        (Discussed(key("case"), None, note="Se sube un paso y se cita en dos semanas"),),
        tuple(Point(key(kind), kind, text) for kind, text in _POINTS), actions,
    )  # fmt: skip
    database.write(partial(mentoring.save, session=session), leads)
    database.write(partial(mentoring.sign, session=session.id, side="mentor"), leads)
    database.write(partial(mentoring.sign, session=session.id, side="mentee"), mentee)


def _observed(key: Id, checklist: Checklist, place: int) -> Observed:
    """Better with time: an item in three is missed in the beginning, one in nine later."""
    results: dict[Id, Result] = {}
    for n, item in enumerate(checklist.items):
        missed = (n + place) % min(9, 3 + place // 3) == 0
        results[item.id] = ("not" if n % 2 else "partly") if missed else "met"
    return Observed(key, None, checklist.id, "", results)


def _card(opened: OpenClinic, year: int) -> None:
    """What the program counts is counted; what is entered gets better each year."""
    database, who = opened.database, opened.actor
    key = new_id(database.clock())
    kind: Kind = "yearly" if year else "baseline"
    database.write(partial(scorecard.begin, request=CardRequest(key, kind)), who)
    held = next(c for c in database.read(partial(cards, clinic=database.installation.clinic)) if c.id == key)
    codes = {item.code: item for item in held.items}
    for item in (i for i in ITEMS if not i.counted):
        found = Counted(min(8, 2 + year), 8) if item.how == "share" else Counted(int(year > 1), 1)
        database.write(partial(scorecard.enter, card=key, item=codes[item.code].id, found=found), who)
        database.write(partial(scorecard.plan, card=key, item=codes[item.code].id, next_step=_WORDS[1]), who)


def _handover(opened: OpenClinic, lines: int) -> None:
    database, who = opened.database, opened.actor
    key = new_id(database.clock())
    request = HandoverRequest(key, incoming_name="Dr. Beto Inventado")
    database.write(partial(handover.begin, request=request), who)
    held = database.read(partial(handover_file, clinic=database.installation.clinic, handover=key))
    for n in range(lines - len(held.lines if held else ())):
        line = new_id(database.clock())
        database.write(partial(handover.add_line, handover=key, line=line, words=_WORDS[n % len(_WORDS)]), who)
