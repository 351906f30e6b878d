"""Audit: who did what and when, narrowed by person, kind, days and record; the proof of the chain; a file of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.fold import Verdict, verify
from ces_desktop.data.queries import audit
from ces_desktop.data.queries.audit import AuditRow, Chain, Wanted
from ces_desktop.domain.calendar import CLINIC_ZONE, parse_day
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services.reference import guarded
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import audit as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.tasks import Failure, Progress
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    DateField,
    DockedBar,
    EmptyState,
    Heading,
    InlineNote,
    Option,
    ProgressPanel,
    SectionCard,
    Text,
    TextField,
    Wrapped,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.note import NoteKind

T = TypeVar("T")


class AuditPage(Page):
    """Filters above, the list under them; more of it comes at its end. F9 checks the chain. Opening it is noted."""

    topics = frozenset({"audit_event"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._rows: tuple[AuditRow, ...] = ()
        self._ended = True
        self._job: Progress | None = None
        self._chain: Chain | None = None
        self.heading = Heading(tr("Audit"), tr("Who did what and when. Records are named by number, never by name."))
        self._make_filters()
        self.notes = column(gap=8)
        self.progress = ProgressPanel(tr("Working"), cancel_text=tr("Cancelling changes nothing."))
        self.progress.cancelled.connect(lambda: self._job.cancel() if self._job is not None else None)
        self.table = RecordTable[AuditRow](_columns(), name=tr("Audit"))
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        none = Button(tr("Remove filters"), icon="funnel")
        none.clicked.connect(self.remove_filters)
        self.stack.addWidget(EmptyState(tr("Nothing was done that fits."), tr("Ask for more."), none, size=112))
        self.check = Button(tr("Check the chain"), "primary", icon="link", cap="F9")
        self.check.clicked.connect(self.check_chain)
        self.save = Button(tr("Save as file"), icon="download")
        self.save.clicked.connect(self.export)
        self.more = Button(tr("Show more"), icon="chevron-down")
        self.more.clicked.connect(self.load_more)
        self.bar = DockedBar(self.check, self.save, self.more)
        body = column(
            self.heading, self._filters(), self.notes, self.progress, (self.stack, 1),
            gap=10, margins=(20, 16, 20, 12),
        )  # fmt: skip
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        desk.tasks.cancelled.connect(self._stopped)
        desk.note("view", "audit")

    def reload(self) -> None:
        """Read the newest page, the people and the chain's end again."""
        actor, clinic = self.desk.actor, self.desk.clinic.id
        tasks = self.desk.tasks
        tasks.read(partial(audit.people, actor=actor, clinic=clinic), self._show_people, owner=self)
        tasks.read(partial(audit.chain, actor=actor), self._show_chain, owner=self)
        self._ask()

    def primary(self) -> None:
        """F9: prove that tables and journal say the same."""
        self.check_chain()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    # ------------------------------------------------------------------ filters
    def _make_filters(self) -> None:
        today = self.desk.today
        explain = messages.sentence

        def day(text: str) -> str | None:
            found = parse_day(text, today)
            return found.isoformat() if found else None

        self.person = ComboField(name=tr("Person"), width=230, placeholder=tr("Everybody"))
        kinds = [Option(audit.CHANGES, tr("all changes"))]
        kinds += [Option(key, text) for key, text in wording.event_kinds().items()]
        kinds += [Option(key, text, tr("change")) for key, text in wording.change_kinds().items()]
        self.kind = ComboField(kinds, name=tr("Kind"), width=290, placeholder=tr("Everything"))
        self.patient = TextField(name=tr("Record number"), width=170, placeholder="CAP0000001", limit=20)
        self.since = DateField(day, name=tr("From"), width=120, placeholder=tr("first day"), explain=explain)
        self.until = DateField(day, name=tr("To"), width=120, placeholder=tr("last day"), explain=explain)
        for field in (self.person, self.kind, self.since, self.until):
            field.changed.connect(self._narrow)
        self.patient.editingFinished.connect(self._narrow)
        for left in (self.person, self.kind, self.since.edit, self.until.edit):
            left.editingFinished.connect(self._say_unread)
        self._asked = Wanted()

    def _filters(self) -> Wrapped:
        """Each field with its word; they go on in a next line where the window is narrow."""
        self.unfilter = Button(tr("Remove filters"), "ghost", icon="funnel")
        self.unfilter.clicked.connect(self.remove_filters)
        named = (
            (tr("Person"), self.person), (tr("Kind"), self.kind), (tr("Record number"), self.patient),
            (tr("From"), self.since), (tr("To"), self.until),
        )  # fmt: skip
        fields = [box(row(Text(words, "label"), field)) for words, field in named]
        return Wrapped(*fields, self.unfilter, gap=12)

    def remove_filters(self) -> None:
        """Show everything again."""
        for field in (self.person, self.kind, self.patient, self.since, self.until):
            field.set_value(None)
        self._narrow()

    def wanted(self) -> Wanted | None:
        """What the filters say; None while one of them cannot be read (said when it is left)."""
        if self.since.unread() or self.until.unread() or self.person.unlisted() or self.kind.unlisted():
            return None
        user = self.person.value()
        return Wanted(
            user=Id(bytes.fromhex(user)) if user else None,
            kind=self.kind.value(),
            since=_start_of(self.since.value(), 0),
            until=_start_of(self.until.value(), 1),
            patient=self.patient.value() or "",
        )

    def _narrow(self) -> None:
        wanted = self.wanted()
        if wanted is None:
            return
        for combo in (self.person, self.kind):
            combo.set_state("")
        self._clear_notes("unread")
        if wanted != self._asked:
            self._asked = wanted
            self._ask()

    def _say_unread(self) -> None:
        """Say why the list does not follow a filter that was left with something else than a line or a day."""
        unlisted = [combo for combo in (self.person, self.kind) if combo.unlisted()]
        for combo in unlisted:
            combo.set_state("bad")
        if unlisted or self.since.unread() or self.until.unread():
            code = "registration.unlisted" if unlisted else "calendar.not_a_day"
            self._note("bad", messages.sentence(Refused(code)), name="unread")

    def _ask(self, more: bool = False) -> None:
        after = self._rows[-1].cursor if more and self._rows else None
        query = partial(
            audit.page, actor=self.desk.actor, clinic=self.desk.clinic.id, wanted=self._asked, after=after
        )
        self.desk.tasks.read(
            query, partial(self._show, after is not None), owner=self, latest="audit.page", failed=self._refused
        )

    def load_more(self) -> None:
        """The next page of the list."""
        if not self._ended:
            self._ask(more=True)

    def _scrolled(self, value: int) -> None:
        if value and value >= self.table.verticalScrollBar().maximum():
            self.load_more()

    # ------------------------------------------------------------------ answers
    def _show_people(self, people: tuple[tuple[Id, str], ...]) -> None:
        self.person.set_options([Option(user.hex(), name) for user, name in people])

    def _show_chain(self, chain: Chain) -> None:
        self._chain = chain
        words = tr("Chain of {n} entries, ends in {code}")
        self.bar.set_state(None, words.format(n=labels.number(chain.ops), code=chain.code or labels.DASH))

    def _show(self, more: bool, rows: tuple[AuditRow, ...]) -> None:
        self.patient.set_state("")
        if not more:
            self._clear_notes("filter")
        scroll = self.table.verticalScrollBar()
        at = scroll.value()
        chosen = self.table.current()
        self._rows = (*self._rows, *rows) if more else rows
        self._ended = len(rows) < audit.PAGE
        self.table.set_rows(self._rows, lambda r: chosen is not None and r.cursor == chosen.cursor)
        if more:
            scroll.setValue(at)
        self.more.set_possible(not self._ended, tr("This is all there is."))
        self.save.set_possible(bool(self._rows) and self._job is None, tr("There is nothing to save."))
        self.stack.setCurrentIndex(0 if self._rows else 1)

    def _refused(self, failure: Failure) -> None:
        if failure.code == "audit.no_such_patient":
            self.patient.set_state("bad")
        self._note("bad", messages.sentence(failure), name="filter")
        self._rows, self._ended = (), True
        self.table.set_rows(())

    # ------------------------------------------------------------------ long work
    def check_chain(self) -> None:
        """Recompute every table from the journal and compare; said in words."""
        if self._job is None:
            database = self.desk.tasks.database
            self._begin(tr("Checking the chain"), lambda _: database.read(verify), self._checked)

    def export(self) -> None:
        """Save what the filters show as CSV; saving it is itself noted."""
        if self._job is not None or not self._rows:
            return
        name = f"auditoria-{self.desk.clinic.prefix}-{self.desk.today.isoformat()}.csv"
        place, _ = QFileDialog.getSaveFileName(self, tr("Save the audit"), str(Path.home() / name), "CSV (*.csv)")
        if place:
            self.save_to(Path(place))

    def save_to(self, path: Path) -> None:
        """Write the list to a file, off the GUI thread."""
        database, actor, clinic, wanted = self.desk.tasks.database, self.desk.actor, self.desk.clinic.id, self._asked

        def job(progress: Progress) -> int:
            def read(connection: Any) -> list[AuditRow]:
                found: list[AuditRow] = []
                for rows in audit.everything(connection, actor, clinic, wanted):
                    found += rows
                    progress.step(len(found), 0)
                return found

            rows = database.read(read)
            write_safely(path, as_csv(rows), keep_previous=False)
            return len(rows)

        self._begin(tr("Saving the audit"), job, self._saved)

    def _begin(self, title: str, job: Callable[[Progress], T], then: Callable[[T], None]) -> None:
        self._clear_notes()
        self.progress.title.set_text(title)
        self.progress.advance(0, 0)
        self.progress.start()
        self._job = self.desk.tasks.run(job, then, owner=self, failed=self._failed)
        self._allow()

    def _finish(self) -> None:
        self._job = None
        self.progress.finish()
        self._allow()

    def _allow(self) -> None:
        wait = tr("Wait for the work under way.")
        self.check.set_possible(self._job is None, wait)
        self.save.set_possible(self._job is None and bool(self._rows), wait)

    def _checked(self, verdict: Verdict) -> None:
        self._finish()
        ops, rows = labels.number(verdict.ops), labels.number(verdict.rows)
        if verdict.equal:
            said = tr("{ops} entries and {rows} rows say the same; nothing was altered.").format(ops=ops, rows=rows)
            if verdict.orphans:
                n = len(verdict.orphans)
                said += " " + trn(
                    "{n} row waits for a record not received yet.", "{n} rows wait for records not received yet.", n
                ).format(n=n)
            self._note("ok", tr("The chain is whole."), said)
        else:
            n = len(verdict.differences) + len(verdict.broken)
            found = trn("{n} place differs.", "{n} places differ.", n).format(n=labels.number(n))
            self._note("bad", tr("Tables and journal differ. Call support before going on."), found)

    def _saved(self, count: int) -> None:
        self._finish()
        self.desk.note("export", "audit")
        self.desk.toast(trn("{n} line saved.", "{n} lines saved.", count).format(n=labels.number(count)))

    def _failed(self, failure: Failure) -> None:
        self._finish()
        self._note("bad", messages.sentence(failure))

    def _stopped(self) -> None:
        if self._job is not None and self._job.cancelled():
            self._finish()
            self._note("none", tr("It was cancelled. Nothing was changed."))

    def _note(self, kind: NoteKind, title: str, text: str = "", name: str = "") -> None:
        self._clear_notes()
        note = InlineNote(kind, title, text)
        note.setObjectName(name)
        self.notes.addWidget(note)

    def _clear_notes(self, name: str = "") -> None:
        """Take the notes away; with a name, only one of that name."""
        first = self.notes.itemAt(0)
        held = first.widget() if first is not None else None
        if not name or (held is not None and held.objectName() == name):
            clear(self.notes)


def as_csv(rows: list[AuditRow]) -> bytes:
    """The list as a file a spreadsheet opens: UTF-8 with mark, no cell that would run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((tr("When"), tr("Who"), tr("What"), tr("About"), tr("Records"), tr("Times"), tr("Reason")))
    for r in rows:
        what = wording.what(r.kind, r.about_type, r.change)
        when = datetime.fromtimestamp(r.at / 1000, CLINIC_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        texts = (guarded(text) for text in (r.user_name, what, r.about))
        writer.writerow((when, *texts, r.records, r.times, guarded(r.reason)))
    return out.getvalue().encode("utf-8-sig")


def _columns() -> list[Column[AuditRow]]:
    return [
        Column(tr("When"), lambda r: Cell(labels.moment(r.at, CLINIC_ZONE, seconds=True)), 180),
        Column(tr("Who"), lambda r: Cell(r.user_name or tr("somebody not received yet"), strong=True), 240),
        Column(tr("What"), _what_cell),
        Column(tr("Record"), lambda r: Cell(r.about or labels.DASH), 150, droppable=True),
    ]


def _what_cell(r: AuditRow) -> Cell:
    said = []
    if r.change and r.records > 1:
        said.append(trn("{n} record touched", "{n} records touched", r.records).format(n=labels.number(r.records)))
    elif not r.change and r.times > 1:
        unit = trn("{n} row", "{n} rows", r.times) if r.kind == "import" else trn("{n} time", "{n} times", r.times)
        said.append(unit.format(n=labels.number(r.times)))
    if r.reason:
        said.append(r.reason)
    what = wording.what(r.kind, r.about_type, r.change)
    return Cell(what[:1].upper() + what[1:], " · ".join(said))


def _start_of(iso: str | None, later: int) -> int | None:
    """UTC ms at which a day (or `later` days after it) begins at the clinic."""
    if iso is None:
        return None
    midnight = datetime.combine(date.fromisoformat(iso) + timedelta(days=later), time(), CLINIC_ZONE)
    return int(midnight.timestamp() * 1000)

