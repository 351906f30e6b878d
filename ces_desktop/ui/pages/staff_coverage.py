"""The days of a clinic with and without a physician: fourteen months at a glance, and what the next change brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ces_desktop.data.queries.staff import Person
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.reports.coverage_words import BEFORE, change_words, months_shown, spoken, year_words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, CoverageStrip, SectionCard, Text


class CoverageCard(SectionCard):
    """The strip with its figures; `show_people` fills it."""

    def __init__(self) -> None:
        self.strip = CoverageStrip(name=tr("Days with and without a physician"))
        self.figure = Text("", "small", wrap=True)
        self.change = Text("", "small", wrap=True)
        said = tr("green: there · red hatched: nobody · amber dotted: away · outline: planned")
        self.paper = Button(tr("Print"), "ghost", icon="printer", cap="F8")
        super().__init__(
            tr("Days with a physician"), self.figure, self.strip, Text(said, "caption", wrap=True), self.change,
            icon="calendar", action=self.paper, pad=14,
        )  # fmt: skip
        self.setMinimumWidth(px(320))

    def show_people(self, people: Sequence[Person], clinic: Id, today: date) -> None:
        """Read the days off the placements at a clinic."""
        months, year, held = months_shown(people, clinic, today)
        self.strip.show_months(months, [spoken(each) for each in months], BEFORE)
        self.figure.set_text(year_words(year))
        said = change_words(held, {p.id: p.name for p in people}, today)
        self.change.set_text(said)
        self.change.setVisible(bool(said))
