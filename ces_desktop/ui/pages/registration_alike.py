"""Beside the form: who in the register may be this person, in words, and what does not agree in what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.data.queries.duplicates import Candidate
from ces_desktop.domain.curp import curp_warnings
from ces_desktop.domain.identity import Identity
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import identity, registration
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.widgets import Button, InlineNote, ScrollBody, SectionCard, Text, box, clear, column, row

SHOWN = 4
OLD = 105
"""Years; more is shown as a doubt."""


class AlikePanel(QWidget):
    """`show_candidates(…)`; `opened(id)` and `same_home(candidate)` are what the person may do about one."""

    opened = Signal(object)
    same_home = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self.card = SectionCard(tr("Already registered?"), icon="users", pad=14)
        self.notes = column(gap=8)
        self.setLayout(column((ScrollBody(column(self.card, self.notes, None, gap=12), width_limit=0), 1)))
        self.said: tuple[str, ...] = ()
        self.wait()

    def wait(self) -> None:
        """Nothing to compare yet."""
        self._say(tr("Write the name and the surnames: who is alike appears here."))

    def show_candidates(self, found: Sequence[Candidate]) -> None:
        """Who is alike, the surest first; nobody says so too."""
        if not found:
            self._say(tr("Nobody alike in the register."))
            return
        clear(self.card.body)
        for place, candidate in enumerate(found[:SHOWN], start=1):
            self.card.add(self._candidate(candidate, place))
        more = len(found) - SHOWN
        if more > 0:
            self.card.add(Text(tr("and {n} more").format(n=more), "caption"))

    def show_doubts(self, codes: Sequence[str]) -> None:
        """What does not agree: shown, never in the way."""
        if tuple(codes) == self.said:
            return
        self.said = tuple(codes)
        clear(self.notes)
        sentences = identity.sentences() | {"registration.very_old": tr("More than 105 years. Check the birth.")}
        for code in codes:
            self.notes.addWidget(InlineNote("warn", "", sentences.get(code, code)))

    def _say(self, text: str) -> None:
        clear(self.card.body)
        self.card.add(Text(text, "small", wrap=True))

    def _candidate(self, candidate: Candidate, place: int) -> QFrame:
        sibling, who = candidate.match.sibling, candidate.row
        lead = tr("Brother or sister of…?") if sibling else registration.likelihood(candidate.match)
        name = Text(who.name, "strong", wrap=True)
        facts = Text(words.meta(who, self._today), "caption", wrap=True)
        why = Text(registration.reasons(candidate.match.reasons), "small", wrap=True)
        opening = Button(tr("Open"), "ghost", icon="user", shortcut=f"Ctrl+{place}")
        opening.setAccessibleName(tr("Open {name}").format(name=who.name))
        opening.clicked.connect(lambda: self.opened.emit(who.id))
        actions: list[QWidget] = [opening]
        if sibling and who.household is not None:
            home = Button(tr("Same household"), "ghost", icon="house")
            home.clicked.connect(lambda: self.same_home.emit(candidate))
            actions.append(home)
        heading = Text(lead, "smallstrong", tone="accent" if sibling else "warn")
        frame = box(column(heading, name, facts, why, row(*actions, None, gap=4), gap=3), "note")
        frame.setProperty("kind", "accent" if sibling else "warn")
        layout = frame.layout()
        assert layout is not None
        layout.setContentsMargins(12, 8, 10, 6)
        frame.setAccessibleName(f"{lead}: {who.name}. {why.text()}")
        return frame


def doubts(who: Identity, today: date) -> tuple[str, ...]:
    """Codes of what does not agree in what was typed; never a reason not to save it."""
    age = who.birth.age_on(today)
    old = ("registration.very_old",) if age is not None and age.years > OLD else ()
    return (*curp_warnings(who.curp or "", who), *old)


def ids(found: Sequence[Candidate]) -> frozenset[Id]:
    """The people to be answered about before saving: siblings are only asked about."""
    return frozenset(candidate.row.id for candidate in found if not candidate.match.sibling)
