"""The search box: what each word means, expressions a real FTS5 table takes, order, near spellings, bold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from ces_desktop.domain.finding import Query, highlight, match_expression, nearest, parse_query, rank_key, tsquery
from ces_desktop.domain.identity import Birth, Identity, display_name, search_text

TODAY = date(2026, 3, 16)
PEOPLE = [
    (Identity("María Elena", "López", "Pérez", birth=Birth("1958-07-14", "day"), phone="9635550142"), "412"),
    (Identity("José", "Núñez", "de la Cruz", nickname="Chepe", birth=Birth("1990", "year")), "A-77"),
    (Identity("K'in", "Gómez", "López", birth=Birth(None, "estimated", 45, "2026-03-16")), ""),
    (Identity("Yolanda", "Torres", "", maternal_kind="none", birth=Birth("2026-03-01", "day")), "9000"),
]


@pytest.fixture(scope="module")
def table() -> Iterator[Any]:
    """A full-text table as the register has it, with the four people above."""
    connection = dbapi2.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE found USING fts5(text, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
    )
    for number, (person, folder) in enumerate(PEOPLE):
        text = search_text(person, f"CAP000{number + 500:04d}", "Río Hondo", folder)
        connection.execute("INSERT INTO found(rowid, text) VALUES (?, ?)", (number, text))
    yield connection
    connection.close()


def find(table: Any, text: str) -> list[int]:
    expression = match_expression(parse_query(text), TODAY)
    rows = table.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid", (expression,))
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("lo pe ma", Query(("lo", "pe", "ma"))),
        ("LÓPEZ, María", Query(("lopez", "maria"))),
        ("lo pe 62", Query(("lo", "pe"), age=62)),
        ("62 lo", Query(("lo",), age=62)),
        ("lo 0", Query(("lo",), age=0)),
        ("lo 121", Query(("lo",), number="121")),
        ("#412", Query(number="412")),
        ("#0033 lo 7", Query(("lo",), age=7, number="33")),
        ("1958", Query(number="1958")),
        ("963 555 0142", Query(phone="9635550142")),
        ("963-555-0142 ma", Query(("ma",), phone="9635550142")),
        ("+52 (963) 555 0142", Query(phone="529635550142")),
        ("Ana 5550142", Query(("ana",), phone="5550142")),
        ("CAP0000412", Query(human_id="cap0000412")),
        ("cap-0000412", Query(human_id="cap0000412")),
        ("cap00", Query(human_id="cap00")),
        ("", Query()),
        ("  *\"'()^:-+ \x00 😀", Query()),
    ],
)
def test_what_each_part_of_a_search_means(typed: str, query: Query) -> None:
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lo pe ma", [0]),
        ("LÓPEZ", [0, 2]),
        ("lopez", [0, 2]),
        ("nu", [1]),
        ("nuñez cruz", [1]),
        ("chepe", [1]),
        ("kin", [2]),
        ("rio hondo", [0, 1, 2, 3]),
        ("lopez rio", [0, 2]),
        ("67", [0]),
        ("lo 67", [0]),
        ("36", [1]),
        ("45", [2]),
        ("49", []),
        ("to 0", [3]),
        ("#412", [0]),
        ("412", [0]),
        ("#77", [1]),
        ("9000", [3]),
        ("500", [0]),
        ("9635550142", [0]),
        ("5550142", [0]),
        ("529635550142", [0]),
        ("9635550", [0]),
        ("CAP0000502", [2]),
        ("cap00005", [0, 1, 2, 3]),
        ("ca", []),
        ("n", [1]),
        ("y", [3]),
        ("t", [3]),
        ("zzz", []),
    ],
)
def test_people_are_found(table: Any, typed: str, found: list[int]) -> None:
    assert find(table, typed) == found


GRAMMAR = st.text(alphabet="ab ñÁ\"'*^:()+-{}#0129\x00😀\u202e\ud800", max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), GRAMMAR))
@example('" OR text:*')
@example("NEAR(lo pe, 2)")
@example("lo AND NOT pe")
@example("text : lo")
@example("lo\x00pe")
@example("a" * 10_000)
@example("lo " * 10_000)
def test_no_text_reaches_the_grammar_of_either_database(table: Any, text: str) -> None:
    query = parse_query(text)
    expression, for_postgresql = match_expression(query, TODAY), tsquery(query, TODAY)
    assert bool(expression) == bool(for_postgresql) == bool(query)
    if expression:
        table.execute("SELECT count(*) FROM found WHERE found MATCH ?", (expression,)).fetchone()
    assert re.fullmatch(r"[a-z0-9]*|[a-z0-9:*&|() ]+", for_postgresql)
    assert len(expression) < 5_000


@given(st.sampled_from(PEOPLE), st.data())
def test_everybody_is_found_by_beginnings_of_their_own_words(table: Any, one: tuple[Identity, str], data: Any) -> None:
    person = one[0]
    words = search_text(Identity(person.given, person.paternal, person.maternal), "", "", "").split()
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    typed = " ".join(word[: data.draw(st.integers(1, len(word)))].upper() for word in chosen)
    assert PEOPLE.index(one) in find(table, typed)


def test_expressions_for_both_databases() -> None:
    query = parse_query("lo pe 58")
    assert match_expression(query, TODAY) == '"lo" * AND "pe" * AND ("y1967" OR "y1968")'
    assert tsquery(query, TODAY) == "lo:* & pe:* & (y1967 | y1968)"


def test_surnames_in_typed_order_come_first() -> None:
    people = [
        ("Pérez", "López", "María"),
        ("López", "Pérez", "María"),
        ("Pérez", "Ruiz", "Lorena Marta"),
        ("López", "Pérez", "Ana"),
        ("de la Cruz", "Ruiz", "Ana"),
    ]
    query = parse_query("lo pe ma")
    ordered = sorted(people, key=lambda person: rank_key(query, *person))
    assert ordered[:2] == [("López", "Pérez", "María"), ("López", "Pérez", "Ana")]
    assert min(people, key=lambda person: rank_key(parse_query("cruz"), *person))[0] == "de la Cruz"


def test_near_spellings_are_offered_with_how_many_bear_them() -> None:
    vocabulary = {"López": 12, "Lopera": 1, "Pérez": 9, "Gómez": 4, "Velázquez": 6, "Hernández": 8}
    assert nearest(("lopes",), vocabulary, 3)[0] == ("López", 12)
    assert nearest(("belasques",), vocabulary, 1) == [("Velázquez", 6)]
    assert nearest(("ernande",), vocabulary, 1) == [("Hernández", 8)]
    assert nearest(("lop", "gom"), vocabulary, 3) == []
    assert nearest(("xyzw",), vocabulary, 3) == []
    assert nearest((), vocabulary, 3) == nearest(("lopes",), {}, 3) == []
    names = [name for name, _ in nearest(("lopes", "lopez"), vocabulary, 9)]
    assert len(names) == len(set(names))


def test_matched_letters_are_marked() -> None:
    shown = display_name(PEOPLE[0][0])
    marked = [shown[start:end] for start, end in highlight(shown, parse_query("lo pere mari"))]
    assert marked == ["LÓ", "PÉRE", "Marí"]
    assert highlight("Mari\u0301a Cruz", parse_query("mari")) == [(0, 5)]
    assert highlight("K'IN", parse_query("kin")) == [(0, 4)]
    assert highlight("LÓPEZ", parse_query("")) == []


@given(st.text(max_size=40), st.text(max_size=20))
def test_marks_are_sorted_inside_the_text_and_apart(text: str, typed: str) -> None:
    last = 0
    for start, end in highlight(text, parse_query(typed)):
        assert last <= start < end <= len(text)
        last = end
