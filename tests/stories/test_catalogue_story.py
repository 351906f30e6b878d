"""The jurisdiction sends its list in Excel: it is looked at, loaded, an item of one's own added, all by keyboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pytest
from driver import Person
from PySide6.QtWidgets import QFileDialog

from ces_desktop.data.queries.items import CatalogueItem, catalogue_items
from ces_desktop.ui.pages.catalogue_import_page import ImportCataloguePage
from ces_desktop.ui.pages.catalogue_page import CataloguePage


def held(person: Person) -> dict[str, CatalogueItem]:
    window = person.window
    found = window.tasks.database.read(partial(catalogue_items, clinic=window.clinic.id))
    return {i.code or i.name_es: i for i in found}


@pytest.mark.covers("I1")
def test_a_list_in_excel_and_an_item_of_ones_own(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    person.enter(tmp_path / "data")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("Clave", "Descripción", "Unidad", "Cantidad por envase", "Fuente"),
        ("010.000.9901.00", "Inventatina 5 mg", "Tableta", 20, "SSA"),
        ("010.000.5165.00", "METFORMINA", "Tableta", 60, "SSA"),
        ("", "", "pieza", 1, "SSA"),
    ):
        sheet.append(line)
    book.save(tmp_path / "lista.xlsx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "lista.xlsx"), ""))
    before = held(person)

    person.window.open_page("import_catalogue")
    person.settle()
    keys = person.keys
    person.press("F9", "F9")
    assert isinstance(person.window.page, ImportCataloguePage)
    assert held(person) == before, "what is looked at is not kept"
    person.press("F9")
    person.settle()
    assert person.keys - keys == 3, "file, look, load"
    now = held(person)
    assert now["010.000.9901.00"].pack == 20 and now["010.000.5165.00"].pack == 60
    assert now["010.000.5165.00"].name_es == before["010.000.5165.00"].name_es
    person.press("Ctrl+Z")
    person.settle()
    assert held(person) == before

    person.window.open_page("catalogue")
    person.settle()
    page = person.window.page
    assert isinstance(page, CataloguePage)
    person.answer_with(*"Vendaje", "Enter", "Enter", "Right", "Enter", *"pie", "Enter", "F9")
    page.new.click()
    person.settle()
    mine = held(person)["vendaje"]
    assert (mine.kind, mine.unit, mine.own) == ("material", "piece", True)
    page.table.setFocus()
    person.answer_with("Ctrl+a", *"Vendas", "F9")
    person.press("F9")
    person.settle()
    assert "vendas" in held(person)
    builders.assert_proved(person.window.tasks.database)
