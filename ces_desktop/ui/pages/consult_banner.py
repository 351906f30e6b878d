"""The patient banner of a consult: allergies in words, and that a consult is under way."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import Allergies, VisitForm
from ces_desktop.domain.identity import surnames
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.widgets import BannerFacts, PatientBanner, StatusChip
from ces_desktop.ui.widgets.banner import Allergy


def consult_banner(form: VisitForm, today: date, *, late_on: date | None = None, waits: bool | None = None) -> QWidget:
    """Pinned over the page while the consult is written."""
    facts = banner_facts(form.file, form.allergies, today)
    if waits is None:
        chip = StatusChip("draft", tr("Late entry") if late_on else tr("Consult under way"))
    else:
        chip = StatusChip("due", tr("In the waiting room")) if waits else StatusChip("new", tr("Arrives"))
    return PatientBanner(facts, chip)


def banner_facts(file: PatientFile, allergies: Allergies, today: date) -> BannerFacts:
    """Who it is, and what is known of allergies, in words."""
    who = file.identity
    last = file.statuses[-1].happened_on if file.statuses else None
    kind, text = allergy_words(allergies)
    return BannerFacts(
        letters=wording.letters(file),
        surnames=" ".join(surnames(who)),
        given=who.given,
        record=file.human_id,
        context=wording.context(file, today),
        closed=wording.closed(file.status, last),
        allergy=kind,
        allergy_text=text,
    )


def allergy_words(allergies: Allergies) -> tuple[Allergy, str]:
    """(What is known, what to say of those present)."""
    if allergies.present:
        said = [
            f"{a.substance or a.drug_class} ({', '.join(p for p in (a.reaction, (a.since or '')[:4]) if p)})"
            if a.reaction or a.since
            else a.substance or a.drug_class
            for a in allergies.present
        ]
        return "known", ", ".join(said)
    return ("denied" if allergies.denied else "unasked"), ""
