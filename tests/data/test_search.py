"""Finding a person while typing, on a real encrypted file: words in any order, ages, numbers, near spellings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.models import CommunityRecord, PatientRecord, SameAsRecord
from ces_desktop.data.queries import search as searching
from ces_desktop.data.queries.search import SearchAnswer, recent, search
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.finding import Query, parse_query, rank_key
from ces_desktop.domain.ids import Id

TODAY = date(2026, 3, 16)


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path))
    yield database
    builders.assert_proved(database)
    database.close()


def found(db: Database, typed: str, **more: int) -> SearchAnswer:
    return db.read(partial(search, typed=typed, today=TODAY, clinic=db.installation.clinic, **more))


def names(answer: SearchAnswer) -> list[str]:
    return [row.name for row in answer.rows]


def fill(db: Database, who: Actor) -> dict[str, Id]:
    """Six invented people of one community."""
    village: list[Id] = []

    def place(work: Work) -> None:
        village.append(work.new_id())
        work.add(CommunityRecord(id=village[0], name="Las Palmas"))

    db.write(place, who)
    people = {
        "maria": ("María Elena", "López", "Pérez", "1967-07-14"),
        "marcelino": ("Marcelino", "López", "Pérez", "1991-02-03"),
        "marisol": ("Marisol", "Pérez", "López", "2006-05-01"),
        "matias": ("Matías", "López", "Pereyra", "1954-01-01"),
        "petrona": ("Petrona", "de la Cruz", "Hernández", "1960-02-02"),
        "kin": ("K'in", "Ñandú", "Zúñiga", "1999-09-09"),
    }
    return {
        key: builders.register(
            db, who, number, given=g, paternal=p, maternal=m, birth=born, community=village[0], mother_name="Josefa"
        )
        for number, (key, (g, p, m, born)) in enumerate(people.items(), 410)
    }


def test_words_in_any_order_each_a_beginning(db: Database, who: Actor) -> None:
    fill(db, who)
    answer = found(db, "lo pe ma")
    assert set(names(answer)) == {
        "LÓPEZ PÉREZ, María Elena",
        "LÓPEZ PÉREZ, Marcelino",
        "PÉREZ LÓPEZ, Marisol",
        "LÓPEZ PEREYRA, Matías",
    }
    assert names(answer)[-1] == "PÉREZ LÓPEZ, Marisol"  # surnames in the typed order come first
    assert set(names(found(db, "MA pe LÓ"))) == set(names(answer))
    assert answer.total == 4
    assert not answer.more
    assert answer.rows[0].community == "Las Palmas"
    assert answer.rows[0].status == "active"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zuñ", "ÑANDÚ ZÚÑIGA, K'in"),
        ("kin", "ÑANDÚ ZÚÑIGA, K'in"),
        ("cruz", "DE LA CRUZ HERNÁNDEZ, Petrona"),
        ("de la cr", "DE LA CRUZ HERNÁNDEZ, Petrona"),
        ("CAP0000411", "LÓPEZ PÉREZ, Marcelino"),
        ("411", "LÓPEZ PÉREZ, Marcelino"),
        ("lo 71", "LÓPEZ PEREYRA, Matías"),
        ("marcelino", "LÓPEZ PÉREZ, Marcelino"),
        ("p l marce", "LÓPEZ PÉREZ, Marcelino"),
        ("palmas petr", "DE LA CRUZ HERNÁNDEZ, Petrona"),
    ],
)
def test_accents_particles_numbers_ages_and_places(db: Database, who: Actor, typed: str, expected: str) -> None:
    fill(db, who)
    assert names(found(db, typed))[0] == expected


def test_the_beginning_of_an_id_finds_its_people_and_a_folder_with_letters_too(db: Database, who: Actor) -> None:
    fill(db, who)
    builders.register(db, who, 900, given="Abel", folder="EXP12")
    assert found(db, "CAP000041").total == 6
    assert [row.human_id for row in found(db, "cap0000900").rows] == ["CAP0000900"]
    assert [row.human_id for row in found(db, "exp12").rows] == ["CAP0000900"]


def test_a_telephone_finds_its_owner_however_it_is_grouped(db: Database, who: Actor) -> None:
    builders.register(db, who, 1, phone="9635550142")
    for typed in ("9635550142", "963 555 0142", "5550142"):
        assert found(db, typed).total == 1, typed


def test_a_miss_offers_spellings_that_find_somebody(db: Database, who: Actor) -> None:
    fill(db, who)
    answer = found(db, "lopes maria")
    assert answer.rows == ()
    assert [(near.word, near.people, near.text) for near in answer.nearest] == [("López", 1, "López maria")]
    assert names(found(db, answer.nearest[0].text)) == ["LÓPEZ PÉREZ, María Elena"]
    both = found(db, "lopes peres").nearest
    assert [(near.word, near.text) for near in both] == [("López Pérez", "López Pérez")]
    assert "LÓPEZ PÉREZ, María Elena" in names(found(db, both[0].text))
    assert found(db, "sunniga").nearest[0].word == "Zúñiga"
    assert found(db, "xyzw").nearest == ()


def test_merged_records_are_one_row_with_their_number(db: Database, who: Actor) -> None:
    people = fill(db, who)
    again = builders.register(db, who, 800, given="Ma. Elena", paternal="López", maternal="Péres")

    def merge(work: Work) -> None:
        one, other = sorted([people["maria"], again])
        work.add(SameAsRecord(id=work.new_id(), one=one, other=other))

    db.write(merge, who)
    answer = found(db, "lo ma elena")
    assert [(row.human_id, row.records) for row in answer.rows] == [("CAP0000410", 2)]
    # The second record alone matches, the person is shown by the first one.
    assert [row.human_id for row in found(db, "peres").rows] == ["CAP0000410"]


def test_a_voided_record_is_not_found(db: Database, who: Actor) -> None:
    people = fill(db, who)
    db.write(lambda work: work.void(PatientRecord, people["petrona"], "mistake"), who)
    assert found(db, "petrona").rows == ()


def test_many_results_are_capped_and_say_so(db: Database, who: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db, who)
    monkeypatch.setattr(searching, "CANDIDATES", 2)
    answer = found(db, "lo", limit=1)
    assert answer.more
    assert len(answer.rows) == 1


def test_recent_people_are_those_this_user_wrote_about(db: Database, who: Actor) -> None:
    people = fill(db, who)
    other = builders.actor()
    db.write(lambda work: work.change(PatientRecord, people["kin"], nickname="Kino"), who)
    clinic = db.installation.clinic
    mine = db.read(partial(recent, clinic=clinic, user=who.user, limit=3))
    assert mine.recent
    assert mine.rows[0].id == people["kin"]
    assert len(mine.rows) == 3
    assert db.read(partial(recent, clinic=clinic, user=other.user)).rows == ()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path_factory.mktemp("shared")))
    fill(database, builders.actor())
    yield database
    database.close()


@settings(max_examples=120)
@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(shared: Database, typed: str) -> None:
    answer = found(shared, typed)
    assert answer.total >= len(answer.rows)


@settings(max_examples=60)
@given(st.sampled_from(["López", "Pérez", "María", "Matías", "Zúñiga", "Petrona"]), st.integers(1, 7))
def test_every_beginning_of_a_name_finds_its_bearer(shared: Database, name: str, letters: int) -> None:
    answer = found(shared, name[:letters])
    assert any(name in row.name.title() or name.upper() in row.name for row in answer.rows)


CROWD = [
    ("María Elena", "López", "Pérez"),
    ("maria elena", "LOPEZ", "Perez"),
    ("Ana-María", "López", None),
    ("Marcelino", "de la Cruz", "López"),
    ("Lope", "Cruz", "de León"),
    ("K'in", None, "Ñandú"),
    ("Lorenza Petrona", "Pérez", "López"),
    ("Perla", "Lópezlara", "Pérez"),
    (None, "Pérez", "Pérez"),
    ("Pedro", "Ma", "Ma"),
]


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Names that are alike, one person registered twice, one void record, on each database."""
    server = name = None
    if request.param == "sqlcipher":
        engine = builders.sqlcipher(tmp_path_factory.mktemp("crowd"))
    else:
        server = request.getfixturevalue("postgres_server")
        name = server.create()
        engine = sqlalchemy.create_engine(server.url(name))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
    db, who = builders.database(engine), builders.actor()
    ids = [
        builders.register(db, who, number, given=g, paternal=p, maternal=m, birth="1960-01-01")
        for number, (g, p, m) in enumerate(CROWD * 2, 10)
    ]

    def part(work: Work) -> None:
        for first, second in ((0, 3), (4, 11)):
            one, other = sorted([ids[first], ids[second]])
            work.add(SameAsRecord(id=work.new_id(), one=one, other=other))
        work.void(PatientRecord, ids[1], "mistake")

    db.write(part, who)
    yield db
    builders.assert_proved(db)
    db.close()
    if server is not None:
        server.drop(name)


def simply_found(db: Database, query: Query) -> list[bytes]:
    """What a search must come to, by reading every record: all words begin one of its, ordered by the rule."""
    p = PatientRecord
    columns = select(p.person, p.human_id, p.search_text, p.paternal, p.maternal, p.given).where(p.live == 1)
    keyed = []
    for person, human_id, held, *names in db.read(lambda c: c.execute(columns).all()):
        typed_id = query.human_id or ""
        if not human_id.lower().startswith(typed_id):
            continue
        if all(any(word.startswith(typed) for word in held.split()) for typed in query.words):
            key = rank_key(query, *(name or "" for name in names))
            keyed.append((human_id.lower() != typed_id, key, person))
    return list(dict.fromkeys(person for _, _, person in sorted(keyed)))


BEGINNINGS = st.builds(
    lambda word, letters: word[:letters],
    st.sampled_from(["López", "Lópezlara", "Pérez", "María", "Elena", "de", "la", "Cruz", "León", "Ma", "Lo", "kin"]),
    st.integers(1, 9),
)
TYPED = st.lists(BEGINNINGS, max_size=4).flatmap(
    lambda words: st.sampled_from(["", "CAP0000", "CAP000001", "CAP0000012"]).map(
        lambda number: " ".join([*words, number]).strip()
    )
)


@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_the_database_orders_by_the_rule(crowd: Database, typed: str) -> None:
    query = parse_query(typed)
    answer = found(crowd, typed, limit=99)
    expected = simply_found(crowd, query) if query else []
    assert [row.person for row in answer.rows] == expected
    assert answer.total == len(expected)
    assert not answer.more


def test_a_word_of_many_beginnings_is_found_through_its_words(db: Database, who: Actor) -> None:
    """A beginning longer than the index holds is replaced by the words of the register that begin so."""
    for number, surname in enumerate(("Hernández", "Hernando", "Hernandarias", "Hernani", "Herrera"), 1):
        builders.register(db, who, number, given="Inventada", paternal=surname)
    assert [row.identity.paternal for row in found(db, "hernand").rows] == ["Hernandarias", "Hernández", "Hernando"]
    assert found(db, "hernando").total == 1
    assert found(db, "hernandx").rows == ()


def test_postgresql_finds_the_same(postgres_url: str, who: Actor) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    db = builders.database(engine)
    people = fill(db, who)
    assert found(db, "lo pe ma").total == 4
    assert [row.id for row in found(db, "CAP0000415").rows] == [people["kin"]]
    assert found(db, "lopes maria").nearest[0].text == "López maria"
    db.close()
