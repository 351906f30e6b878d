"""A paper asked for in the window shows what was written before it, and keeps no later write waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import builders
import pytest
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from supplies import Store

from ces_desktop.data.database import Outcome
from ces_desktop.data.models import ItemShelfRecord
from ces_desktop.data.queries import shelf_papers
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.work import Work
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.services.papers import KeptPaper, issue_paper

LONGEST_SECONDS = 20


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    double = open_desk(tmp_path)
    double.database.local(load_shipped)
    yield double
    builders.assert_proved(double.database)
    double.close()


class Drawing(QObject):
    """Says, from the thread that draws, that the paper is being drawn."""

    begun = Signal()


def keeping(work: Work, item: Id, location: str) -> None:
    work.act("test.store")
    work.add(ItemShelfRecord(id=work.new_id(), item=item, kept="yes", location=location))


def test_it_shows_what_was_written_before_it_and_what_is_written_meanwhile_does_not_wait(desk: DeskDouble) -> None:
    store = Store(desk.database, desk.actor)
    item, other = store.items()[:2]
    store.move(item, store.lot(item, "2099-12-31"), 40, "2026-01-05")
    read = partial(shelf_papers.card_paper, clinic=store.clinic, today=desk.today, item=item)
    drawing, written = Drawing(), threading.Event()
    waited: list[bool] = []

    def render(_paper: ShelfPaper, _slip: Slip, _cut_at: int) -> bytes:
        drawing.begun.emit()
        waited.append(written.wait(LONGEST_SECONDS))
        return b"%PDF-"

    def meanwhile() -> None:
        action = partial(keeping, item=other, location="Anaquel B")
        desk.tasks.write(action, lambda _: written.set(), owner=drawing)

    drawing.begun.connect(meanwhile, Qt.ConnectionType.QueuedConnection)
    found: list[Outcome[KeptPaper[ShelfPaper] | None]] = []
    told: list[frozenset[str]] = []
    desk.tasks.changed.connect(told.append)
    desk.tasks.write(partial(keeping, item=item, location="Anaquel A"), lambda _: None, owner=drawing)
    desk.tasks.issue(partial(issue_paper, read=read, render=render), found.append, owner=drawing)
    desk.settle()
    assert waited == [True]
    kept = found[0].value
    assert kept is not None and kept.paper.page.row.kept.location == "Anaquel A"
    assert "issued_report" in told[-1]
