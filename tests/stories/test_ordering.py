"""The order by keyboard on the real window: prepared from use and prescriptions, explained, sent, come in parts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from driver import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from supplies import Store

from ces_desktop.data.queries.orders import OrderFile, order_file
from ces_desktop.domain.ids import Id
from ces_desktop.services import receipts
from ces_desktop.ui.pages.order_page import OrderPage
from ces_desktop.ui.pages.orders_page import OrdersPage

MENU = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


def store_of(person: Person) -> Store:
    opened = person.application.open
    assert opened is not None
    return Store(opened.database, person.window.actor)


def file_of(person: Person, order: Id) -> OrderFile:
    query = partial(order_file, clinic=person.window.clinic.id, order=order)
    found = person.window.tasks.database.read(query)
    assert found is not None
    return found


def order_page(person: Person) -> OrderPage:
    page = person.window.page
    assert isinstance(page, OrderPage)
    return page


def stocked(person: Person) -> tuple[Store, date, list[Id]]:
    """Two years: one item out since three months, one nearly out, one with plenty; four orders that came."""
    store, today = store_of(person), person.window.today
    items = store.items()[:3]
    store.history(items[0], today, [40] * 21 + [None] * 3)
    store.history(items[1], today, [60] * 24, left=40)
    store.history(items[2], today, [5] * 24, left=2000)
    for ago in (400, 330, 270, 200):
        store.past_order(today - timedelta(days=ago), 24, {items[2]: (20, 20)})
    return store, today, items


@MENU
@pytest.mark.covers("I6", "I7")
def test_the_order_of_the_cycle_is_prepared_explained_changed_and_sent(person: Person, root: Path) -> None:
    person.enter(root)
    _, _, items = stocked(person)
    person.window.open_page("orders")
    person.settle()
    assert isinstance(person.window.page, OrdersPage)
    person.press("F9")
    page = order_page(person)
    held = file_of(person, page._order)
    asked = {line.item: line for line in held.lines}
    assert set(asked) == {items[0], items[1]}, "what there is plenty of is not asked for"
    assert asked[items[0]].proposed >= 0.9 * 40 * 2, "three months without it do not make the need smaller"
    assert asked[items[0]].classic is not None and asked[items[0]].classic < asked[items[0]].proposed
    page.table.select_place(page.table.records.place_of(lambda r: r.item == items[1]))
    page.table.setFocus()
    person.settle()
    assert "%" in page.strip.head.text() and "Se agota" in page.strip.foot.text(), "a chance and a date"
    person.press("E")
    assert page.drawer.isVisible()
    person.press("Esc")
    keys = person.keys
    person.type("300")
    person.press("Enter")
    menu = QApplication.activePopupWidget()
    assert menu is not None, "why is it another quantity?"
    QTest.keyClick(menu, Qt.Key.Key_2)
    person.keys += 1
    person.settle()
    assert person.keys - keys <= 5
    line = next(x for x in file_of(person, page._order).lines if x.item == items[1])
    assert (line.requested, line.reason) == (300, "campaign")
    page.facts.slider.setFocus()
    for _ in range(2):
        QTest.keyClick(page.facts.slider, Qt.Key.Key_PageUp)
    person.settle()
    assert page.facts.slider.value() == 4 and "insumo" in page.facts.short.text(), "what a late truck would mean"
    page.table.setFocus()
    person.press("F9")
    assert file_of(person, page._order).order.state == "sent"
    person.press("Ctrl+Z")
    assert file_of(person, page._order).order.state == "draft", "sent by mistake is taken back"


@pytest.mark.covers("I8")
def test_what_was_asked_for_and_what_came_stand_side_by_side(person: Person, root: Path) -> None:
    person.enter(root)
    store, today, items = stocked(person)
    order = store.past_order(today - timedelta(days=40), 20, {items[0]: (100, 60), items[1]: (80, 0)})
    person.window.go_to("order", (order,))
    person.settle()

    def chips() -> dict[Id, str]:
        table = order_page(person).sent.records
        found = {}
        for n in range(table.rowCount()):
            found[table.row_at(n).item] = table.cell_at(n, 7).words()
        return found

    assert chips()[items[0]] == "En parte" and chips()[items[1]] not in ("En parte", "Completo")
    assert "llegó 33" in order_page(person).heading.sentence.text()
    line = receipts.ReceiptLine(store.id(), items[1], 90, "N1", (today + timedelta(days=500)).isoformat())
    request = receipts.Receipt(store.id(), "supplied", "SSA", today.isoformat(), (line,), order)
    store.db.write(partial(receipts.receive, request=request), store.who)
    order_page(person).reload()
    person.settle()
    assert chips()[items[1]] == "Llegó más"
    held = file_of(person, order)
    assert held.order.state == "partly_received" and (held.order.requested, held.order.received) == (180, 150)
    person.press("F9")
    assert person.window.place() == ("receive", ("supplied", None, order)), "the rest is received, not given up"
    person.press("Esc")
    person.go_to("Ya no llegará más")
    person.press("Enter")
    assert file_of(person, order).order.state == "received", "nothing more will come"
    person.press("Ctrl+Z")
    assert file_of(person, order).order.state == "partly_received"
