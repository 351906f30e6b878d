"""Papers of an order: a folio when it was sent, the same bytes again, another folio when the data changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from supplies import Store

from ces_desktop.data.models import OrderLineRecord, PrescriptionRecord
from ces_desktop.data.queries.order_paper import order_numbered, order_paper, prescriptions_filled
from ces_desktop.data.queries.orders import order_file
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION, Filled
from ces_desktop.errors import Refused
from ces_desktop.services import orders
from ces_desktop.services.order_papers import KeptOrder, OrderEdition, issue_order
from ces_desktop.services.orders import Draft, DraftLine, LineChange

NOON_16_MARCH = 1_773_684_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    times = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**7))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def render(edition: OrderEdition) -> dict[str, bytes]:
    """Stands for the papers: what they would say."""
    text = f"{edition.folio}|{edition.replaced}|{edition.paper.sha()}".encode()
    return {ORDER: text, REQUISITION: b"form " + text}


def drafted(store: Store) -> Id:
    lines = tuple(DraftLine(store.id(), item, 60, 30, 12, 0, 2050, 430, 90) for item in store.items()[:3])
    request = Draft(store.id(), "SSA", lines)
    return Id(store.db.write(partial(orders.draft, request=request), store.who).value)


def issued(store: Store, order: Id) -> KeptOrder:
    return issue_order(store.db, store.who, order, render).value


def test_sent_and_unchanged_it_is_the_same_paper_even_when_all_of_it_came(store: Store) -> None:
    order = drafted(store)
    store.db.write(partial(orders.send, order=order, expected_on="2026-04-06"), store.who)
    first = issued(store, order)
    assert first.folio == "CAP-0-0001" and not first.reprint and set(first.files) == {ORDER, REQUISITION}
    file = store.db.read(partial(order_file, clinic=store.clinic, order=order))
    assert file is not None
    line = file.lines[0]
    lot = store.lot(line.item, "2027-12-31")
    store.move(line.item, lot, 60, "2026-03-16", line=line.id)
    again = issued(store, order)
    assert again.reprint and again.folio == first.folio and again.files == first.files


def test_other_data_are_another_folio_that_names_the_one_before(store: Store) -> None:
    order = drafted(store)
    store.db.write(partial(orders.send, order=order, expected_on=None), store.who)
    first = issued(store, order)
    paper = first.paper
    assert [line.packs for line in paper.lines] == [2, 2, 2] and paper.state == "sent"
    file = store.db.read(partial(order_file, clinic=store.clinic, order=order))
    assert file is not None
    store.change_row(OrderLineRecord, file.lines[0].id, requested=90)
    second = issued(store, order)
    assert not second.reprint and second.folio == "CAP-0-0002" and b"CAP-0-0002|CAP-0-0001|" in second.files[ORDER]


def test_a_draft_has_no_folio_and_is_kept_nowhere(store: Store) -> None:
    order = drafted(store)
    paper = store.db.read(partial(order_paper, clinic=store.clinic, order=order))
    assert paper is not None and paper.state == "draft"
    kept = issued(store, order)
    assert kept.folio == "" and kept.files[ORDER].startswith(b"||") and not kept.reprint
    [line, *_] = (store.db.read(partial(order_file, clinic=store.clinic, order=order)) or pytest.fail()).lines
    store.db.write(partial(orders.change_line, request=LineChange(line.id, 0, "left")), store.who)
    changed = store.db.read(partial(order_paper, clinic=store.clinic, order=order))
    assert changed is not None and len(changed.lines) == 2  # what is not asked for has no line


def test_who_does_not_order_does_not_issue_and_what_is_gone_is_refused(store: Store) -> None:
    order = drafted(store)
    with pytest.raises(Refused, match="not_allowed"):
        issue_order(store.db, builders.actor(Role.NURSE), order, render)
    with pytest.raises(Refused, match=r"orders\.gone"):
        issue_order(store.db, store.who, store.id(), render)


def test_the_latest_order_is_the_one_not_cancelled(store: Store) -> None:
    find = partial(order_numbered, clinic=store.clinic)
    assert store.db.read(find) is None
    old = store.past_order(date(2026, 2, 2), 20, {store.items()[0]: (60, 60)})
    order = drafted(store)
    assert store.db.read(find) == order
    store.db.write(partial(orders.cancel, order=order), store.who)
    assert store.db.read(find) == old
    assert store.db.read(partial(find, number="T-2026-02-02")) == old
    assert store.db.read(partial(find, number="X-1")) is None


def test_prescriptions_filled_are_counted_as_by_hand(store: Store) -> None:
    care = Care(store.db, store.who)
    items = store.items()[:2]
    lots = [store.lot(item, "2027-12-31") for item in items]
    people = [care.person(paternal=f"Uno{n}") for n in range(4)]
    trial = care.person(paternal="Prueba", test_record="yes")

    def prescribed(person: Id, day: str, *lines: tuple[Id | None, int | None, int]) -> None:
        """Item, quantity, units handed out in two goes."""
        encounter = care.visit(person, day)
        for item, quantity, given in lines:
            key = store.id()
            store.add(
                PrescriptionRecord(
                    id=key, patient=person, encounter=encounter, item=item, drug_text="Inventado", quantity=quantity,
                    days=30, position=1, happened_on=day,
                )
            )  # fmt: skip
            for units in (given // 2, given - given // 2):
                if units:
                    lot = lots[items.index(item)] if item in items else lots[0]
                    store.move(item or items[0], lot, -units, day, line=key)

    for item, lot in zip(items, lots, strict=True):
        store.move(item, lot, 900, "2026-02-01")
    prescribed(people[0], "2026-02-03", (items[0], 60, 60), (items[1], 30, 30))  # in full
    prescribed(people[1], "2026-02-04", (items[0], 60, 40), (items[1], 30, 30))  # in part
    prescribed(people[2], "2026-02-28", (items[0], 60, 0))  # not at all
    prescribed(people[3], "2026-03-01", (items[0], 60, 60))  # another month
    prescribed(people[3], "2026-02-05", (None, 10, 0), (items[1], None, 0))  # nothing that could be counted
    prescribed(trial, "2026-02-06", (items[0], 60, 60))
    found = store.db.read(partial(prescriptions_filled, clinic=store.clinic, month="2026-02"))
    assert found == Filled("2026-02", 3, 1, 5, 3, recorded=True)
    empty = store.db.read(partial(prescriptions_filled, clinic=store.clinic, month="2025-02"))
    assert empty == Filled("2025-02")
