"""The places of the window: what the rail shows, how each page is built, and which commands the search box knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import (
    consults,
    exchange_places,
    mentoring_places,
    messages,
    network_places,
    staff_places,
    visit_places,
)
from ces_desktop.ui.desk import Build, Page, Table
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, InlineNote, RailEntry

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow

KEPT = frozenset({"today", "patients", "rescue", "households", "duplicates", "indicators", "supplies"})
"""Pages kept alive between visits; the others are built anew, so that nothing of a person stays behind."""

_UNDER: dict[str, str] = {
    "patient": "patients",
    "registration": "patients",
    "edit_patient": "patients",
    "draft": "patients",
    "history": "patients",
    "laboratory": "patients",
    "consult": "patients",
    "encounter": "patients",
    "vitals": "patients",
    "waiting": "today",
    "late": "today",
    "household": "households",
    "duplicates": "patients",
    "orders": "supplies",
    "order": "supplies",
    "item": "supplies",
    "receive": "supplies",
    "dispense": "supplies",
    "count": "supplies",
    "transfers": "supplies",
    "controlled": "supplies",
    "transfer": "supplies",
    **mentoring_places.UNDER,
    "users": "settings",
    "audit": "settings",
    "backups": "settings",
    "reference": "settings",
    "import_register": "settings",
    "equipment": "supplies",
    "catalogue": "supplies",
    "import_catalogue": "supplies",
    "between": "network",
    **staff_places.UNDER,
    **exchange_places.UNDER,
}


_NEEDED: dict[str, Right] = {
    "patients": Right.SEE_PATIENTS,
    "patient": Right.SEE_PATIENTS,
    "rescue": Right.SEE_PATIENTS,
    "indicators": Right.SEE_PATIENTS,
    "households": Right.SEE_PATIENTS,
    "household": Right.SEE_PATIENTS,
    "duplicates": Right.SEE_PATIENTS,
    "registration": Right.REGISTER_PATIENTS,
    "edit_patient": Right.REGISTER_PATIENTS,
    "draft": Right.REGISTER_PATIENTS,
    "history": Right.SEE_PATIENTS,
    "laboratory": Right.SEE_PATIENTS,
    "reports": Right.ISSUE_REPORTS,
    "orders": Right.SEE_STOCK,
    "order": Right.SEE_STOCK,
    "supplies": Right.SEE_STOCK,
    "item": Right.SEE_STOCK,
    "receive": Right.KEEP_STOCK,
    "dispense": Right.DISPENSE,
    "count": Right.SEE_STOCK,
    "transfers": Right.SEE_STOCK,
    "controlled": Right.SEE_STOCK,
    "transfer": Right.KEEP_STOCK,
    "consult": Right.TAKE_VITALS,
    "vitals": Right.TAKE_VITALS,
    "waiting": Right.TAKE_VITALS,
    "late": Right.SIGN_CONSULTS,
    "encounter": Right.SEE_PATIENTS,
    "import_register": Right.IMPORT_REGISTER,
    "equipment": Right.SEE_STOCK,
    "catalogue": Right.SEE_STOCK,
    "import_catalogue": Right.MANAGE_CATALOGUE,
    **exchange_places.NEEDED,
    **network_places.NEEDED,
    **staff_places.NEEDED,
    **mentoring_places.NEEDED,
}
"""Reads ask no service, so the way to every page that shows people is guarded here, whatever leads to it."""


def may_enter(window: MainWindow, key: str) -> bool:
    """Whether the person may go to a place; if not, they are told."""
    try:
        network_places.check(network_places.kind_of(window), key)
    except Refused as refused:
        window.tell(refused)
        return False
    needed = _NEEDED.get(key)
    return needed is None or _allowed(window, needed, visit_places.actor_at(window, key))


def _allowed(window: MainWindow, right: Right, actor: Actor) -> bool:
    try:
        require(actor, right)
    except Refused as refused:
        window.tell(refused)
        return False
    return True


def rail_key(key: str) -> str:
    """The rail entry under which a place lies."""
    return _UNDER.get(key, key)


def rail_entries(actor: Actor, kind: str = network_places.CLINIC) -> tuple[RailEntry, ...]:
    """The rail for what this person may see in an installation of this kind."""
    foot = (
        RailEntry("settings", "settings", tr("Settings"), foot=True),
        RailEntry("lock", "lock", tr("Lock"), foot=True),
    )
    if kind != network_places.CLINIC:
        return (*network_places.rail(actor, kind), *foot)
    patients = (
        (
            RailEntry("patients", "users", tr("Patients")),
            RailEntry("rescue", "life-buoy", tr("Rescue")),
            RailEntry("households", "house", tr("Households")),
            RailEntry("indicators", "chart-column", tr("Indicators")),
        )
        if actor.may(Right.SEE_PATIENTS)
        else ()
    )
    shelf = (RailEntry("supplies", "pill", tr("Pharmacy")),) if actor.may(Right.SEE_STOCK) else ()
    issues = (RailEntry("reports", "file-text", tr("Reports")),) if actor.may(Right.ISSUE_REPORTS) else ()
    return (
        RailEntry("today", "sun", tr("Today")),
        *patients,
        *shelf,
        *mentoring_places.rail(actor),
        *issues,
        *((RailEntry("usb", "usb", tr("USB")),) if actor.may(Right.EXCHANGE) else ()),
        *staff_places.rail(actor),
        *foot,
    )


def build(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    """A new page for a place. Pages are imported here, on their first visit, to keep the start short."""
    if key == "today":
        from ces_desktop.ui.pages.today_page import TodayPage

        return _counting(window, TodayPage(window, window.opened))
    if key == "patients":
        from ces_desktop.ui.pages.patients_page import PatientsPage

        return PatientsPage(window)
    if key == "rescue":
        from ces_desktop.ui.pages.rescue_page import RescuePage

        return _counting(window, RescuePage(window))
    if key == "indicators":
        from ces_desktop.ui.pages.indicators_page import IndicatorsPage

        return IndicatorsPage(window)
    if key == "patient":
        from ces_desktop.ui.pages.patient_page import PatientPage

        return PatientPage(window, cast(Id, arguments[0]))
    if key == "history":
        from ces_desktop.ui.pages.history_page import HistoryPage

        return HistoryPage(window, cast(Id, arguments[0]))
    if key == "laboratory":
        from ces_desktop.ui.pages.labs_page import LabsPage

        return LabsPage(window)
    if key in ("registration", "edit_patient", "draft"):
        return _form(window, key, arguments)
    if key in ("consult", "vitals", "encounter", "waiting", "late"):
        return consults.build(window, key, arguments)
    if key in ("households", "household"):
        from ces_desktop.ui.pages.households_page import HouseholdsPage

        return HouseholdsPage(window, cast("Id | None", arguments[0] if arguments else None))
    if key == "duplicates":
        from ces_desktop.ui.pages.duplicates_page import DuplicatesPage

        return DuplicatesPage(window)
    if rail_key(key) == "supplies":
        from ces_desktop.ui import supply_places

        page = supply_places.build(window, key, arguments)
        return _counting(window, page) if key == "supplies" else page
    if key in ("conflicts", "received"):
        return exchange_places.build(window, key, arguments)
    if key in visit_places.OF_ONE_CLINIC:
        return visit_places.build(window, key, arguments)
    if key == "reports":
        from ces_desktop.ui.pages.reports_page import ReportsPage

        return ReportsPage(window)
    return _settings_page(window, key)


def _counting(window: MainWindow, page: Page) -> Page:
    """Let a page tell how many wait at a place of the rail."""
    page.counted.connect(window.rail.set_badge)
    return page


def _form(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    from ces_desktop.ui.pages.registration_page import RegistrationPage

    if key == "registration":
        return RegistrationPage(window, typed=str(arguments[0]) if arguments else "")
    if key == "edit_patient":
        patient = cast(Id, arguments[0])
        window.note("view", "patient", patient)
        return RegistrationPage(window, patient=patient)
    return RegistrationPage(window, draft=cast(Id, arguments[0]), patient=cast("Id | None", arguments[1]))


def _settings_page(window: MainWindow, key: str) -> Page:
    if key == "users":
        from ces_desktop.ui.pages.users_page import UsersPage

        assert window.opened is not None
        return UsersPage(window, window.opened)
    if key == "audit":
        from ces_desktop.ui.pages.audit_page import AuditPage

        return AuditPage(window)
    if key == "backups":
        from ces_desktop.ui.pages.backups_page import BackupsPage

        assert window.opened is not None
        return BackupsPage(window, window.opened, window.restore_wanted.emit)
    if key in ("usb", "network", "between", "network_supply"):
        return network_places.build(window, key)
    if key == "reference":
        from ces_desktop.ui.pages.reference_page import ReferencePage

        return ReferencePage(window)
    if key == "import_register":
        from ces_desktop.ui.pages.import_page import ImportPage

        return ImportPage(window)
    if key == "settings":
        from ces_desktop.ui.pages.settings_page import SettingsPage

        return SettingsPage(window)
    raise KeyError(key)


def commands(window: MainWindow) -> tuple[tuple[str, str, Callable[[], object]], ...]:
    """What `>` in the search box offers: (title, keys, act)."""
    go = window.open_page
    found: list[tuple[str, str, Callable[[], object]]] = [(tr("Today"), "Alt+1", lambda: go("today"))]
    actor = window.actor
    if network_places.kind_of(window) != network_places.CLINIC:
        return tuple(network_places.commands(window) + _common_commands(window))
    if actor.may(Right.REGISTER_PATIENTS):
        found.append((tr("Register patient"), "F4", window.register_patient))
    found += consults.commands(window)
    if actor.may(Right.SEE_PATIENTS):
        found += exchange_places.commands(window)
        found += [
            (tr("Patients"), "Alt+2", lambda: go("patients")),
            (tr("Rescue"), "Alt+3", lambda: go("rescue")),
            (tr("Households"), "Alt+4", lambda: go("households")),
            (tr("Indicators"), "Alt+5", lambda: go("indicators")),
            (tr("Review duplicates"), "", lambda: go("duplicates")),
        ]
    found.append((tr("Undo the last saved act"), "Ctrl+Z", window.undo))
    if actor.may(Right.ISSUE_REPORTS):
        found.append((tr("Reports"), "", lambda: go("reports")))
    if actor.may(Right.SEE_STOCK):
        from ces_desktop.ui import supply_places

        found += supply_places.commands(window)
    if actor.may(Right.IMPORT_REGISTER):
        found.append((tr("Import a register"), "", lambda: go("import_register")))
    found += mentoring_places.commands(window, actor) + staff_places.commands(window, actor)
    return tuple(found + _common_commands(window))


def _common_commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What every kind of installation has."""
    go, actor, found = window.open_page, window.actor, list[tuple[str, str, Callable[[], object]]]()
    if actor.may(Right.EXCHANGE):
        found.append((tr("USB exchange"), "", lambda: go("usb")))
    if actor.may(Right.MAKE_BACKUP):
        found.append((tr("Backups"), "", lambda: go("backups")))
    if actor.may(Right.MANAGE_USERS):
        found.append((tr("People who sign in"), "", lambda: go("users")))
    if actor.may(Right.READ_AUDIT):
        found.append((tr("Audit"), "", lambda: go("audit")))
    if actor.may(Right.IMPORT_REFERENCE):
        found.append((tr("Official lists"), "", lambda: go("reference")))
    found += [
        (tr("Settings"), "", lambda: go("settings")),
        (tr("Cover the screen"), "F12", window.sheet.toggle),
        (tr("Lock"), "", window.lock_wanted.emit),
    ]
    return found


def compare(window: MainWindow, one: Id, other: Id) -> None:
    """Two records side by side; the dialog writes through the window's tasks."""
    from ces_desktop.ui.dialogs import merge

    for each in (one, other):
        window.note("view", "patient", each)
    merge.compare(window, window, one, other)


def preview(window: MainWindow, title: str, build: Build, name: str, about: Id | None, table: Table = None) -> None:
    """Build a PDF off the GUI thread with progress, then show it from memory; one about a person needs the right."""
    from ces_desktop.ui.dialogs.preview import PreviewDialog
    from ces_desktop.ui.dialogs.waiting import Waiting

    if about is not None and not _allowed(window, Right.PRINT_PATIENTS, window.actor):
        return
    waiting = Waiting(window, tr("Preparing {title}").format(title=title))

    def show(pdf: bytes) -> None:
        waiting.finish()
        window.note("preview", "patient" if about else "", about)
        dialog = PreviewDialog(window, title, pdf, name, table=table)
        dialog.printed.connect(lambda: window.note("print", "patient" if about else "", about))
        dialog.saved.connect(lambda: window.note("export", "patient" if about else "", about))
        dialog.exec()

    def failed(failure: Failure) -> None:
        waiting.finish()
        window.tell(failure)

    waiting.watch(window.tasks.run(lambda progress: build(), show, owner=window, failed=failed))


def undo(window: MainWindow) -> None:
    """Reverse the last saved act and say which it was."""
    from ces_desktop.services import undo as undoing

    window.tasks.write(undoing.undo, lambda done: window.toast(messages.undone(done.value)), owner=window)


def redo(window: MainWindow) -> None:
    """Bring back what was undone last."""
    from ces_desktop.services import undo as undoing

    window.tasks.write(undoing.redo, lambda done: window.toast(messages.redone(done.value), undo=True), owner=window)


def show_failure(window: QWidget, text: str) -> None:
    """Say why something was refused; it stays until it is read."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.NoIcon, window.windowTitle(), text, QMessageBox.StandardButton.Ok, window)
    box.setObjectName("failure")
    box.open()


def show_notice(window: MainWindow, text: str) -> None:
    """A warning under the top bar, with a button that takes it away."""
    close = Button(tr("Understood"), "ghost")
    strip = InlineNote("warn", "", text, (close,))
    close.clicked.connect(strip.deleteLater)
    window.notice_slot.addWidget(strip)


def help_here(window: MainWindow) -> None:
    """F1: what the focused field is for; elsewhere the keys of the window."""
    from ces_desktop.ui.dialogs.keys import KeysDialog

    focus = QApplication.focusWidget()
    text = focus.whatsThis() if focus is not None else ""
    KeysDialog(window, text).exec()
