"""The ten things exchange asks of a place that keeps ops; a dict, SQLCipher and PostgreSQL answer alike (`sync.md` 7).

The caller owns the transaction: what a function of this package did is kept whole, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import Op, read_json
from ces_desktop.sync.records import Network

NETWORK = "network"
"""The scope that only the hub writes and everybody reads."""


class Link(NamedTuple):
    """Where an applied op stands: its log is (device, incarnation, scope), `parents` are what it was written on."""

    device: bytes
    incarnation: bytes
    scope: str
    seq: int
    parents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """An op as it travels: its bytes, and the name that follows from them. `body` None = erased."""

    hash: bytes
    header: bytes
    body_hash: bytes
    body: bytes | None

    @staticmethod
    def of(op: Op) -> Frame:
        """The bytes of an op."""
        return Frame(op.hash, op.header, op.body_hash, op.body)


@dataclass(frozen=True, slots=True)
class Aside:
    """An op that is kept and not applied. `state`: "held" (waits for another op) or "quarantined" (a rule says no)."""

    frame: Frame
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """Who exchanges: keys, place in the journal, what this installation may hold, and the network it belongs to.

    `scopes` None = all (the hub). `network` None = not enrolled anywhere yet.
    """

    keys: DeviceKeys
    device: bytes
    incarnation: bytes
    scopes: tuple[str, ...] | None
    network: Network | None
    hub: bool = False
    former: tuple[DeviceKeys, ...] = ()
    """Keys from before the data were moved to this machine: what they wrote is here, and is vouched for with them."""

    def may_hold(self, scope: str) -> bool:
        """Whether ops of a scope belong here."""
        return self.scopes is None or scope == NETWORK or scope in self.scopes


class Store(Protocol):
    """Keeps ops, what was put aside, and records; `links` and `aside` answer as of now, not of the transaction's start.

    Kinds of `records`: signed statements ("certificate", "revocation", "head", "ack", "gap") and what this
    installation remembers ("claim", "receipt", "issued", "self", "digest").
    """

    def links(self, scopes: Collection[str] | None) -> Mapping[bytes, Link]:
        """Every applied op of some scopes (None = all), by hash."""

    def ops(self, hashes: Collection[bytes]) -> list[Op]:
        """Applied ops by hash, in any order."""

    def apply(self, ops: list[Op]) -> frozenset[str]:
        """Store and project ops; those held already change nothing. Returns the tables touched."""

    def aside(self) -> dict[bytes, Aside]:
        """What was put aside and not yet released, by hash."""

    def set_aside(self, ops: Iterable[Aside]) -> None:
        """Keep ops that are not applied; one put aside again takes the newer state and reason."""

    def release(self, hashes: Collection[bytes]) -> None:
        """Forget that these were aside: they have been applied."""

    def records(self, kind: str) -> dict[bytes, bytes]:
        """The records of a kind, by name."""

    def keep(self, kind: str, name: bytes, content: bytes | None) -> None:
        """Set, replace, or with None remove a record."""

    def digest(self, scope: str) -> dict[str, str]:
        """One hash over the rows of each synced table that has rows of this scope: equal ops, equal digests."""

    def renew(self, incarnation: bytes, joins: tuple[bytes, ...], keys: DeviceKeys | None = None) -> None:
        """This installation writes a new log from now on, whose first op names `joins` as parents.

        `keys`: of a copied laptop, its own keys from now on; those before are kept to vouch for what they wrote.
        """


def scope_of(frame: Frame) -> str:
    """The scope that a header names; empty when it cannot be read."""
    try:
        scope = read_json(frame.header)[3]
    except (ValueError, IndexError, KeyError, TypeError):
        return ""
    return scope if isinstance(scope, str) else ""
