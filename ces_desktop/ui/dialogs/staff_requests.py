"""Ask about a request: what is needed, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.staff_requests import Request
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff_requests import CLOSED, KINDS, URGENCIES, RequestKind, RequestState, Urgency
from ces_desktop.i18n import tr
from ces_desktop.reports import staff_words as words
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.services.staff_requests import OWN, AnswerForm, RequestForm, check_answer, check_form
from ces_desktop.ui.dialogs.dated import Check, day_field, readable, refused
from ces_desktop.ui.dialogs.staff import any_day
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, Option, TextField

LABEL = 150
WORDS = "words"
"""The choice of an answer that changes no state."""


class RequestDialog(Dialog[RequestForm]):
    """A request, new or corrected."""

    def __init__(
        self,
        parent: QWidget | None,
        people: Sequence[tuple[Id, str]],
        today: date,
        new: Id,
        request: Request | None = None,
    ) -> None:
        title = tr("Correct the request") if request else tr("New request")
        super().__init__(parent, title, primary=tr("Save"), icon="save", width=820)
        self._today, self._new, self._request_held = today, new, request
        kinds = [(key, words.request_words(key)) for key in KINDS]
        self.kind = ChoiceField(kinds, request.kind if request else None, name=tr("About"), required=True)
        self.what = TextField(request.text if request else "", name=tr("What is needed"), limit=LONGEST_TEXT)
        urgencies = [(key, words.urgency_words(key)) for key in URGENCIES]
        self.urgency = ChoiceField(urgencies, request.urgency if request else "soon", name=tr("Urgency"),
                                   required=True)  # fmt: skip
        offered = [Option("", tr("The clinic")), *(Option(key.hex(), name) for key, name in people)]
        held = request.person.hex() if request and request.person else ""
        self.person = ComboField(offered, held, name=tr("For whom"))
        self.owner = TextField(request.owner if request else "", name=tr("Who sees to it"), limit=LONGEST_TEXT)
        self.due = any_day(today, tr("Wanted by"), request.due_on if request else "")
        self.asked = day_field(today, tr("Asked on"), request.asked_on if request else None)
        self.kind_row = FieldRow(tr("About"), self.kind, required=True, label_width=LABEL)
        self.what_row = FieldRow(tr("What is needed"), self.what, required=True, label_width=LABEL)
        self.urgency_row = FieldRow(tr("Urgency"), self.urgency, required=True, label_width=LABEL)
        self.person_row = FieldRow(tr("For whom"), self.person, label_width=LABEL)
        self.owner_row = FieldRow(tr("Who sees to it"), self.owner, label_width=LABEL)
        self.due_row = FieldRow(tr("Wanted by"), self.due, label_width=LABEL)
        self.asked_row = FieldRow(tr("Asked on"), self.asked, required=True, label_width=LABEL)
        self.rows = [self.kind_row, self.what_row, self.urgency_row, self.person_row, self.owner_row, self.due_row,
                     self.asked_row]  # fmt: skip
        self.add(*self.rows)
        self.kind.setFocus()

    def answer(self) -> RequestForm | None:
        """The request when it may be kept; the sentence stands under the field otherwise."""
        form = self._form()
        places = {
            "staff_requests.kind": self.kind_row,
            "staff_requests.no_text": self.what_row,
            "staff_requests.due_before": self.due_row,
            "staff_requests.due_far": self.due_row,
        }
        checks: list[Check] = [
            (self.due_row, lambda: readable(self.due)),
            (self.asked_row, lambda: readable(self.asked)),
            (self.what_row, _clean(self.what)),
            (self.owner_row, _clean(self.owner)),
            *((row, lambda code=code: _only(code, form, self._today)) for code, row in places.items()),
            (self.asked_row, lambda: check_form(form, self._today)),
        ]
        return None if refused(self.rows, checks) else form

    def _form(self) -> RequestForm:
        person = self.person.value() or ""
        return RequestForm(
            id=self._request_held.id if self._request_held else self._new,
            kind=cast(RequestKind, self.kind.value() or ""),
            urgency=cast(Urgency, self.urgency.value()),
            text=self.what.text(),
            asked_on=self.asked.value() or "",
            person=Id(bytes.fromhex(person)) if person else None,
            owner=self.owner.text(),
            due_on=self.due.value() or "",
        )


class AnswerDialog(Dialog[AnswerForm]):
    """What is said about a request and what becomes of it; `answers` = whether the person may decide on it."""

    def __init__(
        self, parent: QWidget | None, request: Request, today: date, new: Id, answers: bool, state: str = WORDS
    ) -> None:
        super().__init__(parent, tr("Answer"), request.text, primary=tr("Save"), icon="save", width=760)
        self._asked, self._today, self._new = request, today, new
        closed = request.state in CLOSED
        every: tuple[RequestState, ...] = ("open",) if closed else ("doing", "done", "declined")
        offered = [each for each in every if each != request.state]
        states = [(s, _verb(s)) for s in offered if answers or s in OWN]
        held = state if any(key == state for key, _ in states) else WORDS
        self.state = ChoiceField([(WORDS, tr("Only words")), *states], held, name=tr("What became of it"),
                                 required=True)  # fmt: skip
        self.what = TextField(name=tr("Answer"), limit=LONGEST_TEXT)
        self.day = day_field(today, tr("Day"))
        self.state_row = FieldRow(tr("What became of it"), self.state, required=True, label_width=LABEL)
        self.what_row = FieldRow(tr("Answer"), self.what, label_width=LABEL)
        self.day_row = FieldRow(tr("Day"), self.day, required=True, label_width=LABEL)
        self.add(self.state_row, self.what_row, self.day_row)
        (self.what if held != WORDS else self.state).setFocus()

    def answer(self) -> AnswerForm | None:
        """The answer when it may be kept; the sentence stands under the field otherwise."""
        chosen = self.state.value()
        form = AnswerForm(
            id=self._new,
            request=self._asked.id,
            state=None if chosen == WORDS else cast(RequestState, chosen),
            text=self.what.text(),
            happened_on=self.day.value() or "",
        )
        worded = not self.what.text().strip() and form.state in (None, "declined")
        checks: list[Check] = [
            (self.day_row, lambda: readable(self.day)),
            (self.what_row, _clean(self.what)),
            (self.what_row if worded else self.day_row, lambda: check_answer(self._asked, form, self._today)),
        ]
        return None if refused([self.state_row, self.what_row, self.day_row], checks) else form


def _verb(state: RequestState) -> str:
    return tr("Open the request again") if state == "open" else words.request_state_words(state)


def _only(code: str, form: RequestForm, today: date) -> None:
    """Refused where the form may not be kept for this reason."""
    from ces_desktop.errors import Refused

    try:
        check_form(form, today)
    except Refused as refusal:
        if refusal.code == code:
            raise


def _clean(field: TextField) -> Callable[[], object]:
    return lambda: clean_text(field.text())
