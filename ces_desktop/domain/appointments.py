"""When an appointment is past. Light: the first page of the day asks it while the program starts."""

from __future__ import annotations

from datetime import date, timedelta

KEPT_DAYS = 7
"""Who comes within the week before an appointment has kept it."""


def kept(appointment: tuple[str, str], last_visit: str | None) -> bool:
    """Whether an appointment (agreed on, due on) is past: the person came after it was made, and near its day."""
    agreed, due = appointment
    if last_visit is None or last_visit <= agreed:
        return False
    return last_visit >= (date.fromisoformat(due) - timedelta(days=KEPT_DAYS)).isoformat()
