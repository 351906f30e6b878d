"""The twelve kinds of bad input of `quality.md` in the dialogs about a patient and where two records are compared."""

from __future__ import annotations

from typing import Any

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from bad_inputs_hands import HALF_EMOJI, HARD, LONG_DIGITS, file, when_open
from desk_double import DeskDouble
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.domain.ids import Id
from ces_desktop.services.patients_status import clean_text
from ces_desktop.ui.dialogs import merge
from ces_desktop.ui.dialogs.consent import ConsentDialog
from ces_desktop.ui.dialogs.status import StatusDialog
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.widgets import Dialog, FieldRow


def refused_clearly(dialog: Dialog[Any], row: FieldRow, bad: BadInput) -> Any:
    """Put it in, ask for the answer; refused is said under that very field and what was typed stays."""
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    return answer


# ---------------------------------------------------------------------- status
@bad_inputs.KINDS
def test_no_text_breaks_the_status(desk: DeskDouble, qtbot: QtBot, patient: Id, bad: BadInput) -> None:
    for field in ("day_row", "place_row"):
        dialog = StatusDialog(None, file(desk, patient), desk.today)
        qtbot.addWidget(dialog)
        dialog.status.set_value("moved")
        dialog.status.changed.emit()
        dialog.show()
        row = getattr(dialog, field)
        answer = refused_clearly(dialog, row, bad)
        if field == "day_row":
            assert (answer is None) != (bad.kind == "negative")  # "-5" is five days ago, written out when left
        elif bad.kind in HARD:
            assert answer is None
        else:
            assert answer is not None and clean_text(answer.place) == (" ".join(bad.text.split()) or None)
        dialog.close()


@bad_inputs.KINDS
def test_no_text_breaks_the_cause_of_a_death(
    desk: DeskDouble, qtbot: QtBot, patient: Id, bad: BadInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StatusDialog, "_sure", lambda _: True)
    dialog = StatusDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    dialog.status.set_value("died")
    dialog.status.changed.emit()
    dialog.show()
    answer = refused_clearly(dialog, dialog.cause_row, bad)
    assert answer is None or answer.place is None
    assert (answer is None) == (bad.kind in HARD)
    assert answer is None or (answer.cause is None) == bad.blank


def test_half_a_sign_is_not_saved(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    dialog = StatusDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    dialog.status.set_value("moved")
    dialog.status.changed.emit()
    dialog.show()
    for text in (HALF_EMOJI, LONG_DIGITS):
        assert refused_clearly(dialog, dialog.place_row, BadInput("long", text)) is None
    paste(dialog.place, "")
    assert refused_clearly(dialog, dialog.day_row, BadInput("long", LONG_DIGITS)) is None


def test_a_status_without_an_answer_is_asked_for(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    dialog = StatusDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    assert dialog.answer() is None and is_clear(dialog.status_row.accessibleDescription())


def test_double_enter_saves_one_status(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = PatientPage(desk, patient)
    qtbot.addWidget(page)
    desk.show(page, 1286, 648)

    def fill(dialog: StatusDialog) -> None:
        dialog.status.set_value("moved")
        dialog.status.changed.emit()
        paste(dialog.place, "Comitán")
        double_enter(dialog.place)

    when_open(fill)
    page.change_status()
    desk.settle()
    assert [s.status for s in file(desk, patient).statuses] == ["active", "moved"]
    assert len(desk.toasts) == 1 and desk.told == []
    builders.assert_proved(desk.database)


# ---------------------------------------------------------------------- consent
@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["about_row", "given_row", "notice_row", "day_row"])
def test_no_text_breaks_the_consent(
    desk: DeskDouble, qtbot: QtBot, patient: Id, field: str, bad: BadInput
) -> None:
    dialog = ConsentDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    dialog.about.set_value("privacy_notice")
    dialog.reply.set_value("yes")
    dialog.show()
    answer = refused_clearly(dialog, getattr(dialog, field), bad)
    if field == "day_row" and bad.kind == "negative":
        assert answer is not None
    elif field in ("about_row", "day_row") or bad.kind in HARD:
        assert answer is None
    elif bad.blank:
        assert answer is not None and (answer.given_by, answer.notice_version) == (None, None)


def test_double_enter_saves_one_consent(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = PatientPage(desk, patient)
    qtbot.addWidget(page)
    desk.show(page, 1286, 648)

    def fill(dialog: ConsentDialog) -> None:
        dialog.about.set_value("privacy_notice")
        dialog.reply.set_value("no")
        double_enter(dialog.given_by)

    when_open(fill)
    page.change_consent()
    desk.settle()
    assert [c.answer for c in file(desk, patient).consents] == ["no"]
    assert len(desk.toasts) == 1 and desk.told == []
    builders.assert_proved(desk.database)


# ---------------------------------------------------------------------- two records compared
def test_double_enter_joins_once(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    other = builders.register(desk.database, desk.actor, 2, given="Maria")
    page = QWidget()
    qtbot.addWidget(page)
    desk.show(page)
    opened: list[QWidget] = []

    def press(dialog: merge.CompareDialog) -> None:
        opened.append(dialog)
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        assert dialog.isVisible()  # Enter alone joins nobody
        dialog.primary.click()
        dialog.primary.click()
        QTimer.singleShot(50, _leave_all)

    when_open(press)
    for _ in range(2):  # Enter twice on the pair in the list
        merge.compare(desk, page, patient, other)
    desk.settle()
    assert len(opened) == 1 and len(desk.toasts) == 1 and desk.told == []
    builders.assert_proved(desk.database)


def test_double_enter_opens_one_comparison(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    other = builders.register(desk.database, desk.actor, 2, given="Maria")
    page = QWidget()
    qtbot.addWidget(page)
    desk.show(page)
    seen: list[int] = []

    def count() -> None:
        seen.append(len([w for w in _dialogs() if w.isVisible()]))
        _leave_all()

    when_open(lambda _: QTimer.singleShot(100, count))
    for _ in range(2):
        merge.compare(desk, page, patient, other)
    desk.settle()
    assert seen == [1] and desk.toasts == []


def _leave_all() -> None:
    for dialog in reversed(_dialogs()):
        dialog.reject()


def _dialogs() -> list[merge.CompareDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, merge.CompareDialog)]
