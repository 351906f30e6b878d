"""Sentences about reference lists: why an official catalogue, or a line of it, cannot be taken."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "reference.unreadable": tr("This file cannot be read. If it is on a stick, insert it and repeat."),
        "reference.empty_file": tr("This file is empty. Choose another."),
        "reference.spreadsheet": tr("This spreadsheet is of an old kind or has a password. Save it as XLSX or CSV."),
        "reference.spreadsheet_damaged": tr("This workbook cannot be read. Open it, save it again and choose it."),
        "reference.too_many_rows": tr("This file has more than {most} rows. Divide it."),
        "reference.not_text": tr("This file is not a table of text. Choose the catalogue as CSV or TXT."),
        "reference.too_large": tr("This file has more than {megabytes} MB. Choose the catalogue itself."),
        "reference.other_file": tr("Another kind of file: no columns {wanted} were found. Choose the catalogue."),
        "reference.row_code": tr("The code «{code}» does not have the shape of this catalogue."),
        "reference.row_name": tr("{code} has no name."),
        "reference.row_duplicate": tr("{code} is already on line {first_line}."),
        "reference.row_columns": tr("The line has {found} columns; the header has {expected}."),
    }
