"""A row of somebody's register becomes a person with dated facts, and what cannot be kept becomes reasons.

Nothing is written here and nobody is looked up: a row in, a `RowRead` out. A value that cannot be is left out with its
reason; a row without a name (or, of facts, without a number) is left out whole. All of it goes back to the person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ces_desktop.domain import register_cells as cells_of
from ces_desktop.domain.identity import UNKNOWN_BIRTH, Birth, fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.plausibility import judge_pressure
from ces_desktop.domain.register_columns import ColumnMapping, Role
from ces_desktop.domain.register_rows import Fact, Person, RowRead, Trouble, settle_facts
from ces_desktop.domain.registration import Details, check, clean_lines, clean_words
from ces_desktop.errors import Refused

_FATAL = frozenset({"given", "paternal", "maternal", "full_name", "surnames", "identifier"})
"""Columns without which nobody knows who a row is about."""
_KEPT_UNKNOWN = frozenset({"patients.birth_missing", "patients.sex_missing"})


FindPlace = Callable[[str, str], Id | None]
"""(community as written, municipality as written) → the locality, None when it is not known."""


class Reader:
    """Reads the rows of one file by one mapping; `today` bounds every date."""

    def __init__(
        self,
        mapping: ColumnMapping,
        headings: Sequence[str],
        measures: Mapping[str, Measure],
        today: date,
        find_place: FindPlace,
        sex_words: frozenset[str] = frozenset(),
    ) -> None:
        self.mapping, self.measures, self.today = mapping, measures, today
        self._find_place, self._sex_words = find_place, sex_words
        self._roles = [(place, heading, mapping.role(heading)) for place, heading in enumerate(headings)]
        self._single = {role.kind: (place, heading) for place, heading, role in self._roles}
        self._names_of_measures = {
            fold(name): f"measure:{m.code}" for m in measures.values() for name in (m.name_en, m.name_es, m.code)
        }
        self._dated = [each for each in self._roles if each[2].kind in ("measure", "pressure")]

    # ------------------------------------------------------------------ people
    def person(self, line: int, cells: Sequence[str]) -> RowRead:
        """A row that is a person, with what its wide columns measured."""
        row = RowRead(line, number=self._number(cells))
        visit = self._day(row, cells, "visit_on") or self.mapping.as_of
        row.registered_on = self._day(row, cells, "registered_on") or visit or self.today.isoformat()
        details = replace(
            self._names(row, cells),
            birth=self._birth(row, cells, visit or row.registered_on if self._told(cells) else visit),
            sex=self._try(row, "sex", cells, lambda t: cells_of.sex_of(t, self._sex_words)) or "unknown",
            curp=self._cell(cells, "curp"), folder=self._cell(cells, "folder"), phone=self._phone(cells),
            phone_owner=self._cell(cells, "phone_owner"), language=self._cell(cells, "language"),
            mother_name=cells_of.tidy(self._cell(cells, "mother_name")), community=self._place(row, cells),
        )  # fmt: skip
        died = self._day(row, cells, "died_on")
        if died:
            row.facts.append(Fact("died", died))
            row.registered_on = min(row.registered_on, died)
        row.details = self._checked(row, details)
        row.key = row.number or _identity_key(row.details)
        if not row.number and any(trouble.column == self._heading("birth") for trouble in row.troubles):
            row.troubles.append(Trouble("", "register_import.birth_needed", whole=True))
        who = Person(row.details.sex or "unknown", row.details.birth or UNKNOWN_BIRTH, died)
        self._wide(row, cells, who, visit)
        self._belongings(row, cells, visit or row.registered_on)
        settle_facts(row, who)
        return row

    def _told(self, cells: Sequence[str]) -> bool:
        """Whether the row says when it was registered: then an age was stated that day."""
        return bool(self._cell(cells, "registered_on"))

    def _names(self, row: RowRead, cells: Sequence[str]) -> Details:
        whole = self._cell(cells, "full_name")
        if self.mapping.name_order == "code":
            return Details(given=cells_of.called_by(row.number), paternal_kind="unknown", maternal_kind="unknown")
        if whole:
            names = cells_of.split_name(whole, self.mapping.name_order == "surnames_first")
            return Details(given=names.given, paternal=names.paternal, maternal=names.maternal)
        paternal, maternal = cells_of.split_surnames(self._cell(cells, "surnames"))
        paternal = paternal or cells_of.tidy(self._cell(cells, "paternal"))
        maternal = maternal or cells_of.tidy(self._cell(cells, "maternal"))
        no_paternal, no_maternal = cells_of.no_surname(paternal), cells_of.no_surname(maternal)
        return Details(
            given=cells_of.tidy(self._cell(cells, "given")),
            nickname=cells_of.tidy(self._cell(cells, "nickname")),
            paternal="" if no_paternal else paternal,
            paternal_kind="none" if no_paternal else "given",
            maternal="" if no_maternal else maternal,
            maternal_kind="none" if no_maternal else "given",
        )

    def _birth(self, row: RowRead, cells: Sequence[str], stated_on: str) -> Birth:
        found = self._try(row, "birth", cells, lambda text: cells_of.birth_of(text, self.today))
        if found is None and self._cell(cells, "birth_year"):
            parts = [self._cell(cells, part).split(".")[0] for part in ("birth_day", "birth_month", "birth_year")]
            text = "/".join(part.zfill(2) for part in (parts if all(parts) else parts[1:] if parts[1] else parts[2:]))
            found = self._try(row, "birth_year", cells, lambda _: cells_of.birth_of(text, self.today))
        if found is None and self._cell(cells, "age"):
            if not stated_on:
                row.troubles.append(Trouble(self._heading("age"), "register_import.age_undated"))
            else:
                found = self._try(row, "age", cells, lambda text: cells_of.age_of(text, stated_on))
        return found or UNKNOWN_BIRTH

    def _phone(self, cells: Sequence[str]) -> str:
        return self._cell(cells, "phone").replace("/", ",").replace(";", ",").split(",")[0].strip()

    def _place(self, row: RowRead, cells: Sequence[str]) -> Id | None:
        written = self._cell(cells, "community")
        if not written or self.mapping.places.get(fold(written)) == "":
            return None
        found = self._find_place(written, self._cell(cells, "municipality"))
        if found is None:
            row.troubles.append(Trouble(self._heading("community"), "register_import.place_unknown"))
        return found

    def _checked(self, row: RowRead, details: Details) -> Details:
        """The details cleaned; what is wrong in a field that may be missing is left out with its reason."""
        coded = self.mapping.name_order == "code"
        clean, problems = check(details, row.registered_on, self.today)
        dropped: dict[str, Any] = {}
        for problem in problems:
            if problem.code in _KEPT_UNKNOWN or (coded and problem.code == "patients.surname_missing"):
                continue
            whole = problem.field in _FATAL
            row.troubles.append(Trouble(self._heading(problem.field), problem.code, problem.facts, whole))
            if problem.field == "registered_on":
                row.registered_on = self.today.isoformat()
            elif not whole:
                dropped[problem.field] = UNKNOWN_BIRTH if problem.field == "birth" else ""
        return replace(clean, **dropped) if dropped else clean

    def _belongings(self, row: RowRead, cells: Sequence[str], day: str) -> None:
        """Programmes, diagnoses, texts and numbers of other registers."""
        others: list[tuple[str, str]] = []
        for place, heading, role in self._roles:
            text = cells[place].strip() if place < len(cells) else ""
            if role.kind not in ("programme", "diagnosis", "medicines", "note", "other_identifier"):
                continue
            if cells_of.blank(text):
                continue
            try:
                if role.kind == "programme":
                    self._programme(row, role, text, day)
                elif role.kind == "diagnosis":
                    row.facts += [Fact("condition", day, code, text=words, state="active")
                                  for code, words in cells_of.ailments_of(text)]  # fmt: skip
                elif role.kind == "other_identifier":
                    others.append((role.code, clean_words(text)))
                else:
                    note = clean_lines(f"{heading}: {text}", 2_000)
                    row.facts.append(Fact("note", day, code=fold(heading), text=note))
            except Refused as refused:
                row.troubles.append(_trouble(heading, refused))
        row.others = tuple(others)

    def _programme(self, row: RowRead, role: Role, text: str, day: str) -> None:
        if role.answer:
            if role.answer == "yes" and cells_of.box_ticked(text):
                row.facts.append(Fact("enrolment", role.day or day, role.code))
            return
        try:
            answer = cells_of.answer_of(text)
        except Refused:
            since = cells_of.whole_day(text, self.today)
            row.facts.append(Fact("enrolment", since, role.code, onset=since))
            return
        if answer == "yes":
            row.facts.append(Fact("enrolment", role.day or day, role.code))

    # ------------------------------------------------------------------ measures
    def _wide(self, row: RowRead, cells: Sequence[str], who: Person, visit: str) -> None:
        boxes: dict[str, set[str]] = {}
        for place, heading, role in self._dated:
            text = cells[place].strip() if place < len(cells) else ""
            if role.answer:
                try:
                    if cells_of.box_ticked(text):
                        boxes.setdefault(role.code, set()).add(role.answer)
                except Refused as refused:
                    row.troubles.append(_trouble(heading, refused))
                continue
            if cells_of.blank(text):
                continue
            try:
                day = cells_of.whole_day(role.day, self.today) if role.day else visit
                if not day:
                    raise Refused("register_import.no_day")
                row.facts += self._measured(role, text, day, who)
            except Refused as refused:
                row.troubles.append(_trouble(heading, refused))
        for code, answers in boxes.items():
            heading = next(h for _, h, role in self._dated if role.code == code)
            if len(answers) == 2:
                row.troubles.append(Trouble(heading, "register_import.both_boxes"))
            elif not visit:
                row.troubles.append(Trouble(heading, "register_import.no_day"))
            else:
                row.facts.append(Fact("observation", visit, code, word=next(iter(answers))))

    def _measured(self, role: Role, text: str, day: str, who: Person) -> list[Fact]:
        age = who.birth.days_on(date.fromisoformat(day))
        if role.kind == "pressure":
            systolic, diastolic = cells_of.pressure_of(text)
            verdict = judge_pressure(self.measures, systolic, diastolic, who.sex, age)
            if verdict.tier == "impossible":
                raise Refused("register_import.pressure_impossible", meant=verdict.suggestion)
            flagged = verdict.tier == "unlikely"
            return [Fact("observation", day, code, value=value, flagged=flagged)
                    for code, value in (("systolic", systolic), ("diastolic", diastolic))]  # fmt: skip
        measure = self.measures.get(role.code)
        if measure is None:
            raise Refused("register_import.measure_unknown")
        if not measure.numeric:
            return [Fact("observation", day, role.code, word=cells_of.word_of(measure, text))]
        value, flagged = cells_of.number_of(measure, text, who.sex, age, role.unit)
        return [Fact("observation", day, role.code, value=value, flagged=flagged)]

    # ------------------------------------------------------------------ facts
    def fact(self, line: int, cells: Sequence[str], who: Callable[[str], Person | None]) -> RowRead:
        """A row that is one dated fact of somebody registered before; `who(number)` tells about them."""
        row = RowRead(line, number=self._number(cells))
        row.key = row.number
        person = who(row.number) if row.number else None
        if person is None:
            code = "register_import.number_unknown" if row.number else "register_import.number_missing"
            row.troubles.append(Trouble(self._heading("identifier"), code, whole=True))
            return row
        try:
            if self.mapping.has("condition_code", "condition_text"):
                row.facts.append(self._condition(cells))
            else:
                self._dated_fact(row, cells, person)
        except Refused as refused:
            row.troubles.append(replace(_trouble("", refused), whole=True))
        settle_facts(row, person)
        if not row.facts and not row.lost:
            row.troubles = [replace(t, whole=True) for t in row.troubles] or [
                Trouble("", "register_import.nothing_said", whole=True)
            ]
        return row

    def _dated_fact(self, row: RowRead, cells: Sequence[str], person: Person) -> None:
        written = self._cell(cells, "visit_on")
        day = cells_of.whole_day(written, self.today) if written else self.mapping.as_of
        self._wide(row, cells, person, day)
        if not self.mapping.has("fact_code"):
            return
        if not day:
            raise Refused("register_import.no_day")
        said = self.mapping.codes.get(fold(self._cell(cells, "fact_code"))) or self._names_of_measures.get(
            fold(self._cell(cells, "fact_code")), ""
        )
        kind, _, code = said.partition(":")
        if kind not in ("measure", "pressure"):
            raise Refused("register_import.code_unknown")
        text = self._cell(cells, "fact_value")
        if cells_of.blank(text):
            raise Refused("register_import.nothing_said")
        row.facts += self._measured(Role(kind, code, unit=self._cell(cells, "fact_unit")), text, day, person)

    def _condition(self, cells: Sequence[str]) -> Fact:
        word = self._cell(cells, "condition_code") or self._cell(cells, "condition_text")
        said = self.mapping.codes.get(fold(word), "")
        if self.mapping.codes and not said.startswith("condition:"):
            raise Refused("register_import.condition_unlisted")
        found = cells_of.ailments_of(word) if not said else ((said.partition(":")[2], ""),)
        if not found:
            raise Refused("register_import.nothing_said")
        start, end = (self._cell(cells, kind) for kind in ("condition_from", "condition_to"))
        onset = cells_of.partial_day(start, self.today) if not cells_of.blank(start) else ""
        over = cells_of.partial_day(end, self.today) if not cells_of.blank(end) else ""
        day = cells_of.whole_day(over or onset or self.mapping.as_of or self.today.isoformat(), self.today)
        text = clean_words(self._cell(cells, "condition_text"), 200) if not found[0][0] else ""
        state = "resolved" if over else "active"
        return Fact("condition", day, found[0][0], text=text or found[0][1], onset=onset, state=state)

    # ------------------------------------------------------------------ cells
    def _number(self, cells: Sequence[str]) -> str:
        return " ".join(self._cell(cells, "identifier").split())[:60]

    def _cell(self, cells: Sequence[str], kind: str) -> str:
        place = self._single.get(kind, (-1, ""))[0]
        text = cells[place].strip() if 0 <= place < len(cells) else ""
        return "" if cells_of.blank(text) else text

    def _heading(self, kind: str) -> str:
        return self._single.get(kind, (-1, self._single.get("full_name", (-1, kind))[1]))[1]

    def _day(self, row: RowRead, cells: Sequence[str], kind: str) -> str:
        return self._try(row, kind, cells, lambda text: cells_of.whole_day(text, self.today)) or ""

    def _try(
        self, row: RowRead, kind: str, cells: Sequence[str], read: Callable[[str], cells_of.T]
    ) -> cells_of.T | None:
        text = self._cell(cells, kind)
        if not text:
            return None
        try:
            return read(text)
        except Refused as refused:
            row.troubles.append(_trouble(self._heading(kind), refused))
            return None


def _identity_key(details: Details) -> str:
    birth = details.birth or UNKNOWN_BIRTH
    names = (fold(name) for name in (details.given, details.paternal, details.maternal))
    said = "|".join((*names, birth.value or str(birth.stated_age), details.curp))
    return "#" + hashlib.sha256(said.encode()).hexdigest()[:16]


def _trouble(heading: str, refused: Refused) -> Trouble:
    return Trouble(heading, refused.code, tuple(refused.facts.items()))
