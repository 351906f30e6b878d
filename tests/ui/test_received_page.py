"""The page of files from other clinics: nothing clipped, what a file says, and whose role may register."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import as_text
from ces_desktop.services import moved_files
from ces_desktop.services.moved_files import ReceivedRequest
from ces_desktop.ui.moving import OtherClinicDialog
from ces_desktop.ui.pages.received_page import ReceivedPage
from ces_desktop.ui.widgets import Text

WHO = {
    "human_id": "CAP0000012", "given": "Inventada de los Ángeles", "paternal": "Prueba", "maternal": "Ejemplo",
    "paternal_kind": "given", "maternal_kind": "given", "sex": "female", "birth": "1958-07", "birth_precision": "month",
    "phone": "9610000000", "mother_name": "Ejemplo Inventada",
}  # fmt: skip
ROWS = {
    "allergy": [{"state": "present", "substance": "penicilina", "reaction": "ronchas", "since": "2019"}],
    "condition": [{"problem": "aa", "code": "I10X", "state": "active", "onset": "2018"}],
    "prescription": [{"medicine": "Losartán 50 mg", "happened_on": "2026-02-01"}],
    "encounter": [{"happened_on": f"2026-0{n}-01", "plan": "Dieta baja en sal. " * 12} for n in range(1, 9)],
    "observation": [{"code": "systolic", "value": 152, "happened_on": "2026-02-01"}],
}


@pytest.fixture
def filled(desk: DeskDouble) -> Iterator[DeskDouble]:
    text = as_text(Id(bytes(16)), WHO, "Las Palmas", ("moved", "2026-03-01"), ROWS)
    request = ReceivedRequest("CAP", "El Mirador", "CAP0000012", "Inventada", 1_790_000_000_000, text, "ab", "cd")
    desk.database.write(partial(moved_files.receive, request=request), desk.actor)
    yield desk
    builders.assert_proved(desk.database)


def words(page: ReceivedPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(filled: DeskDouble, qtbot: QtBot, size: tuple[int, int], language: i18n.Language) -> None:
    i18n.use(language)
    page = ReceivedPage(filled)
    qtbot.addWidget(page)
    filled.show(page, *size)
    assert clipped(page) == []
    if language == "es":
        for said in ("penicilina (ronchas, 2019)", "Losartán 50 mg", "Dieta baja en sal", "desde 2018"):
            assert said in words(page)


def test_whoever_may_not_register_reads_only(filled: DeskDouble, qtbot: QtBot) -> None:
    i18n.use("en")
    filled._actor = builders.actor(Role.STORE_KEEPER)
    page = ReceivedPage(filled)
    qtbot.addWidget(page)
    filled.show(page)
    page.primary()
    filled.settle()
    assert not page.take.isEnabled() and page.take.toolTip() and "penicilina" in words(page)
    assert page.table.current() is not None and page.table.current().taken_into is None  # type: ignore[union-attr]


def test_the_dialog_asks_for_three_letters(dressed: QApplication, qtbot: QtBot) -> None:
    i18n.use("es")
    dialog = OtherClinicDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert clipped(dialog) == [] and dialog.prefix.accessibleName()
    dialog.prefix.setText("r")
    assert dialog.answer() is None
    assert "tres mayúsculas" in " ".join(text.text() for text in dialog.row.findChildren(Text))
    dialog.prefix.setText("rho")
    assert dialog.answer() == "RHO"
