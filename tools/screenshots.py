"""Draws every screen and print to `docs/screenshots`: `python -m tools.screenshots [FOLDER]`.

The real application runs over clinics of invented people in a folder of its own; nothing of this laptop's own data or
settings is read or changed. Made anew before each release, and looked at beside the design.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from ces_desktop import __version__, i18n, settings
from ces_desktop.data import vault
from ces_desktop.data.passphrase import RecoveryKey, write_recovery
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.ids import Id
from ces_desktop.services import backups, clinic
from ces_desktop.services.demo import PASSPHRASE, create_demo
from ces_desktop.ui import theme
from ces_desktop.ui.dialogs.keys import KeysDialog
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.registration_page import RegistrationPage
from tools.camera import SIZE, SMALL, Camera, save
from tools.screenshots_care import care
from tools.screenshots_consult import consults
from tools.screenshots_exchange import exchanges
from tools.screenshots_mentoring import mentoring, states
from tools.screenshots_network import network
from tools.screenshots_staff import staff
from tools.screenshots_supplies import supplies

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PEOPLE = 400
PHRASE = "frase inventada para las figuras"
INVENTED_KEY = 0x1234_5678_9ABC_DEF0_1234_5678_9ABC_DEF0_123
"""Of the printed sheet in the pictures; it opens nothing."""
PAPER_DPI = 90
FACE = "Open Sans"
"""Of the letters, where this machine has it, as in the design; the program itself uses the system's own."""
SAID = re.compile(r"(?<=\nLetters: )[^\n.]+")
"""The face named in the README beside the pictures."""

MISTYPED = {
    "given": "Rosa",
    "paternal": "Gómez",
    "maternal": "",
    "maternal_kind": "given",
    "sex": "",
    "birth": "30/02/1990",
    "curp": "GOXX900230MCSMXX",
    "phone": "96",
}


def wizard(camera: Camera) -> None:
    """A fresh machine: every step, then the clinic nobody is registered in yet."""
    camera.application.start()
    camera.settle()
    page = camera.application._view
    assert isinstance(page, Wizard)
    page._group = 3
    camera.take("asistente_1_inicio")
    page.forward()
    a = page.answers
    a.prefix, a.name, a.municipality = "MIR", "El Mirador", "Siltepec"
    a.official_name = "Unidad Médica Rural El Mirador (inventada)"
    _filled(page)
    camera.take("asistente_2_clinica")
    page.forward()
    page.answers.user_name = "Dra. Ana Robles"
    page.answers.licence = "MPSS"
    _filled(page)
    camera.take("asistente_3_quien")
    page.forward()
    page.answers.phrase = (PHRASE, PHRASE)
    _filled(page)
    camera.take("asistente_4_frase")
    page.forward()
    camera.settle(lambda: isinstance(page.step, SheetStep) and not page.jobs.running)
    camera.take("asistente_5_hoja")
    page.answers.kept = True
    _filled(page)
    page.forward()
    camera.settle(lambda: camera.application.window is not None)
    for key, name in (("today", "hoy_vacio"), ("patients", "pacientes_vacio"), ("duplicates", "duplicados_vacio"),
                      ("households", "hogares_vacio"), ("backups", "respaldos_vacio")):  # fmt: skip
        camera.go(key)
        camera.take(name)


def _filled(page: Wizard) -> None:
    """Draw the step again with the answers, instead of keeping what its fields hold."""
    page.step = None
    page.redraw()


def pages(camera: Camera, people: dict[str, Id]) -> None:
    """Every place and dialog of a clinic in use."""
    correct(camera, people["known"])
    camera.go("patients")
    camera.take("pacientes")
    search(camera, "lo pe ma", "busqueda")
    search(camera, "lopes peres", "busqueda_cercana")
    search(camera, ">", "ordenes")
    camera.go("patient", people["known"])
    camera.take("paciente")
    page = camera.window.page
    assert isinstance(page, PatientPage)
    from ces_desktop.i18n import tr

    camera.take_dialog("paciente_historia", lambda: page.show_history(tr("History of the record")))
    camera.take_dialog("paciente_estado", page.change_status)
    camera.take_dialog("paciente_tarjeta", page.print_card, _wait_for_paper)
    registration(camera, people["known"])
    camera.go("today")
    camera.take("hoy")
    camera.go("duplicates")
    camera.take("duplicados")
    camera.take_dialog("duplicados_comparar", lambda: camera.window.compare(people["known"], people["again"]))
    camera.go("household", people["household"])
    camera.take("hogares")
    for key, name in (("settings", "ajustes"), ("users", "personas"), ("audit", "auditoria"),
                      ("backups", "respaldos"), ("reference", "listas_oficiales")):  # fmt: skip
        camera.go(key)
        if key == "settings":
            camera.window.write_audit()
        camera.take(name)
    camera.go("patients")
    camera.take_dialog("teclas", lambda: KeysDialog(camera.window).exec())
    camera.window.sheet.toggle()
    camera.take("pantalla_cubierta")
    camera.window.sheet.toggle()


def form(camera: Camera, place: str, *arguments: object) -> RegistrationPage:
    """The registration form, open."""
    camera.go(place, *arguments)
    page = camera.window.page
    assert isinstance(page, RegistrationPage)
    return page


def correct(camera: Camera, person: Id) -> None:
    """Somebody's telephone is corrected, so that their record has a history."""
    page = form(camera, "edit_patient", person)
    control: Any = page.form.rows["phone"].control
    control.set_value("9615550142")
    for _ in range(3):  # told of doubts, told of likenesses, saved
        if camera.window.page is page:
            page.primary()
            camera.settle()
    camera.take("paciente_corregido")
    camera.window.toast_strip.hide()


def registration(camera: Camera, person: Id) -> None:
    """Somebody already in the register, a form with mistakes, and a draft left open."""
    opened = camera.application.open
    assert opened is not None
    file = opened.database.read(partial(patient_file, patient=person))
    assert file is not None
    who = file.identity
    alike = {"given": plain(who.given), "paternal": plain(who.paternal), "maternal": plain(who.maternal)}
    age = who.birth.age_on(camera.window.today)
    alike |= {"sex": who.sex, "birth": f"e{age.years}" if age else ""}
    page = form(camera, "registration", "")
    camera.take("registro")
    empty = page.form.content()
    page.form.fill(empty | alike)
    page._check()
    camera.take("registro_parecidos")
    page.form.fill(empty | MISTYPED)
    page._check()
    page.primary()
    camera.take("registro_por_corregir")
    page.form.fill(empty | {"given": "Inventada", "paternal": "De Prueba", "sex": "female"})
    page._changed()
    page.may_leave()
    camera.settle()  # the first page of the day is asked for once the draft is on the disk


def plain(name: str | None) -> str:
    """As typed in a hurry: without accents."""
    letters = unicodedata.normalize("NFD", name or "")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def search(camera: Camera, text: str, name: str) -> None:
    """The list under the search box."""
    box = camera.window.top.search
    box.summon()
    box.setText(text)
    camera.window.popup._typed(text)
    camera.take(name)
    camera.window.popup._leave()
    camera.settle()


def looks(camera: Camera, people: dict[str, Id]) -> None:
    """The same places in other looks: dark, English, a small window, large letters."""
    person = ("patient", people["known"])
    for place, name in ((("today",), "hoy"), (person, "paciente"), (("duplicates",), "duplicados")):
        with _as(camera, theme="dark"):
            camera.go(*place)
            camera.take(f"{name}_oscuro")
        with _as(camera, language="en"):
            camera.go(*place)
            camera.take(f"{name}_en")
    camera.resize(SMALL)
    camera.go("patient", people["known"])
    camera.take("paciente_1024x600")
    camera.resize(SIZE)
    with _as(camera, zoom=150):
        camera.go("patients")
        camera.take("pacientes_150")


@contextmanager
def _as(camera: Camera, **changes: Any) -> Iterator[None]:
    before = settings.load()
    settings.save(replace(before, **changes))
    camera.application.redraw()
    camera.settle()
    yield
    settings.save(before)
    camera.application.redraw()
    camera.settle()


def recovery_sheet(camera: Camera) -> None:
    """The sheet that opens the clinic's data, with an invented key; other papers are beside the care they show."""
    from ces_desktop.reports.document import Frame
    from ces_desktop.reports.recovery import recovery_sheet_pdf
    from ces_desktop.ui.printing import Pdf

    opened = camera.application.open
    assert opened is not None
    facts = opened.facts
    frame = Frame(
        clinic_name=facts["name"], official_name=facts["official_name"], clues=facts["clues"],
        municipality=facts["municipality"], prefix=facts["prefix"], made_at_ms=opened.database.clock(),
        user_name=opened.actor.name, app_version=__version__, demo=True,
    )  # fmt: skip
    key = RecoveryKey(write_recovery(INVENTED_KEY), "EJEMPLO")
    pdf = Pdf(recovery_sheet_pdf(key.groups, key.sheet, frame))
    save(pdf.image(0, PAPER_DPI), camera.folder / "papel_hoja_de_recuperacion.png")
    pdf.close()


def _wait_for_paper(dialog: Any) -> None:
    """The preview draws its pages on a thread of its own."""
    sheets = getattr(getattr(dialog, "pages", None), "sheets", ())
    until = time.monotonic() + 10
    while sheets and sheets[0].image is None and time.monotonic() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _people(opened: clinic.OpenClinic) -> dict[str, Id]:
    """Whom the pictures show: someone of a household, and the record alike to theirs."""
    from ces_desktop.data.queries import duplicates

    here = opened.database.installation.clinic
    found = opened.database.read(lambda c: duplicates.pairs_to_review(c, here, lambda done, total: None))
    pair = next(each for each in found if each.one.household is not None)
    assert pair.one.household is not None
    return {"known": pair.one.id, "again": pair.other.id, "household": pair.one.household}


def main(folder: Path = TARGET) -> None:
    """Draw everything to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ces-", ignore_cleanup_errors=True) as place:
        os.environ["CES_DESKTOP_DATA"], os.environ["CES_DESKTOP_STATE"] = f"{place}/datos", f"{place}/estado"
        os.chdir(place)  # the folders that a page names are then the same in every run
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        settings.save(settings.Settings(language="es"))
        i18n.use("es")
        use_face(folder)
        theme.apply(app, theme.load("light"))
        camera = Camera(app, Path("nueva"), folder)
        wizard(camera)
        camera.close()
        demo_clinic(app, Path("datos"), folder)
        exchanges(app, Path("intercambio"), folder)
        network(app, Path("red"), folder)
        states(app, Path("mentoria"), folder)
        os.chdir(folder)


def use_face(folder: Path) -> None:
    """Draw with the face of the design if it is here, and say in the README beside the pictures which one it was."""
    if FACE in QFontDatabase.families():
        theme.use_face(FACE)
    readme = folder / "README.md"
    if readme.is_file():
        text = readme.read_text(encoding="utf-8")
        readme.write_text(SAID.sub(QFontInfo(theme.font()).family(), text), encoding="utf-8")


def demo_clinic(app: QApplication, root: Path, folder: Path) -> None:
    """A clinic two years old: sign-in, everything inside, the lock."""
    made, user, _ = create_demo(root, people=PEOPLE)
    camera = Camera(app, root, folder)
    camera.application.start()
    camera.take("entrada")
    camera.application.enter(clinic.open_with_key(made, vault.open(made, user, PASSPHRASE), user))
    camera.settle()
    opened = camera.application.open
    assert opened is not None
    backups.back_up(opened)
    people = _people(opened)
    pages(camera, people)
    looks(camera, people)
    consults(camera)
    care(camera)
    staff(camera)
    mentoring(camera)
    supplies(camera)
    recovery_sheet(camera)
    camera.application.lock()
    camera.take("bloqueo")
    camera.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else TARGET)
