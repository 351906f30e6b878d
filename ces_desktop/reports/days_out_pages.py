"""The record of days without stock: a strip of the month for each item that was out, worst class first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reportlab.platypus import Flowable

from ces_desktop.data.queries.shelf import Shelf, ShelfRow
from ces_desktop.i18n import language, tr
from ces_desktop.reports import monthly_words, pages, parts, words
from ces_desktop.reports.day_strips import Strip, table
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.shelf_lines import ORDER
from ces_desktop.reports.supply_words import number


@dataclass(frozen=True, slots=True)
class Out:
    """An item in a month: for each day of it whether there was any; None = not known: it is to come, or the ledger
    names the item only later."""

    row: ShelfRow
    days: tuple[bool | None, ...]
    unmet: int

    @property
    def out(self) -> int:
        """Days without usable stock."""
        return self.days.count(False)


def outs(shelf: Shelf, month: str, today: date) -> list[Out]:
    """Items in use that the ledger knew in a month; the longest without stock first, vital ones before all."""
    first = date.fromisoformat(f"{month}-01")
    length = monthrange(first.year, first.month)[1]
    found = []
    for row in shelf.rows:
        place = next((n for n, each in enumerate(row.months) if each.month == month), None)
        if place is None or not row.lively or not row.first or row.first > month:
            continue
        bits, before = row.bits[place], row.months[place].before
        over = min(length, (today - first).days + 1)
        days = tuple(bool(bits >> n & 1) if before <= n < over else None for n in range(length))
        found.append(Out(row, days, row.months[place].unmet))
    return sorted(found, key=lambda x: (ORDER.get(x.row.item.ven, 2), -x.out, x.row.item.name_es, x.row.item.code))


def build(shelf: Shelf, month: str, today: date, frame: Frame) -> bytes:
    """The file of `shelf.days_out_pdf`."""
    held = outs(shelf, month, today)
    short = [each for each in held if each.out]
    title = tr("Days without stock · {month}").format(month=monthly_words.month_name(month))
    story: list[Flowable] = [parts.Mark(title), parts.text(_summary(held, short), "bold"), parts.gap(1)]
    if short:
        story.append(table([Strip(x.row.item.name(language()), x.row.item.ven, x.days, x.unmet) for x in short]))
    elif held:
        story.append(parts.text(tr("No item in use was without stock on any day.")))
    meaning = tr(
        "A black day began without usable stock (in date) and none came; a white one had some; where nothing "
        "is drawn it is not known: the day is to come, or the item was first written in later. Days follow from the "
        "ledger, nobody types them. Unmet: units asked for"
        " and not there. Items in use: asked for in the last year, or kept here by decision."
    )
    story += [parts.gap(2), parts.text(meaning, "caption")]
    cut = cut_code(month, [[each.row.item.code, list(each.days), each.unmet] for each in short], len(held))
    over = date.fromisoformat(f"{month}-01") + timedelta(31) <= today or today.isoformat()[:7] > month
    paper = Paper(title, "", cut, warning="" if over else tr("MONTH NOT OVER"))
    return pages.build(story, paper, frame)


def _summary(held: Sequence[Out], short: Sequence[Out]) -> str:
    possible = sum(len(each.days) - each.days.count(None) for each in held)
    out = sum(each.out for each in held)
    share = f"{1000 * out // possible / 10:.1f}{words.NBSP}%" if possible else words.DASH
    return tr("Items in use: {n} · out on some day: {short} · item-days without stock: {out} of {of} ({share})").format(
        n=number(len(held)), short=number(len(short)), out=number(out), of=number(possible), share=share
    )
