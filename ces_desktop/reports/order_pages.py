"""The pages of an order: ours, and the requirement of the Secretaría de Salud with the columns and foot of its form.

Columns and foot of the second: the form used in clinics of Chiapas (requerimiento mensual, 2018); its two lists of
medicines (CAUSES and others) are one since that catalogue ended.
"""

from __future__ import annotations

from reportlab.platypus import Flowable

from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import DEFINITIONS, SECTIONS, Filled, OrderPaper, OrderPaperLine
from ces_desktop.i18n import language, tr
from ces_desktop.reports import pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, Paper, issued
from ces_desktop.reports.order_lines import in_order
from ces_desktop.reports.supply_words import number

OWN_WIDTHS = (8, 26, 54, 10.5, 17, 12.5, 15, 13.5, 15, 13, 11, 27, 17.5, 15.5)
FORM_WIDTHS = (9, 29, 62, 58, 24)


def order(paper: OrderPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `order.order_pdf`."""
    title = tr("Order {number} · {source}").format(number=paper.number, source=supply_words.source(paper.source))
    story: list[Flowable] = [parts.Mark(title), *_facts(paper), parts.gap(2)]
    if paper.lines:
        story += _own_sections(paper)
    else:
        story.append(parts.text(tr("The order asks for nothing.")))
    story += [parts.gap(2), _end(paper, title)]
    return pages.build(story, _paper(paper, slip, title, lies=True), frame)


def requisition(paper: OrderPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `order.requisition_pdf`."""
    title = tr("Monthly requirement of supplies")
    story: list[Flowable] = [parts.Mark(title)]
    heads = [tr("No."), tr("Clave"), tr("Description"), tr("Presentation"), tr("Monthly need (boxes)")]
    place = 0
    for section in SECTIONS:
        lines = [line for line in in_order(paper) if line.section == section]
        if not lines:
            continue
        rows = [
            [
                str(place + n), line.code, line.name(language()),
                supply_words.presentation(line.form, line.unit, line.pack), number(line.packs),
            ]
            for n, line in enumerate(lines, 1)
        ]  # fmt: skip
        place += len(lines)
        story += parts.section(supply_words.section(section), parts.grid(heads, rows, FORM_WIDTHS, right=(0, 4)))
    if not paper.lines:
        story.append(parts.text(tr("The order asks for nothing.")))
    need = tr(
        "Monthly need: what order {number} asks for of each item, in boxes of its presentation; stock and what is on "
        "its way are taken off. It is to last until the delivery after this one."
    )
    told = parts.text(need.format(number=paper.number), "caption")
    end = (told, parts.gap(2), parts.text(tr("Prescriptions"), "bold"), _foot(paper, frame), _signatures())
    story += [parts.gap(2), parts.together(*end)]
    return pages.build(story, _paper(paper, slip, title, lies=False), frame)


def _paper(paper: OrderPaper, slip: Slip, title: str, *, lies: bool) -> Paper:
    about = tr("Order {number} · {source}").format(number=paper.number, source=supply_words.source(paper.source))
    warning = {"draft": tr("DRAFT: not sent"), "cancelled": tr("CANCELLED")}.get(paper.state, "")
    return issued(title, paper.sha(), slip, about, warning=warning, landscape=lies)


def _sums(paper: OrderPaper) -> list[str]:
    boxes = sum(line.packs for line in paper.lines)
    return [tr("Items: {n}").format(n=number(len(paper.lines))), tr("Boxes: {n}").format(n=number(boxes))]


def _facts(paper: OrderPaper) -> list[Flowable]:
    changed = sum(line.requested != line.proposed for line in paper.lines)
    said = [
        tr("Sent: {day}").format(day=words.day(paper.sent_on)),
        tr("Awaited: {day}").format(day=words.day(paper.expected_on)),
        *_sums(paper),
        tr("Quantities changed by a person: {n}").format(n=number(changed)),
    ]
    story: list[Flowable] = [parts.text("  ·  ".join(said), "bold")]
    if paper.note:
        story.append(parts.text(tr("Note: {text}").format(text=paper.note)))
    return story


def _own_sections(paper: OrderPaper) -> list[Flowable]:
    heads = [
        tr("No."), tr("Clave"), tr("Description and presentation"), tr("Class"), tr("On hand"), tr("On its way"),
        tr("Monthly average"), tr("Risk until the next delivery"), tr("Proposed"), tr("Asked for"), tr("Boxes"),
        tr("Why another quantity"), tr("Authorised"), tr("Received"),
    ]  # fmt: skip
    story: list[Flowable] = []
    place = 0
    for section in SECTIONS:
        lines = [line for line in in_order(paper) if line.section == section]
        rows = [_row(place + n, line) for n, line in enumerate(lines, 1)]
        place += len(lines)
        if rows:
            table = parts.grid(
                heads,
                rows,
                OWN_WIDTHS,
                pages.LANDSCAPE_WIDTH,
                small=True,
                right=(0, 4, 5, 6, 7, 8, 9, 10),
                ruled=(12, 13),
            )
            story += parts.section(supply_words.section(section), table, width=pages.LANDSCAPE_WIDTH)
    return story


def _row(place: int, line: OrderPaperLine) -> list[str]:
    shown = supply_words.presentation(line.form, line.unit, line.pack)
    why = supply_words.reasons().get(line.reason, line.reason) if line.requested != line.proposed else ""
    return [
        str(place), line.code, f"{line.name(language())}\n{shown}", supply_words.LETTERS[line.ven],
        number(line.on_hand), number(line.in_transit), supply_words.monthly(line.average),
        supply_words.chance(line.risk), number(line.proposed), number(line.requested), number(line.packs), why, "", "",
    ]  # fmt: skip


def _meanings() -> str:
    return tr(
        "Quantities in the smallest unit (tablet, ml, piece) unless they say boxes; stock, average and risk are those"
        " of the day on which the order was proposed. On hand: units in date, less what was handed out without a lot."
        " On its way: asked for before and not come. Monthly average: use in a month while there was stock. Risk: "
        "probability of running out before the delivery after this one if nothing were ordered. Class: V vital, E "
        "essential, N other. {dash} = not known. Authorised and received are written by hand. Definitions {version}."
    ).format(dash=words.DASH, version=DEFINITIONS)


def _foot(paper: OrderPaper, frame: Frame) -> Flowable:
    """The foot of the form: year, period, day of the cut, how prescriptions were filled."""
    filled = paper.filled
    of_all, of_lines = (
        _share(filled, filled.in_full, filled.prescriptions),
        _share(filled, filled.lines_in_full, filled.lines),
    )
    return parts.facts(
        [
            (tr("Year"), filled.month[:4]),
            (tr("Period"), words.day(filled.month)),
            (tr("Day of the cut"), words.moment(frame.made_at_ms)),
            (tr("Prescriptions written"), number(filled.prescriptions)),
            (tr("Filled in full"), _known(filled, filled.in_full)),
            (tr("Per cent"), of_all),
            (tr("Claves prescribed"), number(filled.lines)),
            (tr("Claves filled"), _known(filled, filled.lines_in_full)),
            (tr("Per cent"), of_lines),
        ],
        3,
    )


def _known(filled: Filled, n: int) -> str:
    return number(n) if filled.recorded else words.DASH


def _share(filled: Filled, n: int, of: int) -> str:
    if not filled.recorded or not of:
        return words.DASH
    return f"{(200 * n + of) // (2 * of)}{words.NBSP}%"


def _signatures() -> Flowable:
    return parts.signatures(
        tr("Prepares and asks: name, licence or MPSS, signature"),
        tr("Responsible for the unit: name, signature, stamp"),
    )


def _end(paper: OrderPaper, title: str) -> Flowable:
    """How much is asked for, what the columns mean and who signs: not parted, so that no page holds signatures alone.

    Who signs a sheet of its own signs for the sums on it.
    """
    asks = tr("Prepares and asks: name, licence or MPSS, signature")
    unit = tr("Responsible for the unit: name, signature, stamp")
    received = tr("Received: name, day, signature, stamp")
    return parts.together(
        parts.text(" · ".join([title, *_sums(paper)]), "bold"),
        parts.text(_meanings(), "caption"),
        parts.signatures(asks, unit, received, width=pages.LANDSCAPE_WIDTH),
    )
