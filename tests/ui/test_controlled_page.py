"""The register of controlled medicines: running balance, who, for whom; on paper, as a file, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import builders
import pypdfium2
import pytest
from clipping import clipped
from desk_double import DeskDouble, open_desk
from prescribing import prescribed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.queries.controlled import register
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.errors import Refused
from ces_desktop.services import dispensing, stock
from ces_desktop.services.dispensing import External, Filling, Give
from ces_desktop.ui.pages.controlled_page import ControlledPage

NOON_16_MARCH = 1_773_684_000_000
TRAMADOL, CARBAMAZEPINE = named_id("item", "040.000.2106.00"), named_id("item", "040.000.2608.00")
LOSARTAN = named_id("item", "010.000.2520.00")


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
def encounter(desk: DeskDouble) -> Id:
    """Tramadol of February and March, some handed out on a prescription; losartan, which is not controlled."""
    store = Store(desk.database, desk.actor)
    lot = store.lot(TRAMADOL, "2028-01-31", "T1")
    store.move(TRAMADOL, lot, 20, "2026-02-03")
    store.move(TRAMADOL, lot, -4, "2026-02-20", "used", note="fractura")
    store.move(TRAMADOL, lot, 10, "2026-03-02", "donation")
    store.move(LOSARTAN, store.lot(LOSARTAN, None), 500, "2026-03-02")
    patient = builders.register(desk.database, desk.actor, given="María Elena", paternal="López", maternal="Pérez")
    key, _ = prescribed(desk.database, desk.actor, patient, "2026-03-16", [(TRAMADOL, 6), (LOSARTAN, 30)])
    filling = Filling(store.id(), key, "2026-03-16")
    desk.database.write(partial(dispensing.fill, request=filling), desk.actor)
    return key


def test_the_balance_runs_and_everything_is_said(desk: DeskDouble, encounter: Id) -> None:
    held = desk.database.read(partial(register, clinic=desk.clinic.id, month="2026-03", people=True))
    assert [i.id for i in held.items] == [TRAMADOL] and held.before == {TRAMADOL: 16}
    assert [(x.day, x.kind, x.quantity, x.balance, x.lot) for x in held.lines] == [
        ("2026-03-02", "donation", 10, 26, "T1"),
        ("2026-03-16", "dispensed", -6, 20, "T1"),
    ]
    last = held.lines[-1]
    assert last.patient == "LÓPEZ PÉREZ, María Elena" and last.record.startswith("CAP")
    nobody = desk.database.read(partial(register, clinic=desk.clinic.id, month="2026-03", people=False))
    assert {(x.patient, x.record) for x in nobody.lines} == {("", "")}
    february = desk.database.read(partial(register, clinic=desk.clinic.id, month="2026-02", people=False))
    assert [(x.kind, x.prescriber, x.note) for x in february.lines] == [("supplied", "", ""), ("used", "fractura", "")]
    filling = Filling(builders.new_id(NOON_16_MARCH), encounter, "2026-03-16")
    desk.database.write(partial(dispensing.take_back, request=filling), desk.actor)
    again = desk.database.read(partial(register, clinic=desk.clinic.id, month="2026-03", people=True))
    assert [(x.quantity, x.balance, x.takes_back) for x in again.lines][1:] == [(-6, 20, False), (6, 26, True)]


def test_month_by_month_on_paper_and_as_a_file(
    desk: DeskDouble, encounter: Id, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ControlledPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == 2 and not clipped(page)
    assert "empezó con Tramadol inyectable (SSA) 16" in page.bar.words.accessibleName()
    assert not page.later.isEnabled()
    page.print_page()
    title, build, name, _ = desk.previews[-1]
    assert (title, name) == ("Medicamentos controlados", "controlados-2026-03.pdf")
    with pypdfium2.PdfDocument(build()) as document:
        said = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert "Tramadol inyectable (SSA " in said and "LÓPEZ PÉREZ" in said and "empezó con 16, termina con 20" in said
    place = tmp_path / "r.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(place), ""))
    page.primary()
    rows = place.read_text("utf-8-sig").splitlines()
    assert len(rows) == 3 and rows[0].startswith("clinic,day,code") and ",-6,20,T1," in rows[2]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "r"), "Excel (*.xlsx)"))
    page.primary()
    assert (tmp_path / "r.xlsx").read_bytes()[:2] == b"PK"
    table = desk.tables[-1]
    assert table is not None and table(".csv") == place.read_bytes()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Left)
    desk.settle()
    assert page.month == "2026-02" and page.table.records.rowCount() == 2
    QTest.keyClick(page.table, Qt.Key.Key_Left)
    desk.settle()
    assert page.empty.isVisible() and page.month == "2026-01"
    for _ in range(3):
        QTest.keyClick(page, Qt.Key.Key_Right)
        desk.settle()
    assert page.month == "2026-03", "no month after this one"


def test_who_sees_nobody_sees_no_names(desk: DeskDouble, encounter: Id, qtbot: QtBot) -> None:
    desk._actor = builders.actor(Role.LEAD)
    page = ControlledPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == 2
    assert not any("LÓPEZ" in page.table.records.cell_at(n, 2).words() for n in range(2))


def test_a_controlled_medicine_leaves_with_the_name_of_who_prescribed_it(desk: DeskDouble, encounter: Id) -> None:
    def out(kind: str, note: str, item: Id = TRAMADOL) -> None:
        request = External(builders.new_id(NOON_16_MARCH), Give(item, 1), "2026-03-16", kind, 0, note)
        desk.database.write(partial(dispensing.hand_out, request=request), desk.actor)

    for kind in ("dispensed", "used"):
        with pytest.raises(Refused, match=r"supply\.prescriber_missing"):
            out(kind, "  ")
    with pytest.raises(Refused, match=r"supply\.prescriber_missing"):
        issue = stock.Issue(builders.new_id(NOON_16_MARCH), TRAMADOL, "used", 1, "2026-03-16")
        desk.database.write(partial(stock.remove, request=issue), desk.actor)
    lost = stock.Issue(builders.new_id(NOON_16_MARCH), TRAMADOL, "damaged", 1, "2026-03-16")
    desk.database.write(partial(stock.remove, request=lost), desk.actor)
    out("dispensed", "", LOSARTAN)
    out("dispensed", "Dra. Rocío Lara, hospital")
    held = desk.database.read(partial(register, clinic=desk.clinic.id, month="2026-03", people=True))
    assert ("dispensed", "Dra. Rocío Lara, hospital") in [(x.kind, x.prescriber) for x in held.lines]
