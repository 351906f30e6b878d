"""Reports that are issued: numbered, kept as they were printed, and replaced, never changed, when the data do.

The folio is `PREFIX-SLOT-NNNN`: each laptop of a clinic counts for itself, and a number that was undone is not given
again. The paper itself is made by whoever asks (`render`): services know no prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from ces_desktop.data.models import IssuedReportRecord, ReportFileRecord
from ces_desktop.data.queries.monthly import first_month, monthly_report
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC, MonthlyReport, months_before
from ces_desktop.errors import Refused

MOST_MONTHS = 60
"""How far back months are offered; what was issued is always there."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An issue in force: which paper, of which period, from which data (`cut_at` UTC ms, SHA-256), replacing what."""

    id: Id
    kind: str
    period: str
    folio: str
    cut_at: int
    data_sha: str
    definitions: str
    replaces: Id | None


@dataclass(frozen=True, slots=True)
class NewIssue:
    """A paper about to be kept: as `Issued`, before it has an id."""

    kind: str
    period: str
    folio: str
    cut_at: int
    data_sha: str
    definitions: str


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


def issue_monthly(work: Work, month: str, render: Render) -> Kept:
    """Issue the report of an ISO month; with the data of the last issue unchanged, its own bytes again.

    Refused: `reports.future` for a month that has not begun. Papers are kept in the same transaction as the issue.
    """
    require(work.actor, Right.ISSUE_REPORTS)
    if month > work.today.isoformat()[:7]:
        raise Refused("reports.future")
    clinic = work.installation.clinic
    report = monthly_report(work.connection, clinic, month, work.today)
    last = {each.kind: each for each in issues(work.connection, clinic, month)}
    held = last.get(MONTHLY)
    if held is not None and held.data_sha == report.sha():
        files = {kind: stored(work.connection, each.id) for kind, each in last.items() if each.folio == held.folio}
        known = {kind: content for kind, content in files.items() if content is not None}
        if MONTHLY in known:
            return Kept(held.folio, True, report, known)
    edition = Edition(report, next_folio(work), held.folio if held else "", work.now_ms)
    files_ = render(edition)
    work.act("reports.issue")
    for kind, content in files_.items():
        row = NewIssue(kind, month, edition.folio, edition.cut_at, report.sha(), report.definitions)
        keep(work, row, content, last.get(kind))
    return Kept(edition.folio, False, report, files_)


def keep(work: Work, new: NewIssue, content: bytes, last: Issued | None) -> None:
    """Keep a paper with its row, within an action of the caller's; `last`: the issue it takes the place of."""
    key = work.new_id()
    work.add(
        IssuedReportRecord(
            id=key,
            kind=new.kind,
            period=new.period,
            folio=new.folio,
            cut_at=new.cut_at,
            data_sha=new.data_sha,
            definitions=new.definitions,
            happened_on=work.today.isoformat(),
            replaces=last.id if last else None,
        )
    )
    work.connection.execute(
        insert(ReportFileRecord).values(
            report=key, file_name=f"{new.folio}-{new.kind}.pdf", made_at=new.cut_at, content=content
        )
    )


def next_folio(work: Work) -> str:
    """The next number of this laptop; one that was voided is never given again."""
    here = work.installation
    begin = f"{here.prefix}-{here.slot}-"
    r = IssuedReportRecord
    given = work.connection.execute(select(r.folio).where(r.clinic == here.clinic, r.folio.like(f"{begin}%"))).scalars()
    numbers = [int(folio[len(begin) :]) for folio in given if folio and folio[len(begin) :].isdigit()]
    return f"{begin}{max(numbers, default=0) + 1:04d}"


def archive(
    connection: Connection,
    clinic: Id,
    period: str | None = None,
    kinds: Sequence[str] = (MONTHLY, MONTHLY_CLINIC),
) -> tuple[Issued, ...]:
    """Every issue of these kinds that was not undone, of one period (ISO month, number of an order) or of all; newest
    period first, in it newest issue."""
    r = IssuedReportRecord
    query = select(
        r.id, r.kind, r.period, r.folio, r.cut_at, r.data_sha, r.definitions, r.replaces, r.recorded_at
    ).where(r.clinic == clinic, r.kind.in_(kinds), r.voided.is_(None))
    if period is not None:
        query = query.where(r.period == period)
    rows = sorted(connection.execute(query), key=lambda row: (row.period, row.cut_at, row.kind, row.id), reverse=True)
    return tuple(
        Issued(
            Id(row.id), row.kind or "", row.period or "", row.folio or "", row.cut_at or 0, row.data_sha or "",
            row.definitions or "", row.replaces,
        )
        for row in rows
    )  # fmt: skip


def issues(connection: Connection, clinic: Id, month: str | None = None) -> tuple[Issued, ...]:
    """The issues in force: of each month and kind the last."""
    found: dict[tuple[str, str], Issued] = {}
    for each in archive(connection, clinic, month):
        found.setdefault((each.period, each.kind), each)
    return tuple(found.values())


def stored(connection: Connection, issue: Id) -> bytes | None:
    """The bytes of an issue as they were printed; None when it was issued on another laptop."""
    f = ReportFileRecord
    content = connection.execute(select(f.content).where(f.report == issue)).scalar()
    return None if content is None else bytes(content)


def stored_paper(connection: Connection, clinic: Id, issued: Issued, kind: str) -> bytes | None:
    """The bytes of one kind of paper of an issue; None when it was issued on another laptop."""
    same = [each for each in archive(connection, clinic, issued.period) if each.folio == issued.folio]
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
    for each in archive(connection, clinic):
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
