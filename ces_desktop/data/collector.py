"""Python's cycle collector, kept out of where very many rows are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing that becomes a row is part of a cycle, yet so many new objects wake the collector again and again, which
    then looks through all of them: a fifth of the time of a large batch, or of everybody's courses.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
