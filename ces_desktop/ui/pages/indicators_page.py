"""The numbers of a month with what each counts: three-month outcome, cascade, cohorts, by community; twelve months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog

from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.indicators import Month, community_names, months_until, read_months
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import ORDER
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.i18n import tr
from ces_desktop.reports.indicator_rows import Row, rows
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import rescue_words as words
from ces_desktop.ui.pages.indicators_file import as_csv
from ces_desktop.ui.pages.indicators_people import PeopleCard
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    Heading,
    IconButton,
    Legend,
    ProgressPanel,
    ScrollBody,
    SectionCard,
    StackedMonths,
    Text,
    Wrapped,
    box,
    column,
    row,
)

MONTHS = 12
SIDE, NARROW = 388, 1000
FIRST = "controlled"
"""Chosen until somebody chooses another: the number a programme is judged by."""
DRAWN = ("controlled", "uncontrolled", "no_reading", "missed")
"""The parts of a bar from its foot; the same four as `ORDER`."""
assert set(DRAWN) == set(ORDER)

Answer = tuple[list[Month], Mapping[Id, str]]


def read_year(connection: Any, clinic: Id, last: str) -> Answer:
    """Twelve months up to one, oldest first, and the names of the communities in them."""
    months = read_months(connection, clinic, months_until(last, MONTHS))
    places = {place for month in months for groups in month.communities.values() for place in groups if place}
    return months, community_names(connection, sorted(places))


class IndicatorsPage(Page):
    """A row is a number; chosen, it says what it counts and lists its people (Enter opens). F9 exports the month."""

    topics = frozenset({"patient", "patient_status", "same_as", "enrolment", "encounter", "observation", "condition"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._last = month_add(desk.today.replace(day=1), -1).isoformat()[:7]
        self._year: list[Month] = []
        self._names: Mapping[Id, str] = {}
        self._programme = next(iter(PROGRAMMES))
        self._at = MONTHS - 1
        self.export = Button(tr("Export CSV"), "secondary", icon="download", shortcut="F9")
        self.export.clicked.connect(self.primary)
        self.earlier = IconButton("chevron-left", tr("Month before"))
        self.later = IconButton("chevron-right", tr("Month after"))
        self.earlier.clicked.connect(lambda: self.step(-1))
        self.later.clicked.connect(lambda: self.step(1))
        self.month = Text("", "strong", align="center")
        self.month.setMinimumWidth(px(110))
        picker = box(row(self.earlier, self.month, self.later, gap=4))
        self.heading = Heading(tr("Indicators"), " ", self.export)
        self.programmes = {code: Button(words.programme(code), "filter") for code in PROGRAMMES}
        self.programmes[""] = Button(tr("Whole clinic"), "filter")
        for code, button in self.programmes.items():
            button.clicked.connect(partial(self.choose_programme, code))
        self.progress = ProgressPanel(tr("Counting twelve months"))
        self.chart = StackedMonths(tr("Three-month outcome, twelve months"))
        self.chart.chosen.connect(self._choose_place)
        legend = Legend((tr("control"), tr("above goal"), tr("no reading"), tr("did not come")))
        self.year = SectionCard(tr("Three-month outcome"), legend, (self.chart, 1), icon="chart-column", gap=6)
        self.table = RecordTable[Row](_columns(), name=tr("Indicators"), dense=True)
        self.table.selected.connect(lambda _: self._show_chosen())
        self.people = PeopleCard(desk.today)
        self.table.opened.connect(lambda _: self.people.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.people.opened.connect(lambda person: desk.open_patient(person.id))
        left = column((self.year, 2), (SectionCard("", (self.table, 1), flush=True), 3), gap=12)
        self._body = row((left, 1), self.people, gap=12)
        top = Wrapped(*self.programmes.values(), picker, spread=True)
        whole = column(self.heading, top, self.progress, (self._body, 1), gap=10, margins=(20, 12, 20, 14))
        self.setLayout(column((ScrollBody(whole, 0), 1), gap=0))
        self.setFocusProxy(self.table)
        self._draw()

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Count twelve months up to the last one shown, on another thread."""
        self.progress.start()
        query = partial(read_year, clinic=self.desk.clinic.id, last=self._last)
        self.desk.tasks.read(query, self._show, owner=self, latest="indicators", failed=self._failed)

    def _show(self, answer: Answer) -> None:
        self.progress.finish()
        self._year, self._names = answer
        self._draw()

    def _failed(self, failure: Any) -> None:
        self.progress.finish()
        self.desk.tell(failure)

    @property
    def shown(self) -> Month | None:
        """The month whose numbers stand in the table; None while they are being counted."""
        return self._year[self._at] if self._year else None

    # ------------------------------------------------------------------ choosing
    def step(self, months: int) -> None:
        """A month earlier or later; past the oldest shown, twelve others are counted."""
        if 0 <= self._at + months < MONTHS:
            self._choose_place(self._at + months)
            return
        wanted = month_add(date.fromisoformat(f"{self._last}-01"), months).isoformat()[:7]
        if wanted <= self.desk.today.isoformat()[:7]:
            self._last = wanted
            self._year = []
            self.reload()

    def choose_programme(self, code: str) -> None:
        """The numbers of another programme; "" = of the whole clinic."""
        self._programme = code
        self._draw()

    def _choose_place(self, place: int) -> None:
        self._at = place
        self._draw()

    # ------------------------------------------------------------------ drawing
    def _draw(self) -> None:
        for code, button in self.programmes.items():
            button.setChecked(code == self._programme)
        month = self.shown
        wanted = month_add(date.fromisoformat(f"{self._last}-01"), self._at - MONTHS + 1).isoformat()[:7]
        self.month.set_text(labels.day(wanted))
        this = self.desk.today.isoformat()[:7]
        self.later.setEnabled(wanted < this)
        self.export.set_possible(month is not None, tr("The months are being counted"))
        if month is None:
            return
        said = tr("Definitions {definitions} · limits {limits}")
        said = said.format(definitions=month.definitions_version, limits=month.thresholds_version)
        self.heading.set_sentence(f"{tr('The month so far')} · {said}" if month.month == this else said)
        self.year.setVisible(bool(self._programme))
        if self._programme:
            self.chart.show_months([self._bar(each) for each in self._year], self._at)
        chosen = self.table.current()
        key = (chosen.figure.code, chosen.community) if chosen else ("", "")
        found = rows(month, self._programme, self._names)
        self.table.set_rows(found, keep=lambda r: (r.figure.code, r.community) == key)
        if not chosen or self.table.current() is None:
            self.table.select_place(max(0, self.table.records.place_of(lambda r: r.figure.definition.code == FIRST)))
        self._show_chosen()

    def _bar(self, month: Month) -> tuple[str, str, tuple[int, int, int, int]]:
        counts = [month.figures[f"{self._programme}.{said}"].numerator for said in DRAWN]
        total = sum(counts)
        names = tr("control"), tr("above goal"), tr("no reading"), tr("did not come")
        told = " · ".join(f"{name} {labels.of(n, total)}" for name, n in zip(names, counts, strict=True))
        label = labels.day(month.month)
        return label[:3], f"{label}: {told}", (counts[0], counts[1], counts[2], counts[3])

    def _show_chosen(self) -> None:
        chosen = self.table.current()
        self.people.show_figure(chosen)
        if chosen is not None:
            query = partial(_people, clinic=self.desk.clinic.id, persons=chosen.figure.people)
            self.desk.tasks.read(query, self.people.show_people, owner=self, latest="indicators.people")

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: save the month's numbers of every programme, as they stand here, as CSV."""
        month = self.shown
        if month is None:
            return
        name = f"indicadores-{self.desk.clinic.prefix}-{month.month}.csv"
        place, _ = QFileDialog.getSaveFileName(
            self, tr("Save the indicators"), str(Path.home() / name), "CSV (*.csv)"
        )
        if place:
            self.save_to(Path(place), month)

    def save_to(self, path: Path, month: Month) -> None:
        """Write the rows of every programme to a file, off the GUI thread."""
        held = [each for code in self.programmes for each in rows(month, code, self._names)]
        data = as_csv(self.desk.clinic.prefix, month, held)
        self.desk.tasks.run(partial(_write, path, data), self._saved, owner=self)

    def _saved(self, _: object) -> None:
        self.desk.note("export")
        self.desk.toast(tr("The indicators were saved as a file."))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() != way:
            self._body.setDirection(way)
        self.people.setMinimumWidth(0 if narrow else px(SIDE))
        self.people.setMaximumWidth(self.width() if narrow else px(SIDE))
        self.table.setMinimumHeight(px(200))
        self.people.setMinimumHeight(px(280))


def _columns() -> list[Column[Row]]:
    def named(r: Row) -> Cell:
        return Cell(f"{r.name} · {r.community}" if r.community else r.name)

    def count(value: int | None) -> Cell:
        return Cell(labels.number(value), tone="text3" if value is None else "text")

    return [
        Column(tr("Indicator"), named),
        Column(tr("Counted"), lambda r: Cell(labels.number(r.figure.numerator), strong=True), 84, "right"),
        Column(tr("Of"), lambda r: count(r.figure.denominator), 74, "right"),
        Column("%", lambda r: Cell(labels.quantity(r.figure.percent, "%")), 74, "right"),
        Column(tr("No reading"), lambda r: count(r.figure.no_reading), 104, "right", droppable=True),
    ]


def _people(connection: Any, clinic: Id, persons: Sequence[Id]) -> list[PatientRow]:
    return by_person(connection, clinic, persons)


def _write(path: Path, data: bytes, _: object) -> None:
    write_safely(path, data, keep_previous=False)
