"""The register by keyboard: filters with counts, rows read as they are seen, type-ahead, the empty clinic."""

from __future__ import annotations

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ces_desktop.data.models import PatientStatusRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.patients_page import WINDOW, PatientsPage


def fill(desk: DeskDouble, many: int = 0) -> dict[str, Id]:
    names = [("Ana", "Álvarez"), ("Eva", "de la Cruz"), ("Zoe", "Díaz"), ("Luz", "Zúñiga")]
    ids = {
        given: builders.register(desk.database, desk.actor, n, given=given, paternal=paternal)
        for n, (given, paternal) in enumerate(names, 1)
    }
    for n in range(many):
        builders.register(desk.database, desk.actor, 100 + n, given=f"Persona {chr(97 + n % 26)}", paternal="Medio")
    return ids


def shown(desk: DeskDouble, qtbot: QtBot) -> PatientsPage:
    page = PatientsPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    return page


def names(page: PatientsPage) -> list[str]:
    records = page.table.records
    rows = (records.row_at(place) for place in range(records.rowCount()))
    return [row.identity.given if row else "…" for row in rows]


def test_an_empty_clinic_offers_to_register_the_first(desk: DeskDouble, qtbot: QtBot, spanish: None) -> None:
    page = shown(desk, qtbot)
    assert page.empty.isVisible()
    assert page.empty.fact.text() == "Aún no hay pacientes."
    page.new.click()
    assert desk.asked("register_patient") == [("",)]


def test_people_by_surnames_with_counts_and_a_quick_view(desk: DeskDouble, qtbot: QtBot) -> None:
    fill(desk)
    page = shown(desk, qtbot)
    assert names(page) == ["Ana", "Eva", "Zoe", "Luz"]
    assert [button.shown_text().split()[-1] for button in page.filters.values()] == ["4", "4", "4", "0", "0"]
    assert page.quick.isVisible()
    assert "ÁLVAREZ EJEMPLO, Ana" in page.quick.accessibleDescription()


def test_enter_and_f9_open_the_chosen_person(desk: DeskDouble, qtbot: QtBot) -> None:
    ids = fill(desk)
    page = shown(desk, qtbot)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.primary()
    assert desk.asked("open_patient") == [(ids["Eva"],), (ids["Eva"],)]


def test_letters_go_to_the_next_surname_without_its_particles(desk: DeskDouble, qtbot: QtBot) -> None:
    fill(desk, many=2 * WINDOW)
    page = shown(desk, qtbot)
    qtbot.keyClicks(page.table, "zu")
    desk.settle()
    chosen = page.table.current()
    assert chosen is not None
    assert chosen.identity.given == "Luz"
    page.table._forget_typed()
    qtbot.keyClicks(page.table, "cruz")
    assert page.table.currentIndex().row() == 1


def test_only_what_is_seen_is_read(desk: DeskDouble, qtbot: QtBot) -> None:
    fill(desk, many=5 * WINDOW)
    page = shown(desk, qtbot)
    assert page.table.records.rowCount() == 5 * WINDOW + 4
    assert len(page._rows._read) <= 2 * WINDOW
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    desk.settle()
    chosen = page.table.current()
    assert chosen is not None
    assert chosen.identity.given == "Luz"
    assert len(page._rows._read) <= 3 * WINDOW


def test_a_filter_narrows_and_the_list_follows_the_register(desk: DeskDouble, qtbot: QtBot) -> None:
    ids = fill(desk)
    page = shown(desk, qtbot)
    page.choose_filter("left")
    desk.settle()
    assert page.nobody.isVisible()

    def leave(work: Work) -> None:
        work.add(
            PatientStatusRecord(id=work.new_id(), patient=ids["Zoe"], status="moved", happened_on="2026-02-01")
        )

    desk.tasks.write(leave, lambda _: None, owner=page)
    desk.settle()
    assert names(page) == ["Zoe"]
    assert page.table.isVisible()


def test_who_is_chosen_stays_chosen_when_the_register_changes(desk: DeskDouble, qtbot: QtBot) -> None:
    fill(desk)
    page = shown(desk, qtbot)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    desk.settle()
    builders.register(desk.database, desk.actor, 50, given="Nueva", paternal="Abarca")
    page.reload()
    desk.settle()
    desk.settle()
    chosen = page.table.current()
    assert chosen is not None
    assert chosen.identity.given == "Eva"


def test_a_mentor_sees_but_is_not_offered_to_register(desk: DeskDouble, qtbot: QtBot) -> None:
    desk._actor = builders.actor(Role.MENTOR)
    page = shown(desk, qtbot)
    assert page.new.isHidden()


@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_cut(spanish: None, desk: DeskDouble, qtbot: QtBot, size: tuple[int, int]) -> None:
    page = shown(desk, qtbot)
    assert clipped(page) == []
    fill(desk, many=30)
    page.reload()
    desk.show(page, *size)
    assert clipped(page) == []
