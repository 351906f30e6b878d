"""The page of edits with items, shelf settings, sign-ins and staff: words, widths, rights, where the form opens."""

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
from two_laptops import Laptops, encrypted

from ces_desktop import i18n
from ces_desktop.data.models import UserRecord
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.services import catalogue, staff, stock, users
from ces_desktop.services.catalogue import ItemRequest
from ces_desktop.services.staff import AbsenceRequest, Move, PersonRequest, PlacementRequest
from ces_desktop.services.stock import ShelfRequest
from ces_desktop.services.users import UserForm
from ces_desktop.ui.pages.conflicts_page import ConflictsPage
from ces_desktop.ui.widgets import Text

LEAD = builders.actor(Role.LEAD, Role.PHYSICIAN, name="Dra. Prueba Inventada")
PILL = ItemRequest(
    named_id("item", "CES-900"), "Metformina inventada", "medicine", "tablet", "CES-900", "Invented metformin",
    "tablet", "500 mg", 30, "oral",
)  # fmt: skip
WHO = PersonRequest(Id(bytes(15) + b"\x02"), "Dra. Pasante Inventada", phone="9610000000")
TERM = PlacementRequest(Id(bytes(15) + b"\x03"), WHO.id, "physician", "in_service", "2026-01-01")
AWAY = AbsenceRequest(Id(bytes(15) + b"\x04"), WHO.id, "leave", "2026-02-01", "2026-02-03")


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    """One edit of each kind at each laptop before they met."""
    made = encrypted(tmp_path)
    first = partial(made.first.write, actor=LEAD)
    first(lambda work: work.add(UserRecord(id=LEAD.user, name=LEAD.name)))
    first(partial(catalogue.add_item, request=PILL))
    form = UserForm("Enf. Uno Inventado", "", frozenset({Role.NURSE}))
    user = first(partial(users.add_user, form=form)).value
    first(partial(staff.add_person, request=WHO, placement=TERM))
    first(partial(staff.note_absence, request=AWAY))
    made.meet()
    for database, n, name, move in (
        (made.first, "1", "Dos", Move(TERM.id, "left", "2026-03-01", "enfermedad")),
        (made.second, "2", "Tres", Move(TERM.id, "finished", "2026-03-05")),
    ):
        item = replace(PILL, strength=f"{n}00 mg", form="tablet" if n == "1" else "syrup", ven="V" if n == "1" else "E")
        shelf = ShelfRequest(Id(bytes(14) + b"\x09" + n.encode()), PILL.id, "yes", f"Anaquel {n}")
        for act in (
            partial(catalogue.change_item, request=item),
            partial(stock.keep, request=shelf),
            partial(users.change_user, user=user, form=replace(form, name=f"Enf. {name} Inventado")),
            partial(staff.edit_person, request=replace(WHO, phone=f"961{n * 7}")),
            partial(staff.move, request=move),
            partial(staff.note_absence, request=replace(AWAY, until_on=f"2026-02-0{int(n) + 3}")),
        ):
            database.write(act, LEAD)
    made.meet()
    yield made
    made.close()


def page_of(laptops: Laptops, qtbot: QtBot, *roles: Role, size: tuple[int, int] = (1286, 712)) -> ConflictsPage:
    page = ConflictsPage(DeskDouble(laptops.first, builders.actor(*roles)))
    qtbot.addWidget(page)
    double(page).show(page, *size)
    return page


def double(page: ConflictsPage) -> DeskDouble:
    assert isinstance(page.desk, DeskDouble)
    return page.desk


def words(page: ConflictsPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def choose(page: ConflictsPage, table: str, field: str) -> None:
    page.table.select_place(page.table.records.place_of(lambda c: c.table == table and field in c.fields))
    double(page).settle()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot, size: tuple[int, int], language: i18n.Language
) -> None:
    i18n.use(language)
    page = page_of(laptops, qtbot, Role.LEAD, Role.PHYSICIAN, size=size)
    assert page.table.records.rowCount() == 7
    for place in range(page.table.records.rowCount()):
        page.table.select_place(place)
        double(page).settle()
        assert clipped(page) == []


def test_both_edits_in_words_and_where_the_form_opens(laptops: Laptops, dressed: QApplication, qtbot: QtBot) -> None:
    i18n.use("es")
    page = page_of(laptops, qtbot, Role.LEAD, Role.PHYSICIAN)
    for table, field, said, opens in (
        ("item", "strength", ("jarabe", "200 mg", "tableta", "100 mg"),
         ("open_page", "catalogue")),
        ("item", "ven", ("Clase VEN", "Vital", "Esencial"), ("open_page", "catalogue")),
        ("item_shelf", "location", ("Anaquel 1", "Anaquel 2"), ("go_to", "item", PILL.id)),
        ("app_user", "name", ("Enf. Dos Inventado", "Enf. Tres Inventado"), ("open_page", "users")),
        ("staff_person", "phone", ("961\u00a0111\u00a01111", "961\u00a0222\u00a02222"), ("open_page", "staff")),
        ("placement", "state", ("Salió antes", "enfermedad", "01-mar-2026", "05-mar-2026"), ("open_page", "staff")),
        ("absence", "until_on", ("Último día", "04-feb-2026", "05-feb-2026"), ("open_page", "staff")),
    ):  # fmt: skip
        choose(page, table, field)
        shown = words(page)
        for each in (*said, "Dra. Prueba Inventada", "En esta computadora", "En otra computadora"):
            assert each in shown, f"{table}.{field}: {each!r} not in {shown}"
        page.write_another()
        assert double(page).calls[-1] == opens
    i18n.use("en")
    english = page_of(laptops, qtbot, Role.LEAD, Role.PHYSICIAN)
    cells = [english.table.records.cell_at(n, 0).words() for n in range(english.table.records.rowCount())]
    assert sum("Invented metformin" in cell for cell in cells) == 3


def test_a_digit_keeps_and_what_is_not_ones_own_is_shown_without_a_choice(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("es")
    page = page_of(laptops, qtbot, Role.NURSE)
    assert {page.table.records.row_at(n).table for n in range(page.table.records.rowCount())} == {
        "item", "item_shelf", "staff_person", "placement", "absence",
    }, "a nurse is shown who may sign in"  # fmt: skip
    choose(page, "item", "ven")
    assert not page.keep.isEnabled() and page.keep.toolTip()
    QTest.keyClick(page.table, Qt.Key.Key_2)
    double(page).settle()
    assert page.table.records.rowCount() == 6
    choose(page, "item_shelf", "location")
    assert page.keep.isEnabled()
    QTest.keyClick(page.table, Qt.Key.Key_2)
    double(page).settle()
    assert page.table.records.rowCount() == 5 and "Anaquel 1" in double(page).toasts[-1][0]
