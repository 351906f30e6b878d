"""Page 2 of the monthly report: consults by week, diagnoses, age and sex; what is not recorded yet says so."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from ces_desktop.domain.monthly import TOP, MonthlyReport
from ces_desktop.i18n import language, tr
from ces_desktop.reports import charts, pages, parts, words
from ces_desktop.reports import monthly_words as wording


def consults(report: MonthlyReport) -> list[Flowable]:
    """The second page."""
    first, later = report.numbers["visits_first"], report.numbers["visits_later"]
    total = tr("Consults: {n}. First of the year: {first}; subsequent: {later}.").format(
        n=report.numbers["visits"].numerator, first=wording.shown(first), later=wording.shown(later)
    )
    columns = [
        charts.Column(
            tr("week {n}").format(n=week.number),
            (week.first, week.later),
            under=tr("from {day}").format(day=words.day(week.begins)[:6]),
        )
        for week in report.weeks
    ]
    chart = charts.stacked(columns, (tr("First of the year"), tr("Subsequent")), pages.TEXT_WIDTH, 46 * mm)
    note = tr("Epidemiological weeks, Sunday to Saturday; of the first and the last only the days of this month.")
    story = parts.section(tr("2 · Consults"), parts.text(total), parts.gap(1.5), chart, parts.text(note, "caption"))
    story += parts.section(tr("The {n} most frequent diagnoses").format(n=TOP), _diagnoses(report))
    story += parts.section(tr("Consults by age and sex"), _ages(report))
    nothing = tr("Referrals sent and answered, and what families paid: not recorded in this version, therefore {dash}.")
    return [*story, parts.gap(2), parts.text(nothing.format(dash=words.DASH), "caption")]


def _diagnoses(report: MonthlyReport) -> Flowable:
    if not report.diagnoses:
        return parts.text(tr("No diagnosis was written this month."))
    most = report.diagnoses[0].total
    rows: list[list[str | Flowable]] = [
        [str(place), each.code, each.name(language()), str(each.total), str(each.first_time), _bar(each.total, most)]
        for place, each in enumerate(report.diagnoses[:TOP], 1)
    ]
    others = report.diagnoses[TOP:]
    if others:
        text = tr("{n} other diagnoses").format(n=len(others))
        total, first = sum(each.total for each in others), sum(each.first_time for each in others)
        rows.append(["", "", text, str(total), str(first), ""])
    total, first = sum(each.total for each in report.diagnoses), sum(each.first_time for each in report.diagnoses)
    rows.append(["", "", tr("Diagnoses written"), str(total), str(first), ""])
    heads = [tr("No."), tr("ICD-10"), tr("Diagnosis"), tr("Total"), tr("1st time"), ""]
    return parts.numbers(heads, rows, [1, 1.7, 9, 1.6, 1.9, 5], texts=3, total=True)


def _bar(n: int, most: int) -> Flowable:
    return charts.bar(n / most, pages.TEXT_WIDTH * 5 / 20.2 - 8)


def _ages(report: MonthlyReport) -> Flowable:
    sexes = {"female": tr("Women"), "male": tr("Men"), "unknown": tr("Sex not known")}
    bands = list(report.ages)
    rows = [
        [name, *(str(report.ages[band][sex]) for band in bands), str(sum(report.ages[band][sex] for band in bands))]
        for sex, name in sexes.items()
    ]
    sums = [sum(report.ages[band].values()) for band in bands]
    rows.append([tr("Total"), *(str(n) for n in sums), str(sum(sums))])
    heads = ["", *(wording.band(band) for band in bands), tr("Total")]
    return parts.numbers(heads, rows, [2.4, *[1.3] * len(bands), 1.3], total=True)
