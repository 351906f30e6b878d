"""What the synced tables show, as one number for each clinic and table, kept up to date by `apply`.

The number is the sum of the hashes of the rows, so that it needs no order and a changed row is one taken out and one
put in. Exchange sends it (`docs/bundle-format.md` 5): who holds the same ops must have the same sums. `verify` makes
them anew from the tables. Rows of shipped lists do not count, nor those of confidential notes: not everyone holds them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from ces_desktop.data.journal.bulk import chunks, fetch, insert_lists, rows_in, run, stream
from ces_desktop.data.journal.op import Added, Op, clinic_of
from ces_desktop.data.journal.rows import SHAPES
from ces_desktop.data.models import REFERENCE, SYNCED, ExchangeRecord, OpRecord, wire_columns

KIND = "digest"
"""Of the records in which the sums are kept; one without a name says of which tables and columns they are."""
_TABLE, _OPS = ExchangeRecord.__tablename__, OpRecord.__tablename__
_MARK, _WHOLE = b"", 1 << 256
_Place = tuple[bytes, str]
"""Clinic and table."""


class StateSums:
    """The part of one batch: what goes out of the sums and what comes in, written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._moved: defaultdict[_Place, int] = defaultdict(int)
        self._before: dict[str, set[bytes]] = {}
        self._hidden: dict[bytes, bool] = {}

    def made(self, table: str, rows: Sequence[tuple[Op, Added]], values: Sequence[Sequence[Any]]) -> None:
        """Rows that are inserted, their values in the order of the table's shape."""
        pick = _pick(table)
        for (op, _), row in zip(rows, values, strict=True):
            scope = op.head.scope
            if not scope.startswith("reserved:"):
                self._moved[clinic_of(scope), table] += _hash(pick(row))

    def before(self, table: str, entities: Iterable[bytes]) -> None:
        """Rows that will be changed, as they are now; once is enough for a batch."""
        seen = self._before.setdefault(table, set())
        fresh = set(entities) - seen
        seen |= fresh
        self._count(table, fresh, -1)

    def write(self) -> None:
        """Bring the kept sums up to date; where none are kept, nothing: `sums` makes them when they are asked for."""
        for table, entities in self._before.items():
            self._count(table, entities, 1)
        moved = {_name(*place): change % _WHOLE for place, change in self._moved.items() if change % _WHOLE}
        if not moved:
            return
        held: dict[bytes, bytes] = {}
        for part in chunks([_MARK, *moved]):
            marks = ", ".join("?" * len(part))
            held |= fetch(
                self._connection,
                f'SELECT "name", "content" FROM "{_TABLE}" WHERE "kind" = ? AND "name" IN ({marks})',
                (KIND, *part),
            )
        if held.get(_MARK) == _columns_of_all():
            _put(self._connection, {name: _added(held.get(name), change) for name, change in moved.items()})

    def _count(self, table: str, entities: Iterable[bytes], sign: int) -> None:
        found = rows_in(self._connection, table, ("clinic", *_listed(table)), "id", entities)
        makers = {row[2] for row in found}.difference(self._hidden)
        self._hidden |= {
            made_by: scope.startswith("reserved:")
            for made_by, scope in rows_in(self._connection, _OPS, ("hash", "scope"), "hash", makers)
        }
        for clinic, *row in found:
            if row[1] != REFERENCE and not self._hidden[row[1]]:
                self._moved[clinic, table] += sign * _hash(tuple(row))


def begin(connection: Connection) -> None:
    """Nothing is counted yet: there are no rows but those of shipped lists."""
    run(connection, f'DELETE FROM "{_TABLE}" WHERE "kind" = ?', [(KIND,)])
    insert_lists(connection, _TABLE, ("kind", "name", "content"), [(KIND, _MARK, _columns_of_all())])


def sums(connection: Connection) -> dict[_Place, int]:
    """The kept sums that are not empty; made from the tables where none are kept, as after a step of the schema."""
    kept = _kept(connection)
    if kept is None:
        begin(connection)
        kept = counted(connection)
        _put(connection, {_name(*place): total.to_bytes(32, "big") for place, total in kept.items()})
    return kept


def counted(connection: Connection) -> dict[_Place, int]:
    """The sums made anew from every row of every table."""
    found: defaultdict[_Place, int] = defaultdict(int)
    scopes = fetch(connection, f'SELECT "hash", "scope" FROM "{_OPS}" WHERE "scope" LIKE ?', ("reserved:%",))
    reserved = {made_by for made_by, _ in scopes}
    for table in SYNCED:
        listed = ", ".join(f'"{name}"' for name in ("clinic", *_listed(table)))
        for rows in stream(connection, f'SELECT {listed} FROM "{table}" WHERE "made_by" <> ?', (REFERENCE,)):
            for clinic, *row in rows:
                if row[1] not in reserved:
                    found[clinic, table] += _hash(tuple(row))
    return {place: total % _WHOLE for place, total in found.items() if total % _WHOLE}


def digests(connection: Connection, clinic: bytes) -> dict[str, str]:
    """Of a clinic's tables, as they are sent: under the table's name and that of its columns, since a later program
    may have more."""
    return {_sent(table): f"{total:064x}" for (of, table), total in sums(connection).items() if of == clinic}


def differences(connection: Connection) -> Iterator[str]:
    """ "table clinic": sums kept that are not those of the rows."""
    kept = _kept(connection)
    if kept is not None:
        rows = counted(connection)
        for clinic, table in sorted(place for place in kept | rows if kept.get(place) != rows.get(place)):
            yield f"{table} {clinic.hex()} sum of the rows"


def _kept(connection: Connection) -> dict[_Place, int] | None:
    held = dict(fetch(connection, f'SELECT "name", "content" FROM "{_TABLE}" WHERE "kind" = ?', (KIND,)))
    if held.pop(_MARK, None) != _columns_of_all():
        return None
    totals = {(name[:16], name[16:].decode()): int.from_bytes(total, "big") for name, total in held.items()}
    return {place: total for place, total in totals.items() if total}


def _put(connection: Connection, totals: dict[bytes, bytes]) -> None:
    run(connection, f'DELETE FROM "{_TABLE}" WHERE "kind" = ? AND "name" = ?', [(KIND, name) for name in totals])
    rows = [(KIND, name, total) for name, total in totals.items()]
    insert_lists(connection, _TABLE, ("kind", "name", "content"), rows)


def _added(total: bytes | None, change: int) -> bytes:
    return ((int.from_bytes(total or b"", "big") + change) % _WHOLE).to_bytes(32, "big")


def _name(clinic: bytes, table: str) -> bytes:
    return clinic + table.encode()


def _hash(row: tuple[Any, ...]) -> int:
    return int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big")


@lru_cache(maxsize=256)
def _listed(table: str) -> tuple[str, ...]:
    return ("id", "made_by", *sorted(wire_columns(SYNCED[table])))


@lru_cache(maxsize=256)
def _pick(table: str) -> itemgetter[Any]:
    columns = SHAPES[table].columns
    return itemgetter(*(columns.index(name) for name in _listed(table)))


@lru_cache(maxsize=256)
def _sent(table: str) -> str:
    columns = " ".join(("sum", *_listed(table)[2:]))
    return f"{table} {hashlib.sha256(columns.encode()).hexdigest()[:8]}"


@lru_cache(maxsize=1)
def _columns_of_all() -> bytes:
    return hashlib.sha256(" ".join(map(_sent, sorted(SYNCED))).encode()).digest()
