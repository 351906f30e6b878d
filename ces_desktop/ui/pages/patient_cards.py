"""The sections of a person's page, each built from one reading of the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.duplicates import Candidate
from ces_desktop.data.queries.patient_view import PatientView
from ces_desktop.data.queries.patients import ConsentRow, PatientFile, StatusRow
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.reports import words
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.messages import registration
from ces_desktop.ui.moving import write_copy
from ces_desktop.ui.widgets import Button, IconButton, SectionCard, StatusChip, Text, column, row
from ces_desktop.ui.widgets.fact_row import FactRow
from ces_desktop.ui.widgets.quick_view import status_chip

if TYPE_CHECKING:
    from ces_desktop.ui.pages.patient_page import PatientPage


def identity(page: PatientPage, view: PatientView) -> SectionCard:
    """Every field of the registration, each with its history one key away."""
    file, who = view.file, view.file.identity
    facts: list[tuple[str, str, tuple[str, ...]]] = [
        (tr("Given names"), who.given, ("given",)),
        (tr("First surname"), words.surname(who.paternal, who.paternal_kind), ("paternal", "paternal_kind")),
        (tr("Second surname"), words.surname(who.maternal, who.maternal_kind), ("maternal", "maternal_kind")),
        (tr("Nickname"), who.nickname, ("nickname",)),
        (tr("Sex"), wording.sex(who.sex) if who.sex != "unknown" else "", ("sex",)),
        (tr("Birth"), words.birth(who.birth), ("birth", "birth_precision", "stated_age", "stated_on")),
        (tr("CURP"), who.curp or "", ("curp",)),
        (tr("Paper folder"), file.folder or "", ("folder",)),
        (tr("Community"), _community(file), ("community",)),
        (tr("Mother's name"), who.mother_name, ("mother_name",)),
        (tr("Telephone"), words.phone(who.phone) if who.phone else "", ("phone",)),
        (tr("Whose telephone"), file.phone_owner or "", ("phone_owner",)),
        (tr("Language"), file.language or "", ("language",)),
        (tr("Can read"), words.answer(file.reads) if file.reads else "", ("reads",)),
        (tr("Registered on"), labels.day(file.registered_on), ("happened_on",)),
    ]
    rows = [FactRow(label, value, partial(page.show_field_history, label, fields)) for label, value, fields in facts]
    edit = Button(tr("Edit"), "ghost", cap="F9")
    edit.clicked.connect(page.primary)
    may = page.desk.actor.may(Right.REGISTER_PATIENTS)
    everything = IconButton("history", tr("History of the record"), size=16, tone="text3")
    everything.clicked.connect(lambda: page.show_history(tr("History of the record")))
    action = row(everything, *([edit] if may else []), gap=4)
    return SectionCard(tr("Identity"), *rows, icon="id-card", action=action, gap=2)


def household(page: PatientPage, view: PatientView) -> SectionCard:
    """Who lives under the same roof."""
    file, shown = view.file, view.file.household
    clock = IconButton("history", tr("History of {field}").format(field=tr("Household").lower()), size=16, tone="text3")
    clock.clicked.connect(lambda: page.show_field_history(tr("Household"), ("household",)))
    if shown is None:
        note = Text(tr("In no household yet. It is chosen when the record is edited."), "small", wrap=True)
        return SectionCard(tr("Household"), note, icon="house", action=clock)
    go = Button(tr("Open household"), "ghost")
    go.clicked.connect(lambda: page.desk.open_household(shown))
    number = tr("household {n}").format(n=file.household_number) if file.household_number is not None else ""
    card = SectionCard(tr("Household"), icon="house", caption=number, action=row(clock, go, gap=4))
    if not view.household:
        card.add(Text(tr("Nobody else is registered in it."), "small", wrap=True))
    card.add_ruled(*(_member(page, person) for person in view.household))
    return card


def consents(page: PatientPage, view: PatientView) -> SectionCard:
    """What was explained and answered; what was never asked says so."""
    may = page.desk.actor.may(Right.RECORD_CONSENT)
    actions = _actions(page, tr("History of consents"), "consent", tr("Record an answer"), page.change_consent, may)
    card = SectionCard(tr("Consent and privacy"), icon="shield-check", action=actions)
    latest = {answer.about: answer for answer in view.file.consents}
    for about in ("privacy_notice", "share_with_network", "contact_by_companion"):
        card.add_ruled(_consent(page, about, latest.get(about), may))
    return card


def statuses(page: PatientPage, view: PatientView) -> SectionCard:
    """From when to when the person was what, the latest first."""
    may = page.desk.actor.may(Right.REGISTER_PATIENTS)
    actions = _actions(page, tr("History of status"), "patient_status", tr("Change"), page.change_status, may)
    card = SectionCard(tr("Status over time"), icon="flag", action=actions)
    held = view.file.statuses
    actor = page.desk.actor
    if view.file.status in ("moved", "transferred") and actor.may(Right.EXCHANGE) and actor.may(Right.PRINT_PATIENTS):
        copy = Button(tr("Write the copy for the other clinic"), "ghost", icon="usb")
        copy.clicked.connect(lambda: write_copy(page.desk, page, view.file))
        card.add(row(copy, None))
    if not held:
        card.add(Text(tr("No status is noted: the person counts as active."), "small", wrap=True))
    ends = [later.happened_on for _, later in pairwise(held)] + [None]
    for status, until in reversed(list(zip(held, ends, strict=True))):
        card.add_ruled(_status(page, status, until, may))
    return card


def other_records(page: PatientPage, view: PatientView) -> SectionCard:
    """Other registrations of the same person, and those that look alike once they were looked for."""
    look = Button(tr("Look for similar records"), "ghost")
    look.clicked.connect(page.look_for_alike)
    card = SectionCard(tr("Other records of this person"), icon="copy", action=look)
    if not view.file.same_person:
        card.add(Text(tr("No other record is joined with this one."), "small", wrap=True))
    card.add_ruled(*(_same(page, *other) for other in view.file.same_person))
    if page.alike is not None and not page.alike:
        card.add(Text(tr("Nobody else in the register looks like this person."), "small", wrap=True))
    card.add_ruled(*(_alike(page, candidate) for candidate in page.alike or ()))
    return card


def _community(file: PatientFile) -> str:
    return ", ".join(part for part in (file.community_name, file.municipality) if part)


def _member(page: PatientPage, person: PatientRow) -> QWidget:
    go = Button(tr("Open"), "ghost")
    go.setAccessibleName(tr("Open {name}").format(name=person.name))
    go.clicked.connect(lambda: page.desk.open_patient(person.id))
    said = (wording.age(person.age_on(page.desk.today)), wording.sex(person.identity.sex), person.human_id)
    chip = [] if person.status == "active" else [StatusChip(*status_chip(person.status))]
    return line(person.name, " · ".join(said), *chip, go)


def _consent(page: PatientPage, about: str, held: ConsentRow | None, may: bool) -> QWidget:
    if held is None:
        return line(words.consent(about), tr("not asked"), StatusChip("unknown", tr("Not asked")))
    parts = [labels.day(held.happened_on)]
    parts += [tr("given by {name}").format(name=held.given_by)] if held.given_by else []
    parts += [tr("notice {version}").format(version=held.notice_version)] if held.notice_version else []
    correct = Button(tr("Correct"), "ghost")
    correct.clicked.connect(lambda: page.change_consent(held))
    chip = StatusChip("ok" if held.answer == "yes" else "neutral", words.answer(held.answer))
    return line(words.consent(about), " · ".join(parts), chip, *([correct] if may else []))


def _status(page: PatientPage, held: StatusRow, until: str | None, may: bool) -> QWidget:
    since = tr("since {day}").format(day=labels.day(held.happened_on))
    if until is not None:
        since = tr("from {day} to {until}").format(day=labels.day(held.happened_on), until=labels.day(until))
    more = [part for part in (held.cause, held.place) if part]
    correct = Button(tr("Correct"), "ghost")
    correct.clicked.connect(lambda: page.change_status(held))
    return line(words.status(held.status), " · ".join([since, *more]), *([correct] if may else []))


def _same(page: PatientPage, other: Id, human: str, name: str) -> QWidget:
    compare, go = Button(tr("Compare"), "ghost"), Button(tr("Open"), "ghost")
    compare.clicked.connect(lambda: page.desk.compare(page.patient, other))
    go.clicked.connect(lambda: page.desk.open_patient(other))
    return line(name, human, compare, go)


def _alike(page: PatientPage, found: Candidate) -> QWidget:
    """Someone who may be this person, with the reasons: compared, then joined or kept apart."""
    compare, other = Button(tr("Compare"), "ghost"), found.row
    compare.setAccessibleName(tr("Compare with {name}").format(name=other.name))
    compare.clicked.connect(lambda: page.desk.compare(page.patient, other.id))
    why = registration.reasons(found.match.reasons)
    return line(other.name, f"{wording.meta(other, page.desk.today)}. {why}", compare)


def line(fact: str, caption: str, *actions: QWidget) -> QWidget:
    """One line of a section: fact, caption under it, what can be done at right."""
    words_ = column(Text(fact, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=0)
    line = QWidget()
    line.setLayout(row((words_, 1), *actions, gap=4, margins=(0, 2, 0, 2)))
    line.setAccessibleName(f"{fact}. {caption}")
    return line


def _actions(
    page: PatientPage, history_title: str, table: str, word: str, act: Callable[[], None], may: bool
) -> QWidget:
    """The history of a section, and its one action."""
    clock = IconButton("history", history_title, size=16, tone="text3")
    clock.clicked.connect(lambda: page.show_history(history_title, table))
    button = Button(word, "ghost")
    button.clicked.connect(lambda: act())
    held = QWidget()
    held.setLayout(row(clock, *([button] if may else []), gap=4))
    return held
