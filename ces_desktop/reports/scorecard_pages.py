"""The pages of the scorecard."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from ces_desktop.data.queries.mentoring_papers import ScorecardPaper
from ces_desktop.data.queries.scorecard import Card
from ces_desktop.domain.papers import Slip
from ces_desktop.domain.scorecard import AREAS, change
from ces_desktop.i18n import tr
from ces_desktop.reports import pages, parts, scorecard_words, words
from ces_desktop.reports.document import Frame, issued

SHOWN = 5
"""Cards side by side, the last at right."""
WIDTHS = (47, 60, 25, 13, 35)


def build(paper: ScorecardPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `scorecard.scorecard_pdf`."""
    cards, card = paper.cards, paper.cards[-1]
    title = tr("Scorecard of the clinic")
    story: list[Flowable] = [parts.Mark(title), parts.facts(_facts(card)), parts.gap(2), _areas(cards), parts.gap(1)]
    story.append(
        parts.text(
            tr("Points: 0 to 100, the mean of the items of an area that have data; what has no data is not 0."),
            "caption",
        )
    )
    heads = [tr("What is looked at"), tr("What it counts"), tr("Result"), tr("Points"), tr("Step to take")]
    sections: list[list[Flowable]] = []
    for area in AREAS:
        rows = [
            [
                scorecard_words.item(item.code), scorecard_words.meaning(item.code), scorecard_words.found(item),
                scorecard_words.points(item.points), item.next_step,
            ]
            for item in card.items
            if item.area == area
        ]  # fmt: skip
        if rows:
            name = f"{scorecard_words.area(area)} · {scorecard_words.points(card.area(area).points)}"
            sections.append(parts.section(name, parts.grid(heads, rows, WIDTHS, small=True, right=(3,))))
    last = sections.pop() if sections else []
    story += [part for each in sections for part in each]
    story.append(parts.together(*last, parts.signatures(tr("Who leads the clinic"), tr("Who supervises"))))
    return pages.build(story, issued(title, paper.sha(), slip), frame)


def _facts(card: Card) -> list[tuple[str, str]]:
    return [
        (tr("Which"), scorecard_words.kind(card.kind)),
        (tr("Day"), words.day(card.day)),
        (tr("Made by"), card.by or words.DASH),
        (tr("Note"), card.note or words.DASH),
    ]


def _areas(cards: Sequence[Card]) -> Flowable:
    """Points of each area on this card and those before, and how they moved."""
    shown = cards[-SHOWN:]
    heads = [tr("Area"), *(words.day(card.day) for card in shown), tr("Since the one before"), tr("With data")]
    rows = []
    for area in AREAS:
        held = [card.area(area) for card in shown]
        moved = change([p.points for p in held[:-1]], held[-1].points)
        rows.append(
            [
                scorecard_words.area(area), *(scorecard_words.points(p.points) for p in held),
                scorecard_words.change(moved) or words.DASH, f"{held[-1].known}/{held[-1].items}",
            ]
        )  # fmt: skip
    widths = (50, *(26 for _ in shown), 34, 24)
    return parts.grid(heads, rows, widths, right=tuple(range(1, len(shown) + 3)))
