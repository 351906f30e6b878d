"""What was read of a row of somebody's register: a person, dated facts, and the reasons for what is not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ces_desktop.domain.identity import Birth, Identity, fold
from ces_desktop.domain.matching import compare
from ces_desktop.domain.registration import Details, identity

FactKind = Literal["observation", "enrolment", "condition", "died", "note"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was not kept: the heading ("" = the row), the code of the sentence with its blanks.

    `whole`: nothing of the row is kept.
    """

    column: str
    code: str
    facts: tuple[tuple[str, object], ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact of a row. `day` ISO; `code` of a measure, programme or CIE-10; `text` of a note or own words.

    `flagged` = unlikely, and nobody was asked. `onset`, `state`: of a condition; an enrolment
    whose day is written has it as `onset` too. `nth`: of several alike on one day.
    """

    kind: FactKind
    day: str
    code: str = ""
    value: int | None = None
    word: str | None = None
    text: str = ""
    onset: str = ""
    state: str = ""
    flagged: bool = False
    nth: int = 0

    @property
    def slot(self) -> str:
        """What makes it the same fact when the register comes again, whatever its value then."""
        if self.kind in ("enrolment", "died"):
            return f"{self.kind}|{self.code}"
        if self.kind == "condition":
            return f"condition|{self.code or fold(self.text)}"
        return f"{self.kind}|{self.code}|{self.day}|{self.nth}"


@dataclass(slots=True)
class RowRead:
    """What a row says. `number` as the register has it; `key` names the row's person in later runs."""

    line: int
    number: str = ""
    key: str = ""
    details: Details | None = None
    registered_on: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """(register, number) of other registers."""
    facts: list[Fact] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def lost(self) -> bool:
        """Whether nothing of the row can be kept."""
        return any(trouble.whole for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a fact is about, as far as limits by sex and age need it."""

    sex: str
    birth: Birth
    died: str = ""


def settle_facts(row: RowRead, who: Person) -> None:
    """Leave out what lies before the birth or after the death, and pressures whose two values contradict."""
    earliest = who.birth.earliest()
    born = earliest.isoformat() if earliest else ""
    kept: list[Fact] = []
    for fact in row.facts:
        if fact.kind != "died" and who.died and fact.day > who.died:
            row.troubles.append(Trouble("", "register_import.after_death", (("what", fact.code),)))
        elif born and fact.day < born:
            row.troubles.append(Trouble("", "register_import.before_birth", (("what", fact.code),)))
        else:
            kept.append(fact)
    wrong = contradicting(kept)
    if wrong:
        row.troubles.append(Trouble("", "measures.pressure_order"))
        kept = [fact for fact in kept if not (fact.code in ("systolic", "diastolic") and fact.day in wrong)]
    row.facts = list(dict.fromkeys(kept))


def contradicting(facts: Sequence[Fact]) -> set[str]:
    """Days on which the diastolic pressure is not below the systolic."""
    by_day: dict[str, dict[str, int]] = {}
    for fact in facts:
        if fact.code in ("systolic", "diastolic") and fact.value is not None:
            by_day.setdefault(fact.day, {})[fact.code] = fact.value
    return {day for day, pair in by_day.items() if len(pair) == 2 and pair["diastolic"] >= pair["systolic"]}


def other_person(one: Identity, other: Identity) -> bool:
    """Whether two rows of one number tell of two people: more in them contradicts than agrees.

    Surnames count as rare ones: within one number, agreeing at all is already much.
    """
    match = compare(one, other, lambda _: 0.01)
    return not match.certain and match.score < 0


def identity_of_row(row: RowRead) -> Identity:
    """Who the row is about, to look for them in the register."""
    assert row.details is not None
    return identity(row.details)
