"""Who of a register is like somebody of an imported one: the quick search finds what comparing with everybody finds."""

from __future__ import annotations

from collections.abc import Iterator

import builders
import pytest

from benchmarks import people
from benchmarks.duplicates import identity_of
from ces_desktop.data.database import Database
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries import duplicates
from ces_desktop.data.queries.register_import import Likenesses
from ces_desktop.data.work import Work
from ces_desktop.domain.identity import Identity
from ces_desktop.domain.ids import Id, human_id
from ces_desktop.domain.matching import Match, Probe, compare, probe

WHO = builders.actor()
PEOPLE = 400


@pytest.fixture(scope="module", params=[3, 11])
def register(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, people.Study]]:
    db = builders.database(builders.sqlcipher(tmp_path_factory.mktemp("register")))
    study = people.study(PEOPLE, 250, request.param)
    registered = (*study.register, *(check.record for check in study.again[:30]))
    phones = [f"963555{n % 150:04}" if n % 4 == 0 else None for n in range(len(registered))]

    def add(work: Work) -> None:
        work.act("register.import")
        for n, (person, phone) in enumerate(zip(registered, phones, strict=True), 1):
            who = identity_of(person)
            work.add(PatientRecord(
                id=work.new_id(), human_id=human_id("CAP", 0, n), happened_on="2026-01-15", phone=phone,
                curp=f"INVX{n:06}HCSAAA09" if n % 7 == 0 else None,
                **{name: getattr(who, name) or None for name in (
                    "given", "paternal", "maternal", "paternal_kind", "maternal_kind", "sex", "mother_name"
                )},
                birth=who.birth.value, birth_precision=who.birth.precision, stated_age=who.birth.stated_age,
                stated_on=who.birth.stated_on,
            ))  # fmt: skip

    db.write(add, WHO)
    yield db, study
    builders.assert_proved(db)
    db.close()


def held(db: Database) -> list[tuple[Id, Identity]]:
    """Everybody, in the order in which they are read."""
    seek = db.read(lambda c: Likenesses(c, db.installation.clinic))
    return [(patient, who) for patient, who, _ in seek._people]


def slowly(
    everybody: list[tuple[Id, Identity, Probe]], who: Identity, shares: duplicates.SurnameShares
) -> tuple[bool, float, set[Id]] | None:
    """The best of all who share a key and were born within the years, each compared; with whom it may be."""
    mine, span = probe(who), who.birth.span()
    best: tuple[bool, float] | None = None
    whom: set[Id] = set()
    for patient, other, theirs in everybody:
        born = other.birth.span()
        sure = bool(who.curp and who.curp == other.curp) or bool(who.phone and who.phone == other.phone)
        near = any(
            set(a) & set(b)
            for a, b in zip(
                (mine.surnames, mine.names, mine.births), (theirs.surnames, theirs.names, theirs.births), strict=True
            )
        )
        apart = bool(span and born) and (
            born[0].year > span[1].year + duplicates.YEARS or born[1].year < span[0].year - duplicates.YEARS
        )
        if not (sure or (near and not apart)):
            continue
        match = compare(who, other, shares.share)
        if not match.alert or match.sibling:
            continue
        score = (match.certain, match.score)
        if best is None or score > best:
            best, whom = score, {patient}
        elif score == best:
            whom.add(patient)
    return None if best is None else (*best, whom)


def test_the_quick_search_finds_what_comparing_with_everybody_finds(register: tuple[Database, people.Study]) -> None:
    db, study = register
    clinic = db.installation.clinic
    seek = db.read(lambda c: Likenesses(c, clinic))
    shares = db.read(lambda c: duplicates.surname_shares(c, clinic))
    everybody = [(patient, who, probe(who)) for patient, who in held(db)]
    asked = [identity_of(check.record) for check in (*study.again[30:], *study.new)]
    asked += [who for _, who, _ in everybody[::9]]
    found = 0
    for who in asked:
        quick: tuple[Id, Match] | None = seek.best(who)
        slow = slowly(everybody, who, shares)
        assert (quick is None) == (slow is None)
        if quick is not None and slow is not None:
            found += 1
            assert (quick[1].certain, quick[1].score) == slow[:2]
            assert quick[0] in slow[2]
    assert found > 200


def test_the_review_finds_what_comparing_all_pairs_finds(register: tuple[Database, people.Study]) -> None:
    db, _ = register
    clinic = db.installation.clinic
    pairs = db.read(lambda c: duplicates.pairs_to_review(c, clinic, lambda *_: None))
    shares = db.read(lambda c: duplicates.surname_shares(c, clinic))
    everybody = sorted(held(db))
    slow = {
        (one, other): match.score
        for n, (one, a) in enumerate(everybody)
        for other, b in everybody[n + 1 :]
        if (match := compare(a, b, shares.share)).alert and not match.sibling
    }
    quick = {(pair.one.id, pair.other.id): pair.match.score for pair in pairs}
    assert quick.items() <= slow.items() and len(quick) > 20
    for pair in slow.keys() - quick.keys():  # nothing but what no key brings together
        one, other = (probe(dict(everybody)[each]) for each in pair)
        assert not set(one.surnames) & set(other.surnames) or not set(one.births) & set(other.births)
