"""Histories of several laptops for the journal's tests: who saw what decides what an edit replaces, clocks do not.

Ops are made here from the format alone, not by `Work`, so that the code under test does not vouch for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from sqlalchemy import Connection, select

from ces_desktop.data.journal.op import Added, Fields, FieldSet, Header, Op, WireValue, clinic_scope, make
from ces_desktop.data.models import (
    REFERENCE,
    SYNCED,
    FieldVersionRecord,
    OpRecord,
    OpStatusRecord,
    PendingRecord,
    table_of,
)
from ces_desktop.domain.ids import clinic_id, named_id

YEAR_MS = 31_557_600_000
NOW = 1_790_000_000_000
SKEWS = (0, -26 * YEAR_MS, 36 * YEAR_MS, 5 * 60_000)
CLINIC = clinic_id("CAP")
SHIPPED = [
    {"id": named_id("community", "070010001"), "inegi": "070010001", "name": "Peñón Inventado", "municipality": "Nada"},
    {"id": named_id("community", "070010002"), "inegi": "070010002", "name": "Cañada Inventada", "population_2020": 90},
]
"""Localities as a reference list holds them."""


@dataclass
class Laptop:
    """A device in one incarnation: its own log and the ops it has seen."""

    number: int
    skew: int = 0
    incarnation: int = 0
    log: list[Op] = field(default_factory=list)
    seen: dict[bytes, Op] = field(default_factory=dict)


@dataclass
class World:
    """The laptops and every op they made, in the order of making."""

    laptops: list[Laptop]
    ops: list[Op] = field(default_factory=list)

    @classmethod
    def of(cls, count: int = 3) -> World:
        """Some laptops, each with a clock of its own."""
        return cls([Laptop(n, SKEWS[n % len(SKEWS)]) for n in range(count)])

    def write(
        self, who: Laptop, subject: tuple[str, bytes], adds: list[Added], sets: list[FieldSet], kind: str = "test"
    ) -> Op:
        """One op of a laptop, child of its last one; its clock is its own, whatever it has seen."""
        number = len(self.ops) + 1
        wall = NOW + who.skew + number * 1_000
        own = [op for op in who.log if op.head.incarnation == bytes([who.incarnation] * 8)]
        head = Header(
            device=bytes([who.number + 1] * 16),
            incarnation=bytes([who.incarnation] * 8),
            scope=clinic_scope(CLINIC),
            seq=len(own) + 1,
            parents=(own[-1].hash,) if own else (),
            hlc=max(1, wall) << 16,
            wall=wall,
            clock_suspect=int(who.skew != 0),
            user=bytes([who.number + 1] * 16),
            reason="",
            kind=kind,
            action=number.to_bytes(16, "big"),
            k=1,
            m=1,
            subject_type=subject[0],
            subject=subject[1],
        )
        op = make(head, adds, sets, nonce=number.to_bytes(16, "big"))
        who.log.append(op)
        who.seen[op.hash] = op
        self.ops.append(op)
        return op

    def edit(self, who: Laptop, table: str, entity: bytes, column: str, value: WireValue) -> Op:
        """An edit that replaces what this laptop sees."""
        shown = live(who.seen.values(), table, entity, column)
        bases = tuple(sorted(shown)) or (REFERENCE,)
        was = shown[max(shown)] if shown else None
        return self.write(who, (table, entity), [], [FieldSet(table, entity, column, value, was, bases)])

    def meet(self, who: Laptop, other: Laptop) -> None:
        """One laptop receives everything another has."""
        who.seen.update(other.seen)


def live(ops: object, table: str, entity: bytes, column: str) -> dict[bytes, WireValue]:
    """What stands in a field among some ops, by op: makings and edits, less the ones an edit replaced."""
    made: dict[bytes, WireValue] = {}
    edits: dict[bytes, WireValue] = {}
    replaced: set[bytes] = set()
    for op in ops:  # type: ignore[attr-defined]
        adds, sets = op.changes()
        for a in adds:
            if (a.table, a.entity) == (table, entity):
                made[op.hash] = a.fields.get(column)
        for s in sets:
            if (s.table, s.entity, s.field) == (table, entity, column):
                edits[op.hash] = s.value
                replaced.update(s.bases)
    standing = {h: v for h, v in (made | edits).items() if h not in replaced}
    if edits and len(made) < 2:
        standing = {h: v for h, v in standing.items() if h in edits}
    return standing


Step = tuple[int, int, int, int]
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 2), st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=24
)


def history(moves: list[Step]) -> World:
    """The world that some drawn moves make: adds, edits, voids, corrections, links, meetings, restored backups."""
    world = World.of()
    for kind, who, a, b in moves:
        _MOVES[kind](world, world.laptops[who], a, b)
    return world


def _id(kind: int, number: int) -> bytes:
    return bytes([kind] * 8) + number.to_bytes(8, "big")


def _known(who: Laptop, table: str) -> list[bytes]:
    found = {x.entity: None for op in who.seen.values() for x in op.changes()[0] if x.table == table}
    return list(found)


def _register(world: World, who: Laptop, a: int, b: int) -> None:
    patient = _id(1, len(world.ops))
    fields: Fields = {"given": f"Inventada {a}", "paternal": "Prueba", "paternal_kind": "given"}
    fields |= {"human_id": f"CAP0{len(world.ops):06d}", "community": SHIPPED[b % 2]["id"].hex()}
    places = _known(who, "community")
    if places and b > 3:
        fields["community"] = places[a % len(places)].hex()
    status = {"patient": patient.hex(), "status": "active", "happened_on": "2026-01-15"}
    adds = [Added("patient", patient, fields), Added("patient_status", _id(2, len(world.ops)), dict(status))]
    world.write(who, ("patient", patient), adds, [], "patients.register")


def _edit_patient(world: World, who: Laptop, a: int, b: int) -> None:
    people = _known(who, "patient")
    if people:
        column = ("given", "maternal", "phone", "given", "community", "voided", "voided")[b]
        places = [*_known(who, "community"), *(row["id"] for row in SHIPPED)]
        place = places[a % len(places)]
        value = {"community": place.hex(), "voided": ("undone", None)[a % 2]}.get(column, f"Cambio {a}")
        world.edit(who, "patient", people[a % len(people)], column, value)


def _correct(world: World, who: Laptop, a: int, b: int) -> None:
    rows = _known(who, "patient_status")
    if rows:
        replaced, people = rows[a % len(rows)], _known(who, "patient")
        patient = people[b % len(people)]
        fields: Fields = {"patient": patient.hex(), "status": "moved", "replaces": replaced.hex()}
        world.write(who, ("patient", patient), [Added("patient_status", _id(2, len(world.ops)), fields)], [])


def _void(world: World, who: Laptop, a: int, b: int) -> None:
    table = ("patient_status", "same_as", "community")[b % 3]
    rows = _known(who, table)
    if rows:
        world.edit(who, table, rows[a % len(rows)], "voided", ("undone", "typing slip", None)[a % 3])


def _link(world: World, who: Laptop, a: int, b: int) -> None:
    people = _known(who, "patient")
    if len(people) > 1 and a != b:
        fields: Fields = {"one": people[a % len(people)].hex(), "other": people[b % len(people)].hex()}
        link = Added("same_as", _id(3, len(world.ops)), fields)
        world.write(who, ("patient", people[a % len(people)]), [link], [])


def _community(world: World, who: Laptop, a: int, b: int) -> None:
    """A locality made here; every third one is of the reference list or made by another laptop too."""
    place = (_id(4, len(world.ops)), named_id("community", "inventada"), SHIPPED[a % 2]["id"])[b % 3]
    assert isinstance(place, bytes)
    made_here = [x.entity for op in who.log for x in op.changes()[0]]
    if place not in made_here:
        fields: Fields = {"name": f"Lugar {a}"} | ({"municipality": "Nada"} if a > 3 else {})
        world.write(who, ("community", place), [Added("community", place, fields)], [])


def _rename(world: World, who: Laptop, a: int, b: int) -> None:
    places = [*_known(who, "community"), *(row["id"] for row in SHIPPED)]
    place = places[a % len(places)]
    assert isinstance(place, bytes)
    column, value = (("name", f"Nombre {b}"), ("population", b), ("municipality", None))[b % 3]
    world.edit(who, "community", place, column, value)


def _clinic(world: World, who: Laptop, a: int, b: int) -> None:
    if CLINIC not in [x.entity for op in who.log for x in op.changes()[0]]:
        fields: Fields = {"prefix": "CAP", "name": f"Clínica {a}", "municipality": "Nada"}
        world.write(who, ("clinic", CLINIC), [Added("clinic", CLINIC, fields)], [], "setup")


def _edit_clinic(world: World, who: Laptop, a: int, b: int) -> None:
    if _known(who, "clinic"):
        world.edit(who, "clinic", CLINIC, ("name", "official_name", "municipality")[b % 3], f"Otra {a}")


def _unknown(world: World, who: Laptop, a: int, b: int) -> None:
    """A later program's table and fields."""
    thing = _id(5, len(world.ops))
    adds = [Added("later_table", thing, {"what": a}), Added("household", _id(6, len(world.ops)), {"later_field": b})]
    sets = [FieldSet("clinic", CLINIC, "later_field", b, None, ())] if b % 2 else []
    world.write(who, ("later", thing), adds, sets)


def _meet(world: World, who: Laptop, a: int, b: int) -> None:
    world.meet(who, world.laptops[a % len(world.laptops)])


def _restore(world: World, who: Laptop, a: int, b: int) -> None:
    """An older copy is restored: what came after is forgotten here, and a new incarnation begins."""
    who.incarnation += 1
    kept = list(who.seen)[: max(0, len(who.seen) - a)]
    who.seen = {h: who.seen[h] for h in kept}
    who.log = [op for op in who.log if op.hash in who.seen]


Move = Callable[[World, Laptop, int, int], None]
_MOVES: list[Move] = [
    _register,
    _register,
    _edit_patient,
    _edit_patient,
    _edit_patient,
    _correct,
    _void,
    _link,
    _community,
    _rename,
    _rename,
    _clinic,
    _edit_clinic,
    _unknown,
    _meet,
    _restore,
]


def snapshot(connection: Connection) -> dict[str, object]:
    """Every synced table, the versions of fields, what is pending and how ops stand, whatever their order."""
    result: dict[str, object] = {}
    for name, model in SYNCED.items():
        t = table_of(model)
        columns = [c for c in t.columns if c.name != "row_no"]
        result[name] = {row.id: row._asdict() for row in connection.execute(select(*columns))}
    v, s, w, o = FieldVersionRecord, OpStatusRecord, PendingRecord, OpRecord
    versions = connection.execute(select(v.entity, v.field, v.op, v.wire_table, v.superseded, v.hlc, v.value))
    result["field_version"] = {tuple(row) for row in versions}
    result["pending"] = set(connection.execute(select(w.entity)).scalars())
    result["op_status"] = {tuple(row) for row in connection.execute(select(s.op, s.state))}
    result["op"] = set(connection.execute(select(o.hash)).scalars())
    return result
