"""The measures we ship, read once, and the thresholds in force, read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Connection, select

from ces_desktop.data.models import ThresholdRecord
from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.measures import Measure, from_rows
from ces_desktop.domain.thresholds import Threshold, Thresholds


@lru_cache(maxsize=1)
def measures() -> Mapping[str, Measure]:
    """Every measure by its code."""
    return from_rows(read_list("measure"))


def thresholds(connection: Connection) -> Thresholds:
    """The thresholds as they stand, those a supervisor changed included."""
    t = ThresholdRecord
    rows = connection.execute(
        select(t.code, t.value, t.unit, t.programme, t.norm, t.valid_from).where(t.live == 1, t.value.is_not(None))
    )
    return Thresholds(
        Threshold(r.code or "", r.value, r.unit or "", r.programme or "", r.norm or "", r.valid_from or "0001-01-01")
        for r in rows
    )
