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
