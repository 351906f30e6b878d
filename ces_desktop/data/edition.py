"""Which edition of the reference lists is shipped: asked at every start, so without what reads the lists."""

from __future__ import annotations

from pathlib import Path

from ces_desktop.paths import RESOURCES


def edition(folder: Path = RESOURCES / "reference") -> str:
    """Changes whenever a shipped file does: names, sizes and times, so that a start need not read them."""
    found = (f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in sorted(folder.glob("*.csv")))
    return " ".join(found)
