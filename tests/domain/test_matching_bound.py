"""The bound on the score is never below the score, whoever the two are: what it leaves out could not be an alert."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import people
from benchmarks.duplicates import identity_of
from ces_desktop.domain.identity import Birth, Identity
from ces_desktop.domain.matching import compare
from ces_desktop.domain.matching_bound import Bound

SHARES = {"lopes": 0.2, "peres": 0.1, "belaskes": 0.002}


def share(key: str) -> float:
    return SHARES.get(key, 0.01)


given_names = st.lists(
    st.sampled_from(
        ["María", "Juan", "José", "Luis", "Lupe", "Guadalupe", "Beto", "Alberto", "Ma.", "Marya", "Xóchitl"]
    ),
    max_size=3,
).map(" ".join)
families = st.sampled_from(["", "López", "Lópes", "Lopess", "Pérez", "de la Cruz", "Velázquez", "López Pérez"])
days = st.dates(min_value=date(1955, 1, 1), max_value=date(1962, 12, 31))
births = st.one_of(
    st.just(Birth()),
    days.map(lambda day: Birth(day.isoformat(), "day")),
    st.sampled_from([Birth("1958-07-04", "day"), Birth("1958-04-07", "day"), Birth("1958-07-05", "day")]),
    days.map(lambda day: Birth(day.isoformat()[:7], "month")),
    days.map(lambda day: Birth(day.isoformat()[:4], "year")),
    st.integers(55, 70).map(lambda age: Birth(None, "estimated", age, "2026-03-16")),
)
identities = st.builds(
    Identity,
    given=given_names,
    paternal=families,
    maternal=families,
    nickname=given_names,
    sex=st.sampled_from(["female", "male", "intersex", "unknown"]),
    birth=births,
    curp=st.sampled_from([None, "LOCE580714MCSPRL09"]),
    mother_name=given_names,
    phone=st.sampled_from([None, "9635550142", "5550142"]),
)


@given(identities, identities)
def test_the_bound_is_never_below_the_score(a: Identity, b: Identity) -> None:
    bound = Bound(share)
    match = compare(a, b, share)
    one, other = bound.traits(a), bound.traits(b)
    assert bound.most(one, other) >= match.score
    assert bound.may_alert(one, other) or not match.alert
    assert bound.most(one, other) == pytest.approx(bound.most(other, one))


def test_it_leaves_out_most_and_loses_nobody() -> None:
    study = people.study(400, 200, 7)
    register = [identity_of(person) for person in study.register]
    asked = [identity_of(check.record) for check in (*study.again, *study.new)]
    bound = Bound(share)
    held = [bound.traits(who) for who in register]
    compared = alerts = 0
    for who in random.Random(7).sample(asked, 120):
        traits = bound.traits(who)
        for other, theirs in zip(register, held, strict=True):
            match = compare(who, other, share)
            assert bound.most(traits, theirs) >= match.score
            compared += bound.may_alert(traits, theirs)
            alerts += match.alert
    assert alerts > 50
    assert compared < 0.02 * 120 * len(register)
