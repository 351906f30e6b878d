"""The monthly report: issued, found unchanged, listed by month with every issue of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ces_desktop.data.database import Database, Outcome
from ces_desktop.data.queries.monthly import first_month, monthly_report
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC, MonthlyReport, months_before
from ces_desktop.domain.papers import Slip
from ces_desktop.errors import Refused
from ces_desktop.services.papers import Issued, Matter, archive, issue, stored

KINDS = (MONTHLY, MONTHLY_CLINIC)
MOST_MONTHS = 60
"""How far back months are offered; what was issued is always there."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue about to be printed: what `render` draws. `replaced` is the folio it takes the place of, "" = none."""

    report: MonthlyReport
    folio: str
    replaced: str
    cut_at: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What `issue_monthly` comes back with; `reprint` = nothing had changed, the papers are those of that day."""

    folio: str
    reprint: bool
    report: MonthlyReport
    files: Mapping[str, bytes]
    """By kind."""


Render = Callable[[Edition], Mapping[str, bytes]]
"""From an edition to the bytes of each kind of paper."""


def issue_monthly(database: Database, actor: Actor, month: str, render: Render) -> Outcome[Kept]:
    """Issue the report of an ISO month; with the data of the last issue unchanged, its own bytes again.

    Refused: `reports.future` for a month that has not begun, `access.not_allowed`.
    """
    require(actor, Right.ISSUE_REPORTS)

    def read(connection: Connection, cut_at: int) -> tuple[MonthlyReport, Matter]:
        today = local_day(cut_at)
        if month > today.isoformat()[:7]:
            raise Refused("reports.future")
        report = monthly_report(connection, database.installation.clinic, month, today)
        return report, Matter(KINDS, month, report.sha(), report.definitions)

    def draw(report: MonthlyReport, slip: Slip, cut_at: int) -> Mapping[str, bytes]:
        return render(Edition(report, slip.folio, slip.replaces, cut_at))

    outcome = issue(database, actor, "reports.issue", read, draw)
    report, kept = outcome.value
    return Outcome(Kept(kept.folio, kept.reprint, report, kept.files), outcome.touched, outcome.action)


def issues(connection: Connection, clinic: Id, month: str | None = None) -> tuple[Issued, ...]:
    """The issues in force: of each month and kind the last."""
    found: dict[tuple[str, str], Issued] = {}
    for each in archive(connection, clinic, month, KINDS):
        found.setdefault((each.period, each.kind), each)
    return tuple(found.values())


def stored_paper(connection: Connection, clinic: Id, issued: Issued, kind: str) -> bytes | None:
    """The bytes of one kind of paper of an issue; None when it was issued on another laptop."""
    same = [each for each in archive(connection, clinic, issued.period, KINDS) if each.folio == issued.folio]
    key = next((each.id for each in same if each.kind == kind), None)
    return None if key is None else stored(connection, key)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the list, with one of its issues: `issued` None = not issued; `current` False = it was replaced."""

    month: str
    over: bool
    issued: Issued | None = None
    current: bool = True


def month_rows(connection: Connection, clinic: Id, today: date) -> tuple[MonthRow, ...]:
    """From this month back to that of the clinic's first consult; of each every issue, the one in force first."""
    this = today.isoformat()[:7]
    begun = first_month(connection, clinic) or this
    held: dict[str, list[Issued]] = {}
    for each in archive(connection, clinic, kinds=KINDS):
        if each.kind == MONTHLY:
            held.setdefault(each.period, []).append(each)
    months = [month for back in range(MOST_MONTHS) if (month := months_before(this, back)) >= begun]
    found: list[MonthRow] = []
    for month in sorted({*months, *held}, reverse=True):
        issues = held.get(month, [])
        over = month < this
        found.append(MonthRow(month, over, issues[0] if issues else None))
        found += [MonthRow(month, over, each, current=False) for each in issues[1:]]
    return tuple(found)
