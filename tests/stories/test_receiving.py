"""Receiving by keyboard, key by key: `=` repeats lot and expiry, F9 twice saves once, a wrong expiry is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import builders
import pytest
from driver import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import func, select

from ces_desktop.data.models import MovementRecord, table_of
from ces_desktop.ui import places
from ces_desktop.ui.pages.receive_page import ReceivePage


def receiving(person: Person) -> ReceivePage:
    rail = [entry.key for entry in places.rail_entries(person.window.actor)]
    person.press(f"Alt+{1 + rail.index('supplies')}", "F9")
    page = person.window.page
    assert isinstance(page, ReceivePage)
    return page


def a_line(person: Person, item: str, *, lot: str = "a24", expiry: str = "0331", units: str = "90") -> None:
    person.type(item)
    person.press("Enter")
    person.type(lot)
    if lot != "=":
        person.press("Enter")
        person.type(expiry)
    person.type(units)
    person.press("Enter")


def test_the_equals_sign_repeats_lot_and_expiry_of_the_line_above(person: Person, root: Path) -> None:
    person.enter(root)
    page = receiving(person)
    a_line(person, "losar")
    a_line(person, "para", lot="=", units="20")
    second, first = page._noted
    assert (second.number, second.expiry, second.units) == (first.number, first.expiry, 20)
    assert first.number == "a24" and second.item.id != first.item.id
    person.type("metfo")
    person.press("Enter", "Enter")
    person.type("=")  # in the expiry too
    assert page.entry.number.text() == "a24" and page.entry.expiry.value() == "2031-03-31"
    person.press("F9")


@pytest.mark.covers("I8")
def test_a_line_without_an_order_takes_twelve_keys(person: Person, root: Path) -> None:
    """What the program knows is not typed: items of the shelf come first, lots that came before bring their expiry,
    the quantity of the last delivery stands there. A new lot costs eight keys and what is printed of it, four here."""
    person.enter(root)
    receiving(person).kind.set_value("supplied")  # not what there was at the start: as much may come again
    a_line(person, "losar", lot="L4K2830", expiry="0531", units="120")
    a_line(person, "para", lot="p1", expiry="1131", units="200")
    person.press("F9")
    page = receiving(person)

    def keys(line: Callable[[], None]) -> int:
        before = person.keys
        line()
        return person.keys - before

    def a_new_lot() -> None:
        person.type("lo")
        person.press("Enter")
        person.type("7720")
        person.press("Enter")
        person.type("531")  # a month of one digit needs no nought
        assert page.entry.units.selectedText() == "120"  # as last time: accepted, or typed over
        person.press("Enter")

    def a_lot_that_came_before() -> None:
        person.type("lo")
        person.press("Enter", "Down", "Enter")
        person.type("3x30")
        person.press("Enter")

    def the_same_lot_by_its_beginning() -> None:
        person.type("par")
        person.press("Enter")
        person.type("p")
        person.press("Down", "Enter")
        person.type("90")
        person.press("Enter")

    def another_item_of_the_same_box() -> None:
        person.type("=")
        person.type("=")
        person.type("15")
        person.press("Enter")

    lines = (a_new_lot, a_lot_that_came_before, the_same_lot_by_its_beginning, another_item_of_the_same_box)
    counted = [keys(each) for each in lines]
    noted = [(n.number, n.expiry.isoformat() if n.expiry else "", n.units) for n in reversed(page._noted)]
    person.press("F9")
    assert counted == [12, 10, 10, 5]
    assert noted == [
        ("7720", "2031-05-31", 120), ("L4K2830", "2031-05-31", 90), ("P1", "2031-11-30", 90), ("P1", "2031-11-30", 15),
    ]  # fmt: skip


def test_a_line_of_the_first_day_takes_fourteen_keys_and_a_further_lot_twelve(person: Person, root: Path) -> None:
    """Nothing came before, so all that is printed is typed: two letters of the item, a lot of four, a month of three, a
    quantity of two, and the three Enters between. The ceiling of twelve is that of a delivery."""
    person.enter(root)
    page = receiving(person)
    counted = []
    for item, lot, expiry in (("lo", "7720", "531"), ("=", "7721", "631"), ("pa", "8810", "731")):
        before = person.keys
        person.type(item)
        if item != "=":
            person.press("Enter")
        person.type(lot)
        person.press("Enter")
        person.type(f"{expiry}3x")  # three of its boxes
        person.press("Enter")
        counted.append(person.keys - before)
    noted = [(n.number, str(n.expiry), n.units == 3 * (n.item.pack or 0)) for n in page._noted]
    person.press("F9")
    assert counted == [14, 12, 14]
    assert noted[::-1] == [("7720", "2031-05-31", True), ("7721", "2031-06-30", True), ("8810", "2031-07-31", True)]


def test_a_number_typed_whole_brings_its_expiry_and_a_new_one_does_not(person: Person, root: Path) -> None:
    person.enter(root)
    receiving(person).kind.set_value("supplied")
    a_line(person, "losar", lot="A24", expiry="0531", units="120")
    person.press("F9")
    page = receiving(person)
    person.type("losar")
    person.press("Enter")
    person.type("a24")
    person.press("Enter")
    assert page.entry.units.hasFocus() and page.entry.expiry.value() == "2031-05-31"
    page.entry.expect(None, None)
    person.settle()
    person.type("losar")
    person.press("Enter")
    person.type("a2")
    person.press("Enter")
    assert page.entry.expiry.edit.hasFocus() and page.entry.number.value() == "a2" and not page.entry.expiry.value()
    assert page.entry.units.text() == "120"
    page.entry.item.setFocus()
    page.entry.item.selectAll()
    person.type("para")  # another item after all: what was foretold of the first is gone
    person.press("Enter")
    assert page.entry.units.text() == ""


def test_an_equals_sign_within_a_lot_number_stays(person: Person, root: Path) -> None:
    person.enter(root)
    page = receiving(person)
    a_line(person, "losar")
    person.type("para")
    person.press("Enter")
    person.type("b=1")
    assert page.entry.number.text() == "b=1"
    person.press("F9")


def test_two_quick_f9_save_one_delivery(person: Person, root: Path) -> None:
    """The second comes before the first was written: a held key, an impatient hand."""
    person.enter(root)
    page = receiving(person)
    a_line(person, "losar")
    for _ in range(2):
        QTest.keyClick(person.window, Qt.Key.Key_F9)
    person.settle()
    assert person.window.page is not page
    opened = person.application.open
    assert opened is not None
    count = select(func.count()).select_from(table_of(MovementRecord))
    assert opened.database.read(lambda c: c.execute(count).scalar()) == 1
    builders.assert_proved(opened.database)


def test_what_is_no_expiry_is_told_in_words_that_fit(person: Person, root: Path) -> None:
    person.enter(root)
    page = receiving(person)
    person.type("losar")
    person.press("Enter", "Enter")
    person.type("33/9")
    caption = page.entry.expiry.caption
    assert caption.text() == "No es una fecha"
    assert caption.fontMetrics().horizontalAdvance(caption.text()) <= caption.width()
    person.press("Enter")
    person.type("90")
    person.press("Enter")
    assert page.entry.note.count() == 1 and page._noted == []
