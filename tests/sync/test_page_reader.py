"""`docs/bundle-format.md` is enough to read and to write: a reader and a writer made from it, against the program."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import page_reader
import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import sync_steps, sync_world
from benchmarks.sync_box import Act, dict_box
from benchmarks.sync_case import Case
from benchmarks.sync_scenarios import SCENARIOS, Scenario, play
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment, inbox
from ces_desktop.sync.envelope import AgeEnvelope, identity_text, recipient_text
from ces_desktop.sync.store import Member, Store
from ces_desktop.sync.trust import own_certificate


def case(seed: int) -> Case:
    """A network in memory whose bundles are encrypted by age."""
    return Case(seed, dict_box, AgeEnvelope(), two=True, mentor=True)


def reader() -> page_reader.Reader:
    """A hub by the page: all it is given is the invitation's text and its key as age writes it."""
    network, certificate = sync_world.the_network()
    invitation = json.loads(enrolment.invitation(network, certificate))
    made = page_reader.Reader(invitation, identity_text(sync_world.HUB.receiving))
    made.listen([[invitation[6], invitation[7]]])
    return made


def told(store: Store) -> list[list[str]]:
    """What the hub knows to be signed: it signed much of it itself."""
    kinds = ("certificate", "revocation", "gap", "head")
    return [[c[64:].decode(), c[:64].hex()] for kind in kinds for c in store.records(kind).values()]


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> page_reader.Reader:
    """A reader by the page that is given every file the hub is given, and must make the same of it."""
    page, plain = reader(), inbox.receive

    def receive(store: Store, member: Member, data: bytes, *more: Any) -> inbox.Receipt:
        if not member.hub:
            return plain(store, member, data, *more)
        page.set_back({h.hex() for h in store.links(None)}, {h.hex() for h in store.aside()})
        page.listen(told(store))
        page.judge([])  # what a certificate or a gap released since
        try:
            receipt = plain(store, member, data, *more)
        except Refused:
            with pytest.raises(page_reader.Rejected):
                page.open(data)
            raise
        page.receive(data)
        ours = {h.hex(): "held" if k.state == "held" else k.reason for h, k in store.aside().items()}
        assert page.why == ours
        assert page.applied.keys() == {h.hex() for h in store.links(None)}
        return receipt

    monkeypatch.setattr(inbox, "receive", receive)
    return page


@pytest.mark.parametrize("seed", range(5))
def test_the_page_makes_of_bundles_what_the_program_makes_of_them(seed: int, beside: page_reader.Reader) -> None:
    """Weeks of work, restores and copies; then every laptop's bundles, in the order of a careless courier."""
    c, everything = case(seed), []
    for number in range(50):
        c.sites[0].work(Act("register", (bytes([number] * 16), b""), number), c.now, c.rng)
        site = c.rng.choice(c.sites)
        c.now += 1_000_000
        match c.rng.randrange(8):
            case 0:
                c.back_up(site)
            case 1 if id(site) in c.backups:
                c.restore(site)
            case 2 if len(c.sites) < 8:
                c.clone(site)
            case 3:
                everything += c.pack(site)
            case _:
                c.work(site)
    everything += [data for site in c.sites for data in c.pack(site)] * 2
    c.rng.shuffle(everything)
    for data in everything:
        c.take(c.hub, data)
    assert len(beside.applied) > 40


@pytest.mark.parametrize(
    "scenario",
    [s for s in SCENARIOS if s.__name__ != "malformed_content_is_quarantined"],  # what a database holds: rule 2
    ids=lambda s: s.__name__,
)
def test_the_page_refuses_what_the_program_refuses(scenario: Scenario, beside: page_reader.Reader) -> None:
    """Strangers, false names, revoked laptops, halves of actions, bombs: every file a hub is given in the scenarios."""
    play(scenario, dict_box, AgeEnvelope())


def test_a_bundle_written_by_hand_is_taken() -> None:
    """By the page: header, envelope, manifest, signature, frames, an op, its signed head."""
    c, key = case(3), sync_world.keys_of(sync_world.FIRST + 1)
    signing = Ed25519PrivateKey.from_private_bytes(key.signing)
    device = hashlib.sha256(signing.public_key().public_bytes_raw() + key.receiving_public).digest()[:16]
    scope, person = f"clinic:{sync_world.CLINICS[0].hex()}", "0" * 30 + "77"
    header = json.dumps(
        [1, device.hex(), "00" * 8, scope, 1, [], c.now << 16, c.now, 0, "07" * 16, "", 1, "register", "ab" * 16,
         1, 1, "patient", person],
        ensure_ascii=False, separators=(",", ":"),
    ).encode()  # fmt: skip
    body = json.dumps(
        {"n": "cd" * 16, "add": [["patient", person, {"given": "Inventada"}]]}, separators=(",", ":")
    ).encode()
    name = hashlib.sha256(b"op1" + header + hashlib.sha256(body).digest()).digest()
    head = json.dumps(["head", device.hex(), "00" * 8, scope, name.hex(), c.now], separators=(",", ":"))
    network, _ = sync_world.the_network()
    content = len(header).to_bytes(4, "big") + header + len(body).to_bytes(4, "big") + body
    statement = [head, signing.sign(b"ces-desktop record 1\n" + head.encode()).hex()]
    manifest = json.dumps({
        "sender": device.hex(), "incarnation": "00" * 8, "network": network.id.hex(), "to": [network.hub.hex()],
        "kind": "changes", "number": 1, "part": [1, 1], "schema": 1, "min_reader": 1, "app": "by hand", "wall": c.now,
        "count": 1, "size": len(content), "records": [statement],
        "claims": {scope: [name.hex()]}, "digests": {}, "request": None,
    }).encode()  # fmt: skip
    packed = zstandard.ZstdCompressor(write_content_size=False, write_checksum=True).compress(content)
    length = len(manifest).to_bytes(4, "big")
    inner = length + signing.sign(b"ces-desktop bundle 1\n" + length + manifest + packed) + manifest + packed
    to = recipient_text(own_certificate(sync_world.HUB).receiving)
    sealed = pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(to)])
    hints = b"".join(hashlib.sha256(b"ces-desktop hint 1" + of).digest()[:4] for of in (device, network.id))
    data = b"MBX1" + (1).to_bytes(2, "big") + hints + len(sealed).to_bytes(8, "big") + sealed
    receipt = c.take(c.hub, data)
    assert receipt is not None and receipt.fresh == 1 and receipt.aside == ()
    assert c.hub.box.tables()["cells"][person + "given"] == "Inventada"


@pytest.mark.skipif(
    shutil.which("age") is None, reason="the stock age tool is not installed here (Debian: apt install age)"
)
def test_a_bundle_opens_with_the_stock_age_tool(tmp_path: Path) -> None:
    """`tail -c +23 FILE.mbx | age -d -i KEY.txt`, with the hub's key, and with the network's from its paper."""
    c = case(1)
    sync_steps.register(c, c.sites[0])
    (data,) = c.pack(c.sites[0])
    (tmp_path / "bundle.age").write_bytes(data[22:])
    opened = []
    for keys in (sync_world.HUB, sync_world.ROOT):
        (tmp_path / "key.txt").write_text(identity_text(keys.receiving) + "\n", encoding="ascii")
        command = ["age", "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "bundle.age")]
        opened.append(subprocess.run(command, check=True, capture_output=True).stdout)
    assert (
        opened[0]
        == opened[1]
        == pyrage.decrypt(data[22:], [pyrage.x25519.Identity.from_str(identity_text(sync_world.HUB.receiving))])
    )
    (tmp_path / "key.txt").write_text(identity_text(sync_world.keys_of(99).receiving) + "\n", encoding="ascii")
    command = ["age", "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "bundle.age")]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
