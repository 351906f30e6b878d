"""What is due today of one person, with age and medicines from the record, on a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care

from ces_desktop.data.queries.protocol import began, due_today
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.dosing import Prescribed
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line

TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    database = builders.database(builders.sqlcipher(tmp_path))
    database.local(load_shipped)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def codes(care: Care, person: Id) -> set[str]:
    return {one.step.code for one in care.db.read(partial(due_today, clinic=care.clinic, person=person, today=TODAY))}


def test_what_is_due_of_a_person(care: Care) -> None:
    patient = care.person("diabetes", birth="1980-05-01")
    care.visit(patient, "2026-03-01", glucose_fasting=200, creatinine=90, weight=70_000, medicines={"Metformina": 30})
    found = codes(care, patient)
    assert {"diabetes.statin", "diabetes.hba1c", "diabetes.foot"} <= found
    assert not {"diabetes.kidney", "diabetes.weight"} & found
    care.visit(patient, "2026-03-02", medicines={"Atorvastatina 20 mg": 30})
    assert "diabetes.statin" not in codes(care, patient)


def test_nothing_is_due_of_who_is_in_no_programme_or_has_left(care: Care) -> None:
    nobody, gone = care.person(), care.person("diabetes")
    care.status(gone, "died", "2026-02-01")
    assert codes(care, nobody) == codes(care, gone) == codes(care, Id(bytes(16))) == set()


def test_a_dose_began_with_the_first_of_its_renewals() -> None:
    def line(number: int, day: str, quarters: int, renews: int | None) -> Prescribed:
        before = Id(bytes([renews]) * 16) if renews is not None else None
        key = Id(bytes([number]) * 16)
        return Prescribed(Line(key, None, "Enalapril", Dose(quarters), "oral", 30, 30, renews=before), None, day)

    lines = [
        line(1, "2026-01-01", 2, None), line(2, "2026-02-01", 4, 1), line(3, "2026-03-01", 4, 2),
        line(4, "2026-03-02", 4, 9),
    ]  # fmt: skip
    assert [began(each, lines) for each in lines] == ["2026-01-01", "2026-02-01", "2026-02-01", "2026-03-02"]
