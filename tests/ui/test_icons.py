"""Icons: every used one exists, is tinted and sharp; states differ by shape when the colour is taken away."""

from __future__ import annotations

import ast
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

import ces_desktop.ui
from ces_desktop.ui import icons, theme


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    theme.apply(qapp, theme.load("light"))


def inked(picture: QImage) -> set[tuple[int, int]]:
    """The places that are mostly covered."""
    return {
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 127
    }


def grey(picture: QImage) -> set[tuple[int, int]]:
    """The dark places of a copy on white paper."""
    return {place for place in inked(picture) if picture.pixelColor(*place).lightness() < 128}


@pytest.mark.parametrize("name", icons.USED)
def test_every_used_icon_draws_something(name: str) -> None:
    assert len(inked(icons.pixmap(name, 22).toImage())) > 20


def test_names_are_sorted_and_said_once() -> None:
    assert list(icons.USED) == sorted(set(icons.USED))


def test_an_icon_that_is_not_packed_is_a_bug() -> None:
    with pytest.raises(KeyError):
        icons.pixmap("rocket", 18)


def test_tint_is_the_token() -> None:
    picture = icons.pixmap("check", 22, "bad").toImage()
    strongest = max((picture.pixelColor(x, y) for x in range(22) for y in range(22)), key=QColor.alpha)
    assert strongest.rgb() == theme.colour("bad").rgb()


def test_drawn_once_for_each_theme_and_scale() -> None:
    light = icons.pixmap("save", 18, "text")
    assert icons.pixmap("save", 18, "text").cacheKey() == light.cacheKey()
    sharp = icons.pixmap("save", 18, "text", ratio=2.0)
    assert (sharp.width(), sharp.devicePixelRatio()) == (36, 2.0)


def test_zoom_draws_larger(qapp: QApplication) -> None:
    theme.apply(qapp, theme.load("light", 1.5))
    assert icons.pixmap("save", 18).width() == 27
    theme.apply(qapp, theme.load("light"))


@pytest.mark.parametrize(("one", "two"), list(combinations(("ok", "warn", "bad", "unknown", "neutral", "draft"), 2)))
def test_states_differ_without_colour(one: icons.State, two: icons.State) -> None:
    first, second = (grey(icons.shape(state, 14, colour="text").toImage()) for state in (one, two))
    assert len(first ^ second) > 0.15 * len(first | second)


def test_every_icon_named_in_the_code_is_packed() -> None:
    folder = Path(next(iter(ces_desktop.ui.__path__)))
    named = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named |= set(_icon_arguments(node))
    """Names in `icon="…"`, `Icon("…")`, `IconButton("…")`, `icons.pixmap("…")`, `RailEntry(k, "…")` and the like."""
    assert named - set(icons.USED) == set()


def _icon_arguments(call: ast.Call) -> list[str]:
    """Names in `icon="…"`, `Icon("…")`, `IconButton("…")`, `icons.pixmap("…")`, `RailEntry(key, "…")`."""
    values = [word.value for word in call.keywords if word.arg == "icon"]
    func = call.func
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    owner = func.value.id if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) else ""
    if name in ("Icon", "IconButton") or (owner == "icons" and name in ("pixmap", "icon")):
        values += call.args[:1]
    if name == "RailEntry":
        values += call.args[1:2]
    return [
        value.value
        for value in values
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
    ]
