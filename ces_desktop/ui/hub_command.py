"""`hub init` in an empty folder: makes the hub itself first, asking at the terminal for what was not given. No Qt."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ces_desktop.data.folder import ClinicFolder, write_safely
from ces_desktop.domain.access import HUB_ROLES
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import clinic as clinics
from ces_desktop.services import hub_server, users
from ces_desktop.services.clinic import NewClinic, OpenClinic

PREFIX = "HUB"


def is_new(place: Path) -> bool:
    """Whether nothing of this program lies there yet, nor one folder below."""
    return not ClinicFolder(place).slots.exists() and not clinics.known_clinics(place)


def make_hub(options: argparse.Namespace, passphrase: str, say: Callable[[str], None]) -> OpenClinic:
    """The hub in the folder of `--data` (named after its prefix) or in a folder of that name below it, open.

    Refused("cli.hub_needs", option) where something is missing and nobody can be asked; as `clinic.create`.
    """
    place: Path = options.data
    try:
        clinic_id(place.name)
        root, prefix = place.parent, place.name
    except Refused:
        root, prefix = place, PREFIX
    name = options.name or _ask(tr("Name of the network"), "--name")
    person = options.person or _ask(tr("Your name, as it is printed"), "--person")
    new = NewClinic(
        prefix, users.plain_line(name, users.NAME_MOST), users.UserForm(person, "", HUB_ROLES).checked().name,
        passphrase, HUB_ROLES, kind="hub", server=options.database,
    )  # fmt: skip
    folder, user, recovery = clinics.create(root, new)
    opened = clinics.open_clinic(folder, user, new.passphrase)
    options.name = new.name
    say(tr("The hub is made: {path}").format(path=folder.path))
    if options.recovery_key is not None:
        write_safely(options.recovery_key, f"{new.name}\n{recovery.text}\n".encode(), keep_previous=False)
        say(tr("Print its recovery key, delete the file, keep the paper: {path}").format(path=options.recovery_key))
    else:
        say(tr("Write its recovery key on paper, it is said only now: {key}").format(key=recovery.text))
    return opened


def connect_hub(options: argparse.Namespace, passphrase: str) -> str:
    """`hub connect --database URL`: the folder below that of `--data`, or that itself; what is to be said."""
    place: Path = options.data
    try:
        clinic_id(place.name)
        root = place.parent
    except Refused:
        root = place
    folder, _ = hub_server.connect(root, options.database, options.user, passphrase)
    return tr("This computer works with the hub on the server: {path}").format(path=folder.path)


def _ask(what: str, option: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused("cli.hub_needs", option=option)
    return input(f"{what}: ").strip()
