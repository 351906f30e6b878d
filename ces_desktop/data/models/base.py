"""What all tables share: how one is declared, the columns of synced rows, and the list of synced tables.

A table is a class: `Record(given="Ana")` carries values into `Work.add`, `Record.given` is the column a query names.
Declaring one costs a class statement and no more. SQLAlchemy's `Table` is made when a query first names it: a start
touches a few tables of many, and loads no mapper (decision 001).

A *wire* column travels in ops under its own name for ever (`sync.md` 1); a *derived* column is recomputed
by `journal.apply`, never sent. Values are 16-byte ids (hex on the wire), integers, text, or NULL = not asked.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, dataclass_transform, overload

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy import Index as TableIndex

REFERENCE = bytes(32)
"""Stands for the making op of rows that were loaded from a reference list, outside the journal."""

T = TypeVar("T")
_building = RLock()


class Bytes(LargeBinary):
    """A binary column handed to the driver as it is: the default wraps every value, a third of a bulk insert's time."""

    cache_ok = True

    def bind_processor(self, dialect: Any) -> None:  # noqa: ARG002 - SQLAlchemy's signature
        return None

    def result_processor(self, dialect: Any, coltype: object) -> None:  # noqa: ARG002 - SQLAlchemy's signature
        return None


ID, HASH, TEXT, SMALL, WHOLE = Bytes(16), Bytes(32), Text(), Integer(), BigInteger()
"""Kinds shared by all columns: SQLAlchemy works out once for each object how a statement with it is cached."""
_MISSING: Any = object()


class Field(Generic[T]):
    """A declared column: of the class a SQLAlchemy column, of an instance the value.

    Once the table is made its columns take the places of the fields, so that only the first query comes by here.
    """

    __slots__ = ("default", "init", "kind", "more", "name")

    def __init__(self, kind: Any, default: Any, init: bool, more: dict[str, Any]) -> None:
        self.kind, self.default, self.init, self.more = kind, default, init, more

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: Any) -> Column[T]: ...

    @overload
    def __get__(self, instance: object, owner: Any) -> T: ...

    def __get__(self, instance: object, owner: Any) -> Any:
        return owner.__table__.c[self.name]  # of an instance Python finds the value, which stands before this

    if TYPE_CHECKING:

        def __set__(self, instance: object, value: T) -> None: ...


def column(kind: Any, *, default: Any = _MISSING, init: bool = True, **more: Any) -> Any:
    """A column of a SQLAlchemy type. Without `default` the constructor asks for it; `more` as for `Column`."""
    return Field(kind, default, init, more)


def wire_id() -> Any:
    """A column holding another row's id, or NULL."""
    return Field(ID, None, True, {"info": {"wire": "id"}})


def wire_text() -> Any:
    """A text column that travels, or NULL = not asked."""
    return Field(TEXT, None, True, {"info": {"wire": "text"}})


def wire_int() -> Any:
    """An integer column that travels, or NULL = not asked."""
    return Field(WHOLE, None, True, {"info": {"wire": "int"}})


def derived_text(*, init: Literal[False] = False) -> Any:
    """A text column recomputed from others."""
    return Field(TEXT, None, init, {"info": {"derived": True}})


def derived_int(*, init: Literal[False] = False) -> Any:
    """An integer column recomputed from others."""
    return Field(SMALL, None, init, {"info": {"derived": True}})


def derived_id(*, init: Literal[False] = False) -> Any:
    """An id recomputed from other rows."""
    return Field(ID, None, init, {"info": {"derived": True}})


class Index:
    """A declared index: its name, its columns in order, and the condition of a partial one.

    PostgreSQL has the partial ones too (migration 0001); to say so here would load that dialect at every start.
    """

    __slots__ = ("columns", "name", "where")

    def __init__(self, name: str, *columns: str, where: str | None = None) -> None:
        self.name, self.columns, self.where = name, columns, where

    def build(self) -> TableIndex:
        """As SQLAlchemy has it."""
        return TableIndex(self.name, *self.columns, sqlite_where=None if self.where is None else text(self.where))


def replaced_index(table: str) -> Index:
    """Finds the row that corrects another. Only corrections are in it: few, so it need not begin with the clinic."""
    return Index(f"ix_{table}_replaces", "replaces", where="replaces IS NOT NULL")


class _TableOf:
    """`Record.__table__`: the table, made when first asked for, by whichever thread."""

    def __get__(self, _record: object, model: type[Base]) -> Table:
        if "_table" not in model.__dict__:
            with _building:
                if "_table" not in model.__dict__:
                    model._table = _build(model)
        return model._table


def _build(model: type[Base]) -> Table:
    columns = [Column(name, f.kind, **f.more) for name, f in model._fields.items()]
    table = Table(model.__tablename__, _METADATA, *columns, *(index.build() for index in model.indexes))
    for each in columns:
        setattr(model, each.name, each)
    return table


class _AllTables:
    """`Base.metadata`: every table that is declared, made now where no query has named it yet."""

    def __get__(self, _record: object, _model: type[Base]) -> MetaData:
        for model in _MODELS:
            table_of(model)
        return _METADATA


_METADATA = MetaData()
_MODELS: list[type[Base]] = []


@dataclass_transform(
    kw_only_default=True,
    eq_default=False,
    field_specifiers=(column, derived_text, derived_int, derived_id),  # of others the call itself counts as the default
)
class Base:
    """All tables. An instance holds the values of one new row and nothing else."""

    __tablename__: ClassVar[str]
    indexes: ClassVar[tuple[Index, ...]] = ()
    _fields: ClassVar[dict[str, Field[Any]]] = {}
    _empty: ClassVar[dict[str, Any]] = {}
    _table: ClassVar[Table]
    if TYPE_CHECKING:
        __table__: ClassVar[Table]
        metadata: ClassVar[MetaData]
    else:
        __table__ = _TableOf()
        metadata = _AllTables()

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in cls.__dict__.items() if isinstance(value, Field)}
        cls._fields = own | cls._fields
        cls._empty = {
            name: None if f.default is _MISSING else f.default
            for name, f in cls._fields.items()
            if f.default is not _MISSING or not f.init
        }
        if "__tablename__" in cls.__dict__:
            _MODELS.append(cls)

    if not TYPE_CHECKING:

        def __init__(self, **values: Any) -> None:
            fields = self._fields
            strange = [name for name in values if name not in fields or not fields[name].init]
            missing = [name for name, f in fields.items() if f.init and f.default is _MISSING and name not in values]
            if strange or missing:
                raise TypeError(f"{self.__tablename__}: no field {strange}, nothing for {missing}")
            self.__dict__.update(self._empty)
            self.__dict__.update(values)

    def __repr__(self) -> str:
        return f"<{self.__tablename__}>"  # values are a patient's data, and a repr ends in a traceback

    @classmethod
    def __clause_element__(cls) -> Table:
        """The class stands for its table in `insert`, `delete`, `join`."""
        return cls.__table__


class Synced(Base):
    """Columns of every synced row. `subject` = (subject type, the column that holds the subject's id).

    A table takes part in the journal by inheriting from this class.
    """

    subject: ClassVar[tuple[str, str]]
    references: ClassVar[tuple[str, ...]] = ()
    """Columns that hold ids of other rows: an action cannot be undone while later rows point to its own."""
    append_only: ClassVar[bool] = False
    confidential: ClassVar[bool] = False
    """Its rows are written in the clinic's `reserved` scope, which the supervisor is not sent (`docs/sync.md`)."""
    _wire: ClassVar[dict[str, str]]

    id: Field[bytes] = column(ID, primary_key=True)
    clinic: Field[bytes] = column(ID, nullable=False, init=False)
    made_by: Field[bytes] = column(HASH, nullable=False, init=False)
    recorded_at: Field[int] = column(WHOLE, nullable=False, init=False)
    recorded_by: Field[bytes | None] = column(ID, init=False)
    voided: Field[str | None] = column(TEXT, default=None, init=False, info={"wire": "text"})
    live: Field[int] = column(SMALL, default=1, init=False, nullable=False, info={"derived": True})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        kinds = {name: f.more.get("info", {}).get("wire") for name, f in cls._fields.items()}
        cls._wire = {name: kind for name, kind in kinds.items() if kind}
        SYNCED[cls.__tablename__] = cls


SYNCED: dict[str, type[Synced]] = {}
"""Wire name of each synced table → its model."""


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    return model.__table__


def wire_columns(model: type[Synced]) -> dict[str, str]:
    """Name → kind ("id", "text", "int") of the columns that travel."""
    return model._wire
