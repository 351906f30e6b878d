"""Two edits that did not see each other: listed with who and when, decided by a person, undone, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import builders
import pytest
from two_laptops import Laptops, encrypted, with_postgres

from ces_desktop.data.models import CommunityRecord, HouseholdRecord
from ces_desktop.data.queries.conflicts import Conflict, waiting
from ces_desktop.data.queries.visit_form import allergies
from ces_desktop.domain.access import Role
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import Details
from ces_desktop.errors import Refused
from ces_desktop.services import care, conflicts, patients, undo
from ces_desktop.services.care import AllergyRequest
from ces_desktop.services.conflicts import KeepRequest
from ces_desktop.services.patients import EditRequest


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    yield made
    made.close()


@pytest.fixture
def with_hub(tmp_path: Path, postgres_url: str) -> Iterator[Laptops]:
    made = with_postgres(tmp_path, postgres_url)
    yield made
    made.close()


def forked(laptops: Laptops) -> Id:
    """Somebody whose telephone was written at both laptops before they met."""
    patient = builders.register(laptops.first, laptops.doctor, phone="9610000000")
    laptops.meet()
    laptops.write(laptops.first, laptops.doctor, patient, phone="9611111111")
    laptops.write(laptops.second, laptops.nurse, patient, phone="9612222222")
    laptops.meet()
    return patient


def keep(laptops: Laptops, conflict: Conflict, place: int) -> None:
    side = conflict.sides[place]
    request = KeepRequest(conflict.table, conflict.entity, conflict.fields, side.op)
    laptops.first.write(partial(conflicts.keep, request=request), laptops.doctor)


def test_both_edits_are_listed_alike_at_both_laptops(laptops: Laptops) -> None:
    patient = forked(laptops)
    (here,) = laptops.waiting(laptops.first)
    (there,) = laptops.waiting(laptops.second)
    assert (here.table, here.entity, here.fields) == ("patient", patient, ("phone",))
    assert [dict(s.values)["phone"] for s in here.sides] == ["9612222222", "9611111111"]
    assert [s.in_force for s in here.sides] == [True, False]
    assert [s.here for s in here.sides] == [False, True] and [s.here for s in there.sides] == [True, False]
    assert here.name == "PRUEBA EJEMPLO, Inventada" and here.number == "CAP0000001"
    assert laptops.first.read(partial(waiting, clinic=laptops.first.installation.clinic)) == 1


def test_the_kept_edit_wins_everywhere_and_leaves_the_list(laptops: Laptops) -> None:
    patient = forked(laptops)
    (held,) = laptops.waiting(laptops.first)
    keep(laptops, held, 1)
    laptops.meet()
    for database in (laptops.first, laptops.second):
        assert laptops.person(database, patient)["phone"] == "9611111111"
        assert laptops.waiting(database) == ()
    with pytest.raises(Refused, match=r"conflicts\.gone"):
        keep(laptops, held, 0)


@pytest.mark.parametrize("place", [0, 1])
def test_undone_it_waits_again_and_redone_it_is_decided(laptops: Laptops, place: int) -> None:
    """Also where the value that shows was kept: then nothing but the decision was written."""
    patient = forked(laptops)
    before = laptops.waiting(laptops.first)
    keep(laptops, before[0], place)
    assert laptops.undo(laptops.first, laptops.doctor) == "conflicts.keep"
    assert laptops.person(laptops.first, patient)["phone"] == "9612222222"
    assert laptops.waiting(laptops.first) == before
    laptops.meet()
    assert [c.key for c in laptops.waiting(laptops.second)] == [before[0].key]
    laptops.first.write(undo.redo, laptops.doctor)
    assert laptops.waiting(laptops.first) == ()
    laptops.undo(laptops.first, laptops.doctor)
    keep(laptops, laptops.waiting(laptops.first)[0], 1 - place)
    assert laptops.waiting(laptops.first) == ()
    laptops.undo(laptops.first, laptops.doctor)
    assert laptops.waiting(laptops.first) == before
    laptops.meet()
    assert laptops.person(laptops.second, patient)["phone"] == "9612222222"


def test_a_third_value_in_the_form_decides_the_whole_answer(laptops: Laptops) -> None:
    """Birth is one answer of four fields: written anew, the precision of neither edit stays in doubt."""
    patient = builders.register(laptops.first, laptops.doctor, birth="1967-07-14")
    laptops.meet()
    laptops.write(laptops.first, laptops.doctor, patient, birth="1967", birth_precision="year")
    laptops.write(laptops.second, laptops.nurse, patient, birth="1967-08", birth_precision="month")
    laptops.meet()
    (held,) = laptops.waiting(laptops.first)
    assert held.fields == ("birth", "birth_precision")
    assert [dict(s.values)["birth_precision"] for s in held.sides] == ["month", "year"]
    details = Details(
        given="Inventada", paternal="Prueba", maternal="Ejemplo", sex="female", birth=Birth("1967-09", "month")
    )
    laptops.first.write(partial(patients.edit, request=EditRequest(patient, details)), laptops.doctor)
    assert laptops.waiting(laptops.first) == ()
    laptops.meet()
    assert laptops.waiting(laptops.second) == ()
    assert laptops.person(laptops.second, patient)["birth"] == "1967-09"


def test_one_edit_of_two_fields_against_one_of_one(laptops: Laptops) -> None:
    """The side that left a field alone is shown with it as it saw it, and kept so."""
    patient = builders.register(laptops.first, laptops.doctor, birth="1967-07-14")
    laptops.meet()
    laptops.write(laptops.second, laptops.nurse, patient, birth="1967-07-15")
    laptops.write(laptops.first, laptops.doctor, patient, birth="1967", birth_precision="year")
    laptops.meet()
    (held,) = laptops.waiting(laptops.first)
    assert [dict(s.values)["birth_precision"] for s in held.sides] == ["year", "day"]
    keep(laptops, held, 1)
    row = laptops.person(laptops.first, patient)
    assert (row["birth"], row["birth_precision"]) == ("1967-07-15", "day")
    assert laptops.waiting(laptops.first) == ()


def test_equal_edits_and_edits_of_a_voided_row_ask_nobody(laptops: Laptops) -> None:
    patient = builders.register(laptops.first, laptops.doctor)
    laptops.meet()
    laptops.write(laptops.first, laptops.doctor, patient, folder="12")
    laptops.write(laptops.second, laptops.nurse, patient, folder="12")
    laptops.meet()
    assert laptops.waiting(laptops.first) == ()


def test_a_head_of_household_who_moves_by_the_decision_heads_it_no_more(laptops: Laptops) -> None:
    patient = builders.register(laptops.first, laptops.doctor)
    village, one, other = (builders.new_id(laptops.now + n) for n in (1, 2, 3))

    def houses(work: object) -> None:
        work.add(CommunityRecord(id=village, name="Inventado"))  # type: ignore[attr-defined]
        for number, each in ((1, one), (2, other)):
            work.add(HouseholdRecord(id=each, number=number, community=village))  # type: ignore[attr-defined]

    laptops.first.write(houses, laptops.doctor)
    laptops.meet()
    laptops.write(laptops.second, laptops.nurse, patient, household=other)
    laptops.write(laptops.first, laptops.doctor, patient, household=one)
    laptops.first.write(lambda w: w.change(HouseholdRecord, one, head=patient), laptops.doctor)
    laptops.meet()
    (held,) = laptops.waiting(laptops.first)
    assert [dict(s.shown)["household"] for s in held.sides] == ["1", "2"]
    keep(laptops, held, 1)
    assert laptops.person(laptops.first, patient)["household"] == other
    head = laptops.first.read(lambda c: c.exec_driver_sql("SELECT head FROM household WHERE number = 1").scalar())
    assert head is None


def test_whoever_may_not_register_may_not_decide(laptops: Laptops) -> None:
    forked(laptops)
    (held,) = laptops.waiting(laptops.first)
    request = KeepRequest(held.table, held.entity, held.fields, held.sides[0].op)
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        laptops.first.write(partial(conflicts.keep, request=request), builders.actor(Role.STORE_KEEPER))


def test_on_postgresql_as_on_the_laptop(with_hub: Laptops) -> None:
    patient = forked(with_hub)
    assert [c.key for c in with_hub.waiting(with_hub.second)] == [c.key for c in with_hub.waiting(with_hub.first)]
    held = with_hub.waiting(with_hub.second)[0]
    request = KeepRequest(held.table, held.entity, held.fields, held.sides[1].op)
    with_hub.second.write(partial(conflicts.keep, request=request), with_hub.nurse)
    assert with_hub.waiting(with_hub.second) == ()
    with_hub.undo(with_hub.second, with_hub.nurse)
    assert with_hub.waiting(with_hub.second) == (held,)
    with_hub.meet()
    assert [c.key for c in with_hub.waiting(with_hub.first)] == [held.key]
    assert with_hub.person(with_hub.second, patient)["phone"] == with_hub.person(with_hub.first, patient)["phone"]


def test_an_allergy_corrected_at_both_laptops_shows_both_corrections(laptops: Laptops) -> None:
    """Lines of care are no fields: nothing of one laptop hides what the other wrote, so nobody is asked to choose."""
    patient = builders.register(laptops.first, laptops.doctor)
    noted = AllergyRequest(Id(bytes(15) + b"a"), patient, "present", "2026-01-20", "penicilina", reaction="ronchas")
    laptops.first.write(partial(care.note_allergy, request=noted), laptops.doctor)
    laptops.meet()
    for database, who, mark, reaction in (
        (laptops.first, laptops.doctor, b"b", "anafilaxia"),
        (laptops.second, laptops.nurse, b"c", "dolor de estómago"),
    ):
        right = replace(noted, id=Id(bytes(15) + mark), reaction=reaction, replaces=noted.id)
        database.write(partial(care.note_allergy, request=right), who)
    laptops.meet()
    for database in (laptops.first, laptops.second):
        here = database.installation.clinic
        present = database.read(lambda c: allergies(c, here, [patient])).present  # noqa: B023 - read at once
        assert sorted(each.reaction for each in present) == ["anafilaxia", "dolor de estómago"]
        assert laptops.waiting(database) == ()
