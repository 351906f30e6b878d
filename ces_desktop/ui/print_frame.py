"""What every print of this window says besides its subject: the clinic, the moment, who prints."""

from __future__ import annotations

from ces_desktop import __version__
from ces_desktop.reports.document import Frame
from ces_desktop.ui.desk import Desk


def frame_of(desk: Desk, made_at_ms: int | None = None) -> Frame:
    """The frame for prints made now, or with the data of a moment (UTC ms)."""
    clinic = desk.clinic
    return Frame(
        clinic_name=clinic.name,
        official_name=clinic.official_name,
        clues=clinic.clues,
        municipality=clinic.municipality,
        prefix=clinic.prefix,
        made_at_ms=desk.tasks.database.clock() if made_at_ms is None else made_at_ms,
        user_name=desk.actor.name,
        app_version=__version__,
        demo=clinic.demo,
    )
