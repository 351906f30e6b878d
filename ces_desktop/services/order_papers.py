"""The papers of an order that was sent: issued under a folio, kept as printed, sent again byte for byte.

An order still being written has no folio: its paper says that it is a draft, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ces_desktop.data.database import Database, Outcome
from ces_desktop.data.queries.order_paper import order_paper
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.domain.supply.order_paper import DEFINITIONS, ORDER, REQUISITION, OrderPaper
from ces_desktop.errors import Refused
from ces_desktop.services.papers import Matter, issue


@dataclass(frozen=True, slots=True)
class OrderEdition:
    """What `render` draws. `folio` "" = a draft; `replaced`: the folio it takes the place of, "" = none."""

    paper: OrderPaper
    folio: str
    replaced: str
    cut_at: int


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """What comes of it; `reprint` = nothing had changed, the papers are those of that day. `files` by kind."""

    folio: str
    reprint: bool
    paper: OrderPaper
    cut_at: int
    files: Mapping[str, bytes]


Render = Callable[[OrderEdition], Mapping[str, bytes]]
"""From an edition to the bytes of each kind of paper."""


def issue_order(database: Database, actor: Actor, order: Id, render: Render) -> Outcome[KeptOrder]:
    """Issue the papers of an order; those of the last issue again where nothing changed.

    Refused: `orders.gone`, `access.not_allowed`.
    """
    require(actor, Right.ORDER_SUPPLIES)

    def read(connection: Connection, _cut_at: int) -> tuple[OrderPaper, Matter | None]:
        paper = order_paper(connection, database.installation.clinic, order)
        if paper is None:
            raise Refused("orders.gone")
        draft = paper.state == "draft"
        return paper, None if draft else Matter((ORDER, REQUISITION), paper.number, paper.sha(), DEFINITIONS)

    def draw(paper: OrderPaper, slip: Slip, cut_at: int) -> Mapping[str, bytes]:
        return render(OrderEdition(paper, slip.folio, slip.replaces, cut_at))

    outcome = issue(database, actor, "orders.paper", read, draw)
    paper, kept = outcome.value
    answer = KeptOrder(kept.folio, kept.reprint, paper, kept.cut_at, kept.files)
    return Outcome(answer, outcome.touched, outcome.action)
