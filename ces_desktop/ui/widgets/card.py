"""The section card: heading with icon, caption, one action at right; no card inside a card."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLayout, QWidget

from ces_desktop.ui.widgets.layout import Item, Rule, box, column, fill, hide_unless, row
from ces_desktop.ui.widgets.text import Icon, Text
from ces_desktop.ui.widgets.wrapped import Wrapped


class SectionCard(QFrame):
    """`SectionCard(tr("Pending"), icon="list-checks", caption="6", action=Button(…, "ghost"))`, then `add(…)`.

    `flush` lets a table touch the sides. `body` is the column under the heading.
    """

    def __init__(
        self,
        title: str = "",
        *items: Item,
        icon: str = "",
        caption: str = "",
        action: QWidget | QLayout | None = None,
        flush: bool = False,
        pad: int = 16,
        gap: int = 8,
    ) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.title, self.caption = Text(title, "section"), Text(caption, "caption")
        side = 0 if flush else pad
        self.body = column(gap=gap)
        outer = column(gap=gap, margins=(side, pad - 4, side, 2 if flush else pad))
        if title:
            inset = pad if flush else 0
            words = row(*([Icon(icon, 18, "accent")] if icon else []), self.title, self.caption)
            if action is None:
                words.addStretch(1)
                outer.addLayout(row(words, margins=(inset, 0, inset, 0)))
            else:  # beside the words, or under them where the card is narrow
                acts = box(action) if isinstance(action, QLayout) else action
                outer.addLayout(row(Wrapped(box(words), acts, spread=True), margins=(inset, 0, inset, 0)))
            self.setAccessibleName(title)
        outer.addLayout(self.body, 1)
        self.setLayout(outer)
        self.add(*items)

    def add(self, *items: Item) -> None:
        """Put more under the heading (same items as `row` and `column`)."""
        fill(self.body, items)

    def set_caption(self, caption: str) -> None:
        """Change the caption beside the title."""
        self.caption.set_text(caption)

    def add_ruled(self, *items: Item) -> None:
        """Items with a hairline between each."""
        for place, item in enumerate(items):
            if place or self.body.count():
                self.body.addWidget(Rule())
            self.add(item)


class Heading(QWidget):
    """The heading of a page: title, one sentence under it, actions at right.

    The sentence is shortened where a long name leaves no room for it.
    """

    def __init__(self, title: str, sentence: str = "", *actions: QWidget) -> None:
        super().__init__()
        self.title, self.sentence = Text(title, "title"), Text(sentence, "small", elide=True)
        hide_unless(self.sentence, sentence)
        self.setLayout(row(column(self.title, self.sentence, gap=0), None, *actions))

    def set_sentence(self, sentence: str) -> None:
        """Change the line under the title."""
        self.sentence.set_text(sentence)
        self.sentence.setVisible(bool(sentence))
