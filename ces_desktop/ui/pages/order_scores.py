"""Beside the orders: how good the forecasts of past months were, and whether changing them did better."""

from __future__ import annotations

from ces_desktop.data.queries.forecast_scores import Scores
from ces_desktop.domain.supply.judging import Score
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import Rule, ScrollBody, SectionCard, Text, clear, column, row

SHOWN = 3
FEW = 20
"""Under so many items a month says little."""


class ScoresCard(SectionCard):
    """`show_scores`: months that are over, the newest first, and the quantities that people changed."""

    def __init__(self) -> None:
        super().__init__(tr("Forecast quality"), icon="activity")
        self._facts = column(gap=8)
        self.add((ScrollBody(column(self._facts, None, margins=(0, 0, 14, 0)), 0), 1))
        self.show_scores(None)

    def show_scores(self, found: Scores | None) -> None:
        """None = being worked out."""
        clear(self._facts)
        if found is None:
            return
        if not found.months:
            self._say(tr("No month that was foretold is over yet. What is foretold is kept with each order."))
        for month, each in found.months[:SHOWN]:
            self._month(month, each)
        self._facts.addWidget(Rule())
        self._changes(found)

    def _month(self, month: str, each: Score) -> None:
        items = trn("{n} item", "{n} items", each.n).format(n=labels.number(each.n))
        self._facts.addLayout(row((Text(labels.day(month), "smallstrong"), 1), Text(items, "caption")))
        within = labels.percent(each.within, each.n)
        self._pair(tr("Within the 95 % foretold"), f"{within} ({labels.of(each.within, each.n)})")
        if each.better is not None:
            share = f"{abs(round(100 * each.better))}{labels.NBSP}%"
            words = tr("{share} smaller") if each.better >= 0 else tr("{share} larger")
            self._pair(tr("Error beside the average of three months"), words.format(share=share))
        if each.n < FEW:
            self._say(tr("Few items: says little."), "caption")

    def _changes(self, found: Scores) -> None:
        self._facts.addWidget(Text(tr("Quantities changed by people"), "smallstrong", wrap=True))
        held = found.overrides
        if not held.n:
            self._say(tr("None whose time is over yet."))
            return
        self._pair(tr("The person was nearer"), labels.of(held.person, held.n))
        self._pair(tr("The proposal was nearer"), labels.of(held.program, held.n))

    def _pair(self, label: str, value: str) -> None:
        self._facts.addLayout(row((Text(label, "small", wrap=True), 1), Text(value, "smallstrong", align="right")))

    def _say(self, text: str, role: str = "small") -> None:
        self._facts.addWidget(Text(text, "caption" if role == "caption" else "small", wrap=True))
