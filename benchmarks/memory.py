"""Memory: resident after start against the bare window of `startup`, and growth over a long scripted use."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import clinics, measure, startup, windows
from benchmarks.measure import Figure

ROUNDS = 120
"""Rounds of search, open, edit, go back: about what an hour at the desk holds."""


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - the use is the same every time
    """MB (10^6 bytes) after start, and by how much the last rounds of use exceed the first quarter."""
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder).hex()
    ours, bare = (_resident(which, folder.path, key) for which in ("ours", "bare"))
    yield measure.figure(
        "memory.start", ours / 1e6, "MB", n=1, peer="the bare window of startup", peer_value=bare / 1e6
    )
    rounds = ROUNDS // 3 if quick else ROUNDS
    said = _said([startup.SCRIPT, "use", str(folder.path), key, str(rounds)])
    marks = [int(line.split()[1]) for line in said if line.startswith(windows.MARK)]
    early, late = max(marks[: len(marks) // 4]), max(marks[-len(marks) // 4 :])
    yield measure.figure(
        "memory.used", late / 1e6, "MB", n=rounds, peer="the first quarter of the same use", peer_value=early / 1e6
    )


def _resident(which: str, folder: Path, key: str) -> int:
    with tempfile.TemporaryDirectory() as state:
        env = _environment(state)
        command = measure.python(startup.SCRIPT, which, str(folder), key)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(windows.READY):
                    break
            resident = measure.resident_bytes(process.pid)
            process.kill()
    return resident


def _said(words: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as state:
        env = _environment(state)
        done = subprocess.run(measure.python(*words), capture_output=True, text=True, env=env, check=True)
    return done.stdout.splitlines()


def _environment(state: str) -> dict[str, str]:
    own = {"QT_QPA_PLATFORM": "offscreen", "CES_DESKTOP_STATE": state, "PYTHONPATH": str(measure.ROOT)}
    return {**os.environ, **own}
