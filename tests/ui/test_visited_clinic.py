"""At a mentor's laptop: the places of the clinic that is chosen, by keyboard; what is written is that clinic's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import mentoring as made
import pytest
from clipping import clipped
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select
from valleys import Valley, today
from whole_window import LOOKS, Place, Shown, nameless

from ces_desktop.data.models import MentoringSessionRecord
from ces_desktop.data.queries.mentoring import actions
from ces_desktop.services import mentoring
from ces_desktop.ui.dialogs.clinics import ClinicDialog
from ces_desktop.ui.pages.mentoring_page import MentoringPage
from ces_desktop.ui.pages.mentoring_session_page import SessionPage
from ces_desktop.ui.pages.staff_page import StaffPage


@pytest.fixture
def valley(clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valley]:
    found = Valley(tmp_path, monkeypatch)
    monkeypatch.setenv("CES_DESKTOP_STATE", str(found.mentor.state))
    yield found
    found.close()


@pytest.fixture
def shown(qapp: QApplication, valley: Valley) -> Iterator[Shown]:
    """The mentor's window."""
    found = Shown(qapp, valley.mentor.opened, "laptop")
    yield found
    found.leave()


def page(shown: Shown, kind: type[MentoringPage]) -> MentoringPage:
    assert isinstance(shown.window.page, kind)
    return shown.window.page


def wake(shown: Shown) -> None:
    """The offscreen platform forgets the window when a dialog goes: its shortcuts would be deaf."""
    if QApplication.activeWindow() is None:
        shown.application.frame.activateWindow()
        assert QTest.qWaitForWindowActive(shown.application.frame)


def choose(shown: Shown, *keys: Qt.Key) -> None:
    """The button of the top bar, and these keys in the dialog it opens."""
    told = []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ClinicDialog) or QApplication.activeWindow() is not dialog:
            QTimer.singleShot(20, press)
            return
        told.extend(dialog.table.records.row_at(n).site.prefix for n in range(dialog.table.records.rowCount()))
        for key in keys:
            QTest.keyClick(QApplication.focusWidget() or dialog, key)

    QTimer.singleShot(20, press)
    shown.window.top.clinic.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(shown.window.top.clinic, Qt.Key.Key_Return)
    shown.settle()
    assert told == ["CAP", "REF"]


def test_what_is_written_is_of_the_clinic_that_is_chosen_and_the_choice_is_kept(
    qapp: QApplication, shown: Shown, valley: Valley
) -> None:
    window = shown.window
    assert [window.rail._items[key].text() for key in ("mentoring", "staff", "handover")] == [
        "Mentoría", "Personal", "Entrega",
    ]  # fmt: skip
    shown.go(("mentoring", ()))
    assert page(shown, MentoringPage).desk.clinic.prefix == "CAP"
    assert window.top.clinic.isVisible() and window.top.clinic.accessibleName() == "Clínica: Inventada CAP"
    choose(shown, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert page(shown, MentoringPage).desk.clinic.prefix == "REF"
    shown.go(("mentoring_edit", ()))
    form = window.page
    assert isinstance(form, SessionPage) and "Inventada REF" in form.heading.sentence.text()
    wake(shown)
    QTest.keyClick(shown.focus(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    shown.settle()
    s = MentoringSessionRecord
    clinics = valley.mentor.db.read(lambda c: c.execute(select(s.clinic)).scalars().all())
    assert clinics == [valley.ref.site]
    shown.go(("network", ()))
    assert not window.top.clinic.isVisible()
    shown.application.redraw()
    shown.settle()
    shown.go(("staff", ()))
    staff = shown.window.page
    assert isinstance(staff, StaffPage) and staff.desk.clinic.prefix == "REF"
    assert not staff.desk.actor.roles - valley.as_mentor.roles, "a mentor administers no clinic"


def test_a_draft_of_one_clinic_is_not_offered_at_another_and_esc_leads_to_none_of_before(
    shown: Shown, valley: Valley
) -> None:
    shown.go(("mentoring", ()))
    shown.go(("mentoring_edit", ()))
    form = shown.window.page
    assert isinstance(form, SessionPage)
    begun = form._id
    form.agree.lines[0].text.setText("Revisar pies")
    form._keep_draft()
    shown.settle()
    choose(shown, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert page(shown, MentoringPage).desk.clinic.prefix == "REF", "a session of one clinic is none of the other"
    shown.go(("mentoring_edit", ()))
    other = shown.window.page
    assert isinstance(other, SessionPage) and other._id != begun and not other.agree.lines[0].text.text()
    for _ in range(4):
        QTest.keyClick(shown.focus(), Qt.Key.Key_Escape)
        shown.settle()
    assert shown.window.place()[0] == "network"
    choose_by_command(shown, valley)
    shown.go(("mentoring_edit", ()))
    again = shown.window.page
    assert isinstance(again, SessionPage) and again._id == begun and again.agree.lines[0].text.text() == "Revisar pies"


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("look", LOOKS)
def test_no_place_of_a_visited_clinic_clips_its_words(qapp: QApplication, valley: Valley, look: str) -> None:
    """With a session to show, a long name of the clinic in the top bar, and every part named."""
    valley.write(partial(mentoring.save, session=valley.session(today(valley.mentor))))
    found = Shown(qapp, valley.mentor.opened, look)
    wrong = []
    places: list[Place] = [(key, ()) for key in (
        "network", "mentoring", "mentoring_edit", "mentoring_progress", "checklists", "staff", "staff_requests",
        "seminars", "handover", "scorecard",
    )]  # fmt: skip
    for place in [*places, ("mentoring_session", (made.key("session"),))]:
        found.go(place)
        seen = [*clipped(found.application.frame), *(f"no name: {x}" for x in nameless(found.application.frame))]
        wrong += [f"{place[0]}: {line}" for line in seen]
        if look == "laptop" and place[0] not in ("network", "mentoring_edit"):
            QTest.keyClick(found.focus(), Qt.Key.Key_Escape)
            found.settle()
            if found.window.place() == place:
                wrong.append(f"{place[0]}: Esc does not leave it")
    wrong += found.windows.stray
    found.leave()
    assert not wrong, "\n".join(wrong)


def choose_by_command(shown: Shown, valley: Valley) -> None:
    """`>` in the search box knows the clinics too."""
    from ces_desktop.ui import places

    found = {title: act for title, _, act in places.commands(shown.window)}
    assert "Clínica: Inventada REF" not in found and "Nueva sesión de mentoría" in found
    found["Clínica: Inventada CAP"]()
    shown.settle()


def test_the_search_box_finds_places_and_clinics_and_no_people(shown: Shown) -> None:
    """Nobody's place is on a mentor's laptop: to say that nobody is called so would be untrue."""
    wake(shown)
    box = shown.window.top.search
    QTest.keyClick(shown.focus(), Qt.Key.Key_F2)
    shown.settle()
    assert box.hasFocus() and box.placeholderText() == "Buscar un lugar o comando"
    QTest.keyClicks(box, "personal")
    shown.settle()
    popup = shown.window.popup
    assert popup.command_list.records.row_at(0)[0] == "Personal" and popup.new.isHidden()
    box.clear()
    QTest.keyClicks(box, "clinica ref")
    QTest.keyClick(box, Qt.Key.Key_Return)
    shown.settle()
    shown.go(("mentoring", ()))
    assert page(shown, MentoringPage).desk.clinic.prefix == "REF"


def test_a_session_begun_at_the_clinic_is_gone_on_with_and_signed_by_the_mentor(shown: Shown, valley: Valley) -> None:
    """Whoever began it there under another sign-in stays in it; undo takes the closing of an action back."""
    begun = valley.session(today(valley.cap))
    begun = made.session(valley.hub.opened.actor, valley.cap.who, begun.happened_on, actions=begun.actions)
    valley.write(partial(mentoring.save, session=begun))
    shown.go(("mentoring", ()))
    QTest.keyClick(shown.focus(), Qt.Key.Key_Return)
    shown.settle()
    form = shown.window.page
    assert isinstance(form, SessionPage) and form._id == begun.id
    QTest.keyClick(shown.focus(), Qt.Key.Key_F9)
    shown.settle()
    held = made.held_at(valley.mentor.db, valley.cap.site)
    assert [s.user for s in held.signatures] == [valley.mentor.who.user] and held.state == "by_mentor"
    assert {p.user for p in held.session.of_side("mentor")} == {valley.mentor.who.user, valley.hub.opened.actor.user}
    valley.write(partial(mentoring.review, action=begun.actions[0].id, state="done"))
    QTest.keyClick(shown.focus(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shown.settle()
    (action,) = valley.mentor.db.read(partial(actions, clinic=valley.cap.site))
    assert action.state == "open"
