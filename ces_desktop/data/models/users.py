"""Tables of the people who sign in, their roles, and what they looked at."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, wire_id, wire_int, wire_text


class UserRecord(Synced):
    """A person with a sign-in of their own."""

    __tablename__ = "app_user"
    subject = ("user", "id")

    name: Field[str | None] = wire_text()
    """As printed: "Dra. Ana Robles"."""
    licence: Field[str | None] = wire_text()
    """Professional licence, or "MPSS" for a physician in social service."""

    indexes = (Index("ix_app_user_clinic", "clinic"),)


class UserRoleRecord(Synced):
    """A role held from one day to another (NULL = still)."""

    __tablename__ = "user_role"
    subject = ("user", "user")
    references = ("user",)

    user: Field[bytes | None] = wire_id()
    role: Field[str | None] = wire_text()
    from_on: Field[str | None] = wire_text()
    until_on: Field[str | None] = wire_text()

    indexes = (Index("ix_user_role_user", "clinic", "user"),)


class AuditEventRecord(Synced):
    """Someone signed in, looked, searched, printed or exported; repeated looks in one sign-in are one row."""

    __tablename__ = "audit_event"
    subject = ("sign_in", "sign_in")
    append_only = True

    sign_in: Field[bytes | None] = wire_id()
    event: Field[str | None] = wire_text()
    about_type: Field[str | None] = wire_text()
    about: Field[bytes | None] = wire_id()
    first_at: Field[int | None] = wire_int()
    last_at: Field[int | None] = wire_int()
    times: Field[int | None] = wire_int()
    reason: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()

    indexes = (
        Index("ix_audit_event_day", "clinic", "last_at"),
        Index("ix_audit_event_about", "clinic", "about"),
    )
