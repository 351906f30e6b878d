"""Questions and answers of the clinical history in words, in the language in use; for the screen and for paper."""

from __future__ import annotations

from ces_desktop.i18n import tr


def section(code: str) -> str:
    """The heading of a part of the history."""
    return {
        "family": tr("Family history"),
        "pathological": tr("Past illnesses"),
        "non_pathological": tr("Living conditions"),
        "gynaecological": tr("Gynaecological and obstetric history"),
        "habits": tr("Habits"),
    }[code]


def question(code: str) -> str:
    """The label of a question; one that is a measure bears the measure's own name, and its code stands here."""
    return (_family() | _pathological() | _living() | _women() | _habits()).get(code, code)


def _family() -> dict[str, str]:
    return {
        "family_diabetes": tr("Diabetes in the family"),
        "family_hypertension": tr("Hypertension in the family"),
        "family_heart": tr("Heart disease in the family"),
        "family_stroke": tr("Stroke in the family"),
        "family_kidney": tr("Kidney disease in the family"),
        "family_cancer": tr("Cancer in the family"),
        "family_asthma": tr("Asthma in the family"),
        "family_tuberculosis": tr("Tuberculosis in the family"),
        "family_epilepsy": tr("Epilepsy in the family"),
        "family_mental": tr("Mental illness in the family"),
        "family_other": tr("Other illness in the family"),
    }


def _pathological() -> dict[str, str]:
    return {
        "surgery": tr("Operations"),
        "admission": tr("Hospital stays"),
        "injury": tr("Fractures or serious injuries"),
        "transfusion": tr("Blood transfusions"),
        "childhood_illness": tr("Serious childhood illness"),
        "tuberculosis_before": tr("Tuberculosis before"),
        "convulsions": tr("Convulsions before"),
        "sexually_transmitted": tr("Sexually transmitted infection"),
        "covid_severe": tr("Severe COVID-19"),
        "pathological_other": tr("Other past illness"),
    }


def _living() -> dict[str, str]:
    return {
        "ethnic_group": tr("Ethnic group"),
        "occupation": tr("Occupation"),
        "schooling": tr("Schooling"),
        "floor": tr("Floor of the house"),
        "water": tr("Where the water comes from"),
        "toilet": tr("Toilet"),
        "water_boiled": tr("Drinks boiled or treated water"),
        "animals_inside": tr("Animals inside the house"),
        "vaccines_complete": tr("Vaccines complete"),
        "diet": tr("Usual food"),
    }


def _women() -> dict[str, str]:
    return {
        "menarche_age": tr("Age at first period"),
        "cycle": tr("Cycle"),
        "contraception": tr("Contraceptive method"),
        "last_cervical_test": tr("Last cervical test"),
        "last_breast_examination": tr("Last breast examination"),
        "last_mammography": tr("Last mammography"),
        "menopause": tr("Menopause"),
    }


def _habits() -> dict[str, str]:
    return {
        "substances": tr("Other substances"),
        "wood_smoke": tr("Cooks with wood inside the house"),
        "salt_added": tr("Adds salt at the table"),
        "sugary_drinks": tr("Sugary drinks daily"),
        "exercise": tr("Physical activity, 30 minutes on most days"),
    }


def option(word: str) -> str:
    """An answer chosen from a list; one nobody declared as it is."""
    return {
        "yes": tr("Yes"),
        "no": tr("No"),
        "unknown": tr("Not known"),
        "none": tr("None"),
        "other": tr("Other"),
        "primary": tr("Primary school"),
        "secondary": tr("Secondary school"),
        "upper": tr("Upper secondary school"),
        "university": tr("University"),
        "earth": tr("Earth"),
        "cement": tr("Cement"),
        "piped": tr("Piped"),
        "well": tr("Well"),
        "spring": tr("Spring or river"),
        "rain": tr("Rain"),
        "drain": tr("Drain"),
        "septic": tr("Septic tank"),
        "latrine": tr("Latrine"),
        "condom": tr("Condom"),
        "pill": tr("Pill"),
        "injection": tr("Injection"),
        "implant": tr("Implant"),
        "iud": tr("IUD"),
        "tubal": tr("Tubal ligation"),
        "natural": tr("Natural methods"),
    }.get(word, word)
