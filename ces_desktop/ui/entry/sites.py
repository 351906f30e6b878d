"""What is known of a clinic before it is opened: only its prefix is not encrypted; the shipped list names the sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import DEMO_PREFIX
from ces_desktop.i18n import tr


@dataclass(frozen=True, slots=True)
class Site:
    """One clinic of the programme as shipped."""

    prefix: str
    name: str
    official_name: str
    clues: str
    institution: str
    jurisdiction: str
    municipality: str
    note_format: str


@cache
def sites() -> tuple[Site, ...]:
    """The programme's clinics, in the order of the list."""
    names = Site.__slots__
    return tuple(Site(*(str(row[name] or "") for name in names)) for row in read_list("clinic"))


def site(prefix: str) -> Site | None:
    """The clinic of a prefix, None when it is not in the list."""
    return next((found for found in sites() if found.prefix == prefix), None)


def clinic_title(prefix: str) -> str:
    """What to call a clinic before it is open."""
    if prefix == DEMO_PREFIX:
        return tr("Demonstration (invented people)")
    found = site(prefix)
    if found is not None:
        return f"{found.official_name or found.name} ({prefix})"
    return tr("Clinic {prefix}").format(prefix=prefix) if prefix else ""
