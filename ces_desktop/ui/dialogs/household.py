"""Ask for a household: a new one, its facts corrected, which one a person goes to, or who joins it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.data.queries.households import HouseholdFile, HouseholdRow
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.search import SearchAnswer, search
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_lines
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.households import CreateHousehold, EditHousehold
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import ComboField, Dialog, FieldRow, NoteField, Option, TextField

LABEL = 120


class _HouseDialog(Dialog[Any]):
    """The fields both share: community, head, how to find the house."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        communities: Sequence[CommunityRow],
        people: Sequence[PatientRow],
    ) -> None:
        super().__init__(parent, title, text, primary=tr("Save"), icon="save", width=600)
        self.community = ComboField([Option(c.id.hex(), c.name, c.municipality) for c in communities])
        self.head = ComboField([Option(p.id.hex(), p.name, p.human_id) for p in people])
        self.directions = NoteField(lines=3, placeholder=tr("how to find the house"))
        self.community_row = FieldRow(tr("Community"), self.community, label_width=LABEL)
        self.head_row = FieldRow(tr("Head"), self.head, label_width=LABEL)
        self.directions_row = FieldRow(tr("Directions"), self.directions, label_width=LABEL)
        self.add(self.community_row, self.head_row, self.directions_row)
        self.head_row.setVisible(bool(people))
        self.community.setFocus()

    def checked(self) -> bool:
        """Whether what is written can be saved; the reason stands under its field otherwise."""
        rows = ((self.community_row, self.community), (self.head_row, self.head))
        right = True
        for row, combo in rows:
            row.clear_note()
            if combo.unlisted():
                row.show_error(sentence(Refused("registration.unlisted")))
                right = False
        self.directions_row.clear_note()
        try:
            clean_lines(self.directions.toPlainText())
        except Refused as refused:
            self.directions_row.show_error(sentence(refused))
            right = False
        return right


class CreateDialog(_HouseDialog):
    """A new household; its id is made here, so that two Enters create one."""

    def __init__(
        self,
        parent: QWidget | None,
        household: Id,
        communities: Sequence[CommunityRow],
        first: PatientRow | None = None,
    ) -> None:
        number = tr("The number is given when it is saved.")
        text = tr("{name} lives in it.").format(name=first.name) if first else number
        super().__init__(parent, tr("New household"), text, communities, [first] if first else [])
        self._household, self._first = household, first
        if first is not None:
            self.head.set_value(first.id.hex())
            known = next((c for c in communities if c.name == first.community), None)
            self.community.set_value(known.id.hex() if known else None)

    def answer(self) -> CreateHousehold | None:
        """The request, or None while something is wrong."""
        if not self.checked():
            return None
        members = (self._first.id,) if self._first else ()
        return CreateHousehold(
            self._household, _id(self.community), _id(self.head), self.directions.toPlainText(), members
        )


class EditDialog(_HouseDialog):
    """Community, head and directions of a household."""

    def __init__(self, parent: QWidget | None, file: HouseholdFile, communities: Sequence[CommunityRow]) -> None:
        text = tr("If the community changes, everybody who lives in the house goes with it.")
        title = tr("Household {n}").format(n=file.row.number)
        super().__init__(parent, title, text, communities, file.members)
        self._household = file.row.id
        if file.row.community is not None:
            self.community.set_option(Option(file.row.community.hex(), file.row.community_name))
        if file.row.head is not None:
            self.head.set_option(Option(file.row.head.hex(), file.row.head_name))
        self.directions.set_value(file.row.directions)

    def answer(self) -> EditHousehold | None:
        """The request, or None while something is wrong."""
        if not self.checked():
            return None
        return EditHousehold(self._household, _id(self.community), _id(self.head), self.directions.toPlainText())


class ChooseDialog(Dialog[Id]):
    """To which household a person goes."""

    def __init__(self, parent: QWidget | None, who: PatientRow, households: Sequence[HouseholdRow]) -> None:
        super().__init__(parent, tr("In which household?"), who.name, primary=tr("Put there"), width=560)
        options = [
            Option(h.id.hex(), tr("Household {n}").format(n=h.number), h.head_name or h.community_name)
            for h in households
        ]
        self.household = ComboField(options, placeholder=tr("number or head"))
        self.row = FieldRow(tr("Household"), self.household, required=True, label_width=LABEL)
        self.add(self.row)
        self.household.setFocus()

    def answer(self) -> Id | None:
        """The household chosen; None keeps the dialog open with the reason."""
        chosen = _id(self.household)
        if chosen is None:
            self.row.show_error(sentence(Refused("registration.unlisted")))
        return chosen


class JoinDialog(Dialog[PatientRow]):
    """Who joins a household: found as anywhere, by the beginnings of the names."""

    def __init__(self, parent: QWidget | None, desk: Desk, title: str) -> None:
        super().__init__(parent, title, primary=tr("Add"), width=620)
        self._desk = desk
        self.typed = TextField(placeholder=tr("name, number or community"), limit=200)
        self.typed.setAccessibleName(tr("Search a person"))
        self.people = RecordTable[PatientRow](
            [
                Column(tr("Person"), lambda p: Cell(p.name, words.meta(p, desk.today), strong=True)),
                Column(tr("Household"), lambda p: Cell(_house(p)), 90, align="right"),
            ],
            name=tr("Search a person"),
        )
        self.people.setMinimumHeight(px(300))
        self.add(self.typed, (self.people, 1))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(120)
        self._timer.timeout.connect(self._find)
        self.typed.changed.connect(self._timer.start)
        self.typed.returnPressed.connect(self.people.setFocus)
        self.people.opened.connect(lambda _: self.primary.click())
        self.primary.set_possible(False, tr("Nothing is chosen"))
        self.typed.setFocus()

    def answer(self) -> PatientRow | None:
        """The person chosen."""
        return self.people.current()

    def _find(self) -> None:
        typed, today, clinic = self.typed.text(), self._desk.today, self._desk.clinic.id
        self._desk.tasks.read(
            lambda c: search(c, typed, today, clinic), self._found, owner=self, latest="household.join"
        )

    def _found(self, answer: SearchAnswer) -> None:
        self.people.set_rows(answer.rows)
        if answer.rows:
            self.people.select_place(0)
        self.primary.set_possible(bool(answer.rows), tr("Nothing is chosen"))


def _house(who: PatientRow) -> str:
    return "–" if who.household_number is None else str(who.household_number)


def _id(combo: ComboField) -> Id | None:
    key = combo.value()
    return Id(bytes.fromhex(key)) if key else None

