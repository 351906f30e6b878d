"""Sentences about equipment, the words for its states and events, and the names of what was done."""

from __future__ import annotations

from ces_desktop.domain.supply.equipment import Due, EventKind, State
from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "equipment.name_missing": tr("Write what the piece is."),
        "equipment.months": tr("An interval is a number of months from 1 to {most}. Leave it empty if none is needed."),
        "equipment.serial_taken": tr("Another piece has this serial number: {name}. Check it on the label."),
        "equipment.owner": tr("Choose whose it is."),
        "equipment.acquired": tr("That cannot be when it came. Write a year, a month or a day that is past."),
        "equipment.unknown": tr("This piece is no longer in the register."),
        "equipment.retired": tr("This piece is out of use. A check that finds it working brings it back."),
        "equipment.state": tr("Choose the state in which it was left."),
        "equipment.detail_missing": tr("Say in a few words what it does not do."),
        "equipment.no_day": tr("The date is missing. Write the day on which it happened."),
        "equipment.future": tr("It cannot have happened after today. Check the date."),
        "equipment.before_acquired": tr("That is before the piece was here ({year}). Check the date."),
        "act.equipment.add": tr("new piece of equipment"),
        "act.equipment.edit": tr("correction of a piece of equipment"),
        "act.equipment.fault": tr("fault report"),
        "act.equipment.repair": tr("repair"),
        "act.equipment.calibration": tr("calibration"),
        "act.equipment.maintenance": tr("maintenance"),
        "act.equipment.check": tr("check of a piece of equipment"),
        "act.equipment.retired": tr("piece of equipment taken out of use"),
        "act.equipment.take_back": tr("note about a piece of equipment taken back"),
    }


def state_words(state: State) -> str:
    """The state of a piece."""
    return {
        "working": tr("Works"),
        "partly": tr("Works in part"),
        "broken": tr("Does not work"),
        "away": tr("Being repaired"),
        "retired": tr("Out of use"),
        "unknown": tr("Not known"),
    }[state]


def kind_words(kind: EventKind) -> str:
    """What happened to a piece."""
    return {
        "fault": tr("Fault"),
        "repair": tr("Repair"),
        "calibration": tr("Calibration"),
        "maintenance": tr("Maintenance"),
        "check": tr("Check-up"),
        "retired": tr("Taken out of use"),
    }[kind]


def owner_words(owner: str) -> str:
    """Whose a piece is."""
    return {"CES": tr("CES"), "SSA": tr("Ministry (SSA)"), "other": tr("Another")}.get(owner, "")


def duty_words(due: Due) -> str:
    """Which duty comes next."""
    return tr("Calibration") if due.duty == "calibration" else tr("Maintenance")
