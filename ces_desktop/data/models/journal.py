"""Tables of the journal itself and of what stays on this laptop (`sync.md` 1)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ces_desktop.data.models.base import Base, Bytes


class OpRecord(Base):
    """One op: what one action did to one subject. `hash` names it; the columns after `body` repeat its header."""

    __tablename__ = "op"

    n: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True, init=False
    )
    hash: Mapped[bytes] = mapped_column(Bytes(32), nullable=False, unique=True)
    header: Mapped[bytes] = mapped_column(Bytes(), nullable=False)
    body_hash: Mapped[bytes] = mapped_column(Bytes(32), nullable=False)
    body: Mapped[bytes | None] = mapped_column(Bytes)
    """NULL = erased at the person's request; the chain still verifies, since it covers `body_hash`."""
    parent: Mapped[bytes | None] = mapped_column(Bytes(32))
    device: Mapped[bytes] = mapped_column(Bytes(16), nullable=False)
    incarnation: Mapped[bytes] = mapped_column(Bytes(8), nullable=False)
    scope: Mapped[str] = mapped_column(Text, nullable=False)
    seq: Mapped[int] = mapped_column(BigInteger, nullable=False)
    hlc: Mapped[int] = mapped_column(BigInteger, nullable=False)
    wall: Mapped[int] = mapped_column(BigInteger, nullable=False)
    user: Mapped[bytes] = mapped_column(Bytes(16), nullable=False)
    kind: Mapped[str] = mapped_column(Text, nullable=False)
    action: Mapped[bytes] = mapped_column(Bytes(16), nullable=False)
    subject_type: Mapped[str] = mapped_column(Text, nullable=False)
    subject: Mapped[bytes] = mapped_column(Bytes(16), nullable=False)

    __table_args__ = (
        Index("ix_op_action", "action"),
        Index("ix_op_subject", "subject", "n"),
        Index("ix_op_log", "scope", "device", "incarnation", "seq"),
        Index("ix_op_hlc", "hlc"),
    )


class OpStatusRecord(Base):
    """Arrival state of an op that is not simply applied: held, quarantined or stored_only. No row = applied."""

    __tablename__ = "op_status"

    op: Mapped[bytes] = mapped_column(Bytes(32), primary_key=True)
    state: Mapped[str] = mapped_column(Text, nullable=False)
    reason: Mapped[str | None] = mapped_column(Text)
    arrived_at: Mapped[int] = mapped_column(BigInteger, nullable=False)


class FieldVersionRecord(Base):
    """One version of an edited field. `superseded` without `hlc` = named as a base, its op not yet received."""

    __tablename__ = "field_version"

    entity: Mapped[bytes] = mapped_column(Bytes(16), primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    op: Mapped[bytes] = mapped_column(Bytes(32), primary_key=True)
    wire_table: Mapped[str] = mapped_column(Text, nullable=False)
    superseded: Mapped[int] = mapped_column(Integer, nullable=False)
    hlc: Mapped[int | None] = mapped_column(BigInteger, default=None)
    """NULL while the op has not been received."""
    value: Mapped[str | None] = mapped_column(Text, default=None)
    """JSON of the wire value."""


class PendingRecord(Base):
    """A row that has field versions but whose making op has not arrived."""

    __tablename__ = "pending_entity"

    entity: Mapped[bytes] = mapped_column(Bytes(16), primary_key=True)
    wire_table: Mapped[str] = mapped_column(Text, nullable=False)


class LocalSettingRecord(Base):
    """A fact about this installation; never travels (device keys, incarnation, laptop slot, backup folder)."""

    __tablename__ = "local_setting"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, nullable=False)


class DraftRecord(Base):
    """What someone was typing. Kept here and nowhere else, so that it is encrypted and survives a power cut."""

    __tablename__ = "draft"

    id: Mapped[bytes] = mapped_column(Bytes(16), primary_key=True)
    form: Mapped[str] = mapped_column(Text, nullable=False)
    subject: Mapped[bytes | None] = mapped_column(Bytes(16))
    user: Mapped[bytes] = mapped_column(Bytes(16), nullable=False)
    content: Mapped[str] = mapped_column(Text, nullable=False)
    started_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    saved_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
