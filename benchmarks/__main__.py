"""`python -m benchmarks NAME [--quick] [--seed N]` prints JSON lines; without a name, all into `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

from benchmarks import measure
from benchmarks.measure import Figure

HERE = Path(__file__).resolve().parent
PAGE = measure.ROOT / "docs" / "benchmarks.md"
SKIPPED = "Skipped: "
SKIPPED_CODE = 3
REQUIRED = {
    "startup": "≤ 1.5 ×, ≤ 2 s",
    "search": "≤ 2 ×, ≤ 50 ms",
    "open_patient": "≤ 3 ×, ≤ 150 ms",
    "save_visit": "≤ 3 ×, ≤ 100 ms durable",
    "consult": "opened ≤ 3 ×, ≤ 150 ms; a key ≤ 20 ms; signed ≤ 100 ms durable",
    "journal_apply": "≥ 20,000 rows/s on SQLCipher",
    "duplicates": "≥ 96 % found, ≤ 3 % of the new alerted, < 20 ms",
    "rescue": "≤ 3 ×, ≤ 1 s",
    "indicators": "≤ 3 ×, ≤ 1 s",
    "handover": "≤ 1 s",
    "monthly_pdf": "≤ 3 ×, ≤ 5 s",
    "register_import": "20,000 rows in ≤ 60 s, undone in ≤ 60 s, ≤ 300 MB",
    "memory": "≤ 2 ×, no growth",
    "forecast_accuracy": "≤ .86 × AMC 3, ≤ .91 × the best of statsforecast; cover95 .93–.97",
    "stockout_policy": "usaid: ≤ 7.0 % at 3 months, ≤ 4.3 % shared; carparts ≤ 12 % at 6",
    "order_screen": "600 items × 60 months worked out in ≤ 1 s; ≤ 2 × the forecast alone",
    "forecast_speed": "order screen ≤ 1 s; ≥ 20 × AutoETS",
    "bundle": "6 months ≤ 5 MB, export ≤ 15 s, import ≤ 30 s; export ≤ 3 ×",
    "hub_import": "≥ 10,000 rows/s; bare ≤ 3 ×",
    "mutated_bundles": "0",
    "snapshot": "decision 020: no more bytes than the bare rows",
    "sync_kills": "0",
    "sync_faults": "0 broken scenarios, 0 lost or diverged",
    "ledger": "shelf of 600 items ≤ 300 ms, item ≤ 150 ms at 500,000 movements",
    "frozen": "≤ 300 MB, ≤ 110 MB compressed, ≤ 2.5 s",
}


def names() -> list[str]:
    """The modules beside this one that measure something: those with a `run`."""
    found = []
    for path in sorted(HERE.glob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in body):
            found.append(path.stem)
    return found


def run_here(name: str, quick: bool, seed: int, words: list[str]) -> int:
    """Print one benchmark's figures as they come; the exit code. `words` are for the one that has `arguments`."""
    module = importlib.import_module(f"benchmarks.{name}")
    if words and not hasattr(module, "arguments"):
        raise SystemExit(f"{name} knows nothing of {' '.join(words)}")
    more = module.arguments(words) if hasattr(module, "arguments") else {}
    try:
        for one in module.run(quick=quick, seed=seed, **more):
            print(json.dumps(one, ensure_ascii=False), flush=True)
    except measure.Skipped as needed:
        print(f"{SKIPPED}{name}: {needed}", flush=True)
        return SKIPPED_CODE
    return 0


def run_apart(name: str, seed: int) -> tuple[list[Figure], str]:
    """One benchmark, quick, in a process of its own: what one loads must not slow or feed another.

    Its figures, and the line that says why it was skipped, if it was.
    """
    command = measure.python("-m", "benchmarks", name, "--quick", "--seed", str(seed))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=measure.ROOT) as process:
        assert process.stdout is not None
        figures: list[Figure] = []
        skipped = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("{"):
                figures.append(json.loads(line))
            elif line.startswith(SKIPPED):
                skipped = line.strip()
    if process.returncode and not (process.returncode == SKIPPED_CODE and skipped):
        raise SystemExit(f"benchmark {name} ended with code {process.returncode}; {PAGE.name} is unchanged")
    return figures, skipped


def write_page(figures: list[Figure], skipped: list[str]) -> None:
    """The table of the last complete run, and what could not run on that machine."""
    text = (
        "# Benchmarks\n\n"
        "Made by `python -m benchmarks` (every figure in its quick form). A figure is read as a ratio against a floor\n"
        "or a named peer measured in the same run; absolute times belong to the machine.\n\n"
        f"Machine: {measure.machine()}.\n\n" + measure.table(figures, REQUIRED)
    )
    text += "".join(f"\n{line}\n" for line in skipped)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(f"Written: {PAGE.relative_to(measure.ROOT)}")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names(), help="which one; all in quick form without it")
    parser.add_argument("--quick", action="store_true", help="fewer cases, minutes at most")
    parser.add_argument("--seed", type=int, default=1, help="seed of invented data (1)")
    chosen, words = parser.parse_known_args()
    if chosen.name:
        return run_here(chosen.name, chosen.quick, chosen.seed, words)
    told = [run_apart(name, chosen.seed) for name in names()]
    write_page([one for figures, _ in told for one in figures], [skipped for _, skipped in told if skipped])
    return 0


if __name__ == "__main__":
    sys.exit(main())
