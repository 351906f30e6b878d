"""The sheets with a key, as bytes for the preview; they never become a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ces_desktop import __version__
from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.services.clinic import OpenClinic, is_demo

if TYPE_CHECKING:
    from ces_desktop.reports.document import Frame


def sheet_pdf(opened: OpenClinic, key: RecoveryKey) -> bytes:
    """The recovery sheet of the open clinic."""
    from ces_desktop.reports.recovery import recovery_sheet_pdf

    return recovery_sheet_pdf(key.groups, key.sheet, frame_of(opened))


def network_sheet_pdf(opened: OpenClinic, key: RecoveryKey) -> bytes:
    """The sheet with the key of the open hub's network."""
    from ces_desktop.reports.recovery import network_sheet_pdf

    return network_sheet_pdf(key.groups, key.sheet, frame_of(opened))


def frame_of(opened: OpenClinic) -> Frame:
    """What every page of a paper says of the installation and of who prints."""
    from ces_desktop.reports.document import Frame

    facts = opened.facts
    return Frame(
        facts["name"], facts["official_name"], facts["clues"], facts["municipality"], facts["prefix"],
        opened.database.clock(), opened.actor.name, __version__,
        is_demo(facts["prefix"]),
    )  # fmt: skip
