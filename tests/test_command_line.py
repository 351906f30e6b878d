"""The command line: every subcommand, its exit codes, and one clear sentence for each thing that can go wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_lines import USER, Laptop, copied, made_once, one_sentence, run

from ces_desktop import __version__, app
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.queries.stock import stock_items
from ces_desktop.domain.calendar import local_day

if TYPE_CHECKING:
    import argparse

    from conftest import Folders

    from ces_desktop.services.clinic import OpenClinic

def one_day(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    """The same instant on the clock of every command, so that no midnight falls between two of them."""
    really = app._open

    def stopped(options: argparse.Namespace) -> OpenClinic:
        opened = really(options)
        opened.database.clock = lambda: now
        return opened

    monkeypatch.setattr(app, "_open", stopped)


# What works


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    return made_once(tmp_path_factory)


@pytest.fixture
def laptop(clinic_folder: Folders, made: tuple[Path, bytes, str], tmp_path: Path) -> Iterator[Laptop]:
    yield from copied(clinic_folder, made, tmp_path)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"{__version__}\n", "")
    code, out, _ = run(capsys, "--help")
    known = ("demo", "verify", "rebuild", "backup", "report", "restore", "--self-test")
    assert code == 0 and all(word in out for word in known)


def test_verify_and_rebuild_say_what_they_counted(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    laptop.add()
    code, out, err = run(capsys, *laptop.words, "verify")
    assert (code, err) == (0, "") and "Tables and journal say the same." in out and "3 ops" in out
    code, out, err = run(capsys, *laptop.words, "--user", USER, "rebuild")
    assert (code, err) == (0, "") and "made anew" in out
    assert run(capsys, *laptop.words, "--user", laptop.user.hex(), "verify")[0] == 0


def test_verify_tells_a_difference(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    laptop.add()
    opened = laptop.open()
    with transaction(opened.database.engine, write=True) as connection:
        connection.exec_driver_sql("UPDATE patient SET given = 'Alterada'")
    opened.close()
    code, out, err = run(capsys, *laptop.words, "verify")
    assert (code, err) == (5, "") and "differ" in out and "patient" in out and "given" in out
    assert "Alterada" not in out
    assert run(capsys, *laptop.words, "rebuild")[0] == 0
    assert run(capsys, *laptop.words, "verify")[0] == 0


def test_backup_and_restore(laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    laptop.add(1)
    stick = tmp_path / "stick"
    stick.mkdir()
    code, out, _ = run(capsys, *laptop.words, "backup", "--to", str(stick))
    (backup,) = stick.iterdir()
    assert code == 0 and str(backup) in out
    assert run(capsys, *laptop.words, "backup")[0] == 0 and any((laptop.folder / "backups").iterdir())
    laptop.add(2)
    code, out, err = run(capsys, *laptop.words, "restore", str(backup))
    assert (code, err) == (0, "") and "in place" in out and "clinic.replaced-" in out
    _, out, _ = run(capsys, *laptop.words, "verify")
    assert "3 ops" in out
    other = tmp_path / "other machine" / "CAP"
    code, out, _ = run(capsys, "--data", str(other), "--passphrase-file", str(laptop.file), "restore", str(backup))
    assert code == 0 and "replaced" not in out and (other / "clinic.db").is_file()


def test_a_month_is_issued_on_paper_and_as_a_table_and_sent_again(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out, again = tmp_path / "march.pdf", tmp_path / "again.pdf"
    words = [*laptop.words, "report", "monthly", "--month", "2026-03", "--out"]
    code, said, err = run(capsys, *words, str(out))
    assert (code, err) == (0, "") and "CAP-0-0001" in said
    assert out.read_bytes().startswith(b"%PDF")
    assert out.with_suffix(".csv").read_text(encoding="utf-8-sig").startswith("folio,section,month,code,version")
    assert out.with_suffix(".xlsx").read_bytes().startswith(b"PK")
    code, said, _ = run(capsys, *words, str(again))
    assert code == 0 and "REPRINT" in said and again.read_bytes() == out.read_bytes()
    assert run(capsys, *words, str(again), "--copy", "clinic")[0] == 0 and again.read_bytes() != out.read_bytes()
    assert run(capsys, *laptop.words, "verify")[0] == 0


def test_an_order_is_issued_on_paper_and_sent_again(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from datetime import date

    from supplies import Store

    words = [*laptop.words, "report", "order", "--out"]
    out, again = tmp_path / "order.pdf", tmp_path / "again.pdf"
    assert run(capsys, *words, str(out))[0] == 3 and not out.exists()  # there is none
    opened = laptop.open()
    store = Store(opened.database, opened.actor)
    store.past_order(date(2026, 2, 2), 20, {store.items()[0]: (60, 20)})
    opened.close()
    code, said, err = run(capsys, *words, str(out))
    assert (code, err) == (0, "") and "CAP-0-0001" in said
    form = tmp_path / "order-ssa.pdf"
    assert out.read_bytes().startswith(b"%PDF") and form.read_bytes().startswith(b"%PDF")
    assert out.with_suffix(".csv").read_text(encoding="utf-8-sig").startswith("folio,order,source")
    assert out.with_suffix(".xlsx").read_bytes().startswith(b"PK")
    code, said, _ = run(capsys, *words, str(again), "--number", "T-2026-02-02")
    assert code == 0 and "REPRINT" in said and again.read_bytes() == out.read_bytes()
    assert (tmp_path / "again-ssa.pdf").read_bytes() == form.read_bytes()
    assert run(capsys, *words, str(again), "--number", "T-1")[0] == 3
    assert run(capsys, *laptop.words, "verify")[0] == 0


def test_papers_of_the_shelf_are_issued_with_their_rows_and_sent_again(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supplies import Store

    opened = laptop.open()
    now = opened.database.clock()
    one_day(monkeypatch, now)
    store = Store(opened.database, opened.actor)
    item = store.items()[0]
    today = local_day(now)
    lot = store.lot(item, (today + timedelta(90)).isoformat(), "A1")
    for units in (90, -10):
        store.move(item, lot, units, today.isoformat())
    key = opened.database.read(lambda c: stock_items(c, store.clinic, [item]))[item].code
    opened.close()
    more = {"days-out": ["--month", today.isoformat()[:7]], "stock-card": ["--item", key]}
    for place, kind in enumerate(("stock", "expiries", "days-out", "count-sheet", "stock-card"), 1):
        out, again = tmp_path / f"{kind}.pdf", tmp_path / f"{kind} again.pdf"
        words = [*laptop.words, "report", kind, *more.get(kind, ()), "--out"]
        code, said, err = run(capsys, *words, str(out))
        assert (code, err) == (0, "") and f"CAP-0-{place:04d}" in said
        assert out.read_bytes().startswith(b"%PDF") and out.with_suffix(".xlsx").read_bytes().startswith(b"PK")
        assert key in out.with_suffix(".csv").read_text(encoding="utf-8-sig")
        code, said, _ = run(capsys, *words, str(again))
        assert code == 0 and "REPRINT" in said and again.read_bytes() == out.read_bytes()
    words = [*laptop.words, "report", "--out", str(tmp_path / "x.pdf")]
    assert run(capsys, *words, "stock-card")[0] == 2
    assert run(capsys, *words, "stock-card", "--item", "none")[0] == 3
    assert run(capsys, *words, "days-out", "--month", "2199-01")[0] == 3
    assert not (tmp_path / "x.pdf").exists()
    assert run(capsys, *laptop.words, "verify")[0] == 0


def test_a_month_that_cannot_be_is_refused(laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = [*laptop.words, "report", "monthly", "--out", str(tmp_path / "x.pdf"), "--month"]
    assert run(capsys, *words, "2199-01")[0] == 3
    assert run(capsys, *words, "marzo")[0] == 2
    assert not (tmp_path / "x.pdf").exists()


def test_a_register_is_looked_at_then_imported(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people, mapping = tmp_path / "people.csv", tmp_path / "mapping.json"
    lines = ("Clave;Nombre;Apellido;Sexo;Peso;Fecha", "1;Ana;Inventada;F;70,5;1/2/2026", "2;;;F;;", "")
    people.write_text("\n".join(lines), encoding="utf-8")
    roles = {"Clave": "identifier", "Nombre": "given", "Apellido": "surnames", "Sexo": "sex", "Fecha": "visit_on"}
    columns: dict[str, dict[str, str]] = {name: {"is": role} for name, role in roles.items()}
    columns["Peso"] = {"is": "measure", "code": "weight"}
    mapping.write_text(json.dumps({"register": "Prueba", "columns": columns}), encoding="utf-8")
    words = (*laptop.words, "import-register", str(people), "--mapping", str(mapping))
    code, out, err = run(capsys, *words, "--dry-run")
    assert (code, err) == (0, "") and "2 rows: 1 new, 0 known, 0 like somebody here, 1 left out." in out
    assert "people registered" not in out and "Inventada" not in out
    rejected = tmp_path / "rejected.csv"
    code, out, err = run(capsys, *words, "--rejected", str(rejected))
    assert (code, err) == (0, "") and "1 people registered, 5 rows written" in out and rejected.exists()
    code, out, _ = run(capsys, *words)
    assert code == 0 and "0 people registered, 0 rows written" in out
    assert run(capsys, *laptop.words, "verify")[0] == 0
    code, _, err = run(capsys, *words[:-1], "No such mapping")
    assert code == app.REFUSED and one_sentence(err)
    code, _, err = run(capsys, *words, "--sheet", "Marzo")
    assert code == app.REFUSED and one_sentence(err)


def test_restore_with_the_recovery_sheet(laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    run(capsys, *laptop.words, "backup", "--to", str(stick))
    laptop.file.write_text(laptop.sheet, encoding="utf-8")
    (backup,) = stick.iterdir()
    into = ["--data", str(tmp_path / "new" / "CAP"), "--passphrase-file", str(laptop.file)]
    assert run(capsys, *into, "restore", str(backup))[0] == 0


def test_demo_writes_clinics_that_verify(
    clinic_folder: Folders, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out_folder = tmp_path / "demo"
    words = ["--language", "en", "demo", "--out", str(out_folder), "--clinics", "2", "--people", "20", "--seed", "7"]
    code, out, err = run(capsys, *words, "--months", "3", "--until", "2026-03")
    assert (code, err) == (0, ""), err
    written = sorted(path.name for path in out_folder.iterdir() if path.is_dir())
    assert len(written) == 2 and (out_folder / "passphrase.txt").is_file()
    for prefix in written:
        here = ["--data", str(out_folder / prefix), "--passphrase-file", str(out_folder / "passphrase.txt")]
        code, out, _ = run(capsys, *here, "verify")
        assert code == 0, out
    code, _, err = run(capsys, *words)
    assert code == 3 and "already holds data" in one_sentence(err)
    fresh = ["--language", "en", "demo", "--out", str(tmp_path / "more"), "--until", "march"]
    code, _, err = run(capsys, *fresh)
    assert code == 3 and "YYYY-MM" in one_sentence(err)


# In a process of its own, as a person starts it


def start(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-m", "ces_desktop", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=120, check=False)


def test_in_its_own_process(laptop: Laptop) -> None:
    done = start("--language", "es", *laptop.words, "verify")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    laptop.file.write_text("otra frase que no es", encoding="utf-8")
    done = start("--language", "es", *laptop.words, "verify")
    assert done.returncode == 3 and "frase de paso no coincide" in one_sentence(done.stderr)
    assert start("fly").returncode == 2


def test_no_window_library_is_loaded_for_a_subcommand(laptop: Laptop) -> None:
    words = repr([*laptop.words, "verify"])
    code = f"import sys; from ces_desktop import app; app.main({words}); sys.exit('PySide6.QtWidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_the_data_are_not_readable_without_the_key(laptop: Laptop) -> None:
    laptop.add()
    with pytest.raises(Exception, match=r"storage\.wrong_key"):
        cipher.connect(laptop.folder / "clinic.db", os.urandom(32))
    assert b"Inventada" not in (laptop.folder / "clinic.db").read_bytes()
