"""Duplicate check at 12,000 people: share of re-registrations found, of truly new people alerted, time of one check.

Scored on studies of `people.py` whose seeds start at 1,000; the alert score was chosen on seeds 1 to 4 alone.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks import measure
from benchmarks.measure import Figure
from benchmarks.people import TODAY, Check, Person, Study, study
from benchmarks.published_rules import CommunityHealthToolkit, Hikma, PartnersInHealth, Rule, Simple, Tamanu
from ces_desktop.domain import matching
from ces_desktop.domain.identity import Birth, Identity

PEOPLE = 12_000
SHOWN = 5
"""The window shows so many candidates: a duplicate further down counts as not found."""
FIRST_UNSEEN_SEED = 1_000


def run(quick: bool, seed: int) -> list[Figure]:
    """Full: three studies of 600 + 600 registrations; quick: one of 300 + 300."""
    checks, studies = (300, 1) if quick else (600, 3)
    ours = Tally("ours")
    peers: dict[str, Tally] = {}
    for turn in range(studies):
        case = study(PEOPLE, checks, FIRST_UNSEEN_SEED + studies * seed + turn)
        register = Register(case.register)
        for check in case.again + case.new:
            started = time.perf_counter()
            found = register.check(identity_of(check.record))
            ours.milliseconds.append((time.perf_counter() - started) * 1000)
            ours.count(check, [place for place, match in found if match.alert][:SHOWN])
            ours.asked += check.kind == "sibling" and any(match.sibling for _, match in found)
        for rule in _rules(case):
            _score_peer(rule, case, peers.setdefault(rule.name, Tally(rule.name)))
    return list(_figures(ours, list(peers.values())))


class Register:
    """The three indexed columns of the register and its surname shares, in memory."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        self._people = [identity_of(person) for person in people]
        self._surnames: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._births: dict[str, list[int]] = defaultdict(list)
        bearers: Counter[str] = Counter()
        for place, person in enumerate(self._people):
            keys = matching.match_keys(person)
            self._surnames[keys.surnames].append(place)
            self._names[keys.name].append(place)
            if keys.birth:
                self._births[keys.birth].append(place)
            bearers.update(set(matching.surname_keys(person)))
        self._share = {key: count / len(people) for key, count in bearers.items()}

    def check(self, identity: Identity) -> list[tuple[int, matching.Match]]:
        """All candidates with their match, best first."""
        wanted = matching.probe(identity)
        columns = ((self._surnames, wanted.surnames), (self._names, wanted.names), (self._births, wanted.births))
        places = {place for column, keys in columns for key in keys for place in column.get(key, ())}
        found = [
            (place, matching.compare(identity, self._people[place], lambda key: self._share.get(key, 0.0)))
            for place in places
        ]
        return sorted(found, key=lambda pair: (-pair[1].certain, -pair[1].score, pair[0]))


@dataclass
class Tally:
    """What one rule showed."""

    name: str
    again: int = 0
    found: int = 0
    new: Counter[str] = field(default_factory=Counter)
    alerted: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def count(self, check: Check, shown: list[int]) -> None:
        if check.truth is not None:
            self.again += 1
            self.found += check.truth in shown
        else:
            self.new[check.kind] += 1
            self.alerted[check.kind] += bool(shown)

    @property
    def recall(self) -> float:
        """Per cent of re-registrations found."""
        return 100 * self.found / self.again

    def alerts(self, *kinds: str) -> float:
        """Per cent of truly new people alerted, of these kinds."""
        return 100 * sum(self.alerted[kind] for kind in kinds) / sum(self.new[kind] for kind in kinds)


def _rules(case: Study) -> list[Rule]:
    published: list[Callable[[Sequence[Person]], Rule]] = [
        PartnersInHealth, Tamanu, CommunityHealthToolkit, Hikma, Simple,
    ]  # fmt: skip
    return [rule(case.register) for rule in published]


def _score_peer(rule: Rule, case: Study, tally: Tally) -> None:
    for check in case.again + case.new:
        started = time.perf_counter()
        shown = rule.card_holder(check.record, check.truth) if isinstance(rule, Simple) else rule.shown(check.record)
        tally.milliseconds.append((time.perf_counter() - started) * 1000)
        tally.count(check, shown)


def _figures(ours: Tally, peers: list[Tally]) -> Iterator[Figure]:
    n_new = ours.new.total()
    for peer in peers:
        yield measure.figure(
            "duplicates.found", ours.recall, "%", n=ours.again, peer=peer.name, peer_value=peer.recall
        )
    everyone = ("sibling", "unrelated")
    alerted = ours.alerts(*everyone)
    for peer in peers:
        value = peer.alerts(*everyone)
        yield measure.figure("duplicates.new_alerted", alerted, "%", n=n_new, peer=peer.name, peer_value=value)
    yield measure.figure("duplicates.unrelated_alerted", ours.alerts("unrelated"), "%", n=ours.new["unrelated"])
    yield measure.figure("duplicates.siblings_alerted", ours.alerts("sibling"), "%", n=ours.new["sibling"])
    siblings = ours.new["sibling"]
    yield measure.figure("duplicates.siblings_asked", 100 * ours.asked / siblings, "%", n=siblings)
    pih = next(peer for peer in peers if peer.name == PartnersInHealth.name)
    for name, percent in (("median", 50), ("p95", 95)):
        value, other = (measure.percentile(tally.milliseconds, percent) for tally in (ours, pih))
        n = len(ours.milliseconds)
        yield measure.figure(f"duplicates.check_{name}", value, "ms", n=n, peer=pih.name, peer_value=other)


def identity_of(person: Person) -> Identity:
    if person.birth:
        birth = Birth(person.birth.isoformat(), "day")
    else:
        birth = Birth(None, "estimated", person.stated_age, TODAY.isoformat())
    return Identity(
        given=person.given,
        paternal=person.paternal,
        maternal=person.maternal or "",
        maternal_kind="given" if person.maternal else "unknown",
        sex=person.sex,
        birth=birth,
        mother_name=person.mother_name or "",
    )
