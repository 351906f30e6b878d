"""Words for backups: why one was made, what checking it showed."""

from __future__ import annotations

from ces_desktop.data.backup import BackupReport, Reason
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels


def sentences() -> dict[str, str]:
    """No codes of its own: the refusals of backups are with those of the disk."""
    return {}


def reason(value: Reason) -> str:
    """Why a backup was made."""
    return {
        "daily": tr("automatic, once a day"),
        "asked": tr("asked for by hand"),
        "migration": tr("before an update of the program"),
        "restore": tr("before a restore"),
    }[value]


def report(found: BackupReport) -> str:
    """What a whole backup holds: "1,204 people, 5,310 journal records"."""
    people, ops = found.tables.get("patient", 0), found.tables.get("op", 0)
    return tr("{people}, {records}").format(
        people=trn("{n} record of a person", "{n} records of people", people).format(n=labels.number(people)),
        records=trn("{n} journal entry", "{n} journal entries", ops).format(n=labels.number(ops)),
    )
