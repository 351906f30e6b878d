"""Ask for results as a sheet of the laboratory brings them: day of the sample, several analytes, images in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visits import Observed, Pending
from ces_desktop.domain.courses import whole_day
from ces_desktop.domain.laboratory import TESTS
from ces_desktop.domain.measures import Measure, parse, show
from ces_desktop.domain.plausibility import judge
from ces_desktop.domain.visits import IMAGING, LONGEST_NOTE, Measured, text_problems
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services.care import fact_day, refuse_first
from ces_desktop.services.results import Result, Results
from ces_desktop.ui import labels, messages
from ces_desktop.ui.dialogs.dated import day_field, readable
from ces_desktop.ui.messages import visits as sentences
from ces_desktop.ui.pages.patient_words import test_name
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, NoteField, Option, TextField, box, column

LABEL, LAST, LONGEST = 170, 120, 12_000
FEW = 5
"""So many options stand side by side; more are a list."""


class ResultLine(FieldRow):
    """One analyte: its last value, what is typed, and whether that can be. `request` is what it answers."""

    def __init__(
        self, code: str, request: Pending | None, last: Observed | None, file: PatientFile, today: date
    ) -> None:
        self.code, self.request, self._file, self._today = code, request, file, today
        self.measure: Measure | None = measures().get(code)
        self._last = last if last is not None and last.value is not None else None
        self.confirmed = False
        name = test_name(code, request.detail if request else "")
        super().__init__(
            name, self._made(name), last_value=self._held(last), unit=self.measure.unit if self.measure else "",
            label_width=LABEL, last_width=LAST,
        )  # fmt: skip
        self.answered.connect(self._answered)
        if self.measure is not None and isinstance(self.control, TextField) and self.measure.numeric:
            self.control.changed.connect(self._forget)
            self.control.editingFinished.connect(self.look)

    def _made(self, name: str) -> QWidget:
        known = self.measure
        if known is None:
            return NoteField(lines=2, name=name)
        if known.numeric:
            field = TextField(name=name, width=110, align="right", limit=LONGEST)
            return field
        words = known.options_es if language() == "es" else known.options_en
        options = list(zip(known.options, words, strict=True))
        if len(options) <= FEW:
            return ChoiceField(options, name=name)
        return ComboField([Option(key, word) for key, word in options], name=name)

    def _held(self, last: Observed | None) -> str:
        if last is None or self.measure is None:
            return ""
        word = self.measure.option_name(last.word or "", language())
        shown = show(self.measure, last.value) if last.value is not None else word
        return f"{shown} · {labels.day(last.day[:7] or None)}"

    def _forget(self) -> None:
        self.confirmed = False
        self.clear_note()

    def _answered(self, right: bool) -> None:
        self.confirmed = right

    def look(self) -> bool:
        """Judge what is typed; whether it may be kept as it stands."""
        known, field = self.measure, self.control
        if known is None or not isinstance(field, TextField) or not known.numeric:
            return True
        self.clear_note()
        try:
            value = parse(known, field.text())
        except Refused as refusal:
            self.show_error(messages.sentence(refusal))
            return False
        if value is None:
            return True
        who, last = self._file.identity, None
        if self._last is not None and self._last.value is not None:
            last = (self._last.value, (self._today - date.fromisoformat(whole_day(self._last.day))).days)
        found = judge(known, value, who.sex, who.birth.days_on(self._today), last)
        said = sentences.verdict(known, found)
        if found.tier == "impossible":
            if found.suggestion:
                meant = show(known, found.suggestion[0]).removesuffix(".0")
                fix = tr("Use {value}").format(value=meant)
                self.show_note("impossible", said, fix, lambda: field.setText(meant))
            else:
                self.show_note("impossible", said)
            return False
        if found.tier == "unlikely" and not self.confirmed:
            self.show_note("unlikely", said)
            return False
        return True

    def result(self) -> Result | None:
        """What is written; None for nothing. Only after `look`."""
        request = self.request.id if self.request else None
        if isinstance(self.control, NoteField):
            report = self.control.value()
            return Result(Measured(IMAGING), request, report) if report else None
        assert self.measure is not None
        if isinstance(self.control, ChoiceField | ComboField):
            word = self.control.value()
            return Result(Measured(self.code, word=word), request) if word else None
        assert isinstance(self.control, TextField)
        value = parse(self.measure, self.control.text())
        return Result(Measured(self.code, value, confirmed=self.confirmed), request) if value is not None else None


class ResultsDialog(Dialog[Results]):
    """What is pending stands there already; other analytes are added by name. Empty lines stay pending."""

    def __init__(
        self,
        parent: QWidget | None,
        file: PatientFile,
        last: Mapping[str, Observed],
        pending: Sequence[Pending],
        today: date,
        answers: Pending | None = None,
        codes: Sequence[str] = (),
    ) -> None:
        super().__init__(parent, tr("Results"), file.name, primary=tr("Save"), icon="save", width=760)
        self._file, self._last, self._today, self._answers = file, last, today, answers
        self.day = day_field(today, tr("Day of the sample"))
        self.day_row = FieldRow(
            tr("Day of the sample"), self.day, required=True, label_width=LABEL, last_width=LAST
        )
        self.lines: list[ResultLine] = []
        self._place = column(gap=8)
        self.more = ComboField(self._offered(), placeholder=tr("another test"))
        self.more.setFixedWidth(px(300))
        self.more_row = FieldRow(tr("Add a test"), self.more, label_width=LABEL, last_width=LAST)
        self.more.chosen.connect(self._add)
        self.add(self.day_row, box(self._place), self.more_row)
        for each in [*([answers] if answers else []), *(p for p in pending if answers is None or p.id != answers.id)]:
            self._line(each.test if each.test in measures() else IMAGING, each)
        for code in codes:
            if code not in {each.code for each in self.lines}:
                self._line(code, None)
        self.more.set_options(self._offered())
        self.day.setFocus()

    def answer(self) -> Results | None:
        """The results when each may be kept; what may not says so under its field."""
        self.day_row.clear_note()
        try:
            readable(self.day)
            fact_day(self._file, self.day.value() or "", self._today)
        except Refused as refusal:
            self.day_row.show_error(messages.sentence(refusal))
            self.day.setFocus()
            return None
        for each in self.lines:
            if not each.look() or not self._listed(each):
                each.control.setFocus()
                return None
        found = [result for each in self.lines if (result := each.result()) is not None]
        if not found:
            self.more_row.show_error(messages.sentence(Refused("care.results_empty")))
            (self.lines[0].control if self.lines else self.more).setFocus()
            return None
        return Results(self._file.id, self.day.value() or "", tuple(found))

    def _listed(self, each: ResultLine) -> bool:
        """Whether a choice is of the list, and a report can be kept."""
        try:
            if isinstance(each.control, ComboField) and each.control.unlisted():
                raise Refused("consult.unlisted")
            if isinstance(each.control, NoteField):
                refuse_first(text_problems(IMAGING, each.control.value() or "", LONGEST_NOTE))
        except Refused as refusal:
            each.show_error(messages.sentence(refusal))
            return False
        return True

    def _offered(self) -> list[Option]:
        taken = {each.code for each in self.lines}
        tests = [Option(code, test_name(code)) for code in TESTS if code not in taken]
        return [*tests, Option(IMAGING, tr("Image or another study, in words"))]

    def _add(self, code: str) -> None:
        said_in_words = self._answers is not None and self._answers.test not in measures()
        line = self._line(code, self._answers if said_in_words and code != IMAGING else None)
        self.more.set_value(None)
        self.more.set_options(self._offered())
        line.control.setFocus()

    def _line(self, code: str, request: Pending | None) -> ResultLine:
        line = ResultLine(code, request, self._last.get(code), self._file, self._today)
        before = self.lines[-1].control if self.lines else self.day.edit
        self.lines.append(line)
        self._place.addWidget(line)
        line.show()
        QWidget.setTabOrder(before, line.control)
        QWidget.setTabOrder(line.control, self.more)
        return line
