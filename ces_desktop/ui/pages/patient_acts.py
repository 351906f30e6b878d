"""What is done from a person's page about their care: each asks in a dialog and is saved by one service."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.care import Vaccine
from ces_desktop.data.queries.visit_form import Allergy, Condition
from ces_desktop.data.queries.visits import Pending
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.laboratory import TESTS
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.protocol import DueStep
from ces_desktop.i18n import language, tr
from ces_desktop.services import care, results
from ces_desktop.services.care import ProblemRequest
from ces_desktop.ui.pages import patient_words as words
from ces_desktop.ui.widgets import Button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ces_desktop.ui.pages.patient_page import PatientPage


class CareActs:
    """`page.acts`: one method for each thing that can be noted. Every one can be undone with Ctrl+Z."""

    def __init__(self, page: PatientPage) -> None:
        self._page = page

    @property
    def may(self) -> bool:
        """Whether the person at the keyboard notes care at all."""
        return self._page.desk.actor.may(Right.RECORD_CARE)

    def add(self, under: QWidget) -> None:
        """`+`: the menu of what can be noted; first letters choose."""
        from ces_desktop.ui.pages.patient_care import offer

        view = self._page.view
        if view is None or not self.may:
            return
        acts: list[tuple[str, Callable[[], object]]] = [
            (tr("Problem or diagnosis"), self.problem),
            (tr("Allergy"), self.allergy),
            (tr("Vaccine"), self.vaccine),
            (tr("Result of the laboratory"), self.result),
            (tr("Clinical history"), lambda: self._page.desk.go_to("history", (self._page.patient,))),
        ]
        acts += [
            (tr("Enrol: {programme}").format(programme=words.programme(code).lower()), partial(self.enrol, code))
            for code in PROGRAMMES
            if code not in view.standings
        ]
        offer(self._page, under, acts)

    def prescribe_button(self) -> Button | None:
        """The way from the medicines to the prescription of a consult."""
        actor, page = self._page.desk.actor, self._page
        if not actor.may(Right.PRESCRIBE):
            return None
        button = Button(tr("Prescribe"), "ghost")
        button.clicked.connect(lambda: page.desk.open_consult(page.patient))
        return button

    def fill_button(self) -> Button | None:
        """The way from the medicines to what is handed out of them."""
        page = self._page
        if not page.desk.actor.may(Right.DISPENSE):
            return None
        button = Button(tr("Hand out"), "ghost", icon="pill", cap="Ctrl+D")
        button.clicked.connect(lambda: page.desk.go_to("dispense", (page.patient,)))
        return button

    def allergy(self, wrong: Allergy | None = None) -> None:
        """Note an allergy, that there is none, or the correction of one."""
        from ces_desktop.ui.dialogs.allergy import AllergyDialog

        view, desk = self._page.held, self._page.desk
        dialog = AllergyDialog(self._page, view.file, view.form.allergies, desk.today, self._new(), wrong)
        request = dialog.ask()
        if request is not None:
            self._write(partial(care.note_allergy, request=request), tr("Allergies saved."))

    def problem(self, wrong: Condition | None = None) -> None:
        """Put a problem on the list, or correct one."""
        from ces_desktop.ui.dialogs.problem import ProblemDialog

        view, desk = self._page.held, self._page.desk
        request = ProblemDialog(self._page, desk, view.file, view.form.conditions, self._new(), wrong).ask()
        if request is not None:
            self._write(partial(care.note_problem, request=request), tr("Problem saved."))

    def resolve(self, each: Condition) -> None:
        """A problem is over from a day on."""
        self._next_state(each, "resolved", tr("Since when is it resolved?"))

    def active_again(self, each: Condition) -> None:
        """A resolved problem is back from a day on."""
        self._next_state(each, "active", tr("Since when is it active again?"))

    def _next_state(self, each: Condition, state: Literal["active", "resolved"], title: str) -> None:
        from ces_desktop.ui.dialogs.programme import DayDialog

        view, desk = self._page.held, self._page.desk
        name = each.name(language())
        asked = DayDialog(self._page, view.file, desk.today, title, text=name, earliest=each.day).ask()
        if asked is None:
            return
        request = ProblemRequest(
            self._new(), self._page.patient, asked[0], state, each.problem, each.diagnosis, each.code,
            each.label, each.onset,
        )  # fmt: skip
        self._write(partial(care.note_problem, request=request), tr("Problem saved."))

    def enrol(self, code: str) -> None:
        """Enrol the person in a programme."""
        from ces_desktop.ui.dialogs.programme import DayDialog

        title = tr("Enrol in {programme}").format(programme=words.programme(code).lower())
        asked = DayDialog(self._page, self._page.held.file, self._page.desk.today, title).ask()
        if asked is not None:
            action = partial(care.enrol, patient=self._page.patient, programme=code, happened_on=asked[0])
            self._write(action, tr("Enrolled in {programme}.").format(programme=words.programme(code).lower()))

    def leave(self, code: str) -> None:
        """The person leaves a programme, with a reason."""
        from ces_desktop.ui.dialogs.programme import DayDialog, reasons_to_leave

        held, desk = self._page.held, self._page.desk
        name = words.programme(code).lower()
        text = tr("{name} leaves the lists and counts of the programme from that day. It can be undone.")
        asked = DayDialog(
            self._page, held.file, desk.today, tr("Leave {programme}").format(programme=name),
            text=text.format(name=held.file.name), reasons=reasons_to_leave(), earliest=held.standings[code].since,
        ).ask()  # fmt: skip
        if asked is not None:
            day, why = asked
            action = partial(
                care.leave_programme, patient=self._page.patient, programme=code, happened_on=day, reason=why
            )
            self._write(action, tr("Left {programme}.").format(programme=name))

    def vaccine(self, wrong: Vaccine | None = None) -> None:
        """Note a vaccine, or the correction of one."""
        from ces_desktop.ui.dialogs.vaccine import VaccineDialog

        file, desk = self._page.held.file, self._page.desk
        request = VaccineDialog(self._page, file, desk.today, self._new(), wrong).ask()
        if request is not None:
            self._write(partial(care.note_vaccine, request=request), tr("Vaccine saved."))

    def due(self, each: DueStep) -> None:
        """Note what the protocol asks for: a result of the laboratory here, anything else in a consult."""
        tests = [code for code in each.step.measures if code in TESTS]
        if tests:
            self.result(codes=tests)
        else:
            self._page.desk.open_consult(self._page.patient)

    def result(self, answers: Pending | None = None, codes: Sequence[str] = ()) -> None:
        """Note results as they arrive: of a request, or nobody asked for (`codes` stand there already)."""
        from ces_desktop.ui.dialogs.results import ResultsDialog

        view, desk = self._page.held, self._page.desk
        form = view.form
        request = ResultsDialog(self._page, view.file, form.last, form.pending, desk.today, answers, codes).ask()
        if request is not None:
            self._write(partial(results.record_results, request=request), tr("Results saved."))

    def _new(self) -> Id:
        return new_id(self._page.desk.tasks.database.clock())

    def _write(self, action: Callable[[Work], object], said: str) -> None:
        desk = self._page.desk
        desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=self._page)
