"""Sentences about the handover of a clinic, and the names of what is done with it."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "handover.open": tr("Your handover of {day} is still being read. Bring it up to date instead."),
        "handover.to_oneself": tr("Who hands over cannot take over. Choose another person."),
        "handover.gone": tr("This line is no longer in the handover."),
        "handover.not_yours": tr("Only who hands over writes here."),
        "handover.read": tr("This line was acknowledged and stays as it is. Add a new line."),
        "handover.words_missing": tr("Write what the next physician must know."),
        "handover.reason_missing": tr("Write why it is left out."),
        "handover.own": tr("Who takes over acknowledges. Sign in with their name."),
        "handover.not_incoming": tr("This handover is for {name}."),
        "handover.left_out": tr("This line is left out: there is nothing to acknowledge."),
        "handover.begun": tr("Part of it was acknowledged: it stays. Bring it up to date instead."),
        "act.handover.begin": tr("handover of the clinic"),
        "act.handover.refresh": tr("handover brought up to date"),
        "act.handover.incoming": tr("who takes over"),
        "act.handover.words": tr("words of a line handed over"),
        "act.handover.add": tr("new line of the handover"),
        "act.handover.leave_out": tr("line left out of the handover"),
        "act.handover.take_in": tr("line taken into the handover again"),
        "act.handover.acknowledge": tr("acknowledgement of a line"),
        "act.handover.discard": tr("handover taken back"),
        "act.handover.paper": tr("handover on paper"),
    }
