"""Finding a person while typing: full-text candidates ordered in one bounded query, and spellings near a miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from string import ascii_lowercase

from sqlalchemy import Connection, Integer, LargeBinary, Text, bindparam, select, text

from ces_desktop.data.models import AuditEventRecord, OpRecord, PatientAliasRecord, PatientRecord, table_of
from ces_desktop.data.queries.prepared import Prepared, Value
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain import finding
from ces_desktop.domain.finding import Query
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

# Columns of a candidate that are ordered by, or shown as written.
_READ = "person, clinic, live, human_id, surnames_folded, given_folded, paternal, maternal, given"
CANDIDATES = 200
"""Records read for one key: what is typed next narrows them; reading all that begin with "lo" would cost seconds."""
SPELLINGS = 3
LOOKED_AT = 20
"""Bearers of a name among whom its spelling is looked for; one may write it into a longer one (`Ana-María`)."""
LOOKED_BACK = 400
"""Events and ops read to find a person's recent patients."""
VOCABULARY = 20_000
INDEXED = 4
"""Longest beginning of a word that the full-text index holds ready."""
FEW = 60
# A misspelt name may begin with another letter that sounds alike (Velázquez, Belazquez).
_ALIKE = ("bv", "cszkq", "gjhx", "iy", "ly")
# From word to word: every row of a word is a person who bears it, and only the first is looked at.
_BEGUN = Prepared(
    text(
        "WITH RECURSIVE begun (term) AS ("
        "SELECT (SELECT term FROM patient_terms WHERE term >= :low AND term < :high LIMIT 1) UNION ALL "
        "SELECT (SELECT term FROM patient_terms WHERE term >= begun.term || '!' AND term < :high LIMIT 1) "
        "FROM begun WHERE term IS NOT NULL) SELECT term FROM begun WHERE term IS NOT NULL LIMIT :most"
    ).columns(term=Text)
)
_WORDS = Prepared(
    text("SELECT term, doc FROM patient_vocabulary WHERE term >= :low AND term < :high LIMIT :most").columns(
        term=Text, doc=Integer
    )
)
_WORDS_OF_CLINIC = Prepared(
    text(
        "SELECT word AS term, count(*) AS doc FROM patient, unnest(string_to_array(search_text, ' ')) AS word "
        'WHERE clinic = :clinic AND live = 1 AND word COLLATE "C" >= :low AND word COLLATE "C" < :high '
        "GROUP BY word LIMIT :most"
    ).columns(term=Text, doc=Integer)
)

_A, _P = table_of(PatientAliasRecord), table_of(PatientRecord)
_OTHER_NUMBERS = Prepared(
    select(_P.c.person)
    .join(_A, _A.c.patient == _P.c.id)
    .where(
        _A.c.clinic == bindparam("clinic"), _A.c.live == 1, _P.c.live == 1,
        _A.c.number >= bindparam("low"), _A.c.number < bindparam("high"),
    )
    .order_by(_A.c.number, _P.c.person)
    .limit(bindparam("most"))
)  # fmt: skip


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
    query = finding.parse_query(typed)
    if not query:
        return SearchAnswer((), 0, False, (), query)
    order, more = _ordered(connection, query, today, clinic)
    others = _by_other_number(connection, query, clinic) if query.human_id else []
    if not order and not others and query.human_id:
        # Letters and digits together may be a paper folder ("EXP12"), which is a word like any other.
        query = replace(query, words=(*query.words, query.human_id), human_id=None)
        order, more = _ordered(connection, query, today, clinic)
    order += [person for person in others if person not in order]
    rows = by_person(connection, clinic, order[:limit])
    near = _nearest(connection, typed, query, today, clinic) if not rows else ()
    return SearchAnswer(tuple(rows), len(order), more, near, query)


def _by_other_number(connection: Connection, query: Query, clinic: Id) -> list[bytes]:
    """Whoever is known by another number that begins so: one that was given twice, or that of another clinic."""
    low = (query.human_id or "").upper()
    return [person for (person,) in _OTHER_NUMBERS(connection, clinic=clinic, low=low, high=low + "~", most=CANDIDATES)]


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


def _ordered(connection: Connection, query: Query, today: date, clinic: Id) -> tuple[list[bytes], bool]:
    """The persons of at most `CANDIDATES` records, best first, and whether there are more records.

    A person of several records stands where the best of them does.
    """
    expression = _expression(connection, query, today)
    low = (query.human_id or "").upper()
    if not expression and not low:
        return [], False
    in_order, each = finding.order_patterns(query.words)
    patterns = {f"first_{place}": pattern for place, pattern in enumerate(in_order)}
    patterns |= {f"word_{place}": pattern for place, pattern in enumerate(each)}
    find = _ordering(connection.dialect.name == "sqlite", bool(expression), bool(low), len(each))
    bounds = {"low": low, "high": low + "~", "exact": query.human_id, "most": CANDIDATES + 1}
    rows = find(connection, words=expression, clinic=clinic, **bounds, **patterns)
    persons = dict.fromkeys([person for (person,) in rows])
    persons.pop(None, None)
    return list(persons), len(rows) > CANDIDATES


@cache
def _ordering(sqlite: bool, words: bool, human_id: bool, count: int) -> Prepared:
    """The candidates' persons in the order of `finding.rank_key`; NULL for a record that is not to be shown.

    The database orders because handing two hundred names to Python costs more than finding and ordering them.
    """
    statement = (
        "SELECT CASE WHEN p.live = 1 AND p.clinic = :clinic THEN p.person END AS person "
        f"FROM {_candidates_of(words, human_id) if sqlite else _matched_of(words, human_id)} "
        f"ORDER BY {', '.join(_order(sqlite, human_id, count))}"
    )
    return Prepared(text(statement).columns(person=LargeBinary))


def _candidates_of(words: bool, human_id: bool) -> str:
    """On SQLite, the candidates as `p`: their numbers first, then what they are ordered by."""
    begins = "clinic = :clinic AND human_id >= :low AND human_id < :high"
    if not words:
        return f"(SELECT rowid FROM patient WHERE {begins} LIMIT :most) AS w JOIN patient AS p ON p.rowid = w.rowid"
    numbers = "(SELECT rowid FROM patient_words WHERE patient_words MATCH :words LIMIT :most) AS w"
    if human_id:
        return f"{numbers} JOIN patient AS p ON p.row_no = w.rowid WHERE {begins}"
    # Not told, SQLite takes the unique index of `row_no`, and then each record from a page of its own.
    return f"{numbers} JOIN patient AS p INDEXED BY ix_patient_found ON p.row_no = w.rowid"


def _matched_of(words: bool, human_id: bool) -> str:
    """On PostgreSQL, the candidates as `p`."""
    wanted = ["clinic = :clinic"]
    wanted += ["to_tsvector('simple', search_text) @@ to_tsquery('simple', :words)"] if words else []
    wanted += ["human_id >= :low AND human_id < :high"] if human_id else []
    return f"(SELECT {_READ} FROM patient WHERE {' AND '.join(wanted)} LIMIT :most) AS p"


def _order(sqlite: bool, human_id: bool, count: int) -> list[str]:
    """`finding.rank_key` as terms of ORDER BY: exact number, surnames in order and given names, alphabet, person."""
    terms = ["CASE WHEN lower(p.human_id) = :exact THEN 0 ELSE 1 END"] if human_id else []
    if count:
        ranks = [_rank(in_order, count) for in_order in range(count, -1, -1)]
        terms.append(f"CASE {' '.join(ranks)} END DESC")
    alphabet = "p.surnames_folded || p.given_folded"
    return [*terms, alphabet if sqlite else f'({alphabet}) COLLATE "C"', "p.person"]


def _rank(in_order: int, count: int) -> str:
    """The branch for so many words that begin surnames in order; the words after them may begin given names."""
    hits = [f"(CASE WHEN p.given_folded LIKE :word_{place} THEN 1 ELSE 0 END)" for place in range(in_order, count)]
    value = " + ".join([str(10 * in_order), *hits])
    return f"WHEN p.surnames_folded LIKE :first_{in_order - 1} THEN {value}" if in_order else f"ELSE {value}"


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
            people = len(_ordered(connection, corrected, today, clinic)[0])
            if people:
                shown = _as_written(connection, name, corrected, today, clinic)
                answers.append(Near(shown, people, _put_in(typed, word, shown)))
    if not answers and len(likeliest) > 1:
        answers += _all_corrected(connection, typed, query, likeliest, today, clinic)
    return tuple(answers[:SPELLINGS])


def _all_corrected(
    connection: Connection, typed: str, query: Query, likeliest: dict[str, str], today: date, clinic: Id
) -> list[Near]:
    """Several words misspelt at once (`lopes peres`): each replaced by its likeliest spelling."""
    corrected = replace(query, words=tuple(likeliest.get(word, word) for word in query.words))
    people = len(_ordered(connection, corrected, today, clinic)[0])
    if not people:
        return []
    shown = {word: _as_written(connection, name, corrected, today, clinic) for word, name in likeliest.items()}
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
        bounds: dict[str, Value] = {"high": start + "{", "most": VOCABULARY}
        bounds["low"] = start if letters > 1 else start + "a"
        if connection.dialect.name == "sqlite":
            known.update(_WORDS(connection, **bounds))
        else:
            known.update(_WORDS_OF_CLINIC(connection, clinic=clinic, **bounds))
    return known


def _as_written(connection: Connection, name: str, corrected: Query, today: date, clinic: Id) -> str:
    """The name with its accents and capitals, as people found by it write it."""
    words, whole = _expression(connection, corrected, today), f"% {name} %"
    bearers = _bearers(connection.dialect.name == "sqlite")
    for names in bearers(connection, words=words, clinic=clinic, whole=whole, most=CANDIDATES + 1):
        for part in " ".join(each or "" for each in names).split():
            if fold(part) == name:
                return part
    return name


@cache
def _bearers(sqlite: bool) -> Prepared:
    """Names of the first candidates who bear a folded name as a whole word."""
    source = _candidates_of(words=True, human_id=False) if sqlite else _matched_of(words=True, human_id=False)
    bearing = "p.live = 1 AND p.clinic = :clinic AND (p.surnames_folded || p.given_folded || ' ') LIKE :whole"
    statement = f"SELECT p.paternal, p.maternal, p.given FROM {source} WHERE {bearing} LIMIT {LOOKED_AT}"
    return Prepared(text(statement).columns(paternal=Text, maternal=Text, given=Text))


def _put_in(typed: str, word: str, name: str) -> str:
    """The typed text with a word replaced, the rest as it was."""
    return " ".join(name if fold(part) == word else part for part in typed.split())
