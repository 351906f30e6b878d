"""Pictures of the pharmacy: the shelf, an item, a delivery being typed."""

from __future__ import annotations

from sqlalchemy import select

from ces_desktop.data.models import ItemRecord
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.domain.ids import Id
from tools.camera import Camera

ITEM = "010.000.5165.00"
"""Key of the item shown: metformin, taken by many."""


def supplies(camera: Camera) -> None:
    """Every place of the pharmacy."""
    opened = camera.application.open
    assert opened is not None
    here = opened.database.installation.clinic
    camera.go("supplies")
    camera.take("farmacia")
    key = opened.database.read(lambda c: c.execute(select(ItemRecord.id).where(ItemRecord.code == ITEM)).scalar())
    assert key is not None
    camera.go("item", Id(key))
    camera.take("insumo")
    orders = opened.database.read(lambda c: order_rows(c, here))
    waiting = [o.id for o in orders if o.state in ("sent", "partly_received")]
    camera.go("receive", "supplied", None, waiting[0] if waiting else None)
    camera.take("recibir")
