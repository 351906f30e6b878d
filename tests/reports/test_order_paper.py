"""The papers of an order: what they say, in the columns of the form, from nothing to two thousand lines."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime

import paper
import pytest
from openpyxl import load_workbook

from ces_desktop import i18n
from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import Filled, OrderPaper, OrderPaperLine
from ces_desktop.reports import sheet_words, words
from ces_desktop.reports.order import order_csv, order_pdf, order_xlsx, requisition_pdf

SLIP = Slip("CAP-0-0009", "CAP-0-0008")
LINE = OrderPaperLine(
    "010.000.5165.00", "Metformina 850 mg", "Metformin 850 mg", "tablet", "tablet", 30, "medicine", "vital", 412, 60,
    251_500, 118, 1230, 1230, "",
)  # fmt: skip
FILLED = Filled("2026-02", 364, 348, 634, 617, recorded=True)


def order(lines: int = 3, **fields: object) -> OrderPaper:
    """An order of so many lines: every third unknown, every third changed with a reason."""
    kinds = ("medicine", "material", "test")
    held = [
        replace(
            LINE, code=f"0{n:03d}", name_es=f"Clave inventada {n:04d}", section=kinds[n * 3 // max(1, lines)],
            ven=("vital", "essential", "other")[n % 3], **(
                {"average": None, "risk": None} if n % 3 == 1
                else {"requested": 31, "reason": "season"} if n % 3 == 2 else {}
            ),
        )
        for n in range(lines)
    ]  # fmt: skip
    made = OrderPaper("CAP-2026-003", "SSA", "sent", "2026-03-10", "2026-03-11", "2026-04-06", "", tuple(held), FILLED)
    return replace(made, **fields)  # type: ignore[arg-type]


def said(pdf: bytes) -> list[str]:
    return [page.replace(words.NBSP, " ") for page in paper.texts(pdf)]


def test_ours_tells_why_each_quantity_is_asked_for(spanish: None) -> None:
    pages = said(order_pdf(order(), SLIP, paper.FRAME))
    for page in pages:
        for fact in (
            "Pedido CAP-2026-003 · SSA",
            "Folio CAP-0-0009",
            "sustituye al folio CAP-0-0008",
            order().sha()[:12],
        ):
            assert fact in page
    whole = " ".join(pages)
    line = "1 0000 Clave inventada 0000 tableta, caja con 30 V 412 60 2,515 12 % 1,230 1,230 41"
    assert line in whole
    assert "caja con 30 E 412 60 – – 1,230 1,230 41" in whole  # what is not known is no zero
    assert "N 412 60 2,515 12 % 1,230 31 2 Temporada: lluvias, calor, gripe" in whole
    assert "Enviado: 11-mar-2026" in whole and "Cantidades cambiadas por una persona: 1" in whole
    assert "Definiciones supply-order-1" in whole


@pytest.mark.parametrize("lines", range(9, 20))
def test_the_sheet_that_is_signed_says_for_how_much(lines: int, spanish: None) -> None:
    last = said(order_pdf(order(lines), SLIP, paper.FRAME))[-1]
    assert f"Pedido CAP-2026-003 · SSA · Claves: {lines} · Cajas: " in last and "Recibe: nombre, fecha" in last


def test_the_form_has_its_five_columns_its_sections_and_its_foot(spanish: None) -> None:
    whole = " ".join(said(requisition_pdf(order(), SLIP, paper.FRAME)))
    assert "No. Clave Descripción Presentación Necesidad mensual" in whole
    assert "1 0000 Clave inventada 0000 tableta, caja con 30 41" in whole
    for title in ("Medicamentos", "Material de curación y otros", "Laboratorio"):
        assert title in whole
    for fact in (
        "Año 2026", "Período feb-2026", "Fecha de corte 17-mar-2026 08:30", "Recetas expedidas 364",
        "Surtidas al 100 % 348", "Porcentaje 96 %", "Claves recetadas 634", "Claves surtidas 617", "Porcentaje 97 %",
        "Elabora y solicita", "Responsable de la unidad",
    ):  # fmt: skip
        assert fact in whole, fact


def test_what_nobody_recorded_as_filled_is_not_none(spanish: None) -> None:
    silent = order(filled=replace(FILLED, in_full=0, lines_in_full=0, recorded=False))
    whole = " ".join(said(requisition_pdf(silent, SLIP, paper.FRAME)))
    assert "Recetas expedidas 364 Surtidas al 100 % – Porcentaje –" in whole


@pytest.mark.parametrize("language", ["spanish", "english"])
@pytest.mark.parametrize("lines", [0, 1, 200])
def test_they_stay_inside_their_margins_in_black_with_their_fonts_inside(
    lines: int, language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(language)
    held = order(lines)
    for build in (order_pdf, requisition_pdf):
        pdf = build(held, SLIP, paper.FRAME)
        assert paper.embedded(pdf) and b"Helvetica" not in pdf
        for page in paper.images(pdf):
            assert paper.ink_outside(page, 14 * 612 / page.width) == 0
            red, green, blue = page.split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()
        assert pdf == build(held, SLIP, paper.FRAME)


def test_two_thousand_lines_are_all_there(spanish: None) -> None:
    whole = " ".join(said(requisition_pdf(order(2000), SLIP, paper.FRAME)))
    assert all(f"Clave inventada {n:04d}" in whole for n in range(2000))


def test_a_draft_says_so_on_every_page_and_has_no_folio(spanish: None) -> None:
    for build in (order_pdf, requisition_pdf):
        for page in said(build(order(60, state="draft", sent_on=None), Slip(), paper.FRAME)):
            assert "BORRADOR: no se ha enviado" in page and "BORRADOR sin folio" in page


def test_the_files_have_a_row_for_each_line_and_leave_empty_what_is_not_known(spanish: None) -> None:
    held = order(3)
    rows = list(csv.DictReader(io.StringIO(order_csv(held, SLIP).decode("utf-8-sig"))))
    assert [row["no"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["average"] == "2515.0" and rows[0]["risk"] == "0.118" and rows[0]["packs"] == "41"
    assert rows[1]["average"] == rows[1]["risk"] == "" and rows[2]["reason"] == "season"
    sheet = load_workbook(io.BytesIO(order_xlsx(held, SLIP))).active
    assert sheet is not None
    heads, *cells = sheet.iter_rows(values_only=True)
    assert list(heads) == [sheet_words.head(name) for name in rows[0]]
    for row, line in zip(cells, rows, strict=True):
        for cell, (name, text) in zip(row, line.items(), strict=True):
            if isinstance(cell, int | float):
                assert cell == float(text)
            elif isinstance(cell, datetime):
                assert cell.date().isoformat() == text
            else:
                assert (cell or "") == (text and sheet_words.shown(name, text))


def test_lines_stand_by_the_name_that_is_printed_alike_in_every_form(spanish: None) -> None:
    names = (("Óvulos", "Vaginal"), ("Ácido fólico", "Folic acid"), ("Zinc", "Acetate of zinc"), ("Betametasona", "B"))
    held = [replace(LINE, code=f"c{n}", name_es=es, name_en=en) for n, (es, en) in enumerate(names)]
    made = replace(order(), lines=tuple(held))
    for language, wanted in (
        ("es", ["Ácido fólico", "Betametasona", "Óvulos", "Zinc"]),
        ("en", ["Acetate of zinc", "B", "Folic acid", "Vaginal"]),
    ):
        i18n.use(language)
        rows = list(csv.DictReader(io.StringIO(order_csv(made, SLIP).decode("utf-8-sig"))))
        assert [row["item"] for row in rows] == wanted
        for build in (order_pdf, requisition_pdf):
            text = " ".join(said(build(made, SLIP, paper.FRAME)))
            places = [text.index(f"{n} {row['code']} {row['item']}") for n, row in enumerate(rows, 1)]
            assert places == sorted(places)
