"""P6: the note of a signed consult and its prescription."""

from __future__ import annotations

from ces_desktop.data.queries.prints import ConsultPaper
from ces_desktop.reports.document import Frame


def consult_pdf(paper: ConsultPaper, frame: Frame) -> bytes:
    """The note on letter paper (NOM-004-SSA3-2012, 6.2), addenda after it; an annulled one stays legible and says so.

    Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import consult_note

    return consult_note.build(paper, frame)


def prescription_pdf(paper: ConsultPaper, frame: Frame) -> bytes:
    """The prescription, controlled medicines on sheets of their own. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import prescription

    return prescription.build(paper, frame)
