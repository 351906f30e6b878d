"""What a clinic's laptop does with bundles, window and command alike: take them in, then settle numbers. No Qt.

People's files of other clinics, and what the hub tells of those who left, are on the same sticks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ces_desktop.data.database import Database
from ces_desktop.domain.access import Actor, Right
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import moved_files, numbering
from ces_desktop.services.moved_files import ReceivedRequest
from ces_desktop.services.numbering import Renumbered
from ces_desktop.sync import exchange, moved_file, moved_told, stick


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
    if confidential is not None and exchange.pulled(arrived) is None:
        try:
            arrived += exchange.import_confidential(database, actor, confidential)
        except Unavailable as failure:  # what was taken in before is told all the same
            arrived.append(exchange.Arrived(confidential, failure=failure))
    touched = frozenset[str]().union(*(one.receipt.touched for one in arrived if one.receipt is not None))
    if "patient" not in touched or not actor.may(Right.REGISTER_PATIENTS):
        return Round(tuple(arrived), (), touched)
    done = database.write(partial(numbering.renumber, own_alone=True), actor)
    return Round(tuple(arrived), done.value, touched | done.touched)


@dataclass(frozen=True, slots=True)
class People:
    """What came beside the bundles: files of people that are new here, whether the hub told something new, failures.

    `known` = what was received before, or something later than it; `others` = what is for other clinics.
    """

    files: int
    told: bool
    failures: tuple[tuple[str, Refused | Unavailable], ...]
    known: int = 0
    others: int = 0


def take_people(database: Database, actor: Actor, paths: Sequence[Path]) -> People:
    """Keep people's files that are for this clinic, and what the hub tells of those who left it."""
    files, told, known, others = 0, False, 0, 0
    failures: list[tuple[str, Refused | Unavailable]] = []
    for path in paths:
        try:
            if path.suffix == moved_told.SUFFIX:
                heard = exchange.or_second(path, partial(moved_told.hear, database, actor))
                told, known = told or heard, known + (not heard)
                continue
            came = exchange.or_second(path, partial(moved_file.read, database, actor))
            request = ReceivedRequest(
                came.origin, came.place, came.number, came.name, came.written_at, came.content, came.signature,
                came.signer,
            )  # fmt: skip
            fresh = database.write(partial(moved_files.receive, request=request), actor).value
            files, known = files + fresh, known + (not fresh)
        except (Refused, Unavailable) as failure:
            if failure.code == "sync.not_for_us":  # for another clinic, whose stick this is too
                others += 1
            else:
                failures.append((path.name, failure))
    return People(files, told, tuple(failures), known, others)


def people_on(folder: Path) -> list[Path]:
    """The files of a stick that `take_people` takes; Unavailable as `stick.found`."""
    return [*moved_file.found(folder), *moved_told.found(folder)]


def take_stick(
    database: Database, actor: Actor, folder: Path, step: Callable[[int, int], None] = lambda done, of: None
) -> tuple[Round, People]:
    """All of a stick: bundles, confidential notes, files of people. What was taken in before it was pulled out is told.

    Unavailable as `stick.found` before anything was taken in.
    """
    done = take_in(database, actor, stick.found(folder), step, folder)
    if exchange.pulled(done.arrived) is not None:
        return done, People(0, False, ())
    try:
        paths = people_on(folder)
    except Unavailable as failure:
        return done, People(0, False, ((folder.name, failure),))
    return done, take_people(database, actor, paths)
