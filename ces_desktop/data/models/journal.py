"""Tables of the journal itself and of what stays on this laptop (`sync.md` 1)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer

from ces_desktop.data.models.base import HASH, ID, SMALL, TEXT, WHOLE, Base, Bytes, Field, Index, column


class OpRecord(Base):
    """One op: what one action did to one subject. `hash` names it; the columns after `body` repeat its header."""

    __tablename__ = "op"

    n: Field[int] = column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True, init=False
    )
    hash: Field[bytes] = column(HASH, nullable=False, unique=True)
    header: Field[bytes] = column(Bytes(), nullable=False)
    body_hash: Field[bytes] = column(HASH, nullable=False)
    body: Field[bytes | None] = column(Bytes)
    """NULL = erased at the person's request; the chain still verifies, since it covers `body_hash`."""
    parent: Field[bytes | None] = column(HASH)
    device: Field[bytes] = column(ID, nullable=False)
    incarnation: Field[bytes] = column(Bytes(8), nullable=False)
    scope: Field[str] = column(TEXT, nullable=False)
    seq: Field[int] = column(WHOLE, nullable=False)
    hlc: Field[int] = column(WHOLE, nullable=False)
    wall: Field[int] = column(WHOLE, nullable=False)
    user: Field[bytes] = column(ID, nullable=False)
    kind: Field[str] = column(TEXT, nullable=False)
    action: Field[bytes] = column(ID, nullable=False)
    subject_type: Field[str] = column(TEXT, nullable=False)
    subject: Field[bytes] = column(ID, nullable=False)

    indexes = (
        Index("ix_op_action", "action"),
        Index("ix_op_subject", "subject", "n"),
        Index("ix_op_log", "scope", "device", "incarnation", "seq"),
        Index("ix_op_hlc", "hlc"),
    )


class OpStatusRecord(Base):
    """An op applied in part: "stored_only" speaks of tables or fields of a later program. No row = applied whole.

    What is held or quarantined lies in `exchange_aside`, not in `op` (decision 016).
    """

    __tablename__ = "op_status"

    op: Field[bytes] = column(HASH, primary_key=True)
    state: Field[str] = column(TEXT, nullable=False)
    reason: Field[str | None] = column(TEXT)
    arrived_at: Field[int] = column(WHOLE, nullable=False)


class FieldVersionRecord(Base):
    """One version of an edited field. `superseded` without `hlc` = named as a base, its op not yet received."""

    __tablename__ = "field_version"

    entity: Field[bytes] = column(ID, primary_key=True)
    field: Field[str] = column(TEXT, primary_key=True)
    op: Field[bytes] = column(HASH, primary_key=True)
    wire_table: Field[str] = column(TEXT, nullable=False)
    superseded: Field[int] = column(SMALL, nullable=False)
    hlc: Field[int | None] = column(WHOLE, default=None)
    """NULL while the op has not been received."""
    value: Field[str | None] = column(TEXT, default=None)
    """JSON of the wire value."""


class PendingRecord(Base):
    """A row that has field versions but whose making op has not arrived."""

    __tablename__ = "pending_entity"

    entity: Field[bytes] = column(ID, primary_key=True)
    wire_table: Field[str] = column(TEXT, nullable=False)


class LocalSettingRecord(Base):
    """A fact about this installation; never travels (device keys, incarnation, laptop slot, backup folder)."""

    __tablename__ = "local_setting"

    name: Field[str] = column(TEXT, primary_key=True)
    value: Field[str] = column(TEXT, nullable=False)


class DraftRecord(Base):
    """What someone was typing. Kept here and nowhere else, so that it is encrypted and survives a power cut."""

    __tablename__ = "draft"

    id: Field[bytes] = column(ID, primary_key=True)
    form: Field[str] = column(TEXT, nullable=False)
    subject: Field[bytes | None] = column(ID)
    user: Field[bytes] = column(ID, nullable=False)
    content: Field[str] = column(TEXT, nullable=False)
    started_at: Field[int] = column(WHOLE, nullable=False)
    saved_at: Field[int] = column(WHOLE, nullable=False)
