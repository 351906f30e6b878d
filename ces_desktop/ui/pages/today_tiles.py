"""The figures of the first page: four tiles that keep their place while newer numbers are being counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ces_desktop.data.queries.today import Control, Figures
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import StatTile, StatusChip

WITH_LINE = 260
"""Design px of width from which a tile has room for number and line."""
CLEAR_POINTS = 2
"""Fewer points of difference from the month before are noise."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one tile says; `place` is where it leads."""

    key: str
    place: str
    label: str
    number: str = labels.DASH
    part: str = ""
    caption: str = ""
    chip: tuple[State, str] | None = None
    line: tuple[float | None, ...] = ()


class Tiles(QWidget):
    """`show_figures(figures)`; `opened(place)` when one is pressed. Only what says something else is drawn anew."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setSpacing(px(12))
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._across, self._thin = 4, False
        self._known: Figures | None = None
        self._shown: dict[str, tuple[Said, StatTile]] = {}
        self.setLayout(self._grid)
        self.show_figures(None)

    def show_figures(self, figures: Figures | None) -> None:
        """The figures known; None = being counted for the first time."""
        self._known = figures
        for said in told(figures):
            if self._thin:
                said = replace(said, line=(), chip=said.chip if said.key == "rescue" else None)
            held = self._shown.get(said.key)
            if held is not None and held[0] == said:
                continue
            tile = StatTile(
                said.label, said.number, said.part, said.caption,
                chip=StatusChip(*said.chip) if said.chip else None, values=said.line,
            )  # fmt: skip
            tile.setObjectName(f"tile_{said.key}")
            tile.clicked.connect(lambda place=said.place: self.opened.emit(place))
            if held is not None:
                self._grid.removeWidget(held[1])
                held[1].hide()
                held[1].deleteLater()
            self._shown[said.key] = said, tile
        self._place()

    def share(self, across: int, width: int) -> None:
        """How many stand side by side in so many px; thin tiles go without line and trend."""
        thin = width // across < px(WITH_LINE)
        if (across, thin) != (self._across, self._thin):
            self._across, self._thin = across, thin
            self.show_figures(self._known)

    def _place(self) -> None:
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < self._across else 0)
        for place, (_, tile) in enumerate(self._shown.values()):
            self._grid.addWidget(tile, place // self._across, place % self._across)


def told(figures: Figures | None) -> list[Said]:
    """The four tiles in their order."""
    labelled = (
        Said("hypertension", "indicators", tr("Hypertension in control")),
        Said("diabetes", "indicators", tr("Diabetes in control")),
        Said("rescue", "rescue", tr("To rescue")),
        Said("visits", "indicators", tr("Consults this month")),
    )
    if figures is None:
        return [Said(each.key, each.place, each.label, caption=tr("Being counted")) for each in labelled]
    return [
        *(_control(figures.control[each.key], each, figures.month) for each in labelled[:2]),
        _rescue(figures, labelled[2]),
        _visits(figures, labelled[3]),
    ]


def _control(held: Control, of: Said, month: str) -> Said:
    if not held.judged:
        none = tr("Nobody to be judged in {month}").format(month=_month(month))
        return Said(of.key, of.place, of.label, caption=none)
    caption = tr("{n} without reading · {month}").format(n=held.no_reading, month=_month(month))
    share = held.past[-1]
    number = labels.quantity(share, "%")
    part = labels.of(held.controlled, held.judged)
    return Said(of.key, of.place, of.label, number, part, caption, _trend(held.past), _line(held.past))


def _trend(past: tuple[int | None, ...]) -> tuple[State, str] | None:
    if len(past) < 2 or past[-1] is None or past[-2] is None:
        return None
    change = past[-1] - past[-2]
    if change >= CLEAR_POINTS:
        return "ok", tr("Rises")
    return ("warn", tr("Falls")) if change <= -CLEAR_POINTS else ("neutral", tr("Same"))


def _rescue(figures: Figures, of: Said) -> Said:
    n, high = figures.rescue, figures.high_risk
    chip: tuple[State, str] | None = ("bad", trn("{n} urgent", "{n} urgent", high).format(n=high)) if high else None
    caption = tr("{n} of high risk").format(n=high) if n else tr("Nobody to look for")
    part = trn("person", "people", n)
    return Said(of.key, of.place, of.label, labels.number(n), part, caption, chip)


def _visits(figures: Figures, of: Said) -> Said:
    *past, this = figures.visits
    before = labels.number(past[-1]) if past else labels.DASH
    caption = tr("{n} in {month}").format(n=before, month=_month(figures.month))
    return Said(of.key, of.place, of.label, labels.number(this), "", caption, None, _line(tuple(past)))


def _line(past: tuple[int | None, ...]) -> tuple[float | None, ...]:
    """Nothing is drawn of fewer than two known months."""
    return tuple(past) if sum(value is not None for value in past) > 1 else ()


def _month(month: str) -> str:
    return labels.day(month)
