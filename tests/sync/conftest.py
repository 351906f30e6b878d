"""What several tests of exchange start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import assert_proved
from moving import Two, opened
from supervised import supervisor


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Both enrolled; A has heard of B's laptop."""
    hub = supervisor(tmp_path / "hub", tmp_path / "CES-02", monkeypatch.setattr)
    made = Two(opened(tmp_path / "a", "CAP"), opened(tmp_path / "b", "RHO"), hub, hub.usb, tmp_path)
    for name, each in (("b", made.b), ("a", made.a)):
        with made.at(name):
            hub.enrol(each)
    hub.empty()
    yield made
    for each in (made.a, made.b):
        assert_proved(each.database)
        each.close()
    hub.opened.close()
