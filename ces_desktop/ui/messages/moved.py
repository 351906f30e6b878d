"""Files of people who move between clinics, in words: refusals, acts, and what a file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.identity import Identity, display_name
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import words as paper
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as wording

if TYPE_CHECKING:
    from ces_desktop.data.queries.moved_file import ReceivedFile
    from ces_desktop.domain.moved_file import MovedFile
    from ces_desktop.domain.registration import Details
    from ces_desktop.sync.moved_told import Word

SHOWN = 8
"""Lines of each part of a file that are shown."""


def sentences() -> dict[str, str]:
    """The sentence of each code, and the names of the acts."""
    return {
        "moved.unreadable": tr("This file of a person cannot be read. Ask the other clinic to write it again."),
        "moved.same_clinic": tr("This is this clinic's own prefix. Type that of the other clinic."),
        "moved.unknown_clinic": tr("No computer of {prefix} is known here. Receive an answer of the supervisor first."),
        "moved.no_consent": tr("The person said no to sharing with the network. Note a new answer first."),
        "moved.gone": tr("This file is no longer in the list. Look again."),
        "act.moved.receive": tr("file of another clinic"),
        "act.moved.take_in": tr("registration from another clinic's file"),
    }


def identity(details: Details) -> Identity:
    """Who the file is about, to compare with the register."""
    from ces_desktop.domain.identity import Birth

    return Identity(
        given=details.given, paternal=details.paternal, maternal=details.maternal,
        paternal_kind=details.paternal_kind, maternal_kind=details.maternal_kind, nickname=details.nickname,
        sex=details.sex or "unknown", birth=details.birth or Birth(), curp=details.curp or None,
        mother_name=details.mother_name, phone=details.phone or None,
    )  # fmt: skip


def name(file: MovedFile) -> str:
    """`LÓPEZ PÉREZ, María Elena`."""
    return display_name(identity(file.details))


def source(held: ReceivedFile) -> str:
    """`CAP0000012 · El Mirador · escrito el 17-mar-2026`."""
    written = tr("written on {day}").format(day=labels.day(local_day(held.written_at)))
    return " · ".join(part for part in (held.number, held.place or held.origin, written) if part)


def waiting(n: int) -> str:
    """How many wait."""
    return trn("{n} file of another clinic waits.", "{n} files of other clinics wait.", n).format(n=n)


def word(held: Word) -> tuple[Literal["ok", "warn", "none"], str]:
    """What became of the copy for another clinic: received and registered there, received only, or nothing heard."""
    clinic = f"{held.name} ({held.prefix})" if held.name and held.name != held.prefix else held.prefix
    if not held.received_on:
        said = tr("A copy for {clinic} was written on {day}. No word yet that it arrived.")
        return "none", said.format(clinic=clinic, day=labels.day(local_day(held.written_at or 0)))
    day = labels.day(held.received_on)
    if not held.became:
        said = tr("{clinic} received the file on {day} and has not registered the person yet.")
        return "warn", said.format(clinic=clinic, day=day)
    said = tr("{clinic} received the file on {day}. There the person has the number {number}.")
    return "ok", said.format(clinic=clinic, day=day, number=held.became)


def parts(file: MovedFile) -> list[tuple[str, list[str]]]:
    """What the file says, part by part, the latest first; empty parts are left out."""
    who, rows = file.details, file.rows
    born = labels.day(who.birth.value) if who.birth and who.birth.value else ""
    facts = [
        wording.sex(who.sex or "unknown"),
        tr("born {day}").format(day=born) if born else "",
        tr("mother: {name}").format(name=who.mother_name) if who.mother_name else "",
        paper.phone(who.phone) if who.phone else "",
        file.community,
        f"{paper.status(file.status)} {labels.day(file.status_on)}" if file.status_on else "",
    ]
    found = [
        (tr("Identity"), [" · ".join(fact for fact in facts if fact)]),
        (tr("Allergies"), _allergies(rows.get("allergy", ()))),
        (tr("Problems"), _problems(rows.get("condition", ()))),
        (tr("Medicines"), _last(rows.get("prescription", ()), lambda r: f"{r.get('medicine') or ''}")),
        (tr("Consults"), _last(rows.get("encounter", ()), _consult)),
        (tr("Readings"), _readings(rows.get("observation", ()))),
    ]
    return [(title, lines) for title, lines in found if lines]


def _allergies(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for row in rows:
        if row.get("substance"):
            more = ", ".join(str(row[k]) for k in ("reaction", "since") if row.get(k))
            said.append(f"{row['substance']} ({more})" if more else str(row["substance"]))
        elif row.get("state"):
            said.append(tr("Denies allergies"))
    return said


def _problems(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    latest = {str(row.get("problem")): row for row in rows}
    said = []
    for row in latest.values():
        if row.get("state") != "resolved":
            since = tr("since {when}").format(when=labels.day(str(row["onset"]))) if row.get("onset") else ""
            said.append(" · ".join(part for part in (str(row.get("label") or row.get("code") or ""), since) if part))
    return said


def _last(rows: Sequence[Mapping[str, Any]], line: Any) -> list[str]:
    said = []
    for row in reversed(rows[-SHOWN:]):
        text = line(row)
        if text:
            said.append(f"{labels.day(str(row.get('happened_on') or '') or None)}: {text}")
    return said


def _consult(row: Mapping[str, Any]) -> str:
    return ". ".join(str(row[k]).rstrip(".") for k in ("assessment", "plan", "author_name") if row.get(k))


def _readings(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    from ces_desktop.ui.pages.patient_words import measured_value

    return _last(rows, lambda r: measured_value(str(r.get("code")), r["value"]) if r.get("value") is not None else "")
