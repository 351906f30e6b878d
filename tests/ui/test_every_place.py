"""Every place of the window, over sixty people and over nobody: nothing clipped, named, reached by Tab, left by Esc."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from clipping import clipped, cut_cells, pseudo_language
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select
from whole_window import LONGER, LOOKS, Place, Shown, an_item, nameless, people_of

from ces_desktop.data.models import EncounterRecord, EnrolmentRecord
from ces_desktop.data.queries.households import household_rows
from ces_desktop.data.queries.mentoring_sessions import mentoring
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.domain.ids import Id
from ces_desktop.ui.widgets import DockedBar

PHARMACY = frozenset({
    "supplies", "item", "receive", "dispense", "count", "orders", "order", "transfers", "controlled", "equipment",
    "catalogue",
})  # fmt: skip


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("clinic", ["full", "empty"])
@pytest.mark.parametrize("look", [look for look in LOOKS if look != "laptop_large"])
def test_no_place_clips_its_words(show: Callable[[str, str], Shown], look: str, clinic: str) -> None:
    """Where a laptop and a small screen have the same letters a page is built once, and the window then grows."""
    shown = show(look, clinic)
    sizes = [LOOKS[each][:2] for each in (look, *(["laptop_large"] if look == "small_large" else []))]
    wrong = []
    for place in places_of(shown):
        shown.application.frame.resize(*sizes[0])
        shown.go(place)
        for size in sizes:
            shown.application.frame.resize(*size)
            shown.settle()
            wrong += [f"{place[0]} at {size}: {line}" for line in clipped(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("face")
def test_no_table_of_the_pharmacy_cuts_a_state_or_a_date(show: Callable[[str, str], Shown]) -> None:
    shown = show("laptop", "full")
    wrong = []
    for place in places_of(shown):
        if place[0] in PHARMACY:
            shown.go(place)
            wrong += [f"{place[0]}: {line}" for line in cut_cells(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("look", LOOKS)
def test_the_parts_of_the_top_bar_stand_side_by_side(show: Callable[[str, str], Shown], look: str) -> None:
    top = show(look, "full").window.top
    parts = [part for part in (top.search, top.demo, top.usb, top.user) if part.isVisible()]
    ordered = sorted(parts, key=lambda part: part.mapTo(top, part.rect().topLeft()).x())
    for one, other in pairwise(ordered):
        assert one.mapTo(top, one.rect().topRight()).x() < other.mapTo(top, other.rect().topLeft()).x()


@pytest.mark.usefixtures("face")
def test_no_place_clips_a_longer_language(show: Callable[[str, str], Shown]) -> None:
    shown = show(LONGER, "full")
    wrong = []
    with pseudo_language():
        shown.application._draw_window()
        for place in places_of(shown):
            shown.go(place)
            wrong += [f"{place[0]}: {line}" for line in clipped(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("clinic", ["full", "empty"])
def test_every_place_is_named_reached_by_tab_and_left_by_esc(show: Callable[[str, str], Shown], clinic: str) -> None:
    """And no part of one is ever shown as a window of its own, nor when all is drawn anew."""
    shown = show("laptop", clinic)
    wrong = []
    for place in places_of(shown):
        shown.go(("today", ()))
        shown.go(place)
        wrong += [f"{place[0]}: no name: {line}" for line in nameless(shown.application.frame)]
        page = shown.window.page
        assert page is not None
        if place[0] != "today":
            QTest.keyClick(shown.focus(), Qt.Key.Key_Escape)
            shown.settle()
            if shown.window.place() != ("today", ()):
                wrong.append(f"{place[0]}: Esc does not leave it")
            shown.go(place)
        page = shown.window.page
        for bar in page.findChildren(DockedBar):
            primary = bar.primary
            if primary is not None and primary.isVisible() and primary.isEnabled() and not _tabs_to(shown, primary):
                wrong.append(f"{place[0]}: Tab does not reach {primary.accessibleName()}")
    shown.application.redraw()
    shown.settle()
    wrong += [f"a window of its own: {part}" for part in shown.windows.stray]
    assert not wrong, "\n".join(wrong)


def places_of(shown: Shown) -> list[Place]:
    """Every place `ui/places.py` can build, over this clinic."""
    found: list[Place] = [(key, ()) for key in (
        "today", "patients", "rescue", "households", "duplicates", "settings", "users", "audit", "backups", "reference",
        "waiting", "late", "import_register", "indicators", "supplies", "receive", "orders", "equipment",
        "dispense", "count", "transfers", "transfer", "controlled", "network_supply", "usb", "conflicts", "received",
    )]  # fmt: skip
    found += [("registration", ("",)), ("laboratory", ()), ("handover", ()), ("scorecard", ())]
    found += [("mentoring", ()), ("checklists", ())]
    sessions = shown.opened.database.read(lambda c: mentoring(c, shown.window.clinic.id)).files
    found += [("mentoring_progress", ()), *(("mentoring_session", (f.session.id,)) for f in sessions[:1])]
    found += [("reports", ()), ("item", (an_item(shown),)), ("catalogue", ()), ("import_catalogue", ())]
    asked = shown.opened.database.read(lambda c: order_rows(c, shown.window.clinic.id))
    found += [("order", (each.id,)) for each in asked[:1]]
    found += [("staff", ()), ("staff_requests", ()), ("seminars", ())]
    people = people_of(shown)
    if people:
        houses = shown.opened.database.read(lambda c: household_rows(c, shown.window.clinic.id))
        one = (people[0],)
        found += [("patient", one), ("history", one), ("edit_patient", one), ("household", (houses[0].id,))]
        seen = encounter_of(shown)
        found += [("consult", (seen.patient,)), ("vitals", (people[1],)), ("encounter", (seen.id,))]
    return found


def encounter_of(shown: Shown) -> EncounterRecord:
    """A signed consult of somebody in a programme, with who was seen."""
    e, m = EncounterRecord, EnrolmentRecord
    query = select(e.id, e.patient).where(e.live == 1, e.patient.in_(select(m.patient).where(m.live == 1)))
    found = shown.opened.database.read(lambda c: c.execute(query.order_by(e.recorded_at.desc())).first())
    assert found is not None
    return EncounterRecord(id=Id(found.id), patient=Id(found.patient))


def _tabs_to(shown: Shown, target: QWidget) -> bool:
    for _ in range(120):
        if QApplication.focusWidget() is target:
            return True
        QTest.keyClick(shown.focus(), Qt.Key.Key_Tab)
    return False
