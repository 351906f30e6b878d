"""An order from the ledger to received: proposed, changed, sent, come in parts, closed, undone; on encrypted files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from sqlalchemy import create_engine, select
from supplies import Store

from ces_desktop.data.database import transaction
from ces_desktop.data.models import DemandForecastRecord, OrderLineRecord, SupplyOrderRecord, table_of
from ces_desktop.data.queries.forecast_scores import scores
from ces_desktop.data.queries.orders import OrderFile, cycles, in_transit, order_file, order_rows, past_orders
from ces_desktop.data.queries.replenishment import Standing, standing
from ces_desktop.data.queries.supply_warnings import keep, supplies
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import order_planning, orders, receipts, stock, undo
from ces_desktop.services.orders import CycleRequest, Draft, ForecastRow, LineAdded, LineChange
from ces_desktop.ui.messages import all_sentences

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


class Clock:
    def __init__(self) -> None:
        self.now = NOON_16_MARCH

    def __call__(self) -> int:
        self.now += 1
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=Clock())
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Store]:
    engine = create_engine(postgres_url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
    database = builders.database(engine, clock=Clock())
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def picture(store: Store) -> Standing:
    return store.db.read(partial(standing, clinic=store.clinic, today=TODAY))


def planned(store: Store, source: str = "SSA", budget: int | None = None) -> order_planning.Plan:
    return order_planning.plan(picture(store), source, None, budget)


def write(store: Store, action: Callable[[Work], object]) -> object:
    return store.db.write(action, store.who).value


def drafted(store: Store) -> OrderFile:
    made = planned(store)
    request = Draft(store.id(), "SSA", order_planning.draft_lines(made, store.id))
    key = write(store, partial(orders.draft, request=request))
    return read(store, Id(key))  # type: ignore[arg-type]


def read(store: Store, order: Id) -> OrderFile:
    found = store.db.read(partial(order_file, clinic=store.clinic, order=order))
    assert found is not None
    return found


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert code in all_sentences()


def lively(store: Store) -> tuple[Id, Id]:
    """Two items of two years: one with thirty units a month and none left, one with plenty."""
    one, other, *_ = store.items()
    store.history(one, TODAY, [30] * 24)
    store.history(other, TODAY, [10] * 24, left=2000)
    return one, other


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


def test_prescriptions_speak_for_a_new_regimen(store: Store) -> None:
    item = store.items()[5]
    care = Care(store.db, store.who)
    patient = care.person("diabetes")
    assert item not in picture(store).items
    from ces_desktop.data.models import PrescriptionRecord

    care.add(
        PrescriptionRecord(
            id=care.id(), patient=patient, encounter=care.id(), item=item, drug_text="Inventada 850 mg", morning=4,
            noon=0, afternoon=4, night=0, days=30, quantity=60, position=1, happened_on="2026-03-02",
        )
    )  # fmt: skip
    need = picture(store).needs[item]
    assert round(need.units, 1) == 60.9 and len(need.people) == 1
    [line] = planned(store).lines
    assert line.item == item and line.quantity > 100
    care.status(patient, "moved", "2026-03-10")
    assert item not in picture(store).needs


def test_real_deliveries_say_how_long_it_takes(store: Store) -> None:
    one, other = lively(store)
    for month in (3, 5, 9, 11):
        store.past_order(date(2025, month, 1), 25, {one: (100, 50), other: (10, 10)})
    taught = picture(store).supply["SSA"]
    assert {round(30.4375 * lead) for lead in taught.leads} == {25}
    assert len(taught.reviews) == 3 and all(abs(x - 60 / 110) < 1e-9 for x in taught.fills)
    made = planned(store)
    assert (made.arrives[0] - TODAY).days == 25 and made.covers > made.arrives[0]


def test_months_without_stock_do_not_shrink_the_order(store: Store) -> None:
    """Beside what the same item, as empty, would have been proposed on the day before the stock-out began."""
    one, *_ = store.items()
    store.history(one, TODAY, [40] * 21 + [None] * 3)
    first_day = store.db.read(partial(standing, clinic=store.clinic, today=date(2025, 12, 1)))
    [before] = order_planning.plan(first_day, "SSA", None).lines
    [after] = planned(store).lines
    assert before.quantity > 0 and after.quantity >= 0.9 * before.quantity
    assert after.quantity >= 0.9 * 40 * 3, "a month on the way and two until the next"
    assert [share for _, share in after.recent][-3:] == [0, 0, 0]
    assert after.classic < after.quantity / 2


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


def test_what_was_foretold_is_kept_once_a_month(store: Store) -> None:
    lively(store)
    rows = order_planning.foretold([planned(store)])
    assert {row.month for row in rows} == {"2026-03", "2026-04", "2026-05"}
    assert all(0 <= row.p50 <= row.p80 <= row.p95 for row in rows)
    assert write(store, partial(orders.keep_forecasts, batch=store.id(), rows=rows))
    assert not write(store, partial(orders.keep_forecasts, batch=store.id(), rows=rows))
    f = table_of(DemandForecastRecord)
    assert len(store.db.read(lambda c: c.execute(select(f.c.id).where(f.c.live == 1)).all())) == len(rows)


def test_what_was_foretold_is_scored_against_what_came(store: Store) -> None:
    one, other, *_ = store.items()
    store.history(one, TODAY, [30] * 24)
    store.history(other, TODAY, [10] * 23 + [None])
    rows = [ForecastRow(item, "2026-02", 2800, 3300, 4000, 2000) for item in (one, other)]
    early = [replace(row, p95=1) for row in rows]
    foretell(store, early, "2026-01-01")
    foretell(store, rows, "2026-02-01")
    foretell(store, [replace(rows[0], month="2026-03")], "2026-03-01")
    found = store.db.read(partial(scores, clinic=store.clinic, today=TODAY))
    [(month, score)] = found.months
    assert (month, score.n, score.within) == ("2026-02", 1, 1), "sold out or not over: nobody knows what was needed"
    assert score.better is not None and score.better > 0.5
    assert found.overrides.n == 0


def foretell(store: Store, rows: list[ForecastRow], day: str) -> None:
    batch = store.id()
    store.add(
        *(
            DemandForecastRecord(
                id=store.id(), batch=batch, item=row.item, month=row.month, p50=row.p50, p80=row.p80, p95=row.p95,
                average=row.average, happened_on=day,
            )
            for row in rows
        )
    )  # fmt: skip


def test_changed_quantities_are_judged_when_their_time_is_over(store: Store) -> None:
    one, *_ = store.items()
    store.history(one, TODAY, [30] * 24)
    order = store.past_order(date(2025, 9, 1), 20, {one: (0, 0)})
    late = store.past_order(date(2026, 2, 20), 20, {one: (0, 0)})
    for each, asked in ((order, 90), (late, 500)):
        [line] = read(store, each).lines
        store.change_row(OrderLineRecord, line.id, proposed=40, requested=asked, reason="other")
    found = store.db.read(partial(scores, clinic=store.clinic, today=TODAY)).overrides
    assert (found.n, found.person, found.program) == (1, 1, 0), "ninety were used in ninety-two days"


def test_the_first_page_is_told_how_the_store_stands(store: Store) -> None:
    items = store.items()
    store.history(items[0], TODAY, [30] * 12)
    store.history(items[1], TODAY, [120] * 12, left=40)
    store.history(items[2], TODAY, [10] * 12, left=4000)
    store.history(items[3], TODAY, [10] * 12, left=30, expiry="2026-04-20")
    store.history(items[4], TODAY, [10] * 12, left=60)
    store.move(items[4], None, -5, "2026-03-10")
    care = Care(store.db, store.who)
    patient = care.person("diabetes")
    from ces_desktop.data.models import PrescriptionRecord

    care.add(
        PrescriptionRecord(
            id=care.id(), patient=patient, encounter=care.id(), item=items[1], drug_text="Inventada 850 mg", morning=4,
            days=30, quantity=30, position=1, happened_on="2026-03-02",
        )
    )  # fmt: skip
    found = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert found.numbers["out"] == 1 and found.numbers["risk"] == 1 and found.numbers["over"] == 1
    assert found.numbers["expiring"] == 1 and found.numbers["negative"] == 1 and found.numbers["uncounted"] == 5
    assert found.people == 1 and found.delivery_on == "2026-04-15"
    assert found.worst is not None and found.worst.item in {items[0].hex(), items[1].hex()}
    store.db.local(partial(keep, found=found))
    from ces_desktop.data.queries.today import today

    assert store.db.read(partial(today, clinic=store.clinic, day=TODAY)).supplies == found
    store.past_order(date(2026, 3, 1), 20, {items[0]: (100, 0)})
    again = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert again.delivery_on == "2026-03-21", "what was sent is awaited then"


def test_an_empty_store_warns_of_nothing(store: Store) -> None:
    found = store.db.read(partial(supplies, clinic=store.clinic, today=TODAY))
    assert not found.numbers and found.worst is None and found.people == 0


def test_a_budget_is_kept(store: Store) -> None:
    lively(store)
    [free] = [line for line in planned(store).lines if line.quantity]
    [pack] = [one.pack for one in planned(store).outlook.wanted if one.item == free.item]
    packs = free.quantity // pack
    [tight] = [line for line in planned(store, budget=packs - 1).lines if line.quantity]
    assert tight.quantity < free.quantity and "budget" in tight.limits


def test_the_same_picture_gives_the_same_proposal(store: Store) -> None:
    lively(store)
    assert planned(store).lines == planned(store).lines


def test_tables_name_what_they_refer_to() -> None:
    assert "order" in OrderLineRecord.references and SupplyOrderRecord.subject == ("order", "id")
