"""The table of records: arrows, letters, sorting, marks, and only the cells in view."""

from __future__ import annotations

import pytest
from clipping import cut_cells
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import Key, held, press, shown, write

from ces_desktop.ui import theme
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px

pytestmark = pytest.mark.usefixtures("dressed")


def numbers(count: int) -> RecordTable[int]:
    """A table of numbers and their squares."""
    table = RecordTable[int](
        [
            Column("Número", lambda n: Cell(f"Persona {n}", f"fila {n}", strong=True), sort=lambda n: f"{n:09d}"),
            Column("Cuadrado", lambda n: Cell(str(n * n)), 100, "right", sort=lambda n: None if n == 3 else -n),
            Column("Estado", lambda n: Cell(chip=("ok", "En control"), tags=("A",)), 200, droppable=True),
        ],
        type_ahead=True,
        marks=True,
    )
    table.set_rows(range(count))
    return table


def test_arrows_select_and_enter_opens(qtbot: QtBot) -> None:
    table = numbers(10)
    held(qtbot, table)
    table.setFocus()
    table.select_place(0)
    chosen: list[object] = []
    opened: list[object] = []
    table.selected.connect(chosen.append)
    table.opened.connect(opened.append)
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Return)
    press(Key.Key_End)
    assert (chosen, opened, table.current()) == ([1, 2, 9], [2], 9)


def test_the_row_that_stays_chosen_among_new_rows_is_in_view(qtbot: QtBot) -> None:
    table = numbers(0)
    held(qtbot, table)
    table.set_rows(range(300), keep=lambda n: n == 250)
    assert table.current() == 250
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()))


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_a_row_that_comes_while_ctrl_is_still_held_is_selected_all_the_same(
    qtbot: QtBot, modifier: Qt.KeyboardModifier
) -> None:
    table = numbers(5)
    held(qtbot, table)
    table.setFocus()
    QTest.keyClick(table, Key.Key_F12, modifier)  # as Ctrl+D opens a page: its rows come before the key is up
    table.set_rows(range(7))
    table.select_place(3)
    table.select_place(3)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [3] and table.current() == 3


def test_a_state_whose_column_has_no_place_is_drawn_under_the_name_before_all_else(qtbot: QtBot) -> None:
    table = RecordTable[str](
        [
            Column("Medicina", lambda name: Cell(name, "1 cada 8 horas, si es necesario, por 30 días", strong=True)),
            Column("Estado", lambda name: Cell(chip=("bad", "No hay")), 148, droppable=True),
        ]
    )
    table.set_rows(["Ambroxol"])
    red = theme.colour("bad").rgb()

    def drawn(width: int) -> set[int]:
        held(qtbot, table)
        table.resize(width, 120)
        QApplication.processEvents()
        picture = table.viewport().grab().toImage()
        area = table.visualRect(table.model().index(0, 0))
        return {
            picture.pixel(x, y)
            for x in range(area.left(), min(area.right(), 70))
            for y in range(area.top(), area.bottom())
        }

    assert red not in drawn(600) and not table.isColumnHidden(1)
    assert red in drawn(300) and table.isColumnHidden(1)


def test_letters_go_to_the_next_row_that_begins_so(qtbot: QtBot) -> None:
    table = numbers(30)
    held(qtbot, table)
    table.setFocus()
    write("persona 12")
    assert table.current() == 12


def test_sorting_keeps_the_chosen_row_and_puts_unknown_last() -> None:
    table = numbers(6)
    table.select_place(2)
    table.records.sort(1)
    assert [table.records.row_at(place) for place in range(6)] == [5, 4, 2, 1, 0, 3]
    assert table.current() == 2
    table.records.sort(1, Qt.SortOrder.DescendingOrder)
    assert table.records.row_at(5) == 3


def test_a_click_on_a_title_sorts_and_a_second_turns_it(qtbot: QtBot) -> None:
    table = numbers(5)
    held(qtbot, table)
    titles = table.horizontalHeader()
    place = QPoint(table.columnWidth(0) + 20, 10)
    for expected in (4, 0):
        QTest.mouseClick(titles.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert table.records.row_at(0) == expected


def test_space_marks_and_copy_gives_tabbed_text(qtbot: QtBot) -> None:
    table = numbers(5)
    held(qtbot, table)
    table.setFocus()
    table.select_place(1)
    press(Key.Key_Space)
    press(Key.Key_Down)
    press(Key.Key_Space)
    assert table.marked() == [1, 2]
    table.copy()
    assert QApplication.clipboard().text() == "Persona 2 · fila 2\t4\tEn control · A"


def test_a_cell_is_read_with_its_title() -> None:
    table = numbers(3)
    index = table.records.index(2, 1)
    assert table.records.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Cuadrado: 4"


def test_a_narrow_table_drops_a_column_into_the_caption(qtbot: QtBot) -> None:
    table = numbers(3)
    shown(qtbot, table, width=800)
    assert not table.isColumnHidden(2)
    table.resize(420, 300)
    assert table.isColumnHidden(2)
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()


def test_a_hundred_thousand_rows_make_only_the_cells_in_view(qtbot: QtBot) -> None:
    made: list[int] = []

    def cell(n: int) -> Cell:
        made.append(n)
        return Cell(str(n))

    table = RecordTable[int]([Column("N", cell)])
    table.set_rows(range(100_000))
    shown(qtbot, table)
    table.scrollToBottom()
    table.grab()
    assert 0 < len(set(made)) < 200
    assert max(made) == 99_999


def test_new_rows_keep_the_wanted_one_chosen() -> None:
    table = numbers(5)
    table.select_place(3)
    table.set_rows([9, 8, 3, 1], keep=lambda n: n == 3)
    assert table.current() == 3


def test_a_state_and_a_date_are_never_cut_for_a_column_designed_too_narrow(dressed: QApplication, qtbot: QtBot) -> None:
    cells = (Cell("Metformina 850 mg"), Cell(chip=("bad", "Negativo −1,000: contar")), Cell("30-nov-2026"))
    table = RecordTable[int](
        [
            Column("Insumo", lambda _: cells[0]),
            Column("Antes de la entrega", lambda _: cells[1], width=60),
            Column("Caduca", lambda _: cells[2], width=30, align="right"),
            Column("Dónde", lambda _: Cell("un lugar"), width=200, droppable=True),
        ]
    )
    qtbot.addWidget(table)
    table.resize(px(900), px(300))
    table.show()
    table.set_rows([1])
    assert not cut_cells(table)
    before = [table.columnWidth(place) for place in range(4)]
    table.set_rows([])
    assert [table.columnWidth(place) for place in range(4)] == before, "columns keep their place"
    table.resize(px(560), px(300))
    assert not cut_cells(table)
    assert table.isColumnHidden(3) and table.columnWidth(0) >= px(140), "what may go goes before a name has no place"
