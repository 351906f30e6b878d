"""The catalogue of supplies: every item that can be prescribed, stocked and ordered; added, corrected, out of use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.items import CatalogueItem, catalogue_items
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import care_words
from ces_desktop.services import catalogue
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import catalogue as words
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import supplies_words
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    SectionCard,
    TextField,
    Wrapped,
    box,
    column,
    row,
)
from ces_desktop.ui.widgets.combo import folded

_VIEWS: dict[str, Callable[[CatalogueItem], bool]] = {
    "all": lambda i: i.used,
    "medicine": lambda i: i.used and i.kind == "medicine",
    "material": lambda i: i.used and i.kind == "material",
    "test": lambda i: i.used and i.kind == "test",
    "equipment": lambda i: i.used and i.kind == "equipment",
    "own": lambda i: i.own,
    "out": lambda i: not i.used,
}


class CataloguePage(Page):
    """Letters go to the search; Enter or F9 corrects the chosen item."""

    topics = frozenset({"item", "movement"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._items: tuple[CatalogueItem, ...] = ()
        self._keys: dict[Id, str] = {}
        self._loaded, self._may = False, desk.actor.may(Right.MANAGE_CATALOGUE)
        self._wanted: Id | None = None
        self.load = Button(tr("Load a list"), "secondary", icon="upload")
        self.new = Button(tr("New item"), "secondary", icon="plus")
        self.heading = Heading(tr("Catalogue of supplies"), "")
        self.views = Filters(
            [("all", tr("In use")), ("medicine", tr("Medicines")), ("material", tr("Materials")),
             ("test", tr("Laboratory")), ("equipment", tr("Equipment")), ("own", tr("Added here")),
             ("out", tr("Withdrawn"))],
            "all",
        )  # fmt: skip
        self.filter = TextField(width=220, placeholder=tr("name, clave or family"), limit=200)
        self.filter.setAccessibleName(tr("Filter the catalogue"))
        self.table = RecordTable[CatalogueItem](_columns(), name=tr("Catalogue of supplies"), type_ahead=True)
        self.no_match = EmptyState(tr("No item fits."), tr("Choose another filter, or write less."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.no_match):
            self.stack.addWidget(part)
        self.edit = Button(tr("Correct"), "primary", icon="pencil", cap="F9")
        self.bar = DockedBar(self.edit)
        top = box(Wrapped(self.heading, box(row(self.filter, self.load, self.new)), spread=True))
        body = column(top, self.views, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        self._connect()

    def _connect(self) -> None:
        why = tr("Who leads the clinic does this.")
        for button in (self.load, self.new):
            button.set_possible(self._may, why)
        self.load.clicked.connect(lambda: self.desk.open_page("import_catalogue"))
        self.new.clicked.connect(lambda: self._ask(None))
        self.edit.clicked.connect(self.primary)
        self.views.chosen.connect(lambda _: self._fill())
        self.filter.changed.connect(self._fill)
        self.table.opened.connect(lambda _: self.primary())
        self.table.selected.connect(lambda _: self._allow())

    def reload(self) -> None:
        """Read the catalogue again; what is chosen stays chosen."""
        query = partial(catalogue_items, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"catalogue.{id(self)}")

    def primary(self) -> None:
        """F9: correct the chosen item."""
        chosen = self.table.current()
        if chosen is not None:
            self._ask(chosen)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def _ask(self, item: CatalogueItem | None) -> None:
        if not self._may:
            return
        from ces_desktop.ui.dialogs.item import ItemDialog

        fresh = new_id(self.desk.tasks.database.clock())
        request = ItemDialog(self, self._items, fresh, item).ask()
        if request is None:
            return
        action = catalogue.change_item if item else catalogue.add_item
        self.desk.tasks.write(partial(action, request=request), partial(self._kept, item), owner=self)

    def _kept(self, item: CatalogueItem | None, outcome: Outcome[Any]) -> None:
        self._wanted = item.id if item else outcome.value
        if outcome.touched:
            self.desk.toast(tr("Saved."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))

    def _show(self, items: tuple[CatalogueItem, ...]) -> None:
        # by the name that is shown: the query knows no language
        self._items = tuple(sorted(items, key=lambda i: folded(i.name(language()))))
        self._loaded = True
        self._keys = {i.id: folded(f"{i.name_es} {i.name_en} {i.code} {i.family} {i.strength}") for i in items}
        self.views.set_counts({key: sum(map(fits, items)) for key, fits in _VIEWS.items()})
        used = sum(i.used for i in items)
        said = trn("{n} item in use", "{n} items in use", used).format(n=labels.number(used))
        own = sum(i.own for i in items)
        if own:
            said += " · " + trn("{n} added here", "{n} added here", own).format(n=labels.number(own))
        self.heading.set_sentence(said)
        self._fill()

    def _fill(self) -> None:
        typed, fits = folded(self.filter.text()).split(), _VIEWS[self.views.value()]
        rows = [i for i in self._items if fits(i) and all(word in self._keys[i.id] for word in typed)]
        current = self.table.current()
        wanted = self._wanted or (current.id if current else None)
        self.table.set_rows(rows, keep=lambda i: i.id == wanted)
        if any(i.id == self._wanted for i in rows):
            self._wanted = None
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows or not self._loaded else 1)
        self._allow()

    def _allow(self) -> None:
        chosen = self.table.current()
        reason = tr("Nothing is chosen") if self._may else tr("Who leads the clinic does this.")
        self.edit.set_possible(self._may and chosen is not None, reason)


def _columns() -> list[Column[CatalogueItem]]:
    def item(i: CatalogueItem) -> Cell:
        about = [care_words.presentation(i.form) if i.kind == "medicine" else words.kind_words(i.kind), i.code]
        tone = "text" if i.used else "text3"
        return Cell(i.name(language()), " · ".join(x for x in about if x), strong=True, tone=tone)

    def pack(i: CatalogueItem) -> Cell:
        unit = supplies_words.unit(i.unit, 1) if i.unit else labels.DASH
        box = "" if not i.pack or not i.unit else tr("box of {units}").format(units=labels.number(i.pack))
        return Cell(unit, box if i.pack and i.pack > 1 else "", tone="text" if i.unit else "text3")

    def source(i: CatalogueItem) -> Cell:
        return Cell(words.source_words(i.source) or labels.DASH, i.family)

    def care(i: CatalogueItem) -> Cell:
        group = tr("group {n}").format(n=i.controlled) if i.controlled in ("I", "II", "III") else ""
        tags = [tr("Controlled medicine")] if i.controlled not in ("", "no") else []
        tags += [tr("Refrigerated")] if i.cold == "yes" else []
        return Cell(caption=group, tags=tuple(tags))

    return [
        Column(tr("Item"), item, sort=lambda i: folded(i.name(language()))),
        Column(tr("Unit"), pack, 150, sort=lambda i: i.unit or None),
        Column(tr("Source"), source, 190, sort=lambda i: i.source or None, droppable=True),
        Column(tr("VEN"), lambda i: Cell(words.ven_words(i.ven) or labels.DASH), 120, sort=lambda i: i.ven or None,
               droppable=True),
        Column("", care, 220, droppable=True),
    ]  # fmt: skip
