"""A month's indicators, slowly: every person, every row, every figure on its own, from the words of indicators.csv."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from slow_books import Books, Human, Row, earlier_month, first_day, last_of, month_of, months_from
from slow_person import (
    AWAY,
    control,
    enrolled_since,
    here,
    last_pressure,
    lost,
    outcome,
    readings,
    seen,
    spells,
    status,
    visit_days,
)

PROGRAMMES = ("hypertension", "diabetes")
OUTCOMES = ("missed", "no_reading", "controlled", "uncontrolled")
BANDS = ((0, "0"), (4, "1-4"), (9, "5-9"), (19, "10-19"), (39, "20-39"), (59, "40-59"), (999, "60+"))


@dataclass(frozen=True)
class Count:
    """What a figure should say. `denominator` or `no_reading` None = it has none."""

    numerator: int
    denominator: int | None
    no_reading: int | None
    people: frozenset[bytes]


def counted(people: Iterable[Human], denominator: int | None = None, no_reading: int | None = None) -> Count:
    """One for each person."""
    who = frozenset(human.person for human in people)
    return Count(len(who), denominator, no_reading, who)


def programme_month(books: Books, programme: str, month: str) -> dict[str, Count]:
    """All figures of a programme."""
    end, everybody = last_of(month), list(books.people.values())
    enrolled = [human for human in everybody if here(human, programme, end)]
    figures = {
        "enrolled": counted(enrolled),
        "new": counted(h for h in everybody if began(h, programme, month, month, end)),
        "died": counted(h for h in everybody if died_in(h, programme, month)),
    }
    gone_quiet = [human for human in enrolled if lost(human, programme, end, books)]
    figures["lost"] = counted(gone_quiet, len(enrolled))
    figures |= three_months(books, programme, end, [human for human in enrolled if human not in gone_quiet])
    figures |= cascade(books, programme, end, enrolled, len(gone_quiet))
    for name, length, until in (("month", 1, 2), ("quarter", 3, 3)):
        first, last = earlier_month(month, until + length - 1), earlier_month(month, until)
        joined = [h for h in everybody if began(h, programme, first, last, end)]
        since = first_day(earlier_month(month, until - 1))
        figures |= cohort(books, programme, end, joined, since, f"cohort_{name}_")
    return {f"{programme}.{code}": count for code, count in figures.items()}


def began(human: Human, programme: str, first: str, last: str, end: date) -> bool:
    """Whether a time in the programme began in these months, of somebody who was here."""
    starts = [start for start, _ in spells(human, programme, end) if start is not None]
    return any(first <= month_of(start) <= last and status(human, start) not in AWAY for start in starts)


def died_in(human: Human, programme: str, month: str) -> bool:
    """Died in the month, while enrolled."""
    noted = human.until("patient_status", last_of(month))
    if not noted or noted[-1]["status"] != "died" or month_of(noted[-1]["day"]) != month:
        return False
    return enrolled_since(human, programme, noted[-1]["day"]) is not None


def three_months(books: Books, programme: str, end: date, under_care: list[Human]) -> dict[str, Count]:
    """The four outcomes of those enrolled long enough, and what follows from them."""
    long_enough = books.threshold("care.enrolled_over_months", end)
    judged = []
    for human in under_care:
        since = enrolled_since(human, programme, end)
        if since is not None and months_from(since, end) >= long_enough:
            judged.append(human)
    groups: dict[str, list[Human]] = {name: [] for name in OUTCOMES}
    basis = defaultdict(list)
    for human in judged:
        groups[outcome(human, programme, end, books)].append(human)
    measured = groups["controlled"] + groups["uncontrolled"]
    for human in measured:
        basis[control(human, programme, end, books)[1]].append(human)
    unread = len(groups["no_reading"])
    found = {name: counted(group, len(judged), unread) for name, group in groups.items()}
    found["judged"] = counted(judged, None, unread)
    found["controlled_measured"] = counted(groups["controlled"], len(measured), unread)
    if programme == "diabetes":
        found["by_hba1c"] = counted(basis["hba1c"], len(measured), unread)
        found["by_glucose"] = counted(basis["glucose"], len(measured), unread)
    return found


def cascade(books: Books, programme: str, end: date, enrolled: list[Human], quiet: int) -> dict[str, Count]:
    """Of all enrolled: under care, seen in three months, at goal."""
    came = [human for human in enrolled if seen(human, programme, end, books)]
    judged = {human.person: control(human, programme, end, books)[0] for human in came}
    good = [human for human in came if judged[human.person] == "controlled"]
    unread = sum(word == "no_reading" for word in judged.values())
    under = [human for human in enrolled if not lost(human, programme, end, books)]
    assert len(under) == len(enrolled) - quiet
    return {
        "cascade_under_care": counted(under, len(enrolled)),
        "cascade_seen": counted(came, len(enrolled)),
        "cascade_controlled": counted(good, len(enrolled), unread),
    }


def cohort(books: Books, programme: str, end: date, joined: list[Human], since: date, name: str) -> dict[str, Count]:
    """Outcomes over the months after those of enrolment; who is no longer alive or here is in no denominator."""
    groups: dict[str, list[Human]] = {each: [] for each in OUTCOMES}
    joined = [human for human in joined if status(human, end) not in AWAY]
    for human in joined:
        came = any(day >= since for day in visit_days(human, end))
        groups[control(human, programme, end, books, since)[0] if came else "missed"].append(human)
    return {name + each: counted(group, len(joined), len(groups["no_reading"])) for each, group in groups.items()}


# --- consults of everybody


def consults_of(books: Books, month: str) -> list[tuple[Human, Row]]:
    """Signed consults of a month and who came, day by day."""
    found = [(h, row) for h in books.people.values() for row in h.rows["encounter"] if month_of(row["day"]) == month]
    return sorted(found, key=lambda pair: (pair[1]["day"], pair[1]["recorded_at"], pair[1]["id"]))


def is_first(human: Human, row: Row) -> bool:
    """The earliest of the person's consults of the calendar year; of one day that recorded first."""
    year = [each for each in human.rows["encounter"] if each["day"].year == row["day"].year]
    return bool(year[0]["id"] == row["id"])


def codes_of(human: Human, row: Row) -> dict[str, bool]:
    """CIE-10 code → whether "1a vez" of a consult."""
    found: dict[str, bool] = {}
    for line in human.rows["encounter_diagnosis"]:
        if line["encounter"] == row["id"] and line["code"]:
            found[line["code"]] = found.get(line["code"], False) or line["first_time"] == "yes"
    return found


def visits_month(books: Books, month: str) -> dict[str, Count]:
    """Figures of all consults."""
    consults = consults_of(books, month)
    first = [(h, row) for h, row in consults if is_first(h, row)]
    later = [(h, row) for h, row in consults if not is_first(h, row)]
    uncoded = [(h, row) for h, row in consults if not codes_of(h, row)]

    def made(some: list[tuple[Human, Row]], denominator: int | None) -> Count:
        return Count(len(some), denominator, None, frozenset(h.person for h, _ in some))

    return {
        "visits": made(consults, None),
        "visits_first": made(first, len(consults)),
        "visits_later": made(later, len(consults)),
        "visits_without_diagnosis": made(uncoded, len(consults)),
        "people_seen": counted(h for h, _ in consults),
    }


def unread_month(books: Books, programme: str, month: str) -> tuple[Count, dict[str, int]]:
    """Consults of enrolled people without a reading of that day that tells control; and why."""
    of_enrolled, unread = 0, []
    for human, row in consults_of(books, month):
        day = row["day"]
        if not here(human, programme, day):
            continue
        of_enrolled += 1
        if programme == "hypertension":
            told = last_pressure(human, day, day) is not None
        else:
            told = bool(readings(human, "glucose_fasting", day, day) or readings(human, "hba1c", day, day))
        if not told:
            unread.append((human, row))
    why = Counter(row["unmeasured"] or "" for _, row in unread)
    return Count(len(unread), of_enrolled, len(unread), frozenset(h.person for h, _ in unread)), dict(why)


def week_of(day: date) -> tuple[int, int]:
    """Epidemiological week: Sunday to Saturday; the one that holds 4 January is the first of its year."""
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    year = (sunday + timedelta(days=3)).year  # most of its days
    fourth = date(year, 1, 4)
    first = fourth - timedelta(days=(fourth.weekday() + 1) % 7)
    return year, (sunday - first).days // 7 + 1


def weeks_month(books: Books, month: str) -> list[tuple[int, int, int, int]]:
    """(year, number, first, subsequent) of each week that touches a month."""
    counts: dict[tuple[int, int], list[int]] = {}
    day = first_day(month)
    while month_of(day) == month:
        counts.setdefault(week_of(day), [0, 0])
        day += timedelta(days=1)
    for human, row in consults_of(books, month):
        counts[week_of(row["day"])][0 if is_first(human, row) else 1] += 1
    return [(year, number, first, later) for (year, number), (first, later) in counts.items()]


def likely_birth(record: Row) -> date | None:
    """A stated age reads back as stated: born that day so many years before. A month, a year: at its middle."""
    if record["birth"] is None:
        if record["stated_age"] is None:
            return None
        stated = first_day(record["stated_on"])
        return stated.replace(year=stated.year - record["stated_age"])
    first, last = (date.fromisoformat(record[column]) for column in ("birth_first", "birth_last"))
    return first + timedelta(days=(last - first).days // 2)


def ages_month(books: Books, month: str) -> dict[tuple[str, str], int]:
    """(band, sex) → consults, those with any."""
    found: Counter[tuple[str, str]] = Counter()
    for human, row in consults_of(books, month):
        signed_under = next(record for record in human.records if record["id"] == row["patient"])
        sex, born = signed_under["sex"], likely_birth(signed_under)
        band = "unknown"
        if born is not None:
            years = row["day"].year - born.year - ((row["day"].month, row["day"].day) < (born.month, born.day))
            band = next(name for last, name in BANDS if years <= last)
        found[band, sex if sex in ("female", "male") else "unknown"] += 1
    return dict(found)


def diagnoses_month(books: Books, month: str) -> dict[str, tuple[int, int, frozenset[bytes]]]:
    """Code → (consults with it, those as "1a vez", people)."""
    total: Counter[str] = Counter()
    fresh: Counter[str] = Counter()
    people = defaultdict(set)
    for human, row in consults_of(books, month):
        for code, first_time in codes_of(human, row).items():
            total[code] += 1
            fresh[code] += first_time
            people[code].add(human.person)
    return {code: (many, fresh[code], frozenset(people[code])) for code, many in total.items()}


def communities_month(
    books: Books, programme: str, figures: dict[str, Count]
) -> dict[bytes | None, dict[str, frozenset[bytes]]]:
    """Community → who is enrolled, lost, judged and of each outcome."""
    found: dict[bytes | None, dict[str, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for name in ("enrolled", "lost", "judged", *OUTCOMES):
        for person in figures[f"{programme}.{name}"].people:
            lives = [r["community"] for r in books.people[person].records if r["community"]]
            found[lives[0] if lives else None][name].add(person)
    return {place: {name: frozenset(who) for name, who in groups.items()} for place, groups in found.items()}
