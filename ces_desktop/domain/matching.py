"""Whether two registrations may be the same person: sound keys to look candidates up by, and a score with its reasons.

Recipe of `registry.md` "Duplicates": rare surnames count more, spelling that sounds alike counts as equal, and what is
unknown counts for nothing. A match is only ever shown; nothing is refused or merged because of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log2

from ces_desktop.domain.identity import PARTICLES, Identity, fold, surnames
from ces_desktop.domain.nicknames import full_names, nicknames

ALERT_SCORE = 9.0
"""From here a registration is shown as a possible duplicate; chosen on seeds 1 to 4 of `benchmarks/people.py` alone."""

_SIMILAR = 0.90
_COMMON_GIVEN = frozenset({"maria", "jose", "juan", "juana", "guadalupe"})
_RAREST_SHARE = 1 / 500  # A surname seen once is no stronger evidence than this: it may be a misspelling.
SAME_SEX, SAME_MOTHER, SAME_PHONE = 0.5, 3.0, 2.0
CROSSED = 1.5
"""What surnames in the wrong order cost."""
CALLED, NEAR = 2.0, 1.5
"""Worth of given names that a nickname on record stands for, and of such that are spelt nearly alike."""
MOST_OF_SURNAMES = 2 * log2(1 / _RAREST_SHARE)
_MOST_ELSE = MOST_OF_SURNAMES + SAME_SEX + SAME_MOTHER + SAME_PHONE
"""The most that all but given names and birth can add."""

_SOUNDS = (
    (re.compile("ch"), "1"),
    (re.compile("ph"), "f"),
    (re.compile("h"), ""),
    (re.compile("ll|y"), "i"),
    (re.compile("gu(?=[ei])"), "2"),
    (re.compile("g(?=[eij])|x"), "j"),
    (re.compile("g"), "2"),
    (re.compile("qu(?=[ei])|q"), "k"),
    (re.compile("c(?=[ei])|z"), "s"),
    (re.compile("c"), "k"),
    (re.compile("v"), "b"),
    (re.compile("w"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=65536)
def sound_key(text: str) -> str:
    """How a name sounds in Spanish, as a-z and 1 (ch), 2 (hard g): particles dropped, words joined. Idempotent.

    `Velázquez`, `Belasquez` → belaskes; `Hernández`, `ernandes` → ernandes; `de la Cruz` → krus.
    """
    words = fold(text).split()
    key = "".join(word for word in words if word not in PARTICLES) or "".join(words)
    for sound, sign in _SOUNDS:
        key = sound.sub(sign, key)
    return key


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two people look alike or apart. `years` is set for `years_apart` only. The window words the code."""

    code: str
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two registrations are. `certain`: the same CURP. `sibling`: ask "¿hermano/a de…?" rather than warn."""

    score: float
    certain: bool
    reasons: tuple[Reason, ...]
    sibling: bool

    @property
    def alert(self) -> bool:
        """Whether to show it as a possible duplicate."""
        return self.certain or self.score >= ALERT_SCORE


@dataclass(frozen=True, slots=True)
class MatchKeys:
    """The three indexed columns of a person: both surname keys in alphabetical order, name key, exact birth day."""

    surnames: str
    name: str
    birth: str | None


@dataclass(frozen=True, slots=True)
class Probe:
    """What to look up in each of the three columns to find every candidate of a registration (OR between them all)."""

    surnames: tuple[str, ...]
    names: tuple[str, ...]
    births: tuple[str, ...]


def match_keys(identity: Identity) -> MatchKeys:
    """The keys to store. An absent part gives "" (or None for the birth), which `probe` never looks up."""
    family = surname_keys(identity)
    first = (_given_words(identity.given) or ("",))[0]
    name = _name_key(family[0], full_names(first)[-1]) if family and first else ""
    day = identity.birth.value if identity.birth.precision == "day" else None
    return MatchKeys(" ".join(sorted(family)), name, day)


def probe(identity: Identity) -> Probe:
    """What to look up: without a second surname, or with the two swapped, name and birth keys still find the person."""
    family = surname_keys(identity)
    given = [form for word in _given_words(identity.given)[:2] for form in _alike(word)]
    names = {_name_key(surname, form) for surname in family for form in given}
    births = []
    if identity.birth.precision == "day" and identity.birth.value:
        births = [identity.birth.value]
        swapped = _swapped(identity.birth.value)
        births += [swapped] if swapped and swapped != identity.birth.value else []
    return Probe((" ".join(sorted(family)),) if family else (), tuple(sorted(names)), tuple(births))


def surname_keys(identity: Identity) -> tuple[str, ...]:
    """Sound keys of the surnames, paternal first; two typed into one field are split. Count shares by them."""
    return _surname_keys(surnames(identity))


@lru_cache(maxsize=16384)
def _surname_keys(family: tuple[str, ...]) -> tuple[str, ...]:
    if len(family) == 1:
        words = [word for word in family[0].split() if word.lower() not in PARTICLES]
        if len(words) == 2:
            family = (words[0], words[1])
    return tuple(key for name in family if (key := sound_key(name)))


def _name_key(surname: str, given: str) -> str:
    return surname[:4] + sound_key(given)[:2]


@lru_cache(maxsize=4096)
def _given_words(given: str) -> tuple[str, ...]:
    words = fold(given).split()
    return tuple(word for word in words if word not in PARTICLES) or tuple(words)


@lru_cache(maxsize=4096)
def _alike(word: str) -> frozenset[str]:
    """The word, the full names it may stand for, and every name that shares a nickname with it."""
    nicks = {word, *nicknames(word)}
    return frozenset(full for nick in nicks for full in full_names(nick))


@lru_cache(maxsize=16384)
def _forms(word: str) -> frozenset[str]:
    """Sound keys of a given name and of the full names it may stand for."""
    return frozenset(sound_key(form) for form in full_names(word))


def _swapped(day: str) -> str | None:
    """The ISO date with day and month exchanged, None when there is no such date."""
    year, month, number = day.split("-")
    return f"{year}-{number}-{month}" if int(number) <= 12 else None


def compare(a: Identity, b: Identity, frequency: Callable[[str], float]) -> Match:
    """How likely the two are one person; symmetric. `frequency(key)`: share (0..1) of people with a surname key."""
    certain = bool(a.curp) and a.curp == b.curp
    reasons = [Reason("same_curp")] if certain else []
    same_mother = _same_mother(a, b)
    given, given_reasons = _given_score(a, b)
    birth, birth_reasons, days = _birth_score(a, b)
    score = given + birth - (4 if a.curp and b.curp and not certain else 0)
    # Most candidates share common surnames and nothing else: no surname could lift them, so none is looked at.
    if score + _MOST_ELSE < ALERT_SCORE and not certain and not same_mother:
        return Match(score, False, tuple(given_reasons + birth_reasons), False)
    family, family_reasons, same_surnames = _surname_score(surname_keys(a), surname_keys(b), frequency)
    score += family
    reasons += family_reasons + given_reasons + birth_reasons
    if {a.sex, b.sex} == {"female", "male"}:
        score -= 6
    elif a.sex == b.sex and a.sex in ("female", "male"):
        score += SAME_SEX
    if same_mother is not None:
        score += SAME_MOTHER if same_mother else -2
        reasons += [Reason("same_mother")] if same_mother else []
    if a.phone and a.phone[-7:] == (b.phone or "")[-7:]:
        score += SAME_PHONE
        reasons.append(Reason("same_phone"))
    # Children of one mother are born the same day or at least nine months apart.
    spaced = days is not None and (days <= 1 or days >= 250)
    sibling = bool(same_surnames and same_mother and given < 0 and spaced and not certain)
    return Match(score, certain, tuple(reasons), sibling)


def _surname_score(
    a: tuple[str, ...], b: tuple[str, ...], frequency: Callable[[str], float]
) -> tuple[float, list[Reason], bool]:
    """Score, reasons, and whether both surnames are the same in the same order."""
    if not a or not b:
        return 0.0, [], False
    straight = [pair_score(x, y, frequency) for x, y in zip(a, b, strict=False)]
    if len(a) == len(b) == 1:
        crossed = straight
    elif len(a) == 1 or len(b) == 1:
        crossed = [pair_score(a[-1], b[-1], frequency)]
    else:
        crossed = [pair_score(a[0], b[1], frequency), pair_score(a[1], b[0], frequency)]
    score, swapped = sum(straight), False
    if sum(crossed) - CROSSED > score:
        score, straight, swapped = sum(crossed) - CROSSED, crossed, True
    agreeing = sum(part > 0 for part in straight)
    if not agreeing:
        return score, [], False
    exact = a == b or (swapped and a == b[::-1])
    if swapped:
        code = "swapped_surnames"
    elif exact and len(a) == 2:
        code = "same_surnames"
    elif agreeing == len(straight) == 2:
        code = "similar_surnames"
    else:
        code = "one_surname"
    return score, [Reason(code)], exact and not swapped and len(a) == 2


def pair_score(a: str, b: str, frequency: Callable[[str], float]) -> float:
    """What two surname keys are worth: the rarer the more when equal, part of it when nearly alike; symmetric."""
    if a == b:
        return log2(1 / max(frequency(a), _RAREST_SHARE))
    if a > b:
        a, b = b, a
    if _similarity(a, b) >= _SIMILAR:
        return 0.6 * log2(1 / max(frequency(a), frequency(b), _RAREST_SHARE))
    return -4.0


@lru_cache(maxsize=65536)
def _similarity(a: str, b: str) -> float:
    """Jaro–Winkler, 0 to 1."""
    from rapidfuzz.distance import JaroWinkler  # not at import: start-up would pay for it

    return JaroWinkler.similarity(a, b)


def _given_score(a: Identity, b: Identity) -> tuple[float, list[Reason]]:
    words_a, words_b = _given_words(a.given), _given_words(b.given)
    if not words_a or not words_b:
        return 0.0, []
    score, nickname = _words_score(words_a, words_b)
    if score < 0:
        called = _called(a, words_b) or _called(b, words_a)
        if called:
            return CALLED, [Reason("nickname")]
        return score, []
    code = "nickname" if nickname else "same_given" if sorted(words_a) == sorted(words_b) else "similar_given"
    return score, [Reason(code)]


def given_sounds(names: str) -> tuple[frozenset[str], int]:
    """Every sound key by which a word of given names (or of a nickname) can equal another, and how many words."""
    words = _given_words(names)
    return frozenset(sound for word in words for sound in (sound_key(word), *_forms(word))), len(words)


def _called(person: Identity, words: tuple[str, ...]) -> bool:
    """Whether a nickname on record for the person stands for the given names of the other."""
    return any(_forms(nick) & _forms(word) for nick in _given_words(person.nickname) for word in words)


@lru_cache(maxsize=16384)
def _words_score(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[float, bool]:
    """Score of two lists of given names, and whether it took a nickname to see they agree."""
    if a > b:
        a, b = b, a
    left = list(b)
    shared: list[str] = []
    nickname = False
    for word in a:
        other = next((o for o in left if sound_key(o) == sound_key(word)), None)
        if other is None:
            other = next((o for o in left if _forms(o) & _forms(word)), None)
            nickname = nickname or other is not None
        if other is not None:
            left.remove(other)
            shared.append(full_names(word)[-1])
    if not shared:
        near = max(_similarity(sound_key(x), sound_key(y)) for x in a for y in b)
        return (NEAR, False) if near >= _SIMILAR else (-7.0, False)
    score = sum(2.0 if word in _COMMON_GIVEN else 3.0 for word in shared[:2])
    if left and len(a) > len(shared):
        score -= 3.5
    elif sound_key(a[0]) != sound_key(b[0]) and not _forms(a[0]) & _forms(b[0]):
        score -= 1.0
    return score, nickname


def _birth_score(a: Identity, b: Identity) -> tuple[float, list[Reason], int | None]:
    """Score, reasons, and the days certainly between the births (None when one is unknown)."""
    span_a, span_b = a.birth.span(), b.birth.span()
    if span_a is None or span_b is None:
        return 0.0, [], None
    apart = max(0, (span_b[0] - span_a[1]).days, (span_a[0] - span_b[1]).days)
    if a.birth.precision == b.birth.precision == "day":
        score, reasons = _exact_score(span_a[0], span_b[0], apart)
        return score, reasons, apart
    years = (apart + 364) // 365
    if not years:
        months = "month" in (a.birth.precision, b.birth.precision)
        score = 5.0 if months and "estimated" not in (a.birth.precision, b.birth.precision) else 3.0
        return score, [Reason("same_age")], apart
    score = {1: 2.0, 2: 1.0, 3: 0.0}.get(years, -5.0 if years <= 5 else -10.0)
    return score, [Reason("years_apart", years)], apart


def _exact_score(a: date, b: date, apart: int) -> tuple[float, list[Reason]]:
    if a == b:
        return 9.0, [Reason("same_birth")]
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return 6.0, [Reason("day_month_swapped")]
    agreeing = (a.year == b.year) + (a.month == b.month) + (a.day == b.day)
    if agreeing == 2 and sum(x != y for x, y in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
        return 4.0, [Reason("one_digit_apart")]
    years = (apart + 364) // 365
    if a.year == b.year:
        return -3.0, [Reason("years_apart", years)]
    return (-6.0 if years <= 2 else -10.0), [Reason("years_apart", years)]


def _same_mother(a: Identity, b: Identity) -> bool | None:
    """None when one of the two is not known."""
    words_a, words_b = _given_words(a.mother_name), _given_words(b.mother_name)
    if not words_a or not words_b:
        return None
    return _words_score(words_a, words_b)[0] > 0
