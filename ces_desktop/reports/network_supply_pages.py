"""The pages of what to move between clinics, and its lines."""

from __future__ import annotations

from reportlab.platypus import Flowable

from ces_desktop.data.queries.network_supply import ClinicStore, NetworkSupply
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.redistribution import Held, Move
from ces_desktop.i18n import language, tr
from ces_desktop.reports import network_supply, pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.spreadsheet import Cell
from ces_desktop.reports.supply_words import number

HEADS = (
    "item", "unit", "ven", "from", "to", "lot", "expiry", "units", "risk_before", "risk_after", "giver_months_left",
)  # fmt: skip
MOVE_WIDTHS = (66, 34, 34, 32, 22, 22, 24, 24)
LACK_WIDTHS = (66, 18, 44, 30, 30, 34, 36)


def build(read: NetworkSupply, frame: Frame) -> bytes:
    """The file of `network_supply.moves_pdf`."""
    title = tr("Supplies of the network on {day}").format(day=words.day(read.today))
    moved, lacking = [_move_row(read, move) for move in read.moves], _lacking(read)
    story: list[Flowable] = [parts.Mark(title), parts.text(tr("What to move between clinics"), "bold"), parts.gap(1)]
    if moved:
        heads = [
            tr("Description"), tr("From"), tr("To"), tr("Lot"), tr("Expiry"), tr("Units"), tr("Runs out without it"),
            tr("The giver keeps"),
        ]  # fmt: skip
        story.append(parts.grid(heads, moved, MOVE_WIDTHS, pages.LANDSCAPE_WIDTH, small=True, right=(5,)))
    else:
        story.append(parts.text(tr("No clinic has too much of what another lacks.")))
    story += [parts.gap(3), parts.text(tr("Out or at risk before the next delivery"), "bold"), parts.gap(1)]
    if lacking:
        heads = [
            tr("Description"), tr("Class"), tr("Clinic"), tr("State"), tr("Usable"), tr("Monthly average"),
            tr("Next delivery"),
        ]  # fmt: skip
        story.append(parts.grid(heads, lacking, LACK_WIDTHS, pages.LANDSCAPE_WIDTH, small=True, right=(4, 5)))
    else:
        story.append(parts.text(tr("Nothing is out or at risk.")))
    story += [parts.gap(2), parts.text(network_supply.meaning(), "caption")]
    cut = cut_code(read.today.isoformat(), moved, lacking)
    about = tr("As each clinic last sent it")
    return pages.build(story, Paper(title, "", cut, about=about, landscape=True), frame)


def rows(read: NetworkSupply) -> list[list[Cell]]:
    """Lines of `HEADS`, one for each lot; probabilities from 0 to 1."""
    products, names = {p.key: p for p in read.products}, _names(read)
    return [
        [
            products[move.product].name(language()), products[move.product].unit, products[move.product].ven or None,
            names[move.giver], names[move.receiver], box.number, box.expiry.isoformat() if box.expiry else None,
            box.units, round(move.before, 3), round(move.after, 3),
            None if move.leaves is None else round(move.leaves, 1),
        ]
        for move in read.moves
        for box in move.boxes
    ]  # fmt: skip


def _names(read: NetworkSupply) -> dict[Id, str]:
    return {clinic.id: clinic.name for clinic in read.clinics}


def _move_row(read: NetworkSupply, move: Move) -> list[str]:
    product, names = next(p for p in read.products if p.key == move.product), _names(read)
    return [
        product.name(language()), names[move.giver], names[move.receiver],
        "\n".join(box.number or words.DASH for box in move.boxes),
        "\n".join(supply_words.expiry(box.expiry) for box in move.boxes),
        f"{number(move.units)} {supply_words.unit(product.unit, move.units)}", f"{round(100 * move.before)} %",
        tr("all of it goes") if move.leaves is None else supply_words.months_of_stock(move.leaves),
    ]  # fmt: skip


def _lacking(read: NetworkSupply) -> list[list[str]]:
    found = []
    for product in read.products:
        for clinic in read.clinics:
            held = read.held.get((product.key, clinic.id))
            if held is not None and held.state(read.today) in ("out", "risk"):
                found.append([product.name(language()), product.ven or words.DASH, *_lack_row(read, clinic, held)])
    return found


def _lack_row(read: NetworkSupply, clinic: ClinicStore, held: Held) -> list[str]:
    average = None if held.kept.average is None else round(100 * held.kept.average)
    return [
        clinic.name, supply_words.standing(held.state(read.today)), number(held.kept.usable),
        supply_words.monthly(average), words.day(held.until),
    ]  # fmt: skip
