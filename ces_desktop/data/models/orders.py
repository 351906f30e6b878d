"""Tables of what is asked for and comes: order cycles, orders, deliveries, transfers, forecasts as they were made."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, replaced_index, wire_id, wire_int, wire_text


class SupplyCycleRecord(Synced):
    """How a source supplies the clinic: how often, how long it takes, how much it may cost or weigh."""

    __tablename__ = "supply_cycle"
    subject = ("supply_cycle", "id")

    source: Field[str | None] = wire_text()
    """"CES", "SSA" or "other"."""
    review_days: Field[int | None] = wire_int()
    """Days between two orders."""
    lead_days: Field[int | None] = wire_int()
    """Usual days from order to arrival, until real deliveries say it."""
    next_delivery_on: Field[str | None] = wire_text()
    budget: Field[int | None] = wire_int()
    """Most that one order may ask for, in packs; NULL = no limit."""

    indexes = (Index("ix_supply_cycle_source", "clinic", "source"),)


class SupplyOrderRecord(Synced):
    """An order to a source, from draft to received."""

    __tablename__ = "supply_order"
    subject = ("order", "id")

    number: Field[str | None] = wire_text()
    """Folio: prefix, year, number."""
    source: Field[str | None] = wire_text()
    state: Field[str | None] = wire_text()
    """"draft", "sent", "partly_received", "received" or "cancelled"."""
    happened_on: Field[str | None] = wire_text()
    sent_on: Field[str | None] = wire_text()
    expected_on: Field[str | None] = wire_text()
    budget: Field[int | None] = wire_int()
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_supply_order_day", "clinic", "happened_on"),)


class OrderLineRecord(Synced):
    """An item of an order: what the program proposed and from which figures, and what the person asked for."""

    __tablename__ = "order_line"
    subject = ("order", "order")
    references = ("order", "item")

    order: Field[bytes | None] = wire_id()
    item: Field[bytes | None] = wire_id()
    proposed: Field[int | None] = wire_int()
    requested: Field[int | None] = wire_int()
    """Smallest units."""
    pack: Field[int | None] = wire_int()
    reason: Field[str | None] = wire_text()
    """Why the person asked for another quantity than proposed."""
    on_hand: Field[int | None] = wire_int()
    in_transit: Field[int | None] = wire_int()
    average: Field[int | None] = wire_int()
    """Average monthly consumption, in hundredths of the unit, corrected for stock-outs."""
    risk: Field[int | None] = wire_int()
    """Probability, in thousandths, of running out before the next delivery without this order."""
    classic: Field[int | None] = wire_int()
    """What average consumption × maximum months would order."""

    indexes = (Index("ix_order_line_order", "clinic", "order"), Index("ix_order_line_item", "clinic", "item"))


class DeliveryRecord(Synced):
    """Something arrived on a day from a source, against an order or not. Its lines are movements."""

    __tablename__ = "delivery"
    subject = ("delivery", "id")
    references = ("order",)

    order: Field[bytes | None] = wire_id()
    source: Field[str | None] = wire_text()
    kind: Field[str | None] = wire_text()
    """Kind of its movements: "supplied", "purchase", "donation", "opening"…"""
    document: Field[str | None] = wire_text()
    """Number on the sender's paper."""
    note: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()

    indexes = (Index("ix_delivery_day", "clinic", "happened_on"), Index("ix_delivery_order", "clinic", "order"))


class TransferRecord(Synced):
    """Something went to another clinic or came from one, given or lent. Each clinic writes its own side."""

    __tablename__ = "transfer"
    subject = ("transfer", "id")

    direction: Field[str | None] = wire_text()
    """"sent" or "received"."""
    kind: Field[str | None] = wire_text()
    """"transfer" or "loan"."""
    other: Field[str | None] = wire_text()
    """The other clinic: its prefix, or its name where it has none."""
    folio: Field[str | None] = wire_text()
    """Number that both sides write on their paper."""
    returned_on: Field[str | None] = wire_text()
    note: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()

    indexes = (Index("ix_transfer_day", "clinic", "happened_on"),)


class DemandForecastRecord(Synced):
    """What was forecast for one item and month, kept to be scored against what came."""

    __tablename__ = "demand_forecast"
    subject = ("forecast", "batch")
    references = ("item",)
    append_only = True

    batch: Field[bytes | None] = wire_id()
    """Shared by all forecasts made together."""
    item: Field[bytes | None] = wire_id()
    month: Field[str | None] = wire_text()
    """The month foretold, ISO."""
    p50: Field[int | None] = wire_int()
    p80: Field[int | None] = wire_int()
    p95: Field[int | None] = wire_int()
    """Quantiles, in hundredths of the unit."""
    average: Field[int | None] = wire_int()
    """What average monthly consumption of three months said, in hundredths."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_demand_forecast_month", "clinic", "month", "item"), replaced_index("demand_forecast"))
