"""Registering and correcting people: numbers, idempotence, refusals, undo."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import builders
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import DraftRecord, PatientRecord, table_of
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.data.work import Installation
from ces_desktop.domain.access import Role
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id, clinic_id, new_id
from ces_desktop.domain.registration import Details
from ces_desktop.errors import Refused
from ces_desktop.services import drafts, households, patients, undo
from ces_desktop.services.patients import ConsentAnswer, EditRequest, RegisterRequest

WHO = builders.actor()
SOMEBODY = Details(given="Inventada", paternal="Prueba", sex="female", birth=Birth("1967", "year"))
TODAY = "2026-03-16"
NOW = 1_773_680_400_000  # 16 March 2026, 11:00 in Chiapas


def clinic(folder: Path, **installation: Any) -> Database:
    here = Installation(clinic_id("CAP"), "CAP", os.urandom(16), os.urandom(8), **installation)
    return builders.database(builders.sqlcipher(folder), installation=here, clock=lambda: NOW)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return clinic(tmp_path)


def request(**fields: Any) -> RegisterRequest:
    details = replace(SOMEBODY, **{k: v for k, v in fields.items() if hasattr(SOMEBODY, k)})
    rest = {k: v for k, v in fields.items() if not hasattr(SOMEBODY, k)}
    return RegisterRequest(new_id(NOW), details, rest.pop("registered_on", TODAY), **rest)


def register(db: Database, **fields: Any) -> Id:
    return db.write(partial(patients.register, request=request(**fields)), WHO).value


def human_ids(db: Database) -> list[str]:
    return db.read(lambda c: list(c.execute(select(PatientRecord.human_id).order_by(PatientRecord.row_no)).scalars()))


def refusal(db: Database, **fields: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        register(db, **fields)
    assert human_ids(db) == []
    return caught.value


def test_registering_writes_the_person_the_status_and_the_answers(db: Database) -> None:
    draft = drafts.Draft(new_id(NOW), "registration", None, WHO.user, {"given": "Inv"}, NOW, NOW)
    db.local(partial(drafts.save, draft=draft))
    made = register(
        db,
        given="  Inventada   Elena ",
        maternal_kind="none",
        curp="prie 670714mcsrjn09",
        phone="963 555 01 42",
        consents=(ConsentAnswer("privacy_notice", "yes"),),
        draft=draft.id,
    )
    file = db.read(lambda c: patient_file(c, made))
    assert file is not None
    assert file.human_id == "CAP0000001"
    assert file.identity.given == "Inventada Elena"
    assert file.identity.maternal_kind == "none"
    assert file.identity.curp == "PRIE670714MCSRJN09"
    assert file.identity.phone == "9635550142"
    assert [(s.status, s.happened_on) for s in file.statuses] == [("active", TODAY)]
    assert [(c.about, c.answer, c.happened_on) for c in file.consents] == [("privacy_notice", "yes", TODAY)]
    assert db.read(lambda c: c.execute(select(DraftRecord.id)).all()) == []
    builders.assert_proved(db)


def test_the_same_request_twice_registers_one_person(db: Database) -> None:
    one = request()
    for _ in range(3):
        assert db.write(partial(patients.register, request=one), WHO).value == one.patient
    assert human_ids(db) == ["CAP0000001"]
    builders.assert_proved(db)


def test_a_form_saved_again_after_its_undo_is_refused(db: Database) -> None:
    one = request()
    db.write(partial(patients.register, request=one), WHO)
    db.write(undo.undo, WHO)
    with pytest.raises(Refused, match=r"patients\.undone"):
        db.write(partial(patients.register, request=one), WHO)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"given": " \t "}, "given", "patients.given_missing"),
        ({"given": "x" * 10_000}, "given", "identity.too_long"),
        ({"given": "Ana\x00"}, "given", "identity.control"),
        ({"paternal": ""}, "paternal", "patients.surname_missing"),
        ({"sex": None}, "sex", "patients.sex_missing"),
        ({"birth": None}, "birth", "patients.birth_missing"),
        ({"phone": "12"}, "phone", "identity.phone"),
        ({"curp": "¡no!"}, "curp", "identity.curp"),
        ({"folder": "1\n2"}, "folder", "words.line_break"),
        ({"language": "tseltal 😀"}, "language", "words.symbol"),
        ({"registered_on": "2026-03-17"}, "registered_on", "patients.registered_later"),
        ({"registered_on": "1949-12-31"}, "registered_on", "patients.registered_early"),
        ({"registered_on": "mañana"}, "registered_on", "patients.registered_unread"),
        ({"registered_on": "1966-12-31"}, "registered_on", "patients.registered_before_birth"),
        ({"community": new_id(1)}, "community", "patients.place_gone"),
        ({"household": new_id(1)}, "household", "patients.place_gone"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(db: Database, fields: dict[str, Any], field: str, code: str) -> None:
    refused = refusal(db, **fields)
    assert (refused.code, refused.facts["field"]) == (code, field)


def test_a_past_day_is_a_late_entry(db: Database) -> None:
    made = register(db, registered_on="2024-02-29")
    file = db.read(lambda c: patient_file(c, made))
    assert file is not None
    assert file.registered_on == file.statuses[0].happened_on == "2024-02-29"


def test_a_new_household_starts_with_the_person_as_its_head(db: Database) -> None:
    house = new_id(NOW)
    made = register(db, new_household=house)
    file = db.read(lambda c: patient_file(c, made))
    assert file is not None
    assert (file.household, file.household_number) == (house, 1)
    builders.assert_proved(db)


def test_who_may_not_register_is_refused(db: Database) -> None:
    mentor = builders.actor(Role.MENTOR)
    with pytest.raises(Refused, match="access"):
        db.write(partial(patients.register, request=request()), mentor)


def test_editing_writes_only_what_changed(db: Database) -> None:
    made = register(db, birth=Birth(None, "estimated", 40, "2026-01-01"))
    wanted = replace(
        SOMEBODY, birth=Birth(None, "estimated", 40, "2026-01-01"), maternal="Ejemplo", maternal_kind="given"
    )
    changed = db.write(partial(patients.edit, request=EditRequest(made, wanted)), WHO).value
    assert set(changed) == {"maternal", "maternal_kind"}
    assert db.write(partial(patients.edit, request=EditRequest(made, wanted)), WHO).touched == frozenset()
    builders.assert_proved(db)


def test_leaving_a_household_by_edit_takes_its_head(db: Database) -> None:
    house = new_id(NOW)
    made = register(db, new_household=house)
    db.write(partial(patients.edit, request=EditRequest(made, SOMEBODY)), WHO)
    from ces_desktop.data.queries.households import household_file

    held = db.read(lambda c: household_file(c, db.installation.clinic, house))
    assert held is not None
    assert (held.row.head, held.row.members) == (None, 0)
    db.write(undo.undo, WHO)
    held = db.read(lambda c: household_file(c, db.installation.clinic, house))
    assert held is not None
    assert (held.row.head, held.row.members) == (made, 1)
    builders.assert_proved(db)


def test_a_household_of_another_community_is_refused(db: Database) -> None:
    from ces_desktop.services import communities

    here, there = new_id(NOW), new_id(NOW)
    for place, name in ((here, "Las Palmas"), (there, "Monte Virgen")):
        db.write(partial(communities.add, request=communities.AddCommunity(place, name)), WHO)
    house = new_id(NOW)
    db.write(partial(households.create, request=households.CreateHousehold(house, here)), WHO)
    with pytest.raises(Refused, match="household_elsewhere"):
        register(db, community=there, household=house)
    made = register(db, household=house)
    file = db.read(lambda c: patient_file(c, made))
    assert file is not None
    assert file.community == here


def rows(db: Database) -> list[tuple[Any, ...]]:
    t = table_of(PatientRecord)
    shown = [c for c in t.columns if c.name != "row_no"]
    return db.read(lambda c: [tuple(r) for r in c.execute(select(*shown).order_by(t.c.id))])


def test_every_action_undone_and_redone_gives_back_the_rows(db: Database) -> None:
    before = rows(db)
    made = register(db)
    registered = rows(db)
    db.write(undo.undo, WHO)
    assert [r[-1] for r in rows(db)] != [r[-1] for r in registered] or rows(db) != registered
    db.write(undo.redo, WHO)
    assert rows(db) == registered
    wanted = replace(SOMEBODY, given="Otra", birth=Birth("1970-05-01", "day"))
    db.write(partial(patients.edit, request=EditRequest(made, wanted)), WHO)
    edited = rows(db)
    db.write(undo.undo, WHO)
    assert rows(db) == registered
    db.write(undo.redo, WHO)
    assert rows(db) == edited
    assert before == []
    builders.assert_proved(db)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from(["register", "undo", "redo", "again"]), min_size=3, max_size=12),
    floor=st.integers(0, 5),
)
def test_a_number_is_never_given_twice(steps: list[str], floor: int) -> None:
    with TemporaryDirectory() as folder:
        db = clinic(Path(folder), human_id_floor=floor, slot=3)
        last: RegisterRequest | None = None
        made = 0
        for step in steps:
            try:
                if step == "register":
                    last = request()
                    db.write(partial(patients.register, request=last), WHO)
                    made += 1
                elif step == "again" and last is not None:
                    db.write(partial(patients.register, request=last), WHO)
                elif step in ("undo", "redo"):
                    db.write(getattr(undo, step), WHO)
            except Refused as refused:
                assert refused.code.startswith("undo.") or refused.code == "patients.undone"
        numbers = human_ids(db)
        assert numbers == [f"CAP3{n:06d}" for n in range(floor + 1, floor + 1 + made)]
        builders.assert_proved(db)
        db.close()
