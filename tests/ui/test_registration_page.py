"""Registering on the real form: by keyboard, warned of duplicates, under every kind of bad input."""

from __future__ import annotations

import itertools
from functools import partial

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from clipping import clipped, pseudo_language
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from registering import NOW, Hand, f9, opened, people

from ces_desktop.data import reference
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id, named_id, new_id
from ces_desktop.services import communities, households, undo
from ces_desktop.ui import theme
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.widgets import Text


@pytest.fixture
def desk(dated_desk: DeskDouble) -> DeskDouble:
    return dated_desk


MOST_KEYS = 70
LETTERS = (a + b for a, b in itertools.product("abcdefghijklm", "bcdfglmnprst"))


def last(desk: DeskDouble) -> PatientFile:
    made = desk.asked("open_patient")[-1][0]
    file = desk.database.read(lambda c: patient_file(c, made))
    assert file is not None
    return file


def fill_valid(page: RegistrationPage, surname: str = "Prueba") -> None:
    paste(page.form.given, "Inventada")
    paste(page.form.paternal, surname)
    page.form.sex.set_value("female")
    paste(page.form.birth, "140767")


def notes(page: RegistrationPage) -> dict[str, str]:
    return {key: row.accessibleDescription() for key, row in page.form.rows.items() if row.has_note()}


def place(desk: DeskDouble, name: str) -> Id:
    request = communities.AddCommunity(new_id(NOW), name)
    return desk.database.write(partial(communities.add, request=request), desk.actor).value


def test_a_person_is_registered_by_keyboard_within_the_ceiling(desk: DeskDouble) -> None:
    palms = place(desk, "Las Palmas")
    place(desk, "Monte Virgen")
    page = opened(desk)
    hand = Hand()
    hand.keys = 1  # F4, which opens the form
    hand.type("maria elena").enter().enter().type("lopez").enter().type("perez").enter()
    hand.type("m").type("140767").enter()
    hand.type("las p").enter()
    if page.form.community.hasFocus():
        hand.enter()
    hand.type("nuevo").enter()
    desk.settle()
    page.form.phone.setFocus()
    hand.keys += 4  # Enter through CURP, folder, day and mother's name
    hand.type("9635550142")
    hand.press(Qt.Key.Key_F9)
    desk.settle()
    assert hand.keys <= MOST_KEYS
    file = last(desk)
    who = file.identity
    assert (who.given, who.paternal, who.maternal, who.sex) == ("Maria Elena", "Lopez", "Perez", "female")
    assert who.birth == Birth("1967-07-14", "day")
    assert (file.community, file.household_number) == (palms, 1)
    assert who.phone == "9635550142"
    assert desk.toasts[-1][1]
    builders.assert_proved(desk.database)


def test_enter_goes_through_every_field_in_reading_order(desk: DeskDouble) -> None:
    page = opened(desk)
    hand, seen = Hand(), []
    for _ in page.form.rows:
        focused = QApplication.focusWidget()
        seen.append(next(key for key, row in page.form.rows.items() if row.isAncestorOf(focused)))
        hand.enter()
    assert seen == list(page.form.rows)
    assert page.save.hasFocus()


def test_somebody_alike_stops_the_first_save_and_not_the_second(desk: DeskDouble) -> None:
    one = builders.register(desk.database, desk.actor, 1, paternal="Velázquez", maternal="Zunún")
    page = opened(desk)
    fill_valid(page, "Belasquez")
    paste(page.form.maternal, "Sunun")
    page._check()
    desk.settle()
    said = " ".join(label.text() for label in page.panel.findChildren(Text))
    assert "VELÁZQUEZ ZUNÚN, Inventada" in said
    assert "misma fecha de nacimiento" in said
    f9(desk, page)
    assert people(desk) == 1
    assert "F9 otra vez" in page.bar.words.text()
    QTest.keyClick(page, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(150)
    assert desk.asked("open_patient") == [(one,)]
    f9(desk, page)
    assert people(desk) == 2
    builders.assert_proved(desk.database)


def test_a_sibling_is_asked_about_and_offers_the_household(desk: DeskDouble) -> None:
    for n, given in enumerate(("Ana", "Beto", "Celia", "Darío", "Eva", "Fabián", "Gema", "Hugo")):
        born = f"19{30 + 6 * n}-01-05"
        names = {"given": given, "paternal": "López", "maternal": "Pérez"}
        builders.register(desk.database, desk.actor, 10 + n, birth=born, **names)
    palms = place(desk, "Las Palmas")
    child = {"paternal": "Velázquez", "maternal": "Zunún", "mother_name": "Rosa Zunún"}
    one = builders.register(desk.database, desk.actor, 1, given="Dulce", birth="2020-05-01", **child)
    house = new_id(NOW)
    request = households.CreateHousehold(house, palms, None, "", (one,))
    desk.database.write(partial(households.create, request=request), desk.actor)
    page = opened(desk)
    paste(page.form.given, "Camila")
    paste(page.form.paternal, "Velázquez")
    paste(page.form.maternal, "Zunún")
    page.form.sex.set_value("female")
    paste(page.form.birth, "01/12/2025")
    paste(page.form.mother_name, "Rosa Zunún")
    page._check()
    desk.settle()
    assert "¿Hermano o hermana de…?" in [label.text() for label in page.panel.findChildren(Text)]
    page.panel.same_home.emit(page._shown[0])
    f9(desk, page)
    file = last(desk)
    assert (file.household, file.community) == (house, palms)


def test_what_is_wrong_is_said_at_its_field_and_the_first_gets_the_focus(desk: DeskDouble) -> None:
    page = opened(desk)
    f9(desk, page)
    assert list(notes(page)) == ["given", "paternal", "sex", "birth"]
    assert all(is_clear(text) for text in notes(page).values())
    assert page.form.given.hasFocus()
    page.form.paternal.edit.setFocus()
    QTest.keyClick(page.form.paternal.edit, Qt.Key.Key_Return)
    assert page.form.paternal.kind() == "none"
    page.form.birth.edit.setFocus()
    QTest.keyClick(page.form.birth.edit, Qt.Key.Key_Return)
    paste(page.form.given, "Inventada")
    page.form.sex.set_value("unknown")
    f9(desk, page)
    assert last(desk).identity.birth == Birth()
    assert last(desk).identity.paternal_kind == "none"


TEXT_FIELDS = (
    "given", "nickname", "paternal", "maternal", "birth", "community", "household", "curp", "folder", "registered_on",
    "mother_name", "phone", "phone_owner", "language",
)  # fmt: skip
NEEDED = ("given", "paternal", "birth", "registered_on")


def test_a_doubt_told_by_f9_is_not_taken_back_by_the_next_check(desk: DeskDouble) -> None:
    page = opened(desk)
    fill_valid(page, "Prueba")
    paste(page.form.curp, "70 lb")
    page.form.curp.setFocus()
    f9(desk, page)
    said = page.panel.said
    page._check()  # the timer that runs behind every key
    assert said and page.panel.said == said


@bad_inputs.KINDS
def test_bad_input_in_any_field(desk: DeskDouble, bad: BadInput) -> None:
    page = opened(desk)
    for field in TEXT_FIELDS:
        fill_valid(page, f"Prueba{next(LETTERS)}")
        control = page.form.rows[field].control
        paste(control, bad.text)
        typed = written(control)
        before = people(desk)
        for _ in range(3):  # doubts and likenesses are answered by F9 again
            if not page._done and not notes(page):
                f9(desk, page)
        assert desk.told == []
        if people(desk) == before:
            assert list(notes(page)) == [field], (field, notes(page))
            assert is_clear(notes(page)[field]), notes(page)
            assert written(control) == typed, field
            paste(control, "16/03/2026" if field == "registered_on" else "")
            page.form.show_problems(())
        else:
            assert _rightly_saved(page, last(desk), field, bad), (field, bad.kind)
            page.deleteLater()
            page = opened(desk)
    builders.assert_proved(desk.database)


def _rightly_saved(page: RegistrationPage, file: PatientFile, field: str, bad: BadInput) -> bool:
    """Saved as not asked, or letter by letter as written; a strange CURP only after its doubts were said."""
    if field == "registered_on":
        return bad.kind == "negative" and file.registered_on == "2026-03-11"  # "-5" is five days ago
    if field in NEEDED:
        return False
    kept = _stored(file, field)
    if bad.blank:
        return kept is None
    if field == "curp":
        return kept == "".join(bad.text.split()).replace("-", "").upper() and bool(page.panel.said)
    return kept == " ".join(bad.text.split())


def _stored(file: PatientFile, field: str) -> str | None:
    if field in ("folder", "phone_owner", "language", "community", "household"):
        value = getattr(file, field)
        return value if isinstance(value, str) else None
    return getattr(file.identity, field) or None


def test_double_enter_registers_one_person(desk: DeskDouble) -> None:
    page = opened(desk)
    fill_valid(page)
    bad_inputs.double_enter(page.form.birth)
    page.primary()
    desk.settle()
    page.primary()
    desk.settle()
    assert people(desk) == 1
    builders.assert_proved(desk.database)


def test_one_under_the_other_fields_keep_one_gap_and_one_left_edge(desk: DeskDouble) -> None:
    page = opened(desk)
    page.resize(1024 - 80, 560)
    QApplication.processEvents()
    order = ("given", "nickname", "paternal", "maternal", "sex", "birth")
    rows = [page.form.rows[key].geometry() for key in order]
    assert len({below.top() - above.bottom() for above, below in itertools.pairwise(rows)}) == 1
    lefts = {row.control.mapTo(page, row.control.rect().topLeft()).x() for row in map(page.form.rows.get, order)}
    assert len(lefts) == 1


def test_correcting_keeps_an_estimated_birth_while_its_text_is_untouched(desk: DeskDouble) -> None:
    made = builders.register(
        desk.database, desk.actor, 1, birth=None, birth_precision="estimated", stated_age=40, stated_on="2024-01-01"
    )
    page = opened(desk, patient=made)
    assert page.form.birth.text() == "e42"
    paste(page.form.nickname, "Chata")
    f9(desk, page)
    file = last(desk)
    assert file.identity.birth == Birth(None, "estimated", 40, "2024-01-01")
    assert file.identity.nickname == "Chata"
    desk.database.write(undo.undo, desk.actor)
    assert last(desk).identity.nickname == ""
    builders.assert_proved(desk.database)


def test_a_new_community_is_added_from_the_field(desk: DeskDouble) -> None:
    page = opened(desk)
    fill_valid(page)
    page.form.add_community.emit("Río Hondo")
    desk.settle()
    f9(desk, page)
    assert last(desk).community_name == "Río Hondo"


def test_a_locality_beyond_those_the_form_holds_is_found_by_typing(desk: DeskDouble) -> None:
    """A state has twenty thousand localities; the form holds the first fifteen hundred by name."""
    rows = [{"id": named_id("community", str(n)), "inegi": str(n), "name": f"Lugar {n:05d}"} for n in range(1_600)]
    rows.append({"id": named_id("community", "z"), "inegi": "z", "name": "Zapotal Inventado"})
    desk.database.local(lambda c: reference.load(c, "community", rows))
    page = opened(desk)
    fill_valid(page)
    page.form.community.setFocus()
    page.form.community.selectAll()
    QTest.keyClicks(page.form.community, "zapo")
    desk.settle()
    QTest.keyClick(page.form.community, Qt.Key.Key_Return)
    assert page.form.community.text() == "Zapotal Inventado"
    f9(desk, page)
    assert last(desk).community_name == "Zapotal Inventado"


def test_a_past_day_of_registration(desk: DeskDouble) -> None:
    page = opened(desk)
    fill_valid(page)
    paste(page.form.registered, "05/01/2026")
    paste(page.form.birth, "e45")
    f9(desk, page)
    assert last(desk).registered_on == "2026-01-05"
    assert last(desk).identity.birth == Birth(None, "estimated", 45, "2026-01-05")


def test_curp_doubts_are_said_and_never_block(desk: DeskDouble) -> None:
    page = opened(desk)
    fill_valid(page)
    paste(page.form.curp, "XEXX010101HNEXXXA4")
    f9(desk, page)
    assert page.panel.said
    assert people(desk) == 0
    f9(desk, page)
    assert last(desk).identity.curp == "XEXX010101HNEXXXA4"


@pytest.mark.parametrize(("width", "height", "zoom"), [(1286, 634, 1.0), (944, 544, 1.0), (1286, 634, 1.5)])
def test_nothing_is_clipped(desk: DeskDouble, width: int, height: int, zoom: float) -> None:
    theme.apply(QApplication.instance(), theme.load("dark" if zoom > 1 else "light", zoom))  # type: ignore[arg-type]
    page = RegistrationPage(desk)
    desk.show(page, width, height)
    assert clipped(page) == []
    if width == 1286 and zoom == 1.0:
        assert page.form.height() <= page.body.viewport().height()  # one page, without scrolling
    f9(desk, page)
    assert clipped(page) == []


def test_a_longer_language_fits(desk: DeskDouble) -> None:
    with pseudo_language():
        page = RegistrationPage(desk)
        desk.show(page, 1286, 634)
        assert clipped(page) == []


def test_every_code_of_the_form_has_its_sentence(desk: DeskDouble) -> None:
    from ces_desktop.domain.registration import Problem

    for code, facts in (("patients.given_missing", ()), ("words.too_long", (("limit", 60),)), ("birth.future", ())):
        assert is_clear(sentence(Problem("given", code, facts).refusal()))
