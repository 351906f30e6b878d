"""The monthly report on paper: what it says, what it must not say, what it says when there is nothing."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import months
import paper
import pytest
from openpyxl import load_workbook

from ces_desktop.domain import monthly as rules
from ces_desktop.domain.monthly import Number, Place
from ces_desktop.domain.supply.month_supplies import Broken, Judged, Lost, MonthItem, MonthOrder, MonthSupplies
from ces_desktop.reports import words
from ces_desktop.reports.monthly import Issue, monthly_csv, monthly_pdf, monthly_xlsx
from ces_desktop.reports.monthly_chronic import suppressed

ISSUE = Issue("CAP-0-0007", "CAP-0-0006")


def said(report: rules.MonthlyReport, issue: Issue = ISSUE) -> list[str]:
    """The words of each page, with plain spaces."""
    return [page.replace(words.NBSP, " ") for page in paper.texts(monthly_pdf(report, issue, paper.FRAME))]


def test_it_has_six_pages_each_with_clinic_period_folio_cut_and_version(spanish: None) -> None:
    report = months.report()
    pages = said(report)
    assert len(pages) == 6
    for number, page in enumerate(pages, 1):
        for fact in (
            "Informe mensual · marzo de 2026", "CLUES CSSSA000001", "Folio CAP-0-0007", "sustituye al folio CAP-0-0006",
            "17-mar-2026 08:30", "CES Desktop 0.1.0", report.sha()[:12], f"Página {number} de 6",
            "copia que sale de la clínica",
        ):  # fmt: skip
            assert fact in page, (number, fact)


@pytest.mark.parametrize("language", ["spanish", "english"])
@pytest.mark.parametrize("kind", ["full", "empty", "many"])
def test_it_stays_inside_its_margins_in_black_with_its_fonts_inside(
    kind: str, language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(language)
    report = {"full": months.report(), "empty": months.empty(), "many": months.report(communities=60)}[kind]
    pdf = monthly_pdf(report, ISSUE, paper.FRAME)
    assert paper.embedded(pdf) and b"Helvetica" not in pdf and b"Times" not in pdf
    for page in paper.images(pdf):
        assert paper.ink_outside(page, 14) == 0
        red, green, blue = page.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert pdf == monthly_pdf(report, ISSUE, paper.FRAME)


def test_the_first_page_shows_six_numbers_with_the_month_and_the_year_before(spanish: None) -> None:
    page = said(months.report())[0]
    now, before, year = (months.numbers(90 - n, 40 - n) for n in (0, 1, 12))
    controlled = now["hypertension.controlled"]
    assert f"{controlled.percent} %" in page and f"{controlled.numerator}/{controlled.denominator}" in page
    for numbers, label in ((before, "mes anterior"), (year, "mar-2025")):
        assert f"{label}: {numbers['visits'].numerator}" in page
        c = numbers["diabetes.controlled"]
        assert f"{label}: {c.percent} % ({c.numerator}/{c.denominator})" in page
    assert page.count("definición ") == 6 and "hypertension.controlled v1" in page


def test_a_number_is_never_compared_with_a_month_that_was_not_recorded(spanish: None) -> None:
    page = said(months.report(first_month="2026-03"))[0]
    assert page.count("mes anterior: –") == 6 and page.count("mar-2025: –") == 6
    assert "no hay un mes anterior" in page


def test_what_is_asked_for_follows_from_the_numbers(spanish: None) -> None:
    page = said(months.report())[0]
    assert "2 consultas quedaron sin medición por falta de equipo" in page
    assert "buscar a 11 personas" in page and "Saber de 4 personas" in page
    none = months.report(reasons={}, to_find=0, lost=0)
    assert "no se desprende ninguna petición" in said(none)[0]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"over": False}, "El mes no había terminado"),
        ({"weeks": (*months.report().weeks[:4], replace(months.report().weeks[4], first=0, later=0))}, "1 semana sin"),
    ],
)
def test_incomplete_data_say_so_on_every_page_and_why(fields: dict[str, object], why: str, spanish: None) -> None:
    assert not any("DATOS INCOMPLETOS" in page for page in said(months.report()))
    pages = said(months.report(**fields))
    assert all("DATOS INCOMPLETOS" in page for page in pages)
    assert f"DATOS INCOMPLETOS: {why}" in pages[0]


@pytest.mark.parametrize(("n", "flagged"), [(9, False), (10, True)])
def test_too_many_consults_without_a_diagnosis_are_incomplete_data(n: int, flagged: bool) -> None:
    numbers = months.numbers() | {"visits_without_diagnosis": Number(1, n, 90)}
    report = months.report()
    report = replace(report, months=(*report.months[:-1], (report.month, numbers)))
    assert any(each.code == "without_diagnosis" for each in rules.incomplete(report)) == flagged


def test_an_empty_month_prints_zeros_and_says_that_nothing_is_recorded(spanish: None) -> None:
    pages = said(months.empty())
    assert len(pages) == 6
    assert "No hay consultas registradas de este mes." in pages[0]
    assert "Todas las consultas tienen diagnóstico" not in pages[0]
    assert "Hipertensión: controladas – 0/0" in pages[0]  # a share of nobody is not zero
    assert "Consultas: 0." in pages[1] and "no se escribió ningún diagnóstico" in pages[1]
    assert "Aún no hay nadie inscrito" in pages[2]


def test_the_sums_on_paper_are_the_sums_of_the_cells(spanish: None) -> None:
    report = months.report()
    page = said(report)[1]
    total = sum(n for sexes in report.ages.values() for n in sexes.values())
    assert re.search(rf"Total 0 0 0 0 80 0 10 0 {total}\b", page)
    written = sum(each.total for each in report.diagnoses)
    assert f"Diagnósticos escritos {written} {3 * 18}" in page
    assert "Otros diagnósticos: 3" in page


def test_the_four_groups_are_everybody_judged() -> None:
    for _, numbers in months.report().months:
        for programme in months.PROGRAMMES:
            groups = [
                numbers[f"{programme}.{group}"] for group in ("controlled", "uncontrolled", "no_reading", "missed")
            ]
            assert {g.denominator for g in groups} == {sum(g.numerator for g in groups)}


def test_small_numbers_of_a_community_do_not_leave_the_clinic(spanish: None) -> None:
    places = {
        "hypertension": (Place("Chica", 3, 0, 3, 2, 1, 0, 0), Place("Grande", 60, 0, 60, 40, 10, 0, 10)),
        "diabetes": (Place("Chica", 0, 0, 0, 0, 0, 0, 0), Place("Grande", 33, 0, 33, 20, 7, 0, 6)),
    }
    report = months.report(places=places)
    out, own = said(report)[2], said(report, replace(ISSUE, leaves=False))[2]
    assert "Chica 3 2/3 (67 %) 0/3 (0 %)" in own and "copia de la clínica" in own
    assert "Chica < 5" in out and "2/3" not in out and "40/60" not in out  # the other would tell it by subtraction
    assert "Grande" in out and "20/33 (61 %)" in out


def test_one_number_that_is_not_told_hides_another() -> None:
    assert suppressed([0, 2, 9, 7]) == [False, True, False, True]
    assert suppressed([3, 2, 9]) == [True, True, False]
    assert suppressed([0, 5, 9]) == [False, False, False]
    assert suppressed([4]) == [True]


def test_subjects_without_data_say_who_will_fill_them(spanish: None) -> None:
    pages = said(months.report())
    assert "Hasta este mes no hay nada registrado" in pages[3] and "Claves vitales con existencia: –" in pages[3]
    for page in pages[4:]:
        assert "Aún no se registra en esta versión" in page and "Vacío no quiere decir cero" in page
    assert "tienen sus propios papeles" in pages[5] and "el tema de comunidad" in pages[5]
    assert "Elaboró" in pages[5] and "Sello de la clínica" in pages[5] and "Recibido por la jurisdicción" in pages[5]


def test_many_communities_go_over_the_page_with_their_heads(spanish: None) -> None:
    pages = said(months.report(communities=60))
    assert len(pages) > 6
    assert sum(page.count("Comunidad ") for page in pages) >= 60
    assert all("HTA inscritas" in page for page in pages[2:4])
    signed = [page for page in pages if "Elaboró" in page]
    assert signed == pages[-1:] and "Recibido por" in signed[0]


@pytest.mark.parametrize("communities", range(11, 18))
def test_what_goes_on_over_the_page_is_never_a_line_alone(communities: int, spanish: None) -> None:
    pages = said(months.report(communities=communities))
    lines = [re.findall(r"Comunidad \d\d", page) for page in pages]
    assert sum(map(len, lines)) == communities
    assert len(pages) == 6 or len(lines[3]) >= 3
    (last,) = (page for page in pages if re.search(r"Clínica \d", page))
    assert "HTA inscritas" in last and "1 a 4 no se dan" in pages[2]


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_a_number_is_never_cut_and_a_long_name_is_read_whole(digits: int, spanish: None) -> None:
    """The clinic of 10,000 people printed `256/680 (38…` in the line of its totals."""
    n = 10**digits - 1
    name = "San Isidro Siltepec de los Ángeles Custodios (El Ocotal)"
    wide = Place(name, n, n, n, n, 0, 0, n)
    share = Number(1, n, n, 0)
    of = {"enrolled": Number(1, n), "lost": Number(1, n, n), "controlled": share, "missed": share}
    more = {f"{p}.{code}": number for p in months.PROGRAMMES for code, number in of.items()}
    report = months.report(places=dict.fromkeys(months.PROGRAMMES, (wide,)))
    report = replace(report, months=(*report.months[:-1], (report.month, {**report.numbers, **more})))
    page = " ".join(said(report)[2].split())
    assert page.count(f"{n}/{n} (100 %)") >= 8 and "…" not in page
    assert all(word in page for word in name.split())


def test_names_of_places_and_diagnoses_are_printed_as_they_are(spanish: None) -> None:
    odd = "R&D <b>2</b> </para>"
    report = months.report()
    diagnoses = (replace(report.diagnoses[0], name_es=odd), *report.diagnoses[1:])
    places = {p: (months.place(odd, 30), months.place("Otra", 40)) for p in months.PROGRAMMES}
    pages = said(replace(report, diagnoses=diagnoses, places=places))
    assert odd in pages[1] and odd in pages[2]


def test_the_table_beside_it_holds_the_same_numbers(spanish: None) -> None:
    report = months.report()
    rows = list(csv.DictReader(io.StringIO(monthly_csv(report, ISSUE).decode("utf-8-sig"))))
    figures = {(r["month"], r["code"]): r for r in rows if r["section"] == "figures"}
    for month, numbers in report.months:
        for code, number in numbers.items():
            row = figures[month, code]
            assert row["numerator"] == str(number.numerator)
            assert row["denominator"] == ("" if number.denominator is None else str(number.denominator))
    first = months.report(first_month="2026-03")
    rows = list(csv.DictReader(io.StringIO(monthly_csv(first, ISSUE).decode("utf-8-sig"))))
    assert {r["numerator"] for r in rows if r["section"] == "figures" and r["month"] != "2026-03"} == {""}
    shared = [r["numerator"] for r in rows if r["section"] == "communities"]
    assert "<5" in shared and not {"1", "2", "3", "4"} & set(shared)


def test_the_workbook_holds_the_lines_of_the_table() -> None:
    report = months.report()
    rows = list(csv.reader(io.StringIO(monthly_csv(report, ISSUE).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(monthly_xlsx(report, ISSUE))).active
    assert sheet is not None
    held = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert held == rows


def test_it_is_drawn_without_loading_matplotlib() -> None:
    probe = (
        "import sys, months, paper; from ces_desktop.reports.monthly import Issue, monthly_pdf;"
        "assert 'reportlab' not in sys.modules;"
        "monthly_pdf(months.report(), Issue(), paper.FRAME);"
        "print(*[name for name in ('matplotlib', 'PySide6', 'numpy') if name in sys.modules])"
    )
    folder = str(Path(__file__).resolve().parent)
    environment = {"PYTHONPATH": ":".join([folder, *sys.path])}
    answer = subprocess.run([sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


def test_a_draft_says_that_it_is_one(spanish: None) -> None:
    assert all("BORRADOR sin folio" in page for page in said(months.report(), Issue()))


def test_supplies_stand_on_one_page_however_much_was_missing(spanish: None) -> None:
    long = "Insumo inventado de nombre larguísimo que no cabe en su columna de ninguna manera"
    item = MonthItem("010.000.0000.00", long, long, "V", "1" * 10 + "0" * 21, 1234)
    held = MonthSupplies(
        600, 200, 151, 18600, 4711, 987, 312, (item,) * 60, (Lost("expired", 40, long, long, 12000, "piece"),) * 9,
        (MonthOrder("CAP-2026-001", "SSA", "2026-02-02", "2026-03-01", 150, 90, 20),) * 9, 40,
        (Broken(long, "broken", "2026-01-02"),) * 20, Judged(240, 226, -31),
    )  # fmt: skip
    for report in (months.report(supplies=held), months.report(supplies=held, over=False)):
        pages = said(report)
        assert len(pages) == 6
        page = pages[3]
    for fact in (
        "Claves vitales con existencia el último día: 151/200 (76 %)", "Días-clave sin existencia: 4,711/18,600 (25 %)",
        "Se pidió y no había: 987 veces, de 312 claves", "226/240 (94 %)", "3 % mayor", " 21 1,234",
        "Y 51 insumos más, 1,071 días", "90/150 (60 %) 20 40", "Y 14 más. De 40 piezas", "…: 12,000 piezas",
    ):  # fmt: skip
        assert fact in page, fact
    lines = list(csv.DictReader(io.StringIO(monthly_csv(months.report(supplies=held), ISSUE).decode("utf-8-sig"))))
    told = [line for line in lines if line["section"] == "supplies"]
    assert ("key_items_in_stock", "151", "200", "76") in {
        (line["code"], line["numerator"], line["denominator"], line["percent"]) for line in told
    }
    assert sum(line["code"] == "days_out" for line in told) == 60


def test_supplies_that_had_nothing_wrong_say_so(spanish: None) -> None:
    held = MonthSupplies(12, 4, 4, 360, 0, 0, 0, pieces=3)
    page = said(months.report(supplies=held))[3]
    for fact in (
        "4/4 (100 %)", "Días-clave sin existencia: 0/360 (0 %)", "Ninguna clave en uso estuvo sin existencia",
        "No se dio de baja nada", "Todo funciona", "No se envió ni se recibió ningún pedido",
        "Pronósticos de este mes: –",
    ):  # fmt: skip
        assert fact in page, fact


def test_page_four_says_names_whole_where_there_is_room(spanish: None) -> None:
    """Names that begin alike differ at their end: fewer items in two lines, rather than all of them cut."""
    names = [f"Medroxiprogesterona con estradiol de depósito {n}" for n in range(12)]
    items = tuple(MonthItem(f"0{n}", name, name, "V", "0" * 31, 0) for n, name in enumerate(names))
    long = "Amoxicilina con ácido clavulánico en suspensión"
    piece = "Baumanómetro aneroide con brazalete adulto y pediátrico"
    held = MonthSupplies(
        60, 20, 8, 600, 93, 0, 0, items, (Lost("expired", 1, long, long, 120, "ml"),), (), 20,
        (Broken(piece, "broken", "2026-01-02"),),
    )  # fmt: skip
    page = said(months.report(supplies=held))[3]
    assert "…" not in page and all(name in page for name in (*names, f"{long}: 120 ml", piece))


def test_page_four_puts_names_with_accents_among_the_others(spanish: None) -> None:
    names = ("Zinc", "Ácido fólico", "Amlodipino", "Óvulos")
    items = tuple(MonthItem(name, name, name, "V", "0" * 31, 0) for name in names)
    page = said(months.report(supplies=MonthSupplies(60, 20, 8, 600, 93, 0, 0, items)))[3]
    assert sorted(names, key=page.index) == ["Ácido fólico", "Amlodipino", "Óvulos", "Zinc"]
