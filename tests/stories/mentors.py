"""A clinic with somebody who mentors and somebody who is mentored, for stories at the window."""

from __future__ import annotations

from pathlib import Path

from driver import PASSPHRASE, Person

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic, users
from ces_desktop.services.users import UserForm

MENTOR, MENTEE = "Dr. Mentor Inventado", "Dra. Pasante Inventada"


def make(root: Path, prefix: str = "CAP") -> tuple[Id, Id]:
    """The clinic's laptop: (who is mentored and keeps it, who mentors), each with a passphrase."""
    new = clinic.NewClinic(prefix, "El Mirador", MENTEE, PASSPHRASE, CLINIC_ROLES)
    folder, mentee, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    opened = clinic.open_clinic(folder, mentee, PASSPHRASE)
    mentor = users.join(opened, UserForm(MENTOR, "", frozenset({Role.MENTOR})), PASSPHRASE).value
    opened.close()
    return mentee, mentor


def enter(person: Person, root: Path, user: Id, prefix: str = "CAP") -> None:
    """Sign somebody in, whoever was before."""
    application = person.application
    if application.open is not None:
        application.sign_out()
        person.settle()
    application.enter(clinic.open_clinic(ClinicFolder(root / prefix), user, PASSPHRASE))
    person.settle()

