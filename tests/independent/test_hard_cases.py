"""Hard cases made by hand: what the definitions say, the engine and the slow recomputation, all three the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from care import Care
from comparing import month_differences
from slow_books import Books
from sqlalchemy import Connection, text

from ces_desktop.data.models import EncounterRecord, EnrolmentRecord, ObservationRecord, PatientStatusRecord
from ces_desktop.data.queries.indicators import Figure, people_behind, read_months
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.work import Work
from ces_desktop.domain.ids import Id

NOON_16_MARCH = 1_773_684_000_000
DAY_MS = 86_400_000
LEFT = "enrolment WHERE state = 'left'"
GOOD, BAD = {"systolic": 120, "diastolic": 75}, {"systolic": 160, "diastolic": 75}


class Clock:
    """Noon of 16 March 2026; the test moves it on."""

    now = NOON_16_MARCH

    def __call__(self) -> int:
        return self.now


class Both:
    """A clinic whose months are told by both sides."""

    def __init__(self, care: Care, clock: Clock) -> None:
        self.care, self.clock = care, clock

    def month(self, month: str, as_of: int | None = None) -> dict[str, Figure]:
        """The engine's figures, after the slow side agreed."""

        def read(connection: Connection) -> dict[str, Figure]:
            (found,) = read_months(connection, self.care.clinic, [month], as_of)
            assert month_differences(found, Books(connection, self.care.clinic, as_of)) == []
            for code, figure in found.figures.items():
                assert people_behind(connection, self.care.clinic, code, month, as_of) == figure.people
            return dict(found.figures)

        return self.care.db.read(read)

    def told(self, month: str, code: str, as_of: int | None = None) -> tuple[int, int | None]:
        figure = self.month(month, as_of)[f"hypertension.{code}"]
        return figure.numerator, figure.denominator

    def who(self, month: str, code: str) -> set[Id]:
        return set(self.month(month)[f"hypertension.{code}"].people)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    clock = Clock()
    database = builders.database(builders.sqlcipher(tmp_path), clock=clock)
    database.local(load_shipped)
    yield Both(Care(database, builders.actor()), clock)
    builders.assert_proved(database)
    database.close()


def test_joined_records_are_one_person_with_the_readings_of_both(both: Both) -> None:
    care = both.care
    one, other = care.person("hypertension"), care.person("hypertension", since="2025-11-01")
    care.visit(one, "2026-01-10", **BAD)
    care.visit(other, "2026-02-10", **GOOD)
    assert both.told("2026-02", "controlled") == (1, 2)
    care.join(one, other)
    assert both.told("2026-02", "controlled") == (1, 1)
    assert both.who("2026-02", "enrolled") == {min(one, other)}
    assert both.told("2025-11", "new") == (0, None), "enrolled again while enrolled"


def test_halves_of_a_pressure_from_two_consults_are_none_be_they_of_one_day_or_of_two(both: Both) -> None:
    care = both.care
    one, other = care.person("hypertension"), care.person()
    care.join(one, other)
    care.visit(one, "2026-02-03", systolic=120)
    care.visit(other, "2026-02-04", diastolic=70)
    assert both.told("2026-02", "no_reading") == (1, 1)
    care.visit(other, "2026-02-03", diastolic=70)
    care.visit(one, "2026-02-03", diastolic=75)
    assert both.told("2026-02", "no_reading") == (1, 1)
    assert both.month("2026-02")["hypertension.visits_without_reading"].numerator == 4
    care.visit(one, "2026-02-03", systolic=150, diastolic=95)
    assert both.told("2026-02", "uncontrolled") == (1, 1)


def test_each_person_has_one_first_visit_of_the_year_whatever_is_annulled_or_entered_late(both: Both) -> None:
    care, months = both.care, ("2025-12", "2026-01", "2026-02", "2026-03")

    def firsts() -> list[int]:
        return [both.month(month)["visits_first"].numerator for month in months]

    who = care.person("hypertension")
    january = care.visit(who, "2026-01-20", **GOOD)
    care.visit(who, "2026-02-10", **GOOD)
    care.visit(who, "2026-02-10", **BAD)
    assert firsts() == [0, 1, 0, 0]
    both.clock.now += DAY_MS
    cut = both.clock.now - 1
    care.db.write(lambda work: work.void(EncounterRecord, january, "de otra persona"), care.who)
    assert firsts() == [0, 0, 1, 0], "the next one, and not both of one day"
    late = care.visit(who, "2026-01-05")
    care.visit(who, "2025-12-30")
    assert firsts() == [1, 1, 0, 0]
    assert both.month("2026-02", as_of=cut)["visits_first"].numerator == 1, "the paper day was not known then"
    again = care.person("diabetes")
    care.visit(again, "2026-03-02")
    assert firsts() == [1, 1, 0, 1], "two records that nobody joined are two people"
    care.join(who, again)
    assert firsts() == [1, 1, 0, 0]
    practice = care.person(test_record="yes")
    care.visit(practice, "2026-01-01")
    care.join(who, practice)
    assert firsts() == [1, 1, 0, 0], "what is written for practice is no visit"
    assert late != january


def test_who_died_in_the_month_is_told_and_leaves_it(both: Both) -> None:
    care = both.care
    last, next_day = care.person("hypertension"), care.person("hypertension")
    for who, day in ((last, "2026-02-28"), (next_day, "2026-03-01")):
        care.visit(who, "2026-02-02", **GOOD)
        care.status(who, "died", day)
    assert (both.who("2026-02", "died"), both.who("2026-02", "enrolled")) == ({last}, {next_day})
    assert both.told("2026-03", "died") == (1, None)
    assert both.month("2026-02")["hypertension.visits_without_reading"].denominator == 2


def test_who_moved_and_returned_is_out_in_between_and_not_new(both: Both) -> None:
    care = both.care
    who = care.person("hypertension", since="2025-06-10")
    care.visit(who, "2026-01-20", **GOOD)
    care.status(who, "moved", "2026-01-31")
    care.status(who, "active", "2026-03-01")
    months = ("2025-12", "2026-01", "2026-02", "2026-03")
    assert [both.told(month, "enrolled")[0] for month in months] == [1, 0, 0, 1]
    assert [both.told(month, "new")[0] for month in months] == [0, 0, 0, 0]
    assert both.told("2026-03", "controlled") == (1, 1), "enrolled since June"


def test_who_enters_again_is_new_again_and_judged_after_three_months(both: Both) -> None:
    care = both.care
    who = care.person("hypertension", since="2025-01-10")
    care.enrol(who, "hypertension", "2025-09-30", "left")
    care.enrol(who, "hypertension", "2025-12-01")
    care.visit(who, "2026-01-15", **GOOD)
    months = ("2025-08", "2025-09", "2025-12", "2026-02", "2026-03")
    assert [both.told(month, "enrolled")[0] for month in months] == [1, 0, 1, 1, 1]
    assert [both.told(month, "judged")[0] for month in months] == [1, 0, 0, 0, 1]
    assert both.told("2025-12", "new") == (1, None)
    assert both.told("2026-02", "cohort_month_controlled") == (1, 1)
    assert both.told("2026-03", "cohort_quarter_controlled") == (1, 1)


def test_left_and_entered_on_one_day_goes_on_by_the_order_of_recording(both: Both) -> None:
    care = both.care
    who = care.person("hypertension", since="2025-01-10")
    care.enrol(who, "hypertension", "2026-02-02", "left")
    both.clock.now += 1000
    care.enrol(who, "hypertension", "2026-02-02")
    assert both.told("2026-02", "enrolled") == (1, None)
    assert both.told("2026-02", "judged") == (0, None)


def test_a_corrected_reading_counts_as_corrected_and_as_of_before_as_nothing(both: Both) -> None:
    """An earlier `as_of` never shows a row that a later one does not."""
    care = both.care
    who = care.person("hypertension", since="2025-01-10")
    visit = care.visit(who, "2026-02-02", systolic=210, diastolic=80)
    (wrong,) = _ids(care, "observation WHERE code = 'systolic'")
    before = both.clock.now + 1000
    assert both.told("2026-02", "uncontrolled", before) == (1, 1)
    both.clock.now += DAY_MS
    shared = {"patient": who, "encounter": visit, "code": "systolic", "happened_on": "2026-02-02"}
    care.add(ObservationRecord(id=care.id(), value=120, replaces=wrong, **shared))
    assert both.told("2026-02", "controlled") == (1, 1)
    assert both.told("2026-02", "no_reading", before) == (1, 1)


def test_a_late_result_counts_from_its_recording_on(both: Both) -> None:
    care = both.care
    who = care.person("diabetes", since="2025-01-10")
    care.visit(who, "2026-02-02", glucose_fasting=200)
    before = both.clock.now + 1000
    both.clock.now += 5 * DAY_MS
    care.add(ObservationRecord(id=care.id(), patient=who, code="hba1c", value=69, happened_on="2026-01-30"))
    for as_of, code in ((before, "by_glucose"), (None, "by_hba1c")):
        figures = both.month("2026-02", as_of)
        assert figures[f"diabetes.{code}"].numerator == 1
    assert both.month("2026-07")["diabetes.by_hba1c"].numerator == 0, "no visit in three months"


def test_voided_rows_are_nothing(both: Both) -> None:
    care = both.care
    who = care.person("hypertension", since="2025-01-10")
    care.status(who, "died", "2026-02-10")
    care.enrol(who, "hypertension", "2026-02-11", "left")
    care.visit(who, "2026-02-02", **GOOD)
    for model, where in ((PatientStatusRecord, "patient_status WHERE status = 'died'"), (EnrolmentRecord, LEFT)):
        (row,) = _ids(care, where)

        def undo(work: Work, model: type = model, row: bytes = row) -> None:
            work.act("test.care")
            work.void(model, row, "mistake")

        care.db.write(undo, care.who)
    assert both.told("2026-02", "controlled") == (1, 1)


@pytest.mark.parametrize(
    ("visit", "end", "code"),
    [
        ("2025-08-31", "2025-11", "missed"),  # 31 August to 30 November: three calendar months
        ("2025-09-01", "2025-11", "controlled"),
        ("2025-10-31", "2025-12", "controlled"),
        ("2025-11-30", "2026-01", "controlled"),  # over the turn of the year
        ("2025-11-30", "2026-02", "missed"),
        ("2025-12-01", "2026-02", "controlled"),  # the last day of February
        ("2025-12-31", "2026-03", "missed"),
    ],
)
def test_months_are_calendar_months_whatever_their_days(both: Both, visit: str, end: str, code: str) -> None:
    who = both.care.person("hypertension", since="2025-01-31")
    both.care.visit(who, visit, **GOOD)
    assert both.told(end, code) == (1, 1)


@pytest.mark.parametrize(
    ("since", "end", "judged"),
    [
        ("2025-08-31", "2025-11", 1),
        ("2025-09-01", "2025-11", 0),
        ("2025-11-01", "2026-01", 0),
        ("2025-10-31", "2026-01", 1),
    ],
)
def test_enrolled_before_the_three_months_that_are_judged(both: Both, since: str, end: str, judged: int) -> None:
    both.care.person("hypertension", since=since)
    assert both.told(end, "judged") == (judged, None)


def test_a_test_record_is_nobody_even_joined_to_a_person(both: Both) -> None:
    care = both.care
    who, trial = care.person("hypertension"), care.person("hypertension", test_record="yes")
    care.visit(who, "2026-02-01", **BAD)
    care.visit(trial, "2026-02-09", diagnoses=("I10X",), **GOOD)
    care.join(who, trial)
    figures = both.month("2026-02")
    assert (figures["hypertension.uncontrolled"].numerator, figures["visits"].numerator) == (1, 1)


def test_the_strict_goal_begins_with_the_other_illness(both: Both) -> None:
    care = both.care
    who = care.person("hypertension", since="2025-01-10")
    care.visit(who, "2026-01-15", systolic=134, diastolic=82)
    assert both.told("2026-01", "controlled") == (1, 1)
    problem = care.problem(who, "N183", "2026-02-05")
    assert both.told("2026-01", "controlled") == (1, 1)
    assert both.told("2026-02", "uncontrolled") == (1, 1)
    care.problem(who, "N183", "2026-03-01", "resolved", problem)
    assert both.told("2026-03", "controlled") == (1, 1)


def _ids(care: Care, where: str) -> list[bytes]:
    return [
        row[0] for row in care.db.read(lambda connection: connection.execute(text(f"SELECT id FROM {where}")).all())
    ]
