"""How tables are declared: what a record takes and shows, and that a table is made once, by whichever thread asks."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, select

from ces_desktop.data.models import SYNCED, Base, HouseholdRecord, OpStatusRecord, PatientRecord, table_of

ROOT = Path(__file__).resolve().parents[2]


def test_a_record_holds_values_and_its_class_the_columns() -> None:
    record = PatientRecord(id=b"1" * 16, given="Ana")
    assert (record.id, record.given, record.maternal, record.live) == (b"1" * 16, "Ana", None, 1)
    assert record.clinic is None  # what the journal fills in
    assert isinstance(PatientRecord.given, Column) and PatientRecord.given is table_of(PatientRecord).c.given
    assert (record.given, PatientRecord(id=b"2" * 16).given) == ("Ana", None)


def test_equal_names_in_two_tables_are_two_columns() -> None:
    assert str(select(PatientRecord.id, HouseholdRecord.id)) != str(select(PatientRecord.id, PatientRecord.id))
    assert PatientRecord.id.table is not HouseholdRecord.id.table


@pytest.mark.parametrize("fields", [{"id": b"1", "gven": "Ana"}, {"given": "Ana"}, {"id": b"1", "clinic": b"2"}])
def test_a_field_misspelt_forgotten_or_filled_by_the_journal_is_a_bug_at_once(fields: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="patient"):
        PatientRecord(**fields)  # type: ignore[arg-type]


def test_a_field_without_a_default_is_asked_for() -> None:
    with pytest.raises(TypeError, match="arrived_at"):
        OpStatusRecord(op=b"1" * 32, state="held", reason=None)  # type: ignore[call-arg]


def test_a_record_shown_in_a_traceback_says_nothing_of_a_person() -> None:
    assert repr(PatientRecord(id=b"1" * 16, given="Ana")) == "<patient>"


def test_declaring_makes_no_table_and_threads_that_ask_together_get_one() -> None:
    probe = """
from concurrent.futures import ThreadPoolExecutor
from ces_desktop.data.models import base
assert not base._METADATA.tables
with ThreadPoolExecutor(8) as pool:
    from ces_desktop.data.models import PatientRecord
    made = list(pool.map(lambda n: PatientRecord.given if n % 2 else PatientRecord.__table__.c.given, range(64)))
assert len(set(map(id, made))) == 1 and list(base._METADATA.tables) == ["patient"]
"""
    answer = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_all_tables_are_there_for_who_asks_for_all() -> None:
    assert set(SYNCED) | {"op", "draft", "local_setting"} <= set(Base.metadata.tables)
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(lambda _: id(Base.metadata), range(8)))) == 1
