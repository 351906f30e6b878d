"""Every place and dialog of a hub, with a clinic and a laptop that asks: nothing clipped, named, no stray window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from builders import register
from clipping import clipped, pseudo_language
from PySide6.QtWidgets import QApplication, QDialog
from whole_window import LONGER, LOOKS, Shown, faults, nameless

from ces_desktop.data import drives, vault
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES
from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import as_text
from ces_desktop.services import clinic, moved_files
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.moved_files import ReceivedRequest
from ces_desktop.sync import exchange, hub, sites, stick
from ces_desktop.sync.gaps import Lack
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.dialogs import network as dialogs
from ces_desktop.ui.dialogs.clinics import ClinicDialog, Listed
from ces_desktop.ui.dialogs.network_key import FoundDialog
from ces_desktop.ui.dialogs.whole_copy import WholeCopyDialog

MOVED = as_text(Id(bytes(16)), {"given": "Inventada"}, "", ("moved", "2026-03-01"), {})
"""The file of somebody who moved to both clinics, as far as these pages look."""
PHRASE = "nube azul sobre la milpa"
PLACES = (
    "network", "network_supply", "usb", "between", "mentoring", "mentoring_progress", "checklists", "staff",
    "staff_requests", "seminars", "handover", "scorecard", "settings", "users", "audit", "backups", "reference",
)  # fmt: skip


@pytest.fixture
def office(clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenClinic:
    """A hub with a clinic admitted and a laptop that asks; their stick is inserted."""
    usb = tmp_path / "CES-02"
    usb.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(usb)])
    opened = _made(tmp_path, "HUB", "hub")
    hub.found_hub(opened.database, opened.actor, "Red inventada")
    hub.invite(opened.database, opened.actor, usb)
    for prefix in ("CAP", "REF"):
        laptop = _made(tmp_path, prefix)
        register(laptop.database, laptop.actor)
        came = ReceivedRequest("REF", "Inventada REF", "REF0000001", "PRUEBA, Inventada", 0, MOVED, "ab", "cd")
        laptop.database.write(partial(moved_files.receive, request=came), laptop.actor)
        exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
        exchange.export(laptop.database, laptop.actor, usb)
        laptop.close()
    exchange.import_files(opened.database, opened.actor, stick.found(usb))
    hub.certify(opened.database, opened.actor, opened.database.read(hub.requests)[0].device)
    return opened


def _made(root: Path, prefix: str, kind: str = "clinic") -> OpenClinic:
    roles = HUB_ROLES if kind == "hub" else CLINIC_ROLES
    new = NewClinic(prefix, f"Inventada {prefix}", "Lic. Prueba Inventada", PHRASE, roles, kind=kind)
    folder, user, _ = clinic.create(root / "data", new, cost=vault.CHEAPEST)
    return clinic.open_clinic(folder, user, PHRASE)


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize(("look", "longer"), [*((look, False) for look in LOOKS), (LONGER, True)])
def test_no_place_of_a_hub_clips_its_words(qapp: QApplication, office: OpenClinic, look: str, longer: bool) -> None:
    shown = Shown(qapp, office, look)
    wrong = []
    with pseudo_language() if longer else nullcontext():
        if longer:
            shown.application._draw_window()
        for key in PLACES:
            shown.go((key, ()))
            if key == "usb":
                page = shown.window.page
                assert page is not None
                page.primary()
                shown.settle()
            seen = [*clipped(shown.application.frame), *(f"no name: {x}" for x in nameless(shown.application.frame))]
            wrong += [f"{key}: {line}" for line in seen]
    wrong += shown.windows.stray
    shown.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize(("look", "longer"), [("laptop", False), ("small_large", False), ("small", True)])
def test_no_dialog_of_a_hub_clips_its_words(qapp: QApplication, office: OpenClinic, look: str, longer: bool) -> None:
    shown = Shown(qapp, office, look)
    with pseudo_language() if longer else nullcontext():
        wrong = faults(shown, dialogs_of(shown))
    shown.close()
    assert not wrong, "\n".join(wrong)


def dialogs_of(shown: Shown) -> Iterator[QDialog]:
    """Every dialog of the network: of laptops, clinics, the key, and what is lost."""
    window, opened, today = shown.window, shown.opened, shown.window.today
    state = opened.database.read(network_state)
    (asked,) = state.requests
    site = next(one for one in state.sites if one.prefix)
    own = [one for one in state.laptops if one.site == site.site]
    assert own
    yield dialogs.AdmitDialog(window, asked, state.sites)
    yield dialogs.AdmitDialog(window, replace(asked, role="mentor"), state.sites)
    yield dialogs.ReasonDialog(window, "No admitir a REF", "Sigue trabajando sola. Lo que envió se guarda.", "Rechazar")
    yield dialogs.LostDialog(window, site, Lack((bytes(32),), 1234, opened.database.clock()), today)
    for laptops in (own, []):
        yield WholeCopyDialog(window, window.tasks, opened, site, laptops)
    yield FoundDialog(window, window.tasks, opened)
    held = opened.database.read(sites.visited)
    yield ClinicDialog(window, [Listed(held[0], None), Listed(held[0], today.isoformat())], held[0].id, today)
