"""Two databases brought up to date by two threads of one program, a backup beside an opening: one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from alembic import command
from builders import KEY

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.upgrade import HEAD, schema_of, upgrade


def test_the_second_begins_when_the_first_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, first, second, beside = command.upgrade, Event(), Event(), []

    def watched(*how: Any) -> None:
        if first.is_set():
            second.set()
        else:
            first.set()
            beside.append(second.wait(0.3))
        steps(*how)

    def bring(name: str) -> str | None:
        engine = cipher.engine(tmp_path / name, KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
            made = schema_of(connection)
        engine.dispose()
        return made

    monkeypatch.setattr(command, "upgrade", watched)
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(bring, ("one.db", "other.db"))) == [HEAD, HEAD]
    assert beside == [False]
