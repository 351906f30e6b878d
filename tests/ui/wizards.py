"""The way through the first run, as far as a test needs it."""

from __future__ import annotations

from clinics import PHRASE, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.entry.wizard_steps import ClinicStep, PersonStep, PhraseStep


def to_clinic(view: Wizard) -> ClinicStep:
    """The step of the clinic."""
    view.forward()
    assert isinstance(view.step, ClinicStep)
    return view.step


def to_person(view: Wizard) -> PersonStep:
    """On to the first person, the clinic taken from the list."""
    to_clinic(view)._take("REF")
    view.forward()
    assert isinstance(view.step, PersonStep)
    return view.step


def to_phrase(view: Wizard) -> PhraseStep:
    """On to the passphrase."""
    step = to_person(view)
    step.name.control.setText("Dra. Prueba Inventada")
    view.forward()
    assert isinstance(view.step, PhraseStep)
    return view.step


def to_sheet(view: Wizard) -> SheetStep:
    """On to the recovery sheet: the clinic is made."""
    step = to_phrase(view)
    step.phrase.put((PHRASE, PHRASE))
    view.forward()
    settle(view.jobs)
    assert isinstance(view.step, SheetStep)
    return view.step


def opened_by(view: Wizard) -> list[OpenClinic]:
    """What the wizard opens, as it comes."""
    got: list[OpenClinic] = []
    view.opened.connect(got.append)
    return got


def keys(qtbot: QtBot, text: str = "", *keys: Qt.Key) -> None:
    """Letters, then keys, to whatever has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    if text:
        qtbot.keyClicks(focus, text)
    for key in keys:
        qtbot.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key)
        QApplication.processEvents()  # a shortcut clicks its button a moment later
