"""The look of every widget: colours by token name from `resources/themes/*.json`, type sizes, zoom, one style sheet."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from ces_desktop.paths import RESOURCES

ThemeName = Literal["light", "dark"]
ZOOM_MIN, ZOOM_MAX = 0.9, 1.6
STYLE = "Fusion"

# Type sizes in points at zoom 1; the weight is regular or semibold, nothing else (`ui.md`).
POINTS: Mapping[str, float] = MappingProxyType(
    {"key": 8.0, "caption": 8.5, "small": 9.5, "body": 10.5, "section": 12.0, "title": 15.0, "number": 20.0}
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by token name (`#RRGGBB`), dark ground or not, and the zoom (0.9–1.6) that scales pt and px alike."""

    name: str
    dark: bool
    colours: Mapping[str, str]
    zoom: float = 1.0

    def px(self, n: float) -> int:
        """Screen pixels for a design length of `n` px; at least 1 for a positive length."""
        return max(1, round(n * self.zoom)) if n > 0 else round(n * self.zoom)

    def pt(self, size: str) -> float:
        """Points of a named type size (`POINTS`), zoomed."""
        return round(POINTS[size] * self.zoom, 2)


def load(name: ThemeName, zoom: float = 1.0) -> Theme:
    """Read one theme file; the zoom is kept within 0.9–1.6."""
    raw = json.loads((RESOURCES / "themes" / f"{name}.json").read_text(encoding="utf-8"))
    colours = {token: colour for group in raw["colours"].values() for token, colour in group.items()}
    return Theme(name, raw["dark"], MappingProxyType(colours), min(ZOOM_MAX, max(ZOOM_MIN, zoom)))


_current: Theme | None = None
_face = ""


def current() -> Theme:
    """The theme in force; light at zoom 1 until `apply` chose another."""
    global _current
    if _current is None:
        _current = load("light")
    return _current


def use_face(family: str) -> None:
    """Letters of this family instead of the system's own, from the next `apply` on; "" goes back to the system's.

    Not for the program, which has no face of its own: for pictures that are alike on every machine, and for tests that
    draw with wider and narrower letters than this machine's.
    """
    global _face
    _face = family
    _font.cache_clear()


def face() -> str:
    """The family that `use_face` chose; "" is the system's own."""
    return _face


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the application: font, palette, style sheet. Windows built before must be built again: icons are tinted.

    Dressed so already it stays as it is: Qt would dress every widget there is four times over, a millisecond each.
    """
    global _current
    _current = theme
    _colour.cache_clear()
    _font.cache_clear()
    worn, palette, sheet = font("body"), _palette(theme), stylesheet(theme)
    if app.styleSheet() == sheet and app.palette() == palette and app.font() == worn:
        return  # nobody else sets our style sheet, and who set it set the style
    # The same drawing on every system; native styles ignore parts of a style sheet. Where `app.load_window` told Qt so,
    # that is only taken back: programs that we open shall not inherit it.
    if os.environ.pop("QT_STYLE_OVERRIDE", None) != STYLE:
        app.setStyle(STYLE)
    app.setFont(worn)
    app.setPalette(palette)
    app.setStyleSheet(sheet)


def colour(name: str) -> QColor:
    """The colour of a token in the theme in force; `KeyError` for a name no theme has."""
    return QColor(_colour(name))


@cache
def _colour(name: str) -> QColor:
    return QColor(current().colours[name])


def px(n: float) -> int:
    """Screen pixels for a design length of `n` px at the zoom in force."""
    return current().px(n)


def font(size: str = "body", strong: bool = False) -> QFont:
    """The system's own face (unless `use_face` chose another) at a named size, regular or semibold."""
    return QFont(_font(size, strong))


@cache
def _font(size: str, strong: bool) -> QFont:
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if _face:
        made.setFamilies([_face])
    made.setPointSizeF(current().pt(size))
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made


def _palette(theme: Theme) -> QPalette:
    """What a style sheet cannot reach: selection, placeholder and tool tip colours."""
    pairs = {
        QPalette.ColorRole.Window: "bg",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.PlaceholderText: "text3",
        QPalette.ColorRole.ToolTipBase: "surface",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Link: "accent",
    }
    palette = QPalette()
    for role, token in pairs.items():
        palette.setColor(role, QColor(theme.colours[token]))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.colours["text3"]))
    return palette


def stylesheet(theme: Theme) -> str:
    """The whole style sheet; every length in it is scaled by the zoom."""
    return "\n".join((_text_rules(theme), _frame_rules(theme), _input_rules(theme), _list_rules(theme)))


def _text_rules(theme: Theme) -> str:
    c = theme.colours
    roles = {  # role: size, semibold, colour
        "title": ("title", True, "text"),
        "section": ("section", True, "text"),
        "body": ("body", False, "text"),
        "strong": ("body", True, "text"),
        "muted": ("body", False, "text2"),
        "small": ("small", False, "text2"),
        "smallstrong": ("small", True, "text"),
        "label": ("small", True, "text2"),
        "caption": ("caption", False, "text3"),
        "number": ("number", True, "text"),
    }
    lines = [
        "QLabel { background: transparent; }",
        f"QToolTip {{ background: {c['surface']}; color: {c['text']}; border: 1px solid {c['edge']};"
        f" padding: {theme.px(4)}px; }}",
    ]
    for role, (size, strong, token) in roles.items():
        weight = 600 if strong else 400
        lines.append(
            f'QLabel[role="{role}"] {{ font-size: {theme.pt(size)}pt; font-weight: {weight}; color: {c[token]}; }}'
        )
    tones = [name for name in c if not name.endswith("_soft")]
    lines += [f'QLabel[tone="{tone}"] {{ color: {c[tone]}; }}' for tone in tones]
    return "\n".join(lines)


def _frame_rules(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    control, section = px(6), px(8)
    lines = [
        f'QWidget[surface="page"], QMainWindow, QDialog {{ background: {c["bg"]}; }}',
        f'QFrame[surface="bar"] {{ background: {c["surface"]}; border: none; border-bottom: 1px solid {c["line"]}; }}',
        f'QFrame[surface="dock"] {{ background: {c["surface"]}; border: none; border-top: 1px solid {c["line"]}; }}',
        f'QFrame[surface="card"] {{ background: {c["surface"]}; border: 1px solid {c["line"]};'
        f" border-radius: {section}px; }}",
        f'QFrame[surface="well"] {{ background: {c["sunken"]}; border: 1px solid {c["line"]};'
        f" border-radius: {control}px; }}",
        f'QFrame[surface="popup"] {{ background: {c["surface"]}; border: 1px solid {c["edge"]};'
        f" border-radius: {section}px; }}",
        f'QFrame[surface="side"] {{ background: {c["sunken"]}; border: none; border-left: 1px solid {c["line"]}; }}',
        f'QFrame[surface="rule"] {{ background: {c["line"]}; border: none; }}',
        f'QFrame[surface="rail"] {{ background: {c["rail"]}; border: none; }}',
        f'QFrame[surface="toast"] {{ background: {c["text"]}; border: none; border-radius: {control}px; }}',
        f'QFrame[surface="toast"] QLabel {{ color: {c["surface"]}; }}',
    ]
    for kind in ("ok", "warn", "bad", "draft", "none", "accent"):
        lines.append(
            f'QFrame[surface="note"][kind="{kind}"] {{ background: {c[f"{kind}_soft"]}; border: none;'
            f" border-radius: {control}px; }}"
        )
    return "\n".join(lines)


def _input_rules(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    fields = "QLineEdit", "QPlainTextEdit", "QComboBox", "QSpinBox"

    def each(suffix: str) -> str:
        return ", ".join(f"{name}{suffix}" for name in fields)

    thin, thick = f"padding: 0 {px(10)}px;", f"padding: 0 {px(10) - 1}px;"
    lines = [
        f"{each('')} {{ background: {c['surface']}; color: {c['text']}; border: 1px solid {c['edge']};"
        f" border-radius: {px(6)}px; {thin} min-height: {px(30)}px; selection-background-color: {c['accent']};"
        f" selection-color: {c['on_accent']}; }}",
        f'{each("[state=warn]")} {{ border: 2px solid {c["warn"]}; {thick} min-height: {px(30) - 2}px; }}',
        f'{each("[state=bad]")} {{ border: 2px solid {c["bad"]}; {thick} min-height: {px(30) - 2}px; }}',
        f"{each(':focus')} {{ border: 2px solid {c['focus']}; {thick} min-height: {px(30) - 2}px; }}",
        f"{each(':disabled')}, QLineEdit:read-only {{ background: {c['sunken']}; color: {c['text3']};"
        f" border-color: {c['line']}; }}",
        f"QPlainTextEdit {{ padding: {px(6)}px {px(6)}px; }}",
        f"QPlainTextEdit:focus, QPlainTextEdit[state=warn], QPlainTextEdit[state=bad]"
        f" {{ padding: {px(6) - 1}px {px(6) - 1}px; }}",
        f'QLineEdit[part="search"] {{ background: {c["sunken"]}; padding-left: {px(34)}px; min-height: {px(34)}px; }}',
        f'QLineEdit[part="search"]:focus {{ background: {c["surface"]}; padding-left: {px(34) - 1}px;'
        f" min-height: {px(34) - 2}px; }}",
        f"QComboBox::drop-down {{ border: none; width: {px(24)}px; }}",
        f"QCheckBox, QRadioButton {{ spacing: {px(8)}px; min-height: {px(28)}px; outline: none; }}",
        f"QCheckBox::indicator {{ width: {px(16)}px; height: {px(16)}px; border: 1px solid {c['edge']};"
        f" border-radius: {px(4)}px; background: {c['surface']}; }}",
        f"QCheckBox::indicator:checked {{ background: {c['accent']}; border-color: {c['accent']}; }}",
        f"QCheckBox::indicator:checked:disabled {{ background: {c['sunken']}; border-color: {c['line']}; }}",
        f"QCheckBox::indicator:focus {{ border: 2px solid {c['focus']}; }}",
        f"QProgressBar {{ background: {c['none_soft']}; border: none; border-radius: {px(4)}px;"
        f" min-height: {px(8)}px; max-height: {px(8)}px; }}",
        f"QProgressBar::chunk {{ background: {c['accent']}; border-radius: {px(4)}px; }}",
    ]
    return "\n".join(lines)


def _list_rules(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    lines = [
        f"QTableView {{ background: {c['surface']}; border: none; outline: 0; gridline-color: transparent;"
        f" selection-background-color: {c['select']}; selection-color: {c['text']}; }}",
        f"QHeaderView {{ background: {c['surface']}; border: none; border-bottom: 1px solid {c['edge']}; }}",
        f'QListView[part="popup"] {{ background: {c["surface"]}; border: 1px solid {c["edge"]}; outline: 0;'
        f" padding: {px(4)}px 0; selection-background-color: {c['select']}; selection-color: {c['text']}; }}",
        f"QMenu {{ background: {c['surface']}; border: 1px solid {c['edge']}; padding: {px(4)}px 0; }}",
        f"QMenu::item {{ padding: {px(7)}px {px(20)}px; color: {c['text']}; }}",
        f"QMenu::item:selected {{ background: {c['select']}; }}",
        f"QMenu::separator {{ height: 1px; background: {c['line']}; margin: {px(4)}px 0; }}",
        "QScrollArea, QScrollArea > QWidget > QWidget[scrolled=true] { background: transparent; border: none; }",
        f"QScrollBar:vertical {{ width: {px(10)}px; background: transparent; margin: 0; }}",
        f"QScrollBar:horizontal {{ height: {px(10)}px; background: transparent; margin: 0; }}",
        f"QScrollBar::handle {{ background: {c['c_none']}; border-radius: {px(5)}px; }}",
        f"QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}",
        f"QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}",
        f"QScrollBar::handle:hover {{ background: {c['edge']}; }}",
        "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }",
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }",
    ]
    return "\n".join(lines)
