"""Python's cycle collector, run on the thread of the window alone.

Left to itself it runs in whichever thread happens to make an object: a worker that reads a list would then destroy
widgets that a closed page left in a cycle, and Qt ends the program when that happens off its thread. (Anki and others
that join Qt with worker threads do the same.)
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 2_000
QUIET_S = 3.0
"""The whole heap, some tens of milliseconds, is looked through only when nobody has typed for so long…"""
OVERDUE = 10
"""…or when it has been due this many times."""


class WindowCollector(QObject):
    """Collects when Python would have, on this thread, until `stop`. `quiet()`: seconds since somebody typed."""

    def __init__(self, parent: QObject | None, quiet: Callable[[], float]) -> None:
        super().__init__(parent)
        self._quiet = quiet
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation whose threshold is passed, as Python does by itself."""
        limits, counts = gc.get_threshold(), gc.get_count()
        if counts[2] > limits[2] and (self._quiet() > QUIET_S or counts[2] > OVERDUE * limits[2]):
            gc.collect()
        elif counts[1] > limits[1]:
            gc.collect(1)
        elif counts[0] > limits[0]:
            gc.collect(0)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
