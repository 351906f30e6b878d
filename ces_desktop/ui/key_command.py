"""The command line's network key: read from the file of its sheet or of two sheets of words, and shared anew. No Qt."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ces_desktop.data.folder import write_safely
from ces_desktop.errors import Unavailable
from ces_desktop.i18n import tr
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync.key_shares import NEEDED, SHEETS, are_shares, joined_key, key_shares
from ces_desktop.sync.network_key import network_keys


def key_text(files: Sequence[Path]) -> str:
    """The key as on its sheet: the last line of one file, or joined from files with the words of a sheet each.

    Refused as `joined_key`; Unavailable("storage.unreadable").
    """
    texts = []
    for path in files:
        try:
            texts.append(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable("storage.unreadable") from error
    if len(texts) > 1 or are_shares(texts[0]):
        return joined_key(texts)
    return next((line for line in reversed(texts[0].splitlines()) if line.strip()), "")


def hub_shares(opened: OpenClinic, options: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """`hub shares --network-key FILE… --to DIR`: three sheets to print, any two of which give the key back."""
    from ces_desktop.reports.key_share import key_share_pdf
    from ces_desktop.ui.entry.sheet import frame_of

    text = key_text(options.network_key)
    network_keys(text)  # what is no key is refused before anything is written
    for number, words in enumerate(key_shares(text), 1):
        pdf = key_share_pdf(words.split(), number, SHEETS, NEEDED, frame_of(opened))
        write_safely(options.to / f"network-key-sheet-{number}.pdf", pdf, keep_previous=False)
    yield tr("Three sheets written. Print them, delete the files, give each to another person: {path}").format(
        path=options.to
    ), False
