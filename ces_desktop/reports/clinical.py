"""What is true of a person's health now, for the summary: problems, programmes, medicines in use, last values."""

from __future__ import annotations

from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.dosing import Medicine
from ces_desktop.i18n import language, tr
from ces_desktop.reports import care_words, dose_words, parts, words
from ces_desktop.reports.document import cut_code


def code(care: VisitForm) -> str:
    """The code of the care shown: it changes when any of it does."""
    held = [care.last[each] for each in sorted(care.last)]
    lines = [medicine.prescribed for medicine in care.medicines]
    enrolled = sorted(care.programmes.items())
    return cut_code(care.allergies, *care.conditions, *lines, *held, enrolled, care.next.due_on if care.next else "")


def sections(care: VisitForm, today: date) -> list[Flowable]:
    """The clinical sections; none of them is left out when it is empty."""
    story = parts.section(tr("Problems"), _problems(care))
    if care.programmes:
        told = ", ".join(f"{_programme(name)} ({words.day(since)})" for name, since in care.programmes.items())
        story += [parts.gap(1), parts.text(tr("In the programmes: {programmes}.").format(programmes=told))]
    story += parts.section(tr("Medicines in use"), _medicines(care))
    story += parts.section(tr("Last values"), _values(care))
    last = care.last_visit
    said = tr("Last visit: {day}").format(day=words.day(last.day)) if last else tr("No visit is recorded.")
    story += [parts.gap(1.5), parts.text(f"{said} · {next_visit(care, today)}", "bold")]
    return story


def next_visit(care: VisitForm, today: date) -> str:
    """The day on which the person is expected; that it has passed; that none was agreed."""
    if care.next is None or not care.next.due_on:
        return tr("Next visit: not agreed")
    said = tr("Next visit: {day}").format(day=words.day(care.next.due_on))
    return said if care.next.due_on >= today.isoformat() else f"{said} ({tr('has passed')})"


def _programme(name: str) -> str:
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}.get(name, name)


def _problems(care: VisitForm) -> Flowable:
    if not care.conditions:
        return parts.text(tr("No problem is noted."))
    state = {"active": tr("active"), "resolved": tr("resolved")}
    rows = [
        (
            care_words.code_dotted(each.code) if each.code else words.DASH,
            each.name(language()),
            words.day(each.onset or each.day),
            state.get(each.state, each.state),
        )
        for each in care.conditions
    ]
    return parts.grid([tr("Code"), tr("Problem"), tr("Since"), tr("State")], rows, [1.6, 8, 2.2, 2])


def _medicines(care: VisitForm) -> Flowable:
    if not care.medicines:
        return parts.text(tr("No medicine in use is recorded."))
    rows = [
        (
            each.line.drug,
            dose_words.dose(each.line.dose) or each.line.instructions or words.DASH,
            care_words.route(each.line.route) or words.DASH,
            words.day(each.prescribed.day),
            left(each),
        )
        for each in care.medicines
    ]
    heads = [tr("Medicine"), tr("Dose and frequency"), tr("Route"), tr("Prescribed"), tr("Lasts until")]
    return parts.grid(heads, rows, [5, 5, 2, 2.2, 3])


def left(medicine: Medicine) -> str:
    """Until when it lasts as prescribed; that it ran out."""
    day = words.day(medicine.prescribed.ends_on)
    return tr("{day} (ran out)").format(day=day) if medicine.ran_out else day


def _values(care: VisitForm) -> Flowable:
    known, held, rows = measures(), dict(care.last), []
    if pair := care_words.pressure(held):
        rows.append((tr("Blood pressure"), pair, words.day(held.pop("systolic").day)))
        held.pop("diastolic")
    for name in (name for name in known if name in held):
        rows.append(
            (known[name].name(language()), care_words.value(held[name], known[name]), words.day(held[name].day))
        )
    if not rows:
        return parts.text(tr("Nothing has been measured yet."))
    pairs = [
        (*rows[place], *(rows[place + 1] if place + 1 < len(rows) else ("", "", "")))
        for place in range(0, len(rows), 2)
    ]
    heads = [tr("Measurement"), tr("Value"), tr("Day")] * 2
    return parts.grid(heads, pairs, [4, 2.6, 2.2] * 2)
