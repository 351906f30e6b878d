"""Sentences of the machine and its files: the clinic's folder, passphrases and PINs, backups."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {**_storage(), **_vault(), **_backup()}


def _storage() -> dict[str, str]:
    return {
        "storage.full": tr("The disk is full: {missing_mb} MB short. Free some space and repeat."),
        "storage.read_only": tr("Nothing can be written in this folder. Choose another or ask for permission."),
        "storage.missing_place": tr("This folder is not there. If it is on a stick, insert it and repeat."),
        "storage.unwritable": tr("The disk did not take the file. What there was is still there; repeat."),
        "storage.unreadable": tr("The disk did not answer well. What was saved is still there; repeat."),
        "storage.in_use": tr("Another program holds the data. You can read; close it to save."),
        "storage.missing": tr("The clinic's data are not in this folder. Restore a backup."),
        "storage.wrong_key": tr("This key does not open these data. Restore a backup of this clinic."),
        "storage.damaged": tr("The data file is damaged. Nothing was changed; restore the last backup."),
        "storage.too_new": tr("These data are from a newer version. Update the program; nothing was changed."),
        "storage.clock_behind": tr("The clock is before the last record. Check this computer's date."),
    }


def _vault() -> dict[str, str]:
    return {
        "vault.exists": tr("This folder already holds a clinic. Choose another."),
        "vault.missing": tr("The key file is not in this folder. Restore a backup."),
        "vault.damaged": tr("The key file is damaged. Restore a backup of this clinic."),
        "vault.too_new": tr("The key file is from a newer version. Update the program."),
        "vault.other_key": tr("The key in hand is another clinic's. Nothing was changed."),
        "vault.no_slot": tr("This person has no access to this clinic."),
        "vault.slot_exists": tr("This person already has access."),
        "vault.last_slot": tr("This is the only person with access. Give it to another first."),
        "vault.wrong_passphrase": tr("The passphrase does not match. Check capitals and spelling."),
        "vault.passphrase_short": tr("Too short: use {words} words or {characters} characters."),
        "vault.passphrase_simple": tr("Too easy to guess: it repeats itself. Use different words."),
        "vault.recovery_group": tr("Group {group} of {groups} does not match the sheet. Check its letters."),
        "vault.recovery_length": tr("{have} of {need} groups were typed. Check the sheet."),
        "vault.wrong_recovery": tr("This sheet does not open this clinic. Is there a newer one?"),
        "vault.locked": tr("The session is locked. Type your PIN."),
        "vault.pin_form": tr("The PIN has 4 to 8 digits."),
        "vault.pin_simple": tr("This PIN is the first one anybody tries. Choose another."),
        "vault.wrong_pin": tr("The PIN does not match."),
        "vault.key_dropped_tries": tr("Five wrong PINs. Type your passphrase to go on; the work is kept."),
        "vault.key_dropped_time": tr("More than 30 minutes locked. Type your passphrase; the work is kept."),
    }


def _backup() -> dict[str, str]:
    return {
        "backup.full": tr("The backup does not fit: {missing_mb} MB short. Nothing was written."),
        "backup.read_only": tr("Nothing can be written where backups go. Choose another folder."),
        "backup.target_missing": tr("The backup folder is not there. If it is a stick, insert it and repeat."),
        "backup.unreliable": tr("What was written there does not read back. Use another stick or folder."),
        "backup.cancelled": tr("The backup was cancelled. Nothing was written."),
        "backup.incomplete": tr("This folder is not a whole backup: files are missing. Choose another."),
        "backup.damaged": tr("This backup is damaged. Nothing was changed; choose another."),
        "backup.wrong_key": tr("This backup opens with another key. Use its own passphrase."),
        "backup.other_clinic": tr("This backup is another clinic's. Nothing was changed."),
    }
