"""Orders in words: states, reasons, and the sentences by which a line explains itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.data.queries.orders import OrderRow
from ces_desktop.domain.supply.orders import Outcome, State
from ces_desktop.i18n import tr, trn
from ces_desktop.reports.supply_words import LETTERS as LETTERS
from ces_desktop.reports.supply_words import order_state as state
from ces_desktop.reports.supply_words import reasons as reasons
from ces_desktop.reports.supply_words import source as source
from ces_desktop.reports.supply_words import unit as unit
from ces_desktop.services.order_planning import Plan, in_months
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State as Shape

if TYPE_CHECKING:  # NumPy comes with it: the worker loads it
    from ces_desktop.domain.supply.proposal import Line, Wanted

WORTH_SAYING = 0.05
"""Risk that stays for what of an order does not come; less is not news."""


def tabs() -> list[tuple[str, str]]:
    """The lists of a draft."""
    return [("ask", tr("To order")), ("changed", tr("Changed by me")), ("none", tr("Need nothing"))]


def nothing(tab: str) -> tuple[str, str]:
    """What is said where a list of a draft is empty, and what comes next."""
    return {
        "ask": (tr("Nothing needs to be ordered."), tr("What needs nothing is in its own list.")),
        "changed": (tr("No quantity was changed."), tr("Type another quantity in a line.")),
        "none": (tr("No item is without need."), tr("The list fills when the risks are worked out.")),
    }[tab]


def sentence(order: OrderRow, short: bool) -> str:
    """Under the heading of an order: from whom, and where it stands; `short` where there is little room."""
    parts = [source(order.source)]
    if order.state != "sent":
        parts.append(state(order.state).lower())
    if order.sent_on and not short:
        parts.append(tr("sent on {day}").format(day=labels.day(order.sent_on)))
    if order.expected_on and order.state != "received":
        parts.append(tr("awaited on {day}").format(day=labels.day(order.expected_on)))
    if order.state not in ("draft", "cancelled"):
        share = labels.percent(min(order.received, order.requested), order.requested)
        parts.append(tr("{share} of what was asked for came").format(share=share))
    return " · ".join(parts)


def state_chip(code: State, expected_on: str | None, today: date) -> tuple[Shape, str]:
    """The chip of an order; sent and overdue says so."""
    if code == "sent" and expected_on is not None and expected_on < today.isoformat():
        return "warn", tr("Late")
    shapes: dict[State, Shape] = {
        "draft": "draft", "sent": "due", "partly_received": "warn", "received": "ok", "cancelled": "neutral",
    }  # fmt: skip
    return shapes[code], state(code)


def outcome_chip(code: Outcome) -> tuple[Shape, str]:
    """The chip of a line that was sent."""
    words: dict[Outcome, tuple[Shape, str]] = {
        "waiting": ("due", tr("Awaited")),
        "late": ("warn", tr("Late")),
        "complete": ("ok", tr("Complete")),
        "partly": ("warn", tr("In part")),
        "more": ("neutral", tr("More came")),
        "substituted": ("neutral", tr("Another came")),
        "none": ("bad", tr("Did not come")),
    }
    return words[code]


def chance(risk: float) -> str:
    """`97 %`; never 0 % or 100 % where it is not certain."""
    if 0 < risk < 0.01:
        return f"< 1{labels.NBSP}%"
    if 0.99 < risk < 1:
        return f"> 99{labels.NBSP}%"
    return f"{round(100 * risk)}{labels.NBSP}%"


def risk_title(plan: Plan) -> tuple[str, str]:
    """Title of the column of risks, by which day, and what its two figures are."""
    title = tr("Risk until {day}").format(day=labels.short_day(plan.covers))
    said = tr(
        "Chance of running out before the order after this one comes, about {day}: without this order → with what is "
        "asked for."
    )
    return title, said.format(day=labels.day(plan.covers))


def amount(value: float | None) -> str:
    """Units a month: whole, or with a decimal under ten."""
    return labels.number(value, 1 if value is not None and 0 < value < 10 and value != int(value) else 0)


def headline(name: str, line: Line, one: Wanted, plan: Plan) -> str:
    """The first sentence: how likely it runs out before this order comes."""
    arrives = labels.day(plan.arrives[0])
    if one.on_hand < 0:
        return tr("More {name} was handed out than there was. Count it.").format(name=name)
    if line.limits == ("unknown",):
        return tr("Nothing is known of the use of {name}. Write how much is needed.").format(name=name)
    if line.limits == ("named",):
        return tr("{name} is ordered only for a patient who needs it: nobody does now.").format(name=name)
    if one.on_hand == 0 and line.up_to:
        return tr("There is no {name}.").format(name=name)
    words = tr("{chance} chance of running out of {name} before {day}.")
    return words.format(chance=chance(line.risk_before), name=name, day=arrives)


def dates(line: Line, one: Wanted, plan: Plan) -> str:
    """When it runs out if nothing comes: the usual day, and in one case of ten."""
    early, usual, late = line.out
    if one.on_hand <= 0 or math.isinf(early):
        return ""
    first = labels.short_day(in_months(plan.today, early))
    if math.isinf(usual):
        return tr("In 1 case of 10 it runs out from {day} on.").format(day=first)
    words = tr("Runs out about {day}; in 1 case of 10, from {early} on.")
    said = words.format(day=labels.short_day(in_months(plan.today, usual)), early=first)
    if math.isinf(late):
        return said
    return said + " " + tr("In 9 of 10, by {late}.").format(late=labels.short_day(in_months(plan.today, late)))


def grounds(line: Line, one: Wanted, plan: Plan) -> str:
    """The second sentence: what the proposal rests on, and what the classic formula would order."""
    said = []
    if one.people:
        n = one.people
        words = trn(
            "{n} person needs {units} a month by prescription.", "{n} people need {units} a month by prescription.", n
        )
        said.append(words.format(n=n, units=amount(one.need)))
    out = [name for name, (_, share) in zip(plan.months[::-1], line.recent[::-1], strict=False) if share < 0.97][::-1]
    if out:
        said.append(tr("Corrected for stock-outs: {months}.").format(months=_months(out)))
    said += limits(line, one)
    said += still(line, plan)
    said.append(tr("Classic formula: {n}.").format(n=labels.number(line.classic)))
    return " ".join(said)


def limits(line: Line, one: Wanted) -> list[str]:
    """What held the quantity down."""
    words = {
        "room": tr("No more than {n} fit.").format(n=labels.number(one.room)),
        "expiry": tr("More would expire before it is used."),
        "budget": tr("The budget is better spent on others."),
        "spared": tr("One pack all the same, though part of it may expire: it is vital and there is none."),
    }
    return [words[each] for each in line.limits if each in words]


def still(line: Line, plan: Plan) -> list[str]:
    """Why the risk stays with the order, where it does for what of an order never comes."""
    if not line.quantity or line.risk_with - line.risk_whole < WORTH_SAYING:
        return []
    words = tr("If all of the order came, the risk would be {chance}: {percent} of an order usually comes.")
    share = labels.percent(round(100 * float(plan.outlook.fill.mean())), 100)
    return [words.format(chance=chance(line.risk_whole), percent=share)]


def comes(plan: Plan) -> str:
    """How much of an order usually comes, where that is not all."""
    share = round(100 * float(plan.outlook.fill.mean()))
    said = tr("Of what is asked for, {percent} usually comes; the risk with this order counts on that.")
    return said.format(percent=labels.percent(share, 100)) if share < 100 else ""


def members() -> dict[str, str]:
    """The ways of forecasting."""
    return {
        "smoothing": tr("trend of its own months"),
        "recent": tr("its last twelve months"),
        "pooled": tr("months that looked alike, all items"),
        "need": tr("prescriptions in force"),
        "seasonal": tr("season and trend"),
    }


def member_lines(shares: Sequence[tuple[str, float]]) -> list[str]:
    """`60 % months that looked alike`, the largest share first."""
    names = members()
    ordered = sorted(shares, key=lambda x: -x[1])
    return [f"{round(100 * share)}{labels.NBSP}% {names.get(name, name)}" for name, share in ordered if share >= 0.005]


def _months(names: Sequence[str]) -> str:
    """`nov-2025, dic-2025`, at most three."""
    shown = [labels.day(name) for name in names[-3:]]
    return ", ".join(shown) + ("…" if len(names) > 3 else "")
