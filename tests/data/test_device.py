"""The laptop's keys, the machine's fingerprint, and the mark that notices a restored or moved clinic."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data import device
from ces_desktop.data.device import (
    DeviceKeys,
    HighWaterMark,
    Mark,
    incarnation_needed,
    machine_fingerprint,
)
from ces_desktop.errors import Unavailable

KEY, CLINIC = bytes(range(32)), "ab" * 16
MARK = Mark("01" * 16, "02" * 8, {"clinic:x": (7, "aa" * 32), "reserved:x": (2, "bb" * 32)}, 1 << 60)


def test_device_keys_come_back_and_sign() -> None:
    keys = DeviceKeys.generate()
    again = DeviceKeys.from_bytes(keys.to_bytes())
    assert again == keys and len(keys.to_bytes()) == 65
    assert len(keys.device_id) == 16 and again.device_id == keys.device_id
    signature = keys.sign(b"head")
    assert device.verify(keys.signing_public, signature, b"head")
    assert not device.verify(keys.signing_public, signature, b"Head")
    assert not device.verify(DeviceKeys.generate().signing_public, signature, b"head")
    assert not device.verify(b"short", signature, b"head")


def test_device_ids_differ_with_either_key() -> None:
    one, two = DeviceKeys.generate(), DeviceKeys.generate()
    ids = {DeviceKeys(a.signing, b.receiving).device_id for a in (one, two) for b in (one, two)}
    assert len(ids) == 4


@pytest.mark.parametrize("data", [b"", b"\x01" * 64, b"\x02" + b"k" * 64, b"\x01" + b"k" * 65])
def test_other_bytes_are_no_keys(data: bytes) -> None:
    with pytest.raises(ValueError, match="device keys"):
        DeviceKeys.from_bytes(data)


def test_private_keys_do_not_show() -> None:
    assert repr(DeviceKeys(b"k" * 32, b"r" * 32)) == "DeviceKeys()"


def test_the_fingerprint_is_stable_salted_and_does_not_tell_the_machine() -> None:
    name = "0123456789abcdef0123456789abcdef"
    first = machine_fingerprint(b"salt", lambda: name)
    assert first == machine_fingerprint(b"salt", lambda: name) and len(first) == 32
    assert first != machine_fingerprint(b"other", lambda: name)
    assert first != machine_fingerprint(b"salt", lambda: name[::-1])
    assert name not in first
    assert machine_fingerprint(b"salt") == machine_fingerprint(b"salt")


def test_a_machine_without_a_name_is_told_by_host_and_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_system_id", lambda: "")
    monkeypatch.setattr(device.platform, "node", lambda: "laptop")
    monkeypatch.setattr(device.uuid, "getnode", lambda: 0x001122334455)
    with_card = machine_fingerprint(b"s")
    monkeypatch.setattr(device.uuid, "getnode", lambda: 0x011122334455)  # multicast bit: invented anew at each start
    invented = machine_fingerprint(b"s")
    monkeypatch.setattr(device.uuid, "getnode", lambda: 0x0111FFFFFFFF)
    assert machine_fingerprint(b"s") == invented != with_card


def test_a_system_that_refuses_to_say_its_name_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise PermissionError(errno.EACCES, "injected")

    monkeypatch.setattr(device, "_system_id", refuse)
    assert len(machine_fingerprint(b"s")) == 32


def test_the_mark_comes_back_and_the_newest_counts(tmp_path: Path) -> None:
    water = HighWaterMark(tmp_path / "state" / "deep", CLINIC)
    assert water.read(KEY) is None
    water.write(KEY, MARK)
    assert water.read(KEY) == MARK
    newer = Mark(MARK.device, MARK.incarnation, {"clinic:x": (8, "cc" * 32)}, MARK.hlc + 1)
    water.write(KEY, newer)
    assert HighWaterMark(tmp_path / "state" / "deep", CLINIC).read(KEY) == newer


def test_a_mark_of_another_key_or_clinic_says_nothing(tmp_path: Path) -> None:
    HighWaterMark(tmp_path, CLINIC).write(KEY, MARK)
    assert HighWaterMark(tmp_path, CLINIC).read(bytes(32)) is None
    other = "cd" * 16
    (tmp_path / f"mark-{CLINIC}.json").rename(tmp_path / f"mark-{other}.json")
    assert HighWaterMark(tmp_path, other).read(KEY) is None


def test_a_mark_changed_in_any_byte_is_not_believed(tmp_path: Path) -> None:
    water = HighWaterMark(tmp_path, CLINIC)
    water.write(KEY, MARK)
    path = tmp_path / f"mark-{CLINIC}.json"
    whole = path.read_bytes()
    for at in range(len(whole)):
        bad = bytearray(whole)
        bad[at] ^= 1 << at % 8
        path.write_bytes(bad)
        assert water.read(KEY) in (None, MARK), at
    for junk in (b"", b"{}", b"[]", b"null", b'{"mark": 1, "mac": 2}'):
        path.write_bytes(junk)
        assert water.read(KEY) is None


def test_after_a_torn_mark_the_one_before_still_counts(tmp_path: Path) -> None:
    water = HighWaterMark(tmp_path, CLINIC)
    water.write(KEY, MARK)
    water.write(KEY, Mark(MARK.device, MARK.incarnation, {"clinic:x": (8, "cc" * 32)}, MARK.hlc + 1))
    (tmp_path / f"mark-{CLINIC}.json").write_bytes(b"")
    assert water.read(KEY) == MARK


def test_a_forgotten_mark_accuses_nobody_twice(tmp_path: Path) -> None:
    water = HighWaterMark(tmp_path, CLINIC)
    water.forget()
    water.write(KEY, MARK)
    water.write(KEY, MARK)
    water.forget()
    assert water.read(KEY) is None and list(tmp_path.iterdir()) == []


def test_a_state_folder_that_takes_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "injected")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(Unavailable) as told:
        HighWaterMark(tmp_path, CLINIC).write(KEY, MARK)
    assert told.value.code == "storage.full"


def test_the_mark_is_quick_because_it_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    HighWaterMark(tmp_path, CLINIC).write(KEY, MARK)
    assert synced == []


heads = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(1, 9), st.sampled_from(["h1", "h2", "h3"])))


@given(heads, st.sets(st.sampled_from(["h1", "h2", "h3"])), st.sampled_from([None, "here", "there"]))
def test_a_new_incarnation_begins_exactly_when_something_is_missing_or_moved(
    named: dict[str, tuple[int, str]], known: set[str], stored: str | None
) -> None:
    mark = Mark("d", "i", named, 0)
    reason = incarnation_needed(mark, "here", stored, known.__contains__)
    lost = {head for _, head in named.values()} - known
    assert reason == ("moved" if stored == "there" else "restored" if lost else None)


def test_without_a_mark_only_the_machine_tells() -> None:
    assert incarnation_needed(None, "here", "here", lambda _head: False) is None
    assert incarnation_needed(None, "here", None, lambda _head: False) is None
    assert incarnation_needed(None, "here", "there", lambda _head: True) == "moved"
