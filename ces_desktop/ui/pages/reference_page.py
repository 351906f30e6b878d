"""Official lists: what is held and where it comes from; an official file is looked at first and loaded whole or not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from ces_desktop.data.reference_files import Rejected, Row
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import tr, trn
from ces_desktop.services import reference
from ces_desktop.services.reference import READERS, HeldList, OfficialList, Preview
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import reference_lists as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.file_job import FileJobPage
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    SectionCard,
    Text,
    box,
    clear,
    column,
    row,
)

SAMPLE = 100
"""Rows of the file shown before it is loaded."""


class ReferencePage(FileJobPage):
    """First the lists; with a file chosen, what loading it would do. F9 is the next step of the two."""

    topics = frozenset(READERS)

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, cancelling=tr("Cancelling leaves the list as it was."),
            cancelled=tr("It was cancelled. The list is as it was."),
        )  # fmt: skip
        self._shown: Preview | None = None
        self.heading = Heading(tr("Official lists"), tr("What the program came with; official files go over it."))
        self.lists = RecordTable[HeldList](_list_columns(), name=tr("Official lists"))
        self.lists.selected.connect(lambda _: self._allow())
        self.lists.opened.connect(lambda _: self.choose_file())
        self.looked = _PreviewPane()
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.lists, 1), flush=True))
        self.stack.addWidget(self.looked)
        self.choose = Button(tr("Choose official file"), "primary", icon="folder-open", cap="F9")
        self.choose.clicked.connect(self.choose_file)
        self.load = Button(tr("Load the list"), "primary", icon="download", cap="F9")
        self.load.clicked.connect(self.load_shown)
        self.give_back = Button(tr("Save rejected lines"), icon="save")
        self.give_back.clicked.connect(self.save_rejected)
        self.leave = Button(tr("Back to the lists"), icon="arrow-left")
        self.leave.clicked.connect(self.show_lists)
        self.bar = DockedBar(self.load, self.give_back, self.leave, self.choose)
        body = column(self.heading, self.notes, self.progress, (self.stack, 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.lists)
        self.show_lists()

    def reload(self) -> None:
        """Count the lists again; a preview stays."""
        self.desk.tasks.read(reference.held_lists, self._show_held, owner=self)

    def primary(self) -> None:
        """F9: choose a file, or load the one that was looked at."""
        if self._shown is None:
            self.choose_file()
        else:
            self.load_shown()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.lists.setFocus(event.reason())

    # ------------------------------------------------------------------ what the person asks for
    def choose_file(self) -> None:
        """Point at the official file of the chosen list."""
        held = self.lists.current()
        if held is None or held.name not in READERS or self._job is not None or not self.choose.isEnabled():
            return
        kinds = f"{tr('Tables')} (*.csv *.txt *.tsv *.xlsx);;{tr('All files')} (*)"
        place, _ = QFileDialog.getOpenFileName(self, wording.catalogues()[held.name], str(Path.home()), kinds)
        if place:
            self.look_at(held.name, Path(place))

    def look_at(self, name: OfficialList, path: Path) -> None:
        """Read the file and compare it with what is held; nothing is kept."""
        self._begin(tr("Reading {file}").format(file=path.name))
        database, actor = self.desk.tasks.database, self.desk.actor
        self._job = self.desk.tasks.run(
            lambda _: database.read(lambda c: reference.preview(c, actor, name, path)),
            self._show_preview,
            owner=self,
            failed=self._failed,
        )
        self._allow()

    def load_shown(self) -> None:
        """Bring the looked-at rows in; after the saves asked for before it, in one transaction."""
        shown = self._shown
        if shown is None or self._job is not None or not self.load.isEnabled():
            return
        self._begin(tr("Loading {file}").format(file=shown.file))
        progress = self._counted()
        self.desk.tasks.write(
            partial(reference.load, shown=shown, step=progress.step),
            lambda done: self._loaded(shown, done.value),
            owner=self,
            failed=self._failed,
        )
        self._allow()

    def save_rejected(self) -> None:
        """Save the lines that were not taken, to be corrected and loaded again."""
        if self._shown is None or not self._shown.rejected:
            return
        name = f"{Path(self._shown.file).stem}-{tr('rejected')}.csv"
        title = tr("Save rejected lines")
        place, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / name), "CSV (*.csv)")
        if place:
            self.save_rejected_to(Path(place))

    def save_rejected_to(self, path: Path) -> None:
        """Write them, off the GUI thread."""
        shown = self._shown
        if shown is None:
            return
        titles = (tr("Line"), tr("Reason"), tr("Text of the line"))
        self.desk.tasks.run(
            lambda _: reference.write_rejected(path, shown, wording.reason, titles),
            lambda n: self.desk.toast(trn("{n} line saved.", "{n} lines saved.", n).format(n=labels.number(n))),
            owner=self,
            failed=self._failed,
        )

    def show_lists(self) -> None:
        """Back to the lists; the file is forgotten."""
        if self._job is None:
            self._shown = None
            self.stack.setCurrentIndex(0)
            self._allow()

    # ------------------------------------------------------------------ answers
    def _show_held(self, held: tuple[HeldList, ...]) -> None:
        chosen = self.lists.current()
        self.lists.set_rows(held, lambda each: chosen is not None and each.name == chosen.name)
        if self.lists.current() is None:
            self.lists.select_place(0)
        self._allow()

    def _show_preview(self, shown: Preview) -> None:
        self._finish()
        self._shown = shown
        self.looked.show_preview(shown)
        self.stack.setCurrentIndex(1)
        if not shown.new and not shown.changed:
            self._note("none", tr("This file brings nothing new."), tr("What is held already says the same."))
        self._allow()

    def _loaded(self, shown: Preview, changed: int) -> None:
        self._finish()
        said = trn("{n} row new or changed.", "{n} rows new or changed.", changed).format(n=labels.number(changed))
        if shown.rejected:
            n = len(shown.rejected)
            said += " " + trn("{n} line was rejected.", "{n} lines were rejected.", n).format(n=labels.number(n))
        self._note("ok", tr("{title}: the list was loaded.").format(title=wording.titles()[shown.name]), said)
        self._shown = None
        self.show_lists()
        self.desk.tasks.changed.emit(frozenset({shown.name}))

    # ------------------------------------------------------------------ pieces
    def _allow(self) -> None:
        looking, busy = self._shown is not None, self._job is not None
        for button in (self.load, self.give_back, self.leave):
            button.setVisible(looking)
        self.choose.setVisible(not looking)
        wait = tr("Wait for the work under way.")
        held = self.lists.current()
        may = self.desk.actor.may(Right.IMPORT_REFERENCE)
        role = messages.all_sentences()["access.not_allowed"]
        official = held is not None and held.name in READERS
        none = tr("This list has no official file: supervision sends it.")
        self.choose.set_possible(may and official and not busy, wait if busy else none if may else role)
        if held is not None and held.name in READERS:
            self.bar.set_state(None, "" if looking else wording.catalogues()[held.name])
        else:
            self.bar.set_state(None, "" if looking else none)
        in_use = messages.all_sentences()["storage.in_use"]
        readable = not self.desk.tasks.database.read_only
        useful = self._shown is not None and bool(self._shown.new or self._shown.changed)
        self.load.set_possible(
            useful and not busy and readable, wait if busy else in_use if not readable else tr("Nothing new to load.")
        )
        self.leave.set_possible(not busy, wait)
        rejected = self._shown is not None and bool(self._shown.rejected)
        self.give_back.set_possible(rejected and not busy, wait if busy else tr("No line was rejected."))

class _PreviewPane(QWidget):
    """What a file would do: figures, recognised columns, its first rows and the rejected lines."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = row(gap=24)
        self.columns = Text("", "small", wrap=True)
        self.ignored = Text("", "caption", wrap=True)
        self.first = Button(tr("First rows"), "segment")
        self.bad = Button(tr("Rejected lines"), "segment")
        self.tables = QStackedWidget()
        self.rows = RecordTable[Row](_row_columns(), name=tr("First rows"))
        self.rejected = RecordTable[Rejected](_rejected_columns(), name=tr("Rejected lines"))
        none = EmptyState(tr("No line was rejected."), tr("Every line of the file can be read."))
        for table in (self.rows, self.rejected, none):
            self.tables.addWidget(table)
        self.first.clicked.connect(lambda: self._turn(0))
        self.bad.clicked.connect(lambda: self._turn(1))
        self.card = SectionCard(" ", self.figures, self.columns, self.ignored, icon="file-text")
        tabs = row(self.first, self.bad, None, gap=4, margins=(12, 10, 12, 6))
        below = box(column(tabs, (self.tables, 1), gap=0), "card")
        self.setLayout(column(self.card, (below, 1), gap=12))

    def show_preview(self, shown: Preview) -> None:
        """Fill it for a file."""
        self.card.title.set_text(shown.file)
        self.card.set_caption(wording.titles()[shown.name])
        clear(self.figures)
        for label, n, tone in (
            (tr("New"), shown.new, ""),
            (tr("Changed"), shown.changed, ""),
            (tr("The same"), shown.same, "text3"),
            (tr("Rejected"), len(shown.rejected), "bad" if shown.rejected else "text3"),
        ):
            self.figures.addLayout(column(Text(labels.number(n), "number", tone=tone), Text(label, "caption"), gap=0))
        self.figures.addStretch(1)
        pairs = " · ".join(f"{wording.field(ours)} ← {theirs}" for ours, theirs in shown.columns.items())
        self.columns.set_text(tr("Columns recognised: {pairs}").format(pairs=pairs))
        self.ignored.setVisible(bool(shown.ignored))
        self.ignored.set_text(tr("Not used: {columns}").format(columns=_some(shown.ignored)))
        self.rows.set_rows(shown.rows[:SAMPLE])
        self.rejected.set_rows(shown.rejected)
        self.bad.set_count(len(shown.rejected))
        self._turn(1 if shown.rejected and not shown.rows else 0)

    def _turn(self, place: int) -> None:
        self.first.setChecked(place == 0)
        self.bad.setChecked(place == 1)
        empty = place == 1 and not self.rejected.records.rowCount()
        self.tables.setCurrentIndex(2 if empty else place)


def _some(names: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def _list_columns() -> list[Column[HeldList]]:
    return [
        Column(tr("List"), lambda each: Cell(wording.titles()[each.name], wording.sources()[each.name], strong=True)),
        Column(tr("Came with it"), lambda each: Cell(labels.number(each.shipped)), 130, "right", droppable=True),
        Column(tr("Held here"), lambda each: Cell(labels.number(each.held)), 110, "right"),
        Column("", lambda each: Cell(), 24),
        Column(tr("Official file"), _file_cell, 300),
    ]


def _file_cell(each: HeldList) -> Cell:
    if each.loaded_at is not None:
        n = trn("{n} row", "{n} rows", each.loaded_rows).format(n=labels.number(each.loaded_rows))
        return Cell(each.loaded_file, f"{labels.moment(each.loaded_at, CLINIC_ZONE)} · {n}")
    if each.name in READERS:
        return Cell(tr("none loaded"), tone="text3")
    return Cell(labels.DASH)


def _row_columns() -> list[Column[Row]]:
    return [
        Column(tr("Code"), lambda each: Cell(_first(each, "code", "clues", "inegi"), strong=True), 160),
        Column(tr("Name"), lambda each: Cell(_first(each, "name_es", "name"))),
        Column(tr("More"), lambda each: Cell(_first(each, "chapter", "municipality")), 260, droppable=True),
    ]


def _first(each: Row, *columns: str) -> str:
    return next((str(each[column]) for column in columns if each.get(column) is not None), labels.DASH)


def _rejected_columns() -> list[Column[Rejected]]:
    return [
        Column(tr("Line"), lambda each: Cell(labels.number(each.line)), 90, "right"),
        Column("", lambda each: Cell(), 16),
        Column(tr("Reason"), lambda each: Cell(wording.reason(each), each.text[:200])),
    ]
