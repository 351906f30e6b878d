"""The first run: by keyboard from nothing to an open clinic; its steps, forwards and back, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from clinics import HOSTILE, PHRASE, clinic, settle
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from wizards import keys, opened_by, to_clinic, to_person, to_sheet

from ces_desktop import i18n
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.services import users
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.entry.wizard_steps import ClinicStep, PersonStep
from ces_desktop.ui.messages import all_sentences

pytestmark = pytest.mark.usefixtures("quick_vault", "english")


def test_by_keyboard_alone_from_nothing_to_an_open_clinic(wizard: Wizard, qtbot: QtBot) -> None:
    got = opened_by(wizard)
    enter, f9 = Qt.Key.Key_Return, Qt.Key.Key_F9
    keys(qtbot, "", f9)
    keys(qtbot, "reforma", enter)
    keys(qtbot, "", f9)
    assert isinstance(wizard.step, PersonStep) and wizard.answers.prefix == "REF"
    keys(qtbot, "Dra. Prueba Inventada", f9)
    keys(qtbot, PHRASE, enter)
    keys(qtbot, PHRASE, enter)
    settle(wizard.jobs)
    step = wizard.step
    assert isinstance(step, SheetStep)
    group = wizard.answers.made[0][1].groups[wizard._group - 1]
    step.typed.setFocus()
    keys(qtbot, group.lower(), f9)
    settle(wizard.jobs)
    assert [o.folder.prefix for o in got] == ["REF"]
    opened = got[0]
    assert opened.actor.roles == CLINIC_ROLES and opened.facts["clues"] == "CSSSA001252"
    assert opened.database.read(users.sheet_kept)


def test_a_clinic_that_is_in_no_list(wizard: Wizard) -> None:
    step = to_clinic(wizard)
    for ask, text in ((step.prefix, "xyz"), (step.name, "Nueva Inventada")):
        ask.control.setText(text)
    wizard.forward()
    assert isinstance(wizard.step, PersonStep) and wizard.answers.prefix == "XYZ"


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "prefix_shape"), ("CA", "prefix_shape"), ("C1P", "prefix_shape"), ("DEM", "prefix_demo")],
)
def test_a_prefix_that_cannot_be(wizard: Wizard, prefix: str, code: str) -> None:
    step = to_clinic(wizard)
    step.prefix.control.setText(prefix)
    wizard.forward()
    said = all_sentences()[f"clinic.{code}"].format(prefix=prefix)
    assert step.prefix.complaint() == said and wizard.place == 1


def test_a_clinic_that_is_here_already(clinic_folder: Any, qtbot: QtBot) -> None:
    clinic(clinic_folder.data)
    view = Wizard(clinic_folder.data, first=False)
    qtbot.addWidget(view)
    step = to_clinic(view)
    step._take("CAP")
    view.forward()
    assert "CAP" in step.prefix.complaint()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["prefix", "name", "official", "clues", "municipality"])
def test_no_text_breaks_the_clinic(wizard: Wizard, field: str, text: str) -> None:
    step = to_clinic(wizard)
    step._take("REF")
    ask = getattr(step, field)
    ask.control.setText(text)
    typed = ask.control.text()
    wizard.forward()
    wizard.forward()  # double Enter: the second meets the next step, which wants a name
    assert wizard.place in (1, 2)
    assert (wizard.place == 1) == bool(ask.complaint() if wizard.place == 1 else "")
    if wizard.place == 1:
        assert ask.control.text() == typed


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "licence"])
def test_no_text_breaks_the_person(wizard: Wizard, field: str, text: str) -> None:
    step = to_person(wizard)
    step.name.control.setText("Dra. Prueba Inventada")
    ask = getattr(step, field)
    ask.control.setText(text)
    wizard.forward()
    if wizard.place == 2:
        assert ask.complaint()
    else:
        assert users.UserForm(wizard.answers.user_name, wizard.answers.licence, CLINIC_ROLES).checked().name


def test_the_first_person_leads(wizard: Wizard) -> None:
    step = to_person(wizard)
    step.name.control.setText("Dra. Prueba Inventada")
    step.roles[Role.LEAD].setChecked(False)
    wizard.forward()
    assert step.chosen.complaint() == all_sentences()["users.first_leads"]


def test_the_steps_that_are_over_take_no_key_once_the_clinic_is_made(wizard: Wizard) -> None:
    def stops() -> list[str]:
        return [part.text() for part in wizard.list.findChildren(QAbstractButton)
                if part.isEnabled() and part.focusPolicy() != Qt.FocusPolicy.NoFocus]  # fmt: skip

    to_person(wizard)
    assert stops() == ["Start", "Clinic"]
    wizard._go(0)
    to_sheet(wizard)
    assert stops() == []


def test_escape_goes_back_and_keeps_what_was_typed(wizard: Wizard, qtbot: QtBot) -> None:
    step = to_person(wizard)
    step.name.control.setText("Dra. Prueba")
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert isinstance(wizard.step, ClinicStep) and wizard.step.prefix.control.text() == "REF"
    wizard.forward()
    assert isinstance(wizard.step, PersonStep)
    assert wizard.step.name.control.text() == "Dra. Prueba"


def test_escape_on_the_first_step_leaves_only_where_a_clinic_exists(clinic_folder: Any, qtbot: QtBot) -> None:
    for first, times in ((True, 0), (False, 1)):
        view, left = Wizard(clinic_folder.data, first=first), []
        qtbot.addWidget(view)
        view.left.connect(lambda left=left: left.append(1))
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert len(left) == times


def test_another_language_keeps_place_and_words(wizard: Wizard) -> None:
    step, asked = to_person(wizard), []
    step.name.control.setText("Dra. Prueba")
    wizard.language_chosen.connect(asked.append)
    wizard.languages["es"].click()
    assert asked == ["es"]
    i18n.use("es")
    wizard.redraw()
    assert isinstance(wizard.step, PersonStep)
    assert wizard.step.name.control.text() == "Dra. Prueba"


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1366, 728), (1024, 560)])
def test_nothing_is_clipped(wizard: Wizard, language: Any, size: tuple[int, int]) -> None:
    i18n.use(language)
    to_sheet(wizard)
    wizard.resize(*size)
    shown = []
    for way, place in (("new", 0), ("new", 1), ("new", 2), ("new", 3), ("new", 4), ("restore", 1)):
        wizard.answers.way, wizard.place, wizard.step = way, place, None
        wizard.redraw()
        QApplication.processEvents()
        shown += clipped(wizard)
    assert shown == []
