"""The handover on paper from the window: issued under a folio, or found unchanged, and shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.handover import HandoverFile, handover_file
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports.document import Frame
from ces_desktop.reports.handover import handover_pdf
from ces_desktop.services.handover_papers import HandoverEdition, KeptHandover, data_sha, issue_handover
from ces_desktop.ui.desk import Page
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.report_command import told


def show_paper(page: Page, handover: Id) -> None:
    """Issue the paper and show it; who may not issue sees it without a folio."""
    desk = page.desk
    try:
        require(desk.actor, Right.PRINT_PATIENTS)
    except Refused as refused:
        desk.tell(refused)
        return
    if not desk.actor.may(Right.ISSUE_REPORTS) or desk.tasks.database.read_only:
        query = partial(handover_file, clinic=desk.clinic.id, handover=handover)
        desk.tasks.read(query, partial(_unissued, page), owner=page)
        return
    action = partial(issue_handover, handover=handover, render=partial(_render, frame_of(desk)))
    desk.tasks.issue(action, partial(_issued, page), owner=page)


def _issued(page: Page, outcome: Outcome[KeptHandover]) -> None:
    kept = outcome.value
    page.desk.toast(told(kept.folio, reprint=kept.reprint))
    page.desk.preview(tr("Handover of the clinic"), lambda: kept.content, f"entrega-{kept.folio}.pdf")


def _unissued(page: Page, file: HandoverFile | None) -> None:
    if file is not None:
        desk = page.desk
        build = partial(handover_pdf, file, desk.today, data_sha(file), Slip(), frame_of(desk))
        desk.preview(tr("Handover of the clinic"), build, f"entrega-{file.head.day}.pdf")


def _render(frame: Frame, edition: HandoverEdition) -> bytes:
    slip = Slip(edition.folio, edition.replaced)
    cut = replace(frame, made_at_ms=edition.cut_at)
    return handover_pdf(edition.file, local_day(edition.cut_at), edition.sha, slip, cut)
