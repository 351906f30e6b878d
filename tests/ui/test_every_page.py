"""Every place of the window, every entry screen and dialog: nothing clipped, named, reached by Tab, left by Esc."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import clinics
import pytest
from clipping import clipped, pseudo_language
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from sqlalchemy import select

from ces_desktop import i18n, settings
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import EncounterRecord, EnrolmentRecord, PatientRecord
from ces_desktop.data.pin import PinLock
from ces_desktop.data.queries.communities import known
from ces_desktop.data.queries.dispensing import prescriptions, sources_here
from ces_desktop.data.queries.duplicates import compared
from ces_desktop.data.queries.equipment import pieces
from ces_desktop.data.queries.households import household_file, household_rows
from ces_desktop.data.queries.items import catalogue_items
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.data.queries.patient_view import patient_view
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.queries.users import user_rows
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import clinic as services
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.demo import PASSPHRASE, create_demo
from ces_desktop.settings import Settings
from ces_desktop.ui import application as running
from ces_desktop.ui import theme
from ces_desktop.ui.application import Application
from ces_desktop.ui.dialogs.about import AboutDialog
from ces_desktop.ui.dialogs.allergy import AllergyDialog
from ces_desktop.ui.dialogs.consent import ConsentDialog
from ces_desktop.ui.dialogs.counting import FoundDialog, StartDialog
from ces_desktop.ui.dialogs.dispensing import ExternalDialog, GiveDialog
from ces_desktop.ui.dialogs.equipment import EventDialog, PieceDialog
from ces_desktop.ui.dialogs.household import ChooseDialog, CreateDialog, EditDialog, JoinDialog
from ces_desktop.ui.dialogs.item import ItemDialog
from ces_desktop.ui.dialogs.keys import KeysDialog
from ces_desktop.ui.dialogs.kits import KitDialog
from ces_desktop.ui.dialogs.merge import CompareDialog
from ces_desktop.ui.dialogs.passphrase import PassphraseDialog
from ces_desktop.ui.dialogs.pin import PinDialog
from ces_desktop.ui.dialogs.problem import ProblemDialog
from ces_desktop.ui.dialogs.programme import DayDialog, reasons_to_leave
from ces_desktop.ui.dialogs.results import ResultsDialog
from ces_desktop.ui.dialogs.status import StatusDialog
from ces_desktop.ui.dialogs.supply import CorrectDialog, LotDialog, ShelfDialog, TakeOutDialog
from ces_desktop.ui.dialogs.supply_cycle import CycleDialog
from ces_desktop.ui.dialogs.user import UserDialog
from ces_desktop.ui.dialogs.vaccine import VaccineDialog
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.main_window import MainWindow
from ces_desktop.ui.pages.equipment_page import DONE
from ces_desktop.ui.pages.patient_timeline import TimelineDialog
from ces_desktop.ui.widgets import ChoiceField, DockedBar, StatTile

Place = tuple[str, tuple[object, ...]]

# Each size, theme, language and zoom once with its worst neighbours, not their product.
LOOKS = {
    "laptop": (1366, 690, Settings(language="es")),
    "laptop_large": (1366, 690, Settings(language="es", theme="dark", zoom=150)),
    "small": (1024, 600, Settings(language="en", theme="dark")),
    "small_large": (1024, 600, Settings(language="es", zoom=150)),
}
LONGER = "laptop"
"""The look in which the pseudo-language is drawn."""


class Windows(QObject):
    """Writes down what was shown as a window of its own: a part shown before it has a parent flashes as one."""

    def __init__(self, app: QApplication, expected: tuple[type[QWidget], ...]) -> None:
        super().__init__()
        self.stray: list[str] = []
        self._expected = expected
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            lists = Qt.WindowType.Popup, Qt.WindowType.ToolTip
            if not isinstance(watched, self._expected) and watched.windowType() not in lists:
                self.stray.append(f"{type(watched).__name__} {watched.objectName()} {watched.accessibleName()}")
        return False


class Shown:
    """An application over an open clinic, dressed in one look."""

    def __init__(self, app: QApplication, opened: OpenClinic, look: str) -> None:
        width, height, chosen = LOOKS[look]
        settings.save(chosen)
        self.opened = opened
        self.application = Application(app, opened.folder.path.parent)
        self.application.frame.resize(width, height)
        self.windows = Windows(app, (running.Frame, QDialog))
        self.application.frame.show()
        QTest.qWaitForWindowActive(self.application.frame)
        self.application.enter(opened)
        self.settle()

    @property
    def window(self) -> MainWindow:
        assert self.application.window is not None
        return self.application.window

    def settle(self) -> None:
        """Let every question be answered and every answer be drawn."""
        until, quiet = time.monotonic() + 60, 0
        while quiet < 3:
            assert time.monotonic() < until, "the window never came to rest"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            quiet = 0 if self.window.tasks.busy else quiet + 1

    def go(self, place: Place) -> None:
        self.window.go_to(*place)
        self.settle()

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def close(self) -> None:
        application = self.application
        application.app.removeEventFilter(application)
        application.app.removeEventFilter(self.windows)
        self.window.leave()
        self.window._minute.stop()
        application._tick.stop()
        self.opened.close()
        application.frame.close()
        application.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@cache
def _demo() -> tuple[ClinicFolder, Id, bytes]:
    """Sixty invented people, made once for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
        folder, user, _ = create_demo(Path(mkdtemp(prefix="ces-test-")), people=60)
    return folder, user, PASSPHRASE.encode()


@pytest.fixture
def show(
    qapp: QApplication, clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], Shown]]:
    """`show(look, "full" | "empty")`: the window over the sixty people, or over nobody."""
    monkeypatch.setattr(running, "_BACKUP_AFTER_MS", 1_000_000_000)
    made: list[Shown] = []

    def make(look: str, clinic: str) -> Shown:
        if clinic == "empty":
            opened = clinics.clinic(tmp_path / "data").open()
        else:
            folder, user, _ = _demo()
            opened = services.open_clinic(folder, user, PASSPHRASE)
        made.append(Shown(qapp, opened, look))
        return made[-1]

    yield make
    for each in made:
        each.close()
    i18n.use("en")
    theme.apply(qapp, theme.load("light"))


def places_of(shown: Shown) -> list[Place]:
    """Every place `ui/places.py` can build, over this clinic."""
    found: list[Place] = [(key, ()) for key in (
        "today", "patients", "rescue", "households", "duplicates", "settings", "users", "audit", "backups", "reference",
        "waiting", "late", "import_register", "indicators", "supplies", "receive", "orders", "equipment",
        "dispense", "count", "transfers", "transfer", "controlled",
    )]  # fmt: skip
    found += [("registration", ("",)), ("laboratory", ())]
    found += [("reports", ()), ("item", (an_item(shown),)), ("catalogue", ()), ("import_catalogue", ())]
    asked = shown.opened.database.read(lambda c: order_rows(c, shown.window.clinic.id))
    found += [("order", (each.id,)) for each in asked[:1]]
    people = people_of(shown)
    if people:
        houses = shown.opened.database.read(lambda c: household_rows(c, shown.window.clinic.id))
        one = (people[0],)
        found += [("patient", one), ("history", one), ("edit_patient", one), ("household", (houses[0].id,))]
        seen = encounter_of(shown)
        found += [("consult", (seen.patient,)), ("vitals", (people[1],)), ("encounter", (seen.id,))]
    return found


def an_item(shown: Shown) -> Id:
    """An item with lots, a card and a forecast; of an empty clinic one that never came."""
    found = shown.opened.database.read(lambda c: shelf(c, shown.window.clinic.id, shown.window.today))
    known = [r.item.id for r in found.rows if len(r.lots) > 1] or [i.id for i in found.others]
    return known[0]


def encounter_of(shown: Shown) -> EncounterRecord:
    """A signed consult of somebody in a programme, with who was seen."""
    e, m = EncounterRecord, EnrolmentRecord
    query = select(e.id, e.patient).where(e.live == 1, e.patient.in_(select(m.patient).where(m.live == 1)))
    found = shown.opened.database.read(lambda c: c.execute(query.order_by(e.recorded_at.desc())).first())
    assert found is not None
    return EncounterRecord(id=Id(found.id), patient=Id(found.patient))


def people_of(shown: Shown) -> list[Id]:
    p = PatientRecord
    query = select(p.id).where(p.live == 1, p.household.is_not(None)).order_by(p.row_no)
    return [Id(x) for x in shown.opened.database.read(lambda c: c.execute(query).scalars().all())]


def nameless(widget: QWidget) -> list[str]:
    """What a person can act on and a screen reader cannot say."""
    kinds = QAbstractButton | QLineEdit | QPlainTextEdit | QAbstractItemView | ChoiceField | StatTile
    found = []
    for part in widget.findChildren(QWidget):
        inner = isinstance(part, QHeaderView) or part.objectName().startswith("qt_")
        if not isinstance(part, kinds) or inner or not part.isVisible():
            continue
        said = part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")
        if not said.strip():
            found.append(f"{type(part).__name__} {part.objectName()!r} in {type(part.parent()).__name__}")
    return found


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("clinic", ["full", "empty"])
@pytest.mark.parametrize("look", LOOKS)
def test_no_place_clips_its_words(show: Callable[[str, str], Shown], look: str, clinic: str) -> None:
    shown = show(look, clinic)
    wrong = []
    for place in places_of(shown):
        shown.go(place)
        wrong += [f"{place[0]}: {line}" for line in clipped(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("face")
def test_no_place_clips_a_longer_language(show: Callable[[str, str], Shown]) -> None:
    shown = show(LONGER, "full")
    wrong = []
    with pseudo_language():
        shown.application._draw_window()
        for place in places_of(shown):
            shown.go(place)
            wrong += [f"{place[0]}: {line}" for line in clipped(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("clinic", ["full", "empty"])
def test_every_place_is_named_reached_by_tab_and_left_by_esc(show: Callable[[str, str], Shown], clinic: str) -> None:
    shown = show("laptop", clinic)
    wrong = []
    for place in places_of(shown):
        shown.go(("today", ()))
        shown.go(place)
        wrong += [f"{place[0]}: no name: {line}" for line in nameless(shown.application.frame)]
        page = shown.window.page
        assert page is not None
        if place[0] != "today":
            QTest.keyClick(shown.focus(), Qt.Key.Key_Escape)
            shown.settle()
            if shown.window.place() != ("today", ()):
                wrong.append(f"{place[0]}: Esc does not leave it")
            shown.go(place)
        page = shown.window.page
        for bar in page.findChildren(DockedBar):
            primary = bar.primary
            if primary is not None and primary.isVisible() and primary.isEnabled() and not _tabs_to(shown, primary):
                wrong.append(f"{place[0]}: Tab does not reach {primary.accessibleName()}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("clinic", ["full", "empty"])
def test_no_part_is_ever_a_window_of_its_own(show: Callable[[str, str], Shown], clinic: str) -> None:
    shown = show("laptop", clinic)
    for place in places_of(shown):
        shown.go(place)
    shown.application.redraw()
    shown.settle()
    assert not shown.windows.stray


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("longer", [False, True], ids=["plain", "longer"])
@pytest.mark.parametrize("look", ["laptop", "small_large"])
def test_no_dialog_clips_its_words(show: Callable[[str, str], Shown], look: str, longer: bool) -> None:
    if longer and look != LONGER:
        look = "small"
    shown = show(look, "full")
    wrong = []
    with pseudo_language() if longer else nullcontext():
        for dialog in dialogs_of(shown):
            dialog.show()
            shown.settle()
            name = type(dialog).__name__
            wrong += [f"{name}: {line}" for line in [*clipped(dialog), *nameless(dialog)]]
            if dialog.height() > shown.application.frame.height():
                wrong.append(f"{name}: {dialog.height()} px high")
            QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Escape)
            if dialog.isVisible():
                wrong.append(f"{name}: Esc does not close it")
                dialog.close()
            dialog.deleteLater()
    assert not wrong, "\n".join(wrong)


def dialogs_of(shown: Shown) -> Iterator[QDialog]:
    """Every dialog of the window, filled from the sixty people."""
    window, opened, (one, other, *_) = shown.window, shown.opened, people_of(shown)
    read, clinic, today = opened.database.read, shown.window.clinic.id, shown.window.today
    file, second = read(lambda c: patient_file(c, one)), read(lambda c: patient_file(c, other))
    match = read(lambda c: compared(c, clinic, one, other))
    houses, communities = read(lambda c: household_rows(c, clinic)), read(lambda c: known(c, clinic))
    house = read(lambda c: household_file(c, clinic, houses[0].id))
    user = read(lambda c: user_rows(c, clinic, today))[0]
    assert file is not None and second is not None and match is not None and house is not None
    yield StatusDialog(window, file, today)
    yield ConsentDialog(window, file, today)
    view = read(lambda c: patient_view(c, clinic, one, today))
    assert view is not None
    form, new = view.form, new_id(0)
    yield AllergyDialog(window, file, form.allergies, today, new)
    yield ProblemDialog(window, window, file, form.conditions, new)
    yield DayDialog(window, file, today, "Baja", reasons=reasons_to_leave())
    yield VaccineDialog(window, file, today, new)
    yield ResultsDialog(window, file, form.last, (), today, codes=("hba1c", "sputum_smear", "imaging"))
    yield TimelineDialog(window, view.events)
    piece = read(lambda c: pieces(c, clinic))[0]
    yield PieceDialog(window, (), (), today, new)
    yield PieceDialog(window, (), (), today, new, piece)
    yield EventDialog(window, piece, ("fault",), today, new)
    yield EventDialog(window, piece, DONE, today, new)
    page = read(lambda c: item_page(c, clinic, an_item(shown), today))
    assert page is not None
    item = page.row.item
    yield TakeOutDialog(window, item, page.lots, today, new)
    yield CorrectDialog(window, item, page.card[0].movement, new)
    yield LotDialog(window, page.lots[0], today)
    yield ShelfDialog(window, item, page.row.kept, new)
    items = read(lambda c: catalogue_items(c, clinic))
    yield ItemDialog(window, items, new)
    yield ItemDialog(window, items, new, next(i for i in items if i.controlled))
    yield CompareDialog(window, file, second, match, today)
    yield CreateDialog(window, new_id(0), communities)
    yield EditDialog(window, house, communities)
    yield ChooseDialog(window, house.members[0], houses)
    yield JoinDialog(window, window, "Otra persona")
    yield UserDialog(window, window.tasks, opened)
    yield UserDialog(window, window.tasks, opened, user)
    yield PassphraseDialog(window, window.tasks, opened)
    yield PinDialog(window, window.tasks, opened, False)
    yield CycleDialog(window, {})
    sources = read(lambda c: sources_here(c, clinic, today))
    filled = read(lambda c: prescriptions(c, clinic, today))
    yield GiveDialog(window, next(x for p in filled for x in p.lines if x.item is not None), today)
    yield ExternalDialog(window, sources, today, new)
    yield StartDialog(window)
    yield FoundDialog(window, [s.item for s in sources], today, new, new)
    yield KitDialog(window, window, [s.item for s in sources], {}, {}, new)
    yield KeysDialog(window)
    yield AboutDialog(window)


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("longer", [False, True], ids=["plain", "longer"])
@pytest.mark.parametrize("look", ["laptop", "small", "small_large"])
def test_no_entry_screen_clips_its_words(
    qapp: QApplication, clinic_folder: object, tmp_path: Path, look: str, longer: bool
) -> None:
    if longer and look == "small_large":
        look = "laptop_large"
    width, height, chosen = LOOKS[look]
    i18n.use(chosen.language)
    theme.apply(qapp, theme.load(chosen.theme, chosen.zoom / 100))
    made = clinics.clinic(tmp_path / "data")
    opened = made.open()
    windows = Windows(qapp, (SignIn, Wizard, LockScreen))
    wrong = []
    with pseudo_language() if longer else nullcontext():
        lock = PinLock(opened.key)
        lock.lock()
        wizard = Wizard(tmp_path / "data", first=False)
        for name, view in (("sign_in", SignIn(tmp_path / "data", chosen)), ("lock", LockScreen(opened, lock))):
            wrong += _entry(name, view, width, height)
            clinics.settle(view.jobs)
            view.deleteLater()
        for place in range(4):
            wizard._go(place)
            wrong += _entry(f"wizard {place}", wizard, width, height)
        wizard.answers.way = "restore"
        wizard._go(1)
        wrong += _entry("wizard restore", wizard, width, height)
        wizard.deleteLater()
    qapp.removeEventFilter(windows)
    opened.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp, theme.load("light"))
    assert not [*wrong, *windows.stray], "\n".join([*wrong, *windows.stray])


def _entry(name: str, view: QWidget, width: int, height: int) -> list[str]:
    view.resize(width, height)
    view.show()
    for _ in range(3):
        QCoreApplication.processEvents()
    return [f"{name}: {line}" for line in [*clipped(view), *nameless(view)]]


def _tabs_to(shown: Shown, target: QWidget) -> bool:
    for _ in range(120):
        if QApplication.focusWidget() is target:
            return True
        QTest.keyClick(shown.focus(), Qt.Key.Key_Tab)
    return False
