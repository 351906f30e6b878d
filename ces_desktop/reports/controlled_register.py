"""The register of controlled medicines: each item with its opening balance, its movements, its closing balance."""

from __future__ import annotations

from reportlab.platypus import Flowable

from ces_desktop.data.queries.controlled import ControlledLine, Register
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.i18n import language, tr
from ces_desktop.reports import pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, Paper, cut_code

WIDTHS = (23, 36, 46, 28, 34, 34, 20, 16, 14)


def build(held: Register, frame: Frame) -> bytes:
    """The file of `controlled.controlled_pdf`."""
    paper = Paper(
        title=tr("Controlled medicines · {month}").format(month=words.day(held.month)),
        folio="",
        cut=cut_code(held.month, [list(held.before.values())], *(held.lines)),
        about=tr("with names: it stays in the clinic"),
        landscape=True,
    )
    story: list[Flowable] = [parts.Mark(paper.title)]
    for item in sorted(held.items, key=lambda item: supply_words.place(item.name(language()))):
        story += _item(held, item)
    if not held.items:
        story.append(parts.text(tr("No controlled medicine moved in this month.")))
    under = (tr("Responsible for the pharmacy: name and signature"), tr("Physician: name, licence or MPSS, signature"))
    return pages.build([*story, parts.gap(4), parts.signatures(*under)], paper, frame)


def _item(held: Register, item: StockItem) -> list[Flowable]:
    lines = [x for x in held.lines if x.item.id == item.id]
    began = held.before.get(item.id, 0)
    ends = lines[-1].balance if lines else began
    balance = tr("began with {a}, ends with {b}").format(a=f"{began:,}", b=f"{ends:,}")
    heads = [
        tr("Day"), tr("Movement"), tr("Name"), tr("Record"), tr("Prescribed by"), tr("Noted by"), tr("Lot"),
        tr("Quantity"), tr("Balance"),
    ]  # fmt: skip
    source = supply_words.source(item.source) if item.source else ""
    named = item.code if source and item.code.startswith(source) else " ".join(filter(None, (source, item.code)))
    title = f"{item.name(language())} ({named}) · {balance}"
    if not lines:
        return [parts.text(title, "bold"), parts.text(tr("No movement in this month.")), parts.gap(3)]
    rows = [_row(x) for x in lines]
    table = parts.grid(heads, rows, WIDTHS, pages.LANDSCAPE_WIDTH, small=True, right=(7, 8), title=title)
    return [table, parts.gap(3)]


def _row(x: ControlledLine) -> tuple[str, ...]:
    kind = supply_words.kind(x.kind)
    said = tr("Taken back: {what}").format(what=kind.lower()) if x.takes_back else kind
    return (
        words.day(x.day), f"{said} {x.paper}".strip(), x.patient or words.DASH, x.record or words.DASH,
        x.prescriber or words.DASH, x.by or words.DASH, x.lot or words.DASH, _signed(x.quantity), _signed(x.balance),
    )  # fmt: skip


def _signed(units: int) -> str:
    return f"{units:,}".replace("-", "\N{MINUS SIGN}")
