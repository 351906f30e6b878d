"""Run as a program by `startup` and `memory`: the clinic's window, or a bare one, which says when it is ready.

It imports nothing of the other benchmarks: what they load must not be charged to the program.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

READY, MARK = "ready", "resident"
HEAVY = ("alembic", "matplotlib", "numpy", "rapidfuzz", "reportlab")
"""What the start must not load; said after READY when it did."""


def ours(folder: str, key: str) -> None:
    """Open the clinic's window; say so when Today is drawn with its agenda."""
    from ces_desktop import app as program

    program.load_window()
    from PySide6.QtCore import QTimer
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
    tasks = application.tasks
    assert tasks is not None

    def check() -> None:
        from ces_desktop.ui.pages.today_page import TodayPage  # as the window itself: when the page is there

        page = application.window.page if application.window else None
        # Drawn with everybody of the day, or saying that nobody is expected.
        if not tasks.busy and isinstance(page, TodayPage) and page.drawn:
            application.frame.repaint()
            _say_ready(app)

    # `idle` is told before the last answer is drawn: look once the drawing is done.
    tasks.idle.connect(lambda: QTimer.singleShot(0, check))
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
    label.resize(1366, 728)  # as large as the program's own
    label.show()
    app.processEvents()
    _say_ready(app)
    app.exec()


def use(folder: str, key: str, rounds: str) -> None:
    """Search, open, edit, print a card, walk the rail, go back; say the resident memory after each round."""
    from PySide6.QtCore import QEvent, QEventLoop
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
                # Done by a running event loop between two events; there is none here.
                app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
                return

    for number in range(int(rounds)):
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
        print(f"{MARK} {_resident()}", flush=True)
    window.leave()
    opened.close()
    os._exit(0)  # what is measured is the use, not the taking down


def _resident() -> int:
    """Bytes in memory, after what Python no longer needs was given back."""
    gc.collect()
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def _say_ready(app: object) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    assert isinstance(app, QApplication)
    app.processEvents()
    loaded = sorted(name for name in HEAVY if name in sys.modules)
    print(READY, *loaded, flush=True)
    QTimer.singleShot(20_000, app.quit)  # measured for memory until ended from outside


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    if which == "use":
        use(*rest)
    elif which == "ours":
        ours(*rest)
    else:
        bare(*rest)
