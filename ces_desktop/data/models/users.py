"""Tables of the people who sign in, their roles, and what they looked at."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from ces_desktop.data.models.base import Base, Synced, synced, wire_id, wire_int, wire_text


@synced
class UserRecord(Synced, Base):
    """A person with a sign-in of their own."""

    __tablename__ = "app_user"
    subject = ("user", "id")

    name: Mapped[str | None] = wire_text()
    """As printed: "Dra. Ana Robles"."""
    licence: Mapped[str | None] = wire_text()
    """Professional licence, or "MPSS" for a physician in social service."""

    __table_args__ = (Index("ix_app_user_clinic", "clinic"),)


@synced
class UserRoleRecord(Synced, Base):
    """A role held from one day to another (NULL = still)."""

    __tablename__ = "user_role"
    subject = ("user", "user")
    references = ("user",)

    user: Mapped[bytes | None] = wire_id()
    role: Mapped[str | None] = wire_text()
    from_on: Mapped[str | None] = wire_text()
    until_on: Mapped[str | None] = wire_text()

    __table_args__ = (Index("ix_user_role_user", "clinic", "user"),)


@synced
class AuditEventRecord(Synced, Base):
    """Someone signed in, looked, searched, printed or exported; repeated looks in one sign-in are one row."""

    __tablename__ = "audit_event"
    subject = ("sign_in", "sign_in")
    append_only = True

    sign_in: Mapped[bytes | None] = wire_id()
    event: Mapped[str | None] = wire_text()
    about_type: Mapped[str | None] = wire_text()
    about: Mapped[bytes | None] = wire_id()
    first_at: Mapped[int | None] = wire_int()
    last_at: Mapped[int | None] = wire_int()
    times: Mapped[int | None] = wire_int()
    reason: Mapped[str | None] = wire_text()
    happened_on: Mapped[str | None] = wire_text()

    __table_args__ = (
        Index("ix_audit_event_day", "clinic", "last_at"),
        Index("ix_audit_event_about", "clinic", "about"),
    )
