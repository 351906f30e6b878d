"""The scorecard in words, the same on the page and on paper: areas, items, what each counts."""

from __future__ import annotations

from ces_desktop.data.queries.scorecard import CardItem
from ces_desktop.domain.scorecard import BY_CODE, Points
from ces_desktop.i18n import tr
from ces_desktop.reports import words
from ces_desktop.reports.supply_words import number


def area(code: str) -> str:
    """The name of an area."""
    return {
        "staffing": tr("Staffing"),
        "supplies": tr("Supplies"),
        "community": tr("Community"),
        "services": tr("Services"),
    }.get(code, code)


def kind(code: str) -> str:
    """Which card it is."""
    return tr("Baseline") if code == "baseline" else tr("Yearly")


def item(code: str) -> str:
    """The name of an item."""
    return {
        "physician_today": tr("There is a physician today"),
        "days_covered": tr("Days covered by a physician"),
        "nurse": tr("There is a nurse or auxiliary"),
        "essential_in_stock": tr("Vital and essential items in stock"),
        "days_in_stock": tr("Days with stock"),
        "equipment_working": tr("Equipment that works"),
        "committee_active": tr("The health committee is active"),
        "meetings_held": tr("Meetings held"),
        "agreements_kept": tr("Agreements kept"),
        "hypertension_controlled": tr("Hypertension under control"),
        "diabetes_controlled": tr("Diabetes under control"),
        "chronic_seen": tr("Chronic patients seen"),
        "results_answered": tr("Laboratory results that came"),
        "water_and_power": tr("Water and power on most days"),
    }.get(code, code)


def meaning(code: str) -> str:
    """What an item counts."""
    return {
        "physician_today": tr("by placements and days away"),
        "days_covered": tr("of the days of the last year that are known"),
        "nurse": tr("entered by hand"),
        "essential_in_stock": tr("of those in use, on that day"),
        "days_in_stock": tr("of the same items, in six months"),
        "equipment_working": tr("of the pieces whose state is known"),
        "committee_active": tr("entered by hand: it met in the last three months"),
        "meetings_held": tr("entered by hand: held of those planned in a year"),
        "agreements_kept": tr("entered by hand: kept of those due in a year"),
        "hypertension_controlled": tr("of who was judged in the last whole month"),
        "diabetes_controlled": tr("of who was judged in the last whole month"),
        "chronic_seen": tr("of who was judged: came in three months"),
        "results_answered": tr("within 30 days, of those asked in half a year"),
        "water_and_power": tr("entered by hand"),
    }.get(code, "")


def found(one: CardItem) -> str:
    """`4 of 6`, `Yes`, or that there is no data; unknown is never 0."""
    rule = BY_CODE.get(one.code)
    if one.found.value is None:
        return tr("no data")
    if rule is not None and rule.how == "yes_no":
        return words.answer("yes" if one.found.value else "no")
    return tr("{n} of {whole}").format(n=number(one.found.value), whole=number(one.found.whole))


def points(value: int | None) -> str:
    """`67`, or that there is no data."""
    return tr("no data") if value is None else str(value)


def known(one: Points) -> str:
    """Of how many items the points are the mean."""
    return tr("{n} of {whole} with data").format(n=one.known, whole=one.items)


def change(value: int | None) -> str:
    """`+12`, `-3`, `=`: since the card before; "" where there is none to compare with."""
    if value is None:
        return ""
    return tr("as before") if value == 0 else f"{value:+d}".replace("-", "\N{MINUS SIGN}")
