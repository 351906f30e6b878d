"""Progress in mentoring over a placement: score of each session, actions closed in time, what is missed, figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from ces_desktop.data.queries.mentoring_papers import progress_paper
from ces_desktop.data.queries.mentoring_progress import Mentee, Progress, progress
from ces_desktop.domain.mentoring import A_FROM, B_FROM
from ces_desktop.domain.mentoring_progress import Missed
from ces_desktop.domain.papers import PROGRESS
from ces_desktop.i18n import tr, trn
from ces_desktop.reports.mentoring import progress_pdf
from ces_desktop.reports.mentoring_words import tongue
from ces_desktop.ui import labels, theme
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.issuing import Print, show
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    EmptyState,
    Heading,
    IconButton,
    Option,
    ScrollBody,
    SectionCard,
    StatTile,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)

EVERYBODY = "all"
NARROW = 900
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 210, 40, 64, 16, 26


class ScoreChart(QWidget):
    """A point for each session, joined; the bounds of A and B dashed with their words; the last value labelled."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: tuple[tuple[str, int | None], ...] = ()
        self.setFixedHeight(px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Score of each session"))

    def show_scores(self, scores: Sequence[tuple[str, int | None]]) -> None:
        """Oldest first; a session without a score is a gap."""
        self._scores = tuple(scores)
        told = [f"{labels.day(day)}: {labels.DASH if s is None else s}" for day, s in scores]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(520), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(260), px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        known = [s for _, s in self._scores if s is not None]
        if not known:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        low = min(50, min(known) // 10 * 10)
        area = QRectF(px(LEFT), px(TOP), self.width() - px(LEFT + RIGHT), self.height() - px(TOP + BOTTOM))
        self._ground(painter, area, low)
        step = area.width() / max(1, len(self._scores) - 1)

        def at(place: int, score: int) -> QPointF:
            x = area.left() + place * step if len(self._scores) > 1 else area.center().x()
            return QPointF(x, _level(area, score, low))

        run: list[QPointF] = []
        painter.setPen(QPen(theme.colour("accent"), px(2)))
        for place, (_, score) in enumerate(self._scores):
            if score is None:
                painter.drawPolyline(QPolygonF(run))
                run = []
            else:
                run.append(at(place, score))
        painter.drawPolyline(QPolygonF(run))
        painter.setBrush(theme.colour("accent"))
        for place, (_, score) in enumerate(self._scores):
            if score is not None:
                painter.drawEllipse(at(place, score), px(3), px(3))
        self._months(painter, area, step)
        place = max(n for n, (_, s) in enumerate(self._scores) if s is not None)
        last = self._scores[place][1]
        assert last is not None
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("small", strong=True))
        spot = at(place, last)
        said = f"{last}\N{NO-BREAK SPACE}%"
        wide = painter.fontMetrics().horizontalAdvance(said) + px(4)
        words_ = QRectF(spot.x() + px(6), spot.y() - px(9), wide, px(18))
        painter.fillRect(words_, theme.colour("surface"))  # no line runs through the words
        painter.drawText(words_, Qt.AlignmentFlag.AlignCenter, said)

    def _ground(self, painter: QPainter, area: QRectF, low: int) -> None:
        for mark in range(low, 101, 10):
            y = _level(area, mark, low)
            painter.setPen(QPen(theme.colour("edge" if mark == low else "line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if mark % 20 == 0:
                painter.setPen(theme.colour("text2"))
                place = QRectF(0, y - px(8), px(LEFT) - px(8), px(16))
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(mark))
        for letter, bound in (("A", A_FROM), ("B", B_FROM)):
            y = _level(area, bound, low)
            pen = QPen(theme.colour("ok"), px(1))
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.drawText(
                QRectF(area.left() + px(4), y - px(16), px(40), px(15)), Qt.AlignmentFlag.AlignLeft, letter
            )

    def _months(self, painter: QPainter, area: QRectF, step: float) -> None:
        painter.setPen(theme.colour("text2"))
        every = max(1, round(px(84) / max(1.0, step)))
        for place, (day, _) in enumerate(self._scores):
            if place % every == 0:
                x = area.left() + place * step if len(self._scores) > 1 else area.center().x()
                spot = QRectF(x - px(42), area.bottom() + px(5), px(84), px(18))
                painter.drawText(spot, Qt.AlignmentFlag.AlignHCenter, labels.day(day[:7]))


def _level(area: QRectF, score: int, low: int) -> float:
    return area.bottom() - (score - low) / (100 - low) * area.height()


class ProgressPage(Page):
    """Whom it is about is chosen above; F8 prints the sheet."""

    topics = frozenset({"mentoring_session", "session_action_event", "session_signature"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._held: Progress | None = None
        self._mentees: tuple[Mentee, ...] = ()
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Progress in mentoring"), " ")
        self.who = ComboField([Option(EVERYBODY, tr("The whole clinic"))], EVERYBODY, name=tr("Whose"), width=260)
        self.who.changed.connect(self.reload)
        self.print = Button(tr("Print"), "secondary", icon="printer", shortcut="F8")
        self.print.clicked.connect(self.print_page)
        self._tiles = row(gap=12)
        self.chart = ScoreChart()
        self.scores = SectionCard(tr("Score of each session"), self.chart, icon="activity")
        self.table = RecordTable[Missed](
            [
                Column(tr("What to watch for"), self._item, 0),
                Column(tr("Not met"), lambda m: Cell(tr("{n} of {all}").format(n=m.missed, all=m.seen)), 110, "right"),
            ],
            name=tr("Missed most"),
            two_lines=False,
        )
        self.missed = SectionCard(tr("Missed most"), self.table, icon="list-checks", flush=True)
        self._figures = column(gap=6)
        self.figures = SectionCard(tr("Figures before and after"), self._figures, None, icon="chart-column", pad=14)
        self.empty = EmptyState(
            tr("There is no session yet."), tr("The first scored session begins the line."), size=112
        )
        self._low = row((self.missed, 3), (self.figures, 2), gap=12)
        top = Wrapped(box(row(back, self.heading, gap=12)), box(row(self.who, self.print)), spread=True)
        self.body = box(column(self._tiles, self.scores, self._low, None, gap=12))
        whole = column(top, self.body, (self.empty, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((ScrollBody(whole, 0), 1), gap=0))
        self.setFocusProxy(self.who)

    def reload(self) -> None:
        """Read the progress of whoever is chosen."""
        chosen = self._chosen()
        clinic, today, language = self.desk.clinic.id, self.desk.today, tongue()

        def ask(connection: Any) -> Progress:
            return progress(connection, clinic, today, chosen, language)

        self.desk.tasks.read(ask, self._show, owner=self, latest=f"mentoring.progress.{id(self)}")

    def print_page(self) -> None:
        """F8: the progress sheet."""
        desk = self.desk
        name = f"mentoria_avance_{desk.clinic.prefix}_{desk.today}"
        read = partial(
            progress_paper, clinic=desk.clinic.id, today=desk.today, who=self._chosen(), language=tongue()
        )
        show(self, Print(PROGRESS, tr("Progress in mentoring"), name, read, progress_pdf))

    def _chosen(self) -> Mentee | None:
        """Whose progress is looked at; None = of the whole clinic."""
        key = self.who.value() or EVERYBODY
        return next((m for m in self._mentees if _key(m) == key), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the cards stand one under the other."""
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._low.setDirection(way)
        self._tiles.setDirection(way)

    def _show(self, held: Progress) -> None:
        self._held, self._mentees = held, held.mentees
        chosen = self.who.value() or EVERYBODY
        options = [Option(EVERYBODY, tr("The whole clinic"))]
        options += [Option(_key(m), m.name, trn("{n} session", "{n} sessions", m.sessions).format(n=m.sessions))
                    for m in held.mentees]  # fmt: skip
        self.who.set_options(options)
        self.who.set_value(chosen)
        self.body.setVisible(bool(held.scores))
        self.empty.setVisible(not held.scores)
        self.print.setEnabled(bool(held.scores))
        if not held.scores:
            self.heading.set_sentence(" ")
            return
        span = labels.day(held.first)
        if held.last != held.first:
            span = tr("{then} to {now}").format(then=span, now=labels.day(held.last))
        n = len(held.scores)
        self.heading.set_sentence(f"{span} · " + trn("{n} session", "{n} sessions", n).format(n=n))
        self._show_tiles(held)
        self.chart.show_scores(held.scores)
        self.table.set_rows(held.missed)
        self.table.fit_height(8)
        clear(self._figures)
        for then, now in held.figures:
            line = row((Text(words.figure_name(now), "label", wrap=True), 1), gap=8)
            for text in (Text(words.figure_words(then), "small"), Text("→", "caption")):
                line.addWidget(text)
            line.addWidget(Text(words.figure_words(now), "smallstrong"))
            self._figures.addLayout(line)
        if held.figures:
            then, now = held.figures[0]
            said = tr("{then} and {now}").format(then=labels.day(then.month), now=labels.day(now.month))
            self._figures.addWidget(Text(said, "caption"))
        else:
            self._figures.addWidget(Text(tr("One month is not enough to compare."), "small", wrap=True))

    def _show_tiles(self, held: Progress) -> None:
        clear(self._tiles)
        t = held.tally
        seminars = labels.DASH if held.seminars is None else str(held.seminars)
        late = trn("{n} open and late", "{n} open and late", t.overdue).format(n=t.overdue)
        part = labels.of(t.in_time, t.due) if t.due else ""
        for label, number, of, caption in (
            (tr("Last score"), _percent(held.last_score), "", tr("first: {score}").format(
                score=_percent(held.first_score))),
            (tr("Actions closed in time"), labels.percent(t.in_time, t.due), part, late),
            (tr("Actions still open"), str(t.open), "", tr("{n} dropped").format(n=t.dropped)),
            (tr("Seminars attended"), seminars, "", tr("in the placement")),
        ):  # fmt: skip
            self._tiles.addWidget(StatTile(label, number, of, caption), 1)

    @staticmethod
    def _item(missed: Missed) -> Cell:
        return Cell(missed.text, strong=missed.critical, tags=(tr("critical"),) if missed.critical else ())


def _key(mentee: Mentee) -> str:
    return mentee.user.hex() if mentee.user else mentee.name


def _percent(value: int | None) -> str:
    return labels.DASH if value is None else f"{value}\N{NO-BREAK SPACE}%"
