"""How old the last confirmed bundle is, in words: the badge of every page, and the reminders of the first one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.exchange_age import Age, age
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels

if TYPE_CHECKING:
    from ces_desktop.sync.standing import Standing


def sentences() -> dict[str, str]:
    """No failures of its own."""
    return {}


def age_of(held: Standing, today: date) -> Age | None:
    """What the badge and the reminders are about; None where there is nobody to send to, or not since any day."""
    since = held.confirmed if held.confirmed is not None else held.joined
    return age(local_day(since), today) if held.enrolled and since is not None else None


def badge(held: Standing, today: date) -> str:
    """`USB: hace 12 días`; empty where nothing is exchanged."""
    if not held.enrolled:
        return ""
    found = age_of(held, today)
    if found is not None and found.level == "clock":
        return tr("USB: check the date")
    if held.confirmed is None:
        return tr("USB: not confirmed yet")
    return tr("USB: {ago}").format(ago=labels.ago(local_day(held.confirmed), today))


def reminder(held: Standing, today: date) -> tuple[str, str] | None:
    """Title and text of the first page's reminder; None while there is nothing to remind of."""
    found = age_of(held, today)
    if found is None:
        return None
    if found.level == "clock":
        last = labels.day(local_day(held.confirmed if held.confirmed is not None else held.joined or 0))
        text = tr("Today is {today} here; the supervisor's last word is of {last}. Check this computer's date.")
        return tr("The date cannot be right"), text.format(today=labels.day(today), last=last)
    if not found.step:
        return None
    title = trn("{n} day without confirmation", "{n} days without confirmation", found.days).format(n=found.days)
    return title, {
        30: tr("Send a bundle at the next visit or trip: if the laptop is lost, so is what nobody else holds."),
        60: tr("Two months are on this laptop alone. Send a bundle this week and ask for the answer."),
        90: tr("Three months are on this laptop alone. Call the supervisor and agree on how the stick gets there."),
    }[found.step]
