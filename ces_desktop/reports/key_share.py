"""The sheets of the shared network key: three pieces of paper for three keepers, any two of which give the key back."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.reports.document import Frame


def key_share_pdf(words: Sequence[str], number: int, of: int, needed: int, frame: Frame) -> bytes:
    """One page with the words of one sheet (`sync.key_shares`), numbered, and how to keep and use them.

    Nothing else that is printed follows from the key. Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import key_share_sheet

    return key_share_sheet.build(words, number, of, needed, frame)
