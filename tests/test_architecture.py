"""The shape of the code is a test: layers, sizes, what start-up may load, and what no file may contain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

from tools import coverage_page

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ces_desktop"
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_WINDOW = 400, 60, 250
HEAVY = (
    "matplotlib",
    "reportlab",
    "numpy",
    "alembic",
    "rapidfuzz",
    "pypdfium2",
    "openpyxl",
    "sqlalchemy.orm",
    "hypothesis",
    "pytest",
)
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)($|_)")


def modules() -> list[Path]:
    """Every module of the program."""
    return sorted(PACKAGE.rglob("*.py"))


def code() -> list[Path]:
    """Every Python file of the repository that we wrote."""
    places = (PACKAGE, ROOT / "benchmarks", ROOT / "tools", ROOT / "tests")
    return [ROOT / "start.py", *sorted(path for place in places for path in place.rglob("*.py"))]


def tracked() -> list[Path]:
    """Every file git knows."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if answer.returncode:
        pytest.skip("not a git checkout: what would be shared is not known")
    paths = (ROOT / name for name in answer.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    configuration.configure()
    assert lint_imports(cache_dir=None, is_debug_mode=False, show_timings=False, verbose=False)


def test_modules_are_short() -> None:
    allowed = {PACKAGE / "ui" / "main_window.py": LONGEST_WINDOW}
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    long = {str(path.relative_to(ROOT)): n for path, n in sizes.items() if n > allowed.get(path, LONGEST_MODULE)}
    assert long == {}


def test_functions_are_short() -> None:
    """Migrations apart: there a function is a list of columns."""
    long = {}
    for path in (path for path in modules() if "versions" not in path.parts):
        for function in functions(ast.parse(path.read_text(encoding="utf-8"))):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > LONGEST_FUNCTION:
                long[f"{path.relative_to(ROOT)}:{function.name}"] = lines
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for path in code():
        text = path.read_text(encoding="utf-8")
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_public_functions_say_what_they_do() -> None:
    """In the layers others build on; a screen's slots and Qt overrides speak by their names."""
    silent = []
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] == "ui" or "versions" in path.parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert silent == []


def test_files_are_named_by_subject() -> None:
    assert [str(path.relative_to(ROOT)) for path in modules() if VAGUE.search(path.stem)] == []


@pytest.mark.parametrize("entry", ["ces_desktop.app", "ces_desktop.ui.application"])
def test_start_up_loads_nothing_heavy(entry: str) -> None:
    probe = f"import sys, {entry}; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", probe, *HEAVY], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """Home and work folders, and addresses packages came from, belong in no shared file."""
    words = ("work", "root", "opt", "home", "Users")
    folder = re.compile(r"(?<![\w.:$}~/-])/(?:" + "|".join(words) + r")/[A-Za-z0-9_.-]+")
    index = re.compile("|".join(["index" + "-url", "find" + "-links", "pypi" + r"\.org/simple"]))
    allowed = {"tools/lock.py", "tests/test_architecture.py", "tests/test_project.py"}
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name in allowed or path.suffix in {".png", ".mo", ".ico", ".icns", ".pdf"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if folder.search(line) or index.search(line):
                found.append(f"{name}:{number}")
    assert found == []


def test_text_files_are_utf8_with_plain_line_ends() -> None:
    binary = {".png", ".mo", ".ico", ".icns", ".pdf"}
    strange = []
    for path in tracked():
        if path.suffix not in binary:
            raw = path.read_bytes()
            raw.decode("utf-8")
            if b"\r\n" in raw or (raw and not raw.endswith(b"\n")):
                strange.append(path.relative_to(ROOT).as_posix())
    assert strange == []


def test_a_row_delivered_without_a_story_is_a_problem() -> None:
    rows = [coverage_page.Row("R1", "…", "delivered"), coverage_page.Row("R2", "…", "planned")]
    elsewhere = coverage_page.Proof("domain/test_a.py", "test_a", ("R1",))
    story = coverage_page.Proof("stories/test_a.py", "test_a", ("R1", "R9"))
    assert coverage_page.problems(rows, [elsewhere]) == [
        "R1 is claimed as delivered, and no story covers it",
        "domain/test_a.py: test_a is marked and is not a story (tests/stories)",
    ]
    assert coverage_page.problems(rows, [story]) == ["stories/test_a.py: test_a covers 'R9', not a row"]
