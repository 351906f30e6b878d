"""The clinical history: what is asked once of everybody (NOM-004-SSA3-2012, 6.1.1), and where each answer is kept.

The present ailment, the review of systems and the physical examination belong to the consult's note; chronic ailments
stand on the problem list and allergies in their own list, and are not asked here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Section = Literal["family", "pathological", "non_pathological", "gynaecological", "habits"]
SECTIONS: tuple[Section, ...] = ("family", "pathological", "non_pathological", "gynaecological", "habits")
"""In the order of the norm; habits last, as the form has them."""
Kind = Literal["yes_no", "choice", "text", "day", "measure"]
"""yes_no and choice take a text beside the word; `day` = a partial ISO date as text; `measure` = an observation."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `sex` "F" = asked of women only; `from_years` = not asked of younger ones."""

    code: str
    section: Section
    kind: Kind
    options: tuple[str, ...] = ()
    sex: str = ""
    from_years: int = 0

    def concerns(self, sex: str, years: int | None) -> bool:
        """Whether it is asked of somebody; of unknown sex or age everything is."""
        other = self.sex == "F" and sex == "male"
        return not other and (years is None or years >= self.from_years)


def _of(section: Section, kind: Kind, codes: str, sex: str = "", from_years: int = 0) -> tuple[Question, ...]:
    return tuple(Question(code, section, kind, (), sex, from_years) for code in codes.split())


FAMILY = _of(
    "family",
    "yes_no",
    "family_diabetes family_hypertension family_heart family_stroke family_kidney family_cancer family_asthma"
    " family_tuberculosis family_epilepsy family_mental family_other",
)
PATHOLOGICAL = (
    *_of(
        "pathological",
        "yes_no",
        "surgery admission injury transfusion childhood_illness tuberculosis_before convulsions sexually_transmitted"
        " covid_severe",
    ),
    *_of("pathological", "text", "pathological_other"),
)
NON_PATHOLOGICAL = (
    *_of("non_pathological", "text", "ethnic_group occupation"),
    Question("schooling", "non_pathological", "choice", ("none", "primary", "secondary", "upper", "university")),
    Question("floor", "non_pathological", "choice", ("earth", "cement", "other")),
    Question("water", "non_pathological", "choice", ("piped", "well", "spring", "rain", "other")),
    Question("toilet", "non_pathological", "choice", ("drain", "septic", "latrine", "none")),
    *_of("non_pathological", "yes_no", "water_boiled animals_inside vaccines_complete"),
    *_of("non_pathological", "text", "diet"),
    *_of("non_pathological", "measure", "blood_group"),
)
GYNAECOLOGICAL = (
    *_of("gynaecological", "text", "menarche_age cycle", "F", 9),
    *_of(
        "gynaecological",
        "measure",
        "pregnancies births_vaginal births_caesarean losses_before_20_weeks losses_after_20_weeks children_alive",
        "F",
        10,
    ),
    Question(
        "contraception",
        "gynaecological",
        "choice",
        ("none", "condom", "pill", "injection", "implant", "iud", "tubal", "natural", "other"),
        "F",
        10,
    ),
    *_of("gynaecological", "day", "last_cervical_test last_breast_examination last_mammography", "F", 20),
    *_of("gynaecological", "yes_no", "menopause", "F", 35),
)
HABITS = (
    *_of("habits", "measure", "tobacco alcohol", from_years=10),
    *_of("habits", "yes_no", "substances", from_years=10),
    *_of("habits", "yes_no", "wood_smoke salt_added sugary_drinks exercise"),
)
QUESTIONS: Mapping[str, Question] = {
    q.code: q for q in (*FAMILY, *PATHOLOGICAL, *NON_PATHOLOGICAL, *GYNAECOLOGICAL, *HABITS)
}
"""By code, in the order in which they are asked. Codes are written into records: they are for ever."""


def asked(sex: str, years: int | None) -> tuple[Question, ...]:
    """The questions for somebody, in order."""
    return tuple(q for q in QUESTIONS.values() if q.concerns(sex, years))
