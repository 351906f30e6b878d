"""The tables of a list that is loaded into the catalogue: its columns, its items, what of it is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.domain.supply.catalogue import Trouble
from ces_desktop.i18n import tr
from ces_desktop.services.catalogue import Planned
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import catalogue as words
from ces_desktop.ui.models.record_table import Cell, Column

_CHIPS: dict[str, State] = {"new": "new", "changed": "warn", "same": "neutral", "rejected": "bad"}


@dataclass(frozen=True, slots=True)
class Line:
    """A column of the file: its heading, the first values below it, what it holds."""

    heading: str
    sample: str
    field: str


def line_columns() -> list[Column[Line]]:
    """Columns of the table of columns."""

    def holds(line: Line) -> Cell:
        used = bool(line.field)
        return Cell(words.field_words(line.field), tone="text" if used else "text3", strong=used)

    return [
        Column(tr("Column of the file"), lambda line: Cell(line.heading, strong=True), 240),
        Column(tr("First values"), lambda line: Cell(line.sample, tone="text2")),
        Column(tr("Holds"), holds, 240),
    ]


def row_columns() -> list[Column[Planned]]:
    """Columns of the table of items."""

    def changes(planned: Planned) -> Cell:
        if planned.state != "changed":
            return Cell(chip=(_CHIPS[planned.state], words.state_words(planned.state)))
        said = [
            f"{words.field_words(name)}: {_said(planned.was.get(name, ''))} → {_said(value)}"
            for name, value in planned.changes.items()
        ]
        return Cell(said[0], " · ".join(said[1:]))

    return [
        Column(tr("Line"), lambda p: Cell(labels.number(p.read.line)), 70, "right"),
        Column(tr("Clave"), lambda p: Cell(p.read.code or labels.DASH), 170),
        Column(tr("Name"), lambda p: Cell(p.read.name or labels.DASH, strong=True)),
        Column(tr("What it would do"), changes, 340),
    ]


def _said(value: int | str) -> str:
    if value in ("yes", "no"):
        return labels.yes_no(str(value))
    return str(value) or labels.DASH


def reason_columns() -> list[Column[tuple[Planned, Trouble]]]:
    """Columns of the table of what is not kept."""
    return [
        Column(tr("Line"), lambda each: Cell(labels.number(each[0].read.line)), 70, "right"),
        Column(tr("Name"), lambda each: Cell(each[0].read.name or each[0].read.code or labels.DASH), 300),
        Column(tr("Reason"), lambda each: Cell(words.reason(each[1]), tone="bad" if each[1].whole else "text")),
    ]
