"""Two clinics help each other: one lends losartan under a folio that the other writes too, and it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person
from test_handing_out import left, stocked

from ces_desktop.data.queries.transfers import TransferRow, transfers
from ces_desktop.ui.pages.transfer_page import TransferPage
from ces_desktop.ui.pages.transfers_page import TransfersPage


@pytest.mark.covers("I10")
def test_losartan_is_lent_by_keyboard_and_comes_back(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    store, [losartan] = stocked(person, {"010.000.2520.00": 500})

    def rows() -> list[TransferRow]:
        return store.db.read(lambda c: transfers(c, store.clinic))

    person.window.open_page("supplies")
    person.settle()
    person.press("Down", "T")
    assert isinstance(person.window.page, TransfersPage)
    person.press("F9")
    page = person.window.page
    assert isinstance(page, TransferPage)
    person.type("pRHO")  # préstamo, and on to the other clinic
    person.press("Enter", "Enter", "Enter")  # its day and folio stand there
    person.type("losa")
    person.press("Enter", "Enter", "Enter")
    person.type("5000")
    person.press("Enter")
    assert page.entry.units.hasFocus() and page.entry.note.count() == 1 and not page._noted, "told where it is typed"
    person.type("120")
    person.press("Enter", "F9")
    assert isinstance(person.window.page, TransfersPage) and left(store, losartan) == 380
    [row] = rows()
    assert (row.kind, row.other, row.folio[:6], row.owed) == ("loan", "RHO", "CAP-T-", {losartan: 120})
    person.window.page.table.setFocus()
    person.press("D")
    person.type("losa")  # what is owed is typed at once
    person.press("Enter")
    person.type("B9")
    person.press("Enter")
    person.type("0629")  # a month: the cursor goes on by itself
    person.type("120")
    person.press("Enter", "F9")
    assert left(store, losartan) == 500 and rows()[0].returned_on is not None
    person.press("Ctrl+Z")
    assert rows()[0].open_loan and left(store, losartan) == 380
