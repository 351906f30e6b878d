"""The command line's papers that have one kind and one subject: the shelf, mentoring, what is handed over. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from ces_desktop.data.database import Database
from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries import mentoring_papers, shelf_papers
from ces_desktop.data.queries.handover import handover_rows
from ces_desktop.data.queries.mentoring_progress import mentees
from ces_desktop.data.queries.mentoring_sessions import mentoring
from ces_desktop.data.queries.scorecard import cards
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.data.queries.stock import item_of_code
from ces_desktop.domain import papers
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Paper, Slip
from ces_desktop.errors import Refused
from ces_desktop.reports import shelf_lines
from ces_desktop.reports.document import Frame
from ces_desktop.reports.handover import handover_pdf
from ces_desktop.reports.mentoring import progress_pdf, session_pdf
from ces_desktop.reports.mentoring_words import tongue
from ces_desktop.reports.scorecard import scorecard_pdf
from ces_desktop.reports.shelf import shelf_pdf
from ces_desktop.services.handover_papers import HandoverEdition, issue_handover
from ces_desktop.services.papers import KeptPaper, issue_paper
from ces_desktop.ui import order_plans
from ces_desktop.ui.report_command import told

P = TypeVar("P", bound=Paper)
Read: TypeAlias = Callable[[Any], ShelfPaper | None]


def report_shelf(
    database: Database, actor: Actor, frame: Frame, kind: str, out: Path, month: str | None, key: str | None
) -> Iterator[str]:
    """Write a paper of the shelf to `out`, its rows beside it as CSV and XLSX; lines to say.

    `month`: ISO, of the days without stock (None = this one); `key`: of the item whose stock card it is. Refused:
    `supply.no_such_key`, `reports.future`, `access.not_allowed`; Unavailable of `storage`.
    """
    read = _read(database, kind, local_day(frame.made_at_ms), month, key)
    kept: KeptPaper[ShelfPaper] | None = _issue(database, actor, frame, read, shelf_pdf)
    if kept is None:
        raise Refused("supply.no_such_key", key=key or "")
    write_safely(out, kept.content, keep_previous=False)
    lines = shelf_lines.lines(kept.paper, frame.prefix)
    for suffix in (".csv", ".xlsx"):
        write_safely(out.with_suffix(suffix), lines.file(suffix), keep_previous=False)
    yield told(kept.folio, reprint=kept.reprint)


def report_mentoring(
    database: Database, actor: Actor, frame: Frame, kind: str, out: Path, day: str | None, person: str | None
) -> Iterator[str]:
    """Write a session, a progress sheet or a scorecard to `out`; lines to say.

    `day`: ISO, of the session or the card (None = the latest); `person`: whose progress (None = the clinic's). Refused:
    `papers.none`, `access.not_allowed`; Unavailable of `storage`.
    """
    here, today = database.installation.clinic, local_day(frame.made_at_ms)
    kept: KeptPaper[Any] | None
    if kind == papers.SESSION:
        files = database.read(partial(mentoring, clinic=here)).files  # newest first
        found = [f.session.id for f in files if day in (None, f.session.happened_on)][:1]
        reads = [partial(mentoring_papers.session_paper, clinic=here, session=key, today=today) for key in found]
        kept = _issue(database, actor, frame, reads[0], session_pdf) if reads else None
    elif kind == papers.PROGRESS:
        held = mentees(database.read(partial(mentoring, clinic=here)).files)
        who = next((each for each in held if each.name == person), None)
        sheet = partial(mentoring_papers.progress_paper, clinic=here, today=today, who=who, language=tongue())
        known = person is None or who is not None
        kept = _issue(database, actor, frame, sheet, progress_pdf) if known else None
    else:
        made = [each for each in database.read(partial(cards, clinic=here)) if day in (None, each.day)]
        card = partial(mentoring_papers.scorecard_paper, clinic=here, card=made[-1].id if made else None)
        kept = _issue(database, actor, frame, card, scorecard_pdf) if made else None
    if kept is None:
        raise Refused("papers.none")
    write_safely(out, kept.content, keep_previous=False)
    yield told(kept.folio, reprint=kept.reprint)


def report_handover(database: Database, actor: Actor, frame: Frame, out: Path, day: str | None) -> Iterator[str]:
    """Write the handover of an ISO day (None = the latest) to `out`; lines to say.

    Raises as `issue_handover`, `papers.none` where there is none, Unavailable of `storage`.
    """
    here = database.installation.clinic
    rows = database.read(partial(handover_rows, clinic=here))
    found = next((row.id for row in rows if day in (None, row.day)), None)
    if found is None:
        raise Refused("papers.none")

    def render(edition: HandoverEdition) -> bytes:
        slip, cut = Slip(edition.folio, edition.replaced), replace(frame, made_at_ms=edition.cut_at)
        return handover_pdf(edition.file, local_day(edition.cut_at), edition.sha, slip, cut)

    kept = issue_handover(database, actor, found, render).value
    write_safely(out, kept.content, keep_previous=False)
    yield told(kept.folio, reprint=kept.reprint)


def _issue(
    database: Database,
    actor: Actor,
    frame: Frame,
    read: Callable[[Any], P | None],
    draw: Callable[[P, Slip, Frame], bytes],
) -> KeptPaper[P] | None:
    def render(paper: P, slip: Slip, cut_at: int) -> bytes:
        return draw(paper, slip, replace(frame, made_at_ms=cut_at))

    return issue_paper(database, actor, read, render).value


def _read(database: Database, kind: str, today: date, month: str | None, key: str | None) -> Read:
    """What reads the paper of a kind."""
    here: Id = database.installation.clinic
    if kind == papers.STOCK:
        chances = order_plans.chances(database, here, today)
        return partial(shelf_papers.stock_paper, clinic=here, today=today, risks=chances)
    if kind == papers.DAYS_OUT:
        wanted = month or today.isoformat()[:7]
        if wanted > today.isoformat()[:7]:
            raise Refused("reports.future")
        return partial(shelf_papers.days_out_paper, clinic=here, today=today, month=wanted)
    if kind == papers.STOCK_CARD:
        item = database.read(partial(item_of_code, clinic=here, code=key or ""))
        if item is None:
            raise Refused("supply.no_such_key", key=key or "")
        return partial(shelf_papers.card_paper, clinic=here, today=today, item=item)
    if kind == papers.EXPIRIES:
        return partial(shelf_papers.expiries_paper, clinic=here, today=today)
    return partial(shelf_papers.count_paper, clinic=here, today=today)
