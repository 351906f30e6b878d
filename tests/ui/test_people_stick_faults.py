"""What the hub tells of who moved (`.mbt`) on a bad stick: each thing its own sentence, and the page goes on."""

from __future__ import annotations

import errno
import shutil
from functools import partial
from pathlib import Path

import pytest
import test_stick_faults
from builders import register
from test_stick_faults import SAFE, Trip, failing, made, notes, words

from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import as_text
from ces_desktop.services import moved_files
from ces_desktop.services.moved_files import ReceivedRequest
from ces_desktop.sync import exchange, hub, moved_told, stick

trip = test_stick_faults.trip
TOLD = "La supervisión dijo qué fue de quien se mudó."


@pytest.fixture
def told(trip: Trip) -> Path:
    """The stick holds what the hub tells this clinic of somebody who left, and nothing else."""
    trip.receive()
    trip.empty()
    patient = register(trip.laptop.database, trip.laptop.actor, 7)
    text = as_text(Id(patient), {"given": "Inventada"}, "", ("moved", "2026-03-01"), {})
    there = trip.supervisor
    came = ReceivedRequest("CAP", "Clínica CAP", "CAP0000007", "PRUEBA, Inventada", 0, text, "ab", "cd")
    there.database.write(partial(moved_files.receive, request=came), there.actor)
    device = trip.laptop.database.installation.device
    (path,) = moved_told.tell(there.database, there.actor, trip.usb, [device])
    return path


def damage(path: Path, second: bool = True) -> bytes:
    """Cut the file, and its second copy; the whole bytes."""
    data = path.read_bytes()
    for each in (path, path.parent / exchange.SECOND_COPY / path.name)[: 2 if second else 1]:
        each.write_bytes(data[:-9])
    return data


def test_heard_then_the_same_again_then_an_older_one(trip: Trip, told: Path) -> None:
    older = told.read_bytes()
    assert TOLD in trip.receive() and "No hay ningún paquete" not in notes(trip.page)
    said = trip.receive()
    assert SAFE in said and "Ya se había recibido todo lo que trae" in said and "respuesta más nueva" in said
    there, device = trip.supervisor, trip.laptop.database.installation.device
    hub.answer(there.database, there.actor, trip.usb, [device])  # the hub's counter goes on with each answer
    trip.empty()
    moved_told.tell(there.database, there.actor, trip.usb, [device])
    assert TOLD in trip.receive()
    trip.empty()
    told.write_bytes(older)
    assert "Ya se había recibido todo lo que trae" in trip.receive()


def test_a_damaged_one_is_read_from_its_second_copy_else_told_by_name(trip: Trip, told: Path) -> None:
    whole = damage(told)
    said = trip.receive()
    assert "está dañado" in said and "pídalo de nuevo" in said and told.name in said
    assert "No hay ningún paquete" not in said
    (told.parent / exchange.SECOND_COPY / told.name).write_bytes(whole)
    assert TOLD in trip.receive() and "dañado" not in notes(trip.page)


def test_that_of_another_clinic_and_of_another_network(trip: Trip, told: Path, tmp_path: Path) -> None:
    data = told.read_bytes()
    other = made(tmp_path / "other", "OTR", "clinic")
    hub.invite(trip.supervisor.database, trip.supervisor.actor, trip.usb)
    exchange.join(other.database, other.actor, trip.usb / exchange.INVITATION)
    exchange.export(other.database, other.actor, trip.usb)
    exchange.import_files(trip.supervisor.database, trip.supervisor.actor, stick.found(trip.usb))
    (asked,) = trip.supervisor.database.read(hub.requests)
    hub.certify(trip.supervisor.database, trip.supervisor.actor, asked.device)
    text = as_text(Id(bytes(16)), {"given": "Inventada"}, "", ("moved", "2026-03-01"), {})
    came = ReceivedRequest("OTR", "Otra", "OTR0000001", "PRUEBA, Otra", 0, text, "ef", "01")
    trip.supervisor.database.write(partial(moved_files.receive, request=came), trip.supervisor.actor)
    hub.answer(trip.supervisor.database, trip.supervisor.actor, trip.usb, [asked.device])
    exchange.import_files(other.database, other.actor, stick.found(trip.usb))
    other.close()
    trip.empty()
    (path,) = moved_told.tell(trip.supervisor.database, trip.supervisor.actor, trip.usb, [asked.device])
    said = trip.receive()
    assert "Nada de esta memoria es para esta clínica" in said and "la respuesta de esta clínica" in said
    path.write_bytes(b"\xff\xd8\xff\xe0 not what a hub tells")
    assert "no es un paquete" in trip.receive() and path.name in notes(trip.page)
    trip.empty()
    told.write_bytes(data)
    assert TOLD in trip.receive()


def test_pulled_in_the_middle_and_the_clock_in_2000(
    trip: Trip, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = told.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", failing(errno.ENODEV))
        assert "se retiró antes de terminar" in trip.receive() and "Insértela y repita" in notes(trip.page)
    shutil.rmtree(trip.usb)
    assert "se retiró antes de terminar" in trip.receive()
    trip.usb.mkdir()
    told.write_bytes(data)
    trip.page.look_for_sticks()
    trip.desk.settle()
    database, real = trip.laptop.database, trip.laptop.database.clock
    database.clock = lambda: 946_728_000_000
    assert TOLD in trip.receive()
    assert "El reloj está atrasado" in words(trip.page)
    database.clock = real
