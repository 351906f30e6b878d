"""Words of the audit: what somebody did, as a noun phrase."""

from __future__ import annotations

from ces_desktop.i18n import tr
from ces_desktop.ui import messages


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {"audit.no_such_patient": tr("Nobody here has the number {number}. Check its letters and digits.")}


def event_kinds() -> dict[str, str]:
    """Events that are not changes, in the order of the filter."""
    return {
        "sign_in": tr("sign-in"),
        "lock": tr("screen locked"),
        "view": tr("look at a record"),
        "search": tr("search"),
        "preview": tr("preview of a print"),
        "print": tr("print"),
        "export": tr("file saved outside"),
        "break_glass": tr("opened with a reason"),
        "backup": tr("backup made by hand"),
        "restore": tr("backup restored"),
        "import": tr("official list loaded"),
    }


def change_kinds() -> dict[str, str]:
    """Kinds of changes that have a name."""
    return {code[4:]: text for code, text in messages.all_sentences().items() if code.startswith("act.")}


def what(kind: str, about_type: str, change: bool) -> str:
    """What was done: "registration of a person", "look at the audit"."""
    if change:
        return messages.act_name(kind)
    about = {
        ("view", "audit"): tr("look at the audit"),
        ("export", "audit"): tr("audit saved as a file"),
        ("import", "diagnosis"): tr("official list of diagnoses loaded"),
        ("import", "facility"): tr("official list of health units loaded"),
        ("import", "community"): tr("official list of communities loaded"),
    }
    return about.get((kind, about_type)) or event_kinds().get(kind) or kind
