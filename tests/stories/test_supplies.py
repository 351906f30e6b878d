"""The pharmacy by keyboard: what there is on the first day, a delivery against an order, use, expiry, stock-outs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from driver import Person
from PySide6.QtWidgets import QApplication

from ces_desktop.data.models import MovementRecord, OrderLineRecord, SupplyOrderRecord
from ces_desktop.data.queries.orders import order_file
from ces_desktop.data.queries.stock import Lot, lots
from ces_desktop.data.work import Work
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id, named_id, new_id
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.services.stock import Issue, remove
from ces_desktop.ui import places
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.item_page import ItemPage
from ces_desktop.ui.pages.receive_page import ReceivePage
from ces_desktop.ui.pages.supplies_page import SuppliesPage
from ces_desktop.ui.widgets import TextField

LOSARTAN = named_id("item", "010.000.2520.00")
PARACETAMOL = named_id("item", "010.000.0104.00")
MOST_KEYS_A_LINE = 12


def pharmacy(person: Person) -> SuppliesPage:
    rail = [entry.key for entry in places.rail_entries(person.window.actor)]
    person.press(f"Alt+{1 + rail.index('supplies')}")
    page = person.window.page
    assert isinstance(page, SuppliesPage)
    return page


def held(person: Person, item: Id = LOSARTAN) -> list[Lot]:
    opened = person.application.open
    assert opened is not None
    today = person.window.today
    found = opened.database.read(lambda c: lots(c, opened.database.installation.clinic, [item], today, today))
    return found.get(item, [])


def act(person: Person, action: object, request: object) -> object:
    opened = person.application.open
    assert opened is not None
    value = opened.database.write(lambda work: action(work, request=request), opened.actor).value  # type: ignore[operator]
    person.window.tasks.changed.emit(frozenset({"movement", "lot", "supply_order"}))
    person.settle()
    return value


def key(person: Person) -> Id:
    opened = person.application.open
    assert opened is not None
    return new_id(opened.database.clock())


def came(person: Person, units: int, ago: int, number: str = "A1", expires: int | None = 700) -> None:
    today = person.window.today
    expiry = None if expires is None else (today + timedelta(expires)).isoformat()
    line = ReceiptLine(key(person), LOSARTAN, units, number, expiry)
    act(person, receive, Receipt(key(person), "supplied", "SSA", (today - timedelta(ago)).isoformat(), (line,)))


def used(person: Person, units: int, ago: int) -> None:
    day = (person.window.today - timedelta(ago)).isoformat()
    act(person, remove, Issue(key(person), LOSARTAN, "used", units, day))


@pytest.mark.covers("I1", "I2")
def test_the_first_day_of_a_pharmacy(person: Person, root: Path) -> None:
    """Nothing is on the shelf: what there is is noted lot by lot, and stands in the list with its months."""
    person.enter(root)
    page = pharmacy(person)
    assert page.stack.currentWidget() is page.empty
    person.press("F9")
    assert isinstance(person.window.page, ReceivePage)
    year = (person.window.today.year + 2) % 100
    person.type("losar")
    person.press("Enter")
    person.type("a24")
    person.press("Enter")
    person.type(f"03{year:02d}")
    person.type("3x30")
    person.press("Enter")
    person.type("para")
    person.press("Enter")
    person.type("p1")
    person.press("Enter", "Enter")
    person.type("200")
    person.press("Enter", "F9")
    page = pharmacy(person)
    assert [r.item.id for r in page._rows("all")] == [LOSARTAN, PARACETAMOL]
    lot = held(person)[0]
    assert (lot.number, lot.expiry, lot.quantity, lot.pack) == ("A24", date(2000 + year, 3, 31), 90, 30)
    assert held(person, PARACETAMOL)[0].expiry is None
    person.type("losa")
    person.press("Enter")
    item = person.window.page
    assert isinstance(item, ItemPage)
    assert item.facts.held.number.text() == "90\N{NO-BREAK SPACE}tabletas"
    person.press("Ctrl+Z")
    assert held(person) == [] and held(person, PARACETAMOL) == []


@pytest.mark.covers("I8")
def test_a_delivery_against_an_order_takes_twelve_keys_a_line(person: Person, root: Path) -> None:
    """The order waits for its lines one after the other; what is short is said at once and stays awaited."""
    person.enter(root)
    order, asked = key(person), [key(person), key(person)]

    def ordered(work: Work, request: object) -> None:
        work.act("orders.draft")
        day = (person.window.today - timedelta(20)).isoformat()
        work.add(SupplyOrderRecord(id=order, number="CAP-1", source="SSA", state="sent", happened_on=day, sent_on=day))
        for line, item, units in zip(asked, (LOSARTAN, PARACETAMOL), (90, 120), strict=True):
            work.add(OrderLineRecord(id=line, order=order, item=item, requested=units, proposed=units, pack=30))

    act(person, ordered, None)
    person.window.go_to("receive", ("supplied", None, order))
    person.settle()
    page = person.window.page
    assert isinstance(page, ReceivePage)
    year = (person.window.today.year + 2) % 100
    for lot, typed in (("1234", None), ("B77", "60")):
        before = person.keys
        person.type(lot)
        person.press("Enter")
        person.type(f"05{year:02d}")
        if typed is not None:
            person.type(typed)  # the proposed quantity is marked: typing replaces it
        person.press("Enter")
        assert person.keys - before <= MOST_KEYS_A_LINE
    assert [n.units for n in reversed(page._noted)] in ([90, 60], [120, 60])  # lines of an order stand by name
    person.press("F9")
    opened = person.application.open
    assert opened is not None
    file = opened.database.read(lambda c: order_file(c, opened.database.installation.clinic, order))
    assert file is not None
    assert (file.order.state, file.order.requested) == ("partly_received", 210)
    assert sorted(line.requested - line.came.units for line in file.lines)[0] == 0
    assert sum(line.came.units for line in file.lines) == file.order.received < 210


@pytest.mark.covers("I2", "I9")
def test_what_expires_is_watched_and_leaves_as_a_loss(person: Person, root: Path) -> None:
    """What will not be used in time is told; what expired is never handed out, and is written off with one dialog."""
    person.enter(root)
    came(person, 300, 200, "SOON", 40)
    came(person, 35, 100, "GONE", -7)
    came(person, 90, 60, "LATE", 700)
    for ago in (150, 120, 90, 60, 30):
        used(person, 10, ago)
    page = pharmacy(person)
    person.settle()
    row = page._rows("expiring")[0]
    assert row.soon > 200 and row.expired == 5
    person.press("Down")
    assert isinstance(QApplication.focusWidget(), RecordTable)
    person.answer_with("C", "a", "d", "u", "Enter", "5", "F9")  # "caducidad"
    person.press("S")
    person.settle()
    left = {lot.number: lot.quantity for lot in held(person)}
    assert left == {"GONE": 0, "SOON": 280, "LATE": 90}


@pytest.mark.covers("I5")
def test_days_without_stock_are_known_and_use_is_corrected_for_them(person: Person, root: Path) -> None:
    """Sold out for weeks: nobody types it; each day is told, and the monthly use is that of days with stock."""
    person.enter(root)
    today = person.window.today
    start = (today - month_add(today.replace(day=1), -4)).days
    came(person, 60, start)
    used(person, 60, start - 15)
    came(person, 600, 20)
    person.settle()
    pharmacy(person)
    person.type("losartan 50")
    person.press("Enter")
    page = person.window.page
    assert isinstance(page, ItemPage)
    person.settle()
    read = page._read
    assert read is not None
    months = read.row.months
    assert sum(m.days - m.stocked for m in months) == start - 15 - 20 - 1
    assert read.row.average is not None and read.row.average > 40  # 15 a month were the days not looked at
    words = [line.words for line in page.without.strip._months]
    assert any(words)


def test_a_wrong_movement_is_corrected_from_its_card(person: Person, root: Path) -> None:
    """300 was typed for 30: the card keeps both lines, the shelf holds 30."""
    person.enter(root)
    came(person, 300, 10)
    pharmacy(person)
    person.type("losartan 50")
    person.press("Enter")
    page = person.window.page
    assert isinstance(page, ItemPage)
    page.card.setFocus()
    person.answer_with("3", "0", "Enter", "F9")
    person.press("Del")
    person.settle()
    assert [lot.quantity for lot in held(person)] == [30]
    assert page._read is not None and len(page._read.card) == 3
    assert page._read.card[0].movement.balance == 30
    person.press("Ctrl+Z")
    assert [lot.quantity for lot in held(person)] == [300]


def test_a_delivery_half_typed_is_not_lost_without_a_question(person: Person, root: Path) -> None:
    """Esc with lines that are not saved asks first, and they come back when one receives again."""
    person.enter(root)
    pharmacy(person)
    person.press("F9")
    page = person.window.page
    assert isinstance(page, ReceivePage)
    person.type("losar")
    person.press("Enter", "Enter", "Enter")
    person.type("0")
    person.press("Enter")
    assert page._noted == []
    field = QApplication.focusWidget()
    assert isinstance(field, TextField)
    field.selectAll()
    person.type("30")
    person.press("Enter")
    assert len(page._noted) == 1
    person.answer_with("Esc")
    person.press("Esc")
    assert person.window.page is page
    opened = person.application.open
    assert opened is not None
    m = MovementRecord
    assert opened.database.read(lambda c: c.execute(m.__table__.select()).first()) is None
    person.answer_with("F9")
    person.press("Esc")
    pharmacy(person)
    person.press("F9")
    again = person.window.page
    assert isinstance(again, ReceivePage) and again is not page
    assert [(n.item.id, n.units) for n in again._noted] == [(n.item.id, n.units) for n in page._noted]
    person.press("F9")
    assert [lot.quantity for lot in held(person)] == [30]
    pharmacy(person)
    person.press("F9")
    assert isinstance(person.window.page, ReceivePage) and person.window.page._noted == []


def test_who_comes_to_the_pharmacy_again_types_into_the_search_and_who_goes_back_stays_in_the_list(
    person: Person, root: Path
) -> None:
    """In the list letters receive, count and send; a name typed on arrival must not."""
    person.enter(root)
    came(person, 60, ago=3)
    page = pharmacy(person)
    person.type("losartan")
    person.press("Down", "Enter")
    assert isinstance(person.window.page, ItemPage)
    person.press("Esc")
    assert person.window.page is page and page.table.hasFocus()
    person.press("Alt+1")
    assert pharmacy(person) is page and page.search.hasFocus()
    person.type("tra")
    assert person.window.page is page and page.search.text() == "tra"
