"""A hub's server whose password was changed: the sign-in says so, takes the new one, tries it and keeps it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import builders
import pytest
import servers
import sqlalchemy
from builders import assert_proved
from clinics import settle
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import hub_database, vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.domain.access import HUB_ROLES
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import clinic, hub_server, users
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.users import UserForm
from ces_desktop.settings import Settings
from ces_desktop.ui.entry.server_password import ServerPassword
from ces_desktop.ui.entry.sign_in import SignIn

if TYPE_CHECKING:
    from conftest import Folders

NAME, PHRASE, OTHER = "Lic. Prueba", "nube azul sobre la milpa", "piedra verde bajo el agua"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    """A real server that asks the role `asked` for its password."""
    started = servers.wanted()
    access = started.folder / "data" / "pg_hba.conf"
    way = "host all asked 127.0.0.1/32" if os.name == "nt" else "local all asked"
    access.write_text(f"{way} scram-sha-256\n{access.read_text()}")
    started.execute("CREATE ROLE asked LOGIN SUPERUSER PASSWORD 'inventada'")
    started.execute("SELECT pg_reload_conf()")
    until = time.monotonic() + 30
    while _lets_in(started.url("postgres").replace(servers.SUPERUSER, "asked", 1)):
        assert time.monotonic() < until, "the server goes on with the old rules"
    yield started
    started.stop()


def _lets_in(url: str) -> bool:
    engine = sqlalchemy.create_engine(url)
    try:
        engine.connect().close()
    except sqlalchemy.exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True


class Hub:
    """A hub on that server, closed; then its server takes `nueva` alone."""

    def __init__(self, server: servers.Server, root: Path) -> None:
        self.server = server
        server.execute("ALTER ROLE asked PASSWORD 'inventada'")
        url = server.url(server.create()).replace(servers.SUPERUSER, "asked:inventada", 1)
        new = NewClinic("HUB", "Red inventada", NAME, PHRASE, HUB_ROLES, kind="hub", server=url)
        self.folder, self.user, self.recovery = clinic.create(root, new)
        opened = clinic.open_clinic(self.folder, self.user, PHRASE)
        users.join(opened, UserForm("Lic. Otra", "", HUB_ROLES), OTHER)
        self.people = [builders.register(opened.database, opened.actor, n) for n in (1, 2)]
        opened.close()
        server.execute("ALTER ROLE asked PASSWORD 'nueva'")

    def told(self) -> dict[str, str]:
        return dict(json.loads(self.folder.address.read_text("utf-8")))

    def whole(self, opened: OpenClinic) -> None:
        """Nothing was lost."""
        count = "SELECT count(*) FROM patient"
        assert opened.database.read(lambda c: c.exec_driver_sql(count).scalar()) == len(self.people)
        assert_proved(opened.database)


@pytest.fixture
def hub(server: servers.Server, clinic_folder: Folders) -> Hub:
    return Hub(server, clinic_folder.data)


def typed_in(qtbot: QtBot, page: SignIn, text: str) -> None:
    field = page._form.password if isinstance(page._form, ServerPassword) else page.secret
    field.edit.clear()
    qtbot.keyClicks(field.edit, text)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    settle(page.jobs)


def sign_in(qtbot: QtBot, root: Path, hub: Hub, size: tuple[int, int] = (1366, 728)) -> tuple[SignIn, list[OpenClinic]]:
    page = SignIn(root, Settings(last_clinic="HUB", last_user=hub.user.hex()))
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    got: list[OpenClinic] = []
    page.opened.connect(got.append)
    return page, got


def test_the_window_asks_for_the_new_password_tries_it_and_keeps_it(
    dressed: QApplication, hub: Hub, clinic_folder: Folders, qtbot: QtBot
) -> None:
    i18n.use("es")
    before = hub.told()
    page, got = sign_in(qtbot, clinic_folder.data, hub)
    typed_in(qtbot, page, PHRASE)
    form = page._form
    assert isinstance(form, ServerPassword) and page.panels.currentWidget() is form and not got
    form.submit()
    assert form.password.complaint() == "Escriba la contraseña del servidor."
    typed_in(qtbot, page, "otra")
    assert form.password.complaint() == "El servidor tampoco acepta esta." and form.password.text() == "otra"
    assert hub.told() == before, "what the server does not take is not kept"
    i18n.use("en")
    page.redraw()
    again = page._form
    assert isinstance(again, ServerPassword) and again is not form and again.typed == ("otra",)
    typed_in(qtbot, page, "nueva")
    (opened,) = got
    hub.whole(opened)
    opened.close()
    after = hub.told()
    assert "nueva" not in str(after) and after["url"] == before["url"] and after["password"] != before["password"]
    assert page.secret.text() == ""
    opened = clinic.open_clinic(hub.folder, hub.user, PHRASE)  # and from now on
    hub.whole(opened)
    opened.close()


def test_esc_leaves_it_and_the_old_password_may_be_right_again(
    dressed: QApplication, hub: Hub, clinic_folder: Folders, qtbot: QtBot
) -> None:
    page, got = sign_in(qtbot, clinic_folder.data, hub)
    typed_in(qtbot, page, PHRASE)
    assert isinstance(page._form, ServerPassword)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.panels.currentIndex() == 0 and page.secret.text() == PHRASE
    hub.server.execute("ALTER ROLE asked PASSWORD 'inventada'")
    typed_in(qtbot, page, PHRASE)
    hub.whole(got[0])
    got[0].close()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1366, 690), (1024, 560)])
def test_nothing_is_clipped(
    dressed: QApplication, hub: Hub, clinic_folder: Folders, qtbot: QtBot, size: tuple[int, int],
    language: i18n.Language,
) -> None:  # fmt: skip
    i18n.use(language)
    page, _ = sign_in(qtbot, clinic_folder.data, hub, size)
    typed_in(qtbot, page, PHRASE)
    typed_in(qtbot, page, "otra")
    assert clipped(page) == []


def test_passphrases_set_at_another_desk_meanwhile_stay(
    hub: Hub, clinic_folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark of what both had alike is kept beside the password, so that this desk takes the other's and not back."""
    url = hub_database.read_address(hub.folder, vault.open(hub.folder, hub.user, PHRASE)).set(password="nueva")
    monkeypatch.setenv("CES_DESKTOP_STATE", str(tmp_path / "elsewhere"))
    where = url.render_as_string(hide_password=False)
    folder, user = hub_server.connect(tmp_path / "desk", where, "Lic. Otra", OTHER)
    there = clinic.open_clinic(folder, user, OTHER)
    users.change_own_passphrase(there, OTHER, "lluvia blanca sobre el cerro")
    there.close()
    monkeypatch.setenv("CES_DESKTOP_STATE", str(clinic_folder.state))
    with pytest.raises(Refused, match=r"vault\.wrong_passphrase"):
        hub_server.take_password(hub.folder, hub.user, "otra frase que nadie dijo", "nueva")
    with pytest.raises(Unavailable, match=r"hub\.wrong_password"):
        hub_server.take_password(hub.folder, hub.user, PHRASE, "inventada")
    hub_server.take_password(hub.folder, hub.user, PHRASE, "nueva")
    clinic.open_clinic(hub.folder, hub.user, PHRASE).close()
    assert vault.open(ClinicFolder(hub.folder.path), user, "lluvia blanca sobre el cerro")
    opened = clinic.open_clinic(folder, user, "lluvia blanca sobre el cerro")
    hub.whole(opened)
    opened.close()
