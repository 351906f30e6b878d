"""An order from the ledger to received: proposed, changed, sent, come in parts, closed, undone; on encrypted files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import builders
from ordering import TODAY, drafted, lively, planned, read, refused, write
from supplies import Store

from ces_desktop.data.models import OrderLineRecord, SupplyOrderRecord
from ces_desktop.data.queries.orders import OrderFile, cycles, in_transit, order_rows, past_orders
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import order_planning, orders, receipts, stock, undo
from ces_desktop.services.orders import CycleRequest, Draft, LineAdded, LineChange


def check_from_draft_to_received(store: Store) -> None:
    one, other = lively(store)
    store.keep(store.items()[2])
    held = drafted(store)
    assert held.order.state == "draft" and held.order.number == "CAP-2026-001"
    [line] = held.lines
    assert line.item == one and line.proposed == line.requested > 60
    assert line.proposed % line.pack == 0 and (line.on_hand, line.in_transit) == (0, 0)
    assert (line.average, line.risk) == (3000, 1000)
    assert line.classic is not None and line.classic > 0
    refused("orders.empty", lambda: nothing_asked(store, held))
    asked = line.pack * 4
    write(store, partial(orders.change_line, request=LineChange(line.id, asked, "campaign")))
    write(store, partial(orders.send, order=held.order.id, expected_on="2026-04-12"))
    refused("orders.not_draft", lambda: write(store, partial(orders.send, order=held.order.id, expected_on=None)))
    sent = read(store, held.order.id)
    assert (sent.order.state, sent.order.sent_on, sent.order.expected_on) == ("sent", "2026-03-16", "2026-04-12")
    assert (sent.lines[0].requested, sent.lines[0].reason) == (asked, "campaign")
    assert store.db.read(partial(in_transit, clinic=store.clinic, today=TODAY)) == {one: asked}
    came(store, held.order.id, one, asked - line.pack)
    partly = read(store, held.order.id)
    assert partly.order.state == "partly_received" and partly.order.received == asked - line.pack
    assert partly.lines[0].came.first == "2026-03-16"
    assert store.db.read(partial(in_transit, clinic=store.clinic, today=TODAY)) == {one: line.pack}
    refused("orders.has_come", lambda: write(store, partial(orders.cancel, order=held.order.id)))
    came(store, held.order.id, one, 2 * line.pack)
    whole = read(store, held.order.id)
    assert whole.order.state == "received" and whole.lines[0].came.units == asked + line.pack, "more came than asked"
    assert store.db.read(partial(in_transit, clinic=store.clinic, today=TODAY)) == {}
    [row] = store.db.read(partial(order_rows, clinic=store.clinic))
    assert row == whole.order
    [past] = store.db.read(partial(past_orders, clinic=store.clinic, source="SSA"))
    assert (past.sent_on, past.first_on, past.requested, past.received) == (
        "2026-03-16", "2026-03-16", asked, asked + line.pack,
    )  # fmt: skip
    assert other not in {each.item for each in whole.lines}


def nothing_asked(store: Store, held: OrderFile) -> None:
    [line] = held.lines
    write(store, partial(orders.change_line, request=LineChange(line.id, 0, "no_room")))
    try:
        write(store, partial(orders.send, order=held.order.id, expected_on=None))
    finally:
        write(store, partial(orders.change_line, request=LineChange(line.id, line.proposed)))


def came(store: Store, order: Id, item: Id, units: int) -> None:
    line = receipts.ReceiptLine(store.id(), item, units, f"N{units}", "2027-12-31")
    request = receipts.Receipt(store.id(), "supplied", "SSA", "2026-03-16", (line,), order)
    write(store, partial(receipts.receive, request=request))


def test_from_draft_to_received(store: Store) -> None:
    check_from_draft_to_received(store)


def test_the_same_on_postgresql(on_postgres: Store) -> None:
    check_from_draft_to_received(on_postgres)


def test_each_step_is_undone_and_brought_back(store: Store) -> None:
    lively(store)
    held = drafted(store)
    [line] = held.lines

    def undone(state: object, act: Callable[[], object], looked: Callable[[], object]) -> None:
        before = looked()
        act()
        assert looked() == state
        write(store, undo.undo)
        assert looked() == before
        write(store, undo.redo)
        assert looked() == state

    undone(
        (7, "budget"),
        lambda: write(store, partial(orders.change_line, request=LineChange(line.id, 7, "budget"))),
        lambda: (read(store, held.order.id).lines[0].requested, read(store, held.order.id).lines[0].reason),
    )
    order = held.order.id
    undone(
        "sent",
        lambda: write(store, partial(orders.send, order=order, expected_on=None)),
        lambda: read(store, order).order.state,
    )
    undone("received", lambda: write(store, partial(orders.close, order=order)), lambda: read(store, order).order.state)


def test_a_draft_is_undone_whole_and_made_again(store: Store) -> None:
    lively(store)
    made = planned(store)
    request = Draft(store.id(), "SSA", order_planning.draft_lines(made, store.id))
    key = write(store, partial(orders.draft, request=request))
    assert write(store, partial(orders.draft, request=request)) == key, "a second Enter makes no second order"
    write(store, undo.undo)
    assert not store.db.read(partial(order_rows, clinic=store.clinic))
    again = write(store, partial(orders.draft, request=request))
    assert again != key and len(read(store, Id(again)).lines) == 1  # type: ignore[arg-type]
    assert read(store, Id(again)).order.number == "CAP-2026-002", "an undone number is not given again"  # type: ignore[arg-type]


def test_one_source_has_one_draft(store: Store) -> None:
    lively(store)
    held = drafted(store)
    refused("orders.draft_open", lambda: drafted(store))
    write(store, partial(orders.cancel, order=held.order.id, note="Se pidió por teléfono"))
    assert read(store, held.order.id).order.note == "Se pidió por teléfono"
    assert drafted(store).order.number == "CAP-2026-002"


def test_what_may_not_be(store: Store) -> None:
    one, _ = lively(store)
    held = drafted(store)
    [line] = held.lines

    def change(units: int, reason: str | None) -> object:
        return write(store, partial(orders.change_line, request=LineChange(line.id, units, reason)))

    refused("orders.reason", lambda: change(line.proposed + 1, None))
    refused("orders.reason", lambda: change(line.proposed + 1, "because"))
    refused("orders.quantity", lambda: change(-1, "other"))
    refused("orders.quantity", lambda: change(10**9, "other"))
    refused("orders.gone", lambda: write(store, partial(orders.change_line, request=LineChange(store.id(), 1))))
    refused("orders.gone", lambda: write(store, partial(orders.close, order=store.id())))
    refused("orders.not_sent", lambda: write(store, partial(orders.close, order=held.order.id)))
    for day in ("2026-03-15", "2027-04-30", "mañana"):
        refused("orders.expected", partial(write, store, partial(orders.send, order=held.order.id, expected_on=day)))
    added = LineAdded(held.order.id, replace(draft_line(store, one)), 5, "campaign")
    refused("orders.there", lambda: write(store, partial(orders.add_line, request=added)))
    strange = Draft(store.id(), "CES", (draft_line(store, store.id()),))
    refused("orders.item", lambda: write(store, partial(orders.draft, request=strange)))
    refused("orders.source", lambda: write(store, partial(orders.draft, request=Draft(store.id(), "Otra", ()))))
    store.who = builders.actor(Role.NURSE)
    refused("access.not_allowed", lambda: change(line.proposed, None))


def draft_line(store: Store, item: Id) -> orders.DraftLine:
    return orders.DraftLine(store.id(), item, 0, 1, 0, 0, None, None, None)


def test_an_item_that_was_not_proposed_is_asked_for_with_a_reason(store: Store) -> None:
    _, other = lively(store)
    held = drafted(store)
    added = LineAdded(held.order.id, draft_line(store, other), 20, "brigade")
    write(store, partial(orders.add_line, request=added))
    lines = {line.item: (line.proposed, line.requested, line.reason) for line in read(store, held.order.id).lines}
    assert lines[other] == (0, 20, "brigade")
    write(store, undo.undo)
    write(store, partial(orders.add_line, request=added))
    assert len(read(store, held.order.id).lines) == 2


def test_what_came_in_place_of_it_and_what_was_taken_back(store: Store) -> None:
    one, other = lively(store)
    order = store.past_order(date(2026, 2, 1), 20, {one: (100, 0)})
    [line] = read(store, order).lines
    lot = store.lot(other, "2028-01-01")
    took = store.move(other, lot, 60, "2026-02-21", line=line.id)
    [now] = read(store, order).lines
    assert (now.came.units, now.came.substituted) == (0, 60)
    assert read(store, order).order.state == "partly_received"
    write(store, partial(stock.correct, request=stock.Correction(store.id(), took)))
    assert read(store, order).order.state == "sent" and read(store, order).lines[0].came.substituted == 0


def test_a_cycle_is_set_and_set_again(store: Store) -> None:
    request = CycleRequest(store.id(), "SSA", 60, 20, "2026-04-12", 300)
    write(store, partial(orders.set_cycle, request=request))
    write(store, partial(orders.set_cycle, request=replace(request, id=store.id(), budget=None)))
    held = store.db.read(partial(cycles, clinic=store.clinic))
    assert (held["SSA"].review_days, held["SSA"].lead_days, held["SSA"].budget) == (60, 20, None)
    for wrong in (replace(request, review_days=0), replace(request, lead_days=400)):
        refused("orders.cycle", partial(write, store, partial(orders.set_cycle, request=wrong)))
    refused("orders.source", lambda: write(store, partial(orders.set_cycle, request=replace(request, source=""))))
    write(store, undo.undo)
    assert store.db.read(partial(cycles, clinic=store.clinic))["SSA"].budget == 300


def test_tables_name_what_they_refer_to() -> None:
    assert "order" in OrderLineRecord.references and SupplyOrderRecord.subject == ("order", "id")
