"""Handing out in words: how a prescription and its lines stand, what is there, what will be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ces_desktop.data.queries.dispensing import FillLine, Prescription
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import dose_words
from ces_desktop.services.dispensing import Filled, LineFill
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.models.record_table import Cell
from ces_desktop.ui.pages import supplies_words


def filters() -> dict[str, str]:
    """The lists of the page."""
    return {"waiting": tr("To be filled"), "owed": tr("Owed"), "given": tr("Handed out")}


def nobody(state: str) -> str:
    """What an empty list says."""
    return {
        "waiting": tr("Nobody waits for medicines."),
        "owed": tr("Nothing is owed to anybody."),
    }.get(state, tr("Nothing was handed out these days."))


def signed(each: Prescription) -> str:
    """When and by whom the prescription was signed."""
    when = labels.moment(each.signed_at, CLINIC_ZONE)
    if not each.prescriber:
        return tr("Prescription signed {when}").format(when=when)
    return tr("Prescription signed {when} by {who}").format(when=when, who=each.prescriber)


def chip(each: Prescription) -> tuple[State, str]:
    """Whether what is on the shelf is enough for it."""
    if each.state == "given":
        return "ok", tr("Handed out")
    if each.state == "declined":
        return "neutral", tr("Not wanted")
    open_lines = [x for x in each.lines if x.facts.state in ("waiting", "owed")]
    short = [x for x in open_lines if x.short]
    if not short:
        return "ok", tr("Enough")
    if all(not x.gives for x in open_lines):
        return "bad", tr("None left")
    return "warn", tr("Part is missing")


def medicine(line: FillLine) -> Cell:
    """The medicine with its dose."""
    days = tr("{n} days").format(n=line.days) if line.days else ""
    said = [dose_words.dose(line.dose), days]
    return Cell(line.name(language()) or tr("no name"), " · ".join(x for x in said if x), strong=True)


def prescribed(line: FillLine) -> Cell:
    """How many were prescribed, and how many of them were given before."""
    if line.quantity is None:
        return Cell(labels.DASH, tr("not written"), tone="text3")
    given = tr("given {n}").format(n=labels.number(line.facts.given)) if line.facts.given else ""
    return Cell(labels.number(line.quantity), given)


def there(line: FillLine) -> Cell:
    """Units in date, and the lot that goes first; of several sources how many of each, as their own pages say."""
    if line.item is None:
        return Cell(labels.DASH, tone="text3")
    held = [s for s in line.sources if s.usable > 0]
    if any(s.item.id != line.item.id for s in held):
        parts = [f"{supplies_words.source(s.item.source)} {labels.number(s.usable)}" for s in held]
        return Cell(labels.number(line.usable), " + ".join(parts))
    first = next((s.first for s in line.sources if s.first), None)
    lot = f"{first.number or tr('no number')} · {supplies_words.expiry(first.expiry)}" if first else ""
    return Cell(labels.number(line.usable), lot, tone="bad" if line.usable <= 0 else "text")


def units_given(line: FillLine, changed: LineFill | None) -> int:
    """Units that the key will give of a line."""
    if changed is not None and changed.gives is not None:
        return sum(g.quantity for g in changed.gives)
    return sum(s.quantity for s in line.gives)


def given(line: FillLine, changed: LineFill | None) -> Cell:
    """What the key will give."""
    if line.facts.state not in ("waiting", "owed"):
        return Cell()
    units = units_given(line, changed)
    others = [s for s in line.sources if any(g.item == s.item.id for g in line.gives)]
    source = ""
    if changed is None and line.item is not None and any(s.item.id != line.item.id for s in others):
        source = " + ".join(supplies_words.source(s.item.source) for s in others)
    return Cell(labels.number(units), source, strong=True, tone="text" if units else "text3", boxed=True)


def line_chip(line: FillLine, changed: LineFill | None) -> tuple[State, str] | None:
    """How a line stands."""
    state = line.facts.state
    if state == "unlisted":
        return "unknown", tr("Not in the list")
    if state == "given":
        return "ok", tr("Handed out")
    if state == "declined":
        return "neutral", tr("Not wanted")
    if line.quantity is None and changed is None:
        return "unknown", tr("Write how many")
    if changed is not None:
        if any(g.lotless for g in changed.gives or ()):
            return "warn", tr("In the hand")
        if changed.declined:
            return "neutral", tr("Rest not wanted")
    short = line.facts.remains - units_given(line, changed)
    if short <= 0:
        return ("ok", tr("Complete")) if changed is None else ("due", tr("Changed"))
    if units_given(line, changed) == 0:
        return "bad", tr("None left") if line.usable <= 0 else tr("Nothing")
    return "warn", tr("{n} short").format(n=labels.number(short))


def summary(lines: Sequence[FillLine], changed: Mapping[Id, LineFill]) -> str:
    """What the key will do, beside it."""
    short = 0
    for line in lines:
        one = changed.get(line.id)
        if not (one is not None and one.declined):
            short += max(0, line.facts.remains - units_given(line, one))
    if not lines:
        return ""
    if not short:
        return tr("All of it is there.")
    return trn(
        "{n} unit missing, noted as asked for.", "{n} units missing, noted as asked for.", short
    ).format(n=labels.number(short))


def filled(name: str, done: Filled) -> str:
    """What was done, with what was not there."""
    text = trn("Handed out to {name}: {n} unit.", "Handed out to {name}: {n} units.", done.given)
    said = [text.format(name=name, n=labels.number(done.given))]
    if not done.given:
        said = [tr("Nothing was there for {name}.").format(name=name)]
    if done.unmet:
        said.append(tr("Missing and noted: {n}.").format(n=labels.number(done.unmet)))
    if done.lotless:
        said.append(tr("Given without a lot: {n}. Count it.").format(n=labels.number(done.lotless)))
    return " ".join(said)
