"""Papers that are issued: numbered, kept as they were printed, and replaced, never changed, when the data do.

The folio is `PREFIX-SLOT-NNNN`: each laptop of a clinic counts for itself, and a number that was undone is not given
again. The paper itself is made by whoever asks (`render`): services know no prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, insert, select

from ces_desktop.data.models import IssuedReportRecord, ReportFileRecord
from ces_desktop.data.queries.issued_papers import Subject, subjects
from ces_desktop.data.work import Work
from ces_desktop.domain import papers
from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC
from ces_desktop.domain.papers import Paper, Slip
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION
from ces_desktop.errors import Refused

P = TypeVar("P", bound=Paper)
ISSUED_BY: Mapping[str, Right] = dict.fromkeys(papers.SHELF_PAPERS, Right.KEEP_STOCK) | {
    papers.SESSION: Right.SEE_MENTORING,
    papers.PROGRESS: Right.SEE_MENTORING,
    papers.SCORECARD: Right.ISSUE_REPORTS,
}
"""Who may issue a paper of a kind; of any other kind nobody may, here."""

SEEN_BY: Mapping[str, Right | None] = {
    MONTHLY: None,
    MONTHLY_CLINIC: None,
    papers.HANDOVER: Right.PRINT_PATIENTS,
    papers.SESSION: Right.SEE_MENTORING,
    papers.PROGRESS: Right.SEE_MENTORING,
    papers.SCORECARD: None,
} | dict.fromkeys((ORDER, REQUISITION, *papers.SHELF_PAPERS), Right.SEE_STOCK)
"""What is needed, beside the way to the archive, to look at a kept paper; of any other kind nobody may."""


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
class Matter:
    """What is about to be issued: the kinds of paper that share a folio, of which period, from which data."""

    kinds: tuple[str, ...]
    period: str
    data_sha: str
    definitions: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What comes of it; `reprint` = nothing had changed, the papers are those of that day. `files` by kind."""

    folio: str
    reprint: bool
    cut_at: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class KeptPaper(Generic[P]):
    """One paper that was issued, with the data it shows."""

    folio: str
    reprint: bool
    paper: P
    content: bytes


def issue_paper(
    work: Work, read: Callable[[Connection], P | None], render: Callable[[P, Slip, int], bytes]
) -> KeptPaper[P] | None:
    """Issue a paper as the data are now; that of the last issue again where nothing changed. None = it is of nothing.

    `render`: from paper, slip and moment of the cut (UTC ms) to bytes. Refused: `access.not_allowed`.
    """
    paper = read(work.connection)
    if paper is None:
        return None
    if not may_issue(work.actor, paper.kind):
        raise Refused("access.not_allowed", right=ISSUED_BY.get(paper.kind, Right.ISSUE_REPORTS).value)
    matter = Matter((paper.kind,), paper.period, paper.sha(), paper.definitions)
    kept = issue(work, matter, "reports.paper", lambda slip, cut_at: {paper.kind: render(paper, slip, cut_at)})
    return KeptPaper(kept.folio, kept.reprint, paper, kept.files[paper.kind])


def may_issue(actor: Actor, kind: str) -> bool:
    """Whether the person may issue a paper of a kind; who only reads prints it without a folio."""
    right = ISSUED_BY.get(kind)
    return right is not None and actor.may(right) and not actor.reads_only


def issue(work: Work, matter: Matter, act: str, render: Callable[[Slip, int], Mapping[str, bytes]]) -> Kept:
    """Issue the papers of a matter under the next folio, within an action `act`; with the data of the last issue
    unchanged, its own bytes again. Who may is asked by the caller. Papers are kept in the issue's own transaction."""
    clinic = work.installation.clinic
    last: dict[str, Issued] = {}
    for each in archive(work.connection, clinic, matter.period, matter.kinds):
        last.setdefault(each.kind, each)
    held = last.get(matter.kinds[0])
    if held is not None and held.data_sha == matter.data_sha:
        files = {kind: stored(work.connection, each.id) for kind, each in last.items() if each.folio == held.folio}
        known = {kind: content for kind, content in files.items() if content is not None}
        if set(known) == set(matter.kinds):
            return Kept(held.folio, True, held.cut_at, known)
    slip = Slip(next_folio(work), held.folio if held else "")
    made = render(slip, work.now_ms)
    work.act(act)
    for kind, content in made.items():
        _keep(work, matter, kind, slip.folio, content, last.get(kind))
    return Kept(slip.folio, False, work.now_ms, made)


def _keep(work: Work, matter: Matter, kind: str, folio: str, content: bytes, last: Issued | None) -> None:
    """Keep a paper with its row; `last`: the issue it takes the place of."""
    key = work.new_id()
    work.add(
        IssuedReportRecord(
            id=key,
            kind=kind,
            period=matter.period,
            folio=folio,
            cut_at=work.now_ms,
            data_sha=matter.data_sha,
            definitions=matter.definitions,
            happened_on=work.today.isoformat(),
            replaces=last.id if last else None,
        )
    )
    work.connection.execute(
        insert(ReportFileRecord).values(
            report=key, file_name=f"{folio}-{kind}.pdf", made_at=work.now_ms, content=content
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
    kinds: Sequence[str] | None = None,
) -> tuple[Issued, ...]:
    """Every issue that was not undone, of these kinds and this period (ISO month, number of an order…) or of all;
    newest period first, in it newest issue."""
    r = IssuedReportRecord
    query = select(
        r.id, r.kind, r.period, r.folio, r.cut_at, r.data_sha, r.definitions, r.replaces, r.recorded_at
    ).where(r.clinic == clinic, r.voided.is_(None))
    if kinds is not None:
        query = query.where(r.kind.in_(kinds))
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


def stored(connection: Connection, issue: Id) -> bytes | None:
    """The bytes of an issue as they were printed; None when it was issued on another laptop."""
    f = ReportFileRecord
    content = connection.execute(select(f.content).where(f.report == issue)).scalar()
    return None if content is None else bytes(content)


@dataclass(frozen=True, slots=True)
class Archived:
    """An issue in the archive, with what it is of; `current` False = another took its place."""

    issued: Issued
    of: Subject
    current: bool


def archived(connection: Connection, clinic: Id, actor: Actor) -> tuple[Archived, ...]:
    """Every paper that was issued and that the person may see, the newest first."""
    kinds = [kind for kind, right in SEEN_BY.items() if right is None or actor.may(right)]
    held = archive(connection, clinic, kinds=kinds)
    of = {
        kind: subjects(connection, clinic, kind, [each.period for each in held if each.kind == kind])
        for kind in {each.kind for each in held}
    }
    replaced = {each.replaces for each in held}
    found = [Archived(x, of[x.kind].get(x.period, Subject()), x.id not in replaced) for x in held]
    return tuple(sorted(found, key=lambda x: (x.issued.cut_at, x.issued.folio, x.issued.kind), reverse=True))
