"""Clinics of invented people: the same encrypted files, made through the same journal, as real ones."""

from __future__ import annotations

import os
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import now_ms, transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.op import Added, Fields
from ces_desktop.data.models import CommunityRecord
from ces_desktop.domain.access import Role
from ces_desktop.domain.calendar import local_day, month_add
from ces_desktop.domain.ids import DEMO_PREFIXES, Id
from ces_desktop.errors import Refused
from ces_desktop.services.clinic import NewClinic, create
from ces_desktop.services.demo_care import Care, Event, Load
from ces_desktop.services.demo_handover import Handover
from ces_desktop.services.demo_mentoring import Mentoring
from ces_desktop.services.demo_people import Family, families
from ces_desktop.services.demo_register import Register
from ces_desktop.services.demo_scribe import Scribe, instant
from ces_desktop.services.demo_staff import Staff
from ces_desktop.services.demo_supply import Supply

Progress = Callable[[int, int], None]
EDITION = 7
"""Raised when the same seed begins to give other care: what was built from an older one is no more the same."""
VISITS_A_PERSON = 350 / 2_000
"""Consults a month for each person of a clinic, up to what one clinic can give."""
MOST_VISITS = 1_500
WITH_A_TRIAL = 1_000
"""People from which the clinic also has a record to try things out."""
WORTH_A_PROCESS = 1_000
"""People in all from which a process for each clinic is quicker."""
PASSPHRASE = "clinica inventada de muestra"
"""Opens every demonstration clinic: there is nothing in it to protect."""

# Municipality of one of the sites we know, so that communities are real places and people are not.
_PLACES = (
    ("El Mirador", "Siltepec"),
    ("Río Hondo", "La Concordia"),
    ("Cerro Azul", "Ángel Albino Corzo"),
    ("Las Palmas", "Capitán Luis Ángel Vidal"),
    ("Loma Bonita", "Montecristo de Guerrero"),
)


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic to write: which of `DEMO_PREFIXES`, how many people, months before `end`, and how much care.

    `visits` a month (None = by the number of people, 0 = a register and no care); `share` of the people are in
    programmes. `now` is this moment, UTC milliseconds: nothing is written of what lies ahead of it.
    """

    number: int
    people: int
    months: int
    seed: int
    end: date
    now: int
    visits: float | None = None
    share: float = 0.10

    @property
    def load(self) -> Load:
        """Care in numbers."""
        visits = min(MOST_VISITS, self.people * VISITS_A_PERSON) if self.visits is None else self.visits
        return Load(self.people, visits, self.share)


def create_demo(
    root: Path,
    progress: Progress | None = None,
    people: int = 2_000,
    *,
    months: int = 24,
    visits: float | None = None,
    share: float = 0.10,
) -> tuple[ClinicFolder, Id, str]:
    """The demonstration clinic `DEM` under `root`, two years old; returns its folder, first user and passphrase.

    `progress(done, total)` counts people and may raise to stop; then nothing is left behind. `visits` and `share` as
    of `Clinic`.
    """
    now = now_ms()
    clinic = Clinic(0, people, months, 1, _last_day(None, now), now, visits, share)
    folder, user = write_clinic(root, clinic, progress or (lambda done, total: None))
    return folder, user, PASSPHRASE


def write_clinics(out: Path, clinics: int, people: int, months: int, seed: int, until: str | None) -> Iterator[str]:
    """Write `out/<PREFIX>/clinic.db` for each clinic and `out/passphrase.txt`; yields a line for each clinic.

    The same seed and month give the same people and the same care. Several clinics are written side by side, a process
    each. Refused `demo.until_shape`, `demo.exists`.
    """
    now = now_ms()
    end = _last_day(until, now)
    if clinics > len(DEMO_PREFIXES):
        raise Refused("demo.until_shape")
    for number in range(clinics):
        if (out / DEMO_PREFIXES[number]).exists():
            raise Refused("demo.exists", folder=DEMO_PREFIXES[number])
    out.mkdir(parents=True, exist_ok=True)
    (out / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    wanted = [Clinic(number, people, months, seed, end, now) for number in range(clinics)]
    write = partial(_written, out)
    if clinics == 1 or people * clinics < WORTH_A_PROCESS:
        yield from map(write, wanted)
        return
    with ProcessPoolExecutor(min(clinics, os.cpu_count() or 1), get_context("spawn")) as processes:
        yield from processes.map(write, wanted)


def _written(out: Path, clinic: Clinic) -> str:
    folder, _ = write_clinic(out, clinic)
    return f"{folder.prefix}: {clinic.people}"


def _last_day(until: str | None, now: int) -> date:
    yesterday = local_day(now) - timedelta(days=1)  # no invented record lies ahead of the real clock
    if until is None:
        return yesterday
    try:
        first = date.fromisoformat(until + "-01")
    except ValueError:
        raise Refused("demo.until_shape") from None
    return min(yesterday, month_add(first, 1) - timedelta(days=1))


def write_clinic(root: Path, clinic: Clinic, progress: Progress = lambda done, total: None) -> tuple[ClinicFolder, Id]:
    """Write one clinic under `root`; returns its folder and first user. Stopped half-way, it leaves nothing."""
    prefix, end = DEMO_PREFIXES[clinic.number], clinic.end
    name, municipality = _PLACES[clinic.number % len(_PLACES)]
    start = month_add(end, -max(1, clinic.months))
    opening = instant(start, 7 * 60)
    new = NewClinic(
        prefix=prefix,
        name=name if clinic.number < len(_PLACES) else f"{name} {clinic.number // len(_PLACES) + 1}",
        user_name="Dra. Ana Robles",
        passphrase=PASSPHRASE,
        roles=frozenset({Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.LEAD}),
        official_name=f"Unidad Médica Rural {name} (inventada)",
        institution="Demostración",
        municipality=municipality,
        clues="CSDEM000001",
        licence="MPSS",
    )
    folder, user, _ = create(root, new, cost=vault.CHEAPEST, clock=lambda: opening, invented=True)
    try:
        key = vault.open(folder, user, PASSPHRASE)
        engine = cipher.engine(folder.database, key)
        rng = random.Random(f"{clinic.seed} {prefix} {clinic.people} {clinic.months}")
        try:
            with transaction(engine, write=True) as connection:
                scribe = Scribe(connection, prefix, user, clinic.now, random.Random(rng.random()).randbytes)
                people = list(families(clinic.people, start, end, rng))
                nurse = _add_nurse(scribe, start)
                register = Register(scribe, rng)
                today = local_day(clinic.now)
                care = Care(scribe, register, clinic.load, nurse, (start, end, today), rng)
                staff = Staff(scribe, clinic.number, clinic.seed, (start, end), nurse)
                care.closed = staff.closed
                mentored = Mentoring(connection, scribe, staff, (start, end), f"{clinic.seed} {clinic.number}")
                supply = Supply(scribe, care, clinic.number, clinic.seed) if clinic.load.visits else None
                handover = Handover(scribe, connection, staff, clinic.seed) if clinic.load.visits else None
                living = (care, staff, mentored, handover)
                _live(scribe, living, supply, people, _communities(connection, municipality), progress)
                if end == today - timedelta(days=1):
                    care.waiting_room(clinic.now)
                scribe.flush()
        finally:
            engine.dispose()
    except BaseException:  # also at Ctrl+C: half a clinic is none
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return folder, user


def _communities(connection: Connection, municipality: str) -> Sequence[bytes]:
    c = CommunityRecord
    largest = select(c.id).where(c.municipality == municipality).order_by(c.population.desc(), c.inegi).limit(8)
    return connection.execute(largest).scalars().all()


def _add_nurse(scribe: Scribe, start: date) -> Id:
    """The nurse of the clinic: author of vital signs and of visits to homes; has no passphrase here."""
    scribe.at(instant(start, 7 * 60 + 30))
    nurse = scribe.id()
    held: Fields = {"user": nurse.hex(), "role": Role.NURSE.value, "from_on": start.isoformat()}
    role = Added("user_role", scribe.id(), held)
    scribe.op("users.add", "user", nurse, [Added("app_user", nurse, {"name": "Enf. Julia Méndez"}), role])
    return nurse


def _live(
    scribe: Scribe,
    living: tuple[Care, Staff, Mentoring, Handover | None],
    supply: Supply | None,
    people: list[Family],
    places: Sequence[bytes],
    progress: Progress,
) -> None:
    """Day after day: people are registered, come, are given their medicines, leave."""
    care, staff, mentored, handover = living
    register = care.register
    total = sum(len(f.people) for f in people)
    arriving: dict[date, list[Family]] = defaultdict(list)
    for family in people:
        arriving[family.people[0].registered_on].append(family)
    leaving: dict[date, list[tuple[int, str]]] = defaultdict(list)
    for person in (p for f in people for p in f.people):
        if person.fate is not None:
            leaving[person.fate[1]].append((person.number, person.fate[0]))
    if care.load.visits:
        care.plan(people)
    if care.load.visits and total >= WITH_A_TRIAL:
        care.try_out(register.trial())
    if supply is not None:
        care.consults.given = supply.fill
    day, done, span = care.start, 0, max(1, (care.end - care.start).days + 1)
    while day <= care.end:
        events = staff.day(day) + mentored.day(day) + (care.day(day) if care.load.visits else [])
        if supply is not None:
            events += supply.day(day)
        if handover is not None:
            events += handover.day(day)
        for number, status in leaving.get(day, ()):
            events.append((480, -number, partial(_leave, register, number, status, day)))
        for order, family in enumerate(arriving.get(day, ())):
            place = places[family.place % len(places)] if places else None
            events.append((480 + care.rng.randint(0, 420), order - len(people), partial(_arrive, care, family, place)))
        _run(scribe, day, events)
        day += timedelta(days=1)
        now_done = total * (day - care.start).days // span
        if now_done > done:
            done = now_done
            progress(done, total)
    scribe.flush()
    progress(total, total)


def _run(scribe: Scribe, day: date, events: list[Event]) -> None:
    midnight = instant(day, 0)
    for minute, _, action in sorted(events, key=lambda event: event[:2]):
        scribe.at(midnight + minute * 60_000)
        action()


def _arrive(care: Care, family: Family, place: bytes | None) -> None:
    care.register.family(family, place)
    for person in family.people if care.load.visits else ():
        care.meet(person.number)


def _leave(register: Register, number: int, status: str, day: date) -> None:
    resident = register.residents.get(number)
    if resident is not None and resident.leaves_on >= day:
        register.leave(resident, status, day)
