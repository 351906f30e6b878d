"""The people who sign in: added, renamed, given dated roles, taken off; their PIN, their passphrase, the printed key.

A person is a row that travels (name, licence, roles) and a slot on this laptop that the own passphrase opens. Adding
and taking off touch both: `join` and `leave` keep them together, whichever of the two fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from ces_desktop.data import vault
from ces_desktop.data.database import Outcome, now_ms
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.local import Setting, pin_setting, read_setting, write_setting
from ces_desktop.data.models import ClinicCluesRecord, ClinicRecord, UserRecord, UserRoleRecord
from ces_desktop.data.passphrase import RecoveryKey, check_rule
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, Role, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.clinic import OpenClinic, open_with_key

NAME_MOST, LICENCE_MOST = 80, 40
LEADERS = frozenset({Role.LEAD, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class UserForm:
    """What is asked about a person: name as printed, licence (may be empty), roles from today."""

    name: str
    licence: str
    roles: frozenset[Role]

    def checked(self) -> UserForm:
        """The same without odd spaces; Refused `users.no_name`, `.too_long`, `.odd_letters`, `.no_role`."""
        name, licence = plain_line(self.name, NAME_MOST), plain_line(self.licence, LICENCE_MOST)
        if not any(letter.isalpha() for letter in name):
            raise Refused("users.no_name")
        if not self.roles:
            raise Refused("users.no_role")
        return UserForm(name, licence, self.roles)


def plain_line(text: str, most: int) -> str:
    """One line without control characters, runs of spaces as one; Refused `users.too_long`, `users.odd_letters`."""
    line = " ".join(text.split())
    if len(line) > most:
        raise Refused("users.too_long", most=most)
    if not line.isprintable():
        raise Refused("users.odd_letters")
    return line


def add_user(work: Work, form: UserForm) -> Id:
    """A new person with roles from today; the slot is added by `join`. Refused `users.same_name`."""
    require(work.actor, Right.MANAGE_USERS)
    form = form.checked()
    _refuse_twin(work, form.name, None)
    work.act("users.add")
    user = work.new_id()
    work.add(UserRecord(id=user, name=form.name, licence=form.licence or None))
    _give(work, user, form.roles)
    return user


def change_user(work: Work, user: Id, form: UserForm) -> None:
    """Name, licence and roles at once; what stays the same writes nothing. Refused also `users.last_lead`."""
    require(work.actor, Right.MANAGE_USERS)
    form = form.checked()
    _refuse_twin(work, form.name, user)
    work.act("users.change")
    work.change(UserRecord, user, name=form.name, licence=form.licence or None)
    _set_roles(work, user, form.roles)


def set_roles(work: Work, user: Id, roles: frozenset[Role]) -> None:
    """Roles from today: those taken away end yesterday, those given begin today. Refused `users.last_lead`."""
    require(work.actor, Right.MANAGE_USERS)
    work.act("users.roles")
    if not roles:
        raise Refused("users.no_role")
    _set_roles(work, user, roles)


def deactivate(work: Work, user: Id) -> None:
    """Every role ends; name and authorship stay. Refused `users.not_oneself`, `users.last_lead`."""
    require(work.actor, Right.MANAGE_USERS)
    if user == work.actor.user:
        raise Refused("users.not_oneself")
    work.act("users.deactivate")
    _set_roles(work, user, frozenset())


def join(opened: OpenClinic, form: UserForm, passphrase: str) -> Outcome[Id]:
    """Add a person with a passphrase of their own (slow: Argon2). If the slot fails, the row is undone."""
    require(opened.actor, Right.MANAGE_USERS)
    check_rule(passphrase)
    done = opened.database.write(lambda work: add_user(work, form), opened.actor)
    try:
        vault.add_user_slot(opened.folder, opened.key, done.value, form.checked().name, passphrase)
    except BaseException:  # also at Ctrl+C: nobody without a slot stays in the list
        opened.database.write(lambda work: work.reverse(done.action), opened.actor)
        raise
    return done


def leave(opened: OpenClinic, user: Id) -> Outcome[None]:
    """Take a person off: the slot goes first, so that nobody without a role can open; its loss is no loss of data.

    If the roles cannot be ended afterwards the person keeps them on paper but opens nothing; repeating finishes it.
    """
    require(opened.actor, Right.MANAGE_USERS)
    if user == opened.actor.user:
        raise Refused("users.not_oneself")
    opened.database.read(lambda c: _refuse_leaderless(c, opened.database.installation.clinic, user, _today(opened)))
    if any(slot.user == user for slot in vault.list_slots(opened.folder)):
        vault.remove_user_slot(opened.folder, opened.key, user)
    opened.database.local(lambda c: set_pin(c, user, None))
    return opened.database.write(lambda work: deactivate(work, user), opened.actor)


def give_passphrase(opened: OpenClinic, user: Id, name: str, passphrase: str) -> None:
    """A new passphrase for someone who forgot theirs, or came back; by whoever manages users (slow: Argon2)."""
    require(opened.actor, Right.MANAGE_USERS)
    vault.replace_passphrase(opened.folder, opened.key, user, name, passphrase)
    opened.database.local(lambda c: set_pin(c, user, None))


def change_own_passphrase(opened: OpenClinic, old: str, new: str) -> None:
    """The own passphrase; the old one is asked (slow: Argon2 twice)."""
    check_rule(new)
    vault.change_passphrase(opened.folder, opened.actor.user, old, new)


def recover(
    folder: ClinicFolder, user: bytes, name: str, recovery: str, passphrase: str, *, clock: Callable[[], int] = now_ms
) -> OpenClinic:
    """Sign in with the printed key and choose a new passphrase; the PIN is forgotten with the old one."""
    key = vault.open_with_recovery(folder, recovery)
    check_rule(passphrase)
    vault.replace_passphrase(folder, key, user, name, passphrase)
    opened = open_with_key(folder, key, user, clock=clock)
    if not opened.database.read_only:
        opened.database.local(lambda c: set_pin(c, Id(user), None))
    return opened


def new_sheet(opened: OpenClinic) -> RecoveryKey:
    """A new printed key; the sheet before opens nothing any more, and the new one is not yet on paper."""
    require(opened.actor, Right.MANAGE_USERS)
    key = vault.new_recovery_key(opened.folder, opened.key)
    opened.database.local(lambda c: write_setting(c, Setting.RECOVERY_SHEET, None))
    return key


def sheet_is_kept(connection: Connection) -> None:
    """Somebody said that the recovery sheet is on paper."""
    write_setting(connection, Setting.RECOVERY_SHEET, "kept")


def sheet_kept(connection: Connection) -> bool:
    """Whether somebody said so."""
    return read_setting(connection, Setting.RECOVERY_SHEET) == "kept"


def set_pin(connection: Connection, user: Id, verifier: str | None) -> None:
    """Keep what a PIN is checked against (`data.pin.pin_verifier`); None forgets it."""
    write_setting(connection, pin_setting(user), verifier)


def pin_of(connection: Connection, user: Id) -> str | None:
    """What the person's PIN is checked against; None when none is set."""
    return read_setting(connection, pin_setting(user))


@dataclass(frozen=True, slots=True)
class ClinicForm:
    """What the settings ask about the clinic; `clues` counts from `clues_from` (ISO date)."""

    name: str
    official_name: str
    municipality: str
    clues: str
    clues_from: str


def change_clinic(work: Work, form: ClinicForm) -> None:
    """New facts of the clinic. Refused `users.no_clinic_name`, `users.clues_shape`, `users.too_long`."""
    require(work.actor, Right.MANAGE_CLINIC)
    name, official = plain_line(form.name, NAME_MOST), plain_line(form.official_name, 120)
    clues = checked_clues(form.clues)
    if not any(letter.isalpha() for letter in name):
        raise Refused("users.no_clinic_name")
    if clues and form.clues_from > work.today.isoformat():
        raise Refused("users.clues_future")
    here = work.installation.clinic
    work.act("clinic.change")
    municipality = plain_line(form.municipality, NAME_MOST)
    settling.change(
        work, ClinicRecord, here, name=name, official_name=official or None, municipality=municipality or None
    )
    k = ClinicCluesRecord
    held = work.connection.execute(
        select(k.id, k.clues, k.from_on)
        .where(k.of == here, k.live == 1)
        .order_by(k.from_on.desc(), k.recorded_at.desc())
        .limit(1)
    ).first()
    if clues and (held is None or clues != held.clues):
        mistyped = held.id if held is not None and held.from_on == form.clues_from else None
        work.add(ClinicCluesRecord(id=work.new_id(), of=here, clues=clues, from_on=form.clues_from, replaces=mistyped))


def share_confidential(work: Work, allowed: bool) -> None:
    """Whether the supervisor's computer may hold the words of confidential notes from now on; what it holds stays."""
    require(work.actor, Right.MANAGE_CLINIC)
    work.act("clinic.share_confidential")
    settling.change(work, ClinicRecord, work.installation.clinic, reserved_to_hub="yes" if allowed else None)


def checked_clues(typed: str) -> str:
    """The official key as five letters and six digits, or empty; Refused `users.clues_shape`."""
    clues = "".join(typed.split()).upper()
    if not clues:
        return ""
    if not (len(clues) == 11 and clues.isascii() and clues[:5].isalpha() and clues[5:].isdigit()):
        raise Refused("users.clues_shape")
    return clues


def _set_roles(work: Work, user: Id, roles: frozenset[Role]) -> None:
    today = work.today.isoformat()
    yesterday = (work.today - timedelta(days=1)).isoformat()
    if not roles & LEADERS:
        _refuse_leaderless(work.connection, work.installation.clinic, user, today)
    held = _held(work.connection, user, today)
    for row in held:
        if row.role not in {role.value for role in roles}:
            if row.from_on >= today:  # given by mistake today, or under a clock ahead: it was never true
                work.void(UserRoleRecord, row.id, "given by mistake")
            else:
                work.change(UserRoleRecord, row.id, until_on=yesterday)
    _give(work, user, (role for role in roles if role.value not in {row.role for row in held}))


def _give(work: Work, user: Id, roles: Iterable[Role]) -> None:
    today = work.today.isoformat()
    for role in sorted(roles):
        work.add(UserRoleRecord(id=work.new_id(), user=user, role=role.value, from_on=today))


def _held(connection: Connection, user: Id, today: str) -> list[_Held]:
    r = UserRoleRecord
    rows = connection.execute(
        select(r.id, r.role, r.from_on).where(
            r.user == user, r.live == 1, (r.until_on.is_(None)) | (r.until_on >= today)
        )
    )
    return [_Held(row.id, row.role, row.from_on) for row in rows]


@dataclass(frozen=True, slots=True)
class _Held:
    id: bytes
    role: str
    from_on: str


def _refuse_leaderless(connection: Connection, clinic: Id, without: Id, today: str) -> None:
    """Somebody else must lead, if this person does: a clinic without a lead can add nobody."""
    r = UserRoleRecord
    leads = set(
        connection.execute(
            select(r.user).where(
                r.clinic == clinic,
                r.live == 1,
                r.role.in_([role.value for role in LEADERS]),
                r.from_on <= today,
                (r.until_on.is_(None)) | (r.until_on >= today),
            )
        ).scalars()
    )
    if leads == {without}:
        raise Refused("users.last_lead")


def check_kept(work: Work, user: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of a person's sign-in may stand. Refused `users.same_name`."""
    if "name" in values:
        _refuse_twin(work, str(values["name"] or ""), user)


def _refuse_twin(work: Work, name: str, but: Id | None) -> None:
    """Two people of one name could not be told apart at sign-in."""
    u = UserRecord
    rows = work.connection.execute(select(u.id, u.name).where(u.clinic == work.installation.clinic, u.live == 1))
    if any((row.name or "").casefold() == name.casefold() and row.id != but for row in rows):
        raise Refused("users.same_name")


def _today(opened: OpenClinic) -> str:
    return local_day(opened.database.clock()).isoformat()
