"""`ces-desktop --self-test` does what it says, leaves the person's folders alone, and names the step that failed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from ces_desktop import app, i18n
from ces_desktop.ui import self_test

if TYPE_CHECKING:
    from conftest import Folders

pytestmark = pytest.mark.usefixtures("qapp")


def test_all_works_and_nothing_is_left(clinic_folder: Folders, qapp: QApplication) -> None:
    said: list[str] = []
    before, hook = dict(os.environ), sys.excepthook
    i18n.use("en")
    assert self_test.run(said.append) == 0, said
    assert len(said) == 2 + len(self_test._steps())
    drawn = (len(self_test.PAGES) + len(self_test.OF_A_PERSON) + 4) * len(self_test.LANGUAGES) * len(self_test.THEMES)
    assert f"{drawn} pages" in said[3] and said[-1].startswith("All works")
    assert dict(os.environ) == before and sys.excepthook is hook and i18n.language() == "en"
    assert list(clinic_folder.data.iterdir()) == [] and list(clinic_folder.state.iterdir()) == []


def test_every_page_of_the_window_is_opened() -> None:
    """A page added to the places is added to the self-test."""
    import inspect
    import re

    from ces_desktop.ui import places

    folder = Path(inspect.getsourcefile(places) or "").parent
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*places.py")))
    built = set(re.findall(r'key (?:==|in) \(?((?:"\w+"(?:, )?)+)\)?', source))
    keys = {key for group in built for key in re.findall(r'"(\w+)"', group)} - {"lock"}
    opened = {*self_test.PAGES, *self_test.OF_A_PERSON, "registration", "encounter", "item", "order"}
    same = {"household", "draft"}  # the pages of households and registration
    assert keys - opened <= same | {"mentoring_edit", "mentoring_session"}  # of a session: test_every_place draws them
    assert opened - {"mentoring"} <= keys  # built where no other key of mentoring fits


def test_the_step_that_fails_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def no_print(_trial: object) -> str:
        raise RuntimeError("no fonts here")

    i18n.use("en")
    monkeypatch.setattr(self_test, "_make", lambda _trial: "made")
    steps = [(lambda: "First", self_test._make), (lambda: "Print made", no_print), (lambda: "Never", no_print)]
    monkeypatch.setattr(self_test, "_steps", lambda: steps)
    assert app.main(["--language", "en", "--self-test"]) == 1
    out = capsys.readouterr()
    assert "FAILED: Print made: RuntimeError: no fonts here" in out.out and "Never" not in out.out
    assert "no fonts here" in out.err


def test_a_blank_page_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    blank = QImage(200, 200, QImage.Format.Format_RGB32)
    blank.fill(0xFFFFFF)
    assert not self_test._drawn(blank)
