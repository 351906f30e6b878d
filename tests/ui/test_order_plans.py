"""A plan is kept as long as nothing that it came from has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from desk_double import open_desk
from PySide6.QtWidgets import QApplication
from supplies import Store

from ces_desktop import i18n
from ces_desktop.data.reference import load_shipped
from ces_desktop.services import order_planning, orders
from ces_desktop.services.orders import Draft
from ces_desktop.ui import order_plans
from ces_desktop.ui.pages import order_words

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


@pytest.fixture
def store(dressed: QApplication, tmp_path: Path) -> Iterator[Store]:
    """A clinic with one item that is used."""
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    held = Store(double.database, double.actor)
    held.history(held.items()[0], TODAY, [30] * 24)
    yield held
    builders.assert_proved(double.database)
    double.close()


def test_the_draft_that_came_of_a_plan_is_opened_without_a_second_one(store: Store) -> None:
    one, *_ = store.items()
    made = order_plans.plan(store.db, store.clinic, TODAY, "SSA")
    assert made.lines
    before = store.db.last_hlc()
    request = Draft(store.id(), "SSA", order_planning.draft_lines(made, store.id))
    store.db.write(partial(orders.draft, request=request), store.who)
    assert store.db.last_hlc() > before
    assert order_plans.plan(store.db, store.clinic, TODAY, "SSA") is made
    store.move(one, store.lot(one, "2027-12-31"), 500, "2026-03-16")
    again = order_plans.plan(store.db, store.clinic, TODAY, "SSA")
    assert again is not made and again.outlook.wanted != made.outlook.wanted


def test_what_was_proposed_ahead_is_there_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    order_plans.learn_ahead(store.db, store.clinic, TODAY)
    kept = order_plans._KEPT[store.db]
    learnt, made = kept.trained, kept.plans["SSA", None]
    assert learnt is not None and made.lines
    work = order_planning.plan
    monkeypatch.setattr(order_planning, "plan", None)
    assert order_plans.plan(store.db, store.clinic, TODAY, "SSA") is made
    assert order_plans.plan(store.db, store.clinic, TODAY, "SSA", budget=1).outlook is made.outlook
    monkeypatch.setattr(order_planning, "plan", work)
    one, *_ = store.items()
    store.move(one, store.lot(one, "2027-12-31"), 500, "2026-03-16")
    again = order_plans.plan(store.db, store.clinic, TODAY, "SSA")
    assert again.outlook.wanted != made.outlook.wanted, "what was written since counts"
    assert kept.trained is learnt, "what was learnt is of the day"


def test_what_usually_comes_of_an_order_is_said_where_it_is_not_all(store: Store) -> None:
    i18n.use("es")
    one, *_ = store.items()
    assert order_words.comes(order_plans.plan(store.db, store.clinic, TODAY, "SSA")) == ""
    for month in (3, 5, 9, 11):
        store.past_order(date(2025, month, 1), 25, {one: (100, 60)})
    said = order_words.comes(order_plans.plan(store.db, store.clinic, TODAY, "SSA"))
    assert said == "De lo que se pide suele llegar el 60\u00a0%; el riesgo con este pedido ya lo toma en cuenta."
