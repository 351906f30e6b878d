"""Counting in words: what is counted, how a count and its lines stand, causes with their digits."""

from __future__ import annotations

from datetime import date

from ces_desktop.data.queries.counts import CountFile, CountLine, CountRow
from ces_desktop.domain.supply.counting import PLACE
from ces_desktop.domain.supply.ledger import COUNT_CAUSES
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import supply_words
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.pages import supplies_words


def what(code: str) -> str:
    """What a count is of."""
    if code.startswith(PLACE):
        return tr("Place: {place}").format(place=code.removeprefix(PLACE))
    return {
        "all": tr("The whole shelf"),
        "due": tr("Not counted for 60 days"),
        "controlled": tr("Controlled medicines"),
        "medicine": tr("Medicines"),
        "material": tr("Materials"),
        "test": tr("Laboratory"),
    }.get(code, code)


def causes() -> list[tuple[str, str, str]]:
    """(digit, code, words) of each cause of a difference."""
    return [(str(n), code, supplies_words.reason(code)) for n, code in enumerate(COUNT_CAUSES, 1)]


def filters() -> dict[str, str]:
    """The lists of an open count."""
    return {"to_count": tr("To count"), "differ": tr("Differences"), "counted": tr("Already counted"), "all": tr("All")}


def fitting(file: CountFile, key: str) -> list[CountLine]:
    """The lines of one of these lists, in the order of the printed sheet: they are typed from it."""
    if key == "to_count":
        return sorted(file.to_count, key=_place)
    if key == "differ":
        settled = [x for x in file.lines if x.lot is None and x.item.id in file.settled]
        return [*sorted(file.differing, key=_place), *sorted(settled, key=_place)]
    return sorted((x for x in file.lines if x.lot is not None and (key == "all" or x.counted is not None)), key=_place)


def _place(x: CountLine) -> tuple[bool, str, str, date, str, str]:
    name = supply_words.place(x.item.name(language()))
    return not x.location, x.location, name, x.expiry or date.max, x.number, x.item.code


def state(row: CountRow) -> tuple[State, str]:
    """The chip of a count in the list."""
    chips: dict[str, tuple[State, str]] = {"open": ("due", tr("Under way")), "closed": ("ok", tr("Closed"))}
    return chips.get(row.state, ("neutral", tr("Left off")))


def progress(file: CountFile) -> str:
    """How far the count is."""
    lots = [x for x in file.lines if x.lot is not None]
    done = len(lots) - len(file.to_count)
    said = [tr("{done} of {all} lots counted").format(done=labels.number(done), all=labels.number(len(lots)))]
    n = len(file.differing)
    if n:
        said.append(trn("{n} difference", "{n} differences", n).format(n=labels.number(n)))
        bare = sum(not x.cause for x in file.differing)
        if bare:
            said.append(trn("{n} without a cause", "{n} without a cause", bare).format(n=labels.number(bare)))
    elif done == len(lots):
        said.append(tr("all agrees"))
    return " · ".join(said)


def chip(line: CountLine, settled: int) -> tuple[State, str] | None:
    """How a line stands; nothing before it is counted, so that nobody counts towards a number."""
    if line.lot is None:
        return "warn", tr("Settled on closing: {n}").format(n=labels.number(settled))
    if line.counted is None:
        return None
    if not line.differs:
        return "ok", tr("Agrees")
    n = abs(line.differs)
    said = trn("{n} more", "{n} more", n) if line.differs > 0 else trn("{n} fewer", "{n} fewer", n)
    return ("warn" if line.cause else "bad"), said.format(n=labels.number(n))
