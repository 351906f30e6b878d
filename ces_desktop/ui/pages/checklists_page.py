"""The checklists for observed consults: what each asks, in both languages; a changed list is a new version."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QFocusEvent, QResizeEvent

from ces_desktop.data.queries.checklists import checklists, newest
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.mentoring import Checklist, Item
from ces_desktop.i18n import tr, trn
from ces_desktop.services import checklists as lists
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.mentoring_words import tongue
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    IconButton,
    ScrollBody,
    SectionCard,
    Text,
    box,
    column,
    row,
)

DETAIL, NARROW_DETAIL, WIDE = 520, 360, 1_000


class ChecklistsPage(Page):
    """F9 changes the chosen list, Enter too; a new list by its button; one is withdrawn or offered again."""

    topics = frozenset({"checklist", "checklist_item"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._held: tuple[Checklist, ...] = ()
        self._wanted: str = ""
        self._may = desk.actor.may(Right.LEAD_MENTORING)
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Checklists"), tr("A change makes a new version; old sessions keep theirs."))
        self.table = RecordTable[Checklist](
            [
                Column(tr("Checklist"), self._named, 0),
                Column(tr("Version"), lambda c: Cell(str(c.version)), 90, "right", droppable=True),
                Column(tr("State"), self._state, 150, droppable=True),
            ],
            name=tr("Checklists"),
        )
        self.items = RecordTable[Item](
            [
                Column(tr("What to watch for"), self._item, 0),
                Column("", lambda i: Cell(tags=(tr("critical"),) if i.critical else ()), 84),
            ],
            name=tr("What to watch for"),
        )
        self.source = Text("", "caption", wrap=True)
        foot = box(row((self.source, 1), margins=(16, 0, 16, 8)))
        self.detail = SectionCard(tr("What to watch for"), (self.items, 1), foot, icon="list-checks", flush=True)
        self.new = Button(tr("New checklist"), "secondary", icon="plus")
        self.change = Button(tr("Change"), "primary", icon="pencil", shortcut="F9")
        self.offer = Button(tr("Withdraw"), "secondary")
        self.bar = DockedBar(self.change, self.offer, self.new)
        for button in (self.change, self.offer, self.new):
            button.set_possible(self._may, tr("Your role does not include this"))
        side = ScrollBody(column((self.detail, 1)), 0)
        self.side = side
        self.setLayout(
            column(
                (column(row(back, self.heading, None, gap=12),
                        (row((SectionCard("", (self.table, 1), flush=True), 1), side, gap=14), 1),
                        gap=12, margins=(20, 12, 20, 12)), 1),
                self.bar, gap=0,
            )
        )  # fmt: skip
        self.setFocusProxy(self.table)
        self.table.selected.connect(lambda _: self._tell())
        self.table.opened.connect(lambda _: self.primary())
        self.new.clicked.connect(lambda: self._ask(None))
        self.change.clicked.connect(self.primary)
        self.offer.clicked.connect(self._offer)

    def reload(self) -> None:
        """Read the lists again; what is chosen stays chosen."""
        query = partial(checklists, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"checklists.{id(self)}")

    def primary(self) -> None:
        """F9: change the chosen list."""
        chosen = self.table.current()
        if chosen is not None:
            self._ask(chosen)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the items take less."""
        super().resizeEvent(event)
        self.side.setFixedWidth(px(DETAIL if self.width() >= px(WIDE) else NARROW_DETAIL))

    def _ask(self, checklist: Checklist | None) -> None:
        if not self._may:
            return
        from ces_desktop.ui.dialogs.checklist import ChecklistDialog

        request = ChecklistDialog(self, new_id(self.desk.tasks.database.clock()), checklist).ask()
        if request is not None:
            self._wanted = request.code or request.id.hex()
            act = partial(lists.keep, request=request)
            self.desk.tasks.write(act, lambda done: self._kept(bool(done.touched)), owner=self)

    def _offer(self) -> None:
        chosen = self.table.current()
        if chosen is not None and self._may:
            act = partial(lists.offer, checklist=chosen.id, offered=not chosen.active)
            self.desk.tasks.write(act, lambda done: self._kept(bool(done.touched)), owner=self)

    def _kept(self, changed: bool) -> None:
        self.desk.toast(tr("Saved.") if changed else tr("It stays as it was."), undo=changed)

    def _show(self, held: dict[Id, Checklist]) -> None:
        chosen = self.table.current()
        code = self._wanted or (chosen.code if chosen else "")
        self._held = newest(held)
        self._wanted = ""
        self.table.set_rows(self._held, keep=lambda c: c.code == code)
        if self.table.current() is None and self._held:
            self.table.select_place(0)
        self._tell()

    def _tell(self) -> None:
        chosen = self.table.current()
        self.items.set_rows(chosen.items if chosen else ())
        n = len(chosen.items) if chosen else 0
        self.detail.set_caption(trn("{n} thing to watch for", "{n} things to watch for", n).format(n=n))
        self.source.set_text(tr("Rests on: {source}").format(source=chosen.source) if chosen and chosen.source else "")
        self.offer.set_words(tr("Withdraw") if chosen is None or chosen.active else tr("Offer again"))

    def _named(self, checklist: Checklist) -> Cell:
        critical = sum(i.critical for i in checklist.items)
        n = len(checklist.items)
        said = trn("{n} thing to watch for", "{n} things to watch for", n).format(n=n)
        marked = trn("{n} critical", "{n} critical", critical).format(n=critical)
        parts = [said, marked, tr("came with the program") if checklist.shipped else ""]
        return Cell(checklist.names[tongue()], " · ".join(part for part in parts if part), strong=True)

    @staticmethod
    def _state(checklist: Checklist) -> Cell:
        if not checklist.active:
            return Cell(chip=("neutral", tr("Withdrawn")))
        return Cell(chip=("ok", tr("Offered")))

    @staticmethod
    def _item(item: Item) -> Cell:
        other = item.texts["en" if tongue() == "es" else "es"]
        return Cell(item.texts[tongue()], other if other != item.texts[tongue()] else "", strong=item.critical)
