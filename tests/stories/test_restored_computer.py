"""A computer put back to last month's backup, and one whose disk was copied: healed in front of whoever looks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import assert_proved, register
from driver import Person
from supervised import Supervisor, machine, reopened, supervisor
from supplies import Store

from ces_desktop.data.database import Database
from ces_desktop.domain.ids import Id
from ces_desktop.services import backups
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, stick
from ces_desktop.ui import places
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import InlineNote

SAFE = "Ya puede retirar la memoria."
DAY = "2026-11-20"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    made = supervisor(tmp_path / "hub", tmp_path / "CES-02", monkeypatch.setattr)
    yield made
    made.opened.close()


def here(person: Person) -> OpenClinic:
    opened = person.window.opened
    assert opened is not None
    return opened


def told(person: Person) -> str:
    """What the USB page says of the last work."""
    page = person.window.page
    assert isinstance(page, StickPage)
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def notices(person: Person) -> str:
    return " ".join(w.text.text() for w in person.window.findChildren(InlineNote))


def numbers(database: Database) -> list[str]:
    return sorted(database.read(lambda c: c.exec_driver_sql("SELECT human_id FROM patient").scalars().all()))


def left(database: Database, lot: Id) -> int:
    """What the shelf says is left of the lot."""
    query = "SELECT quantity FROM stock_lot WHERE lot = ?"
    return int(database.read(lambda c: c.exec_driver_sql(query, (lot,)).scalar_one()))


def send(person: Person) -> None:
    """From the first page with two keys: the USB page, then F9."""
    person.window.open_page("today")
    person.settle()
    before = person.keys
    place = [entry.key for entry in places.rail_entries(person.window.actor)].index("usb") + 1
    person.press(f"Alt+{place}", "F9")
    assert SAFE in told(person) and person.keys - before <= 10
    page = person.window.page
    assert isinstance(page, StickPage) and page.send.hasFocus(), "the work took the focus away"


def receive(person: Person) -> str:
    person.go_to("Recibir de la memoria")
    person.press("Space")
    assert SAFE in told(person)
    return told(person)


def enrolled(person: Person, hub: Supervisor, root: Path) -> tuple[Store, Id, Id]:
    """A clinic in the network, with somebody registered and a hundred tablets on the shelf."""
    person.enter(root)
    opened = here(person)
    hub.enrol(opened)
    store = Store(opened.database, opened.actor)
    item = store.items()[0]
    lot = store.lot(item, "2028-01-31")
    store.move(item, lot, 100, DAY)
    register(opened.database, opened.actor, 1)
    return store, item, lot


@pytest.mark.covers("B1", "D2")
def test_a_computer_put_back_to_last_months_backup(person: Person, root: Path, hub: Supervisor) -> None:
    """What was written after the backup comes back; what is written meanwhile stays; stock is exact."""
    store, item, lot = enrolled(person, hub, root)
    info = backups.back_up(here(person))
    register(store.db, store.who, 2)
    store.move(item, lot, -30, DAY)
    send(person)
    hub.answer(store.db.installation.device)
    assert "cambios recibidos" in receive(person) or "quedó anotado" in told(person).lower()

    person.application.restore(info)
    person.wait_until(lambda: isinstance(person.application._view, SignIn))
    person.application.enter(reopened(root))
    person.settle()
    assert "Estos datos vienen de un respaldo" in notices(person)
    opened = here(person)
    assert numbers(opened.database) == ["CAP0000001"] and left(opened.database, lot) == 100
    register(opened.database, opened.actor, 301)
    again = Store(opened.database, opened.actor)
    again.move(item, lot, -5, DAY)
    send(person)
    hub.answer(opened.database.installation.device)
    said = receive(person)
    assert "había vuelto a un día anterior" in said and "No se perdió nada" in said and "Volvieron" in said
    send(person)
    hub.answer(opened.database.installation.device)
    assert "había vuelto" not in receive(person)
    for database in (opened.database, hub.opened.database):
        assert numbers(database) == ["CAP0000001", "CAP0000002", "CAP0000301"]
        assert left(database, lot) == 65
        assert_proved(database)
    assert opened.database.read(exchange.status).waiting == 0


@pytest.mark.covers("B1")
def test_a_computer_whose_disk_was_copied(person: Person, root: Path, hub: Supervisor, tmp_path: Path) -> None:
    """Both copies go on for a week and give one number to two people; both are told, nobody and nothing is lost."""
    store, item, lot = enrolled(person, hub, root)
    state = Path(os.environ["CES_DESKTOP_STATE"])
    shutil.copytree(root, tmp_path / "copy" / "data")
    shutil.copytree(state, tmp_path / "copy" / "state")
    with machine(tmp_path / "copy" / "state"):
        copy = reopened(tmp_path / "copy" / "data")
        register(copy.database, copy.actor, 2, given="Inventada en la copia")
        Store(copy.database, copy.actor).move(item, lot, -10, DAY)
        hub.empty()
        exchange.export(copy.database, copy.actor, hub.usb)
        hub.answer(copy.database.installation.device)
    register(store.db, store.who, 2, given="Inventada en la clínica")
    store.move(item, lot, -20, DAY)
    hub.empty()
    send(person)
    hub.answer(store.db.installation.device)
    said = receive(person)
    assert "o se había copiado" in said and "No se perdió nada" in said
    assert "El número CAP0000002 se había dado dos veces." in said and "con él se encuentra a ambas personas" in said
    assert left(store.db, lot) == 70 and len(set(numbers(store.db))) == 3
    send(person)
    with machine(tmp_path / "copy" / "state"):
        hub.answer(copy.database.installation.device)
        arrived = exchange.import_files(copy.database, copy.actor, stick.found(hub.usb))
        assert [one.failure for one in arrived] == [None] and arrived[0].receipt is not None
        assert arrived[0].receipt.renewed
        hub.trip(copy)
        copied = numbers(copy.database), left(copy.database, lot)
        assert_proved(copy.database)
        copy.close()
    hub.empty()
    send(person)
    hub.answer(store.db.installation.device)
    receive(person)
    for database in (store.db, hub.opened.database):
        assert (numbers(database), left(database, lot)) == copied
        assert_proved(database)
