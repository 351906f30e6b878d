"""How the rescue list says things: programme, risk, reading, medicine left, what came of a contact."""

from __future__ import annotations

from datetime import date

from ces_desktop.data.measures import measures
from ces_desktop.domain.measures import show
from ces_desktop.domain.rescue import Contact, Entry, Why
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State

MEDICINE_SOON_DAYS = 14
"""Fewer days of medicine than this are shown as running out."""


def programme(code: str) -> str:
    """The name of a programme."""
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}.get(code, code)


def programmes(codes: tuple[str, ...]) -> str:
    """`Hipertensión y diabetes` as one line."""
    return " · ".join(programme(code) for code in codes)


def risk(entry: Entry) -> tuple[State, str]:
    """The risk as a chip."""
    chips: dict[str, tuple[State, str]] = {
        "high": ("bad", tr("High")),
        "medium": ("warn", tr("Medium")),
        "unknown": ("unknown", tr("No data")),
        "low": ("ok", tr("Low")),
    }
    return chips[entry.risk]


def reading(why: Why) -> str:
    """`TA 186/112`, `Glucosa 318`, `HbA1c 9.4 %`; that there is none is said."""
    if why.code == "none" or why.value is None:
        return tr("No reading")
    if why.code == "pressure":
        return tr("BP {systolic}/{diastolic}").format(systolic=why.value, diastolic=why.second)
    value = show(measures()[why.code], why.value)
    words = tr("HbA1c {value} %") if why.code == "hba1c" else tr("Glucose {value}")
    return words.format(value=value).replace(" %", f"{labels.NBSP}%")


def reading_kind(why: Why) -> str:
    """What the number alone does not say: when the sugar was taken, or what makes the person's risk higher."""
    if why.event:
        return tr("after stroke or infarct")
    return {"glucose_fasting": tr("fasting"), "glucose_random": tr("not fasting")}.get(why.code, "")


def reading_and_day(why: Why, today: date) -> str:
    """The reading with its day; the year is said when it is another."""
    return f"{reading(why)} · {near_day(why.day, today)}" if why.day and why.code != "none" else reading(why)


def near_day(iso: str, today: date) -> str:
    """`11-feb`; `11-feb-2025` for another year."""
    day = date.fromisoformat(iso)
    return labels.short_day(day) if day.year == today.year else labels.day(day)


def late(days: int) -> str:
    """`34 días`; before the day, when: `en 3 días`."""
    if days > 0:
        return trn("{n} day", "{n} days", days).format(n=labels.number(days)).replace(" ", labels.NBSP)
    if days == 0:
        return tr("today")
    if days == -1:
        return tr("tomorrow")
    return trn("in {n} day", "in {n} days", -days).format(n=-days).replace(" ", labels.NBSP)


def medicine(days: int | None) -> tuple[State, str] | None:
    """Days of medicine left as a chip; None when no lasting treatment is known."""
    if days is None:
        return None
    if days <= 0:
        return "bad", tr("ran out")
    words = trn("{n} day", "{n} days", days).format(n=days).replace(" ", labels.NBSP)
    return ("warn" if days < MEDICINE_SOON_DAYS else "ok"), words


def outcome(code: str, how: str | None = "home") -> str:
    """What came of looking for somebody."""
    if code == "nobody_home" and how == "phone":
        return tr("No answer by telephone")
    return {
        "visited": tr("Spoken to") if how == "phone" else tr("Visited"),
        "promised": tr("Promised to come"),
        "nobody_home": tr("Nobody home"),
        "refused": tr("Refused"),
        "moved": tr("Moved"),
        "transferred": tr("Transferred"),
        "died": tr("Died"),
        "wrong_address": tr("Wrong address"),
    }.get(code, code)


def contact(held: Contact, today: date) -> str:
    """One contact in a few words: `Nadie en casa`, `Prometió venir el 12-mar`."""
    if held.outcome == "promised" and held.promised_on:
        return tr("Promised {day}").format(day=near_day(held.promised_on, today))
    return outcome(held.outcome, held.how)


def last_contact(entry: Entry, today: date) -> tuple[str, str]:
    """The last contact and, under it, its day; a broken promise says so."""
    held = entry.last_contact
    if held is None:
        return tr("No contact"), ""
    if held.outcome == "promised" and held.promised_on:
        return contact(held, today), tr("did not come") if entry.broken_promise else near_day(held.day, today)
    return outcome(held.outcome, held.how), near_day(held.day, today)
