"""Mutated bundles: age files with bits flipped, ends cut, bytes added or exchanged. None may be taken, or crash."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks import measure, sync_steps
from benchmarks.measure import Figure
from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from ces_desktop.errors import Refused
from ces_desktop.sync import inbox
from ces_desktop.sync.envelope import AgeEnvelope

QUICK, FULL, WORKERS, PART = 20_000, 1_000_000, 2, 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """What some mutated files came to."""

    files: int
    accepted: int
    crashed: int


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Accepted or crashed, of 20,000 files in quick form, else a million."""
    count = QUICK if quick else FULL
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(mutate, [PART] * (count // PART), range(seed, seed + count // PART)))
    bad = sum(part.accepted + part.crashed for part in parts)
    yield measure.figure("mutated_bundles", bad, "accepted or crashed", n=sum(part.files for part in parts))
    if bad:
        raise SystemExit(1)


def mutate(count: int, seed: int) -> Told:
    """Import so many mutations of a sound bundle; at the end nothing has changed, and the sound one is still taken."""
    case = Case(seed, dict_box, AgeEnvelope(), two=False, mentor=False)
    laptop, rng = case.sites[0], random.Random(seed)
    for _ in range(3):
        sync_steps.register(case, laptop)
    (data,) = case.pack(laptop)
    before, member = case.state(case.hub), case.hub.member()
    accepted = crashed = 0
    for _ in range(count):
        changed = _changed(data, rng)
        if changed == data:
            continue
        try:
            with case.hub.box.transaction() as store:
                inbox.receive(store, member, changed, case.envelope, case.now)
            accepted += 1
        except Refused:
            pass
        except Exception:  # noqa: BLE001 - whatever else comes out is the finding
            crashed += 1
    accepted += int(case.state(case.hub) != before) + int(case.take(case.hub, data) is None)
    return Told(count, accepted, crashed)


def _changed(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    match rng.randrange(5):
        case 0:
            return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]
        case 1:
            return data[:place]
        case 2:
            return data + rng.randbytes(rng.randrange(1, 40))
        case 3:
            other = rng.randrange(len(data))
            return (data[:place] + data[other : other + 30] + data[place + 30 :])[: len(data)]
    return rng.randbytes(22) + data[22:] if rng.random() < 0.5 else data[:22] + rng.randbytes(len(data) - 22)
