"""Vital signs before the consult: a person is put in the waiting room with what was measured, in a few keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.plausibility import Changes
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import measured_problems
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import drafts, visits
from ces_desktop.services.drafts import Draft
from ces_desktop.services.visits import Arrival, Vitals
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages import consult_reading as reading
from ces_desktop.ui.pages import consult_vitals as vitals
from ces_desktop.ui.pages.consult_banner import consult_banner
from ces_desktop.ui.pages.consult_form import MEASURE, TAKEN
from ces_desktop.ui.pages.consult_measures import CONFIRMED, MeasureRow, NumberRow
from ces_desktop.ui.pages.consult_note import LONGEST
from ces_desktop.ui.pages.consult_values import Subject
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    FieldRow,
    FormFlow,
    ScrollBody,
    SectionCard,
    TextField,
    box,
    clear,
    column,
)

DRAFT_MS = 1500


class ArrivalPage(Page):
    """F9 keeps the vital signs, and puts who is not waiting yet in the waiting room; then the waiting room is shown."""

    topics = frozenset({"observation", "arrival"})

    def __init__(self, desk: Desk, patient: Id, encounter: Id | None = None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.patient, self.encounter = patient, encounter
        self._waits = encounter is not None
        self._saving = self._dirty = False
        self._draft, self._started = new_id(desk.tasks.database.clock()), desk.tasks.database.clock()
        self._name = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_MS)
        self._timer.timeout.connect(self._save_draft)
        self.section: vitals.VitalsSection | None = None
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self.came_for = TextField(limit=LONGEST, placeholder=tr("optional, a few words"))
        self._form = QWidget()
        self._place = column(gap=12)
        self._form.setLayout(self._place)
        self.body = ScrollBody(column(self._form, None, margins=(0, 0, 8, 16)), width_limit=860)
        self.save = Button(tr("To the waiting room"), "primary", icon="save", shortcut="F9")
        self.bar = DockedBar(self.save, self._next_button())
        self.save.clicked.connect(self.primary)
        inner = column((self.body, 1), gap=0, margins=(20, 14, 12, 0))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self._flow: FormFlow | None = None
        desk.note("view", "patient", patient)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Narrower rows where there is little room."""
        if self.section is not None:
            for each in self.section.rows.values():
                each.set_compact(self.width() < px(740))

    def _next_button(self) -> Button:
        cancel = Button(tr("Leave"), "secondary", cap="Esc")
        cancel.clicked.connect(self.desk.back)
        return cancel

    def reload(self) -> None:
        """Read the person; later on only what somebody else measured meanwhile."""
        ask = partial(
            reading.arriving, clinic=self.desk.clinic.id, patient=self.patient, today=self.desk.today,
            user=self.desk.actor.user, encounter=self.encounter,
        )  # fmt: skip
        again = partial(self.desk.tasks.read, ask, self._show, owner=self, latest=f"arrival.{id(self)}")
        if self.section is None:  # behind a draft being kept
            self.desk.tasks.local(ask, self._show, owner=self, failed=lambda _: again())
        else:
            again()

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the person was read."""
        return self._pinned

    def primary(self) -> None:
        """F9: keep them."""
        if self.section is None or self._saving or self.finished or self.encounter is None:
            return
        rows = self.section.rows.values()
        found = vitals.measured(rows)
        who = self.section.subject
        wrong = measured_problems(found, who.measures, sex=who.sex, age_days=who.age_days)
        problems = (*vitals.problems(rows), *wrong)
        if problems:
            self._show_problems(problems)
            return
        self._saving = True
        self._timer.stop()
        gone = vitals.removed(rows)
        if self._waits:
            request = Vitals(self.patient, self.encounter, found, gone)
            action = partial(visits.take_vitals, request=request, draft=self._draft)
            self.desk.tasks.write(action, self._saved, owner=self, failed=self._refused)
        else:
            arrival = Arrival(self.patient, self.encounter, self.came_for.text(), found)
            self.desk.tasks.write(
                partial(visits.arrive, request=arrival, draft=self._draft),
                self._saved, owner=self, failed=self._refused,
            )  # fmt: skip

    def may_leave(self) -> bool:
        """Leaving keeps what was typed."""
        self._save_draft()
        return True

    def _changed(self) -> None:
        self._dirty = True
        if not self._timer.isActive():
            self._timer.start()

    def _save_draft(self) -> None:
        self._timer.stop()
        if self.section is None or not self._dirty or self._saving or self.finished:
            return
        self._dirty = False
        content = {"_name": self._name, "came_for": self.came_for.text()} | measures_content(self.section.rows)
        user, now = self.desk.actor.user, self.desk.tasks.database.clock()
        draft = Draft(self._draft, reading.VITALS, self.patient, user, content, self._started, now)
        save = partial(drafts.save, draft=draft)
        self.desk.tasks.local(
            save, lambda _: None, owner=self, failed=self._not_kept, topics=drafts.TOPICS
        )

    def _not_kept(self, failure: Failure) -> None:
        self._dirty = True
        self.desk.tell(failure)

    def _resume(self, draft: Draft) -> None:
        assert self.section is not None
        self._draft, self._started = draft.id, draft.started_at
        self.came_for.set_value(draft.content.get("came_for", ""))
        fill_measures(self.section, draft.content)
        time = labels.clock(draft.saved_at, CLINIC_ZONE)
        self.bar.set_state("draft", tr("Draft of {time}").format(time=time))

    def _show(self, read: tuple[reading.Opening, Draft | None]) -> None:
        opening, draft = read
        form = opening.form
        if form is None:
            self.desk.tell(Refused("patients.not_found"))
            self.desk.back()
            return
        if self.section is not None:
            vitals.take(self.section.rows, form.vitals)
            return
        self._name = form.file.name
        self._waits = self._waits or opening.encounter is not None
        self.encounter = opening.encounter or new_id(self.desk.tasks.database.clock())
        who, on = form.file.identity, self.desk.today
        changes = Changes.of(opening.thresholds, on)
        subject = Subject(who.sex, who.birth.days_on(on), on, opening.measures, dict(form.last), changes)
        self.section = vitals.VitalsSection(subject)
        vitals.goal_chips(self.section.rows, form.course, on, opening.thresholds)
        self.section.ensure(form.vitals)
        vitals.take(self.section.rows, form.vitals)
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        pinned.addWidget(consult_banner(form, on, waits=self._waits))
        self._place.addWidget(self.section)
        self._fit()
        if not self._waits:
            reason = FieldRow(tr("Came for"), self.came_for, label_width=190)
            self._place.addWidget(SectionCard(tr("Arrival"), reason, icon="log-in"))
        else:
            self.save.set_words(tr("Keep vital signs"))
        if draft is not None:
            self._resume(draft)
        self.section.changed.connect(self._changed)
        self.came_for.changed.connect(self._changed)
        self._flow = FormFlow(self._form)
        self._flow.save.connect(self.primary)
        self._flow.ends_at(self.save)
        self.section.left.connect(self._flow.advance)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self._flow is not None and (fields := self._flow.fields()):
            fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        assert self.section is not None
        rows = {code: each for each in self.section.rows.values() for code in each.codes}
        for problem in problems:
            where = rows[problem.field]
            if isinstance(where, NumberRow):
                where.judge()
            if not where.has_note():
                where.show_note("missing", sentence(problem.refusal()))
        rows[problems[0].field].control.setFocus()
        said = trn("{n} field to correct", "{n} fields to correct", len(problems)).format(n=len(problems))
        self.bar.set_state("bad", said)

    def _saved(self, _outcome: Outcome[Id] | Outcome[int]) -> None:
        self._saving, self.finished = False, True
        self.desk.tasks.changed.emit(drafts.TOPICS)
        self.desk.toast(tr("Vital signs kept."), undo=True)
        self.desk.open_page("waiting")

    def _refused(self, failure: Failure) -> None:
        self._saving, self._dirty = False, True
        self._save_draft()
        self.desk.tell(failure)


def measures_content(rows: Mapping[str, MeasureRow]) -> dict[str, str]:
    """What is typed in rows of measures, as a draft keeps it, with what had been measured by then."""
    found = {MEASURE + k: v for each in rows.values() for k, v in each.content().items()}
    taken = {k: v for each in rows.values() for k, v in each.kept_of_taken().items()}
    return found | ({TAKEN: json.dumps(taken, ensure_ascii=False)} if taken else {})


def fill_measures(section: vitals.VitalsSection, content: Mapping[str, str]) -> None:
    """Show what such a draft kept."""
    typed = {k.removeprefix(MEASURE): text for k, text in content.items() if k.startswith(MEASURE)}
    section.ensure({key.removesuffix(CONFIRMED) for key in typed})
    for each in section.rows.values():
        each.resume(typed, json.loads(content.get(TAKEN, "{}")))
