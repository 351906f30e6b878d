"""Items, shelf settings, sign-ins and staff edited at two laptops: both edits listed, one kept, healed at both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from two_laptops import LEAD, OTHER, Laptops, both, encrypted, healed, keep, shown

from ces_desktop.data.models import (
    ItemRecord,
    ItemShelfRecord,
    PlacementRecord,
    StaffPersonRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.conflicts import conflicts, waiting
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.conflicts import LINKED, tables_for
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.errors import Refused
from ces_desktop.services import catalogue, staff, stock, users
from ces_desktop.services.catalogue import ItemRequest
from ces_desktop.services.staff import AbsenceRequest, Move, PersonRequest, PlacementRequest
from ces_desktop.services.stock import ShelfRequest
from ces_desktop.services.users import UserForm

GAUZE = ItemRequest(Id(bytes(15) + b"\x01"), "Gasa inventada", "material", "piece")


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    for each in (made.first, made.second):
        each.local(load_shipped)
    yield made
    made.close()


def shipped(connection: Any) -> Any:
    """An item of the list that the program brings."""
    t = table_of(ItemRecord)
    return connection.execute(t.select().where(t.c.kind == "medicine").order_by(t.c.code).limit(1)).mappings().one()


def test_an_item_corrected_at_both_is_one_answer_of_form_strength_and_unit(laptops: Laptops) -> None:
    laptops.first.write(partial(catalogue.add_item, request=replace(GAUZE, form="tablet", strength="500 mg")), LEAD)
    laptops.meet()
    both(
        laptops,
        partial(catalogue.change_item, request=replace(GAUZE, form="tablet", strength="850 mg", name_es="Gasa uno")),
        partial(catalogue.change_item, request=replace(GAUZE, form="syrup", strength="100 mg/5ml", name_es="Gasa dos")),
    )
    by_field = {each.fields: each for each in laptops.waiting(laptops.first)}
    assert set(by_field) == {("form", "strength"), ("name_es",)}
    held = by_field["form", "strength"]
    assert (held.table, held.name, held.about) == ("item", "Gasa dos", GAUZE.id)
    assert [dict(s.values)["strength"] for s in held.sides] == ["100 mg/5ml", "850 mg"]
    keep(laptops.first, held, 1)
    laptops.meet()
    (left,) = laptops.waiting(laptops.second)
    keep(laptops.second, left, 0, OTHER)
    healed(laptops)
    for database in (laptops.first, laptops.second):
        row = shown(database, ItemRecord, GAUZE.id)
        assert (row["form"], row["strength"], row["name_es"]) == ("tablet", "850 mg", "Gasa dos")


def test_an_item_of_the_shipped_list_too_and_a_third_value_in_its_form_decides(laptops: Laptops) -> None:
    """A row that every clinic has; whoever writes a third strength in the form has decided the whole answer."""
    item = laptops.first.read(shipped)
    assert item["clinic"] == bytes(16)
    change = lambda **fields: lambda work: work.change(ItemRecord, item["id"], **fields)  # noqa: E731
    both(laptops, change(form="tablet", strength="1"), change(form="syrup", strength="2"))
    (held,) = laptops.waiting(laptops.second)
    assert held.fields == ("form", "strength") and held.number == (item["code"] or "")
    third = ItemRequest(
        Id(item["id"]), item["name_es"] or "", item["kind"] or "", item["unit"] or "", item["code"] or "",
        item["name_en"] or "", "syrup", "3", item["pack"], item["route"] or "", item["ven"] or "", item["source"] or "",
        item["controlled"] or "", item["cold"] == "yes", item["family"] or "",
    )  # fmt: skip
    laptops.first.write(partial(catalogue.change_item, request=third), LEAD)
    healed(laptops)
    assert shown(laptops.second, ItemRecord, Id(item["id"]))["strength"] == "3"


def test_a_clave_that_another_item_has_meanwhile_is_not_kept(laptops: Laptops) -> None:
    laptops.first.write(partial(catalogue.add_item, request=GAUZE), LEAD)
    laptops.meet()
    both(
        laptops,
        partial(catalogue.change_item, request=replace(GAUZE, code="CES-901")),
        partial(catalogue.change_item, request=replace(GAUZE, code="CES-902")),
    )
    (held,) = laptops.waiting(laptops.first)
    taken = ItemRequest(Id(bytes(15) + b"\x02"), "Otra inventada", "material", "piece", "CES-901")
    laptops.first.write(partial(catalogue.add_item, request=taken), LEAD)
    with pytest.raises(Refused, match=r"catalogue\.code_taken"):
        keep(laptops.first, held, 1)
    keep(laptops.first, held, 0)
    healed(laptops)


def test_what_two_laptops_decide_of_a_shelf_before_they_meet_is_one_row_with_two_edits(laptops: Laptops) -> None:
    """Also the first time, when each laptop writes the row."""
    item = Id(laptops.first.read(shipped)["id"])
    wish = ShelfRequest(Id(bytes(15) + b"\x03"), item, "yes", "Anaquel 1", 100)
    both(
        laptops,
        partial(stock.keep, request=wish),
        partial(stock.keep, request=replace(wish, id=Id(bytes(15) + b"\x04"), location="Anaquel 2")),
    )
    for database in (laptops.first, laptops.second):
        rows = database.read(lambda c: c.execute(table_of(ItemShelfRecord).select()).mappings().all())
        assert [row["location"] for row in rows] == ["Anaquel 2"]
    (held,) = laptops.waiting(laptops.first)
    assert (held.table, held.fields, held.about) == ("item_shelf", ("location",), item) and held.name
    assert [dict(s.values)["location"] for s in held.sides] == ["Anaquel 2", "Anaquel 1"]
    keep(laptops.first, held, 1)
    healed(laptops)
    both(
        laptops,
        partial(stock.keep, request=replace(wish, most=50)),
        partial(stock.keep, request=replace(wish, most=70)),
    )
    (held,) = laptops.waiting(laptops.second)
    assert held.fields == ("most",)
    keep(laptops.second, held, 0, OTHER)
    healed(laptops)
    laptops.undo(laptops.second, OTHER)
    assert [each.key for each in laptops.waiting(laptops.second)] == [held.key]
    laptops.meet()
    assert [each.key for each in laptops.waiting(laptops.first)] == [held.key]


def test_a_sign_ins_name_and_what_another_is_called_since(laptops: Laptops) -> None:
    user = laptops.first.write(
        partial(users.add_user, form=UserForm("Enf. Uno Inventado", "", frozenset({Role.NURSE}))), LEAD
    ).value
    laptops.meet()
    form = UserForm("Enf. Dos Inventado", "123", frozenset({Role.NURSE}))
    both(
        laptops,
        partial(users.change_user, user=user, form=form),
        partial(users.change_user, user=user, form=replace(form, name="Enf. Tres Inventado")),
    )
    (held,) = laptops.waiting(laptops.first)
    assert (held.table, held.fields) == ("app_user", ("name",)), "what both wrote alike asks nobody"
    twin = UserForm("Enf. Dos Inventado", "", frozenset({Role.NURSE}))
    laptops.first.write(partial(users.add_user, form=twin), LEAD)
    with pytest.raises(Refused, match=r"users\.same_name"):
        keep(laptops.first, held, 1)
    with pytest.raises(Refused, match=r"access\.not_allowed"):
        keep(laptops.first, held, 0, builders.actor(Role.PHYSICIAN))
    keep(laptops.first, held, 0)
    healed(laptops)
    assert shown(laptops.second, UserRecord, user)["name"] == "Enf. Tres Inventado"


def test_a_person_of_the_staff_a_placement_as_one_answer_and_days_away(laptops: Laptops) -> None:
    today = "2026-01-01"
    who = PersonRequest(Id(bytes(15) + b"\x05"), "Dra. Pasante Inventada", phone="961")
    term = PlacementRequest(Id(bytes(15) + b"\x06"), who.id, "physician", "in_service", today)
    away = AbsenceRequest(Id(bytes(15) + b"\x07"), who.id, "leave", "2026-02-01", "2026-02-03")
    laptops.first.write(partial(staff.add_person, request=who, placement=term), LEAD)
    laptops.first.write(partial(staff.note_absence, request=away), LEAD)
    laptops.meet()
    both(
        laptops,
        partial(staff.edit_person, request=replace(who, phone="962")),
        partial(staff.edit_person, request=replace(who, phone="963", note="Habla tseltal")),
    )
    both(
        laptops,
        partial(staff.move, request=Move(term.id, "left", "2026-03-01", "enfermedad")),
        partial(staff.move, request=Move(term.id, "finished", "2026-03-05")),
    )
    both(
        laptops,
        partial(staff.note_absence, request=replace(away, until_on="2026-02-04")),
        partial(staff.note_absence, request=replace(away, until_on="2026-02-05")),
    )
    held = {each.table: each for each in laptops.waiting(laptops.first)}
    assert {table: each.fields for table, each in held.items()} == {
        "staff_person": ("phone",), "placement": ("state", "until_on", "reason"), "absence": ("until_on",),
    }  # fmt: skip
    assert {each.name for each in held.values()} == {"Dra. Pasante Inventada"}
    assert {each.about for each in held.values()} == {who.id}
    for each in held.values():
        keep(laptops.first, each, 1)
    healed(laptops)
    for database in (laptops.first, laptops.second):
        row = shown(database, PlacementRecord, term.id)
        assert (row["state"], row["until_on"], row["reason"]) == ("left", "2026-03-01", "enfermedad")
        assert shown(database, StaffPersonRecord, who.id)["note"] == "Habla tseltal"


def test_a_placement_that_would_overlap_is_not_kept(laptops: Laptops) -> None:
    who = PersonRequest(Id(bytes(15) + b"\x08"), "Dr. Pasante Inventado")
    term = PlacementRequest(Id(bytes(15) + b"\x09"), who.id, "physician", "finished", "2025-01-01", "2025-06-30")
    laptops.first.write(partial(staff.add_person, request=who, placement=term), LEAD)
    laptops.meet()
    both(
        laptops,
        partial(staff.change_placement, request=replace(term, until_on="2025-12-31")),
        partial(staff.change_placement, request=replace(term, until_on="2025-07-15")),
    )
    (held,) = laptops.waiting(laptops.first)
    after = PlacementRequest(Id(bytes(15) + b"\x0a"), who.id, "mentor", "finished", "2025-08-01", "2025-09-30")
    laptops.first.write(partial(staff.place, request=after), LEAD)
    with pytest.raises(Refused, match=r"staff\.overlap"):
        keep(laptops.first, held, 1)
    keep(laptops.first, held, 0)
    healed(laptops)


def test_who_is_shown_what(laptops: Laptops) -> None:
    """A store keeper sees no people; a lead sees no people either, nor the handover, where people stand."""
    assert tables_for(builders.actor(Role.STORE_KEEPER)) == {
        "item", "item_shelf", "equipment", "supply_cycle", "supply_order", "order_line", "count_line",
    }  # fmt: skip
    assert tables_for(builders.actor(Role.LEAD)) == set(LINKED) - {"patient", "household", "handover", "handover_line"}
    patient = builders.register(laptops.first, LEAD)
    laptops.first.write(partial(catalogue.add_item, request=GAUZE), LEAD)
    laptops.meet()
    laptops.write(laptops.first, LEAD, patient, phone="9611111111")
    laptops.write(laptops.second, OTHER, patient, phone="9612222222")
    both(
        laptops,
        partial(catalogue.change_item, request=replace(GAUZE, name_es="Gasa uno")),
        partial(catalogue.change_item, request=replace(GAUZE, name_es="Gasa dos")),
    )
    here = laptops.first.installation
    for role, tables in ((Role.STORE_KEEPER, {"item"}), (Role.NURSE, {"item", "patient"})):
        seen = tables_for(builders.actor(role))
        found = laptops.first.read(partial(conflicts, clinic=here.clinic, device=here.device, tables=seen))
        assert {each.table for each in found} == tables
        assert laptops.first.read(partial(waiting, clinic=here.clinic, tables=seen)) == len(tables)


def test_every_field_that_is_asked_about_is_one_of_its_table() -> None:
    from ces_desktop.data.models import SYNCED, wire_columns

    for table, groups in LINKED.items():
        fields = [field for group in groups for field in group]
        assert len(fields) == len(set(fields)) and set(fields) <= set(wire_columns(SYNCED[table])), table


def test_the_shelf_row_of_an_item_is_the_same_on_every_laptop_of_a_clinic(laptops: Laptops) -> None:
    item = Id(laptops.first.read(shipped)["id"])
    wish = ShelfRequest(Id(bytes(15) + b"\x0b"), item, "no")
    laptops.first.write(partial(stock.keep, request=wish), LEAD)
    clinic = laptops.first.installation.clinic
    key = named_id("item_shelf", f"{clinic.hex()} {item.hex()}")
    assert shown(laptops.first, ItemShelfRecord, key)["kept"] == "no"
    laptops.undo(laptops.first, LEAD)
    laptops.first.write(partial(stock.keep, request=replace(wish, kept="yes")), LEAD)
    rows = laptops.first.read(lambda c: c.execute(table_of(ItemShelfRecord).select()).mappings().all())
    assert sorted((row["live"], row["kept"]) for row in rows) == [(0, "no"), (1, "yes")]
