"""What every print says besides its subject: the clinic, the moment of the cut, its code, the version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass

CUT_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands at the top and foot of each page. Empty text = not known; no page says what is not known.

    `made_at_ms` is the cut: the instant (UTC milliseconds) at which the rows were read, also the date inside the file.
    Same rows and same frame give the same bytes.
    """

    clinic_name: str
    official_name: str
    clues: str
    municipality: str
    prefix: str
    made_at_ms: int
    user_name: str
    app_version: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One print: its title, the folio or id at its foot, the code of the data it shows, and whether they are a trial.

    `about` names the person on every page (NOM-004). `title` and `folio` also stand in the file's own title, so neither
    may hold a person's name. `cut` is empty where a code would tell of a secret.
    """

    title: str
    folio: str
    cut: str
    about: str = ""
    test_record: bool = False
    warning: str = ""
    """Said in words in a frame at the top of every page ("INCOMPLETE DATA")."""
    landscape: bool = False


def cut_code(*rows: object) -> str:
    """First 12 characters of the SHA-256 of the rows printed: paper and data can be proved to match.

    Rows are frozen dataclasses, or plain integers, text, bytes, None and sequences of them.
    """
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:CUT_LETTERS]


def _plain(value: object) -> object:
    """What JSON does not know: bytes as hexadecimal, a value of ours as its fields by name."""
    if isinstance(value, bytes):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"no code for a {type(value).__name__}")
