"""The fonts of every print: DejaVu Sans as shipped with matplotlib, found by path; matplotlib itself is not loaded."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ces_desktop.errors import Unavailable

BODY, BOLD, MONO = "CesSans", "CesSans-Bold", "CesMono-Bold"
_FILES = {BODY: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", MONO: "DejaVuSansMono-Bold.ttf"}


def folder() -> Path:
    """Where the fonts lie, frozen or not; Unavailable `print.no_fonts` if they are not there."""
    places = []
    if packed := getattr(sys, "_MEIPASS", None):
        places.append(Path(packed) / "matplotlib")
    spec = find_spec("matplotlib")  # finds the package without running it
    places += [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for place in places:
        fonts = place / "mpl-data" / "fonts" / "ttf"
        if all((fonts / name).is_file() for name in _FILES.values()):
            return fonts
    raise Unavailable("print.no_fonts")


@cache
def register() -> None:
    """Make the fonts known to reportlab, once. No slanted face: `<i>` prints upright rather than not embedded."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    place = folder()
    for name, file in _FILES.items():
        registerFont(TTFont(name, str(place / file)))
    registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
