"""V12: of a patient nothing is legible in any file that working and exchanging leaves: a scan of every byte, 0 hits."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import pytest
import test_exchange
from builders import register
from test_exchange import Desk, desk, enrolled, round_trip

from ces_desktop.errors import Refused
from ces_desktop.services import backups
from ces_desktop.sync import exchange, snapshot, stick

patch, hub = test_exchange.patch, test_exchange.hub
NAMES = "Zyxandra", "Quetzmirtha", "Wrobelxochi"
"""Given, paternal, maternal: no other text of the program has these letters in a row."""


def forms(name: str) -> list[bytes]:
    """As a name may stand in a file: in any case and encoding, as bytes in hexadecimal."""
    found = []
    for text in (name, name.lower(), name.upper()):
        found += [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode().hex().encode()]
    return found


def hits(folder: Path) -> list[str]:
    """Files below a folder in which a name is legible, in their bytes or their own names."""
    sought = [form for name in NAMES for form in forms(name)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() + path.name.encode() for form in sought)]


def test_nothing_of_a_patient_is_legible_anywhere(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    (tmp_path / "temp").mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        patch.setenv(variable, str(tmp_path / "temp"))
    patch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    usb, copy = tmp_path / "usb", tmp_path / "copy"
    laptop = desk(tmp_path, patch, "laptop", "CAP")
    enrolled(hub, laptop, usb)
    given, paternal, maternal = NAMES
    for number in range(1, 40):
        register(
            laptop.here.database, laptop.here.actor, number, given=given, paternal=paternal, maternal=maternal,
            phone="9610000000",
        )  # fmt: skip
    round_trip(hub, laptop, usb)
    register(laptop.here.database, laptop.here.actor, 40, given=given, paternal=paternal, maternal=maternal)
    (sent,) = laptop.export(usb).files
    torn = usb / ("torn" + stick.SUFFIX)
    torn.write_bytes(sent.read_bytes()[:-9])
    assert isinstance(hub.take(usb)[-1].failure, Refused)
    copy.mkdir()
    snapshot.write(hub.here.database, hub.here.actor, copy, bytes(laptop.here.database.installation.clinic))
    exchange.import_files(laptop.here.database, laptop.here.actor, stick.found(copy))
    backups.back_up(laptop.here)
    logs = [path for path in tmp_path.rglob("*-wal") if path.stat().st_size > 4_096]
    assert len(logs) >= 2, "no write-ahead log is there to be scanned"
    assert hits(tmp_path) == []
    said = capfd.readouterr()
    assert not any(form in (caplog.text + said.out + said.err).encode() for name in NAMES for form in forms(name))
    laptop.close()
    hub.close()
    assert hits(tmp_path) == []


def test_the_scan_sees_what_is_legible(tmp_path: Path) -> None:
    """In any of the forms, in content and in a file's name."""
    for number, form in enumerate(forms(NAMES[0])):
        (tmp_path / f"{number}.bin").write_bytes(b"\x00\x01" + form + b"\xff")
    (tmp_path / f"{NAMES[1]}.mbx").write_bytes(b"")
    assert len(hits(tmp_path)) == len(forms(NAMES[0])) + 1
