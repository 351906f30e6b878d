"""A print before it is printed: its pages as they will be, then print, save or close."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QImage,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import QDialog, QFileDialog, QScrollArea, QWidget

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr
from ces_desktop.ui import printing, theme
from ces_desktop.ui.labels import NBSP
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, InlineNote, Text, box, clear, column, row

SCREEN_DPI = 96  # what 100 % means
SMALLEST, LARGEST, STEP = 0.4, 3.0, 1.25
WIDEST_FIT = 1.2  # a letter page across a wide window would show six lines
KEPT = 6  # pictures of pages held at once
GAP = 16
KINDS = {".pdf": "PDF (*.pdf)", ".xlsx": "Excel (*.xlsx)", ".csv": "CSV (*.csv)"}
"""What a print may be saved as, where its rows are a table."""


class PreviewDialog(QDialog):
    """`PreviewDialog(parent, title, pdf, file_name).exec()`.

    `file_name` ("summary-CAP0000412.pdf") and `title` hold no person's name. `may_save` False is for what must exist on
    paper only. `table` gives the rows of the print for a spreadsheet (".xlsx" or ".csv"): saving then offers both.
    `printed` and `saved` tell the desk what to note in the audit.
    """

    printed = Signal()
    saved = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        pdf: bytes,
        file_name: str,
        *,
        may_save: bool = True,
        table: Callable[[str], bytes] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._title, self._file_name, self._may_save, self._table = title, file_name, may_save, table
        self.pdf = printing.Pdf(pdf)
        self._worker = printing.Worker(self)
        self.pages = Pages(self.pdf, self._worker)
        self.title, self.where = Text(title, "section", elide=True), Text("", "small")
        self.percent = Text("", "small", align="center")
        self.note = column(gap=0)
        self._build_buttons()
        self.percent.setMinimumWidth(px(44))
        self.setLayout(column(self._top(), (self.pages, 1), self.note, self._foot(), gap=8, margins=(16, 12, 16, 12)))
        for key, step in ((Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, -1)):
            QShortcut(QKeySequence(key), self, lambda step=step: self.pages.turn(step))
        QShortcut(QKeySequence("F8"), self, self.print_pages)
        QShortcut(QKeySequence("Home"), self, lambda: self.pages.go(0))
        QShortcut(QKeySequence("End"), self, lambda: self.pages.go(len(self.pdf.sizes) - 1))
        self.pages.moved.connect(self._say_where)
        self.resize(self._room())
        self._say_where()
        self.pages.setFocus()

    def _build_buttons(self) -> None:
        self.smaller, self.larger = Button("−", "secondary"), Button("+", "secondary")
        self.fit = Button(tr("Fit width"), "secondary")
        names = (tr("Smaller"), tr("Larger"), tr("Fit width"))
        for button, name, keys in zip(
            (self.smaller, self.larger, self.fit), names, ("Ctrl+-", "Ctrl++", "Ctrl+0"), strict=True
        ):
            button.setAccessibleName(name)
            button.setShortcut(QKeySequence(keys))
            button.setToolTip(f"{name} · {keys}")  # the buttons are too small to carry their keys
        self.print = Button(tr("Print"), "primary", icon="printer", shortcut="F9")
        self.save = Button(tr("Save as…"), "secondary", icon="save", shortcut="Ctrl+S")
        self.shut = Button(tr("Close"), "secondary", cap="Esc")
        self.smaller.clicked.connect(lambda: self.pages.zoom(self.pages.scale / STEP))
        self.larger.clicked.connect(lambda: self.pages.zoom(self.pages.scale * STEP))
        self.fit.clicked.connect(self.pages.fit_width)
        self.print.clicked.connect(self.print_pages)
        self.save.clicked.connect(self.save_as)
        self.shut.clicked.connect(self.reject)
        self.save.setVisible(self._may_save)

    def _top(self) -> QWidget:
        return box(row((self.title, 1), self.where, 12, self.smaller, self.percent, self.larger, self.fit, gap=6))

    def _foot(self) -> QWidget:
        return box(row(self.shut, None, self.save, self.print))

    def _room(self) -> QSize:
        """Most of the window, also over a dialog of it, or of the screen when there is no window."""
        over = self.parentWidget()
        while over is not None and (under := over.window().parentWidget()) is not None:
            over = under
        room = over.window().size() if over is not None else self.screen().availableSize()
        return QSize(min(px(1180), round(room.width() * 0.94)), round(room.height() * 0.94))

    def print_pages(self) -> None:
        """Ask for a printer and send the pages; says so when there is none."""
        try:
            printer = printing.choose_printer(self, self._title, len(self.pdf.sizes))
        except (Refused, Unavailable) as failure:
            self._refuse(failure)
            return
        if printer is None:
            return
        self.print.set_possible(False, tr("Sending to the printer"))
        self._worker.run(lambda: printing.send(printer, self.pdf), self._sent, self._refuse)

    def _sent(self, _pages: int) -> None:
        self.print.set_possible(True)
        self._say(InlineNote("ok", "", tr("Sent to the printer.")))
        self.printed.emit()

    def save_as(self) -> None:
        """Ask where, and write the file."""
        if not self._may_save:
            return
        start = str(printing.documents_folder() / self._file_name)
        kinds = ";;".join(KINDS.values()) if self._table else KINDS[".pdf"]
        typed, kind = QFileDialog.getSaveFileName(self, tr("Save as…"), start, kinds)
        if not typed:
            return
        table, ending = self._table, _ending(typed, kind) if self._table else ".pdf"
        if table is None or ending == ".pdf":
            path = printing.with_suffix(typed)
            self._worker.run(lambda: printing.save(path, self.pdf), self._kept, self._refuse)
        else:
            place = Path(typed).with_suffix(ending) if Path(typed).suffix.lower() in KINDS else Path(typed + ending)
            self._worker.run(lambda: printing.save_table(place, table(ending)), self._kept, self._refuse)

    def _kept(self, path: Path) -> None:
        show = Button(tr("Open folder"), "ghost", icon="folder-open")
        show.clicked.connect(lambda: printing.open_folder(path))
        warning = tr("The file is not encrypted: delete it when it is printed.")
        self._say(InlineNote("ok", tr("Saved."), warning, [show]))
        self.saved.emit()

    def _refuse(self, failure: Refused | Unavailable) -> None:
        self.print.set_possible(True)
        if not self._may_save and failure.code in ("print.no_printer", "print.no_support"):
            failure = type(failure)(failure.code + "_by_hand")  # "save the file" would be the wrong advice
        self._say(InlineNote("warn", "", sentence(failure)))

    def _say(self, note: InlineNote) -> None:
        clear(self.note)
        self.note.addWidget(note)

    def _say_where(self) -> None:
        total = len(self.pdf.sizes)
        self.where.set_text(tr("Page {page} of {total}").format(page=self.pages.current + 1, total=total))
        self.percent.set_text(f"{round(100 * self.pages.scale)}{NBSP}%")

    def done(self, result: int) -> None:
        """Close: nothing of the print stays in memory."""
        self._worker.finish()
        self.pages.forget()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._worker.finish()
        self.pages.forget()
        super().closeEvent(event)


def _ending(typed: str, kind: str) -> str:
    """Which file is meant: the kind chosen in the dialog, else the ending typed."""
    chosen = next((ending for ending, words in KINDS.items() if words == kind), ".pdf")
    suffix = Path(typed).suffix.lower()
    return suffix if chosen == ".pdf" and suffix in KINDS else chosen


class Pages(QScrollArea):
    """The pages under each other; only those in view are drawn, at the screen's own fineness, off the GUI thread."""

    moved = Signal()

    def __init__(self, pdf: printing.Pdf, worker: printing.Worker) -> None:
        super().__init__()
        self._pdf, self._worker = pdf, worker
        self.scale = 1.0
        self._fits = True
        self._forgotten = False
        self._starts: list[int] = []
        self._asked: set[tuple[int, float]] = set()
        self.sheets = [Sheet(number) for number in range(len(pdf.sizes))]
        for sheet in self.sheets:
            sheet.setAccessibleName(tr("Page {page} of {total}").format(page=sheet.number + 1, total=len(self.sheets)))
        holder = box(column(*(row(None, sheet, None) for sheet in self.sheets), None, gap=GAP), "well")
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Pages"))
        self._later = QTimer(self, singleShot=True, interval=40)
        self._later.timeout.connect(self._draw_visible)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._lay()

    @property
    def current(self) -> int:
        """The page (from 0) that holds the middle of the view."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        return bisect_right(self._starts, middle) - 1

    def go(self, number: int) -> None:
        """Show a page from its top."""
        number = max(0, min(number, len(self.sheets) - 1))
        self.verticalScrollBar().setValue(self._starts[number])

    def turn(self, step: int) -> None:
        """The next or the previous screenful; never over a page without showing its end."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + step * round(self.viewport().height() * 0.9))

    def zoom(self, scale: float) -> None:
        """1 = as large as on paper."""
        self._fits = False
        self._set(scale)

    def fit_width(self) -> None:
        """As wide as the view, also after the window changes."""
        self._fits = True
        self._fit()

    def forget(self) -> None:
        """Drop the pictures and the document, for good."""
        self._forgotten = True
        for sheet in self.sheets:
            sheet.show_image(None)
        self._asked.clear()
        self._later.stop()
        self._pdf.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self._fit()
        self._later.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(self.scale * (STEP if event.angleDelta().y() > 0 else 1 / STEP))
            event.accept()
        else:
            super().wheelEvent(event)

    def _fit(self) -> None:
        widest = max(width for width, _ in self._pdf.sizes) * SCREEN_DPI / printing.POINTS_PER_INCH
        self._set(min(WIDEST_FIT, (self.viewport().width() - 2 * px(GAP)) / widest))

    def _set(self, scale: float) -> None:
        scale = min(LARGEST, max(SMALLEST, scale))
        if abs(scale - self.scale) > 1e-6:
            page = self.current
            self.scale = scale
            self._lay()
            QTimer.singleShot(0, self, lambda: self.go(page))

    def _lay(self) -> None:
        factor = self.scale * SCREEN_DPI / printing.POINTS_PER_INCH
        self._starts, top = [], 0  # known before Qt has laid the pages out
        for sheet, (width, height) in zip(self.sheets, self._pdf.sizes, strict=True):
            sheet.setFixedSize(round(width * factor), round(height * factor))
            self._starts.append(top)
            top += sheet.height() + px(GAP)
        self._later.start()
        self.moved.emit()

    def _scrolled(self) -> None:
        self._later.start()
        self.moved.emit()

    def _draw_visible(self) -> None:
        if self._forgotten:
            return
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        places = zip(self.sheets, self._starts, strict=True)
        near = [sheet for sheet, start in places if start <= bottom and start + sheet.height() >= top]
        fineness = self.scale * SCREEN_DPI * self.devicePixelRatioF()
        for sheet in near:
            if sheet.fineness != fineness and (sheet.number, fineness) not in self._asked:
                self._asked.add((sheet.number, fineness))
                self._ask(sheet, fineness)
        self._drop_far({sheet.number for sheet in near})

    def _ask(self, sheet: Sheet, fineness: float) -> None:
        def take(image: QImage) -> None:
            self._asked.discard((sheet.number, fineness))
            if self._forgotten:
                return
            image.setDevicePixelRatio(self.devicePixelRatioF())
            sheet.show_image(image, fineness)

        self._worker.run(lambda: self._pdf.image(sheet.number, fineness), take, lambda _: None)

    def _drop_far(self, near: set[int]) -> None:
        drawn = [sheet for sheet in self.sheets if sheet.fineness and sheet.number not in near]
        drawn.sort(key=lambda sheet: min((abs(sheet.number - number) for number in near), default=0))
        for sheet in drawn[KEPT:]:
            sheet.show_image(None)


class Sheet(QWidget):
    """One page: white paper until its picture is there."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.fineness = 0.0
        self._image: QImage | None = None

    @property
    def image(self) -> QImage | None:
        """The picture in view."""
        return self._image

    def show_image(self, image: QImage | None, fineness: float = 0.0) -> None:
        """Take a picture drawn at `fineness` dots per inch, or drop the one held."""
        self._image, self.fineness = image, fineness
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)  # paper is white in the dark theme too
        if self._image is not None:
            painter.drawImage(self.rect(), self._image)
        painter.setPen(theme.colour("edge"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
