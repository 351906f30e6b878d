"""What was foretold: kept once a month, scored against what came, and the quantities people changed with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from ordering import TODAY, lively, planned, read, write
from sqlalchemy import select
from supplies import Store

from ces_desktop.data.models import DemandForecastRecord, OrderLineRecord, table_of
from ces_desktop.data.queries.forecast_scores import scores
from ces_desktop.services import order_planning, orders
from ces_desktop.services.orders import ForecastRow


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
