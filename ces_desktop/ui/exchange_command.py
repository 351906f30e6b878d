"""The command line's exchange: what each command does, as lines to say and whether one tells of a refusal. No Qt."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.users import plain_line
from ces_desktop.sync import enrolment, exchange, gaps, moved_file, moved_told, snapshot
from ces_desktop.sync import hub as hub_actions
from ces_desktop.sync.envelope import identity_text
from ces_desktop.sync.network_key import network_keys, new_network_key
from ces_desktop.sync.network_state import sites
from ces_desktop.ui import messages
from ces_desktop.ui.clinic_round import People, take_in, take_people
from ces_desktop.ui.hub_round import take_in_and_answer
from ces_desktop.ui.key_command import hub_shares as hub_shares
from ces_desktop.ui.key_command import key_text
from ces_desktop.ui.messages import exchange as wording
from ces_desktop.ui.messages import moved as moving
from ces_desktop.ui.messages import stick as telling
from ces_desktop.ui.messages.network import title

REASON_MOST = 120
Lines = Iterator[tuple[str, bool]]


def export_to(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`export --to DIR`."""
    sent = exchange.export(opened.database, opened.actor, options.to)
    yield wording.sent(sent), False
    words = opened.database.read(exchange.status).words
    if words is not None:
        yield tr("This laptop waits for its certificate. Its six words: {words}").format(words=words), False


def whole_copy(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`snapshot --to DIR [--clinic PREFIX]`."""
    site = clinic_id(options.clinic) if options.clinic else None
    yield wording.sent(snapshot.write(opened.database, opened.actor, options.to, site)), False


def import_files(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`import FILE…`."""
    for path in options.files:
        if path.name == exchange.INVITATION:
            words = exchange.join(opened.database, opened.actor, path)
            yield tr("The hub is known from now on. Compare its six words: {words}").format(words=words), False
            continue
        if path.suffix in (moved_file.SUFFIX, moved_told.SUFFIX):
            yield from _people(path, take_people(opened.database, opened.actor, [path]))
            continue
        done = take_in(opened.database, opened.actor, [path])
        for arrived in done.arrived:
            yield _arrived(arrived)
        for told in map(telling.renumbered, done.renumbered):
            yield f"{told.title} {told.text}", False


def hub_init(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub init [--name NAME] [--network-key FILE]`: the key goes into the file, or is said once."""
    opened.database.read(lambda c: hub_actions.may_found(c, opened.actor))
    key = new_network_key()
    root, name = network_keys(key.text), options.name or opened.facts["name"]
    if options.network_key is not None:  # before the network is founded: a key that nobody has would be lost with it
        text = f"{name}\n{identity_text(root.receiving)}\n{key.text}\n"
        write_safely(options.network_key, text.encode(), keep_previous=False)
    hub_actions.found_hub(opened.database, opened.actor, name, root)
    if options.network_key is None:
        said = tr("The network is founded. Write its key on paper, it is said only now: {key}")
        yield said.format(key=key.text), False
        return
    yield tr("The network is founded. Print its key, delete the file, keep the paper: {path}").format(
        path=options.network_key
    ), False


def hub_renew(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub renew --network-key FILE…`: as `hub init` wrote it, as typed from the paper, or the words of two sheets."""
    root = network_keys(key_text(options.network_key))
    hub_actions.renew_hub(opened.database, opened.actor, root)
    yield tr("The hub is certified on this machine."), False


def hub_invite(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub invite --to DIR`."""
    words = hub_actions.invite(opened.database, opened.actor, options.to)
    yield tr("Invitation written. Its six words: {words}").format(words=words), False


def hub_import(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub import DIR`: import all, back up, answer."""
    done = take_in_and_answer(opened, options.folder)
    for arrived in done.arrived:
        yield _arrived(arrived)
    for asked in opened.database.read(hub_actions.requests):
        yield wording.request(asked), False
    for sent in done.answers:
        yield wording.sent(sent), False
    if done.failure is not None:
        raise done.failure


def hub_lost(opened: OpenClinic, options: argparse.Namespace) -> Lines:
    """`hub lost [--clinic PREFIX --reason TEXT]`."""
    if options.clinic is not None:
        reason = plain_line(options.reason or "", REASON_MOST)
        if not reason:
            raise Refused("sync.lost_why")
        taken = gaps.declare(opened.database, opened.actor, clinic_id(options.clinic), reason)
        said = trn("{n} record that waited was taken in.", "{n} records that waited were taken in.", taken)
        yield said.format(n=taken), False
        return
    lacks = opened.database.read(gaps.lacking)
    for site in opened.database.read(sites):
        lack = lacks.get(site.site)
        if lack is not None:
            said = trn("{clinic}: {n} record waits for a lost one.", "{clinic}: {n} records wait for lost ones.",
                       lack.waiting)  # fmt: skip
            yield said.format(clinic=title(site), n=lack.waiting), False
    if not lacks:
        yield tr("Nothing waits for a lost record."), False


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


def _people(path: Path, came: People) -> Lines:
    for name, failure in came.failures:
        yield f"{name}: {messages.sentence(failure)}", True
    if came.files:
        yield f"{path.name}: {moving.waiting(came.files)}", False
    elif came.told:
        yield f"{path.name}: {tr('The supervisor told what became of who moved.')}", False
    elif not came.failures:
        yield f"{path.name}: {tr('Nothing on it was new, or it is for another clinic.')}", False


def _arrived(arrived: exchange.Arrived) -> tuple[str, bool]:
    if arrived.receipt is not None:
        return f"{arrived.path.name}: {wording.received(arrived.receipt)}", False
    assert arrived.failure is not None
    return f"{arrived.path.name}: {messages.sentence(arrived.failure)}", True
