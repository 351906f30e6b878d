"""Pictures of the pharmacy, page by page, of the stick, and of orders and the shelf on paper."""

from __future__ import annotations

from sqlalchemy import select

from ces_desktop.data.models import ItemRecord
from ces_desktop.data.queries.order_paper import order_numbered, order_paper
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.data.queries.shelf_papers import (
    DaysOutPaper,
    ExpiriesPaper,
    StockPaper,
    card_paper,
    count_paper,
)
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import months_before
from ces_desktop.domain.papers import Slip
from ces_desktop.reports import shelf as papers
from ces_desktop.reports.order import order_pdf, requisition_pdf
from ces_desktop.ui.order_plans import chances
from ces_desktop.ui.pages.orders_page import OrdersPage
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.printing import Pdf
from tools.camera import Camera, save

DPI = 70

ITEM = "010.000.5165.00"
"""Key of the item shown: metformin, taken by many."""
PLACES = {
    "dispense": "surtir", "count": "contar", "transfers": "traslados", "controlled": "controlados",
    "orders": "pedidos", "equipment": "equipo", "catalogue": "catalogo", "usb": "usb",
}  # fmt: skip


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
    for place, name in PLACES.items():
        camera.go(place)
        camera.take(name)
    _papers(camera, Id(key))
    _order(camera)


def _order(camera: Camera) -> None:
    """An order as it is proposed. It is the last picture: a draft is kept."""
    camera.go("orders")
    page = camera.window.page
    assert isinstance(page, OrdersPage)
    page.begin("CES")
    camera.settle(lambda: camera.window.place()[0] == "order")
    camera.take("pedido")


def _papers(camera: Camera, item: Id) -> None:
    """The last order in both forms, and what lies on the shelf, the first page of each."""
    opened = camera.application.open
    assert opened is not None
    here, today, database = opened.database.installation.clinic, camera.window.today, opened.database
    frame = frame_of(camera.window)
    order = database.read(lambda c: order_numbered(c, here))
    found = database.read(lambda c: order_paper(c, here, order)) if order is not None else None
    read = database.read(lambda c: shelf(c, here, today))
    card = database.read(lambda c: card_paper(c, here, today, item))
    assert found is not None and card is not None
    slip, month = Slip("DEM-0-0002"), months_before(today.isoformat()[:7], 1)
    for name, data in (
        ("papel_pedido", order_pdf(found, slip, frame)),
        ("papel_requerimiento", requisition_pdf(found, slip, frame)),
        ("papel_existencias", papers.stock_pdf(StockPaper(read, today, chances(database, here, today)), frame)),
        ("papel_caducidades", papers.expiries_pdf(ExpiriesPaper(read, today), frame)),
        ("papel_desabasto", papers.days_out_pdf(DaysOutPaper(read, month, today), frame)),
        ("papel_conteo", papers.count_sheet_pdf(database.read(lambda c: count_paper(c, here, today)), frame)),
        ("papel_tarjeta_existencias", papers.stock_card_pdf(card, frame)),
    ):
        pdf = Pdf(data)
        save(pdf.image(0, DPI), camera.folder / f"{name}.png")
        pdf.close()
