"""Pages 4 to 6 of the monthly report: supplies; subjects not recorded yet say so; signatures, stamp and receipt."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Table

from ces_desktop.domain.monthly import MonthlyReport
from ces_desktop.i18n import tr
from ces_desktop.reports import fonts, parts
from ces_desktop.reports.monthly_supplies import supplies

STAMP = 60.0, 35.0
"""Width and height in mm of the room for a stamp."""


def rest(report: MonthlyReport) -> list[Flowable]:
    """Pages four to six."""
    story = supplies(report)
    story.append(PageBreak())
    story += _page(
        tr("5 · Maternal and child care, mental health, screening"),
        tr("the programmes of pregnancy, child, mental health and screening"),
        [
            tr("Pregnancies, births and children followed"), tr("Mental health: people followed and their scores"),
            tr("Screening: invited, screened, positive, confirmed, in care"), tr("Companions and their visits"),
        ],
    )  # fmt: skip
    story.append(PageBreak())
    story += _page(
        tr("6 · Mentoring, community, pending, signatures"),
        tr("the subject of community"),
        [tr("Agreements with the community"), tr("Pending of last month")],
        tr("Mentoring sessions and what was agreed in them have papers of their own; they are not counted here."),
    )
    return [*story, parts.gap(4), _signed()]


def _page(title: str, subject: str, contents: Sequence[str], apart: str = "") -> list[Flowable]:
    """A section without data: which subject will fill it, and room to write by hand what is known on paper.

    `apart`: what is recorded and stands elsewhere.
    """
    empty = tr("Not recorded in this version: {subject} will fill it. Empty does not mean zero.").format(
        subject=subject
    )
    story = parts.section(title, parts.boxed(empty))
    if apart:
        story += [parts.gap(2), parts.text(apart)]
    for each in contents:
        line = tr("{what}: {dash} (not recorded)").format(what=each, dash="\N{EN DASH}")
        story += [parts.gap(2.5), parts.text(line, "bold"), parts.rules(3, 7)]
    return story


def _signed() -> Flowable:
    """Signatures, stamp and receipt: never parted by the end of a page."""
    stamp = parts.framed(tr("Stamp of the clinic"), *STAMP)
    receipt = parts.framed(tr("Received by the jurisdiction: name, day, hour, stamp"), 105, STAMP[1])
    row = Table([[stamp, "", receipt]], colWidths=[STAMP[0] * mm, 15 * mm, 105 * mm])
    row.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.BODY, 7),
            *((name, (0, 0), (-1, -1), 0) for name in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
        ]
    )
    under = (
        tr("Prepared by: name, licence or MPSS, signature"),
        tr("Nurse: name and signature"),
        tr("Seen by the supervisor: name and signature"),
    )
    return parts.together(*parts.section(tr("Signatures"), parts.signatures(*under)), parts.gap(4), row)
