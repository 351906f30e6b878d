"""The stores of several clinics by keyboard: what to move, side by side, found, printed, saved."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble, open_desk
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.models import ClinicRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.ui.pages.network_supply_page import NetworkSupplyPage

NOON_16_MARCH = 1_773_684_000_000
KEY = Qt.Key


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    i18n.use("es")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    yield double
    builders.assert_proved(double.database)
    double.close()


@pytest.fixture
def two(desk: DeskDouble) -> tuple[Store, Store]:
    """One clinic has run out of the first item, the other has enough of it for years."""
    here = Store(desk.database, desk.actor)
    other = builders.database(
        desk.database.engine, installation=builders.installation("LIM"), clock=desk.database.clock
    )
    there = Store(other, here.who)
    there.add(ClinicRecord(id=there.clinic, prefix="LIM", name="Laguna Inventada"))
    item = here.items()[0]
    here.history(item, desk.today, [60] * 12)
    there.history(item, desk.today, [30] * 12, left=2_000, expiry="2031-01-31")
    return here, there


def opened(desk: DeskDouble, qtbot: QtBot) -> NetworkSupplyPage:
    page = NetworkSupplyPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    return page


def words(page: NetworkSupplyPage) -> list[str]:
    model = page.moves.records
    return [model.cell_at(0, n).words() for n in range(len(model.columns))]


def test_what_to_move_is_the_first_thing_told(desk: DeskDouble, two: tuple[Store, Store], qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    assert page.focusProxy() is page.moves and page.moves.records.rowCount() == 1
    told = words(page)
    assert told[2].startswith("Laguna Inventada · le quedan ")
    assert "se agota: 100\N{NO-BREAK SPACE}%" in told[3]
    assert told[5] == "H1 · ene-2031"
    assert not clipped(page)


def test_the_clinics_stand_side_by_side(desk: DeskDouble, two: tuple[Store, Store], qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    lacking = page.filters.findChildren(QAbstractButton)[1]
    QTest.keyClick(lacking, KEY.Key_Space)
    assert page.filters.value() == "lacking" and page.matrix is not None and page.matrix.records.rowCount() == 1
    model = page.matrix.records
    heads = [column.title for column in model.columns]
    cells = dict(zip(heads, (model.cell_at(0, n) for n in range(len(heads))), strict=True))
    assert cells["Laguna Inventada"].caption == "sobra"
    assert next(c for title, c in cells.items() if title not in ("Insumo", "VEN", "Laguna Inventada")).text == "0"
    page.search.setFocus()
    QTest.keyClicks(page.search, "nada igual")
    assert page.stack.currentWidget() is page.none
    QTest.keyClick(page.search, KEY.Key_Escape)
    assert page.stack.currentWidget() is page.beside


def test_print_and_both_files_say_the_same(
    desk: DeskDouble, two: tuple[Store, Store], qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(desk, qtbot)
    page.print_page()
    [(_, build, _, about)] = desk.previews
    assert build().startswith(b"%PDF") and about is None
    read = page._read
    assert read is not None
    for name in ("moves.csv", "moves.xlsx"):
        page.save_to(tmp_path / name)
        desk.settle()
    with (tmp_path / "moves.csv").open(encoding="utf-8-sig", newline="") as file:
        [line] = csv.DictReader(file)
    assert (line["from"], line["lot"], int(line["units"])) == ("Laguna Inventada", "H1", read.moves[0].units)
    [_, second] = load_workbook(tmp_path / "moves.xlsx").active.values
    said = dict(zip(line, second, strict=True))
    assert said.pop("unit") == "tableta" and said.pop("expiry").date().isoformat() == line["expiry"]
    assert {head: plain(cell) for head, cell in said.items() if cell is not None} == {
        head: plain(cell) for head, cell in line.items() if cell and head in said
    }


def plain(cell: object) -> float | str:
    """A cell as a number where it is one: CSV knows only words."""
    try:
        return float(str(cell))
    except ValueError:
        return str(cell)


def test_one_store_alone_says_what_is_waited_for(desk: DeskDouble, qtbot: QtBot) -> None:
    Store(desk.database, desk.actor).history(Store(desk.database, desk.actor).items()[0], desk.today, [60] * 3, left=9)
    page = opened(desk, qtbot)
    assert page.stack.currentWidget() is page.alone and not page.bar.isVisible()
    page.primary()
    page.print_page()
    assert not desk.previews
