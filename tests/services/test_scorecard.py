"""The scorecard on a real encrypted file: counted, entered, planned; what has no data has no points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from care import Care, clinic_care, postgres_care
from hypothesis import given
from hypothesis import strategies as st
from supplies import Store

from ces_desktop.data.models import LabRequestRecord, ObservationRecord, PlacementRecord, StaffPersonRecord
from ces_desktop.data.queries.scorecard import Card, cards, counted
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.domain.access import Role
from ces_desktop.domain.scorecard import AREAS, ITEMS, Counted, Points, area_points, change, points
from ces_desktop.errors import Refused
from ces_desktop.services import equipment, scorecard, undo
from ces_desktop.services.equipment import PieceRequest
from ces_desktop.services.scorecard import CardRequest
from ces_desktop.ui.messages import act_name, all_sentences

TODAY = date(2026, 3, 16)
SHARE, YES_NO = ITEMS[1], ITEMS[0]


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path, step=1_000)


def do(care: Care, action: Callable[..., Any], **given: Any) -> Any:
    return care.db.write(partial(action, **given), given.pop("who", care.who)).value


def held(care: Care) -> tuple[Card, ...]:
    return care.db.read(partial(cards, clinic=care.clinic))


def begun(care: Care, kind: Any = "baseline") -> Card:
    key = do(care, scorecard.begin, request=CardRequest(care.id(), kind))
    return next(card for card in held(care) if card.id == key)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()


def furnished(care: Care) -> None:
    """A clinic with something of everything that is counted."""
    person = care.id()
    care.add(StaffPersonRecord(id=person, name="Dra. Ana Inventada"))
    care.add(
        PlacementRecord(
            id=care.id(), person=person, at=care.clinic, role="physician", from_on="2025-02-01", until_on="2026-02-14",
            state="finished",
        )
    )  # fmt: skip
    store = Store(care.db, care.who)
    read = care.db.read(lambda connection: shelf(connection, care.clinic, TODAY))
    first, second = [item.id for item in read.others if item.ven == "V"][:2]
    for item in (first, second):
        store.keep(item)
    store.move(first, store.lot(first, "2027-01-31"), 500, "2026-03-01")
    for name, state in (("Uno", "working"), ("Dos", "broken"), ("Tres", "working"), ("Cuatro", None)):
        do(care, equipment.add, request=PieceRequest(care.id(), name, state=state))  # type: ignore[arg-type]
    for number, pressure in enumerate((120, 124, 160)):
        who = care.person("hypertension", given=f"Inventada {number}")
        care.visit(who, "2026-02-10", systolic=pressure, diastolic=70)
    asked = [(care.id(), who, "2026-01-10") for _ in range(2)]
    for key, patient, day in asked:
        care.add(LabRequestRecord(id=key, patient=patient, test="hba1c", happened_on=day))
    key, patient, _ = asked[0]
    care.add(
        ObservationRecord(
            id=care.id(), patient=patient, request=key, code="hba1c", value=70, happened_on="2026-01-20"
        )
    )


EXPECTED = {
    "physician_today": Counted(0, 1),
    "days_covered": Counted(335, 365),
    "essential_in_stock": Counted(1, 2),
    "equipment_working": Counted(2, 3),
    "hypertension_controlled": Counted(2, 3),
    "diabetes_controlled": Counted(),
    "chronic_seen": Counted(3, 3),
    "results_answered": Counted(1, 2),
}


def test_what_is_counted(care: Care) -> None:
    furnished(care)
    found = care.db.read(partial(counted, clinic=care.clinic, today=TODAY))
    assert {code: found[code] for code in EXPECTED} == EXPECTED
    assert found["days_in_stock"].value == 16 and set(found) == {item.code for item in ITEMS if item.counted}


def test_the_same_on_the_other_database(postgres_url: str) -> None:
    for care in postgres_care(postgres_url, step=1_000):
        furnished(care)
        found = care.db.read(partial(counted, clinic=care.clinic, today=TODAY))
        assert {code: found[code] for code in EXPECTED} == EXPECTED


def test_an_empty_clinic_has_no_data_and_no_zero(care: Care) -> None:
    card = begun(care)
    assert {item.points for item in card.items} == {None} and len(card.items) == len(ITEMS)
    assert all(card.area(area).points is None for area in AREAS)


def test_entered_planned_undone_and_taken_back(care: Care) -> None:
    card = begun(care)
    by = {item.code: item for item in card.items}
    do(care, scorecard.enter, card=card.id, item=by["meetings_held"].id, found=Counted(4, 6))
    do(care, scorecard.enter, card=card.id, item=by["committee_active"].id, found=Counted(1))
    do(care, scorecard.plan, card=card.id, item=by["meetings_held"].id, next_step="Reunión el primer lunes")
    (card,) = held(care)
    by = {item.code: item for item in card.items}
    assert by["meetings_held"].points == 67 and by["meetings_held"].next_step == "Reunión el primer lunes"
    assert card.area("community") == Points(84, 2, 3)
    do(care, scorecard.enter, card=card.id, item=by["meetings_held"].id, found=Counted())
    assert held(care)[0].area("community") == Points(100, 1, 3)
    assert do(care, undo.undo) == "scorecard.enter" and held(care)[0].area("community").points == 84
    do(care, scorecard.discard, card=card.id)
    assert held(care) == ()


def test_what_is_refused(care: Care) -> None:
    card = begun(care)
    by = {item.code: item.id for item in card.items}
    refused("scorecard.baseline", lambda: begun(care))
    begun(care, "yearly")
    refused("scorecard.kind", lambda: begun(care, "monthly"))
    enter = partial(do, care, scorecard.enter, card=card.id)
    refused("scorecard.counted", lambda: enter(item=by["days_covered"], found=Counted(1, 1)))
    for wrong in (Counted(7, 6), Counted(-1, 6), Counted(3), Counted(3, 10**6)):
        refused("scorecard.share", lambda wrong=wrong: enter(item=by["meetings_held"], found=wrong))  # type: ignore[misc]
    refused("scorecard.gone", lambda: enter(item=care.id(), found=Counted(1, 2)))
    refused("scorecard.gone", lambda: do(care, scorecard.discard, card=care.id()))
    nurse = builders.actor(Role.NURSE)
    refused("access.not_allowed", lambda: care.db.write(partial(scorecard.discard, card=card.id), nurse))


def test_every_act_has_a_name() -> None:
    for act in ("begin", "enter", "plan", "discard"):
        assert act_name(f"scorecard.{act}") != act_name("nothing")


@given(st.none() | st.integers(-5, 400), st.none() | st.integers(-5, 400))
def test_points_are_from_0_to_100_or_none(value: int | None, whole: int | None) -> None:
    for item in (SHARE, YES_NO):
        found = points(item, Counted(value, whole))
        assert found is None or 0 <= found <= 100
    if value is None or not whole:
        assert points(SHARE, Counted(value, whole)) is None
    if whole and whole > 0:
        assert points(SHARE, Counted(whole, whole)) == 100 and points(SHARE, Counted(0, whole)) == 0


@given(st.lists(st.none() | st.integers(0, 100)))
def test_no_data_weighs_nothing(values: list[int | None]) -> None:
    known = [value for value in values if value is not None]
    found = area_points([("services", value) for value in values], "services")
    assert found.known == len(known) and found.items == len(values)
    assert (found.points is None) is (not known)
    if known:
        assert found.points is not None and min(known) <= found.points <= max(known)


def test_a_trend_compares_with_the_last_card_that_has_data() -> None:
    assert change([40, None], 55) == 15 and change([None], 55) is None and change([40], None) is None
