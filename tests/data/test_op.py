"""The format of an op is for ever: fixed ops, fixed bytes, fixed hashes, frozen names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.journal.op import Added, FieldSet, Header, Op, clinic_of, clinic_scope, load, make, op_hash
from ces_desktop.data.models import SYNCED, wire_columns
from ces_desktop.errors import Refused

GOLDEN = json.loads((Path(__file__).parent / "golden" / "ops.json").read_text(encoding="utf-8"))
WIRE = json.loads((Path(__file__).parent / "golden" / "wire.json").read_text(encoding="utf-8"))


def header(**fields: Any) -> Header:
    values: dict[str, Any] = {
        "device": bytes(range(16)),
        "incarnation": bytes(range(8)),
        "scope": clinic_scope(b"\xca" * 16),
        "seq": 7,
        "parents": (b"\x11" * 32,),
        "hlc": 1_790_000_000_000 << 16,
        "wall": 1_790_000_000_000,
        "clock_suspect": 0,
        "user": b"\x22" * 16,
        "reason": "razón inventada",
        "kind": "patients.register",
        "action": b"\x33" * 16,
        "k": 1,
        "m": 2,
        "subject_type": "patient",
        "subject": b"\x44" * 16,
    }
    return Header(**values | fields)


def golden_ops() -> dict[str, Op]:
    """The ops whose bytes are kept in `golden/ops.json`."""
    patient, nonce = b"\x44" * 16, b"\x55" * 16
    row = {"sex": "female", "given": "Muñeca «Inventada»", "paternal": "Ñandú", "stated_age": 45, "curp": None}
    first = make(header(), [Added("patient", patient, row)], [], nonce)
    edit = FieldSet("patient", patient, "given", "Otra", "Muñeca «Inventada»", (first.hash, b"\x00" * 32))
    blank = FieldSet("patient", patient, "phone", None, "9610000000", (first.hash,))
    return {
        "add": first,
        "set": make(header(seq=8, parents=(first.hash,), kind="patients.edit", m=1), [], [edit, blank], nonce),
        "empty": make(header(parents=(), reason="", seq=1), [], [], nonce),
        "limits": make(
            header(hlc=2**63 - 1, wall=-946_000_000_000, clock_suspect=1, parents=(b"\x01" * 32, b"\x02" * 32)),
            [Added("later_table", b"\xff" * 16, {"b": -(2**63), "a": "\n\"\\\u2028😀"})],
            [],
            nonce,
        ),
    }


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_bytes_and_hash_are_those_of_the_first_day(name: str) -> None:
    op, kept = golden_ops()[name], GOLDEN[name]
    assert op.header.hex() == kept["header"]
    assert op.body is not None and op.body.hex() == kept["body"]
    assert (op.body_hash.hex(), op.hash.hex()) == (kept["body_hash"], kept["hash"])


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_ops_of_the_first_day_are_read_for_ever(name: str) -> None:
    kept = {part: bytes.fromhex(text) for part, text in GOLDEN[name].items()}
    op, meant = load(kept["hash"], kept["header"], kept["body_hash"], kept["body"]), golden_ops()[name]
    assert op == meant
    assert op.changes() == meant.changes()
    assert op.head.to_bytes() == kept["header"]


def test_one_op_by_hand() -> None:
    """Written out, so that the layout is seen: a list of 18 without spaces, keys in order, accents as UTF-8."""
    op = golden_ops()["add"]
    assert op.header.decode() == (
        '[1,"000102030405060708090a0b0c0d0e0f","0001020304050607","clinic:' + "ca" * 16 + '",7,["' + "11" * 32 + '"],'
        '117309440000000000,1790000000000,0,"' + "22" * 16 + '","razón inventada",1,"patients.register","' + "33" * 16
        + '",1,2,"patient","' + "44" * 16 + '"]'
    ).replace("117309440000000000", str(1_790_000_000_000 << 16))
    assert op.body is not None
    assert op.body.decode() == (
        '{"add":[["patient","' + "44" * 16 + '",{"curp":null,"given":"Muñeca «Inventada»","paternal":"Ñandú",'
        '"sex":"female","stated_age":45}]],"n":"' + "55" * 16 + '"}'
    )


def test_every_wire_name_is_frozen() -> None:
    """A name or kind that changes here breaks every journal there is; a new one is added to `golden/wire.json`."""
    now = {name: {**wire_columns(model)} for name, model in SYNCED.items()}
    subjects = {name: list(model.subject) for name, model in SYNCED.items()}
    for table, columns in WIRE["columns"].items():
        assert table in now, f"wire table {table} is gone"
        assert columns.items() <= now[table].items(), f"wire columns of {table} changed"
        assert subjects[table] == WIRE["subjects"][table]
    assert now == WIRE["columns"]
    assert subjects == WIRE["subjects"]


def test_two_ops_alike_have_different_names() -> None:
    one, other = (make(header(), [Added("patient", b"\x44" * 16, {})], []) for _ in range(2))
    assert one.header == other.header and one.hash != other.hash


wire_values = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=("Cs",)))


@given(st.dictionaries(st.text("abcdefgh", min_size=1), wire_values), wire_values, st.text())
def test_any_value_comes_back_as_it_was(fields: dict[str, Any], value: Any, reason: str) -> None:
    added = Added("patient", b"\x01" * 16, fields)
    change = FieldSet("patient", b"\x01" * 16, "given", value, None, (b"\x02" * 32,))
    try:
        op = make(header(reason=reason), [added], [change])
    except UnicodeEncodeError:
        return
    again = load(op.hash, op.header, op.body_hash, op.body)
    assert again.changes() == ([added], [change])
    assert again.head.reason == reason


@given(st.integers(0, 10_000), st.integers(1, 255), st.sampled_from(["header", "body", "body_hash", "hash"]))
def test_any_changed_byte_is_found(place: int, change: int, part: str) -> None:
    op = golden_ops()["add"]
    assert op.body is not None
    parts = {"hash": op.hash, "header": op.header, "body_hash": op.body_hash, "body": op.body}
    raw = bytearray(parts[part])
    raw[place % len(raw)] ^= change
    parts[part] = bytes(raw)
    with pytest.raises(Refused) as refusal:
        load(parts["hash"], parts["header"], parts["body_hash"], parts["body"])
    assert refusal.value.code == "journal.bad_hash"


def test_an_erased_body_still_verifies_and_changes_nothing() -> None:
    op = golden_ops()["add"]
    erased = load(op.hash, op.header, op.body_hash, None)
    assert erased.changes() == ([], [])
    assert erased.head == op.head


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"null", b"\xff\xfe", b"[" + b"1," * 17 + b'"zz"]', b"[[]"])
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        load(op_hash(data, bytes(32)), data, bytes(32), None)
    assert refusal.value.code == "journal.bad_header"


def test_scopes_name_their_clinic() -> None:
    clinic = bytes(range(16))
    assert clinic_of(clinic_scope(clinic)) == clinic
    assert clinic_of(f"reserved:{clinic.hex()}") == clinic
    assert clinic_of("network") == bytes(16)
