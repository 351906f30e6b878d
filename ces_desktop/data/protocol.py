"""The protocol that we ship, read once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.protocol import Step


@lru_cache(maxsize=1)
def protocol() -> tuple[Step, ...]:
    """Every step, in the order of the file."""
    return tuple(_step(row) for row in read_list("protocol"))


def _step(row: dict[str, Any]) -> Step:
    def words(column: str) -> tuple[str, ...]:
        return tuple((row[column] or "").split("|")) if row[column] else ()

    return Step(
        row["code"], row["programme"], row["kind"], {"es": row["name_es"], "en": row["name_en"]}, words("measures"),
        row["need"] or "all", row["every"] or "", row["every_at_goal"] or "", row["age_from"] or "",
        words("medicines"), row["count"] or "", words("only_with"), row["source"] or "",
    )  # fmt: skip
