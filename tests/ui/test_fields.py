"""Fields: what they read, what they say about it, and how their lists are chosen from by keyboard."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from windows import Key, held, parse, press, write

from ces_desktop import i18n
from ces_desktop.ui.widgets import (
    ChoiceField,
    ComboField,
    DateField,
    FormFlow,
    NoteField,
    Option,
    TextField,
    yes_no_field,
)

pytestmark = pytest.mark.usefixtures("dressed")


def test_nothing_written_is_none_not_empty_text(qtbot: QtBot) -> None:
    field = TextField("  Las Palmas ")
    assert field.value() == "Las Palmas"
    field.set_value(None)
    assert field.value() is None
    note = NoteField("  ")
    assert note.value() is None


def test_a_date_shows_what_was_understood(qtbot: QtBot) -> None:
    i18n.use("es")
    date, after = DateField(parse, explain=lambda refused: refused.code), TextField()
    held(qtbot, date, after)
    date.setFocus()
    write("140767")
    assert (date.caption.text(), date.value()) == ("14-jul-1967", "1967-07-14")
    after.setFocus()
    assert date.edit.text() == "14-jul-1967"
    date.edit.setText("")
    date.edit.setText("14-jul-1967")  # a draft put back: it says what it means by itself
    date.edit.changed.emit()
    assert date.caption.text() == ""
    date.set_value(None)
    date.setFocus()
    write("310267")
    assert (date.caption.text(), date.value(), date.unread()) == ("calendar.no_such_day", None, True)
    after.setFocus()
    assert date.edit.property("state") == "bad"
    assert date.edit.text() == "310267"


def test_a_choice_by_first_letter_arrows_and_question_mark(qtbot: QtBot) -> None:
    i18n.use("es")
    field = yes_no_field(name="Dolor de pecho")
    held(qtbot, field)
    field.setFocus()
    told: list[str | None] = []
    field.changed.connect(lambda: told.append(field.value()))
    for key in ("n", "s", "?"):
        write(key)
    press(Key.Key_Left)
    press(Key.Key_Delete)
    assert told == ["no", "yes", "unknown", "no", None]
    assert field.accessibleName() == "Dolor de pecho: sin respuesta"


def test_options_with_one_letter_take_turns(qtbot: QtBot) -> None:
    field = ChoiceField([("mother", "Madre"), ("man", "Marido")], required=True)
    held(qtbot, field)
    field.setFocus()
    values = []
    for _ in range(3):
        write("m")
        values.append(field.value())
    assert values == ["mother", "man", "mother"]
    press(Key.Key_Delete)
    assert field.value() == "mother"


PLACES = (
    Option("1", "Las Palmas", "Ángel Albino Corzo"),
    Option("2", "Río Hondo", "Jaltenango"),
    Option("3", "Palmar"),
)


def test_typing_narrows_a_list_without_accents(qtbot: QtBot) -> None:
    field, after = ComboField(PLACES, name="Comunidad"), TextField()
    flow = FormFlow(held(qtbot, field, after))
    field.setFocus()
    write("rio")
    assert field.text() == "rio"
    press(Key.Key_Return)
    assert (field.value(), field.text()) == ("2", "Río Hondo")
    assert after.hasFocus()
    assert flow.fields() == [field, after]


def test_free_words_stay_unless_an_arrow_chose_a_line(qtbot: QtBot) -> None:
    field = ComboField(PLACES, free=True)
    held(qtbot, field)
    field.setFocus()
    write("palma")
    press(Key.Key_Return)
    assert (field.value(), field.text(), field.unlisted()) == (None, "palma", False)
    write("r")
    press(Key.Key_Down)
    press(Key.Key_Return)
    assert field.value() == "3"


def test_escape_closes_the_list_and_nothing_else(qtbot: QtBot) -> None:
    field = ComboField(PLACES)
    held(qtbot, field)
    field.setFocus()
    write("pal")
    press(Key.Key_Escape)
    press(Key.Key_Return)
    assert (field.value(), field.text(), field.unlisted()) == (None, "pal", True)


def test_changing_the_words_takes_the_choice_back(qtbot: QtBot) -> None:
    field = ComboField(PLACES, "1")
    held(qtbot, field)
    field.setFocus()
    write("x")
    assert (field.value(), field.unlisted()) == (None, True)


def test_the_best_fitting_options_come_first() -> None:
    from ces_desktop.ui.widgets.combo import narrow

    assert [option.key for option in narrow(PLACES, "pal")] == ["3", "1"]
    assert [option.key for option in narrow(PLACES, "las corzo")] == ["1"]
    assert narrow(PLACES, "xyz") == []
