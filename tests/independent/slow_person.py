"""What the slow recomputation knows of one person on one day: standing, enrolment, visits, readings, control."""

from __future__ import annotations

from datetime import date

from slow_books import Books, Human, Row, months_from

GLUCOSE = ("glucose_fasting", "glucose_random", "glucose_unknown")
AWAY = ("died", "moved", "transferred")
DIABETES_CODES = ("E10", "E11", "E12", "E13", "E14")
KIDNEY_CODES = ("N18",)


def status(human: Human, day: date) -> str:
    """The last status noted about a day not later."""
    noted = human.until("patient_status", day)
    return noted[-1]["status"] if noted else "active"


def spells(human: Human, programme: str, day: date) -> list[list[date | None]]:
    """[first day, day of leaving or None] of each time in a programme, as known on a day."""
    found: list[list[date | None]] = []
    for row in human.until("enrolment", day):
        if row["programme"] != programme:
            continue
        inside = bool(found) and found[-1][1] is None
        if row["state"] == "enrolled" and not inside:
            found.append([row["day"], None])
        if row["state"] == "left" and inside:
            found[-1][1] = row["day"]
    return found


def enrolled_since(human: Human, programme: str, day: date) -> date | None:
    """First day of the time in a programme that goes on on that day."""
    found = spells(human, programme, day)
    return found[-1][0] if found and found[-1][1] is None else None


def taken_here(row: Row) -> bool:
    """Who had a blood pressure or a glucose taken was here (Simple: what a visit is), be the consult signed or not.

    What a laboratory answered says nothing of that, nor a glucose of no consult: somebody brought it from elsewhere.
    """
    if row["request"] is not None:
        return False
    return row["code"] == "systolic" or (row["code"] in GLUCOSE and row["encounter"] is not None)


def visit_days(human: Human, day: date) -> list[date]:
    """Days on which they were seen, oldest first, up to one."""
    days = {row["day"] for row in human.until("encounter", day)}
    days |= {row["day"] for row in human.until("observation", day) if taken_here(row)}
    return sorted(days)


def problems(human: Human, day: date) -> list[str]:
    """Codes of the problem list: the last line of each problem, where it is active."""
    last: dict[bytes, Row] = {}
    for row in human.until("condition", day):
        last[row["problem"] or row["id"]] = row
    return [row["code"] for row in last.values() if row["state"] == "active" and row["code"]]


def has(human: Human, day: date, codes: tuple[str, ...]) -> bool:
    """Whether a code of the problem list begins so."""
    return any(code.startswith(codes) for code in problems(human, day))


def readings(human: Human, code: str, first: date, last: date) -> list[Row]:
    """Numbers of a measure taken from a day to another, oldest first."""
    return [
        r
        for r in human.rows["observation"]
        if r["code"] == code and first <= r["day"] <= last and r["value"] is not None
    ]


def last_pressure(human: Human, first: date, last: date) -> tuple[int, int, date] | None:
    """The last whole pressure (systolic, diastolic, day): both numbers of one day and one consult."""
    high, low = readings(human, "systolic", first, last), readings(human, "diastolic", first, last)
    for top in reversed(high):
        halves = [row for row in low if (row["day"], row["encounter"]) == (top["day"], top["encounter"])]
        if halves:
            return top["value"], halves[-1]["value"], top["day"]
    return None


def window(day: date, months: int) -> date:
    """First day of the calendar months fewer than so many before: three in April begin on 1 February."""
    first = date(day.year, day.month, 1)
    while months_from(first, day) < months - 1:
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return first


def pressure_control(human: Human, since: date, day: date, books: Books) -> tuple[str, str]:
    """(control, what it was judged by) of the last blood pressure from a day on."""
    last = last_pressure(human, since, day)
    if last is None:
        return "no_reading", ""
    ill = has(human, day, DIABETES_CODES + KIDNEY_CODES) or enrolled_since(human, "diabetes", day) is not None
    strict = ill and books.threshold("hypertension.strict_applies", day) == 1
    kind = "strict" if strict else "controlled"
    good_top = last[0] < books.threshold(f"hypertension.{kind}_systolic_below", day)
    good_bottom = last[1] < books.threshold(f"hypertension.{kind}_diastolic_below", day)
    return ("controlled" if good_top and good_bottom else "uncontrolled"), "pressure"


def glucose_control(human: Human, since: date, since_hba1c: date, day: date, books: Books) -> tuple[str, str]:
    """HbA1c first, else the fasting glucose."""
    long = readings(human, "hba1c", since_hba1c, day)
    if long:
        good = long[-1]["value"] < books.threshold("diabetes.controlled_hba1c_below", day)
        return ("controlled" if good else "uncontrolled"), "hba1c"
    short = readings(human, "glucose_fasting", since, day)
    if short:
        lowest = books.threshold("diabetes.controlled_glucose_from", day)
        highest = books.threshold("diabetes.controlled_glucose_to", day)
        return ("controlled" if lowest <= short[-1]["value"] <= highest else "uncontrolled"), "glucose"
    return "no_reading", ""


def control(human: Human, programme: str, day: date, books: Books, since: date | None = None) -> tuple[str, str]:
    """As a month's end judges it; with `since` only what was measured from that day on."""
    months = books.threshold(f"{programme}.missed_after_months", day)
    first = since or window(day, months)
    if programme == "hypertension":
        return pressure_control(human, first, day, books)
    long = since or window(day, books.threshold("diabetes.hba1c_valid_months", day))
    return glucose_control(human, first, long, day, books)


def seen(human: Human, programme: str, day: date, books: Books) -> bool:
    """Whether they came in the last three calendar months."""
    days = visit_days(human, day)
    return bool(days) and months_from(days[-1], day) < books.threshold(f"{programme}.missed_after_months", day)


def lost(human: Human, programme: str, day: date, books: Books) -> bool:
    """Enrolled, and neither seen nor enrolled in twelve calendar months."""
    since = enrolled_since(human, programme, day)
    assert since is not None
    limit = books.threshold("rescue.lost_after_months", day)
    return all(months_from(each, day) >= limit for each in [since, *visit_days(human, day)])


def outcome(human: Human, programme: str, day: date, books: Books) -> str:
    """The three-month outcome, in its order."""
    return control(human, programme, day, books)[0] if seen(human, programme, day, books) else "missed"


def here(human: Human, programme: str, day: date) -> bool:
    """Enrolled and neither dead nor moved nor transferred."""
    return status(human, day) not in AWAY and enrolled_since(human, programme, day) is not None
