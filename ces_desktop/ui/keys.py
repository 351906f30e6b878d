"""The keys that work everywhere in the clinic's window (`ui.md`, Keys)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow

Act = Callable[[], object]


def bind(window: MainWindow) -> None:
    """Keys that act whatever has the focus; none of them is a button's."""
    summon = window.top.search.summon
    acts: list[tuple[str, Act]] = [
        ("F2", summon),
        ("Ctrl+K", summon),
        ("Ctrl+P", lambda: print_here(window)),
        ("Ctrl+D", lambda: hand_out(window)),
        ("Ctrl+Z", window.undo),
        ("Ctrl+Shift+Z", window.redo),
        ("Ctrl++", lambda: window.zoom_wanted.emit(+10)),
        ("Ctrl+=", lambda: window.zoom_wanted.emit(+10)),
        ("Ctrl+-", lambda: window.zoom_wanted.emit(-10)),
        ("Ctrl+0", lambda: window.zoom_wanted.emit(0)),
    ]
    for keys, act in acts:
        QShortcut(QKeySequence(keys), window).activated.connect(act)
    window.top.search.over.connect(lambda: to_page(window))
    strip = window.toast_strip
    window.stack.currentChanged.connect(lambda _: strip.stand_beside(getattr(window.page, "patient", None)))


def to_page(window: MainWindow) -> None:
    """The focus goes back to where it last was on the page."""
    page = window.page
    if page is None:
        return
    held = page.focusWidget()
    (held if held is not None and held.isVisible() and held.isEnabled() else page).setFocus()


def print_here(window: MainWindow) -> None:
    """Ctrl+P: the paper that was just offered, else what the page prints."""
    if not window.toast_strip.accept() and window.page is not None:
        window.page.print_page()


def hand_out(window: MainWindow) -> None:
    """Ctrl+D: hand out medicines."""
    from ces_desktop.ui import supply_places

    supply_places.hand_out(window)


def left_over(window: MainWindow) -> dict[int, Act]:
    """Keys the window acts on when neither the focused field nor a button of the page took them.

    Not shortcuts: a page's own F9 button and a second F9 here would be ambiguous, and Qt then does nothing.
    """

    def primary() -> None:
        if window.page is not None:
            window.page.primary()

    def print_page() -> None:
        if window.page is not None:
            window.page.print_page()

    from ces_desktop.ui import consults, places

    return {
        Qt.Key.Key_F1: lambda: places.help_here(window),
        Qt.Key.Key_F3: lambda: consults.new(window),
        Qt.Key.Key_F4: window.register_patient,
        Qt.Key.Key_F6: lambda: next_pane(window),
        Qt.Key.Key_F8: print_page,
        Qt.Key.Key_F9: primary,
        Qt.Key.Key_F12: window.sheet.toggle,
        Qt.Key.Key_Escape: window.back,
    }


def next_pane(window: MainWindow) -> None:
    """F6: from rail to search to page and round again."""
    focus = QApplication.focusWidget()
    if focus is not None and window.rail.isAncestorOf(focus):
        window.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
    elif focus is window.top.search:
        target: QWidget = window.page or window.stack
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        target.focusNextChild()
    else:
        window.rail.setFocus(Qt.FocusReason.ShortcutFocusReason)
        window.rail.focusNextChild()
