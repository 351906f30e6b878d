"""The demonstration: a clinic of invented people, made the first time it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.ids import DEMO_PREFIX
from ces_desktop.services import clinic as clinics
from ces_desktop.services.clinic import OpenClinic

if TYPE_CHECKING:
    from ces_desktop.ui.tasks import Progress

PEOPLE = 2000


def open_demo(root: Path, progress: Progress) -> OpenClinic:
    """Open the demonstration, made first if there is none; raises Cancelled.

    Its passphrase is no secret: everybody in it is invented.
    """
    from ces_desktop.services import demo

    folder = ClinicFolder(root / DEMO_PREFIX)
    if folder.database.exists():
        return clinics.open_clinic(folder, vault.list_slots(folder)[0].user, demo.PASSPHRASE)
    folder, user, passphrase = demo.create_demo(root, progress=progress.step, people=PEOPLE)
    return clinics.open_clinic(folder, user, passphrase)
