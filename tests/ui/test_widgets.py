"""Buttons, filters, rail, top bar, toast, tiles and the other parts: keyboard, and names for a screen reader."""

from __future__ import annotations

import ast
import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from windows import Key, held, press, shown, write

from ces_desktop import i18n
from ces_desktop.ui import widgets
from ces_desktop.ui.widgets import (
    BannerFacts,
    Button,
    Drawer,
    Filters,
    Heading,
    InlineNote,
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
)
from ces_desktop.ui.widgets.focus import FocusRing

pytestmark = pytest.mark.usefixtures("dressed")


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
        facts = BannerFacts("LP", "López Pérez", "Ana", "MIR0000412", "58 años", kind, "penicilina")
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


def test_a_ring_keeps_no_dialog_alive(qtbot: QtBot) -> None:
    """A dialog that was asked belongs to Python: held by its last ring alone it ended within the end of that ring."""
    button = Button("Guardar")
    held(qtbot, button)
    ring = FocusRing(button)
    assert not [kept for kept in gc.get_referents(vars(ring)) if isinstance(kept, QWidget)]


def test_a_long_sentence_under_a_title_does_not_widen_the_page(qtbot: QtBot) -> None:
    """The first page greets by name and counts what is urgent: the longest name has no longest."""
    long = "Buenas noches, Dra. María Guadalupe Hernández de la Cruz. 12 citas, 3 alertas urgentes. " * 3
    heading = Heading("Miércoles 30 de septiembre", " ", Button("Registrar persona"))
    least = heading.minimumSizeHint().width()
    heading.set_sentence(long)
    assert heading.minimumSizeHint().width() == least
    held(qtbot, heading)
    heading.resize(least + 40, heading.sizeHint().height())
    assert heading.sentence.text().endswith("…")
    assert heading.sentence.toolTip() == heading.sentence.accessibleName() == long


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("words", [("Este archivo está vacío. Elija otro.", ""), ("", "Elija otro."), ("Nada.", "Sí.")])
def test_the_words_of_a_note_take_the_width_it_has(qtbot: QtBot, words: tuple[str, str]) -> None:
    """One of a title alone stood letters wide in the middle of the page, over as many lines as words."""
    note = InlineNote("bad", *words)
    shown(qtbot, note, 900, 120)
    said = [each for each in (note.title, note.text) if not each.isHidden()]
    assert all(each.x() < 60 and each.width() > 800 for each in said)
