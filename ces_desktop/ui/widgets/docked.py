"""The docked save bar: always visible, the state of the draft at left, the primary (F9) at right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import box, clear, row
from ces_desktop.ui.widgets.text import Shape, Text
from ces_desktop.ui.widgets.wrapped import Wrapped

HEIGHT, GAP = 56, 10


class DockedBar(QFrame):
    """`DockedBar(Button(tr("Save"), "primary", icon="save", shortcut="F9"), Button(…))`: primary, then secondaries.

    `set_state("ok", tr("Draft saved 10:42"))` at left; `lead` widgets stand before it (outcome keys of a list).
    """

    def __init__(self, primary: Button | None = None, *secondary: Button, lead: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self.setProperty("surface", "dock")
        self.setFixedHeight(px(HEIGHT))
        self.primary = primary
        self._buttons = [button for button in (primary, *secondary) if button is not None]
        self._mark, self.words = row(gap=0), Text("", "small", elide=True)
        buttons = [*reversed(secondary), *([primary] if primary is not None else [])]
        self._lines = Wrapped(*buttons, gap=GAP, right=True)
        self._held = box(self._lines)
        self._row = row(*lead, self._mark, (self.words, 1), self._held, gap=GAP, margins=(20, 0, 20, 0))
        self.setLayout(self._row)
        self._held.installEventFilter(self)  # of a fixed size, it tells nobody what its buttons ask for

    def minimumSizeHint(self) -> QSize:
        """As narrow as its widest button: a window that was wide can be made narrow again."""
        widest = max((button.sizeHint().width() for button in self._buttons if not button.isHidden()), default=0)
        return QSize(self._beside() + widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """What stands beside the buttons asks for its room."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A button that was shown, hidden or says something else asks for its room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Where the buttons have no room, they go without icons and key caps, then on in a second line.

        The keys of a button without its cap still work.
        """
        shown = [button for button in self._buttons if not button.isHidden()]
        needs = sum(button.whole_width() + px(GAP) for button in shown) + px(60)
        for button in self._buttons:
            button.set_short(needs > self.width())
        widths = [button.sizeHint().width() for button in shown]
        room = self.width() - self._beside()
        width = min(sum(widths) + px(GAP) * max(0, len(widths) - 1), max([room, *widths]))
        self._held.setFixedSize(width, self._lines.heightForWidth(width))
        self.setFixedHeight(max(px(HEIGHT), self._held.height() + px(20)))

    def _beside(self) -> int:
        """Width in px of all but the buttons, with the words as short as they may be."""
        return self._row.minimumSize().width() - self._held.minimumWidth()

    def set_state(self, state: State | None, text: str = "") -> None:
        """Say where the work stands; None and an empty text say nothing."""
        clear(self._mark)
        if state is not None:
            self._mark.addWidget(Shape(state, 18, outline=False))
        self.words.set_text(text)
        self.words.setAccessibleName(text)
