"""Each thing that goes wrong with a stick says what happened and what to do next, on the page, with real files."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import drives, vault
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import InlineNote, StatusChip, Text

PHRASE = "nube azul sobre la milpa"
SAFE = "Ya puede retirar la memoria."


def made(root: Path, prefix: str, kind: str) -> OpenClinic:
    roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR}) if kind == "hub" else frozenset(CLINIC_ROLES)
    new = NewClinic(prefix, f"Clínica {prefix}", "Dra. Prueba Inventada", PHRASE, roles, kind=kind)
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    return clinic.open_clinic(folder, user, PHRASE)


@dataclass
class Trip:
    """A clinic's page over a stick, and the supervisor's hub on another machine."""

    laptop: OpenClinic
    supervisor: OpenClinic
    usb: Path
    page: StickPage
    desk: DeskDouble

    def send(self) -> str:
        self.page.primary()
        self.desk.settle()
        return notes(self.page)

    def receive(self) -> str:
        self.page.receive_now()
        self.desk.settle()
        return notes(self.page)

    def answered(self) -> None:
        """The supervisor takes in all on the stick and leaves its answers alone on it."""
        there = self.supervisor
        exchange.import_files(there.database, there.actor, stick.found(self.usb))
        for asked in there.database.read(hub.requests):
            hub.certify(there.database, there.actor, asked.device)
        self.empty()
        hub.answer(there.database, there.actor, self.usb, [self.laptop.database.installation.device])

    def empty(self) -> None:
        shutil.rmtree(self.usb)
        self.usb.mkdir()


@pytest.fixture
def trip(
    clinic_folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dressed: QApplication, qtbot: QtBot
) -> Iterator[Trip]:
    """An enrolled laptop whose first answer lies on the stick, unread."""
    i18n.use("es")
    usb = tmp_path / "CES-02"
    usb.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(usb)] if usb.exists() else [])
    supervisor = made(tmp_path / "hub", "HUB", "hub")
    hub.found_hub(supervisor.database, supervisor.actor, "Red inventada")
    laptop = made(clinic_folder.data, "CAP", "clinic")
    register(laptop.database, laptop.actor)
    hub.invite(supervisor.database, supervisor.actor, usb)
    exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
    exchange.export(laptop.database, laptop.actor, usb)
    desk = DeskDouble(laptop.database, laptop.actor)
    page = StickPage(desk, laptop)
    qtbot.addWidget(page)
    found = Trip(laptop, supervisor, usb, page, desk)
    found.answered()
    desk.show(page)
    yield found
    assert_proved(laptop.database)
    desk.close()
    supervisor.close()


def notes(page: StickPage) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def words(page: StickPage) -> str:
    parts = [w for kind in (Text, StatusChip) for w in page.findChildren(kind) if w.isVisible()]
    return " ".join(part.text() if isinstance(part, Text) else part.accessibleName() for part in parts)


def test_the_answer_then_the_same_stick_again_then_an_empty_one(trip: Trip) -> None:
    assert SAFE in trip.receive() and "No se cambió" not in notes(trip.page)
    assert "Ya se había recibido todo lo que trae" in trip.receive() and "respuesta más nueva" in notes(trip.page)
    trip.empty()
    assert "No hay ningún paquete en esta memoria" in trip.receive() and "¿Es la memoria correcta?" in notes(trip.page)


def test_the_computers_own_bundle_read_back(trip: Trip) -> None:
    trip.receive()
    trip.empty()
    register(trip.laptop.database, trip.laptop.actor, 2)
    assert SAFE in trip.send()
    assert "son de esta misma computadora" in trip.receive() and "Llévela a supervisión" in notes(trip.page)


def test_a_bundle_of_another_clinic_and_one_of_another_network(trip: Trip, tmp_path: Path) -> None:
    trip.receive()
    trip.empty()
    other = made(tmp_path / "other", "OTR", "clinic")
    register(other.database, other.actor)
    hub.invite(trip.supervisor.database, trip.supervisor.actor, trip.usb)
    exchange.join(other.database, other.actor, trip.usb / exchange.INVITATION)
    (trip.usb / exchange.INVITATION).unlink()
    exchange.export(other.database, other.actor, trip.usb)
    said = trip.receive()
    assert "Nada de esta memoria es para esta clínica" in said and "la respuesta de esta clínica" in said
    foreign = made(tmp_path / "foreign", "FOR", "hub")
    hub.found_hub(foreign.database, foreign.actor, "Otra red")
    hub.invite(foreign.database, foreign.actor, trip.usb)
    said = trip.receive()
    assert "Esto es de otra red" in said and "pida a su supervisión" in said
    for each in (other, foreign):
        each.close()


def test_a_damaged_or_strange_file(trip: Trip) -> None:
    (path,) = stick.found(trip.usb)
    shutil.rmtree(trip.usb / exchange.SECOND_COPY)
    data = path.read_bytes()
    for damaged, sentence, step in (
        (data[: len(data) // 2], "está dañado", "pídalo de nuevo"),
        (data[:200] + bytes([data[200] ^ 1]) + data[201:], "está dañado", "pídalo de nuevo"),
        (b"", "no es un paquete", "Elija un archivo"),
        (b"\xff\xd8\xff\xe0 not a bundle", "no es un paquete", "Elija un archivo"),
        (bytes(1), "mayor que cualquiera", "pídalo de nuevo"),
    ):
        path.write_bytes(damaged)
        if len(damaged) == 1:
            os.truncate(path, 65 << 20)
        said = trip.receive()
        assert sentence in said and step in said and path.name in said and "No se cambió nada" in said
    path.write_bytes(data)
    assert SAFE in trip.receive()
    assert trip.laptop.database.read(exchange.status).certified


def test_a_full_protected_pulled_or_worn_stick(trip: Trip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the moment at which it fails, nothing is left under a bundle's name and the next try is whole."""
    trip.receive()
    trip.empty()
    register(trip.laptop.database, trip.laptop.actor, 2)
    for error, sentence, step in (
        (errno.ENOSPC, "No cabe en la memoria", "use otra"),
        (errno.EROFS, "protegida contra escritura", "Abra su seguro"),
        (errno.EACCES, "protegida contra escritura", "Abra su seguro"),
        (errno.ENODEV, "se retiró antes de terminar", "Insértela y repita"),
        (errno.EIO, "no se lee igual", "Use otra"),
    ):
        for moment in ("create", "sync", "rename"):
            with monkeypatch.context() as patch:
                patch.setattr(stick.FolderPlace, moment, failing(error))
                said = trip.send()
            assert sentence in said and step in said and "No se perdió nada" in said
            assert stick.found(trip.usb) == []
    assert SAFE in trip.send()
    assert len(trip.laptop.database.read(exchange.sent_bundles)) == 2, "what failed is listed as sent"
    trip.answered()
    trip.receive()
    assert trip.laptop.database.read(exchange.status).waiting == 0


def failing(error: int) -> Any:
    def fails(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    return fails


def test_a_stick_pulled_for_good_before_it_is_written_or_read(trip: Trip) -> None:
    shutil.rmtree(trip.usb)
    assert "se retiró antes de terminar" in trip.receive()
    assert "se retiró antes de terminar" in trip.send() and "Insértela y repita" in notes(trip.page)
    trip.usb.mkdir()
    trip.page.look_for_sticks()
    trip.desk.settle()
    assert SAFE in trip.send()


def test_a_clock_in_2000_or_ahead_sends_and_is_told(trip: Trip) -> None:
    """Nothing is refused because of a clock; the page says which date it stands before, and that it must be set."""
    trip.receive()
    database, real = trip.laptop.database, trip.laptop.database.clock
    for wrong, told in ((946_728_000_000, True), (real() + 36 * 365 * 86_400_000, False)):
        database.clock = lambda wrong=wrong: wrong  # type: ignore[misc]
        register(database, trip.laptop.actor, 10 + told)
        assert SAFE in trip.send()
        shown = words(trip.page)
        assert ("El reloj está atrasado" in shown and "Corrija la fecha" in shown) == told
        assert "Revise la fecha" in shown and "en 26" not in shown and "hace 36" not in shown
        database.clock = real
    trip.answered()
    trip.receive()
    assert database.read(exchange.status).waiting == 0
