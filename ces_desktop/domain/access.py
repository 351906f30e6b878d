"""Who may do what: roles × rights, deny by default; a person holds several roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused


class Role(StrEnum):
    """Roles of the clinic, then of the network (`sync.md` 5)."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    STORE_KEEPER = "store_keeper"
    LEAD = "lead"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


CLINIC_ROLES = frozenset({Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.LEAD})
HUB_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
"""What who founds a hub holds."""
MENTOR_ROLES = frozenset({Role.MENTOR, Role.ADMINISTRATOR})
"""What who sets up a mentor's laptop holds there."""


class Right(StrEnum):
    """Things a screen may offer. A right is asked for by a service, never by a widget alone."""

    SEE_PATIENTS = "see_patients"
    REGISTER_PATIENTS = "register_patients"
    MERGE_PATIENTS = "merge_patients"
    RECORD_CONSENT = "record_consent"
    PRINT_PATIENTS = "print_patients"
    MANAGE_USERS = "manage_users"
    MANAGE_CLINIC = "manage_clinic"
    IMPORT_REFERENCE = "import_reference"
    IMPORT_REGISTER = "import_register"
    MAKE_BACKUP = "make_backup"
    RESTORE_BACKUP = "restore_backup"
    READ_AUDIT = "read_audit"
    TAKE_VITALS = "take_vitals"
    RECORD_CARE = "record_care"
    """Allergies, clinical history, vaccines, laboratory results, programmes."""
    SIGN_CONSULTS = "sign_consults"
    PRESCRIBE = "prescribe"
    READ_RESERVED = "read_reserved"
    """The words of confidential notes (`sync.md` 2): who treats the person, on the clinic's own computers."""
    ISSUE_REPORTS = "issue_reports"
    SEE_STOCK = "see_stock"
    DISPENSE = "dispense"
    KEEP_STOCK = "keep_stock"
    """Receipts, losses, counts, transfers, kits, equipment."""
    ORDER_SUPPLIES = "order_supplies"
    MANAGE_CATALOGUE = "manage_catalogue"
    SEE_STAFF = "see_staff"
    """People of the clinic, who is there when, requests, seminars."""
    MANAGE_STAFF = "manage_staff"
    """People, placements, days away."""
    MAKE_REQUESTS = "make_requests"
    """Ask for housing, transport, internet…, and say that it was solved."""
    ANSWER_REQUESTS = "answer_requests"
    KEEP_SEMINARS = "keep_seminars"
    """Seminars, attendance, quizzes."""
    SEE_MENTORING = "see_mentoring"
    """Sessions, what was agreed, progress; sign as who was mentored, answer, close an agreed action."""
    LEAD_MENTORING = "lead_mentoring"
    """Write sessions, sign as mentor, change checklists."""
    EXCHANGE = "exchange"
    """Write bundles to a stick and read them."""
    MANAGE_NETWORK = "manage_network"
    """Certify and revoke laptops, declare a gap, answer as the hub."""


_EVERYDAY = frozenset(
    {
        Right.SEE_PATIENTS,
        Right.REGISTER_PATIENTS,
        Right.RECORD_CONSENT,
        Right.PRINT_PATIENTS,
        Right.MAKE_BACKUP,
        Right.EXCHANGE,
    }
)

_READING = frozenset(
    {Right.SEE_PATIENTS, Right.PRINT_PATIENTS, Right.SEE_STOCK, Right.SEE_STAFF, Right.SEE_MENTORING}
)
_CARE = frozenset({Right.TAKE_VITALS, Right.RECORD_CARE, Right.ISSUE_REPORTS, Right.SEE_MENTORING})
_STORE = frozenset({Right.SEE_STOCK, Right.DISPENSE, Right.KEEP_STOCK})
_STAFF = frozenset({Right.SEE_STAFF, Right.MAKE_REQUESTS})
_ALL_STAFF = _STAFF | {Right.MANAGE_STAFF, Right.ANSWER_REQUESTS, Right.KEEP_SEMINARS}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PHYSICIAN: _EVERYDAY
    | _CARE
    | _STORE
    | _STAFF
    | {Right.MERGE_PATIENTS, Right.IMPORT_REGISTER, Right.SIGN_CONSULTS, Right.PRESCRIBE, Right.ORDER_SUPPLIES}
    | {Right.READ_RESERVED},
    Role.NURSE: _EVERYDAY | _CARE | _STORE | _STAFF,
    Role.STORE_KEEPER: _STORE | {Right.MAKE_BACKUP, Right.ORDER_SUPPLIES},
    Role.LEAD: _ALL_STAFF
    | frozenset(
        {
            Right.MANAGE_USERS,
            Right.MANAGE_CLINIC,
            Right.IMPORT_REFERENCE,
            Right.MAKE_BACKUP,
            Right.RESTORE_BACKUP,
            Right.READ_AUDIT,
            Right.EXCHANGE,
            Right.ISSUE_REPORTS,
            Right.SEE_STOCK,
            Right.ORDER_SUPPLIES,
            Right.MANAGE_CATALOGUE,
        }
    ),
    Role.MENTOR: _STAFF
    | {Right.ANSWER_REQUESTS, Right.KEEP_SEMINARS, Right.SEE_MENTORING, Right.LEAD_MENTORING}
    | {Right.SEE_PATIENTS, Right.PRINT_PATIENTS, Right.SEE_STOCK, Right.EXCHANGE},
    Role.COORDINATOR: _ALL_STAFF
    | frozenset(
        {
            Right.SEE_PATIENTS,
            Right.MERGE_PATIENTS,  # of two clinics, at the hub
            Right.IMPORT_REFERENCE,
            Right.SEE_STOCK,
            Right.ORDER_SUPPLIES,
            Right.MANAGE_CATALOGUE,
            Right.EXCHANGE,
            Right.SEE_MENTORING,
            Right.LEAD_MENTORING,
        }
    ),
    Role.ADMINISTRATOR: _ALL_STAFF
    | frozenset(
        {
            Right.MANAGE_USERS,
            Right.MANAGE_CLINIC,
            Right.IMPORT_REFERENCE,
            Right.MAKE_BACKUP,
            Right.RESTORE_BACKUP,
            Right.READ_AUDIT,
            Right.EXCHANGE,
            Right.MANAGE_NETWORK,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the signed-in person and what they may do.

    `since` is the last hybrid clock value before this sign-in: undo reaches no further back.
    `broken_glass` holds the reason given when someone opened what their roles do not cover.
    """

    user: Id
    name: str
    roles: frozenset[Role]
    sign_in: Id
    since: int = 0
    auditor: bool = False
    broken_glass: str | None = None
    reads_only: bool = False
    """Of whatever roles, only the rights to see: a hub at a clinic that it supervises."""

    def may(self, right: Right) -> bool:
        """Whether any role, the auditor's right or a broken glass grants `right`."""
        if self.reads_only and right not in _READING:
            return False
        if right is Right.READ_AUDIT and self.auditor:
            return True
        if self.broken_glass and right is Right.SEE_PATIENTS:
            return True
        return any(right in RIGHTS[role] for role in self.roles)


def require(actor: Actor, right: Right) -> None:
    """Refuse unless the actor holds the right."""
    if not actor.may(right):
        raise Refused("access.not_allowed", right=right.value)
