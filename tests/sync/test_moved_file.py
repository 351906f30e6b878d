"""A person moves to another clinic: the signed file on the stick, kept as it came, taken in with one call."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from sqlalchemy import event
from supervised import Supervisor, machine, supervisor

from ces_desktop.data import vault
from ces_desktop.data.models import AllergyRecord, ConditionRecord, ConsentRecord, EncounterRecord, PatientStatusRecord
from ces_desktop.data.queries.moved_file import files_waiting, moved_text, received_files
from ces_desktop.data.queries.search import search
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import clinic, moved_files, undo
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.moved_files import ReceivedRequest, TakeInRequest
from ces_desktop.sync import exchange, moved_file, moved_told, outbox, stick
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.moved_file import Came, Leaves
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.clinic_round import People, people_on, take_in, take_people
from ces_desktop.ui.hub_round import take_in_and_answer

PHRASE = "frase inventada para probar"
TODAY = date(2026, 11, 27)


@dataclass
class Two:
    """Clinic A whence somebody moves and clinic B, each on its machine, and the hub between them."""

    a: OpenClinic
    b: OpenClinic
    hub: Supervisor
    usb: Path
    root: Path
    people: People | None = None
    """What came beside the bundles at the last round."""

    def at(self, name: str) -> Any:
        return machine(self.root / name / "state")

    def written(self, patient: Id) -> Path:
        with self.at("a"):
            text = self.a.database.read(partial(moved_text, patient=patient))
            what = Leaves(text, patient, "CAP0000001", "PRUEBA EJEMPLO, Inventada", "El Mirador")
            return moved_file.write(self.a.database, self.a.actor, "RHO", what, self.usb)

    def round(self, name: str) -> None:
        """One clinic's stick to the supervisor and back."""
        opened = getattr(self, name)
        self.hub.empty()
        with self.at(name):
            exchange.export(opened.database, opened.actor, self.usb)
        with machine(self.hub.state):
            take_in_and_answer(self.hub.opened, self.usb)
        with self.at(name):
            take_in(opened.database, opened.actor, stick.found(self.usb))
            self.people = take_people(opened.database, opened.actor, people_on(self.usb))

    def words(self, patient: Id) -> list[tuple[str, str, str, str]]:
        """What A knows of the copies: for whom, and what became of them."""
        here = self.a.database.installation.clinic
        held = self.a.database.read(partial(moved_told.words_of, clinic=here, patient=patient))
        return [(word.prefix, word.name, word.received_on, word.became) for word in held]

    def hub_says(self) -> tuple[list[tuple[str, str, str]], list[int]]:
        """What the hub lists: moves (number, where to, number there), and copies nobody spoke of."""
        read = self.hub.opened.database.read
        moves = [(m.number, m.to_prefix, m.became) for m in read(moved_told.moves)]
        return moves, list(read(lambda c: moved_told.unheard(c, moved_told.moves(c))).values())

    def came(self, path: Path) -> Came:
        return moved_file.read(self.b.database, self.b.actor, path)

    def keep(self, came: Came) -> bool:
        request = ReceivedRequest(**{name: getattr(came, name) for name in ReceivedRequest.__slots__})
        with self.at("b"):
            return self.b.database.write(partial(moved_files.receive, request=request), self.b.actor).value

    def files(self) -> Any:
        return self.b.database.read(partial(received_files, clinic=self.b.database.installation.clinic))

    def take_in(self, file: Id, into: Id | None = None) -> Id:
        with self.at("b"):
            request = TakeInRequest(file, into)
            return self.b.database.write(partial(moved_files.take_in, request=request), self.b.actor).value

    def found(self, typed: str) -> list[bytes]:
        here = self.b.database.installation.clinic
        return [row.id for row in self.b.database.read(lambda c: search(c, typed, TODAY, here)).rows]


def opened(root: Path, prefix: str) -> OpenClinic:
    with machine(root / "state"):
        new = NewClinic(prefix, f"Clínica {prefix}", "Dra. Prueba Inventada", PHRASE, CLINIC_ROLES)
        folder, user, _ = clinic.create(root / "data", new, cost=vault.CHEAPEST)
        return clinic.open_clinic(folder, user, PHRASE)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Both enrolled; A has heard of B's laptop."""
    hub = supervisor(tmp_path / "hub", tmp_path / "CES-02", monkeypatch.setattr)
    made = Two(opened(tmp_path / "a", "CAP"), opened(tmp_path / "b", "RHO"), hub, hub.usb, tmp_path)
    for name, each in (("b", made.b), ("a", made.a)):
        with made.at(name):
            hub.enrol(each)
    hub.empty()
    yield made
    for each in (made.a, made.b):
        assert_proved(each.database)
        each.close()
    hub.opened.close()


def somebody(two: Two) -> Id:
    """A person at A with an allergy, a problem and a consult, who moved."""
    db = two.a.database
    with two.at("a"):
        patient = register(db, two.a.actor, 1, mother_name="Ejemplo Inventada")

        def care(work: Any) -> None:
            work.add(AllergyRecord(
                id=work.new_id(), patient=patient, state="present", substance="penicilina", reaction="ronchas",
                happened_on="2026-01-10",
            ))  # fmt: skip
            key = work.new_id()
            work.add(ConditionRecord(
                id=key, patient=patient, problem=key, code="I10X", state="active", onset="2018",
                happened_on="2026-01-10",
            ))  # fmt: skip
            work.add(EncounterRecord(
                id=work.new_id(), patient=patient, kind="consult", happened_on="2026-02-01", plan="Dieta baja en sal",
                author_name="Dra. Prueba",
            ))  # fmt: skip
            work.add(PatientStatusRecord(
                id=work.new_id(), patient=patient, status="moved", happened_on="2026-03-01", place="Río Hondo",
            ))  # fmt: skip

        db.write(care, two.a.actor)
    return patient


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
