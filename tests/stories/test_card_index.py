"""The card index of the clinic goes into the program in an afternoon, by keyboard, and out again with one chord."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person
from PySide6.QtWidgets import QFileDialog
from registers import ANA, BETO, write

from ces_desktop.data.journal.fold import verify
from ces_desktop.ui.pages.import_page import RESULT, ImportPage


@pytest.mark.covers("R15")
def test_the_card_index_is_imported_looked_at_and_undone(
    person: Person, root: Path, spanish: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.enter(root)
    nobody = "3;;F;1970;;;;;;;;;"
    file, rejected = write(tmp_path, ANA, BETO, nobody, name="tarjetero.csv"), tmp_path / "por_corregir.csv"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(rejected), ""))

    person.press("F2")
    person.type("> importar un")
    person.press("Enter")
    page = person.window.page
    assert isinstance(page, ImportPage)
    person.press("F9")  # the file
    person.type("Tarjetero")
    person.press("F9", "F9")  # the preview; imported
    assert page.stack.currentIndex() == RESULT
    assert person.names() == ["PRUEBA EJEMPLO, Ana", "INVENTADO MODELO, Beto"]

    person.go_to("Guardar lo que no entró")
    person.press("Enter")
    person.wait_until(rejected.exists)
    assert "Falta" in rejected.read_text(encoding="utf-8-sig")

    person.press("Ctrl+Z")
    assert person.names() == []
    opened = person.application.open
    assert opened is not None and opened.database.read(verify).equal
