"""Sentences of the network's key in sheets of words."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "sync.share_word": tr("Sheet {share}, word {place}: there is no such word. Look at the sheet again."),
        "sync.share_wrong": tr("Sheet {share}: a word is wrong, missing or elsewhere. Compare it with the sheet."),
        "sync.shares_too_few": tr("The key needs {need} different sheets; here is {have}."),
        "sync.shares_apart": tr("These sheets do not belong together. Take two that were made on one day."),
    }
