"""The order by keyboard: prepared, explained, changed with a reason, a late truck, a budget, sent, come, filed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QMenu
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.queries.orders import OrderFile, order_file, order_rows
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.services import undo
from ces_desktop.ui import labels
from ces_desktop.ui.dialogs.supply_cycle import CycleDialog
from ces_desktop.ui.pages.order_page import RISK, OrderPage
from ces_desktop.ui.pages.orders_page import OrdersPage
from ces_desktop.ui.pages.today_page import TodayPage
from ces_desktop.ui.widgets import Button, Text

menus = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
"""The offscreen platform has one keyboard anyway."""
NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
KEY = Qt.Key
TITLE, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    i18n.use("es")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    yield double
    builders.assert_proved(double.database)
    double.close()


@pytest.fixture
def store(desk: DeskDouble) -> Store:
    """Six items: out, low, plenty, out for three months, slow, and one that nobody ever used."""
    held = Store(desk.database, desk.actor)
    items = held.items()
    held.history(items[0], TODAY, [30] * 24)
    held.history(items[1], TODAY, [120] * 24, left=160)
    held.history(items[2], TODAY, [10] * 24, left=4000)
    held.history(items[3], TODAY, [60] * 21 + [None] * 3)
    held.history(items[4], TODAY, [0, 1] * 12)
    held.keep(items[5])
    for month in (5, 7, 9, 11):
        held.past_order(date(2025, month, 3), 26, {items[0]: (50, 40)})
    return held


def prepared(desk: DeskDouble, store: Store, qtbot: QtBot) -> OrderPage:
    """The list, F9, and the order it opens."""
    page = OrdersPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    page.primary()
    desk.settle()
    [(key, order)] = desk.asked("go_to")
    assert key == "order"
    view = OrderPage(desk, order)
    qtbot.addWidget(view)
    desk.show(view)
    view.table.setFocus()
    return view


def file_of(desk: DeskDouble, page: OrderPage) -> OrderFile:
    found = desk.database.read(partial(order_file, clinic=desk.clinic.id, order=page._order))
    assert found is not None
    return found


def keys(qtbot: QtBot, desk: DeskDouble, *pressed: Qt.Key | str) -> None:
    for each in pressed:
        focus = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClicks(focus, each) if isinstance(each, str) else qtbot.keyClick(focus, each)
        desk.settle()


def test_an_order_is_prepared_and_explains_itself(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    held = file_of(desk, page)
    assert held.order.state == "draft" and held.order.source == "SSA"
    shown = [page.table.records.row_at(n) for n in range(page.table.records.rowCount())]
    assert {r.item for r in shown} == {line.item for line in held.lines if line.requested}
    assert store.items()[2] not in {r.item for r in shown}, "four hundred months of it are there"
    page.table.select_place(next(n for n, r in enumerate(shown) if r.item == store.items()[3]))
    assert "No hay" in page.strip.head.text()
    assert "dic-2025, ene-2026, feb-2026" in page.strip.foot.text(), "the months without stock are said"
    assert "Fórmula clásica" in page.strip.foot.text()
    plan = page._plan
    assert plan is not None
    titles = [page.table.model().headerData(RISK, Qt.Orientation.Horizontal, role) for role in (TITLE, TIP)]
    assert titles[0] == f"Riesgo hasta {labels.short_day(plan.covers)}" and labels.day(plan.covers) in titles[1]
    keys(qtbot, desk, "e")
    assert page.drawer.isVisible() and not clipped(page)
    keys(qtbot, desk, KEY.Key_Escape)
    assert not page.drawer.isVisible()
    page.choose_tab("none")
    none = {page.table.records.row_at(n).item for n in range(page.table.records.rowCount())}
    assert {store.items()[2], store.items()[5]} <= none
    place = page.table.records.place_of(lambda r: r.item == store.items()[5])
    page.table.select_place(place)
    assert "No se sabe" in page.strip.head.text()


@menus
def test_a_quantity_is_changed_with_a_reason_in_five_keys(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    page.table.select_place(0)
    chosen = page.table.current()
    assert chosen is not None and chosen.kept is not None
    qtbot.keyClicks(page.table, "900")  # the first digit opens the field, which takes the others
    assert page.quantity.isVisible()
    if page.quantity.text() != "900":
        page.quantity.setText("900")
    keys(qtbot, desk, KEY.Key_Return)
    assert isinstance(QApplication.activePopupWidget(), QMenu)
    keys(qtbot, desk, KEY.Key_2)
    line = next(x for x in file_of(desk, page).lines if x.item == chosen.item)
    assert (line.requested, line.reason) == (900, "campaign")
    assert desk.toasts[-1][1], "it can be undone"
    now = page.table.current()
    assert now is not None and now.item != chosen.item, "Enter goes to the next line"
    page.choose_tab("changed")
    assert page.table.records.rowCount() == 1
    desk.tasks.write(undo.undo, lambda _: None, owner=page)
    desk.settle()
    line = next(x for x in file_of(desk, page).lines if x.item == chosen.item)
    assert (line.requested, line.reason) == (line.proposed, "")


@menus
def test_a_quantity_without_a_reason_stays_as_it_was(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    page.table.select_place(0)
    before = file_of(desk, page)
    keys(qtbot, desk, "7", KEY.Key_Return, KEY.Key_Escape)
    assert file_of(desk, page) == before
    keys(qtbot, desk, "7", KEY.Key_Escape)
    assert not page.quantity.isVisible() and page.table.hasFocus() and file_of(desk, page) == before
    chosen = page.table.current()
    assert chosen is not None
    keys(qtbot, desk, "+")
    assert page.quantity.text() == str(chosen.requested + chosen.pack)
    keys(qtbot, desk, "-", KEY.Key_Return)
    assert file_of(desk, page) == before, "back to what was proposed: nothing to say"


@menus
def test_what_needs_nothing_can_be_asked_for(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    page.choose_tab("none")
    page.table.select_place(page.table.records.place_of(lambda r: r.item == store.items()[5]))
    page.table.setFocus()
    keys(qtbot, desk, "6", KEY.Key_Return, KEY.Key_4)
    line = next(x for x in file_of(desk, page).lines if x.item == store.items()[5])
    assert (line.proposed, line.requested, line.reason) == (0, 6, "new_patients")


def test_a_late_truck_shows_what_runs_out_without_a_new_forecast(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    plan = page._plan
    on_time = page.facts.short.text()
    page.facts.slider.setFocus()
    keys(qtbot, desk, KEY.Key_End)
    assert page.facts.slider.value() == 8 and "8 semanas" in page.facts.weeks.text()
    assert page.facts.short.text() != on_time
    assert page._plan is plan, "from the same paths"
    keys(qtbot, desk, KEY.Key_Home)
    assert page.facts.short.text() == on_time


@menus
def test_a_budget_is_shared_out_and_what_was_changed_stays(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    page.table.select_place(0)
    chosen = page.table.current()
    assert chosen is not None
    keys(qtbot, desk, "3", KEY.Key_Return, KEY.Key_1)
    page.facts.field.setFocus()
    page.facts.field.setText("12")
    keys(qtbot, desk, KEY.Key_Return)
    held = file_of(desk, page)
    assert held.order.budget == 12
    assert sum(-(-line.proposed // line.pack) for line in held.lines) <= 12
    assert next(x for x in held.lines if x.item == chosen.item).requested == 3
    page.facts.field.setFocus()
    page.facts.field.setText("doce")
    keys(qtbot, desk, KEY.Key_Return)
    assert page.facts.field.property("state") == "bad"


def test_it_is_sent_comes_and_is_closed(desk: DeskDouble, store: Store, qtbot: QtBot, tmp_path: Path) -> None:
    page = prepared(desk, store, qtbot)
    asked = {line.item: line for line in file_of(desk, page).lines}
    page.primary()
    desk.settle()
    held = file_of(desk, page)
    assert (held.order.state, held.order.expected_on) == ("sent", "2026-04-11")
    assert "enviado" in page.heading.sentence.text()
    assert not page.send.isVisible() and page.receive.isVisible() and page.over.isVisible()
    keys(qtbot, desk, KEY.Key_F9)
    assert desk.asked("go_to")[-1] == ("receive", "supplied", None, page._order), "what one comes to a sent order for"
    assert file_of(desk, page).order.state == "sent"
    item, line = next(iter(asked.items()))
    lot = store.lot(item, "2027-12-31", "N1")
    store.move(item, lot, line.requested, "2026-03-16", line=line.id)
    page.reload()
    desk.settle()
    table = page.sent
    rows = [table.records.row_at(n) for n in range(table.records.rowCount())]
    chips = {r.item: table.records.cell_at(n, 7).words() for n, r in enumerate(rows)}
    assert chips[item] == "Completo" and set(chips.values()) == {"Completo", "Se espera"}
    assert not clipped(page)
    page.save_to(tmp_path / "pedido.csv")
    page.save_to(tmp_path / "pedido.xlsx")
    desk.settle()
    with (tmp_path / "pedido.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = {x["code"]: x for x in csv.DictReader(stream)}
    assert len(lines) == len(asked) and {int(x["requested"]) for x in lines.values()} == {
        x.requested for x in asked.values()
    }
    from openpyxl import load_workbook

    sheet = load_workbook(tmp_path / "pedido.xlsx").active
    assert sheet is not None and sheet.max_row == len(asked) + 1
    page.over.click()
    desk.settle()
    assert file_of(desk, page).order.state == "received"
    asked_for = len(desk.asked("go_to"))
    page.primary()
    assert not page.bar.isVisible() and len(desk.asked("go_to")) == asked_for, "nothing is left to do"
    words = {table.records.cell_at(n, 7).words() for n in range(table.records.rowCount())}
    assert words == {"Completo", "No llegó"}, "nothing more is expected"


def test_a_draft_is_cancelled(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    page.drop.click()
    desk.settle()
    assert file_of(desk, page).order.state == "cancelled"


def test_f9_opens_the_draft_there_is(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    first = prepared(desk, store, qtbot)
    again = OrdersPage(desk)
    qtbot.addWidget(again)
    desk.show(again)
    again.primary()
    desk.settle()
    assert desk.asked("go_to")[-1] == ("order", first._order)
    drafts = [o for o in desk.database.read(partial(order_rows, clinic=desk.clinic.id)) if o.state == "draft"]
    assert len(drafts) == 1


def test_rows_come_while_orders_are_worked_out(desk: DeskDouble, qtbot: QtBot) -> None:
    """Two long jobs at once, as a shelf and an item that both wait for the same plan."""
    go_on, owner, got = Event(), QFrame(), list[int]()
    qtbot.addWidget(owner)
    for _ in range(2):
        desk.tasks.run(lambda _: go_on.wait(30), lambda _: None, owner=owner)
    desk.tasks.read(lambda _: 7, got.append, owner=owner)
    qtbot.waitUntil(lambda: got == [7])
    assert desk.tasks.busy
    go_on.set()
    desk.settle()


def test_an_empty_store_says_what_to_do(desk: DeskDouble, qtbot: QtBot) -> None:
    page = OrdersPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert "Aún no hay pedidos" in page.empty.fact.text()
    page.primary()
    desk.settle()
    assert [failure.code for failure in desk.told] == ["orders.no_items"]
    assert page.prepare["SSA"].isEnabled()


def test_who_may_not_order_may_look(dressed: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    i18n.use("es")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    desk = open_desk(tmp_path, actor=builders.actor(Role.NURSE), clock=lambda: next(tick))
    desk.database.local(load_shipped)
    store = Store(desk.database, builders.actor())
    one = store.items()[0]
    order = store.past_order(date(2026, 3, 1), 10, {one: (50, 20)})
    page = OrderPage(desk, order)
    qtbot.addWidget(page)
    desk.show(page)
    assert not page.over.isEnabled() and not page.drop.isVisible()
    page.primary()
    assert desk.asked("go_to") == [("receive", "supplied", None, order)], "receiving is another right"
    desk.calls.clear()
    everything = OrdersPage(desk)
    qtbot.addWidget(everything)
    desk.show(everything)
    everything.primary()
    desk.settle()
    assert not desk.asked("go_to") and not everything.prepare["SSA"].isEnabled()
    desk.close()


def test_the_first_page_tells_of_the_store(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = TodayPage(desk, None)
    qtbot.addWidget(page)
    desk.show(page)
    assert not [text for text in said(page) if "Farmacia" in text], "not counted while the page opens"
    page.count_figures()
    desk.settle()
    told = said(page)
    assert any("no queda" in text or "se agota hacia" in text for text in told), told
    assert any("sin existencia" in text and "sin contar en 60 días" in text for text in told), told
    buttons = {b.accessibleName(): b for b in page.side.findChildren(Button)}
    buttons["Abrir pedidos"].click()
    assert desk.asked("open_page") == [("orders",)]
    buttons["Ver insumo"].click()
    assert desk.asked("go_to")[-1][0] == "item"
    again = TodayPage(desk, None)
    qtbot.addWidget(again)
    desk.show(again)
    assert said(again) == told, "known at once at the next start"


def said(page: TodayPage) -> list[str]:
    return [part.accessibleName() for part in page.side.findChildren(QFrame) if part.accessibleName()]


def test_the_cycle_is_asked_and_kept(desk: DeskDouble, qtbot: QtBot) -> None:
    page = OrdersPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    dialog = CycleDialog(page, {})
    qtbot.addWidget(dialog)
    dialog.show()
    review, lead, budget = (row.control for row in dialog.rows["SSA"])
    review.setText("0")
    assert dialog.answer() is None
    review.setText("60")
    lead.setText("25")
    budget.setText("1,200")
    assert dialog.answer() == [("SSA", 60, 25, None, 1200)]
    assert not clipped(dialog)
    dialog.close()


def test_narrow_windows_clip_nothing(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    page = prepared(desk, store, qtbot)
    for width, height in ((944, 544), (700, 420)):
        page.resize(width, height)
        desk.settle()
        assert not clipped(page), (width, height)


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_fact_of_an_order_is_whole_or_not_there(
    desk: DeskDouble, store: Store, qtbot: QtBot, language: i18n.Language
) -> None:
    i18n.use(language)
    page = prepared(desk, store, qtbot)
    facts = page.facts
    for width, budget in ((1286, None), (944, None), (944, "12"), (860, "9000"), (1286, "12")):
        page.resize(width, 544)
        facts.field.setText(budget or "")
        facts.field.taken.emit()
        facts.slider.set_value(6 if budget else 0)
        desk.settle()
        told = [part for part in facts.findChildren(Text) if part.isVisible()]
        assert {facts.packs, facts.arrives, facts.covers, facts.short, facts.left} <= set(told)
        assert facts.between in told or width < 944
        assert not [part.toolTip() for part in told if part.text().endswith("…")], (width, budget)
