"""Sentences about the scorecard of a clinic, and the names of what is done with it."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "scorecard.kind": tr("Choose which scorecard it is."),
        "scorecard.baseline": tr("The clinic has its baseline. Make the yearly one."),
        "scorecard.gone": tr("This scorecard is no longer there."),
        "scorecard.counted": tr("The program counts this. Write a next step instead."),
        "scorecard.share": tr("Write how many of how many, as 4 of 6."),
        "act.scorecard.begin": tr("scorecard of the clinic"),
        "act.scorecard.enter": tr("item of the scorecard"),
        "act.scorecard.plan": tr("next step of the scorecard"),
        "act.scorecard.discard": tr("scorecard taken back"),
    }
