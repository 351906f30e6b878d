"""The rescue list of a day, slowly: everybody in a programme, one at a time, from the words of registry.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from slow_books import Books, Human, Row
from slow_person import AWAY, control, enrolled_since, has, last_pressure, lost, readings, status, visit_days, window

PROGRAMMES = ("hypertension", "diabetes")
EVENTS = ("I21", "I22", "I60", "I61", "I62", "I63", "I64", "I69", "I252")
RISKS = ("high", "medium", "unknown", "low")
TABS = ("week", "late", "rescue", "lost", "waiting", "resolved")
SUGARS = {
    "hba1c": "hba1c", "glucose_fasting": "glucose_fasting", "glucose_random": "glucose_random",
    "glucose_unknown": "glucose_random",
}  # fmt: skip
"""Each test and the limit that makes it a high risk; one of an unknown moment is taken as not fasting."""
SUPPLY = 13
LONG_AGO = 24
"""Months after which a reading or an appointment says nothing any more."""


@dataclass(frozen=True)
class Place:
    """Where somebody stands, and what they are sorted by."""

    person: bytes
    tab: str
    risk: str
    due: date
    late: int
    medicine: int | None
    community: str
    household: int | None
    contact: date | None


def rescue_list(books: Books, today: date) -> dict[str, list[Place]]:
    """Everybody on the list, by tab, in its order; those resolved by the day of their contact, the newest first."""
    found: dict[str, list[Place]] = {tab: [] for tab in TABS}
    for human in books.people.values():
        place = place_of(books, human, today)
        if place is not None:
            found[place.tab].append(place)
    return {tab: sorted(places, key=newest if tab == "resolved" else walk) for tab, places in found.items()}


def walk(place: Place) -> tuple[int, int, str, int, int]:
    """Clinical risk, the day the medicines run out, the household (those of one community together), who is later."""
    never = 1_000_000
    medicine = never if place.medicine is None else place.medicine
    house = never if place.household is None else place.household
    return RISKS.index(place.risk), medicine, place.community, house, -place.late


def newest(place: Place) -> int:
    """Last contact first."""
    assert place.contact is not None
    return -place.contact.toordinal()


def place_of(books: Books, human: Human, today: date) -> Place | None:
    """None = not on the list."""
    programmes = [programme for programme in PROGRAMMES if enrolled_since(human, programme, today) is not None]
    if not programmes:
        return None
    due = min([due_day(books, human, programmes, today), *broken(books, human, today)])
    late, risk = (today - due).days, risk_of(books, human, programmes, today)
    tab = tab_of(books, human, programmes, today, late, risk)
    if status(human, today) in AWAY:  # found out by who went to look
        tab = "resolved" if recent_contact(books, human, today) else None
    if tab is None:
        return None
    first, contact = books.shown[human.person], last_contact(human, today)
    return Place(
        human.person, tab, risk, due, late, medicine_days(human, today),
        books.community_names.get(first["community"], ""), books.household_numbers.get(first["household"]),
        contact and contact["day"],
    )  # fmt: skip


def tab_of(books: Books, human: Human, programmes: list[str], today: date, late: int, risk: str) -> str | None:
    """Lost, rescue or late, unless they wait for a promise; the week ahead; who came or left after a contact."""
    if late > 0:
        if waits(books, human, today):
            return "waiting"
        if all(lost(human, programme, today, books) for programme in programmes):
            return "lost"
        high = risk == "high" and late >= books.threshold("rescue.high_risk_late_days", today)
        return "rescue" if high or late > books.threshold("rescue.late_days", today) else "late"
    if late > -7:
        return "week"
    contact = recent_contact(books, human, today)
    came = contact is not None and any(day >= contact["day"] for day in came_on(human, today))
    return "resolved" if came else None


def recent_contact(books: Books, human: Human, today: date) -> Row | None:
    """The last contact; what is older than the ninety days of the list says nothing."""
    contact = last_contact(human, today)
    old = contact is not None and (today - contact["day"]).days > books.threshold("rescue.late_days", today)
    return None if old else contact


def last_contact(human: Human, today: date) -> Row | None:
    noted = human.until("contact", today)
    return noted[-1] if noted else None


def waits(books: Books, human: Human, today: date) -> bool:
    """Found or promised, until that day, unless they came since."""
    return any(today <= until for until in held(books, human, today, "visited", "promised"))


def broken(books: Books, human: Human, today: date) -> list[date]:
    """The day for which they had promised, if it has passed: they are looked for the day after, appointment or not."""
    return [until for until in held(books, human, today, "promised") if until < today]


def held(books: Books, human: Human, today: date, *outcomes: str) -> list[date]:
    """Until when the last contact held, if it ended so and they did not come since; else nothing."""
    contact = last_contact(human, today)
    if contact is None or contact["outcome"] not in outcomes:
        return []
    if any(day >= contact["day"] for day in came_on(human, today)):
        return []
    if contact["promised_on"]:
        return [date.fromisoformat(contact["promised_on"])]
    return [contact["day"] + timedelta(days=books.threshold("rescue.promise_days", today))]


def due_day(books: Books, human: Human, programmes: list[str], today: date) -> date:
    """The day agreed last, unless they came for it (from a week before on); else by the programme due first."""
    days = came_on(human, today)
    agreed = [row for row in human.until("appointment", today) if row["kind"] == "visit" and row["due_on"]]
    if agreed and agreed[-1]["day"] >= window(today, LONG_AGO + 1):
        due = date.fromisoformat(agreed[-1]["due_on"])
        if not any(day > agreed[-1]["day"] and day >= due - timedelta(days=7) for day in days):
            return due
    first = []
    for programme in programmes:
        since = enrolled_since(human, programme, today)
        assert since is not None
        first.append(
            months_after(days[-1] if days else since, books.threshold(f"{programme}.visit_every_months", today))
        )
    return min(first)


def came_on(human: Human, today: date) -> list[date]:
    """Days of their consults, and of their readings where these still say something, oldest first."""
    old = window(today, LONG_AGO + 1)
    consults = {row["day"] for row in human.until("encounter", today)}
    return sorted(consults | {day for day in visit_days(human, today) if day >= old})


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    many = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(many // 12, many % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def risk_of(books: Books, human: Human, programmes: list[str], today: date) -> str:
    """The highest among the programmes."""
    return min((one_risk(books, human, each, today) for each in programmes), key=RISKS.index)


def one_risk(books: Books, human: Human, programme: str, today: date) -> str:
    """High, or not at goal, by the last readings; a good one vouches for a year."""
    old = window(today, LONG_AGO + 1)
    if programme == "diabetes":
        return min((risk for risk in sugar_risks(books, human, old, today)), key=RISKS.index, default="unknown")
    last = last_pressure(human, old, today)
    if last is None:
        return "unknown"
    if pressure_high(books, human, last, today):
        return "high"
    at_goal = control(human, programme, today, books, old)[0] == "controlled"
    return good(books, last[2], today) if at_goal else "medium"


def good(books: Books, day: date, today: date) -> str:
    """A reading at goal, of that day."""
    return "low" if day >= window(today, books.threshold("rescue.lost_after_months", today)) else "unknown"


def pressure_high(books: Books, human: Human, last: tuple[int, int, date], today: date) -> bool:
    """From the limit on, which is lower after a stroke or an infarct."""
    event = "event_" if has(human, today, EVENTS) else ""
    top = books.threshold(f"rescue.{event}systolic_from", today)
    return last[0] >= top or last[1] >= books.threshold(f"rescue.{event}diastolic_from", today)


def sugar_risks(books: Books, human: Human, old: date, today: date) -> list[str]:
    """What the sugar tests of the last day with any say, and the last HbA1c of six months."""
    last = [test[-1] for code in SUGARS if (test := readings(human, code, old, today))]
    if not last:
        return []
    newest = max(row["day"] for row in last)
    valid = window(today, books.threshold("diabetes.hba1c_valid_months", today))
    told = [row for row in last if row["day"] == newest or (row["code"] == "hba1c" and row["day"] >= valid)]
    return [risk for row in told if (risk := sugar_risk(books, row, today)) is not None]


def sugar_risk(books: Books, row: Row, today: date) -> str | None:
    """One test. What was not fasting and is not high tells nothing."""
    code, value = row["code"], row["value"]
    if value >= books.threshold(f"rescue.{SUGARS[code]}_from", today):
        return "high"
    if SUGARS[code] == "glucose_random":
        return "medium" if value >= books.threshold("diabetes.diagnosis_glucose_random", today) else None
    if code == "hba1c":
        fine = value < books.threshold("diabetes.controlled_hba1c_below", today)
    else:
        lowest = books.threshold("diabetes.controlled_glucose_from", today)
        fine = lowest <= value <= books.threshold("diabetes.controlled_glucose_to", today)
    return good(books, row["day"], today) if fine else "medium"


def takes_over(other: Row, row: Row, lines: list[Row]) -> bool:
    """The same item later, at a time of day in common; what renews a line written with or after this one leaves it."""
    if row["item"] is None or other["item"] != row["item"] or other["day"] <= row["day"]:
        return False
    if (other["as_needed"] == "yes") != (row["as_needed"] == "yes") or not times(other) & times(row):
        return False
    renewed = [each["day"] for each in lines if each["id"] == other["renews"]]
    return not renewed or renewed[0] < row["day"]


def times(row: Row) -> set[str]:
    """Times of the day at which it is taken; all where only hours or nothing are said."""
    day = {"morning", "noon", "afternoon", "night"}
    said = {time for time in day if row[time] and not row["every_hours"]}
    return said or day


def medicine_days(human: Human, today: date) -> int | None:
    """Days left of the lasting medicine that ends first; where all ran out 120 days ago, of the one that ended last.

    What was given more than thirteen months ago is asked about where nothing lasting was given since.
    """
    lines = human.until("prescription", today)
    stopped = {row["prescription"] for row in human.until("prescription_stop", today)}
    lasting = [r for r in lines if r["id"] not in stopped and r["as_needed"] != "yes" and (r["days"] or 0) >= 28]
    lasting = [row for row in lasting if row["day"] >= months_after(today, -SUPPLY)] or lasting
    renewed = {row["renews"] for row in lines if row["renews"]}
    current, ever = [], []
    for row in lasting:
        left = (row["day"] - today).days + row["days"]
        again = any(takes_over(other, row, lines) for other in lines)
        if left > -120 and not again and row["id"] not in renewed:
            current.append(left)
        ever.append(left)
    return min(current) if current else max(ever, default=None)
