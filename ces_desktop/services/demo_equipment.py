"""The equipment of a demonstration clinic: twenty pieces, what breaks, what is repaired, what is due."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.data.journal.op import Added
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.services.demo_scribe import Part, Scribe
from ces_desktop.services.demo_visit import row
from ces_desktop.services.equipment import ACTS

if TYPE_CHECKING:
    from ces_desktop.services.demo_care import Care, Event

PIECE = "equipment.add"
_PIECES = (
    ("CES-075", "Welch Allyn", "DS44", "Consultorio", 12, None, 2),
    ("CES-075", "Medimetrics", "", "Consultorio 2", 12, None, 1),
    ("CES-076", "Omron", "HEM-7120", "Consultorio", 12, None, 3),
    ("CES-079", "Littmann", "Classic III", "Consultorio", None, None, 1),
    ("CES-080", "Accu-Chek", "Active", "Consultorio", 12, None, 2),
    ("CES-080", "Accu-Chek", "Active", "Brigada", 12, None, 1),
    ("CES-081", "Contec", "CMS50D", "Consultorio", None, None, 1),
    ("CES-082", "Hergom", "", "Consultorio", 12, None, 1),
    ("CES-083", "Bame", "425", "Consultorio", 12, 12, 4),
    ("CES-084", "Seca", "354", "Consultorio", 12, None, 2),
    ("CES-085", "", "", "Consultorio", None, None, 1),
    ("CES-087", "Edan", "Sonotrax", "Consultorio", 24, None, 2),
    ("CES-088", "Butterfly", "iQ+", "Bodega", None, 12, 2),
    ("CES-089", "Edan", "SE-3", "Consultorio 2", 12, 12, 3),
    ("CES-090", "Omron", "NE-C801", "Urgencias", None, 12, 2),
    ("CES-091", "Philips", "EverFlo", "Urgencias", 12, 6, 4),
    ("CES-095", "Welch Allyn", "", "Consultorio", None, None, 3),
    ("CES-098", "HemoCue", "Hb 201+", "Laboratorio", 12, None, 1),
    ("CES-100", "All American", "25X", "Curaciones", 12, 6, 5),
    ("CES-101", "Vestfrost", "VLS 024", "Farmacia", 12, 6, 2),
    ("CES-105", "", "", "Curaciones", None, None, 6),
)
"""Code, brand, model, place, months between calibrations and between services, years it is old."""
_FAULTS = {
    "CES-075": "Fuga en la perilla",
    "CES-076": "Error E2 al inflar",
    "CES-080": "No enciende",
    "CES-081": "Lectura inestable",
    "CES-083": "No marca cero",
    "CES-089": "Derivación V3 sin señal",
    "CES-090": "No hace niebla",
    "CES-091": "Alarma de baja concentración",
    "CES-095": "Foco fundido",
    "CES-100": "Empaque gastado",
    "CES-105": "No enciende",
    "CES-087": "Batería no carga",
}
_FRIDGE = "CES-101"


class Equipment:
    """The pieces of one clinic and their years."""

    def __init__(self, scribe: Scribe, care: Care, rng: random.Random) -> None:
        self.scribe, self.care = scribe, care
        self.rng = random.Random(rng.random())
        self._pieces: list[tuple[Id, str]] = []
        self._due: list[tuple[date, int, str, str, str, str]] = []
        """Day, piece, kind, state, detail, by whom."""

    def day(self, day: date) -> list[Event]:
        """Registered in the first week; then what was planned for the day."""
        if not self._pieces and day >= self.care.start + timedelta(days=3):
            return [(980, 30, partial(self._register, day))]
        due = [each for each in self._due if each[0] <= day]
        self._due = [each for each in self._due if each[0] > day]
        return [(985, 31 + place, partial(self._happened, each, day)) for place, each in enumerate(due)]

    def thawed(self, day: date) -> None:
        """The refrigerator failed with the light."""
        place = next((n for n, (_, code) in enumerate(self._pieces) if code == _FRIDGE), None)
        if place is not None:
            self._happened((day, place, "fault", "broken", "No enfría después del apagón", ""), day)
            again = self.care.next_open(day + timedelta(days=9))
            self._due.append((again, place, "repair", "working", "Cambio de regulador", "Técnico de la jurisdicción"))

    def _register(self, day: date) -> None:
        names = _names()
        for place, (code, brand, model, where, calibrated, serviced, old) in enumerate(_PIECES):
            piece, rng = self.scribe.id(), self.rng
            bought = day - timedelta(days=old * 365 - rng.randint(0, 300))
            made = row(
                "equipment", piece, item=named_id("item", code).hex(), name=names[code], brand=brand or None,
                model=model or None, serial=f"{rng.choice('ABKMSX')}{rng.randint(100_000, 999_999)}",
                inventory=f"CES-{rng.randint(1_000, 9_999)}", owner="SSA" if place % 4 == 3 else "CES", location=where,
                acquired_on=bought.isoformat()[: rng.choice((4, 7, 10))], calibration_months=calibrated,
                maintenance_months=serviced,
            )  # fmt: skip
            first = [self._event(piece, "check", "working", "Alta en el inventario", "", day)]
            self.scribe.at(0)
            self.scribe.act(PIECE, [Part("equipment", piece, [made, *first])], self.care.nurse)
            self._pieces.append((piece, code))
            self._plan(place, day, calibrated, serviced)

    def _plan(self, place: int, day: date, calibrated: int | None, serviced: int | None) -> None:
        """Calibrations and services on their days or late, a few not at all; faults, most of them repaired."""
        rng, care = self.rng, self.care
        for months, kind, who in (
            (calibrated, "calibration", "Técnico de CES"),
            (serviced, "maintenance", "Técnico de CES"),
        ):
            on = day + timedelta(days=rng.randint(20, 300))
            forgotten = care.end - timedelta(days=rng.choice((0, 0, 0, 200, 420)))
            while months and on < forgotten:
                self._due.append((care.next_open(on), place, kind, "working", "", who))
                on += timedelta(days=round(months * 30.4) + rng.choice((-12, 0, 5, 25, 70)))
        code = _PIECES[place][0]
        if code in _FAULTS:
            on = day + timedelta(days=rng.randint(60, 900))
            while on < care.end:
                state = rng.choice(("broken", "broken", "partly"))
                self._due.append((care.next_open(on), place, "fault", state, _FAULTS[code], ""))
                mended = care.next_open(on + timedelta(days=rng.choice((4, 12, 30, 55, 90))))
                if rng.random() < 0.35:
                    self._due.append((care.next_open(on + timedelta(days=3)), place, "repair", "away",
                                      "Enviado al taller", "Coordinación de insumos"))  # fmt: skip
                self._due.append((mended, place, "repair", "working", "Reparado", "Técnico de CES"))
                on = mended + timedelta(days=rng.randint(200, 900))
        if code == "CES-105":
            late = care.next_open(care.end - timedelta(days=120))
            self._due.append((late, place, "retired", "retired", "Sin refacciones", ""))
            self._due = [each for each in self._due if each[1] != place or each[0] <= late]

    def _happened(self, each: tuple[date, int, str, str, str, str], day: date) -> None:
        _, place, kind, state, detail, who = each
        piece, _ = self._pieces[place]
        if day > self.care.end:
            return
        self.scribe.at(0)
        event = self._event(piece, kind, state, detail, who, day)
        self.scribe.op(ACTS[kind], "equipment", piece, [event], self.care.nurse)

    def _event(self, piece: Id, kind: str, state: str, detail: str, who: str, day: date) -> Added:
        return row("equipment_event", self.scribe.id(), equipment=piece.hex(), kind=kind, state=state,
                   detail=detail or None, done_by=who or None, happened_on=day.isoformat())  # fmt: skip


def _names() -> dict[str, str]:
    from ces_desktop.data.reference_files import read_list

    return {str(r["code"]): str(r["name_es"]) for r in read_list("item") if r["kind"] == "equipment"}
