"""The pharmacy's forms under the twelve kinds of bad input; what each role may do; what the shelf says."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from desk_double import DeskDouble
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from ces_desktop.data.queries.shelf import Kept
from ces_desktop.data.queries.stock import StockItem, card, catalogue, lots
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, named_id, new_id
from ces_desktop.services import stock
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.ui.dialogs.supply import CorrectDialog, LotDialog, ShelfDialog, TakeOutDialog
from ces_desktop.ui.pages import receive_page
from ces_desktop.ui.pages.item_cards import WithoutCard
from ces_desktop.ui.pages.item_page import ItemPage
from ces_desktop.ui.pages.receive_page import ReceivePage
from ces_desktop.ui.pages.supplies_page import SuppliesPage
from ces_desktop.ui.widgets import FieldRow
from ces_desktop.ui.widgets.empty import Ridges

LOSARTAN = named_id("item", "010.000.2520.00")


def stocked(desk: DeskDouble, units: int = 60, expires: int = 300) -> StockItem:
    desk.database.local(load_shipped)
    expiry = (desk.today + timedelta(expires)).isoformat()
    line = ReceiptLine(new_id(1), LOSARTAN, units, "A1", expiry, expired=True)
    came = Receipt(new_id(2), "supplied", "SSA", desk.today.isoformat(), (line,))
    desk.database.write(partial(receive, request=came), builders.actor())
    items = desk.database.read(lambda c: catalogue(c, desk.clinic.id))
    return next(i for i in items if i.id == LOSARTAN)


def judged(dialog: object, field: str, bad: BadInput) -> object:
    """Paste into a field and ask for the answer: what is refused says so under the field and stays as typed."""
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()  # type: ignore[attr-defined]
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    return answer


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["units_row", "lot_row", "day_row", "note_row"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_an_exit(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    item = stocked(desk)
    held = desk.database.read(lambda c: lots(c, desk.clinic.id, [LOSARTAN], desk.today, desk.today))[LOSARTAN]
    dialog = TakeOutDialog(None, item, held, desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.kind.set_value("damaged")
    dialog.units.setText("3")
    dialog.show()
    answer = judged(dialog, field, bad)
    if answer is not None and field != "note_row":
        assert bad.blank or bad.kind == "negative"
    dialog.close()


@bad_inputs.KINDS
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_other_forms(desk: DeskDouble, qtbot: QtBot, bad: BadInput) -> None:
    item = stocked(desk)
    lot = desk.database.read(lambda c: lots(c, desk.clinic.id, [LOSARTAN], desk.today, desk.today))[LOSARTAN][0]
    moved = desk.database.read(lambda c: card(c, desk.clinic.id, LOSARTAN))[0]
    for make, field in (
        (lambda: CorrectDialog(None, item, moved, new_id(0)), "units_row"),
        (lambda: LotDialog(None, lot, desk.today), "expiry_row"),
        (lambda: LotDialog(None, lot, desk.today), "pack_row"),
        (lambda: ShelfDialog(None, item, Kept(), new_id(0)), "most_row"),
    ):
        dialog = make()
        qtbot.addWidget(dialog)
        dialog.show()
        assert judged(dialog, field, bad) is None or bad.blank
        dialog.close()


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["item", "number", "expiry", "units"])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_a_line_of_a_delivery(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    stocked(desk)
    page = ReceivePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    page.entry.item.set_value(LOSARTAN.hex())
    page.entry.units.setText("30")
    target = getattr(page.entry, field)
    paste(target.edit if field == "expiry" else target, bad.text)
    page.entry.take()
    if page._noted:
        assert field == "number" or bad.blank
        page.primary()
        desk.settle()
        assert not desk.told or desk.told[-1].code.startswith(("text.", "journal."))
    else:
        assert page.entry.note.count() == 1
    page.finished = True


@pytest.mark.usefixtures("spanish")
def test_who_may_only_look_sees_the_shelf_and_no_way_to_change_it(desk: DeskDouble, qtbot: QtBot) -> None:
    stocked(desk)
    desk._actor = builders.actor(Role.MENTOR)
    page = SuppliesPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == 1
    assert not any(b.isVisibleTo(page) for b in (page.receive, page.take))
    item = ItemPage(desk, LOSARTAN)
    qtbot.addWidget(item)
    desk.show(item)
    assert not any(b.isVisibleTo(item) for b in (item.receive, item.take, item.place, item.fix))
    item._keep()
    item._correct(item.card.current())
    page.primary()
    assert desk.asked("go_to") == []


@pytest.mark.usefixtures("spanish")
def test_the_shelf_finds_by_beginnings_and_also_what_was_never_here(desk: DeskDouble, qtbot: QtBot) -> None:
    stocked(desk)
    page = SuppliesPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    page.search.setText("parac 500")
    page._fill()
    found = [page.table.records.row_at(n).item.name_es for n in range(page.table.records.rowCount())]
    assert found == ["Paracetamol 500 mg"]
    page.search.setText("para")
    page._fill()
    assert int(page.bar.words.text().split()[0]) == page.table.records.rowCount() > 1, "those listed"
    page.search.setText("zzz")
    page._fill()
    assert page.stack.currentWidget() is page.none


@pytest.mark.usefixtures("spanish")
def test_what_expired_is_told_and_is_no_stock(desk: DeskDouble, qtbot: QtBot) -> None:
    stocked(desk, 60, -3)
    page = SuppliesPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    row = page.table.records.row_at(0)
    assert (row.usable, row.expired, row.standing()) == (0, 60, "expired")
    expired = stock.Issue(Id(new_id(3)), LOSARTAN, "expired", 60, desk.today.isoformat())
    desk.database.write(partial(stock.remove, request=expired), builders.actor())
    page.reload()
    desk.settle()
    assert page.table.records.row_at(0).standing() == "idle"


@pytest.mark.usefixtures("spanish")
def test_of_an_item_nothing_was_ever_noted_of_no_day_is_told_to_have_been_without(
    desk: DeskDouble, qtbot: QtBot
) -> None:
    """Its page said that it had been missing on each of the last 180 days."""
    desk.database.local(load_shipped)
    items = desk.database.read(lambda c: catalogue(c, desk.clinic.id))
    page = ItemPage(desk, items[0].id)
    qtbot.addWidget(page)
    desk.show(page)
    read = desk.database.read(lambda c: item_page(c, desk.clinic.id, items[0].id, desk.today))
    assert read is not None and read.row.months == () and read.row.bits == ()
    assert not page.findChildren(WithoutCard)[0].isVisible()
    assert not page.fix.isEnabled() and page.fix.toolTip() == "Aún no hay movimientos.", "nothing to correct"
    disc = page.none.findChildren(Ridges)[0]
    assert disc.mapTo(page.card_box, QPoint(0, 0)).x() >= 16, "it stood on the edge of its card"
    assert not page.outlook.rule.isVisible(), "a line under which nothing stood"


def test_a_last_day_that_has_passed_is_asked_about_and_stands_marked_to_be_typed_over(
    desk: DeskDouble, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.database.local(load_shipped)
    page = ReceivePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    monkeypatch.setattr(receive_page, "confirm", lambda *_: False)
    page.entry.item.set_value(LOSARTAN.hex())
    page.entry.number.set_value("A1")
    page.entry.expiry.set_value("2020-01-31")
    page.entry.units.setText("30")
    page.entry.take()
    edit = page.entry.expiry.edit
    assert not page._noted and edit.selectedText() == edit.text() != ""
    monkeypatch.setattr(receive_page, "confirm", lambda *_: True)
    page.entry.take()
    assert [n.expired for n in page._noted] == [True]
