"""Note, prescription, daily sheet, blank forms, and summary and card with care: contents, limits, fonts, bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import paper
import pytest
import visits_on_paper as made

from ces_desktop.data.queries.prints import Product
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.visit_form import Allergies
from ces_desktop.domain.dosing import Medicine, Prescribed
from ces_desktop.domain.visits import Note
from ces_desktop.reports import words
from ces_desktop.reports.consult import consult_pdf, prescription_pdf
from ces_desktop.reports.contingency import BLANKS, blank_pdf
from ces_desktop.reports.day import day_pdf
from ces_desktop.reports.patients import card_pdf, summary_pdf

TODAY = date(2026, 3, 17)


def person(number: int = 1) -> PatientRow:
    """A person as a line of a list."""
    values = dict.fromkeys(PatientRow._fields) | {
        "id": paper.NOBODY, "person": paper.NOBODY, "human_id": f"CAP{number:07d}", "given": "Inventada",
        "paternal": "Prueba", "maternal": "Ñandú", "paternal_kind": "given", "maternal_kind": "given", "sex": "female",
        "birth": "1958-07-14", "birth_precision": "day", "curp": "PUNI580714MCSRXN05", "status": "active",
    }  # fmt: skip
    return PatientRow(**values)


def sheet(n: int) -> bytes:
    """The sheet of a day of n consults."""
    return day_pdf([(person(k), made.ENCOUNTER) for k in range(n)], date(2026, 3, 16), paper.FRAME)


PRINTS: dict[str, Callable[[], bytes]] = {
    "note": lambda: consult_pdf(made.PAPER, paper.FRAME),
    "prescription": lambda: prescription_pdf(made.consult(lines=(made.LOSARTAN, made.CLONAZEPAM)), paper.FRAME),
    "summary": lambda: summary_pdf(paper.FULL, TODAY, paper.FRAME, made.CARE),
    "card": lambda: card_pdf(paper.FULL, paper.FRAME, made.CARE),
    "day": lambda: sheet(20),
    "nobody": lambda: sheet(0),
} | {form: lambda form=form: blank_pdf(form, paper.FRAME) for form in BLANKS}


def said(pdf: bytes) -> list[str]:
    """The words of each page, with plain spaces."""
    return [page.replace(words.NBSP, " ") for page in paper.texts(pdf)]


@pytest.mark.parametrize("language", ["spanish", "english"])
@pytest.mark.parametrize("kind", PRINTS)
def test_they_stay_inside_their_margins_in_black_with_fonts_inside(
    kind: str, language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(language)
    pdf = PRINTS[kind]()
    assert paper.embedded(pdf) and b"Helvetica" not in pdf and pdf == PRINTS[kind]()
    for page in paper.images(pdf):
        red, green, blue = page.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
        if page.width < page.height:
            assert paper.ink_outside(page, 14) == 0


def test_the_note_holds_what_the_norm_asks_for(spanish: None) -> None:
    pages = said(PRINTS["note"]())
    for page in pages:
        assert "PRUEBA ÑANDÚ, Inventada Íñiga · 67 años · mujer · expediente CAP0000412" in page
    whole = " ".join(pages)
    for fact in (
        "16-mar-2026", "10:10", "152/94 mmHg", "70.8 kg", "Dolor <fuerte> de cabeza & mareo", "≥ 15 Glasgow",
        "I10 Hipertensión arterial subsecuente confirmado", "E11.9 Diabetes tipo 2 1a vez presuntivo",
        "Pronóstico: Reservado", "Losartán 50 mg 1 mañana, 1 noche oral 30 días 60 tabletas con agua", "½ mañana",
        "Hemoglobina glucosilada (urgente)", "Próxima cita: 13-abr-2026 (Control)", "Cédula 1234567",
        "Dra. Prueba Inventada", "ALERGIAS: Penicilina (ronchas)",
    ):  # fmt: skip
        assert fact in whole, fact


INSULIN = replace(made.LOSARTAN, drug="Insulina NPH", route="subcutaneous", quantity=1, item=made.key(25))
VIALS = made.PRODUCTS | {made.key(25): Product("solution", "100 UI/ml", "suppository", "")}


def test_no_word_of_a_narrow_column_is_cut_in_two(spanish: None) -> None:
    """It said «subcutáne» and, under it, «a»; of an age «años» was parted from its s."""
    held = replace(made.consult(lines=(INSULIN,)), products=VIALS)
    for build in (consult_pdf, prescription_pdf):
        whole = " ".join(said(build(held, paper.FRAME)))
        assert " subcutánea " in whole and re.search(r"\b1 supositorio\b", whole), whole
    old = person()._replace(birth="1958", birth_precision="estimated")
    day = " ".join(said(day_pdf([(old, made.ENCOUNTER)], date(2026, 3, 16), paper.FRAME)))
    assert re.search(r"≈ \d\d años", day), day


@pytest.mark.parametrize("lines", range(1, 16))
def test_no_page_of_a_note_holds_signatures_alone(lines: int, spanish: None) -> None:
    last = said(consult_pdf(made.consult(lines=(made.HALF,) * lines), paper.FRAME))[-1]
    assert "Sello de la clínica" in last and "Próxima cita: 13-abr-2026" in last


def test_an_annulled_note_is_legible_and_says_so_on_every_page(spanish: None) -> None:
    pages = said(consult_pdf(made.consult(voided=True, replaced_by=made.key(9)), paper.FRAME))
    assert all("NOTA ANULADA" in page for page in pages)
    assert "no cuenta en ninguna cifra. Se firmó de nuevo" in " ".join(pages) and "152/94" in " ".join(pages)
    assert all("ANULADA: NO SURTIR" in page for page in said(prescription_pdf(made.consult(voided=True), paper.FRAME)))


def test_addenda_stand_after_the_signature_with_their_own_author(spanish: None) -> None:
    whole = " ".join(said(consult_pdf(made.consult(addenda=(made.ADDENDUM,)), paper.FRAME)))
    assert "Adenda del 16-mar-2026" in whole and "ya tolera" in whole
    assert whole.index("Cédula 1234567") < whole.index("ya tolera") < whole.index("Enf. Otra Inventada")
    assert "Cédula o MPSS: ____" in whole


def test_who_saw_is_not_who_typed(spanish: None) -> None:
    whole = " ".join(said(consult_pdf(made.consult(author_name="Dr. Papel Inventado", started_at=None), paper.FRAME)))
    assert "Capturó: Dra. Prueba Inventada" in whole and "capturada de papel" in whole
    assert "Cédula 1234567" not in whole


def test_a_note_of_three_pages_loses_no_word() -> None:
    text = "\n".join(" ".join(f"palabra{n}x{k}" for k in range(12)) for n in range(150))
    pages = paper.texts(consult_pdf(made.consult(note=Note(text, "", "", "")), paper.FRAME))
    assert len(pages) >= 3
    found = [word for page in pages for word in page.split() if word.startswith("palabra")]
    assert found == text.split()


@pytest.mark.parametrize("fields", [{}, {"measured": (), "diagnoses": (), "lines": (), "note": Note(), "next": None}])
def test_what_is_not_written_is_said(fields: dict[str, object], spanish: None) -> None:
    whole = " ".join(said(consult_pdf(made.consult(**fields), paper.FRAME)))
    assert ("No se midió nada" in whole) == bool(fields)
    assert ("No se codificó ningún diagnóstico" in whole) == bool(fields)
    assert ("Próxima cita: sin acordar" in whole) == bool(fields)


@pytest.mark.parametrize(
    ("known", "line"),
    [(Allergies(), "Alergias: sin preguntar"), (Allergies((), (), made.key(1), "2025-02-03"), "niega (03-feb-2025)")],
)
def test_not_asked_is_not_denied(known: Allergies, line: str, spanish: None) -> None:
    for build in (consult_pdf, prescription_pdf):
        assert line in said(build(replace(made.PAPER, allergies=known), paper.FRAME))[0]


def test_the_prescription_says_all_that_dispensing_needs(spanish: None) -> None:
    (page,) = said(prescription_pdf(made.PAPER, paper.FRAME))
    for fact in (
        "Losartán 50 mg", "tableta", "oral", "30 días", "60 tabletas", "con agua", "Mañana", "Mediodía", "Tarde",
        "Noche", "½", "5 cada 8 h, si es necesario", "I10 Hipertensión arterial", "ALERGIAS: Penicilina",
        "Cédula 1234567", "firma", "Domicilio y teléfono de la clínica", "Sello de la clínica",
    ):  # fmt: skip
        assert fact in page, fact


def test_a_controlled_medicine_stands_on_a_sheet_of_its_own(spanish: None) -> None:
    pages = said(PRINTS["prescription"]())
    assert len(pages) == 2
    assert "Losartán" in pages[0] and "Clonazepam" not in pages[0]
    assert "Clonazepam" in pages[1] and "Losartán" not in pages[1]
    assert "Medicamento controlado, grupo III" in pages[1] and "I10 Hipertensión" in pages[1]
    assert all("Cédula 1234567" in page for page in pages)


def test_a_long_day_costs_each_consult_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of 2,000 lines took four times as long as one of 1,000: each page copied all that was left."""
    import reportlab.platypus.tables as tables

    made_of, plain = [], tables.Table.__init__

    def counted(self: object, data: Sequence[object], *arguments: object, **options: object) -> None:
        made_of.append(len(data))
        plain(self, data, *arguments, **options)

    monkeypatch.setattr(tables.Table, "__init__", counted)
    for consults in (150, 600):
        made_of.clear()
        sheet(consults)
        assert sum(made_of) <= 14 * consults  # a piece of eighty lines for every page of eighteen, in two parts


@pytest.mark.parametrize("n", [0, 1, 200])
def test_a_day_of_any_number_of_consults(n: int, spanish: None) -> None:
    pages = said(sheet(n))
    assert sum(page.count("PRUEBA ÑANDÚ, Inventada") for page in pages) == n
    assert f"Consultas: {n} · primera del año {n}, subsecuentes 0 · mujeres {n}" in pages[-1]
    assert all(f"Página {place} de {len(pages)}" in page for place, page in enumerate(pages, 1))
    if not n:
        assert "No hay consultas registradas de este día" in pages[0]


def test_blank_forms_take_one_page_each(spanish: None) -> None:
    for form in BLANKS:
        assert len(said(blank_pdf(form, paper.FRAME))) == 1, form
        assert "captúrese después" in said(blank_pdf(form, paper.FRAME))[0]


def test_the_summary_tells_what_is_true_now(spanish: None) -> None:
    whole = " ".join(said(PRINTS["summary"]()))
    for fact in (
        "ALERGIAS: Penicilina (ronchas)", "I10 Hipertensión arterial 2019 activo", "Losartán 50 mg 1 mañana, 1 noche",
        "152/94 mmHg", "Próxima cita: 13-abr-2026", "Hipertensión (11-feb-2024)", "15-abr-2026",
    ):  # fmt: skip
        assert fact in whole, fact
    assert "Sin datos: se llena" not in whole


def test_the_card_tells_medicines_by_time_of_day_and_no_diagnosis(spanish: None) -> None:
    (page,) = said(PRINTS["card"]())
    for fact in ("Losartán 50 mg", "½", "13-abr-2026", "152/94", "131", "70.8 kg", "ALERGIAS: Penicilina"):
        assert fact in page, fact
    assert "Hipertensión" not in page and "I10" not in page
    many = replace(made.CARE, medicines=made.CARE.medicines * 8)
    (page,) = said(card_pdf(paper.FULL, paper.FRAME, many))
    assert page.count("Losartán 50 mg") == 8


def test_the_card_leaves_nothing_of_a_medicine_s_name_out(spanish: None) -> None:
    name = "Anticonceptivo oral combinado, 28"
    medicine = Medicine(Prescribed(replace(made.LOSARTAN, drug=name), made.key(1), made.DAY), 29)
    (page,) = said(card_pdf(paper.FULL, paper.FRAME, replace(made.CARE, medicines=(medicine,))))
    assert name in page


def test_a_promised_day_that_has_passed_is_not_a_next_visit_on_the_card(spanish: None) -> None:
    assert made.CARE.next is not None
    late = replace(made.CARE, next=replace(made.CARE.next, due_on="2026-02-01"))
    assert "01-feb-2026" not in said(card_pdf(paper.FULL, paper.FRAME, late))[0]
    assert "01-feb-2026 (ya pasó)" in " ".join(said(summary_pdf(paper.FULL, TODAY, paper.FRAME, late)))
