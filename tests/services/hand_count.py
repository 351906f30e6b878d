"""The month of a register counted by hand: three CSV files, dictionaries and loops, nothing of the program.

The rules are those of the definitions on paper: a visit is a day on which something was measured; who died is in no
denominator; lost = neither seen nor enrolled for twelve months; judged = enrolled three months or more and not lost.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

LEFT_OUT = {"imc", "egfr"}
"""What the program computes by itself and does not take from a file."""
DIABETES = {
    "44054006", "127013003", "90781000119102", "157141000119108", "1551000119108", "368581000119106",
}  # fmt: skip
HYPERTENSION = {"59621000", "38341003"}
KIDNEY = {"433144002", "431856006", "431855005", "431857002"}
GROUPS = ("controlled", "uncontrolled", "no_reading", "missed")


@dataclass
class Someone:
    """What the files say of one person; days are ISO."""

    sex: str
    born: date
    died: str
    visits: set[str] = field(default_factory=set)
    pressures: dict[str, tuple[float, float]] = field(default_factory=dict)
    hba1c: dict[str, float] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)
    """Programme, or "kidney" → the day of the first line."""


def read(folder: Path) -> dict[str, Someone]:
    """Everybody by number."""
    people = {
        row["pid"]: Someone(row["sexo"], date.fromisoformat(row["nacimiento"]), row["defuncion"])
        for row in _rows(folder / "pacientes.csv")
    }
    halves: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(folder / "observaciones.csv"):
        who, day, kind = people[row["pid"]], row["fecha"], row["tipo"]
        if kind in LEFT_OUT:
            continue
        who.visits.add(day)
        if kind in ("pas", "pad"):
            halves[row["pid"], day][kind].append(float(row["valor"]))
        if kind == "hba1c":
            who.hba1c[day] = float(row["valor"])
    for (pid, day), found in halves.items():
        pairs = [pair for pair in zip(found["pas"], found["pad"], strict=True) if pair[0] > pair[1]]
        if pairs:
            people[pid].pressures[day] = pairs[-1]
    for row in _rows(folder / "condiciones.csv"):
        for name, codes in (("hypertension", HYPERTENSION), ("diabetes", DIABETES), ("kidney", KIDNEY)):
            if row["snomed"] in codes and not row["fin"]:
                held = people[row["pid"]].since
                held[name] = min(held.get(name, row["inicio"]), row["inicio"])
    return people


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count(people: dict[str, Someone], month: str) -> dict[str, int]:
    """The figures of an ISO month by their codes."""
    end = _last_day(month)
    seen = [(who, day) for who in people.values() for day in who.visits if day[:7] == month]
    first = [who for who, day in seen if day == min(each for each in who.visits if each[:4] == day[:4])]
    found = {
        "visits": len(seen), "visits_first": len(first), "visits_later": len(seen) - len(first),
        "people_seen": len({id(who) for who, _ in seen}),
    }  # fmt: skip
    for programme in ("hypertension", "diabetes"):
        tally: Counter[str] = Counter()
        for who in people.values():
            since = who.since.get(programme, "9999")
            if since > end or (who.died and who.died <= end):
                continue
            tally["enrolled"] += 1
            last = max([day for day in who.visits if day <= end], default="")
            if _months(max(last, since), end) >= 12:
                tally["lost"] += 1
            elif _months(since, end) >= 3:
                tally["judged"] += 1
                tally["missed" if not last or _months(last, end) >= 3 else _control(who, programme, end)] += 1
        found |= {f"{programme}.{code}": tally[code] for code in ("enrolled", "lost", "judged", *GROUPS)}
    return found


def ages(people: dict[str, Someone], month: str) -> Counter[tuple[str, str]]:
    """(band, sex) → visits of a month."""
    tally: Counter[tuple[str, str]] = Counter()
    for who in people.values():
        for day in (date.fromisoformat(day) for day in who.visits if day[:7] == month):
            years = day.year - who.born.year - ((day.month, day.day) < (who.born.month, who.born.day))
            band = "20-39" if years < 40 else "40-59" if years < 60 else "60+"
            assert years >= 20
            tally[band, who.sex] += 1
    return tally


def _control(who: Someone, programme: str, end: str) -> str:
    if programme == "diabetes":
        days = [day for day in who.hba1c if day <= end and _months(day, end) < 6]
        if not days:
            return "no_reading"
        return "controlled" if round(who.hba1c[max(days)], 1) < 7 else "uncontrolled"
    days = [day for day in who.pressures if day <= end and _months(day, end) < 3]
    if not days:
        return "no_reading"
    strict = any(who.since.get(name, "9999") <= end for name in ("diabetes", "kidney"))
    above, below = who.pressures[max(days)]
    return "controlled" if above < (130 if strict else 140) and below < (80 if strict else 90) else "uncontrolled"


def _months(day: str, end: str) -> int:
    return (int(end[:4]) - int(day[:4])) * 12 + int(end[5:7]) - int(day[5:7])


def _last_day(month: str) -> str:
    after = date.fromisoformat(f"{month}-28") + timedelta(days=4)
    return (after - timedelta(days=after.day)).isoformat()
