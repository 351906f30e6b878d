"""The register of controlled medicines on paper: whose rows they are is said again where they go on over the page."""

from __future__ import annotations

import pytest
from paper import FRAME, NOBODY, texts

from ces_desktop.data.queries.controlled import ControlledLine, Register
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.reports.controlled import controlled_pdf

TRAMADOL = StockItem(
    NOBODY, "040.000.2106.00", "medicine", "Tramadol inyectable", "Tramadol injection", "injection", "ampoule", 5, "V",
    "SSA", "", True, False, True,
)  # fmt: skip


def a_line(n: int) -> ControlledLine:
    return ControlledLine(
        TRAMADOL, "2026-02-20", "dispensed", -1, 500 - n, f"L{n}", "Enf. Prueba", "", "", "Dra. Prueba", "", "", False
    )


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize("lines", [40, 200], ids=["two sheets", "rolled out in pieces"])
def test_every_sheet_says_whose_movements_it_holds(lines: int) -> None:
    """A sheet began with rows of no medicine: its name stood over them on the sheet before."""
    held = Register("2026-02", (TRAMADOL,), {NOBODY: 500}, tuple(a_line(n + 1) for n in range(lines)))
    sheets = texts(controlled_pdf(held, FRAME))
    said = f"Tramadol inyectable (SSA 040.000.2106.00) · empezó con 500, termina con {500 - lines}"
    assert len(sheets) > 1 and all(sheet.count(said) == 1 for sheet in sheets if " L" in sheet)
    rows = " ".join(sheets).split()
    assert [word for word in rows if word.startswith("L") and word[1:].isdigit()] == [
        f"L{n + 1}" for n in range(lines)
    ], "each movement once"
