"""The files beside the papers of the shelf: the same lines as CSV and as a workbook; of nothing, heads alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.queries.controlled import Register, register
from ces_desktop.data.queries.count_sheet import CountSheet
from ces_desktop.data.queries.shelf import Shelf, shelf
from ces_desktop.data.queries.shelf_papers import (
    CardPaper,
    CountPaper,
    DaysOutPaper,
    ExpiriesPaper,
    StockPaper,
    count_paper,
)
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id
from ces_desktop.reports import order_lines, sheet_words, shelf_lines
from ces_desktop.reports.network_supply_pages import HEADS as MOVES
from ces_desktop.reports.shelf_lines import Lines
from ces_desktop.ui.pages import order_file

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
NOTHING = Shelf((), (), None, {})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    times = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**7))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def item(store: Store) -> Id:
    """Out for some days of February; a lot that expires, one whose number a spreadsheet would run."""
    item = store.items()[0]
    first = store.lot(item, "2026-04-30", "=A1")
    store.move(item, first, 90, "2026-01-05")
    store.move(item, first, -90, "2026-02-10", note="caja, abierta")
    store.unmet(item, 25, "2026-02-15")
    store.move(item, first, 40, "2026-02-24")
    return item


def read_back(lines: Lines) -> list[dict[str, str]]:
    """The CSV, whose heads and codes are fixed, proved to have the lines that the workbook has in words."""
    text = lines.file(".csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    sheet = workbook(lines)
    assert sheet.max_row == len(rows) and rows[0] == list(lines.heads)
    for row, of in zip(sheet.iter_rows(min_row=2), rows[1:], strict=True):
        for cell, head, code in zip(row, lines.heads, of, strict=True):
            said = cell.value.date().isoformat() if cell.is_date else "" if cell.value is None else str(cell.value)
            assert head in WORDED or said == code.removeprefix("'"), head
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


WORDED = {"state", "unit", "kind", "reason", "days", "taken_back", "takes_back"}
"""Columns whose codes a workbook says in words."""


def workbook(lines: Lines) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(lines.file(".xlsx"))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def shelf_of(store: Store) -> Shelf:
    return store.db.read(partial(shelf, clinic=store.clinic, today=TODAY))


def test_stock_expiries_and_days_out_are_the_rows_of_their_papers(store: Store, item: Id) -> None:
    held = shelf_of(store)
    (stock,) = read_back(shelf_lines.lines(StockPaper(held, TODAY), "CAP"))
    assert (stock["clinic"], stock["day"], stock["usable"], stock["unit"]) == ("CAP", "2026-03-16", "40", "tablet")
    assert float(stock["months"]) == pytest.approx(40 / float(stock["average"]), abs=0.01)
    (dying,) = read_back(shelf_lines.lines(ExpiriesPaper(held, TODAY), "CAP"))
    assert (dying["lot"], dying["expiry"], dying["units"], dying["days_left"]) == ("'=A1", "2026-04-30", "40", "45")
    assert dying["within_months"] == "3"
    (out,) = read_back(shelf_lines.lines(DaysOutPaper(held, "2026-02", TODAY), "CAP"))
    assert (out["days_out"], out["days_known"], out["unmet"]) == ("13", "28", "25")
    assert out["days"] == "d" + "1" * 10 + "0" * 13 + "1" * 5


def test_the_card_and_the_count_sheet(store: Store, item: Id) -> None:
    page = store.db.read(partial(item_page, clinic=store.clinic, item=item, today=TODAY, people=False))
    assert page is not None
    card = read_back(shelf_lines.lines(CardPaper(page, TODAY), "CAP"))
    assert [(x["happened_on"], x["quantity"], x["balance"]) for x in card] == [
        ("2026-01-05", "90", "90"), ("2026-02-10", "-90", "0"), ("2026-02-24", "40", "40"),
    ]  # fmt: skip
    assert card[1]["note"] == "caja, abierta" and {x["expiry"] for x in card} == {"2026-04-30"}
    (line,) = read_back(
        shelf_lines.lines(store.db.read(partial(count_paper, clinic=store.clinic, today=TODAY)), "CAP")
    )
    assert (line["no"], line["lot"], line["counted"], line["note"]) == ("1", "'=A1", "", "")


def test_a_workbook_is_read_by_a_person(spanish: None, store: Store, item: Id) -> None:
    """Heads and codes were those of programs, in English; days were words, columns a few letters wide."""
    held = shelf_of(store)
    stock = workbook(shelf_lines.lines(StockPaper(held, TODAY), "CAP"))
    heads, first = [[cell.value for cell in row] for row in stock.iter_rows(max_row=2)]
    said = dict(zip(heads, first, strict=True))
    assert said["Utilizable"] == 40 and said["Unidad"] == "tableta" and said["Estado"] == "En riesgo"
    assert stock.title == "Existencias" and stock.freeze_panes == "A2" and stock.auto_filter.ref == "A1:L2"
    assert len(set(heads)) == len(heads) and stock["D1"].font.b
    dying = workbook(shelf_lines.lines(ExpiriesPaper(held, TODAY), "CAP"))
    lot, expiry = dying["F2"], dying["G2"]
    assert (lot.value, lot.data_type, lot.quotePrefix) == ("=A1", "s", True), "a word, never run"
    assert expiry.is_date and expiry.number_format == "dd-mmm-yyyy"
    assert dying.column_dimensions["D"].width >= len(str(dying["D2"].value))
    out = workbook(shelf_lines.lines(DaysOutPaper(held, "2026-02", TODAY), "CAP"))
    assert out["J2"].value == "1" * 10 + "0" * 13 + "1" * 5
    for head in {*shelf_lines.REGISTER, *shelf_lines.CARD, *order_lines.HEADS, *order_file.COLUMNS, *MOVES}:
        assert sheet_words.head(head)


def test_no_word_breaks_a_workbook() -> None:
    """A clave with a slash could not name the sheet of its card; a control character stopped the file."""
    lines = Lines("card-A/B[1]:*?", ("item", "note"), (("Con\x00 nada", "-5"), ("@SUM(A1)", None)))
    sheet = workbook(lines)
    assert sheet.title == "Card A B 1" and [c.value for c in sheet["A"]][1:] == ["Con nada", "@SUM(A1)"]
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_the_register_of_controlled_medicines(store: Store, item: Id) -> None:
    assert not read_back(shelf_lines.register(register_of(store, "2026-03"), "CAP"))


def register_of(store: Store, month: str) -> Register:
    return store.db.read(partial(register, clinic=store.clinic, month=month, people=False))


@pytest.mark.parametrize(
    "make",
    [
        lambda: shelf_lines.lines(StockPaper(NOTHING, TODAY), "CAP"),
        lambda: shelf_lines.lines(ExpiriesPaper(NOTHING, TODAY), "CAP"),
        lambda: shelf_lines.lines(DaysOutPaper(NOTHING, "2026-02", TODAY), "CAP"),
        lambda: shelf_lines.lines(CountPaper(CountSheet(None, "all", ()), TODAY), "CAP"),
    ],
)
def test_nothing_is_a_file_of_heads(make: Callable[[], Lines]) -> None:
    assert read_back(make()) == []


def test_names_with_accents_stand_among_the_others_in_either_language(spanish: None, store: Store) -> None:
    """ "Ácido fólico" came after "Zidovudina"; and an English list stood in the order of the Spanish names."""
    for place, item in enumerate(store.items()):
        store.move(item, store.lot(item, "2026-09-30", f"L{place}"), 10, "2026-01-05")
    here = {"clinic": store.clinic, "today": TODAY}
    stock, sheet = StockPaper(store.db.read(partial(shelf, **here)), TODAY), store.db.read(partial(count_paper, **here))
    for language in ("es", "en"):
        i18n.use(language)
        tables = shelf_lines.stock(stock, "CAP"), shelf_lines.count_sheet(sheet, "CAP")
        for table, of in zip(tables, ("class", "location"), strict=True):
            at, group = table.heads.index("item"), table.heads.index(of)
            for each in {row[group] for row in table.rows}:
                names = [str(row[at]) for row in table.rows if row[group] == each]
                assert names == sorted(names, key=fold)
        accents = [str(row[at]) for row in table.rows if fold(str(row[at])) != str(row[at]).lower()]
        assert language == "en" or any(name.startswith("Á") for name in accents)
