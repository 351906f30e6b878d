"""Two records side by side: one person or two. Both originals stay, and either answer can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.duplicates import compared, reason_code
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.domain.matching import Match
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports import words as paper
from ces_desktop.services import merging
from ces_desktop.services.merging import KeepApartRequest, MergeRequest
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.messages import registration
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, Dialog, Icon, ScrollBody, Text, row

Verdict = Literal["same", "apart"]


def compare(desk: Desk, parent: QWidget, one: Id, other: Id, done: Callable[[], None] = lambda: None) -> None:
    """Read both records, ask what they are, and write the answer; `done` is called after the save."""

    def ask(connection: Any) -> tuple[PatientFile | None, PatientFile | None, Match | None]:
        match = compared(connection, desk.clinic.id, one, other)
        return patient_file(connection, one), patient_file(connection, other), match

    # The newest question alone: a second Enter on the pair must not lay a second dialog over the first.
    desk.tasks.read(ask, partial(_asked, desk, parent, done), owner=parent, latest="compare")


def _asked(
    desk: Desk,
    parent: QWidget,
    done: Callable[[], None],
    found: tuple[PatientFile | None, PatientFile | None, Match | None],
) -> None:
    one, other, match = found
    if one is None or other is None or match is None:
        desk.tell(Refused("patients.not_found"))
        return
    may = desk.actor.may(Right.MERGE_PATIENTS)
    verdict = CompareDialog(parent, one, other, match, desk.today, may).ask()
    if verdict is None:
        return

    def saved(_: Outcome[Id]) -> None:
        said = tr("The two records are one person now.") if verdict == "same" else tr("Kept as two people.")
        desk.toast(said, undo=True)
        done()

    if verdict == "same":
        codes = tuple(reason_code(reason) for reason in match.reasons)
        desk.tasks.write(partial(merging.merge, request=MergeRequest(one.id, other.id, codes)), saved, owner=parent)
    else:
        desk.tasks.write(partial(merging.keep_apart, request=KeepApartRequest(one.id, other.id)), saved, owner=parent)


class CompareDialog(Dialog[Verdict]):
    """The facts of both, line by line; what differs is marked."""

    def __init__(
        self, parent: QWidget | None, one: PatientFile, other: PatientFile, match: Match, today: date, may: bool = True
    ) -> None:
        super().__init__(
            parent,
            tr("Are they the same person?"),
            tr("If they are joined, both are shown as one person. Both records stay as they are; it can be undone."),
            primary=tr("Join"),
            icon="git-merge",
            width=720,
        )
        lines = facts(one, other, today)
        why = registration.reasons(match.reasons) or tr("no reason found")
        lead = Text(f"{registration.likelihood(match)}: {why}", "smallstrong", wrap=True)
        body = ScrollBody(_grid(lines), width_limit=0)
        body.setMinimumHeight(px(min(360, 34 * (len(lines) + 1))))
        body.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        body.setAccessibleName("; ".join(f"{label}: {a} | {b}" for label, a, b in lines if a != b))
        self.apart = Button(tr("They are two people"), "secondary", icon="split")
        self.apart.clicked.connect(self._keep_apart)
        reason = tr("Your role does not include joining records")
        for button in (self.primary, self.apart):
            button.set_possible(may, reason)
        self.add(lead, (body, 1), row(self.apart, None))
        body.setFocus()  # a second Enter on the list must not join anybody

    def answer(self) -> Verdict | None:
        """The primary was pressed: the same person."""
        return "same"

    def _keep_apart(self) -> None:
        self._answer = "apart"
        self.accept()


def facts(one: PatientFile, other: PatientFile, today: date) -> list[tuple[str, str, str]]:
    """Label and both values, in the order of the form; lines empty on both sides are left out."""
    found = [
        (label, _shown(of(one, today)), _shown(of(other, today)))
        for label, of in _lines()
    ]
    return [line for line in found if line[1] != labels.DASH or line[2] != labels.DASH]


def _lines() -> list[tuple[str, Callable[[PatientFile, date], str | None]]]:
    return [
        (tr("Record number"), lambda f, _: f.human_id),
        (tr("Given names"), lambda f, _: f.identity.given),
        (tr("First surname"), lambda f, _: _surname(f.identity.paternal, f.identity.paternal_kind)),
        (tr("Second surname"), lambda f, _: _surname(f.identity.maternal, f.identity.maternal_kind)),
        (tr("Nickname"), lambda f, _: f.identity.nickname),
        (tr("Sex"), lambda f, _: words.sex(f.identity.sex)),
        (tr("Birth"), lambda f, _: labels.day(f.identity.birth.value) if f.identity.birth.value else None),
        (tr("Age"), lambda f, today: words.age_words(f.age_on(today))),
        ("CURP", lambda f, _: f.identity.curp),
        (tr("Paper folder"), lambda f, _: f.folder),
        (tr("Community"), lambda f, _: f.community_name),
        (tr("Household"), lambda f, _: None if f.household_number is None else str(f.household_number)),
        (tr("Mother's name"), lambda f, _: f.identity.mother_name),
        (tr("Telephone"), lambda f, _: paper.phone(f.identity.phone)),
        (tr("Registered on"), lambda f, _: labels.day(f.registered_on)),
    ]


def _surname(text: str, kind: str) -> str | None:
    return tr("has none") if kind == "none" else text


def _shown(value: str | None) -> str:
    return value or labels.DASH


def _grid(lines: list[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(14))
    grid.setVerticalSpacing(px(8))
    for column, share in ((1, 3), (2, 0), (3, 3)):
        grid.setColumnStretch(column, share)
    for place, (label, a, b) in enumerate(lines):
        # A record number always differs, and two registrations have two days: marking them would say nothing.
        differs = a != b and labels.DASH not in (a, b) and label not in (tr("Record number"), tr("Registered on"))
        grid.addWidget(Text(label, "label"), place, 0)
        for column, value in ((1, a), (3, b)):
            said = Text(value, "strong" if differs else "body", tone="warn" if differs else "", wrap=True)
            grid.addWidget(said, place, column)
        if differs:
            mark = Icon("triangle-alert", 16, "warn")
            mark.setAccessibleName(tr("differs"))
            grid.addWidget(mark, place, 2)
    grid.setRowStretch(len(lines), 1)
    return grid
