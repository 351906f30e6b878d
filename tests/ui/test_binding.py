"""The Qt binding itself: what would end the program after some minutes of use (decision 010)."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget


def test_calls_that_return_nothing_do_not_use_up_none(qapp: QApplication) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for number in range(500):
        widget.resize(100 + number % 2, 100)
    assert sys.getrefcount(None) > before - 100
