"""A supervisor's hub beside a clinic's window, and the stick that goes between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ces_desktop.data import drives, vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.services import clinic
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, stick

PHRASE = "frase inventada para probar"


@dataclass
class Supervisor:
    """The hub, and the one stick that is inserted wherever a window looks."""

    opened: OpenClinic
    usb: Path
    state: Path
    seen: list[exchange.Arrived] = field(default_factory=list)

    def answer(self, device: bytes) -> None:
        """Take in all on the stick, certify who asks, and leave the answer for a device alone on it."""
        with machine(self.state):
            there, who = self.opened.database, self.opened.actor
            self.seen = exchange.import_files(there, who, stick.found(self.usb))
            for asked in there.read(hub.requests):
                hub.certify(there, who, asked.device)
            self.empty()
            hub.answer(there, who, self.usb, [device])

    def invite(self) -> None:
        """The invitation, alone on the stick."""
        self.empty()
        hub.invite(self.opened.database, self.opened.actor, self.usb)

    def empty(self) -> None:
        """An empty stick."""
        shutil.rmtree(self.usb)
        self.usb.mkdir()

    def enrol(self, here: OpenClinic) -> None:
        """A laptop's way into the network, without a window: invitation, request, certificate, answer."""
        self.invite()
        exchange.join(here.database, here.actor, self.usb / exchange.INVITATION)
        self.trip(here)

    def trip(self, here: OpenClinic) -> None:
        """There and back, without a window."""
        self.empty()
        exchange.export(here.database, here.actor, self.usb)
        self.answer(here.database.installation.device)
        exchange.import_files(here.database, here.actor, stick.found(self.usb))


@contextmanager
def machine(state: Path) -> Iterator[None]:
    """What runs meanwhile runs on the machine whose state lies here: the mark outside the data folder is its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CES_DESKTOP_STATE", str(state))
        yield


def supervisor(root: Path, usb: Path, show: Callable[..., None]) -> Supervisor:
    """A hub that founded a network; `show` sets an attribute for the test (`monkeypatch.setattr`)."""
    usb.mkdir()
    show(drives, "inserted", lambda: [drives.drive(usb)])
    roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR})
    new = clinic.NewClinic("HUB", "Supervisión inventada", "Lic. Prueba", PHRASE, roles, kind="hub")
    with machine(root / "state"):
        folder, user, _ = clinic.create(root / "data", new, cost=vault.CHEAPEST)
        opened = clinic.open_clinic(folder, user, PHRASE)
        hub.found_hub(opened.database, opened.actor, "Red inventada")
    return Supervisor(opened, usb, root / "state")


def reopened(root: Path, prefix: str = "CAP") -> OpenClinic:
    """A clinic that is there, opened with its first user's passphrase."""
    folder = ClinicFolder(root / prefix)
    return clinic.open_clinic(folder, vault.list_slots(folder)[0].user, PHRASE)
