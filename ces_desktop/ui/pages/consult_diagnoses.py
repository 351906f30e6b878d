"""Diagnoses of the consult: found by words or code, "1a vez" proposed and switched, how sure, and the prognosis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from PySide6.QtCore import Signal

from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain import coding
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import Diagnosed, Prognosis
from ces_desktop.i18n import language, tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.pages.consult_note import LABEL, LONGEST
from ces_desktop.ui.pages.consult_plan import count_words
from ces_desktop.ui.widgets import (
    Button,
    ChoiceField,
    FieldRow,
    NoteField,
    Option,
    SectionCard,
    Tag,
    Text,
    TextField,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.lookup import LookupField


class DiagnosesSection(SectionCard):
    """`chosen` holds what will be signed. `wanted(typed)` asks for more to choose from: answer by `offer`."""

    changed = Signal()
    diagnosed = Signal()
    wanted = Signal(str)

    def __init__(self, form: VisitForm, on: date, late: bool) -> None:
        super().__init__(tr("Diagnoses"), icon="stethoscope", gap=8)
        self._form, self._on = form, on
        self.chosen: list[Diagnosed] = []
        self._names: dict[Id, str] = {}
        self._found: dict[str, tuple[str, str]] = {}
        self.search = LookupField(placeholder=tr("words or code, as «diab» or «E11»"))
        self.search.wanted.connect(self.wanted)
        self.search.chosen.connect(self._choose)
        self._lines = column(gap=2)
        self.assessment = NoteField(lines=2, placeholder=tr("how it is understood"))
        self.prognosis = ChoiceField(words.prognosis(), name=tr("Prognosis"))
        self.seen_by = TextField(limit=LONGEST, placeholder=tr("who saw the person, if somebody else"))
        self.rows = {
            "diagnoses": FieldRow(tr("Diagnosis"), self.search, label_width=LABEL),
            "assessment": FieldRow(tr("Assessment"), self.assessment, label_width=LABEL),
            "prognosis": FieldRow(tr("Prognosis"), self.prognosis, label_width=LABEL),
        }
        self._list = box(self._lines)
        self._list.hide()
        self.add(self._list, *self.rows.values())
        for control in (self.assessment, self.prognosis, self.seen_by):
            control.changed.connect(self.changed)
        if late:
            self.rows["author_name"] = FieldRow(tr("Seen by"), self.seen_by, label_width=LABEL)
            self.add(self.rows["author_name"])
        self._propose()

    def _propose(self) -> None:
        """The chronic diagnoses of the programmes the person is in, as subsequent: seen, and removed where unfit."""
        for programme in self._form.programmes:
            begins = PROGRAMMES[programme].diagnoses if programme in PROGRAMMES else ()
            fits = (c for c in self._form.conditions if c.state == "active" and c.code.startswith(begins or ("-",)))
            for condition in fits:
                if condition.diagnosis is not None:
                    self._add(condition.diagnosis, condition.code, condition.name(language()), first=False)
        self._show()

    def offer(self, typed: str, found: list[tuple[str, str, str]]) -> None:
        """What fits: (id in hexadecimal, code, name)."""
        self._found |= {key: (code, name) for key, code, name in found}
        self.search.offer(typed, [Option(key, name, dotted(code)) for key, code, name in found])

    def _choose(self, key: str) -> None:
        self.search.set_value(None)
        code, name = self._found[key]
        first = coding.first_time(code, self._form.coded, self._on)
        self._add(Id(bytes.fromhex(key)), code, name, first=first)
        self._show()
        self.diagnosed.emit()
        self.changed.emit()

    def _add(self, diagnosis: Id, code: str, name: str, *, first: bool) -> None:
        if any(d.code == code for d in self.chosen):
            return
        self._names[diagnosis] = name
        self.chosen.append(Diagnosed(diagnosis, code, first))

    def problems(self) -> list[Problem]:
        """What is typed and cannot be read."""
        return [Problem("diagnoses", "consult.unlisted")] if self.search.unlisted() else []

    def prognosis_value(self) -> Prognosis | None:
        """The prognosis chosen."""
        return cast("Prognosis | None", self.prognosis.value())

    def content(self) -> dict[str, str]:
        """Texts as typed, and the diagnoses."""
        lines = [
            [d.diagnosis.hex(), d.code, self._names[d.diagnosis], "yes" if d.first_time else "", d.certainty]
            for d in self.chosen
        ]
        found = {"diagnoses": json.dumps(lines, ensure_ascii=False)}
        held = {
            "assessment": self.assessment.toPlainText(),
            "prognosis": self.prognosis.value() or "",
            "diagnosis_typed": self.search.text(),
            "seen_by": self.seen_by.text(),
        }
        return found | {key: text for key, text in held.items() if text}

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        self.assessment.set_value(content.get("assessment", ""))
        known = dict(words.prognosis())
        self.prognosis.set_value(held if (held := content.get("prognosis")) in known else None)
        self.search.setText(content.get("diagnosis_typed", ""))
        self.seen_by.set_value(content.get("seen_by", ""))
        if "diagnoses" in content:
            self.chosen = []
            for key, code, name, first, certainty in json.loads(content["diagnoses"]):
                self._add(Id(bytes.fromhex(key)), code, name, first=first == "yes")
                self.chosen[-1] = replace(self.chosen[-1], certainty=certainty)
        self._show()

    def state(self) -> tuple[State, str]:
        """How many."""
        n = len(self.chosen)
        return ("ok", count_words(n)) if n else ("unknown", tr("none noted"))

    def _show(self) -> None:
        clear(self._lines)
        for place, each in enumerate(self.chosen):
            name = self._names[each.diagnosis]
            first = Button(tr("First time") if each.first_time else tr("Subsequent"), "filter", mark=False)
            first.setChecked(each.first_time)
            first.setToolTip(tr("Switches between first time and subsequent"))
            sure = Button(tr("Confirmed") if each.certainty == "confirmed" else tr("Presumed"), "filter", mark=False)
            sure.setChecked(each.certainty == "presumed")
            sure.setToolTip(tr("Switches between confirmed and presumed"))
            drop = Button(tr("Remove"), "ghost")
            for button, what in ((first, first.text()), (sure, sure.text()), (drop, tr("Remove"))):
                button.setAccessibleName(f"{name}: {what}")
            first.clicked.connect(lambda _=False, place=place: self._switch(place, first=True))
            sure.clicked.connect(lambda _=False, place=place: self._switch(place, first=False))
            drop.clicked.connect(lambda _=False, place=place: self._drop(place))
            words_ = Text(name, "strong", elide=True)
            self._lines.addWidget(box(row(Tag(dotted(each.code)), (words_, 1), first, sure, drop, gap=6)))
        self._list.setVisible(bool(self.chosen))

    def _switch(self, place: int, *, first: bool) -> None:
        each = self.chosen[place]
        if first:
            self.chosen[place] = replace(each, first_time=not each.first_time)
        else:
            sure = each.certainty == "confirmed"
            self.chosen[place] = replace(each, certainty="presumed" if sure else "confirmed")
        self._show()
        self.diagnosed.emit()
        self.changed.emit()

    def _drop(self, place: int) -> None:
        del self.chosen[place]
        self._show()
        self.diagnosed.emit()
        self.changed.emit()


def dotted(code: str) -> str:
    """`E11.9`: a code as it is written on paper."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
