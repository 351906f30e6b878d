"""Sticks that are inserted now, on Windows, Linux and macOS; where none can be told the person chooses a folder."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("/media/", "/run/media/", "/mnt/")
"""Where Linux desktops mount what is inserted."""


@dataclass(frozen=True, slots=True)
class Drive:
    """An inserted stick: where it is, its label, and free bytes (None = cannot be told)."""

    path: Path
    label: str
    free: int | None


def inserted() -> list[Drive]:
    """The sticks there are, by label; empty where the system does not tell."""
    if sys.platform == "win32":
        paths = _windows()
    elif sys.platform == "darwin":
        paths = [p for p in _inside(Path("/Volumes")) if not p.is_symlink()]
    else:
        mounts = ""
        with suppress(OSError):  # not told by this system: a folder can be chosen
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        paths = mounted(mounts)
    return sorted((drive(path) for path in paths), key=lambda found: (found.label, found.path))


def listed(found: Iterable[Drive], chosen: Path | None) -> tuple[Drive, ...]:
    """The sticks that were found, and the folder that a person chose in the place of one."""
    known = tuple(found)
    return known if chosen is None or chosen in [one.path for one in known] else (*known, drive(chosen))


def drive(path: Path) -> Drive:
    """A folder as a stick: also one that a person chose."""
    free = None
    with suppress(OSError):  # None: not known
        free = shutil.disk_usage(path).free
    return Drive(path, path.name or str(path), free)


def mounted(mounts: str) -> list[Path]:
    """The sticks in the text of `/proc/mounts`: devices mounted where a desktop puts what is inserted."""
    found = []
    for line in mounts.splitlines():
        device, place, *_ = [*line.split(" "), "", ""]
        plain = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place)
        if device.startswith("/dev/") and plain.startswith(_PLACES):
            found.append(Path(plain))
    return found


def _inside(folder: Path) -> list[Path]:
    with suppress(OSError):  # what cannot be looked into shows no stick
        return [path for path in folder.iterdir() if path.is_dir()]
    return []


def _windows() -> list[Path]:
    found: list[Path] = []
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        letters = kernel.GetLogicalDrives()
        for number in range(26):
            root = f"{chr(65 + number)}:\\"
            if letters >> number & 1 and kernel.GetDriveTypeW(root) == 2:  # DRIVE_REMOVABLE
                found.append(Path(root))
    return found
