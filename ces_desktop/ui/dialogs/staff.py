"""Ask about staff: who somebody is, a placement, its next state, days away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.staff import Absence, Person, Placement
from ces_desktop.domain import staff as rules
from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff import ABSENCES, NEXT, ROLES, STATES, AbsenceKind, PlacementState, StaffRole
from ces_desktop.i18n import tr
from ces_desktop.reports import staff_words as words
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.services.staff import (
    AbsenceRequest,
    Move,
    PersonRequest,
    PlacementRequest,
    check_absence,
    check_days,
    check_name,
    check_placement,
    check_user,
    moved,
)
from ces_desktop.ui import labels, messages
from ces_desktop.ui.dialogs.dated import Check, readable, refused
from ces_desktop.ui.widgets import CheckBox, ChoiceField, ComboField, DateField, Dialog, FieldRow, Option, TextField

LABEL = 150
NOBODY = ""


def any_day(today: date, name: str, value: str = "") -> DateField:
    """A day, past or to come, or nothing."""

    def read(text: str) -> str | None:
        day = parse_day(text, today)
        return day.isoformat() if day else None

    field = DateField(read, name=name, explain=messages.sentence)
    field.set_value(value or None)
    return field


class PersonDialog(Dialog[tuple[PersonRequest, PlacementRequest | None]]):
    """A person, new (with the first placement) or corrected (without)."""

    def __init__(
        self,
        parent: QWidget | None,
        held: tuple[Person, ...],
        users: Sequence[tuple[Id, str]],
        today: date,
        new: tuple[Id, Id],
        person: Person | None = None,
    ) -> None:
        title = tr("Correct the person") if person else tr("New person")
        super().__init__(parent, title, primary=tr("Save"), icon="save", width=860)
        self._known, self._today, self._new, self._person = held, today, new, person
        self.name, self.school, self.phone, self.email, self.licence, self.note = (
            TextField(getattr(person, field) if person else "", name=name, limit=LONGEST_TEXT)
            for field, name in (
                ("name", tr("Name")),
                ("school", tr("University or employer")),
                ("phone", tr("Telephone")),
                ("email", tr("E-mail")),
                ("licence", tr("Licence or MPSS")),
                ("note", tr("Note")),
            )
        )
        offered = [Option(NOBODY, tr("No sign-in")), *(Option(key.hex(), name) for key, name in users)]
        linked = person.user.hex() if person and person.user else NOBODY
        self.user = ComboField(offered, linked, name=tr("Sign-in"))
        self.name_row = FieldRow(tr("Name"), self.name, required=True, label_width=LABEL)
        self.user_row = FieldRow(tr("Sign-in"), self.user, label_width=LABEL)
        self.text_rows = [
            FieldRow(field.accessibleName(), field, label_width=LABEL)
            for field in (self.school, self.phone, self.email, self.licence, self.note)
        ]
        self.term = None if person else _Term(today)
        self.add(self.name_row)
        if self.term is not None:
            self.add(*self.term.rows)
        self.add(*self.text_rows[:4], self.user_row, self.text_rows[4])
        self.name.setFocus()

    def answer(self) -> tuple[PersonRequest, PlacementRequest | None] | None:
        """The person when they may be kept; the sentence stands under the field otherwise."""
        request = self._request()
        rows = [self.name_row, self.user_row, *self.text_rows, *(self.term.rows if self.term else ())]
        checks: list[Check] = [
            (self.name_row, lambda: check_name(request, self._known)),
            *((each, _clean(each)) for each in self.text_rows),
            (self.user_row, lambda: check_user(request, self._known)),
        ]
        if self.term is not None:
            placement = self.term.request(self._new[1], request.id)
            checks += self.term.checks(placement, (), self._today)
            return None if refused(rows, checks) else (request, placement)
        return None if refused(rows, checks) else (request, None)

    def _request(self) -> PersonRequest:
        user = self.user.value() or NOBODY
        return PersonRequest(
            id=self._person.id if self._person else self._new[0],
            name=self.name.text(),
            licence=self.licence.text(),
            school=self.school.text(),
            phone=self.phone.text(),
            email=self.email.text(),
            user=Id(bytes.fromhex(user)) if user else None,
            note=self.note.text(),
        )


class _Term:
    """The fields of a placement: role, state, cohort, days, note. A cohort fills in the days that are still empty."""

    def __init__(self, today: date, held: Placement | None = None, states: Sequence[PlacementState] = STATES) -> None:
        role = [(key, words.role_words(key)) for key in ROLES]
        self.role = ChoiceField(role, held.role if held else "physician", name=tr("Role"), required=True)
        offered = [(key, words.state_words(key)) for key in states]
        self.state = ChoiceField(offered, held.state if held else "assigned", name=tr("State"), required=True)
        cohorts = cohorts_around(today, held.cohort if held else "")
        self.cohort = ChoiceField([(c, labels.day(c)) for c in cohorts], held.cohort or None if held else None,
                                  name=tr("Cohort"))  # fmt: skip
        self.first = any_day(today, tr("First day"), held.from_on if held else "")
        self.until = any_day(today, tr("Last day"), held.until_on if held else "")
        self.note = TextField(held.note if held else "", name=tr("Note"), limit=LONGEST_TEXT)
        self.role_row = FieldRow(tr("Role"), self.role, required=True, label_width=LABEL)
        self.state_row = FieldRow(tr("State"), self.state, required=True, label_width=LABEL)
        self.cohort_row = FieldRow(tr("Cohort"), self.cohort, label_width=LABEL)
        self.first_row = FieldRow(tr("First day"), self.first, label_width=LABEL)
        self.until_row = FieldRow(tr("Last day"), self.until, label_width=LABEL)
        self.rows = [self.role_row, self.state_row, self.cohort_row, self.first_row, self.until_row]
        self.cohort.changed.connect(self._fill_days)

    def _fill_days(self) -> None:
        chosen = self.cohort.value()
        if chosen is None:
            return
        begin, end = rules.term(chosen)
        for field, day in ((self.first, begin), (self.until, end)):
            if field.value() is None and not field.unread():
                field.set_value(day.isoformat())

    def request(self, placement: Id, person: Id) -> PlacementRequest:
        """What is asked for, unchecked."""
        return PlacementRequest(
            id=placement,
            person=person,
            role=cast(StaffRole, self.role.value()),
            state=cast(PlacementState, self.state.value()),
            from_on=self.first.value() or "",
            until_on=self.until.value() or "",
            cohort=self.cohort.value() or "",
            note=self.note.text(),
        )

    def checks(self, request: PlacementRequest, others: Sequence[Placement], today: date) -> list[Check]:
        """Each under the field that can mend it."""
        return [
            (self.first_row, lambda: readable(self.first)),
            (self.until_row, lambda: readable(self.until)),
            (self.first_row if request.state in ("in_service", "assigned") and not request.until_on else self.until_row
             if request.from_on else self.first_row, lambda: check_days(request, today)),
            (self.first_row, lambda: check_placement(request, others, today)),
        ]  # fmt: skip


def cohorts_around(today: date, also: str = "") -> list[str]:
    """The cohort that serves now, and the next three; `also` one that is written already."""
    serving = rules.cohort_of(date(today.year, 2 if today.month < 8 else 8, 1))
    if today < date(today.year, 2, 1):
        serving = f"{today.year - 1:04d}-08"
    found = {serving, *rules.next_cohorts(today), *([also] if also else [])}
    return sorted(found)


class PlacementDialog(Dialog[PlacementRequest]):
    """A placement of a known person, new or corrected."""

    def __init__(
        self, parent: QWidget | None, person: Person, today: date, new: Id, placement: Placement | None = None
    ) -> None:
        title = tr("Correct the placement") if placement else tr("New placement")
        super().__init__(parent, title, person.name, primary=tr("Save"), icon="save", width=860)
        self._person, self._today, self._new, self._placement = person, today, new, placement
        self.term = _Term(today, placement)
        self.note_row = FieldRow(tr("Note"), self.term.note, label_width=LABEL)
        self.add(*self.term.rows, self.note_row)
        self.term.role.setFocus()

    def answer(self) -> PlacementRequest | None:
        """The placement when it may be kept; the sentence stands under the field otherwise."""
        here = self._placement.id if self._placement else self._new
        request = self.term.request(here, self._person.id)
        others = [each for each in self._person.placements if each.id != here]
        checks = [*self.term.checks(request, others, self._today), (self.note_row, _clean(self.note_row))]
        return None if refused([*self.term.rows, self.note_row], checks) else request


class MoveDialog(Dialog[tuple[Move, bool]]):
    """What becomes of a placement next; with `access` the person's sign-in can be taken off when it ends."""

    def __init__(
        self, parent: QWidget | None, person: Person, placement: Placement, today: date, access: bool = False
    ) -> None:
        said = " · ".join((person.name, words.state_words(placement.state)))
        super().__init__(parent, tr("What comes next"), said, primary=tr("Save"), icon="save", width=760)
        self._person, self._placement, self._today, self._access = person, placement, today, access
        offered = NEXT[placement.state]
        self.state = ChoiceField([(key, words.state_words(key)) for key in offered], offered[0], name=tr("State"),
                                 required=True)  # fmt: skip
        self.day = any_day(today, tr("Day"))
        self.reason = TextField(name=tr("Why"), limit=LONGEST_TEXT)
        self.access = CheckBox(tr("Take off the sign-in too; what they wrote stays under their name"))
        self.access.setChecked(True)
        self.state_row = FieldRow(tr("State"), self.state, required=True, label_width=LABEL)
        self.day_row = FieldRow(tr("Day"), self.day, label_width=LABEL)
        self.reason_row = FieldRow(tr("Why"), self.reason, label_width=LABEL)
        self.add(self.state_row, self.day_row, self.reason_row, self.access)
        self.state.changed.connect(self._other_state)
        self._other_state()
        self.state.setFocus()

    def answer(self) -> tuple[Move, bool] | None:
        """The move when it may be; the sentence stands under the field otherwise."""
        move = self._move()
        others = [each for each in self._person.placements if each.id != self._placement.id]
        request = moved(self._placement, move)
        day_row = self.day_row if not self.day_row.isHidden() else self.state_row
        checks: list[Check] = [
            (self.day_row, lambda: readable(self.day)),
            (day_row, lambda: check_days(request, self._today)),
            (day_row, lambda: check_placement(request, others, self._today)),
            (self.reason_row, _clean(self.reason_row)),
        ]
        if refused([self.state_row, self.day_row, self.reason_row], checks):
            return None
        return move, self.access.isChecked() and not self.access.isHidden()

    def _move(self) -> Move:
        return Move(
            placement=self._placement.id,
            state=cast(PlacementState, self.state.value()),
            day="" if self.day_row.isHidden() else self.day.value() or "",
            reason=self.reason.text(),
        )

    def _other_state(self) -> None:
        """A plan asks for no day; an end asks why; only an end of who serves here closes the sign-in."""
        state, serves = self.state.value(), self._placement.state == "in_service"
        begins = state == "in_service" and self._placement.state == "assigned"
        ends = state in ("finished", "left")
        self.day_row.setVisible(begins or (ends and serves))
        self.reason_row.setVisible(state == "left")
        self.access.setVisible(ends and serves and self._access)
        proposed = self._placement.first if begins else self._placement.until if state == "finished" else self._today
        if proposed is None or proposed > self._today:
            proposed = self._today
        self.day.set_value(proposed.isoformat())


class AbsenceDialog(Dialog[AbsenceRequest]):
    """Days on which a person was not there, new or corrected."""

    def __init__(
        self, parent: QWidget | None, person: Person, today: date, new: Id, absence: Absence | None = None
    ) -> None:
        title = tr("Correct days away") if absence else tr("Days away")
        text = tr("{name}. Both days count as away.").format(name=person.name)
        super().__init__(parent, title, text, primary=tr("Save"), icon="save", width=720)
        self._person, self._new, self._absence = person, new, absence
        kinds = [(key, words.absence_words(key)) for key in ABSENCES]
        self.kind = ChoiceField(kinds, absence.kind if absence else "leave", name=tr("Why"), required=True)
        self.first = any_day(today, tr("First day"), absence.from_on if absence else today.isoformat())
        self.until = any_day(today, tr("Last day"), absence.until_on if absence else today.isoformat())
        self.note = TextField(absence.note if absence else "", name=tr("Note"), limit=LONGEST_TEXT)
        self.kind_row = FieldRow(tr("Why"), self.kind, required=True, label_width=LABEL)
        self.first_row = FieldRow(tr("First day"), self.first, required=True, label_width=LABEL)
        self.until_row = FieldRow(tr("Last day"), self.until, label_width=LABEL)
        self.note_row = FieldRow(tr("Note"), self.note, label_width=LABEL)
        self.add(self.kind_row, self.first_row, self.until_row, self.note_row)
        self.kind.setFocus()

    def answer(self) -> AbsenceRequest | None:
        """The days when they may be noted; the sentence stands under the field otherwise."""
        request = AbsenceRequest(
            id=self._absence.id if self._absence else self._new,
            person=self._person.id,
            kind=cast(AbsenceKind, self.kind.value()),
            from_on=self.first.value() or "",
            until_on=self.until.value() or "",
            note=self.note.text(),
        )
        checks: list[Check] = [
            (self.first_row, lambda: readable(self.first)),
            (self.until_row, lambda: readable(self.until)),
            (self.until_row if request.from_on else self.first_row, lambda: check_absence(self._person, request)),
            (self.note_row, _clean(self.note_row)),
        ]
        return None if refused([self.kind_row, self.first_row, self.until_row, self.note_row], checks) else request


def _clean(row: FieldRow) -> Callable[[], object]:
    field = row.control
    assert isinstance(field, TextField)
    return lambda: clean_text(field.text())
