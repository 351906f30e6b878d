"""The record of days without stock: a strip of the month for each item that was out, worst class first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reportlab.platypus import Flowable

from ces_desktop.data.queries.shelf_papers import DaysOutPaper, Out
from ces_desktop.domain.papers import Slip
from ces_desktop.i18n import language, tr
from ces_desktop.reports import monthly_words, pages, parts, supply_words, words
from ces_desktop.reports.day_strips import Strip, table
from ces_desktop.reports.document import Frame, issued
from ces_desktop.reports.shelf_lines import out_rows
from ces_desktop.reports.supply_words import number


def build(paper: DaysOutPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `shelf.days_out_pdf`."""
    held = out_rows(paper)
    short = [each for each in held if each.out]
    title = tr("Days without stock · {month}").format(month=monthly_words.month_name(paper.month))
    story: list[Flowable] = [parts.Mark(title), parts.text(_summary(held, short), "bold"), parts.gap(1)]
    meaning = tr(
        "A black day began without usable stock (in date) and none came; a white one had some; where nothing "
        "is drawn it is not known: the day is to come, or the item was first written in later. Days follow from the "
        "ledger, nobody types them. Unmet: units asked for"
        " and not there. Items in use: asked for in the last year, or kept here by decision."
    )
    story += [parts.text(meaning, "caption"), parts.gap(2)]
    if short:
        story.append(table(_strips(held, short)))
    elif held:
        story.append(parts.text(tr("No item in use was without stock on any day.")))
    else:
        story.append(parts.text(tr("Nothing is on the shelf yet.")))
    warning = "" if paper.over else tr("MONTH NOT OVER")
    return pages.build(story, issued(title, paper.sha(), slip, warning=warning), frame)


def _strips(held: Sequence[Out], short: Sequence[Out]) -> list[Strip]:
    """A line each; what is kept here from two sources under one name says from which."""
    often = Counter(x.row.item.name(language()) for x in held)

    def name(x: Out) -> str:
        said, source = x.row.item.name(language()), x.row.item.source
        return f"{said} ({supply_words.source(source)})" if often[said] > 1 and source else said

    return [Strip(name(x), x.row.item.ven, x.days, x.unmet) for x in short]


def _summary(held: Sequence[Out], short: Sequence[Out]) -> str:
    possible = sum(len(each.days) - each.days.count(None) for each in held)
    out = sum(each.out for each in held)
    share = f"{1000 * out // possible / 10:.1f}{words.NBSP}%" if possible else words.DASH
    return tr("Items in use: {n} · out on some day: {short} · item-days without stock: {out} of {of} ({share})").format(
        n=number(len(held)), short=number(len(short)), out=number(out), of=number(possible), share=share
    )
