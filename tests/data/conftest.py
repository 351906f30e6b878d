"""Fixtures of the tests of backups: a clinic, a stick, and a backup of the one on the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from backups_made import NOW, filled

from ces_desktop.data.backup import BackupInfo, make_backup
from ces_desktop.data.vault import Vault


@pytest.fixture
def clinic(tmp_path: Path) -> Vault:
    return filled(tmp_path / "SOL")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


@pytest.fixture
def saved(clinic: Vault, stick: Path) -> BackupInfo:
    return make_backup(clinic.folder, clinic.key, stick, NOW)
