"""The papers of mentoring (P8): a session with what was agreed and both signatures; the progress of a placement.

They stay in the clinic: cases bear names. reportlab is loaded when the first is drawn.
"""

from __future__ import annotations

from ces_desktop.data.queries.mentoring_papers import ProgressPaper, SessionPaper
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.document import Frame


def session_pdf(paper: SessionPaper, slip: Slip, frame: Frame) -> bytes:
    """One or two pages: who, score with what is critical first, consults, cases, agreements, both signatures.

    An unsigned session has empty lines to sign on. Same paper, slip and frame, same bytes.
    """
    from ces_desktop.reports import mentoring_pages

    return mentoring_pages.session(paper, slip, frame)


def progress_pdf(paper: ProgressPaper, slip: Slip, frame: Frame) -> bytes:
    """One page: scores over the placement, actions closed in time, items missed most, figures before and after."""
    from ces_desktop.reports import mentoring_pages

    return mentoring_pages.progress(paper, slip, frame)
