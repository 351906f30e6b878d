"""At the hub: people who may be registered in two clinics, to join or keep apart; and those joined, to part again."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.between import (
    JoinedBetween,
    PairBetween,
    Registered,
    joined_between,
    pairs_between,
)
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.matching import Match
from ces_desktop.i18n import tr
from ces_desktop.services import merging
from ces_desktop.services.merging import UnmergeRequest
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.messages import registration
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.tasks import Failure, Progress
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    ProgressPanel,
    SectionCard,
    column,
    confirm,
    row,
)

View = Literal["review", "joined"]


class BetweenPage(Page):
    """Enter or F9 compares the chosen pair, or parts the chosen records. Nothing of it travels to the clinics."""

    topics = frozenset({"patient", "same_as", "not_same"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._view: View = "review"
        self._job: Progress | None = None
        self._pairs: tuple[PairBetween, ...] | None = None
        self._joined: tuple[JoinedBetween, ...] = ()
        self.search = Button(tr("Search again"), "secondary", icon="refresh-cw")
        self.heading = Heading(
            tr("Same person in two clinics"), tr("Joined here only; clinics keep their records."),
            self.search,
        )  # fmt: skip
        self.review, self.done = Button(tr("To review"), "filter"), Button(tr("Joined"), "filter")
        self.progress = ProgressPanel(
            tr("Comparing the clinics"), cancel_text=tr("Cancelling changes nothing."), reserve=True
        )
        self.pairs = RecordTable[PairBetween](self._pair_columns(), name=tr("Same person in two clinics"))
        self.links = RecordTable[JoinedBetween](self._link_columns(), name=tr("Joined"))
        self.stack = QStackedWidget()
        for part in (
            SectionCard("", (self.pairs, 1), flush=True),
            SectionCard("", (self.links, 1), flush=True),
            EmptyState(tr("Nobody to review."), tr("No two clinics hold records that look like one person."), size=112),
            EmptyState(tr("No records joined."), tr("Those you join appear here, to part again."), size=112),
            EmptyState(tr("Comparing the clinics."), tr("You can go on working."), size=112),
        ):
            self.stack.addWidget(part)
        self.act = Button(tr("Compare"), "primary", icon="copy", shortcut="F9")
        self.bar = DockedBar(self.act)
        top = row(self.review, self.done, None, (self.progress, 1), gap=8)
        inner = column(self.heading, top, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.search.clicked.connect(self._search)
        self.review.clicked.connect(lambda: self.choose("review"))
        self.done.clicked.connect(lambda: self.choose("joined"))
        for table in (self.pairs, self.links):
            table.opened.connect(lambda _: self.primary())
        self.act.clicked.connect(self.primary)
        self.progress.cancelled.connect(lambda: self._job.cancel() if self._job is not None else None)
        self.desk.tasks.cancelled.connect(self._stopped)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._give_focus()

    def reload(self) -> None:
        """The links at once; the clinics are compared when the page is shown and after each decision."""
        self.desk.tasks.read(joined_between, self._show_joined, owner=self, latest=f"between.{id(self)}")
        self._search()

    def choose(self, view: View) -> None:
        """Show the pairs to review or the joined records."""
        self._view = view
        self._draw()
        self._give_focus()

    def primary(self) -> None:
        """F9: compare the chosen pair, or part the chosen records."""
        if self._view == "review":
            pair = self.pairs.current()
            if pair is not None:
                self.desk.compare(pair.one.row.id, pair.other.row.id)
            return
        link = self.links.current()
        if link is None:
            return
        text = tr("{one} and {other} will be two people again. Nothing written about either is lost; it can be undone.")
        said = text.format(one=link.one.row.name, other=link.other.row.name)
        if confirm(self, tr("Part these records?"), said, tr("Part")):
            request = UnmergeRequest(link.link)
            done = tr("The records were parted.")
            self.desk.tasks.write(
                partial(merging.unmerge, request=request), lambda _: self.desk.toast(done, undo=True), owner=self
            )

    # ------------------------------------------------------------------ comparing
    def _search(self) -> None:
        if self._job is not None:
            return
        database = self.desk.tasks.database
        self._job = job = Progress()
        job.moved.connect(self.progress.advance)
        self.progress.start()
        self.search.set_possible(False, tr("The clinics are being compared"))
        self.desk.tasks.run(
            lambda progress: database.read(lambda c: pairs_between(c, progress.step)), self._found, owner=self,
            failed=self._failed, progress=job,
        )  # fmt: skip
        self._draw()

    def _found(self, pairs: tuple[PairBetween, ...]) -> None:
        chosen = self.pairs.current()
        self._pairs = pairs
        self.pairs.set_rows(pairs, lambda p: chosen is not None and _ids(p) == _ids(chosen))
        if self.pairs.current() is None:
            self.pairs.select_place(0)
        self._end()

    def _failed(self, failure: Failure) -> None:
        self._end()
        self.desk.tell(failure)

    def _stopped(self) -> None:
        if self._job is not None and self._job.cancelled():
            self._pairs = self._pairs or ()
            self._end()

    def _end(self) -> None:
        self._job = None
        self.progress.finish()
        self.search.set_possible(True)
        self._draw()

    def _show_joined(self, links: tuple[JoinedBetween, ...]) -> None:
        chosen = self.links.current()
        self._joined = links
        self.links.set_rows(links, lambda j: chosen is not None and j.link == chosen.link)
        if self.links.current() is None:
            self.links.select_place(0)
        self._draw()

    # ------------------------------------------------------------------ what is shown
    def _pair_columns(self) -> list[Column[PairBetween]]:
        return [
            Column(tr("Likeness"), lambda p: Cell(registration.likelihood(p.match), strong=True, tone="warn"), 132,
                   sort=lambda p: -p.match.score),
            Column(tr("One record"), lambda p: self._person(p.one), sort=lambda p: p.one.row.name),
            Column(tr("The other"), lambda p: self._person(p.other), sort=lambda p: p.other.row.name),
            Column(tr("Reasons"), lambda p: _reasons(p.match), 270, droppable=True),
        ]  # fmt: skip

    def _link_columns(self) -> list[Column[JoinedBetween]]:
        return [
            Column(tr("One record"), lambda j: self._person(j.one), sort=lambda j: j.one.row.name),
            Column(tr("The other"), lambda j: self._person(j.other), sort=lambda j: j.other.row.name),
            Column(tr("Joined on"), lambda j: Cell(labels.moment(j.joined_at, CLINIC_ZONE)), 170,
                   sort=lambda j: j.joined_at),
        ]  # fmt: skip

    def _person(self, who: Registered) -> Cell:
        return Cell(who.row.name, f"{who.clinic} · {words.meta(who.row, self.desk.today)}", strong=True)

    def _draw(self) -> None:
        reviewing, pairs = self._view == "review", self._pairs
        self.review.setChecked(reviewing)
        self.done.setChecked(not reviewing)
        self.review.set_count(None if pairs is None else len(pairs))
        self.done.set_count(len(self._joined))
        held = (pairs or ()) if reviewing else self._joined
        place = (0 if held else 4 if pairs is None else 2) if reviewing else (1 if held else 3)
        self.stack.setCurrentIndex(place)
        self.act.set_words(tr("Compare") if reviewing else tr("Part"))
        self.act.set_possible(bool(held), tr("Nothing is chosen"))
        if self.hasFocus():
            self._give_focus()

    def _give_focus(self) -> None:
        shown = self.pairs if self._view == "review" else self.links
        if shown.isVisible():
            shown.setFocus()


def _ids(pair: PairBetween) -> tuple[bytes, bytes]:
    return pair.one.row.id, pair.other.row.id


def _reasons(match: Match) -> Cell:
    """On two lines: the first two, then the rest."""
    parts = registration.reasons(match.reasons).split(", ")
    return Cell(", ".join(parts[:2]), ", ".join(parts[2:]))
