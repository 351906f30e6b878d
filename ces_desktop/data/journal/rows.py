"""How the fields of an op become rows of the tables, and how an op itself does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ces_desktop.data.journal.op import Added, Fields, Op, clinic_of
from ces_desktop.data.models import SYNCED, wire_columns

KINDS = {name: wire_columns(model) for name, model in SYNCED.items()}
"""Wire columns of each synced table, with their kinds."""
_IDS = {name: tuple(c for c, kind in kinds.items() if kind == "id") for name, kinds in KINDS.items()}
_MADE = ("id", "clinic", "made_by", "recorded_at", "recorded_by", "live")

OP_COLUMNS = (
    "hash", "header", "body_hash", "body", "parent", "device", "incarnation", "scope", "seq", "hlc", "wall", "user",
    "kind", "action", "subject_type", "subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """In which order the values of a new row of one table stand: wire columns first, then who made it and when."""

    wire: tuple[str, ...]
    ids: tuple[int, ...]
    """Places of the ids, which are hexadecimal in an op and bytes in a table."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns of a row made."""
        return self.wire + _MADE

    def lists(self, rows: list[tuple[Op, Added]]) -> list[list[Any]]:
        """The rows that ops make, living, in the order given; rows of one op best stand together."""
        wire, ids, unhex = self.wire, self.ids, bytes.fromhex
        made: list[list[Any]] = []
        last: Op | None = None
        tail: list[Any] = []
        for op, added in rows:
            if op is not last:
                head, last = op.head, op
                tail = [clinic_of(head.scope), op.hash, head.wall, head.user, 1]
            values: list[Any] = list(map(added.fields.get, wire))
            for place in ids:
                value = values[place]
                if value is not None:
                    values[place] = unhex(value if type(value) is str else str(value))
            values.append(added.entity)
            values += tail
            made.append(values)
        return made


SHAPES = {
    name: Shape(tuple(kinds), tuple(place for place, kind in enumerate(kinds.values()) if kind == "id"))
    for name, kinds in KINDS.items()
}


def from_wire(table: str, fields: Fields) -> dict[str, Any]:
    """Database values of the known wire fields; unknown ones stay in the op only."""
    kinds = KINDS[table]
    values: dict[str, Any] = {f: v for f, v in fields.items() if f in kinds}
    for column in _IDS[table]:
        if values.get(column) is not None:
            values[column] = bytes.fromhex(str(values[column]))
    return values


def op_list(op: Op) -> tuple[Any, ...]:
    """The row of `op` in the order of `OP_COLUMNS`: its bytes, and the parts of its header that are searched by."""
    head = op.head
    return (
        op.hash, op.header, op.body_hash, op.body, head.parents[0] if head.parents else None, head.device,
        head.incarnation, head.scope, head.seq, head.hlc, head.wall, head.user, head.kind, head.action,
        head.subject_type, head.subject,
    )  # fmt: skip


def op_columns(op: Op) -> dict[str, Any]:
    """The row of `op` by the names of its columns."""
    return dict(zip(OP_COLUMNS, op_list(op), strict=True))
