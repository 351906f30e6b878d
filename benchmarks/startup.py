"""From process start to the first usable page of the reference clinic, against a bare window with one SELECT."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import clinics, measure
from benchmarks.measure import Figure

READY = "ready"


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - starts draw nothing at random
    """Median over starts by turns; the key is given, so that no passphrase is waited for."""
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder).hex()
    with tempfile.TemporaryDirectory() as state:
        environment = {"CES_DESKTOP_STATE": state}
        here = str(Path(__file__).resolve())

        def start(which: str) -> float:
            return measure.until_said(measure.python(here, which, str(folder.path), key), READY, environment)

        start("ours"), start("bare")
        pairs = [(start("ours"), start("bare")) for _ in range(5 if quick else 15)]
    yield measure.figure(
        "startup",
        measure.median([one for one, _ in pairs]),
        "ms",
        n=len(pairs),
        peer="a PySide6 window, SQLAlchemy, one SELECT on the same file",
        peer_value=measure.median([other for _, other in pairs]),
    )


def ours(folder: str, key: str) -> None:
    """Open the clinic's window; say so when Today has its rows."""
    from PySide6.QtWidgets import QApplication

    from ces_desktop.data.folder import ClinicFolder
    from ces_desktop.data.vault import DataKey
    from ces_desktop.services import clinic
    from ces_desktop.ui.application import Application

    app = QApplication([])
    application = Application(app, Path(folder).parent)
    opened = clinic.open_with_key(ClinicFolder(Path(folder)), DataKey(bytes.fromhex(key)), None)
    application.frame.show()
    application.enter(opened)
    assert application.tasks is not None
    application.tasks.idle.connect(lambda: _say_ready(app))
    app.exec()


def bare(folder: str, key: str) -> None:
    """The least a program of this kind does."""
    import sqlalchemy
    from PySide6.QtWidgets import QApplication, QLabel
    from sqlcipher3 import dbapi2

    app = QApplication([])

    def connect() -> object:
        connection = dbapi2.connect(str(Path(folder) / "clinic.db"))
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        return connection

    engine = sqlalchemy.create_engine("sqlite://", module=dbapi2, creator=connect)
    with engine.connect() as connection:
        count = connection.execute(sqlalchemy.text("SELECT count(*) FROM patient")).scalar()
    label = QLabel(str(count))
    label.show()
    app.processEvents()
    _say_ready(app)
    app.exec()


def _say_ready(app: object) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    assert isinstance(app, QApplication)
    app.processEvents()
    print(READY, flush=True)
    QTimer.singleShot(20_000, app.quit)  # measured for memory until ended from outside


if __name__ == "__main__":
    {"ours": ours, "bare": bare}[sys.argv[1]](*sys.argv[2:4])
