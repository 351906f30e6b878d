"""Users page: people with roles and since when; adding, changing, taking off; the own PIN and passphrase."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import builders
import pytest
from clinics import HOSTILE, PHRASE, clinic
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.data.pin import check_pin
from ces_desktop.domain.access import Actor, Role
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.dialogs.passphrase import PassphraseDialog
from ces_desktop.ui.dialogs.pin import PinDialog
from ces_desktop.ui.dialogs.user import UserDialog
from ces_desktop.ui.messages import all_sentences
from ces_desktop.ui.pages.users_page import UsersPage
from ces_desktop.ui.widgets import Question

SECOND = "enfermera de la prueba inventada"


@pytest.fixture
def opened(clinic_folder: Any, monkeypatch: pytest.MonkeyPatch) -> OpenClinic:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    i18n.use("en")
    return clinic(clinic_folder.data).open()


@pytest.fixture
def desk(dressed: QApplication, opened: OpenClinic) -> Iterator[DeskDouble]:
    double = DeskDouble(opened.database, opened.actor)
    yield double
    builders.assert_proved(opened.database)
    double.close()
    opened.close()


@pytest.fixture
def page(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> UsersPage:
    view = UsersPage(desk, opened)
    qtbot.addWidget(view)
    desk.show(view)
    return view


def _names(page: UsersPage) -> list[str]:
    return [row.name for row in page._rows()]


def _in_dialog(kind: type[QDialog], act: Callable[[Any], None]) -> None:
    """Once a dialog of this kind is open, do something in it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def _fill(dialog: UserDialog, name: str = "Enf. Segunda Inventada", phrase: str = SECOND) -> None:
    dialog.name.control.setText(name)
    dialog.roles[Role.NURSE].setChecked(True)
    assert dialog.phrase is not None
    dialog.phrase.put((phrase, phrase))


def test_a_person_is_added_and_appears(page: UsersPage, desk: DeskDouble, opened: OpenClinic) -> None:
    def fill(dialog: UserDialog) -> None:
        _fill(dialog)
        dialog._accept()
        dialog._accept()  # double Enter

    _in_dialog(UserDialog, fill)
    page.primary()
    desk.settle()
    assert _names(page) == ["Dra. Prueba Inventada", "Enf. Segunda Inventada"]
    assert len(vault.list_slots(opened.folder)) == 2 and desk.toasts


def test_a_refusal_of_the_service_keeps_the_form(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    dialog = UserDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    _fill(dialog, name="Dra. Prueba Inventada")
    dialog._accept()
    desk.settle()
    assert dialog.name.complaint() == all_sentences()["users.same_name"] and dialog.isVisible()
    assert dialog.phrase is not None and dialog.phrase.texts() == (SECOND, SECOND)


def test_a_person_without_roles_is_sent_to_the_roles(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    dialog = UserDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    qtbot.keyClicks(QApplication.focusWidget(), "Enf. Segunda Inventada")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is dialog.roles[Role.PHYSICIAN]  # Enter stops at the roles too
    assert dialog.phrase is not None
    dialog.phrase.setFocus()
    dialog._accept()
    assert dialog.chosen.complaint() and QApplication.focusWidget() is dialog.roles[Role.PHYSICIAN]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert [role for role, box in dialog.roles.items() if box.isChecked()] == [Role.NURSE]


def test_the_roles_stand_in_rows_however_high_the_dialog_is(
    desk: DeskDouble, opened: OpenClinic, qtbot: QtBot
) -> None:
    dialog = UserDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.resize(dialog.width(), dialog.height() + 60)
    QApplication.processEvents()
    tops = [box.mapTo(dialog, QPoint(0, 0)).y() for box in dialog.roles.values()]
    assert tops[:2] == tops[2:]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "licence", "phrase"])
def test_no_text_breaks_the_form(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot, field: str, text: str) -> None:
    dialog = UserDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    _fill(dialog)
    edit = dialog.phrase.first.edit if field == "phrase" else getattr(dialog, field).control  # type: ignore[union-attr]
    edit.setText(text)
    held = edit.text()
    dialog._accept()
    desk.settle()
    assert dialog.phrase is not None
    said = [dialog.name.complaint(), dialog.licence.complaint(), dialog.phrase.first.complaint()]
    said.append(dialog.phrase.again.complaint())
    if dialog.isVisible():
        assert any(said) and edit.text() == held
    else:
        assert len(vault.list_slots(opened.folder)) == 2


def test_the_last_lead_is_told(desk: DeskDouble, page: UsersPage, opened: OpenClinic, qtbot: QtBot) -> None:
    dialog = UserDialog(None, desk.tasks, opened, page._rows()[0])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.roles[Role.LEAD].setChecked(False)
    dialog._accept()
    desk.settle()
    assert dialog.chosen.complaint() == all_sentences()["users.last_lead"]


def test_a_person_saved_as_they_were_offers_no_undo(desk: DeskDouble, page: UsersPage) -> None:
    _in_dialog(UserDialog, lambda dialog: dialog._accept())
    page.change()
    desk.settle()
    assert desk.toasts == [("It stays as it was.", False)]


def test_a_change_of_roles_shows(desk: DeskDouble, page: UsersPage, opened: OpenClinic) -> None:
    users.join(opened, users.UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE})), SECOND)
    page.reload()
    desk.settle()
    page.table.select_place(1)

    def change(dialog: UserDialog) -> None:
        dialog.roles[Role.STORE_KEEPER].setChecked(True)
        dialog._accept()

    _in_dialog(UserDialog, change)
    page.change()
    desk.settle()
    assert page._rows()[1].roles == {Role.NURSE, Role.STORE_KEEPER}


def test_taking_off_asks_first_and_keeps_the_name(desk: DeskDouble, page: UsersPage, opened: OpenClinic) -> None:
    users.join(opened, users.UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE})), SECOND)
    page.reload()
    desk.settle()
    page.table.select_place(1)
    _in_dialog(Question, lambda dialog: dialog.reject())
    page.take_off()
    desk.settle()
    assert page._rows()[1].active
    _in_dialog(Question, lambda dialog: dialog._accept())
    page.take_off()
    desk.settle()
    assert _names(page) == ["Dra. Prueba Inventada", "Enf. Segunda Inventada"] and not page._rows()[1].active


def test_nobody_can_press_take_off_on_themselves(page: UsersPage) -> None:
    page.table.select_place(0)
    assert not page.off_button.isEnabled() and page.off_button.toolTip()


def test_who_does_not_lead_changes_only_the_own(opened: OpenClinic, dressed: QApplication, qtbot: QtBot) -> None:
    me = opened.actor
    nurse = Actor(me.user, me.name, frozenset({Role.NURSE}), me.sign_in)
    opened.actor = nurse
    double = DeskDouble(opened.database, nurse)
    view = UsersPage(double, opened)
    qtbot.addWidget(view)
    double.show(view)
    buttons = (view.add_button, view.change_button, view.phrase_button, view.off_button)
    assert [b.isEnabled() for b in buttons] == [False] * 4 and all(b.toolTip() for b in buttons)
    assert view.pin_button.isEnabled() and not view.sheet_button.isVisible()
    double.close()
    opened.close()


def test_the_own_pin_is_set_changed_and_taken_away(desk: DeskDouble, page: UsersPage, opened: OpenClinic) -> None:
    def give(pin: str, again: str) -> Callable[[PinDialog], None]:
        def do(dialog: PinDialog) -> None:
            dialog.first.edit.setText(pin)
            dialog.again.edit.setText(again)
            dialog._accept()

        return do

    _in_dialog(PinDialog, give("2580", "2580"))
    page.set_pin()
    desk.settle()
    kept = page._rows()[0].pin
    assert kept is not None and check_pin("2580", kept)
    _in_dialog(PinDialog, lambda dialog: dialog.remove.click())
    page.set_pin()
    desk.settle()
    assert page._rows()[0].pin is None


@pytest.mark.parametrize("text", [*HOSTILE, "123", "123456789", "1111", "1234"])
def test_what_is_no_pin(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot, text: str) -> None:
    dialog = PinDialog(None, desk.tasks, opened, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.first.edit.setText(text)
    dialog.again.edit.setText(text if text != "123456789" else "x")
    dialog._accept()
    desk.settle()
    assert dialog.isVisible() and (dialog.first.complaint() or dialog.again.complaint())


def test_the_own_passphrase_asks_the_old(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    dialog = PassphraseDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.phrase.put((SECOND, SECOND))
    dialog._accept()
    assert dialog.old.complaint()
    dialog.old.edit.setText("no es esa frase de paso")
    dialog._accept()
    desk.settle()
    assert dialog.old.complaint() == all_sentences()["vault.wrong_passphrase"] and dialog.isVisible()
    dialog.old.edit.setText(PHRASE)
    dialog._accept()
    desk.settle()
    assert not dialog.isVisible() and vault.open(opened.folder, opened.actor.user, SECOND) == opened.key


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_passphrase(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot, text: str) -> None:
    dialog = PassphraseDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.old.edit.setText(text)
    dialog.phrase.first.edit.setText(text)
    dialog._accept()
    desk.settle()
    said = dialog.old.complaint() or dialog.phrase.first.complaint() or dialog.phrase.again.complaint()
    assert said and dialog.isVisible()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    desk: DeskDouble, opened: OpenClinic, qtbot: QtBot, language: Any, size: tuple[int, int]
) -> None:
    i18n.use(language)
    view = UsersPage(desk, opened)
    dialogs = (UserDialog(None, desk.tasks, opened), PinDialog(None, desk.tasks, opened, True))
    shown = []
    for part in (view, *dialogs, PassphraseDialog(None, desk.tasks, opened)):
        qtbot.addWidget(part)
        desk.show(part, *size) if part is view else part.show()
        QApplication.processEvents()
        shown += clipped(part)
    assert shown == []
