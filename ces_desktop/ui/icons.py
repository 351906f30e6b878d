"""Outline icons from the package `lucide`, tinted on load and cached; the state shapes are our own, painted."""

from __future__ import annotations

import re
import struct
import zlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from ces_desktop.ui import theme

State = Literal["ok", "warn", "bad", "unknown", "neutral", "draft", "due", "new"]

# Every icon the program draws; the frozen build packs these and no other.
USED = (
    "activity", "archive-restore", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "baby", "ban", "bell",
    "building-2", "calendar", "chart-column", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up",
    "circle-check", "circle-dashed", "circle-question-mark", "clipboard-list", "clock", "contact", "copy", "database",
    "download", "droplet", "ellipsis", "external-link", "eye", "eye-off", "file-text", "flag", "flask-conical",
    "folder", "folder-open", "funnel", "git-merge", "graduation-cap", "hard-drive", "heart-pulse", "history",
    "hospital", "house", "house-heart", "id-card", "info", "key-round", "keyboard", "languages", "life-buoy",
    "lightbulb", "link", "list-checks", "lock", "log-in", "log-out", "map-pin", "message-circle", "monitor", "moon",
    "network", "panel-right", "pencil", "phone", "pill", "plus", "printer", "refresh-cw", "rotate-ccw", "save",
    "search", "settings", "shield-check", "sliders-horizontal", "split", "star", "stethoscope", "sun", "trash-2",
    "triangle-alert", "truck", "undo-2", "unlink", "upload", "usb", "user", "user-check", "user-cog", "user-plus",
    "users", "wrench", "x", "zoom-in",
)  # fmt: skip

# Token of the strong colour of each state.
STATE_COLOUR: dict[State, str] = {
    "ok": "ok",
    "warn": "warn",
    "bad": "bad",
    "unknown": "none",
    "neutral": "none",
    "draft": "draft",
    "due": "none",
    "new": "accent",
}


@cache
def _archive() -> bytes:
    package = find_spec("lucide")  # not imported: it would load an XML parser
    assert package is not None and package.origin is not None
    return Path(package.origin).with_name("lucide.zip").read_bytes()


@cache
def _drawing(name: str) -> str:
    """The SVG text of a used icon, cut out of the package's zip when first drawn.

    `zipfile` reads the directory of all 1,700 first, which costs more than everything we draw: the one entry is looked
    for by its name, 46 bytes into its directory record, as the format lays down.
    """
    if name not in USED:
        raise KeyError(name)
    archive, file = _archive(), f"{name}.svg".encode()
    (directory,) = struct.unpack_from("<I", archive, archive.rfind(b"PK\x05\x06") + 16)
    at = archive.find(file, directory) - 46
    while at >= directory:
        if archive.startswith(b"PK\x01\x02", at) and int.from_bytes(archive[at + 28 : at + 30], "little") == len(file):
            method, packed, start = struct.unpack_from("<10xH8xI18xI", archive, at)
            start += 30 + sum(struct.unpack_from("<HH", archive, start + 26))
            data = archive[start : start + packed]
            return (zlib.decompress(data, -15) if method else data).decode()
        at = archive.find(file, at + 47) - 46
    raise KeyError(name)


def pixmap(name: str, size: int, colour: str = "text2", ratio: float | None = None) -> QPixmap:
    """One icon tinted with a colour token, `size` design px (zoomed here), sharp at the screen's scale.

    `KeyError` for a name that is not in `USED`.
    """
    return _drawn(name, theme.px(size), theme.colour(colour).name(), ratio or _ratio())


def icon(name: str, size: int, colour: str = "text2") -> QIcon:
    """The same as an icon for Qt's own buttons and menus."""
    return QIcon(pixmap(name, size, colour))


def shape(state: State, size: int = 14, colour: str = "", knock: str = "surface", outline: bool = False) -> QPixmap:
    """The shape of a state (never colour alone): `knock` is the token of the mark inside a filled shape."""
    tint = theme.colour(colour or STATE_COLOUR[state]).name()
    return _shaped(state, theme.px(size), tint, theme.colour(knock).name(), outline, _ratio())


def _ratio() -> float:
    screen = QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen else 1.0


def _canvas(pixels: int, ratio: float) -> QPixmap:
    canvas = QPixmap(round(pixels * ratio), round(pixels * ratio))
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(Qt.GlobalColor.transparent)
    return canvas


@cache
def _drawn(name: str, pixels: int, tint: str, ratio: float) -> QPixmap:
    stroke = "2" if pixels <= 16 else "1.75"
    svg = _drawing(name).replace("currentColor", tint)
    svg = re.sub(r'stroke-width="[\d.]+"', f'stroke-width="{stroke}"', svg)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    canvas = _canvas(pixels, ratio)
    painter = QPainter(canvas)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return canvas


@cache
def _shaped(state: State, pixels: int, tint: str, knock: str, outline: bool, ratio: float) -> QPixmap:
    if state == "draft":
        return _drawn("pencil", pixels, tint, ratio)
    if state == "due":
        return _drawn("clock", pixels, tint, ratio)
    canvas = _canvas(pixels, ratio)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixels / 24, pixels / 24)
    _paint_state(painter, state, QColor(tint), QColor(tint if outline else knock), outline)
    painter.end()
    return canvas


def _pen(ink: QColor, width: float) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _paint_state(painter: QPainter, state: State, ink: QColor, mark: QColor, outline: bool) -> None:
    """Paint a state on a 24 × 24 grid. Shapes differ in outline, so a grey copy still tells them apart."""
    body = QPainterPath()
    if state in ("ok", "unknown"):
        body.addEllipse(QPointF(12, 12), 10, 10)
    elif state == "warn":
        body.addPolygon(QPolygonF([QPointF(12, 3), QPointF(22, 20.5), QPointF(2, 20.5), QPointF(12, 3)]))
    elif state == "bad":
        body.addPolygon(
            QPolygonF([QPointF(12, 1.5), QPointF(22.5, 12), QPointF(12, 22.5), QPointF(1.5, 12), QPointF(12, 1.5)])
        )
    else:
        body.addRoundedRect(QRectF(3, 3, 18, 18), 2, 2)
    if state == "unknown":
        pen = QPen(ink, 2.6, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.75, 1.27])  # eight dashes round the circle
        painter.setPen(pen)
        painter.drawPath(body)
        return
    painter.setPen(_pen(ink, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush if outline else ink)
    painter.drawPath(body)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(mark, 2.0 if outline else 2.6))
    if state == "ok":
        painter.drawPolyline(QPolygonF([QPointF(7.6, 12.4), QPointF(10.7, 15.4), QPointF(16.4, 9)]))
    elif state in ("warn", "bad"):
        low = 17.4 if state == "warn" else 16.8
        painter.drawLine(QPointF(12, low - 8), QPointF(12, low - 4.2))
        painter.drawPoint(QPointF(12, low))
    elif state == "new":
        painter.drawLine(QPointF(12, 8), QPointF(12, 16))
        painter.drawLine(QPointF(8, 12), QPointF(16, 12))
