"""Command line and composition root: the window without a subcommand, the same services without a window with one.

Exit codes: 0 done · 1 a bug (traceback) · 2 wrong words on the command line · 3 refused · 4 unavailable (disk, file,
stick; nothing was lost) · 5 `verify` found a difference.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ces_desktop import __version__, i18n, paths, settings
from ces_desktop.errors import Refused, Unavailable

if TYPE_CHECKING:
    import argparse

    from ces_desktop.data.folder import ClinicFolder
    from ces_desktop.reports.document import Frame
    from ces_desktop.services.clinic import OpenClinic

DONE, WRONG_WORDS, REFUSED, UNAVAILABLE, DIFFERENT = 0, 2, 3, 4, 5


def main(words: list[str] | None = None) -> int:
    """Run the program; returns the exit code. Every foreseen failure is one clear sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    i18n.use(settings.load().language)
    options = _parser().parse_args(words)
    if options.language:
        i18n.use(options.language)
    try:
        return int(options.run(options))
    except (Refused, Unavailable) as failure:
        from ces_desktop.ui import messages

        print(messages.sentence(failure), file=sys.stderr)  # noqa: T201 - the command line speaks here
        return REFUSED if isinstance(failure, Refused) else UNAVAILABLE


def _parser() -> argparse.ArgumentParser:
    import argparse

    from ces_desktop.ui import exchange_words, report_words

    parser = argparse.ArgumentParser(prog="ces-desktop", description="CES Desktop: clinic register, supplies, reports.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--language", choices=("es", "en"), help="language of messages and prints")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of one clinic, for the subcommands")
    told = "its first line opens the clinic; without it CES_DESKTOP_PASSPHRASE, else it is asked for"
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=told)
    parser.add_argument("--user", metavar="NAME", help="who acts; without it, the clinic's first user")
    parser.add_argument("--self-test", action="store_const", dest="run", const=_self_test, help="check this program")
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    demo = commands.add_parser("demo", help="write clinics of invented people")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR")
    demo.add_argument("--clinics", type=_between(1, 20), default=1, metavar="N")
    demo.add_argument("--months", type=_between(0, 120), default=24, metavar="M")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.add_argument("--people", type=_between(1, 1_000_000), default=2_000, metavar="P", help="people in each clinic")
    demo.add_argument("--until", metavar="YYYY-MM", help="last month with records; without it, the present one")
    demo.set_defaults(run=_demo)
    for name, run, text in (
        ("verify", _verify, "recompute every table from the journal and compare"),
        ("rebuild", _rebuild, "make every table anew from the journal"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    backup = commands.add_parser("backup", help="write a verified copy")
    backup.add_argument("--to", type=Path, metavar="DIR", help="without it, the clinic's backup folder")
    backup.set_defaults(run=_backup)
    report_words.add(commands, _report)
    _add_forecast(commands)
    exchange_words.add(commands, _exchange, _hub_init)
    restore = commands.add_parser("restore", help="put a copy in the place of the clinic's data")
    restore.add_argument("backup", type=Path, metavar="BACKUP")
    restore.set_defaults(run=_restore)
    register = commands.add_parser("import-register", help="import somebody's register (CSV or XLSX)")
    register.add_argument("file", type=Path, metavar="FILE")
    register.add_argument("--mapping", required=True, metavar="NAME|FILE.json", help="what its columns hold")
    register.add_argument("--sheet", metavar="NAME", help="of a workbook; without it, the first")
    register.add_argument("--alike", choices=("skip", "same", "new"), help="what people like somebody here are")
    register.add_argument("--rejected", type=Path, metavar="FILE.csv", help="write there what was not kept, and why")
    register.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
    register.set_defaults(run=_import_register)
    return parser


def _add_forecast(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    told = commands.add_parser("forecast", help="forecast demand from a file, as quantiles")
    told.add_argument("--csv", type=Path, required=True, metavar="IN", help="series,product,month,consumption,exposure")
    told.add_argument("--horizon", type=_between(1, 24), default=3, metavar="H", help="months ahead")
    told.add_argument("--quantiles", default="0.5,0.8,0.95", metavar="Q,Q", help="each between 0 and 1")
    told.add_argument("--seed", type=int, default=1, metavar="S")
    told.add_argument("--out", type=Path, required=True, metavar="OUT", help="series,step,quantile,value")
    told.set_defaults(run=_forecast)


def _between(low: int, high: int) -> Callable[[str], int]:
    from argparse import ArgumentTypeError

    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ArgumentTypeError(f"{low}–{high}")
        return value

    # argparse puts this name into its message.
    number.__name__ = f"number from {low} to {high}"
    return number


def load_window() -> None:
    """Import the window, as quickly as Python can.

    What an import makes is kept: looking for rubbish among it is put off to its end, and then never done again.
    PySide hooks Python's import to look for `from __feature__ import …` in the source of every module that comes after
    it: an eighth of our start, for something we do not use. The hook is taken out again.
    The style is told to Qt in its variable: to be told by `setStyle`, PySide makes the six hundred names of `QStyle`.
    """
    import builtins
    import gc
    import os

    from ces_desktop.put_off import put_off

    os.environ["QT_STYLE_OVERRIDE"] = "Fusion"
    gc.disable()
    with put_off():
        plain = builtins.__import__
        import PySide6.QtCore  # noqa: F401 - for its hook alone

        builtins.__import__ = plain
        import ces_desktop.ui.application  # noqa: F401 - to be loaded here, with nothing collected

    gc.freeze()
    gc.enable()


def _window(options: argparse.Namespace) -> int:
    load_window()
    from ces_desktop.ui.application import run

    return run(options.data.parent if options.data else paths.data_root())


def _self_test(_options: argparse.Namespace) -> int:
    from ces_desktop.ui.self_test import run

    return run(_say)


def _open(options: argparse.Namespace) -> OpenClinic:
    from ces_desktop.data import vault
    from ces_desktop.data.folder import ClinicFolder
    from ces_desktop.services import clinic

    if options.data is None:
        raise Refused("cli.needs_data")
    folder = _one_within(ClinicFolder(options.data))
    passphrase = _passphrase(options.passphrase_file)
    slots = vault.list_slots(folder)
    named = [s for s in slots if options.user in (None, s.name, s.user.hex())]
    if not named:
        raise Refused("cli.no_such_user")
    if options.user is not None:
        return clinic.open_clinic(folder, named[0].user, passphrase)
    for slot in named:
        try:
            return clinic.open_clinic(folder, slot.user, passphrase)
        except Refused as failure:
            if failure.code != "vault.wrong_passphrase" or slot is named[-1]:
                raise
    raise Refused("vault.wrong_passphrase")


def _one_within(folder: ClinicFolder) -> ClinicFolder:
    """The folder, or the only installation in it: a hub made in an empty folder lies one below."""
    from ces_desktop.services.clinic import known_clinics

    within = [] if folder.slots.exists() else known_clinics(folder.path)
    return within[0] if len(within) == 1 else folder


def _passphrase(file: Path | None, new: bool = False) -> str:
    """The first line of the file, else of the environment, else what is typed at the terminal; `new`: twice."""
    import os

    if file is None and os.environ.get("CES_DESKTOP_PASSPHRASE"):
        return os.environ["CES_DESKTOP_PASSPHRASE"]
    if file is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise Refused("cli.needs_data")
        from getpass import getpass

        from ces_desktop.i18n import tr

        typed = getpass(tr("Passphrase") + ": ")
        if new and getpass(tr("The passphrase again") + ": ") != typed:
            raise Refused("cli.not_the_same")
        return typed
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("cli.passphrase_file") from error
    if not lines:
        raise Unavailable("cli.passphrase_file")
    return lines[0]


def _demo(options: argparse.Namespace) -> int:
    from ces_desktop.services.demo import write_clinics

    for line in write_clinics(
        options.out, options.clinics, options.people, options.months, options.seed, options.until
    ):
        _say(line)
    return DONE


def _forecast(options: argparse.Namespace) -> int:
    from ces_desktop.i18n import trn
    from ces_desktop.services.forecasts import levels, write_forecasts

    wanted = levels(options.quantiles)
    series, rows = write_forecasts(options.csv, options.out, options.horizon, wanted, options.seed)
    said = (trn("{n} series", "{n} series", series).format(n=series), trn("{n} row", "{n} rows", rows).format(n=rows))
    _say(", ".join(said) + ".")
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from ces_desktop.data.journal.fold import verify
    from ces_desktop.i18n import tr

    opened = _open(options)
    try:
        verdict = opened.database.read(verify)
    finally:
        opened.close()
    _say(tr("{ops} ops, {rows} rows.").format(ops=verdict.ops, rows=verdict.rows))
    for line in (*verdict.differences, *verdict.broken):
        _say(line)
    if verdict.orphans:
        _say(tr("{n} rows point to records not received yet.").format(n=len(verdict.orphans)))
    _say(tr("Tables and journal say the same.") if verdict.equal else tr("Tables and journal differ."))
    return DONE if verdict.equal else DIFFERENT


def _rebuild(options: argparse.Namespace) -> int:
    from ces_desktop.data.database import transaction
    from ces_desktop.data.journal.fold import rebuild, verify
    from ces_desktop.i18n import tr

    opened = _open(options)
    try:
        if opened.database.read_only:
            raise Unavailable("storage.in_use")
        with transaction(opened.database.engine, write=True) as connection:
            rebuild(connection)
            verdict = verify(connection)
    finally:
        opened.close()
    _say(tr("{rows} rows were made anew from {ops} ops.").format(rows=verdict.rows, ops=verdict.ops))
    return DONE if verdict.equal else DIFFERENT


def _backup(options: argparse.Namespace) -> int:
    from ces_desktop.i18n import tr
    from ces_desktop.services import backups

    opened = _open(options)
    try:
        made = backups.back_up(opened, target=options.to)
    finally:
        opened.close()
    _say(tr("Backup verified: {path}").format(path=made.path))
    return DONE


def _report(options: argparse.Namespace) -> int:
    from ces_desktop.ui import report_words
    from ces_desktop.ui.report_command import report

    report_words.check(options)
    opened = _open(options)
    try:
        for line in report(options, opened.database, opened.actor, _frame(opened)):
            _say(line)
    finally:
        opened.close()
    return DONE


def _frame(opened: OpenClinic) -> Frame:
    from ces_desktop.reports.document import Frame
    from ces_desktop.services.clinic import is_demo

    facts = opened.facts
    return Frame(
        clinic_name=facts["name"],
        official_name=facts["official_name"],
        clues=facts["clues"],
        municipality=facts["municipality"],
        prefix=facts["prefix"],
        made_at_ms=opened.database.clock(),
        user_name=opened.actor.name,
        app_version=__version__,
        demo=is_demo(facts["prefix"]),
    )


def _restore(options: argparse.Namespace) -> int:
    from ces_desktop.i18n import tr
    from ces_desktop.services import backups

    if options.data is None:
        raise Refused("cli.needs_data")
    kept = backups.restore_with_passphrase(
        options.backup, options.data, options.user, _passphrase(options.passphrase_file)
    )
    _say(tr("The backup is in place."))
    if kept is not None:
        _say(tr("What was there before: {path}").format(path=kept))
    return DONE


def _import_register(options: argparse.Namespace) -> int:
    from ces_desktop.ui.register_command import import_register

    opened = _open(options)
    try:
        for line in import_register(opened.database, opened.actor, options):
            _say(line)
    finally:
        opened.close()
    return DONE


def _exchange(options: argparse.Namespace) -> int:
    return _do_exchange(_open(options), options)


def _hub_init(options: argparse.Namespace) -> int:
    """Found a network, where nothing lies yet after making the hub; or connect to a hub on a server."""
    from ces_desktop.ui import hub_command

    if options.data is None:
        raise Refused("cli.needs_data")
    if options.exchange == "hub_connect":
        _say(hub_command.connect_hub(options, _passphrase(options.passphrase_file)))
        return DONE
    if not hub_command.is_new(options.data):
        return _exchange(options)
    passphrase = _passphrase(options.passphrase_file, new=True)
    return _do_exchange(hub_command.make_hub(options, passphrase, _say), options)


def _do_exchange(opened: OpenClinic, options: argparse.Namespace) -> int:
    from ces_desktop.ui import exchange_command

    try:
        run = getattr(exchange_command, options.exchange)
        return REFUSED if any(list(_say_all(run(opened, options)))) else DONE
    finally:
        opened.close()


def _say_all(lines: Iterable[tuple[str, bool]]) -> Iterator[bool]:
    for line, refused in lines:
        _say(line)
        yield refused


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line speaks here
