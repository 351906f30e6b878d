"""F1 on a measure: its name and unit, the limits that hold for the person, where they come from, and its keys."""

from __future__ import annotations

import re

from ces_desktop.domain.measures import Measure, show
from ces_desktop.i18n import language, tr

_NAMED = re.compile(r"NOM-\d{3}-SSA\d-\d{4}|(?:AAP|ADA|FIGO|GINA|KDIGO|PALS) \d{4}|WHO[^;,()\d]* \d{4}|ATP III")
"""The documents a source names; the rest of its text is for whoever maintains the list."""


def field_help(measure: Measure, sex: str, age_days: int | None) -> str:
    """What F1 says of the field of a measure, for somebody of that sex and age; one sentence for each kind of limit."""
    name = measure.name(language())
    said = [f"{name} ({measure.unit})." if measure.unit else f"{name}."]
    band = measure.band(sex, age_days) if measure.numeric else None
    if band is not None:
        pairs = (
            (tr("Usual: {limits}."), band.normal_low, band.normal_high),
            (tr("Asked whether it is right: {limits}."), band.unlikely_low, band.unlikely_high),
            (tr("Never saved: {limits}."), band.impossible_low, band.impossible_high),
        )
        usual, *outside = pairs
        said += [usual[0].format(limits=text)] if (text := _within(measure, *usual[1:])) else []
        said += [words.format(limits=text) for words, *limits in outside if (text := _outside(measure, *limits))]
        if source := _sources(band.source):
            said.append(tr("Source: {source}.").format(source=source))
    said.append(tr("Keys: = as the last value shown; – not measured.") if measure.numeric else "")
    return " ".join(part for part in said if part)


def _within(measure: Measure, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return tr("from {low} to {high}").format(low=_short(measure, low), high=_short(measure, high))
    return _below(measure, high, tr("up to {value}")) or _below(measure, low, tr("from {value} on"))


def _outside(measure: Measure, low: int | None, high: int | None) -> str:
    ends = (_below(measure, low, tr("below {value}")), _below(measure, high, tr("above {value}")))
    return tr(" or ").join(end for end in ends if end)


def _below(measure: Measure, value: int | None, words: str) -> str:
    return "" if value is None else words.format(value=_short(measure, value))


def _short(measure: Measure, value: int) -> str:
    return show(measure, value).removesuffix(".0")


def _sources(text: str) -> str:
    """The documents by name, and whether limits are our own."""
    named = [tr("WHO {year}").format(year=n[-4:]) if n.startswith("WHO") else n for n in _NAMED.findall(text)]
    own = [tr("working limits of CES, not signed yet")] if "own working limits" in text else []
    return "; ".join((*dict.fromkeys(named), *own))
