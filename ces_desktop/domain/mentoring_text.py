"""A session as text, for the draft of one that is being written: nothing typed is lost to a power cut."""

from __future__ import annotations

import json
from typing import Any, cast

from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import (
    Action,
    Discussed,
    Kind,
    Observed,
    Person,
    Point,
    PointKind,
    Result,
    Session,
    Side,
)


def to_text(session: Session) -> str:
    """JSON of everything in it; ids in hexadecimal."""
    s = session
    held = {
        "id": s.id.hex(),
        "day": s.happened_on,
        "kind": s.kind,
        "people": [[p.id.hex(), p.side, _hex(p.user), p.name, _hex(p.person)] for p in s.people],
        "observed": [
            [o.id.hex(), _hex(o.patient), o.checklist.hex(), o.note, {i.hex(): r for i, r in o.results.items()}]
            for o in s.observed
        ],
        "cases": [[c.id.hex(), _hex(c.patient), c.reason, c.facts, c.note] for c in s.cases],
        "points": [[p.id.hex(), p.kind, p.text] for p in s.points],
        "actions": [[a.id.hex(), a.text, _hex(a.owner), a.owner_name, a.due_on] for a in s.actions],
    }
    return json.dumps(held, ensure_ascii=False)


def from_text(text: str) -> Session | None:
    """The session that was written so; None where the text is of another kind."""
    try:
        held = cast(dict[str, Any], json.loads(text))
        return Session(
            _id(held["id"]),
            held["day"],
            cast(Kind, held["kind"]),
            tuple(Person(_id(i), cast(Side, s), _some(u), n, _some(p)) for i, s, u, n, p in held["people"]),
            tuple(
                Observed(_id(i), _some(p), _id(c), n, {_id(k): cast(Result, r) for k, r in results.items()})
                for i, p, c, n, results in held["observed"]
            ),
            tuple(Discussed(_id(i), _some(p), r, f, n) for i, p, r, f, n in held["cases"]),
            tuple(Point(_id(i), cast(PointKind, k), t) for i, k, t in held["points"]),
            tuple(Action(_id(i), t, _some(o), n, d) for i, t, o, n, d in held["actions"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _hex(value: Id | None) -> str:
    return "" if value is None else value.hex()


def _id(text: str) -> Id:
    return Id(bytes.fromhex(text))


def _some(text: str) -> Id | None:
    return _id(text) if text else None
