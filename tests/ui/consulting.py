"""A consult of an invented person on a real form, driven by keys, for the tests of the consult."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from care import Care
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from ces_desktop.data import reference
from ces_desktop.data.models import ConditionRecord, DiagnosisRecord, ItemRecord, PrescriptionRecord
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.ids import Id
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.consult_form import ConsultForm
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.widgets import StatusChip, Text

NOW = 1_773_764_400_000  # 17 March 2026, 10:20 in Chiapas
TODAY = "2026-03-17"


def consult_desk(folder: Path) -> Iterator[DeskDouble]:
    """A window over a clinic with the shipped lists; pages left open are closed at the end."""
    double = open_desk(folder, clock=lambda: NOW)
    double.database.local(reference.load_shipped)
    yield double
    double.tasks.wait()
    double.settle()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Page):
            widget.close()
            widget.deleteLater()
    double.close()


def in_two_programmes(care: Care) -> Id:
    """Somebody with hypertension and diabetes, seen a month ago, with two long-term medicines."""
    who = care.person("hypertension", "diabetes", birth="1967-07-14")
    last = care.visit(
        who, "2026-02-17", systolic=152, diastolic=94, weight=71_400, height=1_510, waist=980, glucose_fasting=188
    )
    for code in ("I10X", "E119"):
        key = care.id()
        found = care.db.read(lambda c, code=code: c.execute(_diagnosis(code)).scalar())  # type: ignore[misc]
        shared = {"patient": who, "problem": key, "state": "active", "happened_on": "2024-01-10"}
        care.add(ConditionRecord(id=key, diagnosis=found, code=code, **shared))
    for place, name in enumerate(("Losart", "Metformina 850")):
        item = care.db.read(lambda c, name=name: c.execute(_item(name)).first())  # type: ignore[misc]
        care.add(
            PrescriptionRecord(
                id=care.id(), patient=who, encounter=last, item=item[0], drug_text=item[1], morning=4, night=4,
                route="oral", days=30, quantity=60, position=place, happened_on="2026-02-17",
            )
        )  # fmt: skip
    return who


def _diagnosis(code: str):  # type: ignore[no-untyped-def]
    return select(DiagnosisRecord.id).where(DiagnosisRecord.code == code)


def _item(begins: str):  # type: ignore[no-untyped-def]
    return select(ItemRecord.id, ItemRecord.name_es).where(ItemRecord.name_es.like(f"{begins}%"))


def opened(desk: DeskDouble, patient: Id, encounter: Id | None = None, width: int = 1286) -> ConsultPage:
    page = ConsultPage(desk, patient, encounter)
    desk.show(page, width, 570)
    page.activateWindow()
    QTest.qWait(1)
    desk.settle()
    return page


def form_of(page: ConsultPage) -> ConsultForm:
    assert page.form is not None
    return page.form


def typed(text: str) -> None:
    for letter in text:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, letter)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def sign(desk: DeskDouble, page: ConsultPage, prognosis: str = "good") -> None:
    form_of(page).diagnoses.prognosis.set_value(prognosis)
    page.primary()
    desk.settle()


def signed(care: Care, who: Id) -> list[Encounter]:
    found = care.db.read(lambda c: encounters_of(c, care.clinic, who))
    return [e for e in found if e.day == TODAY]


def said(page: QWidget) -> list[str]:
    return [text.text() for text in page.findChildren(Text) if text.isVisible()]


def said_in(row: QWidget) -> list[str]:
    return [chip.accessibleName() for chip in row.findChildren(StatusChip)]
