"""One person registered in two clinics: found at the hub, joined there by a person, parted again; clinics unchanged."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import assert_proved, register
from sqlalchemy import select

from ces_desktop.data import vault
from ces_desktop.data.models import PatientRecord, SameAsRecord
from ces_desktop.data.queries.between import PairBetween, joined_between, pairs_between
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES
from ces_desktop.services import clinic, merging
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.sync.network_state import network_state

if TYPE_CHECKING:
    from conftest import Folders

PHRASE = "nube azul sobre la milpa"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: CHEAPEST)


def opened(root: Path, new: NewClinic) -> OpenClinic:
    folder, user, _ = clinic.create(root, new)
    return clinic.open_clinic(folder, user, PHRASE)


def pairs(at: OpenClinic) -> tuple[PairBetween, ...]:
    return at.database.read(lambda c: pairs_between(c, lambda done, of: None))


@pytest.mark.parametrize("where", ["file", "server"])
def test_found_joined_parted_and_kept_apart(
    clinic_folder: Folders, tmp_path: Path, request: pytest.FixtureRequest, where: str
) -> None:
    server = request.getfixturevalue("postgres_url") if where == "server" else ""
    new = NewClinic("HUB", "Red inventada", "Lic. Prueba", PHRASE, HUB_ROLES, kind="hub", server=server)
    office, usb = opened(clinic_folder.data, new), tmp_path / "usb"
    there, who = office.database, office.actor
    usb.mkdir()
    hub.found_hub(there, who, "Red inventada")
    hub.invite(there, who, usb)
    laptops = []
    for prefix in ("CAP", "REF"):
        one = opened(clinic_folder.data, NewClinic(prefix, f"Clínica {prefix}", "Dra. Prueba", PHRASE, CLINIC_ROLES))
        register(one.database, one.actor, 1)
        exchange.join(one.database, one.actor, usb / exchange.INVITATION)
        exchange.export(one.database, one.actor, usb)
        laptops.append(one)
    exchange.import_files(there, who, stick.found(usb))
    for asked in there.read(network_state).requests:
        hub.certify(there, who, asked.device)
    (pair,) = pairs(office)
    assert {pair.one.clinic, pair.other.clinic} == {"Clínica CAP", "Clínica REF"}
    link = there.write(
        partial(merging.merge, request=merging.MergeRequest(pair.one.row.id, pair.other.row.id, ("same_birth",))), who
    ).value
    assert pairs(office) == () and [j.link for j in there.read(joined_between)] == [link]
    p = PatientRecord
    assert len(set(there.read(lambda c: c.execute(select(p.person)).scalars().all()))) == 1
    assert sum(site.people for site in there.read(network_state).sites) == 2
    hub.answer(there, who, usb, [one.database.installation.device for one in laptops])
    for one in laptops:
        assert [a.failure.code for a in exchange.import_files(one.database, one.actor, stick.found(usb)) if a.failure]
        assert one.database.read(exchange.status).certified
        assert one.database.read(lambda c: c.execute(select(SameAsRecord.id)).all()) == []
        assert_proved(one.database)
    there.write(partial(merging.unmerge, request=merging.UnmergeRequest(link)), who)
    assert there.read(joined_between) == () and len(pairs(office)) == 1
    there.write(
        partial(merging.keep_apart, request=merging.KeepApartRequest(pair.one.row.id, pair.other.row.id)), who
    )
    assert pairs(office) == ()
    assert_proved(there)
    for each in (office, *laptops):
        each.close()
