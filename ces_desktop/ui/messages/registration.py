"""Sentences of registering, joining records and households, and how likeness is worded."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.domain.matching import Match, Reason
from ces_desktop.i18n import tr, trn
from ces_desktop.ui.messages import identity


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {**_fields(), **_records(), **_places(), **_acts()}


def _fields() -> dict[str, str]:
    return {
        "patients.given_missing": tr("The given name is missing. Write at least one."),
        "patients.surname_missing": tr("The surname is missing. Write it, or mark that there is none."),
        "patients.sex_missing": tr("The sex is missing. Choose one, or that it is not known."),
        "patients.birth_missing": tr("The birth is missing. Write it, e45 for about 45 years, or ? if not known."),
        "patients.registered_unread": tr("The day of registration is not a date. Write it as 14/07/2026."),
        "patients.registered_later": tr("The day of registration is after today. Check the date."),
        "patients.registered_early": tr("The day of registration is before {year}. Check the date."),
        "patients.registered_before_birth": tr("The day of registration is before the birth. Check both."),
        "patients.place_gone": tr("This place is no longer in the list. Choose another."),
        "patients.household_elsewhere": tr("This household is in another community. Check both."),
        "registration.unlisted": tr("This is not in the list. Choose a line, or leave it empty."),
        "words.line_break": tr("This goes on one line. Remove the line breaks."),
        "words.symbol": tr("There are marks that cannot be printed. Write it again."),
        "words.too_long": tr("There are more than {limit} letters. Shorten it."),
    }


def _records() -> dict[str, str]:
    return {
        "patients.not_found": tr("This record is no longer in force. Search for the person again."),
        "patients.undone": tr("This registration was undone. Open a new form (F4)."),
        "patients.same_record": tr("It is the same record. Choose another."),
        "patients.already_same": tr("These records already are one person. Part them first."),
        "patients.not_merged": tr("These records were already parted. Look at the list again."),
    }


def _places() -> dict[str, str]:
    return {
        "communities.name_missing": tr("The name of the community is missing. Write it."),
        "communities.exists": tr("A community with this name is in the list. Choose it."),
        "households.not_found": tr("This household is no longer in force. Choose another."),
        "households.community_gone": tr("This community is no longer in the list. Choose another."),
        "households.head_elsewhere": tr("The head does not live in this household. Choose someone who does."),
    }


def _acts() -> dict[str, str]:
    return {
        "act.patients.register": tr("registration of a person"),
        "act.patients.edit": tr("correction of a person's data"),
        "act.patients.merge": tr("two records joined"),
        "act.patients.unmerge": tr("two records parted"),
        "act.patients.keep_apart": tr("two records kept apart"),
        "act.communities.add": tr("new community"),
        "act.households.create": tr("new household"),
        "act.households.edit": tr("correction of a household"),
        "act.households.move": tr("move to another household"),
    }


def reason(found: Reason) -> str:
    """One reason in words: `mismos apellidos`, `2 años de diferencia`."""
    if found.code == "years_apart" and found.years is not None:
        return trn("{n} year apart", "{n} years apart", found.years).format(n=found.years)
    return identity.sentences().get(f"match.{found.code}", found.code)


def reasons(found: Sequence[Reason]) -> str:
    """The reasons in one line, the surest first."""
    return ", ".join(reason(one) for one in found)


def likelihood(match: Match) -> str:
    """The score in two words."""
    if match.certain:
        return tr("Same CURP")
    return tr("Very alike") if match.score >= 16 else tr("Alike")
