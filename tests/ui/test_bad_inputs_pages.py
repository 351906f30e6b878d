"""The twelve kinds of bad input of `quality.md` in PIN and passphrase, the audit's filters, official files, backups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from bad_inputs_hands import HALF_EMOJI, LONG_DIGITS, counted, when_open
from clinics import PHRASE, clinic
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.data.pin import check_pin
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id
from ces_desktop.services import backups, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.dialogs.passphrase import PassphraseDialog
from ces_desktop.ui.dialogs.pin import PIN_TOPIC, PinDialog
from ces_desktop.ui.dialogs.restore import RestoreQuestion
from ces_desktop.ui.pages.audit_page import AuditPage
from ces_desktop.ui.pages.backups_page import BackupsPage
from ces_desktop.ui.pages.reference_page import ReferencePage
from ces_desktop.ui.widgets import InlineNote

SECOND = "enfermera de la prueba inventada"


def notes(page: Any) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(part for w in held if isinstance(w, InlineNote) for part in (w.title.text(), w.text.text()) if part)


# ---------------------------------------------------------------------- PIN and passphrase
@pytest.fixture
def opened(clinic_folder: Any, monkeypatch: pytest.MonkeyPatch, spanish: None) -> Iterator[OpenClinic]:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    held = clinic(clinic_folder.data).open()
    i18n.use("es")
    yield held
    held.close()


@pytest.fixture
def bench(opened: OpenClinic, dressed: QApplication) -> Iterator[DeskDouble]:
    double = DeskDouble(opened.database, opened.actor)
    yield double
    builders.assert_proved(opened.database)
    double.close()


@pytest.mark.parametrize("pin", ["123456789", "2580258025802580", LONG_DIGITS])
def test_a_pin_too_long_is_refused_not_cut(bench: DeskDouble, opened: OpenClinic, qtbot: QtBot, pin: str) -> None:
    dialog = PinDialog(None, bench.tasks, opened, False)
    qtbot.addWidget(dialog)
    dialog.show()
    for field in (dialog.first, dialog.again):
        paste(field.edit, pin)
    double_enter(dialog.again.edit)
    bench.settle()
    assert dialog.isVisible() and is_clear(dialog.first.complaint())
    assert _pin(opened) is None


def test_double_enter_keeps_one_pin_and_takes_it_away_once(
    bench: DeskDouble, opened: OpenClinic, qtbot: QtBot
) -> None:
    changed: list[frozenset[str]] = []
    bench.tasks.changed.connect(changed.append)
    dialog = PinDialog(None, bench.tasks, opened, False)
    qtbot.addWidget(dialog)
    dialog.show()
    for field in (dialog.first, dialog.again):
        paste(field.edit, "2580")
    double_enter(dialog.again.edit)
    bench.settle()
    kept = _pin(opened)
    assert kept is not None and check_pin("2580", kept) and changed == [frozenset({PIN_TOPIC})]
    again = PinDialog(None, bench.tasks, opened, True)
    qtbot.addWidget(again)
    again.show()
    again.remove.click()
    again.remove.click()
    again._accept()
    bench.settle()
    assert _pin(opened) is None and changed == [frozenset({PIN_TOPIC})] * 2 and not again.isVisible()


def _pin(opened: OpenClinic) -> str | None:
    return opened.database.read(lambda c: users.pin_of(c, opened.actor.user))


def test_double_enter_changes_the_passphrase_once(
    bench: DeskDouble, opened: OpenClinic, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = counted(monkeypatch, bench, "run")
    dialog = PassphraseDialog(None, bench.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    for field, text in ((dialog.old, PHRASE), (dialog.phrase.first, SECOND), (dialog.phrase.again, SECOND)):
        paste(field.edit, text)
    double_enter(dialog.phrase.again.edit)
    bench.settle()
    assert len(jobs) == 1 and not dialog.isVisible()
    assert vault.open(opened.folder, opened.actor.user, SECOND) == opened.key


def test_a_long_passphrase_is_kept_whole_not_cut(bench: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    dialog = PassphraseDialog(None, bench.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    long = " ".join(f"palabra{n}" for n in range(1_000))
    for field, text in ((dialog.old, PHRASE), (dialog.phrase.first, long), (dialog.phrase.again, long)):
        paste(field.edit, text)
    double_enter(dialog.phrase.again.edit)
    bench.settle()
    assert not dialog.isVisible() and vault.open(opened.folder, opened.actor.user, long) == opened.key


# ---------------------------------------------------------------------- audit
FILTERS = ("person", "kind", "patient", "since", "until")


@pytest.fixture
def audit(desk: DeskDouble, qtbot: QtBot, patient: Id) -> AuditPage:
    page = AuditPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    return page


@bad_inputs.KINDS
@pytest.mark.parametrize("field", FILTERS)
def test_no_text_breaks_a_filter_of_the_audit(desk: DeskDouble, audit: AuditPage, field: str, bad: BadInput) -> None:
    before = audit.table.records.rowCount()
    control = getattr(audit, field)
    paste(control, bad.text)
    typed = written(control)
    double_enter(control)
    audit.table.setFocus()
    desk.settle()
    assert written(control) == typed or control.value() is not None
    assert desk.told == []
    rows = audit.table.records.rowCount()
    if bad.blank:
        assert rows == before and notes(audit) == ""
    elif field == "patient":
        assert rows == 0
    if audit.wanted() is None or (field == "patient" and not bad.blank):
        assert is_clear(notes(audit))
    audit.remove_filters()
    desk.settle()
    assert audit.table.records.rowCount() == before and notes(audit) == "" and written(control) == ""


@pytest.mark.parametrize("typed", ["31/12/9999", "1/1/0001", "+99999a", "-99999a", HALF_EMOJI, LONG_DIGITS])
@pytest.mark.parametrize("field", ["patient", "since", "until"])
def test_the_ends_of_time_and_half_signs_break_no_filter(
    desk: DeskDouble, audit: AuditPage, field: str, typed: str
) -> None:
    control = getattr(audit, field)
    paste(control, typed)
    audit.table.setFocus()
    desk.settle()
    assert desk.told == []
    assert audit.wanted() is not None or is_clear(notes(audit))


# ---------------------------------------------------------------------- official lists
@pytest.fixture
def lists(desk: DeskDouble, qtbot: QtBot, spanish: None) -> ReferencePage:
    desk.database.local(load_shipped)
    page = ReferencePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    return page


@bad_inputs.KINDS
def test_no_file_breaks_the_official_lists(
    desk: DeskDouble, lists: ReferencePage, tmp_path: Path, bad: BadInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bad text as the place, as the whole file, as a code, and as the titles."""
    held = lists.lists.current()
    assert held is not None and held.name == "diagnosis"
    file = tmp_path / "lista.csv"
    bodies = (bad.text, f"CATALOG_KEY,NOMBRE\n{bad.text},Inventada\n", f"{bad.text},{bad.text}\nA00,Inventada\n")
    for place in (bad.text, *bodies):
        if place is not bad.text:
            file.write_text(place, encoding="utf-8", newline="")
        chosen = bad.text if place is bad.text else str(file)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, chosen=chosen: (chosen, ""))
        lists.primary()
        lists.primary()  # double Enter reads it once
        desk.settle()
        assert desk.told == []
        if lists.stack.currentIndex() == 0:
            assert is_clear(notes(lists)) or not chosen
        else:
            assert not lists.load.isEnabled() and len(lists.looked.rejected.records.cell_at(0, 2).text) > 8
            lists.leave.click()


def test_double_enter_loads_a_list_once(
    desk: DeskDouble, lists: ReferencePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cie.csv"
    file.write_text("CATALOG_KEY,NOMBRE\nQ998,Inventada\n", encoding="utf-8")
    lists.look_at("diagnosis", file)
    desk.settle()
    writes = counted(monkeypatch, desk, "write")
    lists.primary()
    lists.primary()
    desk.settle()
    assert len(writes) == 1 and lists.stack.currentIndex() == 0 and is_clear(notes(lists))
    builders.assert_proved(desk.database)


# ---------------------------------------------------------------------- backups
@pytest.fixture
def wanted() -> list[Any]:
    return []


@pytest.fixture
def kept(bench: DeskDouble, opened: OpenClinic, wanted: list[Any], qtbot: QtBot) -> BackupsPage:
    page = BackupsPage(bench, opened, wanted.append)
    qtbot.addWidget(page)
    bench.show(page)
    return page


@bad_inputs.KINDS
def test_no_text_breaks_the_folder_of_backups(
    bench: DeskDouble, kept: BackupsPage, opened: OpenClinic, bad: BadInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backups.state(opened).target
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: bad.text)
    kept.choose_folder()
    kept.choose_folder()
    bench.settle()
    assert backups.state(opened).target == before and bench.told == [] and bench.toasts == []
    assert is_clear(notes(kept)) or not bad.text


@pytest.mark.parametrize("spoil", ["file", "no_rights"])
def test_a_folder_that_cannot_be_used_says_so(
    bench: DeskDouble, kept: BackupsPage, opened: OpenClinic, tmp_path: Path, spoil: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before, place = backups.state(opened).target, tmp_path / "memoria"
    if spoil == "file":
        place.write_text("inventado")
    else:
        place.mkdir()

        def refuse(*_: object) -> int:
            raise PermissionError(13, "denied")

        monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(place))
    kept.choose_folder()
    bench.settle()
    monkeypatch.undo()
    assert backups.state(opened).target == before and is_clear(notes(kept)) and bench.told == []


def test_double_enter_restores_once_and_enter_alone_restores_nothing(
    bench: DeskDouble, kept: BackupsPage, wanted: list[Any]
) -> None:
    kept.primary()
    kept.primary()
    bench.settle()
    assert kept.table.records.rowCount() == 1

    def enter_then_leave(dialog: RestoreQuestion) -> None:
        for _ in range(2):
            QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert dialog.isVisible()
        dialog.reject()

    when_open(enter_then_leave)
    kept.restore()
    assert wanted == []

    def twice(dialog: RestoreQuestion) -> None:
        dialog.primary.click()
        dialog.primary.click()

    when_open(twice)
    kept.restore()
    assert wanted == [kept.table.current()]
