"""Which vital signs a consult asks for first, by age; the rest are one key away. Own choice, to be signed by the
clinical lead."""

from __future__ import annotations

from ces_desktop.domain.measures import Measure
from ces_desktop.domain.plausibility import ADULT_DAYS

SMALL_DAYS, ARM_DAYS, HEAD_DAYS = 1826, 183, 730
"""Five years; six months, from which the arm is measured; two years, until which the head is."""
_ALL = (
    "systolic", "weight", "height", "waist", "temperature", "heart_rate", "respiratory_rate", "oxygen_saturation",
    "muac", "head_circumference", "pain",
)  # fmt: skip


def vital_signs(age_days: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(asked at once, asked on demand) for an age; "systolic" stands for the pair. Unknown age = adult."""
    if age_days is None or age_days >= ADULT_DAYS:
        first: tuple[str, ...] = ("systolic", "weight", "waist")
    elif age_days >= SMALL_DAYS:
        first = ("weight", "height", "systolic")
    else:
        first = ("weight", "height", "temperature")
        first += ("muac",) if age_days >= ARM_DAYS else ()
        first += ("head_circumference",) if age_days < HEAD_DAYS else ()
    grown = age_days is None or age_days >= SMALL_DAYS
    unfit = {"muac", "head_circumference"} if grown else {"waist"}
    return first, tuple(code for code in _ALL if code not in first and code not in unfit)


def complete(measure: Measure, text: str, sex: str, age_days: int | None) -> bool:
    """Whether no further digit is plausible after what was typed, so that the cursor may go on by itself.

    True after the last decimal that the measure holds, or when any further digit leads past the highest value that is
    not impossible. Kilograms are never complete: their grams are rarely typed.
    """
    typed = text.strip().replace(",", ".")
    if not typed or not typed.replace(".", "", 1).isdigit() or measure.scale == 1000:
        return False
    decimals = len(str(measure.scale)) - 1
    if "." in typed:
        return decimals > 0 and len(typed.partition(".")[2]) >= decimals
    band = measure.band(sex, age_days)
    if band is None or band.impossible_high is None or decimals:
        return False
    return int(typed) > 0 and int(typed) * 10 * measure.scale > band.impossible_high
