"""What the first page can do without: loaded behind it in small pieces, between the events of a person at work.

Nothing here is needed for anything to be right: whoever comes first, a click or this, loads the module.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

BEGIN_MS, PIECE_MS, PAUSE_MS = 150, 6, 20
"""It begins when the page has been drawn. A piece ends at the first step after so long: a key pressed waits for one."""
MODULES = (
    "domain.matching", "data.journal.op", "data.journal.undo", "data.journal.apply", "data.work", "domain.finding",
    "data.queries.search", "ui.widgets.field", "ui.widgets.combo", "ui.widgets.dialog", "ui.widgets.quick_view",
    "ui.widgets.search_parts", "ui.widgets.search_popup", "ui.pages.patients_page", "data.queries.history",
    "data.queries.patients", "ui.widgets.banner", "ui.widgets.timeline", "ui.pages.patient_cards",
    "ui.pages.patient_page", "ui.widgets.choice", "data.queries.duplicates", "domain.registration", "services.patients",
    "ui.pages.registration_fields", "ui.pages.registration_alike", "ui.pages.registration_form",
    "ui.pages.registration_page", "domain.plausibility", "data.queries.visit_form", "data.queries.catalogue",
    "domain.protocol", "ui.widgets.figures", "ui.pages.consult_measures", "ui.pages.consult_form",
    "ui.pages.consult_page",
)  # fmt: skip
"""What most people do next: search, open somebody, register. What others import stands first: pieces stay small."""


class Later(QObject):
    """Runs the steps of an iterator, a few at a time, until it ends or `parent` goes."""

    def __init__(self, parent: QObject, steps: Iterator[object]) -> None:
        super().__init__(parent)
        self._steps = steps
        self.ended = False
        QTimer.singleShot(BEGIN_MS, self, self._piece)

    def _piece(self) -> None:
        until = time.perf_counter() + PIECE_MS / 1000
        for _ in self._steps:
            if not isValid(self):
                return
            if time.perf_counter() > until:
                QTimer.singleShot(PAUSE_MS, self, self._piece)
                return
        self.ended = True


def qt_classes() -> Iterator[None]:
    """Make the Python class of each of Qt's: PySide makes one when it is named, and all at once for an event filter."""
    for name in [name for name in list(sys.modules) if name.startswith("PySide6.Qt")]:
        module = sys.modules[name]
        for each in dir(module):
            getattr(module, each)
            yield


def modules() -> Iterator[None]:
    """Import what the next pages are made of."""
    for name in MODULES:
        import_module(f"ces_desktop.{name}")
        yield
