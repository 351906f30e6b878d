"""Papers that are issued: numbered, kept as they were printed, and replaced, never changed, when the data do.

The folio is `PREFIX-SLOT-NNNN`: each laptop of a clinic counts for itself, and a number that was undone is not given
again. The paper itself is made by whoever asks (`render`): services know no prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection, insert, select

from ces_desktop.data.database import Database, Outcome
from ces_desktop.data.installation import Installation
from ces_desktop.data.models import IssuedReportRecord, ReportFileRecord
from ces_desktop.data.queries.issued_papers import Subject, subjects
from ces_desktop.data.work import Work
from ces_desktop.domain import papers
from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC
from ces_desktop.domain.papers import Paper, Slip
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION
from ces_desktop.errors import Refused

T = TypeVar("T")
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
    database: Database, actor: Actor, read: Callable[[Connection], P | None], render: Callable[[P, Slip, int], bytes]
) -> Outcome[KeptPaper[P] | None]:
    """Issue a paper as the data are now; that of the last issue again where nothing changed. None = it is of nothing.

    `render`: from paper, slip and moment of the cut (UTC ms) to bytes. Refused: `access.not_allowed`.
    """

    def found(connection: Connection, _cut_at: int) -> tuple[P | None, Matter | None]:
        paper = read(connection)
        if paper is None:
            return None, None
        if not may_issue(actor, paper.kind):
            raise Refused("access.not_allowed", right=ISSUED_BY.get(paper.kind, Right.ISSUE_REPORTS).value)
        return paper, Matter((paper.kind,), paper.period, paper.sha(), paper.definitions)

    def draw(paper: P | None, slip: Slip, cut_at: int) -> Mapping[str, bytes]:
        return {} if paper is None else {paper.kind: render(paper, slip, cut_at)}

    outcome = issue(database, actor, "reports.paper", found, draw)
    paper, kept = outcome.value
    one = None if paper is None else KeptPaper(kept.folio, kept.reprint, paper, kept.files[paper.kind])
    return Outcome(one, outcome.touched, outcome.action)


def may_issue(actor: Actor, kind: str) -> bool:
    """Whether the person may issue a paper of a kind; who only reads prints it without a folio."""
    right = ISSUED_BY.get(kind)
    return right is not None and actor.may(right) and not actor.reads_only


def issue(
    database: Database,
    actor: Actor,
    act: str,
    read: Callable[[Connection, int], tuple[T, Matter | None]],
    render: Callable[[T, Slip, int], Mapping[str, bytes]],
) -> Outcome[tuple[T, Kept]]:
    """Issue the papers of a matter under the next folio, within an action `act`; with the data of the last issue
    unchanged, its own bytes again. A matter of None has no folio and is kept nowhere. Who may is asked by the caller.

    `read`: at the moment of the cut (UTC ms); `render`: by kind of paper. Nobody waits while it draws.
    """

    def begin(connection: Connection) -> tuple[T, int, Matter | None, Kept | _Turn]:
        cut_at = database.clock()
        data, matter = read(connection, cut_at)
        return data, cut_at, matter, _Turn(Slip(), {}) if matter is None else _turn(connection, database, matter)

    while True:  # each round that is lost is one in which somebody else's paper was kept
        data, cut_at, matter, turn = database.read(begin)
        if isinstance(turn, Kept):
            return Outcome((data, turn), frozenset(), b"")
        made = render(data, turn.slip, cut_at)
        kept = Kept(turn.slip.folio, False, cut_at, made)
        if matter is None:
            return Outcome((data, kept), frozenset(), b"")
        outcome = database.write(partial(_keep, database=database, act=act, matter=matter, turn=turn, kept=kept), actor)
        if outcome.value:
            return Outcome((data, kept), outcome.touched, outcome.action)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Under which slip a paper is drawn, and the issues whose place it takes, by kind."""

    slip: Slip
    last: Mapping[str, Id]


def _turn(connection: Connection, database: Database, matter: Matter) -> Kept | _Turn:
    """Whose turn it is: of the last issue, whose data are those of now, or of a new one."""
    here = database.installation
    last: dict[str, Issued] = {}
    for each in archive(connection, here.clinic, matter.period, matter.kinds):
        last.setdefault(each.kind, each)
    held = last.get(matter.kinds[0])
    if held is not None and held.data_sha == matter.data_sha:
        files = {kind: stored(connection, each.id) for kind, each in last.items() if each.folio == held.folio}
        known = {kind: content for kind, content in files.items() if content is not None}
        if set(known) == set(matter.kinds):
            return Kept(held.folio, True, held.cut_at, known)
    slip = Slip(next_folio(connection, here), held.folio if held else "")
    return _Turn(slip, {kind: each.id for kind, each in last.items()})


def _keep(work: Work, *, database: Database, act: str, matter: Matter, turn: _Turn, kept: Kept) -> bool:
    """Keep what was drawn, with its rows; False when another issue came first: nothing is kept then."""
    if _turn(work.connection, database, matter) != turn:
        return False
    work.act(act)
    for kind, content in kept.files.items():
        key = work.new_id()
        work.add(
            IssuedReportRecord(
                id=key,
                kind=kind,
                period=matter.period,
                folio=kept.folio,
                cut_at=kept.cut_at,
                data_sha=matter.data_sha,
                definitions=matter.definitions,
                happened_on=local_day(kept.cut_at).isoformat(),
                replaces=turn.last.get(kind),
            )
        )
        work.connection.execute(
            insert(ReportFileRecord).values(
                report=key, file_name=f"{kept.folio}-{kind}.pdf", made_at=kept.cut_at, content=content
            )
        )
    return True


def next_folio(connection: Connection, here: Installation) -> str:
    """The next number of this laptop; one that was voided is never given again."""
    begin = f"{here.prefix}-{here.slot}-"
    r = IssuedReportRecord
    given = connection.execute(select(r.folio).where(r.clinic == here.clinic, r.folio.like(f"{begin}%"))).scalars()
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
