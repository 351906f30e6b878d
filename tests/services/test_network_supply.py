"""The stores of two clinics in one database: who lacks what the other has, and what to move."""

from __future__ import annotations

from functools import partial

import builders
from ordering import TODAY
from sqlalchemy import Connection, select
from supplies import Store

from ces_desktop.data.models import ItemRecord, table_of
from ces_desktop.data.queries.network_supply import NetworkSupply, network_supply
from ces_desktop.domain.ids import Id


def neighbour(store: Store) -> Store:
    """Another clinic's rows in the same database, as a supervisor has them."""
    installation = builders.installation("LIM")
    return Store(builders.database(store.db.engine, installation=installation, clock=store.db.clock), store.who)


def read(store: Store) -> NetworkSupply:
    return store.db.read(partial(network_supply, today=TODAY))


def check_two_clinics(store: Store) -> None:
    other = neighbour(store)
    short, plenty, unknown = store.items()[:3]
    store.history(short, TODAY, [60] * 12)
    lot = other.history(short, TODAY, [30] * 12, left=2_000, expiry="2031-01-31")
    store.history(plenty, TODAY, [10] * 12, left=200)
    other.move(unknown, other.lot(unknown, "2031-01-31"), 40, "2026-01-10")
    found = read(store)
    assert {clinic.id for clinic in found.clinics} == {store.clinic, other.clinic}
    first = found.products[0].key
    assert found.held[first, store.clinic].state(TODAY) == "out", "what is out somewhere comes first"
    assert found.held[first, other.clinic].state(TODAY) == "over"
    (move,) = found.moves
    assert (move.product, move.giver, move.receiver, move.before) == (first, other.clinic, store.clinic, 1.0)
    assert [(box.item, box.lot) for box in move.boxes] == [(short, lot)]
    assert 60 <= move.units < 300 and move.after < 0.25


def test_two_clinics_side_by_side(store: Store) -> None:
    check_two_clinics(store)


def test_the_same_at_a_hub_on_postgresql(on_postgres: Store) -> None:
    check_two_clinics(on_postgres)


def test_lines_of_two_sources_are_one_medicine(store: Store) -> None:
    families = store.db.read(by_family)
    first, second = next(items for items in families.values() if len(items) > 1)[:2]
    store.history(first, TODAY, [60] * 12)
    store.history(second, TODAY, [5] * 12, left=900, expiry="2031-01-31")
    (product,) = read(store).products
    assert read(store).held[product.key, store.clinic].state(TODAY) in ("enough", "over")


def by_family(connection: Connection) -> dict[str, list[Id]]:
    t = table_of(ItemRecord)
    found: dict[str, list[Id]] = {}
    for item, family in connection.execute(select(t.c.id, t.c.family).where(t.c.kind == "medicine")):
        if family:
            found.setdefault(family, []).append(Id(item))
    return found


def test_a_database_without_a_store(store: Store) -> None:
    found = read(store)
    assert found.clinics == () and found.products == () and found.moves == ()
