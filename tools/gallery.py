"""Draws the catalogue of widgets to pictures: `python -m tools.gallery FOLDER` (light and dark, Spanish and English).

The pictures are compared by eye with the design; tests measure clipping on the same sheets.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop import i18n
from ces_desktop.ui import theme
from ces_desktop.ui.widgets import Toast
from tools.gallery_pages import entrance, patient, today
from tools.gallery_parts import components, say

SIZE = (1366, 768)

SHEETS: dict[str, Callable[[], QWidget]] = {
    "components": components,
    "today": today,
    "patient": patient,
    "entrance": entrance,
}


def draw(app: QApplication, name: str, size: tuple[int, int] = SIZE) -> QWidget:
    """Build one sheet in the language and theme in force and lay it out; the caller closes it."""
    sheet = SHEETS[name]()
    sheet.resize(*size)
    sheet.show()
    app.processEvents()
    for object_name in ("focused", "cause", "table"):
        part = sheet.findChild(QWidget, object_name)
        if part is not None:
            part.setFocus(Qt.FocusReason.TabFocusReason)
            break
    toast = sheet.findChild(Toast, "toast")
    if toast is not None:
        toast.say(say("Se guardó la consulta.", "The encounter was saved."), undo=True)
    for _ in range(3):
        app.processEvents()
    return sheet


Case = tuple[i18n.Language, theme.ThemeName, float, tuple[int, int]]
CASES: tuple[Case, ...] = (
    ("es", "light", 1.0, SIZE),
    ("es", "dark", 1.0, SIZE),
    ("en", "light", 1.0, SIZE),
    ("es", "light", 1.0, (1024, 600)),
    ("es", "light", 1.6, (1920, 1080)),
)


def main(folder: Path, cases: tuple[Case, ...] = CASES) -> None:
    """Draw every sheet to `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    for language, look, zoom, size in cases:
        i18n.use(language)
        theme.apply(app, theme.load(look, zoom))
        for name in SHEETS:
            sheet = draw(app, name, size)
            sheet.grab().save(str(folder / f"{name}_{language}_{look}_{size[0]}.png"))
            sheet.close()
            sheet.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("gallery"))
