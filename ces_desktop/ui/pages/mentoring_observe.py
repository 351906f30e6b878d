"""During the visit: the consults that are watched, one after the other, each against a checklist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.checklists import offered
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import LONGEST, MOST_OBSERVED, Checklist, Observed, Result, Session
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages.mentoring_answers import Answers
from ces_desktop.ui.pages.mentoring_people import PersonField
from ces_desktop.ui.pages.mentoring_words import person_words, tongue
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    FieldRow,
    FormFlow,
    KeyCap,
    Option,
    SectionCard,
    Text,
    TextField,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.form import go_on

USUAL = "chronic"
"""Code of the list to begin with where none was used yet."""


class Observe(QWidget):
    """One consult at a time; the others stand over it as tabs. `changed` when anything is answered or written."""

    changed = Signal()

    def __init__(self, desk: Desk, fresh: Callable[[], Id]) -> None:
        super().__init__()
        self._fresh = fresh
        self._held: list[Observed] = []
        self._at = 0
        self._lists: dict[Id, Checklist] = {}
        self._rows: dict[Id, PatientRow] = {}
        self.person = PersonField(desk, tr("Whose consult"))
        self.list = ComboField(name=tr("Checklist"))
        self.note = TextField(name=tr("What was seen besides"), limit=LONGEST)
        self.answers = Answers()
        self.another = Button(tr("Another consult"), "secondary", icon="plus")
        self.remove = Button(tr("Take this one out"), "ghost")
        self._tabs = row(gap=4)
        self.heading = Text("", "section")
        keys = row(KeyCap("1–4"), Text(tr("answers and goes on"), "caption"), gap=6)
        self.card = SectionCard(
            tr("Observed consult"),
            row((FieldRow(tr("Whose consult"), self.person, label_width=110), 1)),
            row((FieldRow(tr("Checklist"), self.list, label_width=110), 1)),
            self.answers,
            FieldRow(tr("Besides"), self.note, label_width=110),
            icon="clipboard-list", action=keys,
        )  # fmt: skip
        top = row((box(self._tabs), 1), self.remove, self.another, gap=8)
        self.setLayout(column(top, self.card, None, gap=8))
        self.setFocusProxy(self.person)
        self._flow = FormFlow(self.card, lambda: [self.person, self.list, *self.answers.fields, self.note])
        self._flow.ends_at(self.another)
        self.person.changed.connect(self._take)
        self.person.chosen.connect(self._chosen)
        self.note.changed.connect(self._take)
        self.answers.changed.connect(self._take)
        self.list.changed.connect(self._other_list)
        self.another.clicked.connect(self._begin)
        self.remove.clicked.connect(self._drop)

    def show_session(
        self, session: Session, lists: Mapping[Id, Checklist], patients: Mapping[Id, PatientRow]
    ) -> None:
        """Show the consults of a session; the first of them, or an empty one to begin with."""
        self._lists, self._held, self._at = dict(lists), list(session.observed), 0
        self._rows.update(patients)
        names = [Option(each.id.hex(), each.names[tongue()], _version(each)) for each in offered(self._lists)]
        self.list.set_options(names)
        if not self._held:
            self._held = [self._new()]
        self._show()

    def value(self) -> tuple[Observed, ...]:
        """The consults in which anything was answered, written, or somebody was named."""
        return tuple(o for o in self._held if o.results or o.note or o.patient is not None)

    def rows(self) -> Mapping[Id, PatientRow]:
        """The people known by name."""
        return self._rows | self.person.rows

    def _new(self) -> Observed:
        """The next consult: the list of the one before, else the first that is offered."""
        usual = next((o.checklist for o in reversed(self._held)), None)
        known = offered(self._lists)
        first = next((each for each in known if each.code == USUAL), next(iter(known), None))
        checklist = usual if usual is not None else first.id if first else Id(bytes(16))
        return Observed(self._fresh(), None, checklist)

    def _show(self) -> None:
        consult = self._held[self._at]
        self.person.show_person(consult.patient, self._rows.get(consult.patient) if consult.patient else None)
        shown = self._lists.get(consult.checklist)
        if shown is not None:
            self.list.set_option(Option(shown.id.hex(), shown.names[tongue()]))
        self.note.set_value(consult.note)
        self._show_items(shown, dict(consult.results))
        self._show_tabs()

    def _show_items(self, checklist: Checklist | None, results: dict[Id, Result]) -> None:
        """The items stand between list and note for Tab too, though they were made last."""
        self.answers.show_list(checklist, results)
        stops: list[QWidget] = [self.list, *self.answers.fields, self.note]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _show_tabs(self) -> None:
        clear(self._tabs)
        n = len(self._held)
        title = tr("Observed consult {n} of {all}").format(n=self._at + 1, all=n)
        self.card.title.set_text(title)
        self.remove.setVisible(n > 1)
        self.another.setEnabled(n < MOST_OBSERVED)
        for place, consult in enumerate(self._held):
            button = Button(f"{place + 1} · {person_words(consult.patient, self.rows())}", "filter")
            button.setChecked(place == self._at)
            button.clicked.connect(lambda _=False, place=place: self._go(place))
            self._tabs.addWidget(button)
        self._tabs.addStretch(1)

    def _go(self, place: int) -> None:
        self._at = place
        self._show()
        self.person.setFocus(Qt.FocusReason.TabFocusReason)

    def _begin(self) -> None:
        if len(self._held) < MOST_OBSERVED:
            self._held.append(self._new())
            self._go(len(self._held) - 1)

    def _drop(self) -> None:
        del self._held[self._at]
        self._go(max(0, self._at - 1))
        self.changed.emit()

    def _take(self) -> None:
        """What the fields hold now."""
        self._rows.update(self.person.rows)
        self._held[self._at] = replace(
            self._held[self._at],
            patient=self.person.patient(),
            note=self.note.text(),
            results=self.answers.results(),
        )
        self.changed.emit()

    def _chosen(self, _key: str) -> None:
        """Somebody was chosen: there is nothing left to say in that field."""
        self._take()
        self._show_tabs()
        go_on(self.person)

    def _other_list(self) -> None:
        """Another checklist: its items, with nothing answered yet."""
        key = self.list.value()
        if key is None or Id(bytes.fromhex(key)) == self._held[self._at].checklist:
            return
        chosen = Id(bytes.fromhex(key))
        self._held[self._at] = replace(self._held[self._at], checklist=chosen, results={})
        self._show_items(self._lists.get(chosen), {})
        self.changed.emit()


def _version(checklist: Checklist) -> str:
    return tr("version {n}").format(n=checklist.version)
