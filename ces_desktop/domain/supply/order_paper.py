"""An order as it is printed: plain rows, what was foretold of them, and how prescriptions were filled the month before.

What came of the order is not on it: the paper that was signed stays the same when the truck arrives.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

ORDER, REQUISITION = "order", "requisition"
"""Two papers of one folio: ours, and the form of the Secretaría de Salud."""
DEFINITIONS = "supply-order-1"
"""Of the columns, as the paper explains them; another number when what a column says changes."""
Section = Literal["medicine", "material", "test"]
SECTIONS: tuple[Section, ...] = ("medicine", "material", "test")
"""In the order of the form; what is of no known kind stands with the materials."""
BY_CLASS = ("vital", "essential", "other")


@dataclass(frozen=True, slots=True)
class OrderPaperLine:
    """An item asked for. Units are the smallest; `average` hundredths of them a month, `risk` thousandths, both as
    they were when the order was proposed; None = not known. `reason` "" = as proposed."""

    code: str
    name_es: str
    name_en: str
    form: str
    unit: str
    pack: int
    section: Section
    ven: str
    on_hand: int
    in_transit: int
    average: int | None
    risk: int | None
    proposed: int
    requested: int
    reason: str

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es

    @property
    def packs(self) -> int:
        """Boxes asked for: a part of one is a whole."""
        return -(-self.requested // self.pack)


@dataclass(frozen=True, slots=True)
class Filled:
    """Prescriptions of an ISO month: how many were written, how many of them filled in full, the same of their lines.

    Lines without quantity or of no item of the catalogue are in neither. `recorded` = anything was handed out against
    a prescription in that month: where not, nobody knows what was filled, which is not none.
    """

    month: str
    prescriptions: int = 0
    in_full: int = 0
    lines: int = 0
    lines_in_full: int = 0
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """Everything the paper of one order says; lines by section, class and name."""

    number: str
    source: str
    state: str
    made_on: str
    sent_on: str | None
    expected_on: str | None
    note: str
    lines: tuple[OrderPaperLine, ...]
    filled: Filled

    def sha(self) -> str:
        """SHA-256 of all of it, hexadecimal: the same data are the same paper."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def section_of(kind: str) -> Section:
    """The section of the form in which an item of a kind stands."""
    return "medicine" if kind == "medicine" else "test" if kind == "test" else "material"
