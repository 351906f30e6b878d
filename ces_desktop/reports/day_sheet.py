"""The daily sheet: one line for each consult, totals under them, a signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.queries.encounters import Encounter
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.visits import GLUCOSE
from ces_desktop.i18n import language, tr
from ces_desktop.reports import care_words, pages, parts, words
from ces_desktop.reports.document import Frame, Paper, cut_code

MOST = 3
"""Diagnoses written out; more are counted."""
WIDTHS = (8, 11, 42, 38, 14.5, 9, 8, 50.5, 14.5, 10.5, 14, 9, 20)


def build(rows: Sequence[tuple[PatientRow, Encounter]], day: date, frame: Frame) -> bytes:
    """The file of `day.day_pdf`."""
    paper = Paper(
        title=tr("Daily sheet · {day}").format(day=words.day(day)),
        folio="",
        cut=cut_code(day.isoformat(), [[row.human_id, row.name] for row, _ in rows], *(each for _, each in rows)),
        about=tr("with names: it stays in the clinic"),
        landscape=True,
    )
    heads = [
        tr("No."), tr("Hour"), tr("Name"), tr("Record or CURP"), tr("Age"), tr("Sex"), tr("Year"),
        tr("Diagnoses (ICD-10; 1 = first time, S = subsequent)"), tr("Pressure"), tr("Weight"), tr("Glucose"),
        tr("Drugs"), tr("Next appointment"),
    ]  # fmt: skip
    lines = [_line(place, person, each) for place, (person, each) in enumerate(rows, 1)]
    story: list[Flowable] = [parts.Mark(paper.title)]
    if lines:
        story.append(parts.grid(heads, lines, WIDTHS, pages.LANDSCAPE_WIDTH, small=True))
    else:
        story.append(parts.text(tr("No consult of this day is recorded.")))
    notes = tr("Year: 1 = the person's first visit of the calendar year, S = subsequent. {dash} = not measured.")
    under = (
        tr("Physician: name, licence or MPSS, signature"),
        tr("Nurse: name and signature"),
        tr("Stamp of the clinic"),
    )
    end = parts.together(
        parts.gap(2),
        parts.text(_totals(rows), "bold"),
        parts.text(notes.format(dash=words.DASH), "caption"),
        parts.signatures(*under),
    )
    return pages.build([*story, end], paper, frame)


def _line(place: int, person: PatientRow, each: Encounter) -> tuple[str, ...]:
    held = {observed.code: observed for observed in each.measured}
    pressure = care_words.pressure(held).removesuffix(f"{words.NBSP}mmHg") or words.DASH
    glucose = next((held[code].value for code in GLUCOSE if code in held), None)
    weight = held.get("weight")
    coded = [
        f"{care_words.code_dotted(d.code)} {d.name(language())} ({'1' if d.first_time else 'S'})"
        for d in each.diagnoses[:MOST]
    ]
    if len(each.diagnoses) > MOST:
        coded.append(tr("and {n} more").format(n=len(each.diagnoses) - MOST))
    sex = {"female": tr("F (woman)"), "male": tr("M (man)"), "intersex": tr("I (intersex)")}.get(
        person.identity.sex, ""
    )
    hour = words.moment(each.started_at)[-5:] if each.started_at is not None else words.DASH
    return (
        str(place), hour, person.name, f"{person.human_id}\n{person.curp or ''}".strip(),
        words.age(person.age_on(date.fromisoformat(each.day))), sex[:1] or words.DASH,
        "1" if each.first_of_year else "S",
        "\n".join(coded) or words.DASH, pressure,
        f"{weight.value / 1000:.1f}" if weight is not None and weight.value is not None else words.DASH,
        str(glucose) if glucose is not None else words.DASH, str(len(each.lines)),
        words.day(each.next.due_on) if each.next else words.DASH,
    )  # fmt: skip


def _totals(rows: Sequence[tuple[PatientRow, Encounter]]) -> str:
    first = sum(1 for _, each in rows if each.first_of_year)
    women = sum(1 for person, _ in rows if person.identity.sex == "female")
    men = sum(1 for person, _ in rows if person.identity.sex == "male")
    text = tr("Consults: {n} · first of the year {first}, subsequent {later} · women {women}, men {men}, other {other}")
    return text.format(
        n=len(rows), first=first, later=len(rows) - first, women=women, men=men, other=len(rows) - women - men
    )
