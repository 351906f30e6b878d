"""Backups through the services: by hand, once a day, checked, pruned, put back; every failure keeps the data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import assert_proved, register

from ces_desktop.data import backup, vault
from ces_desktop.domain.access import CLINIC_ROLES, Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import backups, clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.ui.messages import sentence

if TYPE_CHECKING:
    from conftest import Folders

PHRASE = "nube azul sobre la milpa"
DAY = 86_400_000
NOON = 1_772_388_000_000  # 1 March 2026, 12:00 at the clinic


@dataclass(slots=True)
class Clock:
    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass(slots=True)
class Here:
    root: Path
    clock: Clock
    opened: OpenClinic
    user: bytes

    def enter(self) -> OpenClinic:
        self.opened = clinic.open_clinic(self.opened.folder, self.user, PHRASE, clock=self.clock)
        return self.opened


def new_clinic(root: Path, clock: Clock, prefix: str = "CAP", roles: frozenset[Role] = CLINIC_ROLES) -> Here:
    new = NewClinic(prefix, "El Mirador", "Dra. Prueba Inventada", PHRASE, roles)
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST, clock=clock)
    return Here(root, clock, clinic.open_clinic(folder, user, PHRASE, clock=clock), user)


@pytest.fixture
def here(clinic_folder: Folders) -> Iterator[Here]:
    made = new_clinic(clinic_folder.data, Clock())
    yield made
    made.opened.close()


def people(opened: OpenClinic) -> int:
    info = backups.back_up(opened, target=_aside(opened))
    count = backups.check(opened, info).tables["patient"]
    shutil.rmtree(info.path)
    return count


def _aside(opened: OpenClinic) -> Path:
    place = opened.folder.path.parent.parent / "aside"
    place.mkdir(exist_ok=True)
    return place


def test_a_backup_by_hand_is_named_so_counted_and_listed_newest_first(here: Here) -> None:
    register(here.opened.database, here.opened.actor)
    steps: list[tuple[int, int]] = []
    first = backups.back_up(here.opened, progress=lambda done, total: steps.append((done, total)))
    here.clock.now += DAY
    second = backups.back_up(here.opened, reason="daily")
    assert first.path.name.endswith("-asked") and second.path.name.endswith("-daily")
    assert steps and steps[-1][0] == steps[-1][1] > 0
    state = backups.state(here.opened)
    assert [info.path for info in state.backups] == [second.path, first.path]
    assert state.newest == second and state.reachable and not state.chosen and state.free
    report = backups.check(here.opened, first)
    assert report.tables["patient"] == 1 and report.head
    assert_proved(here.opened.database)


def test_it_is_due_once_a_day_of_the_clinic_and_a_future_backup_counts_for_nothing(here: Here) -> None:
    here.clock.now = NOON + 10 * 3_600_000  # ten in the evening
    assert backups.back_up_if_due(here.opened) is not None
    assert backups.back_up_if_due(here.opened) is None
    here.clock.now += 3 * 3_600_000  # one in the morning: another day, though not 24 hours later
    assert local_day(here.clock.now).day == 2
    assert backups.back_up_if_due(here.opened) is not None
    here.clock.now -= 5 * DAY  # the clock was wrong: the backups found lie in the future
    assert backups.state(here.opened).due(here.clock.now)


def test_the_daily_backup_is_not_made_by_who_may_not_nor_beside_another_window(here: Here) -> None:
    beside = clinic.open_clinic(here.opened.folder, here.user, PHRASE, clock=here.clock)
    assert beside.database.read_only
    assert backups.back_up_if_due(beside) is None
    beside.close()
    here.opened.actor = _with_roles(here.opened, Role.MENTOR)
    assert backups.back_up_if_due(here.opened) is None
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        backups.back_up(here.opened)
    assert backups.state(here.opened).backups == ()


def test_a_second_one_within_a_second_is_made_and_kept(here: Here) -> None:
    """A hub takes in two sticks at once, or Enter is pressed twice: what came between is in the second."""
    first, second = (backups.back_up(here.opened) for _ in range(2))
    assert second.made_at - first.made_at == 1_000
    assert backups.state(here.opened).backups[0].path == second.path  # of one day the rule keeps the last


def _with_roles(opened: OpenClinic, *roles: Role) -> Actor:
    return replace(opened.actor, roles=frozenset(roles))


def test_a_daily_backup_that_failed_is_remembered_until_one_succeeds(here: Here, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.choose_folder(here.opened, stick)
    stick.rmdir()
    with pytest.raises(Unavailable, match=r"backup\.target_missing"):
        backups.back_up_if_due(here.opened)
    state = backups.state(here.opened)
    assert not state.reachable and state.chosen and state.backups == ()
    assert state.trouble is not None and state.trouble.at == here.clock.now
    assert state.trouble.failure.code == "backup.target_missing" and sentence(state.trouble.failure)
    stick.mkdir()
    assert backups.back_up_if_due(here.opened) is not None
    assert backups.state(here.opened).trouble is None
    assert_proved(here.opened.database)


def test_trouble_kept_by_a_damaged_setting_is_no_trouble(here: Here) -> None:
    from ces_desktop.data.local import Setting, write_setting

    for text in ("{", '"x"', "[1]", '{"at": 1}', '{"at": "x", "code": 1, "facts": [], "refused": true}'):
        here.opened.database.local(lambda c, text=text: write_setting(c, Setting.BACKUP_TROUBLE, text))
        found = here.opened.database.read(backups.trouble)
        assert found is None or found.failure.code


def test_a_full_disk_is_told_with_what_is_missing(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(Unavailable, match=r"backup\.full") as full:
        backups.back_up(here.opened)
    assert full.value.facts["missing_mb"] and "MB" in sentence(full.value)
    assert list(here.opened.folder.backups.iterdir()) == []


def test_cancelled_it_leaves_nothing(here: Here) -> None:
    with pytest.raises(Refused, match=r"backup\.cancelled"):
        backups.back_up(here.opened, cancelled=lambda: True)
    assert list(here.opened.folder.backups.iterdir()) == []


def test_an_old_backup_that_cannot_be_deleted_does_not_spoil_the_new_one(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        backups.back_up(here.opened, reason="daily")
        here.clock.now += DAY // 2
    before = {info.path for info in backups.state(here.opened).backups}

    def busy(_info: backup.BackupInfo) -> None:
        raise Unavailable("storage.unwritable")

    monkeypatch.setattr(backup, "delete", busy)
    here.clock.now += DAY
    made = backups.back_up(here.opened)
    assert {info.path for info in backups.state(here.opened).backups} == before | {made.path}
    monkeypatch.undo()


def test_choosing_a_folder_tries_it_by_writing_and_lasts(here: Here, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"backup\.target_missing"):
        backups.choose_folder(here.opened, tmp_path / "nowhere")
    stick = tmp_path / "memoria"
    stick.mkdir()
    backups.choose_folder(here.opened, stick)
    made = backups.back_up(here.opened)
    assert made.path.parent == stick and list(stick.glob(".writable*")) == []
    here.opened.close()
    assert backups.state(here.enter()).target == stick
    backups.choose_folder(here.opened, None)
    assert backups.state(here.opened).target == here.opened.folder.path / "backups"
    here.opened.actor = _with_roles(here.opened, Role.MENTOR)
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        backups.choose_folder(here.opened, stick)


def test_restoring_brings_that_moment_back_and_keeps_what_was_there(here: Here) -> None:
    register(here.opened.database, here.opened.actor, 1)
    made = backups.back_up(here.opened)
    register(here.opened.database, here.opened.actor, 2)
    kept = backups.restore_open(here.opened, made)
    assert kept is not None and kept.is_file() and kept.parent == here.opened.folder.path
    here.enter()
    assert people(here.opened) == 1
    assert here.opened.renewed == "restored"
    register(here.opened.database, here.opened.actor, 300)
    assert_proved(here.opened.database)


@pytest.mark.parametrize("spoil", ["database", "slots", "missing"])
def test_a_bad_backup_changes_nothing_and_leaves_the_clinic_open(here: Here, spoil: str) -> None:
    register(here.opened.database, here.opened.actor)
    made = backups.back_up(here.opened)
    if spoil == "missing":
        (made.path / "clinic.db").unlink()
    else:
        # Of the slots there is a second copy, which alone would do.
        for file in made.path.glob("clinic.db" if spoil == "database" else "keyslots.json*"):
            data = bytearray(file.read_bytes())
            data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
            file.write_bytes(data)
    with pytest.raises(Refused, match=r"backup\.(damaged|incomplete|wrong_key)"):
        backups.restore_open(here.opened, made)
    assert people(here.opened) == 1
    assert_proved(here.opened.database)


def test_restoring_needs_its_right_and_the_only_window(here: Here) -> None:
    made = backups.back_up(here.opened)
    beside = clinic.open_clinic(here.opened.folder, here.user, PHRASE, clock=here.clock)
    with pytest.raises(Unavailable, match=r"storage\.in_use"):
        backups.restore_open(beside, made)
    beside.database.last_hlc()  # still open
    beside.close()
    here.opened.actor = _with_roles(here.opened, Role.NURSE)
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        backups.restore_open(here.opened, made)
    here.opened.database.last_hlc()


def test_a_backup_of_another_clinic_is_refused(here: Here, tmp_path: Path) -> None:
    other = new_clinic(tmp_path / "other", here.clock, "LAG")
    made = backups.back_up(other.opened)
    other.opened.close()
    with pytest.raises(Refused, match=r"backup\.(wrong_key|other_clinic)"):
        backups.restore_open(here.opened, made)
    here.opened.close()
    with pytest.raises(Refused, match=r"backup\.other_clinic"):
        backups.restore_with_passphrase(made.path, here.opened.folder.path, None, PHRASE)
    here.enter()


def test_without_an_open_clinic_a_passphrase_restores_into_an_empty_folder(here: Here, tmp_path: Path) -> None:
    register(here.opened.database, here.opened.actor)
    made = backups.back_up(here.opened)
    into = tmp_path / "new laptop" / "CAP"
    with pytest.raises(Refused, match=r"vault\.wrong_passphrase"):
        backups.restore_with_passphrase(made.path, into, None, "otra frase que no es")
    assert backups.restore_with_passphrase(made.path, into, None, PHRASE) is None
    assert backup.verify_backup(into, here.opened.key).tables["patient"] == 1


def test_a_place_where_no_folder_can_be_made_is_told(here: Here, tmp_path: Path) -> None:
    made = backups.back_up(here.opened)
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable):
        backups.restore_with_passphrase(made.path, tmp_path / "file" / "CAP", None, PHRASE)
