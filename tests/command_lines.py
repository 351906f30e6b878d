"""A clinic on disk that commands work on, and what a command said."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import register

from ces_desktop import app, i18n, settings
from ces_desktop.data import vault
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic

if TYPE_CHECKING:
    from conftest import Folders

PHRASE = "nube azul sobre la milpa"
USER = "Dra. Prueba Inventada"


@dataclass(slots=True)
class Laptop:
    """A clinic on disk, its passphrase in a file, and what the last command said."""

    folder: Path
    file: Path
    user: bytes
    sheet: str

    @property
    def words(self) -> list[str]:
        return ["--data", str(self.folder), "--passphrase-file", str(self.file)]

    def open(self) -> OpenClinic:
        from ces_desktop.data.folder import ClinicFolder

        return clinic.open_clinic(ClinicFolder(self.folder), self.user, PHRASE)

    def add(self, number: int = 1) -> None:
        opened = self.open()
        try:
            register(opened.database, opened.actor, number)
        finally:
            opened.close()


def made_once(factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    """A clinic made once; each test works on a copy."""
    root = factory.mktemp("made")
    new = NewClinic("CAP", "El Mirador", USER, PHRASE, CLINIC_ROLES)
    folder, user, key = clinic.create(root, new, cost=vault.CHEAPEST)
    return folder.path, user, key.text


def copied(folders: Folders, made: tuple[Path, bytes, str], folder: Path) -> Iterator[Laptop]:
    """A laptop with a copy of the clinic; `folder` takes its passphrase file."""
    data = folders.data / "CAP"
    shutil.copytree(made[0], data)
    file = folder / "passphrase.txt"
    file.write_text(PHRASE + "\n", encoding="utf-8")
    i18n.use("en")
    settings.update(lambda s: settings.Settings(language="en"))
    yield Laptop(data, file, made[1], made[2])
    i18n.use("en")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    try:
        code = app.main(list(words))
    except SystemExit as stopped:  # argparse
        code = int(stopped.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def one_sentence(err: str) -> str:
    """What was said: one line, no code, no blank, no trace."""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert "Traceback" not in err and "{" not in err and "(cli." not in err
    assert lines[0][-1] in ".?)" and (lines[0][0].isupper() or lines[0].startswith("--"))
    return lines[0]
