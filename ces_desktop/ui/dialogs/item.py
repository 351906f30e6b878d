"""Ask about an item of the catalogue: what it is, what is counted of it, who supplies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.items import CatalogueItem
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.catalogue import FORMS, KINDS, ROUTES, SOURCES, UNITS, VEN, normal_code, odd_code
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports import care_words
from ces_desktop.services.catalogue import ItemRequest, check_code, check_name, check_pack, check_unit
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.ui.dialogs.dated import Check, refused
from ces_desktop.ui.messages import catalogue as words
from ces_desktop.ui.pages import supplies_words
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, Option, TextField, yes_no_field

LABEL = 170


class ItemDialog(Dialog[ItemRequest]):
    """An item, new or corrected. A clave that looks odd is said and kept."""

    def __init__(
        self, parent: QWidget | None, held: Sequence[CatalogueItem], new: Id, item: CatalogueItem | None = None
    ) -> None:
        super().__init__(
            parent, tr("Correct the item") if item else tr("New item of the catalogue"), primary=tr("Save"),
            icon="save", width=720,
        )  # fmt: skip
        self._items, self._new, self._item = held, new, item
        self._make(item)
        self._lay_out()
        self.name.setFocus()

    def _make(self, item: CatalogueItem | None) -> None:
        self.name, self.name_en, self.code, self.strength, self.family = (
            TextField(value, name=name, limit=LONGEST_TEXT)
            for value, name in (
                (item.name_es if item else "", tr("Generic name and strength")),
                (item.name_en if item else "", tr("Name in English")),
                (item.code if item else "", tr("Clave")),
                (item.strength if item else "", tr("Strength")),
                (item.family if item else "", tr("Family")),
            )
        )
        self.code.changed.connect(self._look_at_code)
        kinds = [(k, words.kind_words(k)) for k in KINDS]
        self.kind = ChoiceField(kinds, item.kind if item else "medicine", name=tr("Kind of item"), required=True)
        units = [Option(u, supplies_words.unit(u, 1)) for u in UNITS]
        if item and item.unit and item.unit not in UNITS:
            units.append(Option(item.unit, item.unit))
        self.unit = ComboField(units, item.unit if item else None, name=tr("Smallest unit"))
        self.pack = TextField(
            str(item.pack) if item and item.pack else "", name=tr("Units in a box"), width=90, align="right", limit=7
        )
        forms = [Option(f, care_words.presentation(f)) for f in FORMS]
        self.form = ComboField(forms, item.form if item else None, name=tr("Form"))
        self.route = ComboField(
            [Option(r, care_words.route(r)) for r in ROUTES], item.route if item else None, name=tr("Route")
        )
        self.source = ChoiceField(
            [(s, words.source_words(s)) for s in SOURCES], item.source or None if item else None, name=tr("Source")
        )
        self.ven = ChoiceField(
            [(v, words.ven_words(v)) for v in VEN], item.ven or None if item else None, name=tr("VEN class")
        )
        groups = [("", tr("No")), ("I", "I"), ("II", "II"), ("III", "III")]
        if item and item.controlled == "yes":
            groups.append(("yes", tr("Yes, group not known")))
        held = "" if item is None or item.controlled == "no" else item.controlled
        self.controlled = ChoiceField(groups, held, name=tr("Controlled medicine"), required=True)
        self.cold = ChoiceField([("yes", tr("Yes")), ("no", tr("No"))], "yes" if item and item.cold == "yes" else "no",
                                name=tr("Refrigerated"), required=True)  # fmt: skip
        self.active = yes_no_field("yes" if item is None or item.used else "no", name=tr("In use"), required=True)

    def _lay_out(self) -> None:
        def line(label: str, control: QWidget, required: bool = False, note: str = "", unit: str = "") -> FieldRow:
            return FieldRow(label, control, required=required, label_width=LABEL, note=note, unit=unit)

        self.name_row = line(tr("Generic name and strength"), self.name, required=True)
        self.code_row = line(tr("Clave"), self.code, note=tr("As 010.000.5165.00; none where the item has none."))
        self.unit_row = line(tr("Smallest unit"), self.unit, required=True)
        self.pack_row = line(tr("Units in a box"), self.pack, unit=tr("units"))
        self.form_row, self.route_row = line(tr("Form"), self.form), line(tr("Route"), self.route)
        self.strength_row = line(tr("Strength"), self.strength)
        self.name_en_row = line(tr("Name in English"), self.name_en)
        same = tr("One word for the lines of the same medicine from different sources.")
        self.family_row = line(tr("Family"), self.family, note=same)
        self.add(
            self.name_row, self.code_row, line(tr("Kind of item"), self.kind, required=True), self.unit_row,
            self.pack_row, self.form_row, self.strength_row, self.route_row, line(tr("Source"), self.source),
            line(tr("VEN class"), self.ven), line(tr("Controlled medicine"), self.controlled),
            line(tr("Refrigerated"), self.cold), self.family_row, self.name_en_row, line(tr("In use"), self.active),
        )  # fmt: skip

    def answer(self) -> ItemRequest | None:
        """The item when it may be kept; the sentence stands under the field otherwise."""
        texts = [self.strength_row, self.family_row, self.name_en_row]
        lists = [self.unit_row, self.form_row, self.route_row]
        checks: list[Check] = [
            (self.name_row, lambda: check_name(self.name.text())),
            (self.code_row, self._check_code),
            *((each, _listed(each)) for each in lists),
            (self.unit_row, self._check_unit),
            (self.pack_row, lambda: check_pack(self._units())),
            *((each, _clean(each)) for each in texts),
        ]
        rows = [self.name_row, self.code_row, self.pack_row, *lists, *texts]
        return None if refused(rows, checks) else self._request()

    def _request(self) -> ItemRequest:
        return ItemRequest(
            id=self._item.id if self._item else self._new,
            name_es=self.name.text(),
            kind=self.kind.value() or "",
            unit=self.unit.value() or "",
            code=self.code.text(),
            name_en=self.name_en.text(),
            form=self.form.value() or "",
            strength=self.strength.text(),
            pack=self._units(),
            route=self.route.value() or "",
            ven=self.ven.value() or "",
            source=self.source.value() or "",
            controlled=self.controlled.value() or "",
            cold=self.cold.value() == "yes",
            family=self.family.text(),
            active=self.active.value() != "no",
        )

    def _units(self) -> int | None:
        text = self.pack.value()
        if text is None:
            return None
        return int(text) if text.isascii() and text.isdigit() else 0

    def _check_code(self) -> None:
        check_code(self.code.text())
        code, mine = normal_code(self.code.text()), self._item.id if self._item else None
        taken = next((i for i in self._items if code and i.code == code and i.id != mine), None)
        if taken is not None:
            raise Refused("catalogue.code_taken", name=taken.name_es)

    def _check_unit(self) -> None:
        if self.unit.value() is None:
            raise Refused("catalogue.unit_missing")
        if self._item is not None:
            check_unit(self._item, self.unit.value() or "")

    def _look_at_code(self) -> None:
        """Odd is not wrong: it is told while it is written."""
        odd = odd_code(normal_code(self.code.text()))
        self.code_row.set_chip("warn" if odd else None, tr("Unusual") if odd else "")


def _listed(row: FieldRow) -> Callable[[], object]:
    def check() -> None:
        field = row.control
        assert isinstance(field, ComboField)
        if field.unlisted():
            raise Refused("catalogue.choice")

    return check


def _clean(row: FieldRow) -> Callable[[], object]:
    field = row.control
    assert isinstance(field, TextField)
    return lambda: clean_text(field.text())
