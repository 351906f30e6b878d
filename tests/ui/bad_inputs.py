"""The twelve kinds of bad input of `quality.md`, the same for every form, and the hands that put them in.

`TEXTS` are eleven kinds as text; the twelfth is `double_enter`. Every form: never an exception, never a silent wrong
save, a clear sentence, and what was typed stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


@dataclass(frozen=True, slots=True)
class BadInput:
    """One kind of bad input. `blank`: it says nothing, so an optional field may be saved as not asked."""

    kind: str
    text: str
    blank: bool = False


TEXTS = (
    BadInput("empty", "", blank=True),
    BadInput("spaces", "   \t ", blank=True),
    BadInput("ten_thousand_letters", "x" * 10_000),
    BadInput("emoji_bidi_nul", "😀\u202eאבג\x00"),
    BadInput("decimal_comma", "12,5"),
    BadInput("wrong_unit", "70 lb"),
    BadInput("negative", "-5"),
    BadInput("thirtieth_of_february", "30/02/2020"),
    BadInput("future_date", "01/01/2090"),
    BadInput("date_before_birth", "01/01/1901"),
    BadInput("pasted_lines", "uno\ndos\r\ntres"),
)
KINDS = pytest.mark.parametrize("bad", TEXTS, ids=lambda bad: bad.kind)


def paste(widget: QWidget, text: str) -> None:
    """Replace what a field holds by pasting, as a person would: select all, Ctrl+V (or Delete for nothing)."""
    inner = widget.focusProxy() or widget
    inner.setFocus()
    QTest.keyClick(inner, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(inner, Qt.Key.Key_Delete)
    if text:
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(inner, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.hide()


def written(widget: QWidget) -> str:
    """What a text field shows now."""
    inner = widget.focusProxy() or widget
    if isinstance(inner, QPlainTextEdit):
        return inner.toPlainText()
    assert isinstance(inner, QLineEdit)
    return inner.text()


def double_enter(widget: QWidget) -> None:
    """Ctrl+Enter twice, faster than any answer comes."""
    for _ in range(2):
        QTest.keyClick(widget.focusProxy() or widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def is_clear(sentence: str) -> bool:
    """A sentence for a person: words, ended, no open blank, no code."""
    return len(sentence) > 8 and sentence[-1] in ".?" and "{" not in sentence and "_" not in sentence
