"""The simulator notices bugs: each one planted in the core is shown by a scenario or by one of a few seeds."""

from __future__ import annotations

import pytest

from benchmarks import sync_bugs


@pytest.mark.parametrize("bug", sync_bugs.BUGS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_planted_bug_is_noticed(bug: sync_bugs.Bug) -> None:
    assert sync_bugs.caught(bug, range(25)) is not None


def test_twenty_bugs_at_least() -> None:
    assert len(sync_bugs.BUGS) >= 20
