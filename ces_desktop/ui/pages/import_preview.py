"""Third step of importing a register: what would be kept of it, row by row, and why the rest would not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.domain.identity import display_name
from ces_desktop.domain.register_rows import Fact, Trouble, identity_of_row
from ces_desktop.i18n import tr, trn
from ces_desktop.services.register_import import Plan
from ces_desktop.services.register_reading import Planned
from ces_desktop.services.register_writing import Correction
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import patients
from ces_desktop.ui.messages import register_columns as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    EmptyState,
    Option,
    SectionCard,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)

SAMPLE = 500
"""Rows shown as they would be kept."""


@dataclass(frozen=True, slots=True)
class _Place:
    written: str
    rows: int
    offered: tuple[CommunityRow, ...]


class PreviewStep(QWidget):
    """`show_plan(plan, words, offers)`. `place_chosen(written, id in hexadecimal or "")` of an unknown community."""

    place_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.figures = row(gap=24)
        self.said = Text("", "small", wrap=True)
        self.card = SectionCard(tr("What would be kept"), self.figures, self.said, icon="file-text")
        self.rows = RecordTable[Planned](self._row_columns(), name=tr("Rows as they would be kept"))
        self.reasons = RecordTable[tuple[Planned, Trouble]](self._reason_columns(), name=tr("What is not kept"))
        self.changes = RecordTable[Correction](_change_columns(), name=tr("Corrections"))
        self.places = RecordTable[_Place](_place_columns(), name=tr("Communities not found"), two_lines=False)
        self.place = ComboField(name=tr("Community of the list"))
        self.leave = Button(tr("Leave it unknown"), "secondary")
        self._words: Callable[[Trouble], str] = lambda trouble: trouble.code
        self.tabs = [Button(words, "segment") for words in (tr("Rows"), tr("Not kept"), tr("Corrections"),
                                                            tr("Communities not found"))]  # fmt: skip
        self.stack = QStackedWidget()
        choose = row(Text(tr("It is"), "label"), (self.place, 1), self.leave, margins=(12, 4, 12, 8))
        for table, fact in (
            (self.rows, tr("No row can be kept.")), (self.reasons, tr("Everything is kept.")),
            (self.changes, tr("Nothing here is changed.")), (self.places, tr("Every community was found.")),
        ):  # fmt: skip
            page = QStackedWidget()
            page.addWidget(box(column((table, 1), *([choose] if table is self.places else []), gap=0)))
            page.addWidget(EmptyState(fact))
            self.stack.addWidget(page)
        for place, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _=False, place=place: self.turn(place))
        self.places.selected.connect(self._show_place)
        self.places.opened.connect(lambda _: self.place.setFocus())
        self.place.chosen.connect(lambda key: self._take_place(key))
        self.leave.clicked.connect(lambda: self._take_place(""))
        below = box(column(row((Wrapped(*self.tabs), 1), margins=(12, 10, 12, 6)), (self.stack, 1), gap=0), "card")
        below.setMinimumHeight(px(230))
        self.setLayout(column(self.card, (below, 1), gap=12))
        self.setFocusProxy(self.rows)

    def show_plan(
        self, plan: Plan, words: Callable[[Trouble], str], offers: dict[str, tuple[CommunityRow, ...]]
    ) -> None:
        """Fill it."""
        self._words = words
        self._facts = plan.mapping.holds == "facts"
        clear(self.figures)
        kept = len(plan.rows) - plan.count("rejected")
        for label, n, tone in (
            (tr("Rows"), len(plan.rows), ""),
            (tr("Facts kept") if self._facts else tr("New people"), kept if self._facts else plan.count("new"), ""),
            (tr("Known by their number"), plan.count("known"), "text3"),
            (tr("Like somebody here"), plan.count("alike"), "warn" if plan.count("alike") else "text3"),
            (tr("Rows not kept"), plan.count("rejected"), "bad" if plan.count("rejected") else "text3"),
        ):
            if not (self._facts and label in (tr("Known by their number"), tr("Like somebody here"))):
                number = Text(labels.number(n), "number", tone=tone)
                self.figures.addLayout(column(number, Text(label, "caption"), gap=0))
        self.figures.addStretch(1)
        self.said.set_text(_sentence(plan))
        self.rows.set_rows([p for p in plan.rows if p.state != "rejected"][:SAMPLE])
        troubled = [(p, trouble) for p in plan.rows for trouble in p.row.troubles]
        self.reasons.set_rows(troubled)
        self.changes.set_rows(plan.corrections)
        self.places.set_rows([_Place(w, n, offers.get(w, ())) for w, n in plan.unknown_places.items()])
        counts = (kept, len(troubled), len(plan.corrections), len(plan.unknown_places))
        for place, n in enumerate(counts):
            self.tabs[place].set_count(n)
            page = self.stack.widget(place)
            assert isinstance(page, QStackedWidget)
            page.setCurrentIndex(0 if n else 1)
        self.turn(0 if kept else 1)

    def turn(self, place: int) -> None:
        """Show one of the four lists."""
        self.stack.setCurrentIndex(place)
        for at, tab in enumerate(self.tabs):
            tab.setChecked(at == place)
        if place == 3 and self.places.records.rowCount():
            self.places.select_place(0)
            self._show_place(self.places.current())

    def _show_place(self, place: _Place | None) -> None:
        if place is not None:
            self.place.set_value(None)
            self.place.set_options([Option(each.id.hex(), each.name, each.municipality) for each in place.offered])

    def _take_place(self, key: str) -> None:
        chosen = self.places.current()
        if chosen is not None:
            self.place_chosen.emit(chosen.written, key)

    def _row_columns(self) -> list[Column[Planned]]:
        return [
            Column(tr("Line"), lambda p: Cell(labels.number(p.row.line), tone="text3"), 70, "right"),
            Column("", lambda p: Cell(), 12),
            Column(tr("Person"), lambda p: Cell(*_person(p), strong=True), 330),
            Column(tr("Kept with them"), lambda p: Cell(*_halves(_facts(p.row.facts)))),
            Column(tr("It is"), lambda p: Cell(chip=_state(p)), 190),
        ]

    def _reason_columns(self) -> list[Column[tuple[Planned, Trouble]]]:
        def scope(pair: tuple[Planned, Trouble]) -> Cell:
            return Cell(chip=("bad", tr("the row")) if pair[1].whole else ("warn", tr("one value")))

        return [
            Column(tr("Line"), lambda pair: Cell(labels.number(pair[0].row.line), tone="text3"), 70, "right"),
            Column("", lambda pair: Cell(), 12),
            Column(tr("Column"), lambda pair: Cell(pair[1].column, strong=True), 220, droppable=True),
            Column(tr("Reason"), lambda pair: Cell(self._words(pair[1]))),
            Column(tr("Not kept"), scope, 150),
        ]


def _sentence(plan: Plan) -> str:
    n, codes = sum(plan.facts.values()), plan.facts
    parts = [trn("{n} fact with them.", "{n} facts with them.", n).format(n=labels.number(n))] if n else []
    if codes.get("observation"):
        measured = codes["observation"]
        parts.append(trn("{n} measure.", "{n} measures.", measured).format(n=labels.number(measured)))
    if plan.flagged:
        parts.append(
            trn("{n} is unusual; it is kept and marked.", "{n} are unusual; they are kept and marked.", plan.flagged)
            .format(n=labels.number(plan.flagged))
        )  # fmt: skip
    if plan.same:
        parts.append(trn("{n} is held already.", "{n} are held already.", plan.same).format(n=labels.number(plan.same)))
    return " ".join(parts)


def _person(planned: Planned) -> tuple[str, str]:
    details = planned.row.details
    if details is None:
        return planned.row.number, ""
    who = identity_of_row(planned.row)
    born = labels.day(who.birth.value) if who.birth.value else ""
    if not born and who.birth.stated_age is not None:
        born = tr("about {n} years").format(n=who.birth.stated_age)
    return display_name(who), " · ".join(part for part in (born, patients.sex(who.sex), planned.row.number) if part)


def _facts(facts: Sequence[Fact]) -> str:
    from ces_desktop.data.measures import measures
    from ces_desktop.domain.measures import show

    known, said = measures(), []
    for fact in facts:
        if fact.kind == "observation" and fact.code in known:
            value = show(known[fact.code], fact.value) if fact.value is not None else fact.word or ""
            said.append(f"{wording.field(fact.code)} {value}".strip())
        elif fact.kind == "enrolment":
            said.append(wording.programmes().get(fact.code, fact.code))
        elif fact.kind == "died":
            said.append(tr("died {day}").format(day=labels.day(fact.day)))
        else:
            said.append(fact.code if fact.kind == "condition" and fact.code else fact.text)
    return " · ".join(said)


def _halves(text: str) -> tuple[str, str]:
    """The first facts, and the others under them."""
    parts = text.split(" · ")
    return " · ".join(parts[:3]), " · ".join(parts[3:9])


def _state(planned: Planned) -> tuple[State, str]:
    words: dict[str, tuple[State, str]] = {
        "new": ("new", tr("new")), "known": ("neutral", tr("known")), "alike": ("warn", tr("like somebody")),
    }  # fmt: skip
    return words[planned.state]


def _change_columns() -> list[Column[Correction]]:
    return [
        Column(tr("Line"), lambda c: Cell(labels.number(c.line), tone="text3"), 70, "right"),
        Column("", lambda c: Cell(), 12),
        Column(tr("What"), lambda c: Cell(wording.field(c.what), strong=True), 260),
        Column(tr("Here → in the file"), lambda c: Cell(f"{_shown(c.what, c.was)} → {_shown(c.what, c.becomes)}")),
        Column("", lambda c: Cell(chip=("ok", tr("corrected")) if c.taken else ("neutral", tr("ours stays"))), 170),
    ]


def _shown(what: str, value: object) -> str:
    from ces_desktop.data.measures import measures
    from ces_desktop.domain.measures import show

    found = measures().get(what)
    if isinstance(value, int) and found is not None:
        return show(found, value)
    return labels.DASH if value is None or isinstance(value, bytes) else str(value)


def _place_columns() -> list[Column[_Place]]:
    return [
        Column(tr("As written"), lambda p: Cell(p.written, strong=True)),
        Column(tr("Rows"), lambda p: Cell(labels.number(p.rows)), 90, "right"),
        Column("", lambda p: Cell(), 16),
        Column(tr("Perhaps"), lambda p: Cell(", ".join(each.name for each in p.offered[:3])), 340),
    ]
