"""Figures of a month from a real database: recomputed slowly by other code, by `as_of`, with people behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from care import DAY_MS, Care, Clock, clinic_care, postgres_care
from sqlalchemy import Connection, text

from ces_desktop.data.models import ObservationRecord
from ces_desktop.data.queries import indicators
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import ORDER


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path)


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Care]:
    yield from postgres_care(postgres_url)


def month(care: Care, which: str, as_of: int | None = None) -> indicators.Month:
    return care.db.read(partial(indicators.read_month, clinic=care.clinic, month=which, as_of=as_of))


def random_clinic(care: Care, seed: int, people: int = 25) -> None:
    """Invented people with hypertension, some joined, gone, or made to try things out, and their visits."""
    chance = random.Random(seed)
    start = date(2024, 6, 1)

    def day() -> str:
        return (start + timedelta(days=chance.randrange(650))).isoformat()

    made: list[Id] = []
    for _ in range(people):
        fields = {"test_record": "yes"} if chance.random() < 0.1 else {}
        who = care.person(*(("hypertension",) if chance.random() < 0.9 else ()), since=day(), **fields)
        for _ in range(chance.randrange(5)):
            read = {"systolic": chance.randrange(110, 180), "diastolic": chance.randrange(60, 105)}
            care.visit(who, day(), diagnoses=("I10X",), **(read if chance.random() < 0.8 else {}))
        if chance.random() < 0.15:
            care.status(who, chance.choice(("died", "moved", "active")), day())
        if chance.random() < 0.1:
            care.enrol(who, "hypertension", day(), "left")
        if made and chance.random() < 0.1:
            care.join(who, made[-1])
        made.append(who)


def slowly(connection: Connection, clinic: Id, which: str) -> dict[str, set[bytes]]:
    """The three-month outcome of hypertension by one query for each person and question; nothing of ours is used."""

    def ask(sql: str, **values: object) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(text(sql), {"clinic": clinic, **values})]

    year, number = map(int, which.split("-"))
    end = (date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)).isoformat()

    def back(months: int) -> str:
        at = year * 12 + number - 1 - months
        return f"{at // 12}-{at % 12 + 1:02d}-01"

    live = "clinic = :clinic AND live = 1 AND happened_on <= :end"
    real = "live = 1 AND (test_record IS NULL OR test_record <> 'yes')"
    whose = f"patient IN (SELECT id FROM patient WHERE person = :person AND {real})"
    found: dict[str, set[bytes]] = {code: set() for code in (*ORDER, "lost")}
    for (person,) in ask(f"SELECT DISTINCT person FROM patient WHERE clinic = :clinic AND {real}"):
        values = {"person": person, "end": end}
        newest = "ORDER BY happened_on DESC, recorded_at DESC, id DESC LIMIT 1"
        state = ask(f"SELECT state FROM enrolment WHERE {live} AND {whose} {newest}", **values)
        status = ask(f"SELECT status FROM patient_status WHERE {live} AND {whose} {newest}", **values)
        if state != [("enrolled",)] or (status and status[0][0] in ("died", "moved", "transferred")):
            continue
        left = ask(f"SELECT max(happened_on) FROM enrolment WHERE {live} AND {whose} AND state = 'left'", **values)
        since = ask(
            f"SELECT min(happened_on) FROM enrolment WHERE {live} AND {whose} AND state = 'enrolled'"
            " AND happened_on > :left",
            left=left[0][0] or "", **values,
        )[0][0]  # fmt: skip
        seen = ask(f"SELECT max(happened_on) FROM encounter WHERE {live} AND {whose}", **values)[0][0]
        if max(str(seen or ""), str(since)) < back(11):
            found["lost"].add(person)  # type: ignore[arg-type]
        elif str(since) < back(2):
            read = ask(
                "SELECT s.value, d.value FROM observation s JOIN observation d ON d.encounter = s.encounter"
                f" WHERE s.code = 'systolic' AND d.code = 'diastolic' AND d.live = 1 AND s.{whose}"
                " AND s.clinic = :clinic AND s.live = 1 AND s.happened_on <= :end AND s.happened_on >= :since"
                " ORDER BY s.happened_on DESC, s.recorded_at DESC, s.id DESC LIMIT 1",
                since=back(2), **values,
            )  # fmt: skip
            if seen is None or str(seen) < back(2):
                said = "missed"
            elif not read:
                said = "no_reading"
            else:
                said = "controlled" if read[0][0] < 140 and read[0][1] < 90 else "uncontrolled"  # type: ignore[operator]
            found[said].add(person)  # type: ignore[arg-type]
    return found


def check_against_the_slow_way(care: Care, seed: int) -> None:
    random_clinic(care, seed)
    wanted = indicators.months_until("2026-03", 18)
    together = care.db.read(partial(indicators.read_months, clinic=care.clinic, wanted=wanted))
    for which, found in zip(wanted, together, strict=True):
        slow = care.db.read(partial(slowly, clinic=care.clinic, which=which))
        for code, people in slow.items():
            assert set(found.figures[f"hypertension.{code}"].people) == people, (which, code)
        assert found == month(care, which), "one month alone says the same as among others"
        assert found.figures["visits"].numerator == sum(week.first + week.later for week in found.weeks)
        assert found.figures["visits"].numerator == sum(found.ages.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_outcomes_equal_a_slow_recomputation(care: Care, seed: int) -> None:
    check_against_the_slow_way(care, seed)


def test_outcomes_equal_a_slow_recomputation_at_the_hub(on_postgres: Care) -> None:
    check_against_the_slow_way(on_postgres, 3)


def test_an_earlier_cut_never_shows_more_and_stays_as_it_was(care: Care) -> None:
    random_clinic(care, 4, 10)
    cut = care.db.clock()
    before = month(care, "2026-02")
    assert isinstance(care.db.clock, Clock)
    care.db.clock.now += DAY_MS
    random_clinic(care, 5, 10)
    late = month(care, "2026-02", as_of=cut)
    assert {code: f.numerator for code, f in late.figures.items()} == {
        code: f.numerator for code, f in before.figures.items()
    }
    now = month(care, "2026-02")
    for code in ("visits", "hypertension.enrolled"):
        assert set(late.figures[code].people) <= set(now.figures[code].people)


def test_a_number_opens_the_list_of_its_people(care: Care) -> None:
    controlled, other = care.person("hypertension"), care.person("hypertension")
    care.visit(controlled, "2026-02-10", systolic=120, diastolic=70, diagnoses=("I10X",))
    care.visit(other, "2026-01-11", systolic=150, diastolic=90)
    care.visit(other, "2026-02-11", unmeasured="declined")
    read = partial(indicators.people_behind, clinic=care.clinic, month="2026-02")
    assert care.db.read(partial(read, code="hypertension.controlled")) == (controlled,)
    assert care.db.read(partial(read, code="visits_without_diagnosis")) == (other,)
    found = month(care, "2026-02")
    assert found.reasons["hypertension"] == {"declined": 1}
    assert (found.figures["visits_first"].numerator, found.figures["visits"].numerator) == (1, 2)
    assert [(d.code, d.total) for d in found.diagnoses] == [("I10X", 1)]
    assert found.ages["40-59", "female"] == 2
    names = partial(indicators.diagnosis_names, clinic=care.clinic, codes=["I10X"], language="es")
    assert "ipertensi" in care.db.read(names)["I10X"]


def test_an_empty_month_is_all_zero_and_nothing_fails(care: Care) -> None:
    found = month(care, "2026-02")
    assert {figure.numerator for figure in found.figures.values()} == {0}
    assert found.figures["hypertension.controlled"].percent is None
    assert found.diagnoses == [] and found.communities == {"hypertension": {}, "diabetes": {}}


@pytest.mark.parametrize(("day", "lost"), [("2025-05-20", 0), ("2025-09-20", 0), ("2025-04-30", 1)])
def test_who_only_had_a_pressure_taken_was_here_and_is_not_lost(care: Care, day: str, lost: int) -> None:
    """Vital signs taken by the nurse, the consult never signed: a visit, for as long as one counts."""
    who = care.person("hypertension", since="2024-01-10")
    care.add(ObservationRecord(id=care.id(), patient=who, code="systolic", value=150, happened_on=day))
    assert month(care, "2026-04").figures["hypertension.lost"].numerator == lost
