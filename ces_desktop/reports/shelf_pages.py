"""The pages of the stock list and of the expiries."""

from __future__ import annotations

from reportlab.platypus import Flowable

from ces_desktop.data.queries.shelf import ShelfRow
from ces_desktop.data.queries.shelf_papers import ExpiriesPaper, StockPaper
from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.expiries import WITHIN, Expiring
from ces_desktop.domain.supply.shelf import AVERAGE_MONTHS, Standing
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, issued
from ces_desktop.reports.shelf_lines import expiry_rows, stock_rows
from ces_desktop.reports.supply_words import number

STOCK_WIDTHS = (31, 50, 11, 22, 18, 18.5, 18.5, 18, 15.5, 15)
EXPIRY_WIDTHS = (27, 58, 22, 20, 17, 14, 20)


def stock(paper: StockPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `shelf.stock_pdf`."""
    rows = stock_rows(paper)
    title = tr("Stock on {day}").format(day=words.day(paper.today))
    story: list[Flowable] = [parts.Mark(title), parts.text(_summary(paper, rows), "bold"), parts.gap(1)]
    heads = [
        tr("Clave"), tr("Description"), tr("Class"), tr("State"), tr("Unit"), tr("Usable"), tr("Expired"),
        tr("Monthly average"), tr("Months of stock"), tr("On its way"),
    ]  # fmt: skip
    meaning = tr(
        "Usable: units in date, less what was handed out without a lot. Monthly average: use in a month while"
        " there was stock, of the last {n} months with any. Months of stock: usable ÷ average. Items that "
        "nobody asked for in a year and that are not there are left out. {dash} = not known."
    )
    # what the columns mean stands before them: after a long list it would have a page of its own
    story += [parts.text(meaning.format(n=AVERAGE_MONTHS, dash=words.DASH), "caption"), parts.gap(2)]
    lines = [_stock_row(row, paper.standing(row)) for row in rows]
    if lines:
        story.append(parts.grid(heads, lines, STOCK_WIDTHS, small=True, right=(5, 6, 7, 8, 9)))
    else:
        story.append(parts.text(tr("Nothing is on the shelf yet.")))
    return pages.build(story, issued(title, paper.sha(), slip), frame)


def _summary(paper: StockPaper, rows: list[ShelfRow]) -> str:
    kinds = [paper.standing(row) for row in rows]
    out = sum(kind in ("out", "negative") for kind in kinds)
    vital = sum(k in ("out", "negative") and r.item.ven == "V" for k, r in zip(kinds, rows, strict=True))
    said = tr("Items: {n} · without stock {out}, of them vital {vital} · at risk {risk} · too much {over}").format(
        n=number(len(rows)), out=out, vital=vital, risk=kinds.count("risk"), over=kinds.count("over")
    )
    below = kinds.count("negative")
    return said + (" · " + tr("below zero {n}, counted without stock").format(n=below) if below else "")


def _stock_row(row: ShelfRow, standing: Standing) -> list[str]:
    average = None if row.average is None else round(100 * row.average)
    return [
        row.item.code, row.item.name(language()), row.item.ven or words.DASH, supply_words.standing(standing),
        supply_words.unit(row.item.unit), number(row.usable),
        number(row.expired) if row.expired else "", supply_words.monthly(average),
        supply_words.months_of_stock(row.lasts), number(row.in_transit) if row.in_transit else "",
    ]  # fmt: skip


def expiries(paper: ExpiriesPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `shelf.expiries_pdf`."""
    found = expiry_rows(paper)
    title = tr("Expiries on {day}").format(day=words.day(paper.today))
    heads = [
        tr("Clave"), tr("Description"), tr("Lot"), tr("Expiry"), tr("Units"), tr("Days left"), tr("Left over"),
    ]  # fmt: skip
    names = {0: tr("Expired: take it off the shelf")} | {
        months: tr("Within {n} months").format(n=months) for months in WITHIN
    }
    meaning = tr(
        "Left over: units that will not be used by the last day at the monthly average, first expired first "
        "out; {dash} = its use is not known. Offer them to another clinic in time. Expired lots leave as a "
        "loss, on its own form."
    )
    story: list[Flowable] = [parts.Mark(title), parts.text(meaning.format(dash=words.DASH), "caption")]
    for within, name in names.items():
        lines = [_expiry_row(row, each) for row, each in found if each.within == within]
        count = trn("{n} lot", "{n} lots", len(lines)).format(n=len(lines))
        body = (
            parts.grid(heads, lines, EXPIRY_WIDTHS, small=True, right=(4, 5, 6))
            if lines
            else parts.text(tr("None."), "caption")
        )
        story += parts.section(f"{name} · {count}", body)
    return pages.build(story, issued(title, paper.sha(), slip), frame)


def _expiry_row(row: ShelfRow, each: Expiring) -> list[str]:
    days = str(each.days).replace("-", "\N{MINUS SIGN}")  # a dash alone would say that nobody knows
    return [
        row.item.code, row.item.name(language()), each.lot.number or words.DASH, supply_words.expiry(each.lot.expiry),
        number(each.lot.quantity), days, number(each.unused),
    ]  # fmt: skip
