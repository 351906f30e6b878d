"""The catalogue of supplies: one item added or corrected, or a list of them from a file, looked at first.

Items of the shipped list are corrected through the journal, over the list; items of a file get the id that every
laptop gives to their clave, so that two clinics that load the same file hold the same item. A file never changes the
unit of an item here nor takes a mark of controlled medicine off: the shelf is counted in the one, the other is law.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, select

from ces_desktop.data.folder import write_safely
from ces_desktop.data.models import ItemRecord, table_of
from ces_desktop.data.queries.items import CatalogueItem, catalogue_items
from ces_desktop.data.register_files import Table
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.catalogue import (
    CONTROLLED,
    FIELDS,
    KINDS,
    LONGEST_CODE,
    MOST_PACK,
    SOURCES,
    VEN,
    CatalogueMapping,
    ItemRead,
    Trouble,
    fit,
    guess,
    missing,
    normal_code,
    read_row,
)
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.reference import guarded

State = Literal["new", "changed", "same", "rejected"]
Step = Callable[[int, int], None]
_NEVER_CHANGED = ("unit", "code")
_DESCRIBING = ("name_es", "name_en", "form", "strength", "route")
_TEXTS = ("name_es", "name_en", "form", "strength", "unit", "route", "family")


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """An item as it should be. `id` is made when the form opens; of one with a clave the clave's own is taken."""

    id: Id
    name_es: str
    kind: str
    unit: str
    code: str = ""
    name_en: str = ""
    form: str = ""
    strength: str = ""
    pack: int | None = None
    route: str = ""
    ven: str = ""
    source: str = ""
    controlled: str = ""
    cold: bool = False
    family: str = ""
    active: bool = True


@dataclass(slots=True)
class Planned:
    """A row of a file, what it is to the catalogue, which item, and the fields it brings or changes."""

    read: ItemRead
    state: State
    item: Id | None = None
    changes: dict[str, int | str] = field(default_factory=dict)
    was: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a file would do; nothing is kept of it yet."""

    file: str
    headings: tuple[str, ...]
    mapping: CatalogueMapping
    rows: tuple[Planned, ...]

    def count(self, *states: State) -> int:
        """Rows in one of these states."""
        return sum(row.state in states for row in self.rows)


def add_item(work: Work, request: ItemRequest) -> Id:
    """Add an item; returns its id. The same request twice is kept once.

    Refused: `catalogue.name_missing`, `catalogue.unit_missing`, `catalogue.kind`, `catalogue.pack_number`,
    `catalogue.code_long`, `catalogue.code_taken` (name of the item that has it), `catalogue.choice`, `text.*`.
    """
    require(work.actor, Right.MANAGE_CATALOGUE)
    held = catalogue_items(work.connection, work.installation.clinic)
    code = normal_code(request.code)
    key = named_id("item", code) if code else request.id
    if any(i.id == request.id for i in held):
        return request.id
    fields = _checked(request)
    taken = next((i for i in held if code and i.code == code), None)
    if taken is not None:
        if {name: getattr(taken, name) or None for name in fields} == fields:
            return taken.id
        raise Refused("catalogue.code_taken", name=taken.name_es)
    work.act("catalogue.add")
    _bring(work, key, fields, _undone(work))
    return key


def change_item(work: Work, request: ItemRequest) -> None:
    """Correct an item. Refused: as `add_item`, `catalogue.unknown`, `catalogue.unit_in_use` (the ledger counts so)."""
    require(work.actor, Right.MANAGE_CATALOGUE)
    held = catalogue_items(work.connection, work.installation.clinic)
    known = next((i for i in held if i.id == request.id), None)
    if known is None:
        raise Refused("catalogue.unknown")
    fields = _checked(request)
    check_unit(known, request.unit)
    _check_free(held, normal_code(request.code), request.id)
    work.act("catalogue.change")
    settling.change(work, ItemRecord, request.id, **fields)


def check_kept(work: Work, item: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of an item may stand. Refused: `catalogue.code_taken`, `catalogue.unit_in_use`."""
    held = catalogue_items(work.connection, work.installation.clinic)
    known = next((i for i in held if i.id == item), None)
    if known is not None and "unit" in values:
        check_unit(known, values["unit"] or "")
    _check_free(held, values.get("code") or "", item)


def _check_free(held: Sequence[CatalogueItem], code: str, item: Id) -> None:
    taken = next((i for i in held if code and i.code == code and i.id != item), None)
    if taken is not None:
        raise Refused("catalogue.code_taken", name=taken.name_es)


def check_unit(known: CatalogueItem, unit: str) -> None:
    """Refused: `catalogue.unit_in_use`."""
    if known.moved and known.unit and unit != known.unit:
        raise Refused("catalogue.unit_in_use")


def check_name(text: str) -> None:
    """Refused: `catalogue.name_missing`, `text.*`."""
    if clean_text(text) is None:
        raise Refused("catalogue.name_missing")


def check_code(text: str) -> None:
    """Refused: `catalogue.code_long`, `text.*`. One that looks odd is only told of."""
    clean_text(text)
    if len(normal_code(text)) > LONGEST_CODE:
        raise Refused("catalogue.code_long")


def check_pack(pack: int | None) -> None:
    """Refused: `catalogue.pack_number` (most)."""
    if pack is not None and not 1 <= pack <= MOST_PACK:
        raise Refused("catalogue.pack_number", most=MOST_PACK)


def guess_mapping(table: Table) -> CatalogueMapping:
    """What the columns of a file hold, by their headings and by whether their words are understood."""
    return fit(guess(table.headings), {heading: table.column(heading) for heading in table.headings})


def recognised(headings: Sequence[str]) -> int:
    """How many of the headings name a field of an item: which line of a file has the headings."""
    return sum(bool(name) for _, name in guess(headings).columns)


def plan(
    connection: Connection, actor: Actor, clinic: Id, file: str, table: Table, mapping: CatalogueMapping, step: Step
) -> Plan:
    """Read every row of a table by a mapping and compare it with the catalogue.

    Refused: `catalogue.no_name_column`. `step(done, total)` may raise to stop it.
    """
    require(actor, Right.MANAGE_CATALOGUE)
    lack = missing(mapping)
    if lack is not None:
        raise Refused(lack)
    held = catalogue_items(connection, clinic)
    known = _Known(held)
    rows: list[Planned] = []
    first: dict[Id, int] = {}
    for done, source in enumerate(table.rows):
        if done % 200 == 0:
            step(done, len(table.rows))
        read = read_row(source.line, source.cells, table.headings, mapping)
        rows.append(_placed(read, known, first, mapping))
    step(len(table.rows), len(table.rows))
    return Plan(file, table.headings, mapping, tuple(rows))


def run(work: Work, shown: Plan, step: Step) -> int:
    """Bring a previewed file in, as one action that one Ctrl+Z takes back; returns how many are new or changed."""
    require(work.actor, Right.MANAGE_CATALOGUE)
    wanted = [row for row in shown.rows if row.state in ("new", "changed")]
    held = {i.id for i in catalogue_items(work.connection, work.installation.clinic)}
    undone = _undone(work)
    work.act("catalogue.import")
    for done, row in enumerate(wanted):
        if done % 50 == 0:
            step(done, len(wanted))
        assert row.item is not None
        if row.item in held:
            work.change(ItemRecord, row.item, **row.changes)
        else:
            _bring(work, row.item, row.changes, undone)
    step(len(wanted), len(wanted))
    return len(wanted)


def _undone(work: Work) -> set[bytes]:
    """Items of this clinic whose adding was taken back."""
    t = table_of(ItemRecord)
    taken_back = (t.c.clinic == work.installation.clinic, t.c.voided.is_not(None))
    return set(work.connection.execute(select(t.c.id).where(*taken_back)).scalars())


def _bring(work: Work, item: Id, fields: Mapping[str, Any], undone: set[bytes]) -> None:
    """A new item, or an undone one as if it were new: the id is its clave's, a second row of it would stay undone."""
    if item in undone:
        work.change(ItemRecord, item, voided=None, **{name: fields.get(name) for name in FIELDS if name != "retired"})
    else:
        work.add(ItemRecord(id=item, **fields))


def write_rejected(path: Path, shown: Plan, words: Callable[[Trouble], str], titles: tuple[str, str]) -> int:
    """Save the rows of which something is not kept as CSV, with the reasons, to be corrected and loaded again.

    `titles` head the columns of line and reasons; the others are the file's own. Raises Unavailable `storage.*`.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*titles, *shown.headings])
    troubled = [row.read for row in shown.rows if row.read.troubles]
    for read in troubled:
        reasons = "; ".join(words(trouble) for trouble in read.troubles)
        writer.writerow([read.line, reasons, *(guarded(cell) for cell in read.cells)])
    write_safely(path, out.getvalue().encode("utf-8-sig"), keep_previous=False)
    return len(troubled)


class _Known:
    """The catalogue, to be asked for an item by its clave, or by all that is written of it."""

    def __init__(self, held: Sequence[CatalogueItem]) -> None:
        self.by_id = {i.id: i for i in held}
        self._by_code = {i.code: i for i in held if i.code}
        self._by_words = {_words(i.name_es, i.form, i.strength, i.source): i for i in held if not i.code}

    def find(self, read: ItemRead) -> CatalogueItem | None:
        """The item of a row; a clave of ten figures is also looked for with its last two."""
        if read.code:
            return self._by_code.get(read.code) or self._by_code.get(f"{read.code}.00")
        v = read.values
        return self._by_words.get(_words(read.name, v.get("form", ""), v.get("strength", ""), v.get("source", "")))


def _placed(read: ItemRead, known: _Known, first: dict[Id, int], mapping: CatalogueMapping) -> Planned:
    if read.lost:
        return Planned(read, "rejected")
    found = known.find(read)
    if found is None and not read.name:
        read.troubles.append(Trouble("catalogue.name_missing", whole=True))
        return Planned(read, "rejected")
    key = found.id if found is not None else _new_id(read)
    if key in first:
        read.troubles.append(Trouble("catalogue.twice", "code", read.code, first[key], whole=True))
        return Planned(read, "rejected")
    first[key] = read.line
    if found is None:
        return Planned(read, "new", key, _of_a_new_one(read))
    changes = _changes(read, found, mapping)
    was = {name: getattr(found, name) or "" for name in changes}
    return Planned(read, "changed" if changes else "same", key, changes, was)


def _new_id(read: ItemRead) -> Id:
    """The same on every laptop: of the clave, or of all that is written."""
    v = read.values
    words = _words(read.name, v.get("form", ""), v.get("strength", ""), v.get("source", ""))
    return named_id("item", read.code or f"~{words}")


def _of_a_new_one(read: ItemRead) -> dict[str, int | str]:
    values = {name: value for name, value in read.values.items() if value != "no" or name == "active"}
    values.setdefault("name_es", read.name)
    if "unit" not in values:
        read.troubles.append(Trouble("catalogue.unit_unknown", "unit"))
    return values


def _changes(read: ItemRead, held: CatalogueItem, mapping: CatalogueMapping) -> dict[str, int | str]:
    """What a row would change of an item here. Kind and source that only the mapping says change nothing."""
    said = {f for _, f in mapping.columns}
    unit = read.values.get("unit")
    other_unit = unit is not None and bool(held.unit) and unit != held.unit
    changes: dict[str, int | str] = {}
    for name, value in read.values.items():
        now = getattr(held, name) or ""
        if (name in _NEVER_CHANGED and (now or name == "code")) or value == now or (value == "no" and not now):
            continue
        if name in ("kind", "source") and (name not in said and now):
            continue
        if name in _DESCRIBING and now and not mapping.replace:
            continue
        if name == "pack" and (other_unit or (unit is None and now)):
            continue
        if name == "active" and value == "yes" and not now:
            continue
        if name == "controlled" and now and (value == "no" or (value == "yes" and now in CONTROLLED)):
            if value == "no":
                read.troubles.append(Trouble("catalogue.controlled_kept", name, str(value)))
            continue
        changes[name] = value
    if other_unit:
        read.troubles.append(Trouble("catalogue.unit_kept", "unit", str(unit)))
    return changes


def _checked(request: ItemRequest) -> dict[str, Any]:
    check_name(request.name_es)
    check_code(request.code)
    check_pack(request.pack)
    if request.kind not in KINDS:
        raise Refused("catalogue.kind")
    if not request.unit:
        raise Refused("catalogue.unit_missing")
    choices: Mapping[str, tuple[str, ...]] = {"ven": VEN, "source": SOURCES, "controlled": CONTROLLED}
    for name, allowed in choices.items():
        if getattr(request, name) not in ("", *allowed):
            raise Refused("catalogue.choice")
    texts: dict[str, Any] = {name: clean_text(getattr(request, name)) for name in _TEXTS}
    return texts | {
        "code": normal_code(request.code) or None,
        "kind": request.kind,
        "pack": request.pack,
        "ven": request.ven or None,
        "source": request.source or None,
        "controlled": request.controlled or None,
        "cold": "yes" if request.cold else "no",
        "active": None if request.active else "no",
    }


def _words(name: object, form: object, strength: object, source: object) -> str:
    return "|".join(fold(str(part)) for part in (name, form, strength, source))
