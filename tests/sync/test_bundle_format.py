"""`docs/bundle-format.md` is enough: a reader written from the page alone, and files of the first day for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from benchmarks import mutated_bundles, sync_steps, sync_world
from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from ces_desktop.sync import bundle, inbox, stick
from ces_desktop.sync.envelope import AgeEnvelope, identity_text, recipient_text
from ces_desktop.sync.trust import own_certificate

GOLDEN = Path(__file__).parent / "golden" / "bundle-1.json"


def read_by_hand(data: bytes, secret: str) -> tuple[dict[str, Any], bytes, list[tuple[bytes, bytes, bytes]]]:
    """Manifest, what was signed, and ops as (hash, header, body): from the page, without our reader."""
    assert data[:4] == b"MBX1" and int.from_bytes(data[4:6], "big") == 1
    assert int.from_bytes(data[14:22], "big") == len(data) - 22
    inner = pyrage.decrypt(data[22:], [pyrage.x25519.Identity.from_str(secret)])
    length = int.from_bytes(inner[:4], "big")
    manifest, packed = inner[68 : 68 + length], inner[68 + length :]
    said = json.loads(manifest)
    signed = b"ces-desktop bundle 1\n" + inner[:4] + manifest + packed
    content = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    assert len(content) == said["size"]
    ops, place = [], 0
    while place < len(content):
        end = place + 4 + int.from_bytes(content[place : place + 4], "big")
        header = content[place + 4 : end]
        place = end + 4 + int.from_bytes(content[end : end + 4], "big")
        body = content[end + 4 : place]
        ops.append((hashlib.sha256(b"op1" + header + hashlib.sha256(body).digest()).digest(), header, body))
    assert len(ops) == said["count"]
    said["signature"] = inner[4:68]
    return said, signed, ops


def certificate_in(said: dict[str, Any]) -> list[Any]:
    """The sender's certificate among the statements."""
    found = [json.loads(text) for text, _ in said["records"] if text.startswith('["certificate"')]
    return next(c for c in found if c[1] == said["sender"])


@pytest.fixture
def case() -> Case:
    """A network in memory whose bundles are encrypted by age."""
    return Case(1, dict_box, AgeEnvelope(), two=True, mentor=True)


def test_a_bundle_opens_with_age_and_the_right_key_alone(case: Case) -> None:
    laptop = case.sites[0]
    sync_steps.register(case, laptop)
    (data,) = case.pack(laptop)
    hub = identity_text(case.hub.member().keys.receiving)
    said, signed, ops = read_by_hand(data, hub)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(certificate_in(said)[2])).verify(said["signature"], signed)
    with laptop.box.transaction() as store:
        held = store.ops(list(store.links(None)))
    assert {op[0]: op[2] for op in ops} == {op.hash: op.body for op in held}
    network_key = identity_text(sync_world.ROOT.receiving)
    assert read_by_hand(data, network_key)[2] == ops
    stranger = pyrage.x25519.Identity.from_str(identity_text(sync_world.keys_of(99).receiving))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data[22:], [stranger])


def test_keys_as_age_writes_them() -> None:
    for number in range(5):
        keys = sync_world.keys_of(number)
        known = pyrage.x25519.Identity.from_str(identity_text(keys.receiving))
        assert str(known.to_public()) == recipient_text(keys.receiving_public)


def test_the_bundle_of_the_first_day_is_read_for_ever(case: Case) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    data = bytes.fromhex("".join(golden["file"]))
    said, _, ops = read_by_hand(data, golden["hub_secret"])
    assert [h.hex() for h, _, _ in ops] == golden["ops"] and said["kind"] == "changes"
    with case.hub.box.transaction() as store:
        receipt = inbox.receive(store, case.hub.member(), data, AgeEnvelope(), case.now)
        assert receipt.fresh == len(golden["ops"]) == len(store.links(None))


def test_nothing_of_a_patient_is_legible_outside(case: Case) -> None:
    laptop = case.sites[0]
    sync_steps.register(case, laptop)
    (data,) = case.pack(laptop)
    assert b"Inventada" not in data and laptop.member().device not in data


def test_mutated_bundles_change_nothing() -> None:
    """Flips, cuts, additions and exchanged pieces: none is taken, none crashes."""
    told = mutated_bundles.mutate(1_000, 5)
    assert (told.accepted, told.crashed) == (0, 0)


def test_the_outside_must_agree_with_the_inside(case: Case) -> None:
    """Hints stand outside the encryption; one that is not the manifest's is damage."""
    laptop = case.sites[0]
    sync_steps.register(case, laptop)
    (data,) = case.pack(laptop)
    assert sync_steps.refused(case, case.hub, data[:6] + bytes(4) + data[10:]) == "sync.damaged"


def test_names_are_lower_case_ascii_and_tell_files_apart(case: Case) -> None:
    (one,), (other,) = case.pack(case.sites[0]), case.pack(case.sites[0])
    names = [stick.file_name(case.sites[0].member().device, case.hub.network.id, 1, 1, data) for data in (one, other)]
    assert names[0] != names[1]
    assert all(name == name.lower() and name.isascii() and len(name) <= 60 for name in names)
    assert bundle.hint(case.hub.network.id).hex() in names[0]


def make_golden() -> None:
    """Write the golden file anew; only for a new format, beside the old."""
    case = Case(1, dict_box, AgeEnvelope(), two=True, mentor=True)
    for _ in range(2):
        sync_steps.register(case, case.sites[0])
    (data,) = case.pack(case.sites[0])
    text = data.hex()
    keys = case.hub.member().keys
    secret = identity_text(keys.receiving)
    _, _, ops = read_by_hand(data, secret)
    content = {
        "what": "a bundle of two invented people from a laptop of the simulator, and the hub's receiving key",
        "hub_secret": secret,
        "hub_public": recipient_text(own_certificate(keys).receiving),
        "ops": [h.hex() for h, _, _ in ops],
        "file": [text[i : i + 110] for i in range(0, len(text), 110)],
    }
    GOLDEN.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make_golden()
