"""The clinical history of a person (NOM-004-SSA3-2012, 6.1): every question with its last answer, kept as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.care import HistoryAnswer, history_answers
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.visit_form import Allergies, allergies
from ces_desktop.data.queries.visits import records_of
from ces_desktop.domain.access import Right
from ces_desktop.domain.clinical_history import SECTIONS, asked
from ces_desktop.domain.identity import surnames
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import clinical_history_words as words
from ces_desktop.services import drafts
from ces_desktop.services.clinical_history import answer_history
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.pages import patient_words
from ces_desktop.ui.pages.history_fields import AnswerRow
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    BannerFacts,
    Button,
    DockedBar,
    FormFlow,
    Heading,
    PatientBanner,
    ScrollBody,
    SectionCard,
    box,
    clear,
    column,
)

FORM = "history"
SAVE_AFTER_MS = 800


@dataclass(frozen=True, slots=True)
class Opening:
    """The person, what was answered, and the draft left open; `file` None = the record is gone."""

    file: PatientFile | None
    held: Mapping[str, HistoryAnswer]
    allergies: Allergies
    draft: Draft | None


def opening(connection: Any, clinic: Id, patient: Id, user: Id) -> Opening:
    """All that the page needs, in one read."""
    file = patient_file(connection, patient)
    records = records_of(connection, clinic, patient)
    held = history_answers(connection, clinic, records)
    mine = (d for d in drafts.open_drafts(connection, user, FORM) if d.subject == patient)
    return Opening(file, held, allergies(connection, clinic, records), next(mine, None))


class HistoryPage(Page):
    """Sections one under the other; F9 or Ctrl+Enter saves what is new or changed; what is typed is kept by itself."""

    topics = frozenset({"history_item"})

    def __init__(self, desk: Desk, patient: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.patient = patient
        self.rows: dict[str, AnswerRow] = {}
        self._file: PatientFile | None = None
        self._draft: Id | None = None
        self._dirty = False
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self._cards = column(gap=12)
        self.heading = Heading(tr("Clinical history"), tr("Answer what is known; the rest may wait."))
        self._body = ScrollBody(column(self.heading, self._cards, None, gap=12, margins=(20, 14, 20, 16)), 900)
        self.save = Button(tr("Save answers"), "primary", icon="save", shortcut="F9")
        self.save.clicked.connect(self._save)
        self.bar = DockedBar(self.save)
        self.setLayout(column((self._body, 1), self.bar, gap=0))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SAVE_AFTER_MS)
        self._later.timeout.connect(self.keep_draft)
        self._flow: FormFlow | None = None
        self.save.setVisible(desk.actor.may(Right.RECORD_CARE))
        desk.note("view", "patient", patient)

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the record was read."""
        return self._pinned

    def reload(self) -> None:
        """Read the answers; what is being typed stays."""
        if self._dirty:
            return
        desk = self.desk
        query = partial(opening, clinic=desk.clinic.id, patient=self.patient, user=desk.actor.user)
        desk.tasks.read(query, self._show, owner=self, latest=f"history.{id(self)}")

    def primary(self) -> None:
        """F9: save."""
        self._save()

    def may_leave(self) -> bool:
        """What is typed is kept as a draft."""
        if self._dirty:
            self.keep_draft()
        return True

    def keep_draft(self) -> None:
        """Keep what is typed on this laptop; said in the bar."""
        self._later.stop()
        desk = self.desk
        now = desk.tasks.database.clock()
        if self._draft is None:
            self._draft = new_id(now)
        content = {code: row.typed() for code, row in self.rows.items() if row.changed_by_hand()}
        draft = Draft(self._draft, FORM, self.patient, desk.actor.user, content, now, now)
        desk.tasks.local(partial(drafts.save, draft=draft), self._kept, owner=self, topics=drafts.TOPICS)

    def _kept(self, saved_at: int) -> None:
        from ces_desktop.domain.calendar import CLINIC_ZONE

        if self._dirty:
            self.bar.set_state("draft", tr("Draft saved {time}").format(time=labels.clock(saved_at, CLINIC_ZONE)))

    def _show(self, opened: Opening) -> None:
        if opened.file is None:
            self.desk.tell(Refused("patients.not_found"))
            self.desk.back()
            return
        self._file = opened.file
        self._draft = opened.draft.id if opened.draft else None
        clear(self._cards)
        self.rows.clear()
        self._show_banner(opened.file, opened.allergies)
        who = opened.file.identity
        age = opened.file.age_on(self.desk.today)
        questions = asked(who.sex, age.years if age else None)
        for section in SECTIONS:
            rows = [AnswerRow(q, opened.held.get(q.code), self.desk.today) for q in questions if q.section == section]
            if not rows:
                continue
            for row in rows:
                self.rows[row.question.code] = row
                row.edited.connect(self._edited)
            card = SectionCard(words.section(section), *rows, gap=6)
            self._cards.addWidget(card)
            card.show()
        if opened.draft is not None:
            for code, typed in opened.draft.content.items():
                if code in self.rows:
                    self.rows[code].take(typed)
            self._dirty = True
            self._kept(opened.draft.saved_at)
        self._flow = FormFlow(self._body.inner)
        self._flow.save.connect(self._save)
        self._flow.ends_at(self.save)
        first = next((row for row in self.rows.values() if row.held is None), next(iter(self.rows.values())))
        first.control.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.desk.actor.may(Right.RECORD_CARE):
            for row in self.rows.values():
                row.setEnabled(False)

    def _show_banner(self, file: PatientFile, known: Allergies) -> None:
        kind, said = patient_words.allergies(known)
        facts = BannerFacts(
            letters=wording.letters(file),
            surnames=" ".join(surnames(file.identity)),
            given=file.identity.given,
            record=file.human_id,
            context=wording.context(file, self.desk.today),
            allergy=kind,
            allergy_text=said,
        )
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        pinned.addWidget(PatientBanner(facts))

    def _edited(self) -> None:
        self._dirty = True
        self.bar.set_state("draft", tr("Not saved yet"))
        self._later.start()

    def _save(self) -> None:
        if self._file is None or not self.desk.actor.may(Right.RECORD_CARE) or not self.save.isEnabled():
            return
        for row in self.rows.values():
            if not row.look():
                row.control.setFocus(Qt.FocusReason.OtherFocusReason)
                self._body.ensureWidgetVisible(row, 0, px(48))
                return
        given = [answer for row in self.rows.values() if (answer := row.answer()) is not None]
        self.save.setEnabled(False)
        action = partial(
            answer_history, patient=self.patient, answers=given, happened_on=self.desk.today.isoformat()
        )
        self.desk.tasks.write(action, lambda done: self._saved(done.value), owner=self, failed=self._failed)

    def _saved(self, n: int) -> None:
        self._dirty = False
        self.finished = True
        self._later.stop()
        if self._draft is not None:
            gone = partial(drafts.discard, draft=self._draft)
            self.desk.tasks.local(gone, lambda _: None, owner=self, topics=drafts.TOPICS)
        self.desk.toast(trn("{n} answer saved.", "{n} answers saved.", n).format(n=n), undo=n > 0)
        self.desk.open_patient(self.patient)

    def _failed(self, failure: Failure) -> None:
        self.save.setEnabled(True)
        self.desk.tell(failure)
