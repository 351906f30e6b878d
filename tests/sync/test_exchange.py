"""Real clinics exchange through folders: from the hub's invitation to a second laptop, a restore and a copied disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from sqlalchemy import event, select

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.errors import Refused
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.sync import exchange, network_state, stick
from ces_desktop.sync import hub as hub_actions

PHRASE = "nube azul sobre la milpa"


@dataclass
class Desk:
    """One installation: its folders on the machine it runs on, and the clinic open on it."""

    root: Path
    user: bytes
    prefix: str
    patch: pytest.MonkeyPatch
    opened: OpenClinic | None = None
    key: DeviceKeys | None = None
    """Of a hub: the network key on its paper."""

    def open(self) -> OpenClinic:
        """Start the program there (closing it first, if it runs)."""
        self.close()
        self.patch.setenv("CES_DESKTOP_STATE", str(self.root / "state"))
        self.opened = clinic.open_clinic(ClinicFolder(self.root / "data" / self.prefix), self.user, PHRASE)
        return self.opened

    def close(self) -> None:
        if self.opened is not None:
            assert_proved(self.opened.database)
            self.opened.close()
            self.opened = None

    @property
    def here(self) -> OpenClinic:
        assert self.opened is not None
        self.patch.setenv("CES_DESKTOP_STATE", str(self.root / "state"))
        return self.opened

    def people(self) -> set[str]:
        return set(self.here.database.read(lambda c: c.execute(select(PatientRecord.human_id)).scalars().all()))

    def export(self, to: Path) -> exchange.Sent:
        return exchange.export(self.here.database, self.here.actor, to)

    def take(self, folder: Path) -> list[exchange.Arrived]:
        return exchange.import_files(self.here.database, self.here.actor, stick.found(folder))

    def status(self) -> exchange.Status:
        return self.here.database.read(exchange.status)


def desk(tmp_path: Path, patch: pytest.MonkeyPatch, name: str, prefix: str, kind: str = "clinic") -> Desk:
    """A fresh installation on a machine of its own."""
    root = tmp_path / name
    roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR}) if kind == "hub" else frozenset(CLINIC_ROLES)
    new = NewClinic(prefix, f"Clínica {prefix}", f"Persona {name}", PHRASE, roles, kind=kind)
    _, user, _ = clinic.create(root / "data", new, cost=CHEAPEST)
    made = Desk(root, user, prefix, patch)
    made.open()
    return made


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Each installation has its own state folder."""
    return monkeypatch


@pytest.fixture
def hub(tmp_path: Path, patch: pytest.MonkeyPatch) -> Desk:
    made = desk(tmp_path, patch, "hub", "HUB", "hub")
    made.key = hub_actions.found_hub(made.here.database, made.here.actor, "Red inventada")
    return made


def enrolled(hub: Desk, laptop: Desk, usb: Path) -> None:
    """Hub's stick, request with the first export, six words, certificate."""
    usb.mkdir(exist_ok=True)
    words = hub_actions.invite(hub.here.database, hub.here.actor, usb)
    assert exchange.join(laptop.here.database, laptop.here.actor, usb / exchange.INVITATION) == words
    laptop.export(usb)
    shown = laptop.status().words
    (arrived,) = hub.take(usb)
    assert arrived.failure is not None and arrived.failure.code == "sync.unknown_device"
    asked = [r for r in hub.here.database.read(hub_actions.requests) if r.words == shown]
    receipts = hub_actions.certify(hub.here.database, hub.here.actor, asked[0].device)
    assert sum(r.fresh for r in receipts) > 0, "the bundle that waited was not taken in"
    trip_back(hub, laptop, usb, asked[0].device)
    assert laptop.status().certified


def trip_back(hub: Desk, laptop: Desk, usb: Path, device: bytes) -> None:
    """The hub answers into an empty stick and the laptop reads it."""
    shutil.rmtree(usb)
    usb.mkdir()
    hub_actions.answer(hub.here.database, hub.here.actor, usb, [device])
    for arrived in laptop.take(usb):
        assert arrived.failure is None, arrived.failure
    shutil.rmtree(usb)
    usb.mkdir()


def round_trip(hub: Desk, laptop: Desk, usb: Path) -> None:
    """There and back."""
    laptop.export(usb)
    arrived = hub.take(usb)
    assert [a.failure for a in arrived] == [None] * len(arrived)
    trip_back(hub, laptop, usb, laptop.here.database.installation.device)


def test_from_the_invitation_to_the_second_laptop(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    usb = tmp_path / "usb"
    first = desk(tmp_path, patch, "first", "CAP")
    register(first.here.database, first.here.actor, 1)
    with pytest.raises(Refused, match=r"sync\.no_hub"):
        first.export(usb)
    enrolled(hub, first, usb)
    assert hub.people() == {"CAP0000001"}
    assert first.status().waiting == 0 and first.status().confirmed_at is not None

    second = desk(tmp_path, patch, "second", "CAP")
    enrolled(hub, second, usb)
    assert second.people() == {"CAP0000001"}
    assert second.here.database.installation.slot == 1
    register(second.here.database, second.here.actor, 7)
    round_trip(hub, second, usb)
    round_trip(hub, first, usb)
    assert first.people() == second.people() == hub.people() == {"CAP0000001", "CAP1000007"}
    (state,) = hub.here.database.read(network_state.sites)
    assert (state.prefix, state.devices, state.aside) == ("CAP", 2, 0)
    assert state.ops == len(first.here.database.read(lambda c: exchange.JournalStore(c).links(None)))
    assert state.last_bundle is not None and first.here.database.read(exchange.last_confirmed) is not None
    for each in (hub, first, second):
        each.close()


def test_a_laptop_put_back_to_last_month_gets_its_own_records_back(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk
) -> None:
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    laptop.close()
    shutil.copytree(laptop.root / "data", tmp_path / "last month")
    laptop.open()
    for number in (1, 2, 3):
        register(laptop.here.database, laptop.here.actor, number)
    round_trip(hub, laptop, usb)
    laptop.close()
    shutil.rmtree(laptop.root / "data")
    shutil.copytree(tmp_path / "last month", laptop.root / "data")
    assert laptop.open().renewed == "restored"
    assert laptop.people() == set()
    register(laptop.here.database, laptop.here.actor, 900)
    round_trip(hub, laptop, usb)
    round_trip(hub, laptop, usb)
    assert laptop.people() == hub.people() and len(hub.people()) == 4
    register(laptop.here.database, laptop.here.actor, 901)
    round_trip(hub, laptop, usb)
    assert laptop.people() == hub.people() and len(hub.people()) == 5
    for each in (hub, laptop):
        each.close()


def test_a_whole_machine_put_back_forks_and_is_joined(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    """Nothing on the machine can notice it; the hub's answer does."""
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    laptop.close()
    shutil.copytree(laptop.root, tmp_path / "image")
    laptop.open()
    register(laptop.here.database, laptop.here.actor, 1)
    round_trip(hub, laptop, usb)
    laptop.close()
    shutil.rmtree(laptop.root)
    shutil.copytree(tmp_path / "image", laptop.root)
    assert laptop.open().renewed is None
    register(laptop.here.database, laptop.here.actor, 2)
    before = laptop.here.database.installation.incarnation
    round_trip(hub, laptop, usb)
    assert laptop.people() == hub.people() == {"CAP0000001", "CAP0000002"}
    assert laptop.here.database.installation.incarnation != before
    joined = register(laptop.here.database, laptop.here.actor, 3)
    ends = laptop.here.database.read(lambda c: exchange.JournalStore(c).links(None))
    assert any(len(link.parents) == 2 for link in ends.values()) and joined
    round_trip(hub, laptop, usb)
    assert laptop.people() == hub.people() and len(hub.people()) == 3
    for each in (hub, laptop):
        each.close()


def test_a_damaged_file_is_read_from_its_copy(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    register(laptop.here.database, laptop.here.actor, 1)
    (path,) = laptop.export(usb).files
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    (arrived,) = hub.take(usb)
    assert arrived.failure is None and hub.people() == {"CAP0000001"}
    (usb / exchange.SECOND_COPY / path.name).unlink()
    (arrived,) = hub.take(usb)
    assert arrived.failure is not None and arrived.failure.code == "sync.damaged"
    for each in (hub, laptop):
        each.close()


def test_another_networks_stick_is_told_apart(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    other = desk(tmp_path, patch, "other", "OTR", "hub")
    hub_actions.found_hub(other.here.database, other.here.actor, "Otra red")
    with pytest.raises(Refused, match=r"sync\.network_exists"):
        hub_actions.found_hub(other.here.database, other.here.actor, "Otra red")
    hub_actions.invite(other.here.database, other.here.actor, usb)
    with pytest.raises(Refused, match=r"sync\.other_network"):
        exchange.join(laptop.here.database, laptop.here.actor, usb / exchange.INVITATION)
    laptop.export(usb)
    (arrived,) = other.take(usb)
    assert arrived.failure is not None and arrived.failure.code == "sync.other_network"
    for each in (hub, laptop, other):
        each.close()


def test_an_altered_invitation_is_refused(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    hub_actions.invite(hub.here.database, hub.here.actor, usb)
    path = usb / exchange.INVITATION
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(text[20], "0" if text[20] != "0" else "1", 1), encoding="utf-8")
    laptop = desk(tmp_path, patch, "first", "CAP")
    with pytest.raises(Refused, match=r"sync\.bad_invitation"):
        exchange.join(laptop.here.database, laptop.here.actor, path)
    for each in (hub, laptop):
        each.close()


def test_a_hub_on_another_machine_is_certified_by_the_network_key(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk
) -> None:
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    register(laptop.here.database, laptop.here.actor, 1)
    laptop.export(usb)
    hub.close()
    plain = clinic.machine_fingerprint
    patch.setattr(clinic, "machine_fingerprint", lambda salt: "f" * 32)
    assert hub.open().renewed == "moved"
    patch.setattr(clinic, "machine_fingerprint", plain)
    (arrived,) = hub.take(usb)  # encrypted for the keys of the old machine
    assert arrived.failure is None and hub.people() == {"CAP0000001"}
    device = laptop.here.database.installation.device
    hub_actions.answer(hub.here.database, hub.here.actor, usb, [device])
    assert [a.failure.code for a in laptop.take(usb) if a.failure is not None] == ["sync.unknown_device"]
    assert hub.key is not None
    with pytest.raises(Refused, match=r"sync\.other_network"):
        hub_actions.renew_hub(hub.here.database, hub.here.actor, DeviceKeys.generate())
    hub_actions.renew_hub(hub.here.database, hub.here.actor, hub.key)
    trip_back(hub, laptop, usb, device)
    assert laptop.status().waiting == 0
    register(laptop.here.database, laptop.here.actor, 2)
    round_trip(hub, laptop, usb)
    assert hub.people() == laptop.people() == {"CAP0000001", "CAP0000002"}
    for each in (hub, laptop):
        each.close()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    """The hub's disk is full in the middle of an import; with room again the same file is taken whole."""
    usb = tmp_path / "usb"
    laptop = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, laptop, usb)
    for number in range(1, 60):
        register(laptop.here.database, laptop.here.actor, number)
    laptop.export(usb)
    engine = hub.here.database.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def full(raw: Any, *_: Any) -> None:
        raw.execute(f"PRAGMA max_page_count={(pages or 0) + 2}")

    event.listen(engine, "checkout", full)
    (arrived,) = hub.take(usb)
    assert arrived.failure is not None and arrived.failure.code == "storage.full"
    assert hub.people() == set()
    event.remove(engine, "checkout", full)
    engine.dispose()
    (arrived,) = hub.take(usb)
    assert arrived.failure is None and len(hub.people()) == 59
    for each in (hub, laptop):
        each.close()


def test_bundles_are_found_in_order_of_their_numbers(tmp_path: Path) -> None:
    """The tenth part comes after the second: none is read before what it was written on."""
    names = [f"mbx-aa-bb-{number}.{part}-{9 - part % 10}.mbx" for number in (2, 10) for part in (1, 2, 10, 11)]
    for name in (*sorted(names), "photo.mbx"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in stick.found(tmp_path)] == [*names, "photo.mbx"]
