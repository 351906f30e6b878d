"""The figures of a month, both programmes, at the reference clinic; and of thirteen months, as the report shows them.

The floor is one full scan of `observation` for each programme (decision 012); ours also reads enrolments, statuses,
visits and diagnoses, and judges. Both run warm, by turns.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import care_rows, measure
from benchmarks.measure import Figure
from ces_desktop.data.database import transaction
from ces_desktop.data.queries.indicators import months_until, read_months

MONTH = "2026-09"


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Median of one month against the floor, then of thirteen."""
    n = 7 if quick else 31
    with care_rows.opened(seed) as (engine, bare):

        def months(count: int) -> None:
            with transaction(engine, write=False) as connection:
                read_months(connection, care_rows.CLINIC, months_until(MONTH, count))

        one, floor = measure.alternate(lambda: months(1), lambda: care_rows.scan(bare), n)
        year = measure.repeat(lambda: months(13), max(3, n // 3))
        pages = measure.repeat(lambda: care_rows.count(bare), n)
    least = measure.median(floor)
    yield measure.figure("indicators", measure.median(one), "ms", n=n, peer=care_rows.FLOOR, peer_value=least)
    yield measure.figure("indicators.thirteen_months", measure.median(year), "ms", n=len(year))
    yield measure.figure("indicators.scan_that_fetches_nothing", measure.median(pages), "ms", n=n)
