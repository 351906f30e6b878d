"""Ask for a change of status: active, moved, transferred or died, from which day, why or where to."""

from __future__ import annotations

from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patients import PatientFile, StatusRow
from ces_desktop.domain.calendar import parse_day
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.patients_status import STATUSES, Status, StatusRequest, check_status
from ces_desktop.ui import messages
from ces_desktop.ui.widgets import ChoiceField, DateField, Dialog, FieldRow, TextField, confirm


def ask(parent: QWidget, file: PatientFile, today: date, wrong: StatusRow | None = None) -> StatusRequest | None:
    """A new status, or the correction of `wrong`; None when the person cancelled. A death is asked once more."""
    return StatusDialog(parent, file, today, wrong).ask()


class StatusDialog(Dialog[StatusRequest]):
    """Refuses in the dialog what the service would refuse: a future day, one before the birth, a second death."""

    def __init__(self, parent: QWidget | None, file: PatientFile, today: date, wrong: StatusRow | None = None) -> None:
        super().__init__(
            parent,
            tr("Correct the status") if wrong else tr("Change the status"),
            file.name,
            primary=tr("Save"),
            icon="save",
            width=720,
        )
        self._file, self._today, self._wrong = file, today, wrong
        words = {"active": tr("Active"), "moved": tr("Moved"), "transferred": tr("Transferred"), "died": tr("Died")}
        options = [(status, words[status]) for status in STATUSES]
        self.status = ChoiceField(options, wrong.status if wrong else None, name=tr("Status"), required=True)
        self.day = DateField(
            lambda text: _iso(parse_day(text, today, "past")), name=tr("Since"), explain=messages.sentence
        )
        self.day.set_value(wrong.happened_on if wrong else today.isoformat())
        self.cause = TextField(wrong.cause if wrong else None)
        self.place = TextField(wrong.place if wrong else None)
        self.status_row = FieldRow(tr("Status"), self.status, required=True, label_width=110)
        self.day_row = FieldRow(tr("Since"), self.day, required=True, label_width=110)
        self.cause_row = FieldRow(tr("Cause, if known"), self.cause, label_width=110)
        self.place_row = FieldRow(tr("Where to"), self.place, label_width=110)
        self.add(self.status_row, self.day_row, self.cause_row, self.place_row)
        self.status.changed.connect(self._show_rows)
        self._show_rows()
        self.status.setFocus()

    def answer(self) -> StatusRequest | None:
        """The request when it is complete and allowed; the reason stands under the field otherwise."""
        rows = (self.status_row, self.day_row, self.cause_row, self.place_row)
        for each in rows:
            each.clear_note()
        day = self.day.value()
        request = StatusRequest(
            self._file.id,
            cast(Status, self.status.value() or ""),  # "" is refused below, as not said
            day or "",
            self.cause.value() if self.status.value() == "died" else None,
            self.place.value() if self.status.value() in ("moved", "transferred") else None,
        )
        try:
            if self.day.unread():
                raise Refused("calendar.not_a_day")
            check_status(self._file, request, self._today, self._wrong.id if self._wrong else None)
        except Refused as refused:
            row = self.status_row if refused.code in ("status.unknown", "status.same") else self.day_row
            if refused.code.startswith("text."):
                row = self.cause_row if request.status == "died" else self.place_row
            row.show_error(messages.sentence(refused))
            row.control.setFocus()
            return None
        return request if request.status != "died" or self._sure() else None

    def _sure(self) -> bool:
        text = tr("{name} leaves the lists and the indicators from that date. It can be corrected later.")
        return confirm(self, tr("Mark as died?"), text.format(name=self._file.name), tr("Mark"))

    def _show_rows(self) -> None:
        self.cause_row.setVisible(self.status.value() == "died")
        self.place_row.setVisible(self.status.value() in ("moved", "transferred"))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
