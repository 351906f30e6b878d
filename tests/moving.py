"""Two clinics and the hub between them: somebody moves from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from builders import register
from supervised import Supervisor, machine

from ces_desktop.data import vault
from ces_desktop.data.models import AllergyRecord, ConditionRecord, EncounterRecord, PatientStatusRecord
from ces_desktop.data.queries.moved_file import moved_text, received_files
from ces_desktop.data.queries.search import search
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic, moved_files
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.moved_files import ReceivedRequest, TakeInRequest
from ces_desktop.sync import exchange, moved_file, moved_told, stick
from ces_desktop.sync.moved_file import Came, Leaves
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
