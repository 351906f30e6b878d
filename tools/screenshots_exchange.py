"""Pictures of exchange at a clinic: stick, answer, put back and healed, copied and told, edits side by side, reminders.

Two laptops, a supervisor's hub and a stick, all in folders of this run; everybody is invented.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ces_desktop.data import drives, vault
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import Details
from ces_desktop.services import backups, clinic, patients
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.demo import PASSPHRASE, create_demo
from ces_desktop.services.patients import RegisterRequest
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.pages.today_page import TodayPage
from tools.camera import SIZE, SMALL, Camera

PEOPLE = 60
DAY_MS = 86_400_000


class Network:
    """The supervisor's hub and the stick that goes to it and back."""

    def __init__(self, root: Path) -> None:
        self.usb, self.state = root / "CES-02", root / "hub"
        self.usb.mkdir(parents=True)
        with machine(self.state):
            roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR})
            new = clinic.NewClinic("HUB", "Supervisión inventada", "Lic. Inventada", PASSPHRASE, roles, kind="hub")
            folder, user, _ = clinic.create(self.state / "data", new, cost=vault.CHEAPEST)
            self.opened = clinic.open_clinic(folder, user, PASSPHRASE)
            hub.found_hub(self.opened.database, self.opened.actor, "Red inventada")

    def invite(self) -> None:
        """The invitation, alone on the stick."""
        self.empty()
        hub.invite(self.opened.database, self.opened.actor, self.usb)

    def answer(self, device: bytes) -> None:
        """Take in what is on the stick, certify who asks, and leave the answer alone on it."""
        with machine(self.state):
            database, actor = self.opened.database, self.opened.actor
            exchange.import_files(database, actor, stick.found(self.usb))
            for asked in database.read(hub.requests):
                hub.certify(database, actor, asked.device)
            self.empty()
            hub.answer(database, actor, self.usb, [device])

    def empty(self) -> None:
        """An empty stick."""
        shutil.rmtree(self.usb)
        self.usb.mkdir()


@contextmanager
def machine(state: Path) -> Iterator[None]:
    """What runs meanwhile runs on another machine: the mark outside its data is its own."""
    with patch.dict(os.environ, {"CES_DESKTOP_STATE": str(state)}):
        yield


def exchanges(app: QApplication, root: Path, folder: Path) -> None:
    """Every state of exchange at a clinic, from the first stick on."""
    made, user, _ = create_demo(root / "datos", people=PEOPLE)
    network = Network(root)
    with patch.object(drives, "inserted", lambda: [drives.drive(network.usb)]):
        camera = Camera(app, root / "datos", folder)
        camera.application.enter(clinic.open_with_key(made, vault.open(made, user, PASSPHRASE), user))
        camera.settle()
        _first_trip(camera, network)
        _copied(camera, network, root)
        _decided(camera)
        _restored(camera, network)
        _reminded(camera)
        camera.close()
    network.opened.close()


def _here(camera: Camera) -> OpenClinic:
    opened = camera.window.opened
    assert opened is not None
    return opened


def _page(camera: Camera) -> StickPage:
    camera.go("usb")
    page = camera.window.page
    assert isinstance(page, StickPage)
    return page


def _send(camera: Camera) -> None:
    _page(camera).send_now()
    camera.settle()


def _receive(camera: Camera) -> None:
    _page(camera).receive_now()
    camera.settle()


def _first_trip(camera: Camera, network: Network) -> None:
    _page(camera)
    camera.take("usb_sin_supervision")
    network.invite()
    _receive(camera)
    camera.take("usb_invitacion")
    network.empty()
    protected = patch.object(stick.FolderPlace, "create", side_effect=OSError(errno.EROFS, ""))
    with protected:
        _send(camera)
        camera.take("usb_protegida")
    _send(camera)
    camera.take("usb_enviado")
    network.answer(_here(camera).database.installation.device)
    _receive(camera)
    camera.take("usb_acuse")


def _copied(camera: Camera, network: Network, root: Path) -> None:
    """The disk was copied: both copies register somebody and correct a telephone; the clinic's window is told."""
    shutil.copytree(root / "datos", root / "copia" / "datos")
    shutil.copytree(os.environ["CES_DESKTOP_STATE"], root / "copia" / "estado", dirs_exist_ok=True)
    here = _here(camera)
    someone = _some(here)[:2]
    with machine(root / "copia" / "estado"):
        (folder,) = clinic.known_clinics(root / "copia" / "datos")
        copy = clinic.open_clinic(folder, vault.list_slots(folder)[0].user, PASSPHRASE)
        _register(copy, "Inventada en la copia")
        _correct(copy, someone[0], phone="9615550111")
        _correct(copy, someone[1], birth="1961-08", birth_precision="month")
        network.empty()
        exchange.export(copy.database, copy.actor, network.usb)
        network.answer(copy.database.installation.device)
        copy.close()
    _register(here, "Inventada en la clínica")
    _correct(here, someone[0], phone="9615550222")
    _correct(here, someone[1], birth="1961", birth_precision="year")
    network.empty()
    _send(camera)
    network.answer(here.database.installation.device)
    _receive(camera)
    camera.take("usb_copiada")
    camera.go("patient", someone[0])
    camera.take("paciente_por_revisar")


def _decided(camera: Camera) -> None:
    camera.go("conflicts")
    camera.take("datos_por_revisar")
    camera.resize(SMALL)
    camera.take("datos_por_revisar_1024x600")
    camera.resize(SIZE)


def _restored(camera: Camera, network: Network) -> None:
    """Put back to the backup of before: what was written since comes back, what is written meanwhile stays."""
    here = _here(camera)
    info = backups.back_up(here)
    _register(here, "Inventada después del respaldo")
    network.empty()
    _send(camera)
    network.answer(here.database.installation.device)
    _receive(camera)
    camera.application.restore(info)
    camera.settle(lambda: isinstance(camera.application._view, SignIn))
    folder, user = here.folder, here.actor.user
    camera.application.enter(clinic.open_clinic(folder, user, PASSPHRASE))
    camera.settle()
    camera.take("hoy_restaurada")
    here = _here(camera)
    _register(here, "Inventada tras restaurar")
    network.empty()
    _send(camera)
    network.answer(here.database.installation.device)
    _receive(camera)
    camera.take("usb_restaurada")


def _reminded(camera: Camera) -> None:
    """Two months without a word of the supervisor."""
    database = _here(camera).database
    real = database.clock
    database.clock = lambda: real() + 62 * DAY_MS
    camera.application.redraw()
    camera.go("today")
    page = camera.window.page
    assert isinstance(page, TodayPage)
    page.ask_values()
    camera.settle(lambda: bool(camera.window.top.usb.shown_text()))
    camera.take("hoy_recordatorio_usb")
    database.clock = real


def _register(opened: OpenClinic, given: str) -> None:
    def action(work: Work) -> None:
        birth = Birth("1961", "year")
        details = Details(given=given, paternal="Ejemplo", maternal="Prueba", sex="female", birth=birth)
        patients.register(work, RegisterRequest(work.new_id(), details, work.today.isoformat()))

    opened.database.write(action, opened.actor)


def _correct(opened: OpenClinic, patient: Id, **fields: str) -> None:
    def action(work: Work) -> None:
        work.act("patients.edit")
        work.change(PatientRecord, patient, **fields)

    opened.database.write(action, opened.actor)


def _some(opened: OpenClinic) -> list[Id]:
    p = PatientRecord
    query = select(p.id).where(p.live == 1, p.household.is_not(None)).order_by(p.row_no)
    return [Id(x) for x in opened.database.read(lambda c: c.execute(query).scalars().all())]
