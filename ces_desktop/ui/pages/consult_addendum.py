"""The addendum being written under a signed consult: kept as one types, so that a power cut loses nothing of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer

from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import tr
from ces_desktop.services import drafts
from ces_desktop.services.drafts import Draft
from ces_desktop.services.visits import Addendum
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages.consult_page import DRAFT_MS
from ces_desktop.ui.pages.consult_reading import ADDENDUM, addendum_draft
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import DockedBar, NoteField, SectionCard


class AddendumBox(SectionCard):
    """Hidden until somebody writes; `about` names the person once the consult was read. `bar` says what was kept."""

    def __init__(self, desk: Desk, encounter: Id, bar: DockedBar) -> None:
        self.text = NoteField(name=tr("Text of the addendum"), lines=4, placeholder=tr("what is added to the note"))
        super().__init__(tr("Add to the note"), self.text, icon="pencil")
        self._desk, self._encounter, self._bar = desk, encounter, bar
        self._patient: Id | None = None
        self._name = ""
        self._id = new_id(desk.tasks.database.clock())
        self._started = desk.tasks.database.clock()
        self._dirty = False
        self.draft_id = addendum_draft(encounter, desk.actor.user)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_MS)
        self._timer.timeout.connect(self.keep)
        self.text.changed.connect(self._edited)
        self.hide()

    def about(self, patient: Id, name: str) -> None:
        """Whose consult it is."""
        self._patient, self._name = patient, name

    def resume(self, draft: Draft) -> None:
        """Show what a draft kept, under the id it was begun with: signed twice it is kept once."""
        self._id, self._started = Id(bytes.fromhex(draft.content["_addendum"])), draft.started_at
        self.text.set_value(draft.content.get("text", ""))
        self._bar.set_state(
            "draft", tr("Draft of {time}").format(time=labels.clock(draft.saved_at, CLINIC_ZONE))
        )  # fmt: skip

    def request(self) -> Addendum:
        """What is to be signed."""
        return Addendum(self._id, self._encounter, self.text.toPlainText())

    def signed(self) -> None:
        """It was signed, and its draft thrown away with it: empty, ready for another."""
        self._timer.stop()
        self._dirty = False
        self._id = new_id(self._desk.tasks.database.clock())
        self.text.set_value(None)
        self.hide()
        self._bar.set_state(None)
        self._desk.tasks.changed.emit(drafts.TOPICS)

    def keep(self) -> None:
        """Keep what is typed; an emptied one is kept no more."""
        self._timer.stop()
        if not self._dirty or self._patient is None:
            return
        self._dirty = False
        tasks, now = self._desk.tasks, self._desk.tasks.database.clock()
        if self.text.value() is None:
            gone = partial(drafts.discard, draft=self.draft_id)
            tasks.local(gone, lambda _: self._bar.set_state(None), owner=self, topics=drafts.TOPICS)
            return
        content = {
            "text": self.text.toPlainText(), "_addendum": self._id.hex(), "_encounter": self._encounter.hex(),
            "_name": self._name,
        }  # fmt: skip
        draft = Draft(self.draft_id, ADDENDUM, self._patient, self._desk.actor.user, content, self._started, now)
        tasks.local(
            partial(drafts.save, draft=draft), self._kept, owner=self, failed=self._not_kept, topics=drafts.TOPICS
        )

    def _edited(self) -> None:
        self._dirty = True
        if not self._timer.isActive():  # at most DRAFT_MS after the first unsaved key
            self._timer.start()

    def _kept(self, at: int) -> None:
        if not self.isHidden():
            self._bar.set_state("ok", tr("Draft saved {time}").format(time=labels.clock(at, CLINIC_ZONE)))

    def _not_kept(self, failure: Failure) -> None:
        self._dirty = True
        self._desk.tell(failure)
