"""One medicine of the prescription being written: doses by time of day, days, quantity; the rest in a second line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.domain import dosing
from ces_desktop.domain.dose_entry import parse_quarters
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import TIMES, Dose, Line
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports.dose_words import amount, time_name
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    CheckBox,
    ComboField,
    IconButton,
    Option,
    Text,
    TextField,
    box,
    column,
    hide_unless,
    row,
)
from ces_desktop.ui.widgets.doses import short_times

DOSE, COUNT, REMOVE = 42, 54, 32
KINDS = {"unchanged": "text3", "changed": "warn", "new": "accent", "stopped": "bad"}
LONGEST = 12_000



class LineEditor(QWidget):
    """`line()` gives what is typed. `before` = the line it goes on with: what differs from it is said.

    The quantity follows doses and days until somebody writes another.
    """

    changed = Signal()
    dropped = Signal()

    def __init__(self, line: Line, before: Line | None, *, details: bool) -> None:
        super().__init__()
        self._line, self._before = line, before
        self.stopped = False
        self._own_quantity = line.quantity != dosing.quantity(line.dose, line.days) and bool(line.quantity)
        self.name = Text(line.drug, "strong", elide=True)
        self.kind = Text("", "caption", elide=True)
        self._make_fields(line)
        self.more = Button(tr("More"), "ghost")
        self.more.setAccessibleName(tr("{drug}: route, hours, instructions").format(drug=line.drug))
        self.drop = IconButton("x", tr("Take {drug} away").format(drug=line.drug))
        self.note = Text("", "small", tone="bad", wrap=True)
        self.note.hide()
        self.repeat = Text("", "small", tone="warn", wrap=True)
        self.repeat.hide()
        self._second = box(row(self.route, Text(tr("every"), "small"), self.hours, Text("h", "small"),
                               self.needed, (self.instructions, 1), gap=6,
                               margins=(12, 0, REMOVE + 6, 0)))  # fmt: skip
        self._grid = box(row(*self.doses, self.days, self.quantity, gap=4))
        first = row((column(self.name, row(self.kind, self.more, None, gap=4), gap=0), 1), self._grid, self.drop, gap=6)
        self.setLayout(column(first, self._second, self.repeat, self.note, gap=2))
        hide_unless(self._second, details)
        self.more.clicked.connect(self.show_details)
        self.drop.clicked.connect(self._drop)
        self._tell_kind()

    def _make_fields(self, line: Line) -> None:
        each = line.dose
        self.doses = [
            self._field(f"{line.drug}: {time_name(time)}", DOSE, amount(q) if (q := getattr(each, time)) else "")
            for time in TIMES
        ]
        self.days = self._field(tr("{drug}: days").format(drug=line.drug), COUNT, str(line.days or ""))
        self.quantity = self._field(tr("{drug}: quantity").format(drug=line.drug), COUNT, str(line.quantity or ""))
        options = [Option(key, text) for key, text in words.routes()]
        known = {o.key for o in options}
        if line.route and line.route not in known:
            options.append(Option(line.route, line.route))
        name = tr("{drug}: route").format(drug=line.drug)
        self.route = ComboField(options, line.route or "oral", width=120, name=name)
        hours = str(each.every_hours) if each.every_hours else ""
        self.hours = self._field(tr("{drug}: every how many hours").format(drug=line.drug), DOSE, hours)
        self.needed = CheckBox(tr("if needed"))
        self.needed.setAccessibleName(tr("{drug}: only if needed").format(drug=line.drug))
        self.needed.setChecked(each.as_needed)
        self.instructions = TextField(
            line.instructions, name=tr("{drug}: instructions").format(drug=line.drug), limit=LONGEST,
            placeholder=tr("instructions"),
        )  # fmt: skip
        for field in (*self.doses, self.days, self.hours):
            field.changed.connect(self._dose_changed)
        self.quantity.changed.connect(self._quantity_written)
        for other in (self.route, self.instructions):
            other.changed.connect(self._edited)
        self.needed.toggled.connect(self._dose_changed)

    @staticmethod
    def _field(name: str, width: int, text: str) -> TextField:
        field = TextField(text, name=name, width=width, align="center", limit=LONGEST)
        field.setProperty("part", "dose")
        return field

    @property
    def id(self) -> Id:
        """The id of the line."""
        return self._line.id

    @property
    def drug(self) -> str:
        """Generic name and strength."""
        return self._line.drug

    @property
    def item(self) -> Id | None:
        """The item of the catalogue."""
        return self._line.item

    @property
    def as_needed(self) -> bool:
        """Whether it is taken only when it is needed."""
        return self.needed.isChecked()

    @property
    def before(self) -> Line | None:
        """The line it goes on with."""
        return self._before

    def show_details(self) -> None:
        """Route, hours and instructions."""
        self._second.setVisible(self._second.isHidden())
        if self._second.isVisible():
            self.route.setFocus()

    def line(self) -> tuple[Line | None, list[tuple[QWidget, Problem]]]:
        """The line as typed; None with what cannot be read."""
        found: list[tuple[QWidget, Problem]] = []

        def read(field: TextField, take: Callable[[str], int]) -> int:
            try:
                value = take(field.text())
            except Refused as refused:
                field.set_state("bad")
                found.append((field, Problem("line", refused.code)))
                return 0
            field.set_state("")
            return value

        quarters = [read(field, parse_quarters) for field in self.doses]
        hours, days = read(self.hours, _count), read(self.days, _count)
        units = read(self.quantity, _count)
        if self.route.unlisted():
            found.append((self.route, Problem("line", "consult.unlisted")))
        if found:
            return None, found
        if hours and len({q for q in quarters if q}) > 1:
            return None, [(self.hours, Problem("line", "consult.doses_differ"))]
        dose = _dose(quarters, hours, self.needed.isChecked())
        return replace(
            self._line, dose=dose, days=days, quantity=units, route=self.route.value() or "",
            instructions=self.instructions.text(),
        ), []  # fmt: skip

    def tell(self, problem: Problem | None) -> None:
        """Say under the line what is wrong with it."""
        self.note.set_text(sentence(problem.refusal()) if problem else "")
        self.note.setVisible(problem is not None)

    def tell_repeat(self, words: str) -> None:
        """Warn under the line that the medicine is there twice or is taken now; "" = it is not."""
        if words != self.repeat.text():
            self.repeat.set_text(words)
            self.repeat.setVisible(bool(words))

    def typed(self) -> list[str]:
        """Every field as typed, for the draft."""
        fields = (*self.doses, self.hours, self.days, self.quantity, self.instructions)
        return [*(f.text() for f in fields), self.route.value() or "", "yes" if self.stopped else ""]

    def fill(self, typed: list[str]) -> None:
        """Show what a draft kept."""
        *texts, route, stopped = typed
        fields = (*self.doses, self.hours, self.days, self.quantity, self.instructions)
        for field, text in zip(fields, texts, strict=False):
            field.set_value(text)
        self.route.set_value(route)
        line, _ = self.line()
        self._own_quantity = line is None or line.quantity != dosing.quantity(line.dose, line.days)
        if stopped:
            self._stop(True)
        self._tell_kind()

    def _dose_changed(self) -> None:
        if not self._own_quantity:
            try:
                quarters = [parse_quarters(f.text()) for f in self.doses]
                dose = _dose(quarters, _count(self.hours.text()), self.needed.isChecked())
                units = dosing.quantity(dose, _count(self.days.text()))
                self.quantity.set_value(str(units) if units else "")
            except Refused:
                pass  # it is being typed; said at the signature
        self._edited()

    def _quantity_written(self) -> None:
        self._own_quantity = bool(self.quantity.text().strip())
        self._edited()

    def _edited(self) -> None:
        self.tell(None)
        self._tell_kind()
        self.changed.emit()

    def _drop(self) -> None:
        if self._before is None:
            self.dropped.emit()
        else:
            self._stop(not self.stopped)
            self.changed.emit()

    def _stop(self, stopped: bool) -> None:
        """A medicine that ends with this visit stays in the grid, crossed out, and can be brought back."""
        self.stopped = stopped
        self._grid.setEnabled(not stopped)
        self._second.setEnabled(not stopped)
        name = tr("Bring {drug} back") if stopped else tr("Take {drug} away")
        self.drop.setAccessibleName(name.format(drug=self._line.drug))
        self._tell_kind()

    def _tell_kind(self) -> None:
        kind = self.change_kind()
        self.kind.set_text(words.change(kind))
        self.kind.set_tone(KINDS[kind])
        font = self.name.font()
        font.setStrikeOut(self.stopped)
        self.name.setFont(font)

    def change_kind(self) -> str:
        """What happens to the medicine: same, changed, new, is stopped."""
        if self.stopped:
            return "stopped"
        if self._before is None:
            return "new"
        line, _ = self.line()
        same = line is not None and (line.dose, line.route, line.instructions) == (
            self._before.dose, self._before.route, self._before.instructions,
        )  # fmt: skip
        return "unchanged" if same else "changed"


def _dose(quarters: list[int], hours: int, as_needed: bool) -> Dose:
    """Four times of day; or with hours one dose, in whichever box it was typed."""
    morning, noon, afternoon, night = quarters
    if hours:
        return Dose(next((q for q in quarters if q), 0), 0, 0, 0, hours, as_needed)
    return Dose(morning, noon, afternoon, night, None, as_needed)


def _count(text: str) -> int:
    typed = text.strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        raise Refused("consult.not_a_count")
    return int(typed)


def head() -> QWidget:
    """The captions over the columns of the grid."""
    captions = [Text(name, "caption", align="center") for name in short_times()]
    for caption in captions:
        caption.setFixedWidth(px(DOSE))
    counts = [Text(tr("days"), "caption", align="center"), Text(tr("quantity"), "caption", align="center")]
    for caption in counts:
        caption.setFixedWidth(px(COUNT))
    return box(row(None, row(*captions, *counts, gap=4), REMOVE, gap=6))
