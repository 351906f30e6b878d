"""The copy of a person's file for the clinic they move to: which clinic, which stick, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from ces_desktop.data import drives
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.tasks import EXCHANGE
from ces_desktop.ui.widgets import Dialog, FieldRow, TextField

if TYPE_CHECKING:
    from ces_desktop.data.queries.patients import PatientFile
    from ces_desktop.ui.desk import Desk


class OtherClinicDialog(Dialog[str]):
    """Asks for the three letters of the other clinic."""

    def __init__(self, parent: QWidget | None) -> None:
        text = tr("Only that clinic's computers can open it. Here nothing changes.")
        super().__init__(parent, tr("Copy for another clinic"), text, primary=tr("Write on the stick"), icon="usb")
        self.prefix = TextField(name=tr("Prefix of the clinic"), width=120, placeholder="CAP")
        self.prefix.setMaxLength(3)
        self.row = FieldRow(tr("Prefix of the clinic"), self.prefix, required=True)
        self.add(self.row)
        self.prefix.setFocus()

    def answer(self) -> str | None:
        """The prefix in capitals, once it can be one."""
        self.row.clear_note()
        typed = (self.prefix.value() or "").upper()
        try:
            clinic_id(typed)
        except Refused as refusal:
            self.row.show_error(messages.sentence(refusal))
            return None
        return typed


def write_copy(desk: Desk, parent: QWidget, file: PatientFile) -> None:
    """Ask for the clinic, then write on the one stick that is inserted, else in a folder that the person chooses."""
    prefix = OtherClinicDialog(parent).ask()
    if prefix is None:
        return
    found = drives.inserted()
    chosen = str(found[0].path) if len(found) == 1 else ""
    chosen = chosen or QFileDialog.getExistingDirectory(parent, tr("Folder in the place of a stick"), str(Path.home()))
    if not chosen:
        return
    database, actor, place = desk.tasks.database, desk.actor, desk.clinic.name

    def job(_: object) -> Path:
        from ces_desktop.data.queries.moved_file import moved_text
        from ces_desktop.sync import moved_file

        what = moved_file.Leaves(
            database.read(partial(moved_text, patient=file.id)), file.id, file.human_id, file.name, place
        )
        return moved_file.write(database, actor, prefix, what, Path(chosen))

    def written(_: Any) -> None:
        desk.note("export", "patient", file.id)
        desk.tasks.changed.emit(frozenset({EXCHANGE}))  # the person's page says that a copy was written
        desk.toast(tr("The copy for {prefix} is on the stick. You can remove it now.").format(prefix=prefix))

    desk.tasks.run(job, written, owner=parent, failed=desk.tell)
