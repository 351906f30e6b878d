"""What the wizard was told so far: kept apart from the widgets, so that a change of language loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ces_desktop.data import vault
from ces_desktop.data.backup import BackupInfo, list_backups
from ces_desktop.data.folder import ClinicFolder, check_writable
from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES, MENTOR_ROLES, Role
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.services import backups, users
from ces_desktop.services import clinic as clinics
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.ui.entry.sites import site

KINDS = {"clinic": CLINIC_ROLES, "mentor": MENTOR_ROLES, "hub": HUB_ROLES}
"""What an installation can be, and the roles of who sets it up."""
USUAL_PREFIX = {"mentor": "MEN", "hub": "HUB"}


@dataclass(frozen=True, slots=True)
class Invitation:
    """The hub's invitation as a stick holds it: where, the network's name, and the six words to compare."""

    place: Path
    network: str
    words: str


@dataclass(slots=True)
class Answers:
    """Everything typed; nothing is checked here before `check_*` is asked."""

    way: str = "new"
    """One of those that `wizard.STEPS` names."""
    kind: str = "clinic"
    invitation: Invitation | None = None
    """Of a clinic's new or replaced laptop."""
    server: str = ""
    """Of a hub: the address of its database on a server; empty = encrypted in the folder."""
    prefix: str = ""
    name: str = ""
    official_name: str = ""
    clues: str = ""
    municipality: str = ""
    user_name: str = ""
    licence: str = ""
    roles: frozenset[Role] = CLINIC_ROLES
    phrase: tuple[str, str] = ("", "")
    backups: Path | None = None
    group: str = ""
    kept: bool = False
    found: tuple[BackupInfo, ...] = ()
    chosen: BackupInfo | None = None
    slots: tuple[vault.Slot, ...] = ()
    restore_user: bytes = b""
    secret: str = ""
    made: list[tuple[OpenClinic, RecoveryKey]] = field(default_factory=list)
    network_key: RecoveryKey | None = None
    """Of a hub: the key that founds the network once it is on paper."""
    network_group: str = ""
    network_kept: bool = False

    def choose_kind(self, kind: str) -> None:
        """Another kind of installation: what was typed about the place of the other kind is not taken over."""
        if kind != self.kind:
            self.kind, self.roles = kind, KINDS[kind]
            self.prefix = USUAL_PREFIX.get(kind, "")
            self.name = self.official_name = self.clues = self.municipality = self.server = ""

    def take_site(self, prefix: str) -> None:
        """Fill the clinic's facts from the shipped list."""
        known = site(prefix)
        if known is not None:
            self.prefix, self.name, self.official_name = known.prefix, known.name, known.official_name
            self.clues, self.municipality = known.clues, known.municipality

    def check_prefix(self, root: Path) -> None:
        """Refused `clinic.prefix_shape`, `clinic.prefix_demo`, `clinic.exists`."""
        clinic_id(self.prefix)
        if clinics.is_demo(self.prefix):
            raise Refused("clinic.prefix_demo", prefix=self.prefix)
        if ClinicFolder(root / self.prefix).is_used:
            raise Refused("clinic.exists", prefix=self.prefix)

    def new_clinic(self) -> NewClinic:
        """What the wizard was told, as the service wants it."""
        form = users.UserForm(self.user_name, self.licence, self.roles).checked()
        known = site(self.prefix)
        return NewClinic(
            prefix=self.prefix,
            name=users.plain_line(self.name, users.NAME_MOST),
            user_name=form.name,
            passphrase=self.phrase[0],
            roles=form.roles,
            kind=self.kind,
            server=self.server,
            official_name=users.plain_line(self.official_name, 120),
            institution=known.institution if known else "",
            jurisdiction=known.jurisdiction if known else "",
            municipality=users.plain_line(self.municipality, users.NAME_MOST),
            clues=users.checked_clues(self.clues),
            note_format=known.note_format if known else "",
            licence=form.licence,
            backups=self.backups,
        )


def make(root: Path, new: NewClinic) -> tuple[OpenClinic, RecoveryKey]:
    """Make the clinic and open it (slow: Argon2); the backup folder is tried first."""
    if new.backups is not None:
        check_writable(new.backups)
    folder, user, recovery = clinics.create(root, new)
    return clinics.open_clinic(folder, user, new.passphrase), recovery


def new_key() -> RecoveryKey:
    """A network key, to be printed before a network is founded with it."""
    from ces_desktop.sync.network_key import new_network_key

    return new_network_key()


def found_network(opened: OpenClinic, key: RecoveryKey) -> None:
    """Found the network of a new hub with the key that is on paper."""
    from ces_desktop.sync.hub import found_hub
    from ces_desktop.sync.network_key import network_keys

    found_hub(opened.database, opened.actor, opened.facts["name"], network_keys(key.text))


def backups_at(path: Path) -> tuple[BackupInfo, ...]:
    """The backups of a folder, or the folder itself when it is one; newest first. Refused `backup.none_here`."""
    own = [info for info in list_backups(path.parent) if info.path == path] if path.parent != path else []
    found = own or list_backups(path)
    if not found:
        raise Refused("backup.none_here")
    return tuple(found)


def restore(root: Path, info: BackupInfo, user: bytes, secret: str) -> OpenClinic:
    """Put a backup where the clinic lives and open it with a passphrase or the printed key."""
    clinic_id(info.prefix)  # a prefix is three letters, never a way out of the data folder
    folder = ClinicFolder(root / info.prefix)
    if folder.is_used:
        raise Refused("clinic.exists", prefix=info.prefix)
    backups.restore_with_passphrase(info.path, folder.path, user.hex(), secret)
    try:
        return clinics.open_clinic(folder, user, secret)
    except Refused as refused:
        if refused.code != "vault.wrong_passphrase":
            raise
    return clinics.open_with_key(folder, vault.open_with_recovery(folder, secret), user)
