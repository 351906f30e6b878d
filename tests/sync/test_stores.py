"""One suite for everything that keeps ops for exchange: dict, SQLCipher and PostgreSQL answer alike (`sync.md` 7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from histories import World, history

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Op, load
from ces_desktop.data.local import Setting, read_setting
from ces_desktop.data.upgrade import upgrade
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.memory_store import MemoryStore
from ces_desktop.sync.store import Aside, Frame, Link, Store

KEYS = DeviceKeys(bytes(32), bytes(range(32)))


@pytest.fixture(params=["dict", "sqlcipher", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind, in an open transaction."""
    if request.param == "dict":
        yield MemoryStore(keys=KEYS)
        return
    if request.param == "sqlcipher":
        engine = cipher.engine(tmp_path / "clinic.db", bytes(range(32)), create=True)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    with transaction(engine, write=True) as connection:
        yield JournalStore(connection)
        verdict = verify(connection)
        assert verdict.equal, (verdict.differences[:5], verdict.broken[:5])
    engine.dispose()


def ops() -> list[Op]:
    """A small history of two laptops: registrations, edits that saw each other, and one that did not."""
    world: World = history([(0, 0, 0, 0), (1, 0, 1, 1), (14, 1, 0, 0), (2, 1, 0, 0), (3, 0, 0, 2), (4, 0, 1, 1)])
    return world.ops


def test_links_say_where_each_op_stands(store: Store) -> None:
    made = ops()
    store.apply(made)
    links = store.links(None)
    assert links == {
        op.hash: Link(op.head.device, op.head.incarnation, op.head.scope, op.head.seq, op.head.parents) for op in made
    }
    assert store.links([made[0].head.scope]) == links
    assert store.links(["network"]) == {}


def test_links_are_those_of_now(store: Store) -> None:
    first, *rest = ops()
    store.apply([first])
    before = dict(store.links(None))
    store.apply(rest)
    assert set(before) == {first.hash}
    assert set(store.links(None)) == {op.hash for op in (first, *rest)}


def test_ops_come_back_byte_for_byte(store: Store) -> None:
    made = ops()
    store.apply(made)
    back = {op.hash: op for op in store.ops([op.hash for op in made])}
    assert {h: (op.header, op.body) for h, op in back.items()} == {op.hash: (op.header, op.body) for op in made}


def test_an_erased_body_is_carried_as_erased(store: Store) -> None:
    op = ops()[0]
    erased = load(op.hash, op.header, op.body_hash, None)
    store.apply([erased])
    assert store.ops([op.hash])[0].body is None


def test_applying_twice_changes_nothing(store: Store) -> None:
    made = ops()
    touched = store.apply(made)
    assert "patient" in touched
    scope = made[0].head.scope
    before = store.digest(scope)
    store.apply(made)
    assert store.digest(scope) == before and len(store.links(None)) == len(made)


def test_digests_do_not_depend_on_the_order(store: Store) -> None:
    made = ops()
    store.apply(made[::-1])
    scope = made[0].head.scope
    forward = MemoryStore()
    forward.apply(made)
    if isinstance(store, MemoryStore):
        assert store.digest(scope) == forward.digest(scope)
    assert store.digest(scope) and store.digest("clinic:" + "00" * 15 + "01") == {}


def test_put_aside_released_and_put_aside_again(store: Store) -> None:
    frame = Frame.of(ops()[0])
    store.set_aside([Aside(frame, "held", "parent_missing")])
    store.set_aside([Aside(frame, "quarantined", "revoked")])
    assert store.aside() == {frame.hash: Aside(frame, "quarantined", "revoked")}
    assert store.links(None) == {}
    store.release([frame.hash])
    assert store.aside() == {}
    store.release([frame.hash])


def test_records_are_kept_by_kind_and_name(store: Store) -> None:
    store.keep("ack", b"one", b"1")
    store.keep("ack", b"one", b"2")
    store.keep("gap", b"one", b"3")
    assert store.records("ack") == {b"one": b"2"} and store.records("gap") == {b"one": b"3"}
    store.keep("ack", b"one", None)
    store.keep("ack", b"never", None)
    assert store.records("ack") == {}


def test_a_new_log_joins_the_ends_of_the_old(store: Store) -> None:
    ends = (b"\x01" * 32, b"\x02" * 32)
    store.renew(b"new log.", ends)
    if isinstance(store, MemoryStore):
        assert (store.incarnation, store.joins, store.keys) == (b"new log.", ends, KEYS)
        return
    assert isinstance(store, JournalStore)
    assert read_setting(store.connection, Setting.INCARNATION) == b"new log.".hex()
    assert read_setting(store.connection, Setting.JOINS) == " ".join(h.hex() for h in ends)


def test_keys_of_a_moved_disk_are_kept_to_vouch(store: Store) -> None:
    first, second = KEYS, DeviceKeys(bytes([1] * 32), bytes([2] * 32))
    store.renew(b"first...", (), first)
    store.renew(b"second..", (), second)
    if isinstance(store, MemoryStore):
        assert store.keys == second and store.former[-1] == first
        return
    assert isinstance(store, JournalStore)
    assert read_setting(store.connection, Setting.DEVICE_KEYS) == second.to_bytes().hex()
    assert (read_setting(store.connection, Setting.FORMER_KEYS) or "").split()[-1] == first.to_bytes().hex()
    assert read_setting(store.connection, Setting.DEVICE) == second.device_id.hex()
