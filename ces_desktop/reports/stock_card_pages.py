"""The stock card of an item: how it stands, its lots, every movement with the balance after it. Nobody is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.queries.shelf_papers import CardPaper
from ces_desktop.data.queries.stock import Lot
from ces_desktop.data.queries.stock_card import CardLine, ItemPage
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.i18n import language, tr
from ces_desktop.reports import pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, issued
from ces_desktop.reports.supply_words import number

WIDTHS = (22, 26, 48, 20, 22, 15, 15, 15, 17, 32, 32)
LOT_WIDTHS = (30, 24, 20, 20, 40)


def build(paper: CardPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `shelf.stock_card_pdf`."""
    page, item = paper.page, paper.page.row.item
    title = tr("Stock card")
    name = item.name(language())
    about = " · ".join(
        part
        for part in (item.code, supply_words.presentation(item.form, item.unit, item.pack or 1), page.row.kept.location)
        if part
    )
    story: list[Flowable] = [parts.Mark(name), parts.text(name, "name"), parts.text(about), parts.gap(1)]
    average = None if page.row.average is None else round(100 * page.row.average)
    told = [  # no state: without the forecast it said "at risk" of what the screen and the stock list call enough
        (tr("Usable"), number(page.row.usable)), (tr("Monthly average"), supply_words.monthly(average)),
        (tr("Months of stock"), supply_words.months_of_stock(page.row.lasts)),
        (tr("On its way"), number(page.row.in_transit)), (tr("Last counted"), words.day(page.row.counted)),
    ]  # fmt: skip
    story.append(parts.text("  ·  ".join(f"{label}: {value}" for label, value in told), "bold"))
    held = [lot for lot in page.lots if lot.quantity]
    heads = [tr("Lot"), tr("Expiry"), tr("Units"), tr("Box of"), tr("Place")]
    lots, wide = [_lot(lot) for lot in held], pages.LANDSCAPE_WIDTH
    none = parts.text(tr("Nothing of it is there."), "caption")
    table = parts.grid(heads, lots, LOT_WIDTHS, wide, small=True, right=(2, 3)) if lots else none
    story += parts.section(tr("Lots"), table, width=wide)
    story += parts.section(tr("Movements"), _movements(page), width=wide)
    about = " · ".join(filter(None, (item.code, name)))
    return pages.build(story, issued(title, paper.sha(), slip, about, landscape=True), frame)


def _lot(lot: Lot) -> list[str]:
    return [
        lot.number or tr("without a lot"), supply_words.expiry(lot.expiry), number(lot.quantity),
        number(lot.pack) if lot.pack else words.DASH, lot.location,
    ]  # fmt: skip


def _movements(page: ItemPage) -> Flowable:
    if not page.card:
        return parts.text(tr("Nothing of it has moved yet."))
    heads = [
        tr("Day"), tr("Document"), tr("Movement"), tr("Lot"), tr("Expiry"), tr("In"), tr("Out (units)"), tr("Adjusted"),
        tr("Balance"), tr("Noted by"), tr("Note"),
    ]  # fmt: skip
    expiries = {lot.id: lot.expiry for lot in page.lots}
    oldest = page.card[-1].movement
    before = oldest.balance - oldest.quantity
    rows = [_row(line, expiries) for line in reversed(page.card)]
    if before:
        rows.insert(0, ["", "", tr("Carried over from before"), "", "", "", "", "", number(before), "", ""])
    return parts.grid(heads, rows, WIDTHS, pages.LANDSCAPE_WIDTH, small=True, right=(5, 6, 7, 8))


def _row(line: CardLine, expiries: Mapping[Id | None, date | None]) -> list[str]:
    m = line.movement
    adjusted = m.kind == "count" or m.reverses is not None
    entry = number(m.quantity) if m.quantity > 0 and not adjusted else ""
    left = number(-m.quantity) if m.quantity < 0 and not adjusted else ""
    what = supply_words.kind(m.kind)
    if m.reverses is not None:
        what = tr("Correction: {what}").format(what=what)
    elif m.reversed_by is not None:
        what = tr("{what} (taken back below)").format(what=what)
    note = "; ".join(part for part in (supply_words.reason(m.reason), m.note) if part)
    return [
        words.day(m.day), line.about, what, m.number or (words.DASH if m.lot is None else ""),
        supply_words.expiry(expiries.get(m.lot)) if m.lot is not None else words.DASH, entry, left,
        f"{m.quantity:+,}" if adjusted else "", number(m.balance), line.who, note,
    ]  # fmt: skip
