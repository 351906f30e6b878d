"""The forms of seminars and requests under the twelve kinds of bad input; what the pages say to who may only look."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from desk_double import DeskDouble
from pytestqt.qtbot import QtBot

from ces_desktop.data.queries.seminars import Question, Seminar, seminars
from ces_desktop.data.queries.staff_requests import requests
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import seminars as services
from ces_desktop.services import staff_requests
from ces_desktop.services.seminars import SeminarForm
from ces_desktop.services.staff_requests import RequestForm
from ces_desktop.ui.dialogs.seminars import QuestionsDialog, QuizDialog, SeminarDialog
from ces_desktop.ui.dialogs.staff_requests import AnswerDialog, RequestDialog
from ces_desktop.ui.pages.seminars_page import SeminarsPage
from ces_desktop.ui.pages.staff_requests_page import RequestsPage
from ces_desktop.ui.widgets import FieldRow

ANA = Id(b"A" * 16)


def written_one(desk: DeskDouble) -> Seminar:
    day = desk.today.isoformat()
    form = SeminarForm(new_id(desk.database.clock()), "Diabetes", "CES", "seminar", day, day)
    desk.database.write(partial(services.keep, form=form), builders.actor(Role.MENTOR))
    (found,) = desk.database.read(partial(seminars, clinic=desk.clinic.id))
    return found


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["named_row", "first_row", "until_row", "hours_row", "passing_row"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_a_seminar(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = SeminarDialog(None, desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.named.setText("Diabetes")
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert any(each.has_note() and is_clear(each.accessibleDescription()) for each in dialog.rows)
        assert written(row.control) == typed
    else:
        desk.database.write(partial(services.keep, form=answer), builders.actor(Role.MENTOR))
    dialog.close()


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["what_row", "owner_row", "due_row", "asked_row"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_a_request(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = RequestDialog(None, (), desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.kind.set_value("housing")
    dialog.what.setText("Gotera")
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    answer = dialog.answer()
    if answer is None:
        assert any(each.has_note() and is_clear(each.accessibleDescription()) for each in dialog.rows)
    else:
        desk.database.write(partial(staff_requests.ask, form=answer), builders.actor(Role.NURSE))
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_a_sheet_is_one_letter_for_each_question(desk: DeskDouble, qtbot: QtBot) -> None:
    asked = tuple(Question(Id(bytes([n]) * 16), "¿?", ("uno", "dos"), 1) for n in range(3))
    dialog = QuizDialog(None, replace(written_one(desk), questions=asked), [(ANA, "Ana")], desk.today)
    qtbot.addWidget(dialog)
    dialog.show()
    for wrong in ("ab", "abc", "abab", "a€b"):
        dialog.answers[ANA].setText(wrong)
        assert dialog.answer() is None and dialog.rows[ANA].has_note()
    dialog.answers[ANA].setText("a-B")
    answer = dialog.answer()
    assert answer is not None and answer.moment == "pre" and answer.sheets == ((ANA, (1, 0, 2)),)
    dialog.answers[ANA].setText(" ")
    answer = dialog.answer()
    assert answer is not None and answer.sheets == ((ANA, None),)
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_questions_say_what_is_missing_under_the_field(desk: DeskDouble, qtbot: QtBot) -> None:
    dialog = QuestionsDialog(None, written_one(desk))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.answer() is None
    for n, (text, options, right) in enumerate((("Una", "a;b", "a"), ("Dos", "a", "a"), ("Tres", "a;b", "c"))):
        for field, value in zip(dialog.fields[n], (text, options, right), strict=True):
            field.setText(value)
    assert dialog.answer() is None and dialog.rows[4].has_note()
    dialog.fields[1][1].setText("a; b")
    assert dialog.answer() is None and dialog.rows[8].has_note()
    dialog.fields[2][2].setText("B")
    answer = dialog.answer()
    assert answer is not None and [q.correct for q in answer] == [1, 1, 2]
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_who_asks_may_not_decide_and_who_may_only_look_sees_all(desk: DeskDouble, qtbot: QtBot) -> None:
    written_one(desk)
    form = RequestForm(new_id(desk.database.clock()), "housing", "urgent", "Gotera", desk.today.isoformat())
    desk.database.write(partial(staff_requests.ask, form=form), builders.actor(Role.NURSE))
    (request,) = desk.database.read(partial(requests, clinic=desk.clinic.id))
    dialog = AnswerDialog(None, request, desk.today, new_id(0), answers=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert list(dialog.state._buttons) == ["words", "done"]
    assert dialog.answer() is None and dialog.what_row.has_note()
    dialog.close()
    desk._actor = builders.actor(Role.STORE_KEEPER)
    for page in (RequestsPage(desk), SeminarsPage(desk)):
        qtbot.addWidget(page)
        desk.show(page)
        assert page.table.records.rowCount() == 1 and not page.new.isEnabled() and not page.edit.isEnabled()
        page.primary()
