"""Two edits of a field that did not see each other: which fields a person is asked about, and which go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ces_desktop.domain.access import Actor, Right


def _alone(*fields: str) -> tuple[tuple[str, ...], ...]:
    return tuple((field,) for field in fields)


LINKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "patient": (
        ("paternal", "paternal_kind"),
        ("maternal", "maternal_kind"),
        ("birth", "birth_precision", "stated_age", "stated_on"),
        ("phone", "phone_owner"),
        ("household", "community"),
        *_alone("given", "nickname", "sex", "curp", "folder", "mother_name", "language", "reads", "test_record"),
    ),
    "household": _alone("head", "community", "directions"),
    "item": (
        ("form", "strength", "unit", "pack"),
        *_alone("name_es", "name_en", "code", "kind", "route", "source", "ven", "controlled", "cold", "family"),
        *_alone("active"),
    ),
    "item_shelf": _alone("kept", "location", "most", "note"),
    "app_user": _alone("name", "licence"),
    "staff_person": _alone("name", "licence", "school", "phone", "email", "user", "note"),
    "placement": (("state", "from_on", "until_on", "reason", "cohort"), *_alone("role", "note")),
    "absence": (("from_on", "until_on"), *_alone("kind", "note")),
    "equipment": (
        ("name", "item"),
        ("brand", "model", "serial"),
        *_alone("inventory", "owner", "location", "acquired_on", "calibration_months", "maintenance_months", "note"),
    ),
    "staff_request": (("urgency", "due_on", "happened_on"), *_alone("kind", "text", "person", "owner")),
    "seminar": (
        ("from_on", "until_on"),
        *_alone("title", "institution", "kind", "place", "topics", "hours", "pass_score"),
    ),
    "quiz_question": (("text", "options", "correct"),),
    "clinic": _alone("name", "official_name", "municipality", "reserved_to_hub"),
    "supply_cycle": _alone("review_days", "lead_days", "next_delivery_on", "budget"),
    "supply_order": _alone("state", "expected_on", "note"),
    "order_line": (("requested", "reason"),),
    "count_line": (("counted", "counted_at", "cause"),),
    "handover": (("incoming", "incoming_name"),),
    "handover_line": _alone("words", "left_out"),
}
"""Table → groups of fields that are one answer: one edit's year of birth with another's precision is nobody's, nor one
edit's tablet with another's strength of the syrup.

Everything else that is clinical (consults, readings, prescriptions, statuses) is written in lines that nobody edits:
two laptops then have two lines, and both are seen; roles of users are such lines too. Numbers of records are the
subject of `services.numbering`.
"""

SEES: dict[str, Right] = {
    "patient": Right.SEE_PATIENTS, "household": Right.SEE_PATIENTS,
    "item": Right.SEE_STOCK, "item_shelf": Right.SEE_STOCK,
    "app_user": Right.MANAGE_USERS,
    "staff_person": Right.SEE_STAFF, "placement": Right.SEE_STAFF, "absence": Right.SEE_STAFF,
    "equipment": Right.SEE_STOCK,
    "staff_request": Right.SEE_STAFF, "seminar": Right.SEE_STAFF, "quiz_question": Right.SEE_STAFF,
    "clinic": Right.MANAGE_CLINIC,
    "supply_cycle": Right.SEE_STOCK, "supply_order": Right.SEE_STOCK, "order_line": Right.SEE_STOCK,
    "count_line": Right.SEE_STOCK,
    "handover": Right.SEE_PATIENTS, "handover_line": Right.SEE_PATIENTS,
}  # fmt: skip
"""Table → who is shown what waits there."""
DECIDES: dict[str, Right] = {
    "patient": Right.REGISTER_PATIENTS, "household": Right.REGISTER_PATIENTS,
    "item": Right.MANAGE_CATALOGUE, "item_shelf": Right.KEEP_STOCK,
    "app_user": Right.MANAGE_USERS,
    "staff_person": Right.MANAGE_STAFF, "placement": Right.MANAGE_STAFF, "absence": Right.MANAGE_STAFF,
    "equipment": Right.KEEP_STOCK,
    "staff_request": Right.MAKE_REQUESTS, "seminar": Right.KEEP_SEMINARS, "quiz_question": Right.KEEP_SEMINARS,
    "clinic": Right.MANAGE_CLINIC,
    "supply_cycle": Right.ORDER_SUPPLIES, "supply_order": Right.ORDER_SUPPLIES, "order_line": Right.ORDER_SUPPLIES,
    "count_line": Right.KEEP_STOCK,
    "handover": Right.SIGN_CONSULTS, "handover_line": Right.SIGN_CONSULTS,
}  # fmt: skip
"""Table → who may choose: who may write the field in its form."""


def in_doubt(table: str, sides: Sequence[Mapping[str, object]]) -> bool:
    """Whether two edits of one answer need somebody to choose; the values of each by field.

    An order that went on at both laptops (sent, received) only went on: taken back at one, it is a question. Quantities
    that the program proposed at both, with no reason written by anybody, are no one's; nor is the minute of a count.
    """
    if table == "supply_order" and "state" in sides[0]:
        return "cancelled" in (side["state"] for side in sides)
    if table == "order_line":
        return any(side["reason"] for side in sides)
    if table == "count_line":
        return len({(side["counted"], side["cause"]) for side in sides}) > 1
    return True


def group_of(table: str, field: str) -> tuple[str, ...] | None:
    """The fields that are decided together with this one; None for a field nobody is asked about."""
    return next((group for group in LINKED.get(table, ()) if field in group), None)


def tables_for(actor: Actor) -> frozenset[str]:
    """The tables of which somebody is shown what waits."""
    return frozenset(table for table, right in SEES.items() if actor.may(right))
