"""The page of edits with equipment, requests, seminars, clinic, orders, counts and handover: words, widths, forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from supplies import Store
from two_laptops import LEAD, Laptops, encrypted

from ces_desktop import i18n
from ces_desktop.data.models import ClinicRecord, ItemRecord, UserRecord
from ces_desktop.data.queries.counts import count_file
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import counts, equipment, handover, orders, seminars, staff_requests, users
from ces_desktop.services.counts import Counted, Start
from ces_desktop.services.equipment import PieceRequest
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.services.orders import CycleRequest, Draft, DraftLine, LineChange
from ces_desktop.services.seminars import QuestionForm, SeminarForm
from ces_desktop.services.staff_requests import RequestForm
from ces_desktop.services.users import ClinicForm
from ces_desktop.ui.messages import conflicts as wording
from ces_desktop.ui.pages.conflicts_page import ConflictsPage
from ces_desktop.ui.widgets import Text


def fixed(n: int) -> Id:
    return Id(bytes(14) + b"\x51" + bytes([n]))


SCALE = PieceRequest(fixed(1), "Báscula con estadímetro inventada", brand="Pesa", model="1", serial="A1")
ROOF = RequestForm(fixed(2), "housing", "soon", "Gotera en el techo de la casa del médico", "2026-02-01")
DAYS = SeminarForm(fixed(3), "Diabetes en la comunidad inventada", "CES", "seminar", "2026-03-02", "2026-03-03")
FACTS = ClinicForm("Ejemplo", "", "", "", "")
PILL, SENT, DRAFT, PACK, LINE = fixed(4), fixed(5), fixed(6), fixed(7), fixed(8)
QUIZ = [QuestionForm(f"¿Cuál es la meta {n}?", ("140/90", "130/80"), 1) for n in "123"]


def shared(laptops: Laptops) -> dict[str, Id]:
    """What stands at both before they part; lines of the draft and of the count by name."""
    write = partial(laptops.first.write, actor=LEAD)
    store, here = Store(laptops.first, LEAD), laptops.first.installation.clinic

    def rows(work: Work) -> None:
        work.add(UserRecord(id=LEAD.user, name=LEAD.name), ClinicRecord(id=here, prefix="CAP", name="Ejemplo"))
        work.add(ItemRecord(id=PILL, kind="medicine", name_es="Metformina inventada", name_en="Invented metformin",
                            unit="tablet", source="SSA", code="CES-900"))  # fmt: skip

    write(rows)
    store.move(PILL, store.lot(PILL, "2027-12-31", "B2"), 40, "2026-01-05")
    for order, line, source in ((SENT, fixed(11), "SSA"), (DRAFT, fixed(12), "CES")):
        asked = DraftLine(line, PILL, 100, 10, 0, 0, 3000, 500, 100)
        write(partial(orders.draft, request=Draft(order, source, (asked,))))
    acts: tuple[Callable[[Work], Any], ...] = (
        partial(equipment.add, request=SCALE), partial(staff_requests.ask, form=ROOF),
        partial(seminars.keep, form=DAYS), partial(seminars.ask, wanted=DAYS.id, questions=QUIZ),
        partial(counts.start, request=Start(fixed(9))), partial(handover.begin, request=HandoverRequest(PACK)),
        partial(handover.add_line, handover=PACK, line=LINE, words="Llaves"),
    )  # fmt: skip
    for act in acts:
        write(act)
    file = laptops.first.read(partial(count_file, clinic=here))
    assert file is not None
    laptops.meet()
    return {"lot": next(x.id for x in file.lines if x.number == "B2")}


def parted(n: int, lot: Id) -> tuple[Callable[[Work], Any], ...]:
    """What the laptop of that number writes before they meet."""
    one = n == 1
    piece = replace(SCALE, brand="Tara" if one else "Seca", serial=f"T{n}", calibration_months=6 * n)
    asked = replace(ROOF, urgency="urgent" if one else "normal", due_on=f"2026-02-0{n + 4}", owner=f"Luz Inventada {n}")
    days = replace(DAYS, from_on=f"2026-03-1{n}", until_on=f"2026-03-1{n + 2}", place=f"Sala {n}")
    question = replace(QUIZ[0], text=f"Meta {n}", options=(f"14{n}/90", "130/80"), correct=n)
    going = partial(orders.send, order=SENT, expected_on="2026-10-01") if one else partial(orders.cancel, order=SENT)
    wish = LineChange(fixed(12), 100 * n + 50, "season" if one else "brigade")
    return (
        partial(equipment.edit, request=piece), partial(staff_requests.edit, form=asked),
        partial(seminars.keep, form=days), partial(seminars.ask, wanted=DAYS.id, questions=[question, *QUIZ[1:]]),
        partial(users.change_clinic, form=replace(FACTS, municipality=f"Ángel Albino {n}")),
        going, partial(orders.change_line, request=wish),
        partial(orders.set_cycle, request=CycleRequest(fixed(20 + n), "SSA", 30 * n)),
        partial(counts.note, request=Counted(lot, 39 - n)),
        partial(handover.write, handover=PACK, line=LINE, words=f"Llaves con la vecina {n}"),
    )  # fmt: skip


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    """One edit of each kind at each laptop before they met."""
    made = encrypted(tmp_path)
    for each in (made.first, made.second):
        each.local(load_shipped)
    lot = shared(made)["lot"]
    for n, database in ((1, made.first), (2, made.second)):
        for act in parted(n, lot):
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


def tables(page: ConflictsPage) -> set[str]:
    return {page.table.records.row_at(n).table for n in range(page.table.records.rowCount())}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot, size: tuple[int, int], language: i18n.Language
) -> None:
    i18n.use(language)
    page = page_of(laptops, qtbot, Role.LEAD, Role.PHYSICIAN, size=size)
    assert page.table.records.rowCount() == 13
    for place in range(page.table.records.rowCount()):
        page.table.select_place(place)
        double(page).settle()
        assert clipped(page) == []


EACH: tuple[tuple[str, str, str, tuple[str, ...], tuple[Any, ...]], ...] = (
    ("equipment", "serial", "Báscula con", ("Marca", "Tara", "T1", "Seca", "T2"), ("open_page", "equipment")),
    ("equipment", "calibration_months", "Báscula con", ("6\u00a0meses", "12\u00a0meses"), ("open_page", "equipment")),
    ("staff_request", "urgency", "Gotera", ("Urgente", "Puede esperar", "05-feb-2026", "06-feb-2026"),
     ("open_page", "staff_requests")),
    ("staff_request", "owner", "Gotera", ("Luz Inventada 1", "Luz Inventada 2"), ("open_page", "staff_requests")),
    ("seminar", "from_on", "Diabetes en", ("11-mar-2026", "14-mar-2026"), ("open_page", "seminars")),
    ("seminar", "place", "Diabetes en", ("Dónde", "Sala 1", "Sala 2"), ("open_page", "seminars")),
    ("quiz_question", "text", "Diabetes en", ("Meta 1", "141/90; 130/80", "Meta 2"), ("open_page", "seminars")),
    ("clinic", "municipality", "Ejemplo", ("Ángel Albino 1", "Ángel Albino 2"), ("open_page", "settings")),
    ("supply_cycle", "review_days", "SSA", ("Días entre pedidos", "30", "60"), ("open_page", "orders")),
    ("supply_order", "state", "CAP-2026-001", ("Enviado", "Cancelado"), ("go_to", "order", SENT)),
    ("order_line", "requested", "Metformina", ("150", "250", "Temporada: lluvias, calor, gripe"),
     ("go_to", "order", DRAFT)),
    ("count_line", "counted", "Metformina", ("38", "37", "Contado"), ("open_page", "count")),
    ("handover_line", "words", "Agregado a mano", ("Llaves con la vecina 1", "Llaves con la vecina 2"),
     ("open_page", "handover")),
)  # fmt: skip
"""Table, field, what the row is called, words of both edits, and where the form opens."""


def test_both_edits_in_words_and_where_the_form_opens(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("es")
    page = page_of(laptops, qtbot, Role.LEAD, Role.PHYSICIAN)
    for table, field, who, said, opens in EACH:
        choose(page, table, field)
        held = page.table.current()
        assert held is not None and who in wording.who(held)
        shown = words(page)
        for each in (*said, "Dra. Prueba Inventada", "En esta computadora", "En otra computadora"):
            assert each in shown, f"{table}.{field}: {each!r} not in {shown}"
        page.write_another()
        assert double(page).calls[-1] == opens


def test_each_role_is_shown_its_own_and_chooses_its_own(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("es")
    store = {"equipment", "supply_cycle", "supply_order", "order_line", "count_line"}
    page = page_of(laptops, qtbot, Role.STORE_KEEPER)
    assert tables(page) == store
    choose(page, "count_line", "counted")
    QTest.keyClick(page.table, Qt.Key.Key_2)
    double(page).settle()
    assert tables(page) == store - {"count_line"} and "38" in double(page).toasts[-1][0]
    page = page_of(laptops, qtbot, Role.MENTOR)
    assert tables(page) == store - {"count_line"} | {
        "staff_request", "seminar", "quiz_question", "handover_line",
    }  # fmt: skip
    choose(page, "handover_line", "words")
    assert not page.keep.isEnabled() and page.keep.toolTip()
    choose(page, "seminar", "from_on")
    assert page.keep.isEnabled()
