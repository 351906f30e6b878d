"""Fields of the lists of a clinic in words, where two edits of one are shown side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.seminars import LETTERS
from ces_desktop.i18n import tr
from ces_desktop.reports import care_words, handover_words, staff_words, supply_words, words
from ces_desktop.ui import labels
from ces_desktop.ui.messages import catalogue, equipment

if TYPE_CHECKING:
    from ces_desktop.data.journal.op import WireValue


def kind(table: str) -> str:
    """What kind of thing is in doubt."""
    return {
        "item": tr("Catalogue"), "item_shelf": tr("Place on the shelf"), "app_user": tr("Sign-in"),
        "staff_person": tr("Staff"), "placement": tr("Placement"), "absence": tr("Days away"),
        "equipment": tr("Equipment"), "staff_request": tr("Request"), "seminar": tr("Seminar"),
        "quiz_question": tr("Questions of the quiz"), "clinic": tr("The clinic"),
        "supply_cycle": tr("Supply cycle"), "supply_order": tr("Order"), "order_line": tr("Order"),
        "count_line": tr("Counts"), "handover": tr("Handover"), "handover_line": tr("Handover"),
    }[table]  # fmt: skip


def called(table: str, name: str) -> str:
    """What a row is called, of a table whose rows are called by a code or a day."""
    said = {"supply_cycle": supply_words.source, "handover": labels.day, "handover_line": handover_words.section}
    return said[table](name) if table in said and name else name


def field(table: str, name: str) -> str:
    """What a field is called in its form."""
    if table == "item":
        return catalogue.field_words(name)
    return _own_words(table).get(name) or {
        "kept": tr("Kept here"), "location": tr("Place"), "most": tr("Most that fits"), "note": tr("Note"),
        "name": tr("Name"), "licence": tr("Licence or MPSS"), "school": tr("University or employer"),
        "phone": tr("Telephone"), "email": tr("E-mail"), "user": tr("Sign-in"), "role": tr("Role"),
        "state": tr("State"), "from_on": tr("First day"), "until_on": tr("Last day"), "reason": tr("Why"),
        "cohort": tr("Cohort"), "kind": tr("Why"),
    }[name]  # fmt: skip


def _own_words(table: str) -> dict[str, str]:
    """What fields are called in the form of this table alone."""
    return {
        "equipment": {
            "name": tr("What it is"), "item": tr("In the catalogue"), "brand": tr("Brand"), "model": tr("Model"),
            "serial": tr("Serial number"), "inventory": tr("Inventory number"), "owner": tr("Whose"),
            "location": tr("Where it is"), "acquired_on": tr("Here since"),
            "calibration_months": tr("Calibration every"), "maintenance_months": tr("Maintenance every"),
        },
        "staff_request": {
            "kind": tr("About"), "urgency": tr("Urgency"), "text": tr("What is needed"), "person": tr("For whom"),
            "owner": tr("Who sees to it"), "due_on": tr("Wanted by"), "happened_on": tr("Asked on"),
        },
        "seminar": {
            "title": tr("Title"), "institution": tr("Institution"), "kind": tr("What it is"), "place": tr("Where"),
            "topics": tr("Topics"), "hours": tr("Hours"), "pass_score": tr("Quiz to pass"),
        },
        "quiz_question": {
            "text": tr("Question"), "options": tr("Answers to choose from"), "correct": tr("Right answer"),
        },
        "clinic": {
            "name": tr("Short name"), "official_name": tr("Official name"), "municipality": tr("Municipality"),
            "reserved_to_hub": tr("Confidential notes to the supervisor"),
        },
        "supply_cycle": {
            "review_days": tr("Days between orders"), "lead_days": tr("Days until it comes"),
            "next_delivery_on": tr("Next delivery"), "budget": tr("Budget in packs"),
        },
        "supply_order": {"expected_on": tr("Expected")},
        "order_line": {"requested": tr("Quantity asked for")},
        "count_line": {"counted": tr("Units found"), "counted_at": tr("Counted at"), "cause": tr("Why")},
        "handover": {"incoming": tr("Who takes over"), "incoming_name": tr("Name")},
        "handover_line": {"words": tr("Words beside the line"), "left_out": tr("Why it is left out")},
    }.get(table, {})  # fmt: skip


def value(table: str, name: str, held: WireValue) -> str:
    """A value as its form shows it; an en dash when there is none."""
    if held is None or held == "":
        return _absent(table, name)
    said = _SAID.get((table, name))
    return said(str(held)) if said is not None else str(held)


def _absent(table: str, name: str) -> str:
    if (table, name) == ("clinic", "reserved_to_hub"):
        return tr("No")
    if (table, name) == ("staff_request", "person"):
        return tr("The clinic")
    if table != "item":
        return labels.DASH
    return {"active": tr("Yes"), "cold": tr("No"), "controlled": tr("No")}.get(name, labels.DASH)


def _controlled(held: str) -> str:
    return {"no": tr("No"), "yes": tr("Yes, group not known")}.get(held, held)


def _kept(held: str) -> str:
    return tr("For a named patient") if held == "named_patient" else words.answer(held)


def _months(held: str) -> str:
    return labels.quantity(int(held), tr("months"))


def _number(held: str) -> str:
    return labels.number(int(held))


def _minute(held: str) -> str:
    return labels.moment(int(held), CLINIC_ZONE)


def _one_line(held: str) -> str:
    return "; ".join(held.splitlines())


def _letter(held: str) -> str:
    place = int(held)
    return LETTERS[place - 1] if 0 < place <= len(LETTERS) else held


def _seminar_kind(held: str) -> str:
    return {"seminar": tr("Seminar"), "course": tr("Course")}.get(held, held)


def _listed(words_of: Callable[[Any], str]) -> Callable[[str], str]:
    def said(held: str) -> str:
        try:
            return words_of(held)
        except KeyError:  # a word that a later program wrote
            return held

    return said


_SAID: dict[tuple[str, str], Callable[[str], str]] = {
    ("item", "kind"): catalogue.kind_words,
    ("item", "form"): care_words.presentation,
    ("item", "route"): care_words.route,
    ("item", "unit"): lambda held: supply_words.unit(held, 1),
    ("item", "source"): catalogue.source_words,
    ("item", "ven"): catalogue.ven_words,
    ("item", "controlled"): _controlled,
    ("item", "cold"): words.answer,
    ("item", "active"): words.answer,
    ("item_shelf", "kept"): _kept,
    ("staff_person", "phone"): words.phone,
    ("placement", "role"): _listed(staff_words.role_words),
    ("placement", "state"): _listed(staff_words.state_words),
    ("placement", "from_on"): labels.day,
    ("placement", "until_on"): labels.day,
    ("placement", "cohort"): staff_words.cohort_words,
    ("absence", "kind"): _listed(staff_words.absence_words),
    ("absence", "from_on"): labels.day,
    ("absence", "until_on"): labels.day,
    ("equipment", "owner"): _listed(equipment.owner_words),
    ("equipment", "acquired_on"): labels.day,
    ("equipment", "calibration_months"): _months,
    ("equipment", "maintenance_months"): _months,
    ("staff_request", "kind"): _listed(staff_words.request_words),
    ("staff_request", "urgency"): _listed(staff_words.urgency_words),
    ("staff_request", "due_on"): labels.day,
    ("staff_request", "happened_on"): labels.day,
    ("seminar", "kind"): _seminar_kind,
    ("seminar", "topics"): _one_line,
    ("seminar", "from_on"): labels.day,
    ("seminar", "until_on"): labels.day,
    ("seminar", "pass_score"): lambda held: labels.quantity(int(held), "%"),
    ("quiz_question", "options"): _one_line,
    ("quiz_question", "correct"): _letter,
    ("clinic", "reserved_to_hub"): words.answer,
    ("supply_cycle", "next_delivery_on"): labels.day,
    ("supply_cycle", "budget"): _number,
    ("supply_order", "state"): _listed(supply_words.order_state),
    ("supply_order", "expected_on"): labels.day,
    ("order_line", "requested"): _number,
    ("order_line", "reason"): lambda held: supply_words.reasons().get(held, held),
    ("count_line", "counted"): _number,
    ("count_line", "counted_at"): _minute,
    ("count_line", "cause"): supply_words.reason,
}
