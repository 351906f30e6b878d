"""The fields of a person: laid out, read as plain details, filled from a file or a draft, and told what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ces_desktop.data.queries.communities import MOST, CommunityRow
from ces_desktop.data.queries.households import HouseholdRow
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.identity import Sex
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import EARLIEST_REGISTRATION, Details, Problem, check
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages.registration_fields import (
    MOST_LETTERS,
    BirthField,
    NameField,
    SurnameField,
    languages,
    narrow_buttons,
    text_field,
    typed_in,
)
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    ChoiceField,
    ComboField,
    DateField,
    FieldRow,
    Option,
    ScrollBody,
    SectionCard,
    TextField,
    column,
    hide_unless,
    yes_no_field,
)
from ces_desktop.ui.widgets.combo import folded, narrow

NEW_HOUSEHOLD = "new"
ADD = "add:"
TWO_COLUMNS = 830
LABEL = 104
Control = TextField | SurnameField | BirthField | ChoiceField | DateField
"""What a row of the form holds: each says `changed`."""


class RegistrationForm(QWidget):
    """`changed` on every edit; `add_community(name)` when the person wants a locality that no list has;
    `places_wanted(typed)` when there may be more localities than the form holds: answer by `add_places`.

    `content()` and `fill()` carry the texts as typed (drafts); `read()` the details with everything wrong in them.
    """

    changed = Signal()
    add_community = Signal(str)
    places_wanted = Signal(str)

    def __init__(self, today: date, *, editing: bool) -> None:
        super().__init__()
        self.today, self.editing = today, editing
        self._communities: tuple[CommunityRow, ...] = ()
        self._households: tuple[HouseholdRow, ...] = ()
        self.rows: dict[str, FieldRow] = {}
        self._make_fields()
        self._lay_out()
        self.community.changed.connect(self._community_changed)
        self.household.changed.connect(self._household_changed)

    def _make_fields(self) -> None:
        self.given, self.nickname = NameField(), NameField()
        self.paternal, self.maternal = SurnameField(tr("First surname")), SurnameField(tr("Second surname"))
        sexes = [("female", tr("Woman")), ("male", tr("Man")), ("intersex", tr("Intersex"))]
        self.sex = ChoiceField(sexes, name=tr("Sex"), unsure=True)
        narrow_buttons(self.sex)
        self.birth = BirthField(self.today, self._told_on)
        self.curp = TextField(limit=MOST_LETTERS)
        self.folder = TextField(limit=MOST_LETTERS)
        self.registered = DateField(self._registration_day, width=112, explain=sentence)
        self.registered.set_value(self.today.isoformat())
        self.community = ComboField(find=self._find_community)
        self.household = ComboField(find=self._find_household, placeholder=tr("number or head"))
        self.mother_name = NameField()
        self.phone = TextField(limit=MOST_LETTERS)
        self.phone_owner = TextField(limit=MOST_LETTERS, placeholder=tr("own, of a daughter…"))
        self.language = ComboField(languages(), free=True)
        self.reads = yes_no_field(name=tr("Can read"))
        narrow_buttons(self.reads)
        self.privacy = ChoiceField([("yes", tr("Yes")), ("no", tr("No"))], name=tr("Privacy notice read"))

    def _field(
        self, key: str, label: str, control: Control, *, required: bool = False, width: int = LABEL, note: str = ""
    ) -> FieldRow:
        self.rows[key] = FieldRow(label, control, required=required, label_width=width, note=note)
        control.changed.connect(self.changed)
        return self.rows[key]

    def _lay_out(self) -> None:
        """Two columns that become one where the window is narrow; the order is that of asking."""
        self._pairs: list[tuple[QBoxLayout, int, int]] = []
        who = SectionCard(tr("Who it is"), icon="user", gap=6, pad=12)
        who.add(
            self._pair(
                self._field("given", tr("Given names"), self.given, required=True),
                self._field("nickname", tr("Nickname"), self.nickname),
            ),
            self._pair(
                self._field("paternal", tr("First surname"), self.paternal, required=True),
                self._field("maternal", tr("Second surname"), self.maternal),
            ),
            self._pair(
                (self._field("sex", tr("Sex"), self.sex, required=True), 0),
                (self._field("birth", tr("Born"), self.birth, required=True), 1),
            ),
        )
        place = SectionCard(tr("Where they live"), icon="map-pin", gap=6, pad=12)
        place.add(
            self._field("community", tr("Community"), self.community),
            self._field("household", tr("Household"), self.household),
        )
        papers = SectionCard(tr("Papers"), icon="id-card", gap=6, pad=12)
        papers.add(
            self._field("curp", "CURP", self.curp),
            self._field("folder", tr("Paper folder"), self.folder),
        )
        registered = self._field("registered_on", tr("Registered on"), self.registered)
        hide_unless(registered, not self.editing)
        papers.add(registered)
        contact = SectionCard(tr("Contact"), icon="phone", gap=6, pad=12)
        contact.add(
            self._field("mother_name", tr("Mother's name"), self.mother_name),
            self._field("phone", tr("Telephone"), self.phone),
            self._field("phone_owner", tr("Whose"), self.phone_owner),
            self._field("language", tr("Language"), self.language),
            self._field("reads", tr("Can read"), self.reads),
        )
        consent = SectionCard(tr("Consent"), icon="shield-check", gap=6, pad=12)
        consent.add(self._field("privacy", tr("Notice read"), self.privacy))
        hide_unless(consent, not self.editing)
        left = column(place, papers, None, gap=10)
        right = column(contact, consent, None, gap=10)
        self.setLayout(column(who, self._pair((left, 1), (right, 1), gaps=(10, 10)), None, gap=10))

    def _pair(self, *items: object, gaps: tuple[int, int] = (16, 6)) -> QBoxLayout:
        """Two beside each other, or one under the other, with the gap of each."""
        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for item in items:
            part, stretch = item if isinstance(item, tuple) else (item, 1)
            if isinstance(part, QWidget):
                layout.addWidget(part, stretch, Qt.AlignmentFlag.AlignTop)
            else:
                layout.addLayout(part, stretch)
        self._pairs.append((layout, *gaps))
        return layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= px(TWO_COLUMNS)
        for layout, beside, under in self._pairs:
            layout.setSpacing(px(beside if wide else under))
            layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def hand(self) -> str:
        """The field the person was in last: the key of its row."""
        inside = self.focusWidget()
        return next((key for key, row in self.rows.items() if inside and row.isAncestorOf(inside)), "given")

    def go_to(self, key: str) -> None:
        """Put the cursor into a field, the first one where there is none of that key."""
        self.rows.get(key, self.rows["given"]).control.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_places(self, communities: Sequence[CommunityRow], households: Sequence[HouseholdRow]) -> None:
        """The lists to choose from; what was chosen stays."""
        self._communities, self._households = tuple(communities), tuple(households)
        self._asked = ""

    def add_places(self, found: Sequence[CommunityRow]) -> None:
        """Localities found by what was typed, beside those the form holds."""
        held = {place.id for place in self._communities}
        self._communities += tuple(place for place in found if place.id not in held)
        self.community.offer_again()

    def content(self) -> dict[str, str]:
        """Everything as typed, for a draft."""
        return {
            **{key: typed_in(row.control) for key, row in self.rows.items() if key not in ("paternal", "maternal")},
            "paternal": self.paternal.text(),
            "maternal": self.maternal.text(),
            "paternal_kind": self.paternal.kind(),
            "maternal_kind": self.maternal.kind(),
            "community_text": self.community.text(),
            "household_text": self.household.text(),
        }

    def fill(self, content: Mapping[str, str]) -> None:
        """Show a draft."""
        for key in ("given", "nickname", "curp", "folder", "mother_name", "phone", "phone_owner"):
            text_field(self.rows[key].control).set_value(content.get(key, ""))
        for surname, field in (("paternal", self.paternal), ("maternal", self.maternal)):
            field.set_surname(content.get(surname, ""), content.get(f"{surname}_kind", "given"))
        for key, choice in (("sex", self.sex), ("reads", self.reads), ("privacy", self.privacy)):
            choice.set_value(content.get(key) or None)
        self.birth.set_text(content.get("birth", ""))
        self.registered.edit.setText(content.get("registered_on", ""))
        self.registered.edit.changed.emit()
        self.language.setText(content.get("language", ""))
        for key, combo in (("community", self.community), ("household", self.household)):
            _choose(combo, content.get(key, ""), content.get(f"{key}_text", ""))

    def show_file(self, file: PatientFile) -> None:
        """Show a registered person."""
        who = file.identity
        texts = {"given": who.given, "nickname": who.nickname, "curp": who.curp, "folder": file.folder}
        texts |= {"mother_name": who.mother_name, "phone": who.phone, "phone_owner": file.phone_owner}
        for key, text in texts.items():
            text_field(self.rows[key].control).set_value(text)
        self.paternal.set_surname(who.paternal, who.paternal_kind)
        self.maternal.set_surname(who.maternal, who.maternal_kind)
        self.sex.set_value(who.sex)
        self.birth.set_birth(who.birth)
        self.registered.set_value(file.registered_on)
        self.language.setText(file.language or "")
        self.reads.set_value(file.reads)
        _choose(self.community, file.community.hex() if file.community else "", file.community_name or "")
        number = file.household_number
        shown = household_words(number) if number is not None else ""
        _choose(self.household, file.household.hex() if file.household else "", shown)

    def start_with(self, typed: str) -> None:
        """The name searched for in vain: its letters go into the given names."""
        words = " ".join(word for word in typed.split() if not any(mark.isdigit() for mark in word))
        self.given.set_value(words)

    def set_community(self, community: Id, name: str) -> None:
        """Choose a locality that was just added."""
        self.community.set_option(Option(community.hex(), name))
        self._household_fits()

    def set_home(self, household: Id, words: str) -> None:
        """Choose the household of a sibling, and its community."""
        self.household.set_option(Option(household.hex(), words))
        house = next((h for h in self._households if h.id == household), None)
        if house is not None and house.community is not None:
            self.community.set_option(Option(house.community.hex(), house.community_name))
        self.changed.emit()

    def new_household(self) -> bool:
        """Whether a household is to be started for the person."""
        return self.household.value() == NEW_HOUSEHOLD

    def registered_on(self) -> str:
        """ISO day of registration, "" when it cannot be read."""
        return self.registered.value() or ""

    def read(self) -> tuple[Details, tuple[Problem, ...]]:
        """The details, cleaned, and everything wrong with them."""
        found: list[Problem] = []
        birth = None
        try:
            birth = self.birth.birth()
        except Refused as refused:
            found.append(Problem("birth", refused.code, tuple(refused.facts.items())))
        for key, combo in (("community", self.community), ("household", self.household)):
            if combo.unlisted():
                found.append(Problem(key, "registration.unlisted"))
        reads = self.reads.value()
        details = Details(
            given=self.given.text(),
            paternal=self.paternal.text(),
            maternal=self.maternal.text(),
            paternal_kind=self.paternal.kind(),
            maternal_kind=self.maternal.kind(),
            nickname=self.nickname.text(),
            sex=cast(Sex | None, self.sex.value()),
            birth=birth,
            curp=self.curp.text(),
            folder=self.folder.text(),
            mother_name=self.mother_name.text(),
            phone=self.phone.text(),
            phone_owner=self.phone_owner.text(),
            language=self.language.text(),
            reads=reads,
            community=_id(self.community.value()),
            household=_id(self.household.value()),
        )
        clean, problems = check(details, self.registered_on(), self.today)
        said = {problem.field for problem in found}
        problems = (*found, *(problem for problem in problems if problem.field not in said))
        places = list(self.rows)
        return clean, tuple(sorted(problems, key=lambda problem: places.index(problem.field)))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong under each field and go to the first one."""
        for row in self.rows.values():
            row.clear_note()
        for problem in problems:
            self.rows[problem.field].show_note("missing", sentence(problem.refusal()), *self._fix(problem))
        if problems:
            control = self.rows[problems[0].field].control
            control.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, control, lambda: self._bring_into_view(problems[0].field))

    def _fix(self, problem: Problem) -> tuple[str, Callable[[], None]] | tuple[()]:
        """What Enter does about it, where there is one thing to do."""
        if problem.code == "patients.surname_missing":
            return tr("Has none"), lambda: self._take(self.paternal.none.click)
        if problem.code == "patients.birth_missing":
            return tr("Not known"), lambda: self._take(lambda: self.birth.set_text("?"))
        if problem.code in ("patients.registered_unread", "patients.registered_later"):
            return tr("Today"), lambda: self._take(lambda: self.registered.set_value(self.today.isoformat()))
        if problem.code.endswith("line_break") and isinstance(self.rows[problem.field].control, TextField):
            control = text_field(self.rows[problem.field].control)
            return tr("Join the lines"), lambda: self._take(lambda: control.set_value(" ".join(control.text().split())))
        return ()

    def _take(self, fix: Callable[[], None]) -> None:
        fix()
        self.changed.emit()

    def _bring_into_view(self, field: str) -> None:
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, ScrollBody):
            parent = parent.parentWidget()
        if isinstance(parent, ScrollBody):
            parent.ensureWidgetVisible(self.rows[field], 0, px(24))

    def _registration_day(self, text: str) -> str | None:
        found = parse_day(text, self.today, "past")
        return found.isoformat() if found else None

    def _told_on(self) -> date:
        iso = self.registered.value()
        day = date.fromisoformat(iso) if iso and len(iso) == 10 else self.today
        return day if EARLIEST_REGISTRATION <= day <= self.today else self.today

    def _find_community(self, typed: str) -> list[Option]:
        options = [Option(c.id.hex(), c.name, c.municipality) for c in self._communities]
        found = narrow(options, typed)[:40]
        name = " ".join(typed.split())
        if len(name) >= 2 and len(self._communities) >= MOST and name != self._asked:
            self._asked = name
            self.places_wanted.emit(name)
        if name and all(folded(option.text) != folded(name) for option in found):
            found.append(Option(ADD + name, tr("Add «{name}»").format(name=name), tr("new community")))
        return found

    def _find_household(self, typed: str) -> list[Option]:
        here = self.community.value()
        near = [h for h in self._households if here is None or (h.community and h.community.hex() == here)]
        options = [Option(h.id.hex(), household_words(h.number), h.head_name or h.community_name) for h in near]
        return [*narrow(options, typed)[:40], Option(NEW_HOUSEHOLD, tr("New household"))]

    def _community_changed(self) -> None:
        key = self.community.value() or ""
        if key.startswith(ADD):
            name = key.removeprefix(ADD)
            self.community.set_value(None)
            self.community.setText(name)
            self.add_community.emit(name)
        self._household_fits()

    def _household_fits(self) -> None:
        """A household of another community cannot stay chosen."""
        here, key = self.community.value(), self.household.value()
        house = next((h for h in self._households if h.id.hex() == key), None)
        if here and house and house.community and house.community.hex() != here:
            self.household.set_value(None)

    def _household_changed(self) -> None:
        house = next((h for h in self._households if h.id.hex() == self.household.value()), None)
        if house and house.community and self.community.value() is None and not self.community.text().strip():
            self.community.set_option(Option(house.community.hex(), house.community_name))


def household_words(number: int | None) -> str:
    """`Hogar 27`."""
    return tr("Household {n}").format(n=number if number is not None else "–")


def _choose(combo: ComboField, key: str, text: str) -> None:
    """A choice kept as key and words; words alone are shown as typed."""
    if key == NEW_HOUSEHOLD or (len(key) == 32 and key != text):
        combo.set_option(Option(key, text))
    else:
        combo.set_value(None)
        combo.setText(text)


def _id(key: str | None) -> Id | None:
    return Id(bytes.fromhex(key)) if key and len(key) == 32 else None
