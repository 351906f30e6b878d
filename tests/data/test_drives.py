"""Inserted sticks, as Linux tells them; a folder that a person chose counts as one."""

from __future__ import annotations

from pathlib import Path

from ces_desktop.data import drives

MOUNTS = r"""proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /media/ana/CES-02 vfat rw 0 0
/dev/sdc1 /run/media/ana/MEMORIA\040ROJA exfat rw 0 0
tmpfs /media/ana/none tmpfs rw 0 0
/dev/sdd1
"""


def test_what_desktops_mount_is_a_stick() -> None:
    assert drives.mounted(MOUNTS) == [Path("/media/ana/CES-02"), Path("/run/media/ana/MEMORIA ROJA")]


def test_a_folder_as_a_stick(tmp_path: Path) -> None:
    found = drives.drive(tmp_path)
    assert found.label == tmp_path.name and found.free is not None and found.free > 0
    assert drives.drive(tmp_path / "gone").free is None


def test_looking_never_fails() -> None:
    assert isinstance(drives.inserted(), list)
