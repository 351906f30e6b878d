"""Working out orders behind the pages: what was learnt is kept for the day, a plan while what it came from stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ces_desktop.data.database import Database
from ces_desktop.data.queries.replenishment import Standing, standing
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import order_planning
from ces_desktop.services.order_planning import Plan

if TYPE_CHECKING:
    from ces_desktop.domain.supply.forecast import Trained

STEPS = 4
"""Reading, learning, forecasting, proposing: what `step` counts."""
Step = Callable[[int, int], None]


@dataclass(slots=True)
class _Kept:
    """Of one open clinic; numbers only, nobody's name. `written`: the journal's clock when it was read."""

    lock: Lock = field(default_factory=Lock)
    day: date | None = None
    trained: Trained | None = None
    written: int = -1
    picture: Standing | None = None
    plans: dict[tuple[str, int | None], Plan] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()


def picture(database: Database, clinic: Id, today: date) -> Standing:
    """Everything an order is worked out from, read again only after something was written."""
    kept = _KEPT.setdefault(database, _Kept())
    with kept.lock:
        return _picture(kept, database, clinic, today)


def chances(database: Database, clinic: Id, today: date) -> dict[Id, float]:
    """Item → probability of running out before an order sent today arrives; none where it cannot be worked out."""
    read = database.read(partial(shelf, clinic=clinic, today=today))
    sources = {row.item.source for row in read.rows if row.lively and row.item.source}
    try:
        made = [plan(database, clinic, today, source) for source in sorted(sources)]
    except (Refused, Unavailable):
        return {}  # months of stock say it, as on screen
    return {line.item: line.risk_before for each in made for line in each.lines}


def plan(
    database: Database, clinic: Id, today: date, source: str, budget: int | None = None, step: Step | None = None
) -> Plan:
    """The proposal for a source as things stand. Runs for seconds on the first call of a day: never on the GUI thread.

    `step(done, of)` is told between the steps and may raise to end it.
    """
    told = step or _nothing
    kept = _KEPT.setdefault(database, _Kept())
    with kept.lock:
        told(0, STEPS)
        held = _picture(kept, database, clinic, today)
        told(1, STEPS)
        same = next((made for (of, _), made in kept.plans.items() if of == source), None)
        if same is not None and (source, budget) not in kept.plans:
            kept.plans[source, budget] = order_planning.shared(same, budget)
        elif same is None:
            trained = _learn(kept, held)
            told(2, STEPS)
            kept.plans[source, budget] = order_planning.plan(held, source, trained, budget)
        told(STEPS, STEPS)
        return kept.plans[source, budget]


def learn_ahead(database: Database, clinic: Id, today: date, _progress: object = None) -> None:
    """Learn, and propose what each source may be asked for, before anybody asks for an order: the first one of a day is
    there at once too. For `Tasks.run`."""
    kept = _KEPT.setdefault(database, _Kept())
    with kept.lock:
        held = _picture(kept, database, clinic, today)
        _learn(kept, held)
    for source in order_planning.sources(held):
        plan(database, clinic, today, source)


def job(database: Database, clinic: Id, today: date, source: str, budget: int | None, progress: Any) -> Plan:
    """The same for `Tasks.run`."""
    return plan(database, clinic, today, source, budget, progress.step)


def risks_of(made: Plan, quantities: list[int], weeks: int, _connection: object) -> tuple[Any, Any]:
    """Risks with other quantities and a truck that is weeks late, for `Tasks.read`: it reads nothing."""
    from ces_desktop.domain.supply.proposal import risks

    return risks(made.outlook, quantities, float(weeks))


def _picture(kept: _Kept, database: Database, clinic: Id, today: date) -> Standing:
    """As things stand. What was written may have changed nothing of it (the draft that came of a plan): then the plans
    stand too, and the page that opens the draft waits for no second one."""
    written = database.last_hlc()
    if kept.picture is None or (kept.written, kept.day) != (written, today):
        found = database.read(partial(standing, clinic=clinic, today=today))
        if found != kept.picture:
            kept.plans.clear()
            kept.picture = found
        if kept.day != today:
            kept.trained = None
        kept.written, kept.day = written, today
    return kept.picture


def _learn(kept: _Kept, held: Standing) -> Trained:
    if kept.trained is None:
        kept.trained = order_planning.learn(held, held.today.toordinal())
    return kept.trained


def _nothing(_done: int, _of: int) -> None:
    """Nobody asked how far it is."""
