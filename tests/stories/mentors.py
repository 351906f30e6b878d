"""A clinic with somebody who mentors and somebody who is mentored, for stories at the window."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from driver import PASSPHRASE, Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic, users
from ces_desktop.services.users import UserForm
from ces_desktop.ui.dialogs.preview import PreviewDialog

MENTOR, MENTEE = "Dr. Mentor Inventado", "Dra. Pasante Inventada"


def make(root: Path, prefix: str = "CAP") -> tuple[Id, Id]:
    """The clinic's laptop: (who is mentored and keeps it, who mentors), each with a passphrase."""
    new = clinic.NewClinic(prefix, "El Mirador", MENTEE, PASSPHRASE, CLINIC_ROLES)
    folder, mentee, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    opened = clinic.open_clinic(folder, mentee, PASSPHRASE)
    mentor = users.join(opened, UserForm(MENTOR, "", frozenset({Role.MENTOR})), PASSPHRASE).value
    opened.close()
    return mentee, mentor


def enter(person: Person, root: Path, user: Id, prefix: str = "CAP") -> None:
    """Sign somebody in, whoever was before."""
    application = person.application
    if application.open is not None:
        application.sign_out()
        person.settle()
    application.enter(clinic.open_clinic(ClinicFolder(root / prefix), user, PASSPHRASE))
    person.settle()


def printed(person: Person) -> str:
    """The words of the paper that F8 shows; the preview is closed at once."""
    found: list[bytes] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, PreviewDialog):
            QTimer.singleShot(20, look)
            return
        found.append(dialog.pdf.data)
        dialog.reject()

    QTimer.singleShot(20, look)
    person.press("F8")
    person.wait_until(lambda: bool(found))
    person.application.frame.activateWindow()  # the offscreen platform leaves it to the dialog that went
    person.settle()
    with pypdfium2.PdfDocument(found[0]) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\xa0", " ").split())
