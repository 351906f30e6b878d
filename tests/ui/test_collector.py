"""Widgets in a cycle die on the thread of the window, whatever thread made the objects that wake the collector."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.ui.collector import OVERDUE, WindowCollector


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[WindowCollector]:
    gc.collect()
    made = WindowCollector(None, lambda: 99.0)
    yield made
    made.stop()
    assert gc.isenabled()


class Probe:
    """Says on which thread it was collected, together with a widget of the same cycle."""

    def __init__(self, died: list[int]) -> None:
        self.me, self.widget, self.died = self, QWidget(), died

    def __del__(self) -> None:
        self.died.append(threading.get_ident())


def busy_worker() -> list[list[int]]:
    made: list[list[int]] = []
    thread = threading.Thread(target=lambda: made.extend([number] for number in range(20_000)))
    thread.start()
    thread.join()
    return made


def test_a_busy_worker_destroys_no_widget(collector: WindowCollector) -> None:
    died: list[int] = []
    Probe(died)
    kept = busy_worker()
    assert died == []
    collector.look()
    assert died == [threading.get_ident()] and len(kept) == 20_000


def test_without_it_the_worker_would(qapp: QApplication) -> None:
    class Cycle:
        def __init__(self, died: list[int]) -> None:
            self.me, self.died = self, died

        def __del__(self) -> None:
            self.died.append(threading.get_ident())

    died: list[int] = []
    gc.enable()
    gc.collect()
    Cycle(died)
    busy_worker()
    assert died and died[0] != threading.get_ident()


def test_the_whole_heap_waits_until_nobody_types_but_not_for_ever(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected: list[int] = []
    counts = (0, 0, 11)
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    monkeypatch.setattr(gc, "get_count", lambda: counts)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    quiet = 0.1
    made = WindowCollector(None, lambda: quiet)
    try:
        made.look()
        assert collected == []
        quiet = 5.0
        made.look()
        assert collected == [2]
        quiet, counts = 0.1, (0, 0, 10 * OVERDUE + 1)
        made.look()
        assert collected == [2, 2]
        counts = (701, 3, 0)
        made.look()
        assert collected == [2, 2, 0]
    finally:
        made.stop()
