"""The page of every print on letter paper: head, foot with "page n of N", fonts, outline, one fixed date inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import letter
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, PageTemplate
from reportlab.platypus import Frame as Space

from ces_desktop.i18n import language, tr
from ces_desktop.reports import fonts, words
from ces_desktop.reports.document import Frame, Paper
from ces_desktop.reports.drawn import Drawn

WIDTH, HEIGHT = letter
LEFT, RIGHT, TOP, BOTTOM = 20 * mm, 15 * mm, 15 * mm, 15 * mm
HEAD, FOOT, TRIAL = 14 * mm, 14 * mm, 6 * mm  # TRIAL: the line that says that data are not real
TEXT_WIDTH = WIDTH - LEFT - RIGHT
TEXT_HEIGHT = HEIGHT - TOP - BOTTOM - HEAD - FOOT - TRIAL  # what every page has at least

LANDSCAPE_WIDTH = HEIGHT - LEFT - RIGHT
"""Width of the text on a page that lies."""

_TOTAL = "total_of_pages"
_SMALL = 7.5
_BUILDING = threading.Lock()  # reportlab keeps the fonts in use in its modules


class Sheets(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A canvas with our font from its first byte, the record's date, and the number of pages as a form drawn last.

    The usual trick for "page n of N" (keep every page, play them again) sends all bookmarks to page 1.
    """

    def __init__(self, made_at_ms: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"initialFontName": fonts.BODY, "invariant": 1})
        stamp = self._doc._timeStamp  # reportlab's own way is an environment variable, which threads share
        stamp.t = made_at_ms // 1000
        stamp.lt = time.gmtime(stamp.t)
        stamp.YMDhms = tuple(stamp.lt)[:6]

    def save(self) -> None:
        """Draw the number of pages into its form, then write the file."""
        self.beginForm(_TOTAL, 0, -4, 60, 14)
        self.setFont(fonts.BODY, _SMALL)
        self.drawString(0, 0, str(self._pageNumber - 1))
        self.endForm()
        super().save()


class Mark(Drawn):
    """An invisible place the outline leads to; names are unique by order of appearance."""

    width = height = 0

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def draw(self) -> None:
        number = getattr(self.canv, "_marks", 0) + 1
        self.canv._marks = number
        self.canv.bookmarkPage(f"m{number}")
        self.canv.addOutlineEntry(self._words, f"m{number}", 0, False)


def build(story: Sequence[Flowable], paper: Paper, frame: Frame) -> bytes:
    """The file: letter, as many pages as the story takes. Same story, paper and frame: same bytes."""
    fonts.register()
    out = BytesIO()
    size = (HEIGHT, WIDTH) if paper.landscape else letter
    document = BaseDocTemplate(
        out,
        pagesize=size,
        lang="es-MX" if language() == "es" else "en",
        title=f"{paper.title} {paper.folio}".strip(),
        author=frame.clinic_name,
        subject=paper.folio,
        creator=f"CES Desktop {frame.app_version}",
        producer="reportlab",
    )
    height = size[1] - TOP - BOTTOM - HEAD - FOOT - (TRIAL if _trial(paper, frame) else 0)
    space = Space(LEFT, BOTTOM + FOOT, size[0] - LEFT - RIGHT, height, 0, 0, 0, 0)

    def furnish(canvas: Canvas, _document: BaseDocTemplate) -> None:
        _head(canvas, paper, frame)
        _foot(canvas, paper, frame)

    document.addPageTemplates(PageTemplate("page", [space], onPage=furnish))

    def canvas(*arguments: Any, **options: Any) -> Sheets:
        return Sheets(frame.made_at_ms, *arguments, **options)

    with _BUILDING:
        document.build(list(story), canvasmaker=canvas)
    return out.getvalue()


def _head(canvas: Canvas, paper: Paper, frame: Frame) -> None:
    """Clinic at left, title at right, its official names below, a rule; trial data say so in words under it."""
    wide, high = canvas._pagesize
    top, room_ = high - TOP, wide - LEFT - RIGHT
    canvas.saveState()
    canvas.setFillColor(black)
    canvas.setFont(fonts.BOLD, 11)
    canvas.drawRightString(wide - RIGHT, top - 11, paper.title)
    room = room_ - stringWidth(paper.title, fonts.BOLD, 11) - 12
    size = max(8.0, min(11.0, 11 * room / max(1.0, stringWidth(frame.clinic_name, fonts.BOLD, 11))))
    canvas.setFont(fonts.BOLD, size)  # a long name is written smaller before it is cut
    canvas.drawString(LEFT, top - 11, _fitted(frame.clinic_name, fonts.BOLD, size, room))
    canvas.setFont(fonts.BODY, 8)
    official = frame.official_name if frame.official_name != frame.clinic_name else ""
    line = _joined(official, f"CLUES {frame.clues}" if frame.clues else "", frame.municipality)
    canvas.drawString(LEFT, top - 23, _fitted(line, fonts.BODY, 8, room_))
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, top - 29, wide - RIGHT, top - 29)
    if trial := _trial(paper, frame):
        canvas.setFont(fonts.BOLD, 9)
        canvas.rect(LEFT, top - 47, room_, 14)
        canvas.drawCentredString(LEFT + room_ / 2, top - 43.3, trial)
    canvas.restoreState()


def _trial(paper: Paper, frame: Frame) -> str:
    trial = tr("DEMONSTRATION DATA") if frame.demo else ""
    return _joined(trial, tr("TEST RECORD") if paper.test_record else "", paper.warning)


def _foot(canvas: Canvas, paper: Paper, frame: Frame) -> None:
    """What this is and about whom, when and by whom, clinic and version; "page n of N", its total filled in last."""
    wide = canvas._pagesize[0]
    canvas.saveState()
    canvas.setLineWidth(0.4)
    canvas.line(LEFT, BOTTOM + 33, wide - RIGHT, BOTTOM + 33)
    before = tr("Page {page} of").format(page=canvas.getPageNumber()) + words.NBSP
    # The widest total a print can have decides where the words stand, so that they never move.
    start = wide - RIGHT - stringWidth(before + "888", fonts.BODY, _SMALL)
    canvas.setFont(fonts.BODY, _SMALL)
    canvas.drawString(start, BOTTOM + 23, before)
    canvas.saveState()
    canvas.translate(start + stringWidth(before, fonts.BODY, _SMALL), BOTTOM + 23)
    canvas.doForm(_TOTAL)
    canvas.restoreState()
    made = tr("Data as of {moment}").format(moment=words.moment(frame.made_at_ms))
    author = tr("Printed by {name}").format(name=frame.user_name) if frame.user_name else ""
    clues = f"CLUES {frame.clues}" if frame.clues else ""
    code = tr("Data code {code}").format(code=paper.cut) if paper.cut else ""
    room = wide - LEFT - RIGHT
    lines = [
        (_begun(_joined(paper.folio, paper.about)), start - LEFT - 12),
        (_joined(made, author), room),
        (_named(frame.clinic_name, (clues, f"CES Desktop {frame.app_version}", code), room), room),
    ]
    for number, (line, room) in enumerate(lines):
        canvas.drawString(LEFT, BOTTOM + 23 - 10 * number, _fitted(line, fonts.BODY, _SMALL, room))
    canvas.restoreState()


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _named(name: str, rest: Sequence[str], room: float) -> str:
    """The clinic and what proves the paper: of a long line the name is cut, never the code of the data."""
    end = _joined("", *rest)
    return _joined(_fitted(name, fonts.BODY, _SMALL, room - stringWidth(f" · {end}", fonts.BODY, _SMALL)), end)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fitted(text: str, font: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis where it would run into its neighbour."""
    if stringWidth(text, font, size) <= room:
        return text
    while text and stringWidth(text + "…", font, size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
