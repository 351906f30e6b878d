"""The papers of mentoring: what was seen, agreed and signed, and the progress of a placement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from mentoring import chronic, key, mentor, observed, session
from paper import FRAME, embedded, texts

from ces_desktop.data.database import Database
from ces_desktop.data.queries.mentoring_papers import ProgressPaper, SessionPaper, session_paper
from ces_desktop.data.queries.mentoring_progress import progress
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.mentoring import Point
from ces_desktop.domain.papers import Slip
from ces_desktop.reports import words as said
from ces_desktop.reports.mentoring import progress_pdf, session_pdf
from ces_desktop.services import mentoring

TODAY = date(2026, 3, 17)
NOON = 1_773_770_400_000
LEADS, LED = mentor(), builders.actor(Role.PHYSICIAN, name="Dra. Pasante Inventada")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    ticks = iter(range(NOON, NOON + 10_000_000, 1_000))
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(ticks))
    database.local(load_shipped)
    yield database
    builders.assert_proved(database)
    database.close()


def opened(db: Database) -> SessionPaper:
    clinic = db.installation.clinic
    found = db.read(partial(session_paper, clinic=clinic, session=key("session"), today=TODAY))
    assert found is not None
    return found


def write(db: Database, signed: bool = True, consults: int = 3) -> None:
    watched = [observed(chronic(db), "met", f"o{n}") for n in range(consults)]
    items = chronic(db).items
    if watched:
        watched[0] = replace(watched[0], results={**watched[0].results, items[2].id: "not"}, note="Muy buena escucha")
    said = (Point(key("t"), "topic", "Pie diabético"), Point(key("p"), "problem", "Faltó <metformina> & más"))
    held = session(LEADS, LED, "2026-03-17", observed=tuple(watched), points=said)
    db.write(lambda work: mentoring.save(work, held), LEADS)
    if signed:
        db.write(lambda work: mentoring.sign(work, held.id, "mentor"), LEADS)
        db.write(lambda work: mentoring.sign(work, held.id, "mentee"), LED)
        db.write(lambda work: mentoring.answer(work, held.id, "De acuerdo", key("answer")), LED)


def test_a_signed_session_says_everything_on_two_pages(db: Database, spanish: None) -> None:
    write(db)
    pdf = session_pdf(opened(db), Slip(), FRAME)
    pages = texts(pdf)
    whole = " ".join(pages)
    assert len(pages) <= 2 and embedded(pdf)
    for words in ("Sesión de mentoría del 17-mar-2026", LEADS.name, LED.name, "Crítico no cumplido", "Revisa pies",
                  "Revisar pies", "17-abr-2026", "Faltó <metformina> & más", "De acuerdo", "Muy buena escucha",
                  "firma del 17-mar-2026"):  # fmt: skip
        assert words in whole, words
    assert session_pdf(opened(db), Slip(), FRAME) == pdf


def test_an_unsigned_and_an_almost_empty_session_can_be_printed(db: Database, spanish: None) -> None:
    write(db, signed=False, consults=0)
    whole = " ".join(texts(session_pdf(opened(db), Slip(), FRAME)))
    assert "sin firma en el programa" in whole and "Crítico no cumplido" not in whole


def test_ten_consults_stay_within_the_page(db: Database, spanish: None) -> None:
    write(db, consults=10)
    assert len(texts(session_pdf(opened(db), Slip(), FRAME))) <= 3


@pytest.mark.parametrize("sessions", [0, 1, 40])
def test_progress_of_none_one_and_forty_sessions(db: Database, spanish: None, sessions: int) -> None:
    for n in range(sessions):
        day = date.fromordinal(TODAY.toordinal() - 28 * n).isoformat()
        watched = observed(chronic(db), "met" if n % 3 else "partly", f"o{n}")
        one = session(LEADS, LED, day, f"s{n}", observed=(watched,), actions=())
        db.write(lambda work, one=one: mentoring.save(work, one), LEADS)
    held = db.read(partial(progress, clinic=db.installation.clinic, today=TODAY, who=None, language="es"))
    assert len(held.scores) == sessions and [m.sessions for m in held.mentees] == ([sessions] if sessions else [])
    pages = texts(progress_pdf(ProgressPaper(held, None), Slip(), FRAME))
    whole = " ".join(pages)
    assert "Avance en la mentoría" in whole and ("Lo que más falta" in whole) == bool(sessions)
    assert len(pages) == 1, "a sheet"
    if sessions == 40:  # read down, then across: in the first line every tenth of them
        first = (held.scores[place] for place in (0, 10, 20, 30))
        line = " ".join(f"{said.day(when)} {score} %" for when, score in first)
        assert line in " ".join(whole.replace(said.NBSP, " ").split())
