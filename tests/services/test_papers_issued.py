"""Papers of the shelf, of mentoring and the scorecard: issued, found unchanged, issued anew when they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from mentoring import chronic, mentor, observed, session
from supplies import Store

from ces_desktop.data.queries import mentoring_papers, shelf_papers
from ces_desktop.data.queries.issued_papers import Subject
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.data.queries.stock import stock_items
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Session
from ces_desktop.domain.papers import Slip
from ces_desktop.errors import Refused
from ces_desktop.services import mentoring, papers, scorecard
from ces_desktop.services.papers import KeptPaper

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    times = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**7))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def item(store: Store) -> Id:
    held = store.items()[0]
    lot = store.lot(held, "2026-04-30", "A1")
    store.move(held, lot, 90, "2026-01-05")
    store.move(held, lot, -90, "2026-02-10")
    store.move(held, store.lot(held, "2026-12-31", "A2"), 40, "2026-02-24")
    return held


def render(paper: ShelfPaper, slip: Slip, _cut_at: int) -> bytes:
    """Stands for the paper: what it would say."""
    return f"{paper.kind}|{slip.folio}|{slip.replaces}|{paper.sha()}".encode()


def issued(store: Store, read: object) -> KeptPaper[ShelfPaper]:
    kept = papers.issue_paper(store.db, store.who, read, render).value
    assert isinstance(kept, KeptPaper)
    return kept


def readers(store: Store, item: Id, today: date = TODAY) -> dict[str, object]:
    here = {"clinic": store.clinic, "today": today}
    return {
        "stock": partial(shelf_papers.stock_paper, **here, risks={}),
        "expiries": partial(shelf_papers.expiries_paper, **here),
        "days_out": partial(shelf_papers.days_out_paper, **here, month="2026-02"),
        "count_sheet": partial(shelf_papers.count_paper, **here),
        "stock_card": partial(shelf_papers.card_paper, **here, item=item),
    }


@pytest.mark.parametrize("kind", ["stock", "expiries", "days_out", "count_sheet", "stock_card"])
def test_unchanged_it_is_the_same_paper_and_changed_another_that_names_the_one_before(
    store: Store, item: Id, kind: str
) -> None:
    first = issued(store, readers(store, item)[kind])
    assert first.folio == "CAP-0-0001" and not first.reprint
    again = issued(store, readers(store, item)[kind])
    assert again.reprint and (again.folio, again.content) == (first.folio, first.content)
    lot = store.lot(item, "2026-05-31", "A3")
    store.move(item, lot, 5, "2026-02-20")  # back-dated: there was some on the days from the 20th on
    second = issued(store, readers(store, item)[kind])
    assert second.folio == "CAP-0-0002" and second.content.split(b"|")[2] == b"CAP-0-0001"
    held = store.db.read(lambda c: papers.archive(c, store.clinic, second.paper.period, (kind,)))
    assert [each.folio for each in held] == ["CAP-0-0002", "CAP-0-0001"]
    assert store.db.read(lambda c: papers.stored(c, held[1].id)) == first.content


def test_a_month_that_is_over_is_the_same_paper_later_and_another_month_replaces_nothing(
    store: Store, item: Id
) -> None:
    first = issued(store, readers(store, item)["days_out"])
    later = issued(store, readers(store, item, date(2026, 4, 2))["days_out"])
    assert later.reprint and later.content == first.content
    march = partial(shelf_papers.days_out_paper, clinic=store.clinic, today=TODAY, month="2026-03")
    assert issued(store, march).content.split(b"|")[2] == b""


def test_what_moved_elsewhere_leaves_the_card_of_an_item_as_it_was(store: Store, item: Id) -> None:
    first = issued(store, readers(store, item)["stock_card"])
    other = store.items()[1]
    store.move(other, store.lot(other, "2027-01-31", "B1"), 10, "2026-03-02")
    assert issued(store, readers(store, item)["stock_card"]).reprint
    assert first.paper.period == item.hex()


def test_who_keeps_no_stock_is_refused_and_an_unknown_item_is_nothing(store: Store, item: Id) -> None:
    read = readers(store, item)["stock"]
    for role in (Role.LEAD, Role.MENTOR):
        with pytest.raises(Refused) as caught:
            papers.issue_paper(store.db, builders.actor(role), read, render)
        assert caught.value.code == "access.not_allowed"
    papers.issue_paper(store.db, builders.actor(Role.STORE_KEEPER), read, render)
    nothing = partial(shelf_papers.card_paper, clinic=store.clinic, today=TODAY, item=store.id())
    assert papers.issue_paper(store.db, store.who, nothing, render).value is None


@pytest.fixture
def mentored(store: Store) -> tuple[Store, Session]:
    """A session of today, written by its mentor and not yet signed."""
    leads = mentor()
    held = session(leads, store.who, "2026-03-16", observed=(observed(chronic(store.db)),))
    store.db.write(lambda work: mentoring.save(work, held), leads)
    return store, held


def test_a_session_that_is_signed_later_is_another_paper_and_its_progress_the_same(
    mentored: tuple[Store, Session],
) -> None:
    store, held = mentored
    here = {"clinic": store.clinic, "today": TODAY}
    read = partial(mentoring_papers.session_paper, **here, session=held.id)
    progress = partial(mentoring_papers.progress_paper, **here, who=None, language="es")
    first, sheet = issued(store, read), issued(store, progress)
    assert issued(store, read).reprint and first.paper.period == held.id.hex()
    store.db.write(lambda work: mentoring.sign(work, held.id, "mentee"), store.who)
    second = issued(store, read)
    assert not second.reprint and second.content.split(b"|")[2] == first.folio.encode()
    again = issued(store, progress)
    assert again.reprint and again.content == sheet.content


def test_a_scorecard_is_the_same_until_an_item_of_it_or_of_one_before_changes(store: Store) -> None:
    first, second = (Id(store.id()) for _ in range(2))
    for key, kind in ((first, "baseline"), (second, "yearly")):
        store.db.write(partial(scorecard.begin, request=scorecard.CardRequest(key, kind)), store.who)
    read = partial(mentoring_papers.scorecard_paper, clinic=store.clinic)
    paper = issued(store, read)
    assert paper.paper.period == second.hex() and issued(store, read).reprint
    of_first = issued(store, partial(read, card=first))
    assert of_first.paper.period == first.hex() and of_first.content.split(b"|")[2] == b""
    gone = partial(read, card=Id(store.id()))
    assert papers.issue_paper(store.db, store.who, gone, render).value is None


def test_the_archive_tells_what_each_is_of_and_shows_only_what_may_be_seen(mentored: tuple[Store, Session]) -> None:
    store, held = mentored
    item = store.items()[0]
    store.move(item, store.lot(item, "2027-12-31", "A1"), 90, "2026-01-05")
    here = {"clinic": store.clinic, "today": TODAY}
    asked = [
        partial(mentoring_papers.session_paper, **here, session=held.id),
        partial(mentoring_papers.progress_paper, **here, who=None, language="es"),
        partial(shelf_papers.card_paper, **here, item=item),
        partial(shelf_papers.stock_paper, **here, risks={}),
    ]
    folios = [issued(store, read).folio for read in asked]
    rows = store.db.read(partial(papers.archived, clinic=store.clinic, actor=store.who))
    assert [row.issued.folio for row in rows] == folios[::-1] and all(row.current for row in rows)
    stock, card, progress, written = rows
    assert (stock.of.day, written.of.day) == ("2026-03-16", held.happened_on)
    assert card.of.name("es") == store.db.read(lambda c: stock_items(c, store.clinic, [item]))[item].name_es
    assert progress.of == Subject()
    store.move(item, store.lot(item, "2027-12-31", "A1"), -5, "2026-01-06")
    issued(store, asked[2])
    rows = store.db.read(partial(papers.archived, clinic=store.clinic, actor=store.who))
    assert [row.current for row in rows if row.issued.kind == "stock_card"] == [True, False]
    seen = store.db.read(partial(papers.archived, clinic=store.clinic, actor=builders.actor(Role.LEAD)))
    assert {row.issued.kind for row in seen} == {"stock", "stock_card"}
