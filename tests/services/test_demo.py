"""Clinics of invented people: the same from the same seed, proved like real ones, never over something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved
from sqlalchemy import func, select

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import (
    CommunityRecord,
    ConsentRecord,
    HouseholdRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
)
from ces_desktop.domain.ids import DEMO_PREFIXES, clinic_id
from ces_desktop.errors import Refused
from ces_desktop.services import demo
from ces_desktop.services.clinic import OpenClinic, open_clinic

MONTH = "2026-10"


@pytest.fixture(autouse=True)
def _november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine says: a demonstration ends on the day it is made."""
    monkeypatch.setattr(demo, "now_ms", lambda: 1_795_000_000_000)


def write(out: Path, **more: Any) -> list[str]:
    asked = {"clinics": 1, "people": 120, "months": 24, "seed": 5, "until": MONTH} | more
    return list(demo.write_clinics(out, **asked))


def opened(folder: ClinicFolder) -> OpenClinic:
    (user,) = [slot.user for slot in vault.list_slots(folder)]
    return open_clinic(folder, user, demo.PASSPHRASE)


def people(folder: ClinicFolder) -> list[tuple[Any, ...]]:
    """Who is in the clinic, without ids made by chance."""
    here = opened(folder)
    p, c = PatientRecord, CommunityRecord
    rows = here.database.read(
        lambda connection: connection.execute(
            select(p.human_id, p.given, p.paternal, p.maternal, p.sex, p.birth, p.stated_age, p.happened_on, c.name)
            .join(c, c.id == p.community, isouter=True)
            .order_by(p.human_id)
        ).all()
    )
    here.close()
    return [tuple(row) for row in rows]


def test_the_same_seed_and_month_give_the_same_people(clinic_folder: Any) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write(clinic_folder.data / name, seed=seed)
    a, b, c = (people(ClinicFolder(clinic_folder.data / name / "DEM")) for name in "abc")
    assert a == b != c
    assert len(a) == len(c) == 120


def test_families_re_registrations_and_fates(clinic_folder: Any) -> None:
    (line,) = write(clinic_folder.data, people=400)
    assert line == "DEM: 400"
    here = opened(ClinicFolder(clinic_folder.data / "DEM"))

    def query(connection: Any) -> None:
        p, h, s = PatientRecord, HouseholdRecord, PatientStatusRecord
        sizes = connection.execute(select(func.count()).where(p.household.is_not(None)).group_by(p.household)).scalars()
        sizes = list(sizes)
        assert max(sizes) >= 4 and len(sizes) == connection.execute(select(func.count(h.id))).scalar()
        alone = connection.execute(select(func.count()).where(p.household.is_(None))).scalar_one()
        assert 2 <= alone <= 40, "people registered a second time have no household yet"
        assert set(connection.execute(select(s.status)).scalars()) >= {"active", "died", "moved"}
        assert connection.execute(select(func.count(ConsentRecord.id))).scalar_one() > 200
        precisions = set(connection.execute(select(p.birth_precision)).scalars())
        assert {"day", "year", "estimated"} <= precisions
        days = connection.execute(select(func.min(p.happened_on), func.max(p.happened_on))).one()
        assert days[0] >= "2024-10-31" and days[1] <= "2026-10-31"
        assert connection.execute(select(p.community).where(p.community.is_(None))).first() is None
        assert set(connection.execute(select(p.clinic)).scalars()) == {clinic_id("DEM")}
        assert connection.execute(select(func.count()).where(OpRecord.kind == "patients.register")).scalar() == 400

    here.database.read(query)
    assert_proved(here.database)
    assert here.database.read(verify).orphans == ()
    here.close()


def test_clinics_bear_their_own_prefixes_and_one_passphrase(clinic_folder: Any) -> None:
    out = clinic_folder.data / "new" / "folder"
    assert write(out, clinics=3, people=15, months=1) == ["DEM: 15", "DEA: 15", "DEB: 15"]
    assert (out / "passphrase.txt").read_text(encoding="utf-8") == demo.PASSPHRASE + "\n"
    assert sorted(p.name for p in out.iterdir()) == ["DEA", "DEB", "DEM", "passphrase.txt"]
    for prefix in DEMO_PREFIXES[:3]:
        here = opened(ClinicFolder(out / prefix))
        assert here.facts["prefix"] == prefix and here.renewed is None
        assert_proved(here.database)
        here.close()


@pytest.mark.parametrize("until", ["2026", "2026-13", "octubre", "2026-10-01", ""])
def test_a_month_that_is_none_is_refused(clinic_folder: Any, until: str) -> None:
    with pytest.raises(Refused, match=r"demo\.until_shape"):
        write(clinic_folder.data, until=until)
    assert list(clinic_folder.data.iterdir()) == []


def test_more_clinics_than_prefixes_are_refused(clinic_folder: Any) -> None:
    with pytest.raises(Refused, match=r"demo\."):
        write(clinic_folder.data, clinics=len(DEMO_PREFIXES) + 1)
    assert list(clinic_folder.data.iterdir()) == []


def test_nothing_is_written_over(clinic_folder: Any) -> None:
    (clinic_folder.data / "DEA").mkdir()
    (clinic_folder.data / "DEA" / "notes.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(Refused, match=r"demo\.exists") as refusal:
        write(clinic_folder.data, clinics=2)
    assert refusal.value.facts == {"folder": "DEA"}
    assert sorted(p.name for p in clinic_folder.data.iterdir()) == ["DEA"]
    assert (clinic_folder.data / "DEA" / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_a_demonstration_stopped_half_way_leaves_nothing(clinic_folder: Any) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.create_demo(clinic_folder.data, stop, people=60)
    assert list(clinic_folder.data.iterdir()) == []


def test_progress_counts_people(clinic_folder: Any) -> None:
    said: list[tuple[int, int]] = []
    folder, user, phrase = demo.create_demo(clinic_folder.data, lambda *at: said.append(at), people=60)
    assert said[-1] == (60, 60) and said == sorted(said)
    here = open_clinic(folder, user, phrase)
    assert_proved(here.database)
    here.close()
