"""Page 3 of the monthly report: control of hypertension and diabetes over twelve months, by community, the cascade."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from ces_desktop.domain.monthly import SMALL, MonthlyReport, Number, Place
from ces_desktop.i18n import tr
from ces_desktop.reports import charts, pages, parts, words
from ces_desktop.reports import monthly_words as wording

GROUPS = ("controlled", "uncontrolled", "no_reading", "missed")
HALF = (pages.TEXT_WIDTH - 5 * mm) / 2


def chronic(report: MonthlyReport, *, leaves: bool) -> list[Flowable]:
    """The third page; `leaves` = small cells by community are not told."""
    how = tr(
        "Of those enrolled before the three months judged and not lost: what the last reading says, or that there was "
        "no visit. Per cent in each part, people judged (N) above; the four parts are the N."
    )
    story = parts.section(tr("3 · Chronic care"), parts.text(how, "caption"))
    for programme in report.places:
        story += [parts.gap(1.5), parts.text(_headline(report, programme), "caption"), parts.gap(0.5)]
        story.append(charts.hundred(_columns(report, programme), wording.outcomes(), pages.TEXT_WIDTH, 35 * mm))
    story += [parts.gap(1.5), parts.side_by_side(_programme(report, "hypertension"), _programme(report, "diabetes"))]
    return [*story, *parts.section(tr("By community"), *_communities(report, leaves=leaves))]


def _headline(report: MonthlyReport, programme: str) -> str:
    said = [
        f"{name.lower()} {wording.shown(report.numbers[f'{programme}.{group}'])}"
        for name, group in zip(wording.outcomes(), GROUPS, strict=True)
    ]
    return f"{wording.programme(programme)}: {'; '.join(said)}"


def _columns(report: MonthlyReport, programme: str) -> list[charts.Column]:
    found = []
    for month, _ in report.months[1:]:
        numbers = [report.number(f"{programme}.{group}", month) for group in GROUPS]
        known = tuple(number.numerator for number in numbers if number is not None)
        year = month[:4] if month.endswith("-01") or month == report.months[1][0] else ""
        counts = known if len(known) == len(GROUPS) else None
        above = f"N {sum(counts)}" if counts else ""
        found.append(charts.Column(wording.short_month(month), counts, above, year))
    return found


def _programme(report: MonthlyReport, programme: str) -> list[Flowable]:
    """The cascade of one programme and what moved in the month."""
    n = report.numbers
    enrolled = n[f"{programme}.enrolled"].numerator
    steps = [(tr("Enrolled"), enrolled, enrolled)]
    for name, code in (
        (tr("Under care (12 months)"), "cascade_under_care"),
        (tr("Seen in 3 months"), "cascade_seen"),
        (tr("Controlled of all"), "cascade_controlled"),
    ):
        steps.append((name, n[f"{programme}.{code}"].numerator, enrolled))
    moved = tr("New in the month: {new}. Died: {died}. Lost to follow-up (12 months): {lost}.").format(
        new=n[f"{programme}.new"].numerator, died=n[f"{programme}.died"].numerator,
        lost=wording.shown(n[f"{programme}.lost"]),
    )  # fmt: skip
    lines = [moved]
    if f"{programme}.by_hba1c" in n:
        text = tr("Judged by HbA1c: {hba1c}; by fasting glucose: {glucose}; with neither: {neither}.")
        lines.append(
            text.format(
                hba1c=wording.shown(n[f"{programme}.by_hba1c"]), glucose=wording.shown(n[f"{programme}.by_glucose"]),
                neither=n[f"{programme}.no_reading"].numerator,
            )
        )  # fmt: skip
    version = n[f"{programme}.controlled"].version
    lines.append(tr("Definitions {programme}.*, v{version}.").format(programme=programme, version=version))
    title = tr("{programme}: cascade of all enrolled").format(programme=wording.programme(programme))
    return [
        parts.text(title, "head"), charts.cascade(steps, HALF), *(parts.text(line, "caption") for line in lines),
    ]  # fmt: skip


def _communities(report: MonthlyReport, *, leaves: bool) -> list[Flowable]:
    held = {programme: _joined(places) for programme, places in report.places.items()}
    names = sorted({name for places in held.values() for name in places}, key=lambda name: (not name, name))
    if not names:
        return [parts.text(tr("Nobody is enrolled in a programme yet."))]
    rows: list[list[str | Flowable]] = [[name or tr("Community not known")] for name in names]
    totals: list[str | Flowable] = [tr("Clinic")]
    heads = [tr("Community")]
    for programme, places in held.items():
        of = [places.get(name, Place(name, 0, 0, 0, 0, 0, 0, 0)) for name in names]
        columns = [
            _counts(of, lambda each: each.enrolled, leaves=leaves),
            _shares(of, lambda each: each.controlled, leaves=leaves),
            _shares(of, lambda each: each.missed, leaves=leaves),
            _counts(of, lambda each: each.lost, leaves=leaves),
        ]
        for row, *cells in zip(rows, *columns, strict=True):
            row.extend(cells)
        n = report.numbers
        totals += [str(n[f"{programme}.enrolled"].numerator)]
        totals += [_share(n[f"{programme}.{code}"]) for code in ("controlled", "missed")]
        totals += [str(n[f"{programme}.lost"].numerator)]
        short = {"hypertension": tr("HTN"), "diabetes": tr("DM")}.get(programme, programme)
        heads += [tr("{short} enrolled").format(short=short), tr("controlled"), tr("no visit"), tr("lost")]
    table = parts.numbers(heads, [*rows, totals], [37, *[14.5, 22, 22, 13] * len(held)], total=True, wrapped=True)
    if not leaves:
        return [
            parts.text(tr("Copy of the clinic: small numbers are told. It does not leave the clinic."), "caption"),
            parts.gap(0.8),
            table,
        ]
    told = tr("Numbers from 1 to {most} are not told outside the clinic: {sign}; a dash protects another number.")
    return [parts.text(told.format(most=SMALL - 1, sign=_hidden()), "caption"), parts.gap(0.8), table]


def _share(number: Number) -> str:
    """`12/20 (60 %)`, a dash for a share of nobody."""
    if not number.denominator:
        return words.DASH
    return f"{number.numerator}/{number.denominator} ({number.percent}{words.NBSP}%)"


def _joined(places: Sequence[Place]) -> dict[str, Place]:
    """By name; communities of the same name are one line."""
    found: dict[str, Place] = {}
    for each in places:
        held = found.get(each.name)
        if held is None:
            found[each.name] = each
            continue
        sums = [getattr(held, name) + getattr(each, name) for name in Place.__slots__[1:]]
        found[each.name] = Place(each.name, *sums)
    return found


def _hidden() -> str:
    return f"<{words.NBSP}{SMALL}"


def suppressed(counts: Sequence[int]) -> list[bool]:
    """Which counts of a column are not told: 1 to 4; of one alone, the next smallest too, which would tell it."""
    found = [0 < n < SMALL for n in counts]
    if sum(found) == 1:
        rest = [place for place, n in enumerate(counts) if n and not found[place]]
        if rest:
            found[min(rest, key=lambda place: counts[place])] = True
    return found


def _counts(places: Sequence[Place], count: Callable[[Place], int], *, leaves: bool) -> list[str]:
    counts = [count(each) for each in places]
    hide = suppressed(counts) if leaves else [False] * len(counts)
    return [
        words.DASH if secret and n >= SMALL else _hidden() if secret else str(n)
        for n, secret in zip(counts, hide, strict=True)
    ]


def _shares(places: Sequence[Place], count: Callable[[Place], int], *, leaves: bool) -> list[str]:
    """`12/20 (60 %)`; without the people behind a small number or a small group."""
    tops, wholes = _counts(places, count, leaves=leaves), _counts(places, lambda each: each.judged, leaves=leaves)
    found = []
    for each, top, whole in zip(places, tops, wholes, strict=True):
        n, of = count(each), each.judged
        if not of:
            found.append(words.DASH)
        elif str(n) == top and str(of) == whole:
            found.append(_share(Number(0, n, of)))
        else:
            found.append(f"{top}/{whole}" if str(of) == whole else _hidden())
    return found
