"""What dialogs about dated facts share: fields for a day and for a partial date, and checks before the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ces_desktop.domain.calendar import parse_day, parse_partial
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.widgets import DateField, FieldRow

Check = tuple[FieldRow, Callable[[], object]]
"""A field, and what raises Refused while it cannot be kept."""


def day_field(today: date, name: str, value: str | None = None) -> DateField:
    """A past day; today unless another is given."""

    def read(text: str) -> str | None:
        day = parse_day(text, today, "past")
        return day.isoformat() if day else None

    field = DateField(read, name=name, explain=messages.sentence)
    field.set_value(value or today.isoformat())
    return field


def partial_field(today: date, name: str, value: str | None = None) -> DateField:
    """A day, a month or a year, or nothing."""
    field = DateField(
        lambda text: parse_partial(text, today), name=name, explain=messages.sentence,
        placeholder=tr("year, month or day"),
    )  # fmt: skip
    field.set_value(value)
    return field


def readable(field: DateField) -> None:
    """Refused while what is written is no date."""
    if field.unread():
        raise Refused("calendar.not_a_day")


def refused(rows: Sequence[FieldRow], checks: Sequence[Check]) -> bool:
    """Whether any check refuses: the first sentence stands under its field, which has the focus."""
    for row in rows:
        row.clear_note()
    for row, check in checks:
        try:
            check()
        except Refused as refusal:
            row.show_error(messages.sentence(refusal))
            row.control.setFocus()
            return True
    return False
