"""The whole rescue list of the reference clinic, all tabs with names, households, medicines and contacts.

The floor is one full scan of `observation` for each programme (decision 012). Both run warm, by turns.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import care_rows, measure
from benchmarks.measure import Figure
from ces_desktop.data.database import transaction
from ces_desktop.data.queries.rescue import rescue_counts, rescue_list


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Median of the list against the floor, then of the counts alone (rail, first page)."""
    n = 7 if quick else 31
    with care_rows.opened(seed) as (engine, bare):

        def full() -> None:
            with transaction(engine, write=False) as connection:
                rescue_list(connection, care_rows.CLINIC, care_rows.UNTIL)

        def counts() -> None:
            with transaction(engine, write=False) as connection:
                rescue_counts(connection, care_rows.CLINIC, care_rows.UNTIL)

        ours, floor = measure.alternate(full, lambda: care_rows.scan(bare), n)
        numbers = measure.repeat(counts, n)
    yield measure.figure(
        "rescue", measure.median(ours), "ms", n=n, peer=care_rows.FLOOR, peer_value=measure.median(floor)
    )
    yield measure.figure("rescue.counts", measure.median(numbers), "ms", n=n)
