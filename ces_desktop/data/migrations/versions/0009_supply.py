"""What lies on the shelf, is ordered and comes; diagnostic equipment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("item", sa.Column("family", sa.Text(), nullable=True))
    op.add_column("item", sa.Column("active", sa.Text(), nullable=True))
    _shelf()
    _sums()
    _orders()
    _equipment()


def _sums() -> None:
    """What is left of each lot, and each item month by month: derived from the ledger."""
    op.create_table(
        "stock_lot",
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.LargeBinary(length=16), nullable=False),
        sa.Column("lot", sa.LargeBinary(length=16), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "item", "lot"),
    )
    op.create_table(
        "stock_month",
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.LargeBinary(length=16), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("stocked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "item", "month"),
    )
    op.create_index("ix_stock_month_month", "stock_month", ["clinic", "month", "item"])


def _shelf() -> None:
    """Lots, the ledger, counts, kits."""
    op.create_table(
        "lot",
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("expiry", sa.Text(), nullable=True),
        sa.Column("pack", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lot_item", "lot", ["clinic", "item"])
    op.create_table(
        "movement",
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("lot", sa.LargeBinary(length=16), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_kind", sa.Text(), nullable=True),
        sa.Column("document", sa.LargeBinary(length=16), nullable=True),
        sa.Column("line", sa.LargeBinary(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reverses", sa.LargeBinary(length=16), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_movement_item", "movement", ["clinic", "item", "happened_on", "lot", "quantity", "live"])
    op.create_index("ix_movement_day", "movement", ["clinic", "happened_on", "item"])
    _partial_index("movement", "document")
    _partial_index("movement", "line")
    _partial_index("movement", "reverses")
    op.create_table(
        "unmet_demand",
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_unmet_demand_item", "unmet_demand", ["clinic", "item", "happened_on"])
    _partial_index("unmet_demand", "line")
    _partial_index("unmet_demand", "replaces")
    op.create_table(
        "item_shelf",
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_item_shelf_item", "item_shelf", ["clinic", "item"])
    op.create_table(
        "kit_part",
        sa.Column("kit", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_kit_part_kit", "kit_part", ["clinic", "kit"])
    op.create_table(
        "stock_count",
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_stock_count_day", "stock_count", ["clinic", "happened_on"])
    op.create_table(
        "count_line",
        sa.Column("count", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("lot", sa.LargeBinary(length=16), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_count_line_count", "count_line", ["clinic", "count"])
    op.create_index("ix_count_line_item", "count_line", ["clinic", "item"])


def _orders() -> None:
    """Orders, deliveries, transfers, forecasts."""
    op.create_table(
        "supply_cycle",
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("review_days", sa.BigInteger(), nullable=True),
        sa.Column("lead_days", sa.BigInteger(), nullable=True),
        sa.Column("next_delivery_on", sa.Text(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_supply_cycle_source", "supply_cycle", ["clinic", "source"])
    op.create_table(
        "supply_order",
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Text(), nullable=True),
        sa.Column("expected_on", sa.Text(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_supply_order_day", "supply_order", ["clinic", "happened_on"])
    op.create_table(
        "order_line",
        sa.Column("order", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("proposed", sa.BigInteger(), nullable=True),
        sa.Column("requested", sa.BigInteger(), nullable=True),
        sa.Column("pack", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("in_transit", sa.BigInteger(), nullable=True),
        sa.Column("average", sa.BigInteger(), nullable=True),
        sa.Column("risk", sa.BigInteger(), nullable=True),
        sa.Column("classic", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_order_line_order", "order_line", ["clinic", "order"])
    op.create_index("ix_order_line_item", "order_line", ["clinic", "item"])
    op.create_table(
        "delivery",
        sa.Column("order", sa.LargeBinary(length=16), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_day", "delivery", ["clinic", "happened_on"])
    op.create_index("ix_delivery_order", "delivery", ["clinic", "order"])
    op.create_table(
        "transfer",
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("other", sa.Text(), nullable=True),
        sa.Column("folio", sa.Text(), nullable=True),
        sa.Column("returned_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_transfer_day", "transfer", ["clinic", "happened_on"])
    op.create_table(
        "demand_forecast",
        sa.Column("batch", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("p50", sa.BigInteger(), nullable=True),
        sa.Column("p80", sa.BigInteger(), nullable=True),
        sa.Column("p95", sa.BigInteger(), nullable=True),
        sa.Column("average", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_demand_forecast_month", "demand_forecast", ["clinic", "month", "item"])
    _partial_index("demand_forecast", "replaces")


def _equipment() -> None:
    """Pieces of equipment and what happened to them."""
    op.create_table(
        "equipment",
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("inventory", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("acquired_on", sa.Text(), nullable=True),
        sa.Column("calibration_months", sa.BigInteger(), nullable=True),
        sa.Column("maintenance_months", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_equipment_clinic", "equipment", ["clinic", "name"])
    op.create_table(
        "equipment_event",
        sa.Column("equipment", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_equipment_event_piece", "equipment_event", ["clinic", "equipment"])
    _partial_index("equipment_event", "replaces")


def _synced() -> tuple[sa.Column[object], ...]:
    """The columns of every synced row."""
    return (
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
    )


def _partial_index(table: str, column: str) -> None:
    """Finds rows by what few of them name."""
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )
