"""The equipment list as a file: an Excel sheet in words for people, or CSV with fixed heads and codes for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QFileDialog, QWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.equipment import Piece
from ces_desktop.domain.supply.equipment import State
from ces_desktop.i18n import tr
from ces_desktop.reports import spreadsheet
from ces_desktop.reports.spreadsheet import Cell
from ces_desktop.services import equipment
from ces_desktop.ui.messages import equipment as words

_DAYS = frozenset({
    "acquired_on", "since", "last_fault", "last_calibration", "calibration_due", "last_maintenance", "maintenance_due",
})  # fmt: skip
EXCEL, CSV = "Excel (*.xlsx)", "CSV (*.csv)"


def ask_place(parent: QWidget, name: str) -> Path | None:
    """Ask where the list goes; None = nowhere. The ending is the typed one, else that of the kind chosen."""
    place, kind = QFileDialog.getSaveFileName(parent, tr("Save the list"), str(Path.home() / name), f"{EXCEL};;{CSV}")
    if not place:
        return None
    path = Path(place)
    return path if path.suffix.lower() in (".xlsx", ".csv") else path.with_name(path.name + _ending(kind))


def as_file(path: Path, listed: Sequence[Piece], today: date) -> None:
    """Write the pieces: CSV where the name says so, else Excel."""
    data = equipment.as_csv(listed, today) if path.suffix.lower() == ".csv" else _workbook(listed, today)
    write_safely(path, data, keep_previous=False)


def _ending(kind: str) -> str:
    return ".csv" if kind == CSV else ".xlsx"


def _workbook(listed: Sequence[Piece], today: date) -> bytes:
    rows = equipment.file_rows(listed, today)
    return spreadsheet.as_workbook(tr("Equipment"), equipment.COLUMNS, rows, _Words())


class _Words:
    """Heads and codes of the list, in the words of the page."""

    def head(self, name: str) -> str:
        """What a column holds."""
        return {
            "name": tr("Equipment"), "brand": tr("Brand"), "model": tr("Model"), "serial": tr("Serial number"),
            "inventory": tr("Inventory number"), "owner": tr("Whose it is"), "location": tr("Place"),
            "acquired_on": tr("Here since"), "state": tr("State"), "since": tr("In this state since"),
            "last_fault": tr("Last fault"), "calibration_months": tr("Months between calibrations"),
            "last_calibration": tr("Last calibration"), "calibration_due": tr("Calibration due"),
            "maintenance_months": tr("Months between maintenances"), "last_maintenance": tr("Last maintenance"),
            "maintenance_due": tr("Maintenance due"), "note": tr("Note"),
        }[name]  # fmt: skip

    def shown(self, name: str, cell: Cell) -> Cell | date:
        """A state or an owner in words, a day as a day; of a piece that came in a month or a year, that."""
        if not isinstance(cell, str):
            return cell
        if name == "state":
            return words.state_words(cast(State, cell))
        if name == "owner":
            return words.owner_words(cell)
        return date.fromisoformat(cell) if name in _DAYS and len(cell) == 10 else cell
