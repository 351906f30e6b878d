"""Writing a bundle so that no moment at which the stick is pulled leaves half of one under its name (`sync.md` 4).

`.part` → write → sync → read back and compare → rename → sync the folder. Only then may the person take the stick out.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from ces_desktop.data.folder import replace, sync_folder, unavailable
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync.bundle import FILE_LIMIT, hint

SUFFIX = ".mbx"
CONFIDENTIAL = ".mbr"
"""Bundles of confidential notes: named apart, so that who may not open them passes them over."""


PULLED = "stick.missing"
"""What is told of a stick that is there no more: no other file of it can be read either."""


class Place(Protocol):
    """A folder of a stick, in the steps that can each be the last."""

    def names(self) -> list[str]:
        """The files in it."""

    def read(self, name: str) -> bytes:
        """A file's bytes."""

    def create(self, name: str, data: bytes) -> None:
        """Write a file; a power cut may still undo all or part of it."""

    def sync(self, name: str) -> None:
        """Force a file's bytes to the stick."""

    def rename(self, old: str, new: str) -> None:
        """Give a file its name."""

    def remove(self, name: str) -> None:
        """Drop a file."""

    def sync_names(self) -> None:
        """Force the names to the stick."""


class FolderPlace:
    """A real folder, which must be there: it is not made, since a stick that was pulled has none.

    `OSError` comes out as the system raised it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """As in `Place`."""
        return sorted(p.name for p in self.path.iterdir())

    def read(self, name: str) -> bytes:
        """As in `Place`."""
        return (self.path / name).read_bytes()

    def create(self, name: str, data: bytes) -> None:
        """As in `Place`."""
        with (self.path / name).open("wb") as file:
            file.write(data)

    def sync(self, name: str) -> None:
        """As in `Place`; the system is asked to forget what it keeps of the file, so that reading reads the stick."""
        with (self.path / name).open("rb+") as file:
            os.fsync(file.fileno())
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def rename(self, old: str, new: str) -> None:
        """As in `Place`."""
        replace(self.path / old, self.path / new)

    def remove(self, name: str) -> None:
        """As in `Place`."""
        (self.path / name).unlink(missing_ok=True)

    def sync_names(self) -> None:
        """As in `Place`."""
        sync_folder(self.path)


def file_name(sender: bytes, to: bytes, number: int, part: int, data: bytes, suffix: str = SUFFIX) -> str:
    """`mbx-<from>-<to>-<number>-<head>.mbx`: lower case, ASCII, the same for the same bytes and no other."""
    head = hashlib.sha256(data).hexdigest()[:12]
    return f"{suffix[1:]}-{hint(sender).hex()}-{hint(to).hex()}-{number}.{part}-{head}{suffix}"


def put(place: Place, name: str, data: bytes) -> None:
    """Write a bundle and prove that it is there. A file of that name is never overwritten: it holds the same bytes.

    Unavailable: "stick.full" (with `missing_mb`, what it needs free), "stick.read_only", "stick.missing" (pulled out),
    "stick.unreliable"; nothing is left under the name then, and older bundles are as they were.
    """
    part = name + ".part"
    try:
        if name in place.names() and place.read(name) == data:
            return
        place.create(part, data)
        place.sync(part)
        if place.read(part) != data:
            raise OSError(errno.EIO, "read back differs")
        place.rename(part, name)
        place.sync_names()
    except OSError as error:
        with suppress(OSError):  # told is the failure before it
            place.remove(part)
        raise _unavailable(error, len(data)) from error


def beside(folder: Path, name: str) -> FolderPlace:
    """A folder within a stick's, made if it is not there. Unavailable as `put`."""
    try:
        (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        raise _unavailable(error) from error
    return FolderPlace(folder / name)


def sweep(folder: Path, sender: bytes) -> None:
    """Remove what a stick that was pulled out kept half written by this device: a `.part` is never read again."""
    half = re.compile(rf"mb[a-z]-{hint(sender).hex()}-.*\.part")
    with suppress(OSError):  # what is written next tells what is the matter with the stick
        for path in folder.iterdir():
            if half.fullmatch(path.name) and path.is_file():
                path.unlink(missing_ok=True)


def holds(folder: Path, name: str) -> bool:
    """Whether a file of that name is there; Unavailable("stick.missing"), ("stick.unreliable") as `found`."""
    try:
        return (folder / name).is_file()
    except OSError as error:
        raise _unavailable(error) from error


def drop_earlier(path: Path, second: str) -> None:
    """Remove files of the same kind, sender and addressee as one just written, which stands for all before it.

    Their second copies in the folder of that name go too; a stick that was pulled keeps them, and they do no harm.
    """
    like = path.name.rsplit("-", 1)[0] + "-"
    for folder in (path.parent, path.parent / second):
        with suppress(OSError):
            for each in folder.iterdir():
                if each.name.startswith(like) and each.suffix == path.suffix and each.name != path.name:
                    each.unlink(missing_ok=True)


def take_off(files: Iterable[Path], second: str) -> None:
    """Remove bundles just written, and their second copies in the folder of that name."""
    for path in files:
        for each in (path, path.parent / second / path.name):
            with suppress(OSError):  # the stick is gone, and the file with it
                each.unlink(missing_ok=True)


def found(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    """The bundles of a folder, lowest number first and parts in order; links and what is no file are passed over."""
    try:
        plain = (p for p in folder.iterdir() if p.suffix == suffix and p.is_file() and not p.is_symlink())
        return sorted(plain, key=_in_order)
    except OSError as error:
        raise _unavailable(error) from error


_AT_A_STICK = {
    "storage.full": "stick.full",
    "storage.read_only": "stick.read_only",
    "storage.missing_place": PULLED,
    "storage.unwritable": "stick.unreliable",
}
"""What the machine answers, of a stick: what to do then is another thing than for the clinic's own disk."""


def _unavailable(error: OSError, needed_bytes: int = 1) -> Unavailable:
    found = unavailable(error, needed_bytes)
    return Unavailable(_AT_A_STICK[found.code], **found.facts)


def _in_order(path: Path) -> tuple[list[str], int, int, str]:
    """A bundle by its sender's number and the part, as numbers: the tenth comes after the second."""
    pieces = path.stem.split("-")
    number, _, part = pieces[3].partition(".") if len(pieces) == 5 else ("", "", "")
    told = (int(number), int(part)) if number.isdecimal() and part.isdecimal() else (0, 0)
    return pieces[:3], *told, path.name


def take(path: Path) -> bytes:
    """A private copy of a file's bytes.

    Refused("sync.not_a_bundle"), ("sync.too_large"); Unavailable(PULLED) when its folder is gone, ("stick.unreliable").
    """
    try:
        if not path.parent.is_dir():
            raise Unavailable(PULLED)
        if path.is_symlink() or not path.is_file():
            raise Refused("sync.not_a_bundle")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise _unavailable(error) from error
    if len(data) > FILE_LIMIT:
        raise Refused("sync.too_large")
    return data
