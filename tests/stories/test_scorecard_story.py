"""A clinic joins: its baseline is counted, what the program cannot know is entered, next steps written, by keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pypdfium2
import pytest
from driver import Person

from ces_desktop.data.queries.mentoring_papers import ScorecardPaper
from ces_desktop.data.queries.scorecard import Card, cards
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.scorecard import scorecard_pdf
from ces_desktop.ui.pages.scorecard_page import ScorecardPage
from ces_desktop.ui.print_frame import frame_of


def held(person: Person) -> tuple[Card, ...]:
    window = person.window
    return window.tasks.database.read(partial(cards, clinic=window.clinic.id))


@pytest.mark.covers("N1")
def test_baseline_and_yearly_by_keyboard(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    person.window.open_page("scorecard")
    person.settle()
    page = person.window.page
    assert isinstance(page, ScorecardPage) and page.stack.currentIndex() == 1
    person.answer_with("F9")
    person.press("F9")
    person.settle()
    (card,) = held(person)
    assert card.kind == "baseline" and [tile.number.text() for tile in page.tiles] == ["sin dato"] * 4

    at = page.table.records.place_of(lambda item: item.code == "meetings_held")
    page.table.select_place(at)
    page.table.setFocus()
    person.keys = 0
    person.answer_with("4", "Enter", "6", "Enter", *"convocar", "F9")
    person.press("Enter")
    person.settle()
    item = next(i for i in held(person)[0].items if i.code == "meetings_held")
    assert (item.points, item.next_step) == (67, "convocar") and person.keys <= 6 + len("convocar")
    assert page.tiles[2].number.text() == "67"
    person.press("Ctrl+Z", "Ctrl+Z")
    person.settle()
    assert page.tiles[2].number.text() == "sin dato"
    person.press("Ctrl+Shift+Z", "Ctrl+Shift+Z")
    person.settle()

    person.answer_with("F9")
    person.press("N")
    person.settle()
    assert [each.kind for each in held(person)] == ["baseline", "yearly"], "a clinic has one baseline"
    person.answer_with("Esc")
    person.press("F8")
    person.settle()
    frame = frame_of(person.window, 1_773_757_800_000)
    paper = scorecard_pdf(ScorecardPaper(held(person)), Slip(), frame)
    assert paper == scorecard_pdf(ScorecardPaper(held(person)), Slip(), frame)
    with pypdfium2.PdfDocument(paper) as document:
        last = document[len(document) - 1].get_textpage().get_text_bounded()
    assert "Agua y luz" in last and "Supervisión" in last, "nobody signs an empty page"
    builders.assert_proved(person.window.tasks.database)
