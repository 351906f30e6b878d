"""Settings: the look counts at once, the clinic's facts are checked, doors open by right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import builders
import pytest
from clinics import HOSTILE, clinic
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n, settings
from ces_desktop.domain.access import Actor, Role
from ces_desktop.services import clinic as clinics
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange
from ces_desktop.ui.dialogs.about import AboutDialog
from ces_desktop.ui.dialogs.keys import KeysDialog
from ces_desktop.ui.messages import all_sentences
from ces_desktop.ui.pages.settings_page import SettingsPage


@pytest.fixture
def opened(clinic_folder: Any) -> OpenClinic:
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
def page(desk: DeskDouble, qtbot: QtBot) -> SettingsPage:
    view = SettingsPage(desk)
    qtbot.addWidget(view)
    desk.show(view)
    return view


@pytest.mark.parametrize(
    ("field", "key", "stored"),
    [
        ("language", Qt.Key.Key_Right, ("language", "en")),
        ("theme", Qt.Key.Key_Right, ("theme", "dark")),
        ("zoom", Qt.Key.Key_Right, ("zoom", 125)),
        ("minutes", Qt.Key.Key_Left, ("lock_minutes", 2)),
    ],
)
def test_the_look_counts_at_once(
    page: SettingsPage, desk: DeskDouble, qtbot: QtBot, field: str, key: Qt.Key, stored: tuple[str, object]
) -> None:
    qtbot.keyClick(getattr(page, field), key)
    assert getattr(settings.load(), stored[0]) == stored[1] and desk.asked("rebuild")


def test_the_choice_under_the_hand_keeps_the_focus_when_the_window_is_drawn_again(
    page: SettingsPage, desk: DeskDouble, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.zoom, Qt.Key.Key_Right)
    again = SettingsPage(desk)  # as `rebuild` does; → pressed twice must not answer the question above
    qtbot.addWidget(again)
    assert again.focusProxy() is again.zoom
    later = SettingsPage(desk)
    qtbot.addWidget(later)
    assert later.focusProxy() is later.language


def test_the_facts_are_read_changed_and_saved(page: SettingsPage, desk: DeskDouble, opened: OpenClinic) -> None:
    assert page.official.control.text() == "Casa de Salud Inventada"
    page.name.control.setText("Nombre Inventado")
    page.clues.control.setText("csssa000001")
    page.primary()
    page.primary()  # double Enter
    desk.settle()
    facts = opened.database.read(clinics.describe)
    assert (facts["name"], facts["clues"]) == ("Nombre Inventado", "CSSSA000001") and len(desk.toasts) == 1


def test_the_clinic_says_whether_the_supervisor_may_hold_confidential_notes(
    page: SettingsPage, desk: DeskDouble, opened: OpenClinic, qtbot: QtBot
) -> None:
    held = exchange.shares_confidential
    assert page.confidential.value() == "no" and opened.database.read(held) is False
    qtbot.keyClick(page.confidential, Qt.Key.Key_Right)
    desk.settle()
    assert opened.database.read(held) is True and desk.toasts[-1][1], "it can be undone"
    page.reload()
    desk.settle()
    assert page.confidential.value() == "yes" and clipped(page) == []
    qtbot.keyClick(page.confidential, Qt.Key.Key_Left)
    desk.settle()
    assert opened.database.read(held) is False


def test_facts_saved_as_they_were_offer_no_undo(page: SettingsPage, desk: DeskDouble) -> None:
    page.primary()
    desk.settle()
    assert desk.toasts == [("It stays as it was.", False)]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "official", "municipality", "clues"])
def test_no_text_breaks_the_facts(page: SettingsPage, desk: DeskDouble, field: str, text: str) -> None:
    ask = getattr(page, field)
    ask.control.setText(text)
    held = ask.control.text()
    page.primary()
    desk.settle()
    assert ask.complaint() or desk.toasts
    if ask.complaint():
        assert ask.control.text() == held and not desk.toasts


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_date(page: SettingsPage, desk: DeskDouble, opened: OpenClinic, text: str) -> None:
    page.clues.control.setText("CSSSA000001")
    page.since.edit.setFocus()
    page.since.edit.setText(text)
    page.since.edit.changed.emit()
    page.primary()
    desk.settle()
    saved = opened.database.read(clinics.describe)["clues"] == "CSSSA000001"
    assert saved != bool(page.since_ask.complaint())


def test_a_clues_from_the_future(page: SettingsPage, desk: DeskDouble) -> None:
    page.clues.control.setText("CSSSA000001")
    page.since.set_value("2090-01-01")
    page.primary()
    desk.settle()
    assert page.since_ask.complaint() == all_sentences()["users.clues_future"]


def test_what_is_being_typed_survives_a_change_elsewhere(page: SettingsPage, desk: DeskDouble) -> None:
    page.name.control.setText("A medio escribir")
    page.reload()
    desk.settle()
    assert page.name.control.text() == "A medio escribir"


def test_doors_open_their_pages(page: SettingsPage, desk: DeskDouble) -> None:
    for link in page.links.values():
        link.click()
    assert desk.asked("open_page") == [("users",), ("backups",), ("audit",), ("reference",), ("import_register",)]


def test_who_does_not_lead_sees_only_what_is_theirs(opened: OpenClinic, dressed: QApplication, qtbot: QtBot) -> None:
    me = opened.actor
    double = DeskDouble(opened.database, Actor(me.user, me.name, frozenset({Role.NURSE}), me.sign_in))
    view = SettingsPage(double)
    qtbot.addWidget(view)
    double.show(view)
    assert list(view.links) == ["users", "backups"] and not view.save.isEnabled() and not view.name.isEnabled()
    view.primary()
    double.settle()
    assert not double.told and not double.toasts
    double.close()
    opened.close()


def test_notices_that_must_travel_are_shown(dressed: QApplication, qtbot: QtBot) -> None:
    dialog = AboutDialog(None)
    qtbot.addWidget(dialog)
    text = dialog.notices.toPlainText()
    assert "ZETETIC" in text and "Lucide Contributors" in text and "LGPL" in text


def test_f1_shows_the_help_of_the_field_or_the_keys(dressed: QApplication, qtbot: QtBot) -> None:
    field, table = KeysDialog(None, "What the field is for."), KeysDialog(None)
    qtbot.addWidget(field)
    qtbot.addWidget(table)
    assert field.text.text() == "What the field is for." and table.text.text() == ""
    assert table.height() <= 640 and field.secondary.isHidden()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(desk: DeskDouble, qtbot: QtBot, language: Any, size: tuple[int, int]) -> None:
    i18n.use(language)
    shown = []
    for part in (SettingsPage(desk), KeysDialog(None), AboutDialog(None)):
        qtbot.addWidget(part)
        desk.show(part, *size) if isinstance(part, SettingsPage) else part.show()
        QApplication.processEvents()
        shown += clipped(part)
    assert shown == []
