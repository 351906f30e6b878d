"""What is being typed into the registration is kept, offered again, and goes on where it was left."""

from __future__ import annotations

import pytest
from bad_inputs import paste
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from registering import Hand, f9, opened, people
from sqlalchemy import func, select

from ces_desktop.data.models import DraftRecord
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.widgets import InlineNote


@pytest.fixture
def desk(dated_desk: DeskDouble) -> DeskDouble:
    return dated_desk


def drafts_held(desk: DeskDouble) -> int:
    return desk.database.read(lambda c: c.execute(select(func.count()).select_from(DraftRecord)).scalar()) or 0


def test_a_draft_is_kept_offered_and_gone_with_the_save(desk: DeskDouble) -> None:
    page = opened(desk)
    paste(page.form.given, "Inventada")
    paste(page.form.birth, "e45")
    paste(page.form.community, "sin li")
    page._save_draft()
    desk.settle()
    assert drafts_held(desk) == 1
    assert page.bar.words.text() == "Borrador guardado 11:00"
    # The program died here. Another day, another form:
    page = opened(desk)
    note = page.findChild(InlineNote)
    assert note is not None
    assert note.title.text() == "Se recuperó un borrador de las 11:00"
    assert page.form.given.text() == ""
    page._resume(page_draft(desk))
    assert (page.form.given.text(), page.form.birth.text()) == ("Inventada", "e45")
    assert page.form.community.text() == "sin li"
    paste(page.form.community, "")
    paste(page.form.paternal, "Prueba")
    page.form.sex.set_value("male")
    f9(desk, page)
    assert people(desk) == 1
    assert drafts_held(desk) == 0
    page.may_leave()
    desk.settle()
    assert drafts_held(desk) == 0


def page_draft(desk: DeskDouble):  # type: ignore[no-untyped-def]
    from ces_desktop.services.drafts import open_drafts

    return desk.database.read(lambda c: open_drafts(c, desk.actor.user))[0]


def test_leaving_keeps_the_draft_and_discarding_drops_it(desk: DeskDouble) -> None:
    page = opened(desk)
    paste(page.form.given, "Inventada")
    assert page.may_leave()
    desk.settle()
    assert drafts_held(desk) == 1
    page = opened(desk)
    page._drop(page_draft(desk).id)
    desk.settle()
    assert drafts_held(desk) == 0


def test_a_draft_goes_on_in_the_field_it_was_left_in(desk: DeskDouble) -> None:
    page = opened(desk)
    Hand().type("Ines").enter().enter().type("Prueba").enter()
    assert page.form.hand() == "maternal"
    page._save_draft()
    Hand().enter()  # to the sex: nothing typed since the draft was kept
    page.may_leave()
    desk.settle()
    again = RegistrationPage(desk, draft=page_draft(desk).id)
    desk.show(again, 1286, 634)
    again.activateWindow()
    desk.settle()
    assert QApplication.focusWidget() is again.form.sex
    assert again.bar.words.text() == "Borrador de las 11:00"


def test_typing_keeps_a_draft_by_itself(desk: DeskDouble, qtbot) -> None:  # type: ignore[no-untyped-def]
    page = opened(desk)
    Hand().type("ana")
    qtbot.waitUntil(lambda: drafts_held(desk) == 1, timeout=5000)
    assert page.form.given.text() == "ana"
