"""The wizard of a replacement laptop: no stick, the wrong one, a damaged one, one that is pulled; and it goes on."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from clinics import settle
from test_stick_faults import failing, made

from ces_desktop.data import drives
from ces_desktop.sync import exchange, hub
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_join import JoinStep
from ces_desktop.ui.entry.wizard_steps import StartStep

pytestmark = pytest.mark.usefixtures("quick_vault", "english")


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "CES-02"
    place.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(place)] if place.exists() else [])
    return place


@pytest.fixture
def invitation(tmp_path: Path) -> bytes:
    """What a hub writes for laptops."""
    opened = made(tmp_path / "hub", "HUB", "hub")
    hub.found_hub(opened.database, opened.actor, "Red inventada")
    hub.invite(opened.database, opened.actor, tmp_path)
    opened.close()
    return (tmp_path / exchange.INVITATION).read_bytes()


def joining(wizard: Wizard) -> JoinStep:
    assert isinstance(wizard.step, StartStep)
    wizard.step.ways["join"].click()
    wizard.forward()
    settle(wizard.jobs)
    assert isinstance(wizard.step, JoinStep)
    return wizard.step


def again(wizard: Wizard, step: JoinStep) -> str:
    """Look again; what is said under the sticks."""
    step.again.click()
    settle(wizard.jobs)
    return step.place.complaint()


def test_each_bad_stick_has_its_sentence_and_the_good_one_goes_on(
    wizard: Wizard, usb: Path, invitation: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = joining(wizard)
    held = usb / exchange.INVITATION
    assert "holds no invitation" in step.place.complaint()
    held.write_bytes(invitation[: len(invitation) // 2])
    assert "damaged or was altered" in again(wizard, step)
    held.write_bytes(b"")
    assert "damaged or was altered" in again(wizard, step)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", failing(errno.EIO))
        assert "does not read back" in again(wizard, step)
    shutil.rmtree(usb)
    assert again(wizard, step) == ""
    wizard.forward()
    assert "Choose the stick with the invitation" in step.place.complaint()
    usb.mkdir()
    held.write_bytes(invitation)
    assert again(wizard, step) == "" and "Red inventada" in step.network.text()
    wizard.forward()
    assert wizard.step is not step


def test_f9_before_the_stick_was_read_complains_of_nothing_afterwards(
    wizard: Wizard, usb: Path, invitation: bytes
) -> None:
    step = joining(wizard)
    (usb / exchange.INVITATION).write_bytes(invitation)
    step.look_at(None)
    step.check()
    settle(wizard.jobs)
    assert step.place.complaint() == "" and "Red inventada" in step.network.text()
