"""The figures of a month as rows, the same for the screen and for the file: what is shown is what is exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ces_desktop.data.queries.indicators import Month
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.i18n import language, tr


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, and the community it is of ("" = the whole clinic)."""

    figure: Figure
    community: str = ""

    @property
    def name(self) -> str:
        """The indicator in the language in use."""
        names = self.figure.definition.names
        return names.get(language()) or self.figure.definition.code


def rows(month: Month, programme: str, names: Mapping[Id, str]) -> list[Row]:
    """The figures of a programme ("" = of the whole clinic) in the order of the definitions, then by community."""
    found = [Row(figure) for figure in month.figures.values() if figure.programme == programme]
    controlled = month.figures.get(f"{programme}.controlled")
    if controlled is None:
        return found
    places = []
    for place, group in month.communities.get(programme, {}).items():
        people = tuple(group.outcomes.get("controlled", ()))
        silent = len(group.outcomes.get("no_reading", ()))
        of = replace(
            controlled, numerator=len(people), denominator=len(group.judged), no_reading=silent, people=people
        )
        places.append(Row(of, (names.get(place) if place is not None else None) or tr("no community")))
    return [*found, *sorted(places, key=lambda row: row.community)]
