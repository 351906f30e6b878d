"""The frame of a consult: sections at left, form, what is known at right, the bar; narrow windows fold it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.pages.consult_context import ContextColumn
from ces_desktop.ui.pages.consult_form import ConsultForm
from ces_desktop.ui.pages.consult_gaps import GapsPanel
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, DockedBar, Drawer, ScrollBody, box, column, row
from ces_desktop.ui.widgets.section_list import SectionList

STEPS, CONTEXT = 164, 334
WIDE = 1160
"""Page width in design px from which the three columns stand side by side."""


class ConsultFrame(Page):
    """What the consult looks like, without what it does: the form is put into it when the person was read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.form: ConsultForm | None = None
        self._build()
        app = cast(QApplication, QApplication.instance())
        app.focusChanged.connect(self._focus_moved)

    def sign_and_next(self) -> None:
        """Ctrl+Enter: sign, and go to the next person."""

    def renew(self) -> None:
        """Ctrl+R: all medicines the same."""
        if self.form is not None:
            self.form.prescription.renew()

    def _build(self) -> None:
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self.steps, self.strip = SectionList(), SectionList(across=True)
        self._notes = column(gap=8)
        self._form_place = column(gap=0, margins=(0, 0, 8, 16))
        self.body = ScrollBody(self._form_place, width_limit=0)
        self.aside = Button(tr("Prescription and protocol"), "secondary", icon="panel-right")
        self.aside.hide()
        self.drawer: Drawer | None = None
        self.context: ContextColumn | None = None
        self._context_place = column(gap=0)
        self._context_box = ScrollBody(self._context_place, width_limit=0)
        self._context_box.setFixedWidth(px(CONTEXT))
        self.steps.setFixedWidth(px(STEPS))
        self._top = box(row((self.strip, 1), self.aside, gap=8, margins=(0, 6, 0, 0)))
        self._top.hide()
        middle = row(column(self.steps, None, gap=0), (self.body, 1), self._context_box, gap=14)
        inner = column(self._top, self._notes, (middle, 1), gap=8, margins=(16, 12, 12, 0))
        self.gaps = GapsPanel()
        self.sign = Button(tr("Sign and save"), "primary", icon="save", shortcut="F9")
        self.next = Button(tr("Sign, next person"), "secondary", cap="Ctrl+Enter")
        self.bar = DockedBar(self.sign, self.next)
        self.setLayout(column((inner, 1), self.gaps, self.bar, gap=0))
        self.sign.clicked.connect(self.primary)
        self.next.clicked.connect(self.sign_and_next)
        self.aside.clicked.connect(self._toggle_drawer)
        self.steps.chosen.connect(self.go_to)
        self.strip.chosen.connect(self.go_to)
        QShortcut(QKeySequence("Ctrl+R"), self).activated.connect(self.renew)

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the person was read."""
        return self._pinned

    def _show_sections(self) -> None:
        assert self.form is not None
        named = [(key, title) for key, title, _ in self.form.sections()]
        self.steps.set_sections(named)
        self.strip.set_sections(named)
        self._show_states()

    def _show_states(self) -> None:
        if self.form is None:
            return
        for key, (state, caption) in self.form.states().items():
            self.steps.set_state(key, state, caption)
            self.strip.set_state(key, state, caption)

    def go_to(self, key: str) -> None:
        """Bring a section into view and the cursor into its first field."""
        if self.form is None:
            return
        card = next(card for name, _, card in self.form.sections() if name == key)
        self.body.verticalScrollBar().setValue(card.mapTo(self.form, card.rect().topLeft()).y())
        first = next((f for f in self.form.flow.fields() if card.isAncestorOf(f)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self.form is None or now is None or not self.form.isAncestorOf(now):
            return
        self.body.ensureWidgetVisible(now, 0, px(60))
        here = next((key for key, _, card in self.form.sections() if card.isAncestorOf(now)), "")
        self.steps.set_current(here)
        self.strip.set_current(here)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the window is narrow the column beside becomes a drawer and the list a strip."""
        wide = self.width() >= px(WIDE)
        self._top.setVisible(not wide)
        self.aside.setVisible(not wide)
        self.steps.setVisible(wide)
        self._context_box.setVisible(wide)
        if self.context is None:
            return
        if wide and self.drawer is not None:
            self._context_place.addWidget(self.context)
            self.drawer.hide()
            self.drawer.deleteLater()
            self.drawer = None
        elif not wide and self.drawer is None:
            self._context_place.removeWidget(self.context)
            self.drawer = Drawer(self, self.context, CONTEXT + 32)

    def _toggle_drawer(self) -> None:
        if self.drawer is not None:
            self.drawer.toggle()
