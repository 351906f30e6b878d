"""A hub, the clinics CAP and REF, and a mentor who visits both, each on its own machine; sticks go between them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import mentoring as made
import pytest
from supervised import PHRASE, Supervisor, machine, reopened

from ces_desktop.data import drives, vault
from ces_desktop.data.database import Database
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES, MENTOR_ROLES, Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Action, Session
from ces_desktop.services import clinic
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, sites, stick


@dataclass
class Laptop:
    """An installation and the machine it is on."""

    opened: OpenClinic
    state: Path

    @property
    def db(self) -> Database:
        return self.opened.database

    @property
    def who(self) -> Actor:
        return self.opened.actor

    @property
    def site(self) -> Id:
        return self.db.installation.clinic

    @contextmanager
    def at(self) -> Iterator[Database]:
        """Sit down there."""
        with machine(self.state):
            yield self.db


class Valley:
    """The hub, the clinics CAP and REF, and a mentor who visits both; all know each other."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        shutil.copytree(_founded(), root, dirs_exist_ok=True)
        self.hub = Supervisor(self._open("HUB").opened, root / "usb", root / "HUB" / "state")
        patch.setattr(drives, "inserted", lambda: [drives.drive(self.hub.usb)])
        self.cap, self.ref, self.mentor = self._open("CAP"), self._open("REF"), self._open("MEN")

    def _open(self, prefix: str) -> Laptop:
        state = self.root / prefix / "state"
        with machine(state):
            return Laptop(reopened(self.root / prefix / "data", prefix), state)

    def trip(self, laptop: Laptop) -> None:
        """To the hub and back."""
        with laptop.at():
            self.hub.trip(laptop.opened)

    def hand(self, giver: Laptop, *takers: Laptop) -> list[exchange.Arrived]:
        """One writes a stick and others read it, the hub far away; what none of them could read is left out."""
        folder = self.root / "mano"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with giver.at() as db:
            exchange.export(db, giver.who, folder)
        arrived = []
        for taker in takers:
            with taker.at() as db:
                arrived += exchange.import_files(db, taker.who, stick.found(folder))
        return [one for one in arrived if one.failure is None or one.failure.code != "sync.not_for_us"]

    def write(self, action: Any, site: Id | None = None) -> Any:
        """The mentor does something for a clinic."""
        with self.mentor.at() as db:
            act = partial(sites.write_for, action=action, site=site or self.cap.site, actor=self.as_mentor)
            return db.write(act, self.mentor.who)

    @property
    def as_mentor(self) -> Actor:
        """Who has the mentor's laptop, with the rights held at a clinic."""
        return replace(self.mentor.who, roles=frozenset({Role.MENTOR}))

    def session(self, day: str, name: str = "session", **more: Any) -> Session:
        """By the mentor, with who keeps the clinic CAP; what is agreed is due that day."""
        action = Action(made.key(f"{name}.action"), "Revisar pies", self.cap.who.user, self.cap.who.name, day)
        return made.session(self.mentor.who, self.cap.who, day, name, actions=(action,), **more)

    def close(self) -> None:
        """All given back."""
        for each in (self.cap.opened, self.ref.opened, self.mentor.opened, self.hub.opened):
            each.close()


@cache
def _founded() -> Path:
    """The four installations after their first trips, made once for each process; every test has a copy."""
    root = Path(mkdtemp(prefix="ces-test-valley-"))
    kinds = {"HUB": ("hub", HUB_ROLES), "CAP": ("clinic", CLINIC_ROLES), "REF": ("clinic", CLINIC_ROLES),
             "MEN": ("mentor", MENTOR_ROLES)}  # fmt: skip
    made_here: dict[str, OpenClinic] = {}
    for prefix, (kind, roles) in kinds.items():
        new = clinic.NewClinic(prefix, f"Inventada {prefix}", f"Persona {prefix}", PHRASE, roles, kind=kind)
        with machine(root / prefix / "state"):
            folder, user, _ = clinic.create(root / prefix / "data", new, cost=vault.CHEAPEST)
            made_here[prefix] = clinic.open_clinic(folder, user, PHRASE)
    (root / "usb").mkdir()
    office = Supervisor(made_here["HUB"], root / "usb", root / "HUB" / "state")
    with machine(office.state):
        hub.found_hub(office.opened.database, office.opened.actor, "Red inventada")
    laptops = {prefix: Laptop(made_here[prefix], root / prefix / "state") for prefix in ("CAP", "REF", "MEN")}
    office.invite()
    for laptop in laptops.values():
        with laptop.at() as db:
            exchange.join(db, laptop.who, office.usb / exchange.INVITATION)
            exchange.export(db, laptop.who, office.usb)
    with machine(office.state):
        here, who = office.opened.database, office.opened.actor
        exchange.import_files(here, who, stick.found(office.usb))
        for asked in here.read(hub.requests):
            visited = [f"clinic:{laptops[prefix].site.hex()}" for prefix in ("CAP", "REF")]
            hub.certify(here, who, asked.device, visited if asked.role == "mentor" else ())
        office.empty()
        hub.answer(here, who, office.usb, [laptop.db.installation.device for laptop in laptops.values()])
    for laptop in laptops.values():
        with laptop.at() as db:
            exchange.import_files(db, laptop.who, stick.found(office.usb))
            assert db.read(exchange.status).certified
    office.empty()
    for opened in made_here.values():
        opened.close()
    return root


def today(laptop: Laptop) -> str:
    """The day at a laptop's clock."""
    return local_day(laptop.db.clock()).isoformat()
