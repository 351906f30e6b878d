"""What is done with a handover from its page: each asks in a dialog what it needs, then writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.handover import HandoverFile, Line
from ces_desktop.data.queries.users import UserRow
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import tr
from ces_desktop.reports import handover_words as words
from ces_desktop.services import handover
from ces_desktop.services.handover import HandoverRequest, Refreshed
from ces_desktop.services.patients_status import LONGEST_TEXT
from ces_desktop.ui.desk import Page


class HandoverActs:
    """Acts of one page; whether the person may is asked by the page, and again by the service."""

    def __init__(self, page: Page) -> None:
        self._page, self._desk = page, page.desk

    def do(self, file: HandoverFile, action: Any, said: str, **given: Any) -> None:
        """Write, then say what was done, to be undone with Ctrl+Z."""
        done = partial(self._kept, said)
        self._desk.tasks.write(partial(action, handover=file.head.id, **given), done, owner=self._page)

    def begin(self, physicians: Sequence[UserRow]) -> Id | None:
        """Build the pack of today; its id, None when nothing was asked for."""
        from ces_desktop.ui.dialogs.handover import IncomingDialog

        request = IncomingDialog(self._page, physicians, self._fresh()).ask()
        if request is None:
            return None
        said = partial(self._kept, tr("The handover was prepared."))
        self._desk.tasks.write(partial(handover.begin, request=request), said, owner=self._page)
        return request.id

    def name_incoming(self, file: HandoverFile, physicians: Sequence[UserRow]) -> None:
        """Say who takes over."""
        from ces_desktop.ui.dialogs.handover import IncomingDialog

        held = HandoverRequest(file.head.id, file.head.incoming, file.head.incoming_name)
        request = IncomingDialog(self._page, physicians, file.head.id, held).ask()
        if request is not None:
            who = {"incoming": request.incoming, "incoming_name": request.incoming_name}
            self.do(file, handover.name_incoming, tr("Saved."), **who)

    def write(self, file: HandoverFile, line: Line) -> None:
        """The outgoing physician's words beside a line."""
        from ces_desktop.ui.dialogs.handover import WordsDialog

        free = line.section == "other"
        facts = "" if free else ". ".join([words.title(line), *words.facts(line)])
        title, needed = tr("What the next physician must know"), "handover.words_missing" if free else ""
        said = WordsDialog(self._page, title, facts, tr("In your words"), line.words, required=needed).ask()
        if said is not None:
            self.do(file, handover.write, tr("Saved."), line=line.id, words=said)

    def add(self, file: HandoverFile) -> Id | None:
        """A free line; its id, None when nothing was written."""
        from ces_desktop.ui.dialogs.handover import WordsDialog

        hint = tr("What no record holds: keys, people, agreements, customs of the place.")
        dialog = WordsDialog(self._page, tr("New line"), hint, tr("In your words"), required="handover.words_missing")
        said = dialog.ask()
        if said is None:
            return None
        line = self._fresh()
        self.do(file, handover.add_line, tr("Saved."), line=line, words=said)
        return line

    def leave_out(self, file: HandoverFile, line: Line) -> None:
        """Take a line out with the reason, or in again."""
        from ces_desktop.ui.dialogs.handover import WordsDialog

        if line.left_out:
            self.do(file, handover.take_in, tr("It is handed over again."), line=line.id)
            return
        needed = "handover.reason_missing"
        dialog = WordsDialog(
            self._page, tr("Leave out"), words.title(line), tr("Why"), required=needed, longest=LONGEST_TEXT
        )  # fmt: skip
        said = dialog.ask()
        if said is not None:
            self.do(file, handover.leave_out, tr("Left out."), line=line.id, reason=said)

    def refresh(self, file: HandoverFile) -> None:
        """Bring the pack up to the data of now, and say what changed."""

        def told(outcome: Outcome[Refreshed]) -> None:
            r = outcome.value
            said = tr("New: {new}. Changed: {changed}. Settled: {gone}.")
            self._desk.toast(said.format(new=r.new, changed=r.changed, gone=r.gone), undo=bool(outcome.touched))

        self._desk.tasks.write(partial(handover.refresh, handover=file.head.id), told, owner=self._page)

    def _fresh(self) -> Id:
        return new_id(self._desk.tasks.database.clock())

    def _kept(self, said: str, outcome: Outcome[Any]) -> None:
        self._desk.toast(said, undo=bool(outcome.touched))
