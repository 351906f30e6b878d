"""Sentences about an imported register: why a row or a value was not kept, and what a mapping lacks."""

from __future__ import annotations

from collections.abc import Callable

from ces_desktop import i18n
from ces_desktop.data.measures import measures
from ces_desktop.domain.measures import show
from ces_desktop.domain.register_rows import Trouble
from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return _mapping() | _rows() | _values() | {"act.register.import": tr("import of a register")}


def _mapping() -> dict[str, str]:
    return {
        "register_import.register_missing": tr("The register has no name. Write whose it is."),
        "register_import.register_bad": tr("The name of the register is too long or has odd marks. Write another."),
        "register_import.identifier_missing": tr("No column holds the number of the person. Choose one."),
        "register_import.facts_missing": tr("No columns hold what was measured and its value. Choose them."),
        "register_import.name_missing": tr("No column holds the name. Choose one."),
        "register_import.mapping_unreadable": tr("This is no mapping of columns. Choose another file."),
        "register_import.mapping_missing": tr("There is no mapping of columns of this name."),
        "register_import.name_bad": tr("The name may have up to {limit} letters. Write another."),
        "register_import.as_of_bad": tr("This day cannot be read, or is after today. Write day, month and year."),
        "register_import.no_rows": tr("The file has no rows below its headings. Choose another."),
        "register_import.undecided": tr("To decide: {n}. Say what each person is."),
    }


def _rows() -> dict[str, str]:
    return {
        "register_import.number_unknown": tr("Nobody of this register bears the number. Import the people first."),
        "register_import.number_missing": tr("The number of the person is missing."),
        "register_import.number_in_file": tr("The number is that of another person in line {line}."),
        "register_import.number_here": tr("The number is that of another person registered here."),
        "register_import.number_in_file_new": tr("The number is that of line {line} too; registered as somebody else."),
        "register_import.number_here_new": tr("The number is of somebody else here; registered as another person."),
        "register_import.too_many_cells": tr("The row has more cells than headings. Look for a stray separator."),
        "register_import.birth_needed": tr("Without a number the birth must be readable, to know the person again."),
        "register_import.nothing_said": tr("The row says nothing that can be kept."),
        "register_import.code_unknown": tr("What was measured is not in the mapping, or is computed here by itself."),
        "register_import.condition_unlisted": tr("The mapping does not list this code as an ailment."),
        "register_import.after_death": tr("{what} is after the death."),
        "register_import.before_birth": tr("{what} is before the birth."),
    }


def _values() -> dict[str, str]:
    return {
        "register_import.age_undated": tr("An age without the day it was stated. Write the day of the register."),
        "register_import.age_unread": tr("This is no age. Write years, or months with «m»."),
        "register_import.sex_unread": tr("This is no sex. Write F or M, or H and M."),
        "register_import.sex_ambiguous": tr("M may be a man or a woman. Write the word."),
        "register_import.answer_unread": tr("The answer cannot be read. Write yes or no."),
        "register_import.unit_unknown": tr("The unit is not known for this measure."),
        "register_import.impossible": tr("{value} cannot be."),
        "register_import.pressure_unread": tr("This is no blood pressure. Write 120/80."),
        "register_import.pressure_impossible": tr("This blood pressure cannot be."),
        "register_import.no_day": tr("A measure without a day. Choose a column of dates or write the day."),
        "register_import.both_boxes": tr("Both boxes are ticked."),
        "register_import.measure_unknown": tr("This version does not know the measure."),
        "register_import.future": tr("The day is after today."),
        "register_import.place_unknown": tr("The community is not in the list, or there are several of the name."),
    }


def reasons() -> Callable[[Trouble], str]:
    """Words each trouble, with the value as people write it and what was perhaps meant."""
    from ces_desktop.ui.messages import all_sentences

    told, known, language = all_sentences(), measures(), i18n.language()

    def words(trouble: Trouble) -> str:
        facts = dict(trouble.facts)
        found = known.get(str(facts.get("measure", facts.get("what", ""))))
        if trouble.code == "register_import.impossible" and found is not None:
            facts["value"] = show(found, int(str(facts["value"])))
        if "what" in facts:
            facts["what"] = found.name(language) if found is not None else facts["what"] or tr("Something")
        said = told.get(trouble.code, trouble.code).format(**facts)
        meant = facts.get("meant")
        if isinstance(meant, tuple) and meant:
            shown = "/".join(show(found, value) if found is not None else str(value) for value in meant)
            said += " " + tr("Perhaps {meant}?").format(meant=shown)
        return said

    return words


def titles() -> dict[str, str]:
    """The words of the file of what was not kept."""
    return {
        "line": tr("Line"),
        "missing": tr("Not kept"),
        "reason": tr("Reason"),
        "row": tr("the whole row"),
        "value": tr("a value"),
    }


def skipped() -> str:
    """Why a row was left out that is like somebody here."""
    return tr("Left out by choice: perhaps somebody registered here already.")
