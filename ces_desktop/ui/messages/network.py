"""Words about the network: how long a clinic is silent, what a laptop is, what became of a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.domain.calendar import local_day
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels

if TYPE_CHECKING:
    from ces_desktop.sync.gaps import Declared
    from ces_desktop.sync.network_state import Laptop, SiteState
    from ces_desktop.ui.icons import State

WARN_DAYS, BAD_DAYS, LOST_DAYS = 30, 60, 90
"""From this age in days a clinic's last bundle is late, too late, and its laptop to be looked for."""


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "hub.not_postgresql": tr("This is no address of a PostgreSQL database: postgresql://person@server/name."),
        "hub.no_database": tr("The address names no database: postgresql://person@server/name."),
        "hub.tls": tr("A hub's server must prove itself: leave sslmode out, or set it to verify-full."),
        "hub.taken": tr("This database is not empty. Name an empty one, or connect to the hub that is there."),
        "hub.none_there": tr("There is no hub in this database. Nothing was changed."),
        "hub.bad_address": tr("The file with the hub's address cannot be read. Connect to the hub again."),
        "hub.restore_elsewhere": tr("This hub is on a server. Restore its backup in another folder or computer."),
        "hub.not_proved": tr(
            "The server did not prove to be the hub's: its certificate is not the one expected. Nothing was sent "
            "to it. Ask who runs the server, or name the certificate: …?sslrootcert=FILE."
        ),
        "hub.wrong_password": tr(
            "The hub's server answers, but does not take this name or password. Nothing was lost. Was the password "
            "changed, sign in again: there the new one is asked for. In an address they stand so: "
            "postgresql://person:password@server/name."
        ),
        "hub.unreachable": tr("The hub's server does not answer. Nothing was lost; try again."),
        "sync.not_certified": tr("This laptop is not one that the hub admitted."),
        "places.not_here": tr("A hub or a mentor's laptop has no such place. It is done in a clinic."),
    }


def silence(at: int | None, today: date) -> tuple[State, str]:
    """Shape and words for the age of a last bundle (UTC ms, None = none yet)."""
    if at is None:
        return "unknown", tr("none yet")
    days = (today - local_day(at)).days
    if days < -1:
        return "unknown", tr("Check the date")
    if days >= LOST_DAYS:
        return "bad", trn("{n} day: visit it", "{n} days: visit it", days).format(n=days)
    if days >= BAD_DAYS:
        return "bad", trn("{n} day: ask for it", "{n} days: ask for it", days).format(n=days)
    if days >= WARN_DAYS:
        return "warn", trn("{n} day: late", "{n} days: late", days).format(n=days)
    return "ok", labels.ago(local_day(at), today)


def late(sites: tuple[SiteState, ...], today: date) -> list[SiteState]:
    """Clinics whose last bundle is late, and those that were admitted and never sent one."""
    overdue = ("warn", "bad")
    return [
        one for one in sites
        if one.devices and (one.last_bundle is None or silence(one.last_bundle, today)[0] in overdue)
    ]  # fmt: skip


def since(at: int, today: date) -> str:
    """How long ago (UTC ms); the day itself where this computer's date stands before it and can count nothing."""
    day = local_day(at)
    return labels.ago(day, today) if day <= today else tr("on {day}").format(day=labels.day(day))


def declared(gone: Declared) -> str:
    """What was declared lost of a clinic, when, and why where that is known."""
    said = trn("{n} record, on {day}.", "{n} records, the last on {day}.", gone.lost)
    words = said.format(n=gone.lost, day=labels.day(local_day(gone.at)))
    return f"{words} {tr('Reason: {why}').format(why=gone.why)}" if gone.why else words


def title(site: SiteState) -> str:
    """A clinic by name and letters; a clinic that only a laptop's certificate names has neither yet."""
    return f"{site.name} ({site.prefix})" if site.prefix else tr("Clinic that has sent nothing yet")


def laptop(one: Laptop) -> str:
    """Which laptop of its clinic, or whose."""
    return tr("Mentor's laptop") if one.role == "mentor" else tr("Laptop {n}").format(n=one.slot + 1)
