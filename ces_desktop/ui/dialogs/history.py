"""Who wrote what and when: the values one field had, or everything done to a record."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.history import Act, FieldVersion, field_history, record_history
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Dialog, Text


def show_field(desk: Desk, parent: QWidget, patient: Id, title: str, fields: tuple[str, ...]) -> HistoryDialog:
    """The values of a field of the person's row (several where one line shows several), newest first."""
    dialog = HistoryDialog(parent, tr("History of {field}").format(field=title.lower()))

    def show(versions: tuple[FieldVersion, ...]) -> None:
        dialog.fill([_version_cells(version, len(fields) > 1) for version in versions])

    query = partial(field_history, patient=patient, table="patient", entity=patient, fields=fields)
    desk.tasks.read(query, show, owner=dialog)
    dialog.open()
    return dialog


def show_record(desk: Desk, parent: QWidget, patient: Id, title: str, table: str = "") -> HistoryDialog:
    """Everything done to a record, or to the rows of one `table` of it, newest first."""
    dialog = HistoryDialog(parent, title)

    def show(acts: tuple[Act, ...]) -> None:
        wanted = [act for act in acts if not table or any(change.table == table for change in act.changes)]
        dialog.fill([_act_cells(act) for act in wanted])

    query = partial(record_history, patient=patient, clinic=desk.clinic.id, limit=1000)
    desk.tasks.read(query, show, owner=dialog)
    dialog.open()
    return dialog


Cells = tuple[Cell, Cell]


class HistoryDialog(Dialog[bool]):
    """A table of two columns: what, and when by whom. Only to look at."""

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent, title, primary=tr("Close"), width=760)
        self.secondary.hide()
        columns: list[Column[Cells]] = [
            Column(tr("What"), lambda cells: cells[0]),
            Column(tr("When and who"), lambda cells: cells[1], width=240),
        ]
        self.table = RecordTable(columns, name=title)
        self.table.setMinimumHeight(px(300))
        self.nothing = Text(tr("Nothing was written in this field."), "small")
        self.nothing.hide()
        self.add((self.table, 1), self.nothing)

    def fill(self, rows: list[Cells]) -> None:
        """Show the rows; none says so."""
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.table.setFocus()

    def answer(self) -> bool:
        """Closing is all there is."""
        return True


def _version_cells(version: FieldVersion, named: bool) -> Cells:
    act, change = version.act, version.change
    new = wording.value(change.field, change.new)
    if change.how == "made":
        text = new
    elif change.how == "voided":
        text = tr("Voided ({reason})").format(reason=new)
    elif change.how == "restored":
        text = tr("Valid again")
    else:
        text = f"{wording.value(change.field, change.old)} → {new}"
    if named:
        text = f"{wording.field_name(change.table, change.field)}: {text}"
    title, _ = wording.act_words(act)
    return Cell(text, title, tone="text3" if act.undone else "text"), _when(act)


def _act_cells(act: Act) -> Cells:
    title, text = wording.act_words(act)
    return Cell(title, text, tone="text3" if act.undone else "text"), _when(act)


def _when(act: Act) -> Cell:
    return Cell(labels.moment(act.at, CLINIC_ZONE), act.user_name or tr("unknown person"))
