"""Equipment, requests, seminars and the clinic's facts edited at two laptops: both edits listed, one kept, healed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import builders
import pytest
from two_laptops import LEAD, OTHER, Laptops, both, encrypted, healed, keep, shown

from ces_desktop.data.models import (
    ClinicRecord,
    EquipmentRecord,
    QuizQuestionRecord,
    SeminarRecord,
    StaffRequestRecord,
)
from ces_desktop.data.queries.seminars import seminars as seminars_of
from ces_desktop.domain.access import Role
from ces_desktop.domain.conflicts import tables_for
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import equipment, seminars, staff, staff_requests, users
from ces_desktop.services.equipment import PieceRequest
from ces_desktop.services.seminars import QuestionForm, SeminarForm
from ces_desktop.services.staff import PersonRequest
from ces_desktop.services.staff_requests import RequestForm
from ces_desktop.services.users import ClinicForm

SCALE = PieceRequest(Id(bytes(15) + b"\x21"), "Báscula inventada", brand="Pesa", model="1", serial="A1")
ROOF = RequestForm(Id(bytes(15) + b"\x22"), "housing", "soon", "Gotera en el techo", "2026-02-01")
DAYS = SeminarForm(Id(bytes(15) + b"\x23"), "Diabetes inventada", "CES", "seminar", "2026-03-02", "2026-03-03")
FACTS = ClinicForm("Ejemplo", "", "", "", "")


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    yield made
    made.close()


def first(laptops: Laptops, *acts: partial[object]) -> None:
    """What stands at both before they part."""
    for act in acts:
        laptops.first.write(act, LEAD)
    laptops.meet()


def days_of(laptops: Laptops) -> list[list[str]]:
    return [
        [session.day for each in database.read(partial(seminars_of, clinic=database.installation.clinic))
         for session in each.sessions]
        for database in (laptops.first, laptops.second)
    ]  # fmt: skip


def test_a_piece_of_equipment_is_one_answer_of_brand_model_and_serial(laptops: Laptops) -> None:
    first(laptops, partial(equipment.add, request=SCALE))
    both(
        laptops,
        partial(equipment.edit, request=replace(SCALE, brand="Tara", serial="T7", location="Bodega", note="Nueva")),
        partial(equipment.edit, request=replace(SCALE, model="2", serial="2", location="Patio", calibration_months=12)),
    )
    held = {each.fields: each for each in laptops.waiting(laptops.first)}
    assert set(held) == {("brand", "model", "serial"), ("location",)}, "what one laptop alone changed asks nobody"
    whole = held["brand", "model", "serial"]
    assert (whole.table, whole.name, whole.number, whole.about) == ("equipment", "Báscula inventada", "2", SCALE.id)
    assert [dict(s.values) for s in whole.sides] == [
        {"brand": "Pesa", "model": "2", "serial": "2"}, {"brand": "Tara", "model": "1", "serial": "T7"},
    ], "each as its laptop saw it, none the mixture that shows"  # fmt: skip
    assert not any(s.in_force for s in whole.sides)
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        keep(laptops.first, whole, 1, builders.actor(Role.LEAD))
    keep(laptops.first, whole, 1)
    keep(laptops.first, held["location",], 1)
    healed(laptops)
    for database in (laptops.first, laptops.second):
        row = shown(database, EquipmentRecord, SCALE.id)
        assert (row["brand"], row["model"], row["serial"], row["location"]) == ("Tara", "1", "T7", "Bodega")
        assert (row["note"], row["calibration_months"]) == ("Nueva", 12)


def test_a_serial_that_another_piece_bears_meanwhile_is_not_kept_and_the_form_decides(laptops: Laptops) -> None:
    first(laptops, partial(equipment.add, request=SCALE))
    both(
        laptops,
        partial(equipment.edit, request=replace(SCALE, serial="B2")),
        partial(equipment.edit, request=replace(SCALE, serial="C3")),
    )
    (held,) = laptops.waiting(laptops.first)
    twin = PieceRequest(Id(bytes(15) + b"\x24"), "Otra inventada", brand="Pesa", serial="B2")
    laptops.first.write(partial(equipment.add, request=twin), LEAD)
    with pytest.raises(Refused, match=r"equipment\.serial_taken"):
        keep(laptops.first, held, 1)
    laptops.first.write(partial(equipment.edit, request=replace(SCALE, serial="D4")), LEAD)
    healed(laptops)
    assert shown(laptops.second, EquipmentRecord, SCALE.id)["serial"] == "D4"


def test_a_request_when_it_is_wanted_is_one_answer_and_for_whom_is_named(laptops: Laptops) -> None:
    who = PersonRequest(Id(bytes(15) + b"\x25"), "Dra. Pasante Inventada")
    first(laptops, partial(staff.add_person, request=who), partial(staff_requests.ask, form=ROOF))
    both(
        laptops,
        partial(staff_requests.edit, form=replace(ROOF, urgency="urgent", due_on="2026-02-05", person=who.id)),
        partial(staff_requests.edit, form=replace(ROOF, urgency="normal", text="Gotera y puerta")),
    )
    (held,) = laptops.waiting(laptops.second)
    assert (held.table, held.name, held.fields) == ("staff_request", "Gotera y puerta", ("urgency", "due_on"))
    assert [dict(s.values)["due_on"] for s in held.sides] == [None, "2026-02-05"]
    keep(laptops.second, held, 1, OTHER)
    healed(laptops)
    row = shown(laptops.first, StaffRequestRecord, ROOF.id)
    assert (row["urgency"], row["due_on"], row["text"], row["person"]) == (
        "urgent", "2026-02-05", "Gotera y puerta", who.id,
    )  # fmt: skip
    other = PersonRequest(Id(bytes(15) + b"\x26"), "Dr. Otro Inventado")
    laptops.first.write(partial(staff.add_person, request=other), LEAD)
    laptops.meet()
    asked = replace(ROOF, urgency="urgent", due_on="2026-02-05", text="Gotera y puerta", person=who.id)
    both(
        laptops,
        partial(staff_requests.edit, form=replace(asked, person=None)),
        partial(staff_requests.edit, form=replace(asked, person=other.id)),
    )
    (held,) = laptops.waiting(laptops.first)
    assert [dict(s.shown)["person"] for s in held.sides] == ["Dr. Otro Inventado", None]
    keep(laptops.first, held, 1)
    healed(laptops)
    assert shown(laptops.second, StaffRequestRecord, ROOF.id)["person"] is None


def test_the_days_of_a_seminar_take_their_sessions_along(laptops: Laptops) -> None:
    """Each laptop wrote the sessions of its own days: those of the days not kept go, at both; an undo asks again."""
    first(laptops, partial(seminars.keep, form=DAYS))
    both(
        laptops,
        partial(seminars.keep, form=replace(DAYS, from_on="2026-03-09", until_on="2026-03-10")),
        partial(seminars.keep, form=replace(DAYS, until_on="2026-03-04", title="Diabetes otra")),
    )
    (held,) = laptops.waiting(laptops.first)
    assert (held.table, held.name, held.fields) == ("seminar", "Diabetes otra", ("from_on", "until_on"))
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        keep(laptops.first, held, 0, builders.actor(Role.PHYSICIAN))
    keep(laptops.first, held, 1)
    healed(laptops)
    assert days_of(laptops) == [["2026-03-09", "2026-03-10"]] * 2
    row = shown(laptops.second, SeminarRecord, DAYS.id)
    assert (row["from_on"], row["until_on"], row["title"]) == ("2026-03-09", "2026-03-10", "Diabetes otra")
    laptops.undo(laptops.first, LEAD)
    laptops.meet()
    (again,) = laptops.waiting(laptops.second)
    keep(laptops.second, again, [s.in_force for s in again.sides].index(False), OTHER)
    healed(laptops)


def test_a_day_that_both_laptops_add_to_a_seminar_is_one_session_once_somebody_writes_it(laptops: Laptops) -> None:
    first(laptops, partial(seminars.keep, form=DAYS))
    both(
        laptops,
        partial(seminars.keep, form=replace(DAYS, until_on="2026-03-04")),
        partial(seminars.keep, form=replace(DAYS, until_on="2026-03-05")),
    )
    (held,) = laptops.waiting(laptops.first)
    keep(laptops.first, held, 0)
    healed(laptops)
    assert days_of(laptops) == [["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]] * 2


def test_a_question_with_its_answers_is_one_answer(laptops: Laptops) -> None:
    asked = [QuestionForm(f"Pregunta {n}", ("140/90", "130/80"), 1) for n in "123"]
    first(laptops, partial(seminars.keep, form=DAYS), partial(seminars.ask, wanted=DAYS.id, questions=asked))
    one = replace(asked[0], text="Uno", options=("120/80", "140/90"), correct=2)
    both(
        laptops,
        partial(seminars.ask, wanted=DAYS.id, questions=[one, *asked[1:]]),
        partial(seminars.ask, wanted=DAYS.id, questions=[replace(asked[0], text="Dos"), *asked[1:]]),
    )
    (held,) = laptops.waiting(laptops.first)
    assert (held.table, held.name, held.fields) == (
        "quiz_question", "Diabetes inventada", ("text", "options", "correct"),
    )  # fmt: skip
    assert held.about == DAYS.id
    keep(laptops.first, held, 1)
    healed(laptops)
    row = shown(laptops.second, QuizQuestionRecord, held.entity)
    assert (row["text"], row["options"], row["correct"]) == ("Uno", "120/80\n140/90", 2)


def test_the_clinics_own_facts_and_where_confidential_notes_go(laptops: Laptops) -> None:
    here = laptops.first.installation.clinic
    first(laptops, lambda work: work.add(ClinicRecord(id=here, prefix="CAP", name="Ejemplo")))
    both(
        laptops,
        partial(users.change_clinic, form=replace(FACTS, municipality="Ángel Albino")),
        partial(users.change_clinic, form=replace(FACTS, municipality="Ángel Albino Corzo", official_name="Oficial")),
    )
    both(
        laptops, partial(users.share_confidential, allowed=True), partial(users.share_confidential, allowed=False)
    )
    (held,) = laptops.waiting(laptops.second)
    assert (held.table, held.name, held.fields) == ("clinic", "Ejemplo", ("municipality",))
    assert "clinic" not in tables_for(builders.actor(Role.PHYSICIAN)), "who does not lead is not asked"
    keep(laptops.second, held, 1, OTHER)
    healed(laptops)
    row = shown(laptops.first, ClinicRecord, here)
    assert (row["municipality"], row["official_name"], row["reserved_to_hub"]) == ("Ángel Albino", "Oficial", "yes")
