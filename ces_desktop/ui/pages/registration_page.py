"""Registering a person, or correcting who they are: nothing typed is lost, and who is alike is shown before saving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries import communities as places
from ces_desktop.data.queries import duplicates, households
from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.data.queries.duplicates import Candidate, SurnameShares
from ces_desktop.data.queries.households import HouseholdRow
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.identity import Identity, surnames
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.registration import Details, Problem, identity
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import communities, drafts, patients
from ces_desktop.services.drafts import Draft
from ces_desktop.services.patients import ConsentAnswer, EditRequest, RegisterRequest
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.pages.registration_alike import AlikePanel, doubts, ids
from ces_desktop.ui.pages.registration_form import RegistrationForm, household_words
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Drawer,
    FormFlow,
    Heading,
    InlineNote,
    ScrollBody,
    column,
    row,
)
from ces_desktop.ui.widgets.layout import clear

FORM = "registration"
DRAFT_MS, CHECK_MS = 1500, 250
CONTEXT, WIDE = 334, 1120


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the form needs from the database when it opens, and again when something changed."""

    communities: tuple[CommunityRow, ...]
    households: tuple[HouseholdRow, ...]
    shares: SurnameShares
    file: PatientFile | None
    drafts: tuple[Draft, ...]


class RegistrationPage(Page):
    """A new person (`typed` = what was searched for), a registered one to correct (`patient`), or a draft to resume."""

    topics = frozenset({"community", "household", "patient", "same_as", "not_same"})

    def __init__(self, desk: Desk, typed: str = "", *, patient: Id | None = None, draft: Id | None = None) -> None:
        super().__init__(desk)
        self.patient, self._wanted_draft = patient, draft
        now = desk.tasks.database.clock()
        self._new_patient, self._draft, self._started = new_id(now), new_id(now), now
        self._household = new_id(now)
        self._shares: SurnameShares | None = None
        self._loaded = self._dirty = self._saving = self._done = self._warned = False
        self._shown: tuple[Candidate, ...] = ()
        self._answered: frozenset[Id] = frozenset()
        self._doubts_told: set[str] = set()
        self._hand = "given"
        self.form = RegistrationForm(desk.today, editing=patient is not None)
        self.panel = AlikePanel(desk.today)
        self._build()
        self.form.start_with(typed)
        self.form.changed.connect(self._changed)
        self.form.add_community.connect(self._add_community)
        self.form.places_wanted.connect(self._find_places)
        self.panel.opened.connect(self._open)
        self.panel.same_home.connect(self._same_home)
        self._draft_timer = self._timer(DRAFT_MS, self._save_draft)
        self._check_timer = self._timer(CHECK_MS, self._check)

    def _timer(self, wait: int, act: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(wait)
        timer.timeout.connect(act)
        return timer

    def _build(self) -> None:
        title = tr("Correct identity") if self.patient else tr("Register a person")
        self.alike = Button(tr("Already registered?"), "secondary", icon="users", count=0)
        self.alike.hide()
        self.heading = Heading(title, tr("* is needed. Enter: next field."), self.alike)
        self.offer = column(gap=0)
        self.body = ScrollBody(column(self.form, margins=(0, 0, 8, 4)), width_limit=0)
        self.side = row(self.panel, gap=0)
        self.main = row((self.body, 1), self.side, gap=8)
        self.save = Button(tr("Save"), "primary", icon="save", shortcut="F9")
        cancel = Button(tr("Leave"), "secondary", cap="Esc")
        self.bar = DockedBar(self.save, cancel)
        inner = column(self.heading, self.offer, (self.main, 1), gap=10, margins=(20, 12, 20, 0))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.drawer: Drawer | None = None
        self.panel.setFixedWidth(px(CONTEXT))
        self.save.clicked.connect(self.primary)
        cancel.clicked.connect(self.desk.back)
        self.alike.clicked.connect(self._toggle_drawer)
        self._flow = FormFlow(self.form)
        self._flow.save.connect(self.primary)
        self._flow.ends_at(self.save)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._dirty:
            self.form.given.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The column beside the form becomes a drawer where the window is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= px(WIDE)
        self.alike.setVisible(not wide)
        if wide and self.drawer is not None:
            self.side.addWidget(self.panel)
            self.drawer.hide()
            self.drawer.deleteLater()
            self.drawer = None
        elif not wide and self.drawer is None:
            self.side.removeWidget(self.panel)
            self.drawer = Drawer(self, self.panel, CONTEXT + 32)

    def _toggle_drawer(self) -> None:
        if self.drawer is not None:
            self.drawer.toggle()

    def _show_drawer(self) -> None:
        if self.drawer is not None and not self.drawer.isVisible():
            self.drawer.toggle()

    def reload(self) -> None:
        """Read the places to choose from; the first time also the person and the drafts left open."""
        clinic, patient, user = self.desk.clinic.id, self.patient, self.desk.actor.user

        def ask(connection: Any) -> _Opening:
            return _Opening(
                places.known(connection, clinic),
                households.household_rows(connection, clinic),
                duplicates.surname_shares(connection, clinic),
                patient_file(connection, patient) if patient is not None else None,
                drafts.open_drafts(connection, user, FORM),
            )

        self.desk.tasks.read(ask, self._opened, owner=self, latest=f"registration.{id(self)}")

    def _opened(self, opening: _Opening) -> None:
        self._shares = opening.shares
        self.form.set_places(opening.communities, opening.households)
        if self._loaded:
            return
        self._loaded = True
        if self.patient is not None and opening.file is None:
            self.desk.tell(Refused("patients.not_found"))
            return
        if opening.file is not None and not self._dirty:
            self.form.show_file(opening.file)
            self.heading.set_sentence(f"{opening.file.name} · {opening.file.human_id}")
        mine = [draft for draft in opening.drafts if draft.subject == self.patient]
        wanted = next((draft for draft in mine if draft.id == self._wanted_draft), None)
        if wanted is not None:
            self._resume(wanted)
        elif mine:
            self._offer(mine[0])

    def _offer(self, draft: Draft) -> None:
        """A draft left open is offered with its time."""
        go_on, drop = Button(tr("Continue"), "ghost"), Button(tr("Discard"), "ghost")
        time = labels.clock(draft.saved_at, CLINIC_ZONE)
        name = " ".join(draft.content.get(part, "") for part in ("given", "paternal", "maternal")).strip()
        note = InlineNote("draft", tr("A draft of {time} was recovered").format(time=time), name, [drop, go_on])
        go_on.clicked.connect(partial(self._resume, draft))
        drop.clicked.connect(partial(self._drop, draft.id))
        clear(self.offer)
        self.offer.addWidget(note)

    def _resume(self, draft: Draft) -> None:
        clear(self.offer)
        self._draft, self._started = draft.id, draft.started_at
        self.kept = (draft.id, self.patient)
        for name in ("_new_patient", "_household"):
            if held := draft.content.get(name):
                setattr(self, name, Id(bytes.fromhex(held)))
        self.form.fill(draft.content)
        self._dirty, self._hand = False, draft.content.get("_hand", "given")
        time = labels.clock(draft.saved_at, CLINIC_ZONE)
        self.bar.set_state("draft", tr("Draft of {time}").format(time=time))
        self.form.go_to(self._hand)
        self._check()

    def _drop(self, draft: Id) -> None:
        clear(self.offer)
        self.desk.tasks.local(partial(drafts.discard, draft=draft), lambda _: None, owner=self, topics=drafts.TOPICS)

    def _changed(self) -> None:
        self._dirty, self.kept = True, (self._draft, self.patient)
        if not self._draft_timer.isActive():  # at most DRAFT_MS after the first unsaved key
            self._draft_timer.start()
        self._check_timer.start()

    def may_leave(self) -> bool:
        """Leaving keeps what was typed, and the field the person was in."""
        self._dirty = self._dirty or (self.kept is not None and self.form.hand() != self._hand)
        self._save_draft()
        return True

    def _save_draft(self) -> None:
        self._draft_timer.stop()
        if not self._dirty or self._saving or self._done:
            return
        now = self.desk.tasks.database.clock()
        self._hand = self.form.hand()
        more = {"_new_patient": self._new_patient.hex(), "_household": self._household.hex(), "_hand": self._hand}
        content = self.form.content() | more
        draft = Draft(self._draft, FORM, self.patient, self.desk.actor.user, content, self._started, now)
        self._dirty = False
        save = partial(drafts.save, draft=draft)
        self.desk.tasks.local(save, self._draft_saved, owner=self, failed=self._not_kept, topics=drafts.TOPICS)

    def _draft_saved(self, at: int) -> None:
        if not self._alerts() and not self._done:
            self.bar.set_state("ok", tr("Draft saved {time}").format(time=labels.clock(at, CLINIC_ZONE)))

    def _not_kept(self, failure: Failure) -> None:
        self._dirty = True
        self.desk.tell(failure)

    def _known(self) -> Identity | None:
        """Who is being typed, once there is enough to compare: surnames, given name, and birth or sex."""
        details, _ = self.form.read()
        who = identity(details)
        enough = surnames(who) and who.given and (who.birth.span() or details.sex)
        return who if enough or (who.curp and len(who.curp) == 18) else None

    def _check(self) -> None:
        """Ask in the background who is alike; late answers of an older question are not shown."""
        details, _ = self.form.read()
        self._show_doubts(details)
        who = self._known()
        if who is None:
            self._show_alike(())
            self.panel.wait()
            return
        self.desk.tasks.read(self._question(who), self._show_alike, owner=self, latest=f"alike.{id(self)}")

    def _question(self, who: Identity) -> Any:
        clinic, patient, shares = self.desk.clinic.id, self.patient, self._shares
        return lambda connection: duplicates.candidates(connection, clinic, who, patient, shares)

    def _show_doubts(self, details: Details) -> None:
        who = identity(details)
        # A CURP still being typed is not doubted for being short.
        whole = not self.form.curp.hasFocus() or (who.curp is not None and len(who.curp) >= 18)
        found = doubts(who, self.desk.today)
        # What F9 has told stays told while the cursor is still there.
        self.panel.show_doubts(found if whole else tuple(code for code in found if code in self._doubts_told))

    def _show_alike(self, found: tuple[Candidate, ...]) -> None:
        self._shown = found
        self.panel.show_candidates(found)
        alerts = len(ids(found))
        self.alike.set_count(len(found))
        if alerts:
            said = trn("{n} person in the register is alike", "{n} people in the register are alike", alerts)
            self.bar.set_state("warn", said.format(n=alerts))
        elif self._warned and not self._dirty:
            self.bar.set_state(None)
        self._warned = bool(alerts)

    def _alerts(self) -> bool:
        return bool(ids(self._shown) - self._answered)

    def primary(self) -> None:
        """F9: say what is wrong, or look once more who is alike, and save."""
        if self._saving or self._done or not self._loaded:
            return
        details, problems = self.form.read()
        self.form.show_problems(problems)
        if problems:
            said = trn("{n} field to correct", "{n} fields to correct", len(problems))
            self.bar.set_state("bad", said.format(n=len(problems)))
            return
        who = identity(details)
        doubted = doubts(who, self.desk.today)
        if set(doubted) - set(self.panel.said) - self._doubts_told:
            self._doubts_told |= set(doubted)
            self.panel.show_doubts(doubted)
            self.bar.set_state("warn", tr("Something does not agree. F9 again: save it so."))
            self._show_drawer()
            return
        self._saving = True
        question = self._question(who)
        self.desk.tasks.read(question, partial(self._save_unless_alike, details), owner=self, failed=self._refused)

    def _save_unless_alike(self, details: Details, found: tuple[Candidate, ...]) -> None:
        """The first F9 with somebody alike stops to say so; the second is the answer that it is another person."""
        new = ids(found) - self._answered
        if new:
            self._saving = False
            self._answered |= new
            self._show_alike(found)
            said = trn("{n} person is alike. F9 again: it is another person.",
                       "{n} people are alike. F9 again: it is another person.", len(new))  # fmt: skip
            self.bar.set_state("warn", said.format(n=len(new)))
            self._show_drawer()
            return
        self._draft_timer.stop()
        house = self._household if self.form.new_household() else None
        if self.patient is None:
            answer = self.form.privacy.value()
            consents = (ConsentAnswer("privacy_notice", answer),) if answer else ()
            request = RegisterRequest(
                self._new_patient, details, self.form.registered_on(), consents, house, self._draft
            )
            self.desk.tasks.write(
                partial(patients.register, request=request),
                partial(self._registered, details),
                owner=self,
                failed=self._refused,
            )
            return
        edit = EditRequest(self.patient, details, house, self._draft)
        self.desk.tasks.write(partial(patients.edit, request=edit), self._edited, owner=self, failed=self._refused)

    def _registered(self, details: Details, outcome: Outcome[Id]) -> None:
        self._finish()
        name = f"{details.given} {details.paternal}".strip()
        self.desk.toast(tr("{name} was registered.").format(name=name), undo=True)
        self.desk.open_patient(outcome.value)

    def _edited(self, outcome: Outcome[tuple[str, ...]]) -> None:
        self._finish()
        if outcome.value:
            self.desk.toast(tr("The correction was saved."), undo=True)
        assert self.patient is not None
        self.desk.open_patient(self.patient)

    def _finish(self) -> None:
        self._saving, self._done, self._dirty = False, True, False
        self.finished = True
        self._draft_timer.stop()
        self._check_timer.stop()
        self.bar.set_state(None)

    def _refused(self, failure: Failure) -> None:
        """What the database refused is said at its field, and everything typed stays."""
        self._saving = False
        self._dirty = True
        self._save_draft()
        field = str(failure.facts.get("field", ""))
        if field in self.form.rows:
            facts = tuple((name, fact) for name, fact in failure.facts.items() if name != "field")
            self.form.show_problems([Problem(field, failure.code, facts)])
        else:
            self.desk.tell(failure)

    def _add_community(self, name: str) -> None:
        place = new_id(self.desk.tasks.database.clock())
        request = communities.AddCommunity(place, name, self.desk.clinic.municipality)

        def added(outcome: Outcome[Id]) -> None:
            self.form.set_community(outcome.value, name)
            self.desk.toast(tr("The community {name} was added.").format(name=name), undo=True)

        def refused(failure: Failure) -> None:
            self.form.show_problems([Problem("community", failure.code, tuple(failure.facts.items()))])

        self.desk.tasks.write(partial(communities.add, request=request), added, owner=self, failed=refused)

    def _find_places(self, typed: str) -> None:
        query = partial(places.find, clinic=self.desk.clinic.id, typed=typed)
        self.desk.tasks.read(query, self.form.add_places, owner=self.form, latest=f"places.{id(self)}")

    def _open(self, patient: Id) -> None:
        self.may_leave()
        self.desk.open_patient(patient)

    def _same_home(self, candidate: Candidate) -> None:
        """A sibling's household becomes this person's; the community comes with it when it is saved."""
        house = candidate.row.household
        if house is not None:
            self.form.set_home(house, household_words(candidate.row.household_number))
