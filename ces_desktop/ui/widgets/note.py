"""Notes inside a page: a state in words with what to do about it. Success of a reversible act is a toast instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtWidgets import QFrame

from ces_desktop.ui.icons import State
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import column, hide_unless, row
from ces_desktop.ui.widgets.text import Icon, Shape, Text

NoteKind = Literal["ok", "warn", "bad", "draft", "none", "accent"]

_SHAPES: dict[str, State] = {"ok": "ok", "warn": "warn", "bad": "bad", "draft": "draft"}


class InlineNote(QFrame):
    """`InlineNote("warn", title, text, [Button(tr("Review"), "ghost")])`; title or text may be empty."""

    def __init__(
        self, kind: NoteKind, title: str = "", text: str = "", actions: Sequence[Button] = (), *, icon: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("surface", "note")
        self.setProperty("kind", kind)
        mark = Icon(icon or "info", 18, "accent" if kind == "accent" else "text2")
        shape = Shape(_SHAPES[kind]) if kind in _SHAPES and not icon else mark
        self.title = Text(title, "smallstrong", wrap=True)
        self.text = Text(text, "small", wrap=True)
        hide_unless(self.title, title)
        hide_unless(self.text, text)
        words = column(self.title, gap=2)
        if text or actions:  # a row with nothing to show would hold the title to its narrowest
            words.addLayout(row((self.text, 1), *actions, gap=4))
        self.setLayout(row(column(shape, None, margins=(0, 1, 0, 0)), (words, 1), gap=10, margins=(12, 10, 8, 10)))
        self.setAccessibleName(f"{title} {text}".strip())
