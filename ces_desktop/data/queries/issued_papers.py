"""What issued papers are of: the day of a session, the name of an item, whose progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ces_desktop.data.models import HandoverRecord, MentoringSessionRecord, ScorecardRecord, UserRecord
from ces_desktop.data.queries.stock import stock_items
from ces_desktop.domain import papers
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Subject:
    """What a paper is of: an ISO day or month, or a name; "" = not known here."""

    day: str = ""
    name_es: str = ""
    name_en: str = ""

    def name(self, language: str) -> str:
        """In a language, where it is named in two."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


_DATED: dict[str, type[HandoverRecord] | type[MentoringSessionRecord] | type[ScorecardRecord]] = {
    papers.HANDOVER: HandoverRecord,
    papers.SESSION: MentoringSessionRecord,
    papers.SCORECARD: ScorecardRecord,
}


def subjects(connection: Connection, clinic: Id, kind: str, periods: Iterable[str]) -> Mapping[str, Subject]:
    """What papers of a kind are of, by their period."""
    wanted = sorted(set(periods))
    if kind in _DATED:
        record = _DATED[kind]
        rows = connection.execute(select(record.id, record.happened_on).where(record.id.in_(_ids(wanted))))
        return {key.hex(): Subject(day or "") for key, day in rows}
    if kind == papers.STOCK_CARD:
        items = stock_items(connection, clinic, _ids(wanted))
        return {key.hex(): Subject(name_es=item.name_es, name_en=item.name_en) for key, item in items.items()}
    if kind == papers.PROGRESS:
        users = select(UserRecord.id, UserRecord.name).where(UserRecord.id.in_(_ids(wanted)))
        known = {key.hex(): name or "" for key, name in connection.execute(users)}
        return {period: Subject(name_es=known.get(period, period)) for period in wanted if period != papers.WHOLE}
    return {period: Subject(period) if _dated(period) else Subject(name_es=period) for period in wanted}


def _dated(period: str) -> bool:
    return len(period) in (len("2026-03"), len("2026-03-16")) and period.replace("-", "").isdigit()


def _ids(periods: Iterable[str]) -> list[Id]:
    """Those of the periods that are ids in hexadecimal."""
    found = []
    for period in periods:
        try:
            found.append(Id(bytes.fromhex(period)))
        except ValueError:
            continue  # somebody known by name alone
    return found
