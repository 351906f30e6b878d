"""The list under the search box: people while one types, near spellings, registering, and commands after `>`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.data.queries import search as searching
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.search import SearchAnswer
from ces_desktop.domain.access import Right
from ces_desktop.domain.finding import highlight
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.combo import folded
from ces_desktop.ui.widgets.layout import Rule, clear, column, row
from ces_desktop.ui.widgets.quick_view import QuickView
from ces_desktop.ui.widgets.search_parts import (
    Command,
    Line,
    NewPerson,
    command_cell,
    count_words,
    keys_cell,
    nobody_words,
    quiet,
    quotable,
)
from ces_desktop.ui.widgets.text import KeyCap, Text
from ces_desktop.ui.widgets.topbar import SearchBox

WIDTH, QUICK_WIDTH = 848, 370
READ, SHOWN = 20, 8
"""People read for one key, and lines shown before the list scrolls."""


class SearchPopup(QFrame):
    """`SearchPopup(window, window.top.search, …)`: `window` is the desk and the widget it lies over.

    Enter opens the chosen person, Ctrl+Enter a consult of them, F4 registers who was typed, ↑↓ choose, Esc leaves. The
    newest text alone counts; Enter before its answer came opens the best of that answer. Without `people`, on a
    computer that has no places of theirs, it finds commands alone.
    """

    def __init__(self, host: QWidget, box: SearchBox, commands: Callable[[], Sequence[Command]], people: bool) -> None:
        super().__init__(host)
        self.setProperty("surface", "popup")
        self.setAccessibleName(tr("Search results"))
        self._desk = cast(Desk, host)  # the window is both; no type says so
        self._host, self.box, self._commands, self._people = host, box, commands, people
        self._cares = self._desk.actor.may(Right.TAKE_VITALS)
        self._more = tr("consult") if self._cares else tr("edit")
        self._answer: SearchAnswer | None = None
        self._when_answered: Callable[[], None] | None = None
        self._answered, self._asking, self._noted = "", False, False
        self._lines: list[Line] = []
        self._chosen, self._moved_by_hand = -1, False
        self._build()
        self.quick = QuickView(tr("Choose a person."), buttons=False)
        self.quick.setParent(host)
        self.quick.hide()
        self.hide()
        box.typed.connect(self._typed)
        box.moved.connect(self.move_choice)
        box.opened.connect(partial(self._when_ready, self._open_chosen))
        box.acted.connect(partial(self._when_ready, self._edit_chosen))
        box.left.connect(self._leave)
        box.entered.connect(self._entered)
        box.installEventFilter(self)
        host.installEventFilter(self)

    def _build(self) -> None:
        self.count, self.about = Text("", "smallstrong", tone="text2"), Text("", "caption", align="right")
        columns: list[Column[PatientRow]] = [
            Column("", self._person_cell), Column("", self._date_cell, width=128, align="right"),
        ]  # fmt: skip
        self.people = quiet(RecordTable(columns, name=tr("People found")))
        self.people.clicked.connect(lambda index: self._click(index.row()))
        titles: list[Column[Command]] = [
            Column("", command_cell), Column("", keys_cell, width=128, align="right"),
        ]  # fmt: skip
        self.command_list = quiet(RecordTable(titles, name=tr("Commands"), two_lines=False))
        self.command_list.clicked.connect(lambda index: self._click(index.row()))
        self.nobody = Text("", "small", wrap=True)
        self.near = row(gap=8)
        self.near_chips: list[Button] = []
        self.new = NewPerson()
        self.new.clicked.connect(self._register)
        self.rule = Rule()
        keys = (("↑↓", tr("choose")), ("Enter", tr("open")), ("Ctrl+Enter", self._more))
        caps = [part for key, word in keys for part in (KeyCap(key), Text(word, "caption"), 4)]
        self.hint = Text("", "caption", elide=True)
        inset = (12, 0, 12, 0)
        self.setLayout(
            column(
                row(self.count, None, self.about, margins=inset),
                self.people,
                self.command_list,
                row((self.nobody, 1), margins=inset),
                row(self.near, None, margins=inset),
                Rule(),
                self.new,
                self.rule,
                row((self.hint, 1), *caps, gap=6, margins=inset),
                gap=6,
                margins=(6, 12, 6, 12),
            )
        )

    # ------------------------------------------------------------------ what is asked and shown
    def _entered(self) -> None:
        if self._host.isVisible():
            self._typed(self.box.text())

    def _typed(self, text: str) -> None:
        """A key was typed: ask, unless a question is under way; then the newest text is asked when it is answered."""
        self._moved_by_hand = False
        self._when_answered = None
        if not self.box.hasFocus():
            return
        if text.startswith(">") or not (self._people and self._desk.actor.may(Right.SEE_PATIENTS)):
            self._show_commands(text.removeprefix(">"))
        elif not self._asking:
            self._ask(text)

    def _ask(self, text: str) -> None:
        self._asking = True
        desk, clinic = self._desk, self._desk.clinic.id
        if text.strip():
            query = partial(searching.search, typed=text, today=desk.today, clinic=clinic, limit=READ)
        else:
            query = partial(searching.recent, clinic=clinic, user=desk.actor.user)
        if text.strip() and not self._noted:
            self._noted = True
            desk.note("search")  # that one searched, never what
        desk.tasks.read(query, partial(self._show_answer, text), owner=self, failed=self._failed)

    def _failed(self, failure: Failure) -> None:
        self._asking = False
        self._desk.tell(failure)

    def _show_answer(self, text: str, answer: SearchAnswer) -> None:
        self._asking = False
        now = self.box.text()
        if text != now:
            if not now.startswith(">"):
                self._ask(now)
            return
        if not self.box.hasFocus():
            return
        kept = self._kept_person()
        self._answer, self._answered = answer, text
        self._fill(text, answer, kept)
        waiting, self._when_answered = self._when_answered, None
        if waiting is not None:
            waiting()

    def _kept_person(self) -> bytes | None:
        """Who was chosen by hand stays chosen while they are still found."""
        if not self._moved_by_hand or self._answer is None or not 0 <= self._chosen < len(self._answer.rows):
            return None
        return self._answer.rows[self._chosen].person

    def _fill(self, text: str, answer: SearchAnswer, kept: bytes | None) -> None:
        found = len(answer.rows)
        self._switch(commands=False)
        self.people.records.set_rows(answer.rows)
        self.people.setVisible(found > 0)
        self.people.setFixedHeight(min(found, self._room()) * self.people.row_height + 2)
        self.count.set_text(count_words(answer))
        self.about.set_text("" if not answer.total or answer.recent else tr("by name and community"))
        self.nobody.set_text(nobody_words(text, answer))
        self.nobody.setVisible(not found)
        self._fill_near(answer)
        typed = quotable(text)
        self.new.set_words(
            tr("Register new patient “{typed}”").format(typed=typed) if typed else tr("Register patient")
        )
        self.new.setVisible(self._desk.actor.may(Right.REGISTER_PATIENTS))
        place = next((i for i, person in enumerate(answer.rows) if person.person == kept), 0)
        self._lines = [Line("person", i) for i in range(found)]
        self._lines += [Line("near", i) for i in range(len(answer.nearest))]
        self._lines += [Line("new", 0)] if not self.new.isHidden() else []
        self._choose(-1 if answer.recent and not text else place)
        self._open_up()

    def _fill_near(self, answer: SearchAnswer) -> None:
        clear(self.near)
        self.near_chips = []
        for place, near in enumerate(answer.nearest):
            chip = Button(tr("{word}?").format(word=near.word), "filter", count=near.people)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self._take_near, place))
            self.near.addWidget(chip)
            chip.show()  # now, so that the place taken counts it
            self.near_chips.append(chip)

    def _show_commands(self, text: str) -> None:
        """The commands in which every typed word begins a word."""
        self._answer = self._when_answered = None
        typed = folded(text).split()
        fits = [c for c in self._commands() if all(any(w.startswith(t) for w in folded(c[0]).split()) for t in typed)]
        self._switch(commands=True)
        self.command_list.records.set_rows(fits)
        self.command_list.setFixedHeight(min(len(fits), 10) * self.command_list.row_height + 2)
        self.count.set_text(tr("Commands"))
        self.about.set_text("")
        self.nobody.set_text(tr("No command begins so."))
        self.nobody.setVisible(not fits)
        clear(self.near)
        self.near_chips = []
        self.new.hide()
        self._lines = [Line("command", i) for i in range(len(fits))]
        self._choose(0)
        self._open_up()

    def _switch(self, *, commands: bool) -> None:
        self.people.setVisible(not commands)
        self.command_list.setVisible(commands)
        self.hint.set_text("" if commands else tr("You can add age, community or telephone: “lo pe 58”"))

    # ------------------------------------------------------------------ choosing
    def move_choice(self, step: int) -> None:
        """↑ or ↓: the next line, round at the ends."""
        if not self.isVisible():
            self._typed(self.box.text())
        elif self._lines:
            self._moved_by_hand = True
            start = self._chosen if self._chosen >= 0 else (-1 if step > 0 else 0)
            self._choose((start + step) % len(self._lines))

    def chosen(self) -> PatientRow | None:
        """The person chosen, None when the choice is something else."""
        line = self._line()
        return self._answer.rows[line.place] if line and line.kind == "person" and self._answer else None

    def _line(self) -> Line | None:
        return self._lines[self._chosen] if 0 <= self._chosen < len(self._lines) else None

    def _choose(self, place: int) -> None:
        self._chosen = place if place < len(self._lines) else -1
        line = self._line()
        kind = line.kind if line else ""
        for table, of in ((self.people, "person"), (self.command_list, "command")):
            if line and kind == of:
                table.select_place(line.place)
            else:
                table.clearSelection()
        for i, chip in enumerate(self.near_chips):
            chip.setChecked(bool(line and kind == "near" and line.place == i))
        self.new.set_chosen(kind == "new")
        self.quick.show_row(self.chosen(), self._desk.today)
        self._tell_reader(line)

    def _tell_reader(self, line: Line | None) -> None:
        """A screen reader hears the chosen line, since the focus stays in the box."""
        words = ""
        if line and line.kind == "person" and self._answer:
            person = self._answer.rows[line.place]
            words = f"{person.name}. {wording.meta(person, self._desk.today)}"
        elif line and line.kind == "command":
            words = self.command_list.records.cell_at(line.place, 0).text
        elif line and line.kind == "new":
            words = self.new.accessibleName()
        self.box.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self.box, QAccessible.Event.DescriptionChanged))

    # ------------------------------------------------------------------ acting
    def _when_ready(self, act: Callable[[], None]) -> None:
        text = self.box.text()
        if not text.startswith(">") and (self._asking or (self._answer is not None and text != self._answered)):
            self._when_answered = act
        elif self.isVisible():
            act()
        else:
            self._typed(text)

    def _click(self, place: int) -> None:
        self._choose(place)
        self._open_chosen()

    def _open_chosen(self) -> None:
        line = self._line()
        if line is None:
            return
        if line.kind == "near":
            self._take_near(line.place)
        elif line.kind == "new":
            self._register()
        elif line.kind == "command":
            act = self.command_list.records.row_at(line.place)[2]
            self._leave()
            act()
        elif (person := self.chosen()) is not None:
            self._leave()
            self._desk.open_patient(person.id)

    def _edit_chosen(self) -> None:
        if (person := self.chosen()) is not None:
            self._leave()
            (self._desk.open_consult if self._cares else self._desk.edit_patient)(person.id)

    def _take_near(self, place: int) -> None:
        if self._answer is not None:
            self.box.setText(self._answer.nearest[place].text)

    def _register(self) -> None:
        typed = " ".join(self.box.text().split())
        self._leave()
        self._desk.register_patient("" if typed.startswith(">") else typed)

    def _leave(self) -> None:
        """Esc, or something was opened: empty the box and give the focus back to the page."""
        self._close()
        self.box.clear()
        self._close()
        self.box.leave()

    def _close(self) -> None:
        self._when_answered, self._noted = None, False
        self._answer, self._answered = None, ""
        self.hide()
        self.quick.hide()

    # ------------------------------------------------------------------ place and window
    def _open_up(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def _room(self) -> int:
        """How many lines fit below the box."""
        top = self.box.mapTo(self._host, QPoint(0, self.box.height())).y()
        return max(3, min(SHOWN, (self._host.height() - top - px(190)) // self.people.row_height))

    def _place(self) -> None:
        corner = self.box.mapTo(self._host, QPoint(0, self.box.height() + px(4)))
        width = min(px(WIDTH), self._host.width() - corner.x() - px(12))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        wanted = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        height = max(wanted, layout.totalMinimumSize().height())
        self.setGeometry(QRect(corner, corner + QPoint(width - 1, min(height, self._host.height() - corner.y()) - 1)))
        left = corner.x() + width + px(16)
        beside = QRect(left, corner.y(), min(px(QUICK_WIDTH), self._host.width() - left - px(20)), px(420))
        roomy = beside.width() >= px(300) and self.chosen() is not None
        self.quick.setVisible(roomy)
        if roomy:
            self.quick.setGeometry(beside)
            self.quick.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._host:
            if kind == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif kind == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
                self._close()
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            return self._key(event, kind == QEvent.Type.ShortcutOverride)
        return False

    def _key(self, event: QKeyEvent, asked_first: bool) -> bool:
        """F4 in the box registers who was typed; the window's own F4 opens an empty form."""
        if event.key() != Qt.Key.Key_F4 or event.modifiers() or self.new.isHidden():
            return False
        if asked_first:
            event.accept()
            return True
        self._register()
        return True

    # ------------------------------------------------------------------ cells
    def _person_cell(self, person: PatientRow) -> Cell:
        spans = highlight(person.name, self._answer.query) if self._answer else []
        tags = (wording.records(person.records),) if person.records > 1 else ()
        left = wording.closed(person.status, person.status_on)
        return Cell(
            person.name,
            wording.meta(person, self._desk.today),
            bold=tuple(spans),
            letters=wording.letters(person),
            tags=(left, *tags) if left else tags,
        )

    def _date_cell(self, person: PatientRow) -> Cell:
        return Cell(labels.day(person.registered_on), tr("registered"), tone="text2")
