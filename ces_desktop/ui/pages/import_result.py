"""Last step of importing a register: what was written, the file of what was not, and undoing it whole."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr, trn
from ces_desktop.services.register_import import Imported, Plan
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import Button, InlineNote, SectionCard, Text, Wrapped, clear, column, row


class ResultStep(QWidget):
    """`show_done(plan, done)`; `save` and `undo` are the page's to connect."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = row(gap=24)
        self.notes = column(gap=8)
        self.save = Button(tr("Save what was not kept"), "secondary", icon="save")
        self.undo = Button(tr("Undo the import"), "secondary", icon="undo-2", cap="Ctrl+Z")
        self.duplicates = Button(tr("Review duplicates"), "ghost", icon="copy")
        card = SectionCard(
            tr("The register was imported"), self.figures, self.notes,
            Wrapped(self.save, self.undo, self.duplicates), icon="check",
        )  # fmt: skip
        self.setLayout(column(card, None))
        self.setFocusProxy(self.save)

    def show_done(self, plan: Plan, done: Imported) -> None:
        """Fill it."""
        clear(self.figures)
        clear(self.notes)
        counts = done.rows
        for label, n in (
            (tr("People registered"), done.registered), (tr("Measures"), counts.get("observation", 0)),
            (tr("Enrolments"), counts.get("enrolment", 0)), (tr("Problems"), counts.get("condition", 0)),
            (tr("Visits"), counts.get("encounter", 0)), (tr("Corrected"), done.corrected),
        ):  # fmt: skip
            self.figures.addLayout(column(Text(labels.number(n), "number"), Text(label, "caption"), gap=0))
        self.figures.addStretch(1)
        rejected, skipped = plan.count("rejected"), len(done.skipped)
        left = len({p.row.line for p in plan.rows if p.row.troubles} | set(done.skipped))
        self.save.set_possible(bool(left), tr("Everything was kept."))
        if not any(counts.values()) and not done.corrected:
            self.notes.addWidget(InlineNote("none", tr("Nothing new was in it."), tr("All of it was here already.")))
        if rejected or skipped:
            n = rejected + skipped
            said = trn("{n} row was not kept.", "{n} rows were not kept.", n).format(n=labels.number(n))
            self.notes.addWidget(InlineNote("warn", said, tr("Save them, correct them there and import that file.")))

    def show_undone(self) -> None:
        """It was taken back."""
        clear(self.notes)
        self.notes.addWidget(InlineNote("ok", tr("The import was undone."), tr("The register is as it was before.")))
        self.undo.set_possible(False, tr("It was undone already."))
