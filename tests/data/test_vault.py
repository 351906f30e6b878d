"""The slot file: no damage yields a wrong key, and no one opens who should not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vaults import ANA, LUIS, OTHER, PHRASE, refused

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder, previous_of
from ces_desktop.data.vault import CHEAPEST, Vault
from ces_desktop.errors import Refused


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
