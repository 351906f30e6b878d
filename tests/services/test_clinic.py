"""A clinic on this laptop: made whole or not at all, opened by who may, noticed when restored or moved."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from sqlalchemy import delete, select

from ces_desktop.data import vault
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.apply import stored
from ces_desktop.data.local import Setting, write_setting
from ces_desktop.data.models import ClinicRecord, OpRecord, PatientRecord, ThresholdRecord, UserRoleRecord
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import DEMO_PREFIXES, INCARNATION_SKIP, Id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic, known_clinics, open_clinic, open_with_key
from ces_desktop.services.patients import next_human_id
from ces_desktop.ui.messages import journal

PHRASE = "frase inventada de prueba"
NOW = 1_790_000_000_000
ROLES = frozenset({Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.LEAD})


def wanted(prefix: str = "CAP", **more: Any) -> NewClinic:
    return NewClinic(prefix, "Clínica Inventada", "Dra. Prueba Inventada", PHRASE, ROLES, **more)


def create(root: Path, **more: Any) -> tuple[ClinicFolder, Id, Any]:
    return clinic.create(root, wanted(), cost=vault.CHEAPEST, clock=lambda: NOW, **more)


@pytest.fixture
def made(clinic_folder: Any) -> tuple[ClinicFolder, Id]:
    folder, user, _ = create(clinic_folder.data)
    return folder, user


def opened(made: tuple[ClinicFolder, Id], at: int = NOW + 60_000) -> OpenClinic:
    return open_clinic(*made, PHRASE, clock=lambda: at)


def next_number(db: Database, who: Any) -> str:
    return db.write(next_human_id, who).value


def test_made_opened_and_opened_again(made: tuple[ClinicFolder, Id], clinic_folder: Any) -> None:
    first = opened(made)
    assert (first.renewed, first.clock_behind) == (None, None)
    assert first.actor.user == made[1] and first.actor.roles == ROLES
    assert first.facts["name"] == "Clínica Inventada" and first.facts["kind"] == "clinic"
    patient = register(first.database, first.actor)
    installation = first.database.installation
    first.close()
    again = opened(made)
    assert again.database.installation == installation and again.renewed is None
    assert again.database.read(lambda c: c.execute(select(PatientRecord.id)).scalars().all()) == [patient]
    assert_proved(again.database)
    again.close()
    assert known_clinics(clinic_folder.data) == [made[0]]


def test_all_the_wizard_asked_is_kept(clinic_folder: Any) -> None:
    asked = wanted(
        official_name="Unidad Inventada",
        institution="Ninguna",
        jurisdiction="Nada",
        municipality="Nada",
        clues="CSSSA000000",
        licence="MPSS",
        note_format="soap",
        kind="mentor",
    )
    folder, user, recovery = clinic.create(clinic_folder.data, asked, cost=vault.CHEAPEST, clock=lambda: NOW)
    with_recovery = vault.open_with_recovery(folder, recovery.text)
    here = open_with_key(folder, with_recovery, None, clock=lambda: NOW)
    assert here.actor.user == user
    assert here.facts["clues"] == "CSSSA000000" and here.facts["kind"] == "mentor"
    row = here.database.read(lambda c: c.execute(select(ClinicRecord.__table__)).one())
    assert (row.official_name, row.institution, row.note_format) == ("Unidad Inventada", "Ninguna", "soap")
    assert_proved(here.database)
    here.close()


def test_a_wrong_passphrase_opens_nothing_and_locks_nobody_out(made: tuple[ClinicFolder, Id]) -> None:
    with pytest.raises(Refused):
        open_clinic(*made, "otra frase inventada", clock=lambda: NOW)
    opened(made).close()


def test_one_who_has_no_role_today_does_not_come_in(made: tuple[ClinicFolder, Id]) -> None:
    here = opened(made)
    roles = here.database.read(lambda c: c.execute(select(UserRoleRecord.id)).scalars().all())
    for role in roles:
        here.database.write(lambda w, role=role: w.change(UserRoleRecord, role, until_on="2026-01-01"), here.actor)  # type: ignore[misc]
    here.close()
    for _ in range(2):  # and what was opened on the way is given back
        with pytest.raises(Refused, match=r"access\.no_such_user"):
            opened(made)
    with pytest.raises(Refused, match=r"access\.no_such_user"):
        key = vault.open(*made, PHRASE)
        open_with_key(made[0], key, bytes(16), clock=lambda: NOW)


def test_a_second_window_reads_and_says_so(made: tuple[ClinicFolder, Id]) -> None:
    first = opened(made)
    patient = register(first.database, first.actor)
    second = opened(made)
    assert second.database.read_only and not first.database.read_only
    assert second.database.read(lambda c: c.execute(select(PatientRecord.id)).scalar_one()) == patient
    with pytest.raises(Unavailable, match=r"storage\.in_use"):
        register(second.database, second.actor, 2)
    register(first.database, first.actor, 2)
    second.close()
    first.close()
    third = opened(made)
    assert not third.database.read_only
    third.close()


def test_a_clinic_is_not_made_over_another(made: tuple[ClinicFolder, Id], clinic_folder: Any) -> None:
    before = made[0].database.read_bytes()
    with pytest.raises(Refused, match=r"clinic\.exists"):
        create(clinic_folder.data)
    assert made[0].database.read_bytes() == before


@pytest.mark.parametrize("prefix", ["cap", "CA", "CAPS", "C4P", "ÑAP", "", "../X"])
def test_a_prefix_is_three_capital_letters(clinic_folder: Any, prefix: str) -> None:
    with pytest.raises(Refused, match=r"clinic\.prefix_shape"):
        clinic.create(clinic_folder.data, wanted(prefix), cost=vault.CHEAPEST)
    assert list(clinic_folder.data.iterdir()) == []


@pytest.mark.parametrize("prefix", [DEMO_PREFIXES[0], DEMO_PREFIXES[-1]])
def test_a_real_clinic_takes_no_prefix_of_invented_ones(clinic_folder: Any, prefix: str) -> None:
    with pytest.raises(Refused) as refusal:
        clinic.create(clinic_folder.data, wanted(prefix), cost=vault.CHEAPEST)
    assert refusal.value.code == "clinic.prefix_demo"
    assert prefix in journal.sentences()["clinic.prefix_demo"].format(**refusal.value.facts)
    assert list(clinic_folder.data.iterdir()) == []


@pytest.mark.parametrize(
    "where",
    ["vault.create", "hub_server.new_engine", "hub_server.cipher.engine", "_fill", "upgrade", "machine_fingerprint"],
)
def test_an_interrupted_creation_leaves_nothing_that_looks_like_a_clinic(
    clinic_folder: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"ces_desktop.services.clinic.{where}", interrupted)
        with pytest.raises(KeyboardInterrupt):
            create(clinic_folder.data)
    assert known_clinics(clinic_folder.data) == []
    assert list(clinic_folder.data.iterdir()) == []
    folder, user, _ = create(clinic_folder.data)
    opened((folder, user)).close()


def test_what_a_killed_creation_left_is_no_clinic_and_in_nobody_s_way(clinic_folder: Any) -> None:
    folder, user, _ = create(clinic_folder.data)
    folder.path.rename(clinic_folder.data / "CAP.new")
    assert known_clinics(clinic_folder.data) == []
    folder, user, _ = create(clinic_folder.data)
    assert [p.name for p in clinic_folder.data.iterdir()] == ["CAP"]
    opened((folder, user)).close()


def copy_of(folder: ClinicFolder, place: Path) -> None:
    shutil.copytree(folder.path, place)


def back(folder: ClinicFolder, place: Path) -> None:
    shutil.rmtree(folder.path)
    shutil.copytree(place, folder.path)


def test_an_older_copy_put_back_begins_a_new_incarnation_once(made: tuple[ClinicFolder, Id], tmp_path: Path) -> None:
    here = opened(made)
    register(here.database, here.actor, 1)
    here.close()
    copy_of(made[0], tmp_path / "copy")
    here = opened(made)
    assert here.renewed is None
    register(here.database, here.actor, 2)
    old = here.database.installation
    here.close()

    back(made[0], tmp_path / "copy")
    here = opened(made)
    new = here.database.installation
    assert here.renewed == "restored"
    assert new.incarnation != old.incarnation and new.device == old.device
    assert next_number(here.database, here.actor) == f"CAP0{2 + INCARNATION_SKIP + 1:06d}"
    here.close()
    here = opened(made)  # nothing was written since: it is the same laptop still
    assert here.renewed is None and here.database.installation == new
    register(here.database, here.actor, 300)
    here.close()
    here = opened(made)
    assert here.renewed is None and here.database.installation == new
    heads = here.database.read(lambda c: c.execute(select(OpRecord.hash).order_by(OpRecord.n)).scalars().all())
    last = here.database.read(lambda c: stored(c, heads[-1]))
    assert (last.head.incarnation, last.head.seq, last.head.parents) == (new.incarnation, 1, (heads[-2],))
    assert_proved(here.database)
    here.close()


def test_put_back_twice_is_noticed_twice(made: tuple[ClinicFolder, Id], tmp_path: Path) -> None:
    copy_of(made[0], tmp_path / "copy")
    seen = set()
    for number in range(2):
        here = opened(made)
        register(here.database, here.actor, 500 + number)
        seen.add(here.database.installation.incarnation)
        here.close()
        back(made[0], tmp_path / "copy")
    here = opened(made)
    assert here.renewed == "restored"
    assert len(seen | {here.database.installation.incarnation}) == 3
    assert next_number(here.database, here.actor) == f"CAP0{500 + 2 * INCARNATION_SKIP + 1:06d}"
    here.close()


def test_on_another_machine_it_writes_under_its_own_name(
    made: tuple[ClinicFolder, Id], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opened(made)
    register(here.database, here.actor, 7)
    old = here.database.installation
    here.close()
    monkeypatch.setattr(clinic, "machine_fingerprint", lambda salt: "f" * 32)
    here = opened(made)
    new = here.database.installation
    assert here.renewed == "moved"
    assert new.device != old.device and new.incarnation != old.incarnation
    assert next_number(here.database, here.actor) == f"CAP0{7 + INCARNATION_SKIP + 1:06d}"
    register(here.database, here.actor, 208)
    assert_proved(here.database)
    here.close()
    here = opened(made)
    assert here.renewed is None and here.database.installation == new
    here.close()


def test_a_window_that_only_reads_begins_nothing(
    made: tuple[ClinicFolder, Id], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(made)
    monkeypatch.setattr(clinic, "machine_fingerprint", lambda salt: "f" * 32)
    second = opened(made)
    assert second.renewed is None and second.database.installation == first.database.installation
    second.close()
    first.close()


@pytest.mark.parametrize(("at", "behind"), [(946_684_800_000, True), (2_903_000_000_000, False)])
def test_a_clock_of_2000_or_2062_is_told_and_stops_nobody(made: tuple[ClinicFolder, Id], at: int, behind: bool) -> None:
    here = opened(made)
    patient = register(here.database, here.actor)
    here.close()
    here = opened(made, at)
    assert (here.clock_behind is not None) == behind
    here.database.write(lambda w: w.change(PatientRecord, patient, given="Con otro reloj"), here.actor)
    here.close()
    here = opened(made, NOW + 120_000)
    assert (here.clock_behind is not None) == (not behind)
    here.database.write(lambda w: w.change(PatientRecord, patient, given="Última"), here.actor)
    assert here.database.read(lambda c: c.execute(select(PatientRecord.given)).scalar_one()) == "Última"
    hashes = here.database.read(lambda c: c.execute(select(OpRecord.hash).order_by(OpRecord.n)).scalars().all())
    heads = [here.database.read(lambda c, h=h: stored(c, h)).head for h in hashes]  # type: ignore[misc]
    assert [h.hlc for h in heads] == sorted({h.hlc for h in heads})
    assert [h.clock_suspect for h in heads][-2:] == ([1, 0] if behind else [0, 1])
    assert_proved(here.database)
    here.close()


def test_lists_of_a_later_program_are_loaded_without_a_migration(made: tuple[ClinicFolder, Id]) -> None:
    """A rule reads thresholds that came with it: an update that brings only lists must bring them in."""
    t = ThresholdRecord
    known = select(t.value).where(t.code == "hypertension.visit_every_months")
    first = opened(made)
    first.database.local(lambda c: c.execute(delete(t).where(t.code == "hypertension.visit_every_months")))
    first.database.local(lambda c: write_setting(c, Setting.LISTS, "those of an earlier program"))
    assert first.database.read(lambda c: c.execute(known).scalar()) is None
    first.close()
    later = opened(made)
    assert later.database.read(lambda c: c.execute(known).scalar()) == 1
    assert list(made[0].path.glob("backups/*")) == []  # lists are no migration
    later.close()
