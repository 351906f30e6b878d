"""The words of exchange on the command line. They are read at every start, so nothing is imported here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    Run = Callable[[argparse.Namespace], int]

KEY = "the key as hub init wrote it, or two files with the words of a sheet each"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Run, run_init: Run) -> None:
    """`export`, `import` and `hub WHAT`: `run` does them on an open installation, `run_init` may make a hub first."""
    export = commands.add_parser("export", help="write to a stick what the hub has not confirmed")
    export.add_argument("--to", type=Path, required=True, metavar="DIR")
    export.set_defaults(run=run, exchange="export_to")
    copy = commands.add_parser("snapshot", help="write a whole copy of a clinic for its other laptops")
    copy.add_argument("--to", type=Path, required=True, metavar="DIR")
    copy.add_argument("--clinic", metavar="PREFIX", help="at the hub, or a mentor's: which clinic")
    copy.set_defaults(run=run, exchange="whole_copy")
    take = commands.add_parser("import", help="import bundles, or the hub's invitation (network.json)")
    take.add_argument("files", type=Path, nargs="+", metavar="FILE")
    take.set_defaults(run=run, exchange="import_files")
    hub = commands.add_parser("hub", help="what a network's hub does").add_subparsers(metavar="WHAT", required=True)
    init = hub.add_parser("init", help="found a network; in an empty folder make its hub first")
    init.add_argument("--name", metavar="NAME", help="of the network; asked for without it")
    init.add_argument("--person", metavar="NAME", help="of a new hub: who administers it; asked for without it")
    init.add_argument("--network-key", type=Path, metavar="FILE", help="to be printed, then deleted; else it is said")
    init.add_argument("--recovery-key", type=Path, metavar="FILE", help="of a new hub; likewise")
    init.add_argument("--database", default="", metavar="URL", help="of a new hub: postgresql://person@server/name")
    init.set_defaults(run=run_init, exchange="hub_init")
    connect = hub.add_parser("connect", help="another supervisor's computer: the hub that is on a server already")
    connect.add_argument("--database", required=True, metavar="URL", help="postgresql://person@server/name")
    connect.set_defaults(run=run_init, exchange="hub_connect")
    renew = hub.add_parser("renew", help="the hub is on another machine: certify it anew with the network's key")
    renew.add_argument("--network-key", type=Path, nargs="+", required=True, metavar="FILE", help=KEY)
    renew.set_defaults(run=run, exchange="hub_renew")
    shares = hub.add_parser("shares", help="write the network's key as three sheets, any two of which give it back")
    shares.add_argument("--network-key", type=Path, nargs="+", required=True, metavar="FILE", help=KEY)
    shares.add_argument("--to", type=Path, required=True, metavar="DIR")
    shares.set_defaults(run=run, exchange="hub_shares")
    invite = hub.add_parser("invite", help="write the invitation for laptops")
    invite.add_argument("--to", type=Path, required=True, metavar="DIR")
    invite.set_defaults(run=run, exchange="hub_invite")
    take = hub.add_parser("import", help="import every bundle of a folder and write the answers into it")
    take.add_argument("folder", type=Path, metavar="DIR")
    take.set_defaults(run=run, exchange="hub_import")
    lost = hub.add_parser("lost", help="what lacks of each clinic; with a clinic and a reason declare it lost")
    lost.add_argument("--clinic", metavar="PREFIX")
    lost.add_argument("--reason", metavar="TEXT", help="why no laptop, stick or backup has it; it stays listed")
    lost.set_defaults(run=run, exchange="hub_lost")
    certify = hub.add_parser("certify", help="certify the laptop that shows these six words")
    certify.add_argument("words", nargs=6, metavar="WORD")
    certify.add_argument("--to", type=Path, metavar="DIR", help="write the answer there")
    certify.add_argument("--visits", nargs="+", default=[], metavar="PREFIX", help="of a mentor: the clinics visited")
    certify.set_defaults(run=run, exchange="hub_certify")
