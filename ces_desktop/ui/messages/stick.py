"""What came of a stick, in words with a next step: each thing that goes wrong has its own sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ces_desktop.i18n import tr, trn
from ces_desktop.ui import messages
from ces_desktop.ui.messages import moved

if TYPE_CHECKING:
    from ces_desktop.data.database import Database
    from ces_desktop.data.queries.number_clashes import Clash
    from ces_desktop.services.numbering import Renumbered
    from ces_desktop.sync.exchange import Arrived
    from ces_desktop.sync.inbox import Receipt
    from ces_desktop.ui.clinic_round import People

DAY_MS = 86_400_000
"""Two clocks may differ by so much before one of them is called wrong."""
FOR_OTHERS, WAITS, GONE = "sync.not_for_us", "sync.unknown_device", "stick.missing"


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "stick.full": tr("It does not fit on the stick: {missing_mb} MB must be free. Use another."),
        "stick.read_only": tr("The stick is write-protected. Slide its lock open, or use another."),
        "stick.missing": tr("The stick was removed too soon. Insert it and repeat."),
        "stick.unreliable": tr("What was written on the stick does not read back. Use another stick."),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """One note: its kind, what happened, and what to do."""

    kind: Literal["ok", "warn", "bad", "none"]
    title: str
    text: str


def received(
    arrived: Sequence[Arrived], own: bytes, joined: str | None = None, beside: People | None = None
) -> list[Told]:
    """Of everything on a stick: first what came of it in all, then what was noticed, then each file that was refused.

    `own` = this laptop's device. `joined` = the six words of an invitation that was taken in. `beside` = what came of
    files of people, which may be all that the stick holds.
    """
    receipts = [one.receipt for one in arrived if one.receipt is not None]
    failures = [(one.path.name, one.failure) for one in arrived if one.failure is not None]
    said = []
    gone = next((failure for _, failure in failures if failure.code == GONE), None)
    if gone is not None:
        fresh = sum(receipt.fresh for receipt in receipts)
        text = trn("{n} change received.", "{n} changes received.", fresh).format(n=fresh)
        kept = tr("Nothing was lost; what was taken in stays.")
        said.append(Told("bad", messages.sentence(gone), f"{text} {kept}" if fresh else kept))
    elif arrived:
        said.append(_in_all(arrived, receipts, own))
    elif joined is None:
        said += _without_bundles(beside)
    if joined is not None:
        text = tr("Compare its six words with the supervisor's screen: {words}").format(words=joined)
        said.insert(0, Told("ok", tr("You can remove the stick now. The supervisor is known here."), text))
    for receipt in receipts:
        said += noticed(receipt)
    for name, failure in failures:
        if failure.code not in (FOR_OTHERS, GONE):
            said.append(Told("warn" if failure.code == WAITS else "bad", messages.sentence(failure), name))
    return said


def people(beside: People) -> list[Told]:
    """Of what came of files of people: that the supervisor told of who moved, and each file that was refused."""
    said = []
    if beside.told:
        said.append(Told("ok", tr("The supervisor told what became of who moved."), tr("See their pages.")))
    return said + [Told("bad", messages.sentence(failure), name) for name, failure in beside.failures]


def _without_bundles(beside: People | None) -> list[Told]:
    if beside is not None and beside.files:
        return [Told("ok", tr("You can remove the stick now."), moved.waiting(beside.files))]
    if beside is not None and (beside.told or beside.failures):
        return []
    if beside is not None and beside.known:
        text = tr("All on it was imported before. Ask the supervisor for a newer answer.")
        return [Told("ok", tr("You can remove the stick now."), text)]
    if beside is not None and beside.others:
        text = tr("Nothing was changed. Ask the supervisor for this clinic's answer.")
        return [Told("warn", tr("Nothing on this stick is for this clinic."), text)]
    text = tr("Is it the right stick? Look for another, or ask the supervisor for the answer.")
    return [Told("none", tr("There is no bundle on this stick."), text)]


def _in_all(arrived: Sequence[Arrived], receipts: Sequence[Receipt], own: bytes) -> Told:
    removed = tr("You can remove the stick now.")
    others = sum(one.failure is not None and one.failure.code == FOR_OTHERS for one in arrived)
    rest = trn("{n} bundle is for others.", "{n} bundles are for others.", others).format(n=others) if others else ""
    if not receipts:
        if others == len(arrived):
            return Told("warn", tr("Nothing on this stick is for this clinic."), " ".join((
                rest, tr("Nothing was changed. Ask the supervisor for this clinic's answer."),
            )))  # fmt: skip
        return Told("warn", removed, " ".join(part for part in (tr("Nothing was changed."), rest) if part))
    fresh = sum(receipt.fresh for receipt in receipts)
    if fresh:
        text = trn("{n} change received.", "{n} changes received.", fresh).format(n=fresh)
        return Told("ok", removed, " ".join(part for part in (text, rest) if part))
    if all(receipt.sender == own for receipt in receipts):
        text = tr("The bundles on it are this computer's own. Take it to the supervisor, who answers.")
    elif all(receipt.again for receipt in receipts):
        text = tr("All on it was imported before. Ask the supervisor for a newer answer.")
    else:
        text = tr("Nothing was new. What the supervisor confirmed is noted.")
    return Told("ok", removed, " ".join(part for part in (text, rest) if part))


def noticed(receipt: Receipt) -> list[Told]:
    """What an import says of the laptops themselves: one put back to an earlier day, a copy, tables that differ."""
    said = []
    if receipt.renewed:
        n = receipt.fresh
        text = trn("{n} record that was missing came back.", "{n} records came back, those missing among them.", n)
        more = tr("Nothing was lost. From now on this computer writes in a new log.")
        title = tr("This computer had been put back to an earlier day, or copied.")
        said.append(Told("warn", title, f"{text.format(n=n)} {more}"))
    elif receipt.forks:
        text = tr("What both wrote is kept. Tell the supervisor if nobody restored a backup.")
        said.append(Told("warn", tr("A computer that was restored or copied was noticed."), text))
    if receipt.differs:
        text = tr("Both hold the same records. Ask the supervisor for a complete bundle.")
        said.append(Told("bad", tr("A table shows something else here than at the sender's."), text))
    return said


def renumbered(who: Renumbered) -> Told:
    """Somebody's number had been given to another person before."""
    title = tr("{was} had been given twice. {name} now has {now}.").format(was=who.was, name=who.name, now=who.now)
    text = tr("{keeps} keeps {was}; both are found by it. Write the new number on the card and the folder.")
    return Told("warn", title, text.format(keeps=who.keeps, was=who.was))


def clash(held: Clash) -> tuple[str, str]:
    """A number that two people bear, of which the later was registered on another computer."""
    text = tr("{first} had it first; {later} was registered on another computer.")
    return (
        tr("Two people have the number {number}.").format(number=held.number),
        text.format(first=held.first_name, later=held.later_name),
    )


def clock(database: Database, confirmed_at: int | None) -> tuple[int | None, str]:
    """The moment that this clock stands before, and whose: the last record here, or the supervisor's last word."""
    own = database.clock_behind()
    if own is not None:
        return own, tr("The last record is from {when}. Set this computer's date, then send.")
    behind = confirmed_at if confirmed_at is not None and database.clock() < confirmed_at - DAY_MS else None
    return behind, tr("The supervisor's last word is of {when}. Set this computer's date, then send.")
