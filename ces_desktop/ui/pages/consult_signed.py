"""A signed consult as it stands: who, when, what was found, decided and prescribed, and what was added later."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QMenu, QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.measures import measures
from ces_desktop.data.queries.encounters import Encounter, EncounterView
from ces_desktop.data.queries.visit_form import Allergies
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.reports import dose_words
from ces_desktop.services import visits
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.pages import consult_papers
from ces_desktop.ui.pages.consult_addendum import AddendumBox
from ces_desktop.ui.pages.consult_banner import banner_facts
from ces_desktop.ui.pages.consult_diagnoses import dotted
from ces_desktop.ui.pages.consult_reading import signed_consult
from ces_desktop.ui.pages.consult_values import value_words
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    InlineNote,
    PatientBanner,
    ScrollBody,
    SectionCard,
    StatusChip,
    Tag,
    Text,
    box,
    clear,
    column,
    hide_unless,
    row,
)
from ces_desktop.ui.widgets.fact_row import FactRow

GLUCOSE = ("glucose_fasting", "glucose_random", "glucose_unknown")


class SignedConsultPage(Page):
    """Read only; F9 opens the box for an addendum, and keeps it. F8 prints the note or the prescription."""

    topics = frozenset({"encounter", "addendum", "patient", "observation"})

    def __init__(self, desk: Desk, encounter: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.encounter = encounter
        self._view: EncounterView | None = None
        self._saving = False
        self._pinned = box(column(gap=0))
        self._pinned.setFixedHeight(px(64))
        self._place = column(gap=12)
        self.add = Button(tr("Add to the note"), "primary", icon="pencil", shortcut="F9")
        self.add.clicked.connect(self.primary)
        self.add.setVisible(False)
        self.back = Button(tr("Leave"), "secondary", cap="Esc")
        self.back.clicked.connect(desk.back)
        self.paper = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.paper.clicked.connect(self.print_page)
        hide_unless(self.paper, desk.actor.may(Right.PRINT_PATIENTS))
        self.fill = Button(tr("Hand out"), "secondary", icon="pill", cap="Ctrl+D")
        self.fill.clicked.connect(lambda: desk.go_to("dispense", (encounter,)))
        self.fill.hide()
        self.menu: QMenu | None = None
        self.bar = DockedBar(self.add, self.paper, self.fill, self.back)
        self.box = AddendumBox(desk, encounter, self.bar)
        self.text = self.box.text
        content = column(self._place, self.box, None, gap=12, margins=(20, 14, 12, 16))
        self.body = ScrollBody(content, width_limit=980)
        self.setLayout(column((self.body, 1), self.bar, gap=0))

    def reload(self) -> None:
        """Read the consult again; what is being typed stays."""
        query = partial(
            signed_consult, clinic=self.desk.clinic.id, encounter=self.encounter, draft=self.box.draft_id,
            reader=self.desk.actor,
        )  # fmt: skip
        self.desk.tasks.read(query, self._show, owner=self, latest=f"signed.{id(self)}")

    def banner(self) -> QWidget:
        """Pinned by the window; filled when the consult was read."""
        return self._pinned

    def sizeHint(self) -> QSize:
        return QSize(px(980), px(600))

    def primary(self) -> None:
        """F9: open the box; with something in it, keep the addendum."""
        if not self.desk.actor.may(Right.SIGN_CONSULTS) or self._view is None or self._saving:
            return
        if self.box.isHidden():
            self._open_box()
            return
        self._saving = True
        action = partial(visits.add_addendum, request=self.box.request(), draft=self.box.draft_id)
        self.desk.tasks.write(action, self._added, owner=self, failed=self._refused)

    def _open_box(self) -> None:
        self.box.show()
        self.add.set_words(tr("Sign the addendum"))
        self.text.setFocus()
        self.body.ensureWidgetVisible(self.text, 0, px(40))

    def print_page(self) -> None:
        """F8: choose between the note and the prescription; the note at once where nothing was prescribed."""
        if self._view is None or not self.desk.actor.may(Right.PRINT_PATIENTS):
            return
        if not self._view.encounter.lines:
            self.print_note()
            return
        self.menu = QMenu(self)
        self.menu.addAction(tr("Medical note"), self.print_note)
        self.menu.addAction(tr("Prescription"), self.print_prescription)
        self.menu.popup(self.paper.mapToGlobal(QPoint(0, -self.menu.sizeHint().height() - px(4))))
        self.menu.setActiveAction(self.menu.actions()[0])

    def print_note(self) -> None:
        """Preview the note."""
        self._print("note")

    def print_prescription(self) -> None:
        """Preview the prescription."""
        self._print("prescription")

    def _print(self, kind: consult_papers.Kind) -> None:
        assert self._view is not None
        file = self._view.file
        name = f"{file.human_id}-{self._view.encounter.day}"
        consult_papers.show(self.desk, kind, self.encounter, file.id, name)

    def may_leave(self) -> bool:
        """An addendum being written is not left behind unsaid: it stays until it is signed or emptied, and is kept."""
        self.box.keep()
        if self.box.isHidden() or self.text.value() is None or self.finished:
            return True
        self.bar.set_state("warn", tr("The addendum is not signed. Sign it (F9) or empty it."))
        self.text.setFocus()
        return False

    def _added(self, _outcome: Outcome[Id]) -> None:
        self._saving = False
        self.box.signed()
        self.add.set_words(tr("Add to the note"))
        self.desk.toast(tr("The addendum was signed."), undo=True)

    def _refused(self, failure: Failure) -> None:
        self._saving = False
        self.desk.tell(failure)

    def _show(self, found: tuple[EncounterView, Allergies, Draft | None] | None) -> None:
        view, allergies, draft = found or (None, None, None)
        if view is None or allergies is None:
            self.desk.tell(Refused("visits.not_signed"))
            self.desk.back()
            return
        first, self._view = self._view is None, view
        self._show_banner(view, allergies)
        clear(self._place)
        each = view.encounter
        for part in parts_of(each):
            self._place.addWidget(part)
        may_add = self.desk.actor.may(Right.SIGN_CONSULTS) and not each.voided
        self.add.setVisible(may_add)
        self.box.about(view.file.id, view.file.name)
        if first:
            self.desk.note("view", "patient", view.file.id)
            if draft is not None and may_add:
                self.box.resume(draft)
                self._open_box()
        self.fill.setVisible(self.desk.actor.may(Right.DISPENSE) and bool(each.lines) and not each.voided)

    def _show_banner(self, view: EncounterView, allergies: Allergies) -> None:
        file = view.file
        facts = banner_facts(file, allergies, self.desk.today)
        pinned = self._pinned.layout()
        assert pinned is not None
        clear(pinned)
        record = Button(tr("Open record"), "secondary", icon="user")
        record.clicked.connect(lambda: self.desk.open_patient(file.id))
        pinned.addWidget(PatientBanner(facts, record))


def parts_of(each: Encounter) -> list[QWidget]:
    """A consult as sections, in the order of the form; what is empty is left out."""
    found: list[QWidget] = [_heading(each)]
    if each.voided:
        found.append(InlineNote("warn", text=tr("This consult was undone. It is kept to be read and counts nowhere.")))
    if each.reserved:
        found.append(InlineNote("accent", tr("Confidential note"), words.confidential(each.reserved)))
    cards = (_measured(each), _note(each), _diagnoses(each), _prescription(each), _plan(each), _addenda(each))
    return [*found, *(card for card in cards if card is not None)]


def _heading(each: Encounter) -> QWidget:
    """NOM-004-SSA3-2012: date, hour, who."""
    hour = labels.clock(each.started_at, CLINIC_ZONE) if each.started_at else ""
    signed = labels.moment(each.recorded_at, CLINIC_ZONE)
    who = each.author.name or tr("somebody not known here")
    if each.author.licence:
        who += " · " + tr("licence {number}").format(number=each.author.licence)
    text = tr("Signed {when} by {who}").format(when=signed, who=who)
    if each.author_name:
        text += " · " + tr("seen by {who}").format(who=each.author_name)
    chips: list[QWidget] = []
    if each.entered == "late":
        chips.append(StatusChip("draft", tr("Late entry")))
    if each.kind in ("emergency", "home_visit"):
        chips.append(Tag(dict(words.kinds())[each.kind]))
    if each.first_of_year:
        chips.append(Tag(tr("first of the year")))
    title = " ".join(part for part in (tr("Consult of {day}").format(day=labels.day(each.day)), hour) if part)
    return Heading(title, text, *chips)


def _measured(each: Encounter) -> SectionCard | None:
    known, held = measures(), {o.code: o for o in each.measured}
    card = SectionCard(tr("Vital signs"), icon="activity", gap=2)
    if "systolic" in held and "diastolic" in held:
        value = f"{held['systolic'].value}/{held['diastolic'].value}{labels.NBSP}mmHg"
        card.add(FactRow(tr("Blood pressure"), value))
        held = {code: o for code, o in held.items() if code not in ("systolic", "diastolic")}
    for code in [c for c in known if c in held]:
        measure = known[code]
        text = value_words(held[code], measure)
        card.add(FactRow(measure.name(language()), f"{text}{labels.NBSP}{measure.unit}" if measure.unit else text))
    if each.unmeasured:
        why = dict(words.unmeasured()).get(each.unmeasured, each.unmeasured)
        card.add(FactRow(tr("Why it was not measured"), why))
    return card if each.measured or each.unmeasured else None


def _note(each: Encounter) -> SectionCard | None:
    texts = [
        (tr("Referred by"), each.referred_by),
        (tr("Subjective"), each.note.subjective),
        (tr("Objective"), each.note.objective),
    ]
    return _texts(tr("Note"), "file-text", texts)


def _texts(title: str, icon: str, texts: list[tuple[str, str]]) -> SectionCard | None:
    said = [(label, text) for label, text in texts if text]
    if not said:
        return None
    card = SectionCard(title, icon=icon, gap=6)
    for label, text in said:
        card.add(FactRow(label, text))
    return card


def _diagnoses(each: Encounter) -> SectionCard | None:
    card = SectionCard(tr("Diagnoses"), icon="stethoscope", gap=6)
    for coded in each.diagnoses:
        first = Tag(tr("First time") if coded.first_time else tr("Subsequent"))
        sure = [Tag(tr("Presumed"))] if coded.certainty == "presumed" else []
        name = Text(coded.name(language()), "strong", wrap=True)
        card.add(box(row(Tag(dotted(coded.code)), (name, 1), first, *sure)))
    if each.note.assessment:
        card.add(FactRow(tr("Assessment"), each.note.assessment))
    if each.prognosis:
        card.add(FactRow(tr("Prognosis"), dict(words.prognosis()).get(each.prognosis, each.prognosis)))
    return card if card.body.count() else None


def _prescription(each: Encounter) -> SectionCard | None:
    card = SectionCard(tr("Prescription"), icon="pill", gap=6)
    routes = dict(words.routes())
    for line in each.lines:
        parts = [
            dose_words.dose(line.dose),
            routes.get(line.route, line.route),
            tr("{n} days").format(n=line.days),
            tr("quantity {n}").format(n=line.quantity),
            line.instructions,
        ]
        card.add(FactRow(line.drug, " · ".join(part for part in parts if part)))
    for line in each.stopped:
        card.add(FactRow(line.drug, words.change("stopped")))
    return card if card.body.count() else None


def _plan(each: Encounter) -> SectionCard | None:
    known = measures()
    asked = [
        (known[r.test].name(language()) if r.test in known else r.detail or tr("Image"))
        + (f" ({r.detail})" if r.test in known and r.detail else "")
        + (f" · {tr('urgent')}" if r.urgent else "")
        for r in each.requests
    ]
    following = each.next
    when = labels.day(following.due_on) if following else ""
    texts = [
        (tr("Plan"), each.note.plan),
        (tr("Laboratory"), ", ".join(asked)),
        (tr("Next visit"), " · ".join(p for p in (when, following.reason if following else "") if p)),
    ]
    return _texts(tr("Plan and next visit"), "calendar", texts)


def _addenda(each: Encounter) -> SectionCard | None:
    if not each.addenda:
        return None
    card = SectionCard(tr("Addenda"), icon="pencil", gap=8)
    for added in each.addenda:
        when = labels.moment(added.recorded_at, CLINIC_ZONE)
        card.add(Text(f"{when} · {added.author.name}", "caption"))
        card.add(Text(added.text, "body", wrap=True, selectable=True))
    return card
