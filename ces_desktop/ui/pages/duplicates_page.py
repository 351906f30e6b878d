"""Pairs of records that may be one person, to join or keep apart; and those joined, to part again."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.duplicates import Joined, Pair, joined, pairs_to_review, unsettled
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import tr, trn
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


class DuplicatesPage(Page):
    """Enter or F9 compares the chosen pair, or parts the chosen records.

    The whole register is compared once, when the page is first shown, and when asked again: it takes seconds. A change
    elsewhere only takes settled pairs away.
    """

    topics = frozenset({"patient", "same_as", "not_same"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view: View = "review"
        self._progress: Progress | None = None
        self._searched = self._again = False
        self._all: tuple[Pair, ...] = ()
        self._pairs: tuple[Pair, ...] = ()
        self._joined: tuple[Joined, ...] = ()
        self.search = Button(tr("Search again"), "secondary", icon="refresh-cw")
        self.heading = Heading(tr("Possible duplicates"), "", self.search)
        self.review = Button(tr("To review"), "filter")
        self.done = Button(tr("Joined"), "filter")
        self.progress = ProgressPanel(
            tr("Comparing the whole register"), cancel_text=tr("Cancelling changes nothing."), reserve=True
        )
        self.pairs = RecordTable[Pair](self._pair_columns(), name=tr("Possible duplicates"))
        self.links = RecordTable[Joined](self._link_columns(), name=tr("Joined"))
        self.stack = QStackedWidget()
        self.empty = EmptyState(tr("Nobody to review."), tr("No two records look like one person."), size=112)
        next_step = tr("Those you join appear here, to part again.")
        self.none_joined = EmptyState(tr("No records joined."), next_step, size=112)
        self.waiting = EmptyState(tr("Comparing the register."), tr("You can go on working."), size=112)
        for part in (
            SectionCard("", (self.pairs, 1), flush=True),
            SectionCard("", (self.links, 1), flush=True),
            self.empty,
            self.none_joined,
            self.waiting,
        ):
            self.stack.addWidget(part)
        self.act = Button(tr("Compare"), "primary", icon="copy", shortcut="F9")
        self.bar = DockedBar(self.act)
        top = row(self.review, self.done, None, (self.progress, 1), gap=8)
        inner = column(self.heading, top, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self._connect()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The list takes the keys; while everybody is being compared the page keeps them for it."""
        super().focusInEvent(event)
        self._give_focus()

    def _give_focus(self) -> None:
        shown = self.pairs if self._view == "review" else self.links
        if shown.isVisible():
            shown.setFocus()

    def _connect(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.search.clicked.connect(self._search)
        self.review.clicked.connect(lambda: self.choose("review"))
        self.done.clicked.connect(lambda: self.choose("joined"))
        self.pairs.opened.connect(lambda _: self.primary())
        self.links.opened.connect(lambda _: self.primary())
        self.act.clicked.connect(self.primary)
        self.progress.cancelled.connect(self._cancel)
        self.desk.tasks.cancelled.connect(self._stopped)

    def _pair_columns(self) -> list[Column[Pair]]:
        return [
            Column(tr("Likeness"), lambda p: Cell(registration.likelihood(p.match), strong=True, tone="warn"), 132,
                   sort=lambda p: -p.match.score),
            Column(tr("One record"), lambda p: self._person(p.one), sort=lambda p: p.one.name),
            Column(tr("The other"), lambda p: self._person(p.other), sort=lambda p: p.other.name),
            Column(tr("Reasons"), lambda p: Cell(*_halves(registration.reasons(p.match.reasons))), 270, droppable=True),
        ]  # fmt: skip

    def _link_columns(self) -> list[Column[Joined]]:
        return [
            Column(tr("One record"), lambda j: self._person(j.one), sort=lambda j: j.one.name),
            Column(tr("The other"), lambda j: self._person(j.other), sort=lambda j: j.other.name),
            Column(tr("Joined on"), lambda j: Cell(labels.moment(j.joined_at, CLINIC_ZONE)), 170,
                   sort=lambda j: j.joined_at),
        ]  # fmt: skip

    def _person(self, who: PatientRow) -> Cell:
        return Cell(who.name, words.meta(who, self.desk.today), strong=True)

    def reload(self) -> None:
        """Read the joined ones and take settled pairs away; the first time, compare the register."""
        clinic = self.desk.clinic.id
        self.desk.tasks.read(lambda c: joined(c, clinic), self._show_joined, owner=self, latest=f"joined.{id(self)}")
        if not self._searched:
            self._search()
            return
        held = self._all
        self.desk.tasks.read(
            lambda c: unsettled(c, clinic, held), self._show_pairs, owner=self, latest=f"pairs.{id(self)}"
        )

    def choose(self, view: View) -> None:
        """Show the pairs to review or the joined records."""
        self._view = view
        self._draw()
        (self.pairs if view == "review" else self.links).setFocus()

    def primary(self) -> None:
        """F9: compare the chosen pair, or part the chosen records."""
        if self._view == "review":
            pair = self.pairs.current()
            if pair is not None:
                self.desk.compare(pair.one.id, pair.other.id)
            return
        link = self.links.current()
        if link is None or not self.desk.actor.may(Right.MERGE_PATIENTS):
            return
        text = tr("{one} and {other} will be two people again. Nothing written about either is lost; it can be undone.")
        said = text.format(one=link.one.name, other=link.other.name)
        if confirm(self, tr("Part these records?"), said, tr("Part")):
            request = UnmergeRequest(link.link)
            self.desk.tasks.write(partial(merging.unmerge, request=request), self._parted, owner=self)

    def _parted(self, _: Outcome[None]) -> None:
        self.desk.toast(tr("The records were parted."), undo=True)

    def _search(self) -> None:
        """One search at a time: what changed meanwhile is looked at when this one ends."""
        if self._progress is not None:
            self._again = True
            return
        clinic, database = self.desk.clinic.id, self.desk.tasks.database

        def job(progress: Progress) -> Any:
            return database.read(lambda c: pairs_to_review(c, clinic, progress.step))

        self._progress = Progress()
        self._progress.moved.connect(self.progress.advance)
        self.progress.start()
        self.search.set_possible(False, tr("The register is being compared"))
        self.desk.tasks.run(job, self._found, owner=self, failed=self._failed, progress=self._progress)
        self._draw()

    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancel()

    def _stopped(self) -> None:
        if self._progress is not None and self._progress.cancelled():
            self._end()

    def _failed(self, failure: Failure) -> None:
        self._end()
        self.desk.tell(failure)

    def _end(self) -> None:
        self._progress = None
        self.progress.finish()
        self.search.set_possible(True)
        self._draw()
        if self._again:
            self._again = False
            self._search()

    def _found(self, pairs: tuple[Pair, ...]) -> None:
        self._all = pairs
        self._show_pairs(pairs)
        self._end()

    def _show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        kept = self.pairs.current()
        self._pairs, self._searched = pairs, True
        self.pairs.set_rows(pairs, keep=lambda p: kept is not None and _ids(p) == _ids(kept))
        if self.pairs.current() is None:
            self.pairs.select_place(0)
        self._draw()

    def _show_joined(self, links: tuple[Joined, ...]) -> None:
        kept = self.links.current()
        self._joined = links
        self.links.set_rows(links, keep=lambda j: kept is not None and j.link == kept.link)
        if self.links.current() is None:
            self.links.select_place(0)
        self._draw()

    def _draw(self) -> None:
        reviewing = self._view == "review"
        self.review.setChecked(reviewing)
        self.done.setChecked(not reviewing)
        self.review.set_count(len(self._pairs) if self._searched else None)
        self.done.set_count(len(self._joined))
        held = self._pairs if reviewing else self._joined
        if reviewing:
            self.stack.setCurrentIndex(0 if held else 2 if self._searched else 4)
        else:
            self.stack.setCurrentIndex(1 if held else 3)
        if self.hasFocus():
            self._give_focus()
        self.act.set_words(tr("Compare") if reviewing else tr("Part"))
        may = reviewing or self.desk.actor.may(Right.MERGE_PATIENTS)
        reason = tr("Nothing is chosen") if may else tr("Your role does not include joining records")
        self.act.set_possible(bool(held) and may, reason)
        said = trn("{n} pair to look at", "{n} pairs to look at", len(self._pairs)).format(n=len(self._pairs))
        self.heading.set_sentence(said if self._searched else tr("Comparing the register."))


def _ids(pair: Pair) -> tuple[bytes, bytes]:
    return pair.one.id, pair.other.id


def _halves(text: str) -> tuple[str, str]:
    """Reasons on two lines: the first two, then the rest."""
    parts = text.split(", ")
    return ", ".join(parts[:2]), ", ".join(parts[2:])
