"""Ask how each source supplies the clinic: days between orders, days until they come, the most packs of an order."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.orders import Cycle
from ces_desktop.i18n import tr
from ces_desktop.services.orders import FARTHEST_DAYS, SOURCES
from ces_desktop.ui import labels
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.widgets import Dialog, FieldRow, Text, TextField

Asked = tuple[str, int | None, int | None, str | None, int | None]
"""Source, review days, lead days, next delivery (ISO), budget in packs: what follows the id of a `CycleRequest`."""
SHOWN = SOURCES[:2]


class CycleDialog(Dialog[list[Asked]]):
    """What is left empty is not known; real deliveries count more than what is written here."""

    def __init__(self, parent: QWidget | None, held: Mapping[str, Cycle]) -> None:
        text = tr("Until three orders came, the program goes by this; after that by what really happened.")
        super().__init__(parent, tr("Supply cycle"), text, primary=tr("Save"), icon="save")
        self._cycles = held
        self.rows: dict[str, tuple[FieldRow, FieldRow, FieldRow]] = {}
        for source in SHOWN:
            cycle = held.get(source, Cycle(source))
            self.add(Text(words.source(source), "smallstrong"))
            parts = (
                (tr("Days between orders"), cycle.review_days),
                (tr("Days until it comes"), cycle.lead_days),
                (tr("Budget in packs"), cycle.budget),
            )
            made = []
            for label, value in parts:
                field = TextField(None if value is None else str(value), name=label, width=96, align="right", limit=7)
                made.append(FieldRow(label, field))
            self.add(*made)
            self.rows[source] = (made[0], made[1], made[2])

    def answer(self) -> list[Asked] | None:
        """What changed; None while something cannot be read."""
        found: list[Asked] = []
        wrong = False
        for source, (review, lead, budget) in self.rows.items():
            values = []
            for each, most in ((review, FARTHEST_DAYS), (lead, FARTHEST_DAYS), (budget, 9_999_999)):
                assert isinstance(each.control, TextField)
                text = each.control.text().replace(",", "").strip()
                good = not text or (text.isdigit() and (1 if most == FARTHEST_DAYS else 0) <= int(text) <= most)
                each.clear_note()
                if not good:
                    each.show_error(tr("Write a number between 1 and {most}.").format(most=labels.number(most)))
                wrong = wrong or not good
                values.append(int(text) if text and good else None)
            cycle = self._cycles.get(source, Cycle(source))
            if (cycle.review_days, cycle.lead_days, cycle.budget) != tuple(values):
                found.append((source, values[0], values[1], cycle.next_delivery_on, values[2]))
        return None if wrong else found
