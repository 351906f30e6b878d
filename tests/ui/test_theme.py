"""Every pair of colours that meets on screen can be read; both themes name the same tokens; zoom scales pt and px."""

from __future__ import annotations

import re

import pytest

from ces_desktop.ui import theme
from ces_desktop.ui.theme import Theme

STATES = ("ok", "warn", "bad", "draft", "none", "accent")
TEXT = [
    *[(ink, ground) for ink in ("text", "text2", "text3") for ground in ("surface", "bg", "select", "sunken", "row")],
    *[("accent", ground) for ground in ("surface", "bg", "select", *(f"{state}_soft" for state in STATES))],
    *[(state, f"{state}_soft") for state in STATES],
    *[(state, ground) for state in ("ok", "warn", "bad", "draft", "none") for ground in ("surface", "select")],
    *[(ink, f"{state}_soft") for ink in ("text", "text2") for state in STATES],
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("rail_text", "rail"), ("rail_on_text", "rail_on"),
    ("rail_on_text", "rail"), ("on_badge", "badge"), ("surface", "text"), ("art_text", "art_sky"),
    ("art_text2", "art_sky"), ("art_text2", "art_near"),
]  # fmt: skip
EDGES = [
    ("edge", "surface"), ("edge", "bg"), ("focus", "surface"), ("focus", "bg"), ("focus", "select"),
    ("rail_on_text", "rail_on"), ("warn", "surface"), ("bad", "surface"), ("c_ok", "surface"), ("c_bad", "surface"),
    ("c_miss", "surface"), ("surface", "c_ok"),
]  # fmt: skip
# Outlined and hatched besides its grey, so that the fill need not carry the shape alone.
HATCHED = [("c_none", "surface")]


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of #RRGGBB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest) -> Theme:
    return theme.load(request.param)


def test_contrast_is_computed_as_in_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0), (HATCHED, 2.0)], ids=["text", "edges", "hatched"]
)
def test_every_pair_can_be_read(look: Theme, pairs: list[tuple[str, str]], least: float) -> None:
    low = {
        f"{ink} on {ground}": round(contrast(look.colours[ink], look.colours[ground]), 2)
        for ink, ground in pairs
        if contrast(look.colours[ink], look.colours[ground]) < least
    }
    assert low == {}


def test_both_themes_name_the_same_tokens() -> None:
    light, dark = theme.load("light"), theme.load("dark")
    assert list(light.colours) == list(dark.colours)
    assert (light.dark, dark.dark) == (False, True)


def test_every_colour_is_six_digits(look: Theme) -> None:
    assert [value for value in look.colours.values() if not re.fullmatch("#[0-9A-F]{6}", value)] == []


@pytest.mark.parametrize(("asked", "given"), [(0.5, 0.9), (1.25, 1.25), (3.0, 1.6)])
def test_zoom_stays_within_its_limits(asked: float, given: float) -> None:
    assert theme.load("light", asked).zoom == given


def test_zoom_scales_points_and_pixels_alike() -> None:
    plain, large = theme.load("light"), theme.load("light", 1.6)
    assert (large.px(10), large.pt("body")) == (16, 16.8)
    assert (plain.px(10), plain.pt("body")) == (10, 10.5)
    small, big = theme.stylesheet(plain), theme.stylesheet(large)
    for pattern in (r"font-size: ([\d.]+)pt", r"min-height: (\d+)px", r"border-radius: (\d+)px"):
        before = [float(size) for size in re.findall(pattern, small)]
        after = [float(size) for size in re.findall(pattern, big)]
        assert before and len(before) == len(after)
        assert all(new == pytest.approx(old * 1.6, abs=2.5) for old, new in zip(before, after, strict=True))


def test_no_length_vanishes_at_the_smallest_zoom() -> None:
    small = theme.load("light", 0.9)
    assert small.px(1) == 1
    assert small.px(0) == 0


def test_nothing_is_written_smaller_than_the_key_caps() -> None:
    assert min(theme.POINTS.values()) == theme.POINTS["key"] == 8.0
    assert sorted(theme.POINTS.values())[1] >= 8.5


def test_style_sheet_names_colours_of_the_theme_only(look: Theme) -> None:
    used = set(re.findall("#[0-9A-Fa-f]{6}", theme.stylesheet(look)))
    assert used <= set(look.colours.values())


def test_an_unknown_token_is_a_bug() -> None:
    with pytest.raises(KeyError):
        theme.colour("petrol")
