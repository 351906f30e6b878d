"""The papers of a signed consult, previewed: from its page, and by one key after signing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from ces_desktop.data.queries.prints import ConsultPaper, consult_paper
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Visit
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports.consult import consult_pdf, prescription_pdf
from ces_desktop.reports.document import Frame
from ces_desktop.ui.desk import Desk, Offer
from ces_desktop.ui.print_frame import frame_of

Kind = Literal["note", "prescription"]


def show(desk: Desk, kind: Kind, encounter: Id, patient: Id, file_name: str) -> None:
    """Preview the note or the prescription; `file_name` = what follows `nota-`, no name of a person in it."""
    drawn: dict[Kind, tuple[str, str, Callable[[ConsultPaper, Frame], bytes]]] = {
        "note": (tr("Medical note"), "nota", consult_pdf),
        "prescription": (tr("Prescription"), "receta", prescription_pdf),
    }
    title, begins, paper = drawn[kind]
    database, frame = desk.tasks.database, frame_of(desk)
    query = partial(consult_paper, clinic=desk.clinic.id, encounter=encounter, reader=desk.actor)

    def build() -> bytes:
        held = database.read(query)
        if held is None:
            raise Refused("visits.not_signed")
        return paper(held, frame)

    desk.preview(title, build, f"{begins}-{file_name}.pdf", patient)


def offer(desk: Desk, visit: Visit, human_id: str) -> Offer | None:
    """To print the prescription of a consult just signed; None without medicines, and for one copied from paper."""
    if not visit.lines or visit.entered == "late" or not desk.actor.may(Right.PRINT_PATIENTS):
        return None
    name = f"{human_id}-{visit.happened_on}"
    act = partial(show, desk, "prescription", visit.encounter, visit.patient, name)
    return Offer(tr("Print the prescription"), act, visit.patient, _hand_out(desk, visit))


def _hand_out(desk: Desk, visit: Visit) -> Offer | None:
    """To hand out what was prescribed."""
    if not desk.actor.may(Right.DISPENSE):
        return None
    return Offer(tr("Hand out"), lambda: desk.go_to("dispense", (visit.encounter,)), visit.patient)
