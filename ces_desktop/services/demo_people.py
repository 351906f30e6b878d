"""Invented people for the demonstration: families who share few names, typing slips, people registered twice.

Everybody is made up. Names are our own short lists; weights fall off as 1/rank, so that, as in the Sierra, a handful of
surnames names half of the register.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta


def _words(text: str) -> tuple[str, ...]:
    """Names of a list; an underscore stands for a space inside one."""
    return tuple(word.replace("_", " ") for word in text.split())


SURNAMES = _words(
    "López Pérez Roblero Hernández Gómez Morales Velázquez Díaz Vázquez Ramírez García Sánchez Méndez Cruz "
    "Bartolón Escobar Gutiérrez Jiménez Aguilar Ortiz Santizo Verdugo González Matías Zunún Ruiz Domínguez "
    "Álvarez Castillo Mejía Barrios Solís Coello Cigarroa Villatoro Ventura Arévalo Trujillo Marroquín "
    "Utrilla"
)
WOMEN = _words(
    "María Guadalupe Rosa Juana Elena Lucía Carmen Margarita Yolanda Petrona Amalia Ofelia Teresa Francisca "
    "Isabel Micaela Verónica Antonia Esperanza Marisol Yesenia Karina Daniela Ximena Fernanda Dulce Flor "
    "Araceli Beatriz Reyna Blanca Norma Adelina Herlinda Natividad Rufina Estela Cecilia Josefa Angélica"
)
MEN = _words(
    "José Juan Miguel Pedro Manuel Luis Antonio Domingo Mateo Esteban Ernesto Marcelino Abelardo Kevin Carlos "
    "Jesús Francisco Andrés Diego Mariano Nicolás Pablo Rafael Salvador Ricardo Fernando Javier Jorge "
    "Alejandro Daniel Samuel Isaías Elías Humberto Gilberto Rubén Ramón Víctor Emilio Bartolo"
)
_SLIPS = (("z", "s"), ("s", "z"), ("b", "v"), ("v", "b"), ("ll", "y"), ("c", "s"), ("h", ""), ("i", "y"))


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person as registered: partial ISO birth, or an age stated on the day of registration."""

    given: str
    paternal: str | None
    maternal: str | None
    sex: str
    birth: str | None
    precision: str
    stated_age: int | None
    mother: str | None
    phone: str | None
    registered_on: date
    fate: tuple[str, date] | None = None
    """A later status: ("died" | "moved", day)."""
    again: bool = False
    """Registered a second time, with slips: the same human being has another record."""
    number: int = 0
    """Counts people as they are made up; both registrations of one person bear the same."""


@dataclass(frozen=True, slots=True)
class Family:
    """People of one household; `place` numbers the clinic's communities, the nearest first."""

    place: int
    people: tuple[Person, ...]


def families(people: int, start: date, end: date, rng: random.Random) -> Iterator[Family]:
    """Households until `people` are registered between two days: most in the first weeks, the rest over time.

    About 2 % are registered twice; a repeated registration comes as a family of one.
    """
    left = people
    seen: list[tuple[int, Person]] = []
    while left > 0:
        if seen and rng.random() < 0.08:
            place, original = rng.choice(seen)
            yield Family(place, (_again(original, end, rng),))
            left -= 1
            continue
        place = min(int(rng.expovariate(0.45)), 7)
        household = _household(start, end, rng)[:left]
        household = [replace(p, number=people - left + n) for n, p in enumerate(household)]
        seen.extend((place, p) for p in household if rng.random() < 0.3)
        yield Family(place, tuple(household))
        left -= len(household)


def _household(start: date, end: date, rng: random.Random) -> list[Person]:
    day = _registration_day(start, end, rng)
    father, mother = _pick(SURNAMES, rng), _pick(SURNAMES, rng)
    age = int(rng.triangular(18, 84, 34))
    her = _person("female", (mother, _pick(SURNAMES, rng)), age, day, None, rng)
    people = [her]
    if rng.random() < 0.82:
        people.append(_person("male", (father, _pick(SURNAMES, rng)), age + rng.randint(-3, 8), day, None, rng))
    paternal = father if len(people) == 2 or rng.random() < 0.6 else None
    children = min(7, int(rng.triangular(0, 8, 2)))
    for number in range(children):
        child_age = age - 18 - 2 * number - rng.randint(0, 3)
        if 0 <= child_age < 30:
            sex = rng.choice(("female", "male"))
            people.append(
                _person(sex, (paternal or mother, mother if paternal else None), child_age, day, her.given, rng)
            )
    return people


def _person(
    sex: str, surnames: tuple[str, str | None], age: int, day: date, mother: str | None, rng: random.Random
) -> Person:
    given = _pick(WOMEN if sex == "female" else MEN, rng)
    if rng.random() < 0.55:
        second = _pick(WOMEN if sex == "female" else MEN, rng)
        given = given if second == given else f"{given} {second}"
    born = day - timedelta(days=age * 365 + rng.randint(0, 364))
    birth, precision, stated = born.isoformat(), "day", None
    luck = rng.random()
    if age > 45 and luck < 0.30:
        birth, precision, stated = "", "estimated", max(1, age + rng.randint(-2, 2))
    elif luck > 0.95:
        birth, precision = born.isoformat()[:4], "year"
    fate = None
    if age > 60 and rng.random() < 0.05:
        fate = ("died", day + timedelta(days=rng.randint(30, 600)))
    elif rng.random() < 0.03:
        fate = ("moved", day + timedelta(days=rng.randint(30, 600)))
    return Person(
        given=given,
        paternal=surnames[0],
        maternal=surnames[1] if rng.random() > 0.04 else None,
        sex=sex,
        birth=birth or None,
        precision=precision,
        stated_age=stated,
        mother=mother or (_pick(WOMEN, rng) if rng.random() < 0.7 else None),
        phone=f"963{rng.randint(0, 9_999_999):07d}" if rng.random() < 0.35 else None,
        registered_on=day,
        fate=fate,
    )


def _again(person: Person, end: date, rng: random.Random) -> Person:
    """The same person registered anew by somebody in a hurry."""

    def slip(name: str | None) -> str | None:
        if name is None:
            return None
        if rng.random() < 0.6:
            name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        old, new = rng.choice(_SLIPS)
        return name.replace(old, new, 1) if rng.random() < 0.25 and old in name[1:] else name

    day = min(end, person.registered_on + timedelta(days=rng.randint(5, 300)))
    again = replace(
        person,
        given=(slip(person.given) or "").split()[0] if rng.random() < 0.5 else slip(person.given) or "",
        paternal=slip(person.paternal),
        maternal=None if rng.random() < 0.15 else slip(person.maternal),
        registered_on=day,
        fate=None,
        again=True,
    )
    if again.birth and len(again.birth) == 10 and rng.random() < 0.35:
        age = max(0, (day - date.fromisoformat(again.birth)).days // 365)
        return replace(again, birth=None, precision="estimated", stated_age=age)
    return again


def _registration_day(start: date, end: date, rng: random.Random) -> date:
    span = max(0, (end - start).days)
    offset = rng.randint(0, min(span, 60)) if rng.random() < 0.7 else rng.randint(0, span)
    return start + timedelta(days=offset)


def _pick(names: tuple[str, ...], rng: random.Random) -> str:
    """One of the names, the first ones far more often (Zipf)."""
    weight = rng.random()
    index = int(len(names) ** weight) - 1
    return names[max(0, min(index, len(names) - 1))]
