"""A dose as people type it: `1`, `½`, `1/2`, `.5`, `1½`, `1 1/2`, `¼`, in quarters of the unit."""

from __future__ import annotations

import re
from fractions import Fraction

from ces_desktop.errors import Refused

_MARKS = {"¼": " 1/4", "½": " 1/2", "¾": " 3/4"}
_MIXED = re.compile(r"(?:(\d{1,3}) )?(\d{1,2})/(\d)")
_DECIMAL = re.compile(r"(\d{0,3})(?:[.,](\d{1,3}))?")
MOST_QUARTERS = 400


def parse_quarters(text: str) -> int:
    """Quarters meant by a typed dose; 0 for an empty one or a dash.

    Refused `consult.dose_unreadable` for what is no dose, no multiple of a quarter, or more than a hundred units.
    """
    typed = text.strip()
    if typed in ("", "-", "–"):
        return 0
    for mark, words in _MARKS.items():
        typed = typed.replace(mark, words)
    typed = " ".join(typed.split())
    amount: Fraction | None = None
    if match := _MIXED.fullmatch(typed):
        # 11/2 is as likely one and a half as five and a half: only what has one reading is read.
        if int(match[2]) < int(match[3]):
            amount = Fraction(int(match[1] or 0)) + Fraction(int(match[2]), int(match[3]))
    elif (match := _DECIMAL.fullmatch(typed)) and (match[1] or match[2]):
        amount = Fraction(f"{match[1] or 0}.{match[2] or 0}")
    if amount is None or (amount * 4).denominator != 1 or amount * 4 > MOST_QUARTERS:
        raise Refused("consult.dose_unreadable")
    return int(amount * 4)
