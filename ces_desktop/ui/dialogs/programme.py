"""Ask for the day somebody enters a programme or leaves it, and why they leave; and the day a problem is over."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.care import fact_day
from ces_desktop.services.patients_status import clean_text
from ces_desktop.ui.dialogs.dated import Check, day_field, readable, refused
from ces_desktop.ui.widgets import ComboField, Dialog, FieldRow, Option


class DayDialog(Dialog[tuple[str, str]]):
    """One day, and with `reasons` why: (ISO day, reason). `earliest` is the day of what it ends."""

    def __init__(
        self,
        parent: QWidget | None,
        file: PatientFile,
        today: date,
        title: str,
        *,
        text: str = "",
        reasons: tuple[str, ...] = (),
        earliest: str | None = None,
    ) -> None:
        super().__init__(parent, title, text or file.name, primary=tr("Save"), icon="save", width=600)
        self._file, self._today, self._earliest = file, today, earliest
        self.day = day_field(today, tr("On which day"))
        self.day_row = FieldRow(tr("On which day"), self.day, required=True)
        self.reason = ComboField([Option(each, each) for each in reasons], free=True)
        self.reason.setMaxLength(12_000)
        self.reason_row = FieldRow(tr("Reason"), self.reason, required=True)
        self._asks = bool(reasons)
        self.add(*([self.reason_row] if reasons else []), self.day_row)
        (self.reason if reasons else self.day).setFocus()

    def answer(self) -> tuple[str, str] | None:
        """Day and reason when they may be kept; the sentence stands under the field otherwise."""
        checks: list[Check] = [(self.reason_row, self._why)] if self._asks else []
        checks += [(self.day_row, lambda: readable(self.day)), (self.day_row, self._when)]
        if refused([self.reason_row, self.day_row], checks):
            return None
        return self.day.value() or "", self.reason.text().strip() if self._asks else ""

    def _why(self) -> None:
        if clean_text(self.reason.text()) is None:
            raise Refused("care.reason_missing")

    def _when(self) -> None:
        day = fact_day(self._file, self.day.value() or "", self._today)
        if self._earliest and day.isoformat() < self._earliest[:10]:
            raise Refused("care.left_before", day=date.fromisoformat(self._earliest[:10]))


def reasons_to_leave() -> tuple[str, ...]:
    """Why people leave a programme; other words may be written."""
    return (
        tr("Moved away"),
        tr("Followed elsewhere"),
        tr("Does not want to go on"),
        tr("The diagnosis was ruled out"),
        tr("Enrolled by mistake"),
    )
