"""The clinic's data key and its slots: `keyslots.json` holds the key wrapped once per user and once per recovery key.

Losing the file is losing the clinic, so it always lies there twice (`keyslots.json` and `keyslots.json.previous`),
each with a checksum. What is in a slot is bound to it: a slot moved, renamed or changed in one bit opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ces_desktop.data.folder import ClinicFolder, previous_of, unavailable, write_safely
from ces_desktop.data.passphrase import RecoveryKey as RecoveryKey
from ces_desktop.data.passphrase import check_rule, normalised, write_recovery
from ces_desktop.data.passphrase import parse_recovery as parse_recovery
from ces_desktop.data.passphrase import strength as strength
from ces_desktop.data.passphrase import suggest_passphrase as suggest_passphrase
from ces_desktop.data.pin import KeyDropped as KeyDropped
from ces_desktop.data.pin import PinLock as PinLock
from ces_desktop.data.pin import check_pin as check_pin
from ces_desktop.data.pin import pin_verifier as pin_verifier
from ces_desktop.errors import Refused, Unavailable

FORMAT = 1
_Json = dict[str, Any]


class DataKey(bytes):
    """The 32 bytes that open the database; its repr shows nothing, so that no log can."""

    def __repr__(self) -> str:
        return "DataKey(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Argon2:
    """Cost of one try at a passphrase; the floor is OWASP's (19 MiB, 2 passes), the ceiling what a file may ask."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1

    def __post_init__(self) -> None:
        if not (19_456 <= self.memory_kib <= 1 << 20 and 2 <= self.passes <= 64 and 1 <= self.lanes <= 8):
            raise ValueError("Argon2 cost outside what we use")

    def derive(self, passphrase: str, salt: bytes) -> bytes:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        kdf = Argon2id(salt=salt, length=32, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib)
        return kdf.derive(normalised(passphrase).encode())


CHEAPEST = Argon2()


def calibrate(seconds: float = 0.7, clock: Callable[[], float] = time.perf_counter) -> Argon2:
    """The cost at which one try takes about `seconds` on this machine: as much memory as still allows two passes."""
    for memory in (131_072, 65_536, 32_768):
        trial = Argon2(memory, 2)
        start = clock()
        trial.derive("calibration", b"\0" * 16)
        one_pass = (clock() - start) / 2
        passes = int(seconds / one_pass) if one_pass > 0 else 64
        if passes >= 2:
            return Argon2(memory, min(passes, 64))
    return CHEAPEST


@dataclass(frozen=True, slots=True)
class Slot:
    """Whom the vault opens for."""

    user: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Vault:
    """An open vault: where it is, its 16-byte name (the same in every copy and backup), and the data key."""

    folder: ClinicFolder
    vault_id: bytes
    key: DataKey


def create(
    folder: ClinicFolder, user: bytes, name: str, passphrase: str, cost: Argon2 | None = None
) -> tuple[Vault, RecoveryKey]:
    """Make the data key, the first user's slot and the printed recovery key; write the slot file.

    `cost` None means: measured on this machine. Raises Refused `vault.exists`, or for the passphrase's rule.
    """
    if folder.slots.exists() or previous_of(folder.slots).exists():
        raise Refused("vault.exists")
    check_rule(passphrase)
    key = DataKey(os.urandom(32))
    vault_id = os.urandom(16)
    document: _Json = {"format": FORMAT, "vault": vault_id.hex(), "check": _key_check(key, vault_id)}
    document |= {"slots": [], "recovery": []}
    document["slots"].append(_user_slot(vault_id, key, user, name, passphrase, cost or calibrate()))
    recovery = _add_printed(document, key)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unavailable(error) from error
    _store(folder, document)
    return Vault(folder, vault_id, key), recovery


def open(folder: ClinicFolder, user: bytes, passphrase: str) -> DataKey:
    """The data key, from a user's passphrase (takes the calibrated 0.5–1 s).

    Raises Refused `vault.wrong_passphrase`, `vault.no_slot` (not a user here), `vault.missing`, `vault.damaged`.
    """
    found = False
    for document in _documents(folder):
        for slot in document["slots"]:
            if slot["user"] == user.hex():
                found = True
                cost = Argon2(**slot["cost"])
                secret = cost.derive(passphrase, bytes.fromhex(slot["salt"]))
                key = _unwrap(document, slot, secret)
                if key is not None:
                    return key
    if condition(folder) == "damaged":
        raise Refused("vault.damaged")
    raise Refused("vault.wrong_passphrase" if found else "vault.no_slot")


def open_with_recovery(folder: ClinicFolder, recovery_text: str) -> DataKey:
    """The data key, from the printed key. Raises Refused naming the mistyped group, or `vault.wrong_recovery`."""
    secret = parse_recovery(recovery_text)
    for document in _documents(folder):
        for slot in document["recovery"]:
            if slot["kind"] == "printed":
                key = _unwrap(document, slot, _recovery_secret(secret, bytes.fromhex(slot["salt"])))
                if key is not None:
                    return key
    raise Refused("vault.damaged" if condition(folder) == "damaged" else "vault.wrong_recovery")


def list_slots(folder: ClinicFolder) -> list[Slot]:
    """The users the vault opens for, in the order they were added."""
    return [Slot(bytes.fromhex(slot["user"]), slot["name"]) for slot in _documents(folder)[0]["slots"]]


def recovery_sheets(folder: ClinicFolder) -> list[str]:
    """The short names printed on the sheets that are valid today."""
    return [slot["sheet"] for slot in _documents(folder)[0]["recovery"] if slot["kind"] == "printed"]


def vault_id(folder: ClinicFolder) -> bytes:
    """The 16 bytes that name the clinic's key in every copy of its slot file."""
    return bytes.fromhex(_documents(folder)[0]["vault"])


def fits(folder: ClinicFolder, key: bytes) -> bool:
    """Whether this is the data key the slot file wraps."""
    document = _documents(folder)[0]
    return hmac.compare_digest(document["check"], _key_check(key, bytes.fromhex(document["vault"])))


def condition(folder: ClinicFolder) -> str:
    """ "good"; "previous" (the file is damaged, its second copy is in use); "damaged"; "missing"."""
    if _read(folder.slots) is not None:
        return "good"
    if _read(previous_of(folder.slots)) is not None:
        return "previous"
    return "damaged" if folder.slots.exists() or previous_of(folder.slots).exists() else "missing"


def add_user_slot(
    folder: ClinicFolder, key: bytes, user: bytes, name: str, passphrase: str, cost: Argon2 | None = None
) -> None:
    """Let another person open the clinic. Raises Refused `vault.slot_exists`, `vault.other_key`."""
    document = _own_document(folder, key)
    if any(slot["user"] == user.hex() for slot in document["slots"]):
        raise Refused("vault.slot_exists")
    _put_slot(folder, document, key, user, name, passphrase, cost)


def replace_passphrase(
    folder: ClinicFolder, key: bytes, user: bytes, name: str, passphrase: str, cost: Argon2 | None = None
) -> None:
    """Give a person a new passphrase without the old one: after recovery, or by whoever manages users."""
    _put_slot(folder, _own_document(folder, key), key, user, name, passphrase, cost)


def change_passphrase(folder: ClinicFolder, user: bytes, old: str, new: str, cost: Argon2 | None = None) -> None:
    """A person changes the own passphrase; the old one opens neither the file nor its second copy any more."""
    key = open(folder, user, old)
    name = next(slot.name for slot in list_slots(folder) if slot.user == user)
    replace_passphrase(folder, key, user, name, new, cost)


def remove_user_slot(folder: ClinicFolder, key: bytes, user: bytes) -> None:
    """The person's passphrase opens no more. Older backups still hold the slot; the last slot cannot go."""
    document = _own_document(folder, key)
    kept = [slot for slot in document["slots"] if slot["user"] != user.hex()]
    if not kept:
        raise Refused("vault.last_slot")
    _store(folder, {**document, "slots": kept})


def new_recovery_key(folder: ClinicFolder, key: bytes) -> RecoveryKey:
    """A new printed key; the sheet printed before is void."""
    document = _own_document(folder, key)
    document["recovery"] = [slot for slot in document["recovery"] if slot["kind"] != "printed"]
    recovery = _add_printed(document, key)
    _store(folder, document)
    return recovery


def copy_slots(folder: ClinicFolder, into: ClinicFolder) -> None:
    """Write the slots that are in use in one folder into another (a backup, a restored clinic)."""
    _store(into, _documents(folder)[0])


# The file


def _documents(folder: ClinicFolder) -> list[_Json]:
    """What to read slots from: the file if its checksum holds, else its second copy, else whatever is legible."""
    if not folder.slots.exists() and not previous_of(folder.slots).exists():
        raise Refused("vault.missing")
    good = [document for path in (folder.slots, previous_of(folder.slots)) if (document := _read(path)) is not None]
    if good:
        return good[:1]
    legible = [
        document
        for path in (folder.slots, previous_of(folder.slots))
        if (document := _read(path, whole=False)) is not None
    ]
    if not legible:
        raise Refused("vault.damaged")
    return legible


def _read(path: Path, whole: bool = True) -> _Json | None:
    """The document in a file, None if it cannot be used. Not `whole`: the checksum may fail, slots prove themselves."""
    try:
        outer = json.loads(path.read_bytes().decode("utf-8"))
        document: _Json = outer["vault_file"]
        if whole and outer["sha256"] != hashlib.sha256(_canonical(document)).hexdigest():
            return None
        if document["format"] != FORMAT:
            if whole:
                raise Refused("vault.too_new")
            return None
        document["slots"] = [slot for slot in document["slots"] if _legible(slot)]
        document["recovery"] = [slot for slot in document["recovery"] if slot["kind"] != "printed" or _legible(slot)]
        bytes.fromhex(document["vault"])
        return document if isinstance(document["check"], str) else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable("storage.unreadable") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _legible(slot: _Json) -> bool:
    """Whether a slot that we are to open has its parts; a user's slot also names the user."""
    try:
        for name in ("salt", "nonce", "key"):
            bytes.fromhex(slot[name])
        if "kind" in slot:
            return isinstance(slot["sheet"], str)
        return isinstance(slot["name"], str) and bool(bytes.fromhex(slot["user"])) and bool(Argon2(**slot["cost"]))
    except (ValueError, KeyError, TypeError):
        return False


def _store(folder: ClinicFolder, document: _Json) -> None:
    """Write both copies, one after the other: at every step one of them is whole.

    The second copy gets the new content too, so that a passphrase changed or a person removed opens neither.
    """
    outer = {"sha256": hashlib.sha256(_canonical(document)).hexdigest(), "vault_file": document}
    data = json.dumps(outer, ensure_ascii=False, indent=1).encode()
    write_safely(folder.slots, data, keep_previous=_read(folder.slots) is not None)
    write_safely(previous_of(folder.slots), data, keep_previous=False)


def _canonical(document: _Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# The slots


def _own_document(folder: ClinicFolder, key: bytes) -> _Json:
    """The document to change, once the key in hand is known to be this vault's."""
    document = _documents(folder)[0]
    if not hmac.compare_digest(document["check"], _key_check(key, bytes.fromhex(document["vault"]))):
        raise Refused("vault.other_key")
    return document


def _put_slot(
    folder: ClinicFolder, document: _Json, key: bytes, user: bytes, name: str, passphrase: str, cost: Argon2 | None
) -> None:
    check_rule(passphrase)
    new = _user_slot(bytes.fromhex(document["vault"]), key, user, name, passphrase, cost or calibrate())
    slots = [new if slot["user"] == user.hex() else slot for slot in document["slots"]]
    _store(folder, {**document, "slots": slots if new in slots else [*slots, new]})


def _user_slot(vault_id: bytes, key: bytes, user: bytes, name: str, passphrase: str, cost: Argon2) -> _Json:
    salt = os.urandom(16)
    head: _Json = {"user": user.hex(), "name": name, "kdf": "argon2id", "cost": asdict(cost), "salt": salt.hex()}
    return _wrap(vault_id, head, cost.derive(passphrase, salt), key)


def _add_printed(document: _Json, key: bytes) -> RecoveryKey:
    secret, salt = secrets.randbits(140), os.urandom(16)
    sheet = secrets.token_hex(2).upper()
    head: _Json = {"kind": "printed", "sheet": sheet, "kdf": "hkdf-sha256", "salt": salt.hex()}
    document["recovery"].append(_wrap(bytes.fromhex(document["vault"]), head, _recovery_secret(secret, salt), key))
    return RecoveryKey(write_recovery(secret), sheet)


def _wrap(vault_id: bytes, head: _Json, secret: bytes, key: bytes) -> _Json:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    return {**head, "nonce": nonce.hex(), "key": AESGCM(secret).encrypt(nonce, key, _bound(vault_id, head)).hex()}


def _unwrap(document: _Json, slot: _Json, secret: bytes) -> DataKey | None:
    """The key in a slot, None when the secret is wrong or anything in the slot was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = {name: value for name, value in slot.items() if name not in ("nonce", "key")}
    try:
        bound = _bound(bytes.fromhex(document["vault"]), head)
        key = AESGCM(secret).decrypt(bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["key"]), bound)
    except (InvalidTag, ValueError, KeyError):
        return None
    return DataKey(key)


def _bound(vault_id: bytes, head: _Json) -> bytes:
    return b"ces-desktop slot 1" + vault_id + _canonical(head)


def _recovery_secret(secret: int, salt: bytes) -> bytes:
    return _hkdf(secret.to_bytes(18, "big"), salt, b"ces-desktop recovery 1")


def _key_check(key: bytes, vault_id: bytes) -> str:
    """Tells whether a key is this vault's without telling anything about the key."""
    return _hkdf(key, vault_id, b"ces-desktop key check 1")[:8].hex()


def _hkdf(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=purpose).derive(secret)
