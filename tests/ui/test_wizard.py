"""The first run: by keyboard from nothing to an open clinic, from a backup, or the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinics import HOSTILE, PHRASE, clinic, settle
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES, Role
from ces_desktop.services import backups, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange
from ces_desktop.sync.network_key import network_keys
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.entry import wizard as module
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_place import PlaceStep
from ces_desktop.ui.entry.wizard_restore import RestoreStep
from ces_desktop.ui.entry.wizard_sheets import NetworkKeyStep, SheetStep
from ces_desktop.ui.entry.wizard_steps import ClinicStep, PersonStep, PhraseStep, StartStep
from ces_desktop.ui.messages import all_sentences


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    i18n.use("en")


@pytest.fixture
def wizard(dressed: QApplication, clinic_folder: Any, qtbot: QtBot) -> Iterator[Wizard]:
    view = Wizard(clinic_folder.data, first=True)
    qtbot.addWidget(view)
    view.resize(1366, 728)
    view.show()
    yield view
    settle(view.jobs)
    for opened, _ in view.answers.made:
        opened.close()


def _to_clinic(view: Wizard) -> ClinicStep:
    view.forward()
    assert isinstance(view.step, ClinicStep)
    return view.step


def _to_person(view: Wizard) -> PersonStep:
    _to_clinic(view)._take("REF")
    view.forward()
    assert isinstance(view.step, PersonStep)
    return view.step


def _to_phrase(view: Wizard) -> PhraseStep:
    step = _to_person(view)
    step.name.control.setText("Dra. Prueba Inventada")  # type: ignore[attr-defined]
    view.forward()
    assert isinstance(view.step, PhraseStep)
    return view.step


def _to_sheet(view: Wizard) -> SheetStep:
    step = _to_phrase(view)
    step.phrase.put((PHRASE, PHRASE))
    view.forward()
    settle(view.jobs)
    assert isinstance(view.step, SheetStep)
    return view.step


def _opened(view: Wizard) -> list[OpenClinic]:
    got: list[OpenClinic] = []
    view.opened.connect(got.append)
    return got


def _keys(qtbot: QtBot, text: str = "", *keys: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    if text:
        qtbot.keyClicks(focus, text)
    for key in keys:
        qtbot.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key)
        QApplication.processEvents()  # a shortcut clicks its button a moment later


def test_by_keyboard_alone_from_nothing_to_an_open_clinic(wizard: Wizard, qtbot: QtBot) -> None:
    got = _opened(wizard)
    enter, f9 = Qt.Key.Key_Return, Qt.Key.Key_F9
    _keys(qtbot, "", f9)
    _keys(qtbot, "reforma", enter)
    _keys(qtbot, "", f9)
    assert isinstance(wizard.step, PersonStep) and wizard.answers.prefix == "REF"
    _keys(qtbot, "Dra. Prueba Inventada", f9)
    _keys(qtbot, PHRASE, enter)
    _keys(qtbot, PHRASE, enter)
    settle(wizard.jobs)
    step = wizard.step
    assert isinstance(step, SheetStep)
    group = wizard.answers.made[0][1].groups[wizard._group - 1]
    step.typed.setFocus()
    _keys(qtbot, group.lower(), f9)
    settle(wizard.jobs)
    assert [o.folder.prefix for o in got] == ["REF"]
    opened = got[0]
    assert opened.actor.roles == CLINIC_ROLES and opened.facts["clues"] == "CSSSA001252"
    assert opened.database.read(users.sheet_kept)


def test_a_clinic_that_is_in_no_list(wizard: Wizard) -> None:
    step = _to_clinic(wizard)
    for ask, text in ((step.prefix, "xyz"), (step.name, "Nueva Inventada")):
        ask.control.setText(text)  # type: ignore[attr-defined]
    wizard.forward()
    assert isinstance(wizard.step, PersonStep) and wizard.answers.prefix == "XYZ"


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "prefix_shape"), ("CA", "prefix_shape"), ("C1P", "prefix_shape"), ("DEM", "prefix_demo")],
)
def test_a_prefix_that_cannot_be(wizard: Wizard, prefix: str, code: str) -> None:
    step = _to_clinic(wizard)
    step.prefix.control.setText(prefix)  # type: ignore[attr-defined]
    wizard.forward()
    said = all_sentences()[f"clinic.{code}"].format(prefix=prefix)
    assert step.prefix.complaint() == said and wizard.place == 1


def test_a_clinic_that_is_here_already(clinic_folder: Any, qtbot: QtBot) -> None:
    clinic(clinic_folder.data)
    view = Wizard(clinic_folder.data, first=False)
    qtbot.addWidget(view)
    step = _to_clinic(view)
    step._take("CAP")
    view.forward()
    assert "CAP" in step.prefix.complaint()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["prefix", "name", "official", "clues", "municipality"])
def test_no_text_breaks_the_clinic(wizard: Wizard, field: str, text: str) -> None:
    step = _to_clinic(wizard)
    step._take("REF")
    ask = getattr(step, field)
    ask.control.setText(text)
    typed = ask.control.text()
    wizard.forward()
    wizard.forward()  # double Enter: the second meets the next step, which wants a name
    assert wizard.place in (1, 2)
    assert (wizard.place == 1) == bool(ask.complaint() if wizard.place == 1 else "")
    if wizard.place == 1:
        assert ask.control.text() == typed


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "licence"])
def test_no_text_breaks_the_person(wizard: Wizard, field: str, text: str) -> None:
    step = _to_person(wizard)
    step.name.control.setText("Dra. Prueba Inventada")  # type: ignore[attr-defined]
    ask = getattr(step, field)
    ask.control.setText(text)
    wizard.forward()
    if wizard.place == 2:
        assert ask.complaint()
    else:
        assert users.UserForm(wizard.answers.user_name, wizard.answers.licence, CLINIC_ROLES).checked().name


def test_the_first_person_leads(wizard: Wizard) -> None:
    step = _to_person(wizard)
    step.name.control.setText("Dra. Prueba Inventada")  # type: ignore[attr-defined]
    step.roles[Role.LEAD].setChecked(False)
    wizard.forward()
    assert step.chosen.complaint() == all_sentences()["users.first_leads"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_passphrase(wizard: Wizard, text: str) -> None:
    step = _to_phrase(wizard)
    step.phrase.first.edit.setText(text)
    step.phrase.again.edit.setText("")
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.place == 3 and (step.phrase.first.complaint() or step.phrase.again.complaint())


def test_tab_leads_from_the_phrase_to_the_same_again(wizard: Wizard, qtbot: QtBot) -> None:
    step = _to_phrase(wizard)
    _keys(qtbot, PHRASE, Qt.Key.Key_Tab)
    _keys(qtbot, PHRASE)
    assert step.phrase.texts() == (PHRASE, PHRASE)


def test_a_suggested_passphrase_is_strong_and_must_be_typed_again(wizard: Wizard) -> None:
    step = _to_phrase(wizard)
    step.phrase.suggest.click()
    assert len(step.phrase.first.text().split()) == 5 and step.phrase.chip.shown_text() == "Strong"
    wizard.forward()
    assert step.phrase.again.complaint() == all_sentences()["users.passphrases_differ"]


def test_a_backup_folder_that_takes_nothing_stops_before_anything_is_made(
    wizard: Wizard, clinic_folder: Any, tmp_path: Path
) -> None:
    step = _to_phrase(wizard)
    file = tmp_path / "no_folder"
    file.write_text("a file where a folder should be")
    step.set_backups(file / "inside")
    step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.place == 3 and wizard.note.count() == 1
    assert not (clinic_folder.data / "REF").exists()
    assert wizard.step is step and step.phrase.texts() == (PHRASE, PHRASE)


def test_backups_go_where_they_were_told(wizard: Wizard, tmp_path: Path) -> None:
    step = _to_phrase(wizard)
    step.set_backups(tmp_path)
    step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert wizard.answers.made[0][0].folder.backups == tmp_path


def test_one_cannot_enter_before_the_sheet_is_on_paper(wizard: Wizard) -> None:
    step, got = _to_sheet(wizard), _opened(wizard)
    wizard.forward()
    settle(wizard.jobs)
    assert step.typed.complaint() and not got
    for text in HOSTILE:
        step.typed.control.setText(text)  # type: ignore[attr-defined]
        wizard.forward()
        assert step.typed.complaint()
    step.kept.setChecked(True)
    wizard.forward()
    settle(wizard.jobs)
    assert len(got) == 1


def test_the_sheet_cannot_be_left_backwards(wizard: Wizard, qtbot: QtBot) -> None:
    _to_sheet(wizard)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.place == module.SHEET and wizard.back.isHidden()


def test_the_steps_that_are_over_take_no_key_once_the_clinic_is_made(wizard: Wizard) -> None:
    def stops() -> list[str]:
        return [part.text() for part in wizard.list.findChildren(QAbstractButton)
                if part.isEnabled() and part.focusPolicy() != Qt.FocusPolicy.NoFocus]  # fmt: skip

    _to_person(wizard)
    assert stops() == ["Start", "Clinic"]
    wizard._go(0)
    _to_sheet(wizard)
    assert stops() == []


def test_escape_goes_back_and_keeps_what_was_typed(wizard: Wizard, qtbot: QtBot) -> None:
    step = _to_person(wizard)
    step.name.control.setText("Dra. Prueba")  # type: ignore[attr-defined]
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert isinstance(wizard.step, ClinicStep) and wizard.step.prefix.control.text() == "REF"  # type: ignore[attr-defined]
    wizard.forward()
    assert isinstance(wizard.step, PersonStep)
    assert wizard.step.name.control.text() == "Dra. Prueba"  # type: ignore[attr-defined]


def test_escape_on_the_first_step_leaves_only_where_a_clinic_exists(clinic_folder: Any, qtbot: QtBot) -> None:
    for first, times in ((True, 0), (False, 1)):
        view, left = Wizard(clinic_folder.data, first=first), []
        qtbot.addWidget(view)
        view.left.connect(lambda left=left: left.append(1))
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert len(left) == times


def test_another_language_keeps_place_and_words(wizard: Wizard) -> None:
    step, asked = _to_person(wizard), []
    step.name.control.setText("Dra. Prueba")  # type: ignore[attr-defined]
    wizard.language_chosen.connect(asked.append)
    wizard.languages["es"].click()
    assert asked == ["es"]
    i18n.use("es")
    wizard.redraw()
    assert isinstance(wizard.step, PersonStep)
    assert wizard.step.name.control.text() == "Dra. Prueba"  # type: ignore[attr-defined]


def test_a_hub_by_keyboard_its_network_founded_with_the_key_on_paper(wizard: Wizard, qtbot: QtBot) -> None:
    got, f9 = _opened(wizard), Qt.Key.Key_F9
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].setFocus()
    _keys(qtbot, "", Qt.Key.Key_Space)
    _keys(qtbot, "", f9)
    assert isinstance(wizard.step, PlaceStep)
    _keys(qtbot, "Red inventada", f9)
    _keys(qtbot, "Lic. Prueba Inventada", f9)
    _keys(qtbot, PHRASE, Qt.Key.Key_Return)
    _keys(qtbot, PHRASE, Qt.Key.Key_Return)
    settle(wizard.jobs)
    for number, key in enumerate((lambda: wizard.answers.made[0][1], lambda: wizard.answers.network_key)):
        step, printed = wizard.step, key()
        assert isinstance(step, NetworkKeyStep if number else SheetStep) and printed is not None and not got
        wizard.forward()
        assert "group" in step.typed.complaint()
        step.typed.setFocus()
        _keys(qtbot, printed.groups[wizard._group - 1].lower(), f9)
        settle(wizard.jobs)
    (opened,) = got
    assert opened.actor.roles == HUB_ROLES and opened.facts["kind"] == "hub" and opened.folder.prefix == "HUB"
    state = opened.database.read(network_state)
    member = opened.database.read(exchange.member_of)
    assert state.name == "Red inventada" and member.network is not None and printed is not None
    assert member.network.root == network_keys(printed.text).signing_public


def test_a_hub_whose_server_does_not_answer_is_told_and_escape_still_goes_back(wizard: Wizard, qtbot: QtBot) -> None:
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].setFocus()
    _keys(qtbot, "", Qt.Key.Key_Space)
    _keys(qtbot, "", Qt.Key.Key_F9)
    assert isinstance(wizard.step, PlaceStep)
    wizard.step.server.control.setText("postgresql://persona@127.0.0.1:1/nada")  # type: ignore[attr-defined]
    _keys(qtbot, "Red inventada", Qt.Key.Key_F9)
    _keys(qtbot, "Lic. Prueba Inventada", Qt.Key.Key_F9)
    _keys(qtbot, PHRASE, Qt.Key.Key_Return)
    _keys(qtbot, PHRASE, Qt.Key.Key_F9)
    settle(wizard.jobs)
    assert isinstance(wizard.step, PhraseStep) and wizard.note.count() == 1
    _keys(qtbot, "", Qt.Key.Key_Escape)
    assert isinstance(wizard.step, PersonStep)


def test_a_mentors_laptop_has_no_network_of_its_own(wizard: Wizard) -> None:
    got = _opened(wizard)
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["mentor"].click()
    wizard.forward()
    assert isinstance(wizard.step, PlaceStep)
    wizard.step.name.control.setText("Mentoría inventada")  # type: ignore[attr-defined]
    wizard.forward()
    step = wizard.step
    assert isinstance(step, PersonStep) and set(step.roles) == {Role.ADMINISTRATOR, Role.MENTOR}
    step.name.control.setText("Dra. Prueba Inventada")  # type: ignore[attr-defined]
    step.roles[Role.ADMINISTRATOR].setChecked(False)
    wizard.forward()
    assert "administers" in step.chosen.complaint()
    step.roles[Role.ADMINISTRATOR].setChecked(True)
    wizard.forward()
    assert isinstance(wizard.step, PhraseStep)
    wizard.step.phrase.put((PHRASE, PHRASE))
    wizard.forward()
    settle(wizard.jobs)
    assert isinstance(wizard.step, SheetStep)
    wizard.step.kept.setChecked(True)
    wizard.forward()
    settle(wizard.jobs)
    assert [(o.folder.prefix, o.facts["kind"]) for o in got] == [("MEN", "mentor")]


def test_another_kind_takes_nothing_over(wizard: Wizard) -> None:
    _to_clinic(wizard)._take("REF")
    wizard.backward()
    assert isinstance(wizard.step, StartStep)
    wizard.step.kinds["hub"].click()
    assert (wizard.answers.prefix, wizard.answers.name) == ("HUB", "") and len(wizard._words()) == 6


@pytest.mark.parametrize("with_key", [False, True])
def test_a_backup_is_put_back_by_passphrase_or_printed_key(
    wizard: Wizard, tmp_path: Path, clinic_folder: Any, with_key: bool
) -> None:
    source = clinic(tmp_path / "old")
    opened = source.open()
    stick = tmp_path / "stick"
    stick.mkdir()
    info = backups.back_up(opened, target=stick)
    opened.close()
    got = _opened(wizard)
    wizard.answers.way = "restore"
    wizard.redraw()
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    step.look_at(info.path if with_key else stick)
    settle(wizard.jobs)
    step.secret.set_text("una frase que no es esa")
    wizard.forward()
    settle(wizard.jobs)
    assert step.secret.complaint() and not got
    assert not (clinic_folder.data / "CAP" / "clinic.db").exists()
    step.secret.set_text(source.recovery.text if with_key else PHRASE)
    wizard.forward()
    settle(wizard.jobs)
    assert [o.actor.user for o in got] == [source.user]
    got[0].close()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_restore(wizard: Wizard, tmp_path: Path, text: str) -> None:
    source = clinic(tmp_path / "old")
    opened = source.open()
    info = backups.back_up(opened)
    opened.close()
    wizard.answers.way = "restore"
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    step.look_at(info.path)
    settle(wizard.jobs)
    step.secret.edit.setText(text)
    wizard.forward()
    settle(wizard.jobs)
    assert step.secret.complaint()


def test_a_folder_without_backups_says_so(wizard: Wizard, tmp_path: Path) -> None:
    wizard.answers.way = "restore"
    wizard.forward()
    step = wizard.step
    assert isinstance(step, RestoreStep)
    wizard.forward()
    assert step.place.complaint() == all_sentences()["users.no_backup_chosen"]
    step.look_at(tmp_path)
    settle(wizard.jobs)
    assert step.place.complaint() == all_sentences()["backup.none_here"]


def test_the_demonstration(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.demo, "PEOPLE", 30)
    got = _opened(wizard)
    assert isinstance(wizard.step, StartStep)
    wizard.step.ways["demo"].click()
    wizard.forward()
    settle(wizard.jobs)
    assert got[0].folder.prefix == "DEM"
    got[0].close()
    again = Wizard(wizard.root, first=False)
    seen = _opened(again)
    again.answers.way = "demo"
    again.forward()
    settle(again.jobs)
    assert seen[0].folder.prefix == "DEM"  # the second time it is opened, not made
    seen[0].close()


def test_a_cancelled_demonstration_leaves_nothing(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    got = _opened(wizard)
    wizard.answers.way = "demo"
    wizard.redraw()
    wizard.forward()
    wizard.progress.cancelled.emit()
    settle(wizard.jobs)
    assert not got and wizard.next.isEnabled()
    assert not (wizard.root / "DEM" / "clinic.db").exists()


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1366, 728), (1024, 560)])
def test_nothing_is_clipped(wizard: Wizard, language: Any, size: tuple[int, int]) -> None:
    i18n.use(language)
    _to_sheet(wizard)
    wizard.resize(*size)
    shown = []
    for way, place in (("new", 0), ("new", 1), ("new", 2), ("new", 3), ("new", 4), ("restore", 1)):
        wizard.answers.way, wizard.place, wizard.step = way, place, None
        wizard.redraw()
        QApplication.processEvents()
        shown += clipped(wizard)
    assert shown == []
