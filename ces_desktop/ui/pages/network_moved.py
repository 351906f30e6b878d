"""Of a clinic of the network: who moved to it and from it with their file, and what became of the file."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

from ces_desktop.i18n import tr, trn
from ces_desktop.sync.moved_told import Move
from ces_desktop.sync.network_state import NetworkState, SiteState
from ces_desktop.ui import labels
from ces_desktop.ui.widgets import SectionCard, StatusChip, Text, column, row

SHOWN = 6
"""Moves of a clinic that are listed; the rest is counted."""


def moved_card(state: NetworkState, site: SiteState) -> SectionCard | None:
    """The card, by record number and without names; None where nobody moved with a file."""
    own = [move for move in state.moves if site.site == move.site or (site.prefix and site.prefix == move.origin)]
    unheard = state.unheard.get(site.site, 0)
    if not own and not unheard:
        return None
    card = SectionCard(tr("Who moved"), icon="truck")
    if unheard:
        said = trn("{n} copy for this clinic is kept here; no word of it yet.",
                   "{n} copies for this clinic are kept here; no word of them yet.", unheard)  # fmt: skip
        card.add(Text(said.format(n=unheard), "body", wrap=True))
    for move in own[:SHOWN]:
        card.add_ruled(_line(move, site))
    if len(own) > SHOWN:
        card.add(Text(tr("and {n} more").format(n=len(own) - SHOWN), "caption"))
    return card


def _line(move: Move, site: SiteState) -> QBoxLayout:
    comes = site.site == move.site
    where = tr("from {clinic}").format(clinic=move.place or move.origin)
    where = where if comes else tr("to {clinic}").format(clinic=move.to_name)
    day = tr("received {day}").format(day=labels.day(move.received_on))
    chip = StatusChip("ok", move.became) if move.became else StatusChip("warn", tr("Not registered yet"))
    return column(Text(move.number or labels.DASH, "strong", elide=True),
                  Text(f"{where} · {day}", "caption", wrap=True), row(chip, None), gap=2)  # fmt: skip
