"""Under the agenda of the day: work that was not signed, and how many come on the next days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Signal

from ces_desktop.domain.calendar import CLINIC_ZONE, local_moment
from ces_desktop.i18n import tr, trn
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import Button, Icon, Rule, SectionCard, Shape, Text, clear, column, row

SHOWN = 2
DAYS = 4


class DraftStrip(SectionCard):
    """The person's own unfinished forms, the latest first: `resumed(Draft)`, `discarded(Draft)`; away without any."""

    resumed = Signal(object)
    discarded = Signal(object)

    def __init__(self) -> None:
        super().__init__(pad=10)
        self._rows = column(gap=4)
        self.add(self._rows)
        self._said: tuple[Draft, ...] | None = None
        self.hide()

    def show_drafts(self, drafts: Sequence[Draft], today: date) -> None:
        """Two of them; the others are counted."""
        if tuple(drafts) == self._said:
            return
        self._said = tuple(drafts)
        clear(self._rows)
        for draft in drafts[:SHOWN]:
            text = f"{draft_name(draft)} · {draft_kind(draft)} · {draft_when(draft, today)}"
            words = Text(text, "small", elide=True)
            discard, go_on = Button(tr("Discard"), "ghost"), Button(tr("Continue"), "ghost")
            discard.clicked.connect(lambda _=False, draft=draft: self.discarded.emit(draft))
            go_on.clicked.connect(lambda _=False, draft=draft: self.resumed.emit(draft))
            title = Text(tr("Unsigned draft"), "smallstrong")
            self._rows.addLayout(row(Shape("draft", 18), title, (words, 1), discard, go_on))
        if len(drafts) > SHOWN:
            n = len(drafts) - SHOWN
            self._rows.addWidget(Text(trn("and {n} other draft", "and {n} other drafts", n).format(n=n), "caption"))
        self.setVisible(bool(drafts))


def draft_name(draft: Draft) -> str:
    """Whom an unfinished form is about, as it is typed in it."""
    held = draft.content
    named = held.get("_name") or " ".join(held.get(part, "") for part in ("paternal", "maternal", "given"))
    return " ".join(named.split()) or tr("no name yet")


def draft_kind(draft: Draft) -> str:
    """What kind of form it is."""
    if draft.form == "registration":
        return tr("changes to a record") if draft.subject else tr("registration")
    names = {
        "vitals": tr("vital signs"), "addendum": tr("addendum to a consult"), "receive": tr("receipt of supplies"),
        "mentoring": tr("mentoring session"),
    }  # fmt: skip
    return names.get(draft.form, tr("consult"))


def draft_when(draft: Draft, today: date) -> str:
    """`10:42`, `ayer 18:42`, `12-mar-2026 18:42`."""
    when = local_moment(draft.saved_at)
    clock = labels.clock(draft.saved_at, CLINIC_ZONE)
    days = (today - when.date()).days
    return clock if days == 0 else f"{labels.ago(when.date(), today)} {clock}" if days == 1 else labels.moment(
        draft.saved_at, CLINIC_ZONE
    )


class DaysStrip(SectionCard):
    """The next days on which somebody comes, with how many; its place is kept while they are being counted."""

    def __init__(self) -> None:
        super().__init__(pad=12)
        self._row = row(gap=16)
        self.add(self._row)
        self._said: list[tuple[str, int]] | None = None
        self.show_days({})

    def show_days(self, ahead: Mapping[str, int]) -> None:
        """ISO day → how many are expected."""
        days = [(day, n) for day, n in ahead.items() if n][:DAYS]
        if days == self._said:
            return
        self._said = days
        clear(self._row)
        for place, (day, n) in enumerate(days):
            if place:
                self._row.addWidget(Rule(upright=True))
            name = Text(labels.short_weekday(date.fromisoformat(day)), "smallstrong", elide=True)
            count = Text(trn("{n} appointment", "{n} appointments", n).format(n=n), "small", elide=True)
            self._row.addLayout(column(row(Icon("calendar", 16), (name, 1)), count, gap=2), 1)
        if not days:
            none = column(Text(tr("Next days"), "smallstrong"), Text(tr("No appointments noted"), "small"), gap=2)
            self._row.addLayout(none, 1)
