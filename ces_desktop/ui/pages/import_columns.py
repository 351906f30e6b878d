"""Second step of importing a register: whose it is, and what each column holds, by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.register_files import Table
from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.register_columns import ColumnMapping, NameOrder, Role, check_mapping, guess
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import labels, messages
from ces_desktop.ui.messages import register_columns as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ChoiceField,
    ComboField,
    DateField,
    FieldRow,
    FormFlow,
    Option,
    SectionCard,
    Text,
    TextField,
    box,
    column,
    row,
)

LABEL = 165


@dataclass(frozen=True, slots=True)
class _Line:
    heading: str
    sample: str
    role: Role
    holds: str


class ColumnsStep(QWidget):
    """`show_table(tables, mapping)`, then `mapping()`; `changed` when anything was chosen, `keep_wanted(mapping)`.

    ↑↓ in the table choose a column, Enter goes to what it holds, Enter there takes it and goes on to the next column.
    """

    changed = Signal()
    sheet_chosen = Signal(str)
    kept_chosen = Signal(str)
    keep_wanted = Signal(object)
    go_on = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today, self._table, self._mapping = today, None, ColumnMapping()
        self._fields()
        self._wire()
        options = column(
            row((self.register_row, 1), (self.as_of_row, 1), gap=12),
            row((self.holds_row, 1), (self.order_row, 1), gap=12),
            row((self.kept_row, 1), (self.reused_row, 1), gap=12),
            self.sheet_row,
            gap=6, margins=(16, 10, 16, 10),
        )  # fmt: skip
        choose = row(Text(tr("This column holds"), "label"), (self.role, 1), self.day_label, self.day, gap=8)
        keep = row(self.name, self.keep, gap=8)
        columns = SectionCard(tr("Columns"), (self.columns, 1), choose, icon="list-checks", action=keep, pad=14)
        columns.setMinimumHeight(px(250))
        self._options = box(options, "card")
        self.setLayout(column(self._options, (columns, 1), gap=10))
        self._flow = FormFlow(self._options)
        self._flow.ended.connect(self.columns.setFocus)
        self._flow.save.connect(self.go_on)
        self.setFocusProxy(self.register)

    def _fields(self) -> None:
        self.sheet = ComboField(name=tr("Sheet"))
        self.kept = ComboField(name=tr("Kept mapping"), placeholder=tr("from the headings"))
        self.register = TextField(name=tr("Name of the register"), limit=60, placeholder=tr("Card index of El Mirador"))
        self.as_of = DateField(self._read_day, name=tr("Day of the register"), explain=messages.sentence)
        self.holds = ChoiceField(
            [("people", tr("a person")), ("facts", tr("one fact"))], "people", name=tr("Each row is"), required=True
        )
        self.order = ChoiceField(
            [("given_first", tr("Ana Pérez")), ("surnames_first", tr("Pérez Ana")), ("code", tr("none"))],
            "given_first", name=tr("Names are written"), required=True,
        )  # fmt: skip
        self.reused = ChoiceField(
            [("reject", tr("leave it out")), ("new", tr("somebody else"))], "reject",
            name=tr("Number used twice"), required=True,
        )  # fmt: skip
        for name, label, field in (
            ("sheet_row", tr("Sheet"), self.sheet), ("kept_row", tr("Kept mapping"), self.kept),
            ("register_row", tr("Name of the register"), self.register),
            ("as_of_row", tr("Day of the register"), self.as_of), ("holds_row", tr("Each row is"), self.holds),
            ("order_row", tr("Names are written"), self.order),
            ("reused_row", tr("Number used twice"), self.reused),
        ):  # fmt: skip
            setattr(self, name, FieldRow(label, field, label_width=LABEL, required=name == "register_row"))
        self.columns = RecordTable[_Line](_table_columns(), name=tr("Columns"), two_lines=False)
        self.role = ComboField(name=tr("This column holds"))
        self.day_label = Text(tr("of the day"), "label")
        self.day = DateField(self._read_day, name=tr("Day of this column"), explain=messages.sentence)
        named = tr("Name of the mapping")
        self.name = TextField(name=tr("Keep under the name"), limit=60, width=240, placeholder=named)
        self.keep = Button(tr("Keep mapping"), "secondary", icon="save")

    sheet_row: FieldRow
    kept_row: FieldRow
    register_row: FieldRow
    as_of_row: FieldRow
    holds_row: FieldRow
    order_row: FieldRow
    reused_row: FieldRow

    def _wire(self) -> None:
        self.sheet.chosen.connect(self.sheet_chosen)
        self.kept.chosen.connect(self.kept_chosen)
        self.register.changed.connect(self._store)
        self.as_of.changed.connect(self._store)
        for choice in (self.order, self.reused):
            choice.changed.connect(self._store)
        self.holds.changed.connect(self._other_rows)
        self.columns.selected.connect(self._show_role)
        self.columns.opened.connect(lambda _: self.role.setFocus())
        self.role.chosen.connect(self._choose_role)
        self.day.changed.connect(self._choose_day)
        self.keep.clicked.connect(lambda: self.keep_wanted.emit(replace(self._mapping, name=self.name.value() or "")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in what a column holds, or in its day, goes on to the next column."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (self.role.hasFocus() or self.day.edit.hasFocus()):
            self._next_column()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ filled and read
    def show_table(
        self, tables: tuple[Table, ...], table: Table, mapping: ColumnMapping, kept: tuple[str, ...]
    ) -> None:
        """A table with the mapping to begin with."""
        self._table = table
        self.sheet.set_options([Option(each.name, each.name) for each in tables])
        self.sheet.set_value(table.name)
        self.sheet_row.setVisible(len(tables) > 1)
        self.kept.set_options([Option(name, name) for name in kept])
        self.show_mapping(mapping)

    def show_mapping(self, mapping: ColumnMapping) -> None:
        """Fill every field from a mapping."""
        assert self._table is not None
        self._mapping = mapping.fit(self._table.headings)
        self.kept.set_value(mapping.name or None)
        self.name.set_value(mapping.name or None)
        self.register.set_value(mapping.register or None)
        self.as_of.set_value(mapping.as_of or None)
        self.holds.set_value(mapping.holds)
        self.order.set_value(mapping.name_order)
        self.reused.set_value(mapping.reused)
        self._fill()
        self.columns.select_place(0)
        self._show_role(self.columns.current())

    def mapping(self) -> ColumnMapping:
        """The mapping as it stands."""
        return self._mapping

    def missing(self) -> str | None:
        """The code of what is missing, None when the next step may come."""
        if self.as_of.unread() or self.day.unread():
            return "register_import.as_of_bad"
        return check_mapping(self._mapping)

    def _store(self) -> None:
        order: NameOrder = cast(NameOrder, self.order.value() or "given_first")
        self._mapping = replace(
            self._mapping,
            register=" ".join(self.register.text().split()),
            as_of=self.as_of.value() or "",
            holds="facts" if self.holds.value() == "facts" else "people",
            name_order=order,
            reused="new" if self.reused.value() == "new" else "reject",
        )
        self.changed.emit()

    def _other_rows(self) -> None:
        self._store()
        assert self._table is not None
        guessed = guess(self._table.headings, self._mapping.holds)
        self._mapping = replace(self._mapping, columns=guessed.columns)
        self._fill()
        self._show_role(self.columns.current())
        self.changed.emit()

    # ------------------------------------------------------------------ columns
    def _fill(self) -> None:
        assert self._table is not None
        table, here = self._table, self.columns.currentIndex().row()
        rows = []
        for place, heading in enumerate(table.headings):
            cells = (each.cells[place].strip() for each in table.rows[:50] if place < len(each.cells))
            sample = " · ".join(list(dict.fromkeys(cell for cell in cells if cell))[:3])
            rows.append(_Line(heading, sample[:120], self._mapping.role(heading), self._mapping.holds))
        self.columns.set_rows(rows)
        self.columns.select_place(max(here, 0))
        facts = self._mapping.holds == "facts"
        self.order_row.setVisible(not facts)
        self.reused_row.setVisible(not facts)
        self._roles = wording.roles(self._mapping.holds)
        self.role.set_options([Option(key, name, kind) for key, (_, name, kind) in self._roles.items()])

    def _show_role(self, line: _Line | None) -> None:
        if line is None:
            return
        role = self._mapping.role(line.heading)
        self.role.set_option(Option(role.key, wording.role_name(role, line.holds)))
        dated = role.kind in ("measure", "pressure")
        self.day_label.setVisible(dated)
        self.day.setVisible(dated)
        self.day.set_value(role.day or None)

    def _choose_role(self, key: str) -> None:
        line = self.columns.current()
        if line is None or key not in self._roles:
            return
        old, new = self._mapping.role(line.heading), self._roles[key][0]
        if new.kind in ("measure", "pressure"):
            new = replace(new, day=old.day, unit=old.unit)
        self._mapping = self._mapping.with_role(line.heading, new).fit(self._headings())
        self._fill()
        self._show_role(self.columns.current())
        self.changed.emit()

    def _choose_day(self) -> None:
        line = self.columns.current()
        if line is not None:
            role = replace(self._mapping.role(line.heading), day=self.day.value() or "")
            self._mapping = self._mapping.with_role(line.heading, role).fit(self._headings())
            self._fill()
        self.changed.emit()

    def _next_column(self) -> None:
        self.columns.select_place(self.columns.currentIndex().row() + 1)
        self.columns.setFocus()

    def _headings(self) -> tuple[str, ...]:
        assert self._table is not None
        return self._table.headings

    def _read_day(self, text: str) -> str | None:
        """A day that is not after today."""
        found = parse_day(text, self._today, "past")
        if found is not None and found > self._today:
            raise Refused("register_import.future")
        return found.isoformat() if found else None

    _table: Table | None
    _roles: dict[str, tuple[Role, str, str]]


def _table_columns() -> list[Column[_Line]]:
    def holds(line: _Line) -> Cell:
        used = line.role.kind != "ignore"
        day = f" · {labels.day(line.role.day)}" if line.role.day else ""
        return Cell(wording.role_name(line.role, line.holds) + day, tone="text" if used else "text3", strong=used)

    return [
        Column(tr("Column of the file"), lambda line: Cell(line.heading, strong=True), 240),
        Column(tr("First values"), lambda line: Cell(line.sample, tone="text2")),
        Column(tr("Holds"), holds, 320),
    ]
