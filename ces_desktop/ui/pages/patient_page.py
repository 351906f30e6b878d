"""One person: what they suffer from and take, what is pending, how it goes, what happened; and who they are."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QMenu, QWidget

from ces_desktop.data.queries.conflicts import Conflict, conflicts
from ces_desktop.data.queries.duplicates import Candidate, candidates
from ces_desktop.data.queries.number_clashes import Alias, aliases
from ces_desktop.data.queries.patient_view import PatientView, patient_view
from ces_desktop.data.queries.patients import ConsentRow, PatientFile, StatusRow
from ces_desktop.domain.access import Right
from ces_desktop.domain.identity import surnames
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import patients_status as services
from ces_desktop.sync.moved_told import Word, words_of
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs import history
from ces_desktop.ui.messages import conflicts as doubts
from ces_desktop.ui.messages import moved as moving
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.pages import patient_cards as cards
from ces_desktop.ui.pages import patient_care as care
from ces_desktop.ui.pages import patient_words as words
from ces_desktop.ui.pages.doubt_note import DoubtNote
from ces_desktop.ui.pages.patient_acts import CareActs
from ces_desktop.ui.pages.patient_timeline import timeline
from ces_desktop.ui.pages.patient_trend import TrendCard
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.tasks import EXCHANGE
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import BannerFacts, Button, InlineNote, PatientBanner, ScrollBody, box, clear, column
from ces_desktop.ui.widgets.layout import fill

Found = tuple[PatientView | None, tuple[Conflict, ...], tuple[Alias, ...], tuple[Word, ...]]
STACKED = 1040
"""Page width in design px under which the two columns stand one under the other."""


class PatientPage(Page):
    """The record template: banner; left what is true now, right trend and timeline; under them who the person is.

    F3 opens a consult, F8 prints, F9 edits, Ctrl+T shows the trend as numbers, `+` notes something of care.
    """

    topics = frozenset({
        "patient", "patient_status", "consent", "same_as", "household", "community", "encounter", "addendum",
        "observation", "encounter_diagnosis", "prescription", "prescription_stop", "lab_request", "appointment",
        "enrolment", "condition", "allergy", "history_item", "patient_alias", "immunisation", "contact", "threshold",
        EXCHANGE,
    })  # fmt: skip

    def __init__(self, desk: Desk, patient: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.patient = patient
        self.view: PatientView | None = None
        self.acts = CareActs(self)
        self.alike: tuple[Candidate, ...] | None = None
        """Records that look like this person; None until they were looked for."""
        self.in_doubt: tuple[Conflict, ...] = ()
        """What two computers changed before they met, and nobody has decided."""
        self.aliases: tuple[Alias, ...] = ()
        """Other numbers by which the person is found."""
        self.moved: tuple[Word, ...] = ()
        """What became of the copies for other clinics."""
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.consult_button = Button(tr("New consult"), "primary", icon="stethoscope", cap="F3")
        self.menu: QMenu | None = None
        self.trend = TrendCard(desk)
        self._notes, self._left, self._right = column(gap=8), column(gap=12), column(gap=12)
        self._happened = column(gap=12)
        for part in (self.trend, self._happened, None):
            fill(self._right, (part,))
        self._who_left, self._who_right = column(gap=12), column(gap=12)
        self._columns = _side_by_side(self._left, self._right)
        self._under = _side_by_side(self._who_left, self._who_right)
        inner = column(self._notes, self._columns, self._under, None, gap=12, margins=(20, 14, 20, 16))
        self._body = ScrollBody(inner)
        self.setLayout(column((self._body, 1), gap=0))
        desk.note("view", "patient", patient)

    def reload(self) -> None:
        """Read the record again; the scroll stays."""
        query = partial(_record, clinic=self.desk.clinic.id, patient=self.patient, today=self.desk.today)
        self.desk.tasks.read(query, self._arrived, owner=self, latest=f"patient.{id(self)}")

    def _arrived(self, found: Found) -> None:
        view, self.in_doubt, self.aliases, self.moved = found
        self._show(view)

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the record was read."""
        return self._pinned

    def primary(self) -> None:
        """F9: edit the identity."""
        if self.view is not None and self.desk.actor.may(Right.REGISTER_PATIENTS):
            self.desk.edit_patient(self.patient)

    def print_page(self) -> None:
        """F8: choose between summary and card."""
        if self.view is None or not self.desk.actor.may(Right.PRINT_PATIENTS):
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

        assert self.view is not None
        file = self._file()
        build = partial(summary_pdf, file, self.desk.today, frame_of(self.desk), self.view.form)
        self.desk.preview(tr("Summary of the record"), build, f"resumen-{file.human_id}.pdf", self.patient)

    def print_card(self) -> None:
        """Preview the card that the person carries."""
        from ces_desktop.reports.patients import card_pdf

        assert self.view is not None
        file = self._file()
        build = partial(card_pdf, file, frame_of(self.desk), self.view.form)
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
        self._show(self.view)

    def show_field_history(self, title: str, fields: tuple[str, ...]) -> history.HistoryDialog:
        """Who wrote this field, when, from which value to which."""
        return history.show_field(self.desk, self, self.patient, title, fields)

    def show_history(self, title: str, table: str = "") -> history.HistoryDialog:
        """Everything done to the record, or to one part of it."""
        return history.show_record(self.desk, self, self.patient, title, table)

    @property
    def held(self) -> PatientView:
        """What is shown; only asked for once something is."""
        assert self.view is not None
        return self.view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """`+` offers what can be noted; nothing on this page is typed into."""
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_T:
            self.trend.toggle()
        elif event.text() == "+" and self.view is not None:
            self.acts.add(self.consult_button if self.consult_button.isVisible() else self)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction.TopToBottom if self.width() < px(STACKED) else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(way)
        self._under.setDirection(way)

    def _show(self, view: PatientView | None) -> None:
        if view is None:
            if self.view is None:  # else the person was on the screen and has just been undone: the strip says so
                self.desk.tell(Refused("patients.not_found"))
            self.desk.back()
            return
        first = self.view is None
        scrolled, focus = self._body.verticalScrollBar().value(), QApplication.focusWidget()
        held = focus.accessibleName() if focus is not None and self._body.isAncestorOf(focus) else ""
        self._body.setUpdatesEnabled(False)  # the new sections are drawn once they have their places
        self.view = view
        self._show_banner(view)
        for part in (self._notes, self._left, self._happened):
            clear(part)
        for note in self._told(view.file):
            _put(self._notes, note)
        for build in (care.problems, care.medicines, care.pendings):
            _put(self._left, build(self, view))
        self._left.addStretch(1)
        _put(self._happened, timeline(self, view))
        self.trend.show_view(view)
        if first:  # what is read first is drawn first
            self._body.setUpdatesEnabled(True)
            QTimer.singleShot(0, self, partial(self._show_rest, 0, ""))
        else:
            self._show_rest(scrolled, held)

    def _show_rest(self, scrolled: int, held: str) -> None:
        """What is under the first screen."""
        view = self.held
        self._body.setUpdatesEnabled(False)
        for part in (self._who_left, self._who_right):
            clear(part)
        for build in (care.allergies, care.clinical_history, care.vaccines, cards.identity):
            _put(self._who_left, build(self, view))
        self._who_left.addStretch(1)
        for build in (cards.statuses, cards.household, cards.consents, cards.other_records):
            _put(self._who_right, build(self, view))
        self._who_right.addStretch(1)
        QTimer.singleShot(0, self, partial(self._settled, scrolled, held))

    def _settled(self, scrolled: int, held: str) -> None:
        """The sections have their places: back to where the person was, by scroll and by focus."""
        again = next((b for b in self._body.findChildren(Button) if held and b.accessibleName() == held), None)
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._body.setUpdatesEnabled(True)
        if scrolled:
            self._body.verticalScrollBar().setValue(scrolled)

    def _show_banner(self, view: PatientView) -> None:
        actor, file, who = self.desk.actor, view.file, view.file.identity
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.print_button.clicked.connect(self.print_page)
        self.consult_button = Button(tr("New consult"), "primary", icon="stethoscope", cap="F3")
        self.consult_button.clicked.connect(lambda: self.desk.open_consult(self.patient))
        actions = [self.print_button] if actor.may(Right.PRINT_PATIENTS) else []
        actions += [self.consult_button] if actor.may(Right.TAKE_VITALS) else []
        last = file.statuses[-1].happened_on if file.statuses else None
        kind, said = words.allergies(view.form.allergies)
        facts = BannerFacts(
            letters=wording.letters(file),
            surnames=" ".join(surnames(who)),
            given=who.given,
            record=file.human_id,
            context=wording.context(file, self.desk.today),
            allergy=kind,
            allergy_text=said,
            closed=wording.closed(file.status, last),
        )
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        pinned.addWidget(PatientBanner(facts, *actions))

    def _told(self, file: PatientFile) -> list[InlineNote]:
        """What must be known before reading on: joined records, a test record."""
        notes: list[InlineNote] = []
        if file.same_person:
            ids = ", ".join(human for _, human, _ in file.same_person)
            text = tr("This person was registered more than once. This record is joined with {records}.")
            notes.append(InlineNote("accent", text=text.format(records=ids), icon="git-merge"))
        for other in self.aliases:
            notes.append(InlineNote("none", text=doubts.alias(other)))
        for heard in self.moved:
            kind, said = moving.word(heard)
            notes.append(InlineNote(kind, text=said))
        if self.in_doubt:
            notes.append(DoubtNote(self.desk, self.in_doubt))
        if file.test_record:
            notes.append(InlineNote("draft", text=tr("Test record: it is never counted.")))
        return notes

    def _file(self) -> PatientFile:
        assert self.view is not None
        return self.view.file


def _record(
    connection: Any, clinic: Id, patient: Id, today: date
) -> Found:
    doubts, others = conflicts(connection, clinic, b"", (patient,)), aliases(connection, clinic, patient)
    return patient_view(connection, clinic, patient, today), doubts, others, words_of(connection, clinic, patient)


def _side_by_side(left: QBoxLayout, right: QBoxLayout) -> QBoxLayout:
    """Two columns, which `resizeEvent` puts one under the other where the window is narrow."""
    columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    columns.setSpacing(px(12))
    columns.addLayout(left, 10)
    columns.addLayout(right, 11)
    return columns


def _put(where: QBoxLayout, part: QWidget) -> None:
    """Show a section at once: left to the layout, it would be shown, and then placed, a turn of events later each."""
    where.addWidget(part)
    part.show()
