"""The command line's exchange: what each command does, as lines to say and whether one tells of a refusal. No Qt."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr, trn
from ces_desktop.services import backups
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import enrolment, exchange, stick
from ces_desktop.sync import hub as hub_actions
from ces_desktop.sync.envelope import identity_text
from ces_desktop.ui import messages
from ces_desktop.ui.messages import exchange as wording

Lines = Iterator[tuple[str, bool]]


def export_to(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`export --to DIR`."""
    sent = exchange.export(opened.database, opened.actor, options.to)
    yield wording.sent(sent), False
    words = opened.database.read(exchange.status).words
    if words is not None:
        yield tr("This laptop waits for its certificate. Its six words: {words}").format(words=words), False


def import_files(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`import FILE…`."""
    for path in options.files:
        if path.name == exchange.INVITATION:
            words = exchange.join(opened.database, opened.actor, path)
            yield tr("The hub is known from now on. Compare its six words: {words}").format(words=words), False
            continue
        for arrived in exchange.import_files(opened.database, opened.actor, [path]):
            yield _arrived(arrived)


def hub_init(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub init --name NAME --network-key FILE`."""
    root = hub_actions.found_hub(opened.database, opened.actor, options.name)
    text = f"{options.name}\n{identity_text(root.receiving)}\n{root.to_bytes().hex().upper()}\n"
    write_safely(options.network_key, text.encode(), keep_previous=False)
    yield tr("The network is founded. Print its key, delete the file, keep the paper: {path}").format(
        path=options.network_key
    ), False


def hub_renew(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub renew --network-key FILE`: its third line, as `hub init` wrote it."""
    try:
        lines = options.network_key.read_text(encoding="utf-8").split()
        root = DeviceKeys.from_bytes(bytes.fromhex(lines[-1]))
    except OSError as error:
        raise Unavailable("storage.unreadable") from error
    except (ValueError, IndexError) as error:
        raise Refused("sync.bad_key") from error
    hub_actions.renew_hub(opened.database, opened.actor, root)
    yield tr("The hub is certified on this machine."), False


def hub_invite(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub invite --to DIR`."""
    words = hub_actions.invite(opened.database, opened.actor, options.to)
    yield tr("Invitation written. Its six words: {words}").format(words=words), False


def hub_import(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub import DIR`: import all, back up, answer."""
    database, actor = opened.database, opened.actor
    senders = set()
    for arrived in exchange.import_files(database, actor, stick.found(options.folder)):
        yield _arrived(arrived)
        if arrived.receipt is not None:
            senders.add(arrived.receipt.sender)
    for asked in database.read(hub_actions.requests):
        yield wording.request(asked), False
    if senders:
        backups.back_up(opened)
        hub_actions.note_backup(database)
        for sent in hub_actions.answer(database, actor, options.folder, senders):
            yield wording.sent(sent), False


def hub_certify(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub certify WORD WORD WORD WORD WORD WORD [--to DIR]`."""
    database, actor = opened.database, opened.actor
    asked = _named(database.read(hub_actions.requests), " ".join(options.words).lower())
    more = [clinic_scope(clinic_id(prefix)) for prefix in options.visits]
    taken = hub_actions.certify(database, actor, asked.device, more)
    fresh = sum(receipt.fresh for receipt in taken)
    yield trn(
        "Certified: {prefix}. {n} record that waited was taken in.",
        "Certified: {prefix}. {n} records that waited were taken in.",
        fresh,
    ).format(prefix=asked.prefix, n=fresh), False
    if options.to is not None:
        for sent in hub_actions.answer(database, actor, options.to, [asked.device]):
            yield wording.sent(sent), False


def _named(asked: list[enrolment.Request], words: str) -> enrolment.Request:
    found = next((one for one in asked if one.words == words), None)
    if found is None:
        raise Refused("sync.no_request")
    return found


def _arrived(arrived: exchange.Arrived) -> tuple[str, bool]:
    if arrived.receipt is not None:
        return f"{arrived.path.name}: {wording.received(arrived.receipt)}", False
    assert arrived.failure is not None
    return f"{arrived.path.name}: {messages.sentence(arrived.failure)}", True
