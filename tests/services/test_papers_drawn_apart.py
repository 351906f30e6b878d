"""A paper is drawn while others write; its folio is kept with its bytes at the end, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import builders
import pytest
from sqlalchemy import select
from supplies import Store

from ces_desktop.data import cipher
from ces_desktop.data.database import Database
from ces_desktop.data.models import ReportFileRecord
from ces_desktop.data.queries import shelf_papers
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.services import papers
from ces_desktop.services.papers import KeptPaper

NOON_16_MARCH = 1_773_684_000_000
TODAY = local_day(NOON_16_MARCH)


class Torn(Exception):
    """The machine stopped here."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    times = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**7))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def beside(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A second window over the same file."""
    engine = cipher.engine(tmp_path / "clinic.db", builders.KEY)
    yield Store(builders.database(engine, installation=store.db.installation, clock=store.db.clock), builders.actor())
    engine.dispose()


def drawn(paper: ShelfPaper, slip: Slip, cut_at: int) -> bytes:
    """Stands for the paper: what it would say."""
    return f"{slip.folio}|{slip.replaces}|{paper.sha()}|{cut_at}".encode()


def came(store: Store, units: int) -> None:
    """So many of the first item come, in a lot of their own."""
    item = store.items()[0]
    store.move(item, store.lot(item, "2026-12-31", f"L{units}"), units, "2026-03-02")


def issued(store: Store, meanwhile: Callable[[int], object] = lambda turn: None) -> tuple[KeptPaper[ShelfPaper], int]:
    """The stock list, and how often it was drawn; `meanwhile` is done while it is drawn for the nth time."""
    turns: list[Slip] = []

    def render(paper: ShelfPaper, slip: Slip, cut_at: int) -> bytes:
        turns.append(slip)
        meanwhile(len(turns))
        return drawn(paper, slip, cut_at)

    read = partial(shelf_papers.stock_paper, clinic=store.clinic, today=TODAY, risks={})
    kept = papers.issue_paper(store.db, store.who, read, render).value
    assert kept is not None
    return kept, len(turns)


def folios(store: Store) -> list[str]:
    return [each.folio for each in store.db.read(lambda c: papers.archive(c, store.clinic))]


def test_a_second_window_writes_while_a_paper_is_drawn_and_the_paper_says_what_was_true_at_its_cut(
    store: Store, beside: Store
) -> None:
    came(store, 40)
    kept, turns = issued(store, lambda turn: came(beside, 50))
    assert (turns, kept.folio) == (1, "CAP-0-0001")
    assert [row.usable for row in kept.paper.rows()] == [40]
    [issue] = store.db.read(lambda c: papers.archive(c, store.clinic))
    assert kept.content.endswith(f"|{issue.cut_at}".encode()) and issue.data_sha == kept.paper.sha()
    later, _ = issued(store)
    assert (later.folio, [row.usable for row in later.paper.rows()]) == ("CAP-0-0002", [90])


def test_who_was_faster_has_the_folio_and_the_other_is_drawn_anew_in_its_place(store: Store, beside: Store) -> None:
    came(store, 40)

    def faster(turn: int) -> None:
        if turn == 1:
            came(beside, 50)
            assert issued(beside)[0].folio == "CAP-0-0001"
            came(beside, 60)

    kept, turns = issued(store, faster)
    assert turns == 2 and kept.content.startswith(b"CAP-0-0002|CAP-0-0001|")
    assert [row.usable for row in kept.paper.rows()] == [150]
    assert folios(store) == ["CAP-0-0002", "CAP-0-0001"]


def test_the_same_paper_asked_for_in_two_windows_is_one(store: Store, beside: Store) -> None:
    came(store, 40)
    other: list[bytes] = []
    kept, turns = issued(store, lambda turn: other.append(issued(beside)[0].content))
    assert (turns, kept.reprint, kept.content) == (1, True, other[0])
    assert folios(store) == ["CAP-0-0001"]


def test_a_paper_of_something_else_takes_the_next_folio_too(store: Store, beside: Store) -> None:
    came(store, 40)

    def card(turn: int) -> None:
        if turn == 1:
            read = partial(shelf_papers.card_paper, clinic=beside.clinic, today=TODAY, item=beside.items()[0])
            papers.issue_paper(beside.db, beside.who, read, drawn)

    kept, turns = issued(store, card)
    assert (turns, kept.folio) == (2, "CAP-0-0002") and kept.content.startswith(b"CAP-0-0002||")


def test_what_is_cut_off_while_it_is_drawn_leaves_nothing_and_its_number_is_the_next(store: Store) -> None:
    came(store, 40)

    def torn(turn: int) -> None:
        raise Torn

    with pytest.raises(Torn):
        issued(store, torn)
    assert folios(store) == [] and issued(store)[0].folio == "CAP-0-0001"


def test_what_is_cut_off_while_it_is_kept_leaves_neither_folio_nor_bytes(store: Store, tmp_path: Path) -> None:
    came(store, 40)

    def torn(*_: object) -> None:
        raise Torn

    engine = cipher.engine(tmp_path / "clinic.db", builders.KEY)
    failing = Database(engine, store.db.installation, clock=store.db.clock, before_commit=torn)
    with pytest.raises(Torn):
        issued(Store(failing, store.who))
    failing.close()

    def files(database: Database) -> list[Id]:
        return list(database.read(lambda c: c.execute(select(ReportFileRecord.report)).scalars().all()))

    assert folios(store) == [] and files(store.db) == []
    assert issued(store)[0].folio == "CAP-0-0001" and len(files(store.db)) == 1
