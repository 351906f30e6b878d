"""Sheets of the shared network key: what is printed gives the key back when typed; one sheet is one page."""

from __future__ import annotations

import paper
import pytest

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.passphrase import write_recovery
from ces_desktop.reports.key_share import key_share_pdf
from ces_desktop.sync.key_shares import joined_key, key_shares

KEY = write_recovery(0xABCDEF0123456789ABCDEF0123456789ABC)
LONG = DeviceKeys(bytes(range(32)), bytes(range(32, 64))).to_bytes().hex().upper()


@pytest.mark.parametrize("key", [KEY, LONG])
@pytest.mark.parametrize("language", ["spanish", "english"])
def test_what_is_printed_gives_the_key_back(key: str, language: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(language)
    typed = []
    for number, words in enumerate(key_shares(key)[:2], 1):
        pdf = key_share_pdf(words.split(), number, 3, 2, paper.FRAME)
        (said,) = paper.texts(pdf)
        typed.append(" ".join(run.words.strip() for run in paper.runs(pdf) if run.size == 13))
        assert f"{number} " in said and "El Mirador" in said
        assert paper.embedded(pdf) and paper.ink_outside(paper.images(pdf)[0], 14) == 0
    assert joined_key(typed) == key
