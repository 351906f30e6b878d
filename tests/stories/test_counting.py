"""The shelf is counted in the evening: six keys a lot at most, while somebody still comes for medicines."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person
from test_handing_out import left, stocked

from ces_desktop.ui.pages.count_page import CountPage


@pytest.mark.covers("I4")
def test_a_lot_takes_six_keys_and_the_count_ends_at_what_is_there(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    store, [losartan, metformin] = stocked(person, {"010.000.2520.00": 500, "010.000.5165.00": 1200})
    person.window.open_page("supplies")
    person.settle()
    person.answer_with("F9")
    person.press("Down", "C", "F9")
    page = person.window.page
    assert isinstance(page, CountPage) and page.units.hasFocus()
    for units in ("493", "1200"):
        person.keys = 0
        first = page.lines.current()
        assert first is not None
        person.type(units if first.item.id == losartan else "1200" if first.item.id == metformin else "0")
        person.press("Enter")
        assert person.keys <= 6
    store.move(metformin, None, -30, person.window.today)
    assert page.filters.value() == "differ" and page.lines.hasFocus(), "the last lot leads to what differs"
    person.press("6")
    person.answer_with("F9")
    person.press("F9")
    assert page.past.isVisible()
    assert left(store, losartan) == 493 and left(store, metformin) == 1170, "what left since is no difference"
    person.press("Ctrl+Z")
    assert left(store, losartan) == 500 and page.entry.isVisible()
