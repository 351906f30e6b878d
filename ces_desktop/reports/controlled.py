"""The register of controlled medicines of a month, on paper."""

from __future__ import annotations

from ces_desktop.data.queries.controlled import Register
from ces_desktop.reports.document import Frame


def controlled_pdf(held: Register, frame: Frame) -> bytes:
    """The sheet on letter paper that lies, with names: it stays in the clinic. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import controlled_register

    return controlled_register.build(held, frame)
