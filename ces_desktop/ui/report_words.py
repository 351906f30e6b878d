"""The words of papers on the command line. They are read at every start, so nothing is imported here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

SHELF = ("stock", "expiries", "days-out", "count-sheet", "stock-card")


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[[argparse.Namespace], int]
) -> None:
    """`report KIND`; `run` does it on an open clinic."""
    report = commands.add_parser("report", help="issue a paper; an unchanged one is sent again as it was")
    report.add_argument("kind", choices=("monthly", "order", *SHELF))
    report.add_argument("--month", type=_month, metavar="YYYY-MM", help="of monthly, or of days-out")
    report.add_argument("--number", metavar="N", help="of an order; without it, the latest")
    report.add_argument("--item", metavar="KEY", help="of a stock-card: the key of the item")
    report.add_argument("--out", type=Path, required=True, metavar="FILE", help="PDF; numbers beside it")
    report.add_argument("--copy", choices=("leaves", "clinic"), default="leaves", help="clinic: small numbers are told")
    report.set_defaults(run=run, wrong=report.error)


def check(options: argparse.Namespace) -> None:
    """End with the usage where a kind lacks what it is of."""
    for kind, name, words in (("monthly", "month", "--month YYYY-MM"), ("stock-card", "item", "--item KEY")):
        if options.kind == kind and getattr(options, name) is None:
            options.wrong(f"report {kind} needs {words}")


def _month(text: str) -> str:
    return date.fromisoformat(f"{text}-01").isoformat()[:7]


_month.__name__ = "month as YYYY-MM"
