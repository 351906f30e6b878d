"""P9: the handover of a clinic on paper. It names people: it stays in the clinic."""

from __future__ import annotations

from datetime import date

from ces_desktop.data.queries.handover import HandoverFile
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.document import Frame


def handover_pdf(file: HandoverFile, today: date, sha: str, slip: Slip, frame: Frame) -> bytes:
    """Section by section, a line for each person or thing, with who acknowledged it; `today` tells ages.

    Same file, day, slip and frame, same bytes. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import handover_pages

    return handover_pages.build(file, today, sha, slip, frame)
