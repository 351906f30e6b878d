"""Clinical thresholds as dated values: the goal, cut-off or interval that was in force on a day, and its norm."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value from a day on (ISO date). `value` is an integer in `unit` ("mmHg", "0.1 %", "month")."""

    code: str
    value: int
    unit: str
    programme: str
    norm: str
    valid_from: str


class Thresholds:
    """All thresholds, asked for by code and day."""

    def __init__(self, rows: Iterable[Threshold]) -> None:
        self._by_code: dict[str, list[Threshold]] = {}
        for row in sorted(rows, key=lambda t: (t.code, t.valid_from)):
            self._by_code.setdefault(row.code, []).append(row)
        self._values: dict[tuple[str, date | str], int] = {}
        self._days = {code: [t.valid_from for t in held] for code, held in self._by_code.items()}

    def at(self, code: str, on: date | str) -> Threshold:
        """The threshold in force on a day; before the first, the first. KeyError for a code nobody declared: a bug."""
        day = on if isinstance(on, str) else on.isoformat()
        held = self._by_code[code]
        return held[max(0, bisect_right(self._days[code], day) - 1)]

    def value(self, code: str, on: date | str) -> int:
        """Its value; KeyError as `at`."""
        known = self._values.get((code, on))
        if known is None:
            known = self._values[code, on] = self.at(code, on).value
        return known

    def version(self) -> str:
        """Twelve hexadecimal characters that change when any value does: printed beside what was computed with it."""
        text = "\n".join(f"{t.code}={t.value}@{t.valid_from}" for held in self._by_code.values() for t in held)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
