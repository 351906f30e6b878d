"""Clinics of invented people: the same encrypted files, made through the same journal, as real ones."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import now_ms, transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import Added, Fields, Header, Op, clinic_scope, make
from ces_desktop.data.models import CommunityRecord, OpRecord
from ces_desktop.data.work import CLOCK_FLOOR
from ces_desktop.domain.access import Role
from ces_desktop.domain.calendar import local_day, month_add
from ces_desktop.domain.ids import DEMO_PREFIXES, Id, clinic_id, human_id, new_id
from ces_desktop.errors import Refused
from ces_desktop.services.clinic import NewClinic, create
from ces_desktop.services.demo_people import Family, Person, families

Progress = Callable[[int, int], None]
BATCH = 1_000
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


def create_demo(root: Path, progress: Progress | None = None, people: int = 2_000) -> tuple[ClinicFolder, Id, str]:
    """The demonstration clinic `DEM` under `root`, two years old; returns its folder, first user and passphrase.

    `progress(done, total)` counts people and may raise to stop; then nothing is left behind.
    """
    folder, user = _write(root, 0, people, 24, 1, _last_day(None), progress or (lambda done, total: None))
    return folder, user, PASSPHRASE


def write_clinics(out: Path, clinics: int, people: int, months: int, seed: int, until: str | None) -> Iterator[str]:
    """Write `out/<PREFIX>/clinic.db` for each clinic and `out/passphrase.txt`; yields a line for each clinic.

    The same seed and month give the same people. Refused `demo.until_shape`, `demo.exists`.
    """
    end = _last_day(until)
    if clinics > len(DEMO_PREFIXES):
        raise Refused("demo.until_shape")
    for number in range(clinics):
        if (out / DEMO_PREFIXES[number]).exists():
            raise Refused("demo.exists", folder=DEMO_PREFIXES[number])
    out.mkdir(parents=True, exist_ok=True)
    (out / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    for number in range(clinics):
        folder, _ = _write(out, number, people, months, seed, end, lambda done, total: None)
        yield f"{folder.prefix}: {people}"


def _last_day(until: str | None) -> date:
    yesterday = local_day(now_ms()) - timedelta(days=1)  # no invented record lies ahead of the real clock
    if until is None:
        return yesterday
    try:
        first = date.fromisoformat(until + "-01")
    except ValueError:
        raise Refused("demo.until_shape") from None
    return min(yesterday, month_add(first, 1) - timedelta(days=1))


def _write(
    root: Path, number: int, people: int, months: int, seed: int, end: date, progress: Progress
) -> tuple[ClinicFolder, Id]:
    prefix = DEMO_PREFIXES[number]
    name, municipality = _PLACES[number % len(_PLACES)]
    start = month_add(end, -max(1, months))
    opening = _instant(start, 8 * 60)
    new = NewClinic(
        prefix=prefix,
        name=name if number < len(_PLACES) else f"{name} {number // len(_PLACES) + 1}",
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
        try:
            rng = random.Random(f"{seed} {prefix} {people} {months}")
            with transaction(engine, write=True) as connection:
                scribe = _Scribe(connection, prefix, user, opening)
                _populate(connection, scribe, municipality, list(families(people, start, end, rng)), rng, progress)
        finally:
            engine.dispose()
    except BaseException:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return folder, user


def _populate(
    connection: Connection,
    scribe: _Scribe,
    municipality: str,
    households: list[Family],
    rng: random.Random,
    progress: Progress,
) -> None:
    c = CommunityRecord
    communities = list(
        connection.execute(
            select(c.id).where(c.municipality == municipality).order_by(c.population.desc(), c.inegi).limit(8)
        ).scalars()
    )
    total = sum(len(f.people) for f in households)
    households.sort(key=lambda family: family.people[0].registered_on)
    ops: list[Op] = []
    done = 0
    for number, family in enumerate(households, 1):
        place = communities[family.place % len(communities)] if communities else None
        ops.extend(scribe.household(number, family, place, rng))
        done += len(family.people)
        if len(ops) >= BATCH:
            apply(connection, ops)
            ops = []
            progress(done, total)
    apply(connection, ops)
    progress(total, total)


class _Scribe:
    """Writes ops as the clinic's laptop would have over the years: one chain, clocks that only go forward."""

    def __init__(self, connection: Connection, prefix: str, user: Id, wall: int) -> None:
        self.prefix, self.user, self.wall = prefix, user, wall
        o = OpRecord
        tail = connection.execute(
            select(o.hash, o.seq, o.hlc, o.device, o.incarnation).order_by(o.n.desc()).limit(1)
        ).one()
        self._parent, self._seq, self._hlc = tail.hash, tail.seq, tail.hlc
        self._device, self._incarnation = tail.device, tail.incarnation
        self._number = 0
        self._clinic = clinic_id(prefix)

    def household(self, number: int, family: Family, place: bytes | None, rng: random.Random) -> Iterator[Op]:
        """The household and its people, each an op of its own."""
        where: Fields = {"community": place.hex()} if place else {}
        home: Id | None = None
        if not family.people[0].again:
            self.wall = max(self.wall + 1_000, _instant(family.people[0].registered_on, 8 * 60 + rng.randint(0, 540)))
            home = new_id(self.wall)
        head: bytes | None = None
        for person in family.people:
            if family.people[0].again:
                self.wall = max(self.wall + 1_000, _instant(person.registered_on, 8 * 60 + rng.randint(0, 540)))
            op = self._patient(person, where | ({"household": home.hex()} if home else {}), rng)
            head = head or op.head.subject
            yield op
        if home is not None and head is not None:
            house: Fields = {"number": number, "head": head.hex(), **where}
            yield self._op("households.create", "household", home, [Added("household", home, house)])

    def _patient(self, person: Person, where: Fields, rng: random.Random) -> Op:
        self.wall += rng.randint(60_000, 180_000)
        before, self._number = self._number, self._number + 1
        patient = new_id(self.wall)
        day = local_day(self.wall).isoformat()
        fields: Fields = {
            "human_id": human_id(self.prefix, before // 999_999, before % 999_999 + 1),  # a laptop gives so many
            "given": person.given,
            "paternal": person.paternal,
            "maternal": person.maternal,
            "paternal_kind": "given" if person.paternal else "unknown",
            "maternal_kind": "given" if person.maternal else "unknown",
            "sex": person.sex,
            "birth": person.birth,
            "birth_precision": person.precision,
            "stated_age": person.stated_age,
            "stated_on": day if person.stated_age is not None else None,
            "mother_name": person.mother,
            "phone": person.phone,
            "reads": rng.choice(("yes", "yes", "yes", "no", None)),
            "happened_on": day,
            **where,
        }
        adds = [
            Added("patient", patient, {f: v for f, v in fields.items() if v is not None}),
            self._fact("patient_status", patient, {"status": "active", "happened_on": day}),
        ]
        if rng.random() < 0.85:
            told: Fields = {"about": "privacy_notice", "answer": "yes", "happened_on": day}
            adds.append(self._fact("consent", patient, told))
        if person.fate is not None and person.fate[1] <= local_day(now_ms()):
            adds.append(
                self._fact(
                    "patient_status", patient, {"status": person.fate[0], "happened_on": person.fate[1].isoformat()}
                )
            )
        return self._op("patients.register", "patient", patient, adds)

    def _fact(self, table: str, patient: Id, fields: Fields) -> Added:
        return Added(table, new_id(self.wall), {"patient": patient.hex(), **fields})

    def _op(self, kind: str, subject_type: str, subject: Id, adds: list[Added]) -> Op:
        self._seq += 1
        self._hlc = max(self._hlc + 1, max(self.wall, CLOCK_FLOOR) << 16)
        head = Header(
            device=self._device,
            incarnation=self._incarnation,
            scope=clinic_scope(self._clinic),
            seq=self._seq,
            parents=(self._parent,),
            hlc=self._hlc,
            wall=self.wall,
            clock_suspect=0,
            user=self.user,
            reason="",
            kind=kind,
            action=new_id(self.wall),
            k=1,
            m=1,
            subject_type=subject_type,
            subject=subject,
        )
        op = make(head, adds, [])
        self._parent = op.hash
        return op


def _instant(day: date, minute: int) -> int:
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo("America/Mexico_City"))
    return int(local.timestamp() * 1000)
