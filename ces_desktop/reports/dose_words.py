"""A dose in words, in the language in use: "1 mañana, ½ noche"; for the screen and for paper alike."""

from __future__ import annotations

from ces_desktop.domain.visits import TIMES, Dose
from ces_desktop.i18n import tr

_FRACTIONS = ("", "¼", "½", "¾")
_SAID_UNITS = ("ml", "UI", "g")
"""Units said with the amount; a tablet or an ampoule is said by the medicine's own name."""


def amount(quarters: int) -> str:
    """`1`, `½`, `1½`, `¼`: quarters of a unit as they are written; "0" for none."""
    whole, rest = divmod(quarters, 4)
    return f"{whole or ''}{_FRACTIONS[rest]}" or "0"


def time_name(time: str) -> str:
    """Morning, noon, afternoon or night."""
    return {
        "morning": tr("morning"),
        "noon": tr("noon"),
        "afternoon": tr("afternoon"),
        "night": tr("night"),
    }[time]


def dose(value: Dose, unit: str = "") -> str:
    """`1 mañana, ½ noche`, `5 ml cada 8 h, si es necesario`; "" when no amount is said (the instructions speak)."""
    shown = f" {unit}" if unit in _SAID_UNITS else ""
    if value.every_hours:
        text = tr("{amount} every {hours} h").format(amount=amount(value.morning) + shown, hours=value.every_hours)
    else:
        taken = [(time, getattr(value, time)) for time in TIMES]
        text = ", ".join(f"{amount(quarters)}{shown} {time_name(time)}" for time, quarters in taken if quarters)
    if text and value.as_needed:
        text = tr("{dose}, if needed").format(dose=text)
    return text
