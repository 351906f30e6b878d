"""What makes a line of a handover: pregnancies, tuberculosis, question 9, epilepsy, programmes; order and progress."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_programs import SHIPPED

from ces_desktop.domain import handover as rules
from ces_desktop.domain.courses import Member
from ces_desktop.domain.handover import Drawn, Noted, Progress, facts_of, facts_text, progress
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Reading

TODAY = date(2026, 8, 1)
PERSON = Id(b"p" * 16)


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def pregnant(mentioned: int, last: int | None = None, *more: tuple[str, str]) -> Drawn | None:
    """`mentioned`, `last`: days ago of the diagnosis and of the last menstruation."""
    answers = {} if last is None else {"last_menstruation": (ago(mentioned), ago(last))}
    return rules.pregnancy_line(PERSON, Noted((), [(ago(mentioned), "Z348"), *more], answers), TODAY)


@pytest.mark.parametrize(
    ("last", "due_in"), [(224, 56), (250, 30), (280, 0), (290, -10)]
)
def test_births_within_eight_weeks_are_handed_over_with_their_date(last: int, due_in: int) -> None:
    line = pregnant(20, last)
    assert line is not None and line.section == "pregnancy"
    assert line.facts["due_on"] == (TODAY + timedelta(days=due_in)).isoformat()
    assert line.facts["weeks"] == last // 7


def test_a_later_birth_is_not_and_a_pregnancy_without_a_date_is() -> None:
    assert pregnant(20, 223) is None
    unknown = pregnant(20)
    assert unknown is not None and "due_on" not in unknown.facts


def test_a_pregnancy_that_ended_or_is_older_than_any_is_no_line() -> None:
    assert pregnant(20, 250, (ago(3), "O800")) is None
    assert pregnant(20, 250, (ago(3), "Z390")) is None
    assert pregnant(20, None, (ago(200), "O039")) is not None  # lost one, pregnant again
    assert pregnant(309) is None


def test_the_date_of_an_earlier_pregnancy_is_not_taken_for_this_one() -> None:
    answers = {"last_menstruation": (ago(250), ago(290))}
    noted = Noted((), [(ago(200), "O039"), (ago(20), "Z33")], answers)
    line = rules.pregnancy_line(PERSON, noted, TODAY)
    assert line is not None and "due_on" not in line.facts


def test_asking_for_the_last_menstruation_makes_nobody_pregnant() -> None:
    assert rules.pregnancy_line(PERSON, Noted((), (), {"last_menstruation": (ago(1), ago(250))}), TODAY) is None


@given(last=st.integers(0, 400), mentioned=st.integers(0, 400), ended=st.none() | st.integers(0, 400))
def test_no_pregnancy_is_handed_over_that_is_not_due_within_eight_weeks(
    last: int, mentioned: int, ended: int | None
) -> None:
    line = pregnant(mentioned, last, *([(ago(ended), "O80")] if ended is not None else []))
    if line is None:
        return
    assert mentioned <= rules.LONGEST_PREGNANCY_DAYS and (ended is None or ended > mentioned)
    if "due_on" in line.facts:
        assert date.fromisoformat(str(line.facts["due_on"])) <= TODAY + timedelta(days=rules.DUE_WITHIN_DAYS)


def test_tuberculosis_stays_until_somebody_writes_that_it_is_treated() -> None:
    def line(noted: Noted) -> Drawn | None:
        return rules.tuberculosis_line(PERSON, noted, TODAY)

    listed = [(ago(500), "A150")]
    found = line(Noted(listed, (), {"tb_phase": (ago(10), "continuation"), "tb_doses_supervised": (ago(10), 61)}))
    assert found is not None and found.facts["phase"] == "continuation" and found.facts["doses"] == 61
    assert line(Noted(listed)) is not None
    assert line(Noted((), [(ago(366), "A150")])) is None
    assert line(Noted((), (), {"tb_phase": (ago(30), "intensive")})) is not None  # treated, nobody coded it
    assert line(Noted(listed, (), {"tb_phase": (ago(10), "completed")})) is None
    assert line(Noted((), [(ago(5), "A150")], {"tb_phase": (ago(300), "completed")})) is not None  # again
    assert line(Noted((), (), {"tb_phase": (ago(10), "completed")})) is None


@pytest.mark.parametrize(("answer", "days", "there"), [(1, 0, True), (3, 365, True), (3, 366, False), (0, 1, False)])
def test_question_nine_of_a_year_other_than_never(answer: int, days: int, there: bool) -> None:
    line = rules.suicide_line(PERSON, Noted((), (), {"phq9_9": (ago(days), answer)}), TODAY)
    assert (line is not None) is there


def test_a_safety_plan_older_than_the_answer_is_no_plan_for_it() -> None:
    old = rules.suicide_line(
        PERSON, Noted((), (), {"phq9_9": (ago(5), 2), "safety_plan": (ago(6), "yes")}), TODAY
    )
    assert old is not None and "plan" not in old.facts
    new = rules.suicide_line(
        PERSON, Noted((), (), {"phq9_9": (ago(5), 2), "safety_plan": (ago(5), "no")}), TODAY
    )
    assert new is not None and new.facts["plan"] == "no"


def test_epilepsy_with_the_last_seizures_counted() -> None:
    noted = Noted([(ago(900), "G409")], (), {"seizures_4_weeks": (ago(30), 0)})
    line = rules.epilepsy_line(PERSON, noted, TODAY)
    assert line is not None and line.facts["seizures"] == 0
    assert rules.epilepsy_line(PERSON, Noted((), [(ago(400), "G409")]), TODAY) is None


def member(systolic: int, diastolic: int, days: int, **more: object) -> Member:
    day = ago(days)
    readings = {"systolic": [Reading("systolic", day, systolic)], "diastolic": [Reading("diastolic", day, diastolic)]}
    enrolments = {"hypertension": (("2024-01-01", "enrolled"),)}
    known = {"enrolments": enrolments, "readings": readings, "visits": (day,)} | more
    return Member(PERSON, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pressure", "days", "section"),
    [
        ((182, 96), 20, "high_risk"), ((182, 96), 200, "high_risk"), ((146, 92), 20, "uncontrolled"),
        ((146, 92), 200, None), ((128, 76), 20, None),
    ],
)  # fmt: skip
def test_high_risk_and_not_controlled(
    pressure: tuple[int, int], days: int, section: str | None
) -> None:
    line = rules.chronic_line(member(*pressure, days), TODAY, SHIPPED)
    assert (line.section if line else None) == section
    if line:
        assert (line.facts["systolic"], line.facts["pressure_on"]) == (pressure[0], ago(days))


def test_who_died_moved_or_left_the_programme_is_not_handed_over() -> None:
    gone = member(182, 96, 20, statuses=((ago(2), "died"),))
    left = member(182, 96, 20, enrolments={"hypertension": (("2024-01-01", "enrolled"), (ago(2), "left"))})
    assert rules.chronic_line(gone, TODAY, SHIPPED) is None
    assert rules.chronic_line(left, TODAY, SHIPPED) is None


VALUES = st.integers(-(2**53), 2**53) | st.text(max_size=20)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_facts_travel_whole_and_equal_facts_are_equal_text(facts: dict[str, int | str]) -> None:
    assert facts_of(facts_text(facts)) == facts
    assert facts_text(dict(reversed(list(facts.items())))) == facts_text(facts)


@pytest.mark.parametrize("text", [None, "", "[1]", "nonsense", '{"a": [1], "b": true, "c": 2}'])
def test_facts_of_a_later_program_break_nothing(text: str | None) -> None:
    assert set(facts_of(text)) <= {"c"}


LINES = st.lists(
    st.builds(
        Drawn,
        st.sampled_from(rules.SECTIONS),
        st.just("patient"),
        st.just(PERSON),
        st.dictionaries(
            st.sampled_from(["systolic", "due_on", "answer", "urgent", "standing", "ven", "asked_on"]),
            st.integers(0, 300) | st.sampled_from(["2026-08-02", "out", "V", "yes"]),
        ),
    ),
    max_size=12,
)


@given(LINES)
def test_every_line_is_kept_and_sections_stand_in_order(lines: list[Drawn]) -> None:
    ordered = rules.in_order(lines)
    assert sorted(map(repr, ordered)) == sorted(map(repr, lines))
    places = [rules.SECTIONS.index(line.section) for line in ordered]
    assert places == sorted(places)


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_progress_counts_what_is_handed_over(states: list[tuple[bool, bool]]) -> None:
    found = progress(states)
    assert found.lines + found.left_out == len(states) and found.read <= found.lines
    assert found.done == (found.lines > 0 and all(read for out, read in states if not out))


def test_nothing_handed_over_is_not_done() -> None:
    assert not Progress(0, 0).done and Progress(2, 2).done
