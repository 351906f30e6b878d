"""The numbers of a month, or of many, for screen, print and export alike: read in one pass, judged by `domain`.

`as_of` and its limits are those of `courses`: rows recorded later do not count; corrections made since do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.indicators import definitions
from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import (
    CommunityRecord,
    DiagnosisRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    PatientRecord,
)
from ces_desktop.data.queries.courses import ALWAYS, members
from ces_desktop.data.queries.prepared import Prepared, Value, slots
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain import indicators as rules
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import whole_day
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure, Group
from ces_desktop.domain.month_visits import (
    Consult,
    DiagnosisCount,
    Week,
    ages,
    diagnoses,
    firsts_of_year,
    unread_figures,
    visit_figures,
    weeks,
)
from ces_desktop.domain.programs import PROGRAMMES


@dataclass(frozen=True, slots=True)
class Month:
    """Everything counted of a month. `communities` maps programme → community (None = not known) → its people."""

    month: str
    as_of: int | None
    definitions_version: str
    thresholds_version: str
    figures: Mapping[str, Figure]
    """By full code: `visits`, `hypertension.controlled`."""
    weeks: Sequence[Week]
    ages: Mapping[tuple[str, str], int]
    """(band, sex) → consults, as `month_visits.ages`."""
    diagnoses: Sequence[DiagnosisCount]
    reasons: Mapping[str, Mapping[str, int]]
    """Programme → why a reading is missing ("" = not said) → consults."""
    communities: Mapping[str, Mapping[Id | None, Group]]


def months_until(month: str, count: int) -> list[str]:
    """`count` ISO months up to and with one, oldest first."""
    last = date.fromisoformat(f"{month}-01")
    return [month_add(last, back).isoformat()[:7] for back in range(1 - count, 1)]


def read_months(connection: Connection, clinic: Id, wanted: Sequence[str], as_of: int | None = None) -> list[Month]:
    """These ISO months (any, oldest first or not), in their order; a year costs the same reads as one month."""
    rules_of, words = thresholds(connection), definitions()
    since, visits_since = rules.oldest_needed(wanted, rules_of)
    first, last = f"{min(wanted)}-01", rules.month_end(max(wanted)).isoformat()
    cut = ALWAYS if as_of is None else as_of
    people = members(connection, clinic, since=since, visits_since=visits_since, until=last, as_of=cut)
    by_person = {who.person: who for who in people}
    consults: dict[str, list[Consult]] = {month: [] for month in wanted}
    for consult in _consults(connection, {"clinic": clinic, "first": first, "last": last, "as_of": cut}):
        if consult.day[:7] in consults:
            consults[consult.day[:7]].append(consult)
    versions = rules.version(words), rules_of.version()
    found = []
    for month in wanted:
        figures = visit_figures(consults[month], month, words)
        unread, reasons = unread_figures(consults[month], by_person, month, rules_of, words)
        places = {}
        for programme in PROGRAMMES.values():
            own, held = rules.programme_figures(people, programme, month, rules_of, words)
            figures |= own
            places[programme.code] = rules.by_community(held)
        of = consults[month]
        figures |= unread
        found.append(
            Month(month, as_of, *versions, figures, weeks(of, month), ages(of), diagnoses(of), reasons, places)
        )
    return found


def read_month(connection: Connection, clinic: Id, month: str, as_of: int | None = None) -> Month:
    """Everything counted of one ISO month."""
    return read_months(connection, clinic, [month], as_of)[0]


def figure(connection: Connection, clinic: Id, code: str, month: str, as_of: int | None = None) -> Figure:
    """One number by its full code (`hypertension.controlled`). KeyError for a code nobody defined: a bug."""
    return read_month(connection, clinic, month, as_of).figures[code]


def people_behind(
    connection: Connection, clinic: Id, code: str, month: str, as_of: int | None = None
) -> tuple[Id, ...]:
    """The persons behind a number; `rows.by_person` shows them."""
    return figure(connection, clinic, code, month, as_of).people


def diagnosis_names(connection: Connection, clinic: Id, codes: Sequence[str], language: str) -> dict[str, str]:
    """CIE-10 code → its name in a language, of those that the catalogue has."""
    d = DiagnosisRecord
    if not codes:
        return {}
    rows = connection.execute(
        select(d.code, d.name_es, d.name_en).where(d.clinic.in_([clinic, NETWORK]), d.code.in_(codes), d.live == 1)
    )
    spanish = language.startswith("es")
    return {code: (es if spanish else en) or es or "" for code, es, en in rows if code}


def community_names(connection: Connection, communities: Sequence[Id | None]) -> dict[Id, str]:
    """Id → name of these communities; None is left out."""
    known = [place for place in communities if place is not None]
    return {Id(key): name or "" for key, name in _communities().for_many(connection, known)}


def _consults(connection: Connection, values: dict[str, Value]) -> list[Consult]:
    written: dict[bytes, list[tuple[str, bool]]] = {}
    for encounter, code, first_time in _diagnoses()(connection, **values):
        if code:
            written.setdefault(encounter, []).append((code, first_time == "yes"))
    found = []
    rows = sorted(_encounters()(connection, **values))
    year = {**values, "first": f"{str(values['first'])[:4]}-01-01", "before": values["first"]}
    seen = frozenset(_seen()(connection, **{name: year[name] for name in ("clinic", "first", "before", "as_of")}))
    firsts = firsts_of_year(((key, person, whole_day(day), at) for key, person, day, at, *_ in rows), seen)
    for key, person, day, _, unmeasured, sex, *born in rows:
        on = whole_day(day)
        age = Birth(*born).age_on(date.fromisoformat(on))
        found.append(
            Consult(
                Id(person), on, key in firsts, sex or "unknown", age.years if age else None,
                tuple(written.get(key, ())), unmeasured,
            )
        )  # fmt: skip
    return found


@cache
def _encounters() -> Prepared:
    e, p = EncounterRecord, PatientRecord
    born = p.birth, func.coalesce(p.birth_precision, "unknown"), p.stated_age, p.stated_on
    return Prepared(
        select(e.id, p.person, e.happened_on, e.recorded_at, e.unmeasured, p.sex, *born)
        .join(p, p.id == e.patient)
        .where(
            e.clinic == bindparam("clinic"),
            e.live == 1,
            e.happened_on >= bindparam("first"),
            e.happened_on <= bindparam("last"),
            e.recorded_at <= bindparam("as_of"),
            p.live == 1,
            func.coalesce(p.test_record, "no") != "yes",
        )
    )


@cache
def _seen() -> Prepared:
    """(person, year) of everybody who had a consult earlier in the year in which the first month lies."""
    e, p = EncounterRecord, PatientRecord
    return Prepared(
        select(p.person, func.substr(e.happened_on, 1, 4).label("year"))
        .join(p, p.id == e.patient)
        .where(
            e.clinic == bindparam("clinic"),
            e.live == 1,
            e.happened_on >= bindparam("first"),
            e.happened_on < bindparam("before"),
            e.recorded_at <= bindparam("as_of"),
            p.live == 1,
            func.coalesce(p.test_record, "no") != "yes",
        )
        .distinct()
    )


@cache
def _diagnoses() -> Prepared:
    d = EncounterDiagnosisRecord
    return Prepared(
        select(d.encounter, d.code, d.first_time).where(
            d.clinic == bindparam("clinic"),
            d.live == 1,
            d.happened_on >= bindparam("first"),
            d.happened_on <= bindparam("last"),
            d.recorded_at <= bindparam("as_of"),
        )
    )


@cache
def _communities() -> Prepared:
    return Prepared(select(CommunityRecord.id, CommunityRecord.name).where(CommunityRecord.id.in_(slots())))
