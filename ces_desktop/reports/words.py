"""How values are written on paper, in the language in use; dates and ages as the screens write them."""

from __future__ import annotations

from datetime import date

from ces_desktop.domain.calendar import MONTHS_EN, MONTHS_ES, local_moment
from ces_desktop.domain.identity import Age, Birth
from ces_desktop.i18n import language, tr, trn

NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"  # not asked, not measured: never blank, never zero


def day(value: str | date | None) -> str:
    """`07-mar-2026`, `mar-2026`, `2026`: a day or partial ISO date; an en dash for none."""
    if not value:
        return DASH
    parts = (value.isoformat() if isinstance(value, date) else value).split("-")
    names = MONTHS_ES if language() == "es" else tuple(name.capitalize() for name in MONTHS_EN)
    shown = [parts[0]]
    if len(parts) > 1:
        shown.insert(0, names[int(parts[1]) - 1])
    if len(parts) > 2:
        shown.insert(0, f"{int(parts[2]):02d}")
    return "-".join(shown)


def moment(ms: int) -> str:
    """`17-mar-2026 08:30` on the clinic's wall clock."""
    local = local_moment(ms)
    return f"{day(local.date())} {local:%H:%M}"


def age(value: Age | None) -> str:
    """`58 años`, `1 año 4 meses` (under five), `12 días` (under a month); an en dash when unknown."""
    if value is None:
        return DASH
    years = trn("{n} year", "{n} years", value.years).format(n=value.years)
    months = trn("{n} month", "{n} months", value.months).format(n=value.months)
    days = trn("{n} day", "{n} days", value.days).format(n=value.days)
    if value.years >= 5 or (value.years and not value.months):
        text = years
    elif value.years:
        text = f"{years} {months}"
    else:
        text = months if value.months or value.approximate else days
    return ("≈ " if value.approximate else "").replace(" ", NBSP) + text.replace(" ", NBSP)


def birth(value: Birth) -> str:
    """The birth with what is known of it: `14-jul-1958`, `jul-1958 (only month and year known)`."""
    if value.precision == "day" and value.value:
        return day(value.value)
    if value.precision == "month":
        return tr("{month} (only month and year known)").format(month=day(value.value))
    if value.precision == "year":
        return tr("{year} (only the year known)").format(year=day(value.value))
    if value.precision == "estimated" and value.stated_on:
        stated = trn("{n} year", "{n} years", value.stated_age or 0).format(n=value.stated_age or 0)
        if value.value:
            return tr("about {month} (age stated on {day})").format(month=day(value.value), day=day(value.stated_on))
        return tr("no date: {age} stated on {day}").format(age=stated.replace(" ", NBSP), day=day(value.stated_on))
    return tr("not known")


def sex(value: str) -> str:
    """The word for a recorded sex."""
    known = {"female": tr("woman"), "male": tr("man"), "intersex": tr("intersex")}
    return known.get(value, tr("not known"))


def surname(name: str, kind: str) -> str:
    """A surname; "has none" and "not known" are said, never left blank."""
    if kind == "none":
        return tr("has none")
    return name if kind == "given" and name else tr("not known")


def answer(value: str | None) -> str:
    """Yes, no, not known; an en dash when it was not asked."""
    return {"yes": tr("Yes"), "no": tr("No"), "unknown": tr("Not known")}.get(value or "", DASH)


def status(value: str) -> str:
    """The word for a status."""
    words = {"active": tr("Active"), "moved": tr("Moved away"), "transferred": tr("Transferred"), "died": tr("Died")}
    return words.get(value, value)


def consent(about: str) -> str:
    """What was explained and asked."""
    words = {
        "privacy_notice": tr("Privacy notice"),
        "share_with_network": tr("Share data with the network"),
        "contact_by_companion": tr("Contact by a companion"),
    }
    return words.get(about, about)


def given_by(value: str | None) -> str:
    """Who answered: the person, or whom the form names; an en dash when it is not known."""
    return tr("the person") if value == "self" else value or DASH


def phone(digits: str | None) -> str:
    """`963 555 0142`, `52 963 555 0142`: in parts from the end; an en dash for none."""
    if not digits:
        return DASH
    parts = (digits[:-10], digits[-10:-7], digits[-7:-4], digits[-4:])
    return NBSP.join(part for part in parts if part)
