"""Every entry screen: sign in, the lock, the wizard's steps; nothing clipped, everything named."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import clinics
import pytest
from clipping import clipped, pseudo_language
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from whole_window import LOOKS, Windows, nameless

from ces_desktop import i18n
from ces_desktop.data.pin import PinLock
from ces_desktop.errors import Unavailable
from ces_desktop.services.hub_server import WRONG_PASSWORD
from ces_desktop.ui import theme
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.entry.wizard import Wizard


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("longer", [False, True], ids=["plain", "longer"])
@pytest.mark.parametrize("look", ["laptop", "small", "small_large"])
def test_no_entry_screen_clips_its_words(
    qapp: QApplication, clinic_folder: object, tmp_path: Path, look: str, longer: bool
) -> None:
    if longer and look == "small_large":
        look = "laptop_large"
    width, height, chosen = LOOKS[look]
    i18n.use(chosen.language)
    theme.apply(qapp, theme.load(chosen.theme, chosen.zoom / 100))
    made = clinics.clinic(tmp_path / "data")
    opened = made.open()
    windows = Windows(qapp, (SignIn, Wizard, LockScreen))
    wrong = []
    with pseudo_language() if longer else nullcontext():
        lock = PinLock(opened.key)
        lock.lock()
        wizard = Wizard(tmp_path / "data", first=False)
        asking = SignIn(tmp_path / "data", chosen)
        asking._not_opened(Unavailable(WRONG_PASSWORD))
        entered = (("sign_in", SignIn(tmp_path / "data", chosen)), ("lock", LockScreen(opened, lock)))
        for name, view in (*entered, ("server", asking)):
            wrong += _entry(name, view, width, height)
            clinics.settle(view.jobs)
            view.deleteLater()
        for place in range(4):
            wizard._go(place)
            wrong += _entry(f"wizard {place}", wizard, width, height)
        wizard.answers.way = "restore"
        wizard._go(1)
        wrong += _entry("wizard restore", wizard, width, height)
        wizard.deleteLater()
    qapp.removeEventFilter(windows)
    opened.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp, theme.load("light"))
    assert not [*wrong, *windows.stray], "\n".join([*wrong, *windows.stray])


def _entry(name: str, view: QWidget, width: int, height: int) -> list[str]:
    view.resize(width, height)
    view.show()
    for _ in range(3):
        QCoreApplication.processEvents()
    return [f"{name}: {line}" for line in [*clipped(view), *nameless(view)]]
