"""Two edits of a field that did not see each other: which fields a person is asked about, and which go together."""

from __future__ import annotations

LINKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "patient": (
        ("paternal", "paternal_kind"),
        ("maternal", "maternal_kind"),
        ("birth", "birth_precision", "stated_age", "stated_on"),
        ("phone", "phone_owner"),
        ("household", "community"),
        *((one,) for one in (
            "given", "nickname", "sex", "curp", "folder", "mother_name", "language", "reads", "test_record",
        )),
    ),
    "household": (("head",), ("community",), ("directions",)),
}  # fmt: skip
"""Table → groups of fields that are one answer: one edit's year of birth with another's precision is nobody's.

Everything else that is clinical (consults, readings, prescriptions, statuses) is written in lines that nobody edits:
two laptops then have two lines, and both are seen. Numbers of records are the subject of `services.numbering`.
"""


def group_of(table: str, field: str) -> tuple[str, ...] | None:
    """The fields that are decided together with this one; None for a field nobody is asked about."""
    return next((group for group in LINKED.get(table, ()) if field in group), None)
