"""Tables of a handover from one physician to the next, and of the scorecard of a clinic."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, wire_id, wire_int, wire_text


class HandoverRecord(Synced):
    """A handover of the clinic on a day: built from the data of an instant, then edited and read line by line."""

    __tablename__ = "handover"
    subject = ("handover", "id")
    references = ("placement", "outgoing", "incoming")

    placement: Field[bytes | None] = wire_id()
    """The placement that ends with it; NULL = none, a handover of any day."""
    outgoing: Field[bytes | None] = wire_id()
    """`app_user` who hands over."""
    incoming: Field[bytes | None] = wire_id()
    """`app_user` who takes over; NULL = whichever physician comes."""
    incoming_name: Field[str | None] = wire_text()
    """Who takes over, where they have no sign-in yet."""
    happened_on: Field[str | None] = wire_text()
    cut_at: Field[int | None] = wire_int()
    """UTC ms at which the data were read last."""
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_handover_day", "clinic", "happened_on"),)


class HandoverLineRecord(Synced):
    """One thing handed over. Facts are codes (`domain.handover`); a person's name is never in them."""

    __tablename__ = "handover_line"
    subject = ("handover", "handover")
    references = ("handover",)

    handover: Field[bytes | None] = wire_id()
    section: Field[str | None] = wire_text()
    """One of `domain.handover.SECTIONS`."""
    about_type: Field[str | None] = wire_text()
    """"patient", "item", "order", "equipment", "laboratory", "request", "action" or NULL."""
    about: Field[bytes | None] = wire_id()
    position: Field[int | None] = wire_int()
    facts: Field[str | None] = wire_text()
    """JSON of codes, integers and names of things."""
    words: Field[str | None] = wire_text()
    """What the outgoing physician wrote; NULL = nothing beside the facts."""
    left_out: Field[str | None] = wire_text()
    """Why it is not handed over; NULL = it is."""
    read_by: Field[bytes | None] = wire_id()
    """`app_user` who acknowledged it."""
    read_at: Field[int | None] = wire_int()

    indexes = (Index("ix_handover_line_handover", "clinic", "handover"),)


class ScorecardRecord(Synced):
    """A look at the clinic on a day: baseline when it joins, then once a year."""

    __tablename__ = "scorecard"
    subject = ("scorecard", "id")

    kind: Field[str | None] = wire_text()
    """"baseline" or "yearly"."""
    happened_on: Field[str | None] = wire_text()
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_scorecard_day", "clinic", "happened_on"),)


class ScorecardItemRecord(Synced):
    """One item of a scorecard as it stood that day (`domain.scorecard`)."""

    __tablename__ = "scorecard_item"
    subject = ("scorecard", "scorecard")
    references = ("scorecard",)

    scorecard: Field[bytes | None] = wire_id()
    area: Field[str | None] = wire_text()
    code: Field[str | None] = wire_text()
    source: Field[str | None] = wire_text()
    """"counted" (by the program) or "entered" (by a person)."""
    value: Field[int | None] = wire_int()
    """What was counted or entered; NULL = no data."""
    whole: Field[int | None] = wire_int()
    """Of how many, where it is a share."""
    points: Field[int | None] = wire_int()
    """0 to 100; NULL = no data, which is not 0."""
    next_step: Field[str | None] = wire_text()

    indexes = (Index("ix_scorecard_item_card", "clinic", "scorecard"),)
