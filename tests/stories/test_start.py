"""What a start loads and what comes behind it: the first page is there soon, and nobody waits for the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from driver import Person
from PySide6.QtTest import QTest

from ces_desktop.ui import later

ROOT = Path(__file__).resolve().parents[2]
NOT_YET = (
    "argparse", "zipfile", "sqlalchemy.orm", "ces_desktop.data.work", "ces_desktop.data.journal.apply",
    "ces_desktop.domain.matching", "ces_desktop.domain.finding", "ces_desktop.data.queries.search",
    "ces_desktop.ui.widgets.search_popup", "ces_desktop.ui.widgets.dialog", "ces_desktop.ui.widgets.combo",
    "ces_desktop.ui.pages.patients_page", "ces_desktop.ui.messages.merging",
)  # fmt: skip


def test_a_start_loads_the_first_page_and_no_other() -> None:
    probe = "import sys; from ces_desktop import app; app.load_window()"
    probe += "; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    ours = [name for name in NOT_YET if name.startswith("ces_desktop")]
    answer = subprocess.run([sys.executable, "-c", probe, *ours], cwd=ROOT, capture_output=True, text=True)
    assert (answer.returncode, answer.stdout.split()) == (0, []), answer.stderr


def test_the_rest_comes_by_itself_and_use_is_then_noticed(person: Person, root: Path) -> None:
    person.enter(root)
    application = person.application
    person.wait_until(lambda: application._later is not None and application._later.ended)
    assert "popup" in vars(person.window)
    assert {f"ces_desktop.{name}" for name in later.MODULES} <= set(sys.modules)
    application._touched -= 1_000
    before = application._touched
    QTest.keyClick(person.window, "a")
    assert application._touched > before


def test_what_no_page_uses_is_run_when_somebody_does() -> None:
    """Libraries import it at every start; used, it is what it always is, the words for a wrong call too."""
    probe = "\n".join(
        (
            "import sys, threading; from ces_desktop import app, put_off; app.load_window()",
            "waiting = lambda: [n for n in put_off.UNUSED if type(sys.modules[n]) is put_off._Waiting]",
            "assert waiting() == list(put_off.UNUSED), waiting()",
            "from PySide6.QtWidgets import QApplication, QLabel; a = QApplication([])",
            "import os; from ces_desktop.ui import theme; assert os.environ['QT_STYLE_OVERRIDE'] == theme.STYLE",
            "theme.apply(a, theme.load('light')); assert 'QT_STYLE_OVERRIDE' not in os.environ",
            "try: QLabel().setText(4)",
            "except TypeError as error: print(error)",
            "import asyncio, importlib.metadata, inspect",
            "async def answer(): return 42",
            "found = []",
            "ask = lambda: found.append(importlib.metadata.version('SQLAlchemy'))",
            "threads = [threading.Thread(target=ask) for _ in range(8)]",
            "[t.start() for t in threads]; [t.join() for t in threads]",
            "assert len(found) == 8 and len(set(found)) == 1",
            "print(asyncio.run(answer()), asyncio.iscoroutine(4), 'def run(' in inspect.getsource(asyncio.run))",
            "print(*(n.rpartition('.')[2] for n in waiting()), type(sys.meta_path))",
        )
    )
    answer = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True)
    said = answer.stdout.split("\n")
    assert answer.returncode == 0, answer.stderr
    assert said[0] == "'PySide6.QtWidgets.QLabel.setText' called with wrong argument types:"
    assert said[-3:] == ["42 False True", "enum_sig pyi_generator <class 'list'>", ""]
