"""The papers of mentoring (P8): a session with what was agreed and both signatures; the progress of a placement.

They stay in the clinic: cases bear names. reportlab is loaded when the first is drawn.
"""

from __future__ import annotations

from ces_desktop.data.queries.mentoring_opening import Opening
from ces_desktop.data.queries.mentoring_progress import Progress
from ces_desktop.reports.document import Frame


def session_pdf(held: Opening, frame: Frame) -> bytes:
    """One or two pages: who, score with what is critical first, consults, cases, agreements, both signatures.

    `held.file` must be there. An unsigned session has empty lines to sign on.
    """
    from ces_desktop.reports import mentoring_pages

    return mentoring_pages.session(held, frame)


def progress_pdf(held: Progress, frame: Frame) -> bytes:
    """One page: scores over the placement, actions closed in time, items missed most, figures before and after."""
    from ces_desktop.reports import mentoring_pages

    return mentoring_pages.progress(held, frame)
