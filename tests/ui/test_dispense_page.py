"""Handing out by keyboard: one key for a prescription; a line changed, not wanted, owed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from bad_inputs_hands import when_open
from clipping import clipped
from desk_double import DeskDouble, open_desk
from prescribing import prescribed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.queries.dispensing import prescriptions, sources_here
from ces_desktop.data.queries.stock import on_hand
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.services import undo
from ces_desktop.ui.dialogs.dispensing import ExternalDialog, GiveDialog
from ces_desktop.ui.pages.dispense_page import DispensePage
from ces_desktop.ui.pages.item_page import ItemPage

NOON_16_MARCH = 1_773_684_000_000
LOSARTAN = named_id("item", "010.000.2520.00")
PARACETAMOL = named_id("item", "010.000.0104.00")
CARBAMAZEPINE = named_id("item", "040.000.2609.00")
KEY = Qt.Key


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    i18n.use("es")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    yield double
    builders.assert_proved(double.database)
    double.close()


@pytest.fixture
def store(desk: DeskDouble) -> Store:
    """Forty losartan in two lots, ten paracetamol; two prescriptions: one that can be filled, one in part."""
    held = Store(desk.database, desk.actor)
    for number, expiry, units in (("SOON", "2026-05-31", 10), ("LATE", "2028-01-31", 30)):
        held.move(LOSARTAN, held.lot(LOSARTAN, expiry, number), units, "2026-03-01")
    held.move(PARACETAMOL, held.lot(PARACETAMOL, "2027-01-31"), 10, "2026-03-01")
    first = builders.register(desk.database, desk.actor, 1)
    prescribed(desk.database, desk.actor, first, "2026-03-16", [(LOSARTAN, 20), (PARACETAMOL, 10)])
    other = builders.register(desk.database, desk.actor, 2)
    prescribed(desk.database, desk.actor, other, "2026-03-16", [(LOSARTAN, 60), (None, 1)])
    return held


def opened(desk: DeskDouble, qtbot: QtBot, wanted: Id | None = None) -> DispensePage:
    page = DispensePage(desk, wanted)
    qtbot.addWidget(page)
    desk.show(page)
    page.table.setFocus()
    return page


def held(desk: DeskDouble, item: Id = LOSARTAN) -> int:
    return desk.database.read(partial(on_hand, clinic=desk.clinic.id, items=[item])).get(item, 0)


def keys(desk: DeskDouble, *pressed: Qt.Key | str) -> None:
    for each in pressed:
        focus = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, each) if isinstance(each, str) else QTest.keyClick(focus, each)
        desk.settle()


def shown(page: DispensePage) -> list[str]:
    return [page.lines.records.cell_at(n, 4).words() for n in range(page.lines.records.rowCount())]


def test_one_key_fills_who_waits_longest_and_the_next_is_chosen(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    assert page.table.records.rowCount() == 2 and shown(page) == ["Completo", "Completo"]
    assert "Hay de todo." in page.bar.words.text() and not clipped(page)
    keys(desk, KEY.Key_F9)
    assert (held(desk), held(desk, PARACETAMOL)) == (20, 0)
    assert desk.toasts[-1][0].endswith("se surtieron 30 unidades.") and desk.toasts[-1][1]
    assert page.table.records.rowCount() == 1 and shown(page) == ["Faltan 40", "Fuera de lista"]
    assert "Faltan 40 unidades" in page.bar.words.text()
    keys(desk, KEY.Key_F9)
    assert held(desk) == 0 and "Faltaron y se anotaron: 40." in desk.toasts[-1][0]
    assert page.empty.isVisible()
    page.filters._buttons["owed"].click()
    desk.settle()
    assert shown(page) == ["No hay", "Fuera de lista"]
    desk.database.write(undo.undo, desk.actor)
    desk.database.write(undo.undo, desk.actor)
    assert held(desk) == 40


def test_a_line_is_changed_given_from_the_hand_or_not_wanted(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    keys(desk, KEY.Key_Down, KEY.Key_Return)
    assert page.lines.hasFocus()

    def in_hand(dialog: GiveDialog) -> None:
        assert dialog.units.text() == "40"
        dialog.units.setText("60")
        assert dialog.answer() is None and dialog.in_hand.isVisible() and dialog.units_row.has_note()
        dialog.in_hand.setChecked(True)
        dialog.primary.click()

    when_open(in_hand)
    keys(desk, KEY.Key_Return)
    assert shown(page)[0] == "En la mano"
    page.primary()  # the offscreen platform forgets the window when a dialog closes
    desk.settle()
    assert held(desk) == -20 and "Sin lote: 20. Cuéntelo." in desk.toasts[-1][0]
    page.table.setFocus()
    QTest.keyClick(page.table, KEY.Key_Delete)
    desk.settle()
    assert "2 renglones marcados" in desk.toasts[-1][0] and page.empty.isVisible()
    held_back = desk.database.read(partial(prescriptions, clinic=desk.clinic.id, today=desk.today))
    assert sorted(p.state for p in held_back) == ["declined", "given"]


def test_another_lot_needs_a_reason(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    line = page.table.current().lines[0]  # type: ignore[union-attr]
    dialog = GiveDialog(page, line, desk.today)
    qtbot.addWidget(dialog)
    dialog.show()
    late = next(lot for lot in line.sources[0].lots if lot.number == "LATE")
    assert late.id is not None
    dialog.lot.set_value(late.id.hex())
    assert dialog.answer() is None and dialog.why_row.isVisible()
    dialog.why.set_value("opened")
    answer = dialog.answer()
    assert answer is not None and answer.gives is not None and answer.gives[0].lot == late.id


def test_what_was_handed_out_is_taken_back(
    desk: DeskDouble, store: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(desk, qtbot)
    keys(desk, KEY.Key_F9)
    page.filters._buttons["given"].click()
    desk.settle()
    page.table.setFocus()
    assert "Devolver" in page.give.text()
    monkeypatch.setattr("ces_desktop.ui.pages.dispense_page.confirm", lambda *_: True)
    keys(desk, KEY.Key_F9)
    assert (held(desk), held(desk, PARACETAMOL)) == (40, 10)
    page.filters._buttons["waiting"].click()
    desk.settle()
    assert page.table.records.rowCount() == 2


def test_it_begins_with_who_is_meant_and_finds_by_letters(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    [newest, _] = desk.database.read(partial(prescriptions, clinic=desk.clinic.id, today=desk.today))
    for wanted in (newest.encounter, newest.patient.id):
        page = opened(desk, qtbot, wanted)
        assert page.table.current() is not None and page.table.current().encounter == newest.encounter  # type: ignore[union-attr]
    page.search.setFocus()
    keys(desk, newest.patient.name.split()[0][:4].lower(), KEY.Key_Return)
    assert page.table.hasFocus()
    keys(desk, "/", "zzz")
    assert page.none.isVisible()


def test_without_a_prescription_and_what_is_missing(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    opened(desk, qtbot)

    def fill(dialog: ExternalDialog) -> None:
        dialog.item.set_value(PARACETAMOL.hex())
        dialog.units.setText("25")
        assert dialog.answer() is None and dialog.rest_row.isVisible()
        dialog.rest.set_value("there")
        dialog.primary.click()

    when_open(fill)
    keys(desk, "+")
    assert held(desk, PARACETAMOL) == 0 and "Faltaron y se anotaron: 15." in desk.toasts[-1][0]


def test_of_a_controlled_medicine_the_note_asks_who_prescribed_it(
    desk: DeskDouble, store: Store, qtbot: QtBot
) -> None:
    store.move(CARBAMAZEPINE, store.lot(CARBAMAZEPINE, "2028-01-31", "K1"), 30, "2026-03-02")
    opened(desk, qtbot)

    def fill(dialog: ExternalDialog) -> None:
        for item, unit, label in ((PARACETAMOL, "tabletas", "Nota"), (CARBAMAZEPINE, "ml", "Quién lo recetó")):
            dialog.item.set_value(item.hex())
            dialog.item.changed.emit()
            assert dialog.units_row.unit.text() == unit and dialog.note_row.label.text().startswith(label)
        assert dialog.note.accessibleName() == "Quién lo recetó, obligatorio"
        dialog.units.setText("6")
        assert dialog.answer() is None and dialog.note_row.has_note()
        dialog.note.setText("Dr. Ruiz, hospital")
        dialog.primary.click()

    when_open(fill)
    keys(desk, "+")
    assert held(desk, CARBAMAZEPINE) == 24


def test_who_may_not_hand_out_sees_no_keys(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    desk._actor = builders.actor(Role.MENTOR)
    page = opened(desk, qtbot)
    assert page.give.isHidden() and page.drop.isHidden() and page.other.isHidden()
    keys(desk, KEY.Key_F9, KEY.Key_Delete)
    assert held(desk) == 40 and not desk.told


@bad_inputs.KINDS
def test_no_text_breaks_what_is_given(desk: DeskDouble, store: Store, qtbot: QtBot, bad: BadInput) -> None:
    page = opened(desk, qtbot)
    line = page.table.current().lines[0]  # type: ignore[union-attr]
    give = GiveDialog(page, line, desk.today)
    sources = desk.database.read(partial(sources_here, clinic=desk.clinic.id, today=desk.today))
    other = ExternalDialog(page, sources, desk.today, store.id())
    for dialog in (give, other):
        qtbot.addWidget(dialog)
        dialog.show()
        if dialog is other:
            other.item.set_value(LOSARTAN.hex())
        paste(dialog.units, bad.text)
        typed = written(dialog.units)
        assert dialog.answer() is None, bad.kind
        assert dialog.units_row.has_note() and is_clear(dialog.units_row.accessibleDescription())
        assert written(dialog.units) == typed
    give.units.setText("5")
    paste(give.lot, bad.text)
    answer = give.answer()
    assert (answer is None) == (not bad.blank and bool(written(give.lot).strip())), bad.kind
    other.units.setText("5")
    paste(other.note, bad.text)
    request = other.answer()
    assert request is not None and request.give.quantity == 5
    paste(other.item, bad.text)
    assert other.answer() is None and is_clear(other.item_row.accessibleDescription())


def test_enter_twice_gives_once(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)

    def fill(dialog: ExternalDialog) -> None:
        dialog.item.set_value(LOSARTAN.hex())
        dialog.units.setText("5")
        double_enter(dialog.units)

    when_open(fill)
    keys(desk, "+")
    assert held(desk) == 35
    for _ in range(2):
        page.primary()
    desk.settle()
    assert held(desk) == 15, "the second key came before the answer and is not taken"


def test_two_sources_are_told_apart_as_their_own_pages_tell_them(
    desk: DeskDouble, store: Store, qtbot: QtBot
) -> None:
    metformin, other = named_id("item", "010.000.5165.00"), named_id("item", "CES-107")
    store.move(metformin, store.lot(metformin, "2027-12-31", "S1"), 40, "2026-03-01")
    store.move(metformin, store.lot(metformin, "2026-03-01", "S2"), 7, "2026-02-01")
    store.move(other, store.lot(other, "2027-12-31", "C1"), 1711, "2026-03-01")
    patient = builders.register(desk.database, desk.actor, given="Rosa", paternal="Cruz", maternal="Díaz")
    encounter, _ = prescribed(desk.database, desk.actor, patient, "2026-03-16", [(metformin, 60), (LOSARTAN, 10)])
    page = opened(desk, qtbot, encounter)
    told = [page.lines.records.cell_at(n, 2) for n in range(2)]
    assert (told[0].text, told[0].caption) == ("1,751", "SSA 40 + CES 1,711")
    assert told[1].caption == "SOON · may-2026", "of one source the lot that goes first is said"
    for item, own, besides in ((metformin, "40", "1,711 de CES"), (other, "1,711", "40 de SSA")):
        alone = ItemPage(desk, item)
        qtbot.addWidget(alone)
        desk.show(alone)
        assert alone.facts.held.number.text().startswith(own)
        assert f"además, {besides}" in alone.facts.held.caption.text() and not clipped(alone.facts)
