"""Named scenarios of exchange under faults, on every kind of disk: what each must do stands in its docstring."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from subprocess import PIPE

import pytest

from benchmarks import sync_disks, sync_faults, sync_scenarios
from benchmarks.measure import ROOT
from benchmarks.sync_box import MakeBox
from ces_desktop.sync.envelope import Envelope


@pytest.fixture(params=["dict", "sqlcipher", "postgresql"])
def disks(request: pytest.FixtureRequest) -> Iterator[tuple[MakeBox, Envelope]]:
    """How to make disks of each kind; "postgresql" is a hub's, its laptops are encrypted files."""
    if request.param == "postgresql":
        sync_disks.adopt(request.getfixturevalue("postgres_server"))
    with sync_disks.workshop(request.param) as made:
        yield made


@pytest.mark.parametrize("scenario", sync_scenarios.SCENARIOS, ids=lambda s: s.__name__)
def test_scenario(scenario: sync_scenarios.Scenario, disks: tuple[MakeBox, Envelope]) -> None:
    sync_scenarios.play(scenario, *disks)


def test_weeks_of_faults_heal_within_two_trips() -> None:
    """A few seeds; `python -m benchmarks sync_faults` runs thousands."""
    told = sync_faults.some("dict", 0, 25)
    assert told.failures == []


def test_weeks_of_faults_on_encrypted_files() -> None:
    assert sync_faults.some("sqlcipher", 0, 2).failures == []


def test_a_seed_repeats_exactly() -> None:
    first, second = sync_faults.one(7), sync_faults.one(7)
    assert first.traces == second.traces
    assert sync_faults.one(8).traces != first.traces
    assert sync_faults.one(7, "sqlcipher").traces == sync_faults.one(7, "sqlcipher").traces


def test_a_seed_repeats_in_another_process() -> None:
    """Python orders sets of text differently in each process: nothing of a case may hang on it."""
    told = set()
    for order in ("1", "2"):
        code = "from benchmarks import sync_faults; print(sync_faults.some('dict', 3, 5).traces)"
        environment = {**os.environ, "PYTHONHASHSEED": order}
        told.add(
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, stdout=PIPE).stdout
        )
    assert len(told) == 1
