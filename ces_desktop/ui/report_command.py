"""The command line's papers; here the month, and an order in ours and in the form of the SSA. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ces_desktop.data.database import Database
from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.order_paper import order_numbered
from ces_desktop.domain.access import Actor
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC
from ces_desktop.domain.papers import HANDOVER, PROGRESS, SCORECARD, SESSION, Slip
from ces_desktop.domain.supply.order_paper import ORDER, REQUISITION
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.reports import monthly
from ces_desktop.reports import order as paper
from ces_desktop.reports.document import Frame
from ces_desktop.services import reports
from ces_desktop.services.order_papers import OrderEdition, issue_order

if TYPE_CHECKING:
    import argparse


def report(options: argparse.Namespace, database: Database, actor: Actor, frame: Frame) -> Iterator[str]:
    """Write the paper that the words of the command line ask for; lines to say. Raises as what writes it."""
    from ces_desktop.ui import paper_command

    given = database, actor, frame
    if options.kind == "monthly":
        return report_monthly(*given, options.month, options.out, leaves=options.copy == "leaves")
    if options.kind == "order":
        return report_order(*given, options.number, options.out)
    if options.kind == HANDOVER:
        return paper_command.report_handover(*given, options.out, options.day)
    if options.kind in (SESSION, PROGRESS, SCORECARD):
        return paper_command.report_mentoring(*given, options.kind, options.out, options.day, options.person)
    return paper_command.report_shelf(*given, options.kind.replace("-", "_"), options.out, options.month, options.item)


def report_monthly(
    database: Database, actor: Actor, frame: Frame, month: str, out: Path, *, leaves: bool
) -> Iterator[str]:
    """Write the report of an ISO month to `out`, its numbers beside it; lines to say.

    `leaves`: the copy that leaves the clinic. Raises as `issue_monthly`, Unavailable of `storage`.
    """

    def render(edition: reports.Edition) -> dict[str, bytes]:
        cut = replace(frame, made_at_ms=edition.cut_at)
        return monthly.papers(edition.report, edition.folio, edition.replaced, cut)

    kept = reports.issue_monthly(database, actor, month, render).value
    write_safely(out, kept.files[MONTHLY if leaves else MONTHLY_CLINIC], keep_previous=False)
    issue = monthly.Issue(kept.folio, "", leaves)
    for suffix, lines in ((".csv", monthly.monthly_csv), (".xlsx", monthly.monthly_xlsx)):
        write_safely(out.with_suffix(suffix), lines(kept.report, issue), keep_previous=False)
    yield told(kept.folio, reprint=kept.reprint)


def report_order(database: Database, actor: Actor, frame: Frame, number: str | None, out: Path) -> Iterator[str]:
    """Write the papers of an order (None = the latest) to `out` and beside it; lines to say.

    Raises as `issue_order`, `orders.none` where there is none, Unavailable of `storage`.
    """
    clinic = database.installation.clinic
    order = database.read(lambda connection: order_numbered(connection, clinic, number))
    if order is None:
        raise Refused("orders.none" if number is None else "orders.gone")

    def render(edition: OrderEdition) -> dict[str, bytes]:
        slip = Slip(edition.folio, edition.replaced)
        return paper.papers(edition.paper, slip, replace(frame, made_at_ms=edition.cut_at))

    kept = issue_order(database, actor, order, render).value
    slip = Slip(kept.folio)
    form = out.with_name(f"{out.stem}-ssa{out.suffix or '.pdf'}")
    for place, content in (
        (out, kept.files[ORDER]),
        (form, kept.files[REQUISITION]),
        (out.with_suffix(".csv"), paper.order_csv(kept.paper, slip)),
        (out.with_suffix(".xlsx"), paper.order_xlsx(kept.paper, slip)),
    ):
        write_safely(place, content, keep_previous=False)
    if kept.folio:
        yield told(kept.folio, reprint=kept.reprint)
    else:
        yield tr("Order {number} is a draft: its paper has no folio.").format(number=kept.paper.number)
    yield tr("In the form of the SSA: {path}").format(path=form)


def told(folio: str, *, reprint: bool) -> str:
    """What is said of an issue."""
    again = tr("REPRINT of folio {folio}: nothing has changed since.")
    return (again if reprint else tr("Folio {folio} was issued.")).format(folio=folio)
