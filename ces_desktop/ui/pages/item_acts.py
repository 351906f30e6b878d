"""What can be done to an item from the shelf or from its page: a dialog asks, a service writes, the page says so."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.shelf import ShelfRow
from ces_desktop.data.queries.stock import Lot, Movement, StockItem, lots
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import language, tr
from ces_desktop.services import stock
from ces_desktop.services.stock import Issue
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages import supplies_words as words


def take_out(owner: QWidget, desk: Desk, item: StockItem) -> None:
    """Note units that left, after reading its lots anew."""
    query = partial(lots, clinic=desk.clinic.id, items=[item.id], day=desk.today, today=desk.today)

    def ask(found: dict[Id, list[Lot]]) -> None:
        from ces_desktop.ui.dialogs.supply import TakeOutDialog

        held = found.get(item.id, [])
        request = TakeOutDialog(owner, item, held, desk.today, new_id(desk.tasks.database.clock())).ask()
        if request is not None:
            _write_issue(owner, desk, item, request)

    desk.tasks.read(query, lambda found: QTimer.singleShot(0, owner, partial(ask, found)), owner=owner)


def _write_issue(owner: QWidget, desk: Desk, item: StockItem, request: Issue) -> None:
    units = words.units(request.quantity, item.unit)
    what = words.kind(request.kind).lower()
    said = tr("{name}: {what}, {units}.").format(name=item.name(language()), what=what, units=units)
    action = partial(stock.remove, request=request)
    desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=owner)


def correct(owner: QWidget, desk: Desk, item: StockItem, wrong: Movement) -> None:
    """Take a movement back and note what truly moved."""
    from ces_desktop.ui.dialogs.supply import CorrectDialog

    request = CorrectDialog(owner, item, wrong, new_id(desk.tasks.database.clock())).ask()
    if request is not None:
        said = tr("Movement corrected.")
        action = partial(stock.correct, request=request)
        desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=owner)


def change_lot(owner: QWidget, desk: Desk, lot: Lot) -> None:
    """Correct what was typed of a lot, or where it lies."""
    from ces_desktop.ui.dialogs.supply import LotDialog

    request = LotDialog(owner, lot, desk.today).ask()
    if request is not None:
        said = tr("Lot corrected.")
        action = partial(stock.change_lot, request=request)
        desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=owner)


def keep(owner: QWidget, desk: Desk, row: ShelfRow) -> None:
    """Decide whether the item is kept here, where it lies, how much fits."""
    from ces_desktop.ui.dialogs.supply import ShelfDialog

    request = ShelfDialog(owner, row.item, row.kept, new_id(desk.tasks.database.clock())).ask()
    if request is not None:
        said = tr("Place of the item saved.")
        action = partial(stock.keep, request=request)
        desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=owner)
