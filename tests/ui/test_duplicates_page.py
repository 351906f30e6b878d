"""Pairs found, compared side by side, joined, parted and kept apart on the real page and dialog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from ces_desktop.data.queries.duplicates import compared
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import undo
from ces_desktop.ui.desk import Page
from ces_desktop.ui.dialogs import merge
from ces_desktop.ui.pages.duplicates_page import DuplicatesPage


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    double = open_desk(tmp_path)
    yield double
    double.tasks.wait()
    double.settle()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Page):
            widget.close()
            widget.deleteLater()  # pages left open would be dressed again by every later test
    double.close()


def twins(desk: DeskDouble) -> tuple[Id, Id]:
    for n, given in enumerate(("Ana", "Beto", "Celia", "Darío", "Eva", "Fabián", "Gema")):
        born = f"19{30 + 6 * n}-01-05"
        names = {"given": given, "paternal": "López", "maternal": "Pérez"}
        builders.register(desk.database, desk.actor, 10 + n, birth=born, **names)
    one = builders.register(desk.database, desk.actor, 1, given="María", paternal="Velázquez", maternal="Zunún")
    other = builders.register(desk.database, desk.actor, 2, given="Maria", paternal="Belasquez", maternal="Sunun")
    return one, other


def shown(desk: DeskDouble) -> DuplicatesPage:
    page = DuplicatesPage(desk)
    desk.show(page, 1286, 634)
    page.activateWindow()
    return page


def answer(button: str) -> None:
    """Press a button of the dialog that is about to open: primary, apart or secondary."""

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(20, press)  # both records are still being read
            return
        getattr(dialog, button).click()

    QTimer.singleShot(20, press)


def test_nobody_to_review(desk: DeskDouble) -> None:
    page = shown(desk)
    assert page.stack.currentWidget() is page.empty
    assert not page.act.isEnabled()
    page.choose("joined")
    assert page.stack.currentWidget() is page.none_joined


def test_a_pair_is_found_joined_parted_and_undone(desk: DeskDouble) -> None:
    one, other = twins(desk)
    page = shown(desk)
    assert page.pairs.records.rowCount() == 1
    cells = [page.pairs.records.cell_at(0, n).words() for n in range(4)]
    assert cells[0] == "Muy parecida"
    assert "misma fecha de nacimiento" in cells[3]
    QTest.keyClick(page.pairs, Qt.Key.Key_Return)
    assert desk.asked("compare") == [(one, other)]
    answer("primary")
    merge.compare(desk, page, one, other)
    desk.settle()
    assert desk.toasts[-1] == ("Los dos expedientes ya son una persona.", True)
    assert page.stack.currentWidget() is page.empty
    page.choose("joined")
    assert page.links.records.rowCount() == 1
    answer("secondary")
    page.primary()
    desk.settle()
    assert page.links.records.rowCount() == 1
    answer("primary")
    page.primary()
    desk.settle()
    assert page.links.records.rowCount() == 0
    page.choose("review")
    assert page.pairs.records.rowCount() == 1
    for _ in range(2):
        desk.database.write(undo.undo, desk.actor)
    builders.assert_proved(desk.database)


def test_kept_apart_and_never_proposed_again(desk: DeskDouble) -> None:
    one, other = twins(desk)
    page = shown(desk)
    answer("apart")
    merge.compare(desk, page, other, one)
    desk.settle()
    assert page.stack.currentWidget() is page.empty
    page._search()
    desk.settle()
    assert page.pairs.records.rowCount() == 0
    builders.assert_proved(desk.database)


def test_cancelled_changes_nothing_and_enter_joins_nobody(desk: DeskDouble) -> None:
    one, other = twins(desk)
    page = shown(desk)

    def enter_then_leave() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(20, enter_then_leave)
            return
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        assert dialog.isVisible()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    QTimer.singleShot(20, enter_then_leave)
    merge.compare(desk, page, one, other)
    desk.settle()
    assert desk.toasts == []
    assert page.pairs.records.rowCount() == 1


def test_the_dialog_marks_what_differs(desk: DeskDouble) -> None:
    one, other = twins(desk)
    a, b = (desk.database.read(lambda c, x=x: patient_file(c, x)) for x in (one, other))
    match = desk.database.read(lambda c: compared(c, desk.clinic.id, one, other))
    assert a is not None and b is not None and match is not None
    dialog = merge.CompareDialog(None, a, b, match, desk.today, may=False)
    dialog.show()
    marked = {label.text() for label in dialog.findChildren(QLabel) if label.property("tone") == "warn"}
    assert {"Velázquez", "Belasquez"} <= marked
    assert "mujer" not in marked
    assert not dialog.primary.isEnabled()
    assert clipped(dialog) == []
    dialog.close()


def test_a_nurse_may_look_and_not_part(dressed: QApplication, spanish: None, tmp_path: Path) -> None:
    desk = open_desk(tmp_path, builders.actor(Role.NURSE))
    page = shown(desk)
    page.choose("joined")
    assert not page.act.isEnabled()
    desk.close()


@pytest.mark.parametrize(("width", "height"), [(1286, 634), (944, 544)])
def test_nothing_is_clipped(desk: DeskDouble, width: int, height: int) -> None:
    twins(desk)
    page = DuplicatesPage(desk)
    desk.show(page, width, height)
    assert clipped(page) == []
