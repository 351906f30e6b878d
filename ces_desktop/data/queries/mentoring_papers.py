"""What the papers of mentoring and of the scorecard show, and the code of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import Connection

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.mentoring_opening import Opening, opening
from ces_desktop.data.queries.mentoring_progress import Mentee, Progress, progress
from ces_desktop.data.queries.mentoring_sessions import SessionFile
from ces_desktop.data.queries.scorecard import Card, cards
from ces_desktop.domain import papers
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Side
from ces_desktop.domain.papers import data_sha

SIDES: tuple[Side, ...] = ("mentor", "mentee")


@dataclass(frozen=True, slots=True)
class SessionPaper:
    """A session (P8): what was seen and agreed, what became of it, who signed."""

    held: Opening
    file: SessionFile
    kind: ClassVar[str] = papers.SESSION
    definitions: ClassVar[str] = "mentoring-session-1"

    @property
    def period(self) -> str:
        """The session."""
        return self.file.session.id.hex()

    @property
    def before(self) -> tuple[AgreedAction, ...]:
        """What was agreed earlier and is still open."""
        return tuple(action for action in self.held.open if action.agreed_on < self.file.session.happened_on)

    def sha(self) -> str:
        """Of all it shows: the contents by the digest that is signed."""
        file = self.file
        signed = [(each.name, each.day) if (each := file.signed(side)) else None for side in SIDES]
        names = sorted((key.hex(), row.name) for key, row in self.held.patients.items() if key in self._people())
        return data_sha(file.digest, signed, file.altered, names, self.held.agreed, self.before, file.remarks)

    def _people(self) -> set[Id | None]:
        s = self.file.session
        return {o.patient for o in s.observed} | {c.patient for c in s.cases}


@dataclass(frozen=True, slots=True)
class ProgressPaper:
    """The progress of somebody over a placement (`who` None = of the whole clinic)."""

    held: Progress
    who: Mentee | None
    kind: ClassVar[str] = papers.PROGRESS
    definitions: ClassVar[str] = "mentoring-progress-1"

    @property
    def period(self) -> str:
        """Whose."""
        if self.who is None:
            return papers.WHOLE
        return self.who.user.hex() if self.who.user else self.who.name

    def sha(self) -> str:
        """Of all it shows."""
        held = self.held
        figures = [[(f.code, f.month, f.numerator, f.denominator) for f in (then, now)] for then, now in held.figures]
        return data_sha(held.name, held.scores, held.tally, held.missed, figures, held.seminars)


@dataclass(frozen=True, slots=True)
class ScorecardPaper:
    """The last of these cards, beside those before it."""

    cards: tuple[Card, ...]
    kind: ClassVar[str] = papers.SCORECARD
    definitions: ClassVar[str] = "scorecard-1"

    @property
    def period(self) -> str:
        """The card."""
        return self.cards[-1].id.hex()

    def sha(self) -> str:
        """Of all it shows."""
        return data_sha(self.cards)


def session_paper(connection: Connection, clinic: Id, session: Id, today: date) -> SessionPaper | None:
    """A session; None where it is gone."""
    held = opening(connection, clinic, session, today)
    return None if held.file is None else SessionPaper(held, held.file)


def progress_paper(
    connection: Connection, clinic: Id, today: date, who: Mentee | None, language: str
) -> ProgressPaper | None:
    """The progress of somebody; None while there is no session."""
    held = progress(connection, clinic, today, who, language)
    return ProgressPaper(held, who) if held.scores else None


def scorecard_paper(connection: Connection, clinic: Id, card: Id | None = None) -> ScorecardPaper | None:
    """A card (None = the newest) with those before it; None where there is none."""
    held = cards(connection, clinic)
    place = next((n for n, each in enumerate(held, 1) if each.id == card), 0) if card else len(held)
    return ScorecardPaper(held[:place]) if place else None
