"""The scorecard of the clinic: four areas of 0 to 100, the items behind each, how they moved, and what comes next."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.mentoring_papers import scorecard_paper
from ces_desktop.data.queries.scorecard import Card, CardItem, cards
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.papers import SCORECARD
from ces_desktop.domain.scorecard import AREAS, FAIR, GOOD, Area, Points, change
from ces_desktop.i18n import tr
from ces_desktop.reports import scorecard_words as words
from ces_desktop.services import scorecard
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.issuing import Print, show
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    OutcomeKey,
    ScrollBody,
    SectionCard,
    StatTile,
    StatusChip,
    Wrapped,
    box,
    clear,
    column,
    row,
)

NARROW = 980
LIST_HEIGHT = 220
"""Least height of the list: where tiles leave less, the page scrolls."""


class ScorecardPage(Page):
    """Enter or F9 writes what was found of an item and its next step; N begins a scorecard, F8 prints."""

    topics = frozenset({"scorecard", "scorecard_item", "app_user"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._cards: tuple[Card, ...] = ()
        self._wanted: Id | None = None
        self._loaded = False
        self._may = scorecard.may_write(desk.actor)
        self.heading = Heading(tr("Scorecard of the clinic"), " ")
        self.new = Button(tr("New scorecard"), "secondary", icon="plus")
        self.new.clicked.connect(self._begin)
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.print_button.clicked.connect(self.print_page)
        self.which = Button(tr("Which"), "filter", icon="history")
        self.which.clicked.connect(self._offer)
        top = box(Wrapped(self.heading, box(row(self.which, self.new, self.print_button)), spread=True))
        self._tiles, self._across = QGridLayout(), 0
        self._tiles.setSpacing(px(12))
        self.tiles: list[StatTile] = []
        self.table = RecordTable[CardItem](
            [
                Column(tr("Area"), lambda i: Cell(words.area(i.area), tone="text2"), 128, droppable=True),
                Column(tr("What is looked at"), lambda i: Cell(words.item(i.code), words.meaning(i.code), strong=True)),
                Column(tr("Result"), _found, 156),
                Column(tr("Points"), _points, 120, "right"),
                Column(tr("Step to take"), lambda i: Cell(i.next_step or labels.DASH)),
            ],
            name=tr("Scorecard of the clinic"),
        )
        self.table.opened.connect(lambda _: self.primary())
        self.table.selected.connect(lambda _: self._tell())
        first = Button(tr("New scorecard"), "primary", icon="plus")
        first.clicked.connect(self._begin)
        self.empty = EmptyState(
            tr("No scorecard has been made."),
            tr("The baseline shows where the clinic starts; the yearly ones, how far it came."),
            first,
            size=112,
        )
        first.setVisible(self._may)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty):
            self.stack.addWidget(part)
        self.write = Button(tr("Write"), "primary", icon="pencil", shortcut="F9")
        self.write.clicked.connect(self.primary)
        self.new_key = OutcomeKey("N", tr("New scorecard"))
        self.new_key.clicked.connect(self._begin)
        self.bar = DockedBar(self.write, lead=(self.new_key,))
        inner = column(top, self._tiles, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.stack.setMinimumHeight(px(LIST_HEIGHT))
        self.setLayout(column((ScrollBody(inner, 0), 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def reload(self) -> None:
        """Read the scorecards again; the item chosen stays chosen."""
        self.desk.tasks.read(
            partial(cards, clinic=self.desk.clinic.id), self._show, owner=self, latest=f"scorecard.{id(self)}"
        )

    @property
    def card(self) -> Card | None:
        """The scorecard looked at: the one chosen, else the newest."""
        return next((c for c in self._cards if c.id == self._wanted), self._cards[-1] if self._cards else None)

    def _show(self, held: tuple[Card, ...]) -> None:
        self._cards, self._loaded = held, True
        card, current = self.card, self.table.current()
        keep = current.id if current else None
        self.table.set_rows(card.items if card else (), keep=lambda i: i.id == keep)
        if card and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if card else 1)
        for part in (self.print_button, self.new):
            part.setVisible(card is not None)
        self.which.setVisible(len(held) > 1)
        if card is None:
            self.heading.set_sentence(tr("Where the clinic stands, and what comes next"))
        else:
            said = [words.kind(card.kind), labels.day(card.day), card.by, card.note]
            self.heading.set_sentence(" · ".join(part for part in said if part))
            self.which.set_words(f"{words.kind(card.kind)} · {labels.day(card.day)}")
        self._draw_tiles(card)
        self._tell()

    def _draw_tiles(self, card: Card | None) -> None:
        clear(self._tiles)
        self.tiles = [self._tile(area, card) for area in AREAS] if card else []
        for tile, area in zip(self.tiles, AREAS, strict=False):
            tile.clicked.connect(partial(self._go_to, area))
        self._across = 0
        self._share()

    def _tile(self, area: Area, card: Card) -> StatTile:
        now = card.area(area)
        earlier = [c.area(area).points for c in self._cards if (c.day, c.id) < (card.day, card.id)]
        moved = words.change(change(earlier, now.points))
        values = [*earlier, now.points]
        said = words.known(now)
        return StatTile(
            words.area(area), words.points(now.points), tr("of 100") if now.points is not None else "",
            f"{said} · {moved}" if moved else said, chip=StatusChip(*_area_standing(now)),
            values=values if sum(v is not None for v in values) > 1 else (), goal=GOOD,
        )  # fmt: skip

    def _go_to(self, area: str) -> None:
        self.table.select_place(self.table.records.place_of(lambda i: i.area == area))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        chosen = self.table.current()
        reason = tr("Nothing is chosen") if self._may else tr("Your role does not include this")
        self.write.set_possible(self._may and (chosen is not None or self.card is None), reason)
        self.write.set_words(tr("Write") if self.card else tr("New scorecard"))
        for part in (self.new, self.new_key):
            part.set_possible(self._may, reason)
        card = self.card
        missing = sum(i.points is None for i in card.items) if card else 0
        self.bar.set_state(None, tr("Without data: {n}").format(n=missing) if missing else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the tiles stand two by two."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        across = 2 if self.width() < px(NARROW) else 4
        if across != self._across:
            self._across = across
            for place, tile in enumerate(self.tiles):
                self._tiles.addWidget(tile, place // across, place % across)

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: what was found of the chosen item, or the first scorecard."""
        card, item = self.card, self.table.current()
        if card is None:
            self._begin()
        elif item is not None and self._may:
            self._write(card, item)

    def print_page(self) -> None:
        """F8: the scorecard on paper, beside those before it."""
        card = self.card
        if card is None:
            return
        from ces_desktop.reports.scorecard import scorecard_pdf

        read = partial(scorecard_paper, clinic=self.desk.clinic.id, card=card.id)
        show(self, Print(SCORECARD, tr("Scorecard of the clinic"), f"tablero-{card.day}", read, scorecard_pdf))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_N and self.new_key.isEnabled():
            self._begin()
        else:
            super().keyPressEvent(event)

    def _begin(self) -> None:
        if not self._may or not self._loaded:
            return
        from ces_desktop.ui.dialogs.scorecard import CardDialog

        new = new_id(self.desk.tasks.database.clock())
        request = CardDialog(self, new, any(c.kind == "baseline" for c in self._cards)).ask()
        if request is not None:
            self._wanted = request.id
            self._do(partial(scorecard.begin, request=request))

    def _write(self, card: Card, item: CardItem) -> None:
        from ces_desktop.ui.dialogs.scorecard import CardItemDialog

        answer = CardItemDialog(self, item).ask()
        if answer is None:
            return
        if (answer.found is not None and answer.found.value != item.found.value) or (
            answer.found is not None and answer.found.whole != item.found.whole
        ):
            self._do(partial(scorecard.enter, card=card.id, item=item.id, found=answer.found))
        if answer.next_step != item.next_step:
            self._do(partial(scorecard.plan, card=card.id, item=item.id, next_step=answer.next_step))

    def _do(self, action: Any) -> None:
        self.desk.tasks.write(action, self._kept, owner=self)

    def _kept(self, outcome: Outcome[Any]) -> None:
        self.desk.toast(tr("Saved."), undo=bool(outcome.touched))

    def _offer(self) -> None:
        menu = QMenu(self)
        for card in reversed(self._cards):
            menu.addAction(f"{words.kind(card.kind)} · {labels.day(card.day)}", partial(self._choose, card.id))
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, menu, menu.deleteLater))
        self.which.setChecked(False)
        menu.popup(self.which.mapToGlobal(QPoint(0, self.which.height() + px(4))))

    def _choose(self, card: Id) -> None:
        self._wanted = card
        self._show(self._cards)


def _standing(points: int | None) -> tuple[State, str]:
    if points is None:
        return "unknown", tr("no data")
    if points >= GOOD:
        return "ok", tr("good")
    return ("warn", tr("in between")) if points >= FAIR else ("bad", tr("low"))


def _area_standing(now: Points) -> tuple[State, str]:
    """Of an area of which less than half is known nobody can say that it stands well."""
    if now.points is not None and 2 * now.known < now.items:
        return "unknown", tr("few data")
    return _standing(now.points)


def _found(item: CardItem) -> Cell:
    return Cell(words.found(item), tone="text3" if item.found.value is None else "text")


def _points(item: CardItem) -> Cell:
    if item.points is None:
        return Cell(words.points(None), tone="text3")
    tone = {"ok": "ok", "warn": "warn", "bad": "bad"}[_standing(item.points)[0]]
    return Cell(str(item.points), tone=tone, gauge=(item.points / 100, GOOD / 100))
