"""What a person types to open the clinic: rule, suggestion and honest strength of passphrases; the printed key."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from math import log2
from random import Random

from ces_desktop.errors import Refused
from ces_desktop.paths import RESOURCES

MIN_WORDS = 4
MIN_CHARACTERS = 12
# Guesses a second of somebody who stole the file and rents a thousand machines, each as quick as the clinic's.
GUESSES_PER_SECOND = 2_000

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ_AS = str.maketrans("OIL", "011")
_GROUPS = 7  # of four letters and one check letter: 140 bits
_SIZE = 5


def normalised(passphrase: str) -> str:
    """The form that is hashed: NFKC, runs of white space as one space, none at the ends; case and accents count."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def check_rule(passphrase: str) -> None:
    """Raise Refused unless the passphrase has four words or twelve characters, and not one thing repeated."""
    text = normalised(passphrase)
    words = [word for word in text.split() if len(word) > 1]
    if len(words) < MIN_WORDS and len(text) < MIN_CHARACTERS:
        raise Refused("vault.passphrase_short", words=MIN_WORDS, characters=MIN_CHARACTERS)
    if len(set(text)) < 5 or (len(words) >= MIN_WORDS and len(set(words)) < MIN_WORDS - 1):
        raise Refused("vault.passphrase_simple")


def suggest_passphrase(language: str, random: Random, words: int = 5) -> str:
    """Random common words; `random` is `random.SystemRandom()` outside tests.

    Every language gets the Spanish list: it is the language spoken in the clinics, and its words need no accents.
    """
    del language
    return " ".join(random.sample(word_list(), words))


@cache
def word_list() -> tuple[str, ...]:
    """Our own short Spanish words, no accents, no ñ, none offensive."""
    text = (RESOURCES / "reference" / "words_es.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Strength:
    """How long a passphrase holds against `GUESSES_PER_SECOND`; `level` is "weak", "fair" or "strong"."""

    bits: float
    level: str
    years: float


def strength(passphrase: str) -> Strength:
    """A pessimistic estimate: a word counts as one of a list of words, whatever its length; never as random letters."""
    tokens = re.findall(r"[^\W\d_]+|\d+|[^\w\s]+|_+", normalised(passphrase))
    bits = sum(_bits(token) for token in dict.fromkeys(tokens))
    years = 2 ** min(bits - 1, 1_000) / GUESSES_PER_SECOND / (365.25 * 86_400)
    return Strength(bits, "weak" if years < 1 else "fair" if years < 50 else "strong", years)


def _bits(token: str) -> float:
    if len(set(token)) == 1:
        return 3.0
    if token.isdigit():
        straight = token in "0123456789" * 2 or token in "9876543210" * 2
        year = len(token) == 4 and token[:2] in ("19", "20")
        return 3.0 if straight else 7.0 if year else 3.3 * len(token)
    if not token[0].isalpha():
        return 5.0 * len(token)
    if token.casefold() in word_list():
        return log2(len(word_list()))
    return 3.0 if len(token) <= 3 else 13.0  # "de", "mi"… carry next to nothing; a name is one of a few thousand


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The clinic's printed key: seven groups of five letters (140 bits), and the short name of its sheet."""

    text: str = field(repr=False)
    sheet: str

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.text.split("-"))


def write_recovery(secret: int) -> str:
    """140 random bits as seven groups; the fifth letter of each group checks its four letters and its place."""
    groups = []
    for place in range(_GROUPS):
        shift = 20 * (_GROUPS - 1 - place)
        digits = [(secret >> shift >> 5 * i) & 31 for i in (3, 2, 1, 0)]
        groups.append("".join(_ALPHABET[d] for d in [*digits, _check(digits, place)]))
    return "-".join(groups)


def parse_recovery(text: str) -> int:
    """The 140 bits of a typed key. Case, spaces, dashes, O for 0, I and L for 1 do not matter.

    Raises Refused("vault.recovery_group", group, groups) naming the first group (from 1) that cannot be right, or
    Refused("vault.recovery_length", have, need) when the groups typed are right but some are missing or too many.
    """
    pieces = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).upper().translate(_READ_AS))
    if len(pieces) != _GROUPS:
        joined = "".join(pieces)
        pieces = [joined[i : i + _SIZE] for i in range(0, len(joined), _SIZE)]
    secret = 0
    for place, piece in enumerate(pieces[:_GROUPS]):
        digits = [_ALPHABET.find(letter) for letter in piece]
        if len(digits) != _SIZE or min(digits) < 0 or digits[4] != _check(digits[:4], place):
            raise Refused("vault.recovery_group", group=place + 1, groups=_GROUPS)
        for digit in digits[:4]:
            secret = secret << 5 | digit
    if len(pieces) != _GROUPS:
        raise Refused("vault.recovery_length", have=len(pieces), need=_GROUPS)
    return secret


def _check(digits: list[int], place: int) -> int:
    """A check over GF(32) with different weights: every single slip and every swap of two letters in a group shows.

    The place of the group enters too, so groups in the wrong order show.
    """
    total = place + 1
    for digit in digits:
        total = _times_x(total ^ digit)
    return total


def _times_x(value: int) -> int:
    """The value times x in GF(32) with x⁵ = x² + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
