"""The page of every print: same bytes, fonts inside, numbers, head and foot, long cells, what is loaded and when."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import paper
import pypdfium2
import pytest

from ces_desktop.reports import fonts, pages, parts, words
from ces_desktop.reports.document import Paper, cut_code
from ces_desktop.ui import labels

SHEET = Paper("Hoja de prueba", "CAP-1", "0123456789ab", "PRUEBA, Inventada · 58 años")


def printed(*story: object, sheet: Paper = SHEET, frame: pages.Frame = paper.FRAME) -> bytes:
    """A file of these parts."""
    return pages.build(list(story), sheet, frame)


def run(probe: str, **environment: str) -> str:
    """What a fresh Python prints when it runs this."""
    folder = str(Path(__file__).resolve().parent)
    known = os.environ | {"PYTHONPATH": os.pathsep.join([folder, *sys.path])} | environment
    answer = subprocess.run([sys.executable, "-c", probe], env=known, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def test_a_print_of_the_same_rows_has_the_same_bytes_in_another_process() -> None:
    probe = (
        "import hashlib, paper; from datetime import date; from ces_desktop.reports.patients import summary_pdf;"
        "print(hashlib.sha256(summary_pdf(paper.FULL, date(2026, 3, 17), paper.FRAME)).hexdigest())"
    )
    answers = {run(probe, PYTHONHASHSEED=seed) for seed in ("1", "2")}
    from ces_desktop.reports.patients import summary_pdf

    here_too = hashlib.sha256(summary_pdf(paper.FULL, date(2026, 3, 17), paper.FRAME)).hexdigest()
    assert answers == {here_too}


def test_the_date_inside_is_the_record_s(spanish: None) -> None:
    with pypdfium2.PdfDocument(printed(parts.text("x"))) as document:
        inside = document.get_metadata_dict()
    assert inside["CreationDate"].startswith("D:20260317143000")
    assert inside["Title"] == "Hoja de prueba CAP-1"
    later = replace(paper.FRAME, made_at_ms=paper.MADE_AT + 60_000)
    assert printed(parts.text("x")) != printed(parts.text("x"), frame=later)


def test_the_language_of_the_paper_is_written_in_it(spanish: None) -> None:
    assert b"es-MX" in printed(parts.text("x"))


def test_every_font_is_inside() -> None:
    story = [parts.text("Ñandú ≥ ½ ☐ á"), parts.facts([("a", "b"), ("c", "d"), ("e", "f")]), parts.signatures("a", "b")]
    pdf = printed(*story, *parts.section("s", parts.grid(["a"], [["b"]], [1])))
    assert b"Helvetica" not in pdf
    assert paper.embedded(pdf)
    assert "Ñandú ≥ ½ ☐ á" in paper.texts(pdf)[0]


def test_no_font_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(fonts.Unavailable) as told:
        fonts.folder()
    assert told.value.code == "print.no_fonts"
    packed = tmp_path / "matplotlib" / "mpl-data" / "fonts" / "ttf"
    packed.mkdir(parents=True)
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono-Bold.ttf"):
        (packed / name).touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert fonts.folder() == packed


def test_loading_the_interface_of_prints_loads_no_drawing() -> None:
    probe = (
        "import sys; from ces_desktop.reports import document, patients, recovery, words;"
        "print(*[name for name in ('reportlab', 'matplotlib', 'PySide6', 'numpy') if name in sys.modules])"
    )
    assert run(probe) == ""


def test_printing_does_not_load_matplotlib() -> None:
    probe = (
        "import sys; from ces_desktop.reports import pages, parts; from ces_desktop.reports.document import *;"
        "frame = Frame('a', 'b', 'c', 'd', 'CAP', 0, 'e', '1');"
        "pages.build([parts.text('x')], Paper('a', 'b', 'c'), frame);"
        "print(*[name for name in ('matplotlib', 'PySide6', 'numpy') if name in sys.modules])"
    )
    assert run(probe) == ""


@pytest.mark.parametrize("rows", [0, 1, 80, 81, 200, 2000])
def test_tables_of_any_length_repeat_their_heads_and_count_their_pages(rows: int, spanish: None) -> None:
    table = parts.grid(["Cabeza", "Valor"], [(f"fila-{n}", "ñ") for n in range(rows)], [1, 1])
    said = paper.texts(printed(*parts.section("Lista", table)))
    assert all(f"Página {number} de {len(said)}" in page for number, page in enumerate(said, 1))
    assert all("Cabeza" in page for page in said)
    assert sum(page.count("fila-") for page in said) == rows
    assert (len(said) > 1) == (rows >= 80)


def test_the_outline_leads_to_the_page_of_each_section() -> None:
    story = [part for n in range(4) for part in parts.section(f"Parte {n}", parts.gap(195))]
    with pypdfium2.PdfDocument(printed(*story)) as document:
        entries = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    assert entries == [("Parte 0", 0), ("Parte 1", 1), ("Parte 2", 2), ("Parte 3", 3)]


@pytest.mark.parametrize("language", ["spanish", "english"])
def test_every_page_says_where_when_who_and_what_data(language: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(language)
    moment = "17-mar-2026 08:30" if language == "spanish" else "17-Mar-2026 08:30"
    said = paper.texts(printed(parts.gap(150), parts.gap(150)))
    assert len(said) == 2
    for page in said:
        for fact in ("El Mirador", "Centro de Salud Inventado El Mirador", "CLUES CSSSA000001", "La Concordia", moment):
            assert fact in page
        for fact in ("CAP-1", "CES Desktop 0.1.0", "0123456789ab", "Dra. Prueba Inventada", "PRUEBA, Inventada · 58"):
            assert fact in page


def test_what_is_not_real_says_so_on_every_page(spanish: None) -> None:
    real = paper.texts(printed(parts.text("x")))
    assert "DEMOSTRACIÓN" not in real[0] and "PRUEBA ·" not in real[0]
    demo = replace(paper.FRAME, demo=True)
    sheet = replace(SHEET, test_record=True)
    for page in paper.texts(printed(parts.gap(150), parts.gap(150), sheet=sheet, frame=demo)):
        assert "DATOS DE DEMOSTRACIÓN · REGISTRO DE PRUEBA" in page


def test_what_is_not_known_of_a_clinic_leaves_no_empty_label(spanish: None) -> None:
    bare = replace(paper.FRAME, official_name="", clues="", municipality="", user_name="")
    said = paper.texts(printed(parts.text("x"), frame=bare))[0]
    assert "CLUES" not in said and "Imprimió" not in said and "· ·" not in said


def test_long_names_stay_inside_the_margins(spanish: None) -> None:
    long = replace(
        paper.FRAME, clinic_name=paper.LONG, official_name=paper.LONG, municipality=paper.LONG, user_name=paper.LONG
    )
    sheet = replace(SHEET, about=f"{paper.LONG} {paper.LONG} {paper.LONG}")
    pdf = printed(parts.text("x"), sheet=sheet, frame=long)
    assert [paper.ink_outside(page, 14) for page in paper.images(pdf)] == [0]
    assert "Página 1 de 1" in paper.texts(pdf)[0]
    assert f"Código de los datos {SHEET.cut}" in paper.texts(pdf)[0], "what proves the paper is never cut"


def test_a_long_word_of_a_narrow_cell_is_made_smaller_once() -> None:
    """A table asks for heights several times; smaller each time, a long key of an item was four points high."""
    word = parts.cell("010.000.2111.01.9999.00", "caption")
    size = word.frags[0].fontSize
    for _ in range(4):
        word.wrap(60, 1000)
    assert word.frags[0].fontSize >= parts.SMALLEST * size


def test_words_of_people_are_printed_as_typed() -> None:
    typed = ["dolor <fuerte> noche", "R&D &amp; co.", "<b>2", "</b>", "T<sub>", "PA <140/90", "<br/>", "<para>x</para>"]
    table = parts.grid(["<i>"], [[text] for text in typed], [1])
    (said,) = paper.texts(printed(*(parts.text(text) for text in typed), table))
    assert [text for text in typed if said.count(text) < 2] == []


def test_a_cell_longer_than_a_page_is_split() -> None:
    note = " ".join(f"palabra{n}" for n in range(1500))
    said = paper.texts(printed(parts.grid(["Nota", "Otra"], [[note, "x"]], [1, 1])))
    assert len(said) >= 2
    # A line stands on one page or on the next: no word is lost, and none is said twice.
    printed_words = [word for page in said for word in page.split() if word.startswith("palabra")]
    assert printed_words == note.split()


def test_a_word_wider_than_its_cell_is_broken() -> None:
    pdf = printed(parts.facts([("W" * 50, "W" * 400)]), parts.grid(["W" * 60], [["W" * 400]], [1]))
    assert [paper.ink_outside(page, 14) for page in paper.images(pdf)] == [0]


@pytest.mark.parametrize("used_mm", range(180, 222, 4))
def test_a_heading_never_stands_alone_and_signatures_stay_together(used_mm: int) -> None:
    section = parts.section("Título", parts.text("primera línea"))
    story = [parts.gap(used_mm), *section, parts.signatures("Elabora", "Sello")]
    for page in paper.texts(printed(*story)):
        assert ("Título" in page) == ("primera línea" in page)
        assert ("Elabora" in page) == ("Sello" in page)


def test_the_code_tells_the_data() -> None:
    code = cut_code(paper.FULL, 3, None, "ñ")
    assert len(code) == 12 and int(code, 16) >= 0
    assert code == cut_code(replace(paper.FULL), 3, None, "ñ")
    assert code != cut_code(replace(paper.FULL, folder="A-119"), 3, None, "ñ")
    assert cut_code(b"\x01") == cut_code("01")  # bytes stand as hex, as in the journal


@pytest.mark.parametrize("language", ["spanish", "english"])
@pytest.mark.parametrize("value", ["1958", "1958-07", "1958-07-04", date(2026, 3, 7)])
def test_dates_are_written_as_on_the_screen(language: str, value: str | date, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(language)
    assert words.day(value) == labels.day(value)
    assert words.day(None) == labels.day(None)
