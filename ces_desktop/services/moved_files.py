"""A file that came from another clinic: kept as it came, and taken into a record of one's own with one key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import (
    AllergyRecord,
    ConditionRecord,
    PatientAliasRecord,
    PatientRecord,
    ReceivedFileRecord,
)
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import MovedFile, from_text
from ces_desktop.errors import Refused
from ces_desktop.services import patients
from ces_desktop.services.patients import RegisterRequest


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A file that was opened and its signature proved."""

    origin: str
    place: str
    number: str
    name: str
    written_at: int
    content: str
    signature: str
    signer: str


@dataclass(frozen=True, slots=True)
class TakeInRequest:
    """A file to take in. `into` = somebody registered here already whom it is about; None = a new record."""

    file: Id
    into: Id | None = None


def receive(work: Work, request: ReceivedRequest) -> bool:
    """Keep a file as it came; False when the very same is here already. Refused("moved.unreadable")."""
    require(work.actor, Right.EXCHANGE)
    from_text(request.content)
    r = ReceivedFileRecord
    here = work.installation.clinic
    held = select(r.id).where(r.clinic == here, r.signature == request.signature, r.live == 1)
    if work.connection.execute(held).first():
        return False
    work.act("moved.receive")
    work.add(
        ReceivedFileRecord(
            id=work.new_id(), origin=request.origin, place=request.place, number=request.number, name=request.name,
            content=request.content, signature=request.signature, signer=request.signer,
            written_at=request.written_at, happened_on=work.today.isoformat(),
        )
    )  # fmt: skip
    return True


def take_in(work: Work, request: TakeInRequest) -> Id:
    """Register the person of a file (or know them in `into`), with allergies and problems; the rest is read there.

    The number they had is one they are found by. Returns the patient; taken in before, the same.
    Refused as `patients.register`; "moved.gone", "patients.not_found".
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    r, p = ReceivedFileRecord, PatientRecord
    query = select(r.content, r.place, r.taken_into).where(r.id == request.file, r.live == 1)
    row = work.connection.execute(query).first()
    if row is None:
        raise Refused("moved.gone")
    if row.taken_into is not None:
        return Id(row.taken_into)
    file = from_text(row.content or "")
    patient = request.into
    if patient is None:
        patient = work.new_id()
        details = replace(file.details, sex=file.details.sex or "unknown")
        patients.register(work, RegisterRequest(patient, details, work.today.isoformat()))
    elif not work.connection.execute(select(p.id).where(p.id == patient, p.live == 1)).first():
        raise Refused("patients.not_found")
    work.act("moved.take_in")
    if file.number:
        work.add(
            PatientAliasRecord(
                id=work.new_id(), patient=patient, number=file.number, origin="other_clinic", place=row.place
            )
        )
    if request.into is None:
        _carry_over(work, patient, file)
    work.change(ReceivedFileRecord, request.file, taken_into=patient)
    return patient


def _carry_over(work: Work, patient: Id, file: MovedFile) -> None:
    """What must not be overlooked at the next consult: allergies and problems, as they stood."""
    today = work.today.isoformat()
    for row in file.rows.get("allergy", ()):
        said = _texts(row, "state", "substance", "drug_class", "reaction", "severity", "since")
        work.add(AllergyRecord(id=work.new_id(), patient=patient, happened_on=today, **said))
    latest = {str(row.get("problem")): row for row in file.rows.get("condition", ())}
    for row in latest.values():
        key, diagnosis = work.new_id(), row.get("diagnosis")
        said = _texts(row, "code", "label", "onset", "state")
        known = bytes.fromhex(str(diagnosis)) if diagnosis else None
        work.add(
            ConditionRecord(id=key, patient=patient, problem=key, diagnosis=known, happened_on=today, **said)
        )


def _texts(row: Any, *names: str) -> dict[str, Any]:
    return {name: str(row[name]) if row.get(name) is not None else None for name in names}
