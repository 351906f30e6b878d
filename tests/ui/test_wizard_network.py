"""The first run of a hub, with its network's key, and of a mentor's laptop."""

from __future__ import annotations

import pytest
from clinics import PHRASE, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from wizards import keys, opened_by, to_clinic

from ces_desktop.domain.access import HUB_ROLES, Role
from ces_desktop.sync import exchange
from ces_desktop.sync.network_key import network_keys
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_place import PlaceStep
from ces_desktop.ui.entry.wizard_sheets import NetworkKeyStep, SheetStep
from ces_desktop.ui.entry.wizard_steps import PersonStep, PhraseStep, StartStep

pytestmark = pytest.mark.usefixtures("quick_vault", "english")


def test_a_hub_by_keyboard_its_network_founded_with_the_key_on_paper(wizard: Wizard, qtbot: QtBot) -> None:
    got, f9 = opened_by(wizard), Qt.Key.Key_F9
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].setFocus()
    keys(qtbot, "", Qt.Key.Key_Space)
    keys(qtbot, "", f9)
    assert isinstance(wizard.step, PlaceStep)
    keys(qtbot, "Red inventada", f9)
    keys(qtbot, "Lic. Prueba Inventada", f9)
    keys(qtbot, PHRASE, Qt.Key.Key_Return)
    keys(qtbot, PHRASE, Qt.Key.Key_Return)
    settle(wizard.jobs)
    for number, key in enumerate((lambda: wizard.answers.made[0][1], lambda: wizard.answers.network_key)):
        step, printed = wizard.step, key()
        assert isinstance(step, NetworkKeyStep if number else SheetStep) and printed is not None and not got
        wizard.forward()
        assert "group" in step.typed.complaint()
        step.typed.setFocus()
        keys(qtbot, printed.groups[wizard._group - 1].lower(), f9)
        settle(wizard.jobs)
    (opened,) = got
    assert opened.actor.roles == HUB_ROLES and opened.facts["kind"] == "hub" and opened.folder.prefix == "HUB"
    state = opened.database.read(network_state)
    member = opened.database.read(exchange.member_of)
    assert state.name == "Red inventada" and member.network is not None and printed is not None
    assert member.network.root == network_keys(printed.text).signing_public


def test_a_hub_whose_server_does_not_answer_is_told_and_escape_still_goes_back(wizard: Wizard, qtbot: QtBot) -> None:
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].setFocus()
    keys(qtbot, "", Qt.Key.Key_Space)
    keys(qtbot, "", Qt.Key.Key_F9)
    assert isinstance(wizard.step, PlaceStep)
    wizard.step.server.control.setText("postgresql://persona@127.0.0.1:1/nada")
    keys(qtbot, "Red inventada", Qt.Key.Key_F9)
    keys(qtbot, "Lic. Prueba Inventada", Qt.Key.Key_F9)
    keys(qtbot, PHRASE, Qt.Key.Key_Return)
    keys(qtbot, PHRASE, Qt.Key.Key_F9)
    settle(wizard.jobs)
    assert isinstance(wizard.step, PhraseStep) and wizard.note.count() == 1
    keys(qtbot, "", Qt.Key.Key_Escape)
    assert isinstance(wizard.step, PersonStep)


def test_a_mentors_laptop_has_no_network_of_its_own(wizard: Wizard) -> None:
    got = opened_by(wizard)
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["mentor"].click()
    wizard.forward()
    assert isinstance(wizard.step, PlaceStep)
    wizard.step.name.control.setText("Mentoría inventada")
    wizard.forward()
    step = wizard.step
    assert isinstance(step, PersonStep) and set(step.roles) == {Role.ADMINISTRATOR, Role.MENTOR}
    step.name.control.setText("Dra. Prueba Inventada")
    step.roles[Role.ADMINISTRATOR].setChecked(False)
    wizard.forward()
    assert "administers" in step.chosen.complaint()
    step.roles[Role.ADMINISTRATOR].setChecked(True)
    wizard.forward()
    assert isinstance(wizard.step, PhraseStep)
    wizard.step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert isinstance(wizard.step, SheetStep)
    wizard.step.kept.setChecked(True)
    wizard.forward()
    settle(wizard.jobs)
    assert [(o.folder.prefix, o.facts["kind"]) for o in got] == [("MEN", "mentor")]


def test_another_kind_takes_nothing_over(wizard: Wizard) -> None:
    to_clinic(wizard)._take("REF")
    wizard.backward()
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].click()
    assert (wizard.answers.prefix, wizard.answers.name) == ("HUB", "") and len(wizard._words()) == 6
