"""The change of hands of a demonstration clinic: drawn from its own data, acknowledged in part; its scorecards."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.queries.handover import latest
from ces_desktop.data.queries.scorecard import cards
from ces_desktop.domain.ids import clinic_id
from ces_desktop.services import demo
from ces_desktop.services.demo_scribe import instant

SUNDAY = date(2026, 11, 22)


def test_a_clinic_changed_hands_in_august_and_has_its_scorecards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    wanted = demo.Clinic(0, 150, 17, 7, SUNDAY - timedelta(days=1), instant(SUNDAY, 600))
    folder, user = demo.write_clinic(tmp_path, wanted)
    engine = cipher.engine(folder.database, vault.open(folder, user, demo.PASSPHRASE))
    with transaction(engine, write=False) as connection:
        file = latest(connection, clinic_id(folder.prefix))
        held = cards(connection, clinic_id(folder.prefix))
        verdict = verify(connection)
    engine.dispose()
    assert verdict.equal, (verdict.differences[:3], verdict.broken[:3])
    assert file is not None and file.head.day[5:7] in ("07", "08") and file.head.incoming == user
    progress = file.head.progress
    assert 0 < progress.read < progress.lines and progress.left_out <= 1
    assert any(line.words for line in file.lines if line.section != "other")
    assert all(line.read_at is None or line.read_by == "Dra. Ana Robles" for line in file.lines)
    assert all(line.patient is not None for line in file.lines if line.about_type == "patient")
    assert [card.kind for card in held] == ["baseline", "yearly"]
    assert held[1].area("supplies").points is not None and held[0].area("staffing").points is not None
    agreements = [next(i for i in card.items if i.code == "agreements_kept") for card in held]
    assert agreements[0].points is None and agreements[1].points is not None


def test_a_clinic_of_a_month_has_nothing_to_hand_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    wanted = demo.Clinic(0, 20, 1, 7, SUNDAY - timedelta(days=1), instant(SUNDAY, 600))
    folder, user = demo.write_clinic(tmp_path, wanted)
    engine = cipher.engine(folder.database, vault.open(folder, user, demo.PASSPHRASE))
    with transaction(engine, write=False) as connection:
        assert latest(connection, clinic_id(folder.prefix)) is None
        assert cards(connection, clinic_id(folder.prefix)) == ()
    engine.dispose()
