"""Rows of the consult that take a measure: last value beside it, judged as it is typed, with a chip and a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain import plausibility
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.plausibility import OK, Verdict
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import GLUCOSE, Measured
from ces_desktop.domain.vital_signs import complete
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.messages import visits as wording
from ces_desktop.ui.pages.consult_help import field_help
from ces_desktop.ui.pages.consult_values import Subject, as_typed, change_words, last_words, left_out, short
from ces_desktop.ui.pages.registration_fields import narrow_buttons
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import ChoiceField, FieldRow
from ces_desktop.ui.widgets.field_row import NoteLevel
from ces_desktop.ui.widgets.layout import bring_into_view
from ces_desktop.ui.widgets.number_field import Measuring, NumberField

LABEL, LAST, SLOT = 164, 122, 200
COMPACT, SLOT_COMPACT = (88, 104), 162
BOX, BOX_OF_PAIR, NARROWER = 96, 60, 10
CONFIRMED = "!"
"""Ends the draft's key of a value that was said to be right."""
Chip = tuple[State, str] | None


class MeasureRow(FieldRow):
    """What all rows of the consult share; `codes` are the measures a row may give, `changed` any edit, `left` that the
    cursor should go on. `chip` says the state of the values typed (code → value), None = nothing to say."""

    changed = Signal()
    left = Signal()

    def __init__(
        self, codes: tuple[str, ...], label: str, control: QWidget, last: str, *, slot: int = SLOT
    ) -> None:
        super().__init__(label, control, last_value=last, label_width=LABEL, last_width=LAST, slot=slot)
        self.codes, self._slot = codes, slot
        self.chip: Callable[[Mapping[str, int]], Chip] = lambda _: None
        self.due = ""
        self.taken: dict[str, Observed] = {}

    def show_note(
        self, level: NoteLevel, text: str, fix_text: str = "", fix: Callable[[], None] | None = None
    ) -> None:
        """As of any row; the note is brought into view with its field."""
        super().show_note(level, text, fix_text, fix)
        QTimer.singleShot(0, self, partial(bring_into_view, self))

    def set_compact(self, compact: bool) -> None:
        """Narrower columns, where the form has little room."""
        self.set_widths(*(COMPACT if compact else (LABEL, LAST)), self._slot and (SLOT_COMPACT if compact else SLOT))

    def measured(self) -> list[Measured]:
        """What was answered and can be kept; empty for nothing."""
        raise NotImplementedError

    def problems(self) -> list[Problem]:
        """What is typed and cannot be read."""
        return []

    def content(self) -> dict[str, str]:
        """What was typed, for the draft."""
        raise NotImplementedError

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        raise NotImplementedError

    def take(self, observed: Mapping[str, Observed]) -> None:
        """Show what was measured already for this consult; what is being typed stays."""
        new = {code: each for code, each in observed.items() if code in self.codes}
        if new != self.taken:
            if not self.content() or self._as_taken():
                self.fill({code: as_typed(each, self._measure(code)) for code, each in new.items()})
            self.taken = new

    def left_out(self) -> bool:
        """A dash was typed: it was looked at and not measured."""
        return False

    def copy_last(self) -> None:
        """`=`: today is like the last value shown; the cursor goes on."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "=":
            self.copy_last()
        else:
            super().keyPressEvent(event)

    def removed(self) -> list[Id]:
        """Observations taken before that were cleared here."""
        said = {m.code for m in self.measured()}
        pair = bool(said & set(GLUCOSE))
        return [o.id for code, o in self.taken.items() if code not in said and not (pair and code in GLUCOSE)]

    def draft_keys(self) -> tuple[str, ...]:
        """Under which keys a draft keeps what is typed here."""
        return self.codes

    def kept_of_taken(self) -> dict[str, str]:
        """What was measured already, in the words of a draft."""
        return {code: as_typed(each, self._measure(code)) for code, each in self.taken.items()}

    def resume(self, content: Mapping[str, str], taken_then: Mapping[str, str]) -> None:
        """Show what a draft kept, unless it was not touched and somebody measured since: then that stays."""
        keys = self.draft_keys()
        mine, then = ({k: v for k, v in held.items() if k in keys} for held in (content, taken_then))
        if self.kept_of_taken() == then or (mine and mine != then):
            self.fill(content)

    def _as_taken(self) -> bool:
        typed = self.kept_of_taken()
        return bool(typed) and {k: v for k, v in self.content().items() if not k.endswith(CONFIRMED)} == typed

    def _measure(self, code: str) -> Measure:
        raise NotImplementedError


class NumberRow(MeasureRow):
    """One number (`codes` of one measure) or a blood pressure ("systolic", "diastolic")."""

    def __init__(self, subject: Subject, codes: tuple[str, ...], label: str = "") -> None:
        self.subject = subject
        self._measures = [subject.measures[code] for code in codes]
        pair = len(codes) == 2
        names = [m.name(language()) for m in self._measures]
        self.boxes = [
            NumberField(
                name=name,
                width=BOX_OF_PAIR if pair else BOX,
                complete=partial(self._complete, m),
            )
            for m, name in zip(self._measures, names, strict=True)
        ]
        self.field = Measuring(*self.boxes, unit=self._measures[0].unit)
        super().__init__(codes, label or names[0], self.field, last_words(subject, codes))
        self._verdict, self._confirmed = OK, False
        for place, (box, measure) in enumerate(zip(self.boxes, self._measures, strict=True)):
            box.setWhatsThis(field_help(measure, subject.sex, subject.age_days))
            box.settle = partial(self._settle, place)
            box.left.connect(partial(self._go_on, place))
        self.field.changed.connect(self._edited)
        self.answered.connect(self._said)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        width = (BOX_OF_PAIR if len(self.boxes) == 2 else BOX) - (NARROWER if compact else 0)
        for each in self.boxes:
            each.setFixedWidth(px(width))

    def _complete(self, measure: Measure, text: str) -> bool:
        return complete(measure, text, self.subject.sex, self.subject.age_days)

    def values(self) -> dict[str, int]:
        """The numbers that can be read, by code."""
        return {code: value for code, value in zip(self.codes, self._read()[0], strict=True) if value is not None}

    def measured(self) -> list[Measured]:
        confirmed = self._confirmed
        return [Measured(code, value, None, confirmed) for code, value in self.values().items()]

    def problems(self) -> list[Problem]:
        values, verdict, failure = self._read()
        if failure is not None:
            facts = tuple(failure.facts.items())
            return [Problem(self.codes[0], failure.code, facts)]
        unread = any(v is None and box.text().strip() for v, box in zip(values, self.boxes, strict=True))
        if verdict.tier == "impossible" and unread:  # 120 over 8.5: half a pressure is not kept without the other
            return [Problem(self.codes[0], "measures.impossible")]
        if verdict.tier == "unlikely" and not self._confirmed:
            return [Problem(self.codes[0], "measures.unconfirmed")]
        return []

    def left_out(self) -> bool:
        texts = [box.text() for box in self.boxes if box.text().strip()]
        return bool(texts) and all(left_out(text) for text in texts)

    def copy_last(self) -> None:
        held = [self.subject.last.get(code) for code in self.codes]
        found = [each for each in held if each is not None and each.value is not None]
        if len(found) < len(self.codes):
            return
        for box, measure, each in zip(self.boxes, self._measures, found, strict=True):
            box.set_value(as_typed(each, measure))
        self._confirmed = False
        self.changed.emit()
        if self.judge().tier not in ("impossible", "unlikely"):
            self.boxes[-1].setFocus()
            self.left.emit()

    def content(self) -> dict[str, str]:
        held = {code: box.text() for code, box in zip(self.codes, self.boxes, strict=True) if box.text().strip()}
        if held and self._confirmed:
            held[self.codes[0] + CONFIRMED] = "yes"
        return held

    def fill(self, content: Mapping[str, str]) -> None:
        for code, box in zip(self.codes, self.boxes, strict=True):
            box.set_value(content.get(code, ""))
        self._confirmed = self.codes[0] + CONFIRMED in content
        self.judge()

    def judge(self) -> Verdict:
        """Look at what is typed: chip and note; the verdict."""
        _, verdict, failure = self._read()
        self._verdict = verdict
        self.clear_note()
        if failure is not None:
            self.show_note("impossible", sentence(failure))
            self.set_chip("bad", tr("Not a number"))
        elif verdict.tier == "impossible":
            fix_text = tr("Use {value}").format(value=self._written(verdict.suggestion)) if verdict.suggestion else ""
            fix = (lambda: self._take(verdict.suggestion)) if verdict.suggestion else None
            self.show_note("impossible", self._words(verdict), fix_text, fix)
            self.set_chip("bad", tr("Impossible"))
        elif verdict.tier == "unlikely":
            self.set_chip("warn", tr("Unlikely"))
            if not self._confirmed:
                self.show_note("unlikely", self._words(verdict))
        else:
            self._show_state(verdict)
        return verdict

    def _read(self) -> tuple[list[int | None], Verdict, Refused | None]:
        """(values, verdict, why it cannot be read)."""
        who, values = self.subject, []
        if self.left_out():
            return [None] * len(self.codes), OK, None
        verdicts = []
        for code, measure, box in zip(self.codes, self._measures, self.boxes, strict=True):
            try:
                value, verdict = plausibility.read(
                    measure, box.text(), who.sex, who.age_days, who.last_value(code), who.changes
                )
            except Refused as failure:
                return [None] * len(self.codes), OK, failure
            values.append(value)
            verdicts.append(verdict)
        if len(values) == 2 and values[0] is not None and values[1] is not None:
            before = who.last_value("systolic"), who.last_value("diastolic")
            last = (before[0], before[1]) if before[0] and before[1] else None
            verdict = plausibility.judge_pressure(who.measures, values[0], values[1], who.sex, who.age_days, last)
            return values, verdict, None
        order = ("impossible", "unlikely", "abnormal", "ok")
        return values, min(verdicts, key=lambda v: order.index(v.tier)), None

    def _settle(self, place: int) -> bool:
        """The number in a box is done. Of a pair the first waits for the second: 13/8 is understood only together."""
        if len(self.boxes) == 2 and place == 0 and not self.boxes[1].text() and self._read()[2] is None:
            return True
        return self.judge().tier not in ("impossible", "unlikely") and not self.has_note()

    def _go_on(self, place: int) -> None:
        if place + 1 < len(self.boxes):
            self.boxes[place + 1].setFocus()
            self.boxes[place + 1].selectAll()
        else:
            self.left.emit()

    def _edited(self) -> None:
        self._confirmed = False
        if self.has_note() or not any(box.text() for box in self.boxes):
            self.clear_note()
        self.set_chip("due", self.due) if self.due and not self.content() else self.set_chip(None)
        self.changed.emit()

    def _said(self, right: bool) -> None:
        if right:
            self._confirmed = True
            self.judge()
            self.changed.emit()
            self.boxes[-1].setFocus()
            self.left.emit()
        else:
            self.boxes[0].setFocus()
            self.boxes[0].selectAll()

    def _take(self, meant: tuple[int, ...]) -> None:
        for box, measure, value in zip(self.boxes, self._measures, meant, strict=False):
            box.set_value(short(measure, value))
        self.judge()
        self.changed.emit()
        if not self.has_note():
            self.boxes[-1].setFocus()
            self.left.emit()

    def _show_state(self, verdict: Verdict) -> None:
        values = self.values()
        said = self.chip(values) if values else (("due", self.due) if self.due else None)
        if self.left_out():
            said = "unknown", tr("Not measured")
        if said is None and verdict.tier == "abnormal":
            said = "warn", tr("Low") if verdict.code == "measures.low" else tr("High")
        self.set_chip(*(said or (None, "")))
        if said is None and values and self.codes == ("weight",):
            self.set_remark(change_words(self.subject, self._measures[0], values["weight"]))

    def _words(self, verdict: Verdict) -> str:
        said = wording.verdict(self._measures[0], verdict)
        return said or sentence(Refused("measures.impossible"))

    def _written(self, values: tuple[int, ...]) -> str:
        return "/".join(short(m, v) for m, v in zip(self._measures, values, strict=False))

    def _measure(self, code: str) -> Measure:
        return self.subject.measures[code]


class GlucoseRow(NumberRow):
    """A glucose: one number on the screen, kept under one of three codes by the moment it was taken.

    `moment_row` goes under it; a moment that nobody said is kept as not known.
    """

    def __init__(self, subject: Subject) -> None:
        held = max((o for code in GLUCOSE if (o := subject.last.get(code))), key=lambda o: o.day, default=None)
        last = {**subject.last, **({code: replace(held, code=code) for code in GLUCOSE} if held else {})}
        moments = [("fasting", tr("Fasting")), ("random", tr("Not fasting"))]
        self.moment = ChoiceField(moments, name=tr("Moment"), unsure=True)
        super().__init__(replace(subject, last=last), ("glucose_unknown",), tr("Capillary glucose"))
        names = dict([*moments, ("unknown", tr("Not known"))])
        words = names.get(held.code.removeprefix("glucose_"), "") if held else ""
        when = f"{words} · {subject.day_words(held.day)}" if held else ""
        narrow_buttons(self.moment)
        self.moment_row = FieldRow(
            tr("Moment"), self.moment, last_value=when, label_width=LABEL, last_width=LAST
        )
        self.moment.changed.connect(self._moment_said)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.moment_row.set_widths(*(COMPACT if compact else (LABEL, LAST)), 0)

    def content(self) -> dict[str, str]:
        text = self.boxes[0].text()
        typed = {"glucose": text} if text.strip() else {}
        if typed and self._confirmed:
            typed["glucose" + CONFIRMED] = "yes"
        return typed | ({"moment": moment} if (moment := self.moment.value()) else {})

    def draft_keys(self) -> tuple[str, ...]:
        return "glucose", "moment"

    def kept_of_taken(self) -> dict[str, str]:
        found = {}
        for code, each in self.taken.items():
            found = {"glucose": as_typed(each, self._measure(code)), "moment": code.removeprefix("glucose_")}
        return found

    def fill(self, content: Mapping[str, str]) -> None:
        taken = next((code for code in GLUCOSE if code in content), None)
        moment = taken.removeprefix("glucose_") if taken else content.get("moment")
        self.moment.set_value(moment if moment in ("fasting", "random", "unknown") else None)
        self._set_code()
        typed = content.get(taken or "glucose", "")
        confirmed = {self.codes[0] + CONFIRMED: "yes"} if "glucose" + CONFIRMED in content else {}
        super().fill({self.codes[0]: typed, **confirmed})

    def take(self, observed: Mapping[str, Observed]) -> None:
        found = {code: each for code, each in observed.items() if code in GLUCOSE}
        if found != self.taken and (not self.content() or self._as_taken()):
            self.fill({code: as_typed(each, self._measure(code)) for code, each in found.items()})
        self.taken = found

    def _as_taken(self) -> bool:
        return {m.code: m.value for m in self.measured()} == {code: o.value for code, o in self.taken.items()}

    def _moment_said(self) -> None:
        self._set_code()
        self.judge()
        self.changed.emit()

    def _set_code(self) -> None:
        self.codes = (f"glucose_{self.moment.value() or 'unknown'}",)
        self._measures = [self.subject.measures[self.codes[0]]]
