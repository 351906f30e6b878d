"""Expiries and quantities as they are typed from a box."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.entry import parse_expiry, parse_quantity
from ces_desktop.errors import Refused

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("03/28", date(2028, 3, 31)),
        ("3/2028", date(2028, 3, 31)),
        ("0328", date(2028, 3, 31)),
        ("02-28", date(2028, 2, 29)),
        ("mar-28", date(2028, 3, 31)),
        ("MAR 2028", date(2028, 3, 31)),
        ("marzo de 2028", date(2028, 3, 31)),
        ("2028-03", date(2028, 3, 31)),
        ("31-mar-2028", date(2028, 3, 31)),
        ("15/03/28", date(2028, 3, 15)),
        ("2028-03-15", date(2028, 3, 15)),
        ("  ", None),
    ],
)
def test_expiries(typed: str, meant: date | None) -> None:
    assert parse_expiry(typed, TODAY) == meant


@pytest.mark.parametrize("typed", ["13/28", "marzo", "00/28", "hoja", "31-feb-2028", "2028", "-5", "hoy"])
def test_what_is_no_expiry(typed: str) -> None:
    with pytest.raises(Refused, match="expiry"):
        parse_expiry(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "pack", "meant"),
    [
        ("300", 30, (300, None)),
        ("1,200", None, (1200, None)),
        ("3x100", 30, (300, 100)),
        ("3 X 100", None, (300, 100)),
        ("3x", 30, (90, 30)),
        ("", 30, None),
    ],
)
def test_quantities(typed: str, pack: int | None, meant: object) -> None:
    assert parse_quantity(typed, pack) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "quantity"),
        ("-3", "quantity"),
        ("3.5", "quantity"),
        ("12,5", "quantity"),
        ("1,20", "quantity"),
        ("3x", "pack"),
        ("0x10", "quantity"),
    ],
)
def test_what_is_no_quantity(typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        parse_quantity(typed, None)


@given(st.text(max_size=20))
def test_anything_typed_is_read_or_refused(typed: str) -> None:
    for read in (lambda: parse_expiry(typed, TODAY), lambda: parse_quantity(typed, 10)):
        try:
            read()
        except Refused as refusal:
            assert refusal.code.startswith("supply.")
