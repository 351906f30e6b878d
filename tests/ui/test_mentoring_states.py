"""Mentoring, progress, scorecard and handover over nothing, over the very first session, and over many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clipping import clipped
from PySide6.QtWidgets import QApplication, QTableView
from whole_window import Shown

from ces_desktop.data import vault
from ces_desktop.ui import application as running
from ces_desktop.ui import theme
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.handover_page import HandoverPage
from ces_desktop.ui.pages.mentoring_page import MentoringPage
from ces_desktop.ui.pages.mentoring_progress_page import ProgressPage
from ces_desktop.ui.widgets import StatTile, paint
from tools.mentored_clinic import mentored

CELL = 10
"""Design px between a cell's edge and what it shows."""
PLACES = ("mentoring", "mentoring_progress", "scorecard", "handover")
STATES = {"nothing": (0, None, None), "first": (1, 1, 0), "many": (8, 12, 3)}


@pytest.fixture
def open_at(
    qapp: QApplication, tmp_path: Path, clinic_folder: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], Shown]]:
    monkeypatch.setattr(running, "_BACKUP_AFTER_MS", 1_000_000_000)
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    shown: list[Shown] = []

    def build(look: str, state: str) -> Shown:
        sessions, lines, years = STATES[state]
        shown.append(Shown(qapp, mentored(tmp_path / state, sessions, lines=lines, years=years), look))
        return shown[-1]

    yield build
    for each in shown:
        each.close()


@pytest.mark.parametrize("look", ["laptop", "small"])
@pytest.mark.parametrize("state", list(STATES))
def test_nothing_is_cut_off(open_at: Callable[[str, str], Shown], look: str, state: str) -> None:
    shown = open_at(look, state)
    wrong = []
    for place in PLACES:
        shown.go((place, ()))
        page = shown.window.page
        assert page is not None
        wrong += [f"{place}: {line}" for line in clipped(shown.application.frame)]
        for table in page.findChildren(QTableView):
            if isinstance(table, RecordTable) and table.isVisible():
                wrong += [f"{place}: {line}" for line in shortened_chips(table)]
    assert not wrong, "\n".join(wrong)


def shortened_chips(table: RecordTable[object]) -> list[str]:
    """Words of chips that do not fit their column: a state that ends in an ellipsis is none."""
    found = []
    for place in range(table.records.rowCount()):
        for column in range(table.records.columnCount()):
            chip = table.records.cell_at(place, column).chip
            if chip is None or table.isColumnHidden(column):
                continue
            needs = paint.chip_width(chip[1]) + 2 * theme.px(CELL)
            if needs > table.columnWidth(column):
                found.append(f"chip {chip[1]!r}: {table.columnWidth(column)} px of {needs}")
    return sorted(set(found))


def test_after_one_session_nothing_is_compared_with_itself(open_at: Callable[[str, str], Shown]) -> None:
    shown = open_at("laptop", "first")
    shown.go(("mentoring_progress", ()))
    page = shown.window.page
    assert isinstance(page, ProgressPage)
    assert page.heading.sentence.text() == "12-feb-2026 · 1 sesión"
    assert "0 de 0" not in [tile.part.text() for tile in page.findChildren(StatTile)]


def test_the_line_that_is_chosen_is_in_sight(open_at: Callable[[str, str], Shown]) -> None:
    """It is chosen while the page has no size yet; what is told beside the list is about it."""
    shown = open_at("small", "many")
    shown.go(("handover", ()))
    page = shown.window.page
    assert isinstance(page, HandoverPage)
    page.table.select_place(page.table.records.rowCount() - 1)
    page.table.resize(page.table.width(), page.table.height() - 60)
    assert page.table.viewport().rect().contains(page.table.visualRect(page.table.currentIndex()).center())


def test_in_a_narrow_window_the_state_of_a_session_is_still_seen(open_at: Callable[[str, str], Shown]) -> None:
    shown = open_at("small", "many")
    shown.go(("mentoring", ()))
    page = shown.window.page
    assert isinstance(page, MentoringPage) and page.table.records.rowCount() == 8
    hidden = [c.title for n, c in enumerate(page.table.records.columns) if page.table.isColumnHidden(n)]
    assert hidden == ["Agreed"]
