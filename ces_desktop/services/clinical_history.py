"""Answers of the clinical history, kept when they are new or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ces_desktop.data.models import HistoryItemRecord
from ces_desktop.data.queries.care import history_answers
from ces_desktop.data.work import Work
from ces_desktop.domain.clinical_history import QUESTIONS
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Measured
from ces_desktop.errors import Refused
from ces_desktop.services.care import begin, fact_day, file_records, judged, observation, refuse_first
from ces_desktop.services.patients_status import clean_text


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the clinical history: a word, a text, or both; of a question kept as a measure a value or word."""

    code: str
    word: str | None = None
    text: str = ""
    value: int | None = None


def answer_history(work: Work, patient: Id, answers: Sequence[Answer], happened_on: str) -> int:
    """Keep the answers of the clinical history that are new or changed; returns how many.

    A question kept as a measure becomes an observation of the day; another answer on the same day corrects the first.
    Refused: `patients.not_found`,
    `care.question_unknown`, `care.answer_unknown` (not one of the options), the day codes, `text.*`, and for measures
    the codes of `measured_problems`.
    """
    file = begin(work, patient)
    fact_day(file, happened_on, work.today)
    held = history_answers(work.connection, work.installation.clinic, file_records(work, patient))
    kept = [a for a in answers if _question(a) == "measure" and (a.word, a.value) != (None, None)]
    refuse_first(judged(file, [Measured(a.code, a.value, a.word) for a in kept], happened_on))
    work.act("care.history")
    new = 0
    for answer in answers:
        before = held.get(answer.code)
        text = clean_text(answer.text)
        now = (answer.word, text, answer.value)
        if now == (None, None, None) or (before and now == (before.word, before.text or None, before.value)):
            continue
        new += 1
        corrects = before.id if before and before.day == happened_on else None
        if answer in kept:
            work.add(
                observation(
                    work, patient, Measured(answer.code, answer.value, answer.word), happened_on, replaces=corrects
                )
            )
        else:
            work.add(
                HistoryItemRecord(
                    id=work.new_id(),
                    patient=patient,
                    code=answer.code,
                    word=answer.word,
                    text=text,
                    happened_on=happened_on,
                    replaces=corrects,
                )
            )
    return new


def _question(answer: Answer) -> str:
    question = QUESTIONS.get(answer.code)
    if question is None:
        raise Refused("care.question_unknown")
    choices = {"yes_no": ("yes", "no", "unknown"), "choice": (*question.options, "unknown")}.get(question.kind)
    if choices is not None and answer.word is not None and answer.word not in choices:
        raise Refused("care.answer_unknown", field=answer.code)
    return question.kind
