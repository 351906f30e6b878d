"""Derived columns: what is computed from the wire columns of a row and, for a person, of the places they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ces_desktop.domain import identity as rules

Row = Mapping[Any, Any]
TABLES = ("patient", "community", "facility", "diagnosis", "item")
"""Tables that have derived columns besides `live`."""
CommunityName = Callable[[bytes | None], str]


IDENTITY = (
    "given", "paternal", "maternal", "paternal_kind", "maternal_kind", "nickname", "sex", "birth", "birth_precision",
    "stated_age", "stated_on", "curp", "mother_name", "phone",
)  # fmt: skip
"""Columns that `identity_of` reads."""


def identity_of(row: Row) -> rules.Identity:
    """The identity held by a `patient` row."""
    return rules.Identity(
        given=row["given"] or "",
        paternal=row["paternal"] or "",
        maternal=row["maternal"] or "",
        paternal_kind=row["paternal_kind"] or "unknown",
        maternal_kind=row["maternal_kind"] or "unknown",
        nickname=row["nickname"] or "",
        sex=row["sex"] or "unknown",
        birth=rules.Birth(row["birth"], row["birth_precision"] or "unknown", row["stated_age"], row["stated_on"]),
        curp=row["curp"],
        mother_name=row["mother_name"] or "",
        phone=row["phone"],
    )


def patient_columns(row: Row, community_name: CommunityName) -> dict[str, Any]:
    """Search text, keys of order, the days between which the person was born, and the keys that find duplicates."""
    from ces_desktop.domain.finding import folded_names  # a list of people needs `identity_of` alone
    from ces_desktop.domain.matching import match_keys

    who = identity_of(row)
    keys = match_keys(who)
    span = who.birth.span()
    surnames, own = folded_names(who.paternal, who.maternal, who.given)
    return {
        "search_text": rules.search_text(
            who, row["human_id"] or "", community_name(row["community"]), row["folder"] or ""
        ),
        "sort_key": rules.sort_key(who),
        "birth_first": span[0].isoformat() if span else None,
        "birth_last": span[1].isoformat() if span else None,
        "match_surnames": keys.surnames or None,
        "match_name": keys.name or None,
        "match_birth": keys.birth,
        "surnames_folded": surnames,
        "given_folded": own,
    }


def place_columns(row: Row) -> dict[str, Any]:
    """Accent-free key by which a community, facility or diagnosis is found."""
    words = (
        row.get("name"),
        row.get("name_es"),
        row.get("municipality"),
        row.get("code"),
        row.get("clues"),
        row.get("synonyms"),
    )
    return {"search_key": rules.fold(" ".join(w for w in words if w))}


def columns(table: str, row: Row, community_name: CommunityName) -> dict[str, Any]:
    """Derived columns of one row, except `live` and `person`, which depend on other rows."""
    if table == "patient":
        return patient_columns(row, community_name)
    return place_columns(row) if table in TABLES else {}


def live_flags(rows: Iterable[Row]) -> dict[bytes, int]:
    """1 for each row that is neither voided nor replaced by a row that is not voided."""
    held = list(rows)
    replaced = {r["replaces"] for r in held if r.get("replaces") and r["voided"] is None}
    return {r["id"]: int(r["voided"] is None and r["id"] not in replaced) for r in held}


def persons(links: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Union–find over `same_as`: each linked id → the smallest id of its group, whatever the order."""
    parent: dict[bytes, bytes] = {}

    def root(x: bytes) -> bytes:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for one, other in links:
        a, b = root(one), root(other)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return {x: root(x) for x in list(parent)}
