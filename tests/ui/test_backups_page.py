"""The page of backups: state, folder, a backup now with cancel, checking, asking before a restore, every refusal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import register
from clipping import clipped, pseudo_language
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ces_desktop import i18n, settings
from ces_desktop.data import vault
from ces_desktop.data.backup import BackupInfo
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.services import backups, clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.ui import theme
from ces_desktop.ui.dialogs import restore
from ces_desktop.ui.pages import backups_page
from ces_desktop.ui.pages.backups_page import BackupsPage
from ces_desktop.ui.widgets import Button, InlineNote, Text

DAY = 86_400_000
NOON = 1_772_388_000_000
PHRASE = "nube azul sobre la milpa"


class Clock:
    now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clinic_folder: Any, clock: Clock) -> Iterator[OpenClinic]:
    i18n.use("en")
    new = NewClinic("CAP", "El Mirador", "Dra. Prueba Inventada", PHRASE, CLINIC_ROLES)
    folder, user, _ = clinic.create(clinic_folder.data, new, cost=vault.CHEAPEST, clock=clock)
    made = clinic.open_clinic(folder, user, PHRASE, clock=clock)
    register(made.database, made.actor)
    yield made
    made.close()


@pytest.fixture
def bench(opened: OpenClinic, dressed: QApplication) -> Iterator[DeskDouble]:
    double = DeskDouble(opened.database, opened.actor)
    yield double
    double.close()


@pytest.fixture
def wanted() -> list[BackupInfo]:
    return []


@pytest.fixture
def page(bench: DeskDouble, opened: OpenClinic, wanted: list[BackupInfo], qtbot: QtBot) -> BackupsPage:
    made = BackupsPage(bench, opened, wanted.append)
    qtbot.addWidget(made)
    bench.show(made)
    return made


def notes(page: BackupsPage) -> str:
    """What the page says in its notes."""
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def words(page: BackupsPage) -> str:
    """A folder's path may be cut where the tests' own folder lies deep: then its tip has the whole."""
    return " ".join(label.toolTip() or label.text() for label in page.findChildren(Text) if label.isVisible())


def test_without_backups_it_says_what_to_do(page: BackupsPage) -> None:
    assert page.stack.currentIndex() == 1 and "No backups yet." in words(page)
    assert not page.verify.isEnabled() and not page.put_back.isEnabled() and page.verify.toolTip()
    assert "Same disk" in words(page) and "free" in words(page)


def test_f9_makes_one_and_shows_it(page: BackupsPage, bench: DeskDouble, opened: OpenClinic) -> None:
    page.primary()
    page.primary()  # a second press while it works does nothing
    bench.settle()
    (info,) = backups.state(opened).backups
    assert info.reason == "asked" and bench.notes == [("backup", "", None)]
    assert "Backup made and checked" in bench.toasts[-1][0]
    assert page.stack.currentIndex() == 0 and page.table.current() == info
    assert "today" in words(page) and page.verify.isEnabled()
    assert bench.told == []


def test_enter_checks_the_chosen_one_and_says_what_it_holds(
    page: BackupsPage, bench: DeskDouble, qtbot: QtBot, opened: OpenClinic
) -> None:
    page.primary()
    bench.settle()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    bench.settle()
    assert "opens and is whole" in notes(page) and "1 record of a person" in notes(page)
    (info,) = backups.state(opened).backups
    data = bytearray((info.path / "clinic.db").read_bytes())
    data[20_000:24_000] = bytes(4_000)
    (info.path / "clinic.db").write_bytes(data)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    bench.settle()
    assert "damaged" in notes(page)
    assert page.table.records.cell_at(0, 4).chip == ("bad", "Not usable")


def test_restore_asks_once_and_only_a_yes_goes_on(
    page: BackupsPage, bench: DeskDouble, wanted: list[BackupInfo], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.primary()
    bench.settle()
    answers = iter([False, True])
    monkeypatch.setattr(backups_page, "ask_restore", lambda *_: next(answers))
    page.put_back.click()
    assert wanted == []
    page.put_back.click()
    assert wanted == [page.table.current()]


def test_the_question_says_what_happens(page: BackupsPage, bench: DeskDouble, qtbot: QtBot) -> None:
    page.primary()
    bench.settle()
    info = page.table.current()
    assert info is not None
    question = restore.RestoreQuestion(page, info, bench.today)
    qtbot.addWidget(question)
    question.show()
    said = " ".join(label.text() for label in question.findChildren(Text))
    assert "kept beside them" in said and "will not be seen" in said and "sign in again" in said
    assert clipped(question) == []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [("full", "MB short"), ("gone", "is not there"), ("file", "is not there")],
)
def test_a_place_that_takes_nothing_is_said_and_nothing_is_lost(
    page: BackupsPage, bench: DeskDouble, opened: OpenClinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    spoil: str, sentence: str,
) -> None:  # fmt: skip
    stick = tmp_path / "memoria"
    stick.mkdir()
    backups.choose_folder(opened, stick)
    page.reload()
    bench.settle()
    assert str(stick) in words(page)
    if spoil == "full":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    else:
        stick.rmdir()
        if spoil == "file":
            stick.write_text("not a folder")
    page.primary()
    bench.settle()
    assert sentence in notes(page) and bench.toasts == []
    assert page.now.isEnabled() and bench.told == []


def test_cancelled_it_says_so_and_leaves_nothing(
    page: BackupsPage, bench: DeskDouble, opened: OpenClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.primary()
    page.progress.cancelled.emit()
    bench.settle()
    done = backups.state(opened).backups
    assert ("cancelled" in notes(page) and done == ()) or len(done) == 1  # it may have been quicker
    assert page.now.isEnabled() and list(opened.folder.backups.glob("*.part")) == []


def test_choosing_a_folder_is_tried_by_writing(
    page: BackupsPage, bench: DeskDouble, opened: OpenClinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["", str(tmp_path / "gone"), str(tmp_path)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    for expected in (None, "is not there", None):
        page.choose_folder()
        bench.settle()
        assert expected is None or expected in notes(page)
    assert backups.state(opened).target == tmp_path and "Chosen folder" in words(page)
    own = next(b for b in page.findChildren(Button) if b.shown_text() == "Use the clinic's own")
    own.click()
    bench.settle()
    assert not backups.state(opened).chosen


@pytest.mark.parametrize(("days", "word"), [(0, "Up to date"), (3, "Getting old"), (8, "Too old"), (-2, "Later")])
def test_the_age_is_a_state(
    page: BackupsPage, bench: DeskDouble, opened: OpenClinic, clock: Clock, days: int, word: str
) -> None:
    backups.back_up(opened)
    clock.now += days * DAY
    page.reload()
    bench.settle()
    from ces_desktop.ui.widgets import StatusChip

    assert any(chip.shown_text().startswith(word) for chip in page.findChildren(StatusChip) if chip.isVisible())


def test_trouble_of_the_daily_backup_is_said(
    page: BackupsPage, bench: DeskDouble, opened: OpenClinic, tmp_path: Path
) -> None:
    backups.choose_folder(opened, tmp_path)
    opened.folder = type(opened.folder)(opened.folder.path, tmp_path / "gone")
    with pytest.raises(Exception, match=r"backup\.target_missing"):
        backups.back_up_if_due(opened)
    page.reload()
    bench.settle()
    assert "The automatic backup of" in notes(page) and "Not there" in [
        chip.accessibleName() for chip in page.findChildren(backups_page.StatusChip)
    ]


def test_who_may_not_restore_sees_why(opened: OpenClinic, dressed: QApplication, qtbot: QtBot) -> None:
    from dataclasses import replace

    backups.back_up(opened)
    opened.actor = replace(opened.actor, roles=frozenset({Role.NURSE}))
    bench = DeskDouble(opened.database, opened.actor)
    page = BackupsPage(bench, opened, lambda _: None)
    qtbot.addWidget(page)
    bench.show(page)
    assert page.now.isEnabled() and not page.put_back.isEnabled() and "role" in page.put_back.toolTip()
    bench.tasks.wait()


@pytest.mark.parametrize(("width", "height", "zoom"), [(1286, 712, 1.0), (944, 544, 1.0), (1246, 684, 1.5)])
@pytest.mark.parametrize("language", ["es", "en", "longer"])
def test_nothing_is_clipped(
    opened: OpenClinic, bench: DeskDouble, qtbot: QtBot, width: int, height: int, zoom: float, language: str
) -> None:
    from contextlib import nullcontext

    i18n.use("en" if language == "longer" else language)  # type: ignore[arg-type]
    theme.apply(QApplication.instance(), theme.load("light", zoom))  # type: ignore[arg-type]
    backups.back_up(opened)
    with pseudo_language() if language == "longer" and width > 1000 and zoom == 1.0 else nullcontext():
        page = BackupsPage(bench, opened, lambda _: None)
        qtbot.addWidget(page)
        bench.show(page, width, height)
        page.check()
        bench.settle()
        assert clipped(page) == []


def test_the_application_closes_restores_and_asks_who_enters(
    opened: OpenClinic, clinic_folder: Any, dressed: QApplication, qtbot: QtBot
) -> None:
    """The whole way round, with the backup of the day before it; a failure leaves the data and says so."""
    from ces_desktop.ui.application import Application
    from ces_desktop.ui.entry.sign_in import SignIn

    settings.save(settings.Settings(language="en"))
    application = Application(dressed, clinic_folder.data)
    qtbot.addWidget(application.frame)
    application.enter(opened)
    application._back_up_if_due()
    application._back_up_if_due()  # one at a time
    tasks = application.tasks
    assert tasks is not None
    qtbot.waitUntil(lambda: not tasks.busy and application._daily is None, timeout=20_000)
    (info,) = backups.state(opened).backups
    assert info.reason == "daily"
    register(opened.database, opened.actor, 2)
    application.restore(info)
    qtbot.waitUntil(lambda: isinstance(application._view, SignIn), timeout=20_000)
    assert application.open is None and application.window is None
    assert any("was restored" in note.title.text() for note in application.frame.findChildren(InlineNote))
    again = clinic.open_clinic(opened.folder, opened.actor.user, PHRASE)
    assert again.renewed == "restored"
    application.enter(again)
    assert application.window is not None and not application._restored
    (info.path / "clinic.db").unlink()
    application.restore(info)
    qtbot.waitUntil(lambda: isinstance(application._view, SignIn), timeout=20_000)
    assert any("was not restored" in note.title.text() for note in application.frame.findChildren(InlineNote))
    third = clinic.open_clinic(opened.folder, opened.actor.user, PHRASE)
    assert not third.database.read_only
    third.close()
    dressed.removeEventFilter(application)
    application._tick.stop()
