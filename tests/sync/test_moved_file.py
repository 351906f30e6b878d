"""A person moves to another clinic: the signed file on the stick, kept as it came, taken in with one call."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from builders import register
from moving import Two, somebody
from supervised import machine

from ces_desktop.data.models import ConsentRecord
from ces_desktop.data.queries.moved_file import files_waiting, moved_text
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import undo
from ces_desktop.sync import exchange, moved_file, stick
from ces_desktop.sync.moved_file import Leaves
from ces_desktop.ui.hub_round import take_in_and_answer


def test_from_one_clinic_to_the_other(two: Two) -> None:
    patient = somebody(two)
    path = two.written(patient)
    data = path.read_bytes()
    for word in (b"Inventada", b"penicilina", b"CAP0000001", b"1967"):
        assert word not in data and word.decode() not in path.name
    came = two.came(path)
    assert (came.origin, came.place, came.number) == ("CAP", "El Mirador", "CAP0000001")
    assert two.keep(came) and not two.keep(came)
    (held,) = two.files()
    assert held.file.details.given == "Inventada" and held.file.status == "moved" and held.taken_into is None
    assert held.file.rows["encounter"][0]["plan"] == "Dieta baja en sal"
    taken = two.take_in(held.id)
    assert two.take_in(held.id) == taken
    assert two.found("CAP0000001") == [taken] and two.found("RHO0000001") == [taken]
    read = two.b.database.read
    allergy = read(lambda c: c.exec_driver_sql("SELECT substance, reaction FROM allergy WHERE live = 1").one())
    problem = read(lambda c: c.exec_driver_sql("SELECT code, onset, state FROM condition WHERE live = 1").one())
    assert tuple(allergy) == ("penicilina", "ronchas") and tuple(problem) == ("I10X", "2018", "active")
    assert read(lambda c: c.exec_driver_sql("SELECT count(*) FROM encounter").scalar()) == 0, "facts are not re-pointed"
    assert read(partial(files_waiting, clinic=two.b.database.installation.clinic)) == 0


def test_undone_it_waits_again_and_into_a_known_person_it_adds_a_number_alone(two: Two) -> None:
    two.keep(two.came(two.written(somebody(two))))
    (held,) = two.files()
    two.take_in(held.id)
    with two.at("b"):
        assert two.b.database.write(undo.undo, two.b.actor).value == "moved.take_in"
    assert two.files()[0].taken_into is None and two.found("CAP0000001") == []
    with two.at("b"):
        known = register(two.b.database, two.b.actor, 40)
    assert two.take_in(held.id, known) == known and two.found("CAP0000001") == [known]
    assert two.b.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM allergy WHERE live = 1").scalar()) == 0


def test_who_may_not_read_it_and_what_is_not_proved(two: Two) -> None:
    path = two.written(somebody(two))
    a = two.a
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        moved_file.read(two.hub.opened.database, two.hub.opened.actor, path)
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        moved_file.read(a.database, a.actor, path)
    data = path.read_bytes()
    for at in (4, 60, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(Refused, match=r"sync\."):
            two.came(path)
    path.write_bytes(os.urandom(500))
    with pytest.raises(Refused, match=r"sync\.not_a_bundle"):
        two.came(path)


def test_no_consent_no_such_clinic_not_ones_own(two: Two) -> None:
    patient = somebody(two)
    what = Leaves("{}", patient, "CAP0000001", "X", "El Mirador")
    for prefix, code in (("CAP", "moved.same_clinic"), ("ZZZ", "moved.unknown_clinic"), ("rh", "clinic.prefix_shape")):
        with pytest.raises(Refused, match=code):
            moved_file.write(two.a.database, two.a.actor, prefix, what, two.usb)
    with two.at("a"):
        two.a.database.write(
            lambda work: work.add(
                ConsentRecord(
                    id=work.new_id(), patient=patient, about="share_with_network", answer="no",
                    happened_on="2026-03-02",
                )
            ),
            two.a.actor,
        )  # fmt: skip
    with pytest.raises(Refused, match=r"moved\.no_consent"):
        two.a.database.read(partial(moved_text, patient=patient))


def test_the_hub_hands_it_on_unopened_with_its_answer(two: Two) -> None:
    """On A's stick to the supervisor, with the answer for B to B; damaged on the stick, from its second copy."""
    path = two.written(somebody(two))
    data = path.read_bytes()
    path.write_bytes(data[:-9])

    def at_hub() -> None:
        with machine(two.hub.state):
            take_in_and_answer(two.hub.opened, two.usb)

    with two.at("a"):
        exchange.export(two.a.database, two.a.actor, two.usb)
    at_hub()
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        moved_file.read(two.hub.opened.database, two.hub.opened.actor, path.parent / exchange.SECOND_COPY / path.name)
    for times in (1, 2):
        two.hub.empty()
        with two.at("b"):
            exchange.export(two.b.database, two.b.actor, two.usb)
        at_hub()
        (arrived,) = moved_file.found(two.usb)
        assert (arrived.name, arrived.read_bytes()) == (path.name, data)
        assert two.keep(two.came(arrived)) is (times == 1), "what came before is known"
    (waits,) = two.files()
    assert waits.origin == "CAP" and two.take_in(waits.id)
    two.hub.empty()
    with two.at("a"):
        exchange.export(two.a.database, two.a.actor, two.usb)
    at_hub()
    assert moved_file.found(two.usb) == [], "it goes to its own clinic alone"


def test_a_stick_that_fills_up_in_the_middle_has_no_copy_and_none_is_told_of(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = somebody(two)

    def full(folder: Path, name: str) -> stick.FolderPlace:
        raise Unavailable("stick.full", missing_mb=1)

    with monkeypatch.context() as patch:
        patch.setattr(stick, "beside", full)
        with pytest.raises(Unavailable, match=r"stick\.full"):
            two.written(patient)
    assert moved_file.found(two.usb) == [] and two.words(patient) == []
    two.written(patient)
    assert len(moved_file.found(two.usb)) == 1 and two.words(patient) == [("RHO", "", "", "")]
