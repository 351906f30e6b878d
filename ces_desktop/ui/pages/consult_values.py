"""Measured values in words beside the fields of a consult, and whom the fields ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain import plausibility
from ces_desktop.domain.measures import Measure, show
from ces_desktop.domain.plausibility import Changes, Last
from ces_desktop.i18n import language
from ces_desktop.ui import labels


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom and when the rows ask about: what the judge of plausibility wants to know, and the last values."""

    sex: str
    age_days: int | None
    on: date
    measures: Mapping[str, Measure]
    last: Mapping[str, Observed] = field(default_factory=dict)
    changes: Changes = plausibility.SHIPPED

    def last_value(self, code: str) -> Last | None:
        """The last number of a measure and how many days ago it was taken."""
        held = self.last.get(code)
        if held is None or held.value is None or not held.day:
            return None
        return held.value, (self.on - date.fromisoformat(held.day)).days

    def day_words(self, day: str) -> str:
        """`17-feb`, with the year when it is another."""
        return labels.short_day(date.fromisoformat(day)) if day[:4] == f"{self.on.year}" else labels.day(day)


def as_typed(observed: Observed, measure: Measure) -> str:
    """A value already taken, as it would have been typed: every decimal it has."""
    if observed.value is None:
        return observed.word or ""
    decimals = len(str(measure.scale)) - 1
    text = f"{observed.value / measure.scale:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def left_out(text: str) -> bool:
    """Whether a dash stands in the field: seen, and not measured."""
    return text.strip() in ("-", "–", "—", "−")


def last_words(subject: Subject, codes: tuple[str, ...]) -> str:
    """`152/94 · 17-feb`: the last value beside the field; "" when there is none."""
    held = [subject.last.get(code) for code in codes]
    if any(each is None for each in held):
        return ""
    first = held[0]
    assert first is not None
    text = "/".join(value_words(each, subject.measures[each.code]) for each in held if each is not None)
    return f"{text} · {subject.day_words(first.day)}"


def value_words(observed: Observed, measure: Measure) -> str:
    """A value or a word as the screen shows it, without unit."""
    if observed.value is not None:
        return short(measure, observed.value)
    if measure.kind == "yes_no":
        return labels.yes_no(observed.word)
    return capital(measure.option_name(observed.word or "", language()))


def change_words(subject: Subject, measure: Measure, value: int) -> str:
    """`−0.6 kg` since the last time; "" when there is nothing to compare."""
    last = subject.last_value(measure.code)
    if last is None:
        return ""
    change = (value - last[0]) / measure.scale
    sign = "+" if change > 0 else ""
    return f"{sign}{labels.number(change, 1)}{labels.NBSP}{measure.unit}"


def short(measure: Measure, value: int) -> str:
    """A number of a measure without a decimal that says nothing."""
    return show(measure, value).removesuffix(".0")


def capital(text: str) -> str:
    """With a capital first."""
    return text[:1].upper() + text[1:]
