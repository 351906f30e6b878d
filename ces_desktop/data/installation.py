"""Which part of the journal this laptop writes."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Installation:
    """This laptop's part in the journal: which clinic it writes for, and under what name."""

    clinic: Id
    prefix: str
    device: bytes
    incarnation: bytes
    slot: int = 0
    human_id_floor: int = 0
    """Human numbers up to this one are left alone (raised after a restored backup)."""
    joins: tuple[bytes, ...] = ()
    """Ends of this device's earlier logs: the first op of a new incarnation in a scope names those in it as parents."""
