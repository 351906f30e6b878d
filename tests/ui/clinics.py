"""A whole clinic on the disk for the tests of the entry screens: made once for each process, copied for each test."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from bad_inputs import TEXTS
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic as clinics
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.ui.entry.work import Jobs

PHRASE = "caballo mesa lluvia cuatro"
NAME = "Dra. Prueba Inventada"

HOSTILE = tuple(bad.text for bad in TEXTS)


@dataclass(frozen=True, slots=True)
class Made:
    """A clinic on the disk: its folder, first user, and the printed key."""

    folder: ClinicFolder
    user: Id
    recovery: RecoveryKey

    def open(self) -> OpenClinic:
        """Sign in as the first user."""
        return clinics.open_clinic(self.folder, self.user, PHRASE)


def clinic(root: Path, prefix: str = "CAP") -> Made:
    """A clinic of that prefix under `root`, with one person who holds every role of a clinic."""
    template = _template(prefix)
    shutil.copytree(template.folder.path, root / prefix)
    return Made(ClinicFolder(root / prefix), template.user, template.recovery)


@cache
def _template(prefix: str) -> Made:
    root = Path(mkdtemp(prefix="ces-test-"))
    new = NewClinic(prefix, "Inventada", NAME, PHRASE, CLINIC_ROLES, official_name="Casa de Salud Inventada")
    folder, user, recovery = clinics.create(root, new, cost=vault.CHEAPEST)
    return Made(folder, user, recovery)


def settle(jobs: Jobs) -> None:
    """Let the job under way end and its answer be drawn."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if jobs.running:
            time.sleep(0.001)  # else this thread takes turns with the one that works out the answer
        else:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
            if not jobs.running:
                return
    raise AssertionError("the job did not end")
