"""The consult as one scrolling form: sections in the order of asking, read as a `Visit`, kept as a draft as typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain import next_visit
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.plausibility import Changes
from ces_desktop.domain.programs import PROGRAMMES, Course
from ces_desktop.domain.protocol import DueStep
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import Visit, confidential_by_nature
from ces_desktop.i18n import tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages import consult_vitals as vitals
from ces_desktop.ui.pages.consult_diagnoses import DiagnosesSection
from ces_desktop.ui.pages.consult_measures import CONFIRMED, MeasureRow
from ces_desktop.ui.pages.consult_note import NoteSection
from ces_desktop.ui.pages.consult_plan import PlanSection
from ces_desktop.ui.pages.consult_prescription import PrescriptionSection
from ces_desktop.ui.pages.consult_values import Subject
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import FieldRow, FormFlow, column
from ces_desktop.ui.widgets.layout import tab_stops

MEASURE = "m."
"""Begins the draft's keys of what rows of measures hold."""
TAKEN = "taken"
"""The draft's key of what somebody had measured for the consult when it was kept: what came later is not cleared."""
USUAL_DAYS = 30
COMPACT = 690
"""Width in design px under which rows are compact."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form is made from. `on` is the day of the consult, `author_name` asked for only when entered late."""

    form: VisitForm
    thresholds: Thresholds
    measures: Mapping[str, Measure]
    on: date
    late: bool
    fresh: Callable[[], Id]
    due: tuple[DueStep, ...] = ()
    """What the protocol says is due today."""


class ConsultForm(QWidget):
    """`changed` on every edit; `moved(section)` when the cursor is in another section; `save` on Ctrl+Enter."""

    changed = Signal()
    sections_changed = Signal()
    passed = Signal(bool)
    """Tab went beyond the last field (True) or before the first."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked
        form, on = asked.form, asked.on
        who = form.file.identity
        last = dict(form.last)
        self.subject = Subject(
            who.sex, who.birth.days_on(on), on, asked.measures, last, Changes.of(asked.thresholds, on)
        )
        self.enrolled: list[str] = [p for p in PROGRAMMES if p in form.programmes]
        self._compact = False
        self.added: list[str] = []
        """Programmes in which the person is enrolled by this consult."""
        self.vitals = vitals.VitalsSection(self.subject, self._programme_measures(self.enrolled))
        self.programmes: dict[str, vitals.ProgrammeSection] = {}
        self.note = NoteSection()
        self.diagnoses = DiagnosesSection(form, on, asked.late)
        self.prescription = PrescriptionSection(form.medicines, asked.fresh, self._days)
        self.plan = PlanSection(on, asked.measures, asked.fresh)
        self._blocks = column(gap=12)
        order = (self.vitals, self._blocks, self.note, self.diagnoses, self.prescription, self.plan)
        self.setLayout(column(*order, None, gap=12))
        for code in self.enrolled:
            self._add_block(code)
        self.flow = FormFlow(self, self.stops)
        self.diagnoses.changed.connect(self._propose_confidential)  # before the change is told
        for part in (self.vitals, self.note, self.diagnoses, self.prescription, self.plan):
            part.changed.connect(self.changed)
        self._propose_confidential()
        self.vitals.left.connect(self._go_on)
        self._show_goals()
        self._mark_due()
        self.vitals.ensure(form.vitals)
        self.take(form)
        self.plan.propose(next_visit.propose(self.enrolled, on, asked.thresholds))

    # ------------------------------------------------------------------ parts
    def measure_rows(self) -> dict[str, MeasureRow]:
        """Every row of a measure by its key, in order."""
        found = dict(self.vitals.rows)
        for block in self.programmes.values():
            found |= block.rows
        return found

    def sections(self) -> list[tuple[str, str, QWidget]]:
        """(key, title, card) in the order of the page."""
        blocks = [(code, words.programme(code), card) for code, card in self.programmes.items()]
        return [
            ("vitals", tr("Vital signs"), self.vitals),
            *blocks,
            ("note", tr("Note"), self.note),
            ("diagnoses", tr("Diagnoses"), self.diagnoses),
            ("prescription", tr("Prescription"), self.prescription),
            ("plan", tr("Next visit"), self.plan),
        ]

    def states(self) -> dict[str, tuple[State, str]]:
        """State and caption of each section."""
        found = {"vitals": vitals.state_of(self.vitals.rows.values())}
        for code, block in self.programmes.items():
            due = tr("due today") if any(each.due for each in block.rows.values()) else ""
            found[code] = vitals.state_of(block.rows.values(), due)
        found["note"] = self.note.state()
        found["diagnoses"] = self.diagnoses.state()
        found["prescription"] = self.prescription.state()
        found["plan"] = self.plan.state()
        return found

    def enrol(self, code: str) -> None:
        """The person joins a programme by this consult: its block appears."""
        if code in self.enrolled:
            return
        self.enrolled.append(code)
        self.added.append(code)
        self._add_block(code)
        self._show_goals()
        self.plan.propose(next_visit.propose(self.enrolled, self.asked.on, self.asked.thresholds))
        self.sections_changed.emit()
        self.changed.emit()

    def take(self, form: VisitForm) -> None:
        """Vital signs that somebody took meanwhile; what is being typed stays."""
        self.vitals.ensure(form.vitals)
        vitals.take(self.measure_rows(), form.vitals)

    def _add_block(self, code: str) -> None:
        asked = {*self.measure_rows()}
        goal = words.goal(code, self._course(), self.asked.on, self.asked.thresholds, dict(self.asked.measures))
        block = vitals.ProgrammeSection(code, self.subject, goal, asked)
        self.programmes[code] = block
        self._blocks.addWidget(block)
        self.vitals.leave_to_others(block.rows)
        block.changed.connect(self.changed)
        block.left.connect(self._go_on)
        for each in block.rows.values():
            each.set_compact(self._compact)

    def set_room(self, width: int) -> None:
        """The width in px there is: where it is little, the rows of measures take less."""
        self._compact = width < px(COMPACT)
        for each in self.measure_rows().values():
            each.set_compact(self._compact)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in the order of the page."""
        return [stop for _, _, card in self.sections() for stop in tab_stops(card)]

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes by the order of the page, also to rows that came later."""
        stops = [each for each in self.stops() if each.isVisible() and each.isEnabled()]
        focus = QApplication.focusWidget()
        if focus not in stops:
            return super().focusNextPrevChild(next)
        place = stops.index(focus) + (1 if next else -1)
        if 0 <= place < len(stops):
            reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
            stops[place].setFocus(reason)
        else:
            self.passed.emit(next)
        return True

    def _propose_confidential(self) -> None:
        self.note.propose(confidential_by_nature(d.code for d in self.diagnoses.chosen))

    def _course(self) -> Course:
        course = self.asked.form.course
        day = self.asked.on.isoformat()
        return Course(
            course.readings,
            course.visits,
            {**course.enrolled, **dict.fromkeys(self.added, day)},
            course.conditions,
        )

    def _show_goals(self) -> None:
        vitals.goal_chips(self.measure_rows(), self._course(), self.asked.on, self.asked.thresholds)

    def _mark_due(self) -> None:
        rows = self.measure_rows()
        for due in self.asked.due:
            for key in {vitals.row_key(code) for code in due.step.measures} & rows.keys():
                rows[key].due = tr("Due today")
                rows[key].set_chip("due", rows[key].due)
                rows[key].setToolTip(words.why_due(due))

    @staticmethod
    def _programme_measures(codes: list[str]) -> set[str]:
        return {vitals.row_key(m) for code in codes for m in PROGRAMMES[code].measures}

    def _days(self) -> int:
        """Days a prescription lasts: until the next visit."""
        held = self.plan.next_on.value()
        days = (date.fromisoformat(held) - self.asked.on) if held else timedelta(USUAL_DAYS)
        return max(1, min(days.days, 180))

    def _go_on(self) -> None:
        self.flow.advance()

    # ------------------------------------------------------------------ what is in it
    def content(self) -> dict[str, str]:
        """Everything as typed, for the draft."""
        found = {MEASURE + k: v for row in self.measure_rows().values() for k, v in row.content().items()}
        for part in (self.note, self.diagnoses, self.prescription, self.plan):
            found |= part.content()
        if taken := {k: v for row in self.measure_rows().values() for k, v in row.kept_of_taken().items()}:
            found[TAKEN] = json.dumps(taken, ensure_ascii=False)
        if self.added:
            found["programmes"] = json.dumps(self.added)
        return found

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        for code in json.loads(content.get("programmes", "[]")):
            self.enrol(code)
        typed = {key.removeprefix(MEASURE): text for key, text in content.items() if key.startswith(MEASURE)}
        self.vitals.ensure({key.removesuffix(CONFIRMED) for key in typed})
        taken = json.loads(content.get(TAKEN, "{}"))
        for row in self.measure_rows().values():
            row.resume(typed, taken)
        for part in (self.note, self.diagnoses, self.prescription, self.plan):
            part.fill(content)
        self._propose_confidential()

    def visit(self, encounter: Id, started_at: int | None) -> tuple[Visit, tuple[Problem, ...]]:
        """The consult as typed, and what cannot be read in it."""
        rows = self.measure_rows().values()
        lines, unread = self.prescription.lines()
        found = (*vitals.problems(rows), *self.diagnoses.problems(), *unread, *self.plan.problems())
        visit = Visit(
            encounter=encounter,
            patient=self.asked.form.file.id,
            happened_on=self.asked.on.isoformat(),
            kind=self.note.kind(),
            entered="late" if self.asked.late else "live",
            started_at=None if self.asked.late else started_at,
            referred_by=self.note.referred.text(),
            note=self.note.note(self.diagnoses.assessment.toPlainText(), self.plan.plan.toPlainText()),
            measured=vitals.measured(rows),
            diagnoses=tuple(self.diagnoses.chosen),
            prognosis=self.diagnoses.prognosis_value(),
            lines=lines,
            stopped=self.prescription.stopped(),
            requests=tuple(self.plan.requests),
            programmes=tuple(self.added),
            next_on=self.plan.next_on.value(),
            next_reason=self.plan.next_reason.text() if self.plan.next_on.value() else "",
            author_name=self.diagnoses.seen_by.text() if self.asked.late else "",
            removed=vitals.removed(rows),
            reserved=self.note.confidential.isChecked(),
        )
        return visit, found

    # ------------------------------------------------------------------ what is wrong
    def rows(self) -> dict[str, FieldRow]:
        """Where each field's note goes, by the name problems give it."""
        found: dict[str, FieldRow] = {}
        for each in self.measure_rows().values():
            found |= dict.fromkeys(each.codes, each)
        return found | self.note.rows | self.diagnoses.rows | self.plan.rows

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong under each field and go to the first one."""
        rows, first = self.rows(), None
        for problem in problems:
            target: QWidget
            if problem.field.startswith("line:"):
                target = self.prescription.show_problem(problem)
            else:
                where = rows.get(problem.field) or rows.get(problem.code) or rows["subjective"]
                self._show_problem(where, problem)
                target = where.control
            first = first or target
        if first is not None:
            shown = first
            QTimer.singleShot(0, shown, lambda: shown.setFocus(Qt.FocusReason.OtherFocusReason))

    @staticmethod
    def _show_problem(where: FieldRow, problem: Problem) -> None:
        from ces_desktop.ui.pages.consult_measures import NumberRow

        if isinstance(where, NumberRow) and problem.code.startswith("measures."):
            where.judge()
            if where.has_note():
                return
        where.show_note("missing", sentence(problem.refusal()))
