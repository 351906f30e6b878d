"""A hub on a real PostgreSQL server: made, shared by two supervisors, backed up into a file that opens without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from builders import assert_proved, register
from sqlalchemy import text

from ces_desktop.data import hub_database, vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.local import Setting
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import backups, clinic, hub_server, users
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.users import UserForm
from ces_desktop.sync import exchange, hub
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.network_state import network_state

if TYPE_CHECKING:
    from conftest import Folders

PHRASE, OTHER = "nube azul sobre la milpa", "piedra verde bajo el agua"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: CHEAPEST)


def new_hub(root: Path, url: str) -> OpenClinic:
    new = NewClinic("HUB", "Red inventada", "Lic. Prueba", PHRASE, HUB_ROLES, kind="hub", server=url)
    folder, user, _ = clinic.create(root, new)
    return clinic.open_clinic(folder, user, PHRASE)


def laptop(root: Path, usb: Path, prefix: str, people: int) -> OpenClinic:
    """A clinic that has met the hub and written its first bundle."""
    folder, user, _ = clinic.create(root, NewClinic(prefix, prefix, "Dra. Prueba", PHRASE, CLINIC_ROLES), cost=CHEAPEST)
    opened = clinic.open_clinic(folder, user, PHRASE)
    for number in range(1, people + 1):
        register(opened.database, opened.actor, number)
    exchange.join(opened.database, opened.actor, usb / exchange.INVITATION)
    exchange.export(opened.database, opened.actor, usb)
    return opened


def test_two_supervisors_one_server(
    clinic_folder: Folders, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server sees of keys, passphrases set at the other desk, and a copy that opens without the server."""
    first = new_hub(clinic_folder.data, postgres_url)
    hub.found_hub(first.database, first.actor, "Red inventada")
    usb = tmp_path / "usb"
    usb.mkdir()
    hub.invite(first.database, first.actor, usb)
    remote = laptop(clinic_folder.data, usb, "CAP", 2)
    plain = sqlalchemy.create_engine(postgres_url)
    with plain.connect() as connection:
        kept = dict(connection.execute(text("SELECT name, value FROM local_setting")).all())
    plain.dispose()
    private = first.database.read(member_of).keys.to_bytes().hex()
    assert kept[Setting.DEVICE_KEYS].startswith("sealed:") and private not in str(kept)
    assert not first.folder.database.exists() and PHRASE not in first.folder.address.read_text("utf-8")
    users.join(first, UserForm("Lic. Otra", "", HUB_ROLES), OTHER)
    first.close()

    monkeypatch.setenv("CES_DESKTOP_STATE", str(tmp_path / "elsewhere"))
    folder, user = hub_server.connect(tmp_path / "desk", postgres_url, "Lic. Otra", OTHER)
    second = clinic.open_clinic(folder, user, OTHER)
    assert second.renewed is None and second.actor.name == "Lic. Otra"
    (arrived,) = exchange.import_files(second.database, second.actor, [next(usb.glob("*.mbx"))])
    assert arrived.failure is not None and arrived.failure.code == "sync.unknown_device"
    (asked,) = second.database.read(network_state).requests
    hub.certify(second.database, second.actor, asked.device)
    assert [s.people for s in second.database.read(network_state).sites] == [2]
    assert_proved(second.database)
    made = backups.back_up(second)
    held = second.database.read(lambda c: set(JournalStore(c).links(None)))
    users.change_own_passphrase(second, OTHER, "lluvia blanca sobre el cerro")
    second.close()

    monkeypatch.setenv("CES_DESKTOP_STATE", str(clinic_folder.state))
    first = clinic.open_clinic(first.folder, first.actor.user, PHRASE)
    assert first.renewed is None and vault.open(first.folder, user, "lluvia blanca sobre el cerro")
    with pytest.raises(Refused, match=r"hub\.restore_elsewhere"):
        backups.restore_open(first, made)
    first.close()
    lost = tmp_path / "lost" / "HUB"
    backups.restore_with_passphrase(made.path, lost, "Lic. Prueba", PHRASE)
    alone = clinic.open_clinic(ClinicFolder(lost), first.actor.user, PHRASE)
    assert alone.database.engine.dialect.name == "sqlite" and alone.facts["kind"] == "hub"
    assert alone.database.read(lambda c: set(JournalStore(c).links(None))) == held
    assert alone.database.read(network_state).name == "Red inventada"
    assert_proved(alone.database)
    for each in (alone, remote):
        each.close()


def test_a_database_that_is_taken_or_holds_no_hub(clinic_folder: Folders, postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"hub\.none_there"):
        hub_server.connect(tmp_path, postgres_url, None, PHRASE)
    new_hub(clinic_folder.data, postgres_url).close()
    with pytest.raises(Refused, match=r"hub\.taken"):
        new_hub(tmp_path, postgres_url)
    assert not (tmp_path / "HUB").exists()
    with pytest.raises(Refused, match=r"vault\.wrong_passphrase"):
        hub_server.connect(tmp_path, postgres_url, None, "otra frase que nadie dijo")
    with pytest.raises(Refused, match=r"clinic\.exists"):
        hub_server.connect(clinic_folder.data, postgres_url, None, PHRASE)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("mysql://someone@example.org/hub", "hub.not_postgresql"),
        ("not an address", "hub.not_postgresql"),
        ("postgresql://someone@example.org", "hub.no_database"),
        ("postgresql://someone@example.org/hub?sslmode=require", "hub.tls"),
        ("postgresql://someone@/hub?host=/tmp,example.org&sslmode=disable", "hub.tls"),
    ],
)
def test_addresses_that_are_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        hub_database.checked_address(typed)
    assert refused.value.code == code


def test_elsewhere_the_server_must_prove_itself_here_it_need_not() -> None:
    far = hub_database.checked_address("postgresql://someone:secret@example.org/hub")
    assert far.query["sslmode"] == "verify-full" and far.drivername == "postgresql+psycopg"
    for near in ("postgresql://someone@localhost/hub", "postgresql://someone@/hub?host=/run/postgresql"):
        assert "sslmode" not in hub_database.checked_address(near).query


def test_a_server_that_does_not_answer_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"hub\.unreachable"):
        new_hub(tmp_path, f"postgresql://someone@/hub?host={tmp_path}")
    assert not (tmp_path / "HUB").exists()


def test_two_supervisors_import_the_same_stick_at_once_by_command(
    clinic_folder: Folders, postgres_url: str, tmp_path: Path
) -> None:
    """Two processes, each `hub import`; every bundle is taken once, nothing is lost or torn."""
    first = new_hub(clinic_folder.data, postgres_url)
    hub.found_hub(first.database, first.actor, "Red inventada")
    usb = tmp_path / "usb"
    usb.mkdir()
    hub.invite(first.database, first.actor, usb)
    laptops = [laptop(clinic_folder.data, usb, prefix, 3) for prefix in ("CAP", "REF")]
    exchange.import_files(first.database, first.actor, sorted(usb.glob("*.mbx")))
    for asked in first.database.read(network_state).requests:
        hub.certify(first.database, first.actor, asked.device)
    for one in laptops:
        register(one.database, one.actor, 7)
        exchange.export(one.database, one.actor, usb)
    first.close()
    folder, _ = hub_server.connect(tmp_path / "desk", postgres_url, None, PHRASE)
    places = ((clinic_folder.data / "HUB", clinic_folder.state), (folder.path, tmp_path / "elsewhere"))
    running = []
    for place, state in places:
        words = ["--language", "en", "--data", str(place), "hub", "import", str(usb)]
        told = os.environ | {"CES_DESKTOP_STATE": str(state), "CES_DESKTOP_PASSPHRASE": PHRASE}
        running.append(
            subprocess.Popen([sys.executable, "-m", "ces_desktop", *words], env=told, stdout=subprocess.PIPE, text=True)
        )
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert sum(text.count(" new") for text in said) >= 2 and "imported before" in "".join(said)
    first = clinic.open_clinic(ClinicFolder(places[0][0]), first.actor.user, PHRASE)
    assert [site.people for site in first.database.read(network_state).sites] == [4, 4]
    assert_proved(first.database)
    for one in (first, *laptops):
        one.close()
