"""Page 4 of the monthly report: what was there, what was not and for how long, what was lost, asked for, broken."""

from __future__ import annotations

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from ces_desktop.domain.monthly import MonthlyReport
from ces_desktop.domain.supply.month_supplies import MonthItem, MonthOrder, MonthSupplies
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import fonts, parts, supply_words, words
from ces_desktop.reports.day_strips import Strip, lines_of, table
from ces_desktop.reports.pages import TEXT_WIDTH
from ces_desktop.reports.supply_words import number

ITEMS, ORDERS, LOSSES, BROKEN = 15, 6, 6, 6
"""The most rows of each table; what has no room is counted in words."""
LINES = 18
"""Lines of the days without stock when the tables below are full; each row that these do not need gives one more."""
FEW = 2
"""Of so many losses, or broken pieces, the names stand whole: three lines each at most."""


def supplies(report: MonthlyReport) -> list[Flowable]:
    """The page; without records it says so, and leaves no number that could be taken for zero."""
    held = report.supplies
    title = tr("4 · Supplies")
    if held is None:
        return _nothing(title)
    story = parts.section(title, *parts.points(_said(held)))
    out = trn("{n} item", "{n} items", len(held.items)).format(n=number(len(held.items)))
    story += parts.section(tr("Days without usable stock · {n}").format(n=out), *_out(held))
    left = [parts.text(tr("Lost and expired"), "bold"), *_losses(held)]
    right = [parts.text(tr("Equipment that does not work"), "bold"), *_broken(held)]
    story += [parts.gap(2), parts.side_by_side(left, right, 0.55)]
    story += parts.section(tr("Asked for and received"), *_orders(held))
    meaning = tr(
        "In use: asked for in the last year or kept by decision. Vital: class V. A black day began without "
        "stock in date and none came. Lines in full: all that was asked for had come by the end of the month."
        " {dash} = not known."
    )
    return [*story, parts.gap(1.5), parts.text(meaning.format(dash=words.DASH), "tiny")]


def _nothing(title: str) -> list[Flowable]:
    empty = tr("Nothing of the shelf, orders or equipment is recorded up to this month. Empty does not mean zero.")
    story = parts.section(title, parts.boxed(empty))
    for what in (
        tr("Vital items in stock"), tr("Days without usable stock"), tr("Lost and expired"),
        tr("Asked for and received"), tr("Equipment that does not work"),
    ):  # fmt: skip
        line = tr("{what}: {dash} (not recorded)").format(what=what, dash=words.DASH)
        story += [parts.gap(2.5), parts.text(line, "bold"), parts.rules(3, 7)]
    return story


def _said(held: MonthSupplies) -> list[str]:
    lines = [
        tr("Vital items in stock on the last day: {share}.").format(share=_share(held.key_there, held.key_items)),
        tr("Item-days without stock: {share}, of {n} items in use.").format(
            share=_share(held.days_out, held.days), n=number(held.in_use)
        ),
        trn(
            "Asked for in vain: {n} time, of {items} items.", "Asked for in vain: {n} times, of {items} items.",
            held.unmet,
        ).format(n=number(held.unmet), items=number(held.unmet_items)),
    ]
    if held.forecast is None:
        lines.append(tr("Forecasts of this month: {dash} (none was kept).").format(dash=words.DASH))
    else:
        told = held.forecast
        text = tr("Forecasts of this month: within their 95 % limit {share}; error beside the plain average: {better}.")
        lines.append(text.format(share=_share(told.within, told.n), better=_better(told.better)))
    return lines


def _better(per_mille: int | None) -> str:
    if per_mille is None:
        return words.DASH
    share = f"{abs(per_mille) / 10:.0f}{words.NBSP}%"
    return tr("{share} smaller").format(share=share) if per_mille >= 0 else tr("{share} larger").format(share=share)


def _share(n: int, of: int) -> str:
    """`41/50 (82 %)`; an en dash of nothing."""
    return f"{number(n)}/{number(of)} ({(200 * n + of) // (2 * of)}{words.NBSP}%)" if of else words.DASH


def _out(held: MonthSupplies) -> list[Flowable]:
    if not held.items:
        return [parts.text(tr("No item in use was without stock on any day."))]
    items = sorted(held.items, key=_weight)
    shown = _with_room([_strip(each) for each in items], LINES + _unused(held))
    story: list[Flowable] = [table(shown)]
    if rest := items[len(shown) :]:
        story += [parts.gap(0.8), _more(len(rest), sum(each.out for each in rest))]
    return story


def _weight(each: MonthItem) -> tuple[int, int, str, str]:
    """Vital first, then the longest without stock, then by the name that is printed."""
    rank = {"V": 0, "E": 1}.get(each.ven, 2)
    return rank, -each.out, supply_words.place(each.name(language())), each.code


def _unused(held: MonthSupplies) -> int:
    """Rows that the tables below could have and do not."""
    below = max(_tall(len(held.losses), LOSSES), _tall(len(held.broken), BROKEN))
    return LOSSES - below + ORDERS - min(len(held.orders), ORDERS)


def _tall(rows: int, most: int) -> int:
    return 3 * rows if rows <= FEW else min(rows, most)


def _with_room(strips: list[Strip], most: int) -> list[Strip]:
    """The first of them, as many as the page has lines for."""
    lines = 0
    for at, each in enumerate(strips[:ITEMS]):
        lines += lines_of(each.name)
        if lines > most:
            return strips[:at]
    return strips[:ITEMS]


def _strip(each: MonthItem) -> Strip:
    days = tuple(None if day == "-" else day == "1" for day in each.days)
    return Strip(each.name(language()), each.ven, days, each.unmet)


def _more(n: int, days: int) -> Flowable:
    text = trn("And {n} item more, {days} days.", "And {n} items more, {days} days.", n).format(n=n, days=number(days))
    return parts.text(text, "caption")


def _losses(held: MonthSupplies) -> list[Flowable]:
    if not held.losses:
        return [parts.text(tr("Nothing was written off."), "caption")]
    heads = [tr("Cause"), tr("Most of it"), tr("Items (number)")]
    shown = held.losses[:LOSSES]
    rows = [
        [
            supply_words.kind(each.cause),
            _most(each.name(language()), supply_words.units(each.units, each.unit), whole=len(shown) <= FEW),
            number(each.items),
        ]
        for each in shown
    ]  # fmt: skip
    return [parts.grid(heads, rows, (34, 50, 13), TEXT_WIDTH * 0.53, small=True, right=(2,))]


def _most(name: str, units: str, *, whole: bool) -> str:
    """Whole where there is room; else on one line: a name is cut, a number never."""
    if whole:
        return f"{parts.fitted(name, 300, 7.5)}: {units}"
    return parts.fitted(name, 128 - stringWidth(f": {units}", fonts.BODY, 7.5), 7.5) + f": {units}"


def _broken(held: MonthSupplies) -> list[Flowable]:
    of = trn("Of {n} piece.", "Of {n} pieces.", held.pieces).format(n=number(held.pieces))
    if not held.pieces:
        return [parts.text(tr("No equipment is recorded: {dash}").format(dash=words.DASH), "caption")]
    if not held.broken:
        return [parts.text(tr("All works, as far as is noted.") + " " + of, "caption")]
    states = {"broken": tr("Broken"), "away": tr("Being repaired"), "partly": tr("Works in part")}
    shown = held.broken[:BROKEN]
    room = 92 if len(shown) > FEW else 300
    rows = [[parts.fitted(each.name, room, 7.5), states[each.state], words.day(each.since)] for each in shown]
    heads = [tr("Equipment"), tr("State"), tr("Since")]
    story: list[Flowable] = [parts.grid(heads, rows, (40, 23, 19), TEXT_WIDTH * 0.42, small=True)]
    if len(held.broken) > BROKEN:
        more = len(held.broken) - BROKEN
        of = trn("And {n} more. {of}", "And {n} more. {of}", more).format(n=more, of=of)
    return [*story, parts.gap(0.8), parts.text(of, "caption")]


def _orders(held: MonthSupplies) -> list[Flowable]:
    if not held.orders:
        return [parts.text(tr("No order was sent or received, and none is awaited."), "caption")]
    heads = [
        tr("Order"), tr("Source"), tr("Sent"), tr("Began to come"), tr("Lines"), tr("In full"), tr("In part"),
        tr("None came"),
    ]  # fmt: skip
    rows = [_order(each) for each in held.orders[-ORDERS:]]
    return [parts.grid(heads, rows, (32, 20, 24, 26, 14, 26, 16, 20), small=True, right=(4, 5, 6, 7))]


def _order(each: MonthOrder) -> list[str]:
    return [
        each.number, supply_words.source(each.source), words.day(each.sent_on), words.day(each.came_on),
        number(each.lines), _share(each.full, each.lines), number(each.part),
        number(each.lines - each.full - each.part),
    ]  # fmt: skip
