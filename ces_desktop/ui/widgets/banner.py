"""Who the page is about: fixed over every page of one patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.chip import Tag
from ces_desktop.ui.widgets.layout import box, column, hide_unless, row
from ces_desktop.ui.widgets.text import Icon, Initials, Shape, Text

NARROW = 1100  # below this width the banner shortens itself

Allergy = Literal["unasked", "denied", "known"]


@dataclass(frozen=True, slots=True)
class BannerFacts:
    """What the banner says. `context` is one line (born · age · sex · community, household · telephone and whose)."""

    letters: str
    surnames: str
    given: str
    record: str
    context: str
    allergy: Allergy = "unasked"
    allergy_text: str = ""
    closed: str = ""  # a word when the record is no longer active ("Falleció 12-ene-2026")


class PatientBanner(QFrame):
    """64 px; SURNAMES in capitals; "not asked" never looks like "denies allergies"."""

    def __init__(self, facts: BannerFacts, *actions: QWidget) -> None:
        super().__init__()
        self.setProperty("surface", "bar")
        self.setFixedHeight(px(64))
        name = Text(full_name(facts.surnames, facts.given), "section", elide=True, selectable=True)
        self._facts, self._actions, self._narrow = facts, actions, False
        self._tag, self._context = Tag(facts.record), Text(facts.context, "small", elide=True)
        heading = row(name, self._tag, *([Tag(facts.closed, "bad")] if facts.closed else []), None)
        words = column(None, heading, self._context, None, gap=1)
        allergy, self._allergy_text = _allergy(facts)
        self.setLayout(
            row(Initials(facts.letters, 40), (words, 1), allergy, 4, *actions, gap=10, margins=(20, 0, 20, 0))
        )
        self.setAccessibleName(f"{full_name(facts.surnames, facts.given)}. {facts.context}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The name is the last to be shortened: tag, icons and key caps give way before it."""
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._tag.setVisible(not narrow)
            self._context.set_text(f"{self._facts.record} · {self._facts.context}" if narrow else self._facts.context)
            self._allergy_text.setMaximumWidth(px(110 if narrow else 220))
            for action in self._actions:
                if isinstance(action, Button):
                    action.set_short(narrow)


def full_name(surnames: str, given: str) -> str:
    """`LÓPEZ PÉREZ, María Elena`: surnames in capitals, given names not."""
    return ", ".join(part for part in (surnames.upper(), given) if part)


def _allergy(facts: BannerFacts) -> tuple[QFrame, Text]:
    kind, lead, text = {
        "unasked": ("none", tr("Allergies:"), tr("not asked")),
        "denied": ("none", tr("Denies allergies"), ""),
        "known": ("bad", tr("Allergy:"), facts.allergy_text),
    }[facts.allergy]
    mark: QWidget = Shape("bad") if kind == "bad" else Icon("info", 16, "text2")
    if facts.allergy == "unasked":
        mark = Shape("unknown", 16)
    strong = Text(lead, "smallstrong", tone="" if kind == "bad" else "text2")
    rest = Text(text, "small", elide=True)
    rest.setMaximumWidth(px(220))
    hide_unless(rest, text)
    frame = box(row(mark, strong, rest, gap=6, margins=(10, 0, 12, 0)), "note")
    frame.setProperty("kind", kind)
    frame.setFixedHeight(px(34))
    frame.setAccessibleName(f"{lead} {text}".strip())
    return frame, rest
