"""Ctrl+Z and Ctrl+Shift+Z: reverse the person's last action of this sign-in, or bring it back."""

from __future__ import annotations

from ces_desktop.data.journal import undo as journal_undo
from ces_desktop.data.models import MovementRecord
from ces_desktop.data.work import Work
from ces_desktop.errors import Refused


def undo(work: Work) -> str:
    """Reverse the last standing action; returns its kind ("patients.register").

    Refused: `undo.nothing`, or `undo.changed_since` with `what` when later work stands on it: also what was given since
    from a lot of which it brought some.
    """
    last = journal_undo.next_to_undo(work.connection, work.actor, work.installation.device)
    if last is None:
        raise Refused("undo.nothing")
    work.reverse(last.action)
    _check_shelf(work)
    return last.kind


def redo(work: Work) -> str:
    """Bring back what the last undo took away; returns the kind of the action that stands again.

    Refused("undo.nothing_to_redo") after any other action.
    """
    last = journal_undo.next_to_redo(work.connection, work.actor, work.installation.device)
    if last is None:
        raise Refused("undo.nothing_to_redo")
    work.reverse(last.action)
    _check_shelf(work)
    return journal_undo.undone_by(work.connection, last).kind


def _check_shelf(work: Work) -> None:
    flags = work.voiding(MovementRecord)
    if flags:
        from ces_desktop.services.stock_rows import falls_short  # most actions move nothing

        if falls_short(work, flags):
            raise Refused("undo.changed_since", what=MovementRecord.__tablename__)
