"""Beside the session as it is written: its score with what is critical first, the cases taken, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.mentoring_sessions import SessionFile
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import A_FROM, MOST_ACTIONS, Checklist, Score, Session, score
from ces_desktop.domain.mentoring_cases import from_text
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    InlineNote,
    Rule,
    ScrollBody,
    SectionCard,
    Sparkline,
    StatusChip,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)

WIDTH = 372
PAST = 8
"""Sessions of which the line is drawn."""


class ScoreCard(SectionCard):
    """The score of a session, its letter, the line of those before, and every critical item not met."""

    def __init__(self) -> None:
        super().__init__(pad=14)
        self._place = column(gap=8)
        self.add(self._place)

    def show_score(self, now: Score, before: Sequence[SessionFile]) -> None:
        """`before` newest first."""
        clear(self._place)
        past = [file.score.percent for file in before if file.score.percent is not None][: PAST - 1]
        line = [*reversed(past), now.percent] if now.percent is not None else list(reversed(past))
        chip = StatusChip(*words.score_chip(now))
        number = box(row(Text(words.score_words(now), "number"), None))
        drawn = [Sparkline(line, goal=A_FROM, name=tr("Scores of the last sessions"))] if len(line) > 1 else []
        parts = box(Wrapped(number, chip, *drawn, gap=10, middle=True))
        self._place.addLayout(column(Text(tr("Score of the session"), "label"), parts, gap=2))
        if past:
            last = before[0].session.happened_on
            said = tr("last session ({day}): {score}").format(
                day=labels.day(last), score=words.score_words(before[0].score)
            )
            self._place.addWidget(Text(said, "caption", wrap=True))
        if now.missed:
            named = " · ".join(item.texts[words.tongue()] for item in now.missed)
            self._place.addWidget(InlineNote("bad", tr("Critical, not met"), named))


class Side(QWidget):
    """What stands at the right while a session is written."""

    def __init__(self) -> None:
        super().__init__()
        self.score = ScoreCard()
        self._cases, self._actions = column(gap=6), column(gap=6)
        self.cases = SectionCard(tr("Cases talked over"), self._cases, icon="users", pad=14)
        self.agreed = SectionCard(tr("Agreed actions"), self._actions, icon="flag", pad=14)
        body = ScrollBody(column(self.score, self.cases, self.agreed, None, gap=12), 0)
        self.setLayout(column((body, 1), gap=0))
        self.setFixedWidth(px(WIDTH))

    def show_session(
        self,
        session: Session,
        lists: Mapping[Id, Checklist],
        before: Sequence[SessionFile],
        patients: Mapping[Id, PatientRow],
    ) -> None:
        """Say where the session stands."""
        self.score.show_score(score(session.observed, lists), before)
        cases = [
            (words.person_words(c.patient, patients), " · ".join(filter(None, words.why(c.reason, from_text(c.facts)))))
            for c in session.cases
        ]
        agreed = [
            (a.text, " · ".join(part for part in (a.owner_name, _until(a.due_on)) if part)) for a in session.actions
        ]
        _fill(self._cases, cases, tr("None taken yet."))
        _fill(self._actions, agreed, tr("None written yet."))
        self.agreed.set_caption(tr("{n} of {all}").format(n=len(session.actions), all=MOST_ACTIONS))


def _until(due: str) -> str:
    try:
        return labels.day(due) if due else ""
    except ValueError:
        return ""


def _fill(place: object, lines: Sequence[tuple[str, str]], nothing: str) -> None:
    from PySide6.QtWidgets import QVBoxLayout

    assert isinstance(place, QVBoxLayout)
    clear(place)
    for number, (fact, caption) in enumerate(lines):
        if number:
            place.addWidget(Rule())
        words_ = column(Text(fact, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=1)
        place.addWidget(box(words_))
    if not lines:
        place.addWidget(Text(nothing, "small"))
