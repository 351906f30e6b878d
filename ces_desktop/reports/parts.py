"""What prints are made of: paragraphs of escaped text, tables, sections that stay together, signature lines."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, Paragraph, Spacer, Table

from ces_desktop.reports import fonts
from ces_desktop.reports.pages import TEXT_WIDTH
from ces_desktop.reports.pages import Mark as Mark
from ces_desktop.reports.rolled import rolled
from ces_desktop.reports.ruled import HEADING, Headline, Rules

HAIR = Color(0.55, 0.55, 0.55)
NARROWEST = 88.0
"""Points that a column of words keeps beside columns of long numbers."""
SMALLEST = 0.7
"""So small may letters become in a narrow cell before a word is cut in two."""
SHADE = Color(0.92, 0.92, 0.92)  # light enough for a photocopy of a photocopy


@cache
def style(name: str) -> ParagraphStyle:
    """A text style by its name in `made`."""
    fonts.register()
    body = ParagraphStyle("body", fontName=fonts.BODY, fontSize=9, leading=12, splitLongWords=1)
    made = {
        "body": body,
        "label": ParagraphStyle("label", body, fontSize=8, leading=12),
        "tiny": ParagraphStyle("tiny", body, fontSize=6.5, leading=8),
        "large": ParagraphStyle("large", body, fontName=fonts.BOLD, fontSize=19, leading=22),
        "caption": ParagraphStyle("caption", body, fontSize=7.5, leading=10),
        "section": ParagraphStyle("section", body, fontName=fonts.BOLD, fontSize=10.5, leading=14),
        "name": ParagraphStyle("name", body, fontName=fonts.BOLD, fontSize=14, leading=18),
        "big": ParagraphStyle("big", body, fontSize=11, leading=15),
        "bold": ParagraphStyle("bold", body, fontName=fonts.BOLD),
        "cell": ParagraphStyle("cell", body, fontSize=8.5, leading=11),
        "numbers": ParagraphStyle("numbers", body, fontName=fonts.BOLD, fontSize=7.5, leading=9.5),
        "heads": ParagraphStyle("heads", body, fontName=fonts.BOLD, fontSize=7, leading=8.5, splitLongWords=0),
        "head": ParagraphStyle("head", body, fontName=fonts.BOLD, fontSize=8, leading=10),
        "dose": ParagraphStyle("dose", body, fontName=fonts.BOLD, fontSize=11, leading=14, alignment=TA_CENTER),
        "signature": ParagraphStyle("signature", body, fontSize=8, leading=10, alignment=TA_CENTER),
    }
    return made[name]


def text(words: str, of: str = "body") -> Paragraph:
    """Words of a person or of ours, printed as they are: nothing in them is taken for markup."""
    if "\n" in words:
        return Paragraph(escape(words).replace("\n", "<br/>"), style(of))
    # One run of plain words needs no parser: a copy of what it makes of a word of this style, a third of the time.
    run = copy(_run(of))
    run.text = words
    return Paragraph("", style(of), frags=[run])


class Whole(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """Words of a narrow cell: written smaller where else one of them would be cut in two ("subcutáne-a").

    A table asks for the height of its cells more than once: they are made smaller once, or nobody could read them.
    """

    frags: list[Any]
    style: Any
    _smaller = False

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        widest = self.minWidth()
        if widest > width and not self._smaller:
            smaller = max(SMALLEST, (width - 0.1) / widest)
            self.frags = [copy(each) for each in self.frags]
            for each in self.frags:
                each.fontSize *= smaller
            self.style = copy(self.style)
            self.style.fontSize *= smaller
            self._smaller = True
        found: tuple[float, float] = super().wrap(width, height)
        return found


def cell(words: str, of: str = "cell") -> Paragraph:
    """Words of a person or of ours in a column, none of them cut in two while they can be read smaller."""
    if "\n" in words:
        return Whole(escape(words).replace("\n", "<br/>"), style(of))
    run = copy(_run(of))
    run.text = words
    return Whole("", style(of), frags=[run])


@cache
def _run(of: str) -> Any:
    """The run of words reportlab's parser makes of plain text in a style."""
    return Paragraph("x", style(of)).frags[0]


def gap(height_mm: float) -> Spacer:
    """Empty height."""
    return Spacer(1, height_mm * mm)


def section(title: str, *content: Flowable, width: float = TEXT_WIDTH) -> list[Flowable]:
    """A heading that is in the outline and never stands alone at the foot of a page."""
    words = fitted(title, width, HEADING, fonts.BOLD)
    return [gap(3), CondPageBreak(25 * mm), Mark(title), Headline(words, width), gap(1.2), *content]


def rules(count: int, step_mm: float, thick: float = 0.4) -> Flowable:
    """Lines as wide as the text to write on by hand."""
    return Rules(count, step_mm * mm, TEXT_WIDTH, thick, HAIR)


def facts(pairs: Sequence[tuple[str, str]], columns: int = 2) -> Table:
    """Labels with their values, `columns` pairs side by side, read across; a label takes one line where it can."""
    rows: list[list[Flowable | str]] = []
    for start in range(0, len(pairs), columns):
        cells: list[Flowable | str] = []
        for label, value in pairs[start : start + columns]:
            cells += [text(label, "label"), text(value)]
        rows.append(cells + [""] * (2 * columns - len(cells)))
    pair = TEXT_WIDTH / columns
    label_width = 33 * mm if columns > 1 else 45 * mm
    of = style("label")
    widest = max((stringWidth(label, of.fontName, of.fontSize) for label, _ in pairs), default=0)
    label_width = max(label_width, min(widest + 3 * mm, 50 * mm))
    table = Table(rows, colWidths=[label_width, pair - label_width] * columns, splitInRow=1)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(0, 1.2)])
    return table


def grid(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    width: float = TEXT_WIDTH,
    *,
    small: bool = False,
    right: Sequence[int] = (),
    ruled: Sequence[int] = (),
    tall: float | None = None,
    title: str = "",
) -> Flowable:
    """A table with its heads, and its `title`, on every page; `widths` are shares of the width. High cells split.

    Columns `right` are numbers and stand at the right; columns `ruled` are framed, to be written in by hand,
    `tall`: points above and below the words.
    A cell whose lines have room is drawn as it is; only what is wider becomes a paragraph, at ten times the cost.
    """
    total, letters, across = sum(widths), style("caption" if small else "cell"), 2 if small else 3
    after = 2 if small else 4
    # words that follow a number stand off from it
    before = [9 if at > 1 and at - 1 in right and at not in right else across for at in range(len(widths))]
    columns = [width * share / total for share in widths]
    rooms = [column - left - after for column, left in zip(columns, before, strict=True)]
    body = [[_drawn(said, room, letters) for said, room in zip(row, rooms, strict=True)] for row in rows]
    head_style = style("heads" if small else "head")
    at_right = ParagraphStyle("at_right", head_style, alignment=TA_RIGHT)
    top = [[Paragraph(escape(head), at_right if at in right else head_style) for at, head in enumerate(heads)]]
    named = [("SPAN", (0, 0), (-1, 0)), ("LEFTPADDING", (0, 0), (0, 0), 0)] if title else []
    if title:
        top.insert(0, [text(title, "bold"), *[""] * (len(heads) - 1)])
    first = len(top)
    drawn = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, first - 1), (-1, first - 1), SHADE),
        ("LINEBELOW", (0, first - 1), (-1, -1), 0.4, HAIR),
        *_tight(across, tall or (1.5 if small else 2)),
        ("RIGHTPADDING", (0, 0), (-1, -1), after),
        *(("ALIGN", (at, first), (at, -1), "RIGHT") for at in right),
        *(("LEFTPADDING", (at, 0), (at, -1), left) for at, left in enumerate(before) if left != across),
        *(("BOX", (at, first - 1), (at, -1), 0.4, HAIR) for at in ruled),
        *named,
        ("FONT", (0, first), (-1, -1), fonts.BODY, letters.fontSize, letters.leading),
    ]

    def made(some: Sequence[Sequence[str | Flowable]]) -> LongTable:
        table = LongTable([*top, *some], colWidths=columns, repeatRows=first, splitInRow=1)
        table.setStyle(drawn)
        return table

    return rolled(body, made, first)


def _drawn(said: str, room: float, letters: ParagraphStyle) -> str | Paragraph:
    """Words as they are where each of their lines has room, else a paragraph of them."""
    fit = all(stringWidth(line, fonts.BODY, letters.fontSize) <= room for line in said.split("\n"))
    return said if fit else cell(said, letters.name)


def numbers(
    heads: Sequence[str],
    rows: Sequence[Sequence[str | Flowable]],
    widths: Sequence[float],
    *,
    texts: int = 1,
    total: bool = False,
    wrapped: bool = False,
) -> LongTable:
    """A narrow table of numbers: the first `texts` columns are words, the others stand right; `total` rules the last.

    A number is never cut: its column takes room from those of words, and where that is not enough all is written
    smaller. Words that are too long are cut, with `wrapped` they go on in a second line. Where the table goes on over
    the page, at least three rows go with its last.
    """
    whole = sum(widths)
    shares = [TEXT_WIDTH * share / whole for share in widths]
    columns, size, bold = _room(shares, heads, rows, texts, total=total)
    head = style("heads")
    right = ParagraphStyle("right", head, alignment=TA_RIGHT)
    top = [Paragraph(escape(text_), head if place < texts else right) for place, text_ in enumerate(heads)]
    body: list[list[str | Flowable]] = []
    heights: list[float | None] = [None]
    for row in rows:
        long = [at for at in range(texts) if _wide(row[at], fonts.BODY, size) > columns[at] - 6]
        cells = list(row)
        for at in long:
            word = str(row[at])
            cells[at] = text(word, "caption") if wrapped else fitted(word, columns[at] - 6, size)
        body.append(cells)
        heights.append(None if wrapped and long else 12.0)
    table = LongTable([top, *body], colWidths=columns, rowHeights=heights, repeatRows=1)
    table.setStyle(
        [
            *_tight(3, 1.6),
            ("FONT", (0, 0), (-1, -1), fonts.BODY, size),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("ALIGN", (texts, 1), (-1, -1), "RIGHT"),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR),
            ("NOSPLIT", (0, max(-4, -len(body) - 1)), (-1, -1)),
        ]
    )
    if total and body:
        upto = -1 if bold else texts - 1
        table.setStyle([("FONT", (0, -1), (upto, -1), fonts.BOLD, size), ("LINEABOVE", (0, -1), (-1, -1), 0.8, black)])
    return table


def _wide(cell: str | Flowable, font: str, size: float) -> float:
    return stringWidth(cell, font, size) if isinstance(cell, str) else 0.0


def _room(
    shares: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str | Flowable]], texts: int, *, total: bool
) -> tuple[list[float], float, bool]:
    """Widths of the columns in points, the size of the letters, and whether the numbers of the last row can be bold.

    Columns keep their shares where every number has room; else each number gets what it needs, and words the rest.
    """
    size = 7.5
    for bold in (True, False):
        last = fonts.BOLD if bold and total else fonts.BODY
        needed = [0.0] * len(shares)
        for at in range(texts, len(shares)):
            wide = [stringWidth(word, fonts.BOLD, 7) for word in heads[at].split()]
            wide += [_wide(row[at], fonts.BODY, size) for row in rows[:-1]]
            wide += [_wide(row[at], last, size) for row in rows[-1:]]
            needed[at] = max(wide) + 6.5
        if all(share >= need for share, need in zip(shares, needed, strict=True)):
            return list(shares), size, True
        left = sum(shares) - sum(needed)
        if left >= NARROWEST * texts or not bold:
            break
    words_ = max(left, NARROWEST * texts)
    own = sum(shares[:texts])
    columns = [words_ * share / own if at < texts else needed[at] for at, share in enumerate(shares)]
    smaller = min(sum(shares) / sum(columns), 1.0)
    return [column * smaller for column in columns], size * smaller, bold


def fitted(words: str, room: float, size: float, font: str = fonts.BODY) -> str:
    """The words, cut with an ellipsis where they are wider than `room` points."""
    if stringWidth(words, font, size) <= room:
        return words
    while words and stringWidth(words + "…", font, size) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def side_by_side(left: Sequence[Flowable], right: Sequence[Flowable], share: float = 0.5, gap_mm: float = 5) -> Table:
    """Two columns of parts; what is higher than a page does not belong here."""
    between = gap_mm * mm
    widths = [(TEXT_WIDTH - between) * share, between, (TEXT_WIDTH - between) * (1 - share)]
    table = Table([[list(left), "", list(right)]], colWidths=widths)
    table.setStyle([*_tight(0, 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def framed(words: str, width_mm: float, height_mm: float) -> Flowable:
    """An empty frame of exactly this size with a few words at its upper edge: for a stamp."""
    table = Table([[text(words, "caption")]], colWidths=[width_mm * mm], rowHeights=[height_mm * mm])
    table.setStyle([*_tight(4, 3), ("BOX", (0, 0), (-1, -1), 0.6, black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def boxed(words: str, of: str = "bold") -> Flowable:
    """A line nobody may overlook, in a frame."""
    table = Table([[text(words, of)]], colWidths=[TEXT_WIDTH])
    table.setStyle([*_tight(6, 4), ("BOX", (0, 0), (-1, -1), 1, black)])
    return table


def together(*content: Flowable) -> Flowable:
    """Parts that are never parted by the end of a page, unless they are higher than one. Not one inside another."""
    # A conditional break asks for all the room that is left: nothing would ever fit beside it.
    return KeepTogether([part for part in content if not isinstance(part, CondPageBreak)])


def unfilled(titles: Sequence[str], words: str) -> Flowable:
    """Sections without data yet, side by side: each says so and leaves room to write by hand."""
    between = 3 * mm
    width = (TEXT_WIDTH - between * (len(titles) - 1)) / len(titles)
    heads: list[Flowable | str] = []
    says: list[Flowable | str] = []
    for title in titles:
        heads += ["", text(title, "bold")] if heads else [text(title, "bold")]
        says += ["", text(words, "caption")] if says else [text(words, "caption")]
    widths = [width if place % 2 == 0 else between for place in range(len(heads))]
    table = Table([heads, says], colWidths=widths, rowHeights=[14, 14 * mm])
    dotted = [("BOX", (place, 1), (place, 1), 0.5, HAIR, 0, (1, 2)) for place in range(0, len(heads), 2)]
    table.setStyle([*_tight(0, 1), ("LEFTPADDING", (0, 1), (-1, 1), 4), ("VALIGN", (0, 0), (-1, -1), "TOP"), *dotted])
    return together(table)


def points(lines: Sequence[str]) -> list[Flowable]:
    """Short sentences, one under the other, each with a dot."""
    table = Table([[text("•"), text(line)] for line in lines], colWidths=[4 * mm, TEXT_WIDTH - 4 * mm])
    table.setStyle([*_tight(0, 0.8), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return [table]


def form(
    heads: Sequence[str], rows: int, widths: Sequence[float], height_mm: float, width: float = TEXT_WIDTH
) -> Table:
    """An empty table to write in by hand: ruled cells of one height under their heads."""
    total = sum(widths)
    table = Table(
        [[text(head, "heads") for head in heads], *[[""] * len(heads)] * rows],
        colWidths=[width * share / total for share in widths],
        rowHeights=[None, *[height_mm * mm] * rows],
        repeatRows=1,
    )
    table.setStyle(
        [
            *_tight(2, 1.5),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("GRID", (0, 0), (-1, -1), 0.4, HAIR),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ]
    )
    return table


def blanks(labels: Sequence[tuple[str, float]], height_mm: float = 8, width: float = TEXT_WIDTH) -> Table:
    """Labels in a row, each with a line to write on; the shares say how wide each is."""
    total = sum(share for _, share in labels)
    table = Table(
        [[text(label, "tiny") for label, _ in labels]],
        colWidths=[width * share / total for _, share in labels],
        rowHeights=[height_mm * mm],
    )
    table.setStyle([*_tight(2, 1), ("BOX", (0, 0), (-1, -1), 0.5, HAIR), ("INNERGRID", (0, 0), (-1, -1), 0.5, HAIR)])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def signatures(*under: str, width: float = TEXT_WIDTH) -> Flowable:
    """Lines to sign on, with what stands under each; never parted from each other, 14 mm of room above."""
    width /= len(under)
    cells = [Table([[text(words, "signature")]], colWidths=[width - 8 * mm]) for words in under]
    for cell in cells:
        cell.setStyle([("LINEABOVE", (0, 0), (-1, 0), 0.6, black), *_tight(0, 2)])
    table = Table([cells], colWidths=[width] * len(under))
    table.setStyle([("ALIGN", (0, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(0, 0)])
    table.setStyle([("TOPPADDING", (0, 0), (-1, -1), 14 * mm)])
    return table


def _tight(across: float, upright: float) -> list[tuple[object, ...]]:
    return [
        ("FONT", (0, 0), (-1, -1), fonts.BODY),  # else a table names Helvetica, which is not embedded
        ("LEFTPADDING", (0, 0), (-1, -1), across),
        ("RIGHTPADDING", (0, 0), (-1, -1), max(across, 4)),
        ("TOPPADDING", (0, 0), (-1, -1), upright),
        ("BOTTOMPADDING", (0, 0), (-1, -1), upright),
    ]
