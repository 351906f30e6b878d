"""Pictures of a network's round: hub made by the wizard, a clinic that asks, admission, mentor, the second laptop.

The hub lies on a private PostgreSQL server where one can be started, else in its folder. Everybody is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from PySide6.QtWidgets import QApplication

from ces_desktop.data import drives, vault
from ces_desktop.data.passphrase import RecoveryKey, write_recovery
from ces_desktop.data.work import Work
from ces_desktop.domain.access import CLINIC_ROLES, MENTOR_ROLES
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.registration import Details
from ces_desktop.services import clinic, patients
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.demo import PASSPHRASE
from ces_desktop.services.patients import RegisterRequest
from ces_desktop.sync import exchange, hub, snapshot, stick
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.dialogs.network import AdmitDialog
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import NetworkKeyStep, SheetStep
from ces_desktop.ui.pages.hub_stick_page import HubStickPage
from ces_desktop.ui.pages.network_page import NetworkPage
from ces_desktop.ui.pages.stick_page import StickPage
from tools.camera import SMALL, Camera
from tools.screenshots_exchange import machine

NAMES = {"CAP": "Capitán", "REF": "Reforma", "MAT": "Matasano"}
INVENTED_KEY = 0x0FED_CBA9_8765_4321_0FED_CBA9_8765_4321_0FE
"""Of the network's sheet in the pictures; it opens nothing."""


class Round:
    """The computers of the round, each with a folder of its own, and the stick."""

    def __init__(self, app: QApplication, root: Path, folder: Path) -> None:
        self.app, self.root, self.folder = app, root.absolute(), folder
        self.usb = self.root / "CES-03"
        self.usb.mkdir(parents=True)

    def made(self, name: str, prefix: str, kind: str = "clinic") -> OpenClinic:
        """A fresh installation, open."""
        roles = MENTOR_ROLES if kind == "mentor" else CLINIC_ROLES
        new = clinic.NewClinic(prefix, NAMES.get(prefix, "Mentoría, ruta norte"), "Dra. Inventada", PASSPHRASE, roles,
                               kind=kind)  # fmt: skip
        with machine(self.root / name / "estado"):
            folder, user, _ = clinic.create(self.root / name / "datos", new, cost=vault.CHEAPEST)
            return clinic.open_clinic(folder, user, PASSPHRASE)

    @contextmanager
    def window(self, name: str, opened: OpenClinic) -> Iterator[Camera]:
        """Sit down at a computer."""
        with machine(self.root / name / "estado"):
            camera = Camera(self.app, self.root / name / "datos", self.folder)
            camera.application.enter(opened)
            camera.settle()
            yield camera

    def empty(self) -> None:
        """An empty stick."""
        for path in [*self.usb.rglob("*.mbx"), *self.usb.glob("*.json")]:
            path.unlink()


def network(app: QApplication, root: Path, folder: Path) -> None:
    """The whole round, from the wizard of the hub to what the second laptop holds."""
    here = Round(app, root, folder)
    with patch.object(drives, "inserted", lambda: [drives.drive(here.usb)]), machine(here.root / "centro" / "estado"):
        camera = Camera(app, here.root / "centro" / "datos", folder)
        office = _hub_wizard(camera)
        hub.invite(office.database, office.actor, here.usb)
        laptops = {prefix: here.made(prefix, prefix) for prefix in NAMES}
        for number, (prefix, laptop) in enumerate(laptops.items()):
            _people(laptop, number)
            _ask(here, prefix, laptop, camera if prefix == "CAP" else None)
        mentor = here.made("mentoria", "MEN", "mentor")
        _ask(here, "mentoria", mentor, None)
        _admission(camera, office)
        _to_the_second(here, office, mentor)
        camera.go("network")
        camera.take("red")
        camera.resize(SMALL)
        camera.take("red_1024x600")
        camera.close()
        for each in laptops.values():
            each.close()


def _hub_wizard(camera: Camera) -> OpenClinic:
    camera.application.start()
    camera.settle()
    page = camera.application._view
    assert isinstance(page, Wizard)
    page._group = 3
    page.answers.choose_kind("hub")
    _drawn(page)
    camera.take("asistente_centro_1_inicio")
    page.forward()
    page.answers.name, page.answers.municipality = "Red de la Sierra (inventada)", "Siltepec"
    page.answers.server = _server()
    _drawn(page)
    camera.take("asistente_centro_2_red")
    page.forward()
    page.answers.user_name = "Lic. Inventada"
    _drawn(page)
    page.forward()
    page.answers.phrase = (PASSPHRASE, PASSPHRASE)
    _drawn(page)
    page.forward()
    camera.settle(lambda: isinstance(page.step, SheetStep) and not page.jobs.running)
    page.answers.kept = True
    page.answers.network_key = RecoveryKey(write_recovery(INVENTED_KEY), "1A2B")
    _drawn(page)
    page.forward()
    camera.settle(lambda: isinstance(page.step, NetworkKeyStep) and not page.jobs.running)
    camera.take("asistente_centro_6_clave")
    page.answers.network_kept = True
    _drawn(page)
    page.forward()
    camera.settle(lambda: camera.application.window is not None)
    camera.take("red_vacia")
    opened = camera.application.open
    assert opened is not None
    return opened


def _drawn(page: Wizard) -> None:
    """Draw the step again with the answers, instead of keeping what its fields hold."""
    page.step = None
    page.redraw()


def _server() -> str:
    """The address of an empty database on a private server; empty where none can be started."""
    from benchmarks.sync_disks import server

    try:
        running = server()
    except Exception as error:
        if type(error).__name__ != "NoServer":  # of the tests, which are not part of the program
            raise
        return ""
    return str(running.url(running.create()))


def _people(laptop: OpenClinic, number: int) -> None:
    """Somebody of the clinic's own, and the same invented person everywhere."""
    for given, maternal, birth in (
        ("Rosa", "Ejemplo", "1958-02-01"),
        (("Marta", "Petra", "Luisa")[number], ("Uno", "Dos", "Tres")[number], f"19{60 + number}-0{number + 3}-12"),
    ):
        details = Details(given=given, paternal="Inventada", maternal=maternal, sex="female", birth=Birth(birth, "day"))

        def action(work: Work, details: Details = details) -> None:
            patients.register(work, RegisterRequest(work.new_id(), details, work.today.isoformat()))

        laptop.database.write(action, laptop.actor)


def _ask(here: Round, name: str, opened: OpenClinic, shown: Camera | None) -> None:
    """Meet the hub and write the first bundle; one clinic is looked at meanwhile."""
    with machine(here.root / name / "estado"):
        exchange.join(opened.database, opened.actor, here.usb / exchange.INVITATION)
        if shown is None:
            exchange.export(opened.database, opened.actor, here.usb)
            return
    with here.window(name, opened) as camera:
        camera.go("usb")
        page = camera.window.page
        assert isinstance(page, StickPage)
        page.send_now()
        camera.settle()
        camera.take("red_1_clinica_pide")
        _leave(camera)


def _leave(camera: Camera) -> None:
    """Close the window and not the installation: the round goes on."""
    application = camera.application
    application.app.removeEventFilter(application)
    application._tick.stop()
    if application.window is not None:
        application.window.leave()
        application.window._minute.stop()
    application.frame.close()
    application.frame.deleteLater()


def _admission(camera: Camera, office: OpenClinic) -> None:
    _take_in(camera)
    camera.take("red_2_centro_recibe")
    camera.go("network")
    camera.take("red_3_solicitudes")
    page = camera.window.page
    assert isinstance(page, NetworkPage) and page._state is not None
    asked = page._state.requests[0]
    camera.take_dialog("red_4_comparar", lambda: page.admit(asked), _ticked)
    for one in office.database.read(hub.requests):
        more = [f"clinic:{site.site.hex()}" for site in office.database.read(network_state).sites]
        hub.certify(office.database, office.actor, one.device, more if one.role == "mentor" else ())
    _take_in(camera)
    camera.take("red_5_centro_responde")
    camera.go("between")
    camera.take("misma_persona")


def _ticked(dialog: AdmitDialog) -> None:
    dialog.same.setChecked(True)


def _take_in(camera: Camera) -> None:
    camera.go("usb")
    page = camera.window.page
    assert isinstance(page, HubStickPage)
    page.answer_now()
    camera.settle()


def _to_the_second(here: Round, office: OpenClinic, mentor: OpenClinic) -> None:
    """The mentor carries what the hub has to a new laptop of a clinic."""
    second = here.made("segunda", "CAP")
    _ask(here, "segunda", second, None)
    exchange.import_files(office.database, office.actor, stick.found(here.usb))
    (asked,) = office.database.read(hub.requests)
    hub.certify(office.database, office.actor, asked.device)
    here.empty()
    hub.answer(office.database, office.actor, here.usb, [mentor.database.installation.device])
    with here.window("mentoria", mentor) as sat:
        _receive(sat)
        sat.go("network")
        sat.take("red_6_mentoria")
        here.empty()
        snapshot.write(mentor.database, mentor.actor, here.usb, office_site(mentor, "CAP"))
        _leave(sat)
    with here.window("segunda", second) as sat:
        _receive(sat)
        sat.take("red_7_segunda_computadora")
        _leave(sat)
    mentor.close()
    second.close()


def office_site(opened: OpenClinic, prefix: str) -> bytes:
    """The id of a clinic that an installation knows."""
    return next(site.site for site in opened.database.read(network_state).sites if site.prefix == prefix)


def _receive(camera: Camera) -> None:
    camera.go("usb")
    page = camera.window.page
    assert isinstance(page, StickPage)
    page.receive_now()
    camera.settle()


