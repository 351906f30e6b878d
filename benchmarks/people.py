"""Synthetic registers and re-registrations on which the duplicate check is scored. Frozen before the matcher.

The error rates are those of `registry_ux.md` b.3: accents dropped 60 %, one spelling change (v/b, s/z/c, h, ll/y)
20 % of each surname, nickname 10 %, no maternal surname 15 %, surnames swapped 3 %, age instead of date 35 %,
day and month swapped 5 %. Rates the note does not give were fixed here, once: the second given name is dropped in 50 %,
mother's name is missing in 15 % of every record, a stated age is right in 60 % (±1 in 30 %, ±2 in 8 %, ±3 in 2 %).
Everybody is invented; the names are our own lists with Zipf weights. Never tune this file after the matcher exists.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal

TODAY = date(2026, 3, 16)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = (
    *_words(
        "López Pérez Hernández Gómez Morales Roblero Velázquez Díaz Gutiérrez Vázquez Ramírez García Sánchez Jiménez "
        "Cruz Martínez Méndez Aguilar González Ortiz Santiz Rodríguez Domínguez Ruiz Álvarez Castillo Girón Moreno "
        "Escobar Núñez Mejía Verdugo Bartolón Zunún Matías Ventura Salas Barrios Chávez Guzmán Reyes Torres Flores "
        "Rivera Vargas Castro Molina Trujillo Estrada Villatoro Figueroa Cancino Solís Coello Culebro Zavala Ballinas "
        "Ovando Hidalgo Arévalo Ibarra Tovilla Llaven Yáñez Ceballos Zepeda Bonifaz Vicente Bravo Cigarroa Escalante "
        "Marroquín Ordóñez Paniagua Quezada Utrilla Zenteno"
    ),
    "de la Cruz",
    "de León",
    "de los Santos",
)
FEMALE = _words(
    "María Guadalupe Rosa Juana Elena Carmen Margarita Josefina Ana Lucía Teresa Francisca Isabel Yolanda "
    "Magdalena Verónica Dolores Esperanza Antonia Martha Leticia Concepción Patricia Micaela Alicia Catalina "
    "Victoria Sofía Araceli Beatriz Elvira Silvia Amalia Gloria Reyna Rosario Blanca Irma Norma Graciela Petrona "
    "Rufina Adelina Marisol Yesenia Karina Brenda Fernanda Daniela Ximena Valeria Camila Dulce Itzel Flor Estela "
    "Ofelia Cecilia Eugenia Hortensia Herlinda Zoila Natividad Angélica"
)
MALE = _words(
    "José Juan Miguel Francisco Pedro Manuel Antonio Luis Carlos Jesús Domingo Mateo Sebastián Alberto Roberto "
    "Andrés Diego Marcos Agustín Mariano Nicolás Pablo Rafael Salvador Vicente Lorenzo Ricardo Fernando Javier "
    "Jorge Alejandro Daniel Samuel Isaías Elías Humberto Gilberto Ernesto Enrique Eduardo Arturo Armando Rubén "
    "Ramón Raúl Sergio Víctor Julio César Hugo Óscar Emilio Esteban Felipe Gabriel Ignacio Ismael Jaime Joaquín "
    "Leonardo Bartolo Cristóbal Eleazar Abelardo"
)
NICKNAMES: dict[str, tuple[str, ...]] = {
    "Guadalupe": ("Lupe", "Lupita"), "Francisco": ("Pancho", "Paco"), "José": ("Chepe", "Pepe"), "Alberto": ("Beto",),
    "Roberto": ("Beto",), "Humberto": ("Beto",), "Gilberto": ("Beto",), "María": ("Mari",), "Rosa": ("Rosita",),
    "Josefina": ("Chepina", "Fina"), "Francisca": ("Paca", "Panchita"), "Isabel": ("Chabela",), "Dolores": ("Lola",),
    "Concepción": ("Concha", "Conchita"), "Rosario": ("Chayo",), "Teresa": ("Tere",), "Margarita": ("Mago",),
    "Magdalena": ("Magda",), "Verónica": ("Vero",), "Esperanza": ("Pelancha",), "Antonia": ("Toña",),
    "Leticia": ("Lety",), "Patricia": ("Paty",), "Juana": ("Juanita",), "Jesús": ("Chuy",), "Ignacio": ("Nacho",),
    "Manuel": ("Meme", "Manolo"), "Miguel": ("Migue",), "Pedro": ("Perico",), "Antonio": ("Toño",), "Luis": ("Lucho",),
    "Salvador": ("Chava",), "Vicente": ("Chente",), "Rafael": ("Rafa",), "Enrique": ("Quique",), "Eduardo": ("Lalo",),
    "Gabriel": ("Gabo",), "Alejandro": ("Jando", "Alex"), "Fernando": ("Nando",), "Sergio": ("Checo",),
    "Graciela": ("Chela",), "Beatriz": ("Bety",), "Cecilia": ("Chila",), "Hortensia": ("Tencha",),
    "Ernesto": ("Neto",), "Armando": ("Mando",), "Raúl": ("Rulo",), "Daniela": ("Dani",), "Daniel": ("Dani",),
    "Jaime": ("Jimmy",), "Ricardo": ("Richi",), "Eugenia": ("Geña",), "Marisol": ("Mari",), "Sebastián": ("Bastián",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One record as typed. `birth` is an exact day, or None with an age stated on `TODAY`."""

    given: str
    paternal: str
    maternal: str | None
    sex: Literal["female", "male"]
    birth: date | None
    stated_age: int | None
    mother_name: str | None
    household: int


@dataclass(frozen=True, slots=True)
class Check:
    """A registration about to be saved; `truth` is the place in the register of the same person, None = truly new."""

    record: Person
    truth: int | None
    kind: Literal["again", "sibling", "unrelated"]


@dataclass(frozen=True, slots=True)
class Study:
    """A register and the registrations to check against it."""

    register: tuple[Person, ...]
    again: tuple[Check, ...]
    new: tuple[Check, ...]


def _zipf(names: Sequence[str], power: float) -> Callable[[random.Random], str]:
    cumulative = list(accumulate(1 / rank**power for rank in range(1, len(names) + 1)))
    return lambda chance: chance.choices(names, cum_weights=cumulative)[0]


_surname = _zipf(SURNAMES, 1.0)
_female = _zipf(FEMALE, 0.8)
_male = _zipf(MALE, 0.8)


def study(people: int, checks: int, seed: int) -> Study:
    """A register of `people`, with `checks` re-registrations and as many truly new people (half newborn siblings)."""
    chance = random.Random(seed)
    register = _register(chance, people)
    again = tuple(
        Check(_typed_again(chance, register[place]), place, "again")
        for place in chance.sample(range(people), min(checks, people))
    )
    young = _years_before(16)
    children = [person for person in register if person.birth and person.birth > young and person.mother_name]
    new: list[Check] = []
    for turn in range(checks):
        if turn % 2:
            new.append(Check(_typed_again(chance, _stranger(chance)), None, "unrelated"))
        else:
            new.append(Check(_newborn(chance, chance.choice(children)), None, "sibling"))
    return Study(tuple(register), again, tuple(new))


def _register(chance: random.Random, people: int) -> list[Person]:
    register: list[Person] = []
    household = 0
    while len(register) < people:
        household += 1
        register += _family(chance, household) if chance.random() < 0.8 else [_stranger(chance, household)]
    return [_mother_forgotten(chance, person) for person in register[:people]]


def _family(chance: random.Random, household: int) -> list[Person]:
    mother_age = int(chance.triangular(18, 75, 32))
    mother = _person(chance, "female", mother_age, household)
    father = _person(chance, "male", max(18, mother_age + chance.randint(-4, 9)), household)
    family = [mother] + ([father] if chance.random() < 0.85 else [])
    assert mother.birth is not None
    born = mother.birth + timedelta(days=int(365.25 * chance.uniform(16, 24)))
    for _ in range(chance.choices(range(8), (4, 14, 22, 22, 16, 11, 7, 4))[0]):
        if born >= TODAY or (TODAY - born).days > 365 * 25:
            born += timedelta(days=chance.randint(400, 1500))
            continue
        family += [_child(chance, mother, father, born) for _ in range(2 if chance.random() < 0.012 else 1)]
        born += timedelta(days=chance.randint(400, 1500))
    return family


def _child(chance: random.Random, mother: Person, father: Person, born: date) -> Person:
    sex: Literal["female", "male"] = chance.choice(("female", "male"))
    parent = mother if sex == "female" else father
    # Children named after a parent are the commonest near-duplicates of a real register.
    given = parent.given if chance.random() < 0.08 else _given(chance, sex)
    return Person(
        given, father.paternal, mother.paternal, sex, born, None, mother.given.split()[0], mother.household
    )


def _person(chance: random.Random, sex: Literal["female", "male"], age: int, household: int) -> Person:
    born = _years_before(age) - timedelta(days=chance.randrange(365))
    mother_name = _female(chance)
    return Person(_given(chance, sex), _surname(chance), _surname(chance), sex, born, None, mother_name, household)


def _stranger(chance: random.Random, household: int = 0) -> Person:
    sex: Literal["female", "male"] = chance.choice(("female", "male"))
    return _person(chance, sex, int(chance.triangular(0, 90, 25)), household)


def _given(chance: random.Random, sex: Literal["female", "male"]) -> str:
    pick = _female if sex == "female" else _male
    first = pick(chance)
    second = pick(chance) if chance.random() < 0.6 else first
    return first if second == first else f"{first} {second}"


def _years_before(years: int) -> date:
    return date(TODAY.year - years, TODAY.month, TODAY.day)


def _mother_forgotten(chance: random.Random, person: Person) -> Person:
    return replace(person, mother_name=None) if chance.random() < 0.15 else person


def _newborn(chance: random.Random, sibling: Person) -> Person:
    """A baby of the same parents, 0 to 40 days old, typed with the same carelessness but with its exact date."""
    sex: Literal["female", "male"] = chance.choice(("female", "male"))
    born = TODAY - timedelta(days=chance.randint(0, 40))
    baby = replace(sibling, given=_given(chance, sex), sex=sex, birth=born)
    return _misspelt(chance, _mother_forgotten(chance, baby))


def _typed_again(chance: random.Random, person: Person) -> Person:
    """The same person registered a second time with the published error rates."""
    given = person.given.split()
    if len(given) > 1 and chance.random() < 0.5:
        given = given[:1]
    if chance.random() < 0.10 and given[0] in NICKNAMES:
        given[0] = chance.choice(NICKNAMES[given[0]])
    paternal, maternal = person.paternal, person.maternal
    if chance.random() < 0.15:
        maternal = None
    elif maternal and chance.random() < 0.03:
        paternal, maternal = maternal, paternal
    again = replace(person, given=" ".join(given), paternal=paternal, maternal=maternal)
    return _misspelt(chance, _mother_forgotten(chance, _dated_again(chance, again)))


def _dated_again(chance: random.Random, person: Person) -> Person:
    assert person.birth is not None
    if chance.random() < 0.35:
        age = TODAY.year - person.birth.year - ((TODAY.month, TODAY.day) < (person.birth.month, person.birth.day))
        slip = chance.choices((0, 1, 2, 3), (60, 30, 8, 2))[0] * chance.choice((-1, 1))
        return replace(person, birth=None, stated_age=max(0, age + slip))
    if person.birth.day <= 12 and chance.random() < 0.05:
        swapped = person.birth.replace(month=person.birth.day, day=person.birth.month)
        return replace(person, birth=swapped) if swapped <= TODAY else person
    return person


def _misspelt(chance: random.Random, person: Person) -> Person:
    paternal = _spelling(chance, person.paternal) if chance.random() < 0.20 else person.paternal
    maternal = person.maternal
    if maternal and chance.random() < 0.20:
        maternal = _spelling(chance, maternal)
    person = replace(person, paternal=paternal, maternal=maternal)
    if chance.random() >= 0.60:
        return person
    return replace(
        person,
        given=_plain(person.given),
        paternal=_plain(person.paternal),
        maternal=person.maternal and _plain(person.maternal),
        mother_name=person.mother_name and _plain(person.mother_name),
    )


_CHANGES = (
    ("v", "b"), ("b", "v"), ("z", "s"), ("s", "z"), ("ce", "se"), ("ci", "si"), ("se", "ce"), ("si", "ci"),
    ("ll", "y"), ("y", "ll"),
)  # fmt: skip


def _spelling(chance: random.Random, name: str) -> str:
    """`name` with one spelling a clerk would take for right; an initial vowel may gain a silent h."""
    lower = name.lower()
    options = [lower.replace(old, new, 1) for old, new in _CHANGES if old in lower]
    if lower[0] in "aeiou":
        options.append("h" + lower)
    if lower[0] == "h":
        options.append(lower[1:])
    changed = chance.choice(options or [_plain(lower)])
    return " ".join(part if part in ("de", "la", "los") else part.capitalize() for part in changed.split())


def _plain(text: str) -> str:
    """Accents dropped, ñ kept: it has its own key on the keyboard."""
    kept = text.replace("ñ", "\0").replace("Ñ", "\1")
    bare = "".join(mark for mark in unicodedata.normalize("NFD", kept) if not unicodedata.combining(mark))
    return bare.replace("\0", "ñ").replace("\1", "Ñ")
