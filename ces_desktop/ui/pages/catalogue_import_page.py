"""A list of medicines from a file into the catalogue: its columns, what it would do, what of it is not kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.register_files import Table, read_tables
from ces_desktop.domain.supply.catalogue import FIELDS, KINDS, SOURCES, CatalogueMapping, Trouble, missing
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import catalogue
from ces_desktop.services.catalogue import Plan, Planned
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import catalogue as words
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.catalogue_import_tables import Line, line_columns, reason_columns, row_columns
from ces_desktop.ui.pages.file_job import FileJobPage
from ces_desktop.ui.tasks import Progress
from ces_desktop.ui.widgets import (
    Button,
    ChoiceField,
    ComboField,
    DockedBar,
    EmptyState,
    FieldRow,
    Heading,
    Option,
    SectionCard,
    Text,
    box,
    clear,
    column,
    row,
)

FILE, COLUMNS, PREVIEW = range(3)
SAMPLE = 500
LABEL = 190


class ImportCataloguePage(FileJobPage):
    """File, columns, preview. F9 goes on, Esc a step back; what was loaded is one Ctrl+Z."""

    topics = frozenset({"item"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, cancelling=tr("Cancelling leaves everything as it was."),
            cancelled=tr("It was cancelled. Everything is as it was."),
        )  # fmt: skip
        self._tables: tuple[Table, ...] = ()
        self._table: Table | None = None
        self._mapping = CatalogueMapping()
        self._plan: Plan | None = None
        self._file = ""
        self.heading = Heading(tr("Load a list into the catalogue"), tr("Medicines and materials with their claves."))
        self.stack = QStackedWidget()
        choose = Button(tr("Choose the file"), "primary", icon="folder-open", cap="F9")
        choose.clicked.connect(self.choose_file)
        self.start = EmptyState(
            tr("A list as CSV or Excel, one item in each line."),
            tr("First it is looked at: nothing is kept before you say so."), choose, size=112,
        )  # fmt: skip
        for step in (self.start, self._columns_step(), self._preview_step()):
            self.stack.addWidget(step)
        self.next = Button(tr("Go on"), "primary", icon="arrow-right", cap="F9")
        self.back_button = Button(tr("Back"), "secondary", icon="arrow-left", cap="Esc")
        self.give_back = Button(tr("Save what was not kept"), "secondary", icon="save")
        self.next.clicked.connect(self.primary)
        self.back_button.clicked.connect(self.backward)
        self.give_back.clicked.connect(self.save_rejected)
        self.bar = DockedBar(self.next, self.give_back, self.back_button)
        body = column(self.heading, self.notes, self.progress, (self.stack, 1), gap=10, margins=(20, 14, 20, 10))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self._go(FILE)

    def _columns_step(self) -> QWidget:
        self.sheet = ComboField(name=tr("Sheet"))
        self.sheet_row = FieldRow(tr("Sheet"), self.sheet, label_width=LABEL)
        kinds = [(k, words.kind_words(k)) for k in KINDS]
        self.kind = ChoiceField(kinds, "medicine", name=tr("Rows without a kind are"), required=True)
        sources = [(s, words.source_words(s)) for s in SOURCES]
        self.source = ChoiceField(sources, name=tr("Rows without a source are of"))
        self.replace = ChoiceField(
            [("no", tr("stay as they are here")), ("yes", tr("give way to the file"))], "no",
            name=tr("Names, forms and strengths"), required=True,
        )  # fmt: skip
        self.columns = RecordTable[Line](line_columns(), name=tr("Columns"), two_lines=False)
        self.field = ComboField(
            [Option("", words.field_words("")), *(Option(f, words.field_words(f)) for f in FIELDS)],
            name=tr("This column holds"),
        )
        self.sheet.chosen.connect(self._choose_sheet)
        self.columns.selected.connect(self._show_field)
        self.columns.opened.connect(lambda _: self.field.setFocus())
        self.field.chosen.connect(self._choose_field)
        options = column(
            self.sheet_row, FieldRow(tr("Rows without a kind are"), self.kind, label_width=LABEL),
            FieldRow(tr("Rows without a source are of"), self.source, label_width=LABEL),
            FieldRow(tr("Names, forms and strengths"), self.replace, label_width=LABEL),
            gap=6, margins=(16, 10, 16, 10),
        )  # fmt: skip
        choose = row(Text(tr("This column holds"), "label"), (self.field, 1), gap=8)
        card = SectionCard(tr("Columns"), (self.columns, 1), choose, icon="list-checks", pad=14)
        return box(column(box(options, "card"), (card, 1), gap=10))

    def _preview_step(self) -> QWidget:
        self.figures = row(gap=24)
        self.card = SectionCard(" ", self.figures, icon="file-text")
        self.rows = RecordTable[Planned](row_columns(), name=tr("Items of the file"))
        self.reasons = RecordTable[tuple[Planned, Trouble]](reason_columns(), name=tr("What is not kept"))
        self.tabs = [Button(tr("Items of the file"), "segment"), Button(tr("What is not kept"), "segment")]
        self.lists = QStackedWidget()
        for part in (self.rows, self.reasons, EmptyState(tr("Everything is kept."))):
            self.lists.addWidget(part)
        for place, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _=False, place=place: self.turn(place))
        tabs = row(*self.tabs, None, gap=4, margins=(12, 10, 12, 6))
        below = box(column(tabs, (self.lists, 1), gap=0), "card")
        return box(column(self.card, (below, 1), gap=12))

    def reload(self) -> None:
        """What is looked at stays, and is compared anew with a catalogue that changed: an undone list is new again."""
        if self._plan is not None:
            self.look()

    def primary(self) -> None:
        """F9: the next step."""
        if self._job is not None or not self.next.isEnabled():
            return
        here = self.stack.currentIndex()
        if here == FILE:
            self.choose_file()
        elif here == COLUMNS:
            self.look()
        else:
            self.load()

    def backward(self) -> None:
        """Esc: a step back; from the first one the place before."""
        here = self.stack.currentIndex()
        if self._job is None and here != FILE:
            self._go(here - 1)
        elif self._job is None:
            self.desk.back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentIndex() != FILE:
            self.backward()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            self.columns.select_place(self.columns.currentIndex().row() + 1)
            self.columns.setFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        (self.next, self.columns, self.rows)[self.stack.currentIndex()].setFocus(event.reason())

    # ------------------------------------------------------------------ file and columns
    def choose_file(self) -> None:
        """Point at the list."""
        kinds = f"{tr('Tables')} (*.csv *.txt *.tsv *.xlsx);;{tr('All files')} (*)"
        place, _ = QFileDialog.getOpenFileName(self, tr("Choose the file"), str(Path.home()), kinds)
        if place:
            self.open_file(Path(place))

    def open_file(self, path: Path) -> None:
        """Read a file; nothing is kept of it."""
        self._begin(tr("Reading {file}").format(file=path.name))
        self._file = path.name
        self._job = self.desk.tasks.run(
            lambda _: read_tables(path, catalogue.recognised), self._show_file, owner=self, failed=self._failed
        )
        self._allow()

    def _show_file(self, tables: tuple[Table, ...]) -> None:
        self._finish()
        self._tables = tables
        self.sheet.set_options([Option(each.name, each.name) for each in tables])
        self.sheet_row.setVisible(len(tables) > 1)
        self._show_table(max(tables, key=lambda t: catalogue.recognised(t.headings)))
        self._go(COLUMNS)

    def _show_table(self, table: Table) -> None:
        self._table, self._mapping = table, catalogue.guess_mapping(table)
        self.sheet.set_value(table.name)
        self._fill_columns()
        self.columns.select_place(0)
        self._show_field(self.columns.current())

    def _choose_sheet(self, name: str) -> None:
        self._show_table(next(table for table in self._tables if table.name == name))
        self._allow()

    def _fill_columns(self) -> None:
        assert self._table is not None
        here, lines = self.columns.currentIndex().row(), []
        for heading in self._table.headings:
            cells = dict.fromkeys(cell.strip() for cell in self._table.column(heading)[:60])
            sample = " · ".join([cell for cell in cells if cell][:3])
            lines.append(Line(heading, sample[:140], self._mapping.field_of(heading)))
        self.columns.set_rows(lines)
        self.columns.select_place(max(here, 0))

    def _show_field(self, line: Line | None) -> None:
        if line is not None:
            self.field.set_value(self._mapping.field_of(line.heading))

    def _choose_field(self, key: str) -> None:
        line = self.columns.current()
        if line is not None:
            self._mapping = self._mapping.with_field(line.heading, key)
            self._fill_columns()
            self._allow()

    # ------------------------------------------------------------------ preview
    def look(self) -> None:
        """Read every row by the mapping and compare it with the catalogue."""
        table = self._table
        if table is None or self._job is not None:
            return
        mapping = CatalogueMapping(
            self._mapping.columns, self.kind.value() or "medicine", self.source.value() or "",
            self.replace.value() == "yes",
        )  # fmt: skip
        self._begin(tr("Reading {file}").format(file=self._file))
        tasks, actor, file = self.desk.tasks, self.desk.actor, self._file
        database, clinic = tasks.database, self.desk.clinic.id
        progress = self._counted()

        def read(_: Progress) -> Plan:
            return database.read(lambda c: catalogue.plan(c, actor, clinic, file, table, mapping, progress.step))

        tasks.run(read, self._show_plan, owner=self, failed=self._failed, progress=progress)
        self._allow()

    def _show_plan(self, plan: Plan) -> None:
        self._finish()
        self._plan = plan
        self.card.title.set_text(plan.file)
        clear(self.figures)
        for label, n, tone in (
            (tr("New"), plan.count("new"), ""),
            (tr("Changed"), plan.count("changed"), ""),
            (tr("The same"), plan.count("same"), "text3"),
            (tr("Not kept"), plan.count("rejected"), "bad" if plan.count("rejected") else "text3"),
        ):
            self.figures.addLayout(column(Text(labels.number(n), "number", tone=tone), Text(label, "caption"), gap=0))
        self.figures.addStretch(1)
        order = {"new": 1, "changed": 0, "same": 2, "rejected": 3}
        self.rows.set_rows(sorted(plan.rows, key=lambda r: (order[r.state], r.read.line))[:SAMPLE])
        troubled = [(planned, trouble) for planned in plan.rows for trouble in planned.read.troubles]
        troubled.sort(key=lambda each: not each[1].whole)
        self.reasons.set_rows(troubled)
        self.tabs[0].set_count(len(plan.rows))
        self.tabs[1].set_count(len(troubled))
        self.turn(0)
        self._go(PREVIEW)
        if not plan.count("new", "changed"):
            self._note("none", tr("This file brings nothing new."), tr("What is held already says the same."))

    def turn(self, place: int) -> None:
        """Show the items, or what is not kept."""
        empty = place == 1 and not self.reasons.records.rowCount()
        self.lists.setCurrentIndex(2 if empty else place)
        for at, tab in enumerate(self.tabs):
            tab.setChecked(at == place)

    def load(self) -> None:
        """Bring it in, after the saves asked for before, in one transaction."""
        plan = self._plan
        if plan is None or self._job is not None:
            return
        self._begin(tr("Loading {file}").format(file=plan.file))
        progress = self._counted()
        self.desk.tasks.write(
            partial(catalogue.run, shown=plan, step=progress.step), self._loaded, owner=self, failed=self._failed
        )
        self._allow()

    def _loaded(self, outcome: Outcome[int]) -> None:
        self._finish()
        n = outcome.value
        said = trn("{n} item new or changed.", "{n} items new or changed.", n).format(n=labels.number(n))
        if outcome.touched:
            self.desk.toast(said, undo=True)
        self.look()  # what is left to say of the file, against the catalogue as it is now

    def save_rejected(self) -> None:
        """Save the rows of which something is not kept, to be corrected and loaded again."""
        if self._plan is None:
            return
        name = f"{Path(self._file).stem}-{tr('rejected')}.csv"
        title = tr("Save what was not kept")
        place, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / name), "CSV (*.csv)")
        if place:
            self.save_rejected_to(Path(place))

    def save_rejected_to(self, path: Path) -> None:
        """Write them, off the GUI thread."""
        plan = self._plan
        if plan is None:
            return
        titles = (tr("Line"), tr("Reason"))
        self.desk.tasks.run(
            lambda _: catalogue.write_rejected(path, plan, words.reason, titles),
            lambda n: self.desk.toast(trn("{n} row saved.", "{n} rows saved.", n).format(n=labels.number(n))),
            owner=self,
            failed=self._failed,
        )

    # ------------------------------------------------------------------ pieces
    def _go(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        if step != PREVIEW:
            self._plan = None
        clear(self.notes)
        self._allow()
        self.focusInEvent(QFocusEvent(QFocusEvent.Type.FocusIn, Qt.FocusReason.OtherFocusReason))

    def _allow(self) -> None:
        here, busy = self.stack.currentIndex(), self._job is not None
        self.next.setVisible(here != FILE)
        self.back_button.setVisible(here != FILE)
        self.give_back.setVisible(here == PREVIEW)
        self.next.set_words(tr("Load the list") if here == PREVIEW else tr("Look at it"))
        wait, why = tr("Wait for the work under way."), ""
        if here == COLUMNS and (lack := missing(self._mapping)) is not None:
            why = messages.sentence(Refused(lack))
        elif here == PREVIEW and (self._plan is None or not self._plan.count("new", "changed")):
            why = tr("Nothing new to load.")
        self.next.set_possible(not busy and not why, wait if busy else why)
        self.back_button.set_possible(not busy, wait)
        troubled = self._plan is not None and any(r.read.troubles for r in self._plan.rows)
        self.give_back.set_possible(troubled and not busy, wait if busy else tr("Everything is kept."))
