"""The command line's papers that have one kind and one subject: the shelf. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from ces_desktop.data.database import Database
from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries import shelf_papers
from ces_desktop.data.queries.shelf_papers import ShelfPaper
from ces_desktop.data.queries.stock import item_of_code
from ces_desktop.domain import papers
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.errors import Refused
from ces_desktop.reports import shelf_lines
from ces_desktop.reports.document import Frame
from ces_desktop.reports.shelf import shelf_pdf
from ces_desktop.services.papers import issue_paper
from ces_desktop.ui import order_plans
from ces_desktop.ui.report_command import told

Read: TypeAlias = Callable[[Any], ShelfPaper | None]


def report_shelf(
    database: Database, actor: Actor, frame: Frame, kind: str, out: Path, month: str | None, key: str | None
) -> Iterator[str]:
    """Write a paper of the shelf to `out`, its rows beside it as CSV and XLSX; lines to say.

    `month`: ISO, of the days without stock (None = this one); `key`: of the item whose stock card it is. Refused:
    `supply.no_such_key`, `reports.future`, `access.not_allowed`; Unavailable of `storage`.
    """
    read = _read(database, kind, local_day(frame.made_at_ms), month, key)

    def render(paper: ShelfPaper, slip: Slip, cut_at: int) -> bytes:
        return shelf_pdf(paper, slip, replace(frame, made_at_ms=cut_at))

    kept = database.write(lambda work: issue_paper(work, read, render), actor).value
    if kept is None:
        raise Refused("supply.no_such_key", key=key or "")
    write_safely(out, kept.content, keep_previous=False)
    lines = shelf_lines.lines(kept.paper, frame.prefix)
    for suffix in (".csv", ".xlsx"):
        write_safely(out.with_suffix(suffix), lines.file(suffix), keep_previous=False)
    yield told(kept.folio, reprint=kept.reprint)


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
