"""Demonstration networks, their troubles added: every figure and list of the engine equals the slow recomputation."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from comparing import month_differences, rescue_differences
from ordeal import AFTER, DAY_MS, Ordeal, clinic
from slow_books import Books
from sqlalchemy import Connection

from ces_desktop.data.queries import indicators
from ces_desktop.data.queries.rescue import rescue_list
from ces_desktop.domain.ids import Id

MONTHS = indicators.months_until("2026-06", 12)
DAYS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 7, 15), date(2027, 2, 1))
PEOPLE = (300, 150)
"""Of the two clinics of each network, two years of care; more than a third of them are in programmes."""


def months_differ(connection: Connection, clinic_id: Id, as_of: int | None) -> list[str]:
    read = indicators.read_months(connection, clinic_id, MONTHS, as_of)
    books = Books(connection, clinic_id, as_of)
    assert any(month.figures["hypertension.controlled"].numerator for month in read)
    return [line for month in read for line in month_differences(month, books)]


def lists_differ(connection: Connection, clinic_id: Id) -> list[str]:
    books = Books(connection, clinic_id)
    listed = [(day, rescue_list(connection, clinic_id, day)) for day in DAYS]
    return [line for day, one in listed for line in rescue_differences(one, books, day)]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_says_what_the_definitions_say(tmp_path: Path, seed: int, number: int) -> None:
    with clinic(tmp_path, seed, number, PEOPLE[number]) as care:
        read = care.db.read
        assert read(partial(lists_differ, clinic_id=care.clinic)) == []
        Ordeal(care, seed).befall()
        now = care.db.clock()
        assert now > AFTER
        for as_of in (None, (AFTER + now) // 2, AFTER - 85 * DAY_MS):
            assert read(partial(months_differ, clinic_id=care.clinic, as_of=as_of)) == []
        assert read(partial(lists_differ, clinic_id=care.clinic)) == []
