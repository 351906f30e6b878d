"""The slot file: no damage yields a wrong key, no one opens who should not, and what is printed can be typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ces_desktop.data import passphrase as words
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder, previous_of
from ces_desktop.data.vault import CHEAPEST, KeyDropped, PinLock, Vault
from ces_desktop.errors import Refused

ANA, LUIS = b"\x01" * 16, b"\x02" * 16
PHRASE, OTHER = "nopal lluvia cometa sendero", "barro tambor quetzal molino"

secrets = st.integers(0, 2**140 - 1)


def refused(action: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as told:
        action()
    return told.value


@pytest.fixture
def made(tmp_path: Path) -> tuple[Vault, str]:
    """A vault of one user with cheap cost, and its recovery text."""
    opened, recovery = vault.create(ClinicFolder(tmp_path / "SOL"), ANA, "Ana Prueba", PHRASE, CHEAPEST)
    return opened, recovery.text


def both(folder: ClinicFolder) -> tuple[Path, Path]:
    return folder.slots, previous_of(folder.slots)


# Slots


def test_a_passphrase_opens_and_a_wrong_one_is_told(made: tuple[Vault, str]) -> None:
    opened, _ = made
    assert vault.open(opened.folder, ANA, PHRASE) == opened.key
    assert vault.open(opened.folder, ANA, f"  {PHRASE.replace(' ', '   ')} ") == opened.key
    assert refused(lambda: vault.open(opened.folder, ANA, PHRASE.upper())).code == "vault.wrong_passphrase"
    assert refused(lambda: vault.open(opened.folder, LUIS, PHRASE)).code == "vault.no_slot"
    assert vault.condition(opened.folder) == "good"
    assert vault.fits(opened.folder, opened.key) and not vault.fits(opened.folder, bytes(32))


def test_composed_and_decomposed_letters_are_one_passphrase(tmp_path: Path) -> None:
    folder = ClinicFolder(tmp_path)
    opened, _ = vault.create(folder, ANA, "Ana", "cami\u00f3n ping\u00fcino monta\u00f1a", CHEAPEST)
    assert vault.open(folder, ANA, "camio\u0301n pingu\u0308ino montan\u0303a") == opened.key


def test_a_second_person_opens_the_same_key_and_can_be_removed(made: tuple[Vault, str]) -> None:
    opened, _ = made
    folder = opened.folder
    vault.add_user_slot(folder, opened.key, LUIS, "Luis Prueba", OTHER, CHEAPEST)
    assert [(slot.user, slot.name) for slot in vault.list_slots(folder)] == [
        (ANA, "Ana Prueba"),
        (LUIS, "Luis Prueba"),
    ]
    assert vault.open(folder, LUIS, OTHER) == opened.key
    again = refused(lambda: vault.add_user_slot(folder, opened.key, LUIS, "Luis", OTHER, CHEAPEST))
    assert again.code == "vault.slot_exists"
    vault.remove_user_slot(folder, opened.key, LUIS)
    assert refused(lambda: vault.open(folder, LUIS, OTHER)).code == "vault.no_slot"
    assert all(LUIS.hex() not in path.read_text() for path in both(folder))
    assert refused(lambda: vault.remove_user_slot(folder, opened.key, ANA)).code == "vault.last_slot"


def test_a_changed_passphrase_opens_neither_copy_any_more(made: tuple[Vault, str]) -> None:
    opened, _ = made
    wrong = refused(lambda: vault.change_passphrase(opened.folder, ANA, OTHER, OTHER, CHEAPEST))
    assert wrong.code == "vault.wrong_passphrase"
    vault.change_passphrase(opened.folder, ANA, PHRASE, OTHER, CHEAPEST)
    for damaged in (None, opened.folder.slots):
        if damaged:
            damaged.write_bytes(b"")
        assert vault.open(opened.folder, ANA, OTHER) == opened.key
        assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.wrong_passphrase"


def test_the_printed_key_opens_and_a_new_one_voids_it(made: tuple[Vault, str]) -> None:
    opened, printed = made
    assert vault.open_with_recovery(opened.folder, printed.lower().replace("-", " ")) == opened.key
    second = vault.new_recovery_key(opened.folder, opened.key)
    assert vault.recovery_sheets(opened.folder) == [second.sheet]
    assert vault.open_with_recovery(opened.folder, second.text) == opened.key
    void = refused(lambda: vault.open_with_recovery(opened.folder, printed))
    assert void.code == "vault.wrong_recovery"
    vault.replace_passphrase(opened.folder, opened.key, ANA, "Ana Prueba", OTHER, CHEAPEST)
    assert vault.open(opened.folder, ANA, OTHER) == opened.key


def test_another_clinics_key_changes_nothing(made: tuple[Vault, str]) -> None:
    opened, _ = made
    before = opened.folder.slots.read_bytes()
    for change in (
        lambda: vault.add_user_slot(opened.folder, bytes(32), LUIS, "Luis", OTHER, CHEAPEST),
        lambda: vault.remove_user_slot(opened.folder, bytes(32), ANA),
        lambda: vault.new_recovery_key(opened.folder, bytes(32)),
    ):
        assert refused(change).code == "vault.other_key"
    assert opened.folder.slots.read_bytes() == before


def test_a_vault_is_never_made_over_another(made: tuple[Vault, str]) -> None:
    opened, _ = made
    again = lambda: vault.create(opened.folder, ANA, "Ana", PHRASE, CHEAPEST)  # noqa: E731
    assert refused(again).code == "vault.exists"
    opened.folder.slots.unlink()
    assert refused(again).code == "vault.exists"


def test_neither_key_nor_passphrase_nor_sheet_is_in_the_file_or_a_repr(made: tuple[Vault, str]) -> None:
    opened, printed = made
    shown = repr(opened) + str(opened.key) + f"{opened.key}"
    for path in both(opened.folder):
        shown += path.read_text()
    recovery = vault.new_recovery_key(opened.folder, opened.key)
    shown += repr(recovery)
    assert bytes(opened.key).hex() not in shown and repr(bytes(opened.key))[2:-1] not in shown
    for secret in (PHRASE, "nopal", printed, recovery.text, *recovery.groups):
        assert secret not in shown


# Damage


def test_any_flipped_bit_of_the_file_still_opens_the_right_key(made: tuple[Vault, str]) -> None:
    opened, printed = made
    whole = opened.folder.slots.read_bytes()
    for at in range(len(whole)):
        bad = bytearray(whole)
        bad[at] ^= 1 << at % 8
        opened.folder.slots.write_bytes(bad)
        assert vault.open_with_recovery(opened.folder, printed) == opened.key, at
    opened.folder.slots.write_bytes(b"")
    assert vault.condition(opened.folder) == "previous"
    assert vault.open(opened.folder, ANA, PHRASE) == opened.key


def test_with_both_copies_damaged_in_one_place_no_other_key_ever_comes_out(made: tuple[Vault, str]) -> None:
    opened, printed = made
    whole = opened.folder.slots.read_bytes()
    opened_anyway = 0
    for at in range(len(whole)):
        bad = bytearray(whole)
        bad[at] ^= 1 << at % 7
        for path in both(opened.folder):
            path.write_bytes(bad)
        try:
            assert vault.open_with_recovery(opened.folder, printed) == opened.key, at
            opened_anyway += 1
        except Refused as told:
            assert told.code in ("vault.damaged", "vault.wrong_recovery"), at
    assert 100 < opened_anyway < len(whole) - 100  # damage in Ana's slot spares the sheet, damage in its own does not


def test_a_users_slot_with_a_flipped_bit_opens_nothing(made: tuple[Vault, str]) -> None:
    opened, _ = made
    text = opened.folder.slots.read_text()
    for part in ("user", "name", "salt", "nonce", "key", "vault"):
        start = text.index(f'"{part}": "') + len(part) + 5
        changed = text[:start] + ("B" if text[start] == "A" else "0" if text[start] != "0" else "1") + text[start + 1 :]
        for path in both(opened.folder):
            path.write_text(changed)
        assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.damaged", part


@pytest.mark.parametrize(
    "cost", [{"memory_kib": 8}, {"memory_kib": 1 << 30}, {"passes": 1}, {"passes": 10**6}, {"lanes": 0}, {"x": 1}]
)
def test_a_file_cannot_ask_for_absurd_or_cheap_work(made: tuple[Vault, str], cost: dict[str, int]) -> None:
    opened, _ = made
    document = json.loads(opened.folder.slots.read_text())
    document["vault_file"]["slots"][0]["cost"] |= cost
    for path in both(opened.folder):
        path.write_text(json.dumps(document))
    assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.damaged"


@pytest.mark.parametrize("junk", [b"", b"{}", b"[]", b"null", b"[" * 100_000, b"\xff\xfe", b'{"vault_file": []}'])
def test_junk_is_damaged_and_nothing_is_missing(made: tuple[Vault, str], junk: bytes) -> None:
    opened, _ = made
    for path in both(opened.folder):
        path.write_bytes(junk)
    assert vault.condition(opened.folder) == "damaged"
    assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.damaged"
    for path in both(opened.folder):
        path.unlink()
    assert vault.condition(opened.folder) == "missing"
    assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.missing"


def test_a_damaged_file_never_pushes_out_its_good_copy(
    made: tuple[Vault, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, _ = made
    opened.folder.slots.write_bytes(b"torn")
    calls: list[tuple[str, bool]] = []
    real = vault.write_safely

    def seen(path: Path, data: bytes, keep_previous: bool = True) -> None:
        calls.append((path.name, keep_previous))
        real(path, data, keep_previous)

    monkeypatch.setattr(vault, "write_safely", seen)
    vault.add_user_slot(opened.folder, opened.key, LUIS, "Luis", OTHER, CHEAPEST)
    assert calls[0] == ("keyslots.json", False)
    assert vault.condition(opened.folder) == "good"
    assert vault.open(opened.folder, LUIS, OTHER) == opened.key


def test_a_slot_file_from_a_newer_program_is_refused_not_repaired(made: tuple[Vault, str]) -> None:
    opened, _ = made
    document = json.loads(opened.folder.slots.read_text())["vault_file"]
    document["format"] = 2
    for path in both(opened.folder):
        path.write_text(
            json.dumps({"sha256": vault.hashlib.sha256(vault._canonical(document)).hexdigest(), "vault_file": document})
        )
    assert refused(lambda: vault.open(opened.folder, ANA, PHRASE)).code == "vault.too_new"


def test_recovery_slots_of_kinds_to_come_are_kept(made: tuple[Vault, str]) -> None:
    opened, printed = made
    document = json.loads(opened.folder.slots.read_text())["vault_file"]
    document["recovery"].append({"kind": "network", "age": "sealed"})
    vault._store(opened.folder, document)
    vault.new_recovery_key(opened.folder, opened.key)
    vault.add_user_slot(opened.folder, opened.key, LUIS, "Luis", OTHER, CHEAPEST)
    kept = json.loads(opened.folder.slots.read_text())["vault_file"]["recovery"]
    assert {"kind": "network", "age": "sealed"} in kept
    assert refused(lambda: vault.open_with_recovery(opened.folder, printed)).code == "vault.wrong_recovery"


def test_the_cost_is_chosen_from_what_this_machine_takes() -> None:
    """The clock is faked: two passes over 128 MiB take 0.19 s, then 5 s."""
    quick = iter([0.0, 0.19])
    assert vault.calibrate(0.7, lambda: next(quick)) == vault.Argon2(131_072, 7)
    slow = iter([0.0, 5.0, 0.0, 2.5, 0.0, 1.25])
    assert vault.calibrate(0.7, lambda: next(slow)) == CHEAPEST


# Passphrases


@pytest.mark.parametrize("good", [PHRASE, "doce letras!", "el sol va ya", "contraseñalarga"])
def test_passphrases_that_pass(good: str) -> None:
    words.check_rule(good)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("", "vault.passphrase_short"),
        ("corta", "vault.passphrase_short"),
        ("tres son pocas"[:11], "vault.passphrase_short"),
        ("a b c d e", "vault.passphrase_short"),
        (" " * 40 + "x", "vault.passphrase_short"),
        ("aaaaaaaaaaaaaaaa", "vault.passphrase_simple"),
        ("perro perro perro perro", "vault.passphrase_simple"),
    ],
)
def test_passphrases_that_do_not(bad: str, code: str, tmp_path: Path) -> None:
    folder = ClinicFolder(tmp_path / "SOL")
    assert refused(lambda: vault.create(folder, ANA, "Ana", bad, CHEAPEST)).code == code
    assert not folder.slots.exists()


def test_the_word_list_is_long_short_worded_and_easy_to_type() -> None:
    known = words.word_list()
    assert len(known) >= 1_000 and len(set(known)) == len(known)
    assert all(word.isascii() and word.islower() and word.isalpha() and 4 <= len(word) <= 9 for word in known)


def test_suggestions_pass_the_rule_are_strong_and_differ() -> None:
    random = Random(7)
    suggestions = {vault.suggest_passphrase("es", random) for _ in range(200)}
    assert len(suggestions) == 200
    for suggestion in suggestions:
        words.check_rule(suggestion)
        assert vault.strength(suggestion).level == "strong"


def test_strength_is_honest_about_what_people_choose() -> None:
    weak = ["Juan1985", "123456789012", "aaaaaaaaaaaaaaa", "María 2024", "el perro de mi casa", "contraseñalarga"]
    assert [vault.strength(text).level for text in weak] == ["weak"] * len(weak)
    assert vault.strength("nopal lluvia cometa sendero").level in ("fair", "strong")
    assert vault.strength("nopal nopal nopal nopal").bits == vault.strength("nopal").bits


# The printed key


@given(secrets, st.sampled_from(["-", " ", "", " - ", "\n", "–"]), st.booleans())
def test_what_is_printed_reads_back_however_it_is_typed(secret: int, between: str, small: bool) -> None:
    text = words.write_recovery(secret).replace("-", between)
    assert vault.parse_recovery(text.lower().replace("0", "o").replace("1", "l") if small else text) == secret


@given(secrets, st.integers(0, 34), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZU"))
def test_one_wrong_letter_names_its_group(secret: int, at: int, letter: str) -> None:
    letters = list(words.write_recovery(secret).replace("-", ""))
    assume(letters[at] != letter)
    letters[at] = letter
    told = refused(lambda: vault.parse_recovery("".join(letters)))
    assert (told.code, told.facts["group"]) == ("vault.recovery_group", at // 5 + 1)


@given(secrets, st.integers(0, 6), st.permutations(range(5)))
def test_two_letters_exchanged_in_a_group_show(secret: int, place: int, order: list[int]) -> None:
    groups = words.write_recovery(secret).split("-")
    first, second = order[:2]
    letters = list(groups[place])
    assume(letters[first] != letters[second])
    letters[first], letters[second] = letters[second], letters[first]
    groups[place] = "".join(letters)
    assert refused(lambda: vault.parse_recovery("-".join(groups))).facts["group"] == place + 1


@given(secrets, st.integers(0, 5))
def test_two_groups_exchanged_show(secret: int, place: int) -> None:
    groups = words.write_recovery(secret).split("-")
    groups[place], groups[place + 1] = groups[place + 1], groups[place]
    assert refused(lambda: vault.parse_recovery("-".join(groups))).facts["group"] == place + 1


def test_missing_groups_are_counted_and_a_short_group_is_named() -> None:
    groups = words.write_recovery(Random(1).getrandbits(140)).split("-")
    told = refused(lambda: vault.parse_recovery("-".join(groups[:4])))
    assert (told.code, told.facts) == ("vault.recovery_length", {"have": 4, "need": 7})
    assert refused(lambda: vault.parse_recovery("")).facts["have"] == 0
    groups[2] = groups[2][:4]
    assert refused(lambda: vault.parse_recovery("-".join(groups))).facts == {"group": 3, "groups": 7}


# The PIN


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def verifier() -> str:
    return vault.pin_verifier("4071")


def test_a_pin_is_told_from_others_and_its_verifier_shows_nothing(verifier: str) -> None:
    assert vault.check_pin("4071", verifier) and not vault.check_pin("4072", verifier)
    assert "4071" not in verifier.split("$")[:4] and vault.pin_verifier("4071") != verifier
    assert not any(vault.check_pin("4071", bad) for bad in ("", "x", "argon2id$1$2$3$zz$00", "md5$1$1$1$00$00"))


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４", "-123", "4 071"])
def test_a_pin_has_four_to_eight_digits(pin: str) -> None:
    assert refused(lambda: vault.pin_verifier(pin)).code == "vault.pin_form"


@pytest.mark.parametrize("pin", ["0000", "1234", "8765", "11111111"])
def test_the_first_pins_anybody_tries_are_refused(pin: str) -> None:
    assert refused(lambda: vault.pin_verifier(pin)).code == "vault.pin_simple"


def test_a_locked_session_hides_the_key_until_the_pin(verifier: str) -> None:
    lock = PinLock(b"k" * 32, Clock())
    assert lock.key == b"k" * 32
    lock.lock()
    assert lock.locked and refused(lambda: lock.key).code == "vault.locked"
    assert lock.enter("4071", verifier) == b"k" * 32
    assert not lock.locked


def test_five_wrong_pins_in_a_row_drop_the_key_and_a_right_one_starts_anew(verifier: str) -> None:
    lock = PinLock(b"k" * 32, Clock())
    lock.lock()
    left = [refused(lambda: lock.enter("9999", verifier)).facts["left"] for _ in range(4)]
    assert left == [4, 3, 2, 1]
    lock.enter("4071", verifier)
    for _ in range(4):
        refused(lambda: lock.enter("9999", verifier))
    with pytest.raises(KeyDropped) as told:
        lock.enter("9999", verifier)
    assert told.value.code == "vault.key_dropped_tries"
    for gone in (lambda: lock.enter("4071", verifier), lambda: lock.key):
        assert refused(gone).code == "vault.key_dropped_tries"
    assert b"k" * 32 not in vars(lock).values()


@pytest.mark.parametrize(("seconds", "open_again"), [(1_800, True), (1_801, False), (-1, False)])
def test_thirty_locked_minutes_or_a_clock_run_backwards_drop_the_key(
    verifier: str, seconds: int, open_again: bool
) -> None:
    clock = Clock()
    lock = PinLock(b"k" * 32, clock)
    clock.now += 100_000  # open for long: nothing happens
    assert lock.key and not lock.expire()
    lock.lock()
    clock.now += seconds
    if open_again:
        lock.lock()  # does not begin the half hour again
        assert lock.enter("4071", verifier)
    else:
        assert refused(lambda: lock.key).code == "vault.key_dropped_time"
        assert lock.expire() and lock.locked
        assert refused(lambda: lock.enter("4071", verifier)).code == "vault.key_dropped_time"


def test_another_person_takes_over_an_open_window_by_pin(verifier: str) -> None:
    lock = PinLock(b"k" * 32, Clock())
    other = vault.pin_verifier("90210")
    assert lock.enter("90210", other) == lock.key
    assert refused(lambda: lock.enter("4071", other)).facts["left"] == 4


def test_the_own_pin_wins_no_tries_at_another(verifier: str) -> None:
    lock = PinLock(b"k" * 32, Clock())
    other = vault.pin_verifier("90210")
    for left in (4, 3, 2, 1):
        lock.lock()
        assert refused(lambda: lock.enter("9999", other)).facts["left"] == left
        lock.enter("4071", verifier)
    lock.lock()
    with pytest.raises(KeyDropped):
        lock.enter("9999", other)


def test_a_passphrase_opens_again_and_takes_back_the_own_wrong_pins(verifier: str) -> None:
    clock = Clock()
    lock = PinLock(b"k" * 32, clock)
    lock.lock()
    refused(lambda: lock.enter("9999", verifier))
    lock.reopen(None)
    assert not lock.locked and lock.tries_left == 4
    lock.reopen(verifier)
    assert lock.tries_left == 5
    lock.lock()
    clock.now += 1_801
    assert refused(lambda: lock.reopen(verifier)).code == "vault.key_dropped_time"


def test_the_own_clock_runs_forward() -> None:
    from ces_desktop.data.pin import awake_and_asleep_seconds

    first = awake_and_asleep_seconds()
    assert awake_and_asleep_seconds() >= first > 0
