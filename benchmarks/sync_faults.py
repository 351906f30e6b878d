"""Exchange under faults: `python -m benchmarks sync_faults [--cases N] [--seed S] [--store dict|sqlcipher|postgresql]`.

Each case is some weeks of work by laptops, a mentor and a hub under every fault we know, then healing, then all
invariants (`docs/sync.md`). `--seed S` is the first seed; a case is repeated exactly by its own: `--cases 1 --seed S`.
The last line's value is lost + diverged. `--bugs` plants every bug of `sync_bugs` and tells what shows it.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from benchmarks import measure, sync_bugs, sync_disks, sync_scenarios, sync_world
from benchmarks.measure import Figure
from benchmarks.sync_case import Case
from benchmarks.sync_invariants import Broken, ends

QUICK = {"dict": 300, "sqlcipher": 4, "postgresql": 2}
FULL = {"dict": 5_000, "sqlcipher": 50, "postgresql": 20}
BUG_SEEDS = 60


@dataclass(slots=True)
class Tally:
    """What some cases came to."""

    cases: int = 0
    lost: int = 0
    diverged: int = 0
    failures: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    traces: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Those of another part of the seeds."""
        self.cases += other.cases
        self.lost += other.lost
        self.diverged += other.diverged
        self.failures += other.failures
        self.events += other.events
        self.traces += other.traces


def arguments(words: list[str]) -> dict[str, object]:
    """The options of this benchmark alone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sync_faults")
    parser.add_argument("--cases", type=int, default=None, help="how many seeds; 300 with --quick, else 5,000")
    parser.add_argument("--store", choices=sorted(FULL), default="dict")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bugs", action="store_true", help="plant bugs and see which are noticed")
    parser.add_argument("--scenarios", action="store_true", help="the named scenarios alone")
    parser.add_argument("--seeds-only", action="store_true", help="without the named scenarios")
    return vars(parser.parse_args(words))


def run(
    quick: bool,
    seed: int,
    cases: int | None = None,
    store: str = "dict",
    workers: int = 2,
    bugs: bool = False,
    scenarios: bool = False,
    seeds_only: bool = False,
) -> Iterator[Figure]:
    """Scenarios, then seeds; with `bugs`, how many planted bugs nothing showed."""
    if bugs:
        missed = [bug.name for bug in sync_bugs.BUGS if _told(bug) is None]
        yield measure.figure("sync_faults.bugs_missed", len(missed), "bugs", n=len(sync_bugs.BUGS))
        return
    broken = 0
    if not seeds_only:
        broken = _scenarios(store)
        yield measure.figure("sync_faults.scenarios_broken", broken, "scenarios", n=len(sync_scenarios.SCENARIOS))
    if scenarios:
        return
    count = cases if cases is not None else (QUICK if quick else FULL)[store]
    started = time.perf_counter()
    total = Tally()
    for part in _parts(store, seed, count, workers):
        total.add(part)
        for line in part.failures[:5]:
            print(line, flush=True)
    seconds = time.perf_counter() - started
    for name, times in sorted(total.events.items()):
        yield measure.figure(f"sync_faults.{store}.{name}", times, "times", n=total.cases)
    yield measure.figure(f"sync_faults.{store}.seconds", seconds, "s", n=total.cases)
    name = f"sync_faults.{store}.lost_or_diverged"
    bad = total.lost + total.diverged + broken
    yield measure.figure(name, bad, "cases", n=total.cases)
    if bad:
        raise SystemExit(1)


def one(seed: int, store: str = "dict") -> Tally:
    """One case by its seed."""
    tally = Tally(1)
    with sync_disks.workshop(store) as (make, envelope):
        case = Case(seed, make, envelope)
        try:
            case.run()
        except Broken as broken:
            text = str(broken)
            tally.lost, tally.diverged = int(text.startswith("V1 ")), int(not text.startswith("V1 "))
            tally.failures.append(f"seed {seed}: {text}")
        finally:
            tally.traces.append(
                sync_world.trace_of([*case.trace, sorted(case.events.items()), sorted(ends(case.installations))])
            )
            case.close()
        tally.events += case.events
    return tally


def some(store: str, first: int, count: int) -> Tally:
    """Cases of consecutive seeds."""
    tally = Tally()
    for seed in range(first, first + count):
        tally.add(one(seed, store))
    return tally


def _parts(store: str, first: int, count: int, workers: int) -> Iterator[Tally]:
    size = max(1, min(100, count // (workers * 4) or 1))
    starts = range(first, first + count, size)
    if workers == 1 or count < 2 * workers:
        yield from (some(store, s, min(size, first + count - s)) for s in starts)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_collect_rarely) as pool:
        jobs = [pool.submit(some, store, s, min(size, first + count - s)) for s in starts]
        for job in jobs:
            yield job.result()


def _collect_rarely() -> None:
    """A case makes ten thousands of objects and hardly a cycle: to look for them was a fifteenth of its time."""
    gc.freeze()  # what the imports made stays
    gc.set_threshold(50_000)


def _scenarios(store: str) -> int:
    broken = 0
    for scenario in sync_scenarios.SCENARIOS:
        with sync_disks.workshop(store) as (make, envelope):
            try:
                sync_scenarios.play(scenario, make, envelope)
            except Broken as failure:
                print(f"{scenario.__name__}: {failure}", flush=True)
                broken += 1
    return broken


def _told(bug: sync_bugs.Bug) -> str | None:
    found = sync_bugs.caught(bug, range(BUG_SEEDS))
    print(f"{bug.name}: {found or 'NOT NOTICED'}", flush=True)
    return found
