"""The definitions of indicators that we ship, read once."""

from __future__ import annotations

from functools import lru_cache

from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.indicators import Definition, Definitions


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    """Every definition by its code."""
    found = {}
    for row in read_list("indicator"):
        name, above, below = (
            {language: str(row[f"{part}_{language}"] or "") for language in ("es", "en")} for part in _PARTS
        )
        code = str(row["code"])
        version, every = int(row["version"] or 0), row["every"] == 1
        found[code] = Definition(code, version, every, name, above, below, str(row["source"]))
    return found


_PARTS = ("name", "numerator", "denominator")
