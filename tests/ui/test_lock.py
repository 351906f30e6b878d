"""The locked screen: PIN or passphrase brings a person back; five wrong PINs drop the key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from clinics import HOSTILE, PHRASE, clinic, settle
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.data.pin import KeyDropped, PinLock, pin_verifier
from ces_desktop.domain.access import Role
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.messages import all_sentences

SECOND = "enfermera de la prueba inventada"


@pytest.fixture
def opened(clinic_folder: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenClinic]:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    i18n.use("en")
    held = clinic(clinic_folder.data).open()
    users.join(held, users.UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE})), SECOND)
    held.database.local(lambda c: users.set_pin(c, held.actor.user, pin_verifier("2580")))
    yield held
    held.close()


@pytest.fixture
def screen(dressed: QApplication, opened: OpenClinic, qtbot: QtBot) -> LockScreen:
    lock = PinLock(opened.key)
    lock.lock()
    view = LockScreen(opened, lock)
    qtbot.addWidget(view)
    view.resize(1366, 728)
    view.show()
    settle(view.jobs)
    return view


def _try(qtbot: QtBot, view: LockScreen, text: str) -> None:
    view.secret.edit.clear()
    qtbot.keyClicks(view.secret.edit, text)
    qtbot.keyClick(view.secret.edit, Qt.Key.Key_Return)
    settle(view.jobs)


def test_the_pin_brings_back_who_locked(screen: LockScreen, opened: OpenClinic, qtbot: QtBot) -> None:
    with qtbot.waitSignal(screen.unlocked) as got:
        _try(qtbot, screen, "2580")
    assert got.args[0].user == opened.actor.user and not screen.pin_lock.locked


def test_who_has_no_pin_types_the_passphrase(screen: LockScreen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.secret.edit, Qt.Key.Key_Down)
    qtbot.keyClick(screen.secret.edit, Qt.Key.Key_Down)
    qtbot.keyClick(screen.secret.edit, Qt.Key.Key_Up)
    qtbot.keyClick(screen.secret.edit, Qt.Key.Key_Down)
    assert screen.secret.label.text() == "Passphrase"
    with qtbot.waitSignal(screen.unlocked) as got:
        _try(qtbot, screen, SECOND)
    assert got.args[0].roles == {Role.NURSE}


def test_who_forgot_the_pin_types_the_passphrase(screen: LockScreen, opened: OpenClinic, qtbot: QtBot) -> None:
    screen.other_way.click()
    with qtbot.waitSignal(screen.unlocked) as got:
        _try(qtbot, screen, PHRASE)
    assert got.args[0].user == opened.actor.user


def test_wrong_pins_are_counted_in_words_and_the_fifth_drops_the_key(screen: LockScreen, qtbot: QtBot) -> None:
    dropped: list[KeyDropped] = []
    screen.dropped.connect(dropped.append)
    for left in ("Four", "Three", "Two", "One"):
        _try(qtbot, screen, "9999")
        assert screen.left.text().startswith(left) and screen.secret.complaint()
    _try(qtbot, screen, "9999")
    assert [d.code for d in dropped] == ["vault.key_dropped_tries"]


def test_how_many_pins_are_left_is_said_once_and_only_under_a_pin(screen: LockScreen, qtbot: QtBot) -> None:
    _try(qtbot, screen, "9999")
    assert screen.left.isVisible() and "4" not in screen.secret.complaint()
    screen.other_way.click()
    assert screen.secret.label.text() == "Passphrase" and not screen.left.isVisible()
    screen.other_way.click()
    assert screen.left.isVisible()


def test_after_half_an_hour_only_sign_in_is_left(screen: LockScreen, opened: OpenClinic, qtbot: QtBot) -> None:
    now = [0.0]
    screen.pin_lock = PinLock(opened.key, clock=lambda: now[0])
    screen.pin_lock.lock()
    now[0] = 31 * 60
    dropped: list[KeyDropped] = []
    screen.dropped.connect(dropped.append)
    screen.other_way.click()
    _try(qtbot, screen, PHRASE)
    assert [d.code for d in dropped] == ["vault.key_dropped_time"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_field(screen: LockScreen, qtbot: QtBot, text: str) -> None:
    seen: list[object] = []
    screen.unlocked.connect(seen.append)
    screen.secret.edit.setText(text)
    screen.submit()
    screen.submit()  # double Enter costs one try, not two
    settle(screen.jobs)
    assert screen.secret.complaint() and not seen and screen.pin_lock.tries_left >= 4


def test_an_empty_field_costs_no_try(screen: LockScreen) -> None:
    screen.submit()
    assert screen.secret.complaint() == "Type your PIN." and screen.pin_lock.tries_left == 5


def test_who_holds_no_role_any_more_does_not_come_back(screen: LockScreen, opened: OpenClinic, qtbot: QtBot) -> None:
    second = next(user for user in screen.people if user != opened.actor.user)
    users.leave(opened, second)  # type: ignore[arg-type]
    qtbot.mouseClick(screen.people[second], Qt.MouseButton.LeftButton)
    _try(qtbot, screen, SECOND)
    assert screen.secret.complaint() == all_sentences()["vault.no_slot"]


def test_sign_out(screen: LockScreen, qtbot: QtBot) -> None:
    with qtbot.waitSignal(screen.signed_out):
        screen.leave.click()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1366, 728), (1024, 560)])
def test_nothing_is_clipped(
    dressed: QApplication, opened: OpenClinic, qtbot: QtBot, language: Any, size: tuple[int, int]
) -> None:
    i18n.use(language)
    view = LockScreen(opened, PinLock(opened.key))
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    settle(view.jobs)
    _try(qtbot, view, "1111")
    QApplication.processEvents()
    assert clipped(view) == []
