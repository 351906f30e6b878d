"""What the tests of the monthly report share: an invented month that adds up, from full to empty."""

from __future__ import annotations

from dataclasses import replace

from ces_desktop.domain.month_visits import AGES, SEXES, Week
from ces_desktop.domain.monthly import MonthlyReport, Number, Place, Written, months_before

PROGRAMMES = ("hypertension", "diabetes")
BANDS = (*(name for name, _ in AGES), "unknown")


def numbers(visits: int = 90, judged: int = 40) -> dict[str, Number]:
    """Every figure of a month; the four outcomes of `judged` people add to it."""
    missed, silent = judged // 5, judged // 10
    controlled = (judged - missed - silent) // 2
    uncontrolled = judged - missed - silent - controlled
    found = {
        "visits": Number(1, visits),
        "visits_first": Number(1, visits // 3, visits),
        "visits_later": Number(1, visits - visits // 3, visits),
        "visits_without_diagnosis": Number(1, visits // 30, visits),
        "people_seen": Number(1, visits - visits // 9),
    }
    for programme in PROGRAMMES:
        enrolled, lost = judged + judged // 4, judged // 8
        of = {
            "enrolled": Number(1, enrolled), "new": Number(1, judged // 9), "died": Number(1, 0),
            "lost": Number(1, lost, enrolled), "judged": Number(1, judged, None, silent),
            "controlled": Number(1, controlled, judged, silent),
            "uncontrolled": Number(1, uncontrolled, judged, silent),
            "no_reading": Number(1, silent, judged, silent), "missed": Number(1, missed, judged, silent),
            "cascade_under_care": Number(1, enrolled - lost, enrolled),
            "cascade_seen": Number(1, enrolled - lost - missed, enrolled),
            "cascade_controlled": Number(1, controlled, enrolled),
            "visits_without_reading": Number(1, visits // 20, visits // 3, visits // 20),
        }  # fmt: skip
        if programme == "diabetes":
            of["by_hba1c"] = Number(1, controlled, controlled + uncontrolled, silent)
            of["by_glucose"] = Number(1, uncontrolled, controlled + uncontrolled, silent)
        found |= {f"{programme}.{code}": number for code, number in of.items()}
    return found


def place(name: str, judged: int) -> Place:
    """A community whose parts add up."""
    controlled, missed = judged // 2, judged // 4
    return Place(name, judged + 2, 1, judged, controlled, judged - controlled - missed, 0, missed)


def report(month: str = "2026-03", communities: int = 6, **fields: object) -> MonthlyReport:
    """A month of ninety consults in five weeks."""
    visits = 90
    each = visits // 5
    ages = {band: dict.fromkeys(SEXES, 0) for band in BANDS}
    ages["20-39"] = {"female": 50, "male": 30, "unknown": 0}
    ages["60+"] = {"female": 6, "male": 4, "unknown": 0}
    made = MonthlyReport(
        month=month,
        over=True,
        first_month="2020-01",
        definitions="1-0123abcd",
        thresholds="0123456789ab",
        months=tuple((months_before(month, n), numbers(visits - n, 40 - n)) for n in range(12, -1, -1)),
        weeks=tuple(Week(2026, 9 + n, f"2026-03-{1 + 7 * n:02d}", each // 3, each - each // 3) for n in range(5)),
        ages=ages,
        diagnoses=tuple(
            Written(f"I{n:02d}X", f"Diagnóstico inventado {n}", f"Invented {n}", 60 - n, 3) for n in range(18)
        ),
        reasons={"hypertension": {"no_equipment": 2, "": 2}, "diabetes": {}},
        places={p: tuple(place(f"Comunidad {n:02d}", 3 + 4 * n) for n in range(communities)) for p in PROGRAMMES},
        to_find=11,
        lost=4,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def empty(month: str = "2026-03") -> MonthlyReport:
    """A clinic that has seen nobody yet."""
    zero = {
        code: Number(n.version, 0, None if n.denominator is None else 0, None if n.no_reading is None else 0)
        for code, n in numbers().items()
    }
    return report(
        month,
        first_month=None,
        months=tuple((months_before(month, n), zero) for n in range(12, -1, -1)),
        weeks=tuple(Week(2026, 9 + n, f"2026-03-{1 + 7 * n:02d}", 0, 0) for n in range(5)),
        ages={band: dict.fromkeys(SEXES, 0) for band in BANDS},
        diagnoses=(),
        reasons={},
        places=dict.fromkeys(PROGRAMMES, ()),
        to_find=0,
        lost=0,
    )
