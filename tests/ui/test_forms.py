"""Forms and dialogs: Enter, notes under fields, plain answers, and room for what is said later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from windows import Key, held, parse, press, shown, write

from ces_desktop.ui.widgets import (
    Button,
    DateField,
    Dialog,
    FieldRow,
    FormFlow,
    NoteField,
    Text,
    TextField,
    yes_no_field,
)
from ces_desktop.ui.widgets.dialog import Question

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[tuple[QWidget, FormFlow, list[QWidget]]]:
    """Four kinds of field with a button among them."""
    fields: list[QWidget] = [TextField(), yes_no_field(), NoteField(), TextField()]
    holder = held(qtbot, fields[0], Button("Cambiar", "ghost"), *fields[1:])
    flow = FormFlow(holder)
    fields[0].setFocus()
    yield holder, flow, fields


def test_enter_goes_from_field_to_field(form: tuple[QWidget, FormFlow, list[QWidget]], qtbot: QtBot) -> None:
    _, flow, fields = form
    press(Key.Key_Return)
    assert QApplication.focusWidget() is fields[1]
    press(Key.Key_Enter)
    note = fields[2]
    assert QApplication.focusWidget() is note
    write("uno")
    press(Key.Key_Return)
    write("dos")
    assert isinstance(note, NoteField)
    assert note.value() == "uno\ndos"
    press(Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is fields[3]
    with qtbot.waitSignal(flow.ended):
        press(Key.Key_Return)


@pytest.mark.parametrize("place", range(4))
def test_control_enter_saves_from_any_field(
    form: tuple[QWidget, FormFlow, list[QWidget]], qtbot: QtBot, place: int
) -> None:
    _, flow, fields = form
    fields[place].setFocus()
    with qtbot.waitSignal(flow.save):
        press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_an_impossible_value_is_fixed_by_enter(qtbot: QtBot) -> None:
    field = TextField("1.51")
    line = FieldRow("Talla", field, unit="cm", required=True)
    holder = held(qtbot, line, TextField())
    flow = FormFlow(holder)
    field.setFocus()
    line.show_note("impossible", "La talla va en centímetros. ¿151?", "Usar 151", lambda: field.set_value("151"))
    assert field.property("state") == "bad"
    assert line.has_note()
    press(Key.Key_Return)
    assert (field.value(), line.has_note(), field.property("state")) == ("151", False, "")
    assert QApplication.focusWidget() is field
    press(Key.Key_Return)
    assert QApplication.focusWidget() is not field
    assert flow is not None


@pytest.mark.parametrize(("key", "right"), [(Key.Key_S, True), (Key.Key_N, False)])
def test_an_unlikely_value_is_answered_in_its_field(qtbot: QtBot, key: Key, right: bool) -> None:
    field = TextField("412")
    line = FieldRow("Glucosa", field)
    held(qtbot, line)
    field.setFocus()
    line.show_note("unlikely", "412 es muy distinto de 188. ¿Está bien?")
    with qtbot.waitSignal(line.answered) as told:
        press(key)
    assert told.args == [right]
    assert (field.text(), line.has_note()) == ("412", False)


def test_a_field_is_named_by_its_label() -> None:
    field, date = TextField(), DateField(parse)
    lines = FieldRow("Peso", field), FieldRow("Fecha", date, required=True)
    assert field.accessibleName() == "Peso"
    assert date.edit.accessibleName().startswith("Fecha, ")
    assert [line.label.text() for line in lines] == ["Peso", "Fecha\N{NO-BREAK SPACE}*"]


class AgeDialog(Dialog[int]):
    """A dialog with one field that must be a number."""

    def __init__(self) -> None:
        super().__init__(None, "¿Qué edad?", primary="Anotar")
        self.field = TextField()
        self.add(self.field)

    def answer(self) -> int | None:
        text = self.field.value() or ""
        return int(text) if text.isdigit() else None


def test_ctrl_enter_saves_also_on_the_button_where_the_fields_end(qtbot: QtBot) -> None:
    dialog = AgeDialog()
    shown(qtbot, dialog)
    dialog.field.setFocus()
    write("34")
    press(Key.Key_Return)
    assert QApplication.focusWidget() is dialog.primary
    press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()


def test_a_dialog_is_as_high_as_its_lines_on_a_small_screen(qtbot: QtBot) -> None:
    dialog = Question(None, "¿Son la misma persona?", "Se puede deshacer. " * 12, primary="Unir")
    high = QWidget()
    high.setMinimumHeight(120)
    last = Button("Son dos personas", "secondary")
    dialog.add(Text("Se parecen mucho. " * 30, wrap=True), high, last)
    qtbot.addWidget(dialog)
    dialog.resize(dialog.width(), 240)  # as Qt cuts a window to two thirds of a small screen
    dialog.show()
    foot = dialog.primary.mapTo(dialog, dialog.primary.rect().topLeft()).y()
    assert last.mapTo(dialog, last.rect().topLeft()).y() >= high.mapTo(dialog, high.rect().bottomLeft()).y()
    assert foot >= last.mapTo(dialog, last.rect().bottomLeft()).y()
    assert dialog.primary.mapTo(dialog, dialog.primary.rect().bottomLeft()).y() < dialog.height()


def test_a_dialog_grows_with_what_a_field_says_later(qtbot: QtBot) -> None:
    note = Text("Los dos no son iguales. Escríbalos otra vez. " * 6, wrap=True)
    last = Button("Quitar el PIN", "ghost")
    dialog = Question(None, "Cambiar PIN", "De 4 a 8 dígitos. " * 8, primary="Guardar")
    dialog.add(note, last)
    note.hide()
    qtbot.addWidget(dialog)
    dialog.show()
    note.show()
    qtbot.wait(50)
    assert note.height() >= note.heightForWidth(note.width())


def test_a_dialog_gives_plain_data_or_none(qtbot: QtBot) -> None:
    dialog = AgeDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.field.setText("x")
    QTest.keyClick(dialog, Key.Key_F9)
    assert dialog.isVisible(), "an answer that is not complete keeps it open"
    dialog.field.setText("58")
    QTest.keyClick(dialog.field, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    assert dialog._answer == 58
    other = AgeDialog()
    qtbot.addWidget(other)
    other.show()
    QTest.keyClick(other, Key.Key_Escape)
    assert other._answer is None
