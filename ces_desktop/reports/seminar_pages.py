"""The page of a seminar: facts, a line to sign for each person, the questions."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from ces_desktop.data.queries.seminars import Seminar
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import LETTERS
from ces_desktop.i18n import tr
from ces_desktop.reports import pages, parts, words
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.seminar_words import days_words, earned_words, score_words

WIDTHS = (50, 23, 17, 22, 40, 34)
BLANKS = 4
"""Lines for those who came and are not in the list."""


def build(seminar: Seminar, people: Sequence[tuple[Id, str]], frame: Frame) -> bytes:
    """The file of `seminars.seminar_pdf`."""
    paper = Paper(
        title=tr("Attendance · {title}").format(title=seminar.title),
        folio="",
        cut=cut_code(seminar.from_on, [person for person, _ in people], len(seminar.answers)),
        about=tr("attendance, quiz and certificates"),
    )
    facts = [
        (tr("Institution"), seminar.institution or words.DASH),
        (tr("Days"), days_words(seminar)),
        (tr("Where"), seminar.place or words.DASH),
        (tr("Hours"), str(seminar.hours) if seminar.hours else words.DASH),
    ]
    heads = [tr("Person"), tr("Presence"), tr("Before"), tr("After"), tr("Certificate"), tr("Signature")]
    rows = [_row(seminar, person, name) for person, name in people]
    rows += [(" ", "", "", "", "", "")] * BLANKS
    story: list[Flowable] = [parts.Mark(paper.title), parts.facts(facts)]
    if seminar.topics:
        story += [parts.gap(2), parts.text(seminar.topics)]
    story += [parts.gap(3), *parts.section(tr("Who came"), parts.grid(heads, rows, WIDTHS))]
    if seminar.questions:
        lines = [f"{n}. {q.text}  " + "  ".join(f"{LETTERS[k]}) {o}" for k, o in enumerate(q.options))
                 for n, q in enumerate(seminar.questions, 1)]  # fmt: skip
        story += [parts.gap(3), *parts.section(tr("Questions, before and after"), *(parts.text(x) for x in lines))]
    story += [parts.gap(8), parts.signatures(tr("Who gave it: name and signature"), tr("Coordination: signature"))]
    return pages.build(story, paper, frame)


def _row(seminar: Seminar, person: Id, name: str) -> tuple[str, ...]:
    percent = seminar.presence(person)
    return (
        name,
        words.DASH if percent is None else f"{percent} %",
        score_words(seminar.score(person, "pre")),
        score_words(seminar.score(person, "post")),
        earned_words(seminar, person),
        "",
    )
