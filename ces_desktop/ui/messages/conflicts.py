"""Two edits that did not see each other, in words: what is in doubt, what each says, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import language, tr, trn
from ces_desktop.ui import conflict_fields as lists
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as wording

if TYPE_CHECKING:
    from ces_desktop.data.journal.op import WireValue
    from ces_desktop.data.queries.conflicts import Conflict, Side
    from ces_desktop.data.queries.number_clashes import Alias

_PEOPLE = ("patient", "household")


def sentences() -> dict[str, str]:
    """The sentence of each code, and the name of the act."""
    return {
        "conflicts.gone": tr("Somebody decided this already. Look at the list again."),
        "act.conflicts.keep": tr("choice between two edits"),
        "act.patients.renumber": tr("new record number"),
    }


def field(table: str, name: str) -> str:
    """What a field is called on the screen."""
    if table not in _PEOPLE:
        return lists.field(table, name)
    if table == "household" and name in ("head", "directions"):
        return {"head": tr("Head of household"), "directions": tr("How to get there")}[name]
    labelled = {
        "paternal_kind": tr("Whether there is one"),
        "maternal_kind": tr("Whether there is one"),
        "birth_precision": tr("How exact"),
    }
    return labelled.get(name) or wording.field_name(table, name)


def heading(held: Conflict) -> str:
    """What is in doubt: the name of the first field, which the others belong to."""
    first = held.fields[0]
    return wording.field_name(held.table, first) if held.table == "patient" else field(held.table, first)


def who(held: Conflict) -> str:
    """`LÓPEZ PÉREZ, María Elena`, the household, the item, who works here."""
    if held.table == "household":
        return tr("Household {number}").format(number=held.name or labels.DASH)
    if held.name_en and not language().startswith("es"):
        return held.name_en
    return held.name if held.table in _PEOPLE else lists.called(held.table, held.name)


def under(held: Conflict) -> str:
    """The second line of whom or what: a person's record number; of lists, what kind of thing it is."""
    if held.table in _PEOPLE:
        return held.number
    return " · ".join(part for part in (lists.kind(held.table), held.number) if part)


def lines(held: Conflict, side: Side) -> list[tuple[str, str]]:
    """Field and value of what is in doubt, as one side wrote it."""
    shown = dict(side.shown)
    return [(field(held.table, name), _value(held.table, name, shown.get(name))) for name in held.fields]


def _value(table: str, name: str, shown: WireValue) -> str:
    return wording.value(name, shown) if table in _PEOPLE else lists.value(table, name, shown)


def short(held: Conflict) -> str:
    """Both values in one line: `961 222 2222 · 961 111 1111`."""
    return " · ".join(lines(held, side)[0][1] for side in held.sides)


def written(side: Side) -> str:
    """`Enf. Ejemplo, 17-mar-2026 10:42`."""
    return f"{side.by or tr('unknown person')}, {labels.moment(side.at, CLINIC_ZONE)}"


def where(held: Conflict, side: Side) -> str:
    """On which laptop; a copied disk writes under the name of the one it was copied from."""
    if all(each.here for each in held.sides):
        return tr("On this computer or a copy of it")
    return tr("On this computer") if side.here else tr("On another computer")


def waiting(n: int) -> str:
    """How many wait."""
    return trn("{n} fact waits for a choice.", "{n} facts wait for a choice.", n).format(n=n)


def in_doubt(held: tuple[Conflict, ...]) -> str:
    """The fields of one person or thing that are in doubt, for the note on its page."""
    return ", ".join(dict.fromkeys(_within(heading(each)) for each in held))


def _within(title: str) -> str:
    """A title within a sentence; `CURP` and `VEN` stay as they are."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def alias(other: Alias) -> str:
    """Another number of a person: given twice, or of the clinic they came from."""
    if other.origin == "other_clinic":
        return tr("At {place} this person's number was {number}.").format(place=other.place, number=other.number)
    return tr("Until it was found to be another person's, the number was {number}.").format(number=other.number)
