"""From the signature to the hand: a prescription filled in two keys, from the person and from the shelf in three."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person
from supplies import Store
from test_keys_consult import clinic_with, signed
from test_prescription_offer import sign

from ces_desktop.data.queries.stock import on_hand
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.dispense_page import DispensePage


def stocked(person: Person, units: dict[str, int]) -> tuple[Store, list[Id]]:
    opened = person.application.open
    assert opened is not None
    store = Store(opened.database, opened.actor)
    items = []
    for code, quantity in units.items():
        from ces_desktop.domain.ids import named_id

        item = named_id("item", code)
        store.move(item, store.lot(item, "2030-01-31"), quantity, person.window.today)
        items.append(item)
    return store, items


def left(store: Store, item: Id) -> int:
    return store.db.read(lambda c: on_hand(c, store.clinic, [item])).get(item, 0)


@pytest.mark.covers("I3")
def test_a_prescription_is_filled_in_two_keys_after_signing(person: Person, root: Path, spanish: None) -> None:
    clinic_with(person, root, "hypertension")
    store, [losartan, metformin] = stocked(person, {"010.000.2520.00": 500, "010.000.5165.00": 20})
    sign(person, "lo pe ma", renew=True)
    assert "Surtir  Ctrl+D" in person.window.toast_strip._further.text()
    person.keys = 0
    person.press("Ctrl+D", "F9")
    assert person.keys <= 3
    page = person.window.page
    assert isinstance(page, DispensePage)
    assert left(store, losartan) < 500 and left(store, metformin) == 0, "what there is; the rest is unmet demand"
    assert "Faltaron y se anotaron" in person.window.toast_strip.accessibleName()
    assert page.filters.value() == "waiting" and not page.table.records.rowCount()
    before = left(store, losartan)
    person.press("Ctrl+Z")
    assert left(store, losartan) == 500 > before and left(store, metformin) == 20
    assert page.table.records.rowCount() == 1, "it waits again"


@pytest.mark.covers("I3")
def test_from_the_person_and_from_the_shelf(person: Person, root: Path, spanish: None) -> None:
    care, who = clinic_with(person, root, "hypertension")
    store, [losartan] = stocked(person, {"010.000.2520.00": 500})
    sign(person, "lo pe ma", renew=True)
    assert signed(care, who)
    person.window.toast_strip.hide()
    person.keys = 0
    person.press("Ctrl+D", "F9")  # the record of who was seen is on the screen
    assert person.keys <= 3 and left(store, losartan) < 500
    person.press("Ctrl+Z")
    person.window.open_page("supplies")
    person.settle()
    person.keys = 0
    person.press("Down", "D", "F9")
    assert person.keys <= 3 and left(store, losartan) < 500
