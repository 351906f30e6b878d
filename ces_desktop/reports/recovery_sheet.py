"""The drawing of the recovery sheet: seven numbered groups in large type, what they are, how to keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from ces_desktop.i18n import tr
from ces_desktop.reports import fonts, pages, parts
from ces_desktop.reports.document import Frame, Paper
from ces_desktop.reports.drawn import Drawn

_ACROSS = 4
_BOX_HEIGHT = 19 * mm


def build(groups: Sequence[str], sheet: str, frame: Frame) -> bytes:
    """The file of `recovery.recovery_sheet_pdf`."""
    title = tr("Recovery key")
    lead = tr("With this sheet and the laptop anybody can open the clinic's data. Keep it like money.")
    of = tr("Recovery key of {clinic}").format(clinic=f"{frame.clinic_name} ({frame.prefix})")
    return _sheet(groups, sheet, frame, (title, of, lead), _advice(sheet))


def build_network(groups: Sequence[str], sheet: str, frame: Frame) -> bytes:
    """The file of `recovery.network_sheet_pdf`."""
    title = tr("Key of the network")
    lead = tr("Who has this sheet can open every bundle of every clinic. Keep it like money, away from the hub.")
    words = title, f"{title}: {frame.clinic_name} ({frame.prefix})", lead
    return _sheet(groups, sheet, frame, words, _network_advice())


def _sheet(
    groups: Sequence[str], sheet: str, frame: Frame, words: tuple[str, str, str], advice: list[tuple[str, list[str]]]
) -> bytes:
    title, of, lead = words
    paper = Paper(title, tr("Sheet {sheet}").format(sheet=sheet), cut="")
    story: list[Flowable] = [
        parts.Mark(title),
        parts.text(of, "name"),
        parts.gap(1),
        parts.text(lead, "big"),
        parts.gap(4),
        Groups(groups),
        parts.gap(2),
        parts.text(
            tr(
                "Type the groups in order; capitals and dashes do not matter. The last letter of each group checks the "
                "others: the program says which group was typed wrong. 0 is zero and 1 is one: "
                "the letters O, I, L and U are not used."
            ),
            "caption",
        ),
    ]
    for heading, lines in advice:
        story += parts.section(heading, *parts.points(lines))
    story.append(parts.signatures(tr("Received by: name and signature"), tr("Where it is kept, and since which day")))
    return pages.build(story, paper, frame)


def _network_advice() -> list[tuple[str, list[str]]]:
    return [
        (
            tr("What it is for"),
            [
                tr("Certifies a new hub when this one is lost, stolen, or moved to another computer."),
                tr("Opens bundles when hub and laptops are lost: each is encrypted for this key too."),
                tr("No computer keeps it. Without it a lost hub means that every laptop must be admitted anew."),
            ],
        ),
        (
            tr("Where to keep it"),
            [
                tr("On paper, in a closed envelope with the date and a signature over the flap."),
                tr("In two places, neither of them the office of the hub: one burglary must not find both."),
                tr("Safe from water, fire and insects. Look once a year whether the envelope is closed."),
            ],
        ),
        (
            tr("What not to do"),
            [
                tr("Do not photograph it, do not send it by message, do not keep it in a computer or a phone."),
                tr("If it was seen by somebody else, a new network must be founded and all laptops admitted to it."),
            ],
        ),
    ]


def _advice(sheet: str) -> list[tuple[str, list[str]]]:
    return [
        (
            tr("What it is for"),
            [
                tr("Opens the clinic's data when nobody remembers the passphrase or who knew it has left."),
                tr("Where the program asks for the passphrase, choose the recovery key and type the groups."),
                tr("Without a passphrase or this sheet nobody can open the data, not even the program's authors."),
            ],
        ),
        (
            tr("Where to keep it"),
            [
                tr("On paper, in a closed envelope with the date and a signature over the flap."),
                tr("Away from the laptop: under lock with who coordinates the clinic, or in the supervision's office."),
                tr("Safe from water, fire and insects. Two printed copies in two places are better than one."),
            ],
        ),
        (
            tr("What not to do"),
            [
                tr("Do not photograph it, do not send it by message, do not keep it in a computer or a phone."),
                tr("Do not put it in the laptop's bag or on a wall."),
                tr("If it is lost or seen, print a new one: sheet {sheet} then stops working.").format(sheet=sheet),
            ],
        ),
    ]


class Groups(Drawn):
    """The groups in boxes, four across, numbered; letters of equal width, a zero no one takes for an O."""

    def __init__(self, groups: Sequence[str]) -> None:
        super().__init__()
        self._groups = list(groups)
        self.width = pages.TEXT_WIDTH
        self.height = _BOX_HEIGHT * -(-len(self._groups) // _ACROSS)

    def draw(self) -> None:
        canvas: Any = self.canv
        box = self.width / _ACROSS
        for number, group in enumerate(self._groups):
            left = box * (number % _ACROSS)
            bottom = self.height - _BOX_HEIGHT * (number // _ACROSS + 1)
            canvas.setLineWidth(0.8)
            canvas.rect(left, bottom, box, _BOX_HEIGHT)
            canvas.setFont(fonts.BODY, 9)
            canvas.drawString(left + 4, bottom + _BOX_HEIGHT - 11, str(number + 1))
            canvas.setFont(fonts.MONO, 26)
            canvas.drawCentredString(left + box / 2, bottom + 14, group)
