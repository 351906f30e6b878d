"""Sentences of the people who sign in, of the wizard's answers, and the names of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "users.no_name": tr("Write the name as it is printed, such as Dr. Ana Robles."),
        "users.no_role": tr("Choose at least one role."),
        "users.too_long": tr("Too long: {most} letters at most."),
        "users.odd_letters": tr("There are signs here that cannot be printed. Type it again."),
        "users.same_name": tr("There is already a person of this name. Add a second surname."),
        "users.last_lead": tr("Nobody else leads the clinic. Give that role to another person first."),
        "users.not_oneself": tr("Nobody can take off their own access. Ask another who leads."),
        "users.no_clinic_name": tr("Write the name of the clinic."),
        "users.clues_shape": tr("The CLUES has five letters and six digits, as in CSSSA000001."),
        "users.clues_future": tr("The key cannot begin in the future. Check the date."),
        "users.no_date": tr("Write the date from which the key counts."),
        "users.passphrases_differ": tr("The two passphrases are not the same. Type them again."),
        "users.pins_differ": tr("The two PINs are not the same. Type them again."),
        "users.no_clinic_chosen": tr("Choose the clinic from the list, or write a new one."),
        "users.sheet_not_kept": tr("Type group {group} of the sheet, or tick that it is on paper."),
        "users.first_administers": tr("The first person administers: tick that role too."),
        "users.first_leads": tr("The first person leads the clinic: tick that role too."),
        "backup.none_here": tr("There is no backup in this folder. Choose the one that holds them."),
        "users.no_backup_chosen": tr("Choose the folder of a backup."),
        "act.users.add": tr("new person with access"),
        "act.users.change": tr("change to a person with access"),
        "act.users.roles": tr("change of roles"),
        "act.users.deactivate": tr("access taken off"),
        "act.clinic.change": tr("change to the clinic's facts"),
        "act.clinic.share_confidential": tr("where confidential notes may go"),
    }
