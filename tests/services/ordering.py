"""A store on the 16th of March, orders drafted in it, and what is read of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from supplies import Store

from ces_desktop.data.queries.orders import OrderFile, order_file
from ces_desktop.data.queries.replenishment import Standing, standing
from ces_desktop.data.work import Work
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import order_planning, orders
from ces_desktop.services.orders import Draft
from ces_desktop.ui.messages import all_sentences

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


class Clock:
    """A millisecond later each time it is asked."""

    def __init__(self) -> None:
        self.now = NOON_16_MARCH

    def __call__(self) -> int:
        self.now += 1
        return self.now


def picture(store: Store) -> Standing:
    """What the proposal is made from."""
    return store.db.read(partial(standing, clinic=store.clinic, today=TODAY))


def planned(store: Store, source: str = "SSA", budget: int | None = None) -> order_planning.Plan:
    """What is proposed to ask a source for."""
    return order_planning.plan(picture(store), source, None, budget)


def write(store: Store, action: Callable[[Work], object]) -> object:
    """What a write answers."""
    return store.db.write(action, store.who).value


def drafted(store: Store) -> OrderFile:
    """An order drafted as it was proposed."""
    made = planned(store)
    request = Draft(store.id(), "SSA", order_planning.draft_lines(made, store.id))
    key = write(store, partial(orders.draft, request=request))
    return read(store, Id(key))  # type: ignore[arg-type]


def read(store: Store, order: Id) -> OrderFile:
    """An order as its page shows it."""
    found = store.db.read(partial(order_file, clinic=store.clinic, order=order))
    assert found is not None
    return found


def refused(code: str, act: Callable[[], object]) -> None:
    """It is refused with this code, which has its sentence."""
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
