"""Which five people a mentor should ask about, and why: worst control, a missed protocol step, a recent referral.

Pure and reproducible: the same people on the same day give the same five, in the same order. Places are shared out so
that no reason crowds out the others (`_SHARES`); what one leaves free goes to the next of the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Course, pressure_goal, pressures
from ces_desktop.domain.protocol import DueStep
from ces_desktop.domain.rescue import Risk, Why
from ces_desktop.domain.thresholds import Thresholds

Reason = Literal["control", "protocol", "referral"]
REASONS: tuple[Reason, ...] = ("control", "protocol", "referral")
PROPOSED = 5
_SHARES: Mapping[Reason, int] = {"control": 2, "protocol": 2, "referral": 1}
SEEN_WITHIN = 180
"""Days: who was not seen for longer is for the rescue list, not for a talk about how they are treated."""
REFERRED_WITHIN = 60
"""Days in which a referral is recent."""
RESTS = 60
"""Days in which somebody talked over is not proposed again for the same reason."""
_GOALS = {"hba1c": "diabetes.controlled_hba1c_below", "glucose_fasting": "diabetes.controlled_glucose_to"}
_RANDOM_GOAL = "diabetes.diagnosis_glucose_random"
Facts = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of somebody under care; days are ISO.

    `unchanged` counts the consults in a row, up to the last, that found the pressure above goal with the same
    treatment. `due` holds the steps of the protocol that are due, `referred_on` the last referral, `talked` the reasons
    for which they were talked over lately (reason → day; "" = the mentor's own choice).
    """

    person: Id
    last_visit: str
    risk: Risk
    why: Why
    unchanged: int = 0
    due: Sequence[DueStep] = ()
    referred_on: str | None = None
    talked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One person to ask about; `facts` are the figures behind the reason, as kept with a session."""

    person: Id
    reason: Reason
    facts: Facts


def propose(candidates: Iterable[Candidate], today: date, thresholds: Thresholds) -> tuple[Proposal, ...]:
    """At most five, the worst of each reason first: worst control, missed step, referral, each once a person."""
    held = [c for c in candidates if _days(c.last_visit, today) <= SEEN_WITHIN]
    lists = {reason: _ranked(held, reason, today, thresholds) for reason in REASONS}
    taken: dict[Id, Proposal] = {}
    for reason in REASONS:
        fresh = [p for p in lists[reason] if p.person not in taken]
        taken.update((p.person, p) for p in fresh[: _SHARES[reason]])
    for reason in REASONS:
        for proposal in lists[reason]:
            if len(taken) >= PROPOSED:
                break
            taken.setdefault(proposal.person, proposal)
    return tuple(sorted(taken.values(), key=lambda p: REASONS.index(p.reason)))


def unchanged_consults(course: Course, since: str, on: date, thresholds: Thresholds) -> int:
    """Consults in a row, up to the last one, with a pressure at or above goal since the treatment began as it is."""
    goal = pressure_goal(course, on, thresholds)
    count = 0
    for systolic, diastolic, _ in pressures(course, on, since):
        if systolic < goal[0] and diastolic < goal[1]:
            break
        count += 1
    return count


def severity(why: Why, course_goal: tuple[int, int], on: date, thresholds: Thresholds) -> int:
    """How far the reading lies from its goal, in thousandths of the goal: 1000 = at it. 0 where nothing was read."""
    if why.value is None:
        return 0
    if why.code == "pressure":
        low = 1000 * (why.second or 0) // course_goal[1]
        return max(1000 * why.value // course_goal[0], low)
    return 1000 * why.value // thresholds.value(_GOALS.get(why.code, _RANDOM_GOAL), on)


def as_text(facts: Facts) -> str:
    """Facts as they are kept with a case."""
    return json.dumps(dict(facts), sort_keys=True, separators=(",", ":"))


def from_text(text: str) -> Facts:
    """Facts as they were kept; what cannot be read says nothing."""
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(read, dict):
        return {}
    return {str(name): value for name, value in read.items() if isinstance(value, int | str)}


def _ranked(held: Sequence[Candidate], reason: Reason, today: date, thresholds: Thresholds) -> list[Proposal]:
    of = {"control": _control, "protocol": _protocol, "referral": _referral}[reason]
    found = []
    for candidate in held:
        rested = candidate.talked.get(reason)
        if rested is not None and _days(rested, today) < RESTS:
            continue
        told = of(candidate, today, thresholds)
        if told is not None:
            found.append((told[0], candidate.person, Proposal(candidate.person, reason, told[1])))
    return [proposal for _, _, proposal in sorted(found, key=lambda each: (each[0], each[1]))]


Told = tuple[tuple[int, ...], Facts] | None
"""Rank (smaller = sooner) and facts."""


def _control(c: Candidate, today: date, thresholds: Thresholds) -> Told:
    """At high or medium risk by the last reading; farther from the goal first, then longer without a change."""
    if c.risk not in ("high", "medium") or c.why.value is None:
        return None
    goal = (
        thresholds.value("hypertension.controlled_systolic_below", today),
        thresholds.value("hypertension.controlled_diastolic_below", today),
    )
    facts: dict[str, int | str] = {"code": c.why.code, "value": c.why.value, "day": c.why.day or ""}
    if c.why.second is not None:
        facts["second"] = c.why.second
    if c.unchanged > 1:
        facts["unchanged"] = c.unchanged
    far = severity(c.why, goal, today, thresholds)
    return (0 if c.risk == "high" else 1, -far, -c.unchanged), facts


def _protocol(c: Candidate, today: date, _thresholds: Thresholds) -> Told:
    """A step that was due before the last visit and was not done at it; more of them, and longer due, first."""
    missed = [each for each in c.due if each.since <= c.last_visit]
    if not missed:
        return None
    first = min(missed, key=lambda each: (each.step.kind != "step", each.since, each.step.code))
    facts: dict[str, int | str] = {"step": first.step.code, "since": first.since, "missed": len(missed)}
    if first.last is not None:
        facts["last"] = first.last
    return (0 if first.step.kind == "step" else 1, -len(missed), -_days(first.since, today)), facts


def _referral(c: Candidate, today: date, _thresholds: Thresholds) -> Told:
    """Referred lately: the newest first."""
    if c.referred_on is None or not 0 <= _days(c.referred_on, today) <= REFERRED_WITHIN:
        return None
    return (_days(c.referred_on, today),), {"day": c.referred_on}


def _days(day: str, today: date) -> int:
    return (today - date.fromisoformat(day[:10])).days if len(day) >= 10 else 10_000
