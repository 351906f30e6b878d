"""The command line where something is wrong: its exit code and one clear sentence for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_lines import PHRASE, USER, Laptop, copied, made_once, one_sentence, run

from ces_desktop.data import vault
from ces_desktop.data.database import transaction
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic

if TYPE_CHECKING:
    from conftest import Folders

WRONG_WORDS = [
    ["fly"],
    ["demo"],
    ["demo", "--out", "x", "--clinics", "0"],
    ["demo", "--out", "x", "--clinics", "many"],
    ["demo", "--out", "x", "--clinics", "21"],
    ["demo", "--out", "x", "--months", "-1"],
    ["demo", "--out", "x", "--people", "1e3"],
    ["demo", "--out", "x", "--seed", ""],
    ["restore"],
    ["verify", "--hard"],
    ["--language", "fr", "verify"],
    ["--data"],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    return made_once(tmp_path_factory)


@pytest.fixture
def laptop(clinic_folder: Folders, made: tuple[Path, bytes, str], tmp_path: Path) -> Iterator[Laptop]:
    yield from copied(clinic_folder, made, tmp_path)


@pytest.mark.parametrize("words", WRONG_WORDS, ids=" ".join)
def test_wrong_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *words)
    assert code == 2 and out == "" and "usage: ces-desktop" in err


SUBCOMMANDS = [["verify"], ["rebuild"], ["backup"], ["restore", "anything"]]


@pytest.mark.parametrize("command", SUBCOMMANDS, ids=" ".join)
def test_the_clinic_must_be_named(laptop: Laptop, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    for words in ([], laptop.words[:2], laptop.words[2:]):
        code, _, err = run(capsys, *words, *command)
        assert code == 3 and "--data" in one_sentence(err)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\xff", "folder"], ids=["gone", "empty", "binary", "folder"])
def test_a_passphrase_file_that_cannot_be_read(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], content: bytes | str | None
) -> None:
    laptop.file.unlink()
    if content == "folder":
        laptop.file.mkdir()
    elif isinstance(content, bytes):
        laptop.file.write_bytes(content)
    for command in SUBCOMMANDS:
        code, _, err = run(capsys, *laptop.words, *command)
        assert code == 4 and "passphrase file" in one_sentence(err)


def test_a_wrong_passphrase_or_person(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, *laptop.words, "--user", "Nadie", "verify")
    assert code == 3 and "Nobody of that name" in one_sentence(err)
    laptop.file.write_text("otra frase que no es", encoding="utf-8")
    for words in ([], ["--user", USER]):
        code, _, err = run(capsys, *laptop.words, *words, "verify")
        assert code == 3 and "passphrase does not match" in one_sentence(err)
    code, _, err = run(capsys, "--language", "es", *laptop.words, "verify")
    assert code == 3 and "frase de paso no coincide" in one_sentence(err)


@pytest.mark.parametrize("command", [["verify"], ["rebuild"], ["backup"]], ids=" ".join)
def test_a_folder_without_a_clinic(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "nowhere", laptop.file):
        words = ["--data", str(place), "--passphrase-file", str(laptop.file)]
        code, _, err = run(capsys, *words, *command)
        assert code in (3, 4) and one_sentence(err)
    assert not (tmp_path / "nowhere").exists()
    (laptop.folder / "clinic.db").unlink()
    code, _, err = run(capsys, *laptop.words, *command)
    assert code in (3, 4) and "not in this folder" in one_sentence(err)


def test_damaged_files(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    database = laptop.folder / "clinic.db"
    data = bytearray(database.read_bytes())
    data[:4096] = bytes(4096)
    database.write_bytes(data)
    code, _, err = run(capsys, *laptop.words, "verify")
    assert code == 3 and one_sentence(err)
    for file in laptop.folder.glob("keyslots.json*"):
        file.write_text("{", encoding="utf-8")
    code, _, err = run(capsys, *laptop.words, "verify")
    assert code == 3 and "key file is damaged" in one_sentence(err)


def test_data_of_a_newer_program(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    opened = laptop.open()
    with transaction(opened.database.engine, write=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    for command in (["verify"], ["rebuild"], ["backup"]):
        code, _, err = run(capsys, *laptop.words, *command)
        assert code == 3 and "newer version" in one_sentence(err)


def test_beside_an_open_window(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    """Reading goes on; what writes says so and changes nothing."""
    window = laptop.open()
    try:
        assert run(capsys, *laptop.words, "verify")[0] == 0
        assert run(capsys, *laptop.words, "backup")[0] == 0
        (backup,) = (laptop.folder / "backups").iterdir()
        for command in (["rebuild"], ["restore", str(backup)]):
            code, _, err = run(capsys, *laptop.words, *command)
            assert code == 4 and "Another program holds the data" in one_sentence(err)
    finally:
        window.close()


def test_where_nothing_can_be_written(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path / "pulled stick", laptop.file):
        code, _, err = run(capsys, *laptop.words, "backup", "--to", str(place))
        assert code == 4 and one_sentence(err)
    run(capsys, *laptop.words, "backup")
    (backup,) = (laptop.folder / "backups").iterdir()
    into = ["--data", str(laptop.file / "CAP"), "--passphrase-file", str(laptop.file)]
    code, _, err = run(capsys, *into, "restore", str(backup))
    assert code == 4 and one_sentence(err)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    code, _, err = run(capsys, *laptop.words, "backup", "--to", str(tmp_path))
    assert code == 4 and "MB short" in one_sentence(err)


def test_what_is_no_backup(laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    laptop.add()
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "nowhere", laptop.file):
        code, _, err = run(capsys, *laptop.words, "restore", str(place))
        assert code in (3, 4) and one_sentence(err)
    run(capsys, *laptop.words, "backup")
    (backup,) = (laptop.folder / "backups").iterdir()
    data = bytearray((backup / "clinic.db").read_bytes())
    data[20_000:21_000] = bytes(1000)
    (backup / "clinic.db").write_bytes(data)
    code, _, err = run(capsys, *laptop.words, "restore", str(backup))
    assert code == 3 and "damaged" in one_sentence(err)
    assert run(capsys, *laptop.words, "verify")[0] == 0


def test_a_backup_of_another_clinic(laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    new = NewClinic("LAG", "Otra", USER, PHRASE, CLINIC_ROLES)
    other, _, _ = clinic.create(tmp_path / "others", new, cost=vault.CHEAPEST)
    stick = tmp_path / "stick"
    stick.mkdir()
    words = ["--data", str(other.path), "--passphrase-file", str(laptop.file)]
    run(capsys, *words, "backup", "--to", str(stick))
    (backup,) = stick.iterdir()
    code, _, err = run(capsys, *laptop.words, "restore", str(backup))
    assert code == 3 and "another clinic" in one_sentence(err)
