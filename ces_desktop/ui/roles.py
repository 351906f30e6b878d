"""The names of roles on the screen."""

from __future__ import annotations

from collections.abc import Iterable

from ces_desktop.domain.access import Role
from ces_desktop.i18n import tr

CLINIC = (Role.PHYSICIAN, Role.NURSE, Role.STORE_KEEPER, Role.LEAD)
"""Roles a clinic gives, in the order they are offered."""
NETWORK = (Role.ADMINISTRATOR, Role.COORDINATOR)
MENTOR = (Role.ADMINISTRATOR, Role.MENTOR)


def offered(kind: str) -> tuple[Role, ...]:
    """The roles that an installation of this kind gives."""
    return {"hub": NETWORK, "mentor": MENTOR}.get(kind, CLINIC)


def name(role: Role) -> str:
    """One role in words without a person's gender."""
    return {
        Role.PHYSICIAN: tr("Physician"),
        Role.NURSE: tr("Nursing"),
        Role.STORE_KEEPER: tr("Pharmacy and store"),
        Role.LEAD: tr("Leads the clinic"),
        Role.MENTOR: tr("Mentor"),
        Role.COORDINATOR: tr("Coordination"),
        Role.ADMINISTRATOR: tr("Administration"),
    }[role]


def names(roles: Iterable[Role]) -> str:
    """Several, in the order they are offered."""
    held = set(roles)
    return " · ".join(name(role) for role in Role if role in held)
