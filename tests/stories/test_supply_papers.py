"""Papers of supplies from the window, by keyboard: the order and the requirement, and what lies on the shelf."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from driver import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from supplies import Store

from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION
from ces_desktop.services import papers
from ces_desktop.ui.dialogs.preview import PreviewDialog
from ces_desktop.ui.pages.order_page import OrderPage

MENU = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


def shown_by(person: Person, *chords: str) -> bytes:
    """The file of the preview that these keys open; it is closed at once."""
    found: list[bytes] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, PreviewDialog):
            QTimer.singleShot(20, look)
            return
        found.append(dialog.pdf.data)
        dialog.reject()

    QTimer.singleShot(20, look)
    person.press(*chords)
    person.wait_until(lambda: bool(found))
    person.application.frame.activateWindow()  # the offscreen platform leaves it to the dialog that went
    person.window.page.setFocus()  # type: ignore[union-attr]
    person.settle()
    return found[0]


def said(pdf: bytes) -> str:
    """All its words, with plain spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\xa0", " ").split())


def store_of(person: Person) -> Store:
    opened = person.application.open
    assert opened is not None
    return Store(opened.database, person.window.actor)


@MENU
@pytest.mark.covers("P3")
def test_an_order_that_was_sent_is_printed_with_a_folio_and_the_same_the_second_time(
    person: Person, root: Path, spanish: None
) -> None:
    person.enter(root)
    store, today = store_of(person), person.window.today
    items = store.items()[:2]
    order = store.past_order(today - timedelta(days=5), 20, {items[0]: (100, 0), items[1]: (80, 0)})
    person.window.go_to("order", (order,))
    person.settle()
    page = person.window.page
    assert isinstance(page, OrderPage)
    first = shown_by(person, "Ctrl+P")
    text = said(first)
    number = f"T-{(today - timedelta(days=5)).isoformat()}"
    assert f"Pedido {number} · SSA" in text and "Folio CAP-0-0001" in text and "Por qué otra cantidad" in text
    assert shown_by(person, "F8") == first, "a reprint sends the same bytes"
    person.go_to("Imprimir")
    person.press("Enter")  # the choice of papers
    menu = QApplication.activePopupWidget()
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTimer.singleShot(0, lambda: QTest.keyClick(menu, Qt.Key.Key_Return))
    form = said(shown_by(person))
    assert "Requerimiento mensual de insumos" in form and "Folio CAP-0-0001" in form
    for column in ("No.", "Clave", "Descripción", "Presentación", "Necesidad mensual", "Surtidas al 100 %"):
        assert column in form
    held = store.db.read(lambda c: papers.archive(c, store.clinic, number, (ORDER, REQUISITION)))
    assert {each.kind for each in held} == {ORDER, REQUISITION} and {each.folio for each in held} == {"CAP-0-0001"}


@MENU
@pytest.mark.covers("P4")
def test_what_lies_on_the_shelf_is_printed_from_the_pharmacy_and_from_the_reports(
    person: Person, root: Path, spanish: None
) -> None:
    person.enter(root)
    store, today = store_of(person), person.window.today
    [item, other] = store.items()[:2]
    store.history(item, today, [40] * 12 + [None], left=0)
    store.history(other, today, [10] * 12, left=300, expiry=(today + timedelta(days=40)).isoformat())
    person.window.open_page("supplies")
    person.settle()
    first = shown_by(person, "Ctrl+P")
    stock = said(first)
    assert "Existencias al" in stock and "sin existencia 1" in stock and "Folio CAP-0-0001" in stock
    assert shown_by(person, "Ctrl+P") == first, "a reprint sends the same bytes"

    def chosen(place: int) -> str:
        """The paper at a place of the choice."""
        person.press("Enter")
        menu = QApplication.activePopupWidget()
        assert menu is not None
        for _ in range(place):
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTimer.singleShot(0, lambda: QTest.keyClick(menu, Qt.Key.Key_Return))
        return said(shown_by(person))

    for place, begin in ((1, "Caducidades al"), (3, "Días sin existencia"), (4, "Hoja de conteo")):
        person.go_to("Imprimir")
        assert begin in chosen(place)
    person.window.go_to("item", (item,))
    person.settle()
    card = shown_by(person, "Ctrl+P")
    assert "Tarjeta de existencias" in said(card)
    person.window.open_page("reports")
    person.settle()
    person.go_to("Insumos en papel")
    assert "Existencias al" in chosen(0)
    person.go_to("Papeles emitidos")
    person.answer_with("F9")  # the newest stands first
    assert shown_by(person, "Enter") == card, "the archive shows a paper as it was printed"
