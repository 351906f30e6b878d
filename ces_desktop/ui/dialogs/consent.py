"""Ask what a person answered to something explained to them: the privacy notice, sharing, a companion's contact."""

from __future__ import annotations

from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patients import ConsentRow, PatientFile
from ces_desktop.domain.calendar import parse_day
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.patients_status import ABOUTS, About, ConsentAnswer, ConsentRequest, check_consent, clean_text
from ces_desktop.ui import messages
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.widgets import ChoiceField, ComboField, DateField, Dialog, FieldRow, Option, TextField


def ask(parent: QWidget, file: PatientFile, today: date, wrong: ConsentRow | None = None) -> ConsentRequest | None:
    """An answer, or the correction of `wrong`; None when the person cancelled."""
    return ConsentDialog(parent, file, today, wrong).ask()


class ConsentDialog(Dialog[ConsentRequest]):
    """What it was about, yes or no, who gave it, which notice, on which day."""

    def __init__(self, parent: QWidget | None, file: PatientFile, today: date, wrong: ConsentRow | None = None) -> None:
        super().__init__(
            parent,
            tr("Correct a consent") if wrong else tr("Record a consent"),
            file.name,
            primary=tr("Save"),
            icon="save",
            width=640,
        )
        self._file, self._today = file, today
        self.about = ComboField(
            [Option(about, wording.consent(about)) for about in ABOUTS], wrong.about if wrong else None
        )
        self.reply = ChoiceField(
            [("yes", tr("Yes")), ("no", tr("No"))], wrong.answer if wrong else None, name=tr("Answer"), required=True
        )
        self.given_by = TextField(wrong.given_by if wrong else None, placeholder=tr("The person"))
        self.notice = TextField(wrong.notice_version if wrong else None)
        self.day = DateField(
            lambda text: _iso(parse_day(text, today, "past")), name=tr("Date"), explain=messages.sentence
        )
        self.day.set_value(wrong.happened_on if wrong else today.isoformat())
        self.about_row = FieldRow(tr("About"), self.about, required=True)
        self.reply_row = FieldRow(tr("Answer"), self.reply, required=True)
        self.given_row = FieldRow(tr("Given by"), self.given_by)
        self.notice_row = FieldRow(tr("Version of the notice"), self.notice)
        self.day_row = FieldRow(tr("Date"), self.day, required=True)
        self.add(self.about_row, self.reply_row, self.given_row, self.notice_row, self.day_row)
        self.about.setFocus()

    def answer(self) -> ConsentRequest | None:
        """The request when it is complete and allowed; the reason stands under the field otherwise."""
        for each in (self.about_row, self.reply_row, self.given_row, self.notice_row, self.day_row):
            each.clear_note()
        request = ConsentRequest(
            self._file.id,
            cast(About, self.about.value() or ""),  # "" is refused below, as not said
            cast(ConsentAnswer, self.reply.value() or ""),
            self.day.value() or "",
            self.given_by.value(),
            self.notice.value(),
        )
        try:
            if self.day.unread():
                raise Refused("calendar.not_a_day")
            check_consent(self._file, request, self._today)
        except Refused as refused:
            row = self.day_row
            if refused.code == "consent.unknown":
                row = self.reply_row if request.about else self.about_row
            elif refused.code.startswith("text."):
                row = self.notice_row if _can_be_kept(request.given_by) else self.given_row
            row.show_error(messages.sentence(refused))
            row.control.setFocus()
            return None
        return request


def _can_be_kept(text: str | None) -> bool:
    try:
        clean_text(text)
    except Refused:
        return False
    return True


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
