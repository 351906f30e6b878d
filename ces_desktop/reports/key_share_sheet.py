"""The drawing of one sheet of the shared network key: its words in numbered boxes, what they are, how to keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from ces_desktop.i18n import tr
from ces_desktop.reports import fonts, pages, parts
from ces_desktop.reports.document import Frame, Paper
from ces_desktop.reports.drawn import Drawn

_ACROSS, _FEW = 4, 30
"""Words in a line; more words than `_FEW` stand closer."""


def build(words: Sequence[str], number: int, of: int, needed: int, frame: Frame) -> bytes:
    """The file of `key_share.key_share_pdf`."""
    title = tr("Sheet {number} of {of} of the network's key").format(number=number, of=of)
    story: list[Flowable] = [
        parts.Mark(title),
        parts.text(f"{title}: {frame.clinic_name}", "name"),
        parts.gap(1),
        parts.text(
            tr("Any {needed} of the {of} sheets give the key back. One alone opens nothing.").format(
                needed=needed, of=of
            ),
            "big",
        ),
        parts.gap(3),
        Words(words),
        parts.gap(2),
        parts.text(
            tr("Type the words in order. The first four letters tell each from all others; a slip is noticed."),
            "caption",
        ),
    ]
    for heading, lines in _advice(needed):
        story += parts.section(heading, *parts.points(lines))
    story.append(parts.signatures(tr("Received by: name and signature"), tr("Where it is kept, and since which day")))
    return pages.build(story, Paper(title, "", cut=""), frame)


def _advice(needed: int) -> list[tuple[str, list[str]]]:
    return [
        (
            tr("What it is for"),
            [
                tr("The network's key certifies a new hub and opens every bundle. No computer keeps it."),
                tr(
                    "When it is needed, type the words of {needed} sheets into a file each and give both to the "
                    "command: hub renew."
                ).format(needed=needed),
                tr("The words follow a standard, SLIP-39: other programs read them too."),
            ],
        ),
        (
            tr("Where to keep it"),
            [
                tr(
                    "Each sheet with another person and in another place, in a closed envelope with date and signature."
                ),
                tr("Safe from water, fire and insects. Who keeps one must know who keeps the others."),
            ],
        ),
        (
            tr("What not to do"),
            [
                tr("Do not keep two sheets together: who finds both has the key."),
                tr("Do not photograph it, do not send it by message, do not keep it in a computer or a phone."),
                tr("If a sheet is lost, make three new ones from two others and burn the old."),
            ],
        ),
    ]


class Words(Drawn):
    """The words in boxes, four across, numbered."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = list(words)
        self._box = (11 if len(self._words) <= _FEW else 6) * mm
        self.width = pages.TEXT_WIDTH
        self.height = self._box * -(-len(self._words) // _ACROSS)

    def draw(self) -> None:
        canvas: Any = self.canv
        box = self.width / _ACROSS
        for number, word in enumerate(self._words):
            left = box * (number % _ACROSS)
            bottom = self.height - self._box * (number // _ACROSS + 1)
            canvas.setLineWidth(0.8)
            canvas.rect(left, bottom, box, self._box)
            canvas.setFont(fonts.BODY, 8)
            canvas.drawString(left + 4, bottom + self._box / 2 - 3, str(number + 1))
            canvas.setFont(fonts.MONO, 13)
            canvas.drawString(left + 20, bottom + self._box / 2 - 4.5, word)
