"""From the bytes of a PDF to pictures of its pages, to a printer, to a file. Nothing is written to disk on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QRect, QRectF, QRunnable, QStandardPaths, Qt, QThreadPool, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QPainter
from PySide6.QtWidgets import QWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

T = TypeVar("T")
POINTS_PER_INCH = 72
# A letter page takes 33 MB in grey at 600 dots per inch, as much in colour at 300; more is not seen on paper.
FINEST_GREY, FINEST_COLOUR = 600, 300

_PDFIUM = threading.RLock()  # one thread at a time, whatever the document


class Pdf:
    """A PDF held in memory. Any thread may ask; one at a time is served."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2

        self.data = data
        with _PDFIUM:
            self._document = pypdfium2.PdfDocument(data)
            self.sizes: tuple[tuple[float, float], ...] = tuple(
                self._document.get_page_size(number) for number in range(len(self._document))
            )
            """Width and height of each page, in points."""

    def image(self, number: int, dots_per_inch: float, grey: bool = False) -> QImage:
        """Page `number` (from 0) as a picture on white."""
        with _PDFIUM:
            page = self._document[number]
            bitmap = page.render(scale=dots_per_inch / POINTS_PER_INCH, grayscale=grey, prefer_bgrx=True)
            kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
            picture = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, kind).copy()
            bitmap.close()
            page.close()
        return picture

    def close(self) -> None:
        """Let go of the memory."""
        with _PDFIUM:
            self._document.close()
            self.data = b""


class Worker(QObject):
    """Runs jobs one after the other off the GUI thread; `then(value)` or `failed(failure)` on it, in order asked."""

    _settled = Signal(object, object, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._waiting: set[_Job] = set()
        self._settled.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[Unavailable], None]) -> None:
        """Do the job in its turn. A failure that is not Unavailable is a bug and is raised on the GUI thread."""
        task = _Job(lambda: self._do(job, then, failed, task))
        self._waiting.add(task)  # Qt alone would let Python collect it before its turn
        self._pool.start(task)

    def finish(self) -> None:
        """Drop what has not begun, wait for what has."""
        self._pool.clear()
        self._pool.waitForDone()
        self._waiting.clear()

    def _do(
        self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[Unavailable], None], task: _Job
    ) -> None:
        value: T | None = None
        failure: BaseException | None = None
        try:
            value = job()
        except Exception as error:  # noqa: BLE001 - sorted on the GUI thread
            failure = error
        self._settled.emit(then if failure is None else failed, value, failure, task)

    def _answer(
        self, call: Callable[[object], None], value: object, failure: BaseException | None, task: _Job
    ) -> None:
        self._waiting.discard(task)
        if failure is not None and not isinstance(failure, Unavailable):
            raise failure
        call(value if failure is None else failure)


class _Job(QRunnable):
    def __init__(self, job: Callable[[], None]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._job = job

    def run(self) -> None:
        self._job()


def choose_printer(parent: QWidget, title: str, pages: int) -> QPrinter | None:
    """The system's print dialog; None when the person cancelled.

    `title` is what the printer's queue shows: no person's name. Refused `print.no_printer`; Unavailable
    `print.no_support` where the system's printing library is missing.
    """
    try:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
    except ImportError as error:
        raise Unavailable("print.no_support") from error
    if not QPrinterInfo.availablePrinterNames():
        raise Refused("print.no_printer")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, pages)
    dialog.setWindowTitle(tr("Print"))
    return printer if dialog.exec() else None


def send(printer: QPrinter, pdf: Pdf) -> int:
    """Draw the chosen pages on the printer, one in memory at a time; how many were sent, copies not counted.

    May run in any thread. Raises Unavailable `print.failed` when the printer does not take them.
    """
    from PySide6.QtPrintSupport import QPrinter

    printer.setFullPage(True)
    chosen = _chosen(printer, len(pdf.sizes))
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    grey = printer.colorMode() == QPrinter.ColorMode.GrayScale
    fineness = min(printer.resolution(), FINEST_GREY if grey else FINEST_COLOUR)
    painter = QPainter()
    if not painter.begin(printer):
        raise Unavailable("print.failed")
    try:
        for turn, number in enumerate(chosen * copies):
            if turn and not printer.newPage():
                raise Unavailable("print.failed")
            paper = printer.pageLayout().fullRectPixels(printer.resolution())
            painter.drawImage(_place(paper, pdf.sizes[number], printer.resolution()), pdf.image(number, fineness, grey))
    finally:
        painter.end()
    return len(chosen)


def _chosen(printer: QPrinter, pages: int) -> list[int]:
    """The pages asked for in the dialog, from 0, in the order to send them."""
    from PySide6.QtPrintSupport import QPrinter

    first, last = (printer.fromPage() or 1), min(printer.toPage() or pages, pages)
    numbers = list(range(first - 1, last))
    return numbers[::-1] if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst else numbers


def _place(paper: QRect, size: tuple[float, float], resolution: int) -> QRectF:
    """Where a page lies on the paper: at its true size in the middle, smaller only where the paper is."""
    width, height = (side * resolution / POINTS_PER_INCH for side in size)
    shrink = min(1.0, paper.width() / width, paper.height() / height)
    width, height = width * shrink, height * shrink
    return QRectF((paper.width() - width) / 2, (paper.height() - height) / 2, width, height)


def save(path: Path, pdf: Pdf) -> Path:
    """Write the file as a whole or not at all. Raises Unavailable (`storage.*`)."""
    write_safely(path, pdf.data, keep_previous=False)
    return path


def save_table(path: Path, content: bytes) -> Path:
    """The same for the rows of a print as a file for a spreadsheet."""
    write_safely(path, content, keep_previous=False)
    return path


def with_suffix(path: str) -> Path:
    """The path typed, ending in `.pdf`."""
    return Path(path) if path.lower().endswith(".pdf") else Path(path + ".pdf")


def documents_folder() -> Path:
    """Where the system keeps documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def open_folder(path: Path) -> bool:
    """Show the folder of a file in the system's file manager; False when there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
