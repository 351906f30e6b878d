"""The people who sign in: who they are, what they may do today and since when, and whether they have a PIN here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from ces_desktop.data.local import PIN, pin_setting
from ces_desktop.data.models import AuditEventRecord, LocalSettingRecord, UserRecord, UserRoleRecord
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person with a sign-in, today or once. `since` is the first day of the oldest role held today (ISO)."""

    id: Id
    name: str
    licence: str
    roles: frozenset[Role]
    since: str | None
    until: str | None
    """Last day of the last role, for a person who holds none today."""
    pin: str | None
    """What the PIN is checked against on this laptop; None when none is set."""
    last_seen: int | None
    """UTC ms of the last sign-in of this person, as far as the audit tells."""

    @property
    def active(self) -> bool:
        """Whether the person may sign in today."""
        return bool(self.roles)


def user_rows(connection: Connection, clinic: Id, today: date) -> tuple[UserRow, ...]:
    """Everyone, those who may sign in first, then by name."""
    u, r, s, a = UserRecord, UserRoleRecord, LocalSettingRecord, AuditEventRecord
    now = today.isoformat()
    held: dict[bytes, dict[Role, str]] = {}
    ended: dict[bytes, str] = {}
    for row in connection.execute(
        select(r.user, r.role, r.from_on, r.until_on).where(r.clinic == clinic, r.live == 1)
    ):
        if row.role in set(Role) and row.from_on <= now and (row.until_on is None or row.until_on >= now):
            roles = held.setdefault(row.user, {})
            role = Role(row.role)
            roles[role] = min(row.from_on, roles.get(role, row.from_on))
        elif row.until_on is not None and row.until_on < now:
            ended[row.user] = max(row.until_on, ended.get(row.user, ""))
    kept = connection.execute(select(s.name, s.value).where(s.name.startswith(PIN)))
    pins = {row.name: row.value for row in kept}
    entered = connection.execute(
        select(a.recorded_by, func.max(a.last_at).label("at"))
        .where(a.clinic == clinic, a.event == "sign_in")
        .group_by(a.recorded_by)
    )
    seen = {row.recorded_by: row.at for row in entered}
    people = connection.execute(select(u.id, u.name, u.licence).where(u.clinic == clinic, u.live == 1))
    rows = []
    for person in people:
        roles = held.get(person.id, {})
        rows.append(
            UserRow(
                id=Id(person.id),
                name=person.name or "",
                licence=person.licence or "",
                roles=frozenset(roles),
                since=min(roles.values(), default=None),
                until=None if roles else ended.get(person.id),
                pin=pins.get(pin_setting(person.id)),
                last_seen=seen.get(person.id),
            )
        )
    return tuple(sorted(rows, key=lambda each: (not each.active, each.name.casefold(), each.id)))
