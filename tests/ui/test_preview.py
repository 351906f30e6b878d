"""The preview: pages drawn from memory, keys, zoom, printers, saving; in both languages and in small windows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import clipping
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.errors import Unavailable
from ces_desktop.i18n import tr
from ces_desktop.reports import pages, parts
from ces_desktop.reports.document import Frame, Paper
from ces_desktop.ui import printing, theme
from ces_desktop.ui.dialogs.preview import KEPT, LARGEST, SMALLEST, PreviewDialog

FRAME = Frame("El Mirador", "Centro Inventado", "CSSSA000001", "La Concordia", "CAP", 1_773_757_800_000, "Dra. P", "0")
Open = Callable[..., PreviewDialog]


def paper(count: int) -> bytes:
    """A file of that many pages."""
    story = [part for number in range(count) for part in (parts.text(f"hoja {number + 1}"), parts.gap(205))]
    return pages.build(story, Paper("Resumen del paciente", "CAP0000412", "0123456789ab"), FRAME)


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication) -> QWidget:
    """What the preview stands over: a 1366×768 laptop less its bars."""
    held = QWidget()
    qtbot.addWidget(held)
    held.resize(1366, 690)
    held.show()
    return held


@pytest.fixture
def preview(qtbot: QtBot, window: QWidget) -> Open:
    """Opens a preview and waits for what is in view."""

    def opened(count: int = 3, **options: bool) -> PreviewDialog:
        dialog = PreviewDialog(window, tr("Patient summary"), paper(count), "resumen-CAP0000412.pdf", **options)
        qtbot.addWidget(dialog, before_close_func=lambda held: held.reject())
        dialog.show()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(lambda: dialog.pages.sheets[0].image is not None)
        return dialog

    return opened


def said(dialog: PreviewDialog) -> str:
    """All words of the note under the pages."""
    notes = [dialog.note.itemAt(place).widget() for place in range(dialog.note.count())]
    return " ".join(label.text() for note in notes if note for label in note.findChildren(QLabel))


def no_printers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))


def file_printer(monkeypatch: pytest.MonkeyPatch, path: Path, first: int = 0, last: int = 0) -> None:
    """A printer that writes a file, chosen in the dialog."""

    def chosen(*_: object) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
        printer.setResolution(150)
        if first:
            printer.setFromTo(first, last)
        return printer

    monkeypatch.setattr(printing, "choose_printer", chosen)


def test_pages_are_shown_as_they_will_be(preview: Open, spanish: None) -> None:
    dialog = preview(3)
    image = dialog.pages.sheets[0].image
    assert image is not None
    grey = image.convertToFormat(image.Format.Format_Grayscale8)
    assert min(bytes(grey.constBits())) < 100 and max(bytes(grey.constBits())) == 255
    assert dialog.where.text() == "Página 1 de 3"
    assert abs(image.width() / image.height() - 8.5 / 11) < 0.01


def test_keys_walk_through_the_pages(preview: Open, qtbot: QtBot, spanish: None) -> None:
    dialog = preview(3)
    seen = [dialog.where.text()]
    for _ in range(12):
        qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
        if dialog.where.text() != seen[-1]:
            seen.append(dialog.where.text())
    assert seen == ["Página 1 de 3", "Página 2 de 3", "Página 3 de 3"]
    qtbot.keyClick(dialog, Qt.Key.Key_Home)
    assert dialog.where.text() == "Página 1 de 3"
    qtbot.keyClick(dialog, Qt.Key.Key_End)
    assert dialog.where.text() == "Página 3 de 3"
    qtbot.keyClick(dialog, Qt.Key.Key_PageUp)
    qtbot.keyClick(dialog, Qt.Key.Key_PageUp)
    assert dialog.where.text() == "Página 2 de 3"
    qtbot.waitUntil(lambda: dialog.pages.sheets[1].image is not None)


def test_zoom_keeps_the_page_and_its_limits(preview: Open, qtbot: QtBot) -> None:
    dialog = preview(4)
    fitted = dialog.pages.scale
    dialog.pages.go(2)
    qtbot.keyClick(dialog, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog.pages.scale > fitted)
    qtbot.waitUntil(lambda: dialog.pages.current == 2)
    qtbot.waitUntil(lambda: dialog.pages.sheets[2].fineness == pytest.approx(dialog.pages.scale * 96, rel=0.01))
    for _ in range(20):
        dialog.larger.click()
    assert dialog.pages.scale == LARGEST
    for _ in range(20):
        dialog.smaller.click()
    assert dialog.pages.scale == SMALLEST
    dialog.fit.click()
    assert dialog.pages.scale == pytest.approx(fitted)


def test_a_page_never_is_wider_than_a_small_window(preview: Open, window: QWidget, qtbot: QtBot) -> None:
    window.resize(1024, 560)
    dialog = preview(2)
    assert dialog.width() <= 1024 and dialog.height() <= 560
    assert dialog.pages.sheets[0].width() <= dialog.pages.viewport().width()
    dialog.resize(700, 500)
    qtbot.waitUntil(lambda: dialog.pages.sheets[0].width() <= dialog.pages.viewport().width())


def test_over_a_dialog_it_is_as_large_as_over_its_window(preview: Open, window: QWidget, qtbot: QtBot) -> None:
    small = QDialog(window)
    small.resize(400, 300)
    over = PreviewDialog(small, tr("Patient summary"), paper(1), "resumen-CAP0000412.pdf")
    qtbot.addWidget(over)
    assert over.size() == preview(1).size()


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F8])
def test_without_a_printer_it_says_what_to_do(
    key: Qt.Key, preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, spanish: None
) -> None:
    no_printers(monkeypatch)
    dialog = preview()
    qtbot.keyClick(dialog, key)
    qtbot.waitUntil(lambda: said(dialog) != "")
    assert said(dialog).strip() == "No hay impresora instalada. Guarde el archivo e imprímalo en otra computadora."
    assert dialog.print.isEnabled()


def test_pages_go_to_the_printer_at_their_true_size(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "printed.pdf"
    file_printer(monkeypatch, path)
    dialog = preview(3)
    with qtbot.waitSignal(dialog.printed):
        qtbot.keyClick(dialog, Qt.Key.Key_F9)
    assert dialog.print.isEnabled()
    with pypdfium2.PdfDocument(path) as sent, pypdfium2.PdfDocument(dialog.pdf.data) as meant:
        assert len(sent) == 3
        for one, other in zip(sent, meant, strict=True):
            pair = [page.render(scale=0.5).to_pil().convert("L").resize((306, 396)) for page in (one, other)]
            rows = [[min(image.crop((0, y, 306, y + 1)).tobytes()) < 200 for y in range(396)] for image in pair]
            assert sum(a != b for a, b in zip(*rows, strict=True)) < 40  # ink stands at the same heights


def test_only_the_pages_asked_for_are_sent(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "printed.pdf"
    file_printer(monkeypatch, path, 2, 9)
    dialog = preview(4)
    with qtbot.waitSignal(dialog.printed):
        dialog.print.click()
    with pypdfium2.PdfDocument(path) as sent:
        assert len(sent) == 3


def test_a_printer_that_refuses_is_told_and_can_be_tried_again(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spanish: None
) -> None:
    def jam(*_: object) -> int:
        raise Unavailable("print.failed")

    file_printer(monkeypatch, tmp_path / "never.pdf")
    monkeypatch.setattr(printing, "send", jam)
    dialog = preview()
    dialog.print.click()
    qtbot.waitUntil(lambda: "La impresora no aceptó las hojas." in said(dialog))
    assert dialog.print.isEnabled()


def test_a_system_without_printing_is_told(preview: Open, monkeypatch: pytest.MonkeyPatch, spanish: None) -> None:
    dialog = preview()
    monkeypatch.setitem(sys.modules, "PySide6.QtPrintSupport", None)
    dialog.print.click()
    assert "programa de impresión" in said(dialog)


def test_saving_writes_the_whole_file_and_warns(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spanish: None
) -> None:
    offered: list[str] = []

    def ask(_parent: QWidget, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        offered.append(Path(start).name)
        return str(tmp_path / "resumen"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(ask))
    dialog = preview()
    with qtbot.waitSignal(dialog.saved):
        qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert offered == ["resumen-CAP0000412.pdf"]
    assert [path.name for path in tmp_path.iterdir()] == ["resumen.pdf"]
    assert (tmp_path / "resumen.pdf").read_bytes() == dialog.pdf.data
    assert "no está cifrado" in said(dialog)


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("lista", "Excel (*.xlsx)", "lista.xlsx"), ("lista.pdf", "CSV (*.csv)", "lista.csv"),
        ("lista.csv", "PDF (*.pdf)", "lista.csv"), ("lista", "PDF (*.pdf)", "lista.pdf"),
        ("lista.v2", "Excel (*.xlsx)", "lista.v2.xlsx"),
    ],
)  # fmt: skip
def test_a_print_of_rows_is_saved_as_a_table_too(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, kind: str, name: str
) -> None:
    offered: list[str] = []

    def ask(_parent: QWidget, _title: str, _start: str, kinds: str) -> tuple[str, str]:
        offered.append(kinds)
        return str(tmp_path / typed), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(ask))
    dialog = PreviewDialog(None, "Lista", paper(1), "lista.pdf", table=lambda ending: f"rows {ending}".encode())
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.saved):
        dialog.save_as()
    assert offered == ["PDF (*.pdf);;Excel (*.xlsx);;CSV (*.csv)"]
    ending = Path(name).suffix
    wanted = dialog.pdf.data if ending == ".pdf" else f"rows {ending}".encode()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, wanted)]
    dialog.reject()


def test_a_folder_that_is_gone_is_told(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spanish: None
) -> None:
    gone = str(tmp_path / "memoria" / "hoja.pdf")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: (gone, "")))
    dialog = preview()
    dialog.save.click()
    qtbot.waitUntil(lambda: "Esta carpeta no está." in said(dialog))


def test_what_must_exist_on_paper_only_cannot_be_saved(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, spanish: None
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: asked.append(1) or ("", "")))
    dialog = preview(1, may_save=False)
    assert not dialog.save.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog.save_as()
    qtbot.wait(150)
    assert asked == []
    no_printers(monkeypatch)
    dialog.print.click()
    assert said(dialog).strip() == "No hay impresora instalada. Conecte una o copie la hoja a mano."


def test_a_long_print_holds_few_pages_in_memory(preview: Open, qtbot: QtBot, spanish: None) -> None:
    dialog = preview(60)
    for number in (*range(0, 60, 3), 59):
        dialog.pages.go(number)
        qtbot.waitUntil(lambda: dialog.pages.sheets[dialog.pages.current].image is not None)
    held = [sheet for sheet in dialog.pages.sheets if sheet.image is not None]
    assert len(held) <= KEPT + 3
    assert dialog.where.text() == "Página 60 de 60"


def test_closing_forgets_the_pages_and_left_nothing_on_disk(
    preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    dialog = preview(5)
    dialog.pages.go(3)  # still being drawn when it closes
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.wait(100)
    assert all(sheet.image is None for sheet in dialog.pages.sheets)
    assert dialog.pdf.data == b""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("zoom", [1.0, 1.6])
@pytest.mark.parametrize("size", [(1366, 690), (1024, 560)])
@pytest.mark.parametrize("language", ["spanish", "english", "pseudo"])
def test_nothing_is_clipped(
    zoom: float,
    size: tuple[int, int],
    language: str,
    preview: Open,
    window: QWidget,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if language != "pseudo":
        request.getfixturevalue(language)
    no_printers(monkeypatch)
    theme.apply(qapp, theme.load("light", zoom))
    window.resize(*size)
    with clipping.pseudo_language() if language == "pseudo" else monkeypatch.context():
        dialog = preview(2)
        dialog.print.click()
        qapp.processEvents()
        assert clipping.clipped(dialog) == []
