"""Make `docs/coverage.md`: each thing the product must do, and the stories that prove it on the real window.

    python -m tools.coverage_page            write the page
    python -m tools.coverage_page --check    fail if it is stale, or a row is claimed as delivered without a story

A row's state in `docs/coverage_rows.csv` is `delivered` or `planned`. Proof is a test in `tests/stories` marked
`@pytest.mark.covers("R1", "R3")`; the tests are read, not run.
"""

from __future__ import annotations

import ast
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATES = ("delivered", "planned")
AREAS = {
    "R": "Registry and care",
    "I": "Supplies",
    "S": "Staff and mentoring",
    "C": "Community",
    "N": "Network",
    "P": "Prints",
    "B": "Bundles",
    "Z": "Security",
    "D": "Desktop",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One promise of the product."""

    row: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A marked test: its file (from `tests/`), its name, and the rows it names."""

    file: str
    test: str
    rows: tuple[str, ...]


def read_rows(root: Path) -> list[Row]:
    """The promises, in the order of the page."""
    with (root / "docs" / "coverage_rows.csv").open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


def marks(function: ast.FunctionDef | ast.ClassDef) -> Iterator[ast.Call]:
    """Its `@pytest.mark.covers(...)` calls."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.covers":
            yield decorator


def read_proofs(root: Path) -> list[Proof]:
    """Every marked test under `tests/`, by file and name."""
    proofs = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                rows = [ast.literal_eval(argument) for mark in marks(node) for argument in mark.args]
                if rows:
                    proofs.append(Proof(path.relative_to(root / "tests").as_posix(), node.name, tuple(rows)))
    return proofs


def stories_of(row: str, proofs: list[Proof]) -> list[Proof]:
    """The stories that name a row."""
    return [proof for proof in proofs if row in proof.rows and proof.file.startswith("stories/")]


def problems(rows: list[Row], proofs: list[Proof]) -> list[str]:
    """What is claimed and not shown, in sentences."""
    known = {row.row for row in rows}
    found = [f"{row.row} is listed twice" for row in {r for r in rows if [o.row for o in rows].count(r.row) > 1}]
    for row in rows:
        if row.state not in STATES:
            found.append(f"{row.row}: the state is {row.state!r}, not one of {STATES}")
        if row.state == "delivered" and not stories_of(row.row, proofs):
            found.append(f"{row.row} is claimed as delivered, and no story covers it")
    for proof in proofs:
        if not proof.file.startswith("stories/"):
            found.append(f"{proof.file}: {proof.test} is marked and is not a story (tests/stories)")
        found += [f"{proof.file}: {proof.test} covers {row!r}, not a row" for row in proof.rows if row not in known]
    return found


def page(rows: list[Row], proofs: list[Proof]) -> str:
    """The page in Markdown."""
    delivered = sum(row.state == "delivered" for row in rows)
    lines = [
        "# What the program does, and the story that proves it",
        "",
        "Made by `python -m tools.coverage_page` from `coverage_rows.csv` and the marks on `tests/stories`; the gate",
        "fails if it is stale or if a row is called delivered without a story that drives the real window.",
        "",
        f"Delivered: {delivered} of {len(rows)}. *Begun* = planned, and part of it already has a story.",
    ]
    for letter, title in AREAS.items():
        lines += ["", f"## {title}", "", "| row | what | state | stories |", "|---|---|---|---|"]
        for row in (row for row in rows if row.row.startswith(letter)):
            stories = stories_of(row.row, proofs)
            state = "begun" if stories and row.state == "planned" else row.state
            shown = "<br>".join(f"`{proof.file}` {proof.test}" for proof in stories)
            lines.append(f"| {row.row} | {row.title} | {state} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or with `--check` compare it."""
    rows, proofs = read_rows(ROOT), read_proofs(ROOT)
    target = ROOT / "docs" / "coverage.md"
    found = problems(rows, proofs)
    if "--check" in sys.argv[1:]:
        if not target.exists() or target.read_text(encoding="utf-8") != page(rows, proofs):
            found.append("docs/coverage.md is stale: run python -m tools.coverage_page")
    else:
        target.write_text(page(rows, proofs), encoding="utf-8", newline="\n")
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
