"""The network: who asks to be admitted, every clinic with the age of its last bundle, laptops, what was put aside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from ces_desktop.domain.access import Right
from ces_desktop.domain.mentoring import cadence
from ces_desktop.errors import Unavailable
from ces_desktop.i18n import tr, trn
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import gaps, hub
from ces_desktop.sync.enrolment import Request
from ces_desktop.sync.gaps import Lack
from ces_desktop.sync.inbox import Receipt
from ces_desktop.sync.network_state import Laptop, NetworkState, SiteState, network_state
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs import network as dialogs
from ces_desktop.ui.dialogs.network import Tried
from ces_desktop.ui.dialogs.network_key import FoundDialog
from ces_desktop.ui.dialogs.whole_copy import WholeCopyDialog
from ces_desktop.ui.messages import exchange as exchange_words
from ces_desktop.ui.messages import network as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.mentoring_words import cadence_chip
from ces_desktop.ui.pages.network_moved import moved_card
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    InlineNote,
    ScrollBody,
    SectionCard,
    StatTile,
    StatusChip,
    Text,
    box,
    clear,
    column,
    row,
)

EXCHANGE = "exchange"
"""Topic: what is known of sticks, laptops and clinics has changed."""
SIDE = 340
ASKING_HEIGHT, ASKING_MOST = 82, 3
"""Of one request, and how many are in view; more of them scroll, so that the clinics stay in view."""


class NetworkPage(Page):
    """Requests above, clinics below, the chosen clinic's laptops at right. F9 goes to the sticks."""

    topics = frozenset({EXCHANGE, "patient", "clinic", "same_as", "mentoring_session", "received_file"})

    def __init__(self, desk: Desk, opened: OpenClinic) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._state: NetworkState | None = None
        self.heading = Heading(tr("Network of clinics"), "")
        self.tiles = row(gap=12)
        self.asked = column(gap=8)
        self.asking = ScrollBody(self.asked, 0)
        self.table = RecordTable[SiteState](self._columns(), name=tr("Clinics"), type_ahead=True)
        self.table.selected.connect(lambda _: self._show_side())
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        self.none = EmptyState(
            tr("No clinic yet."), tr("Write the invitation to a stick and take it to a clinic."), size=112
        )
        self.stack.addWidget(ScrollBody(column(self.none), 0))
        self.side = column(gap=12)
        held = box(column(self.side, None))
        held.setFixedWidth(px(SIDE))
        hub_here = opened.facts.get("kind") == "hub"
        to_sticks = tr("Sticks: receive and answer") if hub_here else tr("Sticks: receive and send")
        self.act = Button(to_sticks, "primary", icon="usb", cap="F9")
        self.act.clicked.connect(self.primary)
        self.same = Button(tr("Same person in two clinics"), icon="users")
        self.same.clicked.connect(lambda: self.desk.open_page("between"))
        may = hub_here and desk.actor.may(Right.MERGE_PATIENTS)
        self.bar = DockedBar(self.act, *([self.same] if may else []))
        main = row((self.stack, 1), held, gap=12)
        self.table.setMinimumHeight(px(150))
        inner = ScrollBody(column(self.tiles, self.asking, (main, 1), gap=12), 0)
        body = column(self.heading, (inner, 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def reload(self) -> None:
        """Read the network again."""
        self.desk.tasks.read(network_state, self._show, owner=self, latest=f"network.{id(self)}")

    def primary(self) -> None:
        """F9: the sticks."""
        self.desk.open_page("usb")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    # ------------------------------------------------------------------ what the person decides
    def found(self) -> None:
        """Print the network's key and found the network with it, where the wizard was left before that."""
        if FoundDialog(self, self.desk.tasks, self._opened).ask():
            self._changed(tr("The network is founded."))

    def admit(self, asked: Request) -> None:
        """Compare the six words, then certify the laptop and take in what it sent meanwhile."""
        assert self._state is not None
        given = dialogs.AdmitDialog(self, asked, self._state.sites).ask()
        if given is None:
            return
        more = [f"clinic:{site.hex()}" for site in given.visits]
        database, actor = self._opened.database, self.desk.actor
        self.desk.tasks.run(
            lambda _: hub.certify(database, actor, given.device, more), partial(self._admitted, asked), owner=self
        )

    def refuse(self, asked: Request, tried: Tried | None = None) -> None:
        """Do not admit a laptop, and say why."""
        why = dialogs.ask_decline(self, asked, tried)
        if why is not None:
            database, actor = self._opened.database, self.desk.actor
            self.desk.tasks.run(
                lambda _: hub.decline(database, actor, asked.device, why), lambda _: self._changed(""),
                owner=self, failed=self._again(why, partial(self.refuse, asked)),
            )  # fmt: skip

    def copy(self, site: SiteState) -> None:
        """Write all of a clinic to a stick, for its new or replaced laptop."""
        assert self._state is not None
        own = [one for one in self._state.laptops if one.site == site.site and not one.revoked]
        if WholeCopyDialog(self, self.desk.tasks, self._opened, site, own).ask() is not None:
            self.desk.note("export", "bundle")

    def revoke(self, one: Laptop, tried: Tried | None = None) -> None:
        """Take back a laptop's certificate, and say why."""
        why = dialogs.ask_revoke(self, wording.laptop(one), tried)
        if why is not None:
            database, actor = self._opened.database, self.desk.actor
            done = tr("Revoked. The clinics learn it with the next answer.")
            self.desk.tasks.run(
                lambda _: hub.revoke(database, actor, one.device, why), lambda _: self._changed(done),
                owner=self, failed=self._again(why, partial(self.revoke, one)),
            )  # fmt: skip

    def declare_lost(self, site: SiteState, lack: Lack, tried: Tried | None = None) -> None:
        """What held records of a clinic wait for will never come: take them in over a gap."""
        why = dialogs.LostDialog(self, site, lack, self.desk.today, tried).ask()
        if why is not None:
            database, actor = self._opened.database, self.desk.actor
            self.desk.tasks.run(
                lambda _: gaps.declare(database, actor, site.site, why), self._adopted,
                owner=self, failed=self._again(why, partial(self.declare_lost, site, lack)),
            )  # fmt: skip

    def _again(self, why: str, ask: Callable[..., None]) -> Callable[[Failure], None]:
        """What the machine could not do is asked again with what was typed; what a rule refuses is told."""

        def failed(failure: Failure) -> None:
            if isinstance(failure, Unavailable):
                ask(tried=Tried(why, failure))
            else:
                self.desk.tell(failure)

        return failed

    def _adopted(self, taken: int) -> None:
        said = trn("{n} record that waited was taken in.", "{n} records that waited were taken in.", taken)
        self._changed(f"{said.format(n=taken)} {tr('The clinic learns it with the next answer.')}")

    def _admitted(self, asked: Request, taken: list[Receipt]) -> None:
        fresh = sum(receipt.fresh for receipt in taken)
        said = trn(
            "{prefix} is admitted; {n} record that waited was taken in.",
            "{prefix} is admitted; {n} records that waited were taken in.",
            fresh,
        ).format(prefix=asked.prefix, n=fresh)
        self._changed(f"{said} {tr('Write the answer to its stick.')}")

    def _changed(self, said: str) -> None:
        if said:
            self.desk.toast(said)
        self.desk.tasks.changed.emit(frozenset({EXCHANGE, "patient"}))

    # ------------------------------------------------------------------ what is shown
    def _show(self, state: NetworkState) -> None:
        self._state = state
        held, focus = self.focusWidget(), QApplication.focusWidget()
        gone = held is None or self.asking.isAncestorOf(held) or not state.sites
        self.heading.set_sentence(self._sentence(state))
        clear(self.tiles)
        for tile in self._tiles(state):
            self.tiles.addWidget(tile, 1)
        clear(self.asked)
        if state.hub and state.name is None:
            self.asked.addWidget(self._founding_note())
        for asked in sorted(state.requests, key=lambda one: one.device in state.declined):
            self.asked.addWidget(self._request_note(asked, state.declined.get(asked.device)))
        self.asking.setVisible(self.asked.count() > 0)
        most = ASKING_MOST if state.sites else 2 * ASKING_MOST
        self.asking.setFixedHeight(px(min(self.asked.count(), most) * ASKING_HEIGHT))
        chosen = self.table.current()
        self.table.set_rows(state.sites, lambda one: chosen is not None and one.site == chosen.site)
        if state.sites and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if state.sites else 1)
        self.stack.setVisible(bool(state.sites) or not self.asked.count())
        self.counted.emit("network", len([a for a in state.requests if a.device not in state.declined]))
        self._show_side()
        if gone and (focus is None or focus is self or self.isAncestorOf(focus)):
            self._begin()

    def _begin(self) -> None:
        """The keys to the first that waits, to be admitted one after the other; without any to the clinics."""
        item = self.asked.itemAt(0)  # what was there before is still a child until it is deleted
        note = item.widget() if item is not None else None
        if note is not None and (first := note.findChild(Button)) is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)
            self.asking.ensureWidgetVisible(first)
        elif self.table.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.act.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sentence(self, state: NetworkState) -> str:
        if state.name is None:
            return tr("This laptop has met no hub yet.") if not state.hub else tr("The network is not founded yet.")
        n = len(state.sites)
        return trn("{name} · {n} clinic", "{name} · {n} clinics", n).format(name=state.name, n=n)

    def _tiles(self, state: NetworkState) -> list[QWidget]:
        late = wording.late(state.sites, self.desk.today)
        worst = ", ".join(one.name or one.prefix for one in late[:3])
        waiting = [asked for asked in state.requests if asked.device not in state.declined]
        aside = sum(one.aside for one in state.sites)
        people = sum(one.people for one in state.sites)
        late_chip = StatusChip("bad" if late else "ok", tr("Ask for them") if late else tr("On time"))
        none_late = tr("None older than a month")
        tiles = [
            StatTile(tr("Late bundles"), str(len(late)), caption=worst or none_late, chip=late_chip),
            StatTile(tr("People registered"), labels.number(people), caption=tr("in the clinics that sent bundles")),
            StatTile(tr("Put aside"), str(aside), caption=tr("kept here, not taken in"),
                     chip=StatusChip("warn", tr("See why")) if aside else None),
        ]  # fmt: skip
        if state.hub:
            chip = StatusChip("warn", tr("Compare")) if waiting else None
            caption = tr("laptops that wait for a certificate")
            tiles.insert(0, StatTile(tr("Requests"), str(len(waiting)), caption=caption, chip=chip))
        for number, tile in enumerate(tiles):
            tile.clicked.connect(self._begin if state.hub and not number else self._to_clinics)
        return list[QWidget](tiles)

    def _to_clinics(self) -> None:
        if self.table.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _founding_note(self) -> QWidget:
        found = Button(tr("Found the network"), "secondary", icon="key-round")
        found.clicked.connect(self.found)
        text = tr("Until its key is printed no laptop can be admitted.")
        return InlineNote("warn", tr("The network is not founded yet."), text, [found])

    def _request_note(self, asked: Request, declined: str | None) -> QWidget:
        admit = Button(tr("Compare and admit"), "secondary", icon="check")
        admit.clicked.connect(partial(self.admit, asked))
        admit.setAccessibleName(tr("Compare and admit {prefix}").format(prefix=asked.prefix))
        since = wording.since(asked.made, self.desk.today)
        who = tr("A mentor's laptop ({prefix})") if asked.role == "mentor" else tr("A laptop of {prefix}")
        who = who.format(prefix=asked.prefix)
        if declined is not None:
            title = tr("{who} was not admitted: {why}").format(who=who, why=declined)
            return InlineNote("none", title, asked.words, [admit])
        refuse = Button(tr("Refuse"), "ghost")
        refuse.clicked.connect(partial(self.refuse, asked))
        refuse.setAccessibleName(tr("Refuse {prefix}").format(prefix=asked.prefix))
        title = tr("{who} asks to be admitted ({since})").format(who=who, since=since)
        return InlineNote("accent", title, asked.words, [admit, refuse], icon="key-round")

    def _show_side(self) -> None:
        clear(self.side)
        state, chosen = self._state, self.table.current()
        if state is None:
            return
        if chosen is not None:
            own = [one for one in state.laptops if one.site == chosen.site]
            card = self._laptops_card(tr("Laptops of {clinic}").format(clinic=chosen.prefix), own, state)
            if any(not one.revoked for one in own):
                copy = Button(tr("Stick for another laptop"), "ghost", icon="copy")
                copy.clicked.connect(partial(self.copy, chosen))
                card.add(row(copy, None, margins=(-6, 0, 0, 0)))
            self.side.addWidget(card)
            if chosen.reasons:
                lines = [Text(f"{n} · {exchange_words.reason(why)}", "body", wrap=True) for why, n in chosen.reasons]
                aside = SectionCard(tr("Put aside"), *lines, icon="triangle-alert")
                self.side.addWidget(aside)
                if (lack := state.lacks.get(chosen.site)) is not None:
                    lost = Button(tr("Declare lost"), "ghost", icon="unlink")
                    lost.clicked.connect(partial(self.declare_lost, chosen, lack))
                    aside.add(row(lost, None, margins=(-6, 0, 0, 0)))
            if (gone := state.declared.get(chosen.site)) is not None:
                said = Text(wording.declared(gone), "body", wrap=True)
                self.side.addWidget(SectionCard(tr("Declared lost"), said, icon="unlink"))
            if (moved := moved_card(state, chosen)) is not None:
                self.side.addWidget(moved)
        mentors = [one for one in state.laptops if one.role == "mentor"]
        if mentors:
            self.side.addWidget(self._laptops_card(tr("Mentors' laptops"), mentors, state))

    def _laptops_card(self, title: str, laptops: list[Laptop], state: NetworkState) -> SectionCard:
        card = SectionCard(title, icon="monitor")
        if not laptops:
            card.add(Text(tr("None admitted yet."), "small", wrap=True))
        for one in laptops:
            caption = one.why if one.revoked else tr("no bundle yet")
            if one.last_bundle is not None and not one.revoked:
                caption = tr("last bundle {when}").format(when=wording.since(one.last_bundle, self.desk.today))
            words = column(Text(wording.laptop(one), "strong"), Text(caption, "caption", wrap=True), gap=2)
            end: QWidget = StatusChip("bad", tr("Revoked"))
            if not one.revoked:
                end = Button(tr("Revoke"), "ghost")
                end.clicked.connect(partial(self.revoke, one))
                end.setAccessibleName(tr("Revoke {laptop}").format(laptop=wording.laptop(one)))
            card.add(row((words, 1), *([end] if state.hub or one.revoked else [])))
        return card

    def _columns(self) -> list[Column[SiteState]]:
        today = self.desk.today
        return [
            Column(tr("Clinic"), lambda one: Cell(one.name or wording.title(one), one.prefix, strong=True),
                   sort=lambda one: one.name),
            Column(tr("Last bundle"), lambda one: Cell(chip=wording.silence(one.last_bundle, today)), 210,
                   sort=lambda one: one.last_bundle or 0),
            Column(tr("Mentoring"), lambda one: Cell(chip=cadence_chip(cadence(one.last_session, today))), 170,
                   sort=lambda one: one.last_session or ""),
            Column(tr("People"), lambda one: Cell(labels.number(one.people)), 90, "right", sort=lambda one: one.people),
            Column(tr("Changes"), lambda one: Cell(labels.number(one.ops)), 100, "right", sort=lambda one: one.ops,
                   droppable=True),
            Column(tr("Laptops"), lambda one: Cell(str(one.devices)), 90, "right", droppable=True),
            Column(tr("Put aside"), lambda one: Cell(chip=("warn", str(one.aside)) if one.aside else None), 120,
                   sort=lambda one: one.aside),
        ]  # fmt: skip
