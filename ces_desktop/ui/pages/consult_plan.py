"""What follows from the consult: the plan in words, laboratory requests, the next visit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.laboratory import TESTS
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import Requested
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages.consult_note import LABEL, LONGEST
from ces_desktop.ui.widgets import (
    Button,
    CheckBox,
    ComboField,
    DateField,
    FieldRow,
    NoteField,
    Option,
    SectionCard,
    Text,
    TextField,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.combo import narrow

FREE = "free:"
IMAGING = "imaging"


class PlanSection(SectionCard):
    """Plan, requests, next visit. `on` = the day of the consult, from which `+28` counts."""

    changed = Signal()

    def __init__(self, on: date, measures: Mapping[str, Measure], fresh: Callable[[], Id]) -> None:
        super().__init__(tr("Plan and next visit"), icon="calendar", gap=8)
        self._on, self._measures, self._fresh = on, measures, fresh
        self.plan = NoteField(lines=2, placeholder=tr("advice, referrals, what to watch"))
        self.tests = ComboField(find=self._find, placeholder=tr("test or image"))
        self.requests: list[Requested] = []
        self._lines = column(gap=2)
        self.next_on = DateField(self._read_day, placeholder="+28", show=labels.day, explain=sentence)
        self.next_reason = TextField(limit=LONGEST, placeholder=tr("what for"))
        self.rows = {
            "plan": FieldRow(tr("Plan"), self.plan, label_width=LABEL),
            "requests": FieldRow(tr("Laboratory"), self.tests, label_width=LABEL),
            "next_on": FieldRow(tr("Next visit"), self.next_on, label_width=LABEL),
            "next_reason": FieldRow(tr("Reason for it"), self.next_reason, label_width=LABEL),
        }
        self.add(self.rows["plan"], self.rows["requests"], row(LABEL, (box(self._lines), 1)))
        self.add(self.rows["next_on"], self.rows["next_reason"])
        for control in (self.plan, self.next_on, self.next_reason):
            control.changed.connect(self.changed)
        self.tests.chosen.connect(self._ask_for)

    def propose(self, day: date | None) -> None:
        """The next visit by the protocol, if nothing is written."""
        if day is not None and self.next_on.value() is None and not self.next_on.edit.text():
            self.next_on.set_value(day.isoformat())
            self.next_on.caption.set_text(labels.weekday_day(day))

    def ask_for(self, test: str, detail: str = "") -> None:
        """Add a request, once for each test."""
        if any(r.test == test and r.detail == detail for r in self.requests):
            return
        self.requests.append(Requested(self._fresh(), test, detail))
        self._show_requests()
        self.changed.emit()

    def problems(self) -> list[Problem]:
        """What is typed and cannot be read."""
        found = []
        if self.next_on.unread():
            found.append(Problem("next_on", "consult.next_unread"))
        if self.tests.unlisted():
            found.append(Problem("requests", "consult.unlisted"))
        return found

    def content(self) -> dict[str, str]:
        """Texts as typed, and the requests."""
        held = {
            "plan": self.plan.toPlainText(),
            "next_on": self.next_on.edit.text(),
            "next_reason": self.next_reason.text(),
            "request_typed": self.tests.text(),
        }
        found = {key: text for key, text in held.items() if text or key == "next_on"}
        if self.requests:
            lines = [[r.id.hex(), r.test, r.detail, "yes" if r.urgent else ""] for r in self.requests]
            found["requests"] = json.dumps(lines, ensure_ascii=False)
        return found

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        self.plan.set_value(content.get("plan", ""))
        self.next_reason.set_value(content.get("next_reason", ""))
        self.tests.setText(content.get("request_typed", ""))
        self.next_on.edit.setText(content.get("next_on", ""))
        self.next_on._read()
        self.requests = [
            Requested(Id(bytes.fromhex(key)), test, detail, urgent == "yes")
            for key, test, detail, urgent in json.loads(content.get("requests", "[]"))
        ]
        self._show_requests()

    def state(self) -> tuple[State, str]:
        """The day of the next visit."""
        day = self.next_on.value()
        return ("ok", labels.day(day)) if day else ("unknown", tr("no date"))

    def _read_day(self, text: str) -> str | None:
        found = parse_day(text, self._on)
        if found is not None and found <= self._on:
            raise Refused("visits.next_past")
        return found.isoformat() if found else None

    def _find(self, typed: str) -> list[Option]:
        words = language()
        options = [Option(code, self._measures[code].name(words)) for code in TESTS if code in self._measures]
        found = narrow([*options, Option(IMAGING, tr("Image (X-ray, ultrasound…)"))], typed)
        name = " ".join(typed.split())
        return [*found, Option(FREE + name, tr("Ask for «{name}»").format(name=name))] if name else found

    def _ask_for(self, key: str) -> None:
        self.tests.set_value(None)
        if key.startswith(FREE):
            self.ask_for("other", key.removeprefix(FREE))
        else:
            self.ask_for(key)

    def _show_requests(self) -> None:
        clear(self._lines)
        for place, asked in enumerate(self.requests):
            name = self._test_name(asked)
            urgent = CheckBox(tr("urgent"))
            urgent.setChecked(asked.urgent)
            urgent.toggled.connect(lambda on, place=place: self._set_urgent(place, on))
            drop = Button(tr("Remove"), "ghost")
            drop.setAccessibleName(tr("Remove {what}").format(what=name))
            drop.clicked.connect(lambda _=False, place=place: self._drop(place))
            parts: list[QWidget] = [urgent, drop]
            if asked.test == IMAGING:
                detail = TextField(
                    asked.detail, name=tr("Which image"), limit=LONGEST, placeholder=tr("which, of what")
                )
                detail.changed.connect(lambda place=place, field=detail: self._set_detail(place, field.text()))
                self._lines.addWidget(box(row(name_of(name), (detail, 1), *parts)))
            else:
                self._lines.addWidget(box(row((name_of(name), 1), *parts)))

    def _test_name(self, asked: Requested) -> str:
        if asked.test in self._measures:
            return self._measures[asked.test].name(language())
        return tr("Image") if asked.test == IMAGING else asked.detail

    def _set_urgent(self, place: int, urgent: bool) -> None:
        asked = self.requests[place]
        self.requests[place] = Requested(asked.id, asked.test, asked.detail, urgent)
        self.changed.emit()

    def _set_detail(self, place: int, detail: str) -> None:
        asked = self.requests[place]
        self.requests[place] = Requested(asked.id, asked.test, detail, asked.urgent)
        self.changed.emit()

    def _drop(self, place: int) -> None:
        del self.requests[place]
        self._show_requests()
        self.changed.emit()


def name_of(text: str) -> Text:
    """A name that is shortened where it has no room."""
    return Text(text, "small", elide=True)


def count_words(n: int) -> str:
    """`2 anotados`."""
    return trn("{n} noted", "{n} noted", n).format(n=n)
