"""The whole catalogue of supplies as it is kept: every field of every item, to be looked through and compared."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import ItemRecord, MovementRecord, table_of
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An item with all its fields; "" = the catalogue does not say. `own`: added here, not in the shipped list.

    `moved`: the ledger of the clinic has it, so that its unit stays what it is.
    """

    id: Id
    code: str
    kind: str
    name_es: str
    name_en: str
    form: str
    strength: str
    unit: str
    pack: int | None
    route: str
    ven: str
    source: str
    controlled: str
    cold: str
    family: str
    active: str
    own: bool
    moved: bool

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es

    @property
    def used(self) -> bool:
        """Whether it may still be prescribed and ordered."""
        return self.active != "no"


_I, _M = table_of(ItemRecord), table_of(MovementRecord)
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_TEXTS = (
    "code", "kind", "name_es", "name_en", "form", "strength", "unit", "route", "ven", "source", "controlled", "cold",
    "family", "active",
)  # fmt: skip
_ITEMS = Prepared(
    lambda: (
        select(_I.c.id, *(_I.c[name] for name in _TEXTS), _I.c.pack, _I.c.clinic)
        .where(_I.c.live == 1)
    )
)
_MOVED = Prepared(lambda: select(_M.c.item).where(_M.c.clinic == _CLINIC, _M.c.live == 1).distinct())


def catalogue_items(connection: Connection, clinic: Id) -> tuple[CatalogueItem, ...]:
    """Every item of the network and of the clinic, by its Spanish name."""
    moved = {row[0] for row in _MOVED(connection, clinic=clinic)}
    found = [
        CatalogueItem(
            id=Id(r["id"]),
            pack=r["pack"],
            own=r["clinic"] != NETWORK,
            moved=r["id"] in moved,
            **{name: r[name] or "" for name in _TEXTS},
        )
        for r in _ITEMS.records(connection)
        if r["clinic"] in (NETWORK, clinic)
    ]
    return tuple(sorted(found, key=lambda item: (fold(item.name_es), item.code, item.id)))
