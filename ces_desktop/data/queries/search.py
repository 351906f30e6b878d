"""Finding a person while typing: full-text candidates in one bounded query, ranked here, spellings near a miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from string import ascii_lowercase
from typing import Any

from sqlalchemy import Connection, Integer, Text, bindparam, func, select, text

from ces_desktop.data.models import AuditEventRecord, OpRecord, PatientRecord, table_of
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain import finding
from ces_desktop.domain.finding import Query
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

CANDIDATES = 200
"""Records read for one key: what is typed next narrows them; reading all that begin with "lo" would cost seconds."""
SPELLINGS = 3
LOOKED_BACK = 400
"""Events and ops read to find a person's recent patients."""
VOCABULARY = 20_000
INDEXED = 4
"""Longest beginning of a word that the full-text index holds ready."""
FEW = 60
# A misspelt name may begin with another letter that sounds alike (Velázquez, Belazquez).
_ALIKE = ("bv", "cszkq", "gjhx", "iy", "ly")
_Found = tuple[Any, ...]
"""A record found: person, human id, paternal, maternal, given, clinic, live."""
_BEGUN = Prepared(
    text("SELECT term FROM patient_vocabulary WHERE term >= :low AND term < :high LIMIT :most").columns(term=Text)
)


@dataclass(frozen=True, slots=True)
class Near:
    """A spelling that would find somebody: the name, how many it finds, and the search with it put in."""

    word: str
    people: int
    text: str


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a typed search came to. `more` = there are more than `total`; `recent` = nothing was typed."""

    rows: tuple[PatientRow, ...]
    total: int
    more: bool
    nearest: tuple[Near, ...]
    query: Query
    recent: bool = False


def search(connection: Connection, typed: str, today: date, clinic: Id, limit: int = 20) -> SearchAnswer:
    """The people found by a typed text, best first, at most `limit`; near spellings when nobody is."""
    query = finding.parse_query(typed, today)
    if not query:
        return SearchAnswer((), 0, False, (), query)
    candidates, more = _candidates(connection, query, today, clinic)
    if not candidates and query.human_id:
        # Letters and digits together may be a paper folder ("EXP12"), which is a word like any other.
        query = replace(query, words=(*query.words, query.human_id), human_id=None)
        candidates, more = _candidates(connection, query, today, clinic)
    order = _ranked(candidates, query)
    rows = by_person(connection, clinic, order[:limit])
    near = _nearest(connection, typed, query, today, clinic) if not rows else ()
    return SearchAnswer(tuple(rows), len(order), more, near, query)


def recent(connection: Connection, clinic: Id, user: Id, limit: int = 8) -> SearchAnswer:
    """The people this user last opened, registered or edited, the latest first."""
    seen: dict[bytes, int] = {}
    a, o = AuditEventRecord, OpRecord
    views = (
        select(a.recorded_by, a.event, a.about, a.last_at, a.about_type)
        .where(a.clinic == clinic)
        .order_by(a.last_at.desc())
        .limit(LOOKED_BACK)
    )
    for r in connection.execute(views):
        if r.recorded_by == user and r.about_type == "patient" and r.about:
            seen[r.about] = max(seen.get(r.about, 0), r.last_at or 0)
    ops = select(o.user, o.subject_type, o.subject, o.wall).order_by(o.hlc.desc()).limit(LOOKED_BACK)
    for by, subject_type, subject, wall in connection.execute(ops):
        if by == user and subject_type == "patient":
            seen[subject] = max(seen.get(subject, 0), wall)
    latest = sorted(seen, key=lambda patient: -seen[patient])[: 3 * limit]
    p = PatientRecord
    persons: dict[bytes, bytes] = {
        r.id: r.person for r in connection.execute(select(p.id, p.person).where(p.id.in_(latest), p.live == 1))
    }
    order = list(dict.fromkeys(persons[x] for x in latest if x in persons))
    rows = tuple(by_person(connection, clinic, order[:limit]))
    return SearchAnswer(rows, len(rows), False, (), Query(), recent=True)


def _expression(connection: Connection, query: Query, today: date) -> str:
    """The full-text expression of everything but the human id, which has an index of its own; "" = nothing to match.

    The index holds beginnings of 2, 3 and 4 letters. A single letter is spelt out in pairs; a longer beginning is
    replaced by the few words that begin so, since merging their lists first would read them whole.
    """
    if connection.dialect.name != "sqlite":
        return finding.tsquery(replace(query, human_id=None), today)
    middle = tuple(word for word in query.words if 1 < len(word) <= INDEXED)
    rest = replace(query, words=middle, human_id=None)
    parts = [finding.match_expression(rest, today)] if rest else []
    for word in query.words:
        if len(word) == 1:
            parts.append(_any_of([f'"{word}"', *(f'"{word}{second}" *' for second in ascii_lowercase)]))
        elif len(word) > INDEXED:
            begun = _words_begun(connection, word)
            parts.append(_any_of([f'"{whole}"' for whole in begun] if len(begun) <= FEW else [f'"{word}" *']))
    return " AND ".join(parts)


def _any_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)})" if terms else '"-"'


def _words_begun(connection: Connection, word: str) -> list[str]:
    """Words of the register that begin with `word`; one more than `FEW` when there are many."""
    return [term for (term,) in _BEGUN(connection, low=word, high=word + "{", most=FEW + 1)] or [word]


@cache
def _statement(sqlite: bool, words: bool, human_id: bool) -> Prepared:
    """Finds records that hold the words, or whose human id begins so, or both, as `_Found`."""
    p = table_of(PatientRecord)
    found = select(p.c.person, p.c.human_id, p.c.paternal, p.c.maternal, p.c.given, p.c.clinic, p.c.live)
    if words and sqlite:
        matching = text("SELECT rowid FROM patient_words WHERE patient_words MATCH :words LIMIT :most")
        numbers = matching.columns(rowid=Integer).subquery()
        found = found.join(numbers, numbers.c.rowid == p.c.row_no)
    elif words:
        matched = func.to_tsvector(text("'simple'"), p.c.search_text).op("@@")
        wanted = func.to_tsquery(text("'simple'"), bindparam("words", type_=Text))
        found = found.where(matched(wanted), p.c.clinic == bindparam("clinic"))
    if human_id:
        begins = p.c.human_id >= bindparam("low"), p.c.human_id < bindparam("high")
        found = found.where(p.c.clinic == bindparam("clinic"), *begins)
    return Prepared(found.limit(bindparam("most", type_=Integer)))


def _candidates(connection: Connection, query: Query, today: date, clinic: Id) -> tuple[list[_Found], bool]:
    """At most `CANDIDATES` living records, and whether there are more."""
    expression = _expression(connection, query, today)
    low = (query.human_id or "").upper()
    if not expression and not low:
        return [], False
    find = _statement(connection.dialect.name == "sqlite", bool(expression), bool(low))
    rows = find(connection, words=expression, clinic=clinic, low=low, high=low + "~", most=CANDIDATES + 1)
    return [r for r in rows if r[-1] and r[-2] == clinic], len(rows) > CANDIDATES


def _ranked(candidates: Sequence[_Found], query: Query) -> list[bytes]:
    """The persons found, best first: a person of several records stands where the best of them does."""
    rank, exact = finding.rank_key, query.human_id
    keyed = [
        (rank(query, paternal or "", maternal or "", given or ""), person)
        for person, _, paternal, maternal, given, _, _ in candidates
    ]
    if exact:
        first = [(human_id or "").lower() != exact for _, human_id, *_ in candidates]
        keyed = [(f"{other:d}{key}", person) for other, (key, person) in zip(first, keyed, strict=True)]
    keyed.sort()
    return list(dict.fromkeys([person for _, person in keyed]))


def _nearest(connection: Connection, typed: str, query: Query, today: date, clinic: Id) -> tuple[Near, ...]:
    """Spellings near the words that nobody bears, with how many people the corrected search finds."""
    answers: list[Near] = []
    likeliest: dict[str, str] = {}
    for word in query.words:
        if len(word) < 3:
            continue
        # Most slips leave the first two letters, or swap the first for one that sounds alike: those lists are short.
        near: list[tuple[str, int]] = []
        for letters in (2, 1):
            near = near or finding.nearest([word], _vocabulary(connection, word, letters, clinic), SPELLINGS)
        likeliest.update({word: near[0][0]} if near else {})
        for name, _ in near:
            corrected = replace(query, words=tuple(name if w == word else w for w in query.words))
            candidates, _ = _candidates(connection, corrected, today, clinic)
            people = len({found[0] for found in candidates})
            if people:
                shown = _as_written(name, candidates)
                answers.append(Near(shown, people, _put_in(typed, word, shown)))
    if not answers and len(likeliest) > 1:
        answers += _all_corrected(connection, typed, query, likeliest, today, clinic)
    return tuple(answers[:SPELLINGS])


def _all_corrected(
    connection: Connection, typed: str, query: Query, likeliest: dict[str, str], today: date, clinic: Id
) -> list[Near]:
    """Several words misspelt at once (`lopes peres`): each replaced by its likeliest spelling."""
    corrected = replace(query, words=tuple(likeliest.get(word, word) for word in query.words))
    candidates, _ = _candidates(connection, corrected, today, clinic)
    people = len({found[0] for found in candidates})
    if not people:
        return []
    shown = {word: _as_written(name, candidates) for word, name in likeliest.items()}
    text = typed
    for word, name in shown.items():
        text = _put_in(text, word, name)
    return [Near(" ".join(shown.values()), people, text)]


def _vocabulary(connection: Connection, word: str, letters: int, clinic: Id) -> dict[str, int]:
    """Folded words of the register that begin like `word`, or with a letter that sounds alike, and how often."""
    heads = {word[0], *(letter for alike in _ALIKE if word[0] in alike for letter in alike)}
    starts = {head + word[1:letters] for head in heads}
    if word[0] == "h":
        starts.add(word[1 : letters + 1])
    elif word[0] in "aeiou":
        starts.add(("h" + word)[:letters])
    known: dict[str, int] = {}
    for start in sorted(starts):
        # Tokens of numbers, telephones and years have a digit after their letter: they sort before "na".
        bounds = {"low": start if letters > 1 else start + "a", "high": start + "{", "most": VOCABULARY}
        if connection.dialect.name == "sqlite":
            statement = text("SELECT term, doc FROM patient_vocabulary WHERE term >= :low AND term < :high LIMIT :most")
        else:
            statement = text(
                "SELECT word AS term, count(*) AS doc FROM patient, unnest(string_to_array(search_text, ' ')) AS word "
                'WHERE clinic = :clinic AND live = 1 AND word COLLATE "C" >= :low AND word COLLATE "C" < :high '
                "GROUP BY word LIMIT :most"
            ).bindparams(clinic=clinic)
        known.update((r.term, r.doc) for r in connection.execute(statement, bounds))
    return known


def _as_written(name: str, candidates: Sequence[_Found]) -> str:
    """The name with its accents and capitals, as people found by it write it."""
    for _, _, *names, _, _ in candidates:
        for part in " ".join(each or "" for each in names).split():
            if fold(part) == name:
                return part
    return name


def _put_in(typed: str, word: str, name: str) -> str:
    """The typed text with a word replaced, the rest as it was."""
    return " ".join(name if fold(part) == word else part for part in typed.split())
