"""What a clinic's laptop does with bundles, window and command alike: take them in, then settle numbers. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ces_desktop.data.database import Database
from ces_desktop.domain.access import Actor, Right
from ces_desktop.services import numbering
from ces_desktop.services.numbering import Renumbered
from ces_desktop.sync import exchange


@dataclass(frozen=True, slots=True)
class Round:
    """What became of each file, who got a new number by it, and which tables changed."""

    arrived: tuple[exchange.Arrived, ...]
    renumbered: tuple[Renumbered, ...]
    touched: frozenset[str]


def take_in(
    database: Database,
    actor: Actor,
    paths: Sequence[Path],
    step: Callable[[int, int], None] = lambda done, of: None,
    confidential: Path | None = None,
) -> Round:
    """Import bundles, each whole or not at all, and give a new number to whom this computer gave one that was given.

    `confidential`: a folder whose bundles of confidential notes are taken in too. Who may not register people leaves
    the numbers as they are; the next import of somebody who may settles them.
    """
    arrived = exchange.import_files(database, actor, paths, step)
    arrived += exchange.import_confidential(database, actor, confidential) if confidential is not None else []
    touched = frozenset[str]().union(*(one.receipt.touched for one in arrived if one.receipt is not None))
    if "patient" not in touched or not actor.may(Right.REGISTER_PATIENTS):
        return Round(tuple(arrived), (), touched)
    done = database.write(partial(numbering.renumber, own_alone=True), actor)
    return Round(tuple(arrived), done.value, touched | done.touched)
