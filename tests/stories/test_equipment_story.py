"""The scale fails on a Monday: registered, its fault told in one dialog, repaired, calibrated, all by keyboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pytest
from driver import Person
from openpyxl import load_workbook
from PySide6.QtWidgets import QFileDialog

from ces_desktop.data.queries.equipment import Piece, pieces
from ces_desktop.ui.pages.equipment_page import EquipmentPage


def page(person: Person) -> EquipmentPage:
    shown = person.window.page
    assert isinstance(shown, EquipmentPage)
    return shown


def held(person: Person) -> tuple[Piece, ...]:
    window = person.window
    return window.tasks.database.read(partial(pieces, clinic=window.clinic.id))


@pytest.mark.covers("I11")
def test_a_scale_is_registered_fails_is_repaired_and_calibrated(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.enter(tmp_path / "data")
    person.window.open_page("equipment")
    person.settle()
    assert page(person).stack.currentIndex() == 1, "an empty register says what to do"
    person.answer_with(
        *"estad", "Down", "Enter", *"Bame", "Enter", "Enter", *"a771", "Enter", "Enter", *"Consultorio", "Enter", "c",
        "Enter", *"2019", "Enter", "1", "2", "Enter", "Enter", "Enter", "Right", "F9",
    )  # fmt: skip
    page(person).new.click()
    person.settle()
    (scale,) = held(person)
    assert (scale.name, scale.serial, scale.owner, scale.acquired_on) == (
        "Báscula con estadímetro",
        "a771",
        "CES",
        "2019",
    )
    assert scale.calibration_months == 12 and scale.item is not None and scale.state == "working"
    page(person).table.setFocus()

    before = person.keys
    person.answer_with(*"descalibrada", "F9")
    person.press("F9")
    person.settle()
    assert held(person)[0].state == "broken"
    assert person.keys - before <= 16, "a fault report is its words and two keys"

    person.answer_with("Right", "Right", "Enter", "Enter", *"Tecnico", "F9")
    person.press("Enter")
    person.settle()
    assert (held(person)[0].state, held(person)[0].happened[-1].kind) == ("working", "repair")
    person.answer_with("F9")
    person.press("Enter")
    person.settle()
    assert held(person)[0].happened[-1].kind == "calibration"
    due = held(person)[0].due(person.window.today)
    assert due is not None and due.standing == "in_time"
    person.press("Ctrl+Z")
    person.settle()
    assert held(person)[0].happened[-1].kind == "repair"

    person.answer_with("F9")
    person.press("Del")
    person.settle()
    assert held(person)[0].happened[-1].kind == "fault"

    target = tmp_path / "equipo.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page(person).save.click()
    person.settle()
    assert "a771" in target.read_text(encoding="utf-8-sig")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "equipo"), "Excel (*.xlsx)"))
    page(person).save.click()
    person.settle()
    sheet = load_workbook(tmp_path / "equipo.xlsx").active
    assert sheet is not None and sheet.title == "Equipo"
    heads, piece = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    said = dict(zip(heads, piece, strict=True))
    assert said["Número de serie"] == "a771" and said["Estado"] == "No funciona" and said["Última falla"].year == 2026
    page(person).filter.setFocus()
    person.type("zzz")
    assert page(person).stack.currentIndex() == 2
    builders.assert_proved(person.window.tasks.database)
