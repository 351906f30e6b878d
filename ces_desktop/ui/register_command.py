"""The command line's import of a register: plans, says what it would do, writes unless asked not to. No Qt."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from ces_desktop.data.database import Database
from ces_desktop.data.register_files import read_tables
from ces_desktop.domain.access import Actor
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import register_import, register_mappings
from ces_desktop.services.register_reading import Decision
from ces_desktop.ui.messages import register_import as wording


def import_register(database: Database, actor: Actor, options: argparse.Namespace) -> Iterator[str]:
    """Lines to say; no name of a person is among them. Raises as `plan` and `run`, and `cli.no_such_sheet`."""
    tables = read_tables(options.file)
    table = next((each for each in tables if options.sheet in (None, each.name)), None)
    if table is None:
        raise Refused("cli.no_such_sheet")
    mapping = database.read(lambda c: register_mappings.mapping_of(c, options.mapping))
    clinic, now = database.installation.clinic, database.clock()
    plan = database.read(
        lambda c: register_import.plan(c, actor, clinic, now, options.file.name, table, mapping, lambda *_: None)
    )
    yield tr("{rows} rows: {new} new, {known} known, {alike} like somebody here, {rejected} left out.").format(
        rows=len(plan.rows),
        **{state: plan.count(state) for state in register_import.STATES},
    )
    words = wording.reasons()
    for text, n in Counter(words(trouble) for _, trouble in plan.troubles()).most_common():
        yield f"  {n} × {text}"
    decisions: dict[int, Decision] = {}
    if options.alike is not None:
        decisions = {planned.row.line: options.alike for planned in plan.rows if planned.state == "alike"}
    if not options.dry_run:
        done = database.write(lambda work: register_import.run(work, plan, decisions, lambda *_: None), actor).value
        yield tr("{registered} people registered, {rows} rows written, {corrected} values corrected.").format(
            registered=done.registered, rows=sum(done.rows.values()), corrected=done.corrected
        )
    if options.rejected is not None:
        skipped = [line for line, choice in decisions.items() if choice == "skip"]
        n = register_mappings.write_rejected(
            options.rejected, plan, skipped, words, wording.skipped(), wording.titles()
        )
        yield tr("{n} rows to correct: {path}").format(n=n, path=options.rejected)
