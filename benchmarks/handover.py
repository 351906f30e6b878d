"""The handover pack of the reference clinic: every line drawn from the data of a day, on a worker's connection."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import care_rows, measure
from benchmarks.measure import Figure
from ces_desktop.data.database import transaction
from ces_desktop.data.queries.handover_pack import drawn


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Median against the floor of what judges people (decision 012); the person waits for the first number alone."""
    n = 5 if quick else 21
    with care_rows.opened(seed) as (engine, bare):

        def pack() -> None:
            with transaction(engine, write=False) as connection:
                drawn(connection, care_rows.CLINIC, care_rows.UNTIL)

        ours, floor = measure.alternate(pack, lambda: care_rows.scan(bare), n)
    yield measure.figure(
        "handover", measure.median(ours), "ms", n=n, peer=care_rows.FLOOR, peer_value=measure.median(floor)
    )
