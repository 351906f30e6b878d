"""The file of a person who moves to another clinic, as the text that is signed there and read here.

JSON: `format`, `person` (their id at the clinic that writes), `patient` (wire columns), `community` (its name),
`status` and `status_on`, and `rows`: table → living rows as wire columns, ids of places and people left out. What a
later program adds is kept unread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import Details
from ces_desktop.errors import Refused

FORMAT = 1
TABLES = (
    "allergy", "condition", "history_item", "immunisation", "enrolment", "encounter", "encounter_diagnosis",
    "observation", "prescription", "prescription_stop", "lab_request", "addendum",
)  # fmt: skip
"""What goes along, in the order in which it is read."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MovedFile:
    """A file that came. `rows` by table; every text may be missing."""

    number: str
    details: Details
    community: str
    status: str
    status_on: str
    rows: Mapping[str, Sequence[Row]]
    person: str = ""
    """Hexadecimal; empty in files of before December 2026."""


def as_text(
    person: Id, patient: Row, community: str, status: tuple[str, str], rows: Mapping[str, Sequence[Row]]
) -> str:
    """The text to be signed: the same rows, the same text."""
    held = {
        "format": FORMAT, "person": person.hex(), "patient": dict(patient), "community": community,
        "status": status[0], "status_on": status[1],
        "rows": {table: [dict(row) for row in each] for table, each in rows.items() if each},
    }  # fmt: skip
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_text(text: str) -> MovedFile:
    """Read a signed text; Refused("moved.unreadable")."""
    try:
        held = json.loads(text)
        who, rows = held["patient"], held["rows"]
        if not isinstance(who, dict) or not all(isinstance(row, dict) for each in rows.values() for row in each):
            raise TypeError("not a file")
        return MovedFile(
            str(who.get("human_id") or ""), _details(who), str(held.get("community") or ""),
            str(held.get("status") or ""), str(held.get("status_on") or ""), rows, str(held.get("person") or ""),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise Refused("moved.unreadable") from cause


def _details(who: Row) -> Details:
    """Who the person is; the place, the household and the paper folder are the other clinic's."""
    words: dict[str, Any] = {
        name: str(who.get(name) or "")
        for name in (
            "given", "paternal", "maternal", "nickname", "curp", "mother_name", "phone", "phone_owner", "language"
        )
    }  # fmt: skip
    stated = who.get("stated_age")
    birth = Birth(
        who.get("birth"), who.get("birth_precision") or "unknown", stated if isinstance(stated, int) else None,
        who.get("stated_on"),
    )  # fmt: skip
    return Details(
        **words,
        paternal_kind=who.get("paternal_kind") or "unknown",
        maternal_kind=who.get("maternal_kind") or "unknown",
        sex=who.get("sex"),
        birth=birth,
        reads=who.get("reads"),
    )
