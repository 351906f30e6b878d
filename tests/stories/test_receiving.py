"""Receiving by keyboard, key by key: `=` repeats lot and expiry, F9 twice saves once, a wrong expiry is told."""

from __future__ import annotations

from pathlib import Path

import builders
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
