"""Words of the page of official lists: what each list is, where it comes from, what a column is called."""

from __future__ import annotations

from ces_desktop.data.reference_files import Rejected
from ces_desktop.i18n import tr
from ces_desktop.ui import messages


def sentences() -> dict[str, str]:
    """No codes of its own: `reference.*` are in `reference.py`."""
    return {}


def titles() -> dict[str, str]:
    """Name of each list."""
    return {
        "diagnosis": tr("Diagnoses (CIE-10)"),
        "item": tr("Medicines and materials"),
        "measure": tr("Clinical measures"),
        "threshold": tr("Goals and thresholds"),
        "indicator": tr("Indicators of the reports"),
        "protocol": tr("Protocol of each programme"),
        "checklist": tr("Checklists for observed consults"),
        "checklist_item": tr("Items of the checklists"),
        "clinic": tr("Clinics of the network"),
        "community": tr("Communities"),
        "facility": tr("Health units (CLUES)"),
    }


def sources() -> dict[str, str]:
    """Where the shipped list comes from, as `resources/reference/SOURCES.md` says it."""
    return {
        "diagnosis": tr("Codes of CIE-10 and SUIVE-1 2026; our wording, not reviewed by a physician"),
        "item": tr("CNIS and the state's requisition of 2018; proposals, not reviewed"),
        "measure": tr("Norm or study named in each row; not reviewed by a physician"),
        "threshold": tr("Norm or study named in each row; not reviewed by a physician"),
        "indicator": tr("Source named in each row; not reviewed by a physician"),
        "protocol": tr("Source named in each row; not reviewed by a physician"),
        "checklist": tr("Source named in each row; not reviewed by a physician"),
        "checklist_item": tr("Source named in each row; not reviewed by a physician"),
        "clinic": tr("Sites of Compañeros En Salud, as examples; not confirmed"),
        "community": tr("INEGI 2018, census of 2010 and 2020"),
        "facility": tr("DGIS, about 2020; not confirmed"),
    }


def catalogues() -> dict[str, str]:
    """The official file that can be loaded over a list."""
    return {
        "diagnosis": tr("CIE-10 catalogue of the DGIS, as CSV or text"),
        "facility": tr("CLUES catalogue of the DGIS, as CSV or text"),
        "community": tr("INEGI's catalogue of localities, as CSV or text"),
    }


def field(name: str) -> str:
    """What we call a column of an official file."""
    return {
        "code": tr("code"), "name_es": tr("name"), "name": tr("name"), "chapter": tr("chapter"), "sex": tr("sex"),
        "sex_rule": tr("sex"), "low": tr("least age"), "high": tr("greatest age"), "suive": tr("SUIVE key"),
        "immediate": tr("immediate notice"), "weekly": tr("weekly notice"), "clues": tr("CLUES"),
        "institution": tr("institution"), "type": tr("type"), "level": tr("level"), "jurisdiction": tr("jurisdiction"),
        "state": tr("state"), "municipality_key": tr("municipality key"), "municipality": tr("municipality"),
        "community": tr("community"), "status": tr("status"), "latitude": tr("latitude"), "longitude": tr("longitude"),
        "inegi": tr("INEGI key"), "local": tr("locality key"), "population": tr("population"),
        "altitude": tr("altitude"),
    }.get(name, name)  # fmt: skip


def reason(rejected: Rejected) -> str:
    """Why a line was rejected, in words."""
    return messages.all_sentences()[rejected.reason].format(**rejected.facts)
