"""The page of official lists: choose, look, load whole or not at all, get the rejected lines back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from builders import actor, assert_proved
from clipping import clipped, pseudo_language
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from ces_desktop import i18n
from ces_desktop.data.models import AuditEventRecord, DiagnosisRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.reference_files import LISTS
from ces_desktop.domain.access import Role
from ces_desktop.ui import theme
from ces_desktop.ui.messages import reference_lists
from ces_desktop.ui.pages.reference_page import ReferencePage
from ces_desktop.ui.widgets import InlineNote, Text

CIE = "CATALOG_KEY,NOMBRE,OTRA\nQ999,Anomalía,x\nQ998,Otra,x\nZZ,Mala,x\nQ997,,x\n"


@pytest.fixture
def cie(tmp_path: Path) -> Path:
    file = tmp_path / "cie.csv"
    file.write_text(CIE, encoding="utf-8")
    return file


@pytest.fixture
def page(desk: DeskDouble, qtbot: QtBot, english: None) -> Iterator[ReferencePage]:
    desk.database.local(load_shipped)
    made = ReferencePage(desk)
    qtbot.addWidget(made)
    desk.show(made)
    yield made


def notes(page: ReferencePage) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def said(page: ReferencePage) -> str:
    return " ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def diagnoses(desk: DeskDouble) -> int:
    return desk.database.read(lambda c: c.execute(select(func.count()).select_from(DiagnosisRecord)).scalar() or 0)


def test_every_shipped_list_has_its_title_and_its_source() -> None:
    names = {each.name for each in LISTS}
    assert names == set(reference_lists.titles()) == set(reference_lists.sources())


def test_lists_with_counts_and_sources(page: ReferencePage) -> None:
    records = page.lists.records
    names = [records.cell_at(place, 0) for place in range(records.rowCount())]
    assert len(names) == len(LISTS) and all(cell.text and cell.caption for cell in names)
    assert page.choose.isEnabled() and not page.load.isVisible()
    page.lists.select_place(1)
    assert not page.choose.isEnabled() and page.choose.toolTip()


def test_choose_look_load(
    page: ReferencePage, desk: DeskDouble, cie: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = diagnoses(desk)
    answers = iter(["", str(cie)])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(answers), ""))
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == 0
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == 1 and diagnoses(desk) == before
    assert "code ← CATALOG_KEY" in said(page) and "Not used: OTRA" in said(page)
    assert page.looked.rejected.records.rowCount() == 2 and page.looked.rows.records.rowCount() == 2
    rejected = tmp_path / "rejected.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(rejected), ""))
    page.give_back.click()
    desk.settle()
    assert "ZZ,Mala,x" in rejected.read_text(encoding="utf-8-sig") and "2 lines saved." in desk.toasts[-1][0]
    page.primary()
    desk.settle()
    assert diagnoses(desk) == before + 2
    assert page.stack.currentIndex() == 0 and "2 rows new or changed. 2 lines were rejected." in notes(page)
    assert "cie.csv" in page.lists.records.cell_at(0, 4).text
    a = AuditEventRecord
    assert desk.database.read(lambda c: c.execute(select(a.event, a.about_type)).one()) == ("import", "diagnosis")
    page.look_at("diagnosis", cie)
    desk.settle()
    assert "nothing new" in notes(page) and not page.load.isEnabled()
    page.leave.click()
    assert page.stack.currentIndex() == 0
    assert_proved(desk.database)


def test_cancelled_the_list_is_as_it_was(page: ReferencePage, desk: DeskDouble, cie: Path) -> None:
    before = diagnoses(desk)
    page.look_at("diagnosis", cie)
    desk.settle()
    page.load_shown()
    assert not page.may_leave()
    page.progress.cancelled.emit()
    desk.settle()
    if diagnoses(desk) == before:  # it may have been quicker than the hand
        assert "as it was" in notes(page) and page.stack.currentIndex() == 1
    assert page.may_leave() and desk.told == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\0\0", b"a,b\n1,2", b"%PDF-1.4", b"{}", b"CATALOG_KEY\nA",
     b"\xff\xfe\0", b"CATALOG_KEY,NOMBRE\n", None],
)  # fmt: skip
def test_what_is_no_catalogue_says_so_and_changes_nothing(
    page: ReferencePage, desk: DeskDouble, tmp_path: Path, content: bytes | None
) -> None:
    before = diagnoses(desk)
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    page.look_at("diagnosis", file)
    desk.settle()
    assert notes(page).strip() and page.stack.currentIndex() == 0 and diagnoses(desk) == before
    assert desk.told == [] and page.choose.isEnabled()


def test_who_may_not_import_sees_why(desk: DeskDouble, qtbot: QtBot, english: None) -> None:
    desk._actor = desk.tasks.actor = actor(Role.NURSE)
    page = ReferencePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert not page.choose.isEnabled() and "role" in page.choose.toolTip()


@pytest.mark.parametrize(("width", "height", "zoom"), [(1286, 712, 1.0), (944, 544, 1.0), (1246, 684, 1.5)])
@pytest.mark.parametrize("language", ["es", "en", "longer"])
def test_nothing_is_clipped(
    desk: DeskDouble, qtbot: QtBot, cie: Path, width: int, height: int, zoom: float, language: str
) -> None:
    i18n.use("en" if language == "longer" else language)  # type: ignore[arg-type]
    theme.apply(QApplication.instance(), theme.load("light", zoom))  # type: ignore[arg-type]
    with pseudo_language() if language == "longer" and width > 1000 and zoom == 1.0 else nullcontext():
        page = ReferencePage(desk)
        qtbot.addWidget(page)
        desk.show(page, width, height)
        assert clipped(page) == []
        page.look_at("diagnosis", cie)
        desk.settle()
        assert clipped(page) == []
