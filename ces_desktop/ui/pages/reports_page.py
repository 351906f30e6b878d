"""Reports: the months with what was issued of each, the sheet of a day, blank forms for days without power."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QMenu

from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.data.queries.prints import day_paper
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, parse_day
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC, MonthlyReport
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports import monthly as paper
from ces_desktop.reports import monthly_words
from ces_desktop.reports.contingency import BLANKS, Blank, blank_pdf
from ces_desktop.reports.day import day_pdf
from ces_desktop.services import papers, reports
from ces_desktop.services.papers import Archived
from ces_desktop.services.reports import Edition, Kept, MonthRow
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import reports_file
from ces_desktop.ui.pages.shelf_papers import ShelfPapers
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.report_command import told
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, DateField, DockedBar, Heading, ScrollBody, SectionCard, Wrapped, column


class ReportsPage(Page):
    """F9 issues the chosen month and shows it; Enter shows what was issued, or a draft; F8 the copy of the clinic."""

    topics = frozenset({"issued_report", "encounter", "enrolment", "observation"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._busy = False
        text = tr("What was issued is kept as it was printed.")
        self.months = RecordTable[MonthRow](_columns(), name=tr("Months"))
        self.months.selected.connect(lambda _: self._allow())
        self.months.opened.connect(lambda each: self._look(each, MONTHLY))
        self.issue = Button(tr("Issue and look"), "primary", icon="file-text", cap="F9")
        self.issue.clicked.connect(self.primary)
        self.look = Button(tr("Look"), "secondary", icon="eye", cap="Enter")
        self.look.clicked.connect(lambda: self._look(self.months.current(), MONTHLY))
        self.own = Button(tr("Copy of the clinic"), "secondary", icon="printer", cap="F8")
        self.own.clicked.connect(self.print_page)
        self.save = Button(tr("Save as CSV or Excel…"), "secondary", icon="download")
        self.save.clicked.connect(self.save_numbers)
        self.bar = DockedBar(self.issue, self.own, self.look, self.save)
        card = SectionCard(tr("Monthly report"), (self.months, 1), icon="file-text", flush=True)
        inner = column(
            Heading(tr("Reports"), text), (card, 1), self._others(), gap=12, margins=(20, 16, 20, 12)
        )  # fmt: skip
        self.months.setMinimumHeight(px(150))
        self.setLayout(column((ScrollBody(inner), 1), self.bar, gap=0))
        self.setFocusProxy(self.months)
        self._allow()

    def reload(self) -> None:
        """Read the months again; the chosen one stays."""
        query = partial(reports.month_rows, clinic=self.desk.clinic.id, today=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"reports.{id(self)}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.months.setFocus(event.reason())

    # ------------------------------------------------------------------ what the person asks for
    def primary(self) -> None:
        """F9: issue the chosen month, or find that nothing changed, and show the copy that leaves the clinic."""
        chosen = self.months.current()
        if chosen is None or self._busy or not self.issue.isEnabled():
            return
        self._busy = True
        self.bar.set_state(None, tr("Preparing {month}").format(month=monthly_words.month_name(chosen.month)))
        self._allow()
        action = partial(reports.issue_monthly, month=chosen.month, render=self._render)
        self.desk.tasks.issue(
            action, lambda done: self._issued(chosen.month, done.value), owner=self, failed=self._failed
        )

    def print_page(self) -> None:
        """F8: the copy of the clinic of the chosen month."""
        self._look(self.months.current(), MONTHLY_CLINIC)

    def save_numbers(self) -> None:
        """Ask for a file and write the numbers of the chosen month into it."""
        chosen = self.months.current()
        if chosen is None or self._busy:
            return
        start = Path.home() / f"informe-{self.desk.clinic.prefix}-{chosen.month}.csv"
        place, kind = QFileDialog.getSaveFileName(
            self, tr("Save the numbers of the month"), str(start), reports_file.KINDS
        )
        if place:
            self.save_to(reports_file.named(place, kind), chosen)

    def save_to(self, path: Path, chosen: MonthRow) -> None:
        """Count the month and write it, off the GUI thread; a replaced issue stands for its month."""
        issued = chosen.issued if chosen.current else None
        database, clinic, today = self.desk.tasks.database, self.desk.clinic.id, self.desk.today

        def job(_: object) -> bool:
            return reports_file.write(database, clinic, chosen.month, today, issued, path)

        def done(changed: bool) -> None:
            self.desk.note("export")
            said = tr("The numbers of {month} were saved as a file.")
            self.desk.toast(said.format(month=monthly_words.month_name(chosen.month)))
            if changed and issued is not None:
                self.bar.set_state("warn", reports_file.newer(issued))

        self.desk.tasks.run(job, done, owner=self)

    def print_day(self) -> None:
        """Show the sheet of the day that was written."""
        value = self.day.value()
        if value is None:
            self.desk.tell(Refused("visits.no_day"))
            return
        day, clinic, frame = date.fromisoformat(value), self.desk.clinic.id, frame_of(self.desk)
        database = self.desk.tasks.database

        def build() -> bytes:
            return day_pdf(database.read(partial(day_paper, clinic=clinic, day=day)), day, frame)

        self.desk.preview(tr("Daily sheet"), build, f"hoja-diaria-{value}.pdf")

    def show_archive(self) -> None:
        """Every paper that was issued; the one chosen is shown as it was printed."""
        query = partial(papers.archived, clinic=self.desk.clinic.id, actor=self.desk.actor)
        self.desk.tasks.read(query, self._offer_archive, owner=self)

    def print_blank(self, form: Blank) -> None:
        """Show a blank form."""
        self.desk.preview(blank_names()[form], partial(blank_pdf, form, frame_of(self.desk)), f"formato-{form}.pdf")

    # ------------------------------------------------------------------ answers
    def _render(self, edition: Edition) -> dict[str, bytes]:
        frame = frame_of(self.desk, edition.cut_at)
        return paper.papers(edition.report, edition.folio, edition.replaced, frame)

    def _issued(self, month: str, kept: Kept) -> None:
        self._busy = False
        self.bar.set_state("ok", told(kept.folio, reprint=kept.reprint))
        self._allow()
        self._preview(month, kept.folio, kept.files[MONTHLY])

    def _failed(self, failure: Failure) -> None:
        self._busy = False
        self.bar.set_state(None)
        self._allow()
        self.desk.tell(failure)

    def _look(self, chosen: MonthRow | None, kind: str) -> None:
        """An issue as it was printed, or a draft of a month that was not issued."""
        if chosen is None or self._busy:
            return
        if chosen.issued is None:
            self._draft(chosen.month, leaves=kind == MONTHLY)
            return
        issued = chosen.issued
        query = partial(reports.stored_paper, clinic=self.desk.clinic.id, issued=issued, kind=kind)

        def show(content: bytes | None) -> None:
            if content is None:
                self.desk.tell(Refused("reports.elsewhere", folio=issued.folio))
                return
            self.bar.set_state(None, tr("REPRINT of folio {folio}, as it was issued.").format(folio=issued.folio))
            self._preview(chosen.month, issued.folio, content)

        self.desk.tasks.read(query, show, owner=self)

    def _offer_archive(self, rows: Sequence[Archived]) -> None:
        from ces_desktop.ui.dialogs.archive import ArchiveDialog, name

        chosen = ArchiveDialog(self, rows).ask()
        if chosen is None:
            return
        issued = chosen.issued

        def show(content: bytes | None) -> None:
            if content is None:
                self.desk.tell(Refused("reports.elsewhere", folio=issued.folio))
                return
            self.bar.set_state(None, tr("REPRINT of folio {folio}, as it was issued.").format(folio=issued.folio))
            self.desk.preview(name(issued.kind), lambda: content, f"{issued.folio}-{issued.kind}.pdf")

        self.desk.tasks.read(partial(papers.stored, issue=issued.id), show, owner=self)

    def _draft(self, month: str, *, leaves: bool) -> None:
        query = partial(monthly_report, clinic=self.desk.clinic.id, month=month, today=self.desk.today)
        frame = frame_of(self.desk)

        def show(report: MonthlyReport) -> None:
            build = partial(paper.monthly_pdf, report, paper.Issue(leaves=leaves), frame)
            self.desk.preview(tr("Draft of the monthly report"), build, f"borrador-{month}.pdf")

        self.desk.tasks.read(query, show, owner=self)

    def _preview(self, month: str, folio: str, content: bytes) -> None:
        title = tr("Monthly report · {month}").format(month=monthly_words.month_name(month))
        self.desk.preview(title, lambda: content, f"informe-{month}-{folio}.pdf")

    def _show(self, rows: Sequence[MonthRow]) -> None:
        chosen = self.months.current()
        same = next((each for each in rows if chosen and each.month == chosen.month and each.current), None)
        self.months.set_rows(rows, lambda each: each is same)
        if same is None:  # first the last month that is over
            over = next((place for place, each in enumerate(rows) if each.over), 0)
            self.months.select_place(over)
        self._allow()

    def _allow(self) -> None:
        chosen = self.months.current()
        may = self.desk.actor.may(Right.ISSUE_REPORTS)
        role, in_use = (messages.all_sentences()[code] for code in ("access.not_allowed", "storage.in_use"))
        writable = not self.desk.tasks.database.read_only
        why = role if not may else in_use if not writable else tr("Choose a month in force.")
        current = chosen is not None and chosen.current
        self.issue.set_possible(may and writable and current and not self._busy, why)
        for button in (self.look, self.own, self.save):
            button.set_possible(chosen is not None and not self._busy, tr("Choose a month."))

    def _others(self) -> SectionCard:
        """The sheet of a day, where names may be printed, and the blank forms."""
        self.day = DateField(self._read_day, explain=sentence, name=tr("Day of the daily sheet"))
        self.day.set_value(self.desk.today.isoformat())
        self.sheet = Button(tr("Daily sheet"), "secondary", icon="clipboard-list")
        self.sheet.clicked.connect(self.print_day)
        may = self.desk.actor.may(Right.PRINT_PATIENTS)
        self.sheet.set_possible(may, messages.all_sentences()["access.not_allowed"])
        self.blank = Button(tr("Blank forms"), "secondary", icon="printer")
        self.blank.clicked.connect(self._offer_blanks)
        self.menu = QMenu(self)
        for form in BLANKS:
            self.menu.addAction(blank_names()[form], partial(self.print_blank, form))
        self.shelf = ShelfPapers(self, tr("Supplies on paper"))
        self.shelf.set_possible(
            self.desk.actor.may(Right.SEE_STOCK), messages.all_sentences()["access.not_allowed"]
        )
        self.issued_papers = Button(tr("Issued papers"), "secondary", icon="history")
        self.issued_papers.clicked.connect(self.show_archive)
        choices = Wrapped(self.day, self.sheet, self.blank, self.shelf, self.issued_papers, gap=8)
        return SectionCard(tr("Other papers"), choices)

    def _read_day(self, text: str) -> str | None:
        day = parse_day(text, self.desk.today)
        return day.isoformat() if day is not None else None

    def _offer_blanks(self) -> None:
        self.menu.popup(self.blank.mapToGlobal(QPoint(0, self.blank.height() + px(4))))
        self.menu.setActiveAction(self.menu.actions()[0])


def blank_names() -> dict[Blank, str]:
    """What each blank form is called."""
    return {
        "consult": tr("Consult by hand"),
        "day": tr("Daily sheet by hand"),
        "register": tr("People to register by hand"),
    }


def _columns() -> list[Column[MonthRow]]:
    return [
        Column(tr("Month"), lambda each: Cell(monthly_words.month_name(each.month).capitalize(), strong=each.current)),
        Column(tr("Folio"), lambda each: Cell(each.issued.folio if each.issued else labels.DASH), 130),
        Column(tr("Data as of"), _cut, 170, droppable=True),
        Column(tr("State"), _state, 170),
    ]


def _cut(each: MonthRow) -> Cell:
    return Cell(labels.moment(each.issued.cut_at, CLINIC_ZONE)) if each.issued else Cell(labels.DASH)


def _state(each: MonthRow) -> Cell:
    if not each.current:
        return Cell(chip=("neutral", tr("Replaced")))
    if each.issued is not None:
        return Cell(chip=("ok", tr("Issued")))
    return Cell(chip=("unknown", tr("Not issued"))) if each.over else Cell(chip=("neutral", tr("Month under way")))
