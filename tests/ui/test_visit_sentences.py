"""What is said of a typed value, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import ces_desktop
from ces_desktop.data.measures import measures
from ces_desktop.domain.plausibility import judge, judge_pressure, read
from ces_desktop.ui.messages import all_sentences, visits

ADULT = 58 * 365
PACKAGE = Path(ces_desktop.__file__).parent
SOURCES = (
    "domain/visits.py",
    "domain/measures.py",
    "domain/plausibility.py",
    "services/visits.py",
    "services/visit_rows.py",
    "services/care.py",
    "services/clinical_history.py",
    "services/results.py",
)


def test_values_are_doubted_in_spanish(spanish: None) -> None:
    known = measures()

    def said(code: str, typed: str, last: tuple[int, int] | None = None) -> str:
        return visits.verdict(known[code], read(known[code], typed, "female", ADULT, last)[1])

    assert said("height", "1.51") == "La talla va en centímetros. ¿151?"
    assert said("glucose_random", "412", (188, 30)) == "412 es muy distinto de 188. ¿Está bien?"
    assert said("weight", "70", (79_000, 20)) == "70: 11 % de diferencia con 79, hace 20 d. ¿Está bien?"
    assert said("temperature", "98.6") == "La temperatura va en °C. ¿37?"
    assert said("hba1c", "6.8") == "Alto: más de 5.6."
    assert said("systolic", "120") == ""
    pressure = judge_pressure(known, 13, 8, "female", ADULT)
    assert visits.verdict(known["systolic"], pressure) == "TA 13/8: ¿quiso decir 130/80?"


def test_values_are_doubted_in_english(english: None) -> None:
    glucose = measures()["glucose_random"]
    found = judge(glucose, 412, "female", ADULT, (188, 30))
    assert visits.verdict(glucose, found) == "412 is far from 188. Is it right?"


def test_every_refusal_and_act_of_care_has_its_sentence(spanish: None) -> None:
    known = all_sentences()
    missing = set()
    for name in SOURCES:
        text = (PACKAGE / name).read_text(encoding="utf-8")
        acts = set(re.findall(r'act\(\s*"([a-z_.]+)"', text)) | set(re.findall(r'SIGN = "([a-z.]+)"', text))
        codes = set(re.findall(r'"((?:visits|care|measures)\.[a-z_]+)"', text)) - acts
        missing |= {code for code in codes if code not in known and f"act.{code}" not in known}
        missing |= {act for act in acts if f"act.{act}" not in known}
    assert missing == set()
