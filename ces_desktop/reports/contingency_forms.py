"""The blank forms, with the fields in the order in which the screens ask for them."""

from __future__ import annotations

from reportlab.platypus import Flowable

from ces_desktop.i18n import tr
from ces_desktop.reports import dose_words, pages, parts
from ces_desktop.reports.contingency import Blank
from ces_desktop.reports.document import Frame, Paper


def build(form: Blank, frame: Frame) -> bytes:
    """The file of `contingency.blank_pdf`."""
    title, story, lies = {
        "consult": (tr("Consult by hand"), _consult, False),
        "day": (tr("Daily sheet by hand"), _day, True),
        "register": (tr("People to register by hand"), _register, True),
    }[form]
    about = tr("for days without power; enter it later with «Late entry of paper»")
    return pages.build([parts.Mark(title), *story()], Paper(title, "", "", about, landscape=lies), frame)


def _consult() -> list[Flowable]:
    who: list[list[tuple[str, float]]] = [
        [(tr("Surnames"), 3), (tr("Given names"), 3), (tr("Record"), 2)],
        [(tr("Born (day, month, year) or age"), 3), (tr("Sex"), 1), (tr("CURP"), 3), (tr("Community"), 3)],
        [
            (tr("Day"), 2),
            (tr("Hour"), 1.4),
            (tr("Kind: consult, emergency, home visit"), 4),
            (tr("First visit of the year? yes / no"), 3),
        ],
        [(tr("Allergies (write «denies» if denied; leave empty if not asked)"), 1)],
    ]
    signs: list[list[tuple[str, float]]] = [
        [
            (tr("Pressure"), 2),
            (tr("Pulse"), 1),
            (tr("Breaths"), 1),
            (tr("Temperature"), 1.2),
            (tr("SpO₂"), 1),
            (tr("Weight kg"), 1.2),
            (tr("Height cm"), 1.2),
            (tr("Waist cm"), 1.2),
        ],
        [
            (tr("Glucose mg/dl · fasting / random / not known"), 4),
            (tr("HbA1c %"), 1.4),
            (tr("If not measured, why: no equipment / declined / forgotten"), 5),
        ],
    ]
    story: list[Flowable] = [parts.blanks(row, 9) for row in who]
    story += [parts.gap(1.5), *(parts.blanks(row, 9) for row in signs), parts.gap(1.5)]
    for title, height in (
        (tr("Subjective"), 15), (tr("Objective"), 15), (tr("Assessment"), 11), (tr("Plan"), 11),
    ):  # fmt: skip
        story.append(parts.blanks([(title, 1)], height))
    heads = [tr("Diagnosis"), tr("ICD-10"), tr("1st time / subsequent"), tr("Confirmed / presumed")]
    story += [parts.gap(1.5), parts.form(heads, 3, [8, 2, 3, 3], 6.5)]
    times = [dose_words.time_name(time).capitalize() for time in ("morning", "noon", "afternoon", "night")]
    heads = [tr("Medicine and strength"), *times, tr("Route"), tr("Days"), tr("Quantity")]
    story += [parts.gap(1.5), parts.form(heads, 5, [7, 1.6, 1.6, 1.6, 1.6, 1.8, 1.2, 1.7], 6.5), parts.gap(1.5)]
    prognosis = tr("Prognosis: good / guarded / poor / to be seen")
    story.append(
        parts.blanks([(prognosis, 3), (tr("Next appointment"), 2), (tr("Laboratory or imaging asked for"), 4)], 9)
    )
    return [*story, parts.signatures(tr("Name, professional licence and signature of the author"))]


def _day() -> list[Flowable]:
    heads = [
        tr("No."), tr("Hour"), tr("Name"), tr("Record"), tr("Age"), tr("Sex"), tr("Year 1 / S"),
        tr("Diagnoses and ICD-10, 1 / S"),
        tr("Pressure"), tr("Weight"), tr("Glucose"), tr("Medicines"), tr("Next appointment"), tr("Signature"),
    ]  # fmt: skip
    widths = [0.9, 1.2, 5, 2.1, 1, 1, 1, 5.6, 1.6, 1.3, 1.7, 2.6, 1.7, 1.6]
    lead = parts.blanks([(tr("Day"), 2), (tr("Doctor"), 4), (tr("Nurse"), 4)], 8, pages.LANDSCAPE_WIDTH)
    return [lead, parts.gap(1.5), parts.form(heads, 15, widths, 8.4, pages.LANDSCAPE_WIDTH)]


def _register() -> list[Flowable]:
    heads = [
        tr("No."), tr("Paternal surname"), tr("Maternal surname"), tr("Given names"), tr("Sex"),
        tr("Born (day, month, year) or age"), tr("CURP"), tr("Community"), tr("Mother's first name"), tr("Telephone"),
        tr("Paper folder"), tr("Privacy notice yes / no"),
    ]  # fmt: skip
    widths = [0.8, 2.9, 2.9, 3.2, 1, 2.6, 3.5, 2.7, 2.1, 2.1, 2, 2]
    lead = parts.blanks([(tr("Day"), 2), (tr("Written by"), 5)], 8, pages.LANDSCAPE_WIDTH)
    return [lead, parts.gap(1.5), parts.form(heads, 15, widths, 8.4, pages.LANDSCAPE_WIDTH)]
