"""Pruning of backups keeps what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from backups_made import DAY, NOW
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.backup import BackupInfo, prune

moments = st.lists(st.integers(0, 3 * 365 * 24), unique=True, max_size=60)
reasons = st.sampled_from(["daily", "asked", "migration", "restore"])


def infos(hours: list[int], of: Iterator[str] | None = None) -> list[BackupInfo]:
    return [
        BackupInfo(Path(f"SOL-{hour}"), "SOL", NOW - hour * 3_600_000, 1, next(of) if of else "daily")  # type: ignore[arg-type]
        for hour in hours
    ]


@given(moments, st.data())
def test_pruning_keeps_the_newest_recent_migrations_and_what_it_promises(hours: list[int], data: st.DataObject) -> None:
    kinds = iter(data.draw(st.lists(reasons, min_size=len(hours), max_size=len(hours))))
    backups = infos(hours, kinds)
    doomed = {info.path for info in prune(backups, NOW)}
    left = [info for info in backups if info.path not in doomed]
    if backups:
        assert max(backups, key=lambda info: info.made_at) in left
    for info in backups:
        if info.reason == "migration" and NOW - info.made_at < 365 * DAY:
            assert info in left
    zone = ZoneInfo("America/Mexico_City")
    for count, form in ((7, "%Y-%m-%d"), (4, "%G-%V"), (12, "%Y-%m")):

        def periods(of: list[BackupInfo], form: str = form) -> list[str]:
            return sorted({f"{datetime.fromtimestamp(i.made_at / 1000, zone):{form}}" for i in of}, reverse=True)

        assert periods(left)[:count] == periods(backups)[:count]
    plain = [info for info in left if info.reason != "migration"]
    assert len(plain) <= 7 + 4 + 12
    assert prune(left, NOW) == []


def test_three_years_of_daily_backups_shrink_to_the_rule() -> None:
    backups = infos([24 * day for day in range(3 * 365)])
    gone = {info.path for info in prune(backups, NOW)}
    left = [info for info in backups if info.path not in gone]
    assert 17 <= len(left) <= 23
    assert [info.made_at for info in left[:7]] == [NOW - day * DAY for day in range(7)]
    assert NOW - left[-1].made_at >= (320 * DAY)


def test_clinics_sharing_a_stick_are_pruned_each_by_itself() -> None:
    mine, theirs = infos([0, 1, 2]), [BackupInfo(Path("RIO-9"), "RIO", NOW - 5 * 365 * DAY, 1, "daily")]
    assert [info.path.name for info in prune(mine + theirs, NOW)] == ["SOL-1", "SOL-2"]


def test_backups_from_the_future_stay_and_push_nothing_out() -> None:
    real = infos([24 * day for day in range(7)])
    future = infos([-24 * day for day in range(1, 30)])
    assert prune(real + future, NOW) == []


def test_a_day_is_the_clinics_day_not_greenwichs() -> None:
    evening = int(datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp() * 1000)  # 21:00 on the 23rd in Chiapas
    morning = evening - 6 * 3_600_000
    pair = [BackupInfo(Path(str(at)), "SOL", at, 1, "daily") for at in (morning, evening)]
    assert [info.made_at for info in prune(pair, evening)] == [morning]
