"""The sheet with the clinic's recovery key, to be kept on paper and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.reports.document import Frame


def recovery_sheet_pdf(groups: Sequence[str], sheet: str, frame: Frame) -> bytes:
    """One page: the key's groups (`RecoveryKey.groups`) in large type, the sheet's short name, how to keep and use it.

    No QR: a camera that passes over the table, or a phone that stores every picture in a cloud, would copy the whole
    key without anybody noticing; typing 35 letters once in years is a price worth paying. Nothing derived from the key
    is printed either. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import recovery_sheet

    return recovery_sheet.build(groups, sheet, frame)


def network_sheet_pdf(groups: Sequence[str], sheet: str, frame: Frame) -> bytes:
    """One page with the key of a hub's network, likewise; `frame` is of the hub."""
    from ces_desktop.reports import recovery_sheet

    return recovery_sheet.build_network(groups, sheet, frame)
