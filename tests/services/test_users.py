"""The people who sign in: dated roles, the last lead, slots and rows that stay together, the clinic's facts."""

from __future__ import annotations

from pathlib import Path

import builders
import pytest

from ces_desktop.data import vault
from ces_desktop.data.database import transaction
from ces_desktop.data.models import EncounterRecord
from ces_desktop.data.pin import check_pin, pin_verifier
from ces_desktop.data.queries.users import UserRow, user_rows
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import CLINIC_ROLES, Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import clinic as clinics
from ces_desktop.services import users
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.services.users import ClinicForm, UserForm

PHRASE = "caballo mesa lluvia cuatro"
SECOND = "enfermera de la prueba inventada"
START = 1_772_000_000_000
DAY = 86_400_000


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> OpenClinic:
    """A clinic with one person who holds every role; the slot file is real, the passphrases cheap."""
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    new = NewClinic("CAP", "Inventada", "Dra. Prueba Inventada", PHRASE, CLINIC_ROLES)
    folder, user, _ = clinics.create(tmp_path, new, clock=clock)
    return clinics.open_clinic(folder, user, PHRASE, clock=clock)


def _rows(opened: OpenClinic) -> dict[str, UserRow]:
    database = opened.database
    here, today = database.installation.clinic, local_day(database.clock())
    return {row.name: row for row in database.read(lambda c: user_rows(c, here, today))}


def _nurse(opened: OpenClinic, name: str = "Enf. Segunda Inventada") -> Id:
    return users.join(opened, UserForm(name, "", frozenset({Role.NURSE})), SECOND).value


def _as(opened: OpenClinic, *roles: Role) -> None:
    opened.actor = Actor(opened.actor.user, opened.actor.name, frozenset(roles), opened.actor.sign_in)


def test_a_person_is_added_with_a_passphrase_of_their_own(opened: OpenClinic) -> None:
    user = _nurse(opened)
    row = _rows(opened)["Enf. Segunda Inventada"]
    assert (row.id, row.roles, row.since) == (user, {Role.NURSE}, local_day(START).isoformat())
    opened.close()
    again = clinics.open_clinic(opened.folder, user, SECOND)
    assert again.actor.roles == {Role.NURSE}
    builders.assert_proved(again.database)
    again.close()


def test_if_the_slot_fails_the_row_is_undone(opened: OpenClinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Unavailable("storage.full", missing_mb=1)

    monkeypatch.setattr(vault, "add_user_slot", full)
    with pytest.raises(Unavailable):
        _nurse(opened)
    assert "Enf. Segunda Inventada" not in _rows(opened)
    builders.assert_proved(opened.database)


def test_a_weak_passphrase_adds_nobody(opened: OpenClinic) -> None:
    with pytest.raises(Refused, match="passphrase_short"):
        users.join(opened, UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE})), "corta")
    assert len(_rows(opened)) == 1


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (UserForm("", "", frozenset({Role.NURSE})), "users.no_name"),
        (UserForm("  \t ", "", frozenset({Role.NURSE})), "users.no_name"),
        (UserForm("-5", "", frozenset({Role.NURSE})), "users.no_name"),
        (UserForm("x" * 10_000, "", frozenset({Role.NURSE})), "users.too_long"),
        (UserForm("Ana", "9" * 41, frozenset({Role.NURSE})), "users.too_long"),
        (UserForm("Ana\x00", "", frozenset({Role.NURSE})), "users.odd_letters"),
        (UserForm("Ana\u202e", "", frozenset({Role.NURSE})), "users.odd_letters"),
        (UserForm("Ana", "", frozenset()), "users.no_role"),
        (UserForm("DRA.  prueba inventada", "", frozenset({Role.NURSE})), "users.same_name"),
    ],
)
def test_what_cannot_be_a_person(opened: OpenClinic, form: UserForm, code: str) -> None:
    with pytest.raises(Refused, match=code):
        users.join(opened, form, SECOND)
    assert len(_rows(opened)) == 1


def test_roles_are_dated(opened: OpenClinic, clock: Clock) -> None:
    user = _nurse(opened)
    clock.now += 30 * DAY
    opened.database.write(
        lambda work: users.set_roles(work, user, frozenset({Role.NURSE, Role.STORE_KEEPER})), opened.actor
    )
    clock.now += 30 * DAY
    opened.database.write(lambda work: users.set_roles(work, user, frozenset({Role.STORE_KEEPER})), opened.actor)
    row = _rows(opened)["Enf. Segunda Inventada"]
    assert row.roles == {Role.STORE_KEEPER}
    assert row.since == local_day(START + 30 * DAY).isoformat()
    before = local_day(START + 40 * DAY)
    here = opened.database.installation.clinic
    then = {r.name: r for r in opened.database.read(lambda c: user_rows(c, here, before))}
    assert then["Enf. Segunda Inventada"].roles == {Role.NURSE, Role.STORE_KEEPER}
    builders.assert_proved(opened.database)


def test_a_role_given_today_by_mistake_is_taken_back_without_trace_of_a_day(opened: OpenClinic) -> None:
    user = _nurse(opened)
    opened.database.write(lambda work: users.set_roles(work, user, frozenset({Role.PHYSICIAN})), opened.actor)
    assert _rows(opened)["Enf. Segunda Inventada"].roles == {Role.PHYSICIAN}
    builders.assert_proved(opened.database)


def test_the_last_lead_keeps_the_role(opened: OpenClinic, clock: Clock) -> None:
    me = opened.actor.user
    with pytest.raises(Refused, match="last_lead"):
        opened.database.write(lambda work: users.set_roles(work, me, frozenset({Role.PHYSICIAN})), opened.actor)
    other = _nurse(opened)
    opened.database.write(lambda work: users.set_roles(work, other, frozenset({Role.NURSE, Role.LEAD})), opened.actor)
    clock.now += DAY
    opened.database.write(lambda work: users.set_roles(work, me, frozenset({Role.PHYSICIAN})), opened.actor)
    assert _rows(opened)["Dra. Prueba Inventada"].roles == {Role.PHYSICIAN}
    builders.assert_proved(opened.database)


def test_taking_off_keeps_name_and_authorship_and_closes_the_door(opened: OpenClinic, clock: Clock) -> None:
    user = _nurse(opened)
    opened.database.local(lambda c: users.set_pin(c, user, pin_verifier("2580")))
    clock.now += DAY
    users.leave(opened, user)
    row = _rows(opened)["Enf. Segunda Inventada"]
    assert not row.active and row.pin is None and row.until == local_day(START).isoformat()
    with pytest.raises(Refused, match="no_slot"):
        vault.open(opened.folder, user, SECOND)
    with pytest.raises(Refused, match="no_such_user"):
        clinics.sign_in(opened.database, user)
    builders.assert_proved(opened.database)


def test_who_was_taken_off_can_come_back(opened: OpenClinic, clock: Clock) -> None:
    user = _nurse(opened)
    clock.now += DAY
    users.leave(opened, user)
    clock.now += DAY
    opened.database.write(lambda work: users.set_roles(work, user, frozenset({Role.NURSE})), opened.actor)
    users.give_passphrase(opened, user, "Enf. Segunda Inventada", SECOND)
    assert vault.open(opened.folder, user, SECOND) == opened.key
    assert clinics.sign_in(opened.database, user).roles == {Role.NURSE}


def test_nobody_takes_themselves_off(opened: OpenClinic) -> None:
    with pytest.raises(Refused, match="not_oneself"):
        users.leave(opened, opened.actor.user)
    assert vault.open(opened.folder, opened.actor.user, PHRASE) == opened.key


def test_without_the_right_nothing_is_done(opened: OpenClinic) -> None:
    user = _nurse(opened)
    _as(opened, Role.NURSE, Role.PHYSICIAN)
    form = UserForm("Otra Inventada", "", frozenset({Role.NURSE}))
    for attempt in (
        lambda: users.join(opened, form, SECOND),
        lambda: users.leave(opened, user),
        lambda: users.give_passphrase(opened, user, "x", SECOND),
        lambda: users.new_sheet(opened),
        lambda: opened.database.write(lambda w: users.change_user(w, user, form), opened.actor),
        lambda: opened.database.write(lambda w: users.set_roles(w, user, form.roles), opened.actor),
        lambda: opened.database.write(lambda w: users.deactivate(w, user), opened.actor),
        lambda: opened.database.write(lambda w: users.change_clinic(w, _facts()), opened.actor),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            attempt()


def test_a_change_that_changes_nothing_writes_nothing(opened: OpenClinic) -> None:
    user = _nurse(opened)
    form = UserForm("Enf. Segunda Inventada", "", frozenset({Role.NURSE}))
    done = opened.database.write(lambda work: users.change_user(work, user, form), opened.actor)
    assert done.touched == frozenset()


def test_the_own_passphrase(opened: OpenClinic) -> None:
    with pytest.raises(Refused, match="wrong_passphrase"):
        users.change_own_passphrase(opened, "no es esa frase", SECOND)
    users.change_own_passphrase(opened, PHRASE, SECOND)
    assert vault.open(opened.folder, opened.actor.user, SECOND) == opened.key


def test_recovery_opens_with_a_new_passphrase_and_forgets_the_pin(opened: OpenClinic) -> None:
    sheet = users.new_sheet(opened)
    me, folder = opened.actor.user, opened.folder
    opened.database.local(lambda c: users.set_pin(c, me, pin_verifier("2580")))
    opened.database.local(users.sheet_is_kept)
    opened.close()
    again = users.recover(folder, me, "Dra. Prueba Inventada", sheet.text, SECOND)
    assert again.database.read(lambda c: users.pin_of(c, me)) is None
    assert again.database.read(users.sheet_kept)
    users.new_sheet(again)
    assert not again.database.read(users.sheet_kept)
    with pytest.raises(Refused, match="wrong_recovery"):
        vault.open_with_recovery(folder, sheet.text)
    again.close()


def test_pins_are_kept_as_verifiers_only(opened: OpenClinic) -> None:
    me = opened.actor.user
    opened.database.local(lambda c: users.set_pin(c, me, pin_verifier("2580")))
    kept = opened.database.read(lambda c: users.pin_of(c, me))
    assert kept is not None and "2580" not in kept and check_pin("2580", kept)


def _facts(**other: str) -> ClinicForm:
    values = {
        "name": "Inventada", "official_name": "", "municipality": "Siltepec", "clues": "CSSSA000001",
        "clues_from": "2026-02-01",
    }  # fmt: skip
    return ClinicForm(**(values | other))


def test_a_new_clues_counts_from_its_day_and_keeps_the_one_before(opened: OpenClinic) -> None:
    for clues in ("CSSSA000001", "cssim 000002"):
        opened.database.write(lambda work, clues=clues: users.change_clinic(work, _facts(clues=clues)), opened.actor)
    assert opened.database.read(clinics.describe)["clues"] == "CSSIM000002"
    builders.assert_proved(opened.database)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"name": "  "}, "no_clinic_name"),
        ({"name": "x" * 10_000}, "too_long"),
        ({"official_name": "x" * 121}, "too_long"),
        ({"municipality": "a\x00"}, "odd_letters"),
        ({"clues": "CSSSA00001"}, "clues_shape"),
        ({"clues": "12345678901"}, "clues_shape"),
        ({"clues": "CSSSA00000é"}, "clues_shape"),
        ({"clues_from": "2090-01-01"}, "clues_future"),
    ],
)
def test_facts_that_cannot_be(opened: OpenClinic, other: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        opened.database.write(lambda work: users.change_clinic(work, _facts(**other)), opened.actor)
    assert opened.database.read(clinics.describe)["name"] == "Inventada"


def test_todays_figures_count_no_test_record(tmp_path: Path) -> None:
    from datetime import date

    from ces_desktop.data.queries.today_figures import today_figures

    database = builders.database(builders.sqlcipher(tmp_path))
    who = builders.actor()
    people = [builders.register(database, who, 1), builders.register(database, who, 2, test_record="yes")]
    for number, patient in enumerate(people, start=1):
        consult = EncounterRecord(id=Id(bytes(15) + bytes([number])), patient=patient, happened_on="2026-03-10")
        database.write(lambda work, consult=consult: work.add(consult), who)
    with transaction(database.engine, write=True) as connection:
        load_shipped(connection)
    found = database.read(lambda c: today_figures(c, database.installation.clinic, date(2026, 3, 17)))
    assert found.visits[-1] == 1
    builders.assert_proved(database)
