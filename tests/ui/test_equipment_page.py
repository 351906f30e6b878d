"""The forms of equipment under the twelve kinds of bad input, and what the page says to who may only look."""

from __future__ import annotations

from functools import partial

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from desk_double import DeskDouble
from pytestqt.qtbot import QtBot

from ces_desktop.data.queries.equipment import Piece, pieces
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import new_id
from ces_desktop.services import equipment
from ces_desktop.services.equipment import PieceRequest
from ces_desktop.ui.dialogs.equipment import EventDialog, PieceDialog
from ces_desktop.ui.pages.equipment_page import DONE, EquipmentPage
from ces_desktop.ui.widgets import FieldRow

HARD = ("ten_thousand_letters", "emoji_bidi_nul")


def registered(desk: DeskDouble, **more: object) -> Piece:
    request = PieceRequest(**({"id": new_id(0), "name": "Oxímetro", "serial": "X1", "state": "working"} | more))  # type: ignore[arg-type]
    desk.database.write(partial(equipment.add, request=request), builders.actor())
    return next(p for p in held(desk) if p.id == request.id)


def held(desk: DeskDouble) -> tuple[Piece, ...]:
    return desk.database.read(partial(pieces, clinic=desk.clinic.id))


@bad_inputs.KINDS
@pytest.mark.parametrize(
    "field", ["name_row", "serial_row", "note_row", "acquired_row", "calibration_row", "maintenance_row"]
)
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_a_piece(desk: DeskDouble, qtbot: QtBot, field: str, bad: BadInput) -> None:
    dialog = PieceDialog(None, (), (), desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.name.setText("Oxímetro")
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    elif field in ("calibration_row", "maintenance_row"):
        assert bad.blank
    elif field == "acquired_row":
        assert bad.blank or bad.kind == "negative"  # "-5" = five days ago
    else:
        desk.database.write(partial(equipment.add, request=answer), builders.actor())
    dialog.close()


@bad_inputs.KINDS
@pytest.mark.parametrize(("kinds", "field"), [(("fault",), "detail_row"), (DONE, "done_row"), (DONE, "day_row")])
@pytest.mark.usefixtures("spanish")
def test_no_text_breaks_the_form_of_an_event(
    desk: DeskDouble, qtbot: QtBot, kinds: tuple[str, ...], field: str, bad: BadInput
) -> None:
    piece = registered(desk)
    dialog = EventDialog(None, piece, kinds, desk.today, new_id(0))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    else:
        desk.database.write(partial(equipment.note, request=answer), builders.actor())
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_each_kind_of_event_offers_its_own_states(desk: DeskDouble, qtbot: QtBot) -> None:
    dialog = EventDialog(None, registered(desk), DONE, desk.today, new_id(0))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.state.value() == "working"
    dialog.kind.set_value("retired")
    dialog.kind.changed.emit()
    answer = dialog.answer()
    assert answer is not None and (answer.kind, answer.state) == ("retired", "retired")
    double_enter(dialog.done_by)
    dialog.close()


@pytest.mark.usefixtures("spanish")
def test_who_may_only_look_sees_the_list_and_no_way_to_change_it(desk: DeskDouble, qtbot: QtBot) -> None:
    registered(desk)
    desk._actor = builders.actor(Role.MENTOR)
    page = EquipmentPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.table.records.rowCount() == 1
    assert not any(b.isEnabled() for b in (page.new, page.fault, page.done, page.edit)) and page.save.isEnabled()
    assert "Funciona" in page.facts.text()


@pytest.mark.usefixtures("spanish")
def test_filters_count_and_what_does_not_work_comes_first(desk: DeskDouble, qtbot: QtBot) -> None:
    registered(desk)
    registered(desk, id=new_id(1), name="Zapata eléctrica", serial="Z", state="broken", calibration_months=12)
    page = EquipmentPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert [page.table.records.row_at(n).name for n in range(2)] == ["Zapata eléctrica", "Oxímetro"]
    page.views.set_value("due")
    page._fill()
    assert page.table.records.rowCount() == 1 and "sin registro" in page.duties.text()
