"""What every benchmark shares: one form for a figure, timing, percentiles, memory, and the folder for built data."""

from __future__ import annotations

import math
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypedDict, TypeVar

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".benchmarks-cache"


T = TypeVar("T")


class Figure(TypedDict):
    """One measured figure, printed as one JSON line. `ratio` is value / peer_value."""

    name: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    n: int
    machine: str


class Skipped(Exception):
    """A benchmark cannot run here; the one sentence says what it needs."""


def figure(
    name: str, value: float, unit: str, *, n: int, peer: str | None = None, peer_value: float | None = None
) -> Figure:
    """A figure of this machine; name the peer measured in the same run with its value in the same unit."""
    ratio = rounded(value / peer_value) if peer_value else None
    shown = None if peer_value is None else rounded(peer_value)
    return Figure(
        name=name, value=rounded(value), unit=unit, peer=peer, peer_value=shown, ratio=ratio, n=n, machine=machine()
    )


def rounded(value: float) -> float:
    """Three significant digits, or all digits of a whole part longer than that."""
    return round(value) if abs(value) >= 100 else float(f"{value:.3g}")


def milliseconds(action: Callable[[], object]) -> float:
    """How long one call takes, in ms."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def repeat(action: Callable[[], object], n: int, warm: int = 1) -> list[float]:
    """Durations in ms of `n` calls, after `warm` calls that are not counted."""
    for _ in range(warm):
        action()
    return [milliseconds(action) for _ in range(n)]


def alternate(one: Callable[[], object], other: Callable[[], object], n: int) -> tuple[list[float], list[float]]:
    """Durations in ms of `n` calls of each, by turns, so that a busy moment of the machine hits both."""
    one(), other()
    pairs = [(milliseconds(one), milliseconds(other)) for _ in range(n)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def by_turns(
    things: Sequence[T], one: Callable[[T], object], other: Callable[[T], object]
) -> tuple[list[float], list[float]]:
    """Durations in ms of each action on every thing once; they take turns in going first."""
    first, second = [], []
    for number, thing in enumerate(things):
        if number % 2:
            second.append(milliseconds(partial(other, thing)))
        first.append(milliseconds(partial(one, thing)))
        if not number % 2:
            second.append(milliseconds(partial(other, thing)))
    return first, second


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest measured value that `percent` of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The 50th percentile (nearest rank)."""
    return percentile(values, 50)


@cache
def machine() -> str:
    """Processor, cores, memory, system and Python: what a reader needs to judge an absolute time; no host name."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        processor = models[0] if models else processor
    memory = f"{total_memory() / 2**30:.0f} GB" if total_memory() else "memory unknown"
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{processor}, {os.cpu_count()} cores, {memory}, {system}, Python {platform.python_version()}"


def total_memory() -> int:
    """Physical memory in bytes; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def resident_bytes(process: int | str = "self") -> int:
    """Memory a process holds now, in bytes (Linux; elsewhere `NotImplementedError`)."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        raise NotImplementedError("resident memory is read from /proc, on Linux alone")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


FIRST_PAINT = {"QT_LOGGING_RULES": "qt.widgets.painting=true"}


def until_painted(command: Sequence[str], environment: dict[str, str] | None = None, limit: float = 60.0) -> float:
    """Milliseconds from starting a program until its first window is drawn, as Qt itself logs it; it is then ended."""
    return until_said(command, "qt.widgets.painting: Flushing", FIRST_PAINT | (environment or {}), limit)[0]


def until_said(
    command: Sequence[str], word: str, environment: dict[str, str] | None = None, limit: float = 60.0
) -> tuple[float, str]:
    """Milliseconds from starting a process until it prints a line beginning with `word`, and that line.

    The process is then ended.

    Raises `RuntimeError` when it ends, or `limit` seconds pass, without saying it.
    """
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1", **(environment or {})}
    env["PYTHONPATH"] = str(ROOT)  # this copy of the program, not the one that happens to be installed
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True) as process:
        assert process.stdout is not None
        guard = threading.Timer(limit, process.kill)
        guard.start()
        said = []
        try:
            for line in process.stdout:
                if line.startswith(word):
                    return (time.perf_counter() - started) * 1000, line
                said.append(line)
        finally:
            guard.cancel()
            process.kill()
    raise RuntimeError(f"{command[0]} never said {word!r}, but: {''.join(said)[-500:]}")


def python(*words: str) -> list[str]:
    """A command line of this Python."""
    return [sys.executable, *words]


def cached(name: str, build: Callable[[Path], object]) -> Path:
    """A folder of built data under `.benchmarks-cache`, built once; an interrupted build starts anew.

    Name it after everything it depends on (kind, size, seed, version of the format).
    """
    final = CACHE / name
    if not final.exists():
        part = final.with_name(final.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        build(part)
        part.rename(final)
    return final


def table(figures: Iterable[Figure], required: dict[str, str]) -> str:
    """Markdown table of figures; `required` says what a benchmark (the name before the first dot) must reach."""
    lines = ["| figure | value | against | ratio | n | must reach |", "|---|---|---|---|---|---|"]
    seen = set()
    for one in figures:
        name = one["name"].split(".")[0]
        must = "" if name in seen else required.get(name, "")
        seen.add(name)
        peer = "" if one["peer"] is None else f"{one['peer']}: {number(one['peer_value'])} {one['unit']}"
        ratio = "" if one["ratio"] is None else f"{number(one['ratio'])} ×"
        value = f"{number(one['value'])} {one['unit']}"
        lines.append(f"| {one['name']} | {value} | {peer} | {ratio} | {one['n']} | {must} |")
    return "\n".join(lines) + "\n"


def number(value: Any) -> str:
    """A number for people: thousands apart, no needless zeros."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
