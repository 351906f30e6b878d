"""What a demonstration clinic foretold with its last orders, so that there is something to score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_shelf import Stocked, month_number
from ces_desktop.services.demo_visit import row

FORETELL = "orders.foretell"
MOST = 150
"""Items of an order of which something is foretold."""
MONTHS, LEAST = 3, 4
"""Months foretold, and months known without which nothing is."""
LEVELS = (0.5, 0.8, 0.95)


def foretold(scribe: Scribe, items: Sequence[Stocked], day: date) -> Part | None:
    """What is said on a day of the months from this one on; the months before it are all that is known."""
    from ces_desktop.domain.supply.forecast import forecast, train
    from ces_desktop.domain.supply.panel import History

    now = month_number(day)
    known = [each for each in items if each.wanted and now - min(each.wanted) >= LEAST]
    known = sorted(known, key=lambda each: (-sum(each.wanted.values()), each.code))[:MOST]
    if not known:
        return None
    used = [[float(each.wanted[month]) for month in range(min(each.wanted), now)] for each in known]
    histories = [
        History(_name(min(each.wanted)), months, product=each.code) for each, months in zip(known, used, strict=True)
    ]
    seed = day.toordinal()
    quick = train(histories, seed, pooled=False)  # the learner would take longer than all else of the demonstration
    answer = forecast(histories, MONTHS, LEVELS, seed, quick)
    batch, rows = scribe.id(), list[Added]()
    for at, (each, months) in enumerate(zip(known, used, strict=True)):
        average = round(100 * sum(months[-3:]) / len(months[-3:]))
        for step in range(MONTHS):
            p50, p80, p95 = (round(100 * float(x)) for x in answer.months[at, step])
            rows.append(_row(scribe.id(), batch, each, _name(now + step), (p50, p80, p95, average), day))
    return Part("forecast", batch, rows)


def _row(key: Id, batch: Id, item: Stocked, month: str, said: tuple[int, int, int, int], day: date) -> Added:
    return row(
        "demand_forecast", key, batch=batch.hex(), item=item.id.hex(), month=month, p50=said[0], p80=said[1],
        p95=said[2], average=said[3], happened_on=day.isoformat(),
    )  # fmt: skip


def _name(number: int) -> str:
    """YYYY-MM of a month of `month_number`, in which December is 12 of its year."""
    year, month = divmod(number - 1, 12)
    return f"{year:04d}-{month + 1:02d}"
