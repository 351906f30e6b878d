"""What lies on the shelf on paper: the figures are those of the ledger counted by hand; empty, full, long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import builders
import paper
import pytest
from supplies import Store

from ces_desktop.data.models import CountLineRecord, StockCountRecord
from ces_desktop.data.queries.count_sheet import CountSheet, count_sheet
from ces_desktop.data.queries.shelf import Shelf, shelf
from ces_desktop.data.queries.shelf_papers import (
    CardPaper,
    CountPaper,
    DaysOutPaper,
    ExpiriesPaper,
    Out,
    StockPaper,
)
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id
from ces_desktop.reports import day_strips, pages, words
from ces_desktop.reports.document import Paper
from ces_desktop.reports.shelf import count_sheet_pdf, days_out_pdf, expiries_pdf, stock_card_pdf, stock_pdf

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
def items(store: Store) -> list[Id]:
    """Four items: sold out in February, one with plenty that expires, one handed out without a lot, one kept."""
    held = store.items()[:4]
    first = store.lot(held[0], "2027-12-31", "A1")
    store.move(held[0], first, 90, "2026-01-05")
    for day, units in (("2026-01-20", 30), ("2026-02-02", 30), ("2026-02-10", 30)):
        store.move(held[0], first, -units, day)
    store.unmet(held[0], 25, "2026-02-15")
    back = store.lot(held[0], "2027-12-31", "A2")
    store.move(held[0], back, 40, "2026-02-24")
    dying = store.lot(held[1], "2026-04-30", "B1")
    store.move(held[1], dying, 500, "2025-12-01")
    for month in ("2025-12", "2026-01", "2026-02"):
        store.move(held[1], dying, -20, f"{month}-12")
    gone = store.lot(held[1], "2026-02-28", "B0")
    store.move(held[1], gone, 12, "2025-12-01")
    store.move(held[2], None, -15, "2026-03-03")
    store.keep(held[3])
    return held


def read(store: Store) -> Shelf:
    return store.db.read(partial(shelf, clinic=store.clinic, today=TODAY))


def outs(store: Store, month: str) -> list[Out]:
    return DaysOutPaper(read(store), month, TODAY).rows()


def said(pdf: bytes) -> str:
    return " ".join(paper.texts(pdf)).replace(words.NBSP, " ")


def test_days_without_stock_are_those_counted_day_by_day(store: Store, items: list[Id], spanish: None) -> None:
    """Recomputed by walking the month: a day counts as out when it began without any and none came."""
    moves = {date(2026, 1, 5): 90, date(2026, 1, 20): -30, date(2026, 2, 2): -30, date(2026, 2, 10): -30}
    moves[date(2026, 2, 24)] = 40
    out = 0
    for n in range(28):
        day = date(2026, 2, 1) + timedelta(n)
        began = sum(units for on, units in moves.items() if on < day)
        out += began <= 0 and moves.get(day, 0) <= 0
    assert out == 13  # the 11th to the 23rd
    held = {each.row.item.id: each for each in outs(store, "2026-02")}
    assert held[items[0]].out == out and held[items[0]].unmet == 25
    assert held[items[1]].out == 0 and items[3] not in held  # what never moved was never out
    text = said(days_out_pdf(DaysOutPaper(read(store), "2026-02", TODAY), paper.FRAME))
    assert "Clase 1 5 10 15 20 25 Días sin" in text, "every fifth day has its number, large enough to read"
    assert "Días sin existencia · febrero de 2026" in text and "EL MES NO HA TERMINADO" not in text
    name = held[items[0]].row.item.name_es
    assert re.search(rf"{re.escape(name[:14])}.*? {out} 25\b", text)
    assert f"sin existencia algún día: 1 · días-clave sin existencia: {out} de" in text
    now = outs(store, "2026-03")
    assert all(each.days[16:] == (None,) * 15 for each in now)  # a day that is not over is neither
    assert "EL MES NO HA TERMINADO" in said(days_out_pdf(DaysOutPaper(read(store), "2026-03", TODAY), paper.FRAME))
    begun = {each.row.item.id: each for each in outs(store, "2026-01")}[items[0]]
    assert begun.days[:4] == (None,) * 4 and begun.out == 0  # first written in on the 5th: of before nobody knows


def test_names_that_begin_alike_are_told_apart_by_their_end(spanish: None) -> None:
    names = ["Medroxiprogesterona con estradiol", "Medroxiprogesterona con estradiol de depósito", "Losartán 50 mg"]
    held = [day_strips.Strip(name, "E", (True, False) * 15, 0) for name in names]
    pdf = pages.build([day_strips.table(held)], Paper("Días", "", ""), paper.FRAME)
    text = said(pdf)
    assert all(name in text for name in names) and "…" not in text


def test_the_stock_list_has_what_is_usable_and_how_long_it_lasts(
    store: Store, items: list[Id], spanish: None
) -> None:
    text = said(stock_pdf(StockPaper(read(store), TODAY), paper.FRAME))
    rows = {row.item.id: row for row in read(store).rows}
    # 25 asked for and not there, 90 handed out: 115 in the days with stock of three months, as shares of each
    share = 27 / 31 + (10 + 5) / 28 + 16 / 16
    assert rows[items[0]].average == pytest.approx(115 / share)
    assert f" 40 {round(115 / share)} {40 / (115 / share):.1f}" in text
    assert f"{rows[items[1]].item.code} " in text and " 440 12 15 12+" in text  # usable, expired, use, months
    assert "sin existencia 2" in text  # one negative, one kept and never there


def test_at_risk_on_paper_is_what_the_screen_says(store: Store, items: list[Id], spanish: None) -> None:
    """With the chance of running short that the screen has; without it, by months of stock."""
    held, row = read(store), next(r for r in read(store).rows if r.item.id == items[0])
    for chance in (0.9, 0.0):
        at_risk = row.standing(chance) == "risk"
        text = said(stock_pdf(StockPaper(held, TODAY, {items[0]: chance}), paper.FRAME))
        assert at_risk == (chance > 0.5) and f"en riesgo {int(at_risk)} " in text


def test_expiries_stand_by_their_window_with_what_is_left_over(store: Store, items: list[Id], spanish: None) -> None:
    text = said(expiries_pdf(ExpiriesPaper(read(store), TODAY), paper.FRAME))
    assert "Caducado: retírelo del anaquel · 1 lote" in text and " B0 feb-2026 12 −16 12" in text
    used = int(60 / (1 + 1 + 1 + 1) * 46 / 30.4375)  # sixty units in four months with stock; 46 days to the last one
    assert f" B1 abr-2026 440 45 {440 - used}" in text


def test_the_stock_card_adds_up_and_names_nobody(store: Store, items: list[Id], spanish: None) -> None:
    query = partial(item_page, clinic=store.clinic, item=items[0], today=TODAY, people=False)
    page = store.db.read(query)
    assert page is not None
    text = said(stock_card_pdf(CardPaper(page, TODAY), paper.FRAME))
    balance = 0
    for units in (90, -30, -30, -30, 40):
        balance += units
        assert re.search(rf" {abs(units)} {balance}\b", text)
    short = store.db.read(partial(query, most=2))
    assert short is not None
    cut = said(stock_card_pdf(CardPaper(short, TODAY), paper.FRAME))
    assert "Saldo anterior 30" in cut and "05-ene-2026" not in cut  # what came before is carried over


def test_the_count_sheet_tells_no_quantity_and_follows_the_open_count(
    store: Store, items: list[Id], spanish: None
) -> None:
    whole = store.db.read(partial(count_sheet, clinic=store.clinic, today=TODAY))
    assert {(line.number) for line in whole.lines} >= {"A2", "B0", "B1"} and "A1" not in {x.number for x in whole.lines}
    text = said(count_sheet_pdf(CountPaper(whole, TODAY), paper.FRAME))
    assert "Hoja de conteo" in text and "todo el anaquel" in text and "440" not in text
    count, lot = store.id(), read(store)
    key = next(x.lot for row in lot.rows if row.item.id == items[0] for x in row.lots if x.number == "A2")
    store.add(
        StockCountRecord(id=count, state="open", what="due", started_at=NOON_16_MARCH, happened_on="2026-03-16"),
        CountLineRecord(id=store.id(), count=count, item=items[0], lot=key, expected=40),
    )
    sheet = store.db.read(partial(count_sheet, clinic=store.clinic, today=TODAY))
    assert [line.number for line in sheet.lines] == ["A2"] and sheet.started_on == "2026-03-16"
    assert "conteo iniciado el 16-mar-2026" in said(count_sheet_pdf(CountPaper(sheet, TODAY), paper.FRAME))


@pytest.mark.parametrize("language", ["spanish", "english"])
def test_they_stay_inside_their_margins_in_black_full_and_empty(
    store: Store, items: list[Id], language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(language)
    page = store.db.read(partial(item_page, clinic=store.clinic, item=items[0], today=TODAY))
    sheet = store.db.read(partial(count_sheet, clinic=store.clinic, today=TODAY))
    assert page is not None
    full = read(store)
    for build in (
        partial(stock_pdf, StockPaper(full, TODAY)), partial(stock_pdf, StockPaper(NOTHING, TODAY)),
        partial(expiries_pdf, ExpiriesPaper(full, TODAY)), partial(expiries_pdf, ExpiriesPaper(NOTHING, TODAY)),
        partial(days_out_pdf, DaysOutPaper(full, "2026-02", TODAY)),
        partial(days_out_pdf, DaysOutPaper(NOTHING, "2026-02", TODAY)),
        partial(stock_card_pdf, CardPaper(page, TODAY)), partial(count_sheet_pdf, CountPaper(sheet, TODAY)),
        partial(count_sheet_pdf, CountPaper(CountSheet(None, "all", ()), TODAY)),
    ):  # fmt: skip
        pdf = build(paper.FRAME)
        assert paper.embedded(pdf) and b"Helvetica" not in pdf and pdf == build(paper.FRAME)
        for image in paper.images(pdf):
            assert paper.ink_outside(image, 14 * 612 / image.width) == 0
            red, green, blue = image.split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()
