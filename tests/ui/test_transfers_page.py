"""Transfers by keyboard: sent and received line by line, a loan given back, a kit opened; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste
from bad_inputs_hands import when_open
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.queries.stock import catalogue, on_hand
from ces_desktop.data.queries.transfers import TransferRow, transfers
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import transfers as services
from ces_desktop.services import undo
from ces_desktop.services.transfers import KitPart, Moved, Transfer
from ces_desktop.ui.dialogs.kits import KitDialog
from ces_desktop.ui.pages.transfer_page import TransferPage
from ces_desktop.ui.pages.transfers_page import TransfersPage

NOON_16_MARCH = 1_773_684_000_000
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
    """A hundred of the first item in two lots."""
    held = Store(desk.database, desk.actor)
    item = held.items()[0]
    held.move(item, held.lot(item, "2026-06-30", "SOON"), 40, "2026-03-01")
    held.move(item, held.lot(item, "2028-06-30", "LATE"), 60, "2026-03-01")
    return held


def opened(desk: DeskDouble, qtbot: QtBot, direction: str = "sent", loan: Id | None = None) -> TransferPage:
    page = TransferPage(desk, direction, loan)
    qtbot.addWidget(page)
    desk.show(page)
    return page


def listed(desk: DeskDouble) -> list[TransferRow]:
    return desk.database.read(partial(transfers, clinic=desk.clinic.id))


def held(desk: DeskDouble, item: Id) -> int:
    return desk.database.read(partial(on_hand, clinic=desk.clinic.id, items=[item])).get(item, 0)


def typed(page: TransferPage, item: Id, units: str, number: str = "") -> None:
    page.entry.item.set_value(item.hex())
    page.entry.number.set_value(number)
    page.entry.units.set_value(units)
    page.entry.take()


def lend(desk: DeskDouble, item: Id) -> Id:
    request = Transfer(builders.new_id(NOON_16_MARCH), "sent", "loan", "RHO", "2026-03-16", (Moved(item, 30),))
    return desk.database.write(partial(services.move, request=request), desk.actor).value


def test_sent_line_by_line_of_what_expires_first_or_of_a_lot(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page, item = opened(desk, qtbot), store.items()[0]
    assert not clipped(page) and [o.key for o in page.entry.item._options] == [item.hex()], "what is there"
    typed(page, item, "50")
    typed(page, item, "5", "late")
    typed(page, item, "5", "none such")
    assert len(page._noted) == 2 and page.entry.note.count() == 1
    page.entry.clear()
    page.primary()
    assert page.entry.note.count() == 1 and not listed(desk), "no clinic is named"
    page.other.setText("Río Hondo")
    page.primary()
    page.primary()
    desk.settle()
    [row] = listed(desk)
    assert (row.other, row.folio, held(desk, item)) == ("Río Hondo", "CAP-T-2026-001", 45)
    assert sorted((x.number, x.quantity) for x in row.lines) == [("LATE", -10), ("LATE", -5), ("SOON", -40)]
    assert desk.asked("open_page")[-1] == ("transfers",) and desk.toasts[-1] == ("Se guardaron 2 renglones.", True)
    desk.database.write(undo.undo, desk.actor)
    assert held(desk, item) == 100


def test_more_than_there_is_is_told_and_what_was_typed_stays(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page, item = opened(desk, qtbot), store.items()[0]
    page.other.setText("RHO")
    typed(page, item, "101")
    assert not page._noted and page.entry.note.count() == 1 and page.entry.units.text() == "101", "told at its line"
    page.entry.units.set_value("60")
    page.entry.take()
    typed(page, item, "41")
    assert len(page._noted) == 1 and page.entry.note.count() == 1, "the line above took its part"
    page.entry.clear()
    store.move(item, next(x.id for x in page._lots[item] if x.number == "LATE"), -50, "2026-03-16")
    page.primary()  # handed out meanwhile, at the window beside
    desk.settle()
    assert desk.told[-1].code == "supply.not_enough" and len(page._noted) == 1 and not listed(desk)
    page.table.setFocus()
    page.table.select_place(0)
    QTest.keyClick(page.table, KEY.Key_Delete)
    assert not page._noted and page.may_leave()


def test_received_and_a_loan_given_back(
    desk: DeskDouble, store: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = store.items()[0]
    page = opened(desk, qtbot, "received")
    page.other.setText("RHO")
    typed(page, store.items()[4], "2x10", "b7")
    page.primary()
    desk.settle()
    assert held(desk, store.items()[4]) == 20 and listed(desk)[0].lines[0].number == "B7"
    loan = lend(desk, item)
    page_of = TransfersPage(desk)
    qtbot.addWidget(page_of)
    desk.show(page_of)
    assert not clipped(page_of) and page_of.settle.isEnabled()
    page_of.table.setFocus()
    QTest.keyClick(page_of.table, KEY.Key_D)
    assert desk.asked("go_to")[-1] == ("transfer", "received", loan)
    back = opened(desk, qtbot, "received", loan)
    assert [o.key for o in back.entry.item._options] == [item.hex()], "what is owed"
    back.entry.item.set_value(item.hex())
    back.entry._chosen(item.hex())
    assert back.entry.units.text() == "30" and back.entry.hint.text().endswith("se deben 30"), "proposed"
    typed(back, item, "31", "late")
    assert not back._noted and "30 cuando mucho" in back.entry.note.itemAt(0).widget().accessibleName(), "where typed"
    typed(back, item, "12", "late")
    back.entry._chosen(item.hex())
    assert back.entry.hint.text().endswith("se deben 18") and len(back._noted) == 1
    typed(back, item, "18", "late")
    back.primary()
    desk.settle()
    assert listed(desk)[0].returned_on == "2026-03-16" and held(desk, item) == 100
    page_of.filters._buttons["owed"].click()
    desk.settle()
    assert page_of.none.isVisible()
    for key, where in ((KEY.Key_R, "received"), (KEY.Key_F9, "sent")):
        page_of.filters._buttons["all"].click()
        desk.settle()
        page_of.table.setFocus()
        QTest.keyClick(page_of.table, key) if key == KEY.Key_R else page_of.primary()
        assert desk.asked("go_to")[-1] == ("transfer", where)


def test_a_kit_is_opened_and_its_contents_are_said(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    kit, part = store.items()[:2]
    page = TransfersPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.empty.isVisible()

    def say(dialog: KitDialog) -> None:
        dialog.kit.set_value(kit.hex())
        assert dialog.answer() is None and dialog.define.isChecked()
        dialog.item.set_value(part.hex())
        dialog.units.setText("3")
        dialog.primary.click()

    def take(dialog: KitDialog) -> None:
        dialog.kit.set_value(kit.hex())
        dialog.units.setText("5100")
        assert dialog.answer() is None and dialog.isVisible(), "more than there are: said in the form, which stays"
        assert dialog.units_row.accessibleDescription() == "No alcanza lo que hay en fecha: faltan 5,000."
        dialog.units.setText("2")
        dialog.primary.click()

    for act, said in ((say, "Se guardó lo que trae el paquete."), (take, "Se abrió el paquete.")):
        when_open(act)
        page.kit.click()
        desk.settle()
        assert desk.toasts[-1] == (said, True)
    assert (held(desk, kit), held(desk, part)) == (98, 6)


def test_who_only_looks_has_no_keys(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    lend(desk, store.items()[0])
    desk._actor = builders.actor(Role.MENTOR)
    page = TransfersPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    page.table.setFocus()
    for key in (KEY.Key_R, KEY.Key_D, KEY.Key_K, KEY.Key_F9):
        QTest.keyClick(page.table, key)
    assert not desk.asked("go_to") and page.send.isHidden()


@bad_inputs.KINDS
def test_no_text_breaks_a_transfer(desk: DeskDouble, store: Store, qtbot: QtBot, bad: BadInput) -> None:
    page, item = opened(desk, qtbot), store.items()[0]
    page.entry.item.set_value(item.hex())
    paste(page.entry.units, bad.text)
    page.entry.take()
    assert not page._noted and page.entry.note.count() == 1, bad.kind
    typed(page, item, "5")
    paste(page.other, bad.text)
    paste(page.folio, bad.text)
    page.primary()
    desk.settle()
    rows = listed(desk)
    assert len(rows) == (0 if bad.blank or desk.told else 1), bad.kind
    items = desk.database.read(partial(catalogue, clinic=desk.clinic.id))
    part = KitPart(builders.new_id(NOON_16_MARCH), item, store.items()[1], 2)
    desk.database.write(partial(services.set_part, request=part), desk.actor)
    dialog = KitDialog(page, desk, items, {}, {item: [(items[0], 2)]}, store.id())
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.kit.set_value(item.hex())
    paste(dialog.units, bad.text)
    assert dialog.answer() is None and is_clear(dialog.units_row.accessibleDescription())
    paste(dialog.kit, bad.text)
    assert dialog.answer() is None and is_clear(dialog.kit_row.accessibleDescription())
