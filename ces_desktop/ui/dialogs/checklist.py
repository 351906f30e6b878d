"""Ask for a checklist: its name and items in two languages, critical ones marked; Alt+↑ and Alt+↓ move an item."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Checklist, Item
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.checklists import LONGEST, MOST_ITEMS, ChecklistRequest, ItemRequest, check
from ces_desktop.ui import messages
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    CheckBox,
    Dialog,
    FieldRow,
    InlineNote,
    Text,
    TextField,
    clear,
    column,
    row,
)


@dataclass(slots=True)
class _Line:
    """The fields of one item; `code` "" = a new one."""

    code: str
    es: TextField
    en: TextField
    critical: CheckBox


class ChecklistDialog(Dialog[ChecklistRequest]):
    """A new list, or the next version of one."""

    def __init__(self, parent: QWidget | None, new: Id, checklist: Checklist | None = None) -> None:
        title = tr("Change the checklist") if checklist else tr("New checklist")
        text = tr("Version {n}. Sessions that were scored keep the version they had. It can be undone.")
        text = text.format(n=checklist.version + 1 if checklist else 1)
        super().__init__(parent, title, text, primary=tr("Save"), icon="save", width=940)
        self._new, self._before = new, checklist
        names = checklist.names if checklist else {"es": "", "en": ""}
        self.name_es = TextField(names["es"], name=tr("Name in Spanish"), limit=LONGEST)
        self.name_en = TextField(names["en"], name=tr("Name in English"), limit=LONGEST)
        self.lines: list[_Line] = []
        self._place = column(gap=4)
        self.more = Button(tr("Another item"), "ghost", icon="plus")
        self.more.clicked.connect(self._more)
        self._note = column(gap=0)
        keys = Text(tr("Alt+↑ and Alt+↓ move the item; an item without words is left out."), "caption", wrap=True)
        self.add(
            row((FieldRow(tr("Name in Spanish"), self.name_es, required=True, label_width=120), 1)),
            row((FieldRow(tr("Name in English"), self.name_en, label_width=120), 1)),
            self._place, row(self.more, (keys, 1), gap=12), self._note,
        )  # fmt: skip
        for item in checklist.items if checklist else ():
            self._append(item)
        if not self.lines:
            self._append(None)
        self.name_es.setFocus()

    def _line(self, item: Item | None) -> _Line:
        es, en = (item.texts["es"], item.texts["en"]) if item else ("", "")
        critical = CheckBox(tr("critical"))
        critical.setChecked(bool(item and item.critical))
        return _Line(
            item.code if item else "",
            TextField(es, name=tr("Item in Spanish"), placeholder=tr("in Spanish"), limit=LONGEST),
            TextField(en, name=tr("Item in English"), placeholder=tr("in English"), limit=LONGEST),
            critical,
        )

    def _append(self, item: Item | None) -> None:
        line = self._line(item)
        before: QWidget = self.lines[-1].critical if self.lines else self.name_en
        self.lines.append(line)
        label = Text(str(len(self.lines)), "label")
        label.setFixedWidth(px(22))
        self._place.addLayout(row(label, (line.es, 1), (line.en, 1), line.critical, gap=8))
        for text in (line.es, line.en):
            text.setCursorPosition(0)  # a long item is read from its beginning
        for field in (line.es, line.en, line.critical, self.more):
            QWidget.setTabOrder(before, field)
            before = field

    def _more(self) -> None:
        if len(self.lines) < MOST_ITEMS:
            self._append(None)
            self.lines[-1].es.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move(step)
        else:
            super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        """The item with the cursor changes places with the one beside it: what they say is exchanged."""
        focus = self.focusWidget()
        here = next((n for n, line in enumerate(self.lines) if focus in (line.es, line.en, line.critical)), None)
        if here is None or not 0 <= here + step < len(self.lines):
            return
        one, other = self.lines[here], self.lines[here + step]
        one.code, other.code = other.code, one.code
        for a, b in ((one.es, other.es), (one.en, other.en)):
            first, second = a.text(), b.text()
            a.set_value(second)
            b.set_value(first)
        first_, second_ = one.critical.isChecked(), other.critical.isChecked()
        one.critical.setChecked(second_)
        other.critical.setChecked(first_)
        other.es.setFocus(Qt.FocusReason.TabFocusReason)

    def answer(self) -> ChecklistRequest | None:
        """The list when it may be kept; the sentence stands under the items otherwise."""
        clear(self._note)
        kept = [line for line in self.lines if line.es.value() or line.en.value()]
        items = tuple(
            ItemRequest(line.es.text(), line.en.text(), line.critical.isChecked(), line.code) for line in kept
        )
        before = self._before
        request = ChecklistRequest(
            self._new, self.name_es.text(), self.name_en.text(), items, before.code if before else "",
            before.source if before else "",
        )  # fmt: skip
        try:
            check(request)
        except Refused as refused:
            self._note.addWidget(InlineNote("bad", "", messages.sentence(refused)))
            number = refused.facts.get("number")
            target = kept[number - 1].es if isinstance(number, int) else self.name_es
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return None
        return request
