"""What all tables share: the mixin of synced rows, the kinds of column, and the list of synced tables.

A *wire* column travels in ops under its own name for ever (`sync.md` 1); a *derived* column is recomputed
by `journal.apply`, never sent. Values are 16-byte ids (hex on the wire), integers, text, or NULL = not asked.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

REFERENCE = bytes(32)
"""Stands for the making op of rows that were loaded from a reference list, outside the journal."""


class Bytes(LargeBinary):
    """A binary column handed to the driver as it is: the default wraps every value, a third of a bulk insert's time."""

    cache_ok = True

    def bind_processor(self, dialect: Any) -> None:  # noqa: ARG002 - SQLAlchemy's signature
        return None

    def result_processor(self, dialect: Any, coltype: object) -> None:  # noqa: ARG002 - SQLAlchemy's signature
        return None


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """All tables. Instances carry values into `Work.add`; they are never attached to a session."""


def wire_id() -> Any:
    """A column holding another row's id, or NULL."""
    return mapped_column(Bytes(16), default=None, info={"wire": "id"})


def wire_text() -> Any:
    """A text column that travels, or NULL = not asked."""
    return mapped_column(Text, default=None, info={"wire": "text"})


def wire_int() -> Any:
    """An integer column that travels, or NULL = not asked."""
    return mapped_column(BigInteger, default=None, info={"wire": "int"})


def derived_text() -> Any:
    """A text column recomputed from others."""
    return mapped_column(Text, default=None, init=False, info={"derived": True})


def derived_int() -> Any:
    """An integer column recomputed from others."""
    return mapped_column(Integer, default=None, init=False, info={"derived": True})


class Synced(MappedAsDataclass, kw_only=True):
    """Columns of every synced row. `subject` = (subject type, the column that holds the subject's id)."""

    subject: ClassVar[tuple[str, str]]
    references: ClassVar[tuple[str, ...]] = ()
    """Columns that hold ids of other rows: an action cannot be undone while later rows point to its own."""
    append_only: ClassVar[bool] = False

    id: Mapped[bytes] = mapped_column(Bytes(16), primary_key=True)
    clinic: Mapped[bytes] = mapped_column(Bytes(16), nullable=False, init=False)
    made_by: Mapped[bytes] = mapped_column(Bytes(32), nullable=False, init=False)
    recorded_at: Mapped[int] = mapped_column(BigInteger, nullable=False, init=False)
    recorded_by: Mapped[bytes | None] = mapped_column(Bytes(16), init=False)
    voided: Mapped[str | None] = mapped_column(Text, default=None, init=False, info={"wire": "text"})
    live: Mapped[int] = mapped_column(Integer, default=1, init=False, nullable=False, info={"derived": True})


def replaced_index(table: str) -> Index:
    """Finds the row that corrects another. Only corrections are in it: few, so it need not begin with the clinic.

    PostgreSQL has it as a partial index too (migration 0001); to say so here would load that dialect at every start.
    """
    return Index(f"ix_{table}_replaces", "replaces", sqlite_where=text("replaces IS NOT NULL"))


M = TypeVar("M", bound="Synced")

SYNCED: dict[str, type[Synced]] = {}
"""Wire name of each synced table → its model."""


def synced(model: type[M]) -> type[M]:
    """Class decorator: the table takes part in the journal."""
    SYNCED[model.__tablename__] = model  # type: ignore[attr-defined]
    return model


def table_of(model: type[Synced]) -> Table:
    """The table behind a synced model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]


def wire_columns(model: type[Synced]) -> dict[str, str]:
    """Name → kind ("id", "text", "int") of the columns that travel."""
    return {c.name: c.info["wire"] for c in table_of(model).columns if "wire" in c.info}
