"""Blank forms for days without power: what is written on them is entered later as paper of that day."""

from __future__ import annotations

from typing import Literal

from ces_desktop.reports.document import Frame

Blank = Literal["consult", "day", "register"]
BLANKS: tuple[Blank, ...] = ("consult", "day", "register")


def blank_pdf(form: Blank, frame: Frame) -> bytes:
    """One blank sheet: a consult, the daily sheet, or lines to register people. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import contingency_forms

    return contingency_forms.build(form, frame)
