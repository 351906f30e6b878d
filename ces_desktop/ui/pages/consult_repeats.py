"""How a medicine that is prescribed twice, or beside what is taken now, is told under its line."""

from __future__ import annotations

from ces_desktop.domain.repeats import Repeat
from ces_desktop.i18n import tr
from ces_desktop.reports import dose_words
from ces_desktop.ui import labels


def repeat(found: Repeat) -> str:
    """What is taken, its dose and until when, and what becomes of it."""
    dose = dose_words.dose(found.other.dose) or found.other.instructions or labels.DASH
    what = {"drug": found.other.drug, "dose": dose}
    if found.kind == "twice":
        return tr("Twice in this prescription: {drug}, {dose}.").format(**what)
    what["day"] = labels.day(found.until)
    if found.kind == "instead":
        return tr("Taken now: {drug}, {dose}, until {day}. This line takes its place.").format(**what)
    return tr("Taken now: {drug}, {dose}, until {day}. Both go on.").format(**what)
