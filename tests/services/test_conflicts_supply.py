"""Orders, counts and handovers edited at two laptops: what needs a choice is listed, what only went on is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import builders
import pytest
from sqlalchemy import Connection, func, select
from supplies import Store
from two_laptops import LEAD, OTHER, Laptops, both, encrypted, healed, keep, shown

from ces_desktop.data.models import (
    HandoverLineRecord,
    HandoverRecord,
    MovementRecord,
    OrderLineRecord,
    SupplyCycleRecord,
    SupplyOrderRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.counts import CountFile, CountLine, count_file
from ces_desktop.data.queries.handover import handover_file
from ces_desktop.data.queries.orders import order_file
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import counts, handover, orders, receipts
from ces_desktop.services.counts import Close, Counted, Start
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.services.orders import CycleRequest, Draft, DraftLine, LineChange, Rework

_IDS = count(1)


def an_id() -> Id:
    return Id(bytes(8) + b"\x77" + next(_IDS).to_bytes(7))


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    for each in (made.first, made.second):
        each.local(load_shipped)
    made.first.write(lambda work: work.add(UserRecord(id=LEAD.user, name=LEAD.name)), LEAD)
    made.meet()
    yield made
    made.close()


def proposed(item: Id, units: int) -> DraftLine:
    return DraftLine(an_id(), item, units, 10, 0, 0, 3000, 500, units)


def drafted(laptops: Laptops, *units: int) -> tuple[Id, list[Id]]:
    """A draft of so many units of one item each, at both; the order and its items."""
    items = Store(laptops.first, LEAD).items()[: len(units)]
    lines = tuple(proposed(item, n) for item, n in zip(items, units, strict=True))
    order = Id(laptops.first.write(partial(orders.draft, request=Draft(an_id(), "SSA", lines)), LEAD).value)
    laptops.meet()
    return order, items


def line_of(laptops: Laptops, order: Id, item: Id) -> Any:
    t = table_of(OrderLineRecord)
    where = (t.c.order == order, t.c.item == item)
    return laptops.first.read(lambda c: c.execute(t.select().where(*where)).mappings().one())


def test_another_quantity_at_each_laptop_is_chosen_with_its_reason(laptops: Laptops) -> None:
    order, (item,) = drafted(laptops, 100)
    line = Id(line_of(laptops, order, item)["id"])
    both(
        laptops,
        partial(orders.change_line, request=LineChange(line, 200, "season")),
        partial(orders.change_line, request=LineChange(line, 50, "no_room")),
    )
    (held,) = laptops.waiting(laptops.first)
    number = shown(laptops.first, SupplyOrderRecord, order)["number"]
    assert (held.table, held.fields, held.number, held.about) == (
        "order_line", ("requested", "reason"), number, order,
    )  # fmt: skip
    assert held.name and [dict(s.values)["requested"] for s in held.sides] == [50, 200]
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        keep(laptops.first, held, 1, builders.actor(Role.NURSE))
    keep(laptops.first, held, 1)
    healed(laptops)
    row = shown(laptops.second, OrderLineRecord, line)
    assert (row["requested"], row["reason"]) == (200, "season")


def test_what_the_program_proposed_anew_at_both_asks_nobody(laptops: Laptops) -> None:
    """Beside what somebody asked for with a reason it does: the later proposal does not take that away unseen."""
    order, (one, two) = drafted(laptops, 100, 100)
    line = Id(line_of(laptops, order, one)["id"])
    laptops.first.write(partial(orders.change_line, request=LineChange(line, 200, "season")), LEAD)
    both(
        laptops,
        partial(orders.rework, request=Rework(order, (proposed(one, 110), proposed(two, 110)))),
        partial(orders.rework, request=Rework(order, (proposed(one, 120), proposed(two, 120)))),
    )
    (held,) = laptops.waiting(laptops.second)
    assert held.entity == line and [dict(s.values) for s in held.sides] == [
        {"requested": 120, "reason": None}, {"requested": 200, "reason": "season"},
    ]  # fmt: skip
    assert not any(s.in_force for s in held.sides), "what shows is a mixture of both"
    keep(laptops.second, held, 1, OTHER)
    healed(laptops)
    assert line_of(laptops, order, one)["requested"] == 200 and line_of(laptops, order, two)["requested"] == 120


def test_an_order_that_went_on_at_both_is_no_question_and_one_taken_back_is(laptops: Laptops) -> None:
    order, (item,) = drafted(laptops, 100)
    day = "2026-10-01"
    both(
        laptops,
        partial(orders.send, order=order, expected_on=day),
        partial(orders.send, order=order, expected_on=day),
    )
    laptops.first.write(partial(orders.close, order=order), LEAD)
    laptops.meet()
    assert laptops.waiting(laptops.first) == laptops.waiting(laptops.second) == ()
    other, _ = drafted(laptops, 30)
    both(
        laptops,
        partial(orders.send, order=other, expected_on="2026-10-01"),
        partial(orders.cancel, order=other, note="no hay presupuesto"),
        builders.actor(Role.LEAD, name=OTHER.name),
    )
    (held,) = laptops.waiting(laptops.first)
    assert (held.table, held.fields, held.entity) == ("supply_order", ("state",), other)
    assert [dict(s.values)["state"] for s in held.sides] == ["cancelled", "sent"]
    line = receipts.ReceiptLine(an_id(), item, 10, "L1", "2027-12-31")
    receipt = receipts.Receipt(an_id(), "supplied", "SSA", "2026-09-21", (line,), other)
    laptops.first.write(partial(receipts.receive, request=receipt), LEAD)
    with pytest.raises(Refused, match=r"orders\.has_come"):
        keep(laptops.first, held, 0)
    keep(laptops.first, held, 1)
    healed(laptops)
    found = laptops.second.read(partial(order_file, clinic=laptops.second.installation.clinic, order=other))
    assert found is not None and (found.order.state, found.order.note) == ("partly_received", "no hay presupuesto")


def test_when_an_order_is_expected_and_how_a_source_supplies(laptops: Laptops) -> None:
    """The row of a source is one at every laptop, also when each writes it for the first time."""
    order, _ = drafted(laptops, 100)
    both(
        laptops,
        partial(orders.send, order=order, expected_on="2026-10-01"),
        partial(orders.send, order=order, expected_on="2026-10-05"),
        builders.actor(Role.PHYSICIAN, name=OTHER.name),
    )
    both(
        laptops,
        partial(orders.set_cycle, request=CycleRequest(an_id(), "SSA", 30, 15)),
        partial(orders.set_cycle, request=CycleRequest(an_id(), "SSA", 60, 15)),
    )
    held = {each.table: each for each in laptops.waiting(laptops.first)}
    assert {table: each.fields for table, each in held.items()} == {
        "supply_order": ("expected_on",), "supply_cycle": ("review_days",),
    }  # fmt: skip
    for each in held.values():
        keep(laptops.first, each, 1)
    healed(laptops)
    assert shown(laptops.second, SupplyOrderRecord, order)["expected_on"] == "2026-10-01"
    row = shown(laptops.second, SupplyCycleRecord, held["supply_cycle"].entity)
    assert (row["source"], row["review_days"], row["lead_days"]) == ("SSA", 30, 15)
    laptops.undo(laptops.first, LEAD)
    laptops.first.write(partial(orders.set_cycle, request=CycleRequest(an_id(), "CES", 90)), LEAD)
    laptops.undo(laptops.first, LEAD)
    laptops.first.write(partial(orders.set_cycle, request=CycleRequest(an_id(), "CES", 45)), LEAD)
    rows = laptops.first.read(lambda c: c.execute(table_of(SupplyCycleRecord).select()).mappings().all())
    assert [r["review_days"] for r in rows if r["source"] == "CES" and r["live"]] == [45], "undone, it is written anew"


def counting(laptops: Laptops) -> CountFile:
    store = Store(laptops.first, LEAD)
    for item, number in zip(store.items(), ("A1", "B2"), strict=False):
        store.move(item, store.lot(item, "2027-12-31", number), 40, "2026-01-05")
    laptops.first.write(partial(counts.start, request=Start(an_id())), LEAD)
    laptops.meet()
    found = laptops.first.read(partial(count_file, clinic=laptops.first.installation.clinic))
    assert found is not None
    return found


def test_two_counts_of_one_lot_that_differ_are_listed_while_the_count_is_open(laptops: Laptops) -> None:
    file = counting(laptops)
    alike, apart = (next(x for x in file.lines if x.number == number).id for number in ("A1", "B2"))
    for line, here, there in ((alike, 38, 38), (apart, 39, 36)):
        both(
            laptops,
            partial(counts.note, request=Counted(line, here)),
            partial(counts.note, request=Counted(line, there)),
        )
    (held,) = laptops.waiting(laptops.second)
    assert (held.table, held.entity, held.number) == ("count_line", apart, "B2"), "the minute alone asks nobody"
    assert [dict(s.values)["counted"] for s in held.sides] == [36, 39]
    keep(laptops.second, held, 1, OTHER)
    healed(laptops)
    both(
        laptops,
        partial(counts.note, request=Counted(apart, 35)),
        partial(counts.note, request=Counted(apart, 34)),
    )
    assert len(laptops.waiting(laptops.first)) == 1
    laptops.first.write(partial(counts.abandon, count=file.head.id), LEAD)
    healed(laptops)


def test_a_count_closed_at_both_laptops_corrects_the_ledger_once(laptops: Laptops) -> None:
    """Also where they found different things, in another month: the later stands, and the stock is what was counted."""
    file = counting(laptops)
    one, other = (next(x for x in file.lines if x.number == number) for number in ("A1", "B2"))
    laptops.first.write(partial(counts.note, request=Counted(one.id, 38)), LEAD)
    Store(laptops.first, LEAD).move(other.item.id, other.lot, -1, "2026-10-02")  # between the days of the two counts
    laptops.meet()
    for database, units, who in ((laptops.first, 38, LEAD), (laptops.second, 36, OTHER)):
        database.write(partial(counts.note, request=Counted(other.id, units)), who)
        for line in (one.id, other.id):
            database.write(partial(counts.explain, line=line, cause="exit_not_recorded"), who)
        laptops.now += 20 * 86_400_000
        assert database.write(partial(counts.close, request=Close(file.head.id)), who).value == 2
    assert laptops.first.read(held_of(one)) == laptops.second.read(held_of(one)) == 38
    healed(laptops)
    assert laptops.first.read(held_of(one)) == laptops.second.read(held_of(one)) == 38
    assert laptops.first.read(held_of(other)) == laptops.second.read(held_of(other)) == 36


def held_of(line: CountLine) -> Callable[[Connection], int]:
    """Units of the lot of a line, as the ledger has them."""
    m = table_of(MovementRecord)
    query = select(func.sum(m.c.quantity)).where(m.c.lot == line.lot, m.c.live == 1)
    return lambda connection: connection.execute(query).scalar_one()


def _sign_in(work: Any, who: Actor) -> None:
    work.add(UserRecord(id=who.user, name=who.name))


def test_a_handover_is_chosen_by_who_hands_over_until_it_is_read(laptops: Laptops) -> None:
    ana, beto = LEAD, builders.actor(name="Dr. Beto Inventado")
    caro = builders.actor(name="Dra. Caro Inventada")
    for each in (beto, caro):
        laptops.first.write(partial(_sign_in, who=each), ana)
    pack, line, other = an_id(), an_id(), an_id()
    laptops.first.write(partial(handover.begin, request=HandoverRequest(pack)), ana)
    for key in (line, other):
        laptops.first.write(partial(handover.add_line, handover=pack, line=key, words="Llaves"), ana)
    laptops.meet()
    for database, words, who in ((laptops.first, "Llaves con Rosa", beto), (laptops.second, "Llaves con Juan", caro)):
        database.write(partial(handover.name_incoming, handover=pack, incoming=who.user), ana)
        for key in (line, other):
            database.write(partial(handover.write, handover=pack, line=key, words=words), ana)
    laptops.meet()
    held = {each.table: each for each in laptops.waiting(laptops.first)}
    assert len(laptops.waiting(laptops.first)) == 3
    assert held["handover"].fields == ("incoming",)
    assert [dict(s.shown)["incoming"] for s in held["handover"].sides] == ["Dra. Caro Inventada", "Dr. Beto Inventado"]
    assert held["handover_line"].name == "other" and held["handover"].name == "2026-09-21"
    with pytest.raises(Refused, match=r"handover\.not_yours"):
        keep(laptops.first, held["handover"], 0, beto)
    with pytest.raises(Refused, match=r"handover\.not_yours"):
        keep(laptops.first, held["handover_line"], 0, beto)
    keep(laptops.first, held["handover"], 1, ana)
    keep(laptops.first, held["handover_line"], 1, ana)
    (left,) = laptops.waiting(laptops.first)
    laptops.first.write(partial(handover.acknowledge, handover=pack, line=Id(left.entity)), beto)
    healed(laptops)
    assert shown(laptops.second, HandoverRecord, pack)["incoming"] == beto.user
    chosen = shown(laptops.second, HandoverLineRecord, held["handover_line"].entity)
    assert chosen["words"] == "Llaves con Rosa"
    file = laptops.second.read(partial(handover_file, clinic=laptops.second.installation.clinic, handover=pack))
    assert file is not None and file.head.progress.read == 1
