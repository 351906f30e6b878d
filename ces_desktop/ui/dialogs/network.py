"""Dialogs of the hub: admit a laptop after comparing six words, refuse one, revoke one; each with what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr, trn
from ces_desktop.services.users import plain_line
from ces_desktop.sync.enrolment import Request
from ces_desktop.sync.gaps import Lack
from ces_desktop.sync.network_state import SiteState
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.messages import network as wording
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.widgets import CheckBox, Dialog, Text, TextField, box, column, row

REASON_MOST = 120


@dataclass(frozen=True, slots=True)
class Admission:
    """A laptop to be admitted; `visits` are the clinics that a mentor's laptop carries."""

    device: bytes
    visits: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A reason that was given already, and why what it was given for could not be done."""

    reason: str
    failure: Unavailable


class AdmitDialog(Dialog[Admission]):
    """The six words large; a tick says that the laptop's screen shows the same."""

    def __init__(self, parent: QWidget | None, asked: Request, sites: Sequence[SiteState]) -> None:
        mentor = asked.role == "mentor"
        plain, of_mentor = tr("{prefix} asks to be admitted."), tr("A mentor's laptop ({prefix}) asks to be admitted.")
        what = of_mentor if mentor else plain
        super().__init__(
            parent, tr("Compare the six words"), what.format(prefix=asked.prefix), primary=tr("Admit"), icon="check",
            width=560,
        )  # fmt: skip
        self._asked = asked
        words = asked.words.split()
        lines = (row(*(Text(word, "section") for word in part), None, gap=20) for part in (words[:3], words[3:]))
        where = Text(tr("They stand on the laptop's USB page, under its request."), "caption", wrap=True)
        self.same = CheckBox(tr("The laptop shows these six words in this order"))
        self.compared = Ask(tr("Compared"), self.same)
        self.add(box(column(*lines, gap=8, margins=(16, 12, 16, 12)), "well"), where, self.compared)
        self.visits = {one.site: CheckBox(wording.title(one)) for one in sites if one.prefix} if mentor else {}
        if mentor:
            self.visited = Ask(tr("Clinics it visits"), box(column(*self.visits.values(), gap=0)))
            self.add(self.visited)
        self.same.setFocus()

    def answer(self) -> Admission | None:
        """Nothing before the words were compared; a mentor's laptop visits at least one clinic."""
        if not self.same.isChecked():
            self.compared.complain(tr("Compare them on both screens; whoever differs is not admitted."))
            return None
        chosen = tuple(site for site, ticked in self.visits.items() if ticked.isChecked())
        if self.visits and not chosen:
            self.visited.complain(tr("Choose at least one clinic."))
            return None
        return Admission(self._asked.device, chosen)


class ReasonDialog(Dialog[str]):
    """Asks why, in one line; the reason stays listed. `tried`: it could not be done; what was typed still stands."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, primary: str, tried: Tried | None = None
    ) -> None:
        super().__init__(parent, title, text, primary=primary)
        self.reason = Ask(tr("Reason"), TextField(limit=REASON_MOST), tr("As in: stolen on 3 November, police told"))
        self.add(self.reason)
        self.reason.setFocus()
        self._tried = tried
        if tried is not None:
            self.reason.control.setText(tried.reason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._tried is not None:  # only now: a note that is laid out before the dialog has its width is too high
            self.reason.complain(sentence(self._tried.failure))
            self._tried = None

    def answer(self) -> str | None:
        """One line that says something."""
        try:
            typed = plain_line(self.reason.control.text(), REASON_MOST)
        except Refused as refused:
            self.reason.complain(sentence(refused))
            return None
        if len(typed) < 4:
            self.reason.complain(tr("Write the reason in a few words."))
            return None
        return typed


class LostDialog(ReasonDialog):
    """What waits and for how long, that somebody asked at the clinic, and why it is lost."""

    def __init__(
        self, parent: QWidget | None, site: SiteState, lack: Lack, today: date, tried: Tried | None = None
    ) -> None:
        waits = trn(
            "{n} record waits for an earlier one that never came. It was written {since}.",
            "{n} records wait for earlier ones that never came. The oldest was written {since}.",
            lack.waiting,
        ).format(n=lack.waiting, since=wording.since(lack.since, today))
        what = tr(
            "Declared lost, what waits is taken in and a gap stays in the history. Found later, it is taken in too."
        )
        title = tr("Declare lost: {clinic}").format(clinic=wording.title(site))
        super().__init__(parent, title, f"{waits} {what}", tr("Declare lost"), tried)
        self.nobody = CheckBox(tr("The clinic was asked: nobody has it"))
        self.asked = Ask(tr("Asked"), self.nobody, tr("On another laptop, on a stick, in a backup"))
        self.body.insertWidget(0, self.asked)
        self.nobody.setChecked(tried is not None)
        if tried is None:
            self.nobody.setFocus()

    def answer(self) -> str | None:
        """The reason, once somebody said to have asked."""
        self.asked.say_nothing()
        if not self.nobody.isChecked():
            self.asked.complain(tr("Ask first: another bundle of that laptop heals it without a gap."))
            return None
        return super().answer()


def ask_decline(parent: QWidget | None, asked: Request, tried: Tried | None = None) -> str | None:
    """Why a laptop is not admitted."""
    text = tr("It goes on working alone. What it sent is kept, and it may be admitted later.")
    title = tr("Do not admit {prefix}").format(prefix=asked.prefix)
    return ReasonDialog(parent, title, text, tr("Refuse"), tried).ask()


def ask_revoke(parent: QWidget | None, name: str, tried: Tried | None = None) -> str | None:
    """Why a laptop is revoked."""
    text = tr("What arrived here stands. What it writes from now on is kept and listed, and not taken in.")
    return ReasonDialog(parent, tr("Revoke: {name}").format(name=name), text, tr("Revoke"), tried).ask()
