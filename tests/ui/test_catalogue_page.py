"""The form of an item under the twelve kinds of bad input, the catalogue page, and a list loaded by its page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from desk_double import DeskDouble
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data.queries.items import CatalogueItem, catalogue_items
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import new_id
from ces_desktop.services import catalogue, undo
from ces_desktop.ui.dialogs.item import ItemDialog
from ces_desktop.ui.pages.catalogue_import_page import COLUMNS, FILE, PREVIEW, ImportCataloguePage
from ces_desktop.ui.pages.catalogue_page import CataloguePage
from ces_desktop.ui.widgets import FieldRow
from ces_desktop.ui.widgets.combo import folded

LIST = (
    "clave,descripcion,unidad,cantidad\n010.000.9901.00,Inventatina 5 mg,Tableta,20\nXX1,Vendaje inventado,barril,3\n"
)


@pytest.fixture(autouse=True)
def _loaded(desk: DeskDouble, spanish: None) -> None:
    desk.database.local(load_shipped)


def held(desk: DeskDouble) -> tuple[CatalogueItem, ...]:
    return desk.database.read(partial(catalogue_items, clinic=desk.clinic.id))


@bad_inputs.KINDS
@pytest.mark.parametrize("field", ["name_row", "code_row", "unit_row", "pack_row", "form_row", "family_row"])
def test_no_text_breaks_the_form_of_an_item(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = ItemDialog(None, held(desk), new_id(0))
    qtbot.addWidget(dialog)
    dialog.name.setText("Inventatina 5 mg")
    dialog.unit.set_value("tablet")
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    else:
        desk.database.write(partial(catalogue.add_item, request=answer), builders.actor())
    dialog.close()


def test_an_odd_clave_is_told_and_one_that_is_taken_refused(desk: DeskDouble, qtbot: QtBot) -> None:
    dialog = ItemDialog(None, held(desk), new_id(0))
    qtbot.addWidget(dialog)
    dialog.name.setText("Inventatina 5 mg")
    dialog.unit.set_value("tablet")
    dialog.show()
    dialog.code.setText("5165")
    dialog.code.changed.emit()
    assert dialog.answer() is not None
    dialog.code.setText("010.000.5165.00")
    assert dialog.answer() is None and "Metformina" in dialog.code_row.accessibleDescription()
    dialog.close()


def test_a_form_filled_from_an_item_gives_it_back_as_it_is(desk: DeskDouble, qtbot: QtBot) -> None:
    for item in held(desk):
        if item.code in ("010.000.5165.00", "CES-107", "040.000.3215.00", "060.004.0109"):
            dialog = ItemDialog(None, held(desk), new_id(0), item)
            qtbot.addWidget(dialog)
            request = dialog.answer()
            assert request is not None
            write = partial(catalogue.change_item, request=request)
            outcome = desk.database.write(write, builders.actor())
            assert not outcome.touched, item.code


def test_the_catalogue_is_searched_and_filtered(desk: DeskDouble, qtbot: QtBot) -> None:
    page = CataloguePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == len(held(desk)) > 400
    page.filter.setText("metformina 850")
    page._fill()
    assert {page.table.records.row_at(n).source for n in range(page.table.records.rowCount())} == {"SSA", "CES"}
    page.filter.setText("nada que ver")
    page._fill()
    assert page.stack.currentIndex() == 1 and not page.edit.isEnabled()


def test_who_does_not_lead_only_looks(desk: DeskDouble, qtbot: QtBot) -> None:
    desk._actor = builders.actor(Role.NURSE)
    page = CataloguePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert not any(button.isEnabled() for button in (page.edit, page.new, page.load))
    page.primary()


def test_a_list_goes_from_file_to_catalogue_and_its_rest_into_a_file(
    desk: DeskDouble, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(LIST, encoding="utf-8")
    page = ImportCataloguePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.stack.currentIndex() == FILE
    page.open_file(path)
    desk.settle()
    assert page.stack.currentIndex() == COLUMNS
    page.columns.select_place(3)
    page.field.set_value("pack")
    page.field.chosen.emit("pack")
    page.primary()
    desk.settle()
    assert page.stack.currentIndex() == PREVIEW and page.rows.records.rowCount() == 2
    page.save_rejected_to(tmp_path / "no.csv")
    page.primary()
    desk.settle()
    found = {i.code: i for i in held(desk)}
    assert (found["010.000.9901.00"].pack, found["010.000.9901.00"].unit, found["XX1"].unit) == (20, "tablet", "")
    assert not page.next.isEnabled(), "the same file brings nothing more"
    desk.database.write(undo.undo, desk.actor)
    page.reload()
    desk.settle()
    assert page.next.isEnabled() and {page.rows.records.row_at(n).state for n in range(2)} == {"new"}
    page.primary()
    desk.settle()
    assert {"010.000.9901.00", "XX1"} <= {i.code for i in held(desk)} and not page.next.isEnabled()
    assert "barril" in (tmp_path / "no.csv").read_text(encoding="utf-8-sig")
    page.backward()
    page.backward()
    assert page.stack.currentIndex() == FILE
    assert desk.told == []
    builders.assert_proved(desk.database)


def test_a_file_that_is_none_is_told_in_the_page(desk: DeskDouble, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "malo.csv"
    path.write_bytes(b"\x00\x01")
    page = ImportCataloguePage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    page.open_file(path)
    desk.settle()
    assert page.stack.currentIndex() == FILE and page.notes.count() == 1


def test_the_catalogue_stands_by_the_name_that_is_shown(desk: DeskDouble, qtbot: QtBot) -> None:
    """In English it stood by its Spanish names ("Tongue depressors" first), in Spanish "Ácido fólico" came after Z."""
    for language in ("es", "en"):
        i18n.use(language)
        page = CataloguePage(desk)
        qtbot.addWidget(page)
        desk.show(page)
        names = [page.table.records.row_at(n).name(language) for n in range(page.table.records.rowCount())]
        assert len(names) > 400 and names == sorted(names, key=folded)
