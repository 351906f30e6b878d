"""Import of somebody's register in steps: file, columns, preview, likenesses, result. F9 goes on, Esc a step back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries import register_import as held
from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.data.register_files import Table, read_tables
from ces_desktop.domain.access import Right
from ces_desktop.domain.identity import fold
from ces_desktop.domain.register_columns import ColumnMapping, guess
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import register_import, register_mappings
from ces_desktop.services.register_import import Imported, Plan
from ces_desktop.services.register_mappings import PastImport
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import register_import as wording
from ces_desktop.ui.pages.file_job import FileJobPage
from ces_desktop.ui.pages.import_alike import AlikeStep
from ces_desktop.ui.pages.import_columns import ColumnsStep
from ces_desktop.ui.pages.import_file import FileStep
from ces_desktop.ui.pages.import_preview import PreviewStep
from ces_desktop.ui.pages.import_result import ResultStep
from ces_desktop.ui.tasks import Progress
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    ScrollBody,
    StepList,
    clear,
    column,
    confirm,
)

FILE, COLUMNS, PREVIEW, ALIKE, RESULT = range(5)
Offers = dict[str, tuple[CommunityRow, ...]]


class ImportPage(FileJobPage):
    """Nothing is written before the last step but one; what was written can be undone whole."""

    topics = frozenset({"patient"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, cancelling=tr("Cancelling leaves everything as it was."),
            cancelled=tr("It was cancelled. Everything is as it was."),
        )  # fmt: skip
        self._tables: tuple[Table, ...] = ()
        self._table: Table | None = None
        self._file = ""
        self._plan: Plan | None = None
        self._done: Outcome[Imported] | None = None
        self._kept: dict[str, ColumnMapping] = {}
        self.heading = Heading(tr("Import a register"), tr("A card index or another program's list of people."))
        self.file, self.columns = FileStep(), ColumnsStep(desk.today)
        self.preview, self.alike, self.result = PreviewStep(), AlikeStep(), ResultStep()
        self._steps: tuple[QWidget, ...] = (self.file, self.columns, self.preview, self.alike, self.result)
        self.list = StepList([tr("File"), tr("Columns"), tr("Preview"), tr("Likenesses"), tr("Result")], across=True)
        self.list.chosen.connect(self._jump)
        self.stack = QStackedWidget()
        for step in self._steps:
            self.stack.addWidget(ScrollBody(column(step), width_limit=0))
        self.next = Button(tr("Go on"), "primary", icon="arrow-right", cap="F9")
        self.back = Button(tr("Back"), "secondary", icon="arrow-left", cap="Esc")
        self.next.clicked.connect(self.primary)
        self.back.clicked.connect(self.backward)
        self.bar = DockedBar(self.next, self.back)
        body = column(self.heading, self.list, self.notes, self.progress, (self.stack, 1), gap=10,
                      margins=(20, 14, 20, 10))  # fmt: skip
        self.setLayout(column((body, 1), self.bar, gap=0))
        self._wire()
        self._go(FILE)

    def _wire(self) -> None:
        self.file.choose.clicked.connect(self.choose_file)
        self.file.undo_wanted.connect(self._undo_past)
        self.columns.changed.connect(self._allow)
        self.columns.sheet_chosen.connect(self._choose_sheet)
        self.columns.kept_chosen.connect(lambda name: self.columns.show_mapping(self._kept[name]))
        self.columns.keep_wanted.connect(self._keep)
        self.columns.go_on.connect(self.primary)
        self.preview.place_chosen.connect(self._choose_place)
        self.alike.changed.connect(self._allow)
        self.result.save.clicked.connect(self.save_rejected)
        self.result.undo.clicked.connect(self._undo)
        self.result.duplicates.clicked.connect(lambda: self.desk.open_page("duplicates"))

    def reload(self) -> None:
        """Earlier imports and kept mappings; the file at hand stays."""
        self.desk.tasks.read(
            lambda c: (register_mappings.past_imports(c), register_mappings.mappings(c)), self._show_held, owner=self
        )

    def primary(self) -> None:
        """F9: the next step."""
        if self._job is not None or not self.next.isEnabled():
            return
        here = self.stack.currentIndex()
        if here == FILE:
            self.choose_file()
        elif here == COLUMNS:
            self._look()
        elif here == PREVIEW and self._plan is not None and self._plan.count("alike"):
            self._go(ALIKE)
        elif here in (PREVIEW, ALIKE):
            self.run_import()
        else:
            self._again()

    def backward(self) -> None:
        """Esc: a step back; from the first and the last one, the place before."""
        here = self.stack.currentIndex()
        if self._job is None and here in (COLUMNS, PREVIEW, ALIKE):
            self._go(here - 1)
        elif self._job is None:
            self.desk.back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentIndex() in (COLUMNS, PREVIEW, ALIKE):
            self.backward()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._steps[self.stack.currentIndex()].setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.heading.sentence.setVisible(self.height() > px(560))
        self.list.setVisible(self.width() - px(56) > self.list.sizeHint().width() and self.height() > px(440))

    # ------------------------------------------------------------------ file and columns
    def choose_file(self) -> None:
        """Point at the register."""
        if self._job is not None or not self.next.isEnabled():
            return
        kinds = f"{tr('Tables')} (*.csv *.txt *.tsv *.xlsx);;{tr('All files')} (*)"
        place, _ = QFileDialog.getOpenFileName(self, tr("Choose the file"), str(Path.home()), kinds)
        if place:
            self.open_file(Path(place))

    def open_file(self, path: Path) -> None:
        """Read a file; nothing is kept of it."""
        self._begin(tr("Reading {file}").format(file=path.name))

        def read(_: Progress) -> tuple[tuple[Table, ...], dict[str, ColumnMapping], ColumnMapping | None]:
            tables = read_tables(path)
            database = self.desk.tasks.database
            return tables, *database.read(
                lambda c: (register_mappings.mappings(c), register_mappings.fitting(c, tables[0]))
            )

        self._file = path.name
        self._job = self.desk.tasks.run(read, lambda found: self._show_file(*found), owner=self, failed=self._failed)
        self._allow()

    def _show_file(
        self, tables: tuple[Table, ...], kept: dict[str, ColumnMapping], fitting: ColumnMapping | None
    ) -> None:
        self._finish()
        self._tables, self._kept = tables, kept
        self.alike.decisions.clear()
        self._show_table(tables[0], fitting)
        self._go(COLUMNS)

    def _show_table(self, table: Table, mapping: ColumnMapping | None) -> None:
        self._table = table
        self.columns.show_table(self._tables, table, mapping or guess(table.headings), tuple(self._kept))

    def _choose_sheet(self, name: str) -> None:
        self._show_table(next(table for table in self._tables if table.name == name), None)
        self._allow()

    def _keep(self, mapping: ColumnMapping) -> None:
        def told(_: None) -> None:
            self.desk.toast(tr("The mapping was kept."))
            self.reload()

        keep = partial(register_mappings.keep_mapping, mapping=mapping)
        self.desk.tasks.local(keep, told, owner=self, failed=self._failed)

    # ------------------------------------------------------------------ preview and likenesses
    def _look(self) -> None:
        """Read every row by the mapping and compare it with the register."""
        table, mapping = self._table, self.columns.mapping()
        if table is None:
            return
        self._begin(tr("Reading {file}").format(file=self._file))
        tasks, actor, file = self.desk.tasks, self.desk.actor, self._file
        database = tasks.database
        clinic, now = database.installation.clinic, database.clock()
        progress = self._counted()

        def look(connection: Any) -> tuple[Plan, Offers]:
            plan = register_import.plan(connection, actor, clinic, now, file, table, mapping, progress.step)
            places = held.Places(connection, clinic)
            return plan, {written: places.offered(written) for written in list(plan.unknown_places)[:200]}

        tasks.run(
            lambda _: database.read(look), lambda found: self._show_plan(*found), owner=self, failed=self._failed,
            progress=progress,
        )  # fmt: skip
        self._allow()

    def _show_plan(self, plan: Plan, offers: Offers) -> None:
        self._finish()
        self._plan = plan
        self.preview.show_plan(plan, wording.reasons(), offers)
        self.alike.show_plan(plan)
        self._go(PREVIEW)
        if plan.unknown_places:
            n = len(plan.unknown_places)
            self._note("warn", trn("{n} community was not found.", "{n} communities were not found.", n).format(n=n),
                       tr("Choose each from the list, or leave them unknown."))  # fmt: skip

    def _choose_place(self, written: str, place: str) -> None:
        mapping = self.columns.mapping()
        self.columns.show_mapping(replace(mapping, places={**mapping.places, fold(written): place}))
        self._look()

    def run_import(self) -> None:
        """Write it, after the saves asked for before, in one transaction."""
        plan = self._plan
        if plan is None or self._job is not None:
            return
        self._begin(tr("Importing {file}").format(file=self._file))
        progress = self._counted()
        decided = dict(self.alike.decisions)
        self.desk.tasks.write(
            lambda work: register_import.run(work, plan, decided, progress.step), self._imported, owner=self,
            failed=self._failed,
        )  # fmt: skip
        self._allow()

    def _imported(self, outcome: Outcome[Imported]) -> None:
        self._finish()
        assert self._plan is not None
        self._done = outcome
        wrote = bool(outcome.touched)
        self.result.show_done(self._plan, outcome.value)
        self.result.undo.set_possible(wrote, tr("Nothing was written."))
        if wrote:
            self.desk.toast(tr("The register was imported."), undo=True)
        self._go(RESULT)
        self.reload()

    # ------------------------------------------------------------------ result
    def save_rejected(self) -> None:
        """Save what was not kept, to be corrected and imported again."""
        if self._plan is None or self._done is None:
            return
        name = f"{Path(self._file).stem}-{tr('rejected')}.csv"
        place, _ = QFileDialog.getSaveFileName(
            self, tr("Save what was not kept"), str(Path.home() / name), "CSV (*.csv)"
        )
        if place:
            self.save_rejected_to(Path(place))

    def save_rejected_to(self, path: Path) -> None:
        """Write them, off the GUI thread."""
        assert self._plan is not None and self._done is not None
        plan, skipped, words = self._plan, self._done.value.skipped, wording.reasons()
        self.desk.tasks.run(
            lambda _: register_mappings.write_rejected(
                path, plan, skipped, words, wording.skipped(), wording.titles()
            ),
            lambda n: self.desk.toast(trn("{n} row saved.", "{n} rows saved.", n).format(n=labels.number(n))),
            owner=self,
            failed=self._failed,
        )

    def _undo(self) -> None:
        if self._done is not None:
            self._take_back(self._done.action)

    def _undo_past(self, past: PastImport) -> None:
        title = tr("Undo the import of {file}?").format(file=past.file)
        text = tr("Everything it brought is taken back. Whoever was changed since stops it.")
        if confirm(self, title, text, tr("Undo the import")):
            self._take_back(past.action)

    def _take_back(self, action: bytes) -> None:
        self._begin(tr("Undoing the import"))
        progress = self._counted()
        self.desk.tasks.write(
            partial(register_import.take_back, action=action, step=progress.step), lambda _: self._taken_back(action),
            owner=self, failed=self._failed,
        )  # fmt: skip
        self._allow()

    def _taken_back(self, action: bytes) -> None:
        self._finish()
        if self._done is not None and self._done.action == action:
            self.result.show_undone()
        self.desk.toast(tr("The import was undone."))
        self.reload()

    def _again(self) -> None:
        self._plan = self._done = self._table = None
        self._go(FILE)
        self.reload()

    # ------------------------------------------------------------------ pieces
    def _show_held(self, found: tuple[tuple[PastImport, ...], dict[str, ColumnMapping]]) -> None:
        past, self._kept = found
        self.file.show_past(past)

    def _go(self, place: int) -> None:
        clear(self.notes)
        self.stack.setCurrentIndex(place)
        self.list.set_current(place, back=place != RESULT)
        self._allow()
        self._steps[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _jump(self, place: int) -> None:
        if self._job is None and place < self.stack.currentIndex() != RESULT:
            self._go(place)

    def _allow(self) -> None:
        here, busy = self.stack.currentIndex(), self._job is not None
        words = {FILE: tr("Choose the file"), COLUMNS: tr("Look at the rows"), RESULT: tr("Another file")}
        asks = self._plan is not None and self._plan.count("alike") > 0
        self.next.set_words(words.get(here, tr("Go on") if here == PREVIEW and asks else tr("Import")))
        why = self._hindrance(here)
        self.next.set_possible(not busy and why is None, tr("Wait for the work under way.") if busy else why or "")
        self.file.choose.set_possible(not busy and self._hindrance(FILE) is None, self._hindrance(FILE) or "")
        self.back.setVisible(here in (COLUMNS, PREVIEW, ALIKE))
        self.bar.set_state(None, why or "" if here in (COLUMNS, ALIKE) else "")

    def _hindrance(self, here: int) -> str | None:
        """Why the next step cannot come, None when it can."""
        told = messages.all_sentences()
        if not self.desk.actor.may(Right.IMPORT_REGISTER):
            return told["access.not_allowed"]
        if self.desk.tasks.database.read_only:
            return told["storage.in_use"]
        if here == COLUMNS:
            missing = self.columns.missing()
            return None if missing is None else told[missing]
        if here == ALIKE and (n := self.alike.undecided()):
            return messages.sentence(Refused("register_import.undecided", n=n))
        plan = self._plan
        if here == PREVIEW and plan is not None and plan.count("rejected") == len(plan.rows):
            return tr("No row can be kept.")
        return None
