"""The recovery sheet of a clinic, as bytes for the preview; it never becomes a file."""

from __future__ import annotations

from ces_desktop import __version__
from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.services.clinic import OpenClinic, is_demo


def sheet_pdf(opened: OpenClinic, key: RecoveryKey) -> bytes:
    """The recovery sheet of the open clinic."""
    from ces_desktop.reports.document import Frame
    from ces_desktop.reports.recovery import recovery_sheet_pdf

    facts = opened.facts
    frame = Frame(
        facts["name"], facts["official_name"], facts["clues"], facts["municipality"], facts["prefix"],
        opened.database.clock(), opened.actor.name, __version__,
        is_demo(facts["prefix"]),
    )  # fmt: skip
    return recovery_sheet_pdf(key.groups, key.sheet, frame)
