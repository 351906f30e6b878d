"""What the people of a demonstration clinic ask for besides medicines, what is answered, what stays open too long."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ces_desktop.domain.ids import Id
from ces_desktop.services.demo_scribe import Scribe
from ces_desktop.services.demo_visit import row
from ces_desktop.services.staff_requests import ACTS

if TYPE_CHECKING:
    from ces_desktop.services.demo_staff import Staff

ASK = "staff_requests.ask"
_WANTED = (
    ("housing", "urgent", "Gotera sobre la cama en la casa del médico", "Se cambiaron dos láminas"),
    ("transport", "soon", "Camioneta para el seminario del viernes", "Pasa la camioneta de CES"),
    ("internet", "normal", "La antena satelital no enciende", "Técnico cambió el cargador"),
    ("stipend", "urgent", "No ha llegado la beca de este mes", "Depositada; era un error de cuenta"),
    ("equipment", "soon", "Silla rota del consultorio", "Silla nueva en la entrega de insumos"),
    ("safety", "urgent", "La chapa de la clínica no cierra", "Chapa y dos copias de llave"),
    ("housing", "soon", "El calentador de agua no prende", "Se limpió el quemador"),
    ("other", "normal", "Dos cuadernos de registro y plumas", "Entregados en la visita"),
    ("transport", "normal", "Reponer una llanta de la motocicleta", "Llanta nueva"),
    ("internet", "soon", "Saldo del teléfono de la clínica", "Recargado"),
    ("safety", "soon", "Foco de la entrada fundido", "El comité puso uno nuevo"),
    ("equipment", "normal", "Ventilador para la farmacia", "Sin presupuesto este año"),
)
_OWNERS = ("Logística CES", "Coordinación CES", "Comité de salud", "")
_DAYS = {"urgent": (2, 6), "soon": (8, 26), "normal": (20, 55)}


def plan_requests(scribe: Scribe, staff: Staff, rng: random.Random) -> Iterator[tuple[date, Callable[[], None]]]:
    """Each day on which something is asked or answered, and how. The last few are still open, one of them late."""
    day, place = staff.start + timedelta(days=9), rng.randrange(len(_WANTED))
    while day < staff.end - timedelta(days=28):
        yield from _one(scribe, staff, rng, day, place, solved=True)
        day, place = day + timedelta(days=rng.randint(16, 34)), place + 1
    for before, wanted in ((24, 5), (19, 2), (6, 6)):
        if staff.end - timedelta(days=before) > staff.start:
            yield from _one(scribe, staff, rng, staff.end - timedelta(days=before), wanted, solved=False)


def _one(
    scribe: Scribe, staff: Staff, rng: random.Random, day: date, place: int, *, solved: bool
) -> Iterator[tuple[date, Callable[[], None]]]:
    kind, urgency, text, answer = _WANTED[place % len(_WANTED)]
    held: list[Id] = []
    owner = rng.choice(_OWNERS)
    fewest, most = _DAYS[urgency]
    took = rng.randint(fewest, most) * (3 if rng.random() < 0.15 else 1)
    yield day, partial(_ask, scribe, staff, held, (kind, urgency, text, owner), day)
    if not solved:
        if urgency != "urgent":
            yield day + timedelta(days=3), partial(_answer, scribe, held, "doing", "Se pidió", day + timedelta(days=3))
        return
    if took > 10:
        after = day + timedelta(days=took // 2)
        yield after, partial(_answer, scribe, held, "doing", "Se está viendo", after)
    last = day + timedelta(days=took)
    state = "declined" if answer.startswith("Sin") else "done"
    yield last, partial(_answer, scribe, held, state, answer, last)


def _ask(scribe: Scribe, staff: Staff, held: list[Id], wanted: tuple[str, str, str, str], day: date) -> None:
    kind, urgency, text, owner = wanted
    request = scribe.id()
    held.append(request)
    who = staff.on(day).person if kind in ("housing", "stipend") else Id(b"")
    scribe.op(ASK, "staff_request", request, [
        row("staff_request", request, kind=kind, urgency=urgency, text=text, owner=owner or None,
            person=who.hex() or None, happened_on=day.isoformat()),
    ], staff.on(day).user or None)  # fmt: skip


def _answer(scribe: Scribe, held: list[Id], state: str, text: str, day: date) -> None:
    event = row("staff_request_event", scribe.id(), request=held[0].hex(), state=state, text=text,
                happened_on=day.isoformat())  # fmt: skip
    scribe.op(ACTS[state], "staff_request", held[0], [event])
