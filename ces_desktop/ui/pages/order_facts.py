"""The strip over an order: how much is asked for, when it comes and until when it lasts, delay, budget."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from ces_desktop.i18n import tr, trn
from ces_desktop.services.order_planning import Plan
from ces_desktop.ui import labels, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import SectionCard, Slider, Text, TextField, box, column, row

MOST_WEEKS, PAD = 8, 12


class Share(QWidget):
    """How much of the budget is used."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(px(8))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(8))

    def show_share(self, share: float) -> None:
        """From 0 to 1; above it, too much is asked for."""
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(whole, px(4), px(4))
        painter.setBrush(theme.colour("bad" if self._share > 1 else "accent"))
        whole.setWidth(whole.width() * min(1.0, self._share))
        painter.drawRoundedRect(whole, px(4), px(4))


class BudgetField(TextField):
    """Most packs; Enter takes it."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class OrderFacts(SectionCard):
    """`show_totals`, `show_plan`, `show_late`; `late(weeks)` when a late truck is imagined, `budget(packs | None)`."""

    late = Signal(int)
    budget = Signal(object)

    def __init__(self) -> None:
        super().__init__(pad=PAD)
        self.lines, self.packs = Text(labels.DASH, "number"), Text(labels.DASH, "number")
        self.vital, self.asked = Text(" ", "caption"), Text(" ", "caption", elide=True)
        self.arrives, self.between = Text(labels.DASH, "number"), Text(" ", "caption", elide=True)
        self.covers, self.cycle = Text(labels.DASH, "number"), Text(" ", "caption", elide=True)
        self.slider = Slider(tr("If the truck is late, in weeks"), MOST_WEEKS)
        self.slider.setWhatsThis(tr("How many items would run out before the order comes, if it came weeks later."))
        self.slider.changed.connect(self.late)
        self.weeks, self.short = Text("", "smallstrong"), Text(" ", "caption", elide=True)
        self.field = BudgetField(name=tr("Budget in packs"), width=84, align="right", placeholder=tr("none"), limit=7)
        self.field.setWhatsThis(
            tr("The most packs this order may ask for. They go where they avoid most stock-outs, vital items first.")
        )
        self.field.taken.connect(self._taken)
        self.share, self.left = Share(), Text(" ", "caption", elide=True)
        self._packs = 0
        late = column(row(Text(tr("If the truck is late"), "label"), None, self.weeks), self.slider, self.short, gap=1)
        used = column(self.share, self.left, gap=3)
        money = column(Text(tr("Budget, packs"), "label"), row(self.field, (used, 1)), None, gap=3)
        lines = box(_fact(tr("Lines"), self.lines, self.vital))
        self._spare: tuple[QWidget, ...] = (self.cycle, self.asked, lines, self.between)
        packs, arrives = _fact(tr("Packs"), self.packs, self.asked), _fact(tr("Arrives"), self.arrives, self.between)
        covers = _fact(tr("Covers until"), self.covers, self.cycle)
        self._facts = box(row(lines, packs, arrives, covers, late, money, gap=14))
        self.add(self._facts)
        self.show_late(0, None, 0)

    def show_totals(self, lines: int, vital: int, packs: int, budget: int | None) -> None:
        """What is asked for now."""
        self._packs = packs
        self.lines.set_text(labels.number(lines))
        self.vital.set_text(trn("{n} vital", "{n} vital ones", vital).format(n=vital))
        self.packs.set_text(labels.number(packs))
        self.asked.set_text(tr("begun ones count"))
        if not self.field.hasFocus():
            self.field.set_value(None if budget is None else str(budget))
        self.share.setVisible(budget is not None)
        if budget is None:
            self.left.set_text(tr("no limit"))
        else:
            self.share.show_share(packs / budget if budget else float(packs > 0) * 2)
            said = tr("{n} left") if packs <= budget else tr("{n} too many")
            self.left.set_text(said.format(n=labels.number(abs(budget - packs))))
        self._fit()

    def show_plan(self, plan: Plan) -> None:
        """When an order sent today comes, and until when it lasts."""
        usual, low, high = plan.arrives
        self.arrives.set_text(labels.short_day(usual))
        words = tr("no deliveries yet")
        if low != high:
            said = tr("8 of 10: {first} to {last}")
            words = said.format(first=labels.short_day(low), last=labels.short_day(high))
        self.between.set_text(words)
        self.arrives.setToolTip(words)
        self.covers.set_text(labels.short_day(plan.covers))
        self.cycle.set_text(tr("when the next one comes"))
        self._fit()

    def show_late(self, weeks: int, gone: int | None, vital: int) -> None:
        """How many would probably run out before it comes; None = being worked out."""
        self.weeks.set_text(trn("{n} week", "{n} weeks", weeks).format(n=weeks) if weeks else tr("on time"))
        if gone is None:
            self.short.set_text(" ")
            return
        words = trn("{n} item runs out before; vital: {v}", "{n} items run out before; vital: {v}", gone)
        self.short.set_text(words.format(n=gone, v=vital))
        self._fit()
        self.slider.setAccessibleDescription(f"{self.weeks.text()}: {self.short.text()}")

    def set_editable(self, editable: bool, reason: str) -> None:
        """Whether the budget may be changed."""
        self.field.setEnabled(editable)
        self.field.setToolTip("" if editable else reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A fact is whole or not there: in a narrow window explanations go first, then what the tab below says too.

        The dates between which it comes stay longest, and are in the tip of the usual one.
        """
        layout = self._facts.layout()
        assert layout is not None
        for part in self._spare:
            part.show()
        for part in self._spare:
            layout.activate()  # else the columns within still ask for the room of what was hidden or shown just now
            if layout.sizeHint().width() > self.width() - 2 * px(PAD):
                part.hide()
        layout.activate()

    def _taken(self) -> None:
        text = (self.field.value() or "").replace(",", "")
        if not text:
            self.budget.emit(None)
        elif text.isdigit():
            self.budget.emit(int(text))
        else:
            self.field.set_state("bad")
            return
        self.field.set_state("")


def _fact(label: str, number: Text, caption: Text) -> QBoxLayout:
    """A number under its label; it stays where it is when its caption goes."""
    return column(Text(label, "label"), number, caption, None, gap=1)
