"""Why else people come in the demonstration: colds in the cold, diarrhoea in the rains, and what is done about them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from ces_desktop.domain.coding import EPISODE_DAYS
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested
from ces_desktop.services import demo_words as words
from ces_desktop.services.demo_register import Resident, child_weight
from ces_desktop.services.demo_visit import NewId, catalogue, diagnosis_id, line

ALLERGIES = (
    ("Penicilina", "penicillins", "ronchas"),
    ("Penicilina", "penicillins", "hinchazón de la cara"),
    ("Sulfas", "sulfonamides", "ronchas"),
    ("Metamizol", "pyrazolones", "hinchazón de los labios"),
    ("Mariscos", None, "ronchas"),
)
"""Substance, class of medicines, what it does."""
RESULTS = {"creatinine": (92, 22), "cholesterol_total": (196, 34), "platelets": (255, 40), "hba1c": (58, 4)}
"""Mean and spread of laboratory results, in the scale of each measure."""
_PENICILLINS = frozenset({"010.000.2128.00", "010.000.2127.00", "010.000.1926.00", "010.000.1927.00"})
Order = tuple[str, Dose, int]
"""Medicine, dose, days."""
_ALL_YEAR = (10,) * 12
_COLD = (17, 15, 12, 8, 6, 7, 9, 9, 11, 12, 14, 17)
_RAINS = (6, 6, 8, 10, 14, 17, 16, 15, 15, 12, 8, 6)
_HARVEST = (15, 13, 10, 9, 9, 9, 9, 9, 9, 10, 14, 15)
_THREE = Dose(morning=4, afternoon=4, night=4)
_TWICE = Dose(morning=4, night=4)
_SPOON = Dose(morning=20, afternoon=20, night=20)
"""5 ml three times a day."""
_PAIN = Dose(morning=4, every_hours=8, as_needed=True)
_PARACETAMOL: Order = ("010.000.0104.00", _PAIN, 3)
_SYRUP: Order = ("CES-001", Dose(morning=20, every_hours=8, as_needed=True), 3)
_AMOXICILLIN: Order = ("010.000.2128.00", _THREE, 7)
_AMOXICILLIN_CHILD: Order = ("010.000.2127.00", _SPOON, 7)
_SALTS: Order = ("010.000.3623.00", Dose(morning=4, noon=4, night=4), 2)
_DICLOFENAC: Order = ("010.000.3417.00", Dose(morning=4), 5)
_INHALER: Order = ("010.000.0429.00", Dose(morning=8, as_needed=True), 30)
_NAPROXEN: Order = ("010.000.3407.00", _TWICE, 5)


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason to come: how often by month, who has it, what is written, what is given."""

    code: str
    weight: float
    told: tuple[str, ...]
    adult: tuple[Order, ...]
    child: tuple[Order, ...] = ()
    season: tuple[int, ...] = _ALL_YEAR
    ages: tuple[int, int] = (0, 110)
    sex: str = ""
    fever: bool = False
    extra: str = ""
    """A measure that belongs to it."""
    back_in: int = 0
    """Days to a second look; 0 = none."""


PROBLEMS = (
    Problem("J00X", 20, ("Escurrimiento nasal y tos de dos días.", "Estornudos, congestión, sin fiebre."),
            (_PARACETAMOL, ("010.000.2144.00", Dose(night=4), 5)), (_SYRUP,), _COLD),
    Problem("J029", 13, ("Dolor de garganta y fiebre desde ayer.", "Ardor al tragar, sin tos."),
            (_PARACETAMOL,), (_SYRUP,), _COLD, fever=True),
    Problem("J039", 7, ("Anginas inflamadas con placas, fiebre.",),
            (_AMOXICILLIN, _PARACETAMOL), (_AMOXICILLIN_CHILD, _SYRUP), _COLD, (2, 60), fever=True),
    Problem("J209", 4, ("Tos con flema de una semana.",), (("010.000.2462.00", _THREE, 5),),
            (("010.000.2463.00", _SPOON, 5),), _COLD),
    Problem("J189", 1.2, ("Tos, fiebre y respira rápido.",), (_AMOXICILLIN, _PARACETAMOL),
            (_AMOXICILLIN_CHILD, _SYRUP), _COLD, fever=True, back_in=2),
    Problem("A090", 13, ("Evacuaciones líquidas desde ayer, tolera líquidos.", "Diarrea y dolor de panza, sin sangre."),
            (_SALTS,), (_SALTS,), _RAINS),
    Problem("A069", 3, ("Diarrea con moco, pujo.",), (("010.000.1308.00", _THREE, 7),),
            (("010.000.1310.00", _SPOON, 7),), _RAINS),
    Problem("B829", 3, ("Dolor de panza, arrojó lombrices.",), (("010.000.2136.00", _TWICE, 3),),
            (("010.000.1345.00", Dose(morning=80), 1),), _RAINS, (2, 60)),
    Problem("N390", 9, ("Ardor al orinar de tres días.", "Orina seguido, dolor abajo del vientre."),
            (("CES-014", _TWICE, 5), _PARACETAMOL), (), ages=(14, 95), sex="female", extra="urine_nitrites"),
    Problem("K297", 9, ("Ardor en la boca del estómago.", "Dolor de estómago al comer chile y café."),
            (("010.000.5186.00", Dose(morning=4), 14),), (), _HARVEST, (14, 95)),
    Problem("M545", 8, ("Dolor de cintura por cargar bultos.", "Dolor de espalda baja al trabajar."),
            (_DICLOFENAC, _PARACETAMOL), (), _HARVEST, (15, 95)),
    Problem("M255", 5, ("Dolor de rodillas al subir.", "Dolor en las manos por las mañanas."),
            (_NAPROXEN,), (), ages=(35, 100)),
    Problem("R51X", 4, ("Dolor de cabeza de varios días, sin vómito.",), (_PARACETAMOL,), (), ages=(10, 90)),
    Problem("L309", 5, ("Comezón y ronchas en los brazos.", "Mancha roja con comezón."),
            (("010.000.0813.00", _TWICE, 7), ("010.000.2144.00", Dose(night=4), 7)),
            (("010.000.0813.00", _TWICE, 7),), _RAINS),
    Problem("B86X", 2, ("Comezón en las noches, varios en la casa.",), (("010.000.0865.00", Dose(night=4), 2),),
            (("010.000.0865.00", Dose(night=4), 2),)),
    Problem("L010", 1.5, ("Granitos con costra en la cara.",), (("010.000.1926.00", _THREE, 7),),
            (("010.000.1927.00", _SPOON, 7),), _RAINS, (1, 15)),
    Problem("H109", 2.5, ("Ojos rojos con lagañas.",), (("010.000.2821.00", _THREE, 7),),
            (("010.000.2821.00", _THREE, 7),)),
    Problem("T141", 3, ("Herida con machete en la mano, limpia.", "Cortada en la pierna de hoy."),
            (("010.000.1926.00", _THREE, 5), _PARACETAMOL), (("010.000.1927.00", _SPOON, 5),), _HARVEST, back_in=5),
    Problem("Z349", 8, ("Acude a control de embarazo, siente moverse al bebé.", "Control prenatal, sin molestias."),
            (("010.000.1701.00", Dose(morning=4), 30), ("010.000.1711.00", Dose(morning=4), 30)), (),
            ages=(15, 42), sex="female", back_in=30),
    Problem("Z309", 4, ("Viene por su método de planificación.",), (("010.000.3507.00", Dose(morning=4), 28),), (),
            ages=(15, 45), sex="female", back_in=28),
    Problem("Z001", 6, ("Control del niño sano, come bien.",), (), (), ages=(0, 5), back_in=60),
    Problem("Z000", 2, ("Pide certificado médico. Sin molestias.",), (), (), ages=(5, 60)),
    Problem("D649", 2, ("Cansancio y palidez.",), (("010.000.1701.00", Dose(morning=4), 30),), (), ages=(12, 90),
            back_in=30, extra="haemoglobin"),
    Problem("J459", 1.5, ("Silbido de pecho con el frío.",), (_INHALER,), (_INHALER,), _COLD),
    Problem("K088", 2, ("Dolor de muela de tres días.",), (_NAPROXEN, _AMOXICILLIN), (), ages=(10, 80)),
    Problem("G442", 2, ("Dolor de cabeza como banda, con preocupación.",), (_PARACETAMOL,), (), ages=(15, 80)),
    Problem("G409", 0.8, ("Acude por su medicina para las convulsiones, sin crisis este mes.",),
            (("040.000.2608.00", _TWICE, 30), ("040.000.2601.00", Dose(night=4), 30)), (), ages=(14, 80), back_in=28),
    Problem("F329", 1.2, ("Tristeza y llanto fácil, duerme poco.", "Sin ánimo desde hace meses."),
            (("040.000.4484.00", Dose(morning=4), 30),), (), ages=(18, 90), back_in=28),
    Problem("N760", 3, ("Flujo con comezón.",), (("010.000.1561.00", Dose(night=4), 10),), (), ages=(15, 55),
            sex="female"),
)  # fmt: skip


def choose(who: Resident, day: date, rng: random.Random) -> Problem:
    """What brings this person today."""
    age, month = who.age(day), day.month - 1
    fitting = [p for p in PROBLEMS if p.ages[0] <= age <= p.ages[1] and p.sex in ("", who.sex)]
    return rng.choices(fitting, [p.weight * p.season[month] for p in fitting])[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the problem adds to a visit."""

    measured: tuple[Measured, ...]
    diagnoses: tuple[Diagnosed, ...]
    lines: tuple[Line, ...]
    requests: tuple[Requested, ...]
    note: Note
    back_in: int


def see(problem: Problem, who: Resident, day: date, new_id: NewId, rng: random.Random) -> Seen:
    """A consult for one problem. Some end without a diagnosis, as in life."""
    child = who.age(day) < 12
    last = who.diagnosed.get(problem.code)
    first = last is None or (day - last).days > (300 if problem.code[0] == "Z" else EPISODE_DAYS)
    found = () if rng.random() < 0.02 else (Diagnosed(diagnosis_id(problem.code), problem.code, first),)
    orders = problem.child if child else problem.adult
    given = tuple(
        line(new_id, code, dose, days, quantity=catalogue()[code].pack if _whole(code) else 0)
        for code, dose, days in orders
        if rng.random() < 0.93 and not (code in _PENICILLINS and who.allergic_to == "penicillins")
    )
    requests: tuple[Requested, ...] = ()
    if problem.code == "D649" and rng.random() < 0.5:
        requests = (Requested(new_id(), "platelets", "Biometría completa."),)
    elif problem.code in ("M255", "M545") and rng.random() < 0.04:
        requests = (Requested(new_id(), "imaging", "Radiografía, " + rng.choice(("rodilla", "columna")) + "."),)
    return Seen(
        measured=tuple(_vitals(problem, who, day, rng)),
        diagnoses=found,
        lines=given,
        requests=requests,
        note=Note(
            subjective=rng.choice(problem.told),
            objective=rng.choice(words.LOOKS_WELL),
            assessment="" if rng.random() < 0.6 else "Cuadro agudo sin datos de alarma.",
            plan=rng.choice(words.ACUTE_PLANS),
        ),
        back_in=problem.back_in if rng.random() < 0.85 else 0,
    )


_BY_PIECE = frozenset({"010.000.0813.00", "010.000.0865.00", "010.000.2821.00", "010.000.0429.00"})


def _whole(code: str) -> bool:
    """Handed out as one tube, bottle or inhaler, however long it lasts."""
    return code in _BY_PIECE


def _vitals(problem: Problem, who: Resident, day: date, rng: random.Random) -> list[Measured]:
    age = who.age(day)
    facts: list[Measured] = []
    if age >= 12 and rng.random() < 0.9:
        mean = 108 + min(30, max(0, age - 20) * 0.4)
        facts.append(Measured("systolic", min(178, max(86, round(rng.gauss(mean, 9) / 10) * 10))))
        facts.append(Measured("diastolic", min(98, max(50, round(rng.gauss(mean * 0.62, 6) / 2) * 2))))
    if rng.random() < 0.94:
        grown = who.weight if age >= 18 else child_weight((day - who.born).days / 365)
        facts.append(Measured("weight", round(grown, -2)))
    if age < 6 and rng.random() < 0.7:
        facts.append(Measured("height", min(1_150, 500 + round(0.55 * (day - who.born).days / 365 * 120))))
    if age >= 18 and rng.random() < 0.4:
        facts.append(Measured("height", who.height))
    if rng.random() < 0.93:
        hot = problem.fever and rng.random() < 0.7
        facts.append(Measured("temperature", int(rng.gauss(384 if hot else 366, 4))))
    if rng.random() < 0.88:
        facts.append(Measured("heart_rate", int(rng.gauss(78 if age > 12 else 104, 8)) // 2 * 2))
    if rng.random() < 0.72:
        facts.append(Measured("respiratory_rate", max(14, int(rng.gauss(18 if age > 12 else 25, 2)))))
    if rng.random() < 0.6:
        facts.append(Measured("oxygen_saturation", min(99, max(89, int(rng.gauss(96, 2))))))
    if problem.extra and rng.random() < 0.75:
        facts.append(_extra(problem.extra, rng))
    return facts


def _extra(code: str, rng: random.Random) -> Measured:
    if code == "haemoglobin":
        return Measured(code, int(rng.gauss(104, 9)))
    return Measured(code, word=rng.choice(("positive", "positive", "negative")))
