"""Allergies, problems, programmes, clinical history, vaccines and results, each on a real encrypted file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries.care import history_answers, laboratory, vaccines
from ces_desktop.data.queries.visit_form import VisitForm, visit_form
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.clinical_history import QUESTIONS, SECTIONS, asked
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.visits import IMAGING, Measured, Requested, Visit
from ces_desktop.errors import Refused
from ces_desktop.reports import clinical_history_words
from ces_desktop.services import care, visits
from ces_desktop.services.care import AllergyRequest, ProblemRequest, Vaccination
from ces_desktop.services.clinical_history import Answer, answer_history
from ces_desktop.services.results import Result, Results, cancel_request, record_results

NOON_16_MARCH = 1_773_684_000_000
TODAY = "2026-03-16"


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.NURSE)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: NOON_16_MARCH)
    yield database
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def patient(db: Database) -> Id:
    return builders.register(db, builders.actor())


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def form(db: Database, patient: Id) -> VisitForm:
    found = db.read(
        partial(visit_form, clinic=db.installation.clinic, patient=patient, today=date.fromisoformat(TODAY))
    )
    assert found is not None
    return found


def do(db: Database, who: Actor, action: Callable[..., Any], **given: Any) -> Any:
    return db.write(partial(action, **given), who).value


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_allergies_denied_noted_and_refuted(db: Database, who: Actor, patient: Id) -> None:
    assert not form(db, patient).allergies.asked
    do(db, who, care.note_allergy, request=AllergyRequest(fresh(), patient, "none_known", "2026-01-20"))
    assert form(db, patient).allergies.denied_on == "2026-01-20"
    noted = AllergyRequest(fresh(), patient, "present", TODAY, " penicilina ", "penicillins", "ronchas", "mild", "2010")
    assert do(db, who, care.note_allergy, request=noted) == do(db, who, care.note_allergy, request=noted)
    seen = form(db, patient).allergies
    assert [(a.substance, a.drug_class, a.severity, a.since) for a in seen.present] == [
        ("penicilina", "penicillins", "mild", "2010")
    ]
    assert seen.denied is None
    none = AllergyRequest(fresh(), patient, "none_known", TODAY)
    refused("care.allergy_present", lambda: do(db, who, care.note_allergy, request=none))
    refuted = AllergyRequest(fresh(), patient, "refuted", TODAY, "penicilina", replaces=noted.id)
    do(db, who, care.note_allergy, request=refuted)
    do(db, who, care.note_allergy, request=none)
    seen = form(db, patient).allergies
    assert (seen.present, [a.substance for a in seen.refuted], seen.denied) == ((), ["penicilina"], none.id)
    refused(
        "care.substance_missing",
        lambda: do(db, who, care.note_allergy, request=AllergyRequest(fresh(), patient, "present", TODAY, " ")),
    )


def test_a_problem_is_listed_once_and_resolved(db: Database, who: Actor, patient: Id) -> None:
    key = named_id("diagnosis", "E119")
    listed = ProblemRequest(fresh(), patient, "2026-02-01", diagnosis=key, code="E119", onset="2019")
    do(db, who, care.note_problem, request=listed)
    do(db, who, care.note_problem, request=listed)
    again = ProblemRequest(fresh(), patient, TODAY, code="E119")
    refused("care.problem_listed", lambda: do(db, who, care.note_problem, request=again))
    do(db, who, care.note_problem, request=ProblemRequest(fresh(), patient, TODAY, label="vive solo"))
    resolved = ProblemRequest(fresh(), patient, TODAY, "resolved", problem=listed.id, code="E119", onset="2019")
    do(db, who, care.note_problem, request=resolved)
    assert [(c.name("es"), c.state, c.onset) for c in form(db, patient).conditions] == [
        ("vive solo", "active", None),
        ("E119", "resolved", "2019"),
    ]
    refused(
        "care.problem_missing",
        lambda: do(db, who, care.note_problem, request=ProblemRequest(fresh(), patient, TODAY)),
    )


def test_programmes_are_entered_left_and_entered_again(db: Database, who: Actor, patient: Id) -> None:
    def enrol(day: str, programme: str = "diabetes") -> Any:
        return do(db, who, care.enrol, patient=patient, programme=programme, happened_on=day)

    def leave(day: str, reason: str = "se mudó") -> Any:
        return do(db, who, care.leave_programme, patient=patient, programme="diabetes", happened_on=day, reason=reason)

    refused("care.not_enrolled", lambda: leave(TODAY))
    enrol("2026-01-20")
    refused("care.already_enrolled", lambda: enrol(TODAY))
    refused("care.programme_unknown", lambda: enrol(TODAY, "astrology"))
    refused("care.left_before", lambda: leave("2026-01-19"))
    refused("care.reason_missing", lambda: leave(TODAY, " "))
    leave("2026-03-01")
    assert form(db, patient).programmes == {}
    enrol(TODAY)
    assert form(db, patient).programmes == {"diabetes": TODAY}


def test_answers_of_the_clinical_history_are_kept_when_they_change(db: Database, who: Actor, patient: Id) -> None:
    answers = [
        Answer("family_diabetes", "yes", "madre"),
        Answer("floor", "earth"),
        Answer("occupation", text="campesina"),
        Answer("pregnancies", value=4),
        Answer("surgery"),
    ]
    assert do(db, who, answer_history, patient=patient, answers=answers, happened_on=TODAY) == 4
    assert do(db, who, answer_history, patient=patient, answers=answers, happened_on=TODAY) == 0
    later = [Answer("floor", "cement"), Answer("pregnancies", value=4)]
    assert do(db, who, answer_history, patient=patient, answers=later, happened_on=TODAY) == 1
    held = db.read(partial(history_answers, clinic=db.installation.clinic, records=[patient]))
    assert {code: (a.word, a.text, a.value) for code, a in held.items()} == {
        "family_diabetes": ("yes", "madre", None),
        "floor": ("cement", "", None),
        "occupation": (None, "campesina", None),
        "pregnancies": (None, "", 4),
    }
    assert form(db, patient).last["pregnancies"].value == 4
    unknown = (("care.question_unknown", Answer("soul", "yes")), ("care.answer_unknown", Answer("floor", "gold")))
    for code, wrong in unknown:
        refused(code, partial(do, db, who, answer_history, patient=patient, answers=[wrong], happened_on=TODAY))


def test_every_question_has_words_and_a_place(spanish: None) -> None:
    assert {q.section for q in QUESTIONS.values()} == set(SECTIONS)
    for question in QUESTIONS.values():
        assert clinical_history_words.section(question.section)
        if question.kind != "measure":
            assert clinical_history_words.question(question.code) != question.code
        for word in question.options:
            assert clinical_history_words.option(word) != word
    assert not any(q.section == "gynaecological" for q in asked("male", 40))
    assert not any(q.code == "menopause" for q in asked("female", 20))
    assert len(asked("unknown", None)) == len(QUESTIONS)


def test_a_vaccine_may_have_a_year_only(db: Database, who: Actor, patient: Id) -> None:
    given = Vaccination(fresh(), patient, "Tétanos y difteria", "2019", "refuerzo", given_here=False)
    do(db, who, care.note_vaccine, request=given)
    do(db, who, care.note_vaccine, request=Vaccination(fresh(), patient, "Influenza", TODAY, lot="A1"))
    held = db.read(partial(vaccines, clinic=db.installation.clinic, records=[patient]))
    assert [(v.vaccine, v.day, v.given_here) for v in held] == [
        ("Tétanos y difteria", "2019", False), ("Influenza", TODAY, True),
    ]  # fmt: skip
    for code, day in (("care.before_birth", "1966"), ("care.future", "2027"), ("care.no_day", "ayer")):
        wrong = Vaccination(fresh(), patient, "Influenza", day)
        refused(code, partial(do, db, who, care.note_vaccine, request=wrong))


def test_results_come_late_and_several_answer_one_request(db: Database, patient: Id) -> None:
    physician = builders.actor()
    blood, lipids, image = (Requested(fresh(), test, "tórax") for test in ("hba1c", "cholesterol_total", IMAGING))
    visit = Visit(fresh(), patient, "2026-03-02", entered="late", requests=(blood, lipids, image))
    signed = db.write(partial(visits.sign, visit=visit), physician)
    owed = db.read(partial(laboratory, clinic=db.installation.clinic))
    assert {o.pending.test for o in owed} == {"hba1c", "cholesterol_total", "imaging"}
    assert {o.patient.id for o in owed} == {patient}
    results = Results(
        patient,
        "2026-03-10",
        (
            Result(Measured("cholesterol_total", 210), lipids.id),
            Result(Measured("triglycerides", 190), lipids.id),
            Result(Measured(IMAGING), image.id, "Sin cardiomegalia"),
            Result(Measured("glucose_fasting", 140)),
        ),
    )
    assert len(do(db, physician, record_results, request=results)) == 4
    assert [p.test for p in form(db, patient).pending] == ["hba1c"]
    last = form(db, patient).last
    assert (last["triglycerides"].day, last[IMAGING].word) == ("2026-03-10", "Sin cardiomegalia")
    refused("undo.changed_since", lambda: db.write(lambda work: work.reverse(signed.action), physician))
    do(db, physician, cancel_request, request=blood.id)
    assert db.read(partial(laboratory, clinic=db.installation.clinic)) == ()
    gone = Results(patient, TODAY, (Result(Measured("hba1c", 84), blood.id),))
    refused("care.request_gone", lambda: do(db, physician, record_results, request=gone))
    impossible = Results(patient, TODAY, (Result(Measured("hba1c", 840)),))
    refused("measures.impossible", lambda: do(db, physician, record_results, request=impossible))


def test_the_same_results_twice_are_kept_once(db: Database, patient: Id) -> None:
    physician, asked_for = builders.actor(), Requested(fresh(), "hba1c")
    visit = Visit(fresh(), patient, TODAY, requests=(asked_for,))
    do(db, physician, visits.sign, visit=visit)
    results = Results(patient, TODAY, (Result(Measured("hba1c", 84), asked_for.id),))
    assert len(do(db, physician, record_results, request=results)) == 1
    assert do(db, physician, record_results, request=results) == ()


def test_facts_lie_between_birth_and_today_and_only_who_cares_notes_them(db: Database, who: Actor, patient: Id) -> None:
    for day, code in (("2026-03-17", "care.future"), ("1967-07-13", "care.before_birth"), ("h", "care.no_day")):
        request = ProblemRequest(fresh(), patient, day, label="algo")
        refused(code, partial(do, db, who, care.note_problem, request=request))
    keeper = builders.actor(Role.STORE_KEEPER)
    request = ProblemRequest(fresh(), patient, TODAY, label="algo")
    refused("access.not_allowed", lambda: do(db, keeper, care.note_problem, request=request))
    refused(
        "patients.not_found",
        lambda: do(db, who, care.note_problem, request=ProblemRequest(fresh(), Id(bytes(16)), TODAY, label="x")),
    )


def test_an_allergy_is_undone(db: Database, who: Actor, patient: Id) -> None:
    request = AllergyRequest(fresh(), patient, "present", TODAY, "sulfas")
    done = db.write(partial(care.note_allergy, request=request), who)

    def undo(work: Work) -> None:
        work.reverse(done.action)

    db.write(undo, who)
    assert not form(db, patient).allergies.asked
