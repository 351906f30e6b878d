"""An order as a file for a spreadsheet: the rows of the screen, CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.orders import OrderRow
from ces_desktop.i18n import tr
from ces_desktop.reports import spreadsheet
from ces_desktop.ui.pages.order_rows import Row

COLUMNS = (
    "clinic", "order", "source", "state", "sent_on", "code", "item", "unit", "pack", "ven", "on_hand", "in_transit",
    "average", "proposed", "requested", "packs", "reason", "received", "substituted",
)  # fmt: skip
"""Of the CSV: fixed words, so that what reads it does not depend on the language."""


def as_csv(clinic: str, order: OrderRow, rows: Sequence[Row]) -> bytes:
    """UTF-8 with mark, as Excel wants it; empty = not known."""
    return spreadsheet.as_csv(COLUMNS, _lines(clinic, order, rows))


def as_workbook(clinic: str, order: OrderRow, rows: Sequence[Row]) -> bytes:
    """The same lines as a sheet of Excel, in words."""
    return spreadsheet.as_workbook(order.number or tr("Order"), COLUMNS, _lines(clinic, order, rows))


def ask_place(parent: QWidget, number: str) -> Path | None:
    """Ask where an order goes as a file; None = nowhere."""
    name = f"pedido-{number}.xlsx"
    kinds = "Excel (*.xlsx);;CSV (*.csv)"
    place, _ = QFileDialog.getSaveFileName(parent, tr("Save the order"), str(Path.home() / name), kinds)
    return Path(place) if place else None


def as_file(path: Path, clinic: str, order: OrderRow, rows: Sequence[Row], _progress: object = None) -> None:
    """Write the lines to a file: CSV where its name says so, else Excel."""
    build = as_csv if path.suffix.lower() == ".csv" else as_workbook
    write_safely(path, build(clinic, order, rows), keep_previous=False)


def _lines(clinic: str, order: OrderRow, rows: Sequence[Row]) -> Iterator[list[str | int | float | None]]:
    for row in rows:
        if row.kept is None:
            continue
        came = row.kept.came
        yield [
            clinic, order.number, order.source, order.state, order.sent_on, row.code, row.name,
            row.unit, row.pack, row.ven, row.on_hand, row.in_transit,
            None if row.average is None else round(row.average, 2), row.proposed, row.requested,
            -(-row.requested // row.pack), row.kept.reason or None, came.units, came.substituted,
        ]  # fmt: skip
