"""A handover on a real encrypted file: built from the data, written, left out, read line by line, refreshed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from care import Care, clinic_care, postgres_care
from supplies import Store

from ces_desktop.data.local import newcomer_setting, write_setting
from ces_desktop.data.models import (
    LabRequestRecord,
    ObservationRecord,
    PlacementRecord,
    StaffPersonRecord,
    UserRoleRecord,
)
from ces_desktop.data.queries.handover import (
    HandoverFile,
    Newcomer,
    handover_file,
    handover_rows,
    latest,
    newcomer,
)
from ces_desktop.data.queries.handover_pack import drawn
from ces_desktop.data.queries.shelf import ShelfRow, empty_row, shelf
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.handover import Drawn
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import equipment, handover, undo
from ces_desktop.services.equipment import PieceRequest
from ces_desktop.services.handover import HandoverRequest, Refreshed
from ces_desktop.ui.messages import act_name, all_sentences

TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path, step=1_000)


@pytest.fixture
def ana() -> Actor:
    return builders.actor(name="Dra. Ana Inventada")


@pytest.fixture
def beto() -> Actor:
    return builders.actor(name="Dr. Beto Inventado")


def do(care: Care, who: Actor, action: Callable[..., Any], **given: Any) -> Any:
    return care.db.write(partial(action, **given), who).value


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()
    return caught.value


def answered(care: Care, patient: Id, day: str, code: str, value: int | None = None, word: str | None = None) -> None:
    care.add(ObservationRecord(id=care.id(), patient=patient, code=code, value=value, word=word, happened_on=day))


def lines_of(care: Care) -> list[Drawn]:
    return care.db.read(lambda connection: drawn(connection, care.clinic, TODAY))


def shelf_of(care: Care) -> tuple[ShelfRow, ...]:
    read = care.db.read(lambda connection: shelf(connection, care.clinic, TODAY))
    return tuple(empty_row(item) for item in read.others)


def begun(care: Care, who: Actor, **more: Any) -> Id:
    return Id(do(care, who, handover.begin, request=HandoverRequest(care.id(), **more)))


def held(care: Care, key: Id) -> HandoverFile:
    found = care.db.read(lambda connection: handover_file(connection, care.clinic, key))
    assert found is not None
    return found


def busy_clinic(care: Care) -> dict[str, Id]:
    """One of each line about a person, and people of whom none is made."""
    people = {
        "high_risk": care.person("hypertension"),
        "uncontrolled": care.person("hypertension", "diabetes"),
        "pregnancy": care.person(),
        "tuberculosis": care.person(),
        "suicide_risk": care.person(),
        "epilepsy": care.person(),
        "laboratory": care.person(),
        "well": care.person("hypertension"),
    }
    care.visit(people["high_risk"], "2026-03-01", systolic=184, diastolic=98)
    care.visit(people["uncontrolled"], "2026-03-02", systolic=148, diastolic=94, glucose_fasting=171)
    care.visit(people["well"], "2026-03-02", systolic=124, diastolic=76)
    care.visit(people["pregnancy"], "2026-02-20", diagnoses=("Z348",))
    answered(care, people["pregnancy"], "2026-02-20", "last_menstruation", word="2025-07-10")
    care.visit(people["tuberculosis"], "2026-02-20", diagnoses=("A150",))
    answered(care, people["tuberculosis"], "2026-02-20", "tb_phase", word="intensive")
    answered(care, people["suicide_risk"], "2025-12-01", "phq9_9", 0)
    answered(care, people["suicide_risk"], "2026-02-01", "phq9_9", 2)
    care.problem(people["epilepsy"], "G409", "2024-05-02")
    for test, urgent in (("hba1c", None), ("creatinine", "yes")):
        care.add(
            LabRequestRecord(
                id=care.id(), patient=people["laboratory"], test=test, urgent=urgent, happened_on="2026-03-01"
            )
        )
    gone = care.person("hypertension")
    care.visit(gone, "2026-03-01", systolic=190, diastolic=100)
    care.status(gone, "moved", "2026-03-05")
    return people


def test_every_thing_that_must_be_handed_over_is_one_line(care: Care) -> None:
    people = busy_clinic(care)
    found = {line.section: line for line in lines_of(care)}
    assert {section: line.about for section, line in found.items()} == {
        section: person for section, person in people.items() if section != "well"
    }
    assert found["uncontrolled"].facts["sugar_value"] == 171
    assert found["pregnancy"].facts["due_on"] == "2026-04-16"
    assert found["suicide_risk"].facts["answer"] == 2
    assert found["laboratory"].facts == {"tests": "hba1c,creatinine", "asked_on": "2026-03-01", "urgent": "yes"}


def test_the_same_lines_on_the_other_database(postgres_url: str) -> None:
    for care in postgres_care(postgres_url, step=1_000):
        people = busy_clinic(care)
        assert {line.section: line.about for line in lines_of(care)} == {
            section: person for section, person in people.items() if section != "well"
        }


def test_a_person_with_two_records_is_one_line_and_a_resolved_problem_none(care: Care) -> None:
    one, other = care.person(), care.person()
    care.problem(one, "G409", "2024-05-02")
    care.problem(other, "G403", "2025-05-02")
    care.join(one, other)
    healed = care.person()
    problem = care.problem(healed, "G409", "2024-05-02")
    care.problem(healed, "G409", "2025-05-02", "resolved", problem)
    renamed = care.person()
    problem = care.problem(renamed, "G409", "2024-05-02")
    care.problem(renamed, "R568", "2025-05-02", "active", problem)
    (line,) = lines_of(care)
    assert (line.section, line.about, line.facts["code"]) == ("epilepsy", min(one, other), "G403")


def test_supplies_orders_and_equipment(care: Care, ana: Actor) -> None:
    store = Store(care.db, ana)
    vital, essential, spare = (
        next(row.item.id for row in shelf_of(care) if row.item.ven == ven) for ven in ("V", "E", "N")
    )
    for item in (vital, essential, spare):
        store.keep(item)
    lot = store.lot(essential, "2027-01-31")
    store.move(essential, lot, 900, "2025-10-01")
    store.past_order(date(2026, 3, 1), 90, {essential: (100, 0)})
    for name, state in (("Oxímetro inventado", "broken"), ("Báscula inventada", "working")):
        do(care, ana, equipment.add, request=PieceRequest(care.id(), name, state=state))  # type: ignore[arg-type]
    found = lines_of(care)
    assert [line.section for line in found] == ["supply", "order", "equipment"]
    assert (found[0].about, found[0].facts["standing"], found[0].facts["usable"]) == (vital, "out", 0)
    assert found[1].facts["requested"] == 100 and found[1].facts["state"] == "sent"
    assert found[2].facts["name"] == "Oxímetro inventado" and found[2].facts["state"] == "broken"


def test_a_pack_is_built_once_written_and_read_line_by_line(care: Care, ana: Actor, beto: Actor) -> None:
    busy_clinic(care)
    key = care.id()
    for _ in range(2):
        do(care, ana, handover.begin, request=HandoverRequest(key, note="  Se va a Tuxtla  "))
    (row,) = care.db.read(lambda connection: handover_rows(connection, care.clinic))
    assert (row.progress.read, row.progress.lines, row.note, row.day) == (0, 7, "Se va a Tuxtla", "2026-03-16")
    first, second, *_ = held(care, key).lines
    do(care, ana, handover.write, handover=key, line=first.id, words="Vive sola; avisar a la hija.")
    do(care, ana, handover.leave_out, handover=key, line=second.id, reason="Se va al hospital")
    free = do(care, ana, handover.add_line, handover=key, line=care.id(), words="La llave está con la vecina.")
    do(care, beto, handover.acknowledge, handover=key, line=first.id)
    found = {line.id: line for line in held(care, key).lines}
    assert found[first.id].words == "Vive sola; avisar a la hija." and found[first.id].read
    assert found[second.id].left_out == "Se va al hospital" and found[free].section == "other"
    progress = held(care, key).head.progress
    assert (progress.read, progress.lines, progress.left_out) == (1, 7, 1)
    assert do(care, beto, undo.undo) == "handover.acknowledge"
    assert not held(care, key).lines[0].read


def test_who_may_do_what(care: Care, ana: Actor, beto: Actor) -> None:
    busy_clinic(care)
    key = begun(care, ana)
    first, second, *_ = held(care, key).lines
    nurse = builders.actor(Role.NURSE)
    for who, code in ((nurse, "access.not_allowed"), (ana, "handover.own")):
        refused(code, lambda who=who: do(care, who, handover.acknowledge, handover=key, line=first.id))  # type: ignore[misc]
    refused("access.not_allowed", lambda: begun(care, nurse))
    refused("handover.open", lambda: begun(care, ana))
    refused("handover.to_oneself", lambda: begun(care, beto, incoming=beto.user))
    for act, more in (
        (handover.write, {"words": "x"}), (handover.leave_out, {"reason": "x"}), (handover.take_in, {}),
    ):  # fmt: skip
        refused("handover.not_yours", partial(do, care, beto, act, handover=key, line=first.id, **more))
    refused("handover.not_yours", lambda: do(care, beto, handover.refresh, handover=key))
    do(care, ana, handover.leave_out, handover=key, line=second.id, reason="Ya no vive aquí")
    refused("handover.left_out", lambda: do(care, beto, handover.acknowledge, handover=key, line=second.id))
    do(care, ana, handover.take_in, handover=key, line=second.id)
    do(care, beto, handover.acknowledge, handover=key, line=second.id)
    refused("handover.read", lambda: do(care, ana, handover.write, handover=key, line=second.id, words="x"))
    refused("handover.read", lambda: do(care, ana, handover.leave_out, handover=key, line=second.id, reason="x"))
    refused("handover.begun", lambda: do(care, ana, handover.discard, handover=key))
    blank = partial(do, care, ana, handover.leave_out, handover=key, line=first.id, reason=" ")
    refused("handover.reason_missing", blank)
    refused("handover.words_missing", lambda: do(care, ana, handover.add_line, handover=key, line=care.id(), words=" "))
    refused("handover.gone", lambda: do(care, ana, handover.write, handover=key, line=care.id(), words="x"))
    refused("handover.gone", lambda: do(care, ana, handover.refresh, handover=care.id()))
    refused("words.too_long", lambda: do(care, ana, handover.write, handover=key, line=first.id, words="x" * 501))


def test_one_named_to_take_over_alone_acknowledges(care: Care, ana: Actor, beto: Actor) -> None:
    busy_clinic(care)
    key = begun(care, ana)
    first = held(care, key).lines[0]
    do(care, ana, handover.name_incoming, handover=key, incoming=beto.user)
    other = builders.actor(name="Dra. Tercera Inventada")
    refused("handover.not_incoming", lambda: do(care, other, handover.acknowledge, handover=key, line=first.id))
    do(care, beto, handover.acknowledge, handover=key, line=first.id)
    refused("handover.to_oneself", lambda: do(care, ana, handover.name_incoming, handover=key, incoming=ana.user))


def test_brought_up_to_date_nothing_written_or_read_is_lost(care: Care, ana: Actor, beto: Actor) -> None:
    people = busy_clinic(care)
    key = begun(care, ana)
    by = {line.section: line for line in held(care, key).lines}
    do(care, ana, handover.write, handover=key, line=by["epilepsy"].id, words="Toma carbamazepina.")
    do(care, beto, handover.acknowledge, handover=key, line=by["high_risk"].id)
    care.status(people["epilepsy"], "moved", "2026-03-16")  # settled, but written about
    care.status(people["tuberculosis"], "died", "2026-03-16")  # settled
    care.visit(people["high_risk"], "2026-03-16", systolic=128, diastolic=78)  # read already
    care.visit(people["uncontrolled"], "2026-03-16", systolic=158, diastolic=94)
    care.visit(people["well"], "2026-03-16", systolic=192, diastolic=98)
    assert do(care, ana, handover.refresh, handover=key) == Refreshed(1, 1, 1)
    after = {(line.section, line.about): line for line in held(care, key).lines}
    assert ("tuberculosis", people["tuberculosis"]) not in after
    assert after["epilepsy", people["epilepsy"]].words == "Toma carbamazepina."
    assert after["high_risk", people["high_risk"]].facts["systolic"] == 184
    assert after["uncontrolled", people["uncontrolled"]].facts["systolic"] == 158
    assert ("high_risk", people["well"]) in after
    assert do(care, ana, handover.refresh, handover=key) == Refreshed(0, 0, 0)


def test_a_pack_nobody_read_is_taken_back_and_comes_again_by_undo(care: Care, ana: Actor) -> None:
    busy_clinic(care)
    key = begun(care, ana)
    do(care, ana, handover.discard, handover=key)
    assert care.db.read(lambda connection: latest(connection, care.clinic)) is None
    assert do(care, ana, undo.undo) == "handover.discard" and len(held(care, key).lines) == 7


def test_an_empty_clinic_hands_over_an_empty_pack(care: Care, ana: Actor) -> None:
    key = begun(care, ana)
    assert held(care, key).lines == () and not held(care, key).head.progress.done
    begun(care, ana)  # an empty one holds nobody up


def new_here(care: Care, who: Actor, day: date = TODAY) -> Newcomer | None:
    return care.db.read(lambda connection: newcomer(connection, care.clinic, who.user, day))


def physician(care: Care, who: Actor, day: str) -> None:
    care.add(UserRoleRecord(id=care.id(), user=who.user, role="physician", from_on=day))


def test_who_is_new_is_told_what_to_read_for_thirty_days(care: Care, ana: Actor, beto: Actor) -> None:
    busy_clinic(care)
    physician(care, ana, "2026-01-01")
    physician(care, beto, "2026-03-10")
    found = new_here(care, beto)
    assert found == Newcomer(7, None), "nobody left a handover"
    assert new_here(care, ana) is None and new_here(care, builders.actor()) is None
    key = begun(care, ana)
    do(care, beto, handover.acknowledge, handover=key, line=held(care, key).lines[0].id)
    found = new_here(care, beto)
    assert found is not None and found.unread is not None
    assert sum(found.unread.values()) == 6 and "high_risk" not in found.unread
    assert new_here(care, beto, date(2026, 4, 8)) is not None and new_here(care, beto, date(2026, 4, 9)) is None
    care.db.local(lambda connection: write_setting(connection, newcomer_setting(beto.user), "2026-03-16"))
    assert new_here(care, beto) is None, "put away"


def test_a_placement_says_better_than_a_role_since_when(care: Care, ana: Actor, beto: Actor) -> None:
    physician(care, ana, "2020-01-01")
    physician(care, beto, "2026-03-16")
    person = care.id()
    care.add(StaffPersonRecord(id=person, name="Dr. Beto Inventado", user=beto.user))
    care.add(
        PlacementRecord(
            id=care.id(), person=person, at=care.clinic, role="physician", from_on="2026-02-01", state="in_service"
        )
    )
    assert new_here(care, beto) is None, "six weeks here, the laptop is new"


def test_who_founded_the_clinic_takes_nothing_over(care: Care, ana: Actor) -> None:
    physician(care, ana, "2026-03-16")
    assert new_here(care, ana) is None


def test_every_act_has_a_name() -> None:
    for act in ("begin", "refresh", "incoming", "words", "add", "leave_out", "take_in", "acknowledge", "discard"):
        assert act_name(f"handover.{act}") != act_name("nothing")
