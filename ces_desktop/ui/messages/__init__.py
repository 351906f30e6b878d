"""The sentence for each failure and the name of each action, in the language in use. No Qt: the command line reads it.

Each subject has a module with `sentences()`: code → text with `{fact}` blanks. Keys `act.<kind>` name actions.
"""

from __future__ import annotations

from datetime import date

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr


def all_sentences() -> dict[str, str]:
    """Every code with its sentence; subjects do not share codes."""
    import importlib
    import pkgutil

    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(__path__):
        found.update(importlib.import_module(f"{__name__}.{module.name}").sentences())
    return found


def sentence(failure: Refused | Unavailable) -> str:
    """What to tell the person; an unknown code names itself rather than hide that something was refused."""
    template = all_sentences().get(failure.code)
    if template is None:
        return tr("This cannot be done now ({code}).").format(code=failure.code)
    return template.format(**{name: _shown(name, fact) for name, fact in failure.facts.items()})


def act_name(kind: str) -> str:
    """An action as a noun phrase: "registration of a person"."""
    return all_sentences().get(f"act.{kind}") or tr("last change")


def undone(kind: str) -> str:
    """Said after Ctrl+Z."""
    return tr("Undone: {what}.").format(what=act_name(kind))


def redone(kind: str) -> str:
    """Said after Ctrl+Shift+Z."""
    return tr("Brought back: {what}.").format(what=act_name(kind))


def _shown(name: str, fact: object) -> object:
    from ces_desktop.ui import labels

    if isinstance(fact, date):
        return labels.day(fact)
    # Amounts alone: of a year or a folio no thousands are parted.
    return labels.number(fact) if name in ("missing", "most") and isinstance(fact, int) else fact
