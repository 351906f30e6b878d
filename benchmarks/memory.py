"""Memory: resident after start against the bare window of `startup`, and growth over a long scripted use."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import clinics, measure, startup
from benchmarks.measure import Figure

ROUNDS = 120
"""Rounds of search, open, edit, go back: about what an hour at the desk holds."""
MARK = "resident"


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - the use is the same every time
    """MB (10^6 bytes) after start, and by how much the last rounds of use exceed the first quarter."""
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder).hex()
    ours, bare = (_resident(which, folder.path, key) for which in ("ours", "bare"))
    yield measure.figure(
        "memory.start", ours / 1e6, "MB", n=1, peer="the bare window of startup", peer_value=bare / 1e6
    )
    rounds = ROUNDS // 3 if quick else ROUNDS
    said = _said([str(Path(__file__).resolve()), str(folder.path), key, str(rounds)])
    marks = [int(line.split()[1]) for line in said if line.startswith(MARK)]
    early, late = max(marks[: len(marks) // 4]), max(marks[-len(marks) // 4 :])
    yield measure.figure(
        "memory.used", late / 1e6, "MB", n=rounds, peer="the first quarter of the same use", peer_value=early / 1e6
    )


def _resident(which: str, folder: Path, key: str) -> int:
    with tempfile.TemporaryDirectory() as state:
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CES_DESKTOP_STATE": state}
        command = measure.python(str(Path(startup.__file__).resolve()), which, str(folder), key)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(startup.READY):
                    break
            resident = measure.resident_bytes(process.pid)
            process.kill()
    return resident


def _said(words: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as state:
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CES_DESKTOP_STATE": state}
        done = subprocess.run(measure.python(*words), capture_output=True, text=True, env=env, check=True)
    return done.stdout.splitlines()


def use(folder: str, key: str, rounds: int) -> None:
    """Search, open, edit, print a card, walk the rail, go back; say the resident memory after each round."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication
    from sqlalchemy import select

    from ces_desktop.data.folder import ClinicFolder
    from ces_desktop.data.models import PatientRecord
    from ces_desktop.data.vault import DataKey
    from ces_desktop.domain.ids import Id
    from ces_desktop.services import clinic
    from ces_desktop.ui.application import Application

    app = QApplication([])
    application = Application(app, Path(folder).parent)
    opened = clinic.open_with_key(ClinicFolder(Path(folder)), DataKey(bytes.fromhex(key)), None)
    application.frame.show()
    application.enter(opened)
    window, tasks = application.window, application.tasks
    assert window is not None and tasks is not None
    ids = opened.database.read(lambda c: c.execute(select(PatientRecord.id).limit(400)).scalars().all())

    def settle() -> None:
        while True:
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if not tasks.busy:
                app.processEvents()
                return

    for number in range(rounds):
        for place in ("patients", "households", "today"):
            window.open_page(place)
            settle()
        for offset in range(3):
            patient = Id(ids[(number * 3 + offset) % len(ids)])
            window.open_patient(patient)
            settle()
            window.edit_patient(patient)
            settle()
            window.back()
            settle()
        for end in range(1, 9):
            window.top.search.setText("lo pe ma"[:end])
            settle()
        window.top.search.clear()
        settle()
        print(f"{MARK} {measure.resident_bytes()}", flush=True)
    window.leave()
    opened.close()
    os._exit(0)  # what is measured is the use, not the taking down


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    use(sys.argv[1], sys.argv[2], int(sys.argv[3]))
