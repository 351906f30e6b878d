"""Widgets: keyboard, names for a screen reader, values, notes, and nothing clipped in any language or zoom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from clipping import clipped, pseudo_language
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.errors import Refused
from ces_desktop.ui import theme, widgets
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.widgets import (
    BannerFacts,
    Button,
    ChoiceField,
    ComboField,
    DateField,
    Dialog,
    DockedBar,
    Drawer,
    EmptyState,
    FieldRow,
    Filters,
    FormFlow,
    NoteField,
    Option,
    PatientBanner,
    ProgressPanel,
    Rail,
    RailEntry,
    ScrollBody,
    SectionCard,
    StatTile,
    StatusChip,
    StepList,
    Text,
    TextField,
    Toast,
    TopBar,
    column,
    full_name,
    row,
    yes_no_field,
)
from ces_desktop.ui.widgets.dialog import Question
from tools import gallery

Key = Qt.Key
pytestmark = pytest.mark.usefixtures("dressed")


_alive: list[QWidget] = []  # Python would let go of a window nobody names


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    _alive.clear()


def shown(qtbot: QtBot, widget: QWidget, width: int = 600, height: int = 400) -> QWidget:
    """The widget in a window of its own, active."""
    qtbot.addWidget(widget)
    _alive.append(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def held(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    """Widgets one under the other in a window."""
    holder = QWidget()
    holder.setLayout(column(*widgets))
    return shown(qtbot, holder)


def press(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the focus"
    QTest.keyClick(focused, key, modifier)


def write(text: str) -> None:
    """Letters to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the focus"
    QTest.keyClicks(focused, text)


# ---------------------------------------------------------------- buttons


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_a_button_is_pressed_by_key(qtbot: QtBot, key: Key) -> None:
    button = Button("Guardar", "primary")
    held(qtbot, button)
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        press(key)


def test_a_shortcut_acts_in_the_window_and_is_named(qtbot: QtBot) -> None:
    button, field = Button("Guardar", "primary", shortcut="F9"), TextField()
    holder = held(qtbot, button, field)
    field.setFocus()
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(holder, Key.Key_F9)
    assert (button.accessibleName(), button.accessibleDescription()) == ("Guardar", "F9")


def test_a_cap_alone_takes_no_key(qtbot: QtBot) -> None:
    button, field = Button("Abrir", cap="F9"), TextField()
    holder = held(qtbot, button, field)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(holder, Key.Key_F9)
    assert pressed == []


def test_a_button_that_cannot_be_pressed_says_why() -> None:
    button = Button("Firmar", "primary")
    button.set_possible(False, "Falta la presión.")
    assert (button.isEnabled(), button.toolTip()) == (False, "Falta la presión.")
    button.set_possible(True)
    assert (button.isEnabled(), button.toolTip()) == (True, "")


def test_the_focus_ring_is_outside_and_moves_nothing(qtbot: QtBot) -> None:
    one, two = Button("Uno"), Button("Dos")
    holder = held(qtbot, one, two)
    two.setFocus(Qt.FocusReason.MouseFocusReason)
    before = one.geometry()
    one.setFocus(Qt.FocusReason.TabFocusReason)
    rings = [child for child in holder.children() if type(child).__name__ == "FocusRing"]
    assert len(rings) == 1
    assert rings[0].geometry().contains(before)  # type: ignore[attr-defined]
    assert one.geometry() == before
    two.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not any(ring.isVisible() for ring in holder.findChildren(type(rings[0])))


def test_a_chosen_filter_keeps_its_width(qtbot: QtBot) -> None:
    chosen = Button("Todos", "filter", count=212)
    before = chosen.sizeHint()
    chosen.setChecked(True)
    assert chosen.sizeHint() == before
    assert chosen.shown_text() == "Todos  212"


def test_exactly_one_filter_is_in_force(qtbot: QtBot) -> None:
    filters = Filters([("all", "Todos"), ("open", "Abiertos")], "all")
    held(qtbot, filters)
    taken: list[str] = []
    filters.chosen.connect(taken.append)
    buttons = filters.findChildren(Button)
    buttons[0].setFocus()
    press(Key.Key_Return)
    press(Key.Key_Right)
    press(Key.Key_Return)
    assert (taken, filters.value()) == (["open"], "open")
    assert [button.isChecked() for button in buttons] == [False, True]
    filters.set_counts({"all": 1204})
    assert [button.shown_text() for button in buttons] == ["Todos  1,204", "Abiertos"]


def test_a_drawer_follows_the_right_edge_of_its_page(qtbot: QtBot) -> None:
    page = held(qtbot)
    drawer = Drawer(page, Text("Receta"), 334)
    assert not drawer.isVisible()
    drawer.toggle()
    page.resize(900, 500)
    assert (drawer.geometry().right(), drawer.height(), drawer.width()) == (899, 500, 334)
    drawer.toggle()
    assert not drawer.isVisible()


# ---------------------------------------------------------------- fields


def test_nothing_written_is_none_not_empty_text(qtbot: QtBot) -> None:
    field = TextField("  Las Palmas ")
    assert field.value() == "Las Palmas"
    field.set_value(None)
    assert field.value() is None
    note = NoteField("  ")
    assert note.value() is None


def parse(text: str) -> str | None:
    """What a clinic's parser does, on two examples."""
    if text in ("140767", "14-jul-1967"):
        return "1967-07-14"
    if text == "310267":
        raise Refused("calendar.no_such_day")
    return None


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


# ---------------------------------------------------------------- forms


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


# ---------------------------------------------------------------- table


def numbers(count: int) -> RecordTable[int]:
    """A table of numbers and their squares."""
    table = RecordTable[int](
        [
            Column("Número", lambda n: Cell(f"Persona {n}", f"fila {n}", strong=True), sort=lambda n: f"{n:09d}"),
            Column("Cuadrado", lambda n: Cell(str(n * n)), 100, "right", sort=lambda n: None if n == 3 else -n),
            Column("Estado", lambda n: Cell(chip=("ok", "En control"), tags=("A",)), 200, droppable=True),
        ],
        type_ahead=True,
        marks=True,
    )
    table.set_rows(range(count))
    return table


def test_arrows_select_and_enter_opens(qtbot: QtBot) -> None:
    table = numbers(10)
    held(qtbot, table)
    table.setFocus()
    table.select_place(0)
    chosen: list[object] = []
    opened: list[object] = []
    table.selected.connect(chosen.append)
    table.opened.connect(opened.append)
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Return)
    press(Key.Key_End)
    assert (chosen, opened, table.current()) == ([1, 2, 9], [2], 9)


def test_letters_go_to_the_next_row_that_begins_so(qtbot: QtBot) -> None:
    table = numbers(30)
    held(qtbot, table)
    table.setFocus()
    write("persona 12")
    assert table.current() == 12


def test_sorting_keeps_the_chosen_row_and_puts_unknown_last() -> None:
    table = numbers(6)
    table.select_place(2)
    table.records.sort(1)
    assert [table.records.row_at(place) for place in range(6)] == [5, 4, 2, 1, 0, 3]
    assert table.current() == 2
    table.records.sort(1, Qt.SortOrder.DescendingOrder)
    assert table.records.row_at(5) == 3


def test_a_click_on_a_title_sorts_and_a_second_turns_it(qtbot: QtBot) -> None:
    table = numbers(5)
    held(qtbot, table)
    titles = table.horizontalHeader()
    place = QPoint(table.columnWidth(0) + 20, 10)
    for expected in (4, 0):
        QTest.mouseClick(titles.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert table.records.row_at(0) == expected


def test_space_marks_and_copy_gives_tabbed_text(qtbot: QtBot) -> None:
    table = numbers(5)
    held(qtbot, table)
    table.setFocus()
    table.select_place(1)
    press(Key.Key_Space)
    press(Key.Key_Down)
    press(Key.Key_Space)
    assert table.marked() == [1, 2]
    table.copy()
    assert QApplication.clipboard().text() == "Persona 2 · fila 2\t4\tEn control · A"


def test_a_cell_is_read_with_its_title() -> None:
    table = numbers(3)
    index = table.records.index(2, 1)
    assert table.records.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Cuadrado: 4"


def test_a_narrow_table_drops_a_column_into_the_caption(qtbot: QtBot) -> None:
    table = numbers(3)
    shown(qtbot, table, width=800)
    assert not table.isColumnHidden(2)
    table.resize(420, 300)
    assert table.isColumnHidden(2)
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()


def test_a_hundred_thousand_rows_make_only_the_cells_in_view(qtbot: QtBot) -> None:
    made: list[int] = []

    def cell(n: int) -> Cell:
        made.append(n)
        return Cell(str(n))

    table = RecordTable[int]([Column("N", cell)])
    table.set_rows(range(100_000))
    shown(qtbot, table)
    table.scrollToBottom()
    table.grab()
    assert 0 < len(set(made)) < 200
    assert max(made) == 99_999


def test_new_rows_keep_the_wanted_one_chosen() -> None:
    table = numbers(5)
    table.select_place(3)
    table.set_rows([9, 8, 3, 1], keep=lambda n: n == 3)
    assert table.current() == 3


# ---------------------------------------------------------------- shell parts


ENTRIES = (
    RailEntry("today", "sun", "Hoy"),
    RailEntry("people", "users", "Pacientes"),
    RailEntry("lock", "lock", "Bloquear", True),
)


def test_the_rail_goes_by_click_and_by_alt_number(qtbot: QtBot) -> None:
    rail = Rail(ENTRIES)
    holder = held(qtbot, rail)
    gone: list[str] = []
    rail.chosen.connect(gone.append)
    QTest.keyClick(holder, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    items = rail.findChildren(QWidget)
    lock = next(item for item in items if item.accessibleName() == "Bloquear")
    QTest.mouseClick(lock, Qt.MouseButton.LeftButton)
    assert gone == ["people", "lock"]
    rail.set_badge("people", 14)
    assert any(item.accessibleName() == "Pacientes, 14" for item in items)


def test_the_search_box_passes_its_keys_on(qtbot: QtBot) -> None:
    bar = TopBar("AR", "Dra. Ana Robles", "El Mirador")
    shown(qtbot, bar, 1286, 56)
    box = bar.search
    box.summon()
    moved: list[int] = []
    box.moved.connect(moved.append)
    press(Key.Key_Down)
    press(Key.Key_Up)
    assert moved == [1, -1]
    for signal, key, modifier in (
        (box.opened, Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (box.acted, Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (box.left, Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    ):
        with qtbot.waitSignal(signal):
            press(key, modifier)
    with qtbot.waitSignal(box.typed) as told:
        write("l")
    assert told.args == ["l"]


def test_allergies_not_asked_is_not_denied(qtbot: QtBot) -> None:
    i18n.use("es")
    words = {}
    for kind in ("unasked", "denied", "known"):
        facts = BannerFacts("LP", "López Pérez", "Ana", "MIR0000412", "58 años", kind, "penicilina")  # type: ignore[arg-type]
        banner = PatientBanner(facts)
        qtbot.addWidget(banner)
        words[kind] = {part.text() for part in banner.findChildren(Text)}
    assert {"Alergias:", "sin preguntar"} <= words["unasked"]
    assert "Niega alergias" in words["denied"]
    assert {"Alergia:", "penicilina"} <= words["known"]
    assert full_name("López Pérez", "Ana") == "LÓPEZ PÉREZ, Ana"


def test_a_toast_undoes_and_goes(qtbot: QtBot) -> None:
    holder = held(qtbot, TextField())
    toast = Toast(holder)
    toast.say("Se guardó.", undo=True)
    assert toast.isVisible()
    link = next(part for part in toast.findChildren(Text) if "Ctrl+Z" in part.text())
    with qtbot.waitSignal(toast.undone):
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()


def test_progress_of_a_short_work_is_never_shown(qtbot: QtBot) -> None:
    panel = ProgressPanel("Respaldo", cancel_text="No deja nada a medias")
    held(qtbot, panel)
    panel.start()
    panel.advance(3, 10)
    assert not panel.isVisible()
    panel.finish()
    assert not panel._timer.isActive()
    panel.start()
    qtbot.waitUntil(panel.isVisible, timeout=5000)
    with qtbot.waitSignal(panel.cancelled):
        panel.cancel.click()
    assert not panel.cancel.isEnabled()


def test_steps_to_come_cannot_be_clicked(qtbot: QtBot) -> None:
    steps = StepList(["Idioma", "Clínica", "Respaldo"])
    held(qtbot, steps)
    steps.set_current(1)
    chosen: list[int] = []
    steps.chosen.connect(chosen.append)
    for name in ("1. Idioma", "3. Respaldo"):
        item = next(part for part in steps.findChildren(QWidget) if part.accessibleName() == name)
        QTest.mouseClick(item, Qt.MouseButton.LeftButton)
    assert chosen == [0]


def test_a_chip_takes_no_room_from_the_caption_of_its_tile(qtbot: QtBot) -> None:
    chip, caption = StatusChip("warn", "Por revisar"), "27-nov-2026 09:47"
    with_chip, without = StatTile("Respaldo", "hoy", "", caption, chip=chip), StatTile("Hogares", "304", "", caption)
    holder = QWidget()
    holder.setLayout(row((with_chip, 1), (without, 1)))
    shown(qtbot, holder, width=600, height=110)
    assert with_chip.caption.width() == without.caption.width()
    assert with_chip.number.y() == without.number.y()


def test_a_tile_opens_its_list(qtbot: QtBot) -> None:
    tile = StatTile("En control", "58 %", "41 de 71", values=[1, None, 3], goal=2)
    held(qtbot, tile)
    tile.setFocus()
    with qtbot.waitSignal(tile.clicked):
        press(Key.Key_Return)


def test_text_is_never_read_as_markup(qtbot: QtBot) -> None:
    label = Text("<b>LÓPEZ</b> & hijos")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "<b>LÓPEZ</b> & hijos"


def test_an_elided_text_keeps_the_whole_in_its_tip(qtbot: QtBot) -> None:
    label = Text("DE LA CRUZ HERNÁNDEZ, Petrona Guadalupe", elide=True)
    shown(qtbot, label, 120, 30)
    assert label.text().endswith("…")
    assert label.toolTip() == label.accessibleName() == "DE LA CRUZ HERNÁNDEZ, Petrona Guadalupe"


def test_a_page_wider_than_its_limit_is_centred(qtbot: QtBot) -> None:
    card = SectionCard("Una")
    body = ScrollBody(column(card))
    shown(qtbot, body, 1900, 300)
    left = body.inner.mapTo(body, QPoint(0, 0)).x()
    assert body.inner.width() == 1520
    assert abs(left - (1900 - 1520) / 2) <= 8


# ---------------------------------------------------------------- whole sheets


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("zoom", [0.9, 1.0, 1.6])
@pytest.mark.parametrize("name", list(gallery.SHEETS))
def test_nothing_is_clipped(qapp: QApplication, name: str, zoom: float, language: i18n.Language) -> None:
    i18n.use(language)
    theme.apply(qapp, theme.load("light", zoom))
    sheet = gallery.draw(qapp, name, (round(1366 * max(zoom, 1)), round(700 * max(zoom, 1))))
    assert clipped(sheet) == []
    sheet.close()


@pytest.mark.parametrize("name", ["today", "patient", "entrance"])
def test_a_small_window_holds_every_page(qapp: QApplication, name: str) -> None:
    i18n.use("es")
    sheet = gallery.draw(qapp, name, (1024, 600))
    assert (sheet.width(), sheet.height()) == (1024, 600)
    assert clipped(sheet) == []
    sheet.close()


def test_a_longer_language_still_fits_the_parts(qtbot: QtBot) -> None:
    with pseudo_language():
        holder = held(
            qtbot,
            yes_no_field(),
            TopBar("AR", "Dra. Ana Robles", "El Mirador", demo=True),
            EmptyState(i18n.tr("age unknown"), i18n.tr("sex not recorded"), Button(i18n.tr("Cancel"), "ghost")),
            DockedBar(Button(i18n.tr("Cancel"), "primary", shortcut="F9")),
        )
        holder.resize(1366, 400)
        QApplication.processEvents()
        assert "ñandú"[:2] in holder.findChildren(Text)[0].text() or "[" in holder.findChildren(Text)[0].text()
        assert clipped(holder) == []


def test_clipping_is_noticed(qtbot: QtBot) -> None:
    label, button = Text("una frase que no cabe"), Button("Guardar")
    holder = QWidget()
    holder.setLayout(row(label, button))
    label.setFixedWidth(20)
    button.setFixedWidth(20)
    shown(qtbot, holder, 200, 60)
    assert len(clipped(holder)) == 2


def test_the_gallery_is_drawn_in_both_themes(tmp_path: Path) -> None:
    gallery.main(tmp_path, gallery.CASES[:2])
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert len(pictures) == 2 * len(gallery.SHEETS)
    light, dark = (tmp_path / f"components_es_{look}_1366.png" for look in ("light", "dark"))
    assert light.read_bytes() != dark.read_bytes()


def test_parts_are_named_alike_for_the_type_checker_and_at_run_time() -> None:
    """The catalogue loads a part when it is asked for; both lists of it must say the same."""
    source = Path(widgets.__file__).read_text(encoding="utf-8")
    told = {
        alias.name: (node.module or "").rpartition(".")[2]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ces_desktop.")
        for alias in node.names
    }
    assert told == widgets._HOME
    assert sorted(told) == sorted(widgets.__all__)
    assert all(getattr(widgets, name) is not None for name in told)
