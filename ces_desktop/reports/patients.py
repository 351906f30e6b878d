"""P5: a person's summary for the folder, and the card the person carries."""

from __future__ import annotations

from datetime import date

from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.reports.document import Frame


def summary_pdf(file: PatientFile, today: date, frame: Frame, care: VisitForm | None = None) -> bytes:
    """The person's record on one or two pages of letter: allergies, problems, medicines, last values; who and where.

    `today` is the clinic's day, for the age; without `care` nothing clinical is told, and that is said. Raises
    Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import summary

    return summary.build(file, today, frame, care)


def card_pdf(file: PatientFile, frame: Frame, care: VisitForm | None = None) -> bytes:
    """One page with the two cards a person carries: who they are with next visits, and medicines with values.

    No diagnosis on either; without `care` there is room to write by hand. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import card

    return card.build(file, frame, care)
