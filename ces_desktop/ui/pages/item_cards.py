"""The parts of an item's page: the facts, the chart, days without stock, lots, how the forecast came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.data.queries.shelf import ShelfRow
from ces_desktop.data.queries.stock import Lot
from ces_desktop.domain.supply.shelf import MonthUse
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import order_words
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.item_chart import Foretold, UseChart, stock_out_words
from ces_desktop.ui.pages.item_outlook import Outlook
from ces_desktop.ui.widgets import (
    Button,
    EmptyState,
    Rule,
    SectionCard,
    StatusChip,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.day_strip import DayMonth, DayStrip

STRIP_MONTHS, CHART_MONTHS = 6, 12


class _Fact(QWidget):
    """A label, a number, a chip beside it, a caption."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.number, self.caption = Text("", "number"), Text("", "caption")
        self.chip = StatusChip("ok", "")
        self.chip.hide()
        self.setLayout(column(Text(label, "label"), row(self.number, self.chip, None), self.caption, gap=2))

    def say(self, number: str, caption: str = "", tone: str = "") -> None:
        """Fill it."""
        self.number.set_text(number)
        self.number.set_tone(tone)
        self.caption.set_text(caption)
        self.setAccessibleName(f"{number} {caption}")


class FactsStrip(QFrame):
    """On hand, runs out, monthly use, months of stock, on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.held, self.out = _Fact(tr("On hand")), _Fact(tr("Runs out"))
        self.use, self.lasts = _Fact(tr("Monthly use")), _Fact(tr("Months of stock"))
        self.coming = _Fact(tr("On the way"))
        later = (self.out, self.use, self.lasts, self.coming)
        self._parts = [self.held, *(box(row(Rule(upright=True), fact, gap=14)) for fact in later)]
        self._held = box(Wrapped(*self._parts, gap=22))
        self.setLayout(column(self._held, margins=(16, 12, 16, 12)))

    def _take_room(self) -> None:
        """Words have changed: each fact is as wide as it needs, and who has no room goes on in a second line."""
        for part in (self.held, self.out, self.use, self.lasts, self.coming, *self._parts, self._held, self):
            layout = part.layout()
            if layout is not None:
                layout.invalidate()
                layout.activate()
            part.updateGeometry()

    def show_row(self, shown: ShelfRow, today: date, family: Sequence[tuple[str, int]] = ()) -> None:
        """What the ledger says; `family`: other sources of the same medicine with their units in date."""
        there = [x for x in shown.lots if x.usable(today)]
        caption = trn("{n} lot in date", "{n} lots in date", len(there)).format(n=len(there))
        if shown.expired:
            caption += " · " + tr("{n} expired").format(n=labels.number(shown.expired))
        if shown.negative < 0:
            caption = tr("{n} given without a lot: count it").format(n=labels.number(-shown.negative))
        for source, units in family:
            besides = tr("besides, {n} of {source}").format(n=labels.number(units), source=words.source(source))
            caption += " · " + besides
        held = shown.usable if shown.negative >= 0 else shown.on_hand
        self.held.say(words.units(held, shown.item.unit), caption, "bad" if held <= 0 and shown.lively else "")
        state, word = words.standing(shown, today)
        self.out.say(labels.DASH, "")
        if shown.usable <= 0 and shown.since is not None:
            self.out.say(labels.day(shown.since), tr("the last day there was any"))
        self.out.chip.set_state(state, word)
        self.out.chip.show()
        without = sum(m.out for m in shown.months[-7:])
        words_ = trn("corrected for {n} day without stock", "corrected for {n} days without stock", without)
        said = words_.format(n=labels.number(without)) if without and shown.average is not None else ""
        self.use.say(order_words.amount(shown.average) if shown.average is not None else labels.DASH, said)
        least = tr("at least {n}").format(n=labels.number(shown.least, 1))
        low = shown.lasts is not None and shown.lasts < shown.least / 2
        self.lasts.say(words.months(shown.lasts), least, "bad" if low else "")
        self.coming.say(labels.number(shown.in_transit), tr("of orders sent"))
        self._take_room()

    def show_outlook(self, shown: ShelfRow, found: Outlook, today: date) -> None:
        """What the forecast says."""
        early, usual, late = found.out
        if shown.usable > 0 and usual is not None:
            between = labels.short_day(early) if early else ""
            until = labels.short_day(late) if late else tr("later")
            said = tr("between {early} and {late} (8 times of 10)").format(early=between, late=until)
            self.out.say(labels.short_day(usual), said)
        elif shown.usable > 0:
            self.out.say(tr("not in 4 months"), tr("in the usual case"))
        state, word = words.standing(shown, today, found.risk_before, usual)
        if shown.usable > 0 and usual is not None and usual < found.arrives:
            state, word = "bad", tr("Before the delivery")
        self.out.chip.set_state(state, word)
        self._take_room()


class UseCard(SectionCard):
    """The chart, and the same numbers as a table (Ctrl+T)."""

    def __init__(self) -> None:
        self.switch = Button(tr("See table"), "ghost", cap="Ctrl+T")
        super().__init__(tr("Use and forecast"), icon="chart-column", caption=" ", action=self.switch, gap=4)
        self.chart = UseChart()
        self.table = RecordTable[MonthUse](_use_columns(), name=tr("Use and forecast"), dense=True)
        self.table.hide()
        legend = Text(
            tr("Bar: handed out · dashed: asked for and not there · red hatch: days without stock · band: forecast"),
            "caption", elide=True,
        )  # fmt: skip
        self.add(self.chart, self.table, legend)
        self.switch.clicked.connect(self.toggle)

    def show_use(self, shown: ShelfRow, fan: Sequence[Foretold]) -> None:
        """Months that were and months to come; nothing where nothing was ever noted."""
        self.setVisible(bool(shown.months))
        unit = words.unit(shown.item.unit)
        self.set_caption(tr("{units} a month").format(units=unit))
        self.chart.show_use(shown.months[-CHART_MONTHS:], fan)
        self.table.set_rows(tuple(reversed(shown.months)))
        self.table.fit_height(12)

    def toggle(self) -> None:
        """Chart or table."""
        table = not self.table.isVisible()
        self.table.setVisible(table)
        self.chart.setVisible(not table)
        self.switch.set_words(tr("See chart") if table else tr("See table"))


class WithoutCard(SectionCard):
    """Days without stock of the last months, a square for each."""

    def __init__(self) -> None:
        super().__init__(tr("Days with and without stock"), icon="calendar", caption=" ", gap=4)
        self.strip = DayStrip(name=tr("Days with and without stock"))
        self.add(self.strip)

    def show_row(self, shown: ShelfRow) -> None:
        """The last six months, the latest at the top."""
        months = list(zip(shown.months, shown.bits, strict=True))[-STRIP_MONTHS:]
        self.setVisible(bool(months))
        lines = [DayMonth(m.month, b, m.days, stock_out_words(m.out), m.before) for m, b in reversed(months)]
        spoken = "; ".join(f"{labels.day(m.month)}: {stock_out_words(m.out) or '0'}" for m, _ in months)
        self.strip.show_months(lines, spoken)
        days = sum(m.out for m, _ in months)
        said = trn("{n} day without, in {m} months", "{n} days without, in {m} months", days)
        self.set_caption(said.format(n=labels.number(days), m=len(months)))


class LotsCard(SectionCard):
    """Lots with what is left, the first to expire at the top; Enter corrects one."""

    def __init__(self) -> None:
        super().__init__(tr("Lots"), icon="list-checks", flush=True)
        self._today = date.min
        self._first: object = None
        self._place = ""
        columns: list[Column[Lot]] = [
            Column(tr("Lot"), self._lot),
            Column(tr("Units"), lambda lot: Cell(labels.number(lot.quantity), strong=True), 72, "right"),
            Column("", lambda lot: Cell(chip=words.lot_chip(lot, self._today, lot.id == self._first)), 136),
        ]
        self.table = RecordTable[Lot](columns, name=tr("Lots"))
        self.none = EmptyState(tr("No lot is left."), inset=16)
        self.add(self.table, self.none)

    def _lot(self, lot: Lot) -> Cell:
        if lot.id is None:
            return Cell(tr("Given without a lot"), strong=True)
        expires = tr("expires {day}").format(day=words.expiry(lot.expiry)) if lot.expiry else tr("does not expire")
        elsewhere = lot.location if lot.location != self._place else ""
        caption = " · ".join(part for part in (expires, elsewhere) if part)
        return Cell(lot.number or tr("no number"), caption, strong=True)

    def show_lots(self, lots: Sequence[Lot], today: date, place: str) -> None:
        """Lots that are not empty; where one lies is said where it is not the item's own `place`."""
        held = [lot for lot in lots if lot.quantity]
        self._today, self._place = today, place
        self._first = next((lot.id for lot in held if lot.stock.usable(today)), None)
        self.table.set_rows(held)
        self.table.setVisible(bool(held))
        self.none.setVisible(not held)
        self.table.fit_height(6)


class OutlookCard(SectionCard):
    """The proposal and how it came about."""

    def __init__(self) -> None:
        super().__init__(tr("How it was worked out"), icon="sliders-horizontal")
        self.lines = column(gap=4)
        self.advice = Text("", "strong", wrap=True)
        self.promise = Text("", "small", wrap=True)
        self.orders = Button(tr("Go to the order"), "ghost", icon="clipboard-list")
        self.rule = Rule()
        self.add(self.lines, self.rule, self.advice, self.promise, row(self.orders, None))
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nobody used it lately, or it is not ordered here."""
        clear(self.lines)
        self.lines.addWidget(Text(tr("Its use is not known yet: there is no forecast."), "small", wrap=True))
        for part in (self.rule, self.advice, self.promise, self.orders):
            part.hide()

    def show_outlook(self, shown: ShelfRow, found: Outlook) -> None:
        """Ways of forecasting with their shares, and the order proposed."""
        clear(self.lines)
        names = order_words.members()
        for name, share in sorted(found.members, key=lambda m: -m[1]):
            if share >= 0.005:
                said = names.get(name, name)
                if name == "need" and found.people:
                    people = trn("{n} person", "{n} people", found.people).format(n=found.people)
                    said = f"{said} ({people})"
                part = Text(labels.percent(round(100 * share), 100), "smallstrong")
                self.lines.addLayout(row((Text(said, "small", wrap=True), 1), part))
        if found.quantity:
            packs = found.quantity // found.pack
            boxes = trn("{n} box", "{n} boxes", packs).format(n=labels.number(packs))
            units = words.units(found.quantity, shown.item.unit)
            self.advice.set_text(tr("Suggested: {units} ({boxes})").format(units=units, boxes=boxes))
            chance = order_words.chance(found.risk_with)
            said = tr("With it, {chance} to run short before {day}.")
            self.promise.set_text(said.format(chance=chance, day=labels.day(found.covers)))
        else:
            self.advice.set_text(tr("Nothing to order now."))
            chance = order_words.chance(found.risk_before)
            said = tr("{chance} to run short before {day}.")
            self.promise.set_text(said.format(chance=chance, day=labels.day(found.arrives)))
        for held in (self.rule, self.advice, self.promise, self.orders):
            held.show()


def _use_columns() -> list[Column[MonthUse]]:
    return [
        Column(tr("Month"), lambda m: Cell(labels.day(m.month))),
        Column(tr("Handed out"), lambda m: Cell(labels.number(m.used)), 130, "right"),
        Column(tr("Not there"), lambda m: Cell(labels.number(m.unmet) if m.unmet else labels.DASH), 130, "right"),
        Column(tr("Days without"), lambda m: Cell(labels.number(m.out)), 130, "right"),
    ]
