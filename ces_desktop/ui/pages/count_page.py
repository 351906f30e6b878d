"""A physical count by keyboard: units and Enter, lot after lot; why each difference is, by a digit; F9 closes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.counts import CountFile, CountLine, CountRow, count_file, count_rows, places
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import new_id
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr, trn
from ces_desktop.services import counts
from ces_desktop.services.counts import Close, Counted, Start
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import count_words as words
from ces_desktop.ui.pages import supplies_words
from ces_desktop.ui.pages.shelf_papers import show_count_sheet
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    IconButton,
    InlineNote,
    ScrollBody,
    SectionCard,
    Text,
    TextField,
    Wrapped,
    box,
    clear,
    column,
    confirm,
    row,
)
from ces_desktop.ui.widgets.combo import folded

Read = tuple[CountFile | None, list[CountRow], list[str]]
"""The count under way, the counts of before, the places of the clinic in which something lies."""
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class CountPage(Page):
    """Without a count under way the counts of before; F9 begins one. A lot's figure shows once it is counted."""

    topics = frozenset({"stock_count", "count_line", "movement", "lot", "item"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._file: CountFile | None = None
        self._places = list[str]()
        self._key = new_id(desk.tasks.database.clock())
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Count"), tr("What lies on the shelf, lot by lot"))
        self.past = RecordTable[CountRow](_past_columns(), name=tr("Counts"))
        self.begin = Button(tr("Begin a count"), "primary", icon="clipboard-list", cap="F9")
        self.begin.clicked.connect(self.primary)
        self.empty = EmptyState(
            tr("Nothing was counted yet."),
            tr("A count says what is there; while it is open, handing out goes on."), self.begin, size=112,
        )  # fmt: skip
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.past, 1), flush=True), self.empty, self._make_open()):
            self.stack.addWidget(part)
        self.main = Button(tr("Begin a count"), "primary", icon="clipboard-list", shortcut="F9")
        self.main.clicked.connect(self.primary)
        self.add = Button(tr("Lot not in the list"), "secondary", icon="plus", cap="+")
        self.add.clicked.connect(self._found)
        self.leave = Button(tr("Leave off"), "secondary")
        self.leave.clicked.connect(self._abandon)
        self.bar = DockedBar(self.main, self.add, self.leave)
        top = row(back, self.heading, None, gap=12)
        inner = column(top, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((ScrollBody(inner, 0), 1), self.bar, gap=0))
        self.setFocusProxy(self.units)

    def _make_open(self) -> Any:
        self.filters = Filters(list(words.filters().items()), "to_count")
        self.filters.chosen.connect(self._choose)
        self.search = TextField(width=220, placeholder=tr("item or lot"), limit=200, name=tr("Find an item"))
        self.search.changed.connect(self._fill)
        self.name, self.lot = Text("", "strong", elide=True), Text("", "caption", elide=True)
        self.units = TextField(width=130, align="right", limit=12_000, name=tr("Units found"))
        self.units.setWhatsThis(tr("Units found, 0 for none, 3x100 for packs; Enter keeps them and goes on."))
        self.unit = Text("", "muted")
        self.note = column(gap=0)
        for field in (self.units, self.search):
            field.installEventFilter(self)
        causes = []
        for digit, code, said in words.causes():
            causes.append(Button(said, "filter", cap=digit))
            causes[-1].clicked.connect(partial(self._explain, code))
        self.causes_box = box(Wrapped(*causes, gap=6))
        self.entry = box(row((column(self.name, self.lot, gap=0), 1), self.units, self.unit, gap=10))
        self.lines = RecordTable[CountLine](self._columns(), name=tr("Lots"))
        self.lines.selected.connect(self._show_line)
        self.lines.opened.connect(lambda _: self.units.setFocus())
        self.done = EmptyState(tr("All agrees: the count shows no difference."), size=64)
        self.card = box(column(self.entry, self.note, self.causes_box, gap=8, margins=(16, 10, 16, 10)), "card")
        self.none = box(column(self.done, margins=(16, 12, 16, 12)))
        self.list = SectionCard("", (self.lines, 1), self.none, flush=True)
        self.list.setMinimumHeight(px(150))
        return box(column(box(Wrapped(self.filters, self.search, spread=True)), self.card, (self.list, 1), gap=10))

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the count under way and the counts of before; the line chosen and what is typed stay."""
        clinic = self.desk.clinic.id

        def query(connection: Any) -> Read:
            lie = {place for place in places(connection, clinic).values() if place}
            return count_file(connection, clinic), count_rows(connection, clinic), sorted(lie)

        self.desk.tasks.read(query, self._show, owner=self, latest=f"count.{id(self)}")

    def _show(self, read: Read) -> None:
        first = self._file is None
        self._file, past, self._places = read
        is_open = self._file is not None
        may = self.desk.actor.may(Right.KEEP_STOCK)
        self.stack.setCurrentIndex(2 if is_open else 0 if past else 1)
        self.bar.setVisible(may and (is_open or bool(past)))
        self.begin.setVisible(may)
        self.main.set_words(tr("Close the count") if is_open else tr("Begin a count"))
        self.add.setVisible(is_open)
        self.leave.setVisible(is_open)
        self.past.set_rows(past)
        if self._file is None:
            self.heading.set_sentence(tr("What lies on the shelf, lot by lot"))
            self.bar.set_state(None)
            (self.past if past else self.begin).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        head = self._file.head
        self.heading.set_sentence(f"{words.what(head.what)} · {labels.day(head.day)} · {head.by}".rstrip(" ·"))
        self._fill()
        if first:
            self.units.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, key: str) -> None:
        """Differences are explained in the list, lots are counted in the field."""
        self._fill()
        (self.lines if key == "differ" else self.units).setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        file = self._file
        if file is None:
            return
        if self.filters.value() == "to_count" and not file.to_count and self.units.hasFocus():
            self._go_on(file)
        key, typed = self.filters.value(), folded(self.search.text()).split()
        self.filters.set_counts({k: len(words.fitting(file, k)) for k in words.filters()})
        rows = [x for x in words.fitting(file, key) if all(w in _said(x) for w in typed)]
        current = self.lines.current()
        place = self.lines.currentIndex().row()
        kept = current.id if current else None
        there = any(x.id == kept for x in rows)
        self.lines.set_rows(rows, (lambda x: x.id == kept) if there else None)
        if rows and not there:
            self.lines.select_place(max(0, min(place, len(rows) - 1)))
        self.lines.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.done.fact.set_text(tr("No lot of this list fits.") if typed else _nothing(file, key))
        others = sum(all(w in _said(x) for w in typed) for x in words.fitting(file, "all")) if typed else 0
        self.done.next_step.set_text(tr("In «All»: {n}").format(n=labels.number(others)) if others else "")
        self.done.next_step.setVisible(bool(others))
        self.bar.set_state("ok" if not file.to_count and not file.differing else None, words.progress(file))
        self._show_line(self.lines.current())

    def _go_on(self, file: CountFile) -> None:
        """The last lot is counted: to what differs, else to closing; the focus may not fall on leaving off."""
        self.search.set_value("")
        if file.differing:
            self.filters.set_value("differ")
        (self.lines if file.differing else self.main).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_line(self, line: CountLine | None) -> None:
        shown = line is not None and line.lot is not None
        self.card.setVisible(line is not None)
        self.entry.setVisible(shown)
        self.causes_box.setVisible(line is not None and bool(line.differs))
        self._tell("")
        if line is None or not shown:
            return
        self.name.set_text(line.item.name(language()))
        said = [line.number or tr("no number"), supplies_words.expiry(line.expiry), line.location]
        self.lot.set_text(" · ".join(x for x in said if x))
        self.unit.set_text(supplies_words.unit(line.item.unit))
        self.units.set_value("" if line.counted is None else str(line.counted))
        self.units.selectAll()

    def _columns(self) -> list[Column[CountLine]]:
        return [
            Column(tr("Item"), lambda x: Cell(x.item.name(language()), x.location or x.item.code, strong=True)),
            Column(tr("Lot"), lambda x: Cell(x.number or labels.DASH, supplies_words.expiry(x.expiry)), 150),
            Column(tr("Found"), lambda x: Cell("" if x.counted is None else labels.number(x.counted), strong=True),
                   110, "right"),
            Column(tr("By the ledger"), _ledger, 120, "right", droppable=True),
            Column("", lambda x: Cell(chip=words.chip(x, self._settled(x))), 190),
            Column(tr("Why"), lambda x: Cell(supplies_words.reason(x.cause) if x.cause else ""), 200, droppable=True),
        ]  # fmt: skip

    def _settled(self, line: CountLine) -> int:
        return self._file.settled.get(line.item.id, 0) if self._file else 0

    # ------------------------------------------------------------------ keys
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _MOVES:
                self.lines.select_place(
                    max(0, min(self.lines.currentIndex().row() + _MOVES[key], self.lines.records.rowCount() - 1))
                )
                if watched is self.search:
                    self.units.setFocus()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                if watched is self.units:
                    self._take()
                else:
                    self.units.setFocus()
                return True
            if watched is self.units and event.text() in ("+", "/"):
                (self._found if event.text() == "+" else self.search.setFocus)()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        code = next((c for digit, c, _ in words.causes() if digit == event.text()), None)
        if self.lines.hasFocus() and code is not None and not self.causes_box.isHidden():
            self._explain(code)
        elif self.lines.hasFocus() and event.text() == "+":
            self._found()
        elif self.lines.hasFocus() and event.key() == Qt.Key.Key_Delete:
            self._forget()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ acting
    def _take(self) -> None:
        """Enter: keep what was found and go on to the next lot."""
        line = self.lines.current()
        if line is None or line.lot is None or not self.desk.actor.may(Right.KEEP_STOCK):
            return
        typed = self.units.text().strip()
        try:
            read = (0, None) if typed.strip("0") == "" and typed else parse_quantity(typed, line.item.pack)
            if read is None:
                raise Refused("count.units")
        except Refused as refused:
            self._tell(messages.sentence(Refused("count.units") if refused.code == "supply.quantity" else refused))
            return
        if self.filters.value() != "to_count":
            self.lines.select_place(self.lines.currentIndex().row() + 1)
        self._write(partial(counts.note, request=Counted(line.id, read[0])))
        self.units.selectAll()

    def _forget(self) -> None:
        line = self.lines.current()
        if line is not None and line.counted is not None and line.lot is not None:
            self._write(partial(counts.note, request=Counted(line.id, None)))

    def _explain(self, code: str, _checked: bool = False) -> None:
        """A digit: why the line differs; then the next one without a cause."""
        line = self.lines.current()
        if line is None or not line.differs:
            return
        rows = [self.lines.records.row_at(n) for n in range(self.lines.records.rowCount())]
        place = self.lines.currentIndex().row()
        after = [n for n in (*range(place + 1, len(rows)), *range(place)) if rows[n].differs and not rows[n].cause]
        self.lines.select_place(after[0] if after else place)
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)
        self._write(partial(counts.explain, line=line.id, cause=code))

    def print_page(self) -> None:
        """F8: the sheet to count by hand."""
        show_count_sheet(self)

    def primary(self) -> None:
        """F9: begin; of a count under way, close it, saying what is left."""
        if not self.desk.actor.may(Right.KEEP_STOCK):
            return
        if self._file is None:
            QTimer.singleShot(0, self, self._begin)
            return
        bare = [x for x in words.fitting(self._file, "differ") if x.differs and not x.cause]
        if bare:
            self.filters.set_value("differ")
            self._fill()
            place = self.lines.records.place_of(lambda x: x.id == bare[0].id)
            self.lines.select_place(place)
            self.lines.setFocus(Qt.FocusReason.OtherFocusReason)
            self._tell(messages.sentence(Refused("count.unexplained", lines=len(bare))))
            return
        QTimer.singleShot(0, self, self._close)

    def _begin(self) -> None:
        from ces_desktop.ui.dialogs.counting import StartDialog

        what = StartDialog(self, self._places).ask()
        if what is not None:
            self._write(partial(counts.start, request=Start(self._key, what)), tr("Count begun."))
            self._key = new_id(self.desk.tasks.database.clock())

    def _close(self) -> None:
        file = self._file
        assert file is not None
        left, differ = len(file.to_count), len(file.differing)
        said = [trn("{n} lot is corrected.", "{n} lots are corrected.", differ).format(n=differ) if differ
                else tr("All agrees: the count shows no difference.")]  # fmt: skip
        if left:
            stays = trn(
                "{n} lot was not counted and stays as it is.", "{n} lots were not counted and stay as they are.", left
            )
            said.append(stays.format(n=labels.number(left)))
        said.append(tr("It can be undone."))
        if confirm(self, tr("Close the count?"), " ".join(said), tr("Close the count")):
            self._write(partial(counts.close, request=Close(file.head.id, leave=bool(left))), tr("Count closed."))

    def _abandon(self) -> None:
        file = self._file
        if file is not None and confirm(
            self, tr("Leave the count off?"), tr("What was counted stays written and the ledger does not change."),
            tr("Leave off"),
        ):  # fmt: skip
            self._write(partial(counts.abandon, count=file.head.id), tr("Count left off."))

    def _found(self) -> None:
        from ces_desktop.ui.dialogs.counting import found_lot

        if self._file is not None and self.desk.actor.may(Right.KEEP_STOCK):
            found_lot(self, self.desk, self._file.head.id)

    def _write(self, action: Callable[..., Any], said: str = "") -> None:
        def then(_outcome: object) -> None:
            if said:
                self.desk.toast(said, undo=True)

        self.desk.tasks.write(action, then, owner=self)

    def _tell(self, text: str) -> None:
        clear(self.note)
        if text:
            self.note.addWidget(InlineNote("bad", "", text))


def _past_columns() -> list[Column[CountRow]]:
    return [
        Column(tr("What is counted"), lambda c: Cell(words.what(c.what), c.by, strong=True)),
        Column(tr("Day"), lambda c: Cell(labels.day(c.day)), 150, sort=lambda c: c.day),
        Column(tr("Lots counted"), lambda c: Cell(labels.of(c.counted, c.lines)), 150, "right"),
        Column(tr("Differences"), lambda c: Cell(labels.number(c.differences)), 130, "right"),
        Column("", lambda c: Cell(chip=words.state(c)), 150),
    ]


def _ledger(line: CountLine) -> Cell:
    """Not shown before the lot is counted: nobody counts towards a number."""
    if line.lot is not None and line.counted is None:
        return Cell(labels.DASH, tone="text3")
    moved = line.ledger - line.expected
    since = tr("{n} since the start").format(n=labels.number(moved)) if moved and line.lot else ""
    return Cell(labels.number(line.ledger), since)


def _said(line: CountLine) -> str:
    return folded(f"{line.item.name(language())} {line.item.code} {line.number}")


def _nothing(file: CountFile, key: str) -> str:
    if key == "differ" or (key == "to_count" and not file.differing):
        return tr("All agrees: the count shows no difference.") if not file.to_count else tr("No difference so far.")
    return tr("All lots are counted.") if key == "to_count" else tr("No lot fits.")
