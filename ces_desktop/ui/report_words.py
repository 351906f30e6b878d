"""The words of papers on the command line. They are read at every start, so nothing is imported here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

KINDS = (
    "monthly", "order", "stock", "expiries", "days-out", "count-sheet", "stock-card", "handover", "session", "progress",
    "scorecard",
)  # fmt: skip


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[[argparse.Namespace], int]
) -> None:
    """`report KIND`; `run` does it on an open clinic."""
    report = commands.add_parser("report", help="issue a paper; an unchanged one is sent again as it was")
    report.add_argument("kind", choices=KINDS)
    report.add_argument("--month", type=_month, metavar="YYYY-MM", help="of monthly, or of days-out")
    report.add_argument("--number", metavar="N", help="of an order; without it, the latest")
    report.add_argument("--item", metavar="CLAVE", help="of a stock-card: the clave of the item")
    latest = "of a handover, a session or a scorecard; without it, the latest"
    report.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help=latest)
    report.add_argument("--person", metavar="NAME", help="whose progress; without it, of the whole clinic")
    report.add_argument("--out", type=Path, required=True, metavar="FILE", help="PDF; numbers beside it")
    report.add_argument("--copy", choices=("leaves", "clinic"), default="leaves", help="clinic: small numbers are told")
    report.set_defaults(run=run, wrong=report.error)


def check(options: argparse.Namespace) -> None:
    """End with the usage where a kind lacks what it is of."""
    for kind, name, words in (("monthly", "month", "--month YYYY-MM"), ("stock-card", "item", "--item KEY")):
        if options.kind == kind and getattr(options, name) is None:
            options.wrong(f"report {kind} needs {words}")


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _month(text: str) -> str:
    return date.fromisoformat(f"{text}-01").isoformat()[:7]


_day.__name__ = "day as YYYY-MM-DD"
_month.__name__ = "month as YYYY-MM"
