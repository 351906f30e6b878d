"""The network key in three sheets of words, any two of which give it back (SLIP-39 by `shamir-mnemonic`, `sync.md` 2).

One sheet tells nothing; one may burn. The words are a standard's: any program or hardware that knows SLIP-39 reads
them, should ours be gone. What is shared is what stands on the sheet of the whole key: the 140 bits in seven groups, or
the two halves that the first version wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.data.passphrase import parse_recovery, write_recovery
from ces_desktop.errors import Refused

NEEDED, SHEETS = 2, 3
_GROUPS_SIZE, _HALVES_SIZE, _HALVES = 18, 64, b"\x01"
WORDS = {22: "of the key in seven groups", 59: "of the two halves"}


def key_shares(text: str) -> tuple[str, ...]:
    """Three lists of words for the key as it is written on its sheet; other ones each time.

    Refused as `parse_recovery` for what is no key.
    """
    from shamir_mnemonic import generate_mnemonics

    long = "".join(text.split())
    if len(long) == 2 * (1 + _HALVES_SIZE):
        secret = _halves(long)
    else:
        secret = parse_recovery(text).to_bytes(_GROUPS_SIZE, "big")
    # The key is random already: no passphrase, and stretching it would add nothing.
    (shares,) = generate_mnemonics(1, [(NEEDED, SHEETS)], secret, iteration_exponent=0)
    return tuple(shares)


def joined_key(shares: Sequence[str]) -> str:
    """The key, as on the sheet of the whole one, from the words of two sheets in any order.

    Refused("sync.share_word", share, place) names a word that is not in the list, ("sync.share_wrong", share) a sheet
    with a word mistyped, missing or exchanged, ("sync.shares_too_few", have, need), ("sync.shares_apart") sheets that
    were not made together.
    """
    from shamir_mnemonic import MnemonicError, Share, combine_mnemonics
    from shamir_mnemonic.wordlist import WORD_INDEX_MAP

    read = []
    for number, text in enumerate(shares, 1):
        words = text.lower().split()
        for place, word in enumerate(words, 1):
            if word not in WORD_INDEX_MAP:
                raise Refused("sync.share_word", share=number, place=place)
        try:
            read.append(Share.from_mnemonic(" ".join(words)))
        except (MnemonicError, ValueError) as error:
            raise Refused("sync.share_wrong", share=number) from error
    told = {share.index: share for share in read}
    if len({share.common_parameters() for share in read}) > 1:
        raise Refused("sync.shares_apart")
    if len(told) < NEEDED:
        raise Refused("sync.shares_too_few", have=len(told), need=NEEDED)
    try:
        secret: bytes = combine_mnemonics([share.mnemonic() for share in list(told.values())[:NEEDED]])
    except (MnemonicError, ValueError) as error:
        raise Refused("sync.shares_apart") from error
    if len(secret) == _HALVES_SIZE:
        return (_HALVES + secret).hex().upper()
    if len(secret) != _GROUPS_SIZE or secret[0] >> 4:
        raise Refused("sync.shares_apart")
    return write_recovery(int.from_bytes(secret, "big"))


def are_shares(text: str) -> bool:
    """Whether a text is words of sheets rather than a whole key."""
    return len(text.split()) in WORDS


def _halves(long: str) -> bytes:
    try:
        data = bytes.fromhex(long)
    except ValueError as error:
        raise Refused("sync.bad_key") from error
    if data[:1] != _HALVES:
        raise Refused("sync.bad_key")
    return data[1:]
