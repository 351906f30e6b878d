"""What was typed in the search box, as a full-text expression, an order of results, near spellings and bold letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase

from ces_desktop.domain.identity import fold, fold_letter, id_token, number_token, phone_token, year_token

LONGEST_QUERY = 200
MOST_WORDS = 8
LONGEST_WORD = 40
OLDEST_AGE = 120

_PHONE = re.compile(r"(?<![\w#])\+?[0-9][0-9 .()\-]{5,18}[0-9](?!\w)", re.ASCII)
_NUMBER_SIGN = re.compile(r"# ?([0-9]{1,12})")
_HUMAN_ID = re.compile(r"\b([A-Za-z]{3})-?([0-9]{1,7})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Everything is folded (a-z, 0-9); a `human_id` may be its beginning only."""

    words: tuple[str, ...] = ()
    age: int | None = None
    phone: str | None = None
    number: str | None = None
    human_id: str | None = None

    def __bool__(self) -> bool:
        return bool(self.words) or any(
            part is not None for part in (self.age, self.phone, self.number, self.human_id)
        )


def parse_query(text: str) -> Query:
    """The parts of a typed search, any order, never refused.

    The last bare number from 0 to 120 is an age, other short numbers and `#412` a record number, 7 or more digits (with
    spaces, hyphens) a telephone, `CAP0000412` or its beginning a human id, the rest prefixes of words.
    """
    rest = text[:LONGEST_QUERY]
    phone = number = human_id = None
    if match := _NUMBER_SIGN.search(rest):
        number, rest = match[1], rest[: match.start()] + " " + rest[match.end() :]
    if match := _HUMAN_ID.search(rest):
        human_id, rest = (match[1] + match[2]).lower(), rest[: match.start()] + " " + rest[match.end() :]
    for match in _PHONE.finditer(rest):
        digits = "".join(re.findall("[0-9]", match[0]))
        if 7 <= len(digits) <= 13:
            phone, rest = digits[-12:], rest[: match.start()] + " " + rest[match.end() :]
            break
    words: list[str] = []
    numbers: list[str] = []
    for word in fold(rest).split():
        if word.isdigit():
            numbers.append(word)
        else:
            words.append(word[:LONGEST_WORD])
    age = next((int(word) for word in reversed(numbers) if _is_age(word)), None)
    others = [word for word in numbers if not _is_age(word)]
    number = number or (others[-1] if others else None)
    return Query(tuple(words[:MOST_WORDS]), age, phone, number and number_token(number)[1:], human_id)


def _is_age(digits: str) -> bool:
    return len(digits) <= 3 and int(digits) <= OLDEST_AGE


def match_expression(query: Query, today: date) -> str:
    """The FTS5 MATCH text over `identity.search_text`, "" when there is nothing to search.

    Every token comes from the alphabet a-z0-9 and is quoted, so no typed text can reach the FTS5 grammar.
    """
    groups = [_group(alternatives, '"{}"', '"{}" *', " OR ") for alternatives in _alternatives(query, today)]
    return " AND ".join(groups)


def tsquery(query: Query, today: date) -> str:
    """The same search for PostgreSQL `to_tsquery('simple', …)`, "" when there is nothing to search."""
    return " & ".join(_group(alternatives, "{}", "{}:*", " | ") for alternatives in _alternatives(query, today))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    prefix: bool


def _group(alternatives: list[_Token], whole: str, prefix: str, either: str) -> str:
    shown = [(prefix if token.prefix else whole).format(token.text) for token in alternatives]
    return shown[0] if len(shown) == 1 else "(" + either.join(shown) + ")"


def _alternatives(query: Query, today: date) -> list[list[_Token]]:
    """All must be met, each by any one of its tokens."""
    groups = [_word_tokens(word) for word in query.words]
    if query.human_id:
        groups.append([_Token(id_token(query.human_id), True), _Token(query.human_id, True)])
    if query.number:
        groups.append([_Token(number_token(query.number), False)])
    if query.phone:
        tokens = [_Token(phone_token(query.phone), True)]
        groups.append(tokens + ([_Token(phone_token(query.phone[-7:]), False)] if len(query.phone) > 7 else []))
    if query.age is not None:
        groups.append([_Token(year_token(today.year - query.age - back), False) for back in (1, 0)])
    return groups


def _word_tokens(word: str) -> list[_Token]:
    # A lone letter is spelt out in pairs: the prefix index begins at two letters, and `n`, `t`, `y` also begin the
    # tokens of numbers, telephones and birth years, that is of everybody.
    if len(word) == 1 and word in ascii_lowercase:
        return [_Token(word, False), *(_Token(word + letter, True) for letter in ascii_lowercase)]
    return [_Token(word, True)]


def rank_key(query: Query, paternal: str, maternal: str, given: str) -> str:
    """Sort key of a result row, smallest first: typed words that begin the surnames in order, then the given names.

    Names may be skipped (`cr` in `de la Cruz`). Equal ranks stay alphabetical. This is the rule as a reader reads it;
    `data/queries/search.py` has the database order by it, through `order_patterns`, and tests hold the two together.
    """
    family, own = folded_names(paternal, maternal, given)
    words = query.words
    place = in_order = 0
    for word in words:
        # A word begins a name where it follows a space.
        place = family.find(" " + word, place) + 1
        if not place:
            break
        in_order += 1
    given_hits = sum([" " + word in own for word in words[in_order:]]) if in_order < len(words) else 0
    return f"{9 - in_order}{9 - given_hits}{family}{own}"


def folded_names(paternal: str, maternal: str, given: str) -> tuple[str, str]:
    """Surnames, and given names, folded, with a space before each word: `(" de la cruz ruiz", " ana")`."""
    family = f"{fold(paternal)} {fold(maternal)}".strip()
    own = fold(given)
    return f" {family}" if family else "", f" {own}" if own else ""


def order_patterns(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`rank_key` as LIKE patterns over `folded_names`: the first 1, 2, 3… words in this order, and each word alone.

    Words are of a-z and 0-9 and begin after a space, so that one pattern finds what the search word by word finds.
    """
    each = tuple(f"% {word}%" for word in words)
    in_order = tuple("% " + "% ".join(words[:number]) + "%" for number in range(1, len(words) + 1))
    return in_order, each


def nearest(words: Iterable[str], vocabulary: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    """Names spelt nearly like those words of the query that begin no name of the register, best first.

    `vocabulary` is each name as written and how many people bear it; the answer is `(name, people)`, no name twice.
    """
    from rapidfuzz.distance import JaroWinkler

    from ces_desktop.domain.matching import sound_key

    folded = {name: fold(name) for name in vocabulary}
    best: dict[str, float] = {}
    for word in words:
        if len(word) < 3 or any(name.startswith(word) for name in folded.values()):
            continue
        sound = sound_key(word)
        for name, plain in folded.items():
            likeness = max(
                JaroWinkler.similarity(word, plain, score_cutoff=0.75),
                0.97 * JaroWinkler.similarity(sound, sound_key(plain), score_cutoff=0.8),
            )
            if likeness >= 0.8:
                best[name] = max(best.get(name, 0), likeness)
    order = sorted(best, key=lambda name: (-round(best[name], 2), -vocabulary[name], folded[name], name))
    return [(name, vocabulary[name]) for name in order[:limit]]


def highlight(text: str, query: Query) -> list[tuple[int, int]]:
    """Spans `(start, end)` of the letters of `text` (a display name) that the words matched, for bold painting.

    Accent-blind, sorted, never overlapping; each word of the text is marked by the longest typed word that begins it.
    """
    spans = []
    for start, end in _word_spans(text):
        plain = [fold_letter(mark).strip() for mark in text[start:end]]
        whole = "".join(plain)
        length = max((len(word) for word in query.words if whole.startswith(word)), default=0)
        if length:
            spans.append((start, start + _letters_covering(plain, length)))
    return spans


def _word_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = None
    for place, mark in enumerate(text + " "):
        if fold_letter(mark) == " ":
            if start is not None:
                spans.append((start, place))
            start = None
        elif start is None:
            start = place
    return spans


def _letters_covering(plain: list[str], length: int) -> int:
    """How many characters hold the first `length` folded letters, with the combining accents that follow them."""
    covered = 0
    for place, letters in enumerate(plain):
        if covered >= length and letters:
            return place
        covered += len(letters)
    return len(plain)
