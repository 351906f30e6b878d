"""Counting by keyboard: units and Enter; the ledger's figure is not shown before; causes by digit; closed, left off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from bad_inputs_hands import when_open
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.models import ItemShelfRecord
from ces_desktop.data.queries.counts import CountFile, CountLine, count_file
from ces_desktop.data.queries.shelf_papers import count_paper
from ces_desktop.data.queries.stock import StockItem, catalogue, on_hand
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.reports.shelf_lines import sheet_lines
from ces_desktop.services import counts, undo
from ces_desktop.services.counts import Start
from ces_desktop.ui.dialogs.counting import FoundDialog, StartDialog
from ces_desktop.ui.pages.count_page import CountPage
from ces_desktop.ui.pages.count_words import chip

NOON_16_MARCH = 1_773_684_000_000
KEY = Qt.Key


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
    """Three items, four lots of forty."""
    held = Store(desk.database, desk.actor)
    for n, item in enumerate((*held.items()[:3], held.items()[0])):
        held.move(item, held.lot(item, f"202{7 + n // 3}-03-31", f"L{n}"), 40, "2026-03-01")
    return held


def opened(desk: DeskDouble, qtbot: QtBot, begin: bool = True) -> CountPage:
    if begin:
        desk.database.write(lambda work: counts.start(work, Start(work.new_id())), desk.actor)
    page = CountPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    return page


def keys(desk: DeskDouble, *pressed: Qt.Key | str) -> None:
    for each in pressed:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, each) if isinstance(each, str) else QTest.keyClick(focus, each)
        desk.settle()


def file_of(desk: DeskDouble) -> CountFile:
    found = desk.database.read(partial(count_file, clinic=desk.clinic.id))
    assert found is not None
    return found


def held(desk: DeskDouble, item: Id) -> int:
    return desk.database.read(partial(on_hand, clinic=desk.clinic.id, items=[item])).get(item, 0)


def test_units_and_enter_lot_after_lot_then_why(
    desk: DeskDouble, store: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(desk, qtbot)
    assert page.units.hasFocus() and page.lines.records.rowCount() == 4 and not clipped(page)
    assert all(page.lines.records.cell_at(n, 3).text == "–" for n in range(4)), "nobody counts towards a number"
    order = [page.lines.records.row_at(n).number for n in range(4)]
    keys(desk, "40", KEY.Key_Return, "33", KEY.Key_Return, "0", KEY.Key_Return)
    assert [x.counted for x in sorted(file_of(desk).lines, key=lambda x: order.index(x.number))] == [40, 33, 0, None]
    assert page.bar.words.text() == "3 de 4 lotes contados · 2 diferencias · 2 sin causa"
    page.primary()
    desk.settle()
    assert page.filters.value() == "differ" and page.lines.hasFocus() and page.note.count() == 1
    keys(desk, "2", "6")
    assert {x.cause for x in file_of(desk).differing} == {"exit_not_recorded", "missing"}
    assert page.bar.words.text() == "3 de 4 lotes contados · 2 diferencias" and not clipped(page)
    asked: list[str] = []
    monkeypatch.setattr("ces_desktop.ui.pages.count_page.confirm", lambda _p, _t, text, *_: not asked.append(text))
    page.primary()
    desk.settle()
    assert asked == ["Se corrigen 2 lotes. 1 lote no se contó y queda como está. Se puede deshacer."]
    assert sum(held(desk, item) for item in store.items()[:3]) == 160 - 7 - 40
    assert page.past.isVisible() and desk.toasts[-1] == ("Se cerró el conteo.", True)
    assert page.past.records.cell_at(0, 2).text == "3 de 4"
    desk.database.write(undo.undo, desk.actor)
    assert sum(held(desk, item) for item in store.items()[:3]) == 160


def test_dispensing_goes_on_and_arrows_search_and_corrections_work(
    desk: DeskDouble, store: Store, qtbot: QtBot
) -> None:
    page = opened(desk, qtbot)
    first = page.lines.current()
    assert first is not None and first.lot is not None
    keys(desk, "40", KEY.Key_Return)
    store.move(first.item.id, first.lot, -15, "2026-03-16")
    page.reload()
    desk.settle()
    assert not file_of(desk).differing
    keys(desk, KEY.Key_Down, "3x10", KEY.Key_Return)
    assert sorted(x.counted for x in file_of(desk).lines if x.counted is not None) == [30, 40]
    keys(desk, "/", "L3", KEY.Key_Return)
    assert page.units.hasFocus() and page.lines.current().number == "L3"  # type: ignore[union-attr]
    page.search.set_value("")
    page.filters._buttons["counted"].click()
    desk.settle()
    page.lines.setFocus()
    keys(desk, KEY.Key_Delete)
    assert sum(x.counted is not None for x in file_of(desk).lines) == 1


def test_begun_from_nothing_and_left_off(desk: DeskDouble, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(desk, qtbot, begin=False)
    assert page.empty.isVisible() and page.begin.hasFocus(), "Enter begins; the focus was on a list that is not shown"
    held_ = Store(desk.database, desk.actor)
    item = held_.items()[0]
    held_.move(item, held_.lot(item, None), 5, "2026-03-01")

    def whole(dialog: StartDialog) -> None:
        dialog.primary.click()

    when_open(whole)
    page.primary()
    desk.settle()
    assert page.entry.isVisible() and desk.toasts[-1][0] == "Se empezó el conteo."
    monkeypatch.setattr("ces_desktop.ui.pages.count_page.confirm", lambda *_: True)
    page.leave.click()
    desk.settle()
    assert page.past.records.cell_at(0, 4).words() == "Abandonado"


def test_a_place_of_the_clinic_is_offered_and_counted(desk: DeskDouble, qtbot: QtBot) -> None:
    store_ = Store(desk.database, desk.actor)
    near, far = store_.items()[:2]
    for item, place in ((near, "Refrigerador"), (far, "Bodega")):
        store_.move(item, store_.lot(item, None), 5, "2026-03-01")
        store_.add(ItemShelfRecord(id=store_.id(), item=item, kept="yes", location=place))
    page = opened(desk, qtbot, begin=False)

    def fridge(dialog: StartDialog) -> None:
        QTest.keyClicks(dialog.what, "refri")
        QTest.keyClick(dialog.what, KEY.Key_Return)
        assert dialog.what.text() == "Lugar: Refrigerador"
        dialog.primary.click()

    when_open(fridge)
    page.primary()
    desk.settle()
    assert [x.item.id for x in file_of(desk).lines] == [near]
    assert page.heading.sentence.text().startswith("Lugar: Refrigerador · ")


def test_a_lot_that_is_not_in_the_list(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    opened(desk, qtbot)

    def fill(dialog: FoundDialog) -> None:
        dialog.item.set_value(store.items()[5].hex())
        dialog.number.setText("nuevo")
        dialog.units.setText("12")
        double_enter(dialog.units)

    when_open(fill)
    keys(desk, "+")
    assert [(x.number, x.counted) for x in file_of(desk).differing] == [("NUEVO", 12)]


def test_who_only_looks_changes_nothing(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    desk.database.write(lambda work: counts.start(work, Start(work.new_id())), desk.actor)
    desk._actor = builders.actor(Role.MENTOR)
    page = opened(desk, qtbot, begin=False)
    assert page.bar.isHidden()
    keys(desk, "40", KEY.Key_Return, KEY.Key_F9)
    assert not desk.told and all(x.counted is None for x in file_of(desk).lines)


@bad_inputs.KINDS
def test_no_text_breaks_a_count(desk: DeskDouble, store: Store, qtbot: QtBot, bad: BadInput) -> None:
    page = opened(desk, qtbot)
    paste(page.units, bad.text)
    typed = written(page.units)
    QTest.keyClick(page.units, KEY.Key_Return)
    desk.settle()
    assert all(x.counted is None for x in file_of(desk).lines) and not desk.told
    assert page.note.count() == 1 and written(page.units) == typed
    items = desk.database.read(partial(catalogue, clinic=desk.clinic.id))
    dialog = FoundDialog(page, items, desk.today, file_of(desk).head.id, store.id())
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.item.set_value(items[0].id.hex())
    dialog.units.setText("5")
    paste(dialog.expiry, bad.text)
    answer = dialog.answer()
    assert (answer is None) != bad.blank, bad.kind
    dialog.expiry.set_value(None)
    paste(dialog.units, bad.text)
    assert dialog.answer() is None and is_clear(dialog.units_row.accessibleDescription())
    begin = StartDialog(page)
    qtbot.addWidget(begin)
    begin.show()
    paste(begin.what, bad.text)
    assert begin.answer() is None and is_clear(begin.what_row.accessibleDescription())


def test_a_search_that_finds_nothing_does_not_say_that_all_is_counted(
    desk: DeskDouble, store: Store, qtbot: QtBot
) -> None:
    page = opened(desk, qtbot)
    keys(desk, "40", KEY.Key_Return)
    keys(desk, "/", "zzz")
    assert page.none.isVisible() and page.card.isHidden()
    assert page.done.fact.text() == "Ningún lote de esta lista coincide." and page.done.next_step.isHidden()
    counted = next(line for line in file_of(desk).lines if line.counted is not None)
    page.search.set_value("")
    keys(desk, counted.number)
    assert page.done.next_step.text() == "En «Todos»: 1" and page.done.next_step.isVisible() and not clipped(page)
    page.filters._buttons["all"].click()
    assert page.lines.records.rowCount() == 1 and page.card.isVisible()


def test_the_last_lot_leads_to_the_differences(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    """The field went away with the last lot, and the focus fell on leaving the whole count off."""
    page = opened(desk, qtbot)
    keys(desk, *("33", KEY.Key_Return) * 3, "40", KEY.Key_Return)
    assert page.filters.value() == "differ" and page.lines.hasFocus() and page.lines.records.rowCount() == 3
    page.lines.select_place(1)
    keys(desk, "6", "6", "2")  # each digit goes on to the next one without a cause, past the end to the first
    causes = [page.lines.records.row_at(n).cause for n in range(3)]
    assert causes == ["exit_not_recorded", "missing", "missing"]


def test_the_last_lot_of_a_count_without_differences_leads_to_closing(
    desk: DeskDouble, store: Store, qtbot: QtBot
) -> None:
    page = opened(desk, qtbot)
    keys(desk, *("40", KEY.Key_Return) * 4)
    assert not file_of(desk).differing and page.main.hasFocus()


def test_lots_stand_as_on_the_printed_sheet(desk: DeskDouble, store: Store, qtbot: QtBot) -> None:
    for language in ("es", "en"):
        i18n.use(language)
        page = opened(desk, qtbot, begin=language == "es")
        sheet = desk.database.read(partial(count_paper, clinic=desk.clinic.id, today=desk.today))
        shown = [page.lines.records.row_at(n).number for n in range(4)]
        assert shown == [line.number for line in sheet_lines(sheet)]


@pytest.mark.parametrize(("counted", "said"), [(9, "Falta 1"), (3, "Faltan 7"), (11, "Sobra 1"), (15, "Sobran 5")])
def test_a_difference_of_one_is_told_as_one(spanish: None, counted: int, said: str) -> None:
    nobody = Id(bytes(16))
    item = StockItem(nobody, "", "medicine", "Inventatina", "", "", "tablet", None, "V", "SSA", "", False, False, True)
    line = CountLine(nobody, item, nobody, "L1", None, "", 10, 10, counted, 1, "")
    assert chip(line, 0) == ("bad", said)
