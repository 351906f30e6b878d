"""The rows of an order on screen: what was kept of each line, and beside it what the plan of today says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ces_desktop.data.queries.orders import OrderFile, OrderLine
from ces_desktop.data.queries.replenishment import VEN
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.orders import Outcome
from ces_desktop.i18n import language, tr
from ces_desktop.services.order_planning import Plan
from ces_desktop.ui import labels
from ces_desktop.ui.models.record_table import Cell, Column
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.widgets.combo import folded

if TYPE_CHECKING:  # NumPy comes with it: the worker loads it
    from ces_desktop.domain.supply.proposal import Line, Wanted

_RANK = {"vital": 0, "essential": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """An item of an order. `kept` = its line, None = none was proposed. `risks`: before the order comes, and after
    it, with what is asked for now; None = being worked out."""

    item: Id
    code: str
    name_es: str
    name_en: str
    unit: str
    ven: str
    pack: int
    kept: OrderLine | None
    plan: Line | None = None
    wanted: Wanted | None = None
    at: int = -1
    risks: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        """In the language in use."""
        return (self.name_es if language().startswith("es") else self.name_en) or self.name_es

    @property
    def proposed(self) -> int:
        """Units proposed: as kept, else as of today."""
        return self.kept.proposed if self.kept else self.plan.quantity if self.plan else 0

    @property
    def requested(self) -> int:
        """Units asked for."""
        return self.kept.requested if self.kept else 0

    @property
    def on_hand(self) -> int:
        """Usable units: of today where known, else of the day it was proposed."""
        return self.wanted.on_hand if self.wanted else self.kept.on_hand if self.kept else 0

    @property
    def in_transit(self) -> int:
        """Units on their way."""
        return self.wanted.in_transit if self.wanted else self.kept.in_transit if self.kept else 0

    @property
    def average(self) -> float | None:
        """Units a month, corrected for stock-outs."""
        if self.plan is not None:
            return self.plan.average
        return None if self.kept is None or self.kept.average is None else self.kept.average / 100

    @property
    def risk(self) -> float:
        """The risk without the order, for the order of the rows: as kept, so that rows do not jump."""
        if self.kept is not None and self.kept.risk is not None:
            return self.kept.risk / 1000
        return self.plan.risk_without if self.plan else 0.0


def rows_of(file: OrderFile, plan: Plan | None) -> list[Row]:
    """Lines by class and risk; with a plan, items without a line follow among them."""
    kept = {line.item: line for line in file.lines}
    places = {} if plan is None else {line.item: at for at, line in enumerate(plan.lines)}
    rows = []
    for item, line in kept.items():
        at = places.pop(item, -1)
        more = (plan.lines[at], plan.outlook.wanted[at], at) if plan is not None and at >= 0 else (None, None, -1)
        rows.append(
            Row(
                item,
                line.code,
                line.name_es,
                line.name_en,
                line.unit,
                VEN.get(line.ven, "other"),
                line.pack,
                line,
                *more,
            )
        )
    for _, at in sorted(places.items()):
        assert plan is not None
        one = plan.items[at]
        rows.append(
            Row(one.id, one.code, one.name_es, one.name_en, one.unit, one.ven, one.pack, None, plan.lines[at],
                plan.outlook.wanted[at], at)
        )  # fmt: skip
    return sorted(rows, key=lambda r: (_RANK[r.ven], -r.risk, folded(r.name), r.item))


def of_tab(rows: Sequence[Row], tab: str) -> list[Row]:
    """Lines to order ("ask"), those a person changed ("changed"), what nothing is asked of ("none")."""
    if tab == "changed":
        return [r for r in rows if r.kept is not None and r.requested != r.proposed]
    return [r for r in rows if bool(r.requested) == (tab == "ask")]


def draft_columns() -> list[Column[Row]]:
    """Of a draft: what there is, what is proposed, what is asked for, the risk before and after."""

    def number(value: float | None, strong: bool = False) -> Cell:
        return Cell(words.amount(value), strong=strong, tone="text3" if value is None else "text")

    def asked(r: Row) -> Cell:
        changed = r.requested != r.proposed
        return Cell(labels.number(r.requested), boxed=True, strong=changed, tone="accent" if changed else "text")

    return [
        Column(tr("Item"), item_cell, 0),
        Column(tr("VEN"), lambda r: Cell(words.LETTERS[r.ven], badge="filled" if r.ven == "vital" else "plain"), 52,
               "center", sort=lambda r: _RANK[r.ven]),
        Column(tr("In stock"), lambda r: number(r.on_hand), 88, "right", sort=lambda r: r.on_hand, droppable=True),
        Column(tr("On its way"), lambda r: number(r.in_transit), 92, "right", droppable=True),
        Column(tr("Use a month"), lambda r: number(r.average), 112, "right", sort=lambda r: r.average, droppable=True),
        Column(tr("8 months"), _line, 112, droppable=True),
        Column(tr("Proposed"), lambda r: number(r.proposed), 92, "right", droppable=True),
        Column(tr("Ask for"), asked, 100, "right"),
        Column(tr("Risk of running out"), _risk, 140),
    ]  # fmt: skip


def sent_columns(stand: Callable[[Row], Outcome]) -> list[Column[Row]]:
    """Of an order that left: asked for, come, and how the line stands (`stand`)."""

    def stands(r: Row) -> Cell:
        return Cell(chip=words.outcome_chip(stand(r)))

    def came(r: Row) -> Cell:
        assert r.kept is not None
        total = r.kept.came.units + r.kept.came.substituted
        return Cell(labels.number(total), strong=True)

    def first(r: Row) -> Cell:
        return Cell(labels.day(r.kept.came.first if r.kept else None))

    return [
        Column(tr("Item"), item_cell, 0),
        Column(
            tr("VEN"),
            lambda r: Cell(words.LETTERS[r.ven], badge="filled" if r.ven == "vital" else "plain"),
            52,
            "center",
        ),
        Column(tr("Proposed"), lambda r: Cell(labels.number(r.proposed)), 92, "right", droppable=True),
        Column(tr("Asked for"), lambda r: Cell(labels.number(r.requested)), 92, "right"),
        Column(tr("Came"), came, 92, "right"),
        Column("%", lambda r: Cell(_fill(r)), 74, "right"),
        Column(tr("First came"), first, 120, droppable=True),
        Column(tr("State"), stands, 150),
    ]


def item_cell(row: Row) -> Cell:
    """Name, and under it unit, pack and why it was changed."""
    parts = [words.unit(row.unit)]
    if row.pack > 1:
        parts.append(tr("pack of {n}").format(n=row.pack))
    if row.kept is not None and row.kept.reason:
        parts.append(words.reasons().get(row.kept.reason, row.kept.reason))
    return Cell(row.name, ", ".join(parts[:2]) + (f" · {parts[2]}" if len(parts) > 2 else ""), strong=True)


def totals(rows: Sequence[Row]) -> tuple[int, int, int]:
    """Lines with something asked for, the vital ones among them, packs (begun ones count)."""
    asked = [r for r in rows if r.requested]
    return len(asked), sum(r.ven == "vital" for r in asked), sum(-(-r.requested // r.pack) for r in asked)


def _fill(row: Row) -> str:
    assert row.kept is not None
    return labels.percent(min(row.kept.came.units + row.kept.came.substituted, row.requested), row.requested)


def _line(row: Row) -> Cell:
    if row.plan is None or not row.plan.recent:
        return Cell()
    values = tuple(None if share == 0 else units for units, share in row.plan.recent)
    gaps = tuple(place for place, (_, share) in enumerate(row.plan.recent) if share < 0.97)
    return Cell(line=(values, gaps))


def _risk(row: Row) -> Cell:
    if row.risks is None:
        return Cell(words.chance(row.risk) if row.kept else labels.DASH, tone="text2")
    before = row.plan.risk_without if row.plan else row.risk
    return Cell(f"{words.chance(before)} → {words.chance(row.risks[1])}")
