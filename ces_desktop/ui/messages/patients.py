"""Sentences about statuses and consents, and how a person and what was done to their record are put into words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.i18n import tr, trn
from ces_desktop.reports import words
from ces_desktop.ui import labels, messages

if TYPE_CHECKING:
    from ces_desktop.data.journal.op import WireValue
    from ces_desktop.data.queries.history import Act, Change
    from ces_desktop.data.queries.patients import PatientFile
    from ces_desktop.data.queries.rows import PatientRow
    from ces_desktop.domain.identity import Age


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "status.unknown": tr("Choose a status."),
        "status.no_day": tr("The date is missing. Write the day it happened."),
        "status.future": tr("The date is after today. Write the day it happened."),
        "status.before_birth": tr("The date is before the birth. Check both."),
        "status.same": tr("The person already has this status."),
        "status.after_death": tr("A death on {day} is noted. Correct it first."),
        "status.later_exists": tr("There is a later status, of {day}. Correct it first."),
        "status.gone": tr("This status was already corrected. Look at the list again."),
        "status.unchanged": tr("Nothing was changed. Correct something or cancel."),
        "consent.unknown": tr("Choose what was asked and the answer."),
        "consent.no_day": tr("The date is missing. Write the day of the answer."),
        "consent.future": tr("The date is after today. Write the day of the answer."),
        "consent.before_birth": tr("The date is before the birth. Check both."),
        "consent.after_death": tr("The person died on {day}. Check the date."),
        "consent.gone": tr("This answer was already corrected. Look at the list again."),
        "consent.unchanged": tr("Nothing was changed. Correct something or cancel."),
        "text.too_long": tr("The text has more than {limit} letters. Shorten it."),
        "text.control": tr("The text has marks that cannot be seen. Write it again."),
        "act.patients.status": tr("change of status"),
        "act.patients.correct_status": tr("correction of a status"),
        "act.patients.consent": tr("answer to a consent"),
        "act.patients.correct_consent": tr("correction of a consent"),
    }


def sex(value: str) -> str:
    """`mujer`, `hombre`; "not recorded" is said."""
    return words.sex(value) if value in ("female", "male", "intersex") else tr("sex not recorded")


def status(value: str) -> str:
    """The word for a status, as on paper."""
    return words.status(value)


def consent(about: str) -> str:
    """What was explained and asked, as on paper."""
    return words.consent(about)


def age(value: Age | None) -> str:
    """Short age of a row: `58 a`, `≈ 72 a`; an en dash when unknown."""
    return labels.age(None) if value is None else labels.age(value.years * 12 + value.months, value.approximate)


def age_words(value: Age | None) -> str:
    """`58 años`, `1 año 4 meses`, `≈ 72 años`; unknown says so."""
    return (
        labels.age_words(None)
        if value is None
        else labels.age_words(value.years * 12 + value.months, value.approximate)
    )


def letters(row: PatientRow | PatientFile) -> str:
    """Two letters for the disc: of the surnames, as the register is ordered."""
    who = row.identity
    family = " ".join(part for part in (who.paternal, who.maternal) if part)
    return labels.initials("", family) if family else labels.initials(who.given)


def meta(row: PatientRow, today: date) -> str:
    """The line under a name: age · sex · community · id · mother."""
    parts = [
        age(row.age_on(today)),
        sex(row.identity.sex),
        row.community or tr("no community"),
        row.human_id,
        tr("mother {name}").format(name=row.identity.mother_name) if row.identity.mother_name else "",
    ]
    return " · ".join(part for part in parts if part)


def born(file: PatientFile) -> str:
    """`nac. 14-jul-1967`, or that the birth is not known exactly."""
    birth = file.identity.birth
    if birth.value is None:
        return tr("birth date unknown")
    return tr("born {day}").format(day=labels.day(birth.value))


def context(file: PatientFile, today: date) -> str:
    """The banner's line: born · age · sex · community, household · telephone and whose."""
    place = file.community_name or tr("no community")
    if file.household_number is not None:
        place += ", " + tr("household {n}").format(n=file.household_number)
    parts = [born(file), age_words(file.age_on(today)), sex(file.identity.sex), place]
    if file.identity.phone:
        owner = f" ({file.phone_owner})" if file.phone_owner else ""
        parts.append(tr("tel. {number}").format(number=words.phone(file.identity.phone)) + owner)
    return " · ".join(parts)


def closed(status: str, since: str | None) -> str:
    """A word for the banner when the person is no longer here; empty for an active person."""
    templates = {
        "died": tr("Died on {day}"),
        "moved": tr("Moved away on {day}"),
        "transferred": tr("Transferred on {day}"),
    }
    return templates[status].format(day=labels.day(since)) if status in templates else ""


def records(n: int) -> str:
    """`2 expedientes`."""
    return trn("{n} record", "{n} records", n).format(n=n)


def field_name(table: str, field: str) -> str:
    """What a field is called on the screen."""
    if field == "voided":
        return tr("Whole row")
    names = {
        "human_id": tr("Record number"),
        "given": tr("Given names"),
        "paternal": tr("First surname"),
        "maternal": tr("Second surname"),
        "paternal_kind": tr("First surname"),
        "maternal_kind": tr("Second surname"),
        "nickname": tr("Nickname"),
        "sex": tr("Sex"),
        "birth": tr("Birth"),
        "birth_precision": tr("Birth"),
        "stated_age": tr("Stated age"),
        "stated_on": tr("Age stated on"),
        "curp": tr("CURP"),
        "folder": tr("Paper folder"),
        "community": tr("Community"),
        "household": tr("Household"),
        "mother_name": tr("Mother's name"),
        "phone": tr("Telephone"),
        "phone_owner": tr("Whose telephone"),
        "language": tr("Language"),
        "reads": tr("Can read"),
        "test_record": tr("Test record"),
        "status": tr("Status"),
        "cause": tr("Cause"),
        "place": tr("Place"),
        "about": tr("About"),
        "answer": tr("Answer"),
        "given_by": tr("Given by"),
        "notice_version": tr("Version of the notice"),
    }
    if field == "happened_on":
        return tr("Registered on") if table == "patient" else tr("Date")
    return names.get(field, field)


def value(field: str, held: WireValue) -> str:
    """A value of the history as the screen shows it; an en dash when there was none."""
    if held is None or held == "":
        return labels.DASH
    text = str(held)
    if field in ("birth", "happened_on", "stated_on"):
        return labels.day(text)
    if field == "phone":
        return words.phone(text)
    if field in ("reads", "answer", "test_record"):
        return words.answer(text)
    kinds = {"given": tr("given"), "none": tr("has none"), "unknown": tr("not known")}
    precisions = {
        "day": tr("exact day"),
        "month": tr("month and year"),
        "year": tr("year only"),
        "estimated": tr("estimated"),
        "unknown": tr("not known"),
    }
    tables: dict[str, Callable[[str], str]] = {
        "sex": sex,
        "status": words.status,
        "about": words.consent,
        "voided": void_reason,
    }
    listed = {"paternal_kind": kinds, "maternal_kind": kinds, "birth_precision": precisions}
    return tables[field](text) if field in tables else listed.get(field, {}).get(text, text)


def void_reason(reason: str) -> str:
    """Why a row counts no more."""
    known = {"undone": tr("undone"), "merged": tr("merged"), "parted": tr("parted")}
    return known.get(reason, reason)


def act_words(act: Act) -> tuple[str, str]:
    """An act as a title and one line: what was done, and from which value to which."""
    title, text = _title(act), ""
    if act.erased:
        text = tr("The content was erased at the person's request.")
    elif act.kind != "undo" and not act.kind.startswith(_OWN_PAGES):
        text = " · ".join(_told(change) for change in act.changes if _worth_telling(act, change))
    if act.undone:
        title = tr("{what} (undone)").format(what=title)
    return title, text


def _title(act: Act) -> str:
    if act.kind == "undo":
        return tr("Undone: {what}").format(what=_kind(act.undoes or "").lower())
    if act.kind == "audit.print":
        return tr("Printed")
    if act.kind == "audit.export":
        return tr("Saved as a file")
    corrects = any(change.replaces for change in act.changes)
    for change in act.changes:
        if change.how == "made" and change.table == "patient_status" and change.field == "status":
            if any(c.table == "patient" and c.how == "made" for c in act.changes):
                break
            word = words.status(str(change.new))
            return tr("Status corrected: {status}").format(status=word) if corrects else word
        if change.how == "made" and change.table == "consent" and change.field == "about":
            about = words.consent(str(change.new))
            return tr("Consent corrected: {about}").format(about=about) if corrects else about
    return _kind(act.kind)


def _kind(kind: str) -> str:
    titles = {
        "patients.register": tr("Registration"),
        "patients.edit": tr("Correction of data"),
        "patients.status": tr("Change of status"),
        "patients.correct_status": tr("Correction of a status"),
        "patients.consent": tr("Answer to a consent"),
        "patients.correct_consent": tr("Correction of a consent"),
        "patients.merge": tr("Records joined"),
        "patients.unmerge": tr("Records parted"),
        "patients.keep_apart": tr("Found to be another person"),
        "households.move": tr("Change of household"),
        "conflicts.keep": tr("Choice between two edits"),
        "patients.renumber": tr("New record number"),
        "undo": tr("Undo"),
    }
    if kind.startswith(_OWN_PAGES):
        name = messages.act_name(kind)
        return name[:1].upper() + name[1:]
    return titles.get(kind, tr("Other change"))


_OWN_PAGES = ("visits.", "care.", "register.")
"""What these acts wrote is read in the consult itself, field by field it would say nothing."""


_QUIET_FIELDS = frozenset(
    {"status", "about", "one", "other", "reasons", "paternal_kind", "maternal_kind", "birth_precision", "human_id"}
)


def _worth_telling(act: Act, change: Change) -> bool:
    if change.table in ("same_as", "not_same"):
        return False
    if change.how == "made" and change.table == "patient":
        return change.field == "human_id"
    if act.kind == "patients.register" and change.table != "patient":
        return False
    return change.field not in _QUIET_FIELDS


def _told(change: Change) -> str:
    new = value(change.field, change.new)
    if change.how == "made":
        return new if change.table == "patient" else f"{field_name(change.table, change.field)}: {new}"
    old = value(change.field, change.old)
    if old == new:  # a choice between two edits that kept what showed
        return f"{field_name(change.table, change.field)}: {new}"
    return f"{field_name(change.table, change.field)}: {old} → {new}"
