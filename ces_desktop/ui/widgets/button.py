"""Buttons: icon, verb, and the key that does the same; painted, so that every part follows the theme and the zoom."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcutEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ces_desktop.i18n import tr
from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed

Kind = Literal["primary", "secondary", "ghost", "filter", "segment"]

_HEIGHT = {"primary": 36, "secondary": 36, "ghost": 28, "filter": 32, "segment": 30}
_PAD = {"primary": 13, "secondary": 13, "ghost": 6, "filter": 12, "segment": 12}
_QUIET = ("filter", "segment")


def key_words(key: str) -> str:
    """A key as the keyboards of the language in use name it: `Supr` on a Spanish one."""
    return tr("Del") if key == "Del" else key


class Button(QAbstractButton, Ringed):
    """`Button(tr("Save"), "primary", icon="save", shortcut="F9")`; `clicked` as any Qt button.

    `shortcut` acts in the window and is drawn as a cap; `cap` is drawn only (a key that a list or form handles).
    `filter` and `segment` stay down when chosen (`setChecked`); a segment shows a check mark. `count` follows the text.
    Enter and Space press it.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "secondary",
        *,
        icon: str = "",
        shortcut: str = "",
        cap: str = "",
        count: int | None = None,
        mark: bool = True,
    ) -> None:
        super().__init__()
        self.setText(text.replace("&", "&&"))
        self._words, self._kind, self._glyph, self._cap = text, kind, icon, key_words(cap or shortcut)
        self._short = False
        self._count, self._mark = count, mark and kind == "segment"
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        self.setAccessibleName(text)
        if self._cap:
            self.setAccessibleDescription(self._cap)
        self.setCheckable(kind in _QUIET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def event(self, event: QEvent) -> bool:
        """A shortcut acts at once: Qt would animate a click first, a tenth of a second at every F9."""
        if event.type() == QEvent.Type.Shortcut and isinstance(event, QShortcutEvent) and not event.isAmbiguous():
            self.click()
            return True
        return super().event(event)

    def set_words(self, text: str) -> None:
        """Change the verb."""
        shortcut = self.shortcut()
        self._words = text
        self.setText(text.replace("&", "&&"))
        self.setShortcut(shortcut)  # setText forgets it
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_count(self, count: int | None) -> None:
        """The number after the words of a filter; None = not counted yet."""
        self._count = count
        self.updateGeometry()
        self.update()

    def set_possible(self, possible: bool, reason: str = "") -> None:
        """Enable, or disable and say why in the tool tip."""
        self.setEnabled(possible)
        self.setToolTip("" if possible else reason)

    def set_short(self, short: bool) -> None:
        """Without icon and cap, where a narrow window needs the room; the key still works and the tip names it."""
        if short != self._short:
            self._short = short
            self.setToolTip(self._cap if short else "")
            self.updateGeometry()
            self.update()

    def whole_width(self) -> int:
        """The width it takes with icon and cap, short or not."""
        short, self._short = self._short, False
        width = self.sizeHint().width()
        self._short = short
        return width

    def shown_text(self) -> str:
        """What is written on it."""
        return self._words if self._count is None else f"{self._words}  {self._count:,}"

    def sizeHint(self) -> QSize:
        return QSize(self._content_width() + 2 * px(_PAD[self._kind]), px(_HEIGHT[self._kind]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._paint_ground(painter)
        left = (self.width() - self._content_width(exact=True)) // 2
        middle = self.height() // 2
        if self._mark and self.isChecked():
            left = self._paint_icon(painter, "check", 14, left, middle, ink, gap=4)
        if self._glyph and not self._short:
            left = self._paint_icon(painter, self._glyph, self._icon_size(), left, middle, ink, gap=8)
        size, strong = self._type()
        painter.setFont(theme.font(size, strong))
        painter.setPen(theme.colour(ink))
        text = self.shown_text()
        width = paint.width_of(text, size, strong)
        painter.drawText(QRect(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        if self._cap and not self._short:
            cap = QRect(left + width + px(9), middle - px(10), paint.cap_width(self._cap), px(20))
            paint.key_cap(painter, cap, self._cap, on=self._kind == "primary", faint=not self.isEnabled())

    def _paint_ground(self, painter: QPainter) -> str:
        """Paint ground and border; give the token of the ink on it."""
        hover = self.underMouse() and self.isEnabled()
        on = self.isChecked()
        ground, edge, ink = {
            "primary": ("accent_hover" if hover or self.isDown() else "accent", "", "on_accent"),
            "secondary": ("row" if hover or self.isDown() else "surface", "edge", "text"),
            "ghost": ("accent_soft" if hover or self.isDown() else "", "", "accent"),
        }.get(self._kind, ("row" if hover else "surface", "line", "text2"))
        if self._kind in _QUIET and on:
            ground, edge, ink = "accent_soft", "accent", "accent"
        if not self.isEnabled():
            ground, edge, ink = ("" if self._kind == "ghost" else "sunken"), ("line" if edge else ""), "text3"
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        frame = self.rect().toRectF()
        radius = px(6)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5) if edge else frame, radius, radius)
        return ink

    def _paint_icon(
        self, painter: QPainter, name: str, size: int, left: int, middle: int, ink: str, gap: int
    ) -> int:
        painter.drawPixmap(left, middle - px(size) // 2, icons.pixmap(name, size, ink))
        return left + px(size) + px(gap)

    def _type(self) -> tuple[str, bool]:
        if self._kind in _QUIET:
            return "small", self.isChecked()
        return ("small" if self._kind == "ghost" else "body"), True

    def _icon_size(self) -> int:
        return 18 if self._kind in ("primary", "secondary") else 16

    def _content_width(self, exact: bool = False) -> int:
        """Width of what is inside; the hint keeps room for the bold text and the mark of a chosen one."""
        size, strong = self._type()
        width = paint.width_of(self.shown_text(), size, strong if exact else True)
        if self._glyph and not self._short:
            width += px(self._icon_size()) + px(8)
        if self._mark and (self.isChecked() or not exact):
            width += px(14) + px(4)
        if self._cap and not self._short:
            width += px(9) + paint.cap_width(self._cap)
        return width


class IconButton(QAbstractButton, Ringed):
    """An icon alone: only ← and ✕ and the like, always with an accessible name."""

    def __init__(self, icon: str, name: str, *, size: int = 18, tone: str = "text2", shortcut: str = "") -> None:
        super().__init__()
        self._glyph, self._size, self._tone = icon, size, tone
        self.setAccessibleName(name)
        self.setToolTip(name)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        self.setFixedSize(px(32), px(32))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("row"))
            painter.drawRoundedRect(self.rect(), px(6), px(6))
        side = px(self._size)
        tone = self._tone if self.isEnabled() else "text3"
        spot = (self.width() - side) // 2
        painter.drawPixmap(spot, (self.height() - side) // 2, icons.pixmap(self._glyph, self._size, tone))
