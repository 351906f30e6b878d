"""The PIN reopens a locked session, for a while and a few tries."""

from __future__ import annotations

import pytest
from vaults import refused

from ces_desktop.data import vault
from ces_desktop.data.vault import KeyDropped, PinLock


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
