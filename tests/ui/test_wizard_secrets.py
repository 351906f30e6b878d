"""The first run: the passphrase, where backups go, and the recovery sheet one cannot enter without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clinics import HOSTILE, PHRASE, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from wizards import keys, opened_by, to_phrase, to_sheet

from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.messages import all_sentences

pytestmark = pytest.mark.usefixtures("quick_vault", "english")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_passphrase(wizard: Wizard, text: str) -> None:
    step = to_phrase(wizard)
    step.phrase.first.edit.setText(text)
    step.phrase.again.edit.setText("")
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.place == 3 and (step.phrase.first.complaint() or step.phrase.again.complaint())


def test_tab_leads_from_the_phrase_to_the_same_again(wizard: Wizard, qtbot: QtBot) -> None:
    step = to_phrase(wizard)
    keys(qtbot, PHRASE, Qt.Key.Key_Tab)
    keys(qtbot, PHRASE)
    assert step.phrase.texts() == (PHRASE, PHRASE)


def test_a_suggested_passphrase_is_strong_and_must_be_typed_again(wizard: Wizard) -> None:
    step = to_phrase(wizard)
    step.phrase.suggest.click()
    assert len(step.phrase.first.text().split()) == 5 and step.phrase.chip.shown_text() == "Strong"
    wizard.forward()
    assert step.phrase.again.complaint() == all_sentences()["users.passphrases_differ"]


def test_a_backup_folder_that_takes_nothing_stops_before_anything_is_made(
    wizard: Wizard, clinic_folder: Any, tmp_path: Path
) -> None:
    step = to_phrase(wizard)
    file = tmp_path / "no_folder"
    file.write_text("a file where a folder should be")
    step.set_backups(file / "inside")
    step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.place == 3 and wizard.note.count() == 1
    assert not (clinic_folder.data / "REF").exists()
    assert wizard.step is step and step.phrase.texts() == (PHRASE, PHRASE)


def test_backups_go_where_they_were_told(wizard: Wizard, tmp_path: Path) -> None:
    step = to_phrase(wizard)
    step.set_backups(tmp_path)
    step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.answers.made[0][0].folder.backups == tmp_path


def test_one_cannot_enter_before_the_sheet_is_on_paper(wizard: Wizard) -> None:
    step, got = to_sheet(wizard), opened_by(wizard)
    wizard.forward()
    settle(wizard.jobs)
    assert step.typed.complaint() and not got
    for text in HOSTILE:
        step.typed.control.setText(text)
        wizard.forward()
        assert step.typed.complaint()
    step.kept.setChecked(True)
    wizard.forward()
    settle(wizard.jobs)
    assert len(got) == 1


def test_the_sheet_cannot_be_left_backwards(wizard: Wizard, qtbot: QtBot) -> None:
    to_sheet(wizard)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert isinstance(wizard.step, SheetStep) and wizard.back.isHidden()
