"""The fields only this form has (a surname that may be none, a birth known as well as it is), and what fields hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.identity import UNKNOWN_BIRTH, Birth, SurnameKind, birth_text, parse_birth, propose_name
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, ChoiceField, ComboField, DateField, Option, Text, TextField, row
from ces_desktop.ui.widgets.field import Level

MOST_LETTERS = 12_000
"""More than a form may keep, so that what was pasted is refused in words instead of being cut off unseen."""


class NameField(TextField):
    """A part of a name. Leaving it writes a name typed in one case the way names are written."""

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(limit=MOST_LETTERS, placeholder=placeholder)
        self.editingFinished.connect(self._settle)

    def _settle(self) -> None:
        typed = " ".join(self.text().split(" "))
        proposed = propose_name(typed.strip())
        if proposed != self.text():
            self.setText(proposed)
            self.changed.emit()


class SurnameField(QWidget):
    """A surname, or that the person has none (the button, or a hyphen alone)."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.edit = NameField()
        self.edit.setAccessibleName(name)
        self.none = Button(tr("None"), "segment")
        self.none.setAccessibleName(tr("{name}: the person has none").format(name=name))
        self.none.setToolTip(tr("The person has no such surname (a hyphen in the field says the same)"))
        self.setLayout(row((self.edit, 1), self.none, gap=4))
        self.setFocusProxy(self.edit)
        self.edit.changed.connect(self._typed)
        self.none.clicked.connect(lambda: self.changed.emit())

    def text(self) -> str:
        """What is written, also while the button says there is none."""
        return self.edit.text()

    def kind(self) -> SurnameKind:
        """"none" while the button is down."""
        return "none" if self.none.isChecked() else "given"

    def set_surname(self, text: str, kind: str) -> None:
        """Show a surname; `changed` is not emitted."""
        self.edit.set_value(text)
        self.none.setChecked(kind == "none")

    def set_state(self, level: Level) -> None:
        """Border of an impossible value."""
        self.edit.set_state(level)

    def _typed(self) -> None:
        if self.edit.text().strip() in ("-", "–"):
            self.edit.setText("")
            self.none.setChecked(True)
        elif self.edit.text().strip():
            self.none.setChecked(False)
        self.changed.emit()


class BirthField(QWidget):
    """A birth typed as it is known (`140767`, `07/1958`, `1958`, `e45`, `8m`, `?`), and what was understood beside it.

    `told_on` gives the day an age is stated on (the day of registration). A stored birth is given back as it is while
    its text is untouched.
    """

    changed = Signal()

    def __init__(self, today: date, told_on: Callable[[], date]) -> None:
        super().__init__()
        self._today, self._told_on = today, told_on
        self._stored: tuple[str, Birth] | None = None
        self.edit = TextField(width=126, limit=MOST_LETTERS, placeholder="140767, e45")
        self.caption = Text("", "caption", elide=True)
        self.setLayout(row(self.edit, (self.caption, 1)))
        self.setFocusProxy(self.edit)
        self.edit.changed.connect(self._read)

    def birth(self) -> Birth | None:
        """What was understood; None when nothing was written. Refused as `parse_birth`."""
        typed = self.edit.text()
        if self._stored is not None and typed == self._stored[0]:
            return self._stored[1]
        if not typed.strip():
            return None
        if typed.strip()[0] in "-–+":
            raise Refused("birth.unreadable")  # days counted from today are for visits, not for births
        birth = parse_birth(typed, self._today)
        return birth if birth.stated_on is None else parse_birth(typed, self._told_on())

    def text(self) -> str:
        """What is written."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Show what was typed (a draft); `changed` is not emitted."""
        self.edit.set_value(text)
        self._say()

    def set_birth(self, birth: Birth) -> None:
        """Show a stored birth."""
        text = birth_text(birth, self._today) or ("?" if birth == UNKNOWN_BIRTH else "")
        self._stored = (text, birth)
        self.set_text(text)

    def set_state(self, level: Level) -> None:
        """Border of an impossible value."""
        self.edit.set_state(level)

    def _read(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        try:
            birth = self.birth()
        except Refused as refused:
            # While a date is being typed it cannot be read yet: only what can never become right is said at once.
            said = sentence(refused) if refused.code in ("birth.future", "birth.too_old") else ""
        else:
            said = born_words(birth, self._today) if birth is not None else ""
        self.caption.set_text(said)
        self.edit.setAccessibleDescription(said)


def born_words(birth: Birth, today: date) -> str:
    """`58 años · 1-feb-1958`; an age alone when only that is known."""
    if birth == UNKNOWN_BIRTH:
        return tr("birth not known")
    age = words.age_words(birth.age_on(today))
    return f"{age} · {labels.day(birth.value)}" if birth.value and birth.precision != "estimated" else age


def narrow_buttons(field: QWidget) -> None:
    """Let each answer be as wide as its own word, where four must stand in a line."""
    for button in field.findChildren(Button):
        button.setMinimumWidth(px(62))


def languages() -> list[Option]:
    """What is spoken in the Sierra and beside it."""
    names = (tr("Spanish"), "Tseltal", "Tsotsil", "Ch'ol", "Mam", "Tojolabal", "Zoque", "Q'anjob'al")
    return [Option(name, name) for name in names]


def typed_in(control: QWidget) -> str:
    """What a field holds, as typed: the text a draft keeps."""
    if isinstance(control, DateField):
        return control.edit.text()
    if isinstance(control, BirthField):
        return control.text()
    if isinstance(control, ComboField):
        return control.value() or control.text()
    if isinstance(control, TextField):
        return control.text()
    assert isinstance(control, ChoiceField)
    return control.value() or ""


def text_field(control: QWidget) -> TextField:
    """The control of a row known to be a line of text."""
    assert isinstance(control, TextField)
    return control
