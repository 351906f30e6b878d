"""How believable a typed value is: impossible blocks and offers the likely slip, unlikely asks, abnormal advises.

Limits by age and sex are the measure's bands (`measures.csv`). What a change over time may be comes from the thresholds
`plausibility.*`; the distances in `_FAR` are own working rules, to be signed by the clinical lead. What a sick person
can reach is never impossible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ces_desktop.domain.measures import Measure, Tier, implausible, parse
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.errors import Refused

ADULT_DAYS = 6574
"""18 years: the first day of the adult bands."""
GROWN_DAYS = 7671
"""21 years: nobody grows any more."""
INFANT_DAYS = 365
Last = tuple[int, int]
"""The last value, in the measure's scale, and how many days ago it was taken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a value is, the code of its sentence ("" when ok), its blanks, and values to take instead (one, or a pair).

    Values among `facts` are in the measure's scale: "value", "last", "low", "high"; others are plain numbers.
    """

    tier: Tier = "ok"
    code: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)
    suggestion: tuple[int, ...] = ()


OK = Verdict()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a body does not do: percent of weight in so many days, percent an infant loses, mm an adult grows."""

    weight_percent: int = 10
    weight_days: int = 30
    infant_fall_percent: int = 3
    adult_height: int = 30

    @classmethod
    def of(cls, thresholds: Thresholds, on: date) -> Changes:
        """Those in force on a day."""
        return cls(
            thresholds.value("plausibility.weight_change_percent_30_days", on),
            30,
            thresholds.value("plausibility.infant_weight_fall_percent", on),
            thresholds.value("plausibility.adult_height_change", on),
        )


SHIPPED = Changes()


@dataclass(frozen=True, slots=True)
class _Slip:
    """A way to mistype: the code of its sentence, and what was meant = typed × times + plus (in the scale)."""

    code: str
    times: Fraction
    plus: Fraction = Fraction(0)

    def meant(self, typed: Fraction) -> int:
        return round(typed * self.times + self.plus)


def _slips(code: str, *times: str) -> tuple[_Slip, ...]:
    return tuple(_Slip(code, Fraction(each)) for each in times)


_LENGTH = _slips("measures.slip_length", "1/10", "100", "2.54")
_MMOL = _slips("measures.slip_mg", "38.67")
_GLUCOSE = _slips("measures.slip_glucose", "18.016")
_SLIPS: Mapping[str, tuple[_Slip, ...]] = {
    "weight": _slips("measures.slip_weight", "0.45359237", "1/1000", "1/10"),
    "height": _slips("measures.slip_height", "100", "1/10", "2.54"),
    "waist": _LENGTH,
    "muac": _LENGTH,
    "head_circumference": _LENGTH,
    "temperature": (
        _Slip("measures.slip_temperature", Fraction(5, 9), Fraction(-1600, 9)),  # °F, in tenths
        _Slip("measures.slip_temperature", Fraction(1, 10)),
    ),
    "glucose_fasting": _GLUCOSE,
    "glucose_random": _GLUCOSE,
    "glucose_unknown": _GLUCOSE,
    "hba1c": (
        _Slip("measures.slip_hba1c", Fraction(1, 10)),
        _Slip("measures.slip_hba1c", Fraction("0.0915"), Fraction("21.5")),  # mmol/mol (IFCC) to NGSP, in tenths of 1 %
    ),
    "cholesterol_total": _MMOL,
    "cholesterol_hdl": _MMOL,
    "cholesterol_ldl": _MMOL,
    "triglycerides": _slips("measures.slip_mg", "88.57"),
    "creatinine": _slips("measures.slip_mg", "0.011312"),  # µmol/L
    "haemoglobin": _slips("measures.slip_haemoglobin", "1/10"),
    "systolic": _slips("measures.slip_tenths", "10"),
    "diastolic": _slips("measures.slip_tenths", "10"),
}


@dataclass(frozen=True, slots=True)
class _Far:
    """Far from the last value: so many times it (or its part) and so much apart, both in the measure's scale."""

    times: Fraction
    apart: int


_FAR: Mapping[str, _Far] = {
    "systolic": _Far(Fraction(1), 60),
    "diastolic": _Far(Fraction(1), 40),
    "glucose_fasting": _Far(Fraction(2), 100),
    "glucose_random": _Far(Fraction(2), 100),
    "glucose_unknown": _Far(Fraction(2), 100),
    "hba1c": _Far(Fraction(1), 40),
    "creatinine": _Far(Fraction(2), 50),
    "haemoglobin": _Far(Fraction(1), 40),
    "waist": _Far(Fraction(1), 200),
}


def judge(
    measure: Measure,
    value: int,
    sex: str,
    age_days: int | None,
    last: Last | None = None,
    changes: Changes = SHIPPED,
) -> Verdict:
    """The verdict on a number in the measure's scale for somebody of this sex and age.

    Codes: `measures.impossible` or `measures.slip_*` (with a suggestion: Enter takes it); `measures.unlikely`,
    `.far` (value, last), `.weight_change` (value, last, percent, days), `.height_change` (value, last); `measures.low`
    (low), `.high` (high). An unlikely one may carry a suggestion too: 154 where 70 was last is perhaps in pounds.
    """
    tier = implausible(measure, value, sex, age_days)
    if tier == "impossible":
        code, meant = _meant(measure, Fraction(value), sex, age_days, last, changes)
        return Verdict("impossible", code or "measures.impossible", {"value": value}, meant)
    apart = _apart(measure.code, value, age_days, last, changes)
    if apart is not None:
        meant = _meant(measure, Fraction(value), sex, age_days, last, changes)[1]
        return Verdict("unlikely", apart[0], apart[1], meant)
    if tier == "unlikely":
        meant = _meant(measure, Fraction(value), sex, age_days, last, changes)[1] if last else ()
        return Verdict("unlikely", "measures.unlikely", {"value": value}, meant)
    band = measure.band(sex, age_days)
    if tier == "abnormal" and band is not None:
        if band.normal_low is not None and value < band.normal_low:
            return Verdict("abnormal", "measures.low", {"value": value, "low": band.normal_low})
        return Verdict("abnormal", "measures.high", {"value": value, "high": band.normal_high or 0})
    return OK


def read(
    measure: Measure,
    text: str,
    sex: str,
    age_days: int | None,
    last: Last | None = None,
    changes: Changes = SHIPPED,
) -> tuple[int | None, Verdict]:
    """A typed text as a value with its verdict; (None, ok) when empty.

    More decimals than the measure holds are a slip if another unit explains them (height 1.51, glucose 7.8): then the
    value is None, the verdict impossible with a suggestion. Refused as `measures.parse` otherwise.
    """
    try:
        value = parse(measure, text)
    except Refused as refusal:
        if refusal.code != "measures.too_fine":
            raise
        typed = Fraction(text.strip().replace(",", ".")) * measure.scale
        code, meant = _meant(measure, typed, sex, age_days, last, changes)
        if not meant:
            raise
        return None, Verdict("impossible", code, {}, meant)
    return value, OK if value is None else judge(measure, value, sex, age_days, last, changes)


def judge_pressure(
    measures: Mapping[str, Measure],
    systolic: int,
    diastolic: int,
    sex: str,
    age_days: int | None,
    last: tuple[Last, Last] | None = None,
) -> Verdict:
    """The verdict on a blood pressure: the worse of both, and of the two together.

    13/8 offers 130/80 and 84/138 offers 138/84 (`measures.slip_pressure`: systolic, diastolic); any other diastolic
    not below the systolic is `measures.pressure_order`. Suggestions are pairs.
    """
    pair = (measures["systolic"], measures["diastolic"])

    def tiers(values: tuple[int, int]) -> list[Tier]:
        return [implausible(m, v, sex, age_days) for m, v in zip(pair, values, strict=True)]

    def fits(values: tuple[int, int]) -> bool:
        return values[1] < values[0] and not {"impossible", "unlikely"} & set(tiers(values))

    facts = {"systolic": systolic, "diastolic": diastolic}
    if "impossible" in tiers((systolic, diastolic)):
        tens = [(10 * systolic, 10 * diastolic), (10 * systolic, diastolic), (systolic, 10 * diastolic)]
        meant = next((values for values in tens if fits(values)), None)
        if meant:
            return Verdict("impossible", "measures.slip_pressure", facts, meant)
    if diastolic >= systolic:
        swapped = (diastolic, systolic)
        if fits(swapped):
            return Verdict("impossible", "measures.slip_pressure", facts, swapped)
        return Verdict("impossible", "measures.pressure_order", facts)
    verdicts = [
        judge(m, v, sex, age_days, before)
        for m, v, before in zip(pair, (systolic, diastolic), last or (None, None), strict=True)
    ]
    order: tuple[Tier, ...] = ("impossible", "unlikely", "abnormal", "ok")
    worst = min(verdicts, key=lambda v: order.index(v.tier))
    return Verdict(worst.tier, worst.code, worst.facts)


def _meant(
    measure: Measure, typed: Fraction, sex: str, age_days: int | None, last: Last | None, changes: Changes
) -> tuple[str, tuple[int, ...]]:
    """The likeliest slip behind a value: what was meant fits the person and, where known, their last value."""
    fitting: list[tuple[int, str]] = []
    for slip in _SLIPS.get(measure.code, ()):
        meant = slip.meant(typed)
        if implausible(measure, meant, sex, age_days) in ("impossible", "unlikely"):
            continue
        if _apart(measure.code, meant, age_days, last, changes) is None:
            fitting.append((meant, slip.code))
    if not fitting:
        return "", ()
    value, code = min(fitting, key=lambda f: abs(f[0] - last[0])) if last else fitting[0]
    return code, (value,)


def _apart(
    code: str, value: int, age_days: int | None, last: Last | None, changes: Changes
) -> tuple[str, dict[str, int]] | None:
    """The sentence's code and blanks when the value is too far from the last one."""
    if last is None or last[0] <= 0 or last[1] < 0:
        return None
    before, days = last
    facts = {"value": value, "last": before}
    if code == "weight":
        percent = abs(value - before) * 100 // before
        if _weight_leaps(value, before, days, age_days, changes):
            return "measures.weight_change", facts | {"percent": percent, "days": days}
        return None
    if code == "height":
        return ("measures.height_change", facts) if _height_leaps(value, before, days, age_days, changes) else None
    far = _FAR.get(code)
    if far is None or abs(value - before) < far.apart:
        return None
    high, low = max(value, before), min(value, before)
    return ("measures.far", facts) if high >= far.times * low else None


def _weight_leaps(value: int, before: int, days: int, age_days: int | None, changes: Changes) -> bool:
    """Whether weight changed more than a body does: a fall of an infant; else 10 % in 30 days, 30 % in any time.

    Children gain by growing: what an infant gains is left to the growth curve, and a child's gain is asked only when
    it comes within the 30 days.
    """
    growing = age_days is not None and age_days < ADULT_DAYS
    if age_days is not None and age_days < INFANT_DAYS:
        # A newborn loses up to a tenth in the first days of life and has it back within two weeks.
        fall = 10 if age_days <= 14 else changes.infant_fall_percent
        return (before - value) * 100 > fall * before
    percent = changes.weight_percent if days <= changes.weight_days else 3 * changes.weight_percent
    if growing and value > before and days > changes.weight_days:
        return False
    return abs(value - before) * 100 > percent * before


def _height_leaps(value: int, before: int, days: int, age_days: int | None, changes: Changes) -> bool:
    """Whether height changed more than measuring explains; who still grows is asked only when it shrank."""
    grown = age_days is None or age_days - days >= GROWN_DAYS
    return abs(value - before) > changes.adult_height if grown else before - value > changes.adult_height
