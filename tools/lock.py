"""Write `requirements.lock`: every package pinned with the hashes of all its files, for Linux, macOS and Windows.

    python -m tools.lock            resolve anew (newest versions `pyproject.toml` allows)
    python -m tools.lock --check    fail if the file no longer answers `pyproject.toml`

One file, two parts: what the program needs, then what its tests and tools need; `start.py` installs the first part, or
both for `start.py test`. It is resolved by `uv` (`pip install uv`, not in the lock: only who renews the lock needs it),
universally: packages and markers for every system and for Python 3.11 to 3.13 at once. No index address is written.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
DIVIDER = "# ---- tests and tools ----"
HEADER = "# Made by `python -m tools.lock`, not by hand. First what the program needs, then its tests and tools.\n"
BUILD_NEEDS = "setuptools"  # builds the project itself in the environment, without fetching anything unpinned

Entries = dict[str, str]


def parse(text: str) -> Entries:
    """Requirement line (name, version, marker) → the whole entry with its hashes."""
    entries: Entries = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        if block and not block.startswith("#"):
            entries[block.splitlines()[0].rstrip(" \\")] = block.rstrip() + "\n"
    return entries


def resolve(needs: list[str], pins: list[str]) -> Entries:
    """Ask uv for everything `needs` pulls in, staying with the versions in `pins` where it can."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    with tempfile.TemporaryDirectory() as folder:
        source, kept, answer = (Path(folder, name) for name in ("needs.in", "pins.txt", "answer.txt"))
        source.write_text("\n".join(needs) + "\n", encoding="utf-8")
        kept.write_text("\n".join(pins) + "\n", encoding="utf-8")
        command = [uv, "pip", "compile", str(source), "--constraint", str(kept), "--output-file", str(answer)]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
        command += ["--no-header", "--no-annotate"]  # uv writes no address of an index unless asked to
        subprocess.run(command, check=True)
        return parse(answer.read_text(encoding="utf-8"))


def write() -> None:
    """Resolve the program first, then tests and tools with the program's versions held."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    program = resolve([*project["dependencies"], BUILD_NEEDS], [])
    extras = [need for group in project["optional-dependencies"].values() for need in group]
    everything = resolve([*project["dependencies"], BUILD_NEEDS, *extras], list(program))
    first = {need: entry for need, entry in everything.items() if need in program}
    if set(first) != set(program):
        raise SystemExit(f"The tests move the program's own versions: {sorted(set(program) - set(first))}")
    second = [entry for need, entry in everything.items() if need not in program]
    LOCK.write_text(HEADER + "".join(first.values()) + DIVIDER + "\n" + "".join(second), encoding="utf-8", newline="\n")
    print(f"{LOCK.name}: {len(first)} packages for the program, {len(second)} for tests and tools")


def missing() -> list[str]:
    """Direct dependencies of `pyproject.toml` that the lock does not name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    program, _, tools = LOCK.read_text(encoding="utf-8").partition(DIVIDER)
    wanted = [(need, program) for need in project["dependencies"]]
    wanted += [(need, tools) for group in project["optional-dependencies"].values() for need in group]
    gone = []
    for need, part in wanted:
        name = re.split(r"[^A-Za-z0-9._-]", need)[0].lower().replace("_", "-")
        if not re.search(rf"^{re.escape(name)}==", part, re.MULTILINE):
            gone.append(name)
    return gone


def main() -> int:
    """Write the lock, or with `--check` compare it with `pyproject.toml` (no network)."""
    if "--check" not in sys.argv[1:]:
        write()
    gone = missing()
    if gone:
        print(f"requirements.lock lacks {', '.join(gone)}: run python -m tools.lock", file=sys.stderr)
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
