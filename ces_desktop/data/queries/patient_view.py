"""Everything the page of one person shows, in one read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import PatientRecord, table_of
from ces_desktop.data.protocol import protocol
from ces_desktop.data.queries.care import HistoryAnswer, Vaccine, history_answers, vaccines
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.protocol import began
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.data.queries.timeline import Event, timeline
from ces_desktop.data.queries.visit_form import VisitForm, visit_form
from ces_desktop.domain.courses import GONE
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES, Control, Course
from ces_desktop.domain.protocol import DueStep, Taken, due_steps
from ces_desktop.domain.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Standing:
    """How a programme stands: the control, the ISO day of the reading it rests on, the day of the enrolment."""

    control: Control
    read_on: str | None
    since: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """A record with what holds for the person, what happened, and who lives in the same household."""

    form: VisitForm
    standings: Mapping[str, Standing]
    """By programme, those the person is in."""
    thresholds: Thresholds
    due: tuple[DueStep, ...]
    """What the protocol asks for today; nothing of who died, moved or was transferred."""
    events: tuple[Event, ...]
    vaccines: tuple[Vaccine, ...]
    history: Mapping[str, HistoryAnswer]
    household: tuple[PatientRow, ...]

    @property
    def course(self) -> Course:
        """What the rules of programmes read of the person."""
        return self.form.course

    @property
    def file(self) -> PatientFile:
        """The record: identity, status, consents."""
        return self.form.file


_P = table_of(PatientRecord)
_HOUSEHOLD = Prepared(
    select(_P.c.person)
    .where(_P.c.clinic == bindparam("clinic"), _P.c.household == bindparam("household"), _P.c.live == 1)
    .order_by(_P.c.birth_first, _P.c.id)
)


def patient_view(connection: Connection, clinic: Id, patient: Id, today: date) -> PatientView | None:
    """The page of a person as of a day; None when the record does not exist or was voided."""
    form = visit_form(connection, clinic, patient, today)
    if form is None:
        return None
    rules = thresholds(connection)
    return PatientView(
        form=form,
        standings=_standings(form, today, rules),
        thresholds=rules,
        due=_due(form, today, rules),
        events=timeline(connection, clinic, form.records, form.visits, form.diagnoses, form.observed),
        vaccines=vaccines(connection, clinic, form.records),
        history=history_answers(connection, clinic, form.records),
        household=_household(connection, clinic, form.file),
    )


def _standings(form: VisitForm, today: date, rules: Thresholds) -> dict[str, Standing]:
    found = {}
    for code, programme in PROGRAMMES.items():
        if code in form.programmes:
            control, day = programme.judge(form.course, today, rules)
            found[code] = Standing(control, day, form.programmes[code])
    return found


def _due(form: VisitForm, today: date, rules: Thresholds) -> tuple[DueStep, ...]:
    if form.file.status in GONE:
        return ()
    age = form.file.age_on(today)
    taken = [Taken(m.line.drug, began(m.prescribed, form.prescribed)) for m in form.medicines]
    return due_steps(protocol(), form.course, age.years if age else None, taken, today, rules)


def _household(connection: Connection, clinic: Id, file: PatientFile) -> tuple[PatientRow, ...]:
    if file.household is None:
        return ()
    rows = _HOUSEHOLD(connection, clinic=clinic, household=file.household)
    persons = [x for (x,) in dict.fromkeys(rows) if x and x != file.person]
    return tuple(by_person(connection, clinic, persons))
