"""The figures of a month: outcomes add up, order of rows is nothing, cohorts, cascade, gone and lost people, weeks."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_programs import SHIPPED

from ces_desktop.data.indicators import definitions
from ces_desktop.domain import month_visits
from ces_desktop.domain.courses import Member
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import (
    ORDER,
    Figure,
    by_community,
    cohort_months,
    month_end,
    programme_figures,
    version,
)
from ces_desktop.domain.month_visits import Consult, epidemiological_week, weeks
from ces_desktop.domain.programs import DIABETES, HYPERTENSION, Programme, Reading

WORDS = definitions()
MONTH = "2026-04"


def key(number: int) -> Id:
    return Id(number.to_bytes(16, "big"))


def member(
    number: int, *days: tuple[str, int, int], since: str = "2024-01-10", gone: str = "", **more: object
) -> Member:
    """Somebody with hypertension and these pressures (day, systolic, diastolic), a visit on each day."""
    readings: dict[str, list[Reading]] = {"systolic": [], "diastolic": []}
    for day, systolic, diastolic in sorted(days, reverse=True):
        readings["systolic"].append(Reading("systolic", day, systolic))
        readings["diastolic"].append(Reading("diastolic", day, diastolic))
    values = {
        "enrolments": {"hypertension": ((since, "enrolled"),)},
        "statuses": (("2020-01-01", "active"), *(((gone, "died"),) if gone else ())),
        "readings": readings,
        "visits": sorted({d[0] for d in days}, reverse=True),
    }
    return Member(key(number), **(values | more))  # type: ignore[arg-type]


def figures(members: list[Member], month: str = MONTH, programme: Programme = HYPERTENSION) -> dict[str, Figure]:
    own = programme_figures(members, programme, month, SHIPPED, WORDS)[0]
    return {code.split(".")[1]: figure for code, figure in own.items()}


def numbers(members: list[Member], *codes: str, month: str = MONTH) -> list[int]:
    made = figures(members, month)
    return [made[code].numerator for code in codes]


DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 30)).map(date.isoformat)
PEOPLE = st.lists(
    st.builds(
        lambda days, since, gone, visits: (days, since, gone, visits),
        st.lists(st.tuples(DAYS, st.integers(100, 200), st.integers(60, 110)), max_size=5),
        DAYS,
        st.one_of(st.just(""), DAYS),
        st.lists(DAYS, max_size=3),
    ),
    max_size=12,
)


def everybody(drawn: list[tuple[list[tuple[str, int, int]], str, str, list[str]]]) -> list[Member]:
    found = []
    for number, (days, since, gone, more) in enumerate(drawn, 1):
        who = member(number, *days, since=since, gone=gone)
        visits = sorted({*who.visits, *more}, reverse=True)
        found.append(member(number, *days, since=since, gone=gone, visits=visits, community=key(number % 3)))
    return found


@given(PEOPLE)
def test_the_four_outcomes_are_the_denominator_and_every_part_lies_in_its_whole(drawn: list[object]) -> None:
    made = figures(everybody(drawn))  # type: ignore[arg-type]
    outcomes = [made[code].people for code in ORDER]
    assert sorted(person for people in outcomes for person in people) == list(made["judged"].people)
    assert {made[code].denominator for code in ORDER} == {made["judged"].numerator}
    assert made["judged"].no_reading == made["no_reading"].numerator
    for cohort in ("cohort_month", "cohort_quarter"):
        parts = [made[f"{cohort}_{code}"] for code in ORDER]
        assert sum(part.numerator for part in parts) == parts[0].denominator
    cascade = [set(made[c].people) for c in ("cascade_controlled", "cascade_seen", "cascade_under_care", "enrolled")]
    assert all(inner <= outer for inner, outer in pairwise(cascade))
    assert made["lost"].numerator + made["cascade_under_care"].numerator == made["enrolled"].numerator
    assert all(figure.numerator == len(set(figure.people)) for figure in made.values())


@given(PEOPLE, st.randoms())
def test_the_order_of_people_changes_nothing(drawn: list[object], chance: random.Random) -> None:
    people = everybody(drawn)  # type: ignore[arg-type]
    before = figures(people)
    chance.shuffle(people)
    assert figures(people) == before


@given(PEOPLE)
def test_the_communities_add_up_to_the_clinic(drawn: list[object]) -> None:
    people = everybody(drawn)  # type: ignore[arg-type]
    own, held = programme_figures(people, HYPERTENSION, MONTH, SHIPPED, WORDS)
    places = by_community(held)
    for said in ORDER:
        assert sum(len(group.outcomes[said]) for group in places.values()) == own[f"hypertension.{said}"].numerator
    assert sum(len(group.lost) for group in places.values()) == own["hypertension.lost"].numerator


@given(PEOPLE, DAYS)
def test_who_died_is_in_no_number_of_a_month_that_ends_later(drawn: list[object], day: str) -> None:
    people = everybody(drawn)  # type: ignore[arg-type]
    gone = member(99, ("2026-04-02", 120, 70), gone=day)
    counted = {code for code, figure in figures([*people, gone]).items() if gone.person in figure.people}
    assert counted <= {"died", "new"} if day <= "2026-04-30" else "controlled" in counted
    assert ("died" in counted) == day.startswith("2026-04")


def test_somebody_enters_the_denominator_after_three_calendar_months() -> None:
    new = [
        member(1, ("2026-04-02", 120, 70), since="2026-02-01"),
        member(2, ("2026-04-02", 120, 70), since="2026-01-31"),
    ]
    assert figures(new)["judged"].people == (key(2),)
    assert numbers(new, "enrolled", "cascade_controlled") == [2, 2]


def test_twelve_months_without_a_visit_is_lost_and_not_missed() -> None:
    people = [member(1, ("2025-04-30", 120, 70)), member(2, ("2025-05-01", 120, 70))]
    made = figures(people)
    assert (made["lost"].people, made["missed"].people) == ((key(1),), (key(2),))


def test_a_monthly_cohort_looks_at_the_two_months_after_that_of_enrolment() -> None:
    assert cohort_months("2026-04", 1) == ("2026-02", "2026-02", "2026-03")
    assert cohort_months("2026-06", 3) == ("2026-01", "2026-03", "2026-04")
    people = [
        member(1, ("2026-02-03", 120, 70), since="2026-02-03"),
        member(2, ("2026-02-03", 170, 70), ("2026-03-01", 120, 70), since="2026-02-03"),
        member(3, ("2026-04-30", 170, 70), since="2026-02-28"),
        member(4, ("2026-04-30", 120, 70), since="2026-03-01"),
    ]
    parts = [f"cohort_month_{code}" for code in ORDER]
    assert numbers(people, *parts) == [1, 0, 1, 1]


def test_who_left_since_stays_in_the_cohort_of_their_month_and_who_died_does_not() -> None:
    """The definition says: people enrolled two months before. Leaving must not make a cohort look better."""
    left = {"hypertension": (("2026-02-05", "enrolled"), ("2026-04-20", "left"))}
    again = {"hypertension": (("2026-02-05", "enrolled"), ("2026-03-20", "left"), ("2026-04-20", "enrolled"))}
    people = [
        member(1, ("2026-04-02", 150, 80), enrolments=left),
        member(2, ("2026-03-02", 120, 80), enrolments=again),
        member(3, ("2026-03-02", 120, 80), since="2026-02-05", gone="2026-04-11"),
    ]
    assert numbers(people, "cohort_month_controlled", "cohort_month_uncontrolled") == [1, 1]
    assert figures(people)["cohort_month_missed"].denominator == 2
    assert numbers(people, "cohort_quarter_controlled", month="2026-05") == [1]


def test_the_cascade_says_how_many_were_seen_without_a_reading() -> None:
    people = [member(1, since="2026-03-01", visits=["2026-04-03"]), member(2, ("2026-04-03", 120, 80)), member(3)]
    assert figures(people)["cascade_controlled"].no_reading == 1


def test_new_people_and_who_left() -> None:
    lines = (("2026-04-03", "enrolled"), ("2026-04-20", "left"))
    people = [member(1, since="2026-04-30"), member(2, enrolments={"hypertension": lines})]
    assert numbers(people, "new", "enrolled") == [2, 1]


def test_diabetes_says_how_many_were_judged_by_which_test() -> None:
    def with_(number: int, **values: tuple[str, int]) -> Member:
        readings = {code: [Reading(code, day, value)] for code, (day, value) in values.items()}
        enrolled = {"diabetes": (("2024-01-01", "enrolled"),)}
        return member(number, enrolments=enrolled, readings=readings, visits=["2026-04-01"])

    people = [
        with_(1, hba1c=("2025-11-02", 65), glucose_fasting=("2026-04-01", 200)),
        with_(2, glucose_fasting=("2026-04-01", 100)),
        with_(3, glucose_random=("2026-04-01", 100)),
    ]
    made = figures(people, programme=DIABETES)
    assert made["by_hba1c"].people == (key(1),) and made["by_glucose"].people == (key(2),)
    assert (made["controlled"].numerator, made["controlled"].denominator, made["controlled"].no_reading) == (2, 3, 1)
    assert (made["controlled"].percent, made["controlled_measured"].percent) == (67, 100)


@pytest.mark.parametrize(
    ("day", "week"),
    [("2026-01-03", (2025, 53)), ("2026-01-04", (2026, 1)), ("2021-01-02", (2020, 53)), ("2021-01-03", (2021, 1)),
     ("2025-12-31", (2025, 53)), ("2024-12-29", (2025, 1))],
)  # fmt: skip
def test_epidemiological_weeks_go_from_sunday_to_saturday(day: str, week: tuple[int, int]) -> None:
    assert epidemiological_week(date.fromisoformat(day)) == week


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_week_one_holds_the_fourth_of_january(day: date) -> None:
    year, number = epidemiological_week(day)
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    first = date(year, 1, 4) - timedelta(days=(date(year, 1, 4).weekday() + 1) % 7)
    assert sunday == first + timedelta(weeks=number - 1)


def test_consults_by_week_age_sex_and_diagnosis_add_up() -> None:
    consults = [
        Consult(key(1), "2026-04-01", True, "female", 0, (("I10X", True), ("I10X", False))),
        Consult(key(2), "2026-04-30", False, "male", 60, (("I10X", False), ("J00X", True))),
        Consult(key(1), "2026-04-05", False, "intersex", None),
    ]
    rows = weeks(consults, MONTH)
    assert [(w.begins, w.first, w.later) for w in rows] == [
        ("2026-03-29", 1, 0), ("2026-04-05", 0, 1), ("2026-04-12", 0, 0), ("2026-04-19", 0, 0), ("2026-04-26", 0, 1),
    ]  # fmt: skip
    table = month_visits.ages(consults)
    assert sum(table.values()) == 3 and len(table) == 24
    assert table["0", "female"] == table["60+", "male"] == table["unknown", "unknown"] == 1
    assert [(d.code, d.total, d.first_time) for d in month_visits.diagnoses(consults)] == [
        ("I10X", 2, 1),
        ("J00X", 1, 1),
    ]
    made = month_visits.visit_figures(consults, MONTH, WORDS)
    assert made["visits_without_diagnosis"].people == (key(1),) and made["people_seen"].numerator == 2


def test_a_visit_without_a_pressure_that_day_is_told_with_the_reason() -> None:
    who = member(1, ("2026-04-02", 120, 70))
    consults = [
        Consult(key(1), "2026-04-02", False, "female", 50),
        Consult(key(1), "2026-04-20", False, "female", 50, unmeasured="no_equipment"),
        Consult(key(1), "2026-04-21", False, "female", 50),
        Consult(key(2), "2026-04-21", False, "female", 50),
    ]
    made, why = month_visits.unread_figures(consults, {key(1): who}, MONTH, SHIPPED, WORDS)
    figure = made["hypertension.visits_without_reading"]
    assert (figure.numerator, figure.denominator) == (2, 3)
    assert why["hypertension"] == {"no_equipment": 1, "": 1}


def test_a_visit_of_somebody_noted_as_moved_is_no_visit_of_the_enrolled() -> None:
    """`registry.md`: a status leaves the denominators from its day."""
    who = member(1, statuses=(("2026-04-05", "moved"),))
    consults = [Consult(key(1), day, False, "female", 61, (("I10X", True),)) for day in ("2026-04-03", "2026-04-09")]
    made, _ = month_visits.unread_figures(consults, {key(1): who}, MONTH, SHIPPED, WORDS)
    assert made["hypertension.visits_without_reading"].numerator == 1
    assert made["hypertension.visits_without_reading"].denominator == 1


def test_every_definition_is_used_has_words_and_changes_the_version() -> None:
    used = {f.definition.code for p in (HYPERTENSION, DIABETES) for f in figures([], programme=p).values()}
    used |= set(month_visits.visit_figures([], MONTH, WORDS)) | {"visits_without_reading"}
    assert used == set(WORDS)
    for one in WORDS.values():
        assert one.names["es"] and one.names["en"] and one.numerators["es"] and one.numerators["en"] and one.source
        assert bool(one.denominators["es"]) == bool(one.denominators["en"])
    changed = dict(WORDS)
    changed.pop("visits")
    assert version(changed) != version(WORDS)


def test_the_last_day_of_a_month() -> None:
    assert [month_end(m).day for m in ("2024-02", "2026-02", "2026-12")] == [29, 28, 31]
