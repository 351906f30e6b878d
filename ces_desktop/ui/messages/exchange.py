"""Sentences of exchange: sticks, bundles, the hub, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels

if TYPE_CHECKING:
    from ces_desktop.sync.enrolment import Request
    from ces_desktop.sync.exchange import Sent
    from ces_desktop.sync.inbox import Receipt


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "sync.no_stick": tr("Choose a stick first."),
        "sync.no_hub": tr("No supervisor's hub is known here yet. Import the invitation from its stick first."),
        "sync.other_clinic": tr("This computer does not write for that clinic. Ask the hub to admit it for it."),
        "sync.not_a_bundle": tr("This is not a bundle of this program. Choose a file that ends in .mbx."),
        "sync.damaged": tr("The bundle is damaged. Nothing was changed; ask for it again or use its copy."),
        "sync.too_large": tr("The bundle is larger than any of this program. Nothing was changed; ask for it again."),
        "sync.not_for_us": tr("This bundle is for somebody else. Nothing was changed; give it to whom it is for."),
        "sync.other_network": tr("This is of another network. Nothing was changed; ask for your supervisor's stick."),
        "sync.unknown_device": tr("This laptop has no certificate yet. Its bundle waits until the hub certifies it."),
        "sync.bad_signature": tr("The bundle was not signed by who it says. Nothing was changed; tell the supervisor."),
        "sync.update_needed": tr("The bundle comes from a newer version. Keep it, update the program and repeat."),
        "sync.bad_record": tr("The bundle holds an unreadable statement. Nothing was changed; tell the supervisor."),
        "sync.bad_request": tr("The request for a certificate is not sound. Ask for a new one."),
        "sync.bad_invitation": tr("The invitation is damaged or was altered. Ask the supervisor for it again."),
        "sync.no_invitation": tr("This stick holds no invitation. The hub writes it: USB, Write the invitation."),
        "sync.network_exists": tr("This hub has a network already. Nothing was changed."),
        "sync.nobody_else": tr("No other laptop of the clinic has a certificate: a whole copy would be for nobody."),
        "sync.hub_only": tr("Only the hub can do this."),
        "sync.hub_answers": tr("The hub answers bundles; it exports none of its own."),
        "sync.bad_key": tr("This is not a network's key. Type its file again from the paper."),
        "sync.lost_why": tr("Say with --reason why no laptop, stick or backup has it. Nothing was changed."),
        "sync.nothing_lacks": tr("Nothing of this clinic waits for a lost record. Nothing was changed."),
        "sync.no_request": tr("No laptop that waits shows these words. Compare them again."),
    }


def reason(code: str) -> str:
    """Why an op is kept and not applied."""
    return {
        "parent_missing": tr("waits for an earlier record"),
        "action_incomplete": tr("waits for the rest of the same action"),
        "unknown_author": tr("from a laptop without certificate"),
        "wrong_scope": tr("of a clinic that is not its laptop's"),
        "unsigned_author": tr("without its author's signature"),
        "revoked": tr("from a revoked laptop"),
        "malformed": tr("not legible"),
    }.get(code, code)


def received(receipt: Receipt) -> str:
    """What an import did, in one line."""
    if receipt.again:
        return tr("imported before; nothing to do.")
    refused = sum(n for state, _, n in receipt.aside if state == "quarantined")
    waiting = sum(n for state, _, n in receipt.aside if state == "held")
    said = [
        trn("{n} new", "{n} new ones", receipt.fresh).format(n=receipt.fresh),
        trn("{n} refused", "{n} refused ones", refused).format(n=refused),
        trn("{n} waiting", "{n} waiting ones", waiting).format(n=waiting),
    ]
    if receipt.renewed:
        said.append(tr("own records came back that were missing here"))
    if receipt.forks:
        said.append(tr("a restored or copied laptop was noticed"))
    if receipt.differs:
        said.append(tr("tables differ from the sender's: ask for a complete bundle"))
    return ", ".join(said) + "."


def sent(what: Sent) -> str:
    """What was written to the stick, in one line."""
    kilobytes = max(1, what.size // 1024)
    return trn("{n} change, {size} kB: {file}", "{n} changes, {size} kB: {file}", what.ops).format(
        n=labels.number(what.ops), size=kilobytes, file=", ".join(path.name for path in what.files)
    )


def request(asked: Request) -> str:
    """A laptop that waits for its certificate."""
    return tr("Waits for a certificate: {prefix}. Compare its six words: {words}").format(
        prefix=asked.prefix, words=asked.words
    )
