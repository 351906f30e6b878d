"""Two people with one record number: both keep being found by it, and the later gets a number of their own."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.data.models import PatientAliasRecord, PatientRecord
from ces_desktop.data.queries.number_clashes import number_clashes
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id, human_id, number_of
from ces_desktop.services.patients import next_human_id


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Somebody who got a new number, and who keeps the old one."""

    patient: Id
    name: str
    was: str
    now: str
    keeps: str


def renumber(work: Work, own_alone: bool = True) -> tuple[Renumbered, ...]:
    """Give a new number to each later bearer of one; returns who got which. Asked again, there is nothing to do.

    `own_alone`: those that this laptop registered, which is done at every import: so that two laptops do not give one
    person two numbers. What another laptop registered (one that is lost, or was moved) waits for a person to ask.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    here = work.installation
    done: list[Renumbered] = []
    work.act("patients.renumber")
    for clash in number_clashes(work.connection, here.clinic):
        if own_alone and clash.device != here.device:
            continue
        number = next_human_id(work)
        if done:
            number = human_id(here.prefix, here.slot, max(number_of(number), number_of(done[-1].now) + 1))
        work.change(PatientRecord, clash.later, human_id=number)
        work.add(
            PatientAliasRecord(id=work.new_id(), patient=clash.later, number=clash.number, origin="renumbered")
        )
        done.append(Renumbered(clash.later, clash.later_name, clash.number, number, clash.first_name))
    return tuple(done)
