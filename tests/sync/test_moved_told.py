"""What became of who moved: the hub hears it from their new clinic and tells the one they left, and no other."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest
from builders import register
from moving import Two, somebody
from sqlalchemy import event
from supervised import machine

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import undo
from ces_desktop.sync import exchange, moved_file, moved_told, outbox, stick
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.clinic_round import People, people_on, take_people
from ces_desktop.ui.hub_round import take_in_and_answer


def test_the_hub_and_the_clinic_they_left_hear_what_became_of_it(two: Two) -> None:
    patient = somebody(two)
    assert two.words(patient) == [] and two.hub_says() == ([], [])
    path = two.written(patient)
    assert two.words(patient) == [("RHO", "", "", "")]
    carried = path.read_bytes()
    two.hub.empty()
    path.write_bytes(carried)
    with two.at("a"):
        exchange.export(two.a.database, two.a.actor, two.usb)
    with machine(two.hub.state):
        take_in_and_answer(two.hub.opened, two.usb)
    assert two.hub_says() == ([], [1])
    two.round("b")
    assert two.people == People(1, False, ())
    two.round("b")
    assert two.people == People(0, False, (), known=1) and two.hub_says() == ([("CAP0000001", "RHO", "")], [])
    two.round("a")
    (day,) = {each.received_on for each in two.files()}
    assert two.people == People(0, True, ()) and two.words(patient) == [("RHO", "Clínica RHO", day, "")]
    assert two.take_in(two.files()[0].id)
    two.round("b")
    assert two.hub_says() == ([("CAP0000001", "RHO", "RHO0000001")], [])
    two.round("a")
    assert two.words(patient) == [("RHO", "Clínica RHO", day, "RHO0000001")]
    other = register(two.a.database, two.a.actor, 2)
    assert two.words(other) == []
    older = two.usb / moved_told.found(two.usb)[0].name
    kept = older.read_bytes()
    with two.at("b"):
        two.b.database.write(undo.undo, two.b.actor)
    two.round("b")
    two.round("a")
    assert two.words(patient) == [("RHO", "Clínica RHO", day, "")], "what was undone there is told too"
    two.hub.empty()
    older.write_bytes(kept)
    assert take_people(two.a.database, two.a.actor, people_on(two.usb)) == People(0, False, (), known=1)
    assert two.words(patient) == [("RHO", "Clínica RHO", day, "")], "a later word stands, whatever stick comes last"


def test_what_the_hub_told_before_goes_from_the_stick_and_what_others_wrote_stays(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file of it however often a stick comes; while the new one cannot be written, the old one is left."""
    assert two.keep(two.came(two.written(somebody(two))))
    two.round("b")
    two.hub.empty()
    for _ in range(3):
        with two.at("a"):
            exchange.export(two.a.database, two.a.actor, two.usb)
        with machine(two.hub.state):
            done = take_in_and_answer(two.hub.opened, two.usb)
        assert done.failure is None
        (told,) = moved_told.found(two.usb)
        assert [path.name for path in moved_told.found(two.usb / exchange.SECOND_COPY)] == [told.name]
    kind, sender, site, _ = told.stem.split("-")
    others = [f"{kind}-00000000-{site}-0123456789ab.mbt", f"{kind}-{sender}-00000000-0123456789ab.mbt"]
    for name in others:
        (two.usb / name).write_bytes(b"another's")
    create = stick.FolderPlace.create

    def full_for_words(place: stick.FolderPlace, name: str, data: bytes) -> None:
        if ".mbt" in name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        create(place, name, data)

    device = two.a.database.installation.device
    with machine(two.hub.state), monkeypatch.context() as patch:
        patch.setattr(stick.FolderPlace, "create", full_for_words)
        with pytest.raises(Unavailable, match=r"stick\.full"):
            moved_told.tell(two.hub.opened.database, two.hub.opened.actor, two.usb, [device])
    assert told.exists()
    with machine(two.hub.state):
        (fresh,) = moved_told.tell(two.hub.opened.database, two.hub.opened.actor, two.usb, [device])
    assert not told.exists() and sorted(path.name for path in moved_told.found(two.usb)) == sorted(
        [fresh.name, *others]
    )


def test_the_hubs_page_reads_the_received_files_once(two: Two) -> None:
    assert two.keep(two.came(two.written(somebody(two))))
    two.round("b")
    asked: list[str] = []

    def ask(connection: Any) -> None:
        event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
        assert len(network_state(connection).moves) == 1

    two.hub.opened.database.read(ask)
    assert len([said for said in asked if "received_file" in said]) == 1


def test_only_a_hub_of_the_network_is_believed_and_only_the_clinic_they_left_reads_it(two: Two) -> None:
    patient = somebody(two)
    assert two.keep(two.came(two.written(patient)))
    two.round("b")
    assert moved_told.found(two.usb) == [], "nobody left that clinic"
    two.hub.empty()
    with two.at("a"):
        exchange.export(two.a.database, two.a.actor, two.usb)
    with machine(two.hub.state):
        take_in_and_answer(two.hub.opened, two.usb)
    (path,) = moved_told.found(two.usb)
    data = path.read_bytes()
    assert b"CAP0000001" not in data and b"Cl\xc3\xadnica" not in data
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        moved_told.hear(two.b.database, two.b.actor, path)
    for at in (4, 60, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(Refused, match=r"sync\."):
            moved_told.hear(two.a.database, two.a.actor, path)
    path.write_bytes(forged(two))
    with pytest.raises(Refused, match=r"sync\.unknown_device"):
        moved_told.hear(two.a.database, two.a.actor, path)
    assert two.words(patient) == [("RHO", "", "", "")]


def forged(two: Two) -> bytes:
    """What B's laptop would tell A in the hub's stead."""

    def close(connection: Any) -> bytes:
        store, member = JournalStore(connection), exchange.member_of(connection)
        assert member.network is not None
        site = two.a.database.installation.clinic
        fields = ["moved_told", member.device.hex(), member.network.id.hex(), site.hex(), 9, 9, 0, []]
        return moved_file.sealed(b"MBT1", store, member, outbox.certified(store, member, site), fields)

    return two.b.database.read(close)
