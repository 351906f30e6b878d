"""Which version this is, what it is built on, and the notices that must travel with it."""

from __future__ import annotations

import platform

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ces_desktop import __version__, paths
from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Dialog, Text

SQLCIPHER = "SQLCipher: Copyright (c) 2008-2025 ZETETIC LLC. All rights reserved (BSD-3-Clause)."
LUCIDE = "Lucide icons: Copyright (c) 2020 Lucide Contributors (ISC); Feather, (c) 2013-2022 Cole Bemis (MIT)."


class AboutDialog(Dialog[bool]):
    """Version, purpose, notices; the whole licence page where it was shipped."""

    def __init__(self, parent: QWidget | None) -> None:
        title = tr("CES Desktop, version {version}").format(version=__version__)
        text = tr("Register, supplies and follow-up of rural clinics. MIT licence; it works without internet.")
        super().__init__(parent, title, text, primary=tr("Close"), width=640)
        self.secondary.hide()
        self.notices = QPlainTextEdit(licences())
        self.notices.setReadOnly(True)
        self.notices.setTabChangesFocus(True)
        self.notices.setAccessibleName(tr("Licences"))
        self.notices.setMinimumHeight(px(260))
        self.add(Text(machine(), "caption", selectable=True), self.notices)

    def answer(self) -> bool | None:
        """Read."""
        return True


def machine() -> str:
    """What support asks first: system, Python, Qt."""
    from PySide6.QtCore import qVersion

    return f"{platform.system()} {platform.release()} · Python {platform.python_version()} · Qt {qVersion()}"


def licences() -> str:
    """The notices that are asked for, and the whole page of licences when it came with the program."""
    page = paths.RESOURCES.parent / "docs" / "licences.md"
    try:
        whole = page.read_text(encoding="utf-8")
    except OSError:
        whole = "PySide6 / Qt 6: LGPL-3.0. SQLAlchemy, alembic: MIT. cryptography: Apache-2.0. reportlab: BSD."
    return "\n\n".join((SQLCIPHER, LUCIDE, whole))
