"""The open database of a clinic: reads, and writes of one action in one durable transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from ces_desktop.data.models import OpRecord
from ces_desktop.domain.access import Actor
from ces_desktop.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ces_desktop.data.installation import Installation
    from ces_desktop.data.journal.op import Op
    from ces_desktop.data.work import Work

T = TypeVar("T")
CLOCK_TOLERANCE_MS = 120_000
_ONE_WRITER = 0x6D6278
"""Of the advisory lock under which a server's database is written ("mbx")."""
_SERVER_GONE = frozenset({"OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "CannotConnectNow"})
CommitHook = Callable[[Connection, "Installation"], Callable[[], None] | None]
"""Runs before each commit; what it returns runs after it (the high-water mark outside the data folder)."""


def now_ms() -> int:
    """This machine's clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a write came back with: the service's answer, the tables touched, and the action's id for undo."""

    value: T
    touched: frozenset[str]
    action: bytes


class Database:
    """Serves reads from any thread and one write at a time. It knows the clinic's installation, not its keys."""

    def __init__(
        self,
        engine: Engine,
        installation: Installation,
        *,
        clock: Callable[[], int] = now_ms,
        read_only: bool = False,
        before_commit: CommitHook | None = None,
    ) -> None:
        self.engine = engine
        self.installation = installation
        self.clock = clock
        self.read_only = read_only
        self._before_commit = before_commit

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in one consistent snapshot."""
        with transaction(self.engine, write=False) as connection:
            return query(connection)

    def write(self, action: Callable[[Work], T], actor: Actor) -> Outcome[T]:
        """Run an action: everything it wrote is on the disk when this returns, or nothing is.

        Unavailable("storage.in_use") when another window holds the data.
        """
        if self.read_only:
            raise Unavailable("storage.in_use")
        from ces_desktop.data.work import Work, perform

        with self._writing() as connection:
            work = Work(connection, actor, self.installation, self.clock())
            answer, touched = perform(work, action)
        return Outcome(answer, touched, bytes(work.action))

    def receive(self, ops: Sequence[Op]) -> frozenset[str]:
        """Apply ops made elsewhere, in one transaction. Unavailable("storage.in_use") as for `write`."""
        if self.read_only:
            raise Unavailable("storage.in_use")
        from ces_desktop.data.journal.apply import apply

        with self._writing() as connection:
            return apply(connection, ops)

    def exchange(self, change: Callable[[Connection], T]) -> T:
        """Take in or hand out what other installations made, in one transaction. Unavailable("storage.in_use")."""
        if self.read_only:
            raise Unavailable("storage.in_use")
        with self._writing() as connection:
            return change(connection)

    def local(self, change: Callable[[Connection], T]) -> T:
        """Change what never travels (drafts, settings of this laptop), in one transaction."""
        if self.read_only:
            raise Unavailable("storage.in_use")
        with transaction(self.engine, write=True) as connection:
            return change(connection)

    def last_hlc(self) -> int:
        """The highest hybrid clock value in the journal; 0 when it is empty."""
        return self.read(lambda c: c.execute(select(func.max(OpRecord.hlc))).scalar() or 0)

    def sign_in_mark(self) -> int:
        """The hybrid clock value above which all stands that is recorded here from now on."""
        from ces_desktop.data.journal.clock import last_here

        return self.read(lambda c: last_here(c, self.installation, self.clock()))

    def clock_behind(self) -> int | None:
        """UTC ms of the last record when this machine's clock stands before it, else None."""
        # No record of ours is later than the hybrid clock says, and that is read from an index.
        if self.clock() >= (self.last_hlc() >> 16) - CLOCK_TOLERANCE_MS:
            return None
        o = OpRecord
        last = self.read(
            lambda c: c.execute(select(func.max(o.wall)).where(o.device == self.installation.device)).scalar()
        )
        return int(last) if last is not None and self.clock() < last - CLOCK_TOLERANCE_MS else None

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        after = None
        with transaction(self.engine, write=True) as connection:
            yield connection
            if self._before_commit is not None:
                after = self._before_commit(connection, self.installation)
        if after is not None:
            after()


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """One transaction: BEGIN IMMEDIATE for writing on SQLite, since a plain BEGIN loses read-then-write races.

    On PostgreSQL a lock does the same for all desks that share a hub: one writes at a time, and sees what the one
    before wrote; what is read is read as of one moment.
    Driver failures come out as Unavailable (full disk, file held or unreadable); anything else is a bug.
    """
    with _connected(engine) as connection:
        try:
            if engine.dialect.name == "postgresql":
                if write:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
                else:
                    connection.execution_options(isolation_level="REPEATABLE READ")
            if engine.dialect.name == "sqlite":
                if write:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:  # by the driver: one key in the search box would wait as long for SQLAlchemy as for ten people
                    connection.connection.cursor().execute("BEGIN")
            yield connection
            connection.commit() if write else connection.rollback()
        except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
            connection.rollback()
            raise _sorted_failure(engine, error) from error
        except BaseException:  # whatever it was, nothing of the work stays
            connection.rollback()
            raise


def _connected(engine: Engine) -> Connection:
    """A connection; a server that does not answer is Unavailable."""
    try:
        return engine.connect()
    except DBAPIError as error:
        raise _sorted_failure(engine, error) from error


def _sorted_failure(engine: Engine, error: Exception) -> Exception:
    cause: Any = getattr(error, "orig", error)  # prepared statements meet the driver's own failures
    if engine.dialect.name == "sqlite" and type(cause).__name__ in ("OperationalError", "DatabaseError"):
        from ces_desktop.data.cipher import unavailable_for

        if getattr(cause, "sqlite_errorcode", 1) & 0xFF in (5, 6, 8, 10, 11, 13, 14, 26):
            return unavailable_for(cause)
    if engine.dialect.name == "postgresql" and type(cause).__name__ in _SERVER_GONE:
        from ces_desktop.data.hub_database import unavailable_for as server_failure

        return server_failure(cause)
    return error
