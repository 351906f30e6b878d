"""Why a line proposes what it does: two lines under the table, and everything in a drawer."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ces_desktop.i18n import tr
from ces_desktop.services.order_planning import Plan
from ces_desktop.ui import labels
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.pages.order_rows import Row
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    Icon,
    Rule,
    ScrollBody,
    SectionCard,
    Sparkline,
    Text,
    clear,
    column,
    row,
)

STRIP_HEIGHT = 66


class ExplainStrip(SectionCard):
    """Two sentences on the chosen line; its place is kept. `wanted` when all of it is asked for."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(pad=10)
        self.setProperty("surface", "note")
        self.setProperty("kind", "accent")
        self.head, self.foot = Text(" ", "smallstrong", elide=True), Text(" ", "small", elide=True)
        self.more = Button(tr("Explain"), "ghost", cap="E")
        self.more.clicked.connect(self.wanted)
        self.add(row(Icon("lightbulb", 18, "accent"), (column(self.head, self.foot, gap=2), 1), self.more, gap=12))
        self.setFixedHeight(px(STRIP_HEIGHT))

    def show_row(self, chosen: Row | None, plan: Plan | None) -> None:
        """What is known of the chosen line so far."""
        self.more.set_possible(chosen is not None and chosen.plan is not None, tr("Being worked out"))
        if chosen is None or chosen.plan is None or chosen.wanted is None or plan is None:
            waiting = tr("Its risk is being worked out.") if chosen is not None and plan is None else " "
            self.head.set_text(waiting)
            self.foot.set_text(" ")
            return
        head = words.headline(chosen.name, chosen.plan, chosen.wanted, plan)
        dates = words.dates(chosen.plan, chosen.wanted, plan)
        self.head.set_text(head)
        said = [part for part in (dates, words.grounds(chosen.plan, chosen.wanted, plan)) if part]
        self.foot.set_text(" ".join(said))
        self.setAccessibleName(f"{head} {' '.join(said)}")


class ExplainCard(SectionCard):
    """The whole of it: months, dates, averages, members, limits, the classic formula beside ours."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Why so much"))
        self._facts = column(gap=8)
        self.add((ScrollBody(column(self._facts, None, margins=(0, 0, 14, 0)), 0), 1))
        self.show_row(None, None)

    def show_row(self, chosen: Row | None, plan: Plan | None) -> None:
        """Another line is chosen, or its figures came."""
        clear(self._facts)
        if chosen is None or chosen.plan is None or chosen.wanted is None or plan is None:
            self._facts.addWidget(Text(tr("Choose an item to see why so much is proposed."), "small", wrap=True))
            return
        line, one = chosen.plan, chosen.wanted
        self._facts.addWidget(Text(chosen.name, "section", wrap=True))
        self._facts.addWidget(Text(words.headline(chosen.name, line, one, plan), "small", wrap=True))
        dates = words.dates(line, one, plan)
        if dates:
            self._facts.addWidget(Text(dates, "small", wrap=True))
        values = [None if share == 0 else units for units, share in line.recent]
        gaps = [place for place, (_, share) in enumerate(line.recent) if share < 0.97]
        if any(value is not None for value in values):
            name = tr("Use of the last months")
            self._facts.addWidget(Sparkline(values, gaps=gaps, from_zero=True, size=(300, 56), name=name))
            span = f"{labels.day(plan.months[-len(line.recent)])} – {labels.day(plan.months[-1])}"
            hatched = tr("hatched = days without stock")
            self._facts.addWidget(Text(f"{span} · {hatched}" if gaps else span, "caption", wrap=True))
        self._facts.addWidget(Rule())
        for label, value in self._figures(chosen, plan):
            self._facts.addLayout(row((Text(label, "small", wrap=True), 1), Text(value, "smallstrong", align="right")))
        comes = words.comes(plan)
        if comes:
            self._facts.addWidget(Text(comes, "small", wrap=True))
        self._facts.addWidget(Rule())
        self._facts.addWidget(Text(tr("The forecast is an average of"), "smallstrong", wrap=True))
        for said in words.member_lines(line.members):
            self._facts.addWidget(Text(said, "small", wrap=True))
        for said in words.limits(line, one):
            self._facts.addWidget(Text(said, "small", wrap=True))

    @staticmethod
    def _figures(chosen: Row, plan: Plan) -> list[tuple[str, str]]:
        line, one = chosen.plan, chosen.wanted
        assert line is not None and one is not None
        before, after = (line.risk_before, line.risk_with) if chosen.risks is None else chosen.risks
        found = [
            (tr("In stock"), labels.number(one.on_hand)),
            (tr("On its way"), labels.number(one.in_transit)),
            (tr("Use a month, corrected for stock-outs"), words.amount(line.average)),
            (tr("Months of stock"), labels.number(line.months_of_stock, 1)),
            (tr("Needed by prescription, a month"), words.amount(one.need) if one.people else labels.DASH),
            (
                tr("Risk before this order comes ({day})").format(day=labels.short_day(plan.arrives[0])),
                words.chance(before),
            ),
            (
                tr("Risk until {day}, without it").format(day=labels.short_day(plan.covers)),
                words.chance(line.risk_without),
            ),
            (tr("Risk until {day}, with it").format(day=labels.short_day(plan.covers)), words.chance(after)),
            (tr("Stock to have when ordering"), labels.number(line.up_to)),
            (tr("Proposed"), labels.number(chosen.proposed)),
            (tr("Classic formula would order"), labels.number(line.classic)),
        ]
        return found
