"""Supplies in words for paper: sources, states, reasons, units, presentations, kinds of movement, amounts."""

from __future__ import annotations

from datetime import date

from ces_desktop.domain.identity import fold
from ces_desktop.domain.supply.ledger import COUNT_CAUSES, OVERRIDES
from ces_desktop.domain.supply.orders import State
from ces_desktop.i18n import tr
from ces_desktop.reports import words

LETTERS = {"vital": "V", "essential": "E", "other": "N"}
"""Class → the letter of the VEN classification."""


def source(code: str) -> str:
    """Who supplies it."""
    return {"SSA": tr("SSA"), "CES": tr("CES"), "other": tr("another source")}.get(code, code or tr("another source"))


def place(name: str) -> str:
    """Where a name stands in a list: without accents and case, so that "Ácido" stands among the names with A."""
    return fold(name)


def order_state(code: State) -> str:
    """Where an order stands."""
    return {
        "draft": tr("Draft"),
        "sent": tr("Sent"),
        "partly_received": tr("Partly received"),
        "received": tr("Received"),
        "cancelled": tr("Cancelled"),
    }[code]


def reasons() -> dict[str, str]:
    """Why another quantity than proposed is asked for."""
    return {
        "season": tr("Season: rains, heat, flu"),
        "campaign": tr("Campaign or vaccination week"),
        "brigade": tr("Brigade or home visits"),
        "new_patients": tr("New patients or a new treatment"),
        "left": tr("Patients left or treatment changed"),
        "no_room": tr("There is no room"),
        "expiring": tr("It would expire"),
        "warehouse": tr("The warehouse has none or sends more"),
        "budget": tr("Budget"),
        "other": tr("Another reason"),
    }


def section(code: str) -> str:
    """A section of the catalogue."""
    return {
        "medicine": tr("Medicines"),
        "material": tr("Dressing and other materials"),
        "test": tr("Laboratory"),
    }.get(code, code)


def unit(code: str, n: int = 1) -> str:
    """The smallest unit that is counted, for so many of it; what is not known here stays as the catalogue has it."""
    one, many = {
        "tablet": (tr("tablet"), tr("tablets")), "capsule": (tr("capsule"), tr("capsules")),
        "piece": (tr("piece"), tr("pieces")), "ampoule": (tr("ampoule"), tr("ampoules")),
        "vial": (tr("vial"), tr("vials")), "dose": (tr("dose"), tr("doses")), "tube": (tr("tube"), tr("tubes")),
        "bottle": (tr("bottle"), tr("bottles")), "test": (tr("test"), tr("tests")), "roll": (tr("roll"), tr("rolls")),
        "sachet": (tr("sachet"), tr("sachets")), "suppository": (tr("suppository"), tr("suppositories")),
        "syringe": (tr("syringe"), tr("syringes")), "strip": (tr("strip"), tr("strips")),
        "jar": (tr("jar"), tr("jars")), "pair": (tr("pair"), tr("pairs")), "patch": (tr("patch"), tr("patches")),
        "pessary": (tr("pessary"), tr("pessaries")), "cartridge": (tr("cartridge"), tr("cartridges")),
        "pack": (tr("pack"), tr("packs")), "": (tr("unit"), tr("units")),
    }.get(code, (code, code))  # fmt: skip
    return one if abs(n) == 1 else many


def units(n: int, code: str) -> str:
    """`412 tabletas`."""
    return f"{number(n)}{words.NBSP}{unit(code, n)}"


def presentation(form: str, unit_: str, pack: int) -> str:
    """`tableta, caja con 30`, `jarabe, 120 ml`, `pieza`: form, then what a box holds."""
    from ces_desktop.reports import care_words  # it knows the queries of a consult, which the month has no need of

    said, one = care_words.presentation(form), unit(unit_)
    if unit_ == "ml":
        return tr("{form}, {n} ml").format(form=said or tr("container"), n=number(pack))
    if unit_ == "dose" and said:
        return tr("{form}, {n} doses").format(form=said, n=number(pack))
    shown = said or one if not said or one in said or unit_ == "piece" else f"{said} ({one})"
    return tr("{form}, box of {n}").format(form=shown, n=number(pack)) if pack > 1 else shown


def number(value: float | None, digits: int = 0) -> str:
    """`1,250`, `0.6`; an en dash for what is not known."""
    return words.DASH if value is None else f"{value:,.{digits}f}"


def monthly(hundredths: int | None) -> str:
    """Units a month kept in hundredths: whole, with a decimal under ten."""
    if hundredths is None:
        return words.DASH
    value = hundredths / 100
    return number(value, 1 if 0 < value < 9.95 and hundredths % 100 else 0)


def chance(thousandths: int | None) -> str:
    """`97 %`; never 0 % or 100 % where it is not certain; an en dash where nobody worked it out."""
    if thousandths is None:
        return words.DASH
    if 0 < thousandths < 10:
        return f"<{words.NBSP}1{words.NBSP}%"
    if 990 < thousandths < 1000:
        return f">{words.NBSP}99{words.NBSP}%"
    return f"{(thousandths + 5) // 10}{words.NBSP}%"


def months_of_stock(value: float | None) -> str:
    """`0.6`, `12+`; an en dash where nothing says."""
    return words.DASH if value is None else "12+" if value > 12 else number(value, 1)


def expiry(day: date | None) -> str:
    """`jul-2026` for the last day of a month, else the day; an en dash for what does not expire."""
    if day is None:
        return words.DASH
    last = date.fromordinal(day.toordinal() + 1).day == 1
    return words.day(day.isoformat()[:7]) if last else words.day(day)


def standing(kind: str) -> str:
    """How an item stands on the shelf."""
    return {
        "negative": tr("Negative: count"),
        "out": tr("Out"),
        "risk": tr("At risk"),
        "expired": tr("Expired"),
        "expiring": tr("Some will expire"),
        "over": tr("Too much"),
        "enough": tr("Enough"),
        "idle": tr("Not used"),
    }.get(kind, kind)


def kind(code: str) -> str:
    """What a movement was."""
    return {
        "opening": tr("What there was at the start"),
        "purchase": tr("Bought"),
        "supplied": tr("Supplied by the warehouse"),
        "donation": tr("Donated"),
        "transfer_in": tr("Came from another clinic"),
        "loan_in": tr("Borrowed"),
        "patient_return": tr("Returned by a patient"),
        "kit_in": tr("Taken out of a kit"),
        "dispensed": tr("Handed out"),
        "used": tr("Used in consult"),
        "outreach": tr("Brigade or home visit"),
        "laboratory": tr("Used in the laboratory"),
        "transfer_out": tr("Sent to another clinic"),
        "loan_out": tr("Lent"),
        "warehouse_return": tr("Returned to the warehouse"),
        "kit_out": tr("Put into a kit"),
        "expired": tr("Written off: expired"),
        "damaged": tr("Written off: damaged"),
        "stolen": tr("Stolen"),
        "lost": tr("Lost"),
        "cold_chain": tr("Written off: cold chain"),
        "open_vial": tr("Written off: open vial"),
        "quality": tr("Set apart: quality"),
        "sample": tr("Sample or training"),
        "count": tr("Difference of a count"),
    }.get(code, code)


def reason(code: str) -> str:
    """Why: of a choice of lot, or of a difference in a count; other codes say nothing."""
    words = {
        "opened": tr("the box was open"),
        "in_reach": tr("it was at hand"),
        "patient_box": tr("whole box for the patient"),
        "short_treatment": tr("short treatment"),
        "other": tr("another reason"),
        "entry_not_recorded": tr("an entry was not noted"),
        "exit_not_recorded": tr("an exit was not noted"),
        "wrong_lot": tr("wrong lot"),
        "typing_error": tr("typing error"),
        "found": tr("it was found"),
        "missing": tr("it is missing"),
        "unknown": tr("cause unknown"),
    }
    assert set(words) == {*OVERRIDES, *COUNT_CAUSES}
    return words.get(code, "")
