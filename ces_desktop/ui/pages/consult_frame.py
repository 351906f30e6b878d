"""The frame of a consult: sections at left, form, what is known at right, the bar; narrow windows fold it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.pages.consult_context import ContextColumn
from ces_desktop.ui.pages.consult_form import ConsultForm
from ces_desktop.ui.pages.consult_gaps import GapsPanel
from ces_desktop.ui.pages.consult_reading import OpenConsult, Opening
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, DockedBar, Drawer, FormFlow, ScrollBody, box, column, row
from ces_desktop.ui.widgets.open_strip import OpenStrip
from ces_desktop.ui.widgets.section_list import SectionList

STEPS, CONTEXT = 164, 334
WIDE, LOW = 1160, 420
"""Page width in design px from which the three columns stand side by side; height from which the strip has room."""


class ConsultFrame(Page):
    """What the consult looks like, without what it does: the form is put into it when the person was read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.form: ConsultForm | None = None
        self._others: dict[Id, OpenConsult] = {}
        self._waiting = 0
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
        self.open_strip = OpenStrip()
        self.open_strip.chosen.connect(self._open_other)
        self.rooms = [Button(tr("Waiting room"), "secondary", icon="users", count=0) for _ in range(2)]
        for each in self.rooms:  # one under the sections, one beside the strip
            each.clicked.connect(lambda: self.desk.open_page("waiting"))
            each.hide()
        self._form_place = column(gap=0, margins=(0, 0, 8, 16))
        self.body = ScrollBody(self._form_place, width_limit=0)
        self.aside = Button(tr("Prescription and protocol"), "secondary", icon="panel-right")
        self.aside.hide()
        self.drawer: Drawer | None = None
        self.context: ContextColumn | None = None
        self._context_place = column(gap=0, margins=(0, 0, 4, 12))
        self._context_box = ScrollBody(self._context_place, width_limit=0)
        self._context_box.setFixedWidth(px(CONTEXT))
        self.steps.setFixedWidth(px(STEPS))
        self._top = box(row((self.strip, 1), self.rooms[1], self.aside, gap=8, margins=(0, 6, 0, 0)))
        self._top.hide()
        self._middle = row(column(self.steps, 8, self.rooms[0], None, gap=0), (self.body, 1), self._context_box, gap=14)
        inner = column(self.open_strip, self._top, self._notes, (self._middle, 1), gap=8, margins=(16, 12, 12, 0))
        self.gaps = GapsPanel()
        self._gaps_flow = FormFlow(self.gaps)
        self._gaps_flow.save.connect(self.sign_and_next)
        self.sign = Button(tr("Sign and save"), "primary", icon="save", shortcut="F9")
        self.next = Button(tr("Sign, next person"), "secondary", cap="Ctrl+Enter")
        self.bar = DockedBar(self.sign, self.next)
        self._gaps_flow.ends_at(self.sign)
        self._inner = box(inner)
        self.setLayout(column((self._inner, 1), self.gaps, self.bar, gap=0))
        self.sign.clicked.connect(self.primary)
        self.next.clicked.connect(self.sign_and_next)
        self.aside.clicked.connect(self._toggle_drawer)
        self.steps.chosen.connect(self.go_to)
        self.strip.chosen.connect(self.go_to)
        QShortcut(QKeySequence("Ctrl+R"), self).activated.connect(self.renew)
        QShortcut(QKeySequence("Ctrl+Tab"), self).activated.connect(self.open_strip.next)

    def show_open(self, opening: Opening) -> None:
        """The consults open side by side, and how many people wait."""
        self._others = {each.encounter: each for each in opening.open}
        here = opening.encounter if opening.encounter in self._others else None
        named = [(each.encounter, open_words(each)) for each in opening.open]
        self.open_strip.show_open(named, here)
        for each in self.rooms:
            each.set_count(opening.waiting)
        self._waiting = opening.waiting
        self._fit()

    def _open_other(self, encounter: object) -> None:
        other = self._others.get(cast(Id, encounter))
        if other is not None:
            self.desk.open_consult(other.patient, other.encounter, other.late_on)

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

    def _past_form(self, forward: bool) -> None:
        """Tab beyond the last field goes to the bar, before the first to the sections."""
        if forward:
            self.next.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            (self.steps if self.steps.isVisible() else self.strip).take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the window is narrow the column beside becomes a drawer and the list a strip."""
        wide = self.width() >= px(WIDE)
        self._top.setVisible(not wide)
        self.strip.setVisible(self.height() >= px(LOW))
        self.aside.setVisible(not wide)
        for each, here in zip(self.rooms, (wide, not wide), strict=True):
            each.setVisible(here and self._waiting > 0)
        self.steps.setVisible(wide)
        if self.form is not None:
            beside = px(STEPS + CONTEXT + 28) if wide else 0
            self.form.set_room(self.width() - beside - px(28 + 22))
        if self.context is None:
            return
        if wide and self.drawer is not None:
            self._middle.addWidget(self._context_box)
            self._context_box.show()
            self.drawer.hide()
            self.drawer.deleteLater()
            self.drawer = None
        elif not wide and self.drawer is None:
            self._middle.removeWidget(self._context_box)
            self.drawer = Drawer(self._inner, self._context_box, CONTEXT + 32)
            self._context_box.show()

    def _toggle_drawer(self) -> None:
        if self.drawer is not None:
            self.drawer.toggle()


def open_words(each: OpenConsult) -> str:
    """`LÓPEZ PÉREZ, María`, and the day of one entered late."""
    return f"{each.name} · {labels.day(each.late_on)}" if each.late_on else each.name
