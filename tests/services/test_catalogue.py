"""The catalogue on a real encrypted file: items added and corrected, lists loaded, looked at first, loaded again."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.models import MovementRecord
from ces_desktop.data.queries.catalogue import find_items
from ces_desktop.data.queries.items import CatalogueItem, catalogue_items
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.register_files import read_tables
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.catalogue import Trouble
from ces_desktop.errors import Refused
from ces_desktop.services import catalogue, undo
from ces_desktop.services.catalogue import ItemRequest, Plan
from ces_desktop.ui.messages import act_name, all_sentences
from ces_desktop.ui.messages.catalogue import reason

NOON_16_MARCH = 1_773_684_000_000
METFORMIN = named_id("item", "010.000.5165.00")
LIST = """clave,descripcion,unidad,cantidad_x_envase,fuente,es_controlado,ven
010.000.5165.00,METFORMINA Tableta 850 mg,Tableta,60,SSA,0,V
010.000.9901.00,Inventatina 5 mg,Tabletas,20,SSA,0,E
,Vendaje inventado,pieza,,CES,,
040.000.2608.00,CARBAMAZEPINA,Frasco,1,SSA,0,V
XX 77,Cosa rara,barril,doce,luna,tal vez,Z
010.000.9901.00,Otra vez,Tableta,1,SSA,0,E
,,tableta,5,SSA,0,E
"""


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.LEAD)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: NOON_16_MARCH)
    database.local(load_shipped)
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], **given: Any) -> Any:
    return db.write(partial(action, **given), who).value


def held(db: Database) -> dict[str, CatalogueItem]:
    return {i.code or i.name_es: i for i in db.read(partial(catalogue_items, clinic=db.installation.clinic))}


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()
    return caught.value


def looked_at(db: Database, who: Actor, path: Path, **more: Any) -> Plan:
    (table, *_) = read_tables(path, catalogue.recognised)
    mapping = replace(catalogue.guess_mapping(table), **more)
    clinic = db.installation.clinic
    return db.read(lambda c: catalogue.plan(c, who, clinic, path.name, table, mapping, lambda *_: None))


def written(tmp_path: Path, text: str, name: str = "lista.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def load(db: Database, who: Actor, plan: Plan) -> int:
    return int(do(db, who, catalogue.run, shown=plan, step=lambda *_: None))


def item(**more: Any) -> ItemRequest:
    known: dict[str, Any] = {"id": fresh(), "name_es": "Inventatina 5 mg", "kind": "medicine", "unit": "tablet"}
    return ItemRequest(**(known | more))


def test_an_item_is_added_once_corrected_and_taken_out_of_use(db: Database, who: Actor) -> None:
    request = item(code=" 010.000.9901.00", pack=20, ven="E", source="SSA", controlled="II", cold=True)
    first = do(db, who, catalogue.add_item, request=request)
    assert do(db, who, catalogue.add_item, request=request) == first == named_id("item", "010.000.9901.00")
    found = held(db)["010.000.9901.00"]
    assert (found.name_es, found.pack, found.controlled, found.cold, found.own) == (
        "Inventatina 5 mg", 20, "II", "yes", True,
    )  # fmt: skip
    today = local_day(NOON_16_MARCH)
    find = partial(find_items, clinic=db.installation.clinic, typed="inventat", today=today)
    assert [i.code for i in db.read(find)] == ["010.000.9901.00"]
    do(db, who, catalogue.change_item, request=replace(request, id=first, active=False))
    assert not held(db)["010.000.9901.00"].used and db.read(find) == ()


def test_an_item_of_the_shipped_list_is_corrected_over_it_and_the_list_loaded_again(db: Database, who: Actor) -> None:
    was = held(db)["010.000.5165.00"]
    request = item(
        id=METFORMIN, name_es="Metformina de la red", code=was.code, unit="tablet", family=was.family, source="SSA"
    )
    do(db, who, catalogue.change_item, request=request)
    db.local(load_shipped)
    now = held(db)["010.000.5165.00"]
    assert now.name_es == "Metformina de la red" and now.pack is None and not now.own
    assert do(db, who, undo.undo) == "catalogue.change" and held(db)["010.000.5165.00"] == was


def test_the_unit_of_what_the_ledger_counts_stays(db: Database, who: Actor) -> None:
    moved = MovementRecord(id=fresh(), item=METFORMIN, quantity=5, kind="opening", happened_on="2026-03-01")
    db.write(lambda work: work.add(moved), who)
    request = item(id=METFORMIN, code="010.000.5165.00", unit="capsule")
    refused("catalogue.unit_in_use", lambda: do(db, who, catalogue.change_item, request=request))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name_es": " \t"}, "catalogue.name_missing"),
        ({"unit": ""}, "catalogue.unit_missing"),
        ({"kind": "cosa"}, "catalogue.kind"),
        ({"pack": 0}, "catalogue.pack_number"),
        ({"pack": -5}, "catalogue.pack_number"),
        ({"pack": 10_000_000}, "catalogue.pack_number"),
        ({"code": "9" * 41}, "catalogue.code_long"),
        ({"code": "010.000.5165.00"}, "catalogue.code_taken"),
        ({"ven": "Z"}, "catalogue.choice"),
        ({"source": "luna"}, "catalogue.choice"),
        ({"name_es": "x" * 10_000}, "text.too_long"),
        ({"family": "a\x00b"}, "text.control"),
        ({"strength": "\u202eabc"}, "text.control"),
    ],
)
def test_what_may_not_be_kept_of_an_item(db: Database, who: Actor, wrong: dict[str, Any], code: str) -> None:
    refused(code, lambda: do(db, who, catalogue.add_item, request=item(**wrong)))
    assert "Inventatina 5 mg" not in held(db)


def test_who_does_not_lead_only_looks(db: Database, tmp_path: Path) -> None:
    nurse = builders.actor(Role.NURSE)
    refused("access.not_allowed", lambda: do(db, nurse, catalogue.add_item, request=item()))
    refused("access.not_allowed", lambda: looked_at(db, nurse, written(tmp_path, LIST)))


def test_a_list_is_looked_at_loaded_and_loaded_again_without_harm(db: Database, who: Actor, tmp_path: Path) -> None:
    before = held(db)
    plan = looked_at(db, who, written(tmp_path, LIST))
    assert held(db) == before
    assert Counter(r.state for r in plan.rows) == {"new": 3, "changed": 1, "same": 1, "rejected": 2}
    assert load(db, who, plan) == 4
    now = held(db)
    assert now["010.000.5165.00"] == replace(before["010.000.5165.00"], pack=60)
    assert (now["010.000.9901.00"].unit, now["010.000.9901.00"].pack, now["010.000.9901.00"].own) == (
        "tablet",
        20,
        True,
    )
    assert now["Vendaje inventado"].source == "CES" and now["XX77"].unit == ""
    again = looked_at(db, who, written(tmp_path, LIST))
    assert Counter(r.state for r in again.rows) == {"same": 5, "rejected": 2} and load(db, who, again) == 0
    assert do(db, who, undo.undo) == "catalogue.import" and held(db) == before


def test_what_was_undone_can_be_brought_in_again(db: Database, who: Actor, tmp_path: Path) -> None:
    """It was told as new, kept under the id of its clave, and stayed undone."""
    before = held(db)
    n = load(db, who, looked_at(db, who, written(tmp_path, LIST)))
    loaded = held(db)
    do(db, who, undo.undo)
    assert load(db, who, looked_at(db, who, written(tmp_path, LIST))) == n and held(db) == loaded
    assert do(db, who, undo.undo) == "catalogue.import" and held(db) == before
    typed = item(code="010.000.9901.00", name_es="Otra inventatina", unit="capsule")
    do(db, who, catalogue.add_item, request=typed)
    now = held(db)["010.000.9901.00"]
    assert (now.name_es, now.unit, now.pack, now.ven, now.source) == ("Otra inventatina", "capsule", None, "", "")
    assert do(db, who, undo.undo) == "catalogue.add" and held(db) == before


def test_a_file_takes_neither_unit_nor_control_nor_names_away(db: Database, who: Actor, tmp_path: Path) -> None:
    plan = looked_at(db, who, written(tmp_path, LIST))
    (carbamazepine,) = [r for r in plan.rows if r.read.code == "040.000.2608.00"]
    assert carbamazepine.state == "same"
    assert {t.code for t in carbamazepine.read.troubles} == {"catalogue.unit_kept", "catalogue.controlled_kept"}
    renamed = looked_at(db, who, written(tmp_path, LIST), replace=True)
    (carbamazepine,) = [r for r in renamed.rows if r.read.code == "040.000.2608.00"]
    assert carbamazepine.changes == {"name_es": "CARBAMAZEPINA"}


def test_the_same_clave_is_the_same_item_in_two_clinics(db: Database, who: Actor, tmp_path: Path) -> None:
    load(db, who, looked_at(db, who, written(tmp_path, LIST)))
    (tmp_path / "otra").mkdir()
    other = builders.database(builders.sqlcipher(tmp_path / "otra"), installation=builders.installation("REF"))
    other.local(load_shipped)
    load(other, who, looked_at(other, who, written(tmp_path, LIST)))
    assert {i.id for i in held(db).values()} == {i.id for i in held(other).values()}
    other.close()


def test_a_workbook_is_read_like_a_text(db: Database, who: Actor, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Requisición del mes"])
    for line in csv.reader(LIST.splitlines()):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in line])
    book.save(tmp_path / "lista.xlsx")
    plan = looked_at(db, who, tmp_path / "lista.xlsx")
    assert Counter(r.state for r in plan.rows) == {"new": 3, "changed": 1, "same": 1, "rejected": 2}


def test_what_is_not_kept_goes_into_a_file_that_can_be_loaded_again(db: Database, who: Actor, tmp_path: Path) -> None:
    plan = looked_at(db, who, written(tmp_path, LIST))
    target = tmp_path / "no.csv"
    assert catalogue.write_rejected(target, plan, reason, ("Línea", "Motivo")) == 4
    head, *lines = csv.reader(target.read_text(encoding="utf-8-sig").splitlines())
    assert head[:3] == ["Línea", "Motivo", "clave"] and [line[0] for line in lines] == ["5", "6", "7", "8"]
    assert all(line[1].endswith(".") for line in lines)
    fixed = target.read_text(encoding="utf-8-sig").replace("barril", "pieza").replace("doce", "12")
    again = looked_at(db, who, written(tmp_path, fixed, "corregido.csv"))
    (row,) = [r for r in again.rows if r.read.code == "XX77"]
    assert row.changes["unit"] == "piece" and row.changes["pack"] == 12


@pytest.mark.parametrize(
    "bad",
    ["", "   \t ", "x" * 10_000, "😀\u202eאבג\x07", "12,5", "70 lb", "-5", "30/02/2020", "01/01/2090", "01/01/1901",
     '"uno', "=HYPERLINK(1)"],
)  # fmt: skip
@pytest.mark.parametrize("place", range(7))
def test_no_cell_breaks_a_list(db: Database, who: Actor, tmp_path: Path, place: int, bad: str) -> None:
    cells = ["010.000.9902.00", "Inventol 5 mg", "tableta", "20", "SSA", "no", "E"]
    cells[place] = bad
    line = ",".join(f'"{c}"' if "," in c else c for c in cells)
    path = written(tmp_path, LIST.splitlines()[0] + "\n" + line + "\n" + "010.000.9903.00,Otro,tableta,1,SSA,0,E\n")
    plan = looked_at(db, who, path)
    assert all(reason(t)[-1] in ".?" for r in plan.rows for t in r.read.troubles)
    load(db, who, plan)
    now = held(db)
    assert "010.000.9903.00" in now
    for name in ("ven", "source", "controlled", "unit"):
        allowed = {"ven": "VEN", "source": ("SSA", "CES", "other"), "controlled": ("yes", "I", "II", "III"),
                   "unit": ("tablet",)}[name]  # fmt: skip
        assert all(not getattr(i, name) or getattr(i, name) in allowed for i in now.values() if i.own)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xd0\xcf\x11\xe0", b"PK\x03\x04roto"])
def test_files_that_are_no_lists_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "malo.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        read_tables(path, catalogue.recognised)
    assert caught.value.code in all_sentences()


def test_every_trouble_and_act_has_words() -> None:
    codes = {"name_missing", "too_many_cells", "twice", "unreadable", "code_odd", "code_long", "not_understood", "pack",
             "text_cut", "unit_unknown", "unit_kept", "controlled_kept"}  # fmt: skip
    assert all(reason(Trouble(f"catalogue.{code}", "unit", "x", 3)) for code in codes)
    for act in ("catalogue.add", "catalogue.change", "catalogue.import"):
        assert act_name(act) != act_name("nothing")
