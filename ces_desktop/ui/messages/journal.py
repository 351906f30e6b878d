"""Sentences of the journal: undo, things that are gone, and rights."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "undo.nothing": tr("There is nothing to undo since you signed in."),
        "undo.nothing_to_redo": tr("There is nothing to bring back."),
        "undo.changed_since": tr("This can no longer be undone: later records build on it."),
        "journal.gone": tr("This record is no longer in force. Look at its history."),
        "journal.other_clinic": tr("This record is of another clinic. Choose that clinic first."),
        "journal.bad_header": tr("A record cannot be read. Restore the last backup."),
        "journal.bad_text": tr("This text holds characters that cannot be stored. Type it again."),
        "journal.bad_hash": tr("A record was altered outside the program. Restore the last backup."),
        "access.not_allowed": tr("Your role does not include this. Ask who leads the clinic."),
        "access.no_such_user": tr("This person has no role here today. Ask who leads the clinic."),
        "clinic.prefix_shape": tr("The prefix is three capital letters, as in CAP."),
        "clinic.prefix_demo": tr("The prefix {prefix} is kept for demonstration clinics. Choose another."),
        "clinic.exists": tr("The clinic {prefix} is already on this computer. Sign in to it."),
        "clinic.restored": tr(
            "These data come from a backup. What was saved after it may be missing; compare with paper."
        ),
        "clinic.moved": tr("These data come from another computer. From now on this one writes under its own name."),
        "patients.numbers_used_up": tr("The record numbers of this computer are used up. Call support."),
        "act.undo": tr("undo"),
        "act.setup": tr("set-up of the clinic"),
    }
