"""A month says the same on the screen, on paper and in the files, for every number that is printed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from driver import Person
from openpyxl import load_workbook

from ces_desktop.data import vault
from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.domain.monthly import MonthlyReport, Number
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.reports.indicator_rows import Row, rows
from ces_desktop.reports.monthly import Issue, monthly_csv, monthly_pdf, monthly_xlsx
from ces_desktop.services import clinic
from ces_desktop.services.demo import PASSPHRASE as DEMO_PASSPHRASE
from ces_desktop.services.demo import create_demo
from ces_desktop.ui.pages.indicators_page import IndicatorsPage
from ces_desktop.ui.print_frame import frame_of

ISSUE = Issue("DEM-0-0001", leaves=False)
SHARE = r"(?:–|\d+/\d+ \(\d+ %\))"
NAMES = {"hypertension": "Hipertensión", "diabetes": "Diabetes"}


class Read(dict[str, Number]):
    """The numbers of a month, which remember what the paper asked for."""

    def __init__(self, numbers: Mapping[str, Number]) -> None:
        super().__init__(numbers)
        self.asked: set[str] = set()

    def __getitem__(self, code: str) -> Number:
        self.asked.add(code)
        return super().__getitem__(code)

    def get(self, code: str, default: object = None) -> Number | None:  # type: ignore[override]
        self.asked.add(code)
        return super().get(code)


@pytest.fixture
def page(person: Person, root: Path) -> IndicatorsPage:
    """The window on the indicators of the last whole month of a demonstration clinic."""
    folder, user, _ = create_demo(root, people=400, months=15)
    person.application.enter(clinic.open_with_key(folder, vault.open(folder, user, DEMO_PASSPHRASE), user))
    person.settle()
    person.window.open_page("indicators")
    person.settle()
    found = person.window.page
    assert isinstance(found, IndicatorsPage) and found.shown is not None
    return found


def on_screen(page: IndicatorsPage) -> dict[tuple[str, str], tuple[str, ...]]:
    """(code, community) → counted, of, per cent, no reading: the words in the table of the window."""
    found = {}
    for programme in page.programmes:
        page.choose_programme(programme)
        records = page.table.records
        for place in range(records.rowCount()):
            row: Row = records.row_at(place)
            found[row.figure.code, row.community] = tuple(records.cell_at(place, n).text for n in (1, 2, 3, 4))
    return found


def plain(value: int | None, unit: str = "") -> str:
    """As the window writes it."""
    return "–" if value is None else f"{value:,}{unit}"


def printed(report: MonthlyReport, frame: object) -> tuple[list[str], set[str]]:
    """The words of each page of the clinic's copy, and the codes the paper was made of."""
    numbers = Read(report.numbers)
    seen = replace(report, months=(*report.months[:-1], (report.month, numbers)))
    with pypdfium2.PdfDocument(monthly_pdf(seen, ISSUE, frame)) as document:  # type: ignore[arg-type]
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.replace("\xa0", " ").split()) for text in texts], numbers.asked


def share(number: Number) -> str:
    """`41 % (120/293)`."""
    assert number.denominator is not None
    of = f"{number.numerator}/{number.denominator}"
    return f"{number.percent} % ({of})" if number.denominator else of


def cell(number: Number) -> str:
    """`120/293 (41 %)`."""
    return f"{number.numerator}/{number.denominator} ({number.percent} %)" if number.denominator else "–"


def sentences(report: MonthlyReport) -> Iterator[tuple[set[str], int, str]]:
    """(codes, page, the words in which they must stand there): every number of the paper is in one of them."""
    n = report.numbers
    for code in ("visits", "people_seen"):
        title = {"visits": "Consultas", "people_seen": "Personas atendidas"}[code]
        yield {code}, 0, f"{title} {n[code].numerator} "
    first, later = n["visits_first"], n["visits_later"]
    total = f"Consultas: {n['visits'].numerator}. Primera del año: {share(first)}; subsecuentes: {share(later)}."
    yield {"visits", "visits_first", "visits_later"}, 1, total
    without, visits = n["visits_without_diagnosis"], n["visits"].numerator
    yield {"visits_without_diagnosis"}, 0, f"consultas sin diagnóstico: {without.numerator} de {visits}"
    for programme, name in NAMES.items():
        of = {code: n[f"{programme}.{code}"] for code in CODES[programme]}

        def those(*codes: str, programme: str = programme) -> set[str]:
            return {f"{programme}.{code}" for code in codes}

        groups = of["controlled"], of["uncontrolled"], of["no_reading"], of["missed"]
        good, bad, silent, missed = map(share, groups)
        said = f"{name}: controladas {good}; no controladas {bad}; vistas sin medición {silent}; sin consulta {missed}"
        yield those("controlled", "uncontrolled", "no_reading", "missed"), 2, said
        for code in ("controlled", "missed"):
            yield those(code), 0, f" {of[code].percent} % {of[code].numerator}/{of[code].denominator} "
        unread = of["visits_without_reading"]
        text = f"de {name.lower()} sin medición: {unread.numerator} de {unread.denominator}"
        yield those("visits_without_reading"), 0, text
        for code in ("cascade_under_care", "cascade_seen", "cascade_controlled"):
            yield those(code, "enrolled"), 2, cell(of[code])
        moved = f"Ingresos del mes: {of['new'].numerator}. Fallecimientos: {of['died'].numerator}."
        yield those("new", "died"), 2, moved
        yield those("lost"), 2, f"seguimiento (12 meses): {share(of['lost'])}."
        if programme == "diabetes":
            judged = f"Juzgadas por HbA1c: {share(of['by_hba1c'])}; por glucosa en ayuno: {share(of['by_glucose'])}"
            yield those("by_hba1c", "by_glucose"), 2, judged
        row = f"{of['enrolled'].numerator} {cell(of['controlled'])} {cell(of['missed'])} {of['lost'].numerator}"
        yield those("enrolled", "controlled", "missed", "lost"), 2, row


CODES = {
    programme: (
        "enrolled", "new", "died", "lost", "controlled", "uncontrolled", "no_reading", "missed", "cascade_under_care",
        "cascade_seen", "cascade_controlled", "visits_without_reading",
        *(("by_hba1c", "by_glucose") if programme == "diabetes" else ()),
    )
    for programme in PROGRAMMES
}  # fmt: skip


@pytest.mark.covers("P1")
def test_screen_paper_and_files_say_the_same(person: Person, page: IndicatorsPage, spanish: None) -> None:
    shown = page.shown
    assert shown is not None
    window = person.window
    query = partial(monthly_report, clinic=window.clinic.id, month=shown.month, today=window.today)
    report = window.tasks.database.read(query)
    screen = on_screen(page)

    # The window and the numbers of the report: every figure of the month.
    assert {code for code, community in screen if not community} == set(report.numbers)
    for code, number in report.numbers.items():
        counted, of = plain(number.numerator), plain(number.denominator)
        wanted = counted, of, plain(number.percent, " %"), plain(number.no_reading)
        assert tuple(text.replace("\xa0", " ") for text in screen[code, ""]) == wanted, code

    # The rows of the window are those of `indicator_rows`, by community too.
    held = [each for code in page.programmes for each in rows(shown, code, page._names)]
    assert {(row.figure.code, row.community) for row in held} == set(screen)

    # The files beside the report.
    lines = list(csv.DictReader(io.StringIO(monthly_csv(report, ISSUE).decode("utf-8-sig"))))
    filed = {line["code"]: line for line in lines if line["section"] == "figures" and line["month"] == report.month}
    sheet = load_workbook(io.BytesIO(monthly_xlsx(report, ISSUE))).active
    assert sheet is not None
    heads, *cells = sheet.iter_rows(values_only=True)
    book = [dict(zip(heads, row, strict=True)) for row in cells]
    worked = {line["code"]: line for line in book if line["section"] == "figures" and line["month"] == report.month}
    assert set(filed) == set(worked) == set(report.numbers)
    for code, number in report.numbers.items():
        values = number.numerator, number.denominator, number.percent, number.no_reading
        names = "numerator", "denominator", "percent", "no_reading"
        assert tuple(filed[code][name] for name in names) == tuple("" if v is None else str(v) for v in values), code
        assert tuple(worked[code][name] for name in names) == values, code

    # The paper: every code it was made of stands on it in these words.
    texts, asked = printed(report, frame_of(window))
    told = list(sentences(report))
    for codes, place, words in told:
        assert words in texts[place], (codes, words)
    assert asked == set().union(*(codes for codes, _, _ in told))


@pytest.mark.covers("P1")
def test_communities_are_the_same_on_screen_and_on_the_paper_that_stays(
    person: Person, page: IndicatorsPage, spanish: None
) -> None:
    shown = page.shown
    assert shown is not None
    window = person.window
    query = partial(monthly_report, clinic=window.clinic.id, month=shown.month, today=window.today)
    report = window.tasks.database.read(query)
    texts, _ = printed(report, frame_of(window))
    table = " ".join(texts[2:4]).partition("Por comunidad")[2]
    found = 0
    for (code, community), (counted, of, *_) in on_screen(page).items():
        if not community:
            continue
        name = "Comunidad sin dato" if community == "sin comunidad" else community
        line = re.search(rf"{re.escape(name)} (\d+ {SHARE} {SHARE} \d+) (\d+ {SHARE} {SHARE} \d+)", table)
        assert line is not None, name
        n, total = int(counted), int(of)
        wanted = f"{n}/{total} ({(200 * n + total) // (2 * total)} %)" if total else "–"
        assert line[1 if code.startswith("hypertension") else 2].partition(" ")[2].startswith(wanted), (code, community)
        found += 1
    assert found >= 4
