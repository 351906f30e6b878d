"""One person: who they are, where they live, what they agreed to, their status over time, and what was done here."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QMenu, QWidget

from ces_desktop import __version__
from ces_desktop.data.queries.duplicates import Candidate, candidates
from ces_desktop.data.queries.patient_view import PatientView, patient_view
from ces_desktop.data.queries.patients import ConsentRow, PatientFile, StatusRow
from ces_desktop.domain.access import Right
from ces_desktop.domain.identity import surnames
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports.document import Frame
from ces_desktop.services import patients_status as services
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs import history
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.pages import patient_cards as cards
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import BannerFacts, Button, InlineNote, PatientBanner, ScrollBody, box, clear, column

STACKED = 1040
"""Page width in design px under which the two columns stand one under the other."""


class PatientPage(Page):
    """The record template: banner; left what is true now, right status and timeline. F9 edits, F8 prints."""

    topics = frozenset({"patient", "patient_status", "consent", "same_as", "household", "community", "audit_event"})

    def __init__(self, desk: Desk, patient: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.patient = patient
        self._view: PatientView | None = None
        self.alike: tuple[Candidate, ...] | None = None
        """Records that look like this person; None until they were looked for."""
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.edit_button = Button(tr("Edit"), "primary", icon="pencil", cap="F9")
        self.menu: QMenu | None = None
        self._notes, self._left, self._right = column(gap=8), column(gap=12), column(gap=12)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(px(12))
        self._columns.addLayout(self._left, 10)
        self._columns.addLayout(self._right, 11)
        inner = column(self._notes, self._columns, None, gap=12, margins=(20, 14, 20, 16))
        self._body = ScrollBody(inner)
        self.setLayout(column((self._body, 1), gap=0))
        desk.note("view", "patient", patient)

    def reload(self) -> None:
        """Read the record again; the scroll stays."""
        query = partial(patient_view, clinic=self.desk.clinic.id, patient=self.patient)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"patient.{id(self)}")

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the record was read."""
        return self._pinned

    def primary(self) -> None:
        """F9: edit the identity."""
        if self._view is not None and self.desk.actor.may(Right.REGISTER_PATIENTS):
            self.desk.edit_patient(self.patient)

    def print_page(self) -> None:
        """F8: choose between summary and card."""
        if self._view is None or not self.desk.actor.may(Right.PRINT_PATIENTS):
            return
        self.menu = QMenu(self)
        self.menu.addAction(tr("Summary of the record"), self.print_summary)
        self.menu.addAction(tr("Card for the person"), self.print_card)
        at = self.print_button.mapToGlobal(QPoint(0, self.print_button.height() + px(4)))
        self.menu.popup(at)
        self.menu.setActiveAction(self.menu.actions()[0])

    def print_summary(self) -> None:
        """Preview the summary for the folder."""
        from ces_desktop.reports.patients import summary_pdf

        file = self._file()
        build = partial(summary_pdf, file, self.desk.today, self._frame())
        self.desk.preview(tr("Summary of the record"), build, f"resumen-{file.human_id}.pdf", self.patient)

    def print_card(self) -> None:
        """Preview the card that the person carries."""
        from ces_desktop.reports.patients import card_pdf

        file = self._file()
        build = partial(card_pdf, file, self._frame())
        self.desk.preview(tr("Card for the person"), build, f"tarjeta-{file.human_id}.pdf", self.patient)

    def change_status(self, wrong: StatusRow | None = None) -> None:
        """Ask for a status, or for the correction of one, and save it."""
        from ces_desktop.ui.dialogs import status

        request = status.ask(self, self._file(), self.desk.today, wrong)
        if request is None:
            return
        action = partial(services.set_status, request=request)
        if wrong is not None:
            action = partial(services.correct_status, wrong=wrong.id, request=request)
        said = tr("Status saved: {status}.").format(status=wording.status(request.status).lower())
        self.desk.tasks.write(action, lambda _: self.desk.toast(said, undo=True), owner=self)

    def change_consent(self, wrong: ConsentRow | None = None) -> None:
        """Ask for an answer to a consent, or for the correction of one, and save it."""
        from ces_desktop.ui.dialogs import consent

        request = consent.ask(self, self._file(), self.desk.today, wrong)
        if request is None:
            return
        action = partial(services.record_consent, request=request)
        if wrong is not None:
            action = partial(services.correct_consent, wrong=wrong.id, request=request)
        self.desk.tasks.write(action, lambda _: self.desk.toast(tr("Consent saved."), undo=True), owner=self)

    def look_for_alike(self) -> None:
        """Who else in the register may be this person; the answer stays in its section."""
        clinic, who = self.desk.clinic.id, self._file().identity
        query = partial(candidates, clinic=clinic, identity=who, exclude=self.patient)
        self.desk.tasks.read(query, self._show_alike, owner=self, latest=f"alike.{id(self)}")

    def _show_alike(self, found: tuple[Candidate, ...]) -> None:
        self.alike = found
        self._show(self._view)

    def show_field_history(self, title: str, fields: tuple[str, ...]) -> history.HistoryDialog:
        """Who wrote this field, when, from which value to which."""
        return history.show_field(self.desk, self, self.patient, title, fields)

    def show_history(self, title: str, table: str = "") -> history.HistoryDialog:
        """Everything done to the record, or to one part of it."""
        return history.show_record(self.desk, self, self.patient, title, table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stacked = self.width() < px(STACKED)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)

    def _show(self, view: PatientView | None) -> None:
        if view is None:
            if self._view is None:  # else the person was on the screen and has just been undone: the strip says so
                self.desk.tell(Refused("patients.not_found"))
            self.desk.back()
            return
        scrolled, focus = self._body.verticalScrollBar().value(), QApplication.focusWidget()
        held = focus.accessibleName() if focus is not None and self._body.isAncestorOf(focus) else ""
        self._body.setUpdatesEnabled(False)  # the new sections are drawn once they have their places
        self._view = view
        self._show_banner(view.file)
        for part in (self._notes, self._left, self._right):
            clear(part)
        for note in self._told(view.file):
            self._notes.addWidget(note)
        for card in (cards.identity(self, view), cards.other_records(self, view)):
            self._left.addWidget(card)
        self._left.addStretch(1)
        right = cards.statuses, cards.household, cards.consents, cards.timeline
        for card in (build(self, view) for build in right):
            self._right.addWidget(card)
        self._right.addStretch(1)
        QTimer.singleShot(0, self, partial(self._settled, scrolled, held))

    def _settled(self, scrolled: int, held: str) -> None:
        """The sections have their places: back to where the person was, by scroll and by focus."""
        again = next((b for b in self._body.findChildren(Button) if held and b.accessibleName() == held), None)
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._body.setUpdatesEnabled(True)
        self._body.verticalScrollBar().setValue(scrolled)

    def _show_banner(self, file: PatientFile) -> None:
        actor, who = self.desk.actor, file.identity
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.print_button.clicked.connect(self.print_page)
        self.edit_button = Button(tr("Edit"), "primary", icon="pencil", cap="F9")
        self.edit_button.clicked.connect(self.primary)
        actions = [self.print_button] if actor.may(Right.PRINT_PATIENTS) else []
        actions += [self.edit_button] if actor.may(Right.REGISTER_PATIENTS) else []
        last = file.statuses[-1].happened_on if file.statuses else None
        facts = BannerFacts(
            letters=wording.letters(file),
            surnames=" ".join(surnames(who)),
            given=who.given,
            record=file.human_id,
            context=wording.context(file, self.desk.today),
            closed=wording.closed(file.status, last),
        )
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        pinned.addWidget(PatientBanner(facts, *actions))

    def _told(self, file: PatientFile) -> list[InlineNote]:
        """What must be known before reading on: joined records, a test record."""
        notes = []
        if file.same_person:
            ids = ", ".join(human for _, human, _ in file.same_person)
            text = tr("This person was registered more than once. This record is joined with {records}.")
            notes.append(InlineNote("accent", text=text.format(records=ids), icon="git-merge"))
        if file.test_record:
            notes.append(InlineNote("draft", text=tr("Test record: it is never counted.")))
        return notes

    def _file(self) -> PatientFile:
        assert self._view is not None
        return self._view.file

    def _frame(self) -> Frame:
        clinic = self.desk.clinic
        return Frame(
            clinic_name=clinic.name,
            official_name=clinic.official_name,
            clues=clinic.clues,
            municipality=clinic.municipality,
            prefix=clinic.prefix,
            made_at_ms=self.desk.tasks.database.clock(),
            user_name=self.desk.actor.name,
            app_version=__version__,
            demo=clinic.demo,
        )
