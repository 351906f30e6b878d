"""The fonts of every print: DejaVu Sans as shipped with matplotlib, found by path; matplotlib itself is not loaded."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
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
    from reportlab import rl_config
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    class Measured(TTFont):  # type: ignore[misc]  # reportlab has no types
        """A font that adds up the widths of a word once: layout asks for each many times over."""

        def __init__(self, name: str, file: str) -> None:
            super().__init__(name, file)
            widths, unknown = self.face.charWidths, self.face.defaultWidth
            self._wide = lru_cache(maxsize=20_000)(lambda text: sum(widths.get(ord(c), unknown) for c in text))

        def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:
            words = text if isinstance(text, str) else text.decode(encoding or "utf8")
            return float(0.001 * size * self._wide(words))

    rl_config.useA85 = 0  # streams as bytes: written as text they are a quarter longer, and slow to write in Python
    place = folder()
    for name, file in _FILES.items():
        registerFont(Measured(name, str(place / file)))
    registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
