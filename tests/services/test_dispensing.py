"""Handing out on a real encrypted file: one key for a prescription, what was missing, families, taken back, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import builders
import pytest
from prescribing import prescribed
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import ItemRecord, MovementRecord, OpRecord, UnmetDemandRecord, table_of
from ces_desktop.data.queries.dispensing import FillLine, Prescription, prescriptions
from ces_desktop.data.queries.stock import lots
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.dispensing import LineFacts, Offer, Share, share
from ces_desktop.errors import Refused
from ces_desktop.services import dispensing
from ces_desktop.services import undo as undoing
from ces_desktop.services.dispensing import External, Filled, Filling, Give, LineFill
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)
LOSARTAN = named_id("item", "010.000.2520.00")
PARACETAMOL = named_id("item", "010.000.0104.00")


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    ticks = count(NOON_16_MARCH)
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(ticks))
    database.local(load_shipped)
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], request: Any) -> Any:
    return db.write(partial(action, request=request), who).value


def came(db: Database, who: Actor, item: Id, quantity: int, number: str = "A1", expiry: str = "2027-03-31") -> None:
    lines = (ReceiptLine(fresh(), item, quantity, number, expiry, expired=True),)
    do(db, who, receive, Receipt(fresh(), "supplied", "SSA", "2026-03-01", lines))


def held(db: Database, item: Id = LOSARTAN) -> dict[str, int]:
    found = db.read(lambda c: lots(c, db.installation.clinic, [item], TODAY, TODAY)).get(item, [])
    return {lot.number: lot.quantity for lot in found}


def unmet(db: Database) -> list[tuple[int, str]]:
    t = table_of(UnmetDemandRecord)
    query = select(t.c.quantity, t.c.reason).where(t.c.live == 1).order_by(t.c.quantity)
    return [(row.quantity, row.reason) for row in db.read(lambda c: c.execute(query).all())]


def listed(db: Database) -> list[Prescription]:
    return db.read(lambda c: prescriptions(c, db.installation.clinic, TODAY))


def lines_of(db: Database, encounter: Id) -> tuple[FillLine, ...]:
    return next(p.lines for p in listed(db) if p.encounter == encounter)


def filling(encounter: Id, *lines: LineFill, day: str = "2026-03-16") -> Filling:
    return Filling(fresh(), encounter, day, lines or None)


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def undo(db: Database, who: Actor) -> str:
    return str(db.write(undoing.undo, who).value)


def family(db: Database, who: Actor) -> tuple[Id, Id]:
    """Two items of one family: the same medicine from two sources."""
    keys = fresh(), fresh()

    def action(work: Work) -> None:
        work.act("test.items")
        for key, source in zip(keys, ("SSA", "CES"), strict=True):
            work.add(
                ItemRecord(
                    id=key, code=f"T-{source}", kind="medicine", name_es="Medicina inventada 5 mg", unit="tablet",
                    source=source, family="invented-5", active="yes",
                )
            )  # fmt: skip

    db.write(action, who)
    return keys


def test_what_remains_is_what_was_prescribed_less_what_left() -> None:
    assert (LineFacts(60, 20).remains, LineFacts(60, 20).state) == (40, "waiting")
    assert (LineFacts(60, 60).state, LineFacts(60, 0, 60).state, LineFacts(60, 20, 0, True).state) == (
        "given", "owed", "declined",
    )  # fmt: skip
    assert (LineFacts(None, 0).remains, LineFacts(None, 0).state) == (0, "waiting")
    assert LineFacts(30, 0, listed=False).state == "unlisted"
    a, b = fresh(), fresh()
    assert share(60, [Offer(a, 40), Offer(b, 90)]) == ([Share(a, 40), Share(b, 20)], 0)
    assert share(60, [Offer(a, -4), Offer(b, 50)]) == ([Share(b, 50)], 10)
    assert share(0, [Offer(a, 4)]) == ([], 0)


def test_one_key_fills_a_prescription_first_expired_first(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 100, "LATE", "2028-01-31")
    came(db, who, LOSARTAN, 25, "SOON", "2026-05-31")
    came(db, who, PARACETAMOL, 50)
    patient = builders.register(db, who)
    encounter, _ = prescribed(db, who, patient, "2026-03-16", [(LOSARTAN, 60), (PARACETAMOL, 20), (None, 10)])
    [waiting] = listed(db)
    assert [x.facts.state for x in waiting.lines] == ["waiting", "waiting", "unlisted"]
    assert [[s.quantity for s in x.gives] for x in waiting.lines] == [[60], [20], []]
    request = filling(encounter)
    assert do(db, who, dispensing.fill, request) == Filled(80, 0, 0, 2)
    assert do(db, who, dispensing.fill, request) == Filled(0, 0, 0, 0), "a second Enter gives nothing"
    assert (held(db), held(db, PARACETAMOL)) == ({"LATE": 65, "SOON": 0}, {"A1": 30})
    assert [p.state for p in listed(db)] == ["given"]
    refused("dispensing.nothing", partial(do, db, who, dispensing.fill, filling(encounter)))
    m, op = table_of(MovementRecord), table_of(OpRecord)
    rows = db.read(lambda c: c.execute(select(m).where(m.c.kind == "dispensed")).mappings().all())
    assert {r["document"] for r in rows} == {encounter} and all(r["line"] for r in rows)
    last = db.read(lambda c: c.execute(select(op.c.subject_type, op.c.action).order_by(op.c.hlc.desc())).all())[:2]
    assert [x.subject_type for x in last] == ["item", "item"] and last[0].action == last[1].action
    assert undo(db, who) == "supply.dispense"
    assert [p.state for p in listed(db)] == ["waiting"] and held(db) == {"LATE": 100, "SOON": 25}
    db.write(undoing.redo, who)
    assert held(db) == {"LATE": 65, "SOON": 0}


def test_what_was_handed_out_stays_in_the_list_for_a_week(db: Database, who: Actor) -> None:
    """Of thirty days only what is still owed: a list of everything that was ever given is nobody's work."""
    came(db, who, LOSARTAN, 500)
    patient = builders.register(db, who)

    def given(signed: str, on: str, units: int = 60, asked: int = 60) -> Id:
        encounter, (line,) = prescribed(db, who, patient, signed, [(LOSARTAN, asked)])
        movement = MovementRecord(
            id=fresh(), item=LOSARTAN, quantity=-units, kind="dispensed", document_kind="prescription",
            document=encounter, line=line, happened_on=on,
        )  # fmt: skip

        def action(work: Work) -> None:
            work.act("test.given")
            work.add(movement)

        db.write(action, who)
        return encounter

    given("2026-03-02", "2026-03-03")
    late = given("2026-03-02", "2026-03-12")  # signed two weeks ago, handed out this week
    fresh_one = given("2026-03-13", "2026-03-13")
    shown = {p.encounter for p in listed(db)}
    assert shown == {late, fresh_one}
    assert {p.last for p in listed(db)} == {"2026-03-12", "2026-03-13"}


def test_what_is_not_there_is_unmet_demand_and_is_counted_once_when_it_comes(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 38)
    came(db, who, LOSARTAN, 9, "OLD", "2026-03-05")
    encounter, [line, other] = prescribed(
        db, who, builders.register(db, who), "2026-03-16", [(LOSARTAN, 60), (PARACETAMOL, 20)]
    )
    assert do(db, who, dispensing.fill, filling(encounter)) == Filled(38, 42, 0, 2)
    assert unmet(db) == [(20, "out"), (22, "partly")]
    assert [x.facts.state for x in lines_of(db, encounter)] == ["owed", "owed"]
    came(db, who, LOSARTAN, 15, "NEW")
    assert do(db, who, dispensing.fill, filling(encounter, LineFill(line))).given == 15
    assert unmet(db) == [(7, "partly"), (20, "out")], "38 + 15 + 7: the demand of the line is 60"
    assert do(db, who, dispensing.decline, filling(encounter, LineFill(line), LineFill(other))) == 2
    assert unmet(db) == [(0, "declined"), (0, "declined"), (7, "partly"), (20, "out")]
    assert [x.facts.state for x in lines_of(db, encounter)] == ["declined", "declined"]
    for _ in range(2):
        undo(db, who)
    assert unmet(db) == [(20, "out"), (22, "partly")]


def test_the_same_medicine_of_the_other_source_is_given(db: Database, who: Actor) -> None:
    one, other = family(db, who)
    came(db, who, one, 10)
    came(db, who, other, 100, "B1")
    encounter, [line] = prescribed(db, who, builders.register(db, who), "2026-03-16", [(one, 30)])
    [shown] = lines_of(db, encounter)
    assert [(s.item, s.quantity) for s in shown.gives] == [(one, 10), (other, 20)] and shown.short == 0
    assert do(db, who, dispensing.fill, filling(encounter)) == Filled(30, 0, 0, 1)
    assert (held(db, one), held(db, other)) == ({"A1": 0}, {"B1": 80})
    assert lines_of(db, encounter)[0].facts.given == 30, "both name the line"
    undo(db, who)
    wrong = partial(do, db, who, dispensing.fill, filling(encounter, LineFill(line, (Give(PARACETAMOL, 5),))))
    refused("dispensing.other_medicine", wrong)


def test_in_the_hand_another_lot_and_too_much(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 10, "SOON", "2026-05-31")
    came(db, who, LOSARTAN, 10, "LATE", "2028-01-31")
    encounter, [line] = prescribed(db, who, builders.register(db, who), "2026-03-16", [(LOSARTAN, 30)])
    late = next(
        lot.id for lot in db.read(lambda c: lots(c, db.installation.clinic, [LOSARTAN], TODAY, TODAY))[LOSARTAN]
        if lot.number == "LATE"
    )  # fmt: skip

    def give(*gives: Give) -> Any:
        return do(db, who, dispensing.fill, filling(encounter, LineFill(line, gives)))

    assert refused("dispensing.too_much", partial(give, Give(LOSARTAN, 31))).facts["most"] == 30
    assert refused("supply.not_enough", partial(give, Give(LOSARTAN, 21))).facts["missing"] == 1
    refused("supply.override_missing", partial(give, Give(LOSARTAN, 5, late)))
    assert give(Give(LOSARTAN, 5, late, "opened")) == Filled(5, 25, 0, 1)
    assert held(db) == {"SOON": 10, "LATE": 5}
    assert give(Give(LOSARTAN, 25, lotless=True)) == Filled(25, 0, 10, 1)
    assert held(db) == {"SOON": 0, "LATE": 0, "": -10} and unmet(db) == []
    for _ in range(2):
        undo(db, who)
    assert held(db) == {"SOON": 10, "LATE": 10}


def test_taken_back_the_lines_wait_again(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 40)
    encounter, [line] = prescribed(db, who, builders.register(db, who), "2026-03-14", [(LOSARTAN, 60)])
    refused("dispensing.nothing_given", partial(do, db, who, dispensing.take_back, filling(encounter)))
    do(db, who, dispensing.fill, filling(encounter, day="2026-03-15"))
    request = filling(encounter, LineFill(line))
    assert do(db, who, dispensing.take_back, request) == 40
    assert do(db, who, dispensing.take_back, request) == 0
    assert held(db) == {"A1": 40} and unmet(db) == []
    assert lines_of(db, encounter)[0].facts == LineFacts(60, 0)
    refused("dispensing.nothing_given", partial(do, db, who, dispensing.take_back, filling(encounter)))
    assert undo(db, who) == "supply.take_back"
    assert held(db) == {"A1": 0} and unmet(db) == [(20, "partly")]


def test_who_may_and_what_is_no_prescription(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 40)
    patient = builders.register(db, who)
    encounter, _ = prescribed(db, who, patient, "2026-03-16", [(LOSARTAN, 10)])
    for role in (Role.MENTOR, Role.COORDINATOR, Role.LEAD):
        stranger = builders.actor(role)
        for act in (dispensing.fill, dispensing.decline, dispensing.take_back):
            refused("access.not_allowed", partial(do, db, stranger, act, filling(encounter)))
    refused("dispensing.no_prescription", partial(do, db, who, dispensing.fill, filling(fresh())))
    refused("dispensing.line", partial(do, db, who, dispensing.fill, filling(encounter, LineFill(fresh()))))
    refused("supply.future", partial(do, db, who, dispensing.fill, filling(encounter, day="2026-03-17")))
    old, _ = prescribed(db, who, patient, "2026-02-01", [(LOSARTAN, 10)])
    imported, _ = prescribed(db, who, patient, "2026-03-16", [(LOSARTAN, 10)], kind="imported")
    assert [p.encounter for p in listed(db)] == [encounter], "nobody waits for a prescription of February"
    assert do(db, who, dispensing.fill, filling(old)).given == 10, "named, it is filled all the same"
    refused("dispensing.no_prescription", partial(do, db, who, dispensing.fill, filling(imported)))
    assert do(db, builders.actor(Role.STORE_KEEPER), dispensing.fill, filling(encounter)).given == 10


def test_without_a_prescription_of_ours(db: Database, who: Actor) -> None:
    came(db, who, LOSARTAN, 40)
    request = External(fresh(), Give(LOSARTAN, 30), "2026-03-16", short=20, note="receta del hospital")
    assert do(db, who, dispensing.hand_out, request) == Filled(30, 20, 0, 1)
    assert do(db, who, dispensing.hand_out, request) == Filled(0, 0, 0, 0)
    assert held(db) == {"A1": 10} and unmet(db) == [(20, "partly")]
    undo(db, who)
    assert held(db) == {"A1": 40} and unmet(db) == []
    do(db, who, dispensing.hand_out, External(fresh(), Give(LOSARTAN, 0), "2026-03-16", short=5))
    assert unmet(db) == [(5, "out")]
    do(db, who, dispensing.hand_out, External(fresh(), Give(LOSARTAN, 2), "2026-03-16", "used"))
    assert held(db) == {"A1": 38}
    for code, units, kind in (("supply.kind", 2, "lost"), ("supply.quantity", 0, "used")):
        wrong = External(fresh(), Give(LOSARTAN, units), "2026-03-16", kind)
        refused(code, partial(do, db, who, dispensing.hand_out, wrong))
