"""The prescription: generic name, dose, presentation, route, frequency, duration, at which times of day; who signs.

Reglamento de Insumos para la Salud, art. 29 and 30. Controlled medicines stand on a sheet of their own, one for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Table

from ces_desktop.data.queries.prints import ConsultPaper, Product
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import TIMES, Line
from ces_desktop.i18n import language, tr
from ces_desktop.reports import care_words, charts, dose_words, fonts, pages, parts, words
from ces_desktop.reports.consult_note import about, quantity
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.pictograms import Picture, draw

TIMES_DRAWN: tuple[Picture, ...] = ("sunrise", "sun", "sunset", "moon")
WIDTHS = (47.5, 18.0, 13.0, 13.0, 13.0, 13.0, 17.0, 21.0, 24.5)
"""Columns in shares: medicine, route, four times of day, duration, quantity, instructions."""


def build(printed: ConsultPaper, frame: Frame) -> bytes:
    """The file of `consult.prescription_pdf`."""
    file, consult = printed.view.file, printed.view.encounter
    paper = Paper(
        title=tr("Prescription"),
        folio=file.human_id,
        cut=cut_code(consult.id, printed.allergies, *consult.lines),
        about=about(file, consult.day),
        test_record=file.test_record,
        warning=tr("ANNULLED: DO NOT DISPENSE") if consult.voided else "",
    )
    plain = [line for line in consult.lines if not _group(line, printed.products)]
    sheets = [plain] if plain or not consult.lines else []
    sheets += [[line] for line in consult.lines if _group(line, printed.products)]
    story: list[Flowable] = []
    for place, lines in enumerate(sheets):
        story += [PageBreak()] if place else []
        story += _sheet(printed, lines)
    return pages.build(story, paper, frame)


def _group(line: Line, products: Mapping[Id, Product]) -> str:
    product = products.get(line.item) if line.item is not None else None
    return product.controlled if product else ""


def _sheet(printed: ConsultPaper, lines: Sequence[Line]) -> list[Flowable]:
    file, consult = printed.view.file, printed.view.encounter
    group = _group(lines[0], printed.products) if lines else ""
    title = tr("Prescription")
    if group:
        title = tr("Controlled medicine, group {group}").format(group=group)
    story: list[Flowable] = [parts.Mark(title), parts.text(file.name or tr("Unnamed person"), "name")]
    story += [parts.text(about(file, consult.day, name=False), "big"), parts.gap(1)]
    if group:
        story += [parts.boxed(title), parts.gap(1)]
    told = "; ".join(f"{care_words.code_dotted(d.code)} {d.name(language())}" for d in consult.diagnoses)
    facts = [(tr("Day"), words.day(consult.day)), (tr("Diagnosis"), told or words.DASH)]
    story += [parts.boxed(care_words.allergies(printed.allergies)), parts.gap(1), parts.facts(facts, 1), parts.gap(1.5)]
    story.append(_grid(lines, printed.products) if lines else parts.text(tr("No medicine was prescribed.")))
    if consult.next is not None and not group:
        day = words.day(consult.next.due_on)
        story += [parts.gap(2), parts.text(tr("Next visit: {day}").format(day=day), "bold")]
    own = consult.author_name in ("", consult.author.name)
    signed = care_words.author(consult.seen_by, consult.author.licence if own else "")
    address = tr("Address and telephone of the clinic, institution that gave the title:")
    return [
        *story,
        parts.gap(2),
        parts.together(
            parts.blanks([(address, 1)], 10),
            parts.signatures(f"{signed}\n{tr('signature')}", tr("Stamp of the clinic")),
        ),
    ]


def _grid(lines: Sequence[Line], products: Mapping[Id, Product]) -> Table:
    heads: list[Flowable | str] = [parts.text(tr("Medicine"), "heads"), parts.text(tr("Route"), "heads")]
    names = [dose_words.time_name(time).capitalize() for time in TIMES]
    heads += [_time(picture, name) for picture, name in zip(TIMES_DRAWN, names, strict=True)]
    heads += [parts.text(word, "heads") for word in (tr("Duration"), tr("Quantity"), tr("Instructions"))]
    rows: list[list[Flowable | str]] = [heads]
    spans: list[tuple[object, ...]] = []
    for place, line in enumerate(lines, 1):
        cells, spanned = _row(line, products.get(line.item) if line.item is not None else None)
        rows.append(cells)
        if spanned:
            spans.append(("SPAN", (2, place), (5, place)))
    whole = sum(WIDTHS)
    table = Table(rows, colWidths=[pages.TEXT_WIDTH * share / whole for share in WIDTHS], repeatRows=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.BODY, 8),
            ("GRID", (0, 0), (-1, -1), 0.5, black),
            ("BACKGROUND", (0, 0), (-1, 0), parts.SHADE),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
            ("ALIGN", (2, 0), (5, -1), "CENTER"),
            *((name, (0, 0), (-1, -1), 3) for name in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
            *spans,
        ]
    )
    return table


def _row(line: Line, product: Product | None) -> tuple[list[Flowable | str], bool]:
    """The cells of a medicine; whether its times of day are one cell ("every 8 hours", "if needed")."""
    unit = product.unit if product else ""
    form = care_words.presentation(product.form) if product else ""
    drug: list[Flowable] = [parts.text(line.drug, "bold")]
    if form and form.lower() not in line.drug.lower():
        drug.append(parts.text(form, "caption"))
    quarters = [getattr(line.dose, time) for time in TIMES]
    spanned = bool(line.dose.every_hours) or line.dose.as_needed or not any(quarters)
    if spanned:
        said = dose_words.dose(line.dose, unit) or tr("as the instructions say")
        times: list[Flowable | str] = [parts.cell(said), "", "", ""]
    else:
        shown = [dose_words.amount(n) if n else words.DASH for n in quarters]
        times = [parts.text(text, "dose") for text in shown]
    days = tr("{n} days").format(n=line.days) if line.days != 1 else tr("1 day")
    cells: list[Flowable | str] = [drug, parts.cell(care_words.route(line.route)), *times]
    cells += [parts.cell(days), parts.cell(quantity(line, unit))]
    return [*cells, parts.cell(line.instructions)], spanned


def _time(picture: Picture, name: str) -> Flowable:
    side, wide = 6 * mm, 11 * mm

    def drawn(canvas: Canvas) -> None:
        draw(canvas, picture, (wide - side) / 2, 8, side)
        charts.words(canvas, wide / 2, 0, name, 5.8, align="center")

    return charts.Chart(wide, side + 9, drawn)
