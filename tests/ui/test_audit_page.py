"""The audit page: opening it is noted, filters narrow or say why not, the chain is proved, a file is saved."""

from __future__ import annotations

import csv
from contextlib import nullcontext
from pathlib import Path

import pytest
from builders import register
from clipping import clipped, pseudo_language
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data.database import transaction
from ces_desktop.data.queries import audit
from ces_desktop.services.audit import AuditBuffer, write_events
from ces_desktop.ui import theme
from ces_desktop.ui.pages.audit_page import AuditPage, as_csv
from ces_desktop.ui.widgets import InlineNote, Text


@pytest.fixture
def page(desk: DeskDouble, qtbot: QtBot, english: None) -> AuditPage:
    patient = register(desk.database, desk.actor)
    buffer = AuditBuffer(desk.actor)
    buffer.note("sign_in", desk.database.clock() - 5_000)
    buffer.note("view", desk.database.clock(), "patient", patient)
    desk.database.write(lambda work: write_events(work, buffer.take()), desk.actor)
    made = AuditPage(desk)
    qtbot.addWidget(made)
    desk.show(made)
    return made


def notes(page: AuditPage) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def shown(page: AuditPage) -> list[str]:
    records = page.table.records
    return [records.cell_at(place, 2).text for place in range(records.rowCount())]


def test_opening_it_is_noted_and_the_list_names_records_by_number(page: AuditPage, desk: DeskDouble) -> None:
    assert desk.notes == [("view", "audit", None)]
    assert shown(page) == ["Look at a record", "Registration of a person", "Sign-in"]
    cells = [page.table.records.cell_at(place, 3).text for place in range(3)]
    assert cells[:2] == ["CAP0000001", "CAP0000001"]
    everything = " ".join(page.table.records.cell_at(p, c).words() for p in range(3) for c in range(4))
    assert "Ejemplo" not in everything
    assert "Chain of 2 entries" in page.bar.words.text()


def test_kind_and_number_narrow(page: AuditPage, desk: DeskDouble) -> None:
    page.kind.set_value("sign_in")
    page.kind.changed.emit()
    desk.settle()
    assert shown(page) == ["Sign-in"]
    page.kind.set_value(audit.CHANGES)
    page.kind.changed.emit()
    desk.settle()
    assert shown(page) == ["Registration of a person"]
    page.kind.set_value("export")
    page.kind.changed.emit()
    desk.settle()
    assert page.stack.currentIndex() == 1
    page.remove_filters()
    desk.settle()
    assert len(shown(page)) == 3 and page.stack.currentIndex() == 0


@pytest.mark.parametrize(
    "typed", ["CAP9999999", "María", "%", "' OR 1=1", "CAP", "000", "🩺", "-", "\\", "\x00", "NULL", "0"]
)
def test_a_number_nobody_has_says_so_and_is_marked(page: AuditPage, desk: DeskDouble, typed: str) -> None:
    page.patient.setText(typed)
    page.patient.editingFinished.emit()
    desk.settle()
    assert "Nobody here has the number" in notes(page) and page.patient.property("state") == "bad"
    assert shown(page) == [] and desk.told == []
    page.patient.setText("cap0000001")
    page.patient.editingFinished.emit()
    desk.settle()
    assert notes(page) == "" and page.patient.property("state") == "" and len(shown(page)) == 2


@pytest.mark.parametrize(
    "typed", ["32/1/2026", "no", "1/13/26", "0", "99999999", "29/2/2025", "1-xyz-26", "--", "😀", "1/1", "2026", "1e5"]
)
def test_a_day_that_is_none_narrows_nothing_and_says_so(page: AuditPage, desk: DeskDouble, typed: str) -> None:
    asked = page._asked
    page.since.edit.setText(typed)
    page.since.edit.changed.emit()
    page.since.edit.editingFinished.emit()
    desk.settle()
    assert page._asked == asked and len(shown(page)) == 3
    assert page.since.caption.text() and page.since.edit.property("state") == "bad"


def test_days_narrow(page: AuditPage, desk: DeskDouble) -> None:
    for field, typed, count in ((page.since, "h", 3), (page.until, "-1", 0)):
        field.edit.setText(typed)
        field.edit.changed.emit()
        desk.settle()
        assert len(shown(page)) == count


def test_more_comes_at_the_end_and_only_once(
    page: AuditPage, desk: DeskDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(2, 6):
        register(desk.database, desk.actor, number)
    monkeypatch.setattr(audit.page, "__defaults__", (None, 2))
    page.reload()
    desk.settle()
    assert len(shown(page)) == 2 and page.more.isEnabled()
    for count in (4, 6, 7, 7):
        page.load_more()
        desk.settle()
        assert len(shown(page)) == count
    assert not page.more.isEnabled() and len({r.cursor for r in page._rows}) == 7


def test_f9_proves_the_chain_in_words(page: AuditPage, desk: DeskDouble) -> None:
    page.primary()
    desk.settle()
    assert "The chain is whole." in notes(page) and "2 entries" in notes(page)
    with transaction(desk.database.engine, write=True) as connection:
        connection.exec_driver_sql("UPDATE patient SET given = 'Alterada'")
    page.primary()
    desk.settle()
    assert "Call support" in notes(page) and "1 place differs." in notes(page) and "Alterada" not in notes(page)


def test_the_list_is_saved_as_a_file_and_that_is_noted(
    page: AuditPage, desk: DeskDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "auditoria.csv"
    answers = iter(["", str(place), str(tmp_path / "gone" / "x.csv")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(answers), ""))
    page.export()
    desk.settle()
    assert not place.exists()
    page.export()
    desk.settle()
    with place.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 4 and rows[0][0] == "When" and rows[1][3] == "CAP0000001"
    assert ("export", "audit", None) in desk.notes and "3 lines saved." in desk.toasts[-1][0]
    page.export()
    desk.settle()
    assert "not there" in notes(page) and desk.told == []


def test_a_name_that_looks_like_a_formula_does_not_run(page: AuditPage) -> None:
    from dataclasses import replace

    rows = [replace(page._rows[0], user_name='=HYPERLINK("x")', reason="+1")]
    line = next(csv.reader([as_csv(rows).decode("utf-8-sig").splitlines()[1]]))
    assert line[1].startswith("'=") and line[6] == "'+1"


@pytest.mark.parametrize(("width", "height", "zoom"), [(1286, 712, 1.0), (944, 544, 1.0), (1246, 684, 1.5)])
@pytest.mark.parametrize("language", ["es", "en", "longer"])
def test_nothing_is_clipped(
    desk: DeskDouble, qtbot: QtBot, width: int, height: int, zoom: float, language: str
) -> None:
    i18n.use("en" if language == "longer" else language)  # type: ignore[arg-type]
    theme.apply(QApplication.instance(), theme.load("light", zoom))  # type: ignore[arg-type]
    register(desk.database, desk.actor)
    with pseudo_language() if language == "longer" and width > 1000 and zoom == 1.0 else nullcontext():
        page = AuditPage(desk)
        qtbot.addWidget(page)
        desk.show(page, width, height)
        page.check_chain()
        desk.settle()
        assert clipped(page) == []
        assert page.findChildren(Text)
