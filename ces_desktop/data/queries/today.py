"""What the first page shows at once: who is expected and who waits, drafts, and the figures known last.

It runs while the program starts: small indexed reads only, and no module of programmes, rescue or indicators. What
needs those is `today_care` and `today_figures`, asked behind the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.local import Setting, read_settings
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.agenda import Expected, expected
from ces_desktop.data.queries.arrivals import arrivals
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.domain.ids import Id

FORMAT = 1
"""Of the figures kept; another one is not read."""


@dataclass(frozen=True, slots=True)
class Control:
    """People at goal of those judged in the last whole month; `past` are whole per cents, oldest first."""

    controlled: int
    judged: int
    no_reading: int
    past: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Urgent:
    """A person and why: `kind` "pressure" (186/112, last seen on `day`) or "lab" (the test asked on `day`)."""

    kind: str
    patient: str
    """Record id in hexadecimal."""
    name: str
    place: str
    text: str
    day: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What tiles and alerts say, as of a day."""

    day: str
    month: str
    """The last whole month, which control is of."""
    control: Mapping[str, Control]
    rescue: int
    high_risk: int
    broken: int
    visits: tuple[int, ...]
    """Consults of whole months, oldest first, and of the month so far."""
    urgent: tuple[Urgent, ...]
    more: Mapping[str, int]
    """How many of each kind are not among `urgent`."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """The item of those out or at risk that matters most. `kind` "out" or "risk"; `day` (ISO) it probably runs out."""

    kind: str
    item: str
    """Its id in hexadecimal."""
    name_es: str
    name_en: str
    day: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Supplies:
    """How the store stands, as of a day. `numbers`: items "out", at "risk" before the next delivery, "expiring" unused,
    "over" a year's use, "negative", "uncounted" for 60 days; `people` take what is out or at risk."""

    day: str
    numbers: Mapping[str, int]
    out_vital: int
    risk_vital: int
    people: int
    delivery_on: str | None
    worst: Lacking | None


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody of the day. `encounter` and `arrived_at` (UTC ms) = in the waiting room; `kind` "" = without a date."""

    patient: PatientRow
    kind: str
    reason: str
    seen: bool
    encounter: Id | None = None
    arrived_at: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The first read. `known` are the figures made last, None when none were."""

    coming: tuple[Coming, ...]
    expected: int
    known: Figures | None
    anybody: bool
    sheet_kept: bool
    supplies: Supplies | None = None


def today(connection: Connection, clinic: Id, day: date) -> Today:
    """Who is of the day, the waiting room first; whether anybody is registered; what was kept."""
    held = arrivals(connection, clinic, day)
    here = {row.id: row for row in by_id(connection, clinic, [patient for _, patient, *_ in held])}
    came = {row.person for row in here.values()}
    agreed = {one.patient.person: one for one in expected(connection, clinic, day, came)}
    coming = []
    waiting = set()
    for _, patient, encounter, at, words in held:
        if patient in here:
            row = here[patient]
            waiting.add(row.person)
            one = agreed.get(row.person)
            coming.append(Coming(row, one.kind if one else "", words, False, encounter, at))
    coming += [_due(one) for one in agreed.values() if one.patient.person not in waiting]
    kept = read_settings(connection, [Setting.TODAY_FIGURES, Setting.RECOVERY_SHEET, Setting.TODAY_SUPPLIES])
    anybody = bool(coming) or bool(_ANYBODY(connection, clinic=clinic))
    sheet = kept.get(Setting.RECOVERY_SHEET) == "kept"
    figures, stock = from_text(kept.get(Setting.TODAY_FIGURES)), supplies_from(kept.get(Setting.TODAY_SUPPLIES))
    return Today(tuple(coming), len(agreed), figures, anybody, sheet, stock)


def as_text(figures: Figures) -> str:
    """The figures as JSON, to be kept on this laptop."""
    return json.dumps({"format": FORMAT, **asdict(figures)}, ensure_ascii=False)


def from_text(text: str | None) -> Figures | None:
    """Figures kept before; None when there are none, or another version of the program wrote them."""
    held = json.loads(text) if text else {}
    if held.pop("format", None) != FORMAT:
        return None
    control = {code: Control(**{**c, "past": tuple(c["past"])}) for code, c in held.pop("control").items()}
    urgent = tuple(Urgent(**u) for u in held.pop("urgent"))
    return Figures(**{**held, "visits": tuple(held["visits"])}, control=control, urgent=urgent)


def supplies_text(found: Supplies) -> str:
    """How the store stands as JSON, to be kept on this laptop."""
    return json.dumps({"format": FORMAT, **asdict(found)}, ensure_ascii=False)


def supplies_from(text: str | None) -> Supplies | None:
    """How it stood when it was counted last; None when it never was, or by another version of the program."""
    held = json.loads(text) if text else {}
    if held.pop("format", None) != FORMAT:
        return None
    worst = held.pop("worst")
    return Supplies(**held, worst=Lacking(**worst) if worst else None)


def _due(one: Expected) -> Coming:
    return Coming(one.patient, one.kind, one.reason, one.seen)


def _anybody() -> Any:
    p = PatientRecord
    return select(p.id).where(p.clinic == bindparam("clinic"), p.live == 1).limit(1)


_ANYBODY = Prepared(_anybody)
