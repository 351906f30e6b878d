"""Signed consults with prescribed lines for tests of the shelf, as rows of the journal."""

from __future__ import annotations

from collections.abc import Sequence

import builders

from ces_desktop.data.database import Database
from ces_desktop.data.models import EncounterRecord, PrescriptionRecord, Synced
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id


def prescribed(
    db: Database,
    who: Actor,
    patient: Id,
    day: str,
    lines: Sequence[tuple[Id | None, int | None]],
    kind: str = "consult",
) -> tuple[Id, list[Id]]:
    """A signed consult with these lines (item, quantity); its id and those of the lines."""
    encounter, keys = builders.next_id(db.clock()), [builders.next_id(db.clock()) for _ in lines]
    rows: list[Synced] = [EncounterRecord(id=encounter, patient=patient, kind=kind, happened_on=day)]
    for n, ((item, quantity), key) in enumerate(zip(lines, keys, strict=True), 1):
        rows.append(
            PrescriptionRecord(
                id=key, patient=patient, encounter=encounter, item=item, drug_text="Jarabe de la casa", morning=4,
                days=30, quantity=quantity, position=n, happened_on=day,
            )
        )  # fmt: skip

    def action(work: Work) -> None:
        work.act("test.prescribe")
        work.add(*rows)

    db.write(action, who)
    return encounter, keys
