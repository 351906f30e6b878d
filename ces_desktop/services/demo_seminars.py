"""The monthly seminars of a demonstration clinic: who came, and what was known before and after."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_scribe import Scribe
from ces_desktop.services.demo_visit import row

if TYPE_CHECKING:
    from ces_desktop.services.demo_staff import Staff

ADD, CAME, ASK, QUIZ = "seminars.add", "seminars.attendance", "seminars.questions", "seminars.quiz"
_TITLES = (
    ("Hipertensión: metas y ajuste", "CES"), ("Diabetes tipo 2 en el primer nivel", "Tecnológico de Monterrey"),
    ("Depresión y PHQ-9", "CES"), ("Control prenatal de alto riesgo", "CES"),
    ("Insulina: inicio y seguridad", "Harvard Medical School"), ("Ultrasonido en consulta", "Harvard Medical School"),
    ("Epilepsia en la comunidad", "CES"), ("Tuberculosis: buscar y tratar", "CES"),
    ("Salud del niño sano", "Tecnológico de Monterrey"), ("Referencia y contrarreferencia", "CES"),
    ("Trabajo con acompañantes", "CES"), ("Ética y determinantes sociales", "Harvard Medical School"),
)  # fmt: skip
_Asked = tuple[tuple[str, str, int], ...]
_QUIZZES: dict[int, _Asked] = {
    0: (
        ("Meta de presión en una persona con diabetes", "150/90;140/90;130/80;120/70", 3),
        ("Medida que decide el ajuste", "Una toma;Dos tomas en reposo;La más alta", 2),
        ("Ante 186/112 sin síntomas", "Referir de urgencia;Ajustar y citar en días;Esperar un mes", 2),
        ("Cada cuánto se revisa a quien está en meta", "Cada semana;Cada mes;Cada año", 2),
    ),
    1: (
        ("Glucosa en ayuno que hace sospechar diabetes", "100;110;126;140", 3),
        ("Primer medicamento si la función renal lo permite", "Insulina;Metformina;Glibenclamida", 2),
        ("Qué se revisa en cada consulta", "Los pies;La cadera;El oído", 1),
    ),
    2: (
        ("Puntos de PHQ-9 desde los que se trata", "5;10;20", 2),
        ("Respuesta del PHQ-9 que nunca espera", "La 1;La 3;La 9", 3),
        ("Semanas antes de juzgar la fluoxetina", "1;4;12", 2),
    ),
    4: (
        ("Dosis para empezar insulina basal por kg", "0.1 a 0.2 U;0.5 U;1 U", 1),
        ("Glucosa desde la que es hipoglucemia", "100;70;40", 2),
        ("Dónde no se guarda la insulina", "Refrigerador;Congelador;Olla de barro", 2),
    ),
    7: (
        ("Tos que obliga a pedir baciloscopia", "2 semanas;2 meses;Cualquiera", 1),
        ("Meses del tratamiento primario", "2;6;12", 2),
        ("Quién da las tomas", "La persona sola;Tratamiento supervisado;El hospital", 2),
    ),
}
"""By the place of the title: question, answers, the right one."""


def plan_seminars(scribe: Scribe, staff: Staff, rng: random.Random) -> Iterator[tuple[date, Callable[[], None]]]:
    """One Saturday a month, the last of them some days before the end."""
    month, place = staff.start.replace(day=1), rng.randrange(len(_TITLES))
    while month <= staff.end:
        day = month + timedelta(days=(5 - month.weekday()) % 7 + 7 * rng.choice((1, 2)))
        if staff.start < day < staff.end:
            yield day, partial(_seminar, scribe, staff, rng, day, place)
        month, place = month_add(month, 1), place + 1


def _seminar(scribe: Scribe, staff: Staff, rng: random.Random, day: date, place: int) -> None:
    title, giver = _TITLES[place % len(_TITLES)]
    seminar, session = scribe.id(), scribe.id()
    quiz = _QUIZZES.get(place % len(_TITLES), ())
    scribe.op(ADD, "seminar", seminar, [
        row("seminar", seminar, title=title, institution=giver, kind="seminar", place="Jaltenango",
            from_on=day.isoformat(), until_on=day.isoformat(), hours=8, pass_score=60 if quiz else None),
        row("seminar_session", session, seminar=seminar.hex(), happened_on=day.isoformat()),
    ])  # fmt: skip
    who = [staff.on(day).person, *staff.people]
    came = [person for n, person in enumerate(who) if rng.random() < (0.95 if n == 0 else 0.6)]
    marks = [
        row("seminar_attendance", scribe.id(), seminar=seminar.hex(), session=session.hex(), person=person.hex(),
            presence="present" if person in came else rng.choice(("absent", "excused")))
        for person in who
    ]  # fmt: skip
    scribe.op(CAME, "seminar", seminar, marks)
    if quiz:
        _quiz(scribe, rng, seminar, came, day, quiz)


def _quiz(scribe: Scribe, rng: random.Random, seminar: Id, came: list[Id], day: date, quiz: _Asked) -> None:
    asked: list[tuple[Id, int, int]] = []
    adds: list[Added] = []
    for n, (text, options, correct) in enumerate(quiz, 1):
        question = scribe.id()
        offered = options.split(";")
        asked.append((question, len(offered), correct))
        adds.append(row("quiz_question", question, seminar=seminar.hex(), position=n, text=text,
                        options="\n".join(offered), correct=correct))  # fmt: skip
    scribe.op(ASK, "seminar", seminar, adds)
    for moment, knows in (("pre", 0.4), ("post", 0.92)):
        given = [
            row("quiz_answer", scribe.id(), seminar=seminar.hex(), question=question.hex(), person=person.hex(),
                moment=moment, choice=correct if rng.random() < knows else rng.randint(0, most),
                happened_on=day.isoformat())
            for person in came
            for question, most, correct in asked
        ]  # fmt: skip
        if given:
            scribe.op(QUIZ, "seminar", seminar, given)
