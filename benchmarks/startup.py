"""From process start to the first usable page of the reference clinic, against a bare window with one SELECT."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import clinics, measure, windows
from benchmarks.measure import Figure

SCRIPT = str(Path(windows.__file__).resolve())


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - starts draw nothing at random
    """Median over starts by turns; the key is given, so that no passphrase is waited for.

    `RuntimeError` when the program had loaded what a start must not load (`windows.HEAVY`).
    """
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder).hex()
    # As on a person's computer: compiled modules are kept from the first start on.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as state:
        environment = {"CES_DESKTOP_STATE": state}

        def start(which: str) -> float:
            command = measure.python(SCRIPT, which, str(folder.path), key)
            took, said = measure.until_said(command, windows.READY, environment)
            if said.split()[1:]:
                raise RuntimeError(f"{which} loaded at its start: {said}")
            return took

        start("ours"), start("bare")
        pairs = [(start("ours"), start("bare")) for _ in range(7 if quick else 21)]
    yield measure.figure(
        "startup",
        measure.median([one for one, _ in pairs]),
        "ms",
        n=len(pairs),
        peer="a PySide6 window, SQLAlchemy, one SELECT on the same file",
        peer_value=measure.median([other for _, other in pairs]),
    )
