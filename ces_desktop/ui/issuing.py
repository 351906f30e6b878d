"""A paper from the window: issued under a folio, or found unchanged, and shown; without a folio where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

from ces_desktop.data.database import Outcome
from ces_desktop.domain.papers import Paper, Slip
from ces_desktop.reports.document import Frame
from ces_desktop.services.papers import KeptPaper, issue_paper, may_issue
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.report_command import told

P = TypeVar("P", bound=Paper)


@dataclass(frozen=True, slots=True)
class Print(Generic[P]):
    """A paper that can be asked for. `name`: of its file, without ending; `table`: its rows as a file of a suffix."""

    kind: str
    title: str
    name: str
    read: Callable[[Any], P | None]
    draw: Callable[[P, Slip, Frame], bytes]
    table: Callable[[P, str], bytes] | None = None


def show(page: Page, wanted: Print[P]) -> None:
    """Issue the paper as the data are now, or find the last issue unchanged, and show it."""
    desk = page.desk
    if issues(desk, wanted.kind):
        render = partial(_render, wanted, frame_of(desk))
        action = partial(issue_paper, read=wanted.read, render=render)
        desk.tasks.issue(action, partial(_issued, page, wanted), owner=page)
    else:
        desk.tasks.read(wanted.read, partial(_unissued, page, wanted), owner=page)


def issues(desk: Desk, kind: str) -> bool:
    """Whether a paper of a kind gets a folio here: at its own clinic, from who may, where can be written."""
    database = desk.tasks.database
    here = desk.clinic.id == database.installation.clinic
    return here and not database.read_only and may_issue(desk.actor, kind)


def _render(wanted: Print[P], frame: Frame, paper: P, slip: Slip, cut_at: int) -> bytes:
    return wanted.draw(paper, slip, replace(frame, made_at_ms=cut_at))


def _issued(page: Page, wanted: Print[P], outcome: Outcome[KeptPaper[P] | None]) -> None:
    kept = outcome.value
    if kept is not None:
        content = kept.content
        page.desk.toast(told(kept.folio, reprint=kept.reprint))
        _preview(page, wanted, kept.paper, lambda: content)


def _unissued(page: Page, wanted: Print[P], paper: P | None) -> None:
    if paper is not None:
        _preview(page, wanted, paper, partial(wanted.draw, paper, Slip(), frame_of(page.desk)))


def _preview(page: Page, wanted: Print[P], paper: P, build: Callable[[], bytes]) -> None:
    table = None if wanted.table is None else partial(wanted.table, paper)
    page.desk.preview(wanted.title, build, f"{wanted.name}.pdf", table=table)
