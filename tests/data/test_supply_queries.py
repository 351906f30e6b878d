"""What supplies are read by, on both databases: the store of a demonstration clinic says the same on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, Engine, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import all_ops
from ces_desktop.data.models import ItemRecord, StockCountRecord, SupplyOrderRecord, TransferRecord, table_of
from ces_desktop.data.queries import (
    controlled,
    count_sheet,
    counts,
    demand,
    dispensing,
    equipment,
    forecast_scores,
    items,
    month_supplies,
    needs,
    order_paper,
    orders,
    receipts,
    replenishment,
    shelf,
    stock,
    stock_card,
    supply_warnings,
    transfers,
)
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.ids import Id
from ces_desktop.services import demo
from ces_desktop.services.demo_scribe import instant

TODAY = date(2026, 11, 22)
MONTH = "2026-11"


@dataclass(frozen=True)
class Clinic:
    """The clinic of the demonstration, and what of it is asked for by name."""

    id: Id
    items: tuple[Id, ...]
    orders: tuple[Id, ...]
    counts: tuple[Id, ...]
    transfers: tuple[Id, ...]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """A small demonstration on SQLCipher, and its ops on PostgreSQL."""
    root = tmp_path_factory.mktemp("store")
    asked = demo.Clinic(0, 40, 4, 7, TODAY - timedelta(1), instant(TODAY, 600), visits=60, share=0.4)
    folder, user = demo.write_clinic(root, asked)
    laptop = cipher.engine(folder.database, vault.open(folder, user, demo.PASSPHRASE))
    server = request.getfixturevalue("postgres_server")
    hub = sqlalchemy.create_engine(server.url(server.create()))
    with transaction(laptop, write=False) as connection:
        ops = list(all_ops(connection, []))
    with transaction(hub, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        apply(connection, ops)
    yield {"laptop": laptop, "hub": hub, "clinic": _clinic(laptop)}
    laptop.dispose()
    hub.dispose()


def _clinic(engine: Engine) -> Clinic:
    def ids(connection: Connection, model: Any) -> tuple[Id, ...]:
        t = table_of(model)
        return tuple(Id(x) for x in connection.execute(select(t.c.id).where(t.c.live == 1).order_by(t.c.id)).scalars())

    with transaction(engine, write=False) as connection:
        t = table_of(SupplyOrderRecord)
        here = Id(connection.execute(select(t.c.clinic)).scalars().first())
        kept = tuple(ids(connection, m) for m in (ItemRecord, SupplyOrderRecord, StockCountRecord, TransferRecord))
        return Clinic(here, *kept)


Ask = Callable[[Connection, Clinic], Any]
ASKED: dict[str, Ask] = {
    "shelf": lambda c, x: shelf.shelf(c, x.id, TODAY),
    "shelf of an item": lambda c, x: [shelf.shelf_row(c, x.id, item, TODAY) for item in x.items[:40]],
    "lots": lambda c, x: stock.lots(c, x.id, x.items, TODAY, TODAY),
    "lots of a day": lambda c, x: stock.lots(c, x.id, x.items, TODAY - timedelta(20), TODAY),
    "page of an item": lambda c, x: [stock_card.item_page(c, x.id, item, TODAY) for item in x.items[:40]],
    "card without names": lambda c, x: [
        stock_card.item_page(c, x.id, item, TODAY, people=False, most=30) for item in x.items[:20]
    ],
    "orders": lambda c, x: orders.order_rows(c, x.id),
    "an order": lambda c, x: [orders.order_file(c, x.id, order) for order in x.orders],
    "goods on their way": lambda c, x: orders.in_transit(c, x.id, TODAY),
    "past orders": lambda c, x: orders.past_orders(c, x.id),
    "cycles": lambda c, x: orders.cycles(c, x.id),
    "paper of an order": lambda c, x: [order_paper.order_paper(c, x.id, order) for order in x.orders],
    "latest order": lambda c, x: order_paper.order_numbered(c, x.id),
    "prescriptions filled": lambda c, x: order_paper.prescriptions_filled(c, x.id, MONTH),
    "warnings": lambda c, x: supply_warnings.supplies(c, x.id, TODAY),
    "the store as an order sees it": lambda c, x: replenishment.standing(c, x.id, TODAY),
    "demand": lambda c, x: demand.demand(c, x.id, TODAY),
    "need of those who take it": lambda c, x: needs.needs(c, x.id, TODAY),
    "scores": lambda c, x: forecast_scores.scores(c, x.id, TODAY),
    "page four": lambda c, x: month_supplies.month_supplies(c, x.id, "2026-10", TODAY),
    "controlled": lambda c, x: [controlled.register(c, x.id, month, True) for month in (MONTH, "2026-10")],
    "controlled without names": lambda c, x: controlled.register(c, x.id, MONTH, False),
    "counts": lambda c, x: counts.count_rows(c, x.id),
    "a count": lambda c, x: [counts.count_file(c, x.id, count) for count in x.counts],
    "count sheet": lambda c, x: count_sheet.count_sheet(c, x.id, TODAY),
    "last counted": lambda c, x: counts.last_counted(c, x.id),
    "transfers": lambda c, x: transfers.transfers(c, x.id),
    "owed": lambda c, x: [transfers.owed(c, x.id, each) for each in x.transfers],
    "kits": lambda c, x: transfers.kit_parts(c, x.id),
    "equipment": lambda c, x: equipment.pieces(c, x.id),
    "kinds of equipment": lambda c, x: equipment.kinds_of_equipment(c, x.id),
    "to hand out": lambda c, x: dispensing.prescriptions(c, x.id, TODAY),
    "what there is to hand out": lambda c, x: dispensing.sources_here(c, x.id, TODAY),
    "catalogue": lambda c, x: items.catalogue_items(c, x.id),
    "what came before": lambda c, x: [receipts.before(c, x.id, item, TODAY) for item in x.items[:60]],
    "kept here": lambda c, x: receipts.kept_here(c, x.id, TODAY - timedelta(365)),
}
MAY_BE_EMPTY = {"scores", "kits", "controlled without names", "need of those who take it"}


@pytest.mark.parametrize("asked", ASKED)
def test_both_databases_say_the_same(both: dict[str, Any], asked: str) -> None:
    answers = []
    for name in ("laptop", "hub"):
        with transaction(both[name], write=False) as connection:
            answers.append(ASKED[asked](connection, both["clinic"]))
    assert answers[0] == answers[1]
    assert answers[0] or asked in MAY_BE_EMPTY
