"""The monthly report read from the database, in the numbers of the one engine, without anybody's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from ces_desktop.data.models import EncounterRecord
from ces_desktop.data.queries.indicators import Month, community_names, diagnosis_names, months_until, read_months
from ces_desktop.data.queries.month_supplies import month_supplies
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Group, month_end
from ces_desktop.domain.month_visits import SEXES
from ces_desktop.domain.monthly import TOP, MonthlyReport, Number, Place, Written
from ces_desktop.domain.programs import PROGRAMMES, Outcome


def monthly_report(connection: Connection, clinic: Id, month: str, today: date) -> MonthlyReport:
    """What the report of an ISO month says now; `today` is the clinic's day of the cut."""
    months = read_months(connection, clinic, months_until(month, 13))
    own = months[-1]
    return MonthlyReport(
        month=month,
        over=today > month_end(month),
        first_month=first_month(connection, clinic),
        definitions=own.definitions_version,
        thresholds=own.thresholds_version,
        months=tuple((each.month, _numbers(each)) for each in months),
        weeks=tuple(own.weeks),
        ages=_ages(own),
        diagnoses=_diagnoses(connection, clinic, own),
        reasons={programme: dict(own.reasons.get(programme, {})) for programme in PROGRAMMES},
        places=_places(connection, own),
        to_find=_persons(own, "missed"),
        lost=_persons(own, "lost"),
        supplies=month_supplies(connection, clinic, month, today),
    )


def first_month(connection: Connection, clinic: Id) -> str | None:
    """The ISO month of the clinic's first consult; None when there is none."""
    e = EncounterRecord
    day = connection.execute(
        select(e.happened_on).where(e.clinic == clinic, e.live == 1).order_by(e.happened_on).limit(1)
    ).scalar()
    return day[:7] if day else None


def _numbers(month: Month) -> dict[str, Number]:
    return {
        code: Number(f.definition.version, f.numerator, f.denominator, f.no_reading)
        for code, f in sorted(month.figures.items())
    }


def _ages(month: Month) -> dict[str, dict[str, int]]:
    bands = dict.fromkeys(band for band, _ in month.ages)
    return {band: {sex: month.ages[band, sex] for sex in SEXES} for band in bands}


def _diagnoses(connection: Connection, clinic: Id, month: Month) -> tuple[Written, ...]:
    named = [each.code for each in month.diagnoses[:TOP]]
    es, en = (diagnosis_names(connection, clinic, named, language) for language in ("es", "en"))
    return tuple(
        Written(each.code, es.get(each.code, ""), en.get(each.code, ""), each.total, each.first_time)
        for each in month.diagnoses
    )


def _places(connection: Connection, month: Month) -> dict[str, tuple[Place, ...]]:
    ids: Sequence[Id | None] = sorted({place for held in month.communities.values() for place in held if place})
    names = community_names(connection, ids)
    found = {}
    for programme in PROGRAMMES:
        held = month.communities.get(programme, {})
        rows = [_place(names.get(place, "") if place else "", group) for place, group in held.items()]
        found[programme] = tuple(sorted(rows, key=lambda row: (not row.name, row.name, -row.enrolled)))
    return found


def _place(name: str, group: Group) -> Place:
    def count(outcome: Outcome) -> int:
        return len(group.outcomes.get(outcome, ()))

    return Place(
        name, len(group.enrolled), len(group.lost), len(group.judged), count("controlled"), count("uncontrolled"),
        count("no_reading"), count("missed"),
    )  # fmt: skip


def _persons(month: Month, code: str) -> int:
    return len({person for programme in PROGRAMMES for person in month.figures[f"{programme}.{code}"].people})
