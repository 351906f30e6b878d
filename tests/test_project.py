"""The checkout itself: set-up script, lock file, PostgreSQL fixture, and that a Qt warning fails a test."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import servers

import start
from benchmarks import __main__ as benchmarks_cli
from benchmarks import measure
from tools import lock

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["pytester"]


def run_start(folder: Path, *words: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """The set-up script as a person runs it, in `folder`, with nothing to download from."""
    offline = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTEST_"))}
    offline |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_NO_CACHE_DIR": "1"}
    offline |= {"PYTHONIOENCODING": "utf-8"}
    command = [python, str(folder / "start.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=offline, timeout=300)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Set-up script and lock alone, in a folder whose name has a space and accents."""
    folder = tmp_path / "clínica número uno"
    folder.mkdir()
    for name in ("start.py", "requirements.lock", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def test_start_reads_as_python_3_8() -> None:
    source = (ROOT / "start.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))


def test_wrong_python_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(start, "other_python", lambda: None)
    assert start.main() == 1
    assert capsys.readouterr().err == "Python 3.11, 3.12 or 3.13 is needed; this is 3.9.\n"


def test_no_network_is_told_in_one_sentence_and_heals(checkout: Path) -> None:
    first = run_start(checkout, "test")
    assert first.returncode == 1
    expected = "The packages cannot be downloaded: connect to the internet and run the same command again."
    assert first.stderr.strip() == expected
    second = run_start(checkout, "test")  # what the interrupted set-up left behind is no obstacle
    assert second.stderr.strip() == expected
    assert not (checkout / ".venv-old").exists()


def test_no_command_of_the_application_asks_for_a_screen() -> None:
    told = subprocess.run([sys.executable, "-m", "ces_desktop", "--help"], cwd=ROOT, capture_output=True, text=True)
    commands = set(re.findall(r"^    ([a-z][a-z-]*)", told.stdout.partition("COMMAND\n")[2], re.MULTILINE))
    assert {"demo", "hub", "report"} < commands
    assert commands == start.COMMANDS


def test_missing_libraries_without_the_right_to_install_name_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not hasattr(os, "geteuid"):
        pytest.skip("Debian's packages do not concern Windows")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["start.py"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(start, "loads", lambda library: library != "libxcb-cursor.so.0")
    monkeypatch.setattr(start.shutil, "which", lambda program: None if program == "sudo" else f"/usr/bin/{program}")
    assert start.main() == 1
    said = capsys.readouterr().err.strip().splitlines()
    install = "apt-get install -y --no-install-recommends libxcb-cursor0"
    assert said[-1].strip() == f"sudo apt-get update && sudo {install}"


def test_environment_of_another_folder_or_lock_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = start.stamp(with_tests=False)
    assert here != start.stamp(with_tests=True)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    assert start.stamp(with_tests=False) != here


def test_lock_answers_the_project_file() -> None:
    assert lock.missing() == []


def test_every_locked_package_is_pinned_with_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = lock.parse(text)
    assert len(entries) > 50
    for need, entry in entries.items():
        assert re.match(r"[a-z0-9._-]+==[0-9]", need), need
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), need
    assert "://" not in text
    assert "--index" not in text


def test_each_test_has_an_empty_postgresql_of_its_own(postgres_server: servers.Server, postgres_url: str) -> None:
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE mark (word text)")
        connection.execute("INSERT INTO mark VALUES ('ñandú')")
    other = postgres_server.create()
    with psycopg.connect(postgres_server.url(other).replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'mark'").fetchone() == (0,)
    postgres_server.drop(other)


def test_percentile_is_a_measured_value_by_nearest_rank() -> None:
    hundred = [float(n) for n in range(1, 101)]
    assert [measure.percentile(hundred, percent) for percent in (50, 95, 100)] == [50.0, 95.0, 100.0]
    assert measure.percentile([7.0], 95) == 7.0
    assert measure.percentile([3.0, 1.0, 2.0], 95) == 3.0


def test_interrupted_build_of_benchmark_data_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "CACHE", tmp_path)

    def breaks(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure.cached("clinic", breaks)
    built = measure.cached("clinic", lambda folder: (folder / "whole").touch())
    assert [path.name for path in built.iterdir()] == ["whole"]
    assert measure.cached("clinic", breaks) == built


def test_benchmark_page_shows_peer_ratio_and_requirement_once() -> None:
    one = measure.figure("search.first", 12.5, "ms", n=40, peer="bare query", peer_value=10.0)
    two = measure.figure("search.second", 1234.0, "ms", n=40)
    rows = measure.table([one, two], benchmarks_cli.REQUIRED).splitlines()[2:]
    assert rows == [
        "| search.first | 12.5 ms | bare query: 10 ms | 1.25 × | 40 | ≤ 2 ×, ≤ 50 ms |",
        "| search.second | 1,234 ms |  |  | 40 |  |",
    ]


def test_a_benchmark_without_its_data_is_skipped_with_the_reason_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CES_DEMAND_DATA", raising=False)
    figures, skipped = benchmarks_cli.run_apart("forecast_accuracy", 1)
    assert figures == [] and skipped.startswith("Skipped: forecast_accuracy: Set CES_DEMAND_DATA to the folder")
    assert skipped in capsys.readouterr().out


def test_every_control_in_the_safety_page_names_a_test_that_exists() -> None:
    """A row promises a control; without its test, or a word that it is planned, it promises nothing."""
    text = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    missing = []
    for file, name in re.findall(r"`(tests/[\w/.]+)::(\w+)`", text):
        path = ROOT / file
        if not path.exists() or not re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            missing.append(f"{file}::{name}")
    assert missing == []
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.endswith("| test |")]
    assert [row for row in rows if "`tests/" not in row and "*planned*" not in row] == []


QT_WARNING = """
def test_it(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("loose end")
"""
THREAD = """
def test_it():
    from threading import Thread
    thread = Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
"""
SLOT = """
def test_it(qtbot):
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(20)
"""
CLEAN = """
def test_it(qtbot):
    assert qtbot
"""


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(QT_WARNING, "failed"), (THREAD, "failed"), (SLOT, "failed"), (CLEAN, "passed")],
    ids=["qt-warning", "thread", "slot", "clean"],
)
def test_nothing_wrong_in_qt_or_a_thread_goes_unnoticed(pytester: pytest.Pytester, body: str, outcome: str) -> None:
    pytester.makefile(".toml", pyproject=(ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "test_case.py").write_text(body, encoding="utf-8")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(**{outcome: 1})
