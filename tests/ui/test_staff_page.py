"""The forms of the staff under the twelve kinds of bad input, and what the page says to who may only look."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from desk_double import DeskDouble
from pytestqt.qtbot import QtBot

from ces_desktop.data.queries.staff import Person, people
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.staff import Away, Stint, coverage
from ces_desktop.reports.coverage_words import CoverMonth, change_words, months_of, spoken, year_words
from ces_desktop.services import staff
from ces_desktop.services.staff import PersonRequest, PlacementRequest
from ces_desktop.ui.dialogs.staff import AbsenceDialog, MoveDialog, PersonDialog, PlacementDialog, cohorts_around
from ces_desktop.ui.pages.staff_page import StaffPage
from ces_desktop.ui.widgets import FieldRow


def held(desk: DeskDouble) -> tuple[Person, ...]:
    return desk.database.read(partial(people, clinic=desk.clinic.id))


def somebody(desk: DeskDouble, name: str = "Dra. Ana Inventada", **more: str) -> Person:
    lead = builders.actor(Role.LEAD)
    whom, first = new_id(desk.database.clock()), desk.today - timedelta(days=200)
    known = {"role": "physician", "state": "in_service", "from_on": first.isoformat(),
             "until_on": (first + timedelta(days=364)).isoformat()} | more  # fmt: skip
    placement = PlacementRequest(id=new_id(desk.database.clock()), person=whom, **known)  # type: ignore[arg-type]
    desk.database.write(partial(staff.add_person, request=PersonRequest(whom, name), placement=placement), lead)
    return next(p for p in held(desk) if p.id == whom)


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["name_row", "text_rows", "first_row", "until_row", "user_row"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_a_person(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = PersonDialog(None, (), (), desk.today, (new_id(0), new_id(1)))
    qtbot.addWidget(dialog)
    dialog.name.setText("Dra. Ana Inventada")
    assert dialog.term is not None
    dialog.term.first.set_value(desk.today.isoformat())
    dialog.term.state.set_value("candidate")
    dialog.show()
    row: FieldRow = getattr(dialog.term if field in ("first_row", "until_row") else dialog, field)
    row = row[0] if isinstance(row, list) else row
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        rows = [row, dialog.term.first_row, dialog.term.until_row]
        assert any(each.has_note() and is_clear(each.accessibleDescription()) for each in rows)
        assert written(row.control) == typed
    else:
        write = partial(staff.add_person, request=answer[0], placement=answer[1])
        desk.database.write(write, builders.actor(Role.LEAD))
    dialog.close()


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["first_row", "until_row", "note_row"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_days_away(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = AbsenceDialog(None, somebody(desk), desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    answer = dialog.answer()
    if answer is None:
        rows = [dialog.first_row, dialog.until_row, dialog.note_row]
        assert any(each.has_note() and is_clear(each.accessibleDescription()) for each in rows)
    else:
        desk.database.write(partial(staff.note_absence, request=answer), builders.actor(Role.LEAD))
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_a_cohort_fills_in_the_days_that_are_empty(desk: DeskDouble, qtbot: QtBot) -> None:
    dialog = PlacementDialog(None, somebody(desk), desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.show()
    coming = cohorts_around(desk.today)[-1]
    dialog.term.cohort.set_value(coming)
    dialog.term.cohort.changed.emit()
    assert (dialog.term.first.value() or "")[:7] == coming and dialog.term.until.value() is not None
    answer = dialog.answer()
    assert answer is not None and answer.cohort == coming and answer.state == "assigned"
    dialog.close()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 15), ["2025-08", "2026-02", "2026-08", "2027-02"]),
        (date(2026, 2, 1), ["2026-02", "2026-08", "2027-02"]),
        (date(2026, 11, 27), ["2026-08", "2027-02", "2027-08", "2028-02"]),
    ],
)
def test_the_cohorts_offered_begin_with_the_one_that_serves(today: date, expected: list[str]) -> None:
    assert cohorts_around(today) == expected


@pytest.mark.usefixtures("spanish")
def test_what_comes_next_asks_only_what_it_needs(desk: DeskDouble, qtbot: QtBot) -> None:
    serving = somebody(desk)
    assert serving.placement is not None
    dialog = MoveDialog(None, serving, serving.placement, desk.today, access=True)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.day_row.isVisible() and dialog.access.isVisible() and not dialog.reason_row.isVisible()
    dialog.state.set_value("left")
    dialog.state.changed.emit()
    assert dialog.reason_row.isVisible()
    dialog.day.edit.setText("+5")
    dialog.day.edit.changed.emit()
    assert dialog.answer() is None and dialog.day_row.has_note()
    dialog.day.set_value(desk.today.isoformat())
    dialog.access.setChecked(False)
    answer = dialog.answer()
    assert answer is not None and answer[0].state == "left" and answer[1] is False
    dialog.close()
    wishing = somebody(desk, "Dr. Beto Inventado", state="candidate")
    assert wishing.placement is not None
    plan = MoveDialog(None, wishing, wishing.placement, desk.today)
    qtbot.addWidget(plan)
    plan.show()
    assert not plan.day_row.isVisible() and not plan.access.isVisible()
    plan.close()


@pytest.mark.usefixtures("spanish")
def test_who_may_only_look_sees_everybody_and_no_way_to_change(desk: DeskDouble, qtbot: QtBot) -> None:
    somebody(desk)
    somebody(desk, "Dra. Dora Inventada", state="assigned", from_on=(desk.today + timedelta(days=200)).isoformat(),
             until_on="")  # fmt: skip
    desk._actor = builders.actor(Role.NURSE)
    page = StaffPage(desk, None)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == 2 and "Dra. Ana Inventada" in page.heading.sentence.text()
    buttons = (page.new, page.next, page.away, page.again, page.edit)
    assert not any(b.isEnabled() for b in buttons) and not page.person.back.isVisible()
    page.views.set_value("coming")
    page._fill()
    assert page.table.records.rowCount() == 1
    assert "días" in page.cover.figure.text() and page.cover.strip.accessibleDescription()
    page.print_page()
    title, build, name, about = desk.previews[0]
    assert title == "Personal" and build().startswith(b"%PDF") and about is None and "Inventada" not in name


@pytest.mark.usefixtures("spanish")
def test_months_are_told_in_words() -> None:
    today = date(2026, 3, 16)
    first, last = date(2026, 1, 1), date(2026, 4, 30)
    stints = [Stint(1, date(2026, 1, 20), date(2026, 4, 10))]
    done = coverage(stints, [Away(1, date(2026, 2, 2), date(2026, 2, 4))], first, last)
    months = months_of(done, done, today)
    assert [m.words for m in months] == ["completo", "3 días sin", "completo", "20 días por cubrir"]
    assert months[2].over == 16 and months[3].over == 0 and months[3].tone == "warn"
    assert spoken(months[0]) == "ene-2026: 12 días con médico · 19 días sin dato"
    assert spoken(CoverMonth("2026-05", ("vacant",) * 31, 0, "", "warn")).endswith("por venir")
    assert year_words(coverage([], [], first, today)).startswith("No hay nada escrito")
    assert year_words(coverage([Stint(1, first, None)], [], first, today)) == "Ningún día sin médico en 75 días."
    assert "3 días sin médico de 56: 0 sin nadie con plaza, 3 de ausencia" in year_words(
        coverage(stints, [Away(1, date(2026, 2, 2), date(2026, 2, 4))], first, today)
    )
    assert change_words([], {}, today) == "" and Id(b"") == b""
