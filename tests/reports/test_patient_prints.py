"""The summary and the card of a person: full, empty and with the longest things a form takes, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import paper
import pypdfium2
import pytest

from ces_desktop.data.queries.patients import PatientFile, StatusRow
from ces_desktop.domain.identity import Birth
from ces_desktop.reports import card, words
from ces_desktop.reports.patients import card_pdf, summary_pdf

TODAY = date(2026, 3, 17)
FILES = {"full": paper.FULL, "empty": paper.EMPTY, "longest": paper.LONGEST}


def summary(file: PatientFile) -> bytes:
    """A summary on the day of the tests."""
    return summary_pdf(file, TODAY, paper.FRAME)


@pytest.fixture(params=["spanish", "english"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages, one after the other."""
    request.getfixturevalue(request.param)
    return str(request.param)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("build", [summary, lambda file: card_pdf(file, paper.FRAME)], ids=["summary", "card"])
def test_any_record_prints_inside_its_margins_in_black_alone(kind: str, build: Any, language: str) -> None:
    pdf = build(FILES[kind])
    assert paper.embedded(pdf) and b"Helvetica" not in pdf
    for page in paper.images(pdf):
        assert paper.ink_outside(page, 14) == 0
        red, green, blue = page.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()  # nothing is said by colour
    assert pdf == build(FILES[kind])


def test_the_summary_says_all_that_is_known(spanish: None) -> None:
    said = " ".join(paper.texts(summary(paper.FULL)))
    for fact in (
        "PRUEBA ÑANDÚ, Inventada Íñiga", "CAP0000412", "mujer · 67 años", "14-jul-1958", "Güera", "PUNI580714MCSRXN05",
        "A-118", "Josefa", "tsotsil", "Nueva Ilusión", "Ángel Albino Corzo", "963 555 0142", "hija Rosa", "27",
        "Aviso de privacidad Sí 20-ene-2026 la persona 2026-1", "Compartir datos con la red No 21-ene-2026 hija Rosa",
        "05-ene-2025 Cambió de domicilio – Tuxtla Gutiérrez", "CAP0000977 PRUEBA ÑANDÚ, Inventada",
    ):  # fmt: skip
        assert fact in said.replace(words.NBSP, " "), fact


def test_what_is_not_known_is_said_not_left_blank(spanish: None) -> None:
    (said,) = paper.texts(summary(paper.EMPTY))
    assert "Alergias: sin preguntar" in said
    assert said.count("Sin datos: se llena desde la consulta") == 3
    assert "Persona sin nombre" in said and "edad sin dato" in said and "Nacimiento no se sabe" in said
    assert "Aún no se pregunta." in said
    assert "niega" not in said.lower()


def test_a_typical_summary_takes_one_page_and_a_full_one_two() -> None:
    typical = replace(paper.FULL, statuses=paper.FULL.statuses[:1], same_person=())
    assert len(paper.texts(summary(typical))) == 1
    assert len(paper.texts(summary(paper.FULL))) <= 2


@pytest.mark.parametrize("rows", range(1, 16))
def test_the_signature_stands_under_what_is_signed(rows: int, spanish: None) -> None:
    said = paper.texts(summary(replace(paper.FULL, statuses=paper.FULL.statuses[1:2] * rows)))
    signed = [page for page in said if "firma de quien elabora" in page]
    assert signed == said[-1:] and "Otros registros" in said[-1]
    assert all(("Problemas" in page) == ("Sin datos" in page) for page in said)


def test_every_page_names_the_person() -> None:
    for page in paper.texts(summary(replace(paper.FULL, same_person=paper.FULL.same_person * 60))):
        assert "CAP0000412 · PRUEBA ÑANDÚ, Inventada Íñiga" in page


@pytest.mark.parametrize("n", [0, 1, 200])
def test_any_number_of_rows_prints(n: int) -> None:
    many = replace(
        paper.FULL,
        statuses=paper.FULL.statuses[1:2] * n,
        consents=paper.FULL.consents[:1] * n,
        same_person=paper.FULL.same_person * n,
    )
    said = " ".join(paper.texts(summary(many)))
    assert said.count("CAP0000977") == n
    assert said.count("Tuxtla Gutiérrez") == n


@pytest.mark.parametrize(
    ("birth", "spanish_words", "english_words"),
    [
        (Birth("1958-07-14", "day"), "14-jul-1958", "14-Jul-1958"),
        (Birth("1958-07", "month"), "jul-1958 (solo se sabe mes y año)", "Jul-1958 (only month and year known)"),
        (Birth("1958", "year"), "1958 (solo se sabe el año)", "1958 (only the year known)"),
        (Birth(None, "estimated", 45, "2026-03-01"), "dijo 45 años el 01-mar-2026", "45 years stated on 01-Mar-2026"),
        (Birth("2025-09", "estimated", 0, "2026-03-01"), "hacia sep-2025", "about Sep-2025"),
        (Birth(), "no se sabe", "not known"),
    ],
)
def test_a_birth_is_never_printed_more_exact_than_told(
    birth: Birth, spanish_words: str, english_words: str, language: str
) -> None:
    file = replace(paper.FULL, identity=replace(paper.FULL.identity, birth=birth))
    wanted = spanish_words if language == "spanish" else english_words
    for pdf in (summary(file), card_pdf(file, paper.FRAME)):
        said = paper.texts(pdf)[0].replace(words.NBSP, " ")
        assert wanted in said
        assert "01-ene" not in said and "01-Jan" not in said


def test_one_who_died_keeps_the_age_of_that_day(spanish: None) -> None:
    died = StatusRow(paper.NOBODY, "died", "2020-01-01", "causa inventada", None, 1)
    said = paper.texts(summary(replace(paper.FULL, statuses=(died,))))[0].replace(words.NBSP, " ")
    assert "mujer · 61 años · Falleció el 01-ene-2020" in said


def test_test_records_say_so_on_both_prints(spanish: None) -> None:
    trial = replace(paper.FULL, test_record=True)
    for pdf in (summary(trial), card_pdf(trial, paper.FRAME)):
        assert "REGISTRO DE PRUEBA" in paper.texts(pdf)[0]
    faces = paper.texts(card_pdf(trial, replace(paper.FRAME, demo=True)))[0]
    assert faces.count("DEMOSTRACIÓN · PRUEBA") == 4  # each face of a card is cut out by itself


def test_a_file_s_own_title_names_nobody() -> None:
    for pdf in (summary(paper.FULL), card_pdf(paper.FULL, paper.FRAME)):
        with pypdfium2.PdfDocument(pdf) as document:
            facts = str(document.get_metadata_dict()) + str([mark.get_title() for mark in document.get_toc()])
        assert "CAP0000412" in facts
        assert not any(name.lower() in facts.lower() for name in ("Ñandú", "Íñiga", "Josefa", "Rosa"))


def test_what_the_person_must_read_on_the_card_is_large(spanish: None) -> None:
    pdf = card_pdf(paper.FULL, paper.FRAME)
    for fact in ("CAP0000412", "PRUEBA", "Nacimiento: 14-jul-1958", "Nueva Ilusión", "Traiga esta tarjeta"):
        assert paper.size_of(pdf, fact) >= 12, fact


def test_the_card_is_one_page_and_tells_no_more_than_it_should(language: str) -> None:
    for file in FILES.values():
        (said,) = paper.texts(card_pdf(file, paper.FRAME))
        for private in ("PUNI580714MCSRXN05", "9635550142", "963 555 0142", "Josefa", "A-118", "hija Rosa"):
            assert private not in said


def test_the_square_code_holds_the_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    coded: list[str] = []
    real = card.QrCodeWidget

    def noted(payload: str, **options: Any) -> Any:
        coded.append(payload)
        return real(payload, **options)

    monkeypatch.setattr(card, "QrCodeWidget", noted)
    card_pdf(paper.FULL, paper.FRAME)
    card_pdf(paper.EMPTY, paper.FRAME)
    assert coded == ["CAP0000412"]  # none for a record without a number


def test_telephones_are_read_in_parts() -> None:
    read = [words.phone(digits).replace(words.NBSP, " ") for digits in ("9635550142", "529635550142", "5550142", None)]
    assert read == ["963 555 0142", "52 963 555 0142", "555 0142", "–"]
