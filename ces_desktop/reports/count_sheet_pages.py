"""The sheet to count by hand: by place, blank columns, room for what is found and not listed."""

from __future__ import annotations

from itertools import groupby

from reportlab.platypus import Flowable

from ces_desktop.data.queries.shelf_papers import CountPaper
from ces_desktop.domain.papers import Slip
from ces_desktop.i18n import language, tr
from ces_desktop.reports import pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, issued
from ces_desktop.reports.shelf_lines import sheet_lines

WIDTHS = (10, 30, 55, 19, 22, 24, 22, 22)
SPARE = 8
"""Empty lines at the end."""


def build(paper: CountPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `shelf.count_sheet_pdf`."""
    title, sheet = tr("Count sheet"), paper.sheet
    about = (
        tr("count begun on {day}").format(day=words.day(sheet.started_on))
        if sheet.started_on
        else tr("the whole shelf")
    )
    heads = [
        tr("No."), tr("Clave"), tr("Description"), tr("Unit"), tr("Lot"), tr("Expiry"), tr("Counted"), tr("Note"),
    ]  # fmt: skip
    who = [
        (tr("Day"), 2.0), (tr("Hour begun"), 1.6), (tr("Hour ended"), 1.6), (tr("Counted by"), 4.0),
        (tr("Noted by"), 4.0),
    ]  # fmt: skip
    story: list[Flowable] = [parts.Mark(title), parts.blanks(who, 9), parts.gap(1)]
    rule = tr(
        "Count what lies there, lot by lot, without looking at the screen. None = write 0; not counted = "
        "leave empty. Expired lots are counted apart and set aside."
    )
    story.append(parts.text(rule, "caption"))
    place = 0
    for where, held in groupby(sheet_lines(paper), key=lambda line: line.location):
        rows = []
        for line in held:
            place += 1
            rows.append(
                [
                    str(place), line.code, line.name(language()), supply_words.unit(line.unit), line.number,
                    supply_words.expiry(line.expiry) if line.number or line.expiry else "", "", "",
                ]
            )  # fmt: skip
        body = parts.grid(heads, rows, WIDTHS, small=True, right=(0,), ruled=(6, 7), tall=3.2)
        story += parts.section(where or tr("No place noted"), body)
    if not sheet.lines:
        story.append(parts.text(tr("Nothing is on the shelf yet.")))
    story += parts.section(tr("Found and not listed"), parts.form(heads[1:], SPARE, WIDTHS[1:], 7))
    under = tr("Counted by: name and signature"), tr("Reviewed by: name and signature")
    story += [parts.gap(2), parts.signatures(*under)]
    return pages.build(story, issued(title, paper.sha(), slip, about), frame)
