"""The frozen program: unpacked and compressed size, and start to the first drawn page, against a bare frozen window.

Needs `dist/ces-desktop` (`python -m PyInstaller build.spec`); the peer, a window that imports matplotlib and nothing of
ours, is built once into the benchmarks' cache, in the full form only.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks import measure
from benchmarks.measure import Figure, figure

PROGRAM = measure.ROOT / "dist" / "ces-desktop"
PEER = "bare PySide6 + matplotlib build"
PEER_SOURCE = """
import matplotlib.backends.backend_agg
from PySide6.QtWidgets import QApplication, QLabel

application = QApplication([])
label = QLabel("bare")
label.show()
application.exec()
"""


def run(quick: bool, seed: int) -> Iterable[Figure]:  # noqa: ARG001 - nothing here is random
    """Sizes in MB (10^6 bytes), start in ms (median); without a build there is nothing to measure."""
    if not executable(PROGRAM).exists():
        print("no dist/ces-desktop: build it first (python -m PyInstaller build.spec)", file=sys.stderr)
        return
    peer = None if quick else peer_program()
    peer_size = size(peer) / 1e6 if peer else None
    name = PEER if peer else None
    yield figure("frozen.unpacked", size(PROGRAM) / 1e6, "MB", n=1, peer=name, peer_value=peer_size)
    if not quick:
        yield figure("frozen.compressed", compressed(PROGRAM) / 1e6, "MB", n=1)
    n = 3 if quick else 10
    ours: list[float] = []
    theirs: list[float] = []
    starts(PROGRAM)
    for _ in range(n):
        ours.append(starts(PROGRAM))
        if peer:
            theirs.append(starts(peer))
    peer_start = measure.median(theirs) if theirs else None
    yield figure("frozen.start", measure.median(ours), "ms", n=n, peer=name, peer_value=peer_start)


def executable(folder: Path) -> Path:
    """The program file in a built folder."""
    return folder / (folder.name + (".exe" if sys.platform == "win32" else ""))


def size(folder: Path) -> int:
    """Bytes of all files; links are counted once, at their target."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def compressed(folder: Path) -> int:
    """Bytes of the folder as a .tar.xz, as the workflow packs it."""
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "program.tar.xz"
        with tarfile.open(packed, "w:xz") as archive:
            archive.add(folder, folder.name)
        return packed.stat().st_size


def starts(folder: Path) -> float:
    """One start on a machine without data, to the first drawn page, in ms."""
    with tempfile.TemporaryDirectory() as place:
        own = {"CES_DESKTOP_DATA": f"{place}/data", "CES_DESKTOP_STATE": f"{place}/state"}
        return measure.until_painted([str(executable(folder))], own)


def peer_program() -> Path:
    """The bare program, built by PyInstaller as it comes."""

    def build(folder: Path) -> None:
        source = folder / "bare.py"
        source.write_text(PEER_SOURCE, encoding="utf-8")
        command = measure.python("-m", "PyInstaller", "--noconfirm", "--onedir", "--log-level", "ERROR", str(source))
        subprocess.run(command, cwd=folder, check=True)

    version = f"{sys.version_info[0]}{sys.version_info[1]}"
    return measure.cached(f"bare-{sys.platform}-{version}", build) / "dist" / "bare"
