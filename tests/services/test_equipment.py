"""The equipment register on a real encrypted file: pieces, faults, repairs, what is due, the list as a file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries.equipment import Piece, kinds_of_equipment, pieces
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import equipment, undo
from ces_desktop.services.equipment import COLUMNS, EventRequest, PieceRequest, as_csv
from ces_desktop.ui.messages import act_name, all_sentences

NOON_16_MARCH = 1_773_684_000_000
TODAY = "2026-03-16"
BAD_TEXTS = ("x" * 10_000, "a\x00b", "\u202eabc", "\ud800")


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.NURSE)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    ticks = itertools.count(NOON_16_MARCH, 1_000)
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(ticks))
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], **given: Any) -> Any:
    return db.write(partial(action, **given), who).value


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()
    return caught.value


def held(db: Database) -> tuple[Piece, ...]:
    return db.read(partial(pieces, clinic=db.installation.clinic))


def scale(**more: Any) -> PieceRequest:
    known: dict[str, Any] = {
        "id": fresh(), "name": " Báscula  con estadímetro ", "brand": "Bame", "serial": "A 771", "owner": "CES",
        "location": "Consultorio", "acquired_on": "2024-05", "calibration_months": 12, "state": "working",
    }  # fmt: skip
    return PieceRequest(**(known | more))


def event(piece: Id, kind: Any, state: Any, day: str = TODAY, **more: Any) -> EventRequest:
    return EventRequest(fresh(), piece, kind, state, day, **more)


def test_a_piece_is_registered_once_and_corrected(db: Database, who: Actor) -> None:
    request = scale()
    for _ in range(2):
        do(db, who, equipment.add, request=request)
    (found,) = held(db)
    assert (found.name, found.serial, found.state, found.acquired_on) == (
        "Báscula con estadímetro", "A 771", "working", "2024-05",
    )  # fmt: skip
    assert found.since == date(2026, 3, 16) and len(found.happened) == 1
    do(db, who, equipment.edit, request=replace(request, location="Bodega", calibration_months=None))
    (found,) = held(db)
    assert found.location == "Bodega" and found.due(date(2026, 3, 16)) is None and len(found.happened) == 1
    refused("equipment.unknown", lambda: do(db, who, equipment.edit, request=scale(name="otra")))


def test_of_a_piece_nobody_looked_at_nothing_is_known(db: Database, who: Actor) -> None:
    do(db, who, equipment.add, request=scale(state=None, acquired_on="", serial="", brand=""))
    (found,) = held(db)
    due = found.due(date(2026, 3, 16))
    assert found.state == "unknown" and found.since is None and due is not None and due.standing == "never"


def test_a_fault_a_repair_and_a_calibration(db: Database, who: Actor) -> None:
    piece = do(db, who, equipment.add, request=scale())
    assert held(db)[0].due(date(2026, 3, 16)).on == date(2025, 5, 1)  # type: ignore[union-attr]
    said = event(piece, "fault", "broken", "2026-03-10", detail="No marca cero")
    for _ in range(2):
        do(db, who, equipment.note, request=said)
    do(db, who, equipment.note, request=event(piece, "repair", "working", done_by="Técnico de CES"))
    do(db, who, equipment.note, request=event(piece, "calibration", "working", "2026-03-16"))
    (found,) = held(db)
    assert [h.kind for h in found.happened] == ["fault", "check", "repair", "calibration"]
    due = found.due(date(2026, 3, 16))
    assert found.state == "working" and due is not None and due.on == date(2027, 3, 16)


def test_a_note_is_taken_back_and_undone(db: Database, who: Actor) -> None:
    piece = do(db, who, equipment.add, request=scale())
    wrong = do(db, who, equipment.note, request=event(piece, "retired", "retired"))
    assert held(db)[0].state == "retired"
    refused(
        "equipment.retired", lambda: do(db, who, equipment.note, request=event(piece, "fault", "broken", detail="x"))
    )
    do(db, who, equipment.take_back, equipment=piece, event=wrong)
    assert held(db)[0].state == "working"
    assert do(db, who, undo.undo) == "equipment.take_back" and held(db)[0].state == "retired"
    do(db, who, equipment.note, request=event(piece, "check", "working"))
    assert held(db)[0].state == "working"
    refused("equipment.unknown", lambda: do(db, who, equipment.take_back, equipment=piece, event=fresh()))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "  "}, "equipment.name_missing"),
        ({"name": "\t\n"}, "equipment.name_missing"),
        ({"calibration_months": 0}, "equipment.months"),
        ({"maintenance_months": -5}, "equipment.months"),
        ({"calibration_months": 121}, "equipment.months"),
        ({"owner": "mine"}, "equipment.owner"),
        ({"acquired_on": "2090"}, "equipment.acquired"),
        ({"acquired_on": "2020-02-30"}, "equipment.acquired"),
        ({"acquired_on": "1850"}, "equipment.acquired"),
        ({"acquired_on": "ayer"}, "equipment.acquired"),
        ({"state": "retired"}, "equipment.state"),
        *(({"note": text}, None) for text in BAD_TEXTS),
        *(({"serial": text}, None) for text in BAD_TEXTS),
    ],
)
def test_what_may_not_be_kept_of_a_piece(db: Database, who: Actor, wrong: dict[str, Any], code: str | None) -> None:
    with pytest.raises(Refused) as caught:
        do(db, who, equipment.add, request=scale(**wrong))
    assert caught.value.code == code or (code is None and caught.value.code.startswith("text."))
    assert held(db) == ()


@pytest.mark.parametrize(
    ("kind", "state", "day", "detail", "code"),
    [
        ("fault", "broken", TODAY, " ", "equipment.detail_missing"),
        ("fault", "working", TODAY, "x", "equipment.state"),
        ("fault", "", TODAY, "x", "equipment.state"),
        ("repair", "working", "", "", "equipment.no_day"),
        ("repair", "working", "2026-02-30", "", "equipment.no_day"),
        ("repair", "working", "2026-03-17", "", "equipment.future"),
        ("repair", "working", "2024-04-30", "", "equipment.before_acquired"),
        ("dance", "working", TODAY, "", "equipment.state"),
    ],
)
def test_what_may_not_be_noted(
    db: Database, who: Actor, kind: str, state: str, day: str, detail: str, code: str
) -> None:
    piece = do(db, who, equipment.add, request=scale())
    refused(code, lambda: do(db, who, equipment.note, request=event(piece, kind, state, day, detail=detail)))
    assert len(held(db)[0].happened) == 1


def test_two_pieces_of_a_brand_do_not_share_a_serial_number(db: Database, who: Actor) -> None:
    do(db, who, equipment.add, request=scale())
    twin = refused("equipment.serial_taken", lambda: do(db, who, equipment.add, request=scale(serial="a771")))
    assert twin.facts["name"] == "Báscula con estadímetro"
    do(db, who, equipment.add, request=scale(brand="Seca"))
    do(db, who, equipment.add, request=scale(serial=""))
    do(db, who, equipment.add, request=scale(serial=""))
    assert len(held(db)) == 4


def test_who_does_not_keep_the_store_only_looks(db: Database) -> None:
    mentor = builders.actor(Role.MENTOR)
    refused("access.not_allowed", lambda: do(db, mentor, equipment.add, request=scale()))


def test_the_list_as_a_file_runs_no_formula_and_says_what_is_not_known(db: Database, who: Actor) -> None:
    do(db, who, equipment.add, request=scale(note="=HYPERLINK(1)", state=None, calibration_months=None, acquired_on=""))
    text = as_csv(held(db), date(2026, 3, 16)).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text))
    told = dict(zip(head, line, strict=True))
    assert tuple(head) == COLUMNS
    assert (told["state"], told["since"], told["calibration_due"], told["last_fault"]) == ("unknown", "", "", "")
    assert told["note"] == "'=HYPERLINK(1)"


def test_the_catalogue_offers_what_is_equipment(db: Database) -> None:
    db.write(lambda work: load_shipped(work.connection), builders.actor())
    names = [es for _, es, _ in db.read(partial(kinds_of_equipment, clinic=db.installation.clinic))]
    assert "Oxímetro de pulso" in names and "Paracetamol 500 mg" not in names


def test_every_act_has_a_name() -> None:
    for act in (*equipment.ACTS.values(), "equipment.add", "equipment.edit", "equipment.take_back"):
        assert act_name(act) != act_name("nothing")
