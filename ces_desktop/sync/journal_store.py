"""The store over the real journal: SQLCipher on a laptop, PostgreSQL or SQLCipher at a hub, in one open transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, select

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal import state_sums
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.bulk import insert_lists, rows_in, run
from ces_desktop.data.journal.logs import places
from ces_desktop.data.journal.op import Op, clinic_of, load
from ces_desktop.data.local import Setting, read_setting, write_setting
from ces_desktop.data.models import ExchangeAsideRecord, ExchangeRecord, OpRecord
from ces_desktop.sync.store import Aside, Frame, Link

_FRAME = ("hash", "header", "body_hash", "body")
_ASIDE, _RECORD = ExchangeAsideRecord.__tablename__, ExchangeRecord.__tablename__


class JournalStore:
    """A `Store` for the length of one transaction, which the caller owns."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._links: dict[bytes, Link] | None = None

    def links(self, scopes: Collection[str] | None) -> Mapping[bytes, Link]:
        """As in `Store`."""
        if self._links is None:
            self._links = {h: Link(*place) for h, place in places(self.connection).items()}
        if scopes is None:
            return self._links.copy()
        return {h: link for h, link in self._links.items() if link.scope in scopes}

    def ops(self, hashes: Collection[bytes]) -> list[Op]:
        """As in `Store`; each is checked against its name as it is read."""
        rows = rows_in(self.connection, OpRecord.__tablename__, _FRAME, "hash", hashes)
        return [load(*row) for row in rows]

    def apply(self, ops: list[Op]) -> frozenset[str]:
        """As in `Store`."""
        touched = apply(self.connection, ops)
        if self._links is not None:
            for op in ops:
                head = op.head
                self._links[op.hash] = Link(head.device, head.incarnation, head.scope, head.seq, head.parents)
        return touched

    def aside(self) -> dict[bytes, Aside]:
        """As in `Store`."""
        a = ExchangeAsideRecord
        rows = self.connection.execute(select(a.hash, a.header, a.body_hash, a.body, a.state, a.reason))
        return {row[0]: Aside(Frame(*row[:4]), row[4], row[5]) for row in rows}

    def set_aside(self, ops: Iterable[Aside]) -> None:
        """As in `Store`."""
        kept = list(ops)
        self.release([one.frame.hash for one in kept])
        rows = [(k.frame.hash, k.frame.header, k.frame.body_hash, k.frame.body, k.state, k.reason) for k in kept]
        insert_lists(self.connection, _ASIDE, (*_FRAME, "state", "reason"), rows)

    def release(self, hashes: Collection[bytes]) -> None:
        """As in `Store`."""
        run(self.connection, f'DELETE FROM "{_ASIDE}" WHERE "hash" = ?', [(h,) for h in hashes])

    def records(self, kind: str) -> dict[bytes, bytes]:
        """As in `Store`."""
        e = ExchangeRecord
        rows = self.connection.execute(select(e.name, e.content).where(e.kind == kind))
        return {row.name: row.content for row in rows}

    def keep(self, kind: str, name: bytes, content: bytes | None) -> None:
        """As in `Store`."""
        e = ExchangeRecord
        self.connection.execute(delete(e).where(e.kind == kind, e.name == name))
        if content is not None:
            insert_lists(self.connection, _RECORD, ("kind", "name", "content"), [(kind, name, content)])

    def digest(self, scope: str) -> dict[str, str]:
        """As in `Store`: of the kept sums."""
        if scope.startswith("reserved:"):
            return {}  # its rows bear the clinic's id too: who has the clinic's ops need not have these
        return state_sums.digests(self.connection, clinic_of(scope))

    def renew(self, incarnation: bytes, joins: tuple[bytes, ...], keys: DeviceKeys | None = None) -> None:
        """As in `Store`: written where the program reads it when the clinic is opened (`services.clinic`)."""
        write_setting(self.connection, Setting.INCARNATION, incarnation.hex())
        write_setting(self.connection, Setting.JOINS, " ".join(h.hex() for h in joins))
        if keys is not None:
            before = read_setting(self.connection, Setting.DEVICE_KEYS) or ""
            former = read_setting(self.connection, Setting.FORMER_KEYS) or ""
            write_setting(self.connection, Setting.FORMER_KEYS, f"{former} {before}".strip())
            write_setting(self.connection, Setting.DEVICE_KEYS, keys.to_bytes().hex())
            write_setting(self.connection, Setting.DEVICE, keys.device_id.hex())
