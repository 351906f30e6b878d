"""Five published duplicate rules, written again from their description in `registry_ux.md` b.3, on the same records.

Each rule is built over a register and answers with the places it would show for a new record. Their systems hold one
name field less than ours: the two surnames are joined. An age becomes 1 January of its year, as those systems store it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from benchmarks.people import TODAY, Person


class Rule(Protocol):
    """A duplicate rule over one register."""

    name: str

    def shown(self, record: Person) -> list[int]:
        """Places in the register shown as possible duplicates, as many as the system shows."""


def _family(person: Person) -> str:
    return f"{person.paternal} {person.maternal or ''}".strip()


def _born(person: Person) -> date:
    return person.birth or date(TODAY.year - (person.stated_age or 0), 1, 1)


def _bare(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(mark))


class Tamanu:
    """soundex(last) equal, Levenshtein(last + first) ≤ 6, date text ≤ 1 letter apart or day/month swapped; 5 rows."""

    name = "Tamanu v2"

    def __init__(self, register: Sequence[Person]) -> None:
        self._register = register
        self._by_sound: dict[str, list[int]] = defaultdict(list)
        for place, person in enumerate(register):
            self._by_sound[soundex(_family(person))].append(place)

    def shown(self, record: Person) -> list[int]:
        name, born = (_family(record) + record.given).lower(), _born(record)
        found = []
        for place in self._by_sound.get(soundex(_family(record)), ()):
            other = self._register[place]
            if not self._near(born, _born(other)):
                continue
            if Levenshtein.distance(name, (_family(other) + other.given).lower(), score_cutoff=6) <= 6:
                found.append(place)
        return found[:5]

    @staticmethod
    def _near(a: date, b: date) -> bool:
        if (a.year, a.month, a.day) == (b.year, b.day, b.month):
            return True
        return Levenshtein.distance(a.isoformat(), b.isoformat(), score_cutoff=1) <= 1


class CommunityHealthToolkit:
    """Levenshtein(name) ≤ 3 and the same age in years. Here over the whole register, not one household alone."""

    name = "CHT, whole register"

    def __init__(self, register: Sequence[Person]) -> None:
        self._by_age: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for place, person in enumerate(register):
            self._by_age[self._age(person)].append((place, self._name(person)))

    def shown(self, record: Person) -> list[int]:
        name = self._name(record)
        near = self._by_age.get(self._age(record), ())
        return [place for place, other in near if Levenshtein.distance(name, other, score_cutoff=3) <= 3]

    @staticmethod
    def _name(person: Person) -> str:
        return f"{person.given} {_family(person)}".lower()

    @staticmethod
    def _age(person: Person) -> int:
        if person.stated_age is not None:
            return person.stated_age
        born = _born(person)
        return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


class Hikma:
    """Given name or surname contains what was typed (SQL LIKE), the first ten rows."""

    name = "Hikma"

    def __init__(self, register: Sequence[Person]) -> None:
        self._names = [(person.given.lower(), _family(person).lower()) for person in register]

    def shown(self, record: Person) -> list[int]:
        given, family = record.given.lower(), _family(record).lower()
        found = []
        for place, (other_given, other_family) in enumerate(self._names):
            if given in other_given or family in other_family:
                found.append(place)
                if len(found) == 10:
                    break
        return found


class PartnersInHealth:
    """Given and family names alike by phonetic prefix, then points for sex, birth, equal names, mother; ≥ 2, ten rows.

    The address points are left out: all people of the study live in one place, so they would part nobody. Its
    Double Metaphone (alternate) is reduced to the letters and rules that Spanish names meet.
    """

    name = "PIH, 2 points"

    def __init__(self, register: Sequence[Person]) -> None:
        self._register = register
        self._by_keys: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, person in enumerate(register):
            self._by_keys[metaphone(_family(person))][metaphone(person.given)].append(place)

    def shown(self, record: Person) -> list[int]:
        family, given = metaphone(_family(record)), metaphone(record.given)
        scored = [
            (self._points(record, self._register[place]), place)
            for other_family, by_given in self._by_keys.items()
            if _prefixed(family, other_family)
            for other_given, places in by_given.items()
            if _prefixed(given, other_given)
            for place in places
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [place for points, place in scored if points >= 2.0][:10]

    @staticmethod
    def _points(a: Person, b: Person) -> float:
        points = 1.0 if a.sex == b.sex else -8.0
        years = abs((_born(a) - _born(b)).days) / 365.25
        points += 10.0 if _born(a) == _born(b) else 6.0 - years if years <= 5 else -8.0
        first_a, *middle_a = _bare(a.given).split()
        first_b, *middle_b = _bare(b.given).split()
        equal = (first_a == first_b) + (_bare(_family(a)) == _bare(_family(b)))
        equal += bool(middle_a) and middle_a == middle_b
        points += {3: 4.0, 2: 2.0, 1: 0.5}.get(equal, 0.0)
        if a.mother_name and b.mother_name and metaphone(a.mother_name) == metaphone(b.mother_name):
            points += 3.0
        return points


class Simple:
    """The same passport (QR card) and the same full name. Here everybody brings the card: its best case."""

    name = "Simple, card brought"

    def __init__(self, register: Sequence[Person]) -> None:
        self._register = register

    def shown(self, record: Person) -> list[int]:
        # A card is looked up by the caller's truth: see `card_holder`. Without a card Simple shows nothing.
        del record
        return []

    def card_holder(self, record: Person, holder: int | None) -> list[int]:
        """What is shown when the card of `holder` is scanned."""
        if holder is None:
            return []
        other = self._register[holder]
        same = (record.given, _family(record)) == (other.given, _family(other))
        return [holder] if same else []


def _prefixed(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


_SOUNDEX_GROUPS = ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r")
_SOUNDEX = {letter: sign for sign, letters in enumerate(_SOUNDEX_GROUPS, 1) for letter in letters}


@lru_cache(maxsize=65536)
def soundex(text: str) -> str:
    """American Soundex of the letters a to z, four signs."""
    letters = [letter for letter in _bare(text) if letter.isascii() and letter.isalpha()]
    if not letters:
        return ""
    signs, last = letters[0].upper(), _SOUNDEX.get(letters[0])
    for letter in letters[1:]:
        sign = _SOUNDEX.get(letter)
        if sign and sign != last:
            signs += str(sign)
        if letter not in "hw":
            last = sign
    return (signs + "000")[:4]


_METAPHONE = (
    ("ch", "X"), ("ll", "L"), ("ph", "F"), ("qu", "K"), ("gn", "N"), ("sch", "X"), ("ce", "S"), ("ci", "S"),
    ("ge", "K"), ("gi", "K"), ("x", "KS"),
)  # fmt: skip
_ONE_LETTER = dict(zip("bcdfgjklmnpqrstvwz", "PKTFKHKLMNPKRSTFFS", strict=True))


@lru_cache(maxsize=65536)
def metaphone(text: str) -> str:
    """Double Metaphone (alternate code, four signs) as far as Spanish names need it: vowels count only at the start."""
    letters = "".join(letter for letter in _bare(text) if letter.isascii() and letter.isalpha())
    code, place = "", 0
    while place < len(letters) and len(code) < 4:
        pair = next((pair for pair in _METAPHONE if letters.startswith(pair[0], place)), None)
        letter = letters[place]
        if pair:
            code, place = code + pair[1], place + (len(pair[0]) if pair[0][-1] not in "ei" else 1)
        else:
            sign = _ONE_LETTER.get(letter, "")
            if not sign and place == 0 and letter in "aeiouy":
                sign = "A"
            elif letter == "h" and place == 0:
                sign = "H"
            doubled = place > 0 and letters[place - 1] == letter
            code, place = code + ("" if doubled else sign), place + 1
    return code[:4]
