"""Sentences of the command line."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "cli.no_such_sheet": tr("The workbook has no sheet of this name."),
        "cli.needs_data": tr("Name the clinic: --data FOLDER --passphrase-file FILE before the command."),
        "cli.not_the_same": tr("The two passphrases differ. Nothing was made."),
        "cli.hub_needs": tr("Say it after the command, nobody can be asked here: {option}"),
        "cli.no_such_user": tr("Nobody of that name has a passphrase here."),
        "cli.passphrase_file": tr("The passphrase file cannot be read or is empty."),
        "demo.until_shape": tr("--until wants a month as YYYY-MM."),
        "demo.exists": tr("The folder {folder} already holds data. Choose another."),
    }
