"""The first run with a clinic that is ready: put back from a backup, or the demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clinics import HOSTILE, PHRASE, clinic, settle
from wizards import opened_by

from ces_desktop.services import backups
from ces_desktop.ui.entry import wizard as module
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_restore import RestoreStep
from ces_desktop.ui.entry.wizard_steps import StartStep
from ces_desktop.ui.messages import all_sentences

pytestmark = pytest.mark.usefixtures("quick_vault", "english")


@pytest.mark.parametrize("with_key", [False, True])
def test_a_backup_is_put_back_by_passphrase_or_printed_key(
    wizard: Wizard, tmp_path: Path, clinic_folder: Any, with_key: bool
) -> None:
    source = clinic(tmp_path / "old")
    opened = source.open()
    stick = tmp_path / "stick"
    stick.mkdir()
    info = backups.back_up(opened, target=stick)
    opened.close()
    got = opened_by(wizard)
    wizard.answers.way = "restore"
    wizard.redraw()
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    step.look_at(info.path if with_key else stick)
    settle(wizard.jobs)
    step.secret.set_text("una frase que no es esa")
    wizard.forward()
    settle(wizard.jobs)
    assert step.secret.complaint() and not got
    assert not (clinic_folder.data / "CAP" / "clinic.db").exists()
    step.secret.set_text(source.recovery.text if with_key else PHRASE)
    wizard.forward()
    settle(wizard.jobs)
    assert [o.actor.user for o in got] == [source.user]
    got[0].close()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_restore(wizard: Wizard, tmp_path: Path, text: str) -> None:
    source = clinic(tmp_path / "old")
    opened = source.open()
    info = backups.back_up(opened)
    opened.close()
    wizard.answers.way = "restore"
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    step.look_at(info.path)
    settle(wizard.jobs)
    step.secret.edit.setText(text)
    wizard.forward()
    settle(wizard.jobs)
    assert step.secret.complaint()


def test_a_folder_without_backups_says_so(wizard: Wizard, tmp_path: Path) -> None:
    wizard.answers.way = "restore"
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    wizard.forward()
    assert step.place.complaint() == all_sentences()["users.no_backup_chosen"]
    step.look_at(tmp_path)
    settle(wizard.jobs)
    assert step.place.complaint() == all_sentences()["backup.none_here"]


def test_the_demonstration(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.demo, "PEOPLE", 30)
    got = opened_by(wizard)
    assert isinstance(wizard.step, StartStep)
    wizard.step.ways["demo"].click()
    wizard.forward()
    settle(wizard.jobs)
    assert got[0].folder.prefix == "DEM"
    got[0].close()
    again = Wizard(wizard.root, first=False)
    seen = opened_by(again)
    again.answers.way = "demo"
    again.forward()
    settle(again.jobs)
    assert seen[0].folder.prefix == "DEM"  # the second time it is opened, not made
    seen[0].close()


def test_a_cancelled_demonstration_leaves_nothing(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    got = opened_by(wizard)
    wizard.answers.way = "demo"
    wizard.redraw()
    wizard.forward()
    wizard.progress.cancelled.emit()
    settle(wizard.jobs)
    assert not got and wizard.next.isEnabled()
    assert not (wizard.root / "DEM" / "clinic.db").exists()
