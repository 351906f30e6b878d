"""Charts on paper: the four patterns stay apart on a grey copy, words do not run over each other, gaps stay gaps."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

import paper
import pytest

from ces_desktop.reports import charts, pages
from ces_desktop.reports.document import Paper

SHEET = Paper("Gráficas", "", "")


def drawn(*story: object) -> bytes:
    """A page of these parts."""
    return pages.build(list(story), SHEET, paper.FRAME)


def test_the_four_patterns_stay_apart_on_a_grey_copy() -> None:
    side = 60.0
    boxes = [charts.Chart(side, side, lambda c, f=fill: charts.filled(c, 0, 0, side, side, f)) for fill in charts.FILLS]
    page = paper.images(drawn(*boxes), 150)[0].convert("L")
    scale = 150 / 72
    top = (pages.HEIGHT - pages.BOTTOM - pages.FOOT - pages.TEXT_HEIGHT - pages.TRIAL) * scale
    found = []
    for place in range(4):
        box = [pages.LEFT * scale + 12, top + place * side * scale + 12]
        inner = page.crop((int(box[0]), int(box[1]), int(box[0] + 90), int(box[1] + 90)))
        values = list(inner.tobytes())
        found.append((fmean(values), pstdev(values)))
    solid, diagonal, dots, outline = found
    assert solid[0] < 100 and solid[1] < 5  # one dark grey
    assert outline[0] > 250 and outline[1] < 5  # white
    assert diagonal[1] > 30 and dots[1] > 20  # patterns, not greys
    means = [mean for mean, _ in found]
    assert means == sorted(means)
    assert min(b - a for a, b in pairwise(means)) > 15


def test_what_was_not_recorded_is_a_dash_and_nobody_is_a_zero() -> None:
    columns = [
        charts.Column("ene", None),
        charts.Column("feb", (0, 0, 0, 0)),
        charts.Column("mar", (3, 2, 0, 1), "N 6"),
    ]
    said = paper.texts(drawn(charts.hundred(columns, ["a", "b", "c", "d"], 400, 100)))[0]
    assert "–" in said and " 0 " in f" {said} " and "N 6" in said
    assert "50" in said and "33" in said


@pytest.mark.parametrize("count", [0, 1, 12, 40])
def test_charts_of_any_number_of_columns_are_drawn(count: int) -> None:
    columns = [charts.Column(str(n), (n, 1, 2, 3)) for n in range(count)]
    names = ["uno", "dos", "tres", "cuatro"]
    story = [charts.hundred(columns, names, 400, 100), charts.stacked(columns, names, 400, 100)]
    story += [charts.sparkline([None, *range(count)], 100), charts.cascade([("x", n, count) for n in range(3)], 250)]
    story.append(charts.target_line([(str(n), n or None) for n in range(count)], 3, "meta", 400, 80))
    pdf = drawn(*story)
    assert paper.embedded(pdf) and pdf == drawn(*story)
    assert [paper.ink_outside(page, 14) for page in paper.images(pdf)] == [0]
