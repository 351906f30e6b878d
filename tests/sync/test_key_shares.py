"""The network key in three sheets: any two give it back, one gives nothing, and a slip is named."""

from __future__ import annotations

from itertools import combinations

import pytest
import shamir_mnemonic
from shamir_mnemonic.wordlist import WORDLIST

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.passphrase import write_recovery
from ces_desktop.errors import Refused
from ces_desktop.sync.key_shares import are_shares, joined_key, key_shares

KEY = write_recovery(0x123456789ABCDEF0123456789ABCDEF0123)
LONG = DeviceKeys(bytes(range(32)), bytes(range(32, 64))).to_bytes().hex().upper()


@pytest.mark.parametrize("key", [KEY, write_recovery(0), write_recovery(2**140 - 1), LONG])
def test_any_two_sheets_give_the_key_back(key: str) -> None:
    sheets = key_shares(key)
    assert len(sheets) == 3 and all(map(are_shares, sheets)) and not are_shares(key)
    for one, other in combinations(sheets, 2):
        assert joined_key([one, other]) == joined_key([other.upper(), one]) == key
    assert joined_key(sheets) == key


def test_one_sheet_is_not_enough() -> None:
    one = key_shares(KEY)[0]
    for typed in ([one], [one, one]):
        with pytest.raises(Refused) as told:
            joined_key(typed)
        assert (told.value.code, told.value.facts) == ("sync.shares_too_few", {"have": 1, "need": 2})


def test_a_slip_is_named_with_its_sheet() -> None:
    one, other, _ = key_shares(KEY)
    words = other.split()
    with pytest.raises(Refused) as told:
        joined_key([one, " ".join([*words[:4], "colibrí", *words[5:]])])
    assert (told.value.code, told.value.facts) == ("sync.share_word", {"share": 2, "place": 5})
    for place in range(len(words)):
        wrong = WORDLIST[(WORDLIST.index(words[place]) + 1) % len(WORDLIST)]
        with pytest.raises(Refused, match=r"sync\.share"):
            joined_key([one, " ".join([*words[:place], wrong, *words[place + 1 :]])])
    with pytest.raises(Refused, match=r"sync\.share_wrong"):
        joined_key([" ".join(words[:-1]), one])


def test_sheets_of_two_makings_do_not_mix() -> None:
    with pytest.raises(Refused, match=r"sync\.shares_apart"):
        joined_key([key_shares(KEY)[0], key_shares(KEY)[1]])


def test_what_is_no_key_is_not_shared() -> None:
    for text in ("nube azul sobre la milpa", LONG.replace("01", "02", 1), "zz" * 65):
        with pytest.raises(Refused):
            key_shares(text)


def test_the_words_are_the_standards() -> None:
    """Any program that reads SLIP-39 reads the sheets: here, the library by itself."""
    secret = shamir_mnemonic.combine_mnemonics(key_shares(KEY)[1:])
    assert secret == 0x123456789ABCDEF0123456789ABCDEF0123.to_bytes(18, "big")


def test_the_sheets_of_the_first_day_are_read_for_ever() -> None:
    kept = (
        "document golden academic acid admit easy view cover huge rapids warmth "
        "destroy civil froth trouble genius anatomy phantom herd kidney main stick",
        "document golden academic agency adapt biology terminal magazine rapids bolt lily "
        "epidemic average goat unfold obtain boundary ugly edge member scatter salon",
    )
    assert joined_key(kept) == KEY
