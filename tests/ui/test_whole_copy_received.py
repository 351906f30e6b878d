"""A whole copy going into a replacement laptop: another clinic's, an old one, damaged, pulled out, a wrong clock."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import test_stick_faults
from builders import assert_proved, register
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select
from test_stick_faults import SAFE, Trip, failing, made, notes, words

from ces_desktop.data.models import PatientRecord
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, outbox, snapshot, stick
from ces_desktop.ui.pages.stick_page import StickPage

trip = test_stick_faults.trip
PEOPLE = 4


@pytest.fixture
def fresh(
    trip: Trip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dressed: QApplication, qtbot: QtBot
) -> Iterator[Trip]:
    """The clinic's new laptop, admitted; the hub holds the people of the old one. The stick is empty."""
    for number in range(2, PEOPLE + 1):
        register(trip.laptop.database, trip.laptop.actor, number)
    there, usb = trip.supervisor, trip.usb
    trip.receive()
    exchange.export(trip.laptop.database, trip.laptop.actor, usb)
    exchange.import_files(there.database, there.actor, stick.found(usb))
    monkeypatch.setenv("CES_DESKTOP_STATE", str(tmp_path / "fresh" / "state"))
    new = made(tmp_path / "fresh" / "data", "CAP", "clinic")
    hub.invite(there.database, there.actor, usb)
    exchange.join(new.database, new.actor, usb / exchange.INVITATION)
    exchange.export(new.database, new.actor, usb)
    exchange.import_files(there.database, there.actor, stick.found(usb))
    (asked,) = there.database.read(hub.requests)
    hub.certify(there.database, there.actor, asked.device)
    trip.empty()
    desk = DeskDouble(new.database, new.actor)
    page = StickPage(desk, new)
    qtbot.addWidget(page)
    desk.show(page)
    yield Trip(new, there, usb, page, desk)
    assert_proved(new.database)
    desk.close()


def copied(trip: Trip, monkeypatch: pytest.MonkeyPatch, site: bytes | None = None) -> list[Path]:
    """A whole copy from the hub in many parts, on the stick."""
    there = trip.supervisor
    with monkeypatch.context() as small:
        small.setattr(outbox, "PART_LIMIT", 1)
        snapshot.write(there.database, there.actor, trip.usb, site or trip.laptop.database.installation.clinic)
    return stick.found(trip.usb)


def people(opened: OpenClinic) -> int:
    query = select(func.count()).select_from(PatientRecord).where(PatientRecord.live == 1)
    return int(opened.database.read(lambda c: c.execute(query).scalar()) or 0)


def test_another_clinics_copy_then_ones_own_then_an_old_one(
    fresh: Trip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {path.name: path.read_bytes() for path in copied(fresh, monkeypatch)}
    fresh.empty()
    monkeypatch.setenv("CES_DESKTOP_STATE", str(tmp_path / "other" / "state"))
    other = made(tmp_path / "other" / "data", "OTR", "clinic")
    hub.invite(fresh.supervisor.database, fresh.supervisor.actor, tmp_path)
    exchange.join(other.database, other.actor, tmp_path / exchange.INVITATION)
    exchange.export(other.database, other.actor, fresh.usb)
    there = fresh.supervisor
    exchange.import_files(there.database, there.actor, stick.found(fresh.usb))
    (asked,) = there.database.read(hub.requests)
    hub.certify(there.database, there.actor, asked.device)
    fresh.empty()
    copied(fresh, monkeypatch, bytes(other.database.installation.clinic))
    other.close()
    said = fresh.receive()
    assert "Nada de esta memoria es para esta clínica" in said and "la respuesta de esta clínica" in said
    assert people(fresh.laptop) == 0
    fresh.empty()
    copied(fresh, monkeypatch)
    assert SAFE in fresh.receive() and people(fresh.laptop) == PEOPLE
    fresh.empty()
    for name, data in old.items():
        (fresh.usb / name).write_bytes(data)
    said = fresh.receive()
    assert SAFE in said and people(fresh.laptop) == PEOPLE
    assert "No traía cambios nuevos" in said


def test_one_part_damaged_the_others_are_taken_in_and_the_next_copy_heals(
    fresh: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    *others, last = copied(fresh, monkeypatch)
    assert len(others) > 1
    for path in (last, last.parent / exchange.SECOND_COPY / last.name):
        path.write_bytes(path.read_bytes()[:-9])
    said = fresh.receive()
    assert "está dañado" in said and last.name in said and "pídalo de nuevo" in said
    fresh.empty()
    copied(fresh, monkeypatch)
    assert SAFE in fresh.receive() and "dañado" not in notes(fresh.page) and people(fresh.laptop) == PEOPLE


def test_pulled_while_it_is_read_and_with_the_clock_in_2000(fresh: Trip, monkeypatch: pytest.MonkeyPatch) -> None:
    copied(fresh, monkeypatch)
    whole = stick.take
    with monkeypatch.context() as patch:
        patch.setattr(stick, "take", _pulled_at(2, whole))
        said = fresh.receive()
    assert said.count("se retiró antes de terminar") == 1 and "Insértela y repita" in said
    assert "lo recibido queda" in said and SAFE not in said and people(fresh.laptop) < PEOPLE
    assert fresh.page.receive.isEnabled()
    database, real = fresh.laptop.database, fresh.laptop.database.clock
    database.clock = lambda: 946_728_000_000
    assert SAFE in fresh.receive() and people(fresh.laptop) == PEOPLE
    assert "Corrija la fecha de esta computadora" in words(fresh.page)
    database.clock = real


def _pulled_at(number: int, whole: Callable[[Path], bytes]) -> Callable[[Path], Any]:
    calls = iter(range(1, 1_000))

    def take(path: Path) -> bytes:
        if next(calls) >= number:
            with pytest.MonkeyPatch.context() as gone:
                gone.setattr(Path, "open", failing(errno.ENODEV))
                return whole(path)
        return whole(path)

    return take
