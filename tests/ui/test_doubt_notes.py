"""The note on a page that two computers changed what it shows, and F7, which leads to both edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from two_laptops import LEAD, encrypted, keep

from ces_desktop import i18n
from ces_desktop.data.models import UserRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import catalogue, staff, stock
from ces_desktop.services.catalogue import ItemRequest
from ces_desktop.services.staff import PersonRequest, PlacementRequest
from ces_desktop.services.stock import ShelfRequest
from ces_desktop.ui import theme
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.conflicts_page import ConflictsPage
from ces_desktop.ui.pages.doubt_note import DoubtNote
from ces_desktop.ui.pages.item_page import ItemPage
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.staff_page import StaffPage

GAUZE = ItemRequest(Id(bytes(15) + b"\x31"), "Gasa inventada", "material", "piece", source="CES")
WHO = PersonRequest(Id(bytes(15) + b"\x32"), "Dra. Pasante Inventada", phone="9610000000")
CALM = PersonRequest(Id(bytes(15) + b"\x33"), "Dr. Sin Dudas Inventado")
TERM = PlacementRequest(Id(bytes(15) + b"\x34"), WHO.id, "physician", "in_service", "2026-01-01")


class Parted:
    """Two laptops that changed one item, its place, somebody of the staff and a person before they met."""

    def __init__(self, folder: Path) -> None:
        self.laptops = made = encrypted(folder)
        for each in (made.first, made.second):
            each.local(load_shipped)
        first = partial(made.first.write, actor=LEAD)
        first(lambda work: work.add(UserRecord(id=LEAD.user, name=LEAD.name)))
        first(partial(catalogue.add_item, request=GAUZE))
        first(partial(staff.add_person, request=WHO, placement=TERM))
        first(partial(staff.add_person, request=CALM))
        self.patient = builders.register(made.first, LEAD)
        made.meet()
        for database, n in ((made.first, "1"), (made.second, "2")):
            place = ShelfRequest(Id(bytes(14) + b"\x35" + n.encode()), GAUZE.id, "yes", f"Anaquel {n}")
            database.write(partial(catalogue.change_item, request=replace(GAUZE, ven="V" if n == "1" else "E")), LEAD)
            database.write(partial(stock.keep, request=place), LEAD)
            database.write(partial(staff.edit_person, request=replace(WHO, phone=f"961{n * 7}")), LEAD)
            made.write(database, LEAD, self.patient, phone=f"962{n * 7}")
        made.meet()

    def desk(self) -> DeskDouble:
        return DeskDouble(self.laptops.first, builders.actor(Role.LEAD, Role.PHYSICIAN))

    def decide(self, table: str) -> None:
        for held in self.laptops.waiting(self.laptops.first):
            if held.table == table:
                keep(self.laptops.first, held, 0)


@pytest.fixture
def parted(tmp_path: Path) -> Iterator[Parted]:
    made = Parted(tmp_path)
    yield made
    made.laptops.close()


def shown(qtbot: QtBot, page: Page, size: tuple[int, int] = (1286, 712)) -> DeskDouble:
    qtbot.addWidget(page)
    desk = page.desk
    assert isinstance(desk, DeskDouble)
    desk.show(page, *size)
    return desk


def f7(page: Page) -> None:
    QTest.keyClick(page, Qt.Key.Key_F7)


def test_an_items_page_says_it_and_f7_opens_its_edits(parted: Parted, dressed: QApplication, qtbot: QtBot) -> None:
    i18n.use("es")
    page = ItemPage(parted.desk(), GAUZE.id)
    desk = shown(qtbot, page)
    assert page.doubt.isVisible()
    assert page.doubt.text.text() == "Se cambió en dos computadoras, por revisar: lugar, clase VEN."
    f7(page)
    assert desk.calls[-1] == ("go_to", "conflicts", GAUZE.id)
    for table in ("item", "item_shelf"):
        parted.decide(table)
    page.reload()
    desk.settle()
    assert not page.doubt.isVisible()
    calls = len(desk.calls)
    f7(page)
    assert len(desk.calls) == calls


def test_somebody_of_the_staff_when_they_are_chosen(parted: Parted, dressed: QApplication, qtbot: QtBot) -> None:
    i18n.use("es")
    page = StaffPage(parted.desk(), None)
    desk = shown(qtbot, page)
    for name, doubted in ((CALM.name, False), (WHO.name, True)):
        page.table.select_place(page.table.records.place_of(lambda p, name=name: p.name == name))
        desk.settle()
        assert page.person.doubt.isVisible() == doubted
    assert "teléfono" in page.person.doubt.text.text()
    f7(page)
    assert desk.calls[-1] == ("go_to", "conflicts", WHO.id)


def test_a_patients_page_has_the_key_too(parted: Parted, dressed: QApplication, qtbot: QtBot) -> None:
    i18n.use("es")
    page = PatientPage(parted.desk(), parted.patient)
    desk = shown(qtbot, page)
    f7(page)
    assert desk.calls[-1] == ("go_to", "conflicts", parted.patient)
    page.reload()  # the note is drawn anew: one of two F7 would be ambiguous, and Qt would then do nothing
    desk.settle()
    f7(page)
    assert desk.calls[-2:] == [("go_to", "conflicts", parted.patient)] * 2


def test_the_list_opens_at_what_was_asked_about(parted: Parted, dressed: QApplication, qtbot: QtBot) -> None:
    for about in (GAUZE.id, WHO.id, parted.patient):
        page = ConflictsPage(parted.desk(), about)
        shown(qtbot, page)
        held = page.table.current()
        assert held is not None and held.about == about
    page = ConflictsPage(parted.desk(), CALM.id)
    shown(qtbot, page)
    assert page.table.current() == page.table.records.row_at(0), "decided meanwhile: the first of what is left"


def test_at_a_clinic_that_is_visited_it_is_said_without_the_key(
    parted: Parted, dressed: QApplication, qtbot: QtBot
) -> None:
    """The list is a clinic's own: its people choose."""
    for clinic, visited in ((parted.laptops.first.installation.clinic, False), (Id(bytes(15) + b"\x36"), True)):
        desk = parted.desk()
        desk.clinic = replace(desk.clinic, id=clinic)
        note = DoubtNote(desk)
        qtbot.addWidget(note)
        note.tell(parted.laptops.waiting(parted.laptops.first))
        assert note.isVisible() and note.review.isHidden() == visited


LOOKS: tuple[tuple[tuple[int, int], float, i18n.Language], ...] = (
    ((1286, 712), 1, "es"), ((1286, 712), 1, "en"), ((1286, 712), 1.5, "es"),
    ((944, 544), 1, "es"), ((944, 544), 0.9, "en"), ((944, 544), 1.6, "es"),
)  # fmt: skip


@pytest.mark.parametrize("size, zoom, language", LOOKS)
def test_nothing_is_clipped(
    parted: Parted, dressed: QApplication, qtbot: QtBot, size: tuple[int, int], zoom: float, language: i18n.Language
) -> None:
    i18n.use(language)
    theme.apply(dressed, theme.load("light", zoom))
    for made in (
        lambda: ItemPage(parted.desk(), GAUZE.id),
        lambda: StaffPage(parted.desk(), None),
        lambda: PatientPage(parted.desk(), parted.patient),
    ):
        page = made()
        desk = shown(qtbot, page, size)
        if isinstance(page, StaffPage):
            page.table.select_place(page.table.records.place_of(lambda p: p.name == WHO.name))
            desk.settle()
        assert clipped(page) == []
