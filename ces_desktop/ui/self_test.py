"""`ces-desktop --self-test`: does this installation work? Everything a clinic needs once, in a folder of its own.

It runs from the frozen program too: nothing of `tests/` is needed, and nothing of the person's data is touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from ces_desktop import __version__, i18n
from ces_desktop.i18n import tr, trn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ces_desktop.data.backup import BackupInfo
    from ces_desktop.data.folder import ClinicFolder
    from ces_desktop.domain.ids import Id
    from ces_desktop.services.clinic import OpenClinic
    from ces_desktop.ui.main_window import MainWindow
    from ces_desktop.ui.tasks import Tasks

Say = Callable[[str], object]
PHRASE = "prueba de esta instalación inventada"
PAGES = (
    "reports", "staff", "staff_requests", "seminars",
    "today", "patients", "rescue", "households", "duplicates", "settings", "users", "audit", "backups", "reference",
    "waiting", "late", "import_register", "laboratory", "indicators", "supplies", "receive", "orders", "equipment",
    "dispense", "count", "transfers", "transfer", "controlled", "catalogue", "import_catalogue", "usb",
    "handover", "scorecard", "conflicts", "received", "network", "network_supply", "between", "mentoring",
    "checklists", "mentoring_progress",
)  # fmt: skip
OF_A_PERSON = ("patient", "history", "edit_patient", "consult", "vitals")
LANGUAGES: tuple[i18n.Language, ...] = ("es", "en")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTLE_SECONDS = 60


@dataclass(slots=True)
class _Trial:
    """What one step leaves for the next."""

    root: Path
    folder: ClinicFolder | None = None
    user: Id | None = None
    clinic: OpenClinic | None = None
    people: list[Id] = field(default_factory=list)
    backup: BackupInfo | None = None
    failures: list[BaseException] = field(default_factory=list)

    @property
    def opened(self) -> OpenClinic:
        assert self.clinic is not None
        return self.clinic


def run(say: Say) -> int:
    """Do every step; one line and the seconds of each. 0 = all worked; 1 = the step that did not is named."""
    began, language = time.monotonic(), i18n.language()
    say(f"CES Desktop {__version__} · Python {sys.version.split()[0]} · {sys.platform}")
    with tempfile.TemporaryDirectory(prefix="ces-desktop-", ignore_cleanup_errors=True) as place, _apart(Path(place)):
        trial = _Trial(Path(place))
        try:
            for name, step in _steps():
                start = time.monotonic()
                try:
                    said = step(trial)
                except Exception as error:  # noqa: BLE001 - whatever it is, the step is named
                    i18n.use(language)
                    say(tr("FAILED: {step}: {what}").format(step=name(), what=f"{type(error).__name__}: {error}"))
                    traceback.print_exception(error, file=sys.stderr)
                    return 1
                i18n.use(language)
                say(f"{time.monotonic() - start:6.1f} s  {name()}{': ' if said else ''}{said}")
        finally:
            i18n.use(language)
            if trial.clinic is not None:
                trial.clinic.close()
    seconds = f"{time.monotonic() - began:.1f}"
    say(tr("All works ({seconds} s).").format(seconds=seconds))
    return 0


def _steps() -> list[tuple[Callable[[], str], Callable[[_Trial], str]]]:
    return [
        (lambda: tr("Encrypted clinic made, schema and lists loaded"), _make),
        (lambda: tr("People registered"), _register),
        (lambda: tr("Every page in both languages and themes"), _open_pages),
        (lambda: tr("Print made and drawn"), _print),
        (lambda: tr("Tables and journal compared"), _verify),
        (lambda: tr("Backup made and checked"), _back_up),
        (lambda: tr("Restored in another folder and counted"), _restore),
    ]


def _make(trial: _Trial) -> str:
    from ces_desktop.data import vault
    from ces_desktop.domain.access import CLINIC_ROLES
    from ces_desktop.services import clinic, reference

    new = clinic.NewClinic("DEM", "Clínica de prueba", "Dra. Prueba Inventada", PHRASE, CLINIC_ROLES)
    trial.folder, trial.user, _ = clinic.create(trial.root / "data", new, cost=vault.CHEAPEST, invented=True)
    _must(not trial.folder.database.read_bytes().startswith(b"SQLite format"), "the database is not encrypted")
    trial.clinic = clinic.open_clinic(trial.folder, trial.user, PHRASE)
    held = trial.opened.database.read(reference.held_lists)
    _must(all(each.held is None or each.held >= each.shipped > 0 for each in held), "a shipped list is not loaded")
    n = sum(each.held or 0 for each in held)
    return trn("{n} row of lists", "{n} rows of lists", n).format(n=n)


def _register(trial: _Trial) -> str:
    from ces_desktop.data.models import PatientRecord, PatientStatusRecord
    from ces_desktop.data.queries.patients import patient_file
    from ces_desktop.data.work import Work
    from ces_desktop.domain.ids import human_id

    opened = trial.opened
    for number, given in enumerate(("María Inventada", "José Inventado"), start=1):

        def register(work: Work, number: int = number, given: str = given) -> Id:
            work.act("patients.register")
            patient, today = work.new_id(), work.today.isoformat()
            work.add(
                PatientRecord(
                    id=patient,
                    human_id=human_id(work.installation.prefix, work.installation.slot, number),
                    given=given,
                    paternal="Prueba",
                    maternal="De Ejemplo",
                    paternal_kind="given",
                    maternal_kind="given",
                    sex="female" if number == 1 else "male",
                    birth="1967-07-14",
                    birth_precision="day",
                    happened_on=today,
                )
            )
            work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status="active", happened_on=today))
            return patient

        trial.people.append(opened.database.write(register, opened.actor).value)
    files = opened.database.read(lambda c: [patient_file(c, person) for person in trial.people])
    _must(None not in files, "a registered person is not found")
    n = len(trial.people)
    return trn("{n} person", "{n} people", n).format(n=n)


def _sign(trial: _Trial) -> Id:
    """A signed consult of the first person, to be opened and compared with the journal."""
    from functools import partial

    from ces_desktop.domain.calendar import local_day
    from ces_desktop.domain.ids import new_id
    from ces_desktop.domain.visits import Measured, Visit
    from ces_desktop.services import visits

    opened = trial.opened
    now = opened.database.clock()
    measured = Measured("systolic", 128), Measured("diastolic", 80)
    visit = Visit(new_id(now), trial.people[0], local_day(now).isoformat(), started_at=now, measured=measured)
    return opened.database.write(partial(visits.sign, visit=visit), opened.actor).value


def _supplies(trial: _Trial) -> list[tuple[str, tuple[object, ...]]]:
    """An item with something on the shelf and an order in draft, and the places that show them."""
    from functools import partial

    from ces_desktop.domain.calendar import local_day
    from ces_desktop.domain.ids import named_id, new_id
    from ces_desktop.services import orders
    from ces_desktop.services.receipts import Receipt, ReceiptLine, receive

    opened, item = trial.opened, named_id("item", "010.000.0104.00")
    now = opened.database.clock()
    line = ReceiptLine(new_id(now), item, 300, "PRUEBA", None)
    came = Receipt(new_id(now), "opening", "SSA", local_day(now).isoformat(), (line,))
    opened.database.write(partial(receive, request=came), opened.actor)
    asked = orders.Draft(new_id(now), "SSA", (orders.DraftLine(new_id(now), item, 200, 10, 300, 0, None, None, None),))
    opened.database.write(partial(orders.draft, request=asked), opened.actor)
    return [("item", (item,)), ("order", (asked.id,))]


def _open_pages(trial: _Trial) -> str:
    from ces_desktop.ui import theme
    from ces_desktop.ui.tasks import Tasks

    app = _application()
    opened, count = trial.opened, 0
    tasks = Tasks(opened.database, opened.actor)
    tasks.broken.connect(trial.failures.append)
    places: list[tuple[str, tuple[object, ...]]] = [(key, ()) for key in PAGES]
    places += [("registration", ("",)), *((key, (trial.people[0],)) for key in OF_A_PERSON)]
    places.append(("encounter", (_sign(trial),)))
    places += _supplies(trial)
    with _bugs_kept(trial.failures):
        for language in LANGUAGES:
            for look in THEMES:
                i18n.use(language)
                theme.apply(app, theme.load(look))
                window = _window(trial, tasks)
                for key, arguments in places:
                    try:
                        _show(app, window, key, arguments, trial)
                    except Exception as error:  # comes out again with the page's name
                        raise RuntimeError(f"{key} ({language}, {look}): {error}") from error
                    count += 1
                window.close()
                tasks.changed.disconnect(window._changed)
                tasks.refused.disconnect(window.tell)
                window.deleteLater()
                _settle(app, tasks)
    theme.apply(app, theme.load("light"))
    return trn("{n} page", "{n} pages", count).format(n=count)


def _window(trial: _Trial, tasks: Tasks) -> MainWindow:
    from ces_desktop.domain.ids import Id
    from ces_desktop.services.audit import AuditBuffer
    from ces_desktop.ui.desk import ClinicFacts
    from ces_desktop.ui.main_window import MainWindow

    facts = trial.opened.facts
    clinic = ClinicFacts(
        id=Id(bytes.fromhex(facts["id"])),
        prefix=facts["prefix"],
        name=facts["name"],
        official_name=facts["official_name"],
        clues=facts["clues"],
        municipality=facts["municipality"],
        demo=True,
    )
    window = MainWindow(tasks, clinic, AuditBuffer(trial.opened.actor), trial.opened)
    window.resize(1366, 728)
    window.show()
    return window


def _show(app: QApplication, window: MainWindow, key: str, arguments: tuple[object, ...], trial: _Trial) -> None:
    """Go to a place, let its questions be answered, draw it."""
    window.go_to(key, arguments)
    _settle(app, window.tasks)
    if trial.failures:
        raise trial.failures[0]
    _must(window.page is not None, "no page is shown")
    picture = window.grab().toImage()
    _must(picture.width() > 0 and _drawn(picture), "the page is blank")


def _drawn(picture: object) -> bool:
    """Whether a picture shows more than one colour."""
    from PySide6.QtGui import QImage

    assert isinstance(picture, QImage)
    step = 23  # px: enough to meet a line of text
    seen = {picture.pixel(x, y) for x in range(0, picture.width(), step) for y in range(0, picture.height(), step)}
    return len(seen) > 4


def _print(trial: _Trial) -> str:
    from ces_desktop.data.queries.patients import patient_file
    from ces_desktop.reports.document import Frame
    from ces_desktop.reports.patients import card_pdf
    from ces_desktop.ui.printing import Pdf

    opened, facts = trial.opened, trial.opened.facts
    person = opened.database.read(lambda c: patient_file(c, trial.people[0]))
    assert person is not None
    frame = Frame(
        clinic_name=facts["name"],
        official_name=facts["official_name"],
        clues=facts["clues"],
        municipality=facts["municipality"],
        prefix=facts["prefix"],
        made_at_ms=opened.database.clock(),
        user_name=opened.actor.name,
        app_version=__version__,
        demo=True,
    )
    data = card_pdf(person, frame)
    _must(data.startswith(b"%PDF"), "the print is not a PDF")
    _application()
    pdf = Pdf(data)
    try:
        _must(_drawn(pdf.image(0, 50)), "the page of the print is blank")
        n = len(pdf.sizes)
    finally:
        pdf.close()
    return trn("{n} page", "{n} pages", n).format(n=n)


def _verify(trial: _Trial) -> str:
    from ces_desktop.data.journal.fold import verify

    verdict = trial.opened.database.read(verify)
    _must(verdict.equal, "; ".join((*verdict.differences, *verdict.broken)[:3]))
    return tr("{ops} ops, {rows} rows.").format(ops=verdict.ops, rows=verdict.rows)


def _back_up(trial: _Trial) -> str:
    from ces_desktop.services import backups
    from ces_desktop.ui import labels

    trial.backup = backups.back_up(trial.opened)
    return labels.size(trial.backup.size)


def _restore(trial: _Trial) -> str:
    from ces_desktop.data import backup
    from ces_desktop.services import backups

    assert trial.backup is not None
    before = backups.check(trial.opened, trial.backup).tables
    other = trial.root / "drill" / trial.backup.prefix
    kept = backups.restore_with_passphrase(trial.backup.path, other, None, PHRASE)
    _must(kept is None, "an empty folder held data")
    after = backup.verify_backup(other, trial.opened.key).tables
    _must(before == after and after["patient"] == len(trial.people), "the counts differ")
    n = sum(after.values())
    return trn("{n} row", "{n} rows", n).format(n=n)


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise RuntimeError(what)


@contextmanager
def _apart(root: Path) -> Iterator[None]:
    """Data and state in a folder of the test, whatever the person's settings; no screen where there is none."""
    wanted = {"CES_DESKTOP_DATA": str(root / "data"), "CES_DESKTOP_STATE": str(root / "state")}
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        wanted.setdefault("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM") or "offscreen")
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _bugs_kept(failures: list[BaseException]) -> Iterator[None]:
    """Exceptions in answers to events, which Qt would only print."""
    before = sys.excepthook

    def keep(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        failures.append(error)

    sys.excepthook = keep
    try:
        yield
    finally:
        sys.excepthook = before


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    return app


def _settle(app: QApplication, tasks: Tasks) -> None:
    """Let every question be answered and every answer be drawn."""
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop

    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if not tasks.busy:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            app.processEvents()
            if not tasks.busy:
                return
    raise RuntimeError("the database did not answer")
