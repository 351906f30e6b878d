"""The consult of one person: form, what is known beside it, draft as one types, signed by F9."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.visits import Unmeasured, Visit, gaps
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import drafts, visits
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Offer
from ces_desktop.ui.pages import consult_reading as reading
from ces_desktop.ui.pages.consult_banner import consult_banner
from ces_desktop.ui.pages.consult_context import ContextColumn
from ces_desktop.ui.pages.consult_form import Asked, ConsultForm
from ces_desktop.ui.pages.consult_frame import ConsultFrame
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, InlineNote, clear

DRAFT_MS = 1500


class ConsultPage(ConsultFrame):
    """`encounter` is the consult to be, from the waiting room; None = the one this person has open, or a new one.

    `late_on` is the day of a consult entered from paper. Everything typed is kept as a draft whose id is the consult's.
    """

    topics = frozenset({"observation", "encounter", "allergy"})

    def __init__(self, desk: Desk, patient: Id, encounter: Id | None = None, late_on: date | None = None) -> None:
        super().__init__(desk)
        self.patient, self.encounter, self.late_on = patient, encounter, late_on
        self._started = desk.tasks.database.clock()
        self._dirty = self._saving = self._next = False
        self._taken = False
        self._held: Draft | None = None
        self._offer: Offer | None = None
        self.gaps.prognosed.connect(self._prognosed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_MS)
        self._timer.timeout.connect(self._save_draft)
        desk.note("view", "patient", patient)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the person; the first time also the draft. On the writer's thread, behind a draft being kept."""
        ask = partial(
            reading.opening, clinic=self.desk.clinic.id, patient=self.patient, today=self.desk.today,
            user=self.desk.actor.user, encounter=self.encounter, late_on=self.late_on, signed=self.desk.signed,
        )  # fmt: skip
        if self.form is None:
            self.desk.tasks.local(ask, self._opened, owner=self, failed=lambda _: self._read_only(ask))
        elif not self._saving and not self.finished:
            self.desk.tasks.read(ask, self._read_again, owner=self, latest=f"consult.{id(self)}")

    def _read_only(self, ask: Any) -> None:
        self.desk.tasks.read(ask, self._opened, owner=self)

    def _opened(self, opening: reading.Opening) -> None:
        form = opening.form
        if form is None:
            self.desk.tell(Refused("patients.not_found"))
            self.desk.back()
            return
        if self.form is not None:
            return
        if form.signed and opening.draft is None:
            self.finished = True
            self.desk.open_encounter(opening.encounter or self.patient)
            return
        self.late_on, self.encounter = opening.late_on, opening.encounter or new_id(self._started)
        on = self.late_on or self.desk.today
        fresh = partial(new_id, self._started)
        late = self.late_on is not None
        asked = Asked(form, opening.thresholds, opening.measures, on, late, fresh, opening.due)
        self.form = ConsultForm(asked)
        for part in (self.body, self._context_box):
            part.setUpdatesEnabled(False)  # drawn once everything has its place
        self._context(asked)
        if opening.draft is not None:
            self._resume(opening.draft)
        self._show_banner(form)
        self._form_place.addWidget(self.form)
        self._connect(self.form)
        self._show_sections()
        self._tell_late()
        self.show_open(opening)
        if form.signed:
            self._signed_elsewhere()
        QTimer.singleShot(0, self, partial(self._settle_in, opening.draft))

    def _connect(self, form: ConsultForm) -> None:
        form.changed.connect(self._changed)
        form.sections_changed.connect(self._show_sections)
        form.passed.connect(self._past_form)
        form.flow.save.connect(self.sign_and_next)
        form.flow.ends_at(self.sign)
        form.diagnoses.wanted.connect(self._find_diagnoses)
        form.diagnoses.diagnosed.connect(self._propose_programmes)
        form.prescription.wanted.connect(self._find_items)

    def _context(self, asked: Asked) -> None:
        self.context = ContextColumn(asked.form, asked.on, asked.thresholds, asked.measures, asked.due)
        self.context.same.connect(self.renew)
        self.context.change.connect(self._change_medicines)
        if self.form is not None:
            self.context.test.connect(self.form.plan.ask_for)
        self._context_place.addWidget(self.context)
        self._fit()

    def _settle_in(self, draft: Draft | None) -> None:
        """The cursor goes to the first measure, or to where it was when the draft was kept."""
        if self.form is None:
            return
        for part in (self.body, self._context_box):
            part.setUpdatesEnabled(True)
        fields = self.form.flow.fields()
        at = draft.content.get("_at", "") if draft else ""
        place = int(at) if at.isdigit() and int(at) < len(fields) else 0
        if fields and not self.gaps.isVisible():
            fields[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_again(self, opening: reading.Opening) -> None:
        """Somebody took vital signs meanwhile, or the consult was signed in another window."""
        if self.form is None or opening.form is None or self.finished or self._saving:
            return
        if opening.form.signed:
            self._signed_elsewhere()
            return
        self.form.take(opening.form)
        self.show_open(opening)
        self._show_banner(opening.form)
        self._show_states()

    def _signed_elsewhere(self) -> None:
        """Nothing typed here is thrown away, and nothing is signed twice: the rest goes into an addendum."""
        self._taken = True
        said = tr("This consult was signed in another window. Copy what is missing into an addendum.")
        self.bar.set_state("warn", said)
        self.sign.set_possible(False, said)
        self.next.set_possible(False, said)

    # ------------------------------------------------------------------ draft
    def _resume(self, draft: Draft) -> None:
        assert self.form is not None
        self._started = int(draft.content.get("_started", draft.started_at))
        self.form.fill(draft.content)
        time = labels.clock(draft.saved_at, CLINIC_ZONE)
        self.bar.set_state("draft", tr("Draft of {time}").format(time=time))

    def _changed(self) -> None:
        self._dirty = True
        if not self._timer.isActive():  # at most DRAFT_MS after the first unsaved key
            self._timer.start()
        self._show_states()

    def may_leave(self) -> bool:
        """Leaving keeps what was typed."""
        self._save_draft()
        return True

    def draft(self) -> Draft | None:
        """What is typed, as it is kept; None before the form is filled."""
        if self.form is None or self.encounter is None:
            return None
        fields, focus = self.form.flow.fields(), QApplication.focusWidget()
        at = fields.index(focus) if focus in fields else 0
        content = self.form.content() | {"_at": str(at), "_started": str(self._started)}
        content["_name"] = self.form.asked.form.file.name
        if self.late_on is not None:
            content["_late_on"] = self.late_on.isoformat()
        now = self.desk.tasks.database.clock()
        user = self.desk.actor.user
        key = reading.draft_id(self.encounter, user)
        return Draft(key, reading.FORM, self.patient, user, content, self._started, now)

    def _save_draft(self) -> None:
        self._timer.stop()
        draft = self.draft()
        if draft is None or not self._dirty or self._saving or self.finished:
            return
        self._dirty = False
        save = partial(drafts.save, draft=draft)
        self.desk.tasks.local(save, self._draft_saved, owner=self, failed=self._not_kept, topics=drafts.TOPICS)

    def _draft_saved(self, at: int) -> None:
        if not self.finished and not self._saving:
            self.bar.set_state("ok", tr("Draft saved {time}").format(time=labels.clock(at, CLINIC_ZONE)))

    def _not_kept(self, failure: Failure) -> None:
        self._dirty = True
        self.desk.tell(failure)

    # ------------------------------------------------------------------ signing
    def visit(self) -> Visit | None:
        """The consult as typed."""
        if self.form is None or self.encounter is None:
            return None
        visit, _ = self.form.visit(self.encounter, self._started)
        if "reading" not in gaps(visit, self._keys()):
            return visit  # measured after all: a reason for not measuring would be untrue
        return replace(visit, unmeasured=cast("Unmeasured | None", self.gaps.unmeasured()))

    def _keys(self) -> list[tuple[tuple[str, ...], ...]]:
        return [PROGRAMMES[p].keys for p in self.form.enrolled if p in PROGRAMMES] if self.form is not None else []

    def primary(self) -> None:
        """F9: sign, and show the record."""
        self._sign(then_next=False)

    def sign_and_next(self) -> None:
        """Ctrl+Enter: sign, and go to the next person."""
        self._sign(then_next=True)

    def _sign(self, *, then_next: bool) -> None:
        visit = self.visit()
        if visit is None or self.form is None or self._saving or self.finished or self._taken:
            return
        _, unread = self.form.visit(visit.encounter, visit.started_at)
        said = {p.field for p in unread}
        wrong = visits.visit_problems(self.form.asked.form.file, visit, self.desk.today)
        problems = (*unread, *(p for p in wrong if p.field not in said))
        for row_ in self.form.rows().values():
            if row_.has_note() and not problems:
                row_.clear_note()
        self._next = then_next
        if problems:
            self.form.show_problems(problems)
            words = trn("{n} field to correct", "{n} fields to correct", len(problems))
            self.bar.set_state("bad", words.format(n=len(problems)))
            return
        if self.gaps.ask(gaps(visit, self._keys())):
            self.bar.set_state("warn", tr("Something is missing. F9 again: sign it so."))
            return
        self._saving = True
        self._timer.stop()
        held = self.draft()
        action = partial(visits.sign, visit=visit, draft=held.id if held else None)
        self._held = held
        self._offer = self._prescription_of(visit)
        self.desk.tasks.write(action, self._signed, owner=self, failed=self._refused)

    def _signed(self, _outcome: Outcome[Id]) -> None:
        self._saving, self._dirty, self.finished = False, False, True
        self.bar.set_state(None)
        self.desk.signed = self._held
        self.desk.toast(tr("Consult signed."), undo=True, offer=self._offer)
        self.desk.tasks.changed.emit(drafts.TOPICS)
        if self._next:
            self.desk.next_person(self.late_on)
        else:
            self.desk.open_patient(self.patient)

    def _prescription_of(self, visit: Visit) -> Offer | None:
        from ces_desktop.ui.pages import consult_papers

        assert self.form is not None
        return consult_papers.offer(self.desk, visit, self.form.asked.form.file.human_id)

    def _refused(self, failure: Failure) -> None:
        """What the database refused is said, and everything typed stays."""
        self._saving, self._dirty = False, True
        self._save_draft()
        if failure.code == "visits.signed_otherwise":
            self._signed_elsewhere()
        self.desk.tell(failure)

    def _prognosed(self, value: str) -> None:
        if self.form is not None:
            self.form.diagnoses.prognosis.set_value(value or None)
            self._changed()

    # ------------------------------------------------------------------ what the form asks for
    def _change_medicines(self) -> None:
        if self.form is not None:
            if self.drawer is not None:
                self.drawer.hide()
            self.form.prescription.change()

    def _find_diagnoses(self, typed: str) -> None:
        assert self.form is not None
        section = self.form.diagnoses
        query = partial(reading.find_diagnoses, clinic=self.desk.clinic.id, typed=typed, today=self.desk.today,
                        patient=self.patient)  # fmt: skip
        self.desk.tasks.read(query, partial(section.offer, typed), owner=section)

    def _find_items(self, typed: str) -> None:
        assert self.form is not None
        section = self.form.prescription
        query = partial(reading.find_items, clinic=self.desk.clinic.id, typed=typed, today=self.desk.today,
                        patient=self.patient)  # fmt: skip
        self.desk.tasks.read(query, partial(section.offer, typed), owner=section)

    def _propose_programmes(self) -> None:
        """A confirmed diagnosis that fits a programme: offer the enrolment, with the reason."""
        visit = self.visit()
        if visit is None or self.form is None:
            return
        from ces_desktop.ui.messages import consult as words

        clear(self._notes)
        self._tell_late()
        for code in visits.proposed_programmes(visit, self.form.enrolled):
            yes, no = Button(tr("Enrol"), "ghost"), Button(tr("Not now"), "ghost")
            text = tr("The diagnosis fits the programme {name}.").format(name=words.programme(code))
            note = InlineNote("accent", text=text, actions=(yes, no), icon="clipboard-list")
            yes.clicked.connect(partial(self._enrol, code, note))
            no.clicked.connect(note.deleteLater)
            self._notes.addWidget(note)

    def _enrol(self, code: str, note: InlineNote) -> None:
        note.hide()
        note.deleteLater()
        if self.form is not None:
            self.form.enrol(code)

    # ------------------------------------------------------------------ looks
    def _show_banner(self, form: VisitForm) -> None:
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        pinned.addWidget(consult_banner(form, self.desk.today, late_on=self.late_on))

    def _tell_late(self) -> None:
        if self.late_on is not None and self.late_on != self.desk.late_on:  # else said over the page
            text = tr("Late entry: this consult is of {day}.").format(day=labels.day(self.late_on))
            self._notes.addWidget(InlineNote("draft", text=text))
