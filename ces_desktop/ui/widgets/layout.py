"""Rows and columns said in one line, in design px; scroll body, rule and the drawer for narrow windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ces_desktop.ui.theme import px

Part = QWidget | QLayout
# A widget or layout, one with a stretch factor, an int = fixed space in design px, None = whatever is left.
Item = Part | tuple[Part, int] | int | None
Margins = tuple[int, int, int, int]

BODY_MAX = 1520  # above 1600 px the body stops here and is centred; tables may use it all


def fill(layout: QBoxLayout, items: tuple[Item, ...]) -> None:
    """Put the items into a layout, in order."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(px(item))
        else:
            part, stretch = item if isinstance(item, tuple) else (item, 0)
            if isinstance(part, QWidget):
                layout.addWidget(part, stretch)
            else:
                layout.addLayout(part, stretch)


def row(*items: Item, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Items side by side."""
    layout = QHBoxLayout()
    layout.setSpacing(px(gap))
    layout.setContentsMargins(*(px(m) for m in margins))
    fill(layout, items)
    return layout


def column(*items: Item, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Items one under the other."""
    layout = QVBoxLayout()
    layout.setSpacing(px(gap))
    layout.setContentsMargins(*(px(m) for m in margins))
    fill(layout, items)
    return layout


def box(layout: QLayout, surface: str = "") -> QFrame:
    """A frame around a layout; `surface` names its ground in the style sheet (card, well, popup, bar, dock, side)."""
    frame = QFrame()
    if surface:
        frame.setProperty("surface", surface)
    frame.setLayout(layout)
    return frame


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and destroy it, to fill it again with newer rows."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Rule(QFrame):
    """A hairline, across or upright."""

    def __init__(self, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("surface", "rule")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class ScrollBody(QScrollArea):
    """The part of a page that scrolls by itself; `inner` holds the content, never wider than `width_limit` px.

    `width_limit` 0 uses all the width (tables).
    """

    def __init__(self, layout: QLayout, width_limit: int = BODY_MAX) -> None:
        super().__init__()
        self.inner = QWidget()
        if width_limit:
            self.inner.setMaximumWidth(px(width_limit))
        holder = QWidget()
        holder.setProperty("scrolled", True)
        # The inner widget takes all the width up to its maximum; beyond it the two sides share the rest.
        holder.setLayout(row((QWidget(), 0), (self.inner, 1), (QWidget(), 0), gap=0))
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Pages fit by design; where a large zoom makes one too wide it can still be reached.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.inner.setLayout(layout)  # last: Qt styles what `setWidget` gets at once, and again in the page

    def event(self, event: QEvent) -> bool:
        """Qt measures the content when the style changes, and so styles it: not before it is where it stays."""
        if event.type() == QEvent.Type.StyleChange and not self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            return QFrame.event(self, event)
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Bring the field that gets the focus into view, with a margin."""
        moved = super().focusNextPrevChild(next)
        focused = self.focusWidget()
        if moved and focused is not None:
            self.ensureWidgetVisible(focused, 0, px(48))
        return moved


def tab_stops(part: Part) -> Iterator[QWidget]:
    """Where Tab stops inside, as it is laid out: Qt goes by the order in which widgets were made.

    `QWidget.setTabOrder` is no way to mend that: Qt 6.11 loses the chain of a form that is put into its page later.
    """
    layout = part.layout() if isinstance(part, QWidget) else part
    if isinstance(part, QWidget) and part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None:
        yield part
    if layout is not None and not isinstance(part, QScrollArea):
        for place in range(layout.count()):
            item = layout.itemAt(place)
            inner = item.widget() or item.layout() if item is not None else None
            if inner is not None:
                yield from tab_stops(inner)


def bring_into_view(widget: QWidget, margin: int = 12) -> None:
    """Scroll the body that holds a widget so far that it is seen whole, if it has the focus inside."""
    focus, holder = QApplication.focusWidget(), widget.parentWidget()
    if focus is None or not widget.isAncestorOf(focus):
        return
    while holder is not None and not isinstance(holder, ScrollBody):
        holder = holder.parentWidget()
    if isinstance(holder, ScrollBody):
        holder.ensureWidgetVisible(widget, 0, px(margin))


class Drawer(QFrame):
    """The context column of a form where the window is narrow: over the page's right edge, opened and closed.

    `host` is the page; the drawer follows its size.
    """

    def __init__(self, host: QWidget, content: QWidget, width: int = 334) -> None:
        super().__init__(host)
        self.setProperty("surface", "side")
        self._host, self._width = host, width
        self.setLayout(column((content, 1), margins=(16, 16, 16, 16)))
        host.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Open when closed, close when open."""
        self.setVisible(self.isHidden())
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = min(px(self._width), self._host.width())
        self.setGeometry(self._host.width() - width, 0, width, self._host.height())


def policy(
    widget: QWidget,
    across: Literal["fixed", "grow", "shrink", "normal"] = "normal",
    upright: Literal["fixed", "grow", "shrink", "normal"] = "fixed",
) -> None:
    """How a widget takes space, in words."""
    kinds = {
        "fixed": QSizePolicy.Policy.Fixed,
        "grow": QSizePolicy.Policy.Expanding,
        "shrink": QSizePolicy.Policy.Maximum,
        "normal": QSizePolicy.Policy.Preferred,
    }
    widget.setSizePolicy(kinds[across], kinds[upright])


def hide_unless(widget: QWidget, wanted: object) -> None:
    """Hide a widget still under construction unless it is wanted.

    Never `setVisible(True)` there: without a parent the widget would be a window of its own for a moment, flash on the
    screen and take the focus with it.
    """
    if not wanted:
        widget.hide()
