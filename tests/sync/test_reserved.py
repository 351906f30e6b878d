"""Confidential notes: written once, read on the clinic's laptops by who treats, and in nothing the hub can open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import test_exchange
from builders import actor, register
from sqlalchemy import select
from test_exchange import Desk, desk, enrolled, round_trip, trip_back
from visiting import whole

from ces_desktop.data.database import Database
from ces_desktop.data.journal.op import reserved_scope
from ces_desktop.data.models import EncounterRecord, ObservationRecord, OpRecord, ReservedNoteRecord
from ces_desktop.data.queries.encounters import Encounter, encounter_view
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Note
from ces_desktop.errors import Refused
from ces_desktop.services import users, visits
from ces_desktop.services.visits import Addendum
from ces_desktop.sync import exchange, inbox, snapshot, stick
from ces_desktop.sync import hub as hub_actions
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.exchange import member_of

patch, hub = test_exchange.patch, test_exchange.hub
SECRETS = "Zyxquorla", "Wrobelqui", "Quetzmirth", "Xochivandra", "Ylmentorqu", "Brixapolqa", "Grivolnexu"
"""In subjective, objective, assessment, plan, referred by, the reason to come back, the addendum."""
NOTE = Note(*SECRETS[:4])


@pytest.fixture
def laptop(tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk) -> Iterator[Desk]:
    made = desk(tmp_path, patch, "laptop", "CAP")
    enrolled(hub, made, tmp_path / "usb")
    yield made
    made.close()
    hub.close()


def written(laptop: Desk, number: int = 7) -> Id:
    """A confidential consult of today, and a text added to it."""
    db, who = laptop.here.database, laptop.here.actor
    patient = register(db, who, number)
    visit = whole(patient, note=NOTE, reserved=True, referred_by=SECRETS[4], next_reason=SECRETS[5])
    encounter = db.write(partial(visits.sign, visit=visit), who).value
    added = Addendum(db.write(lambda work: work.new_id(), who).value, encounter, SECRETS[6])
    db.write(partial(visits.add_addendum, request=added), who)
    return encounter


def seen(db: Database, encounter: Id, reader: Actor | None, clinic: Id | None = None) -> Encounter:
    view = db.read(lambda c: encounter_view(c, clinic or db.installation.clinic, encounter, reader))
    assert view is not None
    return view.encounter


def words(held: Encounter) -> list[str]:
    note = held.note
    reason = held.next.reason if held.next else ""
    found = [note.subjective, note.objective, note.assessment, note.plan, held.referred_by, reason]
    return [text for text in (*found, *(each.text for each in held.addenda)) if text]


def opened(desk: Desk, path: Path) -> bytes:
    """Everything in a bundle that an installation can open: manifest and ops."""
    found = desk.here.database.read(lambda c: inbox.opened_by(member_of(c), path.read_bytes(), AgeEnvelope()))
    return found.manifest.to_bytes() + b"".join(f.header + (f.body or b"") for f in found.frames())


def hits(data: bytes) -> list[str]:
    return [word for word in SECRETS if word.encode() in data]


def held_words(db: Database) -> list[str]:
    """Secrets anywhere in the journal of an installation."""
    bodies = db.read(lambda c: c.execute(select(OpRecord.body)).scalars().all())
    return hits(b"".join(body or b"" for body in bodies))


def second(hub: Desk, tmp_path: Path, patch: pytest.MonkeyPatch) -> Desk:
    """Another laptop of the clinic, admitted, that has not read its answer yet."""
    usb = tmp_path / "usb"
    fresh = desk(tmp_path, patch, "second", "CAP")
    hub_actions.invite(hub.here.database, hub.here.actor, usb)
    exchange.join(fresh.here.database, fresh.here.actor, usb / exchange.INVITATION)
    fresh.export(usb)
    hub.take(usb)
    (asked,) = hub.here.database.read(hub_actions.requests)
    hub_actions.certify(hub.here.database, hub.here.actor, asked.device)
    return fresh


def apart(at: Desk, folder: Path) -> list[exchange.Arrived]:
    return exchange.import_confidential(at.here.database, at.here.actor, folder)


def empty(usb: Path) -> Path:
    shutil.rmtree(usb)
    usb.mkdir()
    return usb


def test_words_stand_in_their_own_scope_and_what_is_coded_with_the_clinic(laptop: Desk) -> None:
    db = laptop.here.database
    encounter = written(laptop)
    ops = [(r.scope, r.body or b"") for r in db.read(lambda c: c.execute(select(OpRecord.scope, OpRecord.body)).all())]
    own = reserved_scope(db.installation.clinic)
    assert {word for scope, body in ops if scope == own for word in hits(body)} == set(SECRETS)
    assert not any(hits(body) for scope, body in ops if scope != own)
    e, o = EncounterRecord, ObservationRecord
    row = db.read(lambda c: c.execute(select(e.reserved, e.subjective, e.plan).where(e.id == encounter)).one())
    assert tuple(row) == ("yes", None, None)
    assert len(db.read(lambda c: c.execute(select(o.id).where(o.encounter == encounter)).all())) == 2


def test_who_treats_reads_the_words_and_nobody_else_does(laptop: Desk) -> None:
    db = laptop.here.database
    encounter = written(laptop)
    shown = seen(db, encounter, actor(Role.PHYSICIAN))
    assert shown.reserved == "shown" and words(shown) == list(SECRETS)
    for reader in (None, *(actor(role) for role in Role if role is not Role.PHYSICIAN)):
        held = seen(db, encounter, reader)
        assert held.reserved == "withheld" and words(held) == [], reader
        assert held.measured and held.diagnoses and held.next is not None, "what is coded is for all"


def test_without_the_clinics_word_the_hub_gets_none_of_it(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, laptop: Desk
) -> None:
    usb = empty(tmp_path / "usb")
    encounter = written(laptop)
    sent = laptop.export(usb).files
    changes, notes = ([p for p in sent if p.suffix == suffix] for suffix in (stick.SUFFIX, stick.CONFIDENTIAL))
    assert len(changes) == len(notes) == 1
    assert hits(opened(hub, changes[0])) == [] and encounter.hex().encode() in opened(hub, changes[0])
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        opened(hub, notes[0])
    assert hits(opened(laptop, notes[0])) == list(SECRETS), "the scan sees none where all are"
    assert not any(hits(path.read_bytes()) for path in usb.rglob("*") if path.is_file())
    assert apart(hub, usb) == []
    (arrived,) = hub.take(usb)
    assert arrived.receipt is not None and arrived.receipt.differs == (), "the same ops, the same tables"
    assert held_words(hub.here.database) == []
    clinic = laptop.here.database.installation.clinic
    at_hub = seen(hub.here.database, encounter, actor(Role.PHYSICIAN), clinic)
    assert at_hub.reserved == "elsewhere" and at_hub.diagnoses, "the hub counts what is coded"
    trip_back(hub, laptop, usb, laptop.here.database.installation.device)
    assert laptop.status().aside == () and laptop.status().refused_by_hub == ()


def test_the_clinics_other_laptop_reads_them_and_answers_with_its_own(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, laptop: Desk
) -> None:
    usb = tmp_path / "usb"
    encounter = written(laptop)
    other = second(hub, tmp_path, patch)
    round_trip(hub, laptop, usb)  # the first hears of the second's certificate
    trip_back(hub, other, usb, other.here.database.installation.device)
    assert seen(other.here.database, encounter, actor(Role.PHYSICIAN)).reserved == "elsewhere"
    laptop.export(empty(usb))
    hub.take(usb)
    assert [a.failure for a in apart(other, usb)] == [None]
    assert words(seen(other.here.database, encounter, actor(Role.PHYSICIAN))) == list(SECRETS)
    answer = written(other, 8)
    other.export(empty(usb))
    hub.take(usb)
    trip_back(hub, laptop, usb, laptop.here.database.installation.device)
    other.export(empty(usb))
    assert [a.failure for a in apart(laptop, usb)] == [None]
    assert words(seen(laptop.here.database, answer, actor(Role.PHYSICIAN))) == list(SECRETS)
    assert held_words(hub.here.database) == []
    other.close()


def test_a_clinic_that_says_so_has_its_notes_kept_at_the_hub_and_gets_them_back(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, laptop: Desk
) -> None:
    usb = empty(tmp_path / "usb")
    encounter = written(laptop)
    db, who = laptop.here.database, laptop.here.actor
    assert db.read(exchange.shares_confidential) is False
    db.write(partial(users.share_confidential, allowed=True), who)
    laptop.export(usb)
    assert [a.failure for a in hub.take(usb)] == [None] and [a.failure for a in apart(hub, usb)] == [None]
    assert held_words(hub.here.database) == list(SECRETS)
    clinic = db.installation.clinic
    assert seen(hub.here.database, encounter, hub.here.actor, clinic).reserved == "shown"
    supervisor = actor(Role.COORDINATOR)
    assert words(seen(hub.here.database, encounter, supervisor, clinic)) == [], "the hub keeps them and reads none"
    laptop.close()
    fresh = second(hub, tmp_path, patch)
    copy = tmp_path / "copy"
    copy.mkdir()
    snapshot.write(hub.here.database, hub.here.actor, copy, bytes(clinic))
    fresh.take(copy)
    assert [a.failure for a in apart(fresh, copy)] == [None]
    assert words(seen(fresh.here.database, encounter, actor(Role.PHYSICIAN))) == list(SECRETS)
    fresh.here.database.write(partial(users.share_confidential, allowed=False), fresh.here.actor)
    (notes,) = (p for p in fresh.export(empty(usb)).files if p.suffix == stick.CONFIDENTIAL)
    with pytest.raises(Refused, match=r"sync\.not_for_us"):
        opened(hub, notes)
    fresh.close()


def test_a_restored_laptop_joins_each_log_with_its_own(
    tmp_path: Path, patch: pytest.MonkeyPatch, hub: Desk, laptop: Desk
) -> None:
    """The first op of a new log names ends of its own scope alone: the hub would wait for ever for one of the other."""
    usb = tmp_path / "usb"
    written(laptop)
    round_trip(hub, laptop, usb)
    laptop.close()
    kept = tmp_path / "kept"
    shutil.copytree(laptop.root / "data", kept)
    laptop.open()
    written(laptop, 8)
    laptop.close()
    shutil.rmtree(laptop.root / "data")
    shutil.copytree(kept, laptop.root / "data")
    laptop.open()
    assert len(laptop.here.database.installation.joins) == 2
    encounter = written(laptop, 9)
    round_trip(hub, laptop, usb)
    status = laptop.status()
    assert (status.aside, status.refused_by_hub, status.waiting) == ((), (), 0)
    assert words(seen(laptop.here.database, encounter, laptop.here.actor)) == list(SECRETS)


def test_undone_annulled_and_signed_twice(laptop: Desk) -> None:
    db, who = laptop.here.database, laptop.here.actor
    patient = register(db, who, 7)
    visit = whole(patient, note=NOTE, reserved=True)
    signed = db.write(partial(visits.sign, visit=visit), who)
    assert db.write(partial(visits.sign, visit=visit), who).value == signed.value, "the same again is the same"
    db.write(lambda work: work.reverse(signed.action), who)
    live = select(ReservedNoteRecord.id).where(ReservedNoteRecord.live == 1)
    assert db.read(lambda c: c.execute(live).all()) == []
    assert words(seen(db, signed.value, who)) == list(SECRETS[:4]), "an undone note stays legible"
    anew = db.write(partial(visits.sign, visit=visit), who).value
    assert anew != signed.value and words(seen(db, anew, who)) == list(SECRETS[:4])
    added = Addendum(db.write(lambda work: work.new_id(), who).value, anew, SECRETS[6])
    addendum = db.write(partial(visits.add_addendum, request=added), who)
    with pytest.raises(Refused, match=r"visits\.has_addendum"):
        db.write(partial(visits.annul, encounter=anew, reason="otra persona"), who)
    db.write(lambda work: work.reverse(addendum.action), who)
    db.write(partial(visits.annul, encounter=anew, reason="otra persona"), who)
    assert db.read(lambda c: c.execute(live).all()) == []
