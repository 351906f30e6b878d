"""One person's page: the record, its histories, statuses and consents, prints, joined records."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.data.models import HouseholdRecord, PatientRecord, SameAsRecord, UserRecord
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services.patients_status import ConsentRequest, StatusRequest
from ces_desktop.ui.dialogs import consent as consents
from ces_desktop.ui.dialogs import status as statuses
from ces_desktop.ui.dialogs.consent import ConsentDialog
from ces_desktop.ui.dialogs.history import HistoryDialog
from ces_desktop.ui.dialogs.status import StatusDialog
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.widgets import Button, IconButton, PatientBanner
from ces_desktop.ui.widgets.fact_row import FactRow


@pytest.fixture
def patient(desk: DeskDouble) -> Id:
    desk.database.write(lambda work: work.add(UserRecord(id=desk.actor.user, name="Dra. Prueba")), desk.actor)
    return builders.register(desk.database, desk.actor, 412, given="María Elena", phone="9635550142", reads="yes")


def shown(desk: DeskDouble, qtbot: QtBot, patient: Id) -> PatientPage:
    page = PatientPage(desk, patient)
    qtbot.addWidget(page)
    qtbot.addWidget(page.banner())
    page.banner().resize(1286, 64)
    page.banner().show()
    desk.show(page, 1286, 648)
    return page


def banner(page: PatientPage) -> str:
    found = page.banner().findChildren(PatientBanner)
    assert len(found) == 1
    return found[0].accessibleName()


def texts(page: QWidget) -> str:
    return "\n".join(part.accessibleName() for part in page.findChildren(QWidget) if part.accessibleName())


def button(page: QWidget, words: str) -> Button:
    found = [b for b in page.findChildren(Button) if b.shown_text() == words and b.isVisible()]
    assert found, [b.shown_text() for b in page.findChildren(Button)]
    return found[0]


def file(desk: DeskDouble, patient: Id) -> PatientFile:
    found = desk.database.read(partial(patient_file, patient=patient))
    assert found is not None
    return found


def test_the_record_in_words_and_the_look_is_noted(
    spanish: None, desk: DeskDouble, qtbot: QtBot, patient: Id
) -> None:
    page = shown(desk, qtbot, patient)
    assert banner(page).startswith("PRUEBA EJEMPLO, María Elena. nac. 14-jul-1967 · ")
    facts = {row.accessibleName() for row in page.findChildren(FactRow)}
    assert "Segundo apellido: Ejemplo" in facts
    assert "CURP: sin preguntar" in facts
    assert desk.notes == [("view", "patient", patient)]


def test_each_field_has_its_history_one_key_away(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    def correct(work: Work) -> None:
        work.act("patients.edit")
        work.change(PatientRecord, patient, phone="9635550199")

    desk.database.write(correct, desk.actor)
    page = shown(desk, qtbot, patient)
    rows = page.findChildren(FactRow)
    assert all(row.findChildren(IconButton) for row in rows)
    telephone = next(row for row in rows if "963" in row.accessibleName())
    clock = telephone.findChildren(IconButton)[0]
    clock.setFocus()
    qtbot.keyClick(clock, Qt.Key.Key_Return)
    desk.settle()
    dialog = page.findChildren(HistoryDialog)[0]
    told = [dialog.table.records.cell_at(place, 0).text.replace("\u00a0", " ") for place in range(2)]
    assert told == ["963 555 0142 → 963 555 0199", "963 555 0142"]
    assert dialog.table.records.cell_at(0, 1).caption == "Dra. Prueba"
    dialog.close()


def test_a_status_is_noted_through_the_page_and_told_in_the_banner(
    desk: DeskDouble, qtbot: QtBot, patient: Id, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(desk, qtbot, patient)
    request = StatusRequest(patient, "died", desk.today.isoformat(), cause="causa inventada")
    monkeypatch.setattr(statuses, "ask", lambda *_: request)
    button(page, "Change").click()
    desk.settle()
    assert file(desk, patient).status == "died"
    assert desk.toasts[-1][1]
    assert "Died on" in texts(page.banner())
    assert "causa inventada" in texts(page)
    builders.assert_proved(desk.database)


def test_a_wrong_status_and_a_wrong_consent_are_corrected(
    desk: DeskDouble, qtbot: QtBot, patient: Id, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(desk, qtbot, patient)
    day = desk.today.isoformat()
    monkeypatch.setattr(statuses, "ask", lambda *_: StatusRequest(patient, "moved", day, place="Comitán"))
    button(page, "Correct").click()
    monkeypatch.setattr(consents, "ask", lambda *_: ConsentRequest(patient, "privacy_notice", "yes", day))
    desk.settle()
    button(page, "Record an answer").click()
    desk.settle()
    held = file(desk, patient)
    assert [s.status for s in held.statuses] == ["moved"]
    assert [c.answer for c in held.consents] == ["yes"]
    monkeypatch.setattr(consents, "ask", lambda *_: ConsentRequest(patient, "privacy_notice", "no", day))
    page.change_consent(held.consents[0])
    desk.settle()
    assert [c.answer for c in file(desk, patient).consents] == ["no"]
    builders.assert_proved(desk.database)


def test_joined_records_are_told_opened_and_compared(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    other = builders.register(desk.database, desk.actor, 900)
    one, two = sorted([patient, other])
    desk.database.write(lambda work: work.add(SameAsRecord(id=work.new_id(), one=one, other=two)), desk.actor)
    page = shown(desk, qtbot, patient)
    assert "CAP0000900" in texts(page)
    button(page, "Compare").click()
    button(page, "Open").click()
    assert desk.calls == [("compare", patient, other), ("open_patient", other)]


def test_who_looks_like_this_person_is_looked_for_and_compared(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = shown(desk, qtbot, patient)
    button(page, "Look for similar records").click()
    desk.settle()
    said = [label.text() for label in page.findChildren(QLabel)]
    assert "Nobody else in the register looks like this person." in said
    twin = builders.register(desk.database, desk.actor, 901, given="María Elena")
    button(page, "Look for similar records").click()
    desk.settle()
    button(page, "Compare").click()
    assert desk.calls == [("compare", patient, twin)]


def test_the_household_shows_who_else_lives_there(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    house = Id(bytes([5]) * 16)

    def move(work: Work) -> None:
        work.add(HouseholdRecord(id=house, number=27))
        work.change(PatientRecord, patient, household=house)

    desk.database.write(move, desk.actor)
    builders.register(desk.database, desk.actor, 2, given="Marcelino", household=house)
    page = shown(desk, qtbot, patient)
    assert "PRUEBA EJEMPLO, Marcelino" in texts(page)
    button(page, "Open household").click()
    assert desk.asked("open_household") == [(house,)]


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # a menu on the offscreen platform
def test_f9_edits_and_f8_prints_summary_or_card(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = shown(desk, qtbot, patient)
    page.primary()
    assert desk.asked("edit_patient") == [(patient,)]
    page.print_page()
    assert page.menu is not None
    for action in page.menu.actions():
        action.trigger()
    page.menu.close()
    assert [name for _, _, name, _ in desk.previews] == ["resumen-CAP0000412.pdf", "tarjeta-CAP0000412.pdf"]
    for _, build, _, about in desk.previews:
        assert about == patient
        assert build().startswith(b"%PDF")


def test_a_record_undone_while_it_is_shown_is_left(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = shown(desk, qtbot, patient)
    desk.tasks.write(lambda work: work.void(PatientRecord, patient, "mistake"), lambda _: None, owner=page)
    desk.settle()
    assert desk.told == []  # the strip has said what was undone
    assert desk.calls == [("back",)]


def test_a_record_that_is_gone_is_refused_with_a_sentence(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    desk.database.write(lambda work: work.void(PatientRecord, patient, "mistake"), desk.actor)
    shown(desk, qtbot, patient)
    assert [failure.code for failure in desk.told] == ["patients.not_found"]
    assert desk.calls == [("back",)]


def test_the_scroll_stays_when_the_record_changes(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = shown(desk, qtbot, patient)
    page.resize(1286, 500)
    bar = page._body.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 60)
    bar.setValue(60)
    desk.tasks.write(lambda work: work.change(PatientRecord, patient, nickname="Mary"), lambda _: None, owner=page)
    desk.settle()
    qtbot.waitUntil(lambda: "Mary" in texts(page) and page._body.updatesEnabled())
    assert bar.value() == 60


def test_a_mentor_reads_and_prints_only(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    desk._actor = builders.actor(Role.MENTOR)
    page = shown(desk, qtbot, patient)
    page.primary()
    assert desk.calls == []
    words = [b.shown_text() for b in [*page.findChildren(Button), *page.banner().findChildren(Button)]]
    assert "Print" in words
    assert not {"Edit", "Change", "Correct", "Record an answer"} & set(words)


def test_the_status_dialog_refuses_what_cannot_be(
    desk: DeskDouble, qtbot: QtBot, patient: Id, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = StatusDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.answer() is None
    assert dialog.status_row.has_note()
    dialog.status.set_value("died")
    dialog._fit()
    for day in ((desk.today + timedelta(days=1)).isoformat(), "1900-01-01", None):
        dialog.day.set_value(day)
        assert dialog.answer() is None
        assert dialog.day_row.has_note()
    dialog.day.set_value(desk.today.isoformat())
    dialog.cause.set_value("x" * 300)
    assert dialog.answer() is None
    assert dialog.cause_row.has_note()
    dialog.cause.set_value(None)
    asked: list[str] = []
    monkeypatch.setattr(statuses, "confirm", lambda _parent, title, *_: bool(asked.append(title)))
    assert dialog.answer() is None
    monkeypatch.setattr(statuses, "confirm", lambda *_: True)
    assert dialog.answer() == StatusRequest(patient, "died", desk.today.isoformat())
    assert len(asked) == 1


def test_the_consent_dialog_by_keyboard(spanish: None, desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    dialog = ConsentDialog(None, file(desk, patient), desk.today)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.answer() is None
    dialog.about.set_value("privacy_notice")
    qtbot.keyClicks(dialog.reply, "s")
    dialog.day.edit.setText("")
    qtbot.keyClicks(dialog.day.edit, "ayer no")
    assert dialog.answer() is None
    dialog.day.edit.setText("")
    qtbot.keyClicks(dialog.day.edit, "h")
    qtbot.keyClicks(dialog.given_by, "su hija")
    assert dialog.answer() == ConsentRequest(patient, "privacy_notice", "yes", desk.today.isoformat(), "su hija")


@pytest.mark.parametrize("size", [(1286, 648), (944, 480)])
def test_nothing_is_cut(
    spanish: None, desk: DeskDouble, qtbot: QtBot, patient: Id, size: tuple[int, int], dressed: QApplication
) -> None:
    page = shown(desk, qtbot, patient)
    desk.show(page, *size)
    assert clipped(page) == []
    held = file(desk, patient)
    for dialog in (StatusDialog(page, held, desk.today), ConsentDialog(page, held, desk.today)):
        dialog.show()
        assert clipped(dialog) == []
        dialog.close()
