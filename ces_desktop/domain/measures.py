"""Clinical measures: how a value is typed, kept as an integer, shown again, and how plausible it is.

A measure keeps integers in its `scale`: 70.8 kg with scale 1000 is 70,800; HbA1c 8.4 % with scale 10 is 84. What is
chosen (yes / no / unknown, an option) is kept as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ces_desktop.errors import Refused

NUMBERS = ("integer", "count", "score")
"""Kinds whose value is a number."""
ADULT_DAYS = 20_000
"""Whose limits hold for somebody of unknown age."""
_NUMBER = re.compile(r"(\d{1,7})(?:[.,](\d{1,6}))?")
_DECIMALS = {1: 0, 10: 1, 100: 2, 1000: 1}
"""Decimals shown for each scale; grams are shown as kilograms with one."""


@dataclass(frozen=True, slots=True)
class Band:
    """Limits for a sex ("" = both) and an age in days from–to (None = no end), in the measure's integer scale.

    Below `impossible_low` nothing is saved; below `unlikely_low` it is asked; outside `normal` it is advised.
    None = no limit of that kind.
    """

    sex: str
    age_from: int
    age_to: int | None
    impossible_low: int | None
    unlikely_low: int | None
    normal_low: int | None
    normal_high: int | None
    unlikely_high: int | None
    impossible_high: int | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of `measures.csv` with its bands; `options` are words with their names in both languages."""

    code: str
    kind: str
    name_es: str
    name_en: str
    unit: str
    scale: int
    bands: tuple[Band, ...]
    options: tuple[str, ...] = ()
    options_es: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its value is a number."""
        return self.kind in NUMBERS

    def name(self, language: str) -> str:
        """Its name as a field label."""
        return self.name_es if language.startswith("es") else self.name_en

    def option_name(self, word: str, language: str) -> str:
        """An option in words; an unknown one as it is."""
        names = self.options_es if language.startswith("es") else self.options_en
        return dict(zip(self.options, names, strict=False)).get(word, word)

    def band(self, sex: str, age_days: int | None) -> Band | None:
        """The limits for a person; of unknown age those of an adult."""
        fitting = self._at(ADULT_DAYS if age_days is None else age_days)
        own = [b for b in fitting if b.sex and b.sex.lower()[:1] == sex[:1].lower()]
        return next(iter(own or [b for b in fitting if not b.sex]), None)

    def candidates(self, sex: str, age_days: int | None) -> tuple[Band, ...]:
        """The limits that may be a person's: one, or several where age (None) or sex is not known or has none."""
        if age_days is None:
            return self.bands
        band = self.band(sex, age_days)
        return (band,) if band else tuple(self._at(age_days)) or self.bands

    def _at(self, age_days: int) -> list[Band]:
        return [b for b in self.bands if b.age_from <= age_days and (b.age_to is None or age_days <= b.age_to)]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, Measure]:
    """Measures by code from the rows of `measures.csv` (one row for each band)."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["code"], []).append(row)
    return {code: _measure(held) for code, held in grouped.items()}


def _measure(rows: list[Mapping[str, Any]]) -> Measure:
    first = rows[0]

    def words(column: str) -> tuple[str, ...]:
        return tuple(first[column].split("|")) if first[column] else ()

    bands = tuple(
        Band(
            r["sex"] or "", r["age_from_days"] or 0, r["age_to_days"], r["impossible_low"], r["unlikely_low"],
            r["normal_low"], r["normal_high"], r["unlikely_high"], r["impossible_high"], r["source"] or "",
        )
        for r in rows
    )  # fmt: skip
    return Measure(
        first["code"], first["kind"], first["name_es"], first["name_en"], first["unit"] or "", first["scale"] or 1,
        bands, words("options"), words("options_es"), words("options_en"),
    )  # fmt: skip


def parse(measure: Measure, text: str) -> int | None:
    """The integer meant by what was typed (`70.8`, `70,8`), None when empty.

    Refused `measures.not_a_number`, `measures.too_fine` (decimals) when it has more decimals than the scale holds.
    """
    typed = text.strip()
    if not typed:
        return None
    match = _NUMBER.fullmatch(typed)
    if match is None:
        raise Refused("measures.not_a_number")
    decimals = len(str(measure.scale)) - 1
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > decimals:
        raise Refused("measures.too_fine", decimals=decimals)
    return int(match[1]) * measure.scale + int(fraction.ljust(decimals, "0") or 0)


def show(measure: Measure, value: int) -> str:
    """The value as people write it, without unit: `70.8`, `8.4`, `146`. Grams are rounded to 100 g."""
    decimals = _DECIMALS.get(measure.scale, len(str(measure.scale)) - 1)
    return f"{value / measure.scale:.{decimals}f}"


Tier = Literal["ok", "impossible", "unlikely", "abnormal"]
"""Impossible blocks, unlikely asks one key, abnormal advises (`registry.md`)."""


def implausible(measure: Measure, value: int, sex: str, age_days: int | None) -> Tier:
    """What a value is by the limits for the person alone; of a measure or age without limits always "ok".

    Where age or sex is not known only what no age or sex allows is impossible; unlikely is by the limits of an adult.
    """
    bands = measure.candidates(sex, age_days)
    if bands and all(_outside(value, b.impossible_low, b.impossible_high) for b in bands):
        return "impossible"
    likely = measure.candidates(sex, ADULT_DAYS) if age_days is None else bands
    if likely and all(_unlikely(value, b) for b in likely):
        return "unlikely"
    band = measure.band(sex, age_days)
    normal = band is None or not _outside(value, band.normal_low, band.normal_high)
    return "ok" if normal else "abnormal"


def _unlikely(value: int, band: Band) -> bool:
    return _outside(value, band.unlikely_low, band.unlikely_high) or _outside(
        value, band.impossible_low, band.impossible_high
    )


def _outside(value: int, low: int | None, high: int | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)
