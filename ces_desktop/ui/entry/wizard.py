"""The first run: from nothing to an open clinic, mentor's laptop or hub in five or six steps, by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from random import SystemRandom

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QWidget
from shiboken6 import isValid

from ces_desktop import __version__, i18n
from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.entry import demo
from ces_desktop.ui.entry.sheet import network_sheet_pdf, sheet_pdf
from ces_desktop.ui.entry.wizard_answers import Answers, found_network, make, new_key, restore
from ces_desktop.ui.entry.wizard_join import JoinStep, join
from ces_desktop.ui.entry.wizard_place import PlaceStep
from ces_desktop.ui.entry.wizard_restore import RestoreStep
from ces_desktop.ui.entry.wizard_sheets import KeyStep, NetworkKeyStep, SheetStep
from ces_desktop.ui.entry.wizard_steps import FORM_WIDTH, ClinicStep, PersonStep, PhraseStep, StartStep, Step
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    InlineNote,
    ProgressPanel,
    ScrollBody,
    StepList,
    Text,
    box,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.layout import hide_unless

STEPS = {
    "new": ("start", "place", "person", "phrase", "sheet"),
    "join": ("start", "stick", "place", "person", "phrase", "sheet"),
    "restore": ("start", "backup"),
    "demo": ("start",),
}
"""The steps of each way; a hub's new one ends with the key of its network."""


class Wizard(QWidget):
    """Leads to an open clinic. `left` when the person goes back to sign-in (only where a clinic exists already).

    `joined` opens too: another laptop of a clinic, whose request was written to a stick, or why it was not.
    `redraw` after a change of language: the place and what was typed stay.
    """

    opened = Signal(object)
    joined = Signal(object, object)
    left = Signal()
    language_chosen = Signal(str)

    def __init__(self, root: Path, first: bool) -> None:
        super().__init__()
        self.root, self.first = root, first
        self.answers = Answers()
        self.place = 0
        self._group = SystemRandom().randrange(1, 8)
        self.step: Step | None = None
        self._held: QWidget | None = None
        self.jobs = Jobs(self)
        self.jobs.busy.connect(self._set_busy)
        self.jobs.cancelled.connect(self._cancelled)
        self._outer = row(gap=0)
        self.setLayout(self._outer)
        self.redraw()

    def redraw(self) -> None:
        """Draw the step one is at in the language in use."""
        if self.step is not None:
            self.step.store()
        clear(self._outer)
        self.setWindowTitle(tr("Set up · CES Desktop"))
        self.step = self._make_step()
        self.step.ended.connect(self.forward)
        self.list = StepList(self._words())
        self.list.set_current(self.place, back=not self.answers.made)
        self.list.chosen.connect(self._jump)
        self.note = column(gap=0)
        self.progress = ProgressPanel("", cancel_text=tr("Cancelling leaves nothing behind."), reserve=True)
        self.progress.cancelled.connect(self.jobs.cancel)
        last = self.place == len(self._words()) - 1
        self.next = Button(self._primary(), "primary", icon="check" if last else "arrow-right", shortcut="F9")
        self.next.clicked.connect(self.forward)
        self.back = Button(tr("Back"), "secondary", icon="arrow-left", cap="Esc")
        self.back.clicked.connect(self.backward)
        hide_unless(self.back, self._can_go_back())
        self.dock = DockedBar(self.next, self.back)
        held = box(column(self.step, margins=(24, 20, 24, 20)), "card")
        held.setMaximumWidth(px(FORM_WIDTH + 50))
        self.progress.setMaximumWidth(px(FORM_WIDTH + 50))
        self.card = column(held, 4, self.note, self.progress, None, gap=4)
        main = box(column((ScrollBody(self.card), 1), self.dock, gap=0))
        self.side = box(self._side(), "side")
        self._outer.addWidget(self.side)
        self._outer.addWidget(main, 1)
        self._inset()
        self._show_now(main)
        self.step.begin()

    def _show_now(self, main: QWidget) -> None:
        """A child of a visible window is shown a moment later, and what is not shown takes no focus."""
        if self.isVisible():
            self.side.show()
            main.show()

    # ------------------------------------------------------------------ moving
    def forward(self) -> None:
        """The primary: check this step, then the next one, or do what the last one is for."""
        step = self.step
        if step is None or self.jobs.running:
            return
        step.store()
        if not step.check():
            return
        if isinstance(step, StartStep) and self.answers.way == "demo":
            self._run_demo()
        elif isinstance(step, PhraseStep):
            self._run_make()
        elif isinstance(step, RestoreStep):
            self._run_restore()
        elif isinstance(step, KeyStep):
            self._keep(step)
        else:
            self._go(self.place + 1)

    def backward(self) -> None:
        """Esc: the step before; from the first one back to sign-in, where there is a clinic."""
        if self.jobs.running or not self._can_go_back():
            return
        if self.place:
            self._go(self.place - 1)
        else:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.backward()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        if self.step is not None:
            self.step.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._inset()

    def tell(self, failure: Failure) -> None:
        """Say under the step why it could not be done; nothing typed is lost."""
        clear(self.note)
        self.note.addWidget(InlineNote("bad", text=sentence(failure)))

    def _go(self, place: int) -> None:
        if self.step is not None:
            self.step.store()
            self.step = None
        self.place = place
        self.redraw()

    def _jump(self, place: int) -> None:
        if place < self.place and not self.jobs.running and not self.answers.made:
            self._go(place)

    def _can_go_back(self) -> bool:
        if self.answers.made:
            return False
        return self.place > 0 or not self.first

    # ------------------------------------------------------------------ drawing
    def _words(self) -> list[str]:
        words = {
            "start": tr("Start"), "stick": tr("Stick"), "backup": tr("Backup"), "person": tr("Who enters"),
            "place": {"hub": tr("Network"), "mentor": tr("Laptop")}.get(self.answers.kind, tr("Clinic")),
            "phrase": tr("Passphrase"), "sheet": tr("Recovery sheet"), "network_key": tr("Key of the network"),
        }  # fmt: skip
        return [words[name] for name in self._steps()]

    def _steps(self) -> tuple[str, ...]:
        steps = STEPS[self.answers.way]
        return (*steps, "network_key") if self.answers.way == "new" and self.answers.kind == "hub" else steps

    def _make_step(self) -> Step:
        name = self._steps()[self.place]
        if name == "start":
            start = StartStep(self.answers)
            start.chosen.connect(self._redraw_start)
            start.kind_chosen.connect(self._redraw_kind)
            return start
        if name in ("backup", "stick"):
            return (RestoreStep if name == "backup" else JoinStep)(self.answers, self.jobs)
        if name in ("sheet", "network_key"):
            sheet = (SheetStep if name == "sheet" else NetworkKeyStep)(self.answers, self._group)
            sheet.print_wanted.connect(self.print_sheet)
            return sheet
        if name == "place":
            return (ClinicStep if self.answers.kind == "clinic" else PlaceStep)(self.answers, self.root)
        return PersonStep(self.answers) if name == "person" else PhraseStep(self.answers)

    def _redraw_start(self) -> None:
        self.redraw()
        if self.step is not None:  # after an arrow key Qt still gives the focus to the button that was just replaced
            QTimer.singleShot(0, self.step, self.step.begin)

    def _redraw_kind(self, kind: str) -> None:
        self.redraw()
        start = self.step
        if isinstance(start, StartStep):
            QTimer.singleShot(0, start, start.kinds[kind].setFocus)

    def _primary(self) -> str:
        if self.place == 0:
            return tr("Open demonstration") if self.answers.way == "demo" else tr("Continue")
        if self.answers.way == "restore":
            return tr("Restore and enter")
        clinic = self.answers.kind == "clinic"
        if self._steps()[self.place] == "phrase":
            return tr("Create clinic") if clinic else tr("Create")
        if self.place < len(self._words()) - 1:
            return tr("Continue")
        return tr("Enter the clinic") if clinic else tr("Enter the program")

    def _side(self) -> QLayout:
        words = {"es": "Español", "en": "English"}
        self.languages: dict[str, Button] = {}
        for code, name in words.items():
            button = Button(name, "segment")
            button.setChecked(code == i18n.language())
            button.clicked.connect(lambda _=False, code=code: self._choose_language(code))
            self.languages[code] = button
        title = Text("Compañeros En Salud", "section")
        version = Text(tr("CES Desktop, version {version}").format(version=__version__), "caption", wrap=True)
        return column(
            title, version, 16, (self.list, 1), Text(tr("Language of the program"), "label", wrap=True),
            row(*self.languages.values(), None, gap=4), gap=4, margins=(20, 24, 20, 20),
        )  # fmt: skip

    def _inset(self) -> None:
        wide = self.width() >= px(1200)
        self.side.setFixedWidth(px(280 if wide else 264))
        self.card.setContentsMargins(px(64 if wide else 24), px(36 if wide else 18), px(24), px(12))

    def _choose_language(self, code: str) -> None:
        self.languages[i18n.language()].setChecked(True)
        if code != i18n.language() and not self.jobs.running:
            self.language_chosen.emit(code)

    # ------------------------------------------------------------------ doing
    def print_sheet(self) -> None:
        """The sheet as it will be printed; it never becomes a file."""
        from ces_desktop.ui.dialogs.preview import PreviewDialog

        opened, key = self.answers.made[0]
        title, build = tr("Recovery sheet"), sheet_pdf
        if isinstance(self.step, NetworkKeyStep) and self.answers.network_key is not None:
            key, title, build = self.answers.network_key, tr("Key of the network"), network_sheet_pdf

        def show(pdf: bytes) -> None:
            PreviewDialog(self, title, pdf, "recovery-sheet.pdf", may_save=False).exec()

        self._start(tr("Preparing the sheet"), cancellable=False)
        self.jobs.run(lambda _: build(opened, key), show, self.tell)

    def _run_make(self) -> None:
        new = self.answers.new_clinic()
        self._start(tr("Creating the clinic"), cancellable=False)
        self.jobs.run(lambda _: make(self.root, new), self._made, self.tell)

    def _made(self, made: tuple[OpenClinic, RecoveryKey]) -> None:
        self.answers.made = [made]
        self.answers.phrase = ("", "")
        self.step = None
        self._go(self._steps().index("sheet"))

    def _run_restore(self) -> None:
        a = self.answers
        info = a.chosen
        if info is None or not isinstance(self.step, RestoreStep):
            return
        user, secret = a.restore_user, a.secret
        self._start(tr("Restoring the backup"), cancellable=False)
        self.jobs.run(lambda _: restore(self.root, info, user, secret), self.opened.emit, self.step.tell)

    def _run_demo(self) -> None:
        self._start(tr("Preparing the demonstration"), cancellable=True)
        progress = self.jobs.run(lambda progress: demo.open_demo(self.root, progress), self.opened.emit, self.tell)
        progress.moved.connect(self.progress.advance)

    def _keep(self, step: KeyStep) -> None:
        """The paper is there: on to the network's key, or found the network with it, or enter."""
        opened, key = self.answers.made[0][0], self.answers.network_key

        def kept(_: object) -> None:
            if self.answers.kind != "hub":
                self.opened.emit(opened)
                return
            self.answers.network_key = key or new_key()
            self._go(self._steps().index("network_key"))

        invitation = self.answers.invitation if self.answers.way == "join" else None
        if invitation is not None:
            self._start(tr("Writing the request to the stick"), cancellable=False)
            self.jobs.run(
                lambda _: join(opened, invitation), lambda failure: self.joined.emit(opened, failure), self.tell
            )
            return
        if isinstance(step, NetworkKeyStep) and key is not None:
            self._start(tr("Founding the network"), cancellable=False)
            self.jobs.run(lambda _: found_network(opened, key), lambda _: self.opened.emit(opened), self.tell)
        else:
            self.jobs.run(lambda _: opened.database.local(users.sheet_is_kept), kept, self.tell)

    def _start(self, title: str, cancellable: bool) -> None:
        clear(self.note)
        self.progress.title.set_text(title)
        self.progress.cancel.setVisible(cancellable)
        self.progress.start()

    def _set_busy(self, busy: bool) -> None:
        if busy:
            self._held = self.focusWidget()
        else:
            self.progress.finish()
        for part in (self.step, self.next, self.back, self.list):
            if part is not None:
                part.setEnabled(not busy)
        if not busy and self._held is not None and isValid(self._held):
            self._held.setFocus()  # it lost the keys when it was shut: without them no Esc would reach this view

    def _cancelled(self) -> None:
        clear(self.note)
        self.note.addWidget(InlineNote("none", text=tr("Cancelled. Nothing was left behind.")))
