"""The reference lists as the program ships them, for the tests that look into them."""

from __future__ import annotations

from ces_desktop.data.reference_files import (
    LISTS,
    Row,
    read_list,
)
from ces_desktop.paths import RESOURCES

REFERENCE = RESOURCES / "reference"
NAMES = [each.name for each in LISTS]

GOLDEN = {
    ("item", "010.000.5165.00"): "72b001cee5c153ecb58d64df9339eee6",  # metformin 850 mg
    ("diagnosis", "I10X"): "ab8aba2682ba51ec956522d8df0cf3b0",
    ("clinic", "CAP"): "ce309cb9f0e35c11a974fc034b40a354",
}
"""These ids are on every laptop: a change here breaks what clinics have recorded."""


def rows(name: str) -> list[Row]:
    return list(read_list(name))


def text(row: Row, column: str) -> str:
    value = row[column]
    assert isinstance(value, str), (row, column)
    return value
