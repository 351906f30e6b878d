"""Trend charts drawn by matplotlib off the GUI thread: lines and grounds as a picture, and where the words go.

The words are painted by Qt over it: they are in the system's own letters, and no font has to be found for matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from ces_desktop.domain.trends import Point, Trend, limits, months, ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Side = Literal["left", "right", "center"]
Kind = Literal["value", "month", "last", "goal", "without"]
LEFT, RIGHT, TOP, BOTTOM = 44, 52, 10, 24
"""Margins in design px: values at left, the last value at right, months under the axis."""
WITHOUT_WIDE, WITHOUT_HIGH = 90, 30
"""Room in design px of the two lines that say which medicine was missing, under the upper margin."""
EDGE = 0.03
"""Of the width, left free before the first and after the last day."""


@dataclass(frozen=True, slots=True)
class Look:
    """Size and dress: width and height in screen pixels, `scale` = screen pixels to a design px, colours by token."""

    width: int
    height: int
    scale: float
    colours: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Label:
    """Words to paint at a place in screen pixels: what kind, the value, day or drug it says, beside which side."""

    kind: Kind
    x: float
    y: float
    side: Side
    value: int = 0
    day: date | None = None
    text: str = ""
    """The medicine that was missing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as RGBA of `width` × `height`, and the words over them."""

    rgba: bytes
    width: int
    height: int
    labels: tuple[Label, ...]


class _Plane:
    """From days and values to screen pixels, y downwards."""

    def __init__(self, trend: Trend, look: Look) -> None:
        s = look.scale
        self.left, self.right = LEFT * s, look.width - RIGHT * s
        self.top, self.bottom = TOP * s, look.height - BOTTOM * s
        days = [p.at.toordinal() for p in trend.points]
        spare = max(10.0, (max(days) - min(days)) * EDGE)
        self.first, self.last = min(days) - spare, max(days) + spare
        marks = ticks(*limits(trend))
        if trend.goal is not None and marks[-1] <= _goal_top(trend):
            marks = (*marks, 2 * marks[-1] - marks[-2])  # room for the words over the goal
        self.marks, self.low, self.high = marks, marks[0], marks[-1]

    def x(self, day: date) -> float:
        share = (day.toordinal() - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def draw(trend: Trend, look: Look) -> Picture:
    """The chart of a trend with at least two values. Imports matplotlib: call it on a thread of its own."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dpi = 100
    figure = Figure(figsize=(look.width / dpi, look.height / dpi), dpi=dpi)
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves what draws untyped
    figure.patch.set_facecolor(look.colours["surface"])
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, look.width)
    axes.set_ylim(look.height, 0)
    axes.axis("off")
    plane = _Plane(trend, look)
    pixel = 72 / dpi * look.scale  # a design px in matplotlib's points
    _grounds(axes, trend, plane, look, pixel)
    _lines(axes, trend, plane, look, pixel)
    canvas.draw()
    rgba = bytes(canvas.buffer_rgba())
    width, height = canvas.get_width_height()
    return Picture(rgba, width, height, tuple(_labels(trend, plane, look)))


def _grounds(axes: Axes, trend: Trend, plane: _Plane, look: Look, pixel: float) -> None:
    """Goal band, hairlines, the axis, the goal, and when a medicine was missing."""
    c = look.colours
    if trend.goal is not None:
        low = trend.goal[0]
        under = plane.bottom if low is None or trend.code == "pressure" else plane.y(max(low, plane.low))
        axes.fill_between([plane.left, plane.right], plane.y(_goal_top(trend)), under, color=c["ok_soft"], linewidth=0)
    for mark in plane.marks[1:]:
        axes.plot([plane.left, plane.right], [plane.y(mark)] * 2, color=c["line"], linewidth=pixel)
    axes.plot([plane.left, plane.right], [plane.bottom] * 2, color=c["edge"], linewidth=pixel)
    if trend.goal is not None:
        goal = plane.y(_goal_top(trend))
        axes.plot([plane.left, plane.right], [goal] * 2, color=c["ok"], linewidth=1.3 * pixel, dashes=(4, 3))
    for each in trend.without[-1:]:
        at = plane.x(each.start)
        if plane.left < at < plane.right:
            axes.plot([at] * 2, [plane.top, plane.bottom], color=c["text3"], linewidth=pixel, dashes=(1, 2))


def _goal_top(trend: Trend) -> int:
    """The value under which the goal lies: of a pressure the systolic one."""
    assert trend.goal is not None
    low, high = trend.goal
    return low if trend.code == "pressure" and low is not None else high


def _lines(axes: Axes, trend: Trend, plane: _Plane, look: Look, pixel: float) -> None:
    """Stems, joined points filled, second series hollow; nothing is joined over a gap."""
    ink, ground = look.colours["accent"], look.colours["surface"]
    point: dict[str, Any] = {"marker": "o", "markersize": 5.5 * pixel, "markeredgecolor": ink, "color": ink}
    for each in trend.main:
        if each.second is not None:
            ends = [plane.y(each.value), plane.y(each.second)]
            axes.plot([plane.x(each.at)] * 2, ends, color=ink, alpha=0.6, linewidth=pixel)
    for run in trend.runs():
        days = [plane.x(p.at) for p in run]
        axes.plot(days, [plane.y(p.value) for p in run], linewidth=2 * pixel, markerfacecolor=ink, **point)
        second = [(x, plane.y(p.second)) for x, p in zip(days, run, strict=True) if p.second is not None]
        if second:
            axes.plot(*zip(*second, strict=True), linewidth=2 * pixel, markerfacecolor=ground, **point)
    if trend.loose:
        at = [(plane.x(p.at), plane.y(p.value)) for p in trend.loose]
        axes.plot(*zip(*at, strict=True), linestyle="none", markerfacecolor=ground, **point)


def _labels(trend: Trend, plane: _Plane, look: Look) -> Iterator[Label]:
    s = look.scale
    for mark in plane.marks:
        yield Label("value", plane.left - 8 * s, plane.y(mark), "right", mark)
    last_day = date.fromordinal(int(plane.last))
    for month in months(date.fromordinal(int(plane.first)), last_day):
        at = plane.x(month)
        if plane.left <= at <= plane.right:
            yield Label("month", at, plane.bottom + 13 * s, "center", day=month)
    last = trend.points[-1]
    yield from _last_values(last, plane, s)
    if trend.goal is not None:
        at, goal = _roomy(trend, plane, s), plane.y(_goal_top(trend))
        yield Label("goal", at, goal - 9 * s, "center", _goal_top(trend))
    yield from _without(trend, plane, s)


def _without(trend: Trend, plane: _Plane, s: float) -> Iterator[Label]:
    for each in trend.without[-1:]:
        at = plane.x(each.start)
        if plane.left < at < plane.right:
            side: Side = "right" if at > (plane.left + 2 * plane.right) / 3 else "left"
            yield Label("without", at + (-5 if side == "right" else 5) * s, plane.top, side, each.days, text=each.drug)


def _along(label: Label) -> tuple[float, ...]:
    """Places along the words of a label that begins or ends at its `x`, in parts of their width."""
    return (0, -0.5, -1) if label.side == "right" else (0, 0.5, 1)


def _last_values(last: Point, plane: _Plane, s: float) -> Iterator[Label]:
    x = plane.x(last.at) + 8 * s
    y = plane.y(last.value)
    if last.second is not None:
        second = plane.y(last.second)
        yield Label("last", x, max(second, y + 14 * s), "left", last.second)
    yield Label("last", x, y, "left", last.value)


def _roomy(trend: Trend, plane: _Plane, s: float) -> float:
    """The middle of the widest stretch without a point or a missing medicine near the goal: its words cover nothing."""
    goal = plane.y(_goal_top(trend))
    near = [
        plane.x(p.at)
        for p in trend.points
        for v in (p.value, p.second)
        if v is not None and abs(plane.y(v) - goal + 9) < 26
    ]
    if goal - 9 * s < plane.top + WITHOUT_HIGH * s:
        near += [label.x + way * WITHOUT_WIDE * s for label in _without(trend, plane, s) for way in _along(label)]
    stops = [plane.left, *sorted(near), plane.right]
    one, two = max(pairwise(stops), key=lambda pair: pair[1] - pair[0])
    half = 60.0
    return min(max((one + two) / 2, plane.left + half), plane.right - half)
