"""A bundle rightly sealed and signed whose content is anything: what a broken or hostile laptop may write. V5."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from histories import history

from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from benchmarks.sync_world import StubEnvelope
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Op
from ces_desktop.data.upgrade import upgrade
from ces_desktop.errors import Refused
from ces_desktop.sync import bundle, inbox, merge
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.store import Frame
from ces_desktop.sync.trust import own_certificate

CASES = 3_000
NASTY: tuple[str, ...] = (
    "null", "true", "0", "-1", "1e999", "-1e999", "NaN", "1.5", "9" * 400, "9" * 5_000, '""', '"x"', '"\\ud800"',
    '"\\u0000"', "[]", "{}", "[[]]", '{"a":1}', "[" * 20_000 + "]" * 20_000, '["certificate"]',
    '["head",1]', '[["ack"],"00"]',
)  # fmt: skip


_MARK = "what is exchanged"


@pytest.fixture
def case() -> Case:
    """A network in memory in which people have been registered."""
    made = Case(3, dict_box, StubEnvelope(), two=False, mentor=False)
    for _ in range(4):
        made.work(made.sites[0])
    return made


def test_no_manifest_crashes_the_reader(case: Case) -> None:
    laptop, rng = case.sites[0], random.Random(5)
    (data,) = case.pack(laptop)
    hub = case.hub.member()
    opened = bundle.unseal(data, None, case.envelope, hub.keys.receiving)
    before = case.state(case.hub)
    for number in range(CASES):
        keys = (laptop.member().keys, hub.keys)[number % 2]
        head = altered(opened.manifest_bytes, rng, keys)
        with suppress(Refused, Undone), case.hub.box.transaction() as store:
            inbox.receive(store, hub, sealed(case, data, head, opened.packed, keys), case.envelope, case.now)
            raise Undone
    assert case.state(case.hub) == before


@pytest.mark.parametrize("kind", ["sqlcipher", "postgresql"])
def test_what_is_taken_for_an_op_can_be_stored(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rng = random.Random(11)
    seen = [frame for op in ops() for frame in strange(op, rng)]
    taken = {frame.hash: op for frame in seen if (op := merge.readable(frame)) is not None}
    assert 0 < len(taken) < len(seen)
    if kind == "sqlcipher":
        engine = cipher.engine(tmp_path / "clinic.db", bytes(range(32)), create=True)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        JournalStore(connection).apply(list(taken.values()))
        assert verify(connection).differences == ()  # parents that were exchanged are missed
    engine.dispose()


def test_no_other_encoding_hides_what_no_database_holds() -> None:
    body = '{"n":"00","add":[["patient","%s",{"given":"%s"}]]}'
    header = ops()[0].header
    for given, encoding in (("a\\u0000", "utf-16-le"), ("a\\ud800", "utf-16-le"), ("a\ud800", "utf-8")):
        hidden = (body % ("0" * 32, given)).encode(encoding, "surrogatepass")
        assert merge.readable(framed(header, hidden)) is None


def strange(op: Op, rng: random.Random) -> Iterator[Frame]:
    """Frames like an op's, each with one value exchanged."""
    for _ in range(150):
        parts = [op.header, op.body or b"{}"]
        which = rng.randrange(2)
        content = json.loads(parts[which])
        place, key = rng.choice(list(_places(content)))
        place[key] = _MARK
        parts[which] = json.dumps(content).replace(f'"{_MARK}"', rng.choice(NASTY)).encode()
        yield framed(*parts)


def framed(header: bytes, body: bytes) -> Frame:
    """As the reader names it."""
    (frame,) = bundle.parse_frames(b"".join(len(part).to_bytes(4, "big") + part for part in (header, body)))
    return frame


def ops() -> list[Op]:
    """Registrations and edits of two laptops."""
    return history([(0, 0, 0, 0), (1, 0, 1, 1), (14, 1, 0, 0), (2, 1, 0, 0)]).ops


class Undone(Exception):
    """What was taken in is rolled back: the next one is read by the same hub."""


def altered(manifest: bytes, rng: random.Random, keys: DeviceKeys) -> bytes:
    """A manifest with one value exchanged for something else, or a statement of it that is signed anew."""
    content = json.loads(manifest)
    if rng.random() < 0.5:
        fields = json.loads(rng.choice(content["records"])[0])
        fields[rng.randrange(len(fields))] = _MARK
        text = json.dumps(fields, separators=(",", ":")).replace(f'"{_MARK}"', rng.choice(NASTY))
        content["records"].append([text, keys.sign(b"ces-desktop record 1\n" + text.encode()).hex()])
        return json.dumps(content).encode()
    place, key = rng.choice(list(_places(content)))
    place[key] = _MARK
    return json.dumps(content).replace(f'"{_MARK}"', rng.choice(NASTY)).encode()


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    for key in content if isinstance(content, dict) else range(len(content)):
        yield content, key
        if isinstance(content[key], (dict, list)):
            yield from _places(content[key])


def sealed(case: Case, data: bytes, head: bytes, packed: bytes, keys: Any) -> bytes:
    """A bundle file of this manifest; signed by the keys."""
    signature = keys.sign(bundle.signed_bytes(head, packed))
    readers = [own_certificate(case.hub.member().keys).receiving]
    inner = case.envelope.close(len(head).to_bytes(4, "big") + signature + head + packed, readers)
    return data[:14] + len(inner).to_bytes(8, "big") + inner
