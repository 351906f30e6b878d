"""Diagnoses over time: which go on for life, and whether one is "1a vez" or subsequent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

EPISODE_DAYS = 30
"""Days without the same diagnosis after which an acute one begins anew.

Own working rule: the official forms ask "1a vez" (first consult for this ailment) or "subsecuente" and set no interval.
"""
CHRONIC = (
    "B20", "B21", "B22", "B23", "B24", "B18", "C", "D50", "D57", "E03", "E05", "E10", "E11", "E12", "E13", "E14", "E66",
    "E78", "F01", "F02", "F03", "F10", "F20", "F25", "F31", "F33", "F41", "F70", "F71", "F72", "F84", "G20", "G30",
    "G40", "G43", "G80", "H40", "I05", "I06", "I07", "I08", "I09", "I10", "I11", "I12", "I13", "I15", "I20", "I25",
    "I48", "I50", "I69", "I83", "I87", "J41", "J42", "J43", "J44", "J45", "J47", "K21", "K70", "K74", "L40", "M05",
    "M06", "M10", "M15", "M16", "M17", "M32", "M81", "N18", "N40", "Q",
)  # fmt: skip
"""Beginnings of CIE-10 codes that stay with a person: they go to the problem list, and are "1a vez" once in a life.

Own choice among the causes that a first-level clinic follows, to be signed by the clinical lead.
"""


EVENTS = ("I21", "I22", "I252", "I60", "I61", "I62", "I63", "I64", "I69")
"""An infarct or a stroke, old or new: it happens again, and raises the risk for life."""


def chronic(code: str) -> bool:
    """Whether a diagnosis stays with the person."""
    return code.startswith(CHRONIC)


def kept_as_problem(code: str) -> bool:
    """Whether a confirmed diagnosis of a consult goes to the problem list by itself."""
    return chronic(code) or code.startswith(EVENTS)


def category(code: str) -> str:
    """The three-character category: E119 and E112 are one ailment."""
    return code[:3]


def first_time(code: str, earlier: Iterable[tuple[str, str]], today: date) -> bool:
    """The flag to propose for a diagnosis: "1a vez", or False = subsequent.

    `earlier` are (code, ISO day) of the person's earlier diagnoses and problems. A chronic one is first once; another
    one when its category was not diagnosed within the last `EPISODE_DAYS`.
    """
    same = [day for known, day in earlier if category(known) == category(code) and day <= today.isoformat()]
    if not same:
        return True
    return not chronic(code) and max(same) < (today - timedelta(days=EPISODE_DAYS)).isoformat()
