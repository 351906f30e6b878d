"""The share of prescriptions that is fetched: the clinic's own, drawn towards the usual one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.need import ADHERENCE, Fetched, adherence

seen = st.builds(Fetched, st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e4))


@given(st.lists(seen, max_size=6))
def test_it_is_a_share_that_can_be_believed(several: list[Fetched]) -> None:
    assert 0.5 <= adherence(several) <= 1.0


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        ([], ADHERENCE),
        ([Fetched(0, 900, 300)], ADHERENCE),  # handed out, but not from the prescription
        ([Fetched(900, 900, 60)], 0.9),  # as much as the prior weighs
        ([Fetched(600, 1000, 6000)], 0.6),
        ([Fetched(5000, 1000, 6000)], 1.0),
        ([Fetched(90, 100, 300), Fetched(70_000, 100_000, 300)], 0.8),  # people count, not tablets
        ([Fetched(10, 0, 40)], ADHERENCE),
    ],
)  # fmt: skip
def test_it_goes_from_the_usual_to_the_clinics_own(several: list[Fetched], expected: float) -> None:
    assert adherence(several) == pytest.approx(expected, abs=0.005)
