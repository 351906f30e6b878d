"""The import of a register on the screen: by keyboard, in both languages, whatever is typed or chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from bad_inputs import KINDS, BadInput, double_enter, is_clear, paste
from builders import actor, assert_proved, register
from clipping import clipped, pseudo_language
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from registers import ANA, BETO, write
from sqlalchemy import func, select

from ces_desktop import i18n
from ces_desktop.data.models import ObservationRecord, PatientRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.register_columns import Role as ColumnRole
from ces_desktop.ui import theme
from ces_desktop.ui.pages import import_page
from ces_desktop.ui.pages.import_page import ALIKE, COLUMNS, FILE, PREVIEW, RESULT, ImportPage
from ces_desktop.ui.widgets import InlineNote

CARLA = "3;EJEMPLO FICTICIO, CARLA;X;30/02/1970;Jaltenango;;;11/03/2025;13/8;900;0;;"


@pytest.fixture
def page(desk: DeskDouble, qtbot: QtBot, english: None) -> Iterator[ImportPage]:
    desk.database.local(load_shipped)
    made = ImportPage(desk)
    qtbot.addWidget(made)
    desk.show(made)
    yield made
    assert_proved(desk.database)


def people(desk: DeskDouble) -> int:
    p = PatientRecord
    return desk.database.read(lambda c: c.execute(select(func.count()).select_from(p).where(p.live == 1)).scalar() or 0)


def notes(page: ImportPage) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}".strip() for w in held if isinstance(w, InlineNote))


def at_columns(page: ImportPage, desk: DeskDouble, path: Path) -> None:
    page.open_file(path)
    desk.settle()
    page.columns.show_mapping(page.columns.mapping().with_role("Expediente No", ColumnRole("identifier")))
    paste(page.columns.register, "Tarjetero")


def test_from_the_file_to_the_result_and_back(
    page: ImportPage, desk: DeskDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = {"given": "Ana", "paternal": "Prueba", "maternal": "Ejemplo", "birth": "1958-07-14"}
    here = register(desk.database, desk.actor, 1, **ana)
    answers = iter(["", str(write(tmp_path, ANA, BETO, CARLA, "4;;F;1970;;;;;;;;;"))])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(answers), ""))
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == FILE
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == COLUMNS and not page.next.isEnabled()
    assert "no name" in page.next.toolTip()
    page.columns.show_mapping(page.columns.mapping().with_role("Expediente No", ColumnRole("identifier")))
    paste(page.columns.register, "Tarjetero")
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == PREVIEW and "1 community was not found" in notes(page)
    assert page.preview.reasons.records.rowCount() == 7
    page.preview.turn(3)
    offered = page.preview.places.current()
    assert offered is not None and offered.offered[0].name.startswith("Jaltenango")
    page.preview.place_chosen.emit("Jaltenango", offered.offered[0].id.hex())
    desk.settle()
    assert page.preview.reasons.records.rowCount() == 6
    page.primary()
    assert page.stack.currentIndex() == ALIKE and not page.next.isEnabled()
    QTest.keyClick(page.alike.table, "s")
    assert page.alike.decisions == {2: "same"} and page.next.isEnabled()
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == RESULT and people(desk) == 3
    o = ObservationRecord
    assert here in desk.database.read(lambda c: c.execute(select(o.patient)).scalars().all())
    rejected = tmp_path / "rejected.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(rejected), ""))
    page.result.save.click()
    desk.settle()
    assert "2 rows saved." in desk.toasts[-1][0] and "CARLA" in rejected.read_text(encoding="utf-8-sig")
    page.result.undo.click()
    desk.settle()
    assert people(desk) == 1 and not page.result.undo.isEnabled()
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == FILE and page.file.past.records.rowCount() == 1
    assert not page.file.undo.isEnabled() and desk.told == []


def test_a_column_is_chosen_by_keyboard(page: ImportPage, desk: DeskDouble, tmp_path: Path) -> None:
    page.open_file(write(tmp_path, ANA))
    desk.settle()
    table = page.columns.columns
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert page.columns.mapping().role("Expediente No").kind == "folder"
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.columns.role.hasFocus()
    page.columns.role.selectAll()
    QTest.keyClicks(page.columns.role, "Number in this")
    QTest.keyClick(page.columns.role, Qt.Key.Key_Return)
    assert page.columns.mapping().role("Expediente No").kind == "identifier"
    assert table.hasFocus() and table.currentIndex().row() == 1
    page.columns.columns.select_place(8)
    paste(page.columns.day, "01/02/2025")
    assert page.columns.mapping().role("TA").day == "2025-02-01"


def test_a_mapping_is_kept_and_taken_again(page: ImportPage, desk: DeskDouble, tmp_path: Path) -> None:
    at_columns(page, desk, write(tmp_path, ANA))
    page.columns.name.set_value("El mío")
    page.columns.keep.click()
    desk.settle()
    page._again()
    page.open_file(write(tmp_path, ANA))
    desk.settle()
    assert page.columns.kept.value() == "El mío" and page.columns.register.text() == "Tarjetero"
    page.columns.name.set_value("  ")
    page.columns.keep.click()
    desk.settle()
    assert is_clear(notes(page))


@KINDS
def test_bad_input_in_the_mapping(page: ImportPage, desk: DeskDouble, tmp_path: Path, bad: BadInput) -> None:
    at_columns(page, desk, write(tmp_path, ANA))
    fields: tuple[QWidget, ...] = (page.columns.register, page.columns.as_of, page.columns.role, page.columns.name)
    for field in fields:
        paste(field, bad.text)
        desk.settle()
        if not page.next.isEnabled():
            assert is_clear(page.next.toolTip()) and page.bar.words.text()
    page.columns.keep.click()
    desk.settle()
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() in (COLUMNS, PREVIEW) and people(desk) == 0 and desk.told == []


def test_double_enter_imports_once(page: ImportPage, desk: DeskDouble, tmp_path: Path) -> None:
    at_columns(page, desk, write(tmp_path, ANA))
    double_enter(page.columns.register)
    page.primary()
    page.primary()
    desk.settle()
    page.primary()
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == RESULT and people(desk) == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\0\0", b"only one line", None])
def test_what_is_no_table_says_so(page: ImportPage, desk: DeskDouble, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    page.open_file(file)
    desk.settle()
    assert is_clear(notes(page)) and page.stack.currentIndex() == FILE and desk.told == []


def test_cancelled_nothing_is_left(page: ImportPage, desk: DeskDouble, tmp_path: Path) -> None:
    at_columns(page, desk, write(tmp_path, ANA, BETO))
    page.primary()
    desk.settle()
    page.run_import()
    assert not page.may_leave()
    page.progress.cancelled.emit()
    desk.settle()
    assert page.may_leave() and desk.told == []
    assert people(desk) == 0 or page.stack.currentIndex() == RESULT  # it may have been quicker than the hand


def test_an_earlier_import_is_undone_from_the_list(
    page: ImportPage, desk: DeskDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_columns(page, desk, write(tmp_path, ANA))
    page.primary()
    desk.settle()
    page.primary()
    desk.settle()
    page.primary()
    desk.settle()
    monkeypatch.setattr(import_page, "confirm", lambda *_: False)
    page.file.undo.click()
    desk.settle()
    assert people(desk) == 1
    monkeypatch.setattr(import_page, "confirm", lambda *_: True)
    page.file.undo.click()
    desk.settle()
    assert people(desk) == 0


def test_who_may_not_import_sees_why(desk: DeskDouble, qtbot: QtBot, english: None) -> None:
    desk._actor = desk.tasks.actor = actor(Role.NURSE)
    page = ImportPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert not page.next.isEnabled() and "role" in page.next.toolTip() and not page.file.choose.isEnabled()


@pytest.mark.parametrize(("width", "height", "zoom"), [(1286, 712, 1.0), (944, 544, 1.0), (1246, 684, 1.5)])
@pytest.mark.parametrize("language", ["es", "en", "longer"])
def test_nothing_is_clipped(
    desk: DeskDouble, qtbot: QtBot, tmp_path: Path, width: int, height: int, zoom: float, language: str
) -> None:
    i18n.use("en" if language == "longer" else language)  # type: ignore[arg-type]
    theme.apply(QApplication.instance(), theme.load("light", zoom))  # type: ignore[arg-type]
    register(desk.database, desk.actor, 1, given="Ana", paternal="Prueba", maternal="Ejemplo", birth="1958-07-14")
    with pseudo_language() if language == "longer" and width > 1000 and zoom == 1.0 else nullcontext():
        page = ImportPage(desk)
        qtbot.addWidget(page)
        desk.show(page, width, height)
        assert clipped(page) == []
        at_columns(page, desk, write(tmp_path, ANA, BETO, CARLA))
        assert clipped(page) == []
        for step in (PREVIEW, ALIKE):
            page.primary()
            desk.settle()
            assert page.stack.currentIndex() == step and clipped(page) == []
        page.alike.same.click()
        page.primary()
        desk.settle()
        assert page.stack.currentIndex() == RESULT and clipped(page) == []
