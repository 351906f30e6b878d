"""The trend of a person beside their problems: one chart of several, drawn behind, and the same numbers as a table."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QWidget

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.patient_view import PatientView
from ces_desktop.domain.measures import show
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.trends import TRENDS, Point, Trend, recent, trend
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import charts, labels, theme
from ces_desktop.ui.charts import Label, Look, Picture
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Filters, SectionCard, Text, box, column

HEIGHT = 226
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "center": Qt.AlignmentFlag.AlignHCenter,
}


class ChartView(QWidget):
    """Holds its place from the start; the picture comes when it was drawn for this very size, scale and theme."""

    def __init__(self, desk: Desk, words: TrendWords) -> None:
        super().__init__()
        self._desk, self._words = desk, words
        self._trend: Trend | None = None
        self._image: QImage | None = None
        self._picture: Picture | None = None
        self._asked: object = None
        self.setFixedHeight(px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(40)
        self._later.timeout.connect(self._ask)

    def show_trend(self, shown: Trend) -> None:
        """Draw another trend."""
        self._trend = shown
        self._picture = self._image = None
        self.update()
        self._later.start(0)

    def drawn(self) -> bool:
        """Whether the picture is there."""
        return self._picture is not None

    def sizeHint(self) -> QSize:
        return QSize(px(420), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(280), px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._trend is not None:
            self._later.start()

    def _ask(self) -> None:
        if self._trend is None or self.width() < px(200):
            return
        ratio = self.devicePixelRatioF()
        now = theme.current()
        look = Look(round(self.width() * ratio), round(self.height() * ratio), ratio * now.zoom, dict(now.colours))
        asked = (self._trend, look)
        self._asked = asked
        drawn = self._trend

        def job(_progress: object) -> Picture:
            return charts.draw(drawn, look)

        self._desk.tasks.run(job, partial(self._take, asked, ratio), owner=self)

    def _take(self, asked: object, ratio: float, picture: Picture) -> None:
        if asked is not self._asked:
            return
        self._picture = picture
        size = picture.width, picture.height, 4 * picture.width
        self._image = QImage(picture.rgba, *size, QImage.Format.Format_RGBA8888).copy()
        self._image.setDevicePixelRatio(ratio)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None or self._image is None:
            return
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._image)
        ratio = self._image.devicePixelRatio()
        for label in self._picture.labels:
            self._paint(painter, label, ratio)

    def _paint(self, painter: QPainter, label: Label, ratio: float) -> None:
        tone = {"value": "text2", "month": "text2", "last": "text", "goal": "ok", "without": "text3"}[label.kind]
        font = theme.font("small" if label.kind == "last" else "caption", strong=label.kind == "last")
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        text = self._words.label(label)
        metrics = QFontMetricsF(font)
        lines = text.split("\n")
        width, high = max(metrics.horizontalAdvance(line) for line in lines) + 2, metrics.height()
        x, y = label.x / ratio, label.y / ratio
        left = {"left": x, "right": x - width, "center": x - width / 2}[label.side]
        top = y if label.kind == "without" else y - high / 2
        for n, line in enumerate(lines):
            painter.drawText(QRectF(left, top + n * high, width, high), _ALIGN[label.side], line)


class TrendWords:
    """How the values of one trend are written."""

    def __init__(self, shown: Trend) -> None:
        self._shown, self._measure = shown, measures()[shown.measure]

    def value(self, value: int) -> str:
        """Without unit, and without a decimal that is nothing."""
        return show(self._measure, value).removesuffix(".0")

    def point(self, point: Point) -> str:
        """`152/94`, `8.4`."""
        text = self.value(point.value)
        return text if point.second is None else f"{text}/{self.value(point.second)}"

    def goal(self) -> str:
        """`meta 130/80`, `meta 70–130`, `meta 7`."""
        assert self._shown.goal is not None
        low, high = self._shown.goal
        if self._shown.code == "pressure" and low is not None:
            said = f"{low}/{high}"
        else:
            said = self.value(high) if low is None else f"{self.value(low)}–{self.value(high)}"
        return tr("goal {value}").format(value=said)

    def label(self, label: Label) -> str:
        """The words of a label of the chart."""
        if label.kind == "month" and label.day is not None:
            return f"{labels.day(label.day.isoformat()[:7])[:3]}-{label.day.year % 100:02d}"
        if label.kind == "goal":
            return self.goal()
        if label.kind == "without":
            days = trn("{n} day", "{n} days", label.value).format(n=label.value)
            return tr("without {drug}").format(drug=label.text.split()[0].lower()) + "\n" + days
        return self.value(label.value)


class TrendCard(SectionCard):
    """Segments TA, Glucosa, HbA1c, Peso; Ctrl+T shows the numbers. It stays while the page is read again."""

    def __init__(self, desk: Desk) -> None:
        self.segments = Filters([(code, _short(code)) for code in TRENDS], TRENDS[0])
        super().__init__(tr("Blood pressure"), icon="activity", caption=" ", action=self.segments, gap=4)
        self._desk = desk
        self._view: PatientView | None = None
        self._as_table = False
        self._whole: Trend | None = None
        self.chart: ChartView | None = None
        self.note = Text("", "small", wrap=True)
        shown = QFrame()
        self._place = QStackedLayout(shown)  # with a parent from the start: a stack shows its first part at once
        self._empty = box(column(self.note, None, gap=0))
        self._held = QWidget()
        self._held.setLayout(column(gap=0))
        self._place.addWidget(self._empty)
        self._place.addWidget(self._held)
        shown.setFixedHeight(px(HEIGHT))
        self.add(shown)
        self.segments.chosen.connect(lambda _: self._show())

    def show_view(self, view: PatientView) -> None:
        """Another reading of the record; the segment stays, at first the one that the programmes ask for."""
        if self._view is None:
            self.segments.set_value(_first(view, self._desk.today))
        self._view = view
        self._show()

    def toggle(self) -> None:
        """Ctrl+T: the same numbers as a table, and back."""
        self._as_table = not self._as_table
        self._show()

    def _show(self) -> None:
        if self._view is None:
            return
        view, code = self._view, self.segments.value()
        form = view.form
        self._whole = trend(view.course, code, self._desk.today, view.thresholds, form.prescribed, form.stops)
        unit = measures()[self._whole.measure].unit
        shown = recent(self._whole, self._desk.today)
        self.title.set_text(_long(code))
        self.setAccessibleName(_long(code))
        held = self._held.layout()
        assert held is not None
        while (item := held.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.chart = None
        count = len(self._whole.points)
        self.set_caption(self._caption(unit, shown))
        if count < 2:
            self.note.set_text(self._nothing(count))
            self._place.setCurrentWidget(self._empty)
            return
        words = TrendWords(shown)
        if self._as_table:
            held.addWidget(_table(self._whole, words))
        else:
            self.chart = ChartView(self._desk, words)
            self.chart.setAccessibleName(_spoken(shown, words))
            held.addWidget(self.chart)
            self.chart.show_trend(shown)
        self._place.setCurrentWidget(self._held)

    def _caption(self, unit: str, shown: Trend) -> str:
        if self._whole is None or len(self._whole.points) < 2:
            return unit
        if self._as_table:
            return f"{unit} · Ctrl+T"
        span = tr("12 months") if shown is not self._whole else tr("all")
        return f"{unit} · {span} · Ctrl+T"

    def _nothing(self, count: int) -> str:
        if count == 0 or self._whole is None:
            return tr("Not measured yet.")
        only = self._whole.points[0]
        said = TrendWords(self._whole).point(only)
        return f"{said} · {labels.day(only.day)}. " + tr("One reading. One more shows a trend.")


def _table(whole: Trend, words: TrendWords) -> RecordTable[tuple[Point, bool]]:
    """Every value, newest first; what was not fasting says so."""
    loose = {id(point) for point in whole.loose}
    columns: list[Column[tuple[Point, bool]]] = [
        Column(tr("Date"), lambda r: Cell(labels.day(r[0].day)), width=140),
        Column(tr("Value"), lambda r: Cell(words.point(r[0]), strong=True), width=110, align="right"),
        Column("", lambda r: Cell(tr("random or not known"), tone="text3") if r[1] else Cell("")),
    ]
    table = RecordTable(columns, name=_long(whole.code), dense=True)
    table.set_rows([(point, id(point) in loose) for point in reversed(whole.points)])
    return table


def _spoken(shown: Trend, words: TrendWords) -> str:
    """What a screen reader says of the chart."""
    last = shown.points[-1]
    goal = f", {words.goal()}" if shown.goal is not None else ""
    text = tr("{name}: last {value} on {day}, {n} values")
    said = text.format(name=_long(shown.code), value=words.point(last), day=labels.day(last.day), n=len(shown.points))
    return said + goal


def _first(view: PatientView, today: date) -> str:
    """The chart of the first programme the person is in; of others the first with values."""
    asked = [code for name, p in PROGRAMMES.items() if name in view.standings for code in p.chart[:1]]
    order = [*asked, *(code for code in TRENDS if code not in asked)]
    whole = (trend(view.course, code, today, view.thresholds) for code in order)
    return next((each.code for each in whole if len(each.points) > 1), order[0])


def _short(code: str) -> str:
    return {"pressure": tr("BP"), "glucose": tr("Glucose"), "hba1c": "HbA1c", "weight": tr("Weight")}[code]


def _long(code: str) -> str:
    return {
        "pressure": tr("Blood pressure"), "glucose": tr("Glucose"), "hba1c": tr("Glycated haemoglobin"),
        "weight": tr("Weight"),
    }[code]  # fmt: skip
