"""Whole sheets of widgets: nothing clipped in any language, size or zoom."""

from __future__ import annotations

from pathlib import Path

import pytest
from clipping import clipped, pseudo_language
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from windows import held, shown

from ces_desktop import i18n
from ces_desktop.ui import theme
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Text,
    TopBar,
    row,
    yes_no_field,
)
from tools import gallery

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("zoom", [0.9, 1.0, 1.6])
@pytest.mark.parametrize("name", list(gallery.SHEETS))
def test_nothing_is_clipped(qapp: QApplication, name: str, zoom: float, language: i18n.Language) -> None:
    i18n.use(language)
    theme.apply(qapp, theme.load("light", zoom))
    sheet = gallery.draw(qapp, name, (round(1366 * max(zoom, 1)), round(700 * max(zoom, 1))))
    assert clipped(sheet) == []
    sheet.close()


@pytest.mark.parametrize("name", ["today", "patient", "entrance"])
def test_a_small_window_holds_every_page(qapp: QApplication, name: str) -> None:
    i18n.use("es")
    sheet = gallery.draw(qapp, name, (1024, 600))
    assert (sheet.width(), sheet.height()) == (1024, 600)
    assert clipped(sheet) == []
    sheet.close()


def test_a_longer_language_still_fits_the_parts(qtbot: QtBot) -> None:
    with pseudo_language():
        holder = held(
            qtbot,
            yes_no_field(),
            TopBar("AR", "Dra. Ana Robles", "El Mirador", demo=True),
            EmptyState(i18n.tr("age unknown"), i18n.tr("sex not recorded"), Button(i18n.tr("Cancel"), "ghost")),
            DockedBar(Button(i18n.tr("Cancel"), "primary", shortcut="F9")),
        )
        holder.resize(1366, 400)
        QApplication.processEvents()
        assert "ñandú"[:2] in holder.findChildren(Text)[0].text() or "[" in holder.findChildren(Text)[0].text()
        assert clipped(holder) == []


def test_clipping_is_noticed(qtbot: QtBot) -> None:
    label, button = Text("una frase que no cabe"), Button("Guardar")
    holder = QWidget()
    holder.setLayout(row(label, button))
    label.setFixedWidth(20)
    button.setFixedWidth(20)
    shown(qtbot, holder, 200, 60)
    assert len(clipped(holder)) == 2


def test_the_gallery_is_drawn_in_both_themes(tmp_path: Path) -> None:
    gallery.main(tmp_path, gallery.CASES[:2])
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert len(pictures) == 2 * len(gallery.SHEETS)
    light, dark = (tmp_path / f"components_es_{look}_1366.png" for look in ("light", "dark"))
    assert light.read_bytes() != dark.read_bytes()
