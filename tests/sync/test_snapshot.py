"""A new laptop from a whole copy: what the clinic had is there, with history and proof, and undo goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
import test_exchange
from builders import register
from sqlalchemy import select
from test_exchange import Desk, desk, enrolled

from ces_desktop.data.models import OpRecord
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync import exchange, outbox, snapshot, stick
from ces_desktop.sync import hub as hub_actions

patch, hub = test_exchange.patch, test_exchange.hub


def ops_of(laptop: Desk) -> set[bytes]:
    """Names of the ops in a journal."""
    return set(laptop.here.database.read(lambda c: c.execute(select(OpRecord.hash)).scalars().all()))


def replaced(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> tuple[Desk, Desk]:
    """A clinic whose laptop exchanged and is gone, and a new one that was admitted and has read nothing yet."""
    usb = tmp_path / "usb"
    first = desk(tmp_path, patch, "first", "CAP")
    enrolled(hub, first, usb)
    for number in (1, 2, 3):
        register(first.here.database, first.here.actor, number)
    test_exchange.round_trip(hub, first, usb)
    fresh = desk(tmp_path, patch, "fresh", "CAP")
    hub_actions.invite(hub.here.database, hub.here.actor, usb)
    exchange.join(fresh.here.database, fresh.here.actor, usb / exchange.INVITATION)
    fresh.export(usb)
    hub.take(usb)
    (asked,) = hub.here.database.read(hub_actions.requests)
    hub_actions.certify(hub.here.database, hub.here.actor, asked.device)
    return first, fresh


def test_a_new_laptop_is_whole_from_the_hub(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    first, fresh = replaced(tmp_path, patch, hub)
    before = ops_of(first)
    first.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    clinic = fresh.here.database.installation.clinic
    sent = snapshot.write(hub.here.database, hub.here.actor, copy, bytes(clinic))
    (arrived,) = exchange.import_files(fresh.here.database, fresh.here.actor, stick.found(copy))
    assert arrived.receipt is not None and (arrived.receipt.kind, arrived.receipt.differs) == ("complete", ())
    assert before <= ops_of(fresh) and sent.ops >= len(before)
    assert fresh.people() == {"CAP0000001", "CAP0000002", "CAP0000003"} and fresh.status().certified
    register(fresh.here.database, fresh.here.actor, 9)
    assert fresh.here.database.installation.slot == 1 and "CAP1000009" in fresh.people()
    again = snapshot.write(hub.here.database, hub.here.actor, copy, bytes(clinic))
    assert again.ops == sent.ops, "what a laptop claims to have was left out"
    fresh.close()
    hub.close()


def test_a_new_laptop_is_whole_from_the_clinics_other(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    first, fresh = replaced(tmp_path, patch, hub)
    copy = tmp_path / "copy"
    copy.mkdir()
    with pytest.raises(Refused, match=r"sync\.nobody_else"):  # the first has not heard of the second yet
        snapshot.write(first.here.database, first.here.actor, copy)
    test_exchange.round_trip(hub, first, tmp_path / "usb")
    register(first.here.database, first.here.actor, 5)
    snapshot.write(first.here.database, first.here.actor, copy)
    (arrived,) = exchange.import_files(fresh.here.database, fresh.here.actor, stick.found(copy))
    assert arrived.failure is None
    assert ops_of(first) <= ops_of(fresh) and len(fresh.people()) == 4
    for one in (first, fresh, hub):
        one.close()


def test_who_has_no_hub_or_no_second_laptop_is_told_so(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> None:
    alone = desk(tmp_path, patch, "alone", "SOL")
    with pytest.raises(Refused, match=r"sync\.no_hub"):
        snapshot.write(alone.here.database, alone.here.actor, tmp_path)
    with pytest.raises(Refused, match=r"sync\.nobody_else"):
        snapshot.write(hub.here.database, hub.here.actor, tmp_path, bytes(alone.here.database.installation.clinic))
    alone.close()
    hub.close()


def test_a_copy_that_does_not_fit_leaves_no_part_on_the_stick(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk
) -> None:
    first, fresh = replaced(tmp_path, patch, hub)
    copy = tmp_path / "copy"
    copy.mkdir()
    put, written = stick.put, list[str]()

    def full_after_two(place: stick.Place, name: str, data: bytes) -> None:
        if len(set(written)) == 2:
            raise Unavailable("stick.full")
        written.append(name)
        put(place, name, data)

    patch.setattr(outbox, "PART_LIMIT", 1)
    patch.setattr(stick, "put", full_after_two)
    clinic = bytes(fresh.here.database.installation.clinic)
    with pytest.raises(Unavailable, match=r"stick\.full"):
        snapshot.write(hub.here.database, hub.here.actor, copy, clinic)
    assert len(set(written)) == 2 and [path for path in copy.rglob("*") if path.is_file()] == []
    for one in (first, fresh, hub):
        one.close()
