"""What remains of a prescription line, whatever was given of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.dispensing import LineFacts


@given(st.integers(0, 200), st.integers(-20, 400))
def test_nothing_remains_of_a_line_of_which_enough_was_given(quantity: int, units: int) -> None:
    line = LineFacts(quantity, units)
    assert line.remains == (quantity - units if units < quantity else 0)
    assert line.state == ("waiting" if units < quantity else "given")
