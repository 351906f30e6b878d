"""Passphrases are long enough and told apart; the printed key can be typed, and a slip names its group."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from vaults import ANA, PHRASE, refused

from ces_desktop.data import passphrase as words
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import CHEAPEST

secrets = st.integers(0, 2**140 - 1)


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
