"""Ask about seminars: what it is, who came, the questions of its quiz, what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.seminars import Seminar
from ces_desktop.domain import seminars as rules
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import LETTERS, MOST_QUESTIONS, Moment, Presence, SeminarKind
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.services.seminars import QuestionForm, SeminarForm, check, check_questions
from ces_desktop.ui import labels
from ces_desktop.ui.dialogs.dated import Check, day_field, readable, refused
from ces_desktop.ui.dialogs.staff import any_day
from ces_desktop.ui.widgets import ChoiceField, Dialog, FieldRow, TextField

LABEL = 170
People = Sequence[tuple[Id, str]]


class SeminarDialog(Dialog[SeminarForm]):
    """A seminar or course, new or corrected."""

    def __init__(self, parent: QWidget | None, today: date, new: Id, held: Seminar | None = None) -> None:
        title = tr("Correct the seminar") if held else tr("New seminar or course")
        super().__init__(parent, title, primary=tr("Save"), icon="save", width=720)
        self._new = held.id if held else new
        kinds = [("seminar", tr("Seminar")), ("course", tr("Course"))]
        self.kind = ChoiceField(kinds, held.kind if held else "seminar", name=tr("What it is"), required=True)
        self.named, self.giver, self.place, self.topics = (
            TextField(value, name=name, limit=LONGEST_TEXT)
            for value, name in (
                (held.title if held else "", tr("Title")),
                (held.institution if held else "", tr("Institution")),
                (held.place if held else "", tr("Where")),
                (held.topics if held else "", tr("Topics")),
            )
        )
        self.first = any_day(today, tr("First day"), held.from_on if held else today.isoformat())
        self.until = any_day(today, tr("Last day"), held.until_on if held else "")
        self.hours = _number(held.hours if held else None, tr("Hours"))
        self.passing = _number(held.pass_score if held else None, tr("Quiz to pass"))
        self.kind_row = FieldRow(tr("What it is"), self.kind, required=True, label_width=LABEL)
        self.named_row = FieldRow(tr("Title"), self.named, required=True, label_width=LABEL)
        self.text_rows = [FieldRow(f.accessibleName(), f, label_width=LABEL)
                          for f in (self.giver, self.place, self.topics)]  # fmt: skip
        self.first_row = FieldRow(tr("First day"), self.first, required=True, label_width=LABEL)
        self.until_row = FieldRow(tr("Last day"), self.until, label_width=LABEL)
        self.hours_row = FieldRow(tr("Hours"), self.hours, label_width=LABEL)
        self.passing_row = FieldRow(tr("Quiz to pass"), self.passing, label_width=LABEL, unit="%")
        self.rows = [self.kind_row, self.named_row, *self.text_rows[:1], self.first_row, self.until_row,
                     *self.text_rows[1:], self.hours_row, self.passing_row]  # fmt: skip
        self.add(*self.rows)
        self.kind.setFocus()

    def answer(self) -> SeminarForm | None:
        """The seminar when it may be kept; the sentence stands under the field otherwise."""
        form = SeminarForm(
            id=self._new,
            title=self.named.text(),
            institution=self.giver.text(),
            kind=cast(SeminarKind, self.kind.value()),
            from_on=self.first.value() or "",
            until_on=self.until.value() or "",
            place=self.place.text(),
            topics=self.topics.text(),
            hours=_read(self.hours),
            pass_score=_read(self.passing),
        )
        under = {
            "seminars.no_title": self.named_row,
            "staff.no_first_day": self.first_row,
            "seminars.hours": self.hours_row,
            "seminars.percent": self.passing_row,
        }
        checks: list[Check] = [
            (self.first_row, lambda: readable(self.first)),
            (self.until_row, lambda: readable(self.until)),
            (self.named_row, _clean(self.named)),
            *((each, _clean(cast(TextField, each.control))) for each in self.text_rows),
            *((each, _only(code, form)) for code, each in under.items()),
            (self.until_row, lambda: check(form)),
        ]
        return None if refused(self.rows, checks) else form


@dataclass(frozen=True, slots=True)
class Marked:
    """Who came to a session."""

    session: Id
    marks: tuple[tuple[Id, Presence], ...]


class AttendanceDialog(Dialog[Marked]):
    """Who came to one session: a letter for each person."""

    def __init__(self, parent: QWidget | None, held: Seminar, people: People) -> None:
        super().__init__(parent, tr("Attendance"), held.title, primary=tr("Save"), icon="save", width=720)
        self._seminar = held
        waiting = [s for s in held.sessions if all(key[0] != s.id for key in held.marks)]
        first = (waiting or list(held.sessions))[0]
        sessions = [(s.id.hex(), labels.day(s.day)) for s in held.sessions]
        self.session = ChoiceField(sessions, first.id.hex(), name=tr("Session"), required=True)
        presences = [("present", tr("Attended it")), ("absent", tr("Did not come")), ("excused", tr("Excused"))]
        self.marks = {person: ChoiceField(presences, name=name) for person, name in people}
        self.add(FieldRow(tr("Session"), self.session, required=True, label_width=LABEL))
        for (_, name), field in zip(people, self.marks.values(), strict=True):
            self.add(FieldRow(name, field, label_width=LABEL))
        self.session.changed.connect(self._fill)
        self._fill()
        (next(iter(self.marks.values()), self.session) if len(sessions) < 2 else self.session).setFocus()

    def _fill(self) -> None:
        session = Id(bytes.fromhex(self.session.value() or ""))
        for person, field in self.marks.items():
            known = self._seminar.marks.get((session, person))
            field.set_value(None if known is None or known[1] == "expected" else known[1])

    def answer(self) -> Marked | None:
        """Everybody of whom something is said."""
        said = [(person, field.value()) for person, field in self.marks.items()]
        marks = tuple((person, cast(Presence, value)) for person, value in said if value is not None)
        return Marked(Id(bytes.fromhex(self.session.value() or "")), marks)


class QuestionsDialog(Dialog[tuple[QuestionForm, ...]]):
    """Three to five questions with their answers, divided by semicolons, and the letter of the right one."""

    def __init__(self, parent: QWidget | None, held: Seminar) -> None:
        text = tr("The same questions before and after. Divide the answers by a semicolon: 140/90; 130/80; 150/90")
        super().__init__(parent, tr("Questions of the quiz"), text, primary=tr("Save"), icon="save", width=820)
        self.fields: list[tuple[TextField, TextField, TextField]] = []
        self.rows: list[FieldRow] = []
        for n in range(MOST_QUESTIONS):
            known = held.questions[n] if n < len(held.questions) else None
            words = tr("Question {n}").format(n=n + 1)
            one = TextField(known.text if known else "", name=words, limit=LONGEST_TEXT)
            offered = TextField("; ".join(known.options) if known else "", name=tr("Answers to choose from"), limit=400)
            right = TextField(LETTERS[known.correct - 1] if known else "", name=tr("Right answer"), width=60, limit=1)
            self.fields.append((one, offered, right))
            self.rows += [
                FieldRow(words, one, required=n < rules.FEWEST_QUESTIONS, label_width=LABEL),
                FieldRow(tr("Answers to choose from"), offered, label_width=LABEL),
                FieldRow(tr("Right answer"), right, label_width=LABEL),
            ]
        self.add(*self.rows)
        self.fields[0][0].setFocus()

    def answer(self) -> tuple[QuestionForm, ...] | None:
        """The questions when they may be kept; the sentence stands under the field otherwise."""
        forms = [self._form(n) for n in range(MOST_QUESTIONS)]
        written = [(n, form) for n, form in enumerate(forms) if form.text.strip() or any(form.options)]
        checks: list[Check] = []
        for n, form in written:
            checks.append((self.rows[3 * n], _clean(self.fields[n][0])))
            checks += [(self.rows[3 * n + k], _alone(form, code))
                       for k, code in ((1, "seminars.options"), (2, "seminars.correct"))]  # fmt: skip
        asked = tuple(form for _, form in written)
        checks.append((self.rows[3 * min(len(asked), MOST_QUESTIONS - 1)], lambda: check_questions(asked)))
        return None if refused(self.rows, checks) else asked

    def _form(self, n: int) -> QuestionForm:
        one, offered, right = self.fields[n]
        options = tuple(part.strip() for part in offered.text().split(";") if part.strip())
        letter = right.text().strip().lower()
        return QuestionForm(one.text(), options, LETTERS.find(letter) + 1 if letter else 0)


@dataclass(frozen=True, slots=True)
class Sheets:
    """What was answered, before or after, on a day."""

    moment: Moment
    day: str
    sheets: tuple[tuple[Id, tuple[int, ...] | None], ...]


class QuizDialog(Dialog[Sheets]):
    """The answers of each person as letters in a row: "abca", a hyphen for one left empty; empty = not taken."""

    def __init__(self, parent: QWidget | None, held: Seminar, people: People, today: date) -> None:
        text = tr("One letter for each question, as in «abca»; a hyphen for one left empty.")
        super().__init__(parent, tr("Quiz: {title}").format(title=held.title), text, primary=tr("Save"), icon="save",
                         width=720)  # fmt: skip
        self._seminar, self._options = held, [len(q.options) for q in held.questions]
        before = any(key[1] == "pre" for key in held.answers)
        moments = [("pre", tr("Before")), ("post", tr("After"))]
        self.moment = ChoiceField(moments, "post" if before else "pre", name=tr("When"), required=True)
        self.day = day_field(today, tr("Day"))
        self.answers = {person: TextField(name=name, limit=12) for person, name in people}
        self.moment_row = FieldRow(tr("When"), self.moment, required=True, label_width=LABEL)
        self.day_row = FieldRow(tr("Day"), self.day, required=True, label_width=LABEL)
        self.rows = {person: FieldRow(name, self.answers[person], label_width=LABEL) for person, name in people}
        self.add(self.moment_row, self.day_row, *self.rows.values())
        self.moment.changed.connect(self._fill)
        self._fill()
        self.moment.setFocus()

    def _fill(self) -> None:
        moment = cast(Moment, self.moment.value())
        for person, field in self.answers.items():
            chosen = self._seminar.choices(person, moment)
            field.set_value(rules.as_letters(chosen) if any(c is not None for c in chosen) else None)

    def answer(self) -> Sheets | None:
        """The answers when each is one letter for each question; the sentence stands under the field otherwise."""
        checks: list[Check] = [(self.day_row, lambda: readable(self.day))]
        checks += [(self.rows[person], self._readable(field)) for person, field in self.answers.items()]
        if refused([self.moment_row, self.day_row, *self.rows.values()], checks):
            return None
        sheets = tuple((person, self._read(field)) for person, field in self.answers.items())
        return Sheets(cast(Moment, self.moment.value()), self.day.value() or "", sheets)

    def _read(self, field: TextField) -> tuple[int, ...] | None:
        return rules.letters(field.text(), self._options) if field.text().strip() else None

    def _readable(self, field: TextField) -> Callable[[], object]:
        def look() -> None:
            if field.text().strip() and self._read(field) is None:
                raise Refused("seminars.choices")

        return look


def _number(value: int | None, name: str) -> TextField:
    return TextField("" if value is None else str(value), name=name, width=80, align="right", limit=4)


def _read(field: TextField) -> int | None:
    """What is written; 0, which no rule allows, where it is no number."""
    text = field.value()
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() else 0


def _only(code: str, form: SeminarForm) -> Callable[[], object]:
    def look() -> None:
        try:
            check(form)
        except Refused as refusal:
            if refusal.code == code:
                raise

    return look


def _alone(form: QuestionForm, code: str) -> Callable[[], object]:
    def look() -> None:
        try:
            check_questions([form] * rules.FEWEST_QUESTIONS)
        except Refused as refusal:
            if refusal.code == code:
                raise

    return look


def _clean(field: TextField) -> Callable[[], object]:
    return lambda: clean_text(field.text())
