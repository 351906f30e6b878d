"""People and passphrases of the tests of keys, and how a refusal is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ces_desktop.errors import Refused

ANA, LUIS = b"\x01" * 16, b"\x02" * 16
PHRASE, OTHER = "nopal lluvia cometa sendero", "barro tambor quetzal molino"


def refused(action: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as told:
        action()
    return told.value
