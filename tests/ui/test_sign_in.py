"""Sign-in: the right passphrase opens, every refusal has its sentence under the field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clinics as made_clinics
import pytest
from clinics import HOSTILE, NAME, PHRASE, Made, clinic, settle
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.domain.access import Role
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.settings import Settings
from ces_desktop.ui.entry import sign_in as module
from ces_desktop.ui.entry.recovery import RecoveryForm
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.messages import all_sentences


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    i18n.use("en")


@pytest.fixture
def here(clinic_folder: Any) -> Made:
    return clinic(clinic_folder.data)


@pytest.fixture
def page(dressed: QApplication, here: Made, clinic_folder: Any, qtbot: QtBot) -> Iterator[SignIn]:
    view = SignIn(clinic_folder.data, Settings(last_clinic="CAP", last_user=here.user.hex()))
    qtbot.addWidget(view)
    view.resize(1366, 728)
    view.show()
    yield view
    settle(view.jobs)


def _opened(view: SignIn) -> list[OpenClinic]:
    got: list[OpenClinic] = []
    view.opened.connect(got.append)
    return got


def _type(qtbot: QtBot, view: SignIn, text: str) -> None:
    view.secret.edit.clear()
    qtbot.keyClicks(view.secret.edit, text)
    qtbot.keyClick(view.secret.edit, Qt.Key.Key_Return)
    settle(view.jobs)


def test_typing_the_passphrase_and_enter_opens_the_clinic(page: SignIn, here: Made, qtbot: QtBot) -> None:
    got = _opened(page)
    _type(qtbot, page, PHRASE)
    assert [(o.actor.user, o.folder.prefix) for o in got] == [(here.user, "CAP")]
    assert page.secret.text() == ""  # nothing secret stays in a field behind the window
    got[0].close()


def test_a_wrong_passphrase_is_said_under_the_field_and_what_was_typed_stays(page: SignIn, qtbot: QtBot) -> None:
    got = _opened(page)
    _type(qtbot, page, "otra frase cualquiera aqui")
    assert page.secret.complaint() == all_sentences()["vault.wrong_passphrase"]
    assert page.secret.text() == "otra frase cualquiera aqui" and not got
    qtbot.keyClicks(page.secret.edit, "x")
    assert page.secret.complaint() == ""  # typing again takes the sentence away


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_field(page: SignIn, text: str) -> None:
    got = _opened(page)
    page.secret.edit.setText(text)
    page.enter()
    page.enter()  # double Enter
    settle(page.jobs)
    assert page.secret.complaint() and not got


def test_double_enter_opens_once(page: SignIn) -> None:
    got = _opened(page)
    page.secret.edit.setText(PHRASE)
    page.enter()
    page.enter()
    settle(page.jobs)
    assert len(got) == 1
    got[0].close()


def test_a_second_window_opens_to_read(page: SignIn, here: Made) -> None:
    first, got = here.open(), _opened(page)
    page.secret.edit.setText(PHRASE)
    page.enter()
    settle(page.jobs)
    assert got[0].database.read_only
    got[0].close()
    first.close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda f: f.database.write_bytes(b"not a database" * 400), "storage.wrong_key"),
        (lambda f: f.database.unlink(), "storage.missing"),
    ],
)
def test_a_damaged_clinic_says_so(page: SignIn, here: Made, spoil: Any, code: str) -> None:
    spoil(here.folder)
    page.secret.edit.setText(PHRASE)
    page.enter()
    settle(page.jobs)
    said = all_sentences()
    assert page.secret.complaint() in (said[code], said["storage.damaged"])


def test_a_damaged_key_file_names_nobody_and_says_so(here: Made, clinic_folder: Any, qtbot: QtBot) -> None:
    for path in here.folder.path.glob("keyslots*"):
        path.write_bytes(b"{}")
    view = SignIn(clinic_folder.data, Settings())
    qtbot.addWidget(view)
    assert not view.people and not view.enter_button.isEnabled()
    assert all_sentences()["vault.damaged"] in [label.text() for label in view.findChildren(type(view.secret.label))]


def test_data_of_a_newer_version_say_so(page: SignIn, here: Made) -> None:
    from sqlalchemy import text

    opened = here.open()
    with opened.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    page.secret.edit.setText(PHRASE)
    page.enter()
    settle(page.jobs)
    assert page.secret.complaint() == all_sentences()["storage.too_new"]


def test_another_language_keeps_what_is_typed(page: SignIn, qtbot: QtBot) -> None:
    chosen: list[str] = []
    page.language_chosen.connect(chosen.append)
    qtbot.keyClicks(page.secret.edit, "caballo me")
    page.language_button.click()
    assert chosen == ["es"]
    i18n.use("es")
    page.redraw()
    assert page.secret.text() == "caballo me"


def test_arrows_choose_the_person(here: Made, clinic_folder: Any, qtbot: QtBot) -> None:
    opened = here.open()
    users.join(opened, users.UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE})), "enfermera de la prueba")
    opened.close()
    view = SignIn(clinic_folder.data, Settings())
    qtbot.addWidget(view)
    view.show()
    qtbot.keyClick(view.secret.edit, Qt.Key.Key_Down)
    chosen = [button.shown_text() for button in view.people.values() if button.isChecked()]
    assert chosen == ["Enf. Segunda Inventada"]
    got = _opened(view)
    _type(qtbot, view, "enfermera de la prueba")
    assert got[0].actor.roles == {Role.NURSE}
    got[0].close()


def test_show_and_hide(page: SignIn) -> None:
    page.secret.reveal.click()
    assert page.secret.edit.echoMode() == QLineEdit.EchoMode.Normal
    page.secret.reveal.click()
    assert page.secret.edit.echoMode() == QLineEdit.EchoMode.Password


def test_caps_lock_is_said(page: SignIn, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from ces_desktop.ui.entry import people

    monkeypatch.setattr(people, "caps_lock", lambda: None)
    qtbot.keyClick(page.secret.edit, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    assert page.secret.caps.isHidden()
    monkeypatch.setattr(people, "caps_lock", lambda: True)
    qtbot.keyClicks(page.secret.edit, "b")
    assert not page.secret.caps.isHidden()


def test_the_printed_key_opens_with_a_new_passphrase(page: SignIn, here: Made, qtbot: QtBot) -> None:
    got = _opened(page)
    page.forgot.click()
    form = page._form
    assert isinstance(form, RecoveryForm)
    form.recovery.edit.setText(here.recovery.text.lower().replace("-", " "))
    form.phrase.put(("una frase nueva distinta", "una frase nueva distinta"))
    form.enter.click()
    settle(page.jobs)
    assert len(got) == 1
    got[0].close()
    vault.open(here.folder, here.user, "una frase nueva distinta")
    with pytest.raises(vault.Refused):
        vault.open(here.folder, here.user, PHRASE)


def test_a_slip_in_a_group_names_the_group_and_keeps_everything(page: SignIn, here: Made) -> None:
    page.show_recovery()
    form = page._form
    assert isinstance(form, RecoveryForm)
    groups = list(here.recovery.groups)
    groups[2] = groups[2][::-1] if groups[2] != groups[2][::-1] else "0000Z"
    form.recovery.edit.setText("-".join(groups))
    form.submit()
    assert "3" in form.recovery.complaint() and form.recovery.text() == "-".join(groups)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_recovery_form(page: SignIn, here: Made, text: str) -> None:
    page.show_recovery()
    form = page._form
    assert isinstance(form, RecoveryForm)
    form.recovery.edit.setText(text)
    form.submit()
    assert form.recovery.complaint()
    form.recovery.edit.setText(here.recovery.text)
    form.phrase.first.edit.setText(text)
    form.submit()
    settle(page.jobs)
    assert form.phrase.first.complaint() or form.phrase.again.complaint()


def test_another_language_keeps_what_is_typed_from_the_sheet(page: SignIn, here: Made, qtbot: QtBot) -> None:
    page.show_recovery()
    form = page._form
    assert isinstance(form, RecoveryForm)
    qtbot.keyClicks(form.recovery.edit, here.recovery.text)
    form.phrase.put(("una frase nueva distinta", "una fra"))
    i18n.use("es")
    page.redraw()
    again = page._form
    assert isinstance(again, RecoveryForm) and again is not form and page.panels.currentWidget() is again
    assert again.typed == (here.recovery.text, "una frase nueva distinta", "una fra")
    assert "Cambiar frase y entrar" in again.enter.accessibleName()


def test_escape_leaves_the_recovery_form(page: SignIn, qtbot: QtBot) -> None:
    page.show_recovery()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.panels.currentIndex() == 0


def test_several_clinics_can_be_chosen(here: Made, clinic_folder: Any, qtbot: QtBot) -> None:
    clinic(clinic_folder.data, "REF")
    view = SignIn(clinic_folder.data, Settings(last_clinic="CAP"))
    qtbot.addWidget(view)
    assert view.folder is not None and view.folder.prefix == "CAP"
    view.choose_clinic(view.clinics[1])
    assert view.folder.prefix == "REF" and [b.shown_text() for b in view.people.values()] == [NAME]


def test_the_demonstration_opens_from_here(page: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = made_clinics.clinic(tmp_path / "elsewhere", "REF")
    monkeypatch.setattr(module.demo, "open_demo", lambda root, progress: other.open())
    got = _opened(page)
    page.demo.click()
    settle(page.jobs)
    assert got[0].folder.prefix == "REF"
    got[0].close()


def test_cancelling_the_demonstration_leaves_the_sign_in(page: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(root: Path, progress: Any) -> OpenClinic:
        while True:
            progress.step(1, 100)

    monkeypatch.setattr(module.demo, "open_demo", endless)
    page.demo.click()
    page.progress.cancelled.emit()
    settle(page.jobs)
    assert page.secret.complaint() and page.enter_button.isEnabled()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1366, 728), (1024, 560)])
def test_nothing_is_clipped(page: SignIn, language: Any, size: tuple[int, int]) -> None:
    i18n.use(language)
    page.redraw()
    page.resize(*size)
    QApplication.processEvents()
    assert clipped(page) == []
