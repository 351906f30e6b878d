"""Before a backup takes the place of the open data: what will happen, and what is kept."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from ces_desktop.data.backup import BackupInfo
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import Icon, Question, Text, column, row


def ask_restore(parent: QWidget | None, info: BackupInfo, today: date) -> bool:
    """Ask once; True when the person wants it."""
    return bool(RestoreQuestion(parent, info, today).ask())


class RestoreQuestion(Question):
    """One question: the data of that moment come back, today's are kept beside them, everyone signs in again."""

    def __init__(self, parent: QWidget | None, info: BackupInfo, today: date) -> None:
        super().__init__(
            parent,
            tr("Restore this backup?"),
            tr("The clinic goes back to {when} ({ago}).").format(
                when=labels.moment(info.made_at, CLINIC_ZONE), ago=labels.ago(local_day(info.made_at), today)
            ),
            primary=tr("Restore"),
            icon="archive-restore",
            width=560,
        )
        for icon, text in (
            ("eye-off", tr("What was saved after it will not be seen.")),
            ("shield-check", tr("Present data are kept beside them; nothing is erased.")),
            ("users", tr("People and passphrases stay as they are today.")),
            ("log-in", tr("The clinic closes; sign in again when it is done.")),
        ):
            self.add(row(Icon(icon, 18), (Text(text, wrap=True), 1), gap=12))


class WaitView(QWidget):
    """Shown while the clinic is closed and being exchanged: it cannot be cancelled and takes seconds."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.setProperty("surface", "page")
        words = column(Text(title, "title", align="center"), Text(text, "muted", align="center"), gap=8)
        self.setLayout(column(None, words, None))
        self.setAccessibleName(f"{title}. {text}")
