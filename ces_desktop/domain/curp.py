"""CURP compared with what is registered: warnings only, never a refusal, and no CURP is ever made up here."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from ces_desktop.domain.identity import PARTICLES, Identity, fold

# RENAPO's rule ("Instructivo normativo para la asignación de la CURP"): the first given name counts unless it is one
# of these and another follows.
_SKIPPED_GIVEN = frozenset({"maria", "ma", "m", "jose", "j"})
_SHAPE = re.compile(r"[A-ZÑ]{4}[0-9]{6}[HMX][A-Z]{2}[A-ZÑ]{3}[0-9A-Z][0-9]")
_STATED_AGE_SLACK = timedelta(days=3 * 366)


def curp_warnings(curp: str, identity: Identity, birth_state: str | None = None) -> tuple[str, ...]:
    """Codes of what does not agree: `curp.length`, or `curp.shape`, or any of `curp.check_digit`, `.birth`, `.sex`,
    `.state`, `.name`, `.no_such_day`. `birth_state` is the two-letter code of the CURP (`CS`), None = not asked.
    What is unknown is not compared. Empty text gives no warning.
    """
    number = curp.strip().upper()
    if not number:
        return ()
    if len(number) != 18:
        return ("curp.length",)
    if not _SHAPE.fullmatch(number):
        return ("curp.shape",)
    from stdnum.exceptions import ValidationError
    from stdnum.mx import curp as official

    warnings = []
    if official.calc_check_digit(number) != number[-1]:
        warnings.append("curp.check_digit")
    try:
        if not _same_birth(official.get_birth_date(number), identity):
            warnings.append("curp.birth")
    except ValidationError:
        warnings.append("curp.no_such_day")
    if identity.sex in ("female", "male") and number[10] != {"female": "M", "male": "H"}[identity.sex]:
        warnings.append("curp.sex")
    if birth_state and birth_state.upper() != number[11:13]:
        warnings.append("curp.state")
    if not _same_name(number, identity):
        warnings.append("curp.name")
    return tuple(warnings)


def _same_birth(day: date, identity: Identity) -> bool:
    span = identity.birth.span()
    if span is None:
        return True
    slack = _STATED_AGE_SLACK if identity.birth.precision == "estimated" else timedelta(0)
    return span[0] - slack <= day <= span[1] + slack


def _same_name(number: str, identity: Identity) -> bool:
    """Whether the four first letters and the three inner consonants are those of the name as registered."""
    # The second letter is X where the four would read as a rude word, so X is let pass there.
    checks = [
        (_head(identity.paternal, identity.paternal_kind), number[0], number[1], number[13]),
        (_head(identity.maternal, identity.maternal_kind), number[2], None, number[14]),
        (_given_head(identity.given), number[3], None, number[15]),
    ]
    for expected, first, vowel, consonant in checks:
        if expected is None:
            continue
        if first != expected[0] or consonant != expected[2] or vowel not in (None, "X", expected[1]):
            return False
    return True


def _head(surname: str, kind: str) -> tuple[str, str, str] | None:
    if kind == "none":
        return "X", "X", "X"
    words = [word for word in surname.split() if fold(word) not in PARTICLES]
    return _letters(words[0]) if kind == "given" and words else None


def _given_head(given: str) -> tuple[str, str, str] | None:
    words = [word for word in given.split() if fold(word) not in PARTICLES]
    if len(words) > 1 and fold(words[0]) in _SKIPPED_GIVEN:
        words = words[1:]
    return _letters(words[0]) if words else None


def _letters(word: str) -> tuple[str, str, str]:
    """First letter, first inner vowel, first inner consonant as the CURP writes them: Ñ and what is missing are X."""
    upper = unicodedata.normalize("NFC", word).upper().replace("Ñ", "X")
    plain = fold(upper).upper().replace(" ", "")
    if not plain:
        return "X", "X", "X"
    vowel = next((letter for letter in plain[1:] if letter in "AEIOU"), "X")
    consonant = next((letter for letter in plain[1:] if letter not in "AEIOU0123456789"), "X")
    return plain[0], vowel, consonant
