"""Ids of what follows from a row once: the same everywhere, other for another row or matter, sorted as that row is."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.ids import Id, following_id, new_id

ROWS = st.builds(new_id, st.integers(0, 2**48 - 1))


@given(ROWS, st.text(), st.text())
def test_an_id_that_follows_is_known_to_every_laptop(row: Id, what: str, other: str) -> None:
    made = following_id(row, what)
    assert made == following_id(Id(bytes(row)), what) and made[:6] == row[:6]
    assert UUID(bytes=bytes(made)).version == 7 and made != row
    assert (following_id(row, other) == made) == (other == what)
