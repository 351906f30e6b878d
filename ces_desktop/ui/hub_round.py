"""A hub's round over a stick or folder: take in every bundle, back up, write the answers. The command has it too.

Files of people who move to another clinic are handed on unopened, with the answer for that clinic; the clinic they left
is told what became of them there.

The order is what makes a confirmation worth something: what is confirmed stands in a verified backup before a clinic
hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import backups
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, moved_file, moved_told, stick


@dataclass(frozen=True, slots=True)
class Round:
    """What became of each file, how many were left unread when the person stopped it, and the answers written.

    `failure`: why not all of them could be; what was taken in stands, and the next round answers it.
    """

    arrived: tuple[exchange.Arrived, ...]
    unread: int
    answers: tuple[exchange.Sent, ...]
    failure: Refused | Unavailable | None = None


def take_in_and_answer(
    opened: OpenClinic,
    folder: Path,
    step: Callable[[int, int], object] = lambda done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Round:
    """Each file is taken in whole or not at all; stopped between two files, what was taken in is still answered.

    Unavailable as `stick.found` before anything was taken in; what fails later is in the `Round`.
    """
    database, actor = opened.database, opened.actor
    paths = stick.found(folder)
    arrived: list[exchange.Arrived] = []
    for path in paths:
        if cancelled():
            break
        arrived += exchange.import_files(database, actor, [path])
        if (gone := exchange.pulled(arrived)) is not None:
            return Round(tuple(arrived[:-1]), len(paths) - len(arrived) + 1, (), gone)
        step(len(arrived), len(paths))
    unread = len(paths) - len(arrived)
    answers: list[exchange.Sent] = []
    failure: Refused | Unavailable | None = None
    try:
        arrived += exchange.import_confidential(database, actor, folder) if not unread else []
        moved_file.collect(database, actor, folder)
        senders = {one.receipt.sender for one in arrived if one.receipt is not None}
        if senders:
            backups.back_up(opened)
            hub.note_backup(database)
            answers = hub.answer(database, actor, folder, senders)
            moved_file.hand_on(database, actor, folder, senders)
            moved_told.tell(database, actor, folder, senders)
    except (Refused, Unavailable) as cause:
        failure = cause
    return Round(tuple(arrived), unread, tuple(answers), failure)
