"""Papers that are issued under a folio: what an issue is called, and the code of all that a paper says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import ClassVar, Protocol

STOCK, EXPIRIES, DAYS_OUT, COUNT_SHEET, STOCK_CARD = "stock", "expiries", "days_out", "count_sheet", "stock_card"
SHELF_PAPERS = (STOCK, EXPIRIES, DAYS_OUT, COUNT_SHEET, STOCK_CARD)
HANDOVER, SESSION, PROGRESS, SCORECARD = "handover", "session", "progress", "scorecard"
"""Kinds of paper, beside those of the month (`monthly`) and of an order (`supply.order_paper`)."""
WHOLE = "clinic"
"""The period of a progress sheet that is nobody's: of the whole clinic."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the papers of an issue: its folio ("" = a draft) and the folio it takes the place of."""

    folio: str = ""
    replaces: str = ""


class Paper(Protocol):
    """What a paper says. Of one kind and period the last issue is in force; the same `sha` is the same paper."""

    kind: ClassVar[str]
    definitions: ClassVar[str]
    """Edition of what its columns mean; another when that changes."""

    @property
    def period(self) -> str:
        """Of what: an ISO day or month, or the id of what it is about, hexadecimal."""

    def sha(self) -> str:
        """SHA-256 of all it shows, hexadecimal."""


def data_sha(*rows: object) -> str:
    """SHA-256, hexadecimal, of rows: frozen dataclasses, days, plain integers, text, bytes, None, and sequences."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    """What JSON does not know: bytes as hexadecimal, a day in ISO, a value of ours as its fields by name."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"no code for a {type(value).__name__}")
