"""Issued reports: numbered once, kept as printed, sent again as they were, replaced when the data change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from care import Care

from ces_desktop.data.database import Database
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC
from ces_desktop.errors import Refused
from ces_desktop.services import papers, reports, undo

NOW = 1_773_757_800_000  # 17 March 2026, 08:30 in Chiapas
WHO = builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    times = iter(range(NOW, NOW + 10_000_000, 1000))
    made = builders.database(builders.sqlcipher(tmp_path), clock=lambda: next(times))
    made.local(load_shipped)
    yield made
    builders.assert_proved(made)
    made.close()


def render(edition: reports.Edition) -> dict[str, bytes]:
    """Stands for the paper: what it would say."""
    text = f"{edition.folio}|{edition.replaced}|{edition.cut_at}|{edition.report.sha()}"
    return {MONTHLY: text.encode(), MONTHLY_CLINIC: b"own " + text.encode()}


def issue(db: Database, month: str = "2026-02") -> reports.Kept:
    return reports.issue_monthly(db, WHO, month, render).value


def test_an_issue_has_a_folio_and_keeps_its_bytes(db: Database) -> None:
    care = Care(db, WHO)
    care.visit(care.person("hypertension"), "2026-02-10", systolic=120, diastolic=80)
    kept = issue(db)
    assert kept.folio == "CAP-0-0001" and not kept.reprint
    held = db.read(lambda c: reports.issues(c, db.installation.clinic))
    assert [(each.kind, each.period, each.folio) for each in held] == [
        (MONTHLY_CLINIC, "2026-02", "CAP-0-0001"), (MONTHLY, "2026-02", "CAP-0-0001")
    ]  # fmt: skip
    assert held[0].data_sha == kept.report.sha() and held[0].definitions == kept.report.definitions
    assert db.read(lambda c: papers.stored(c, held[1].id)) == kept.files[MONTHLY]


def test_the_same_data_are_sent_again_byte_for_byte(db: Database) -> None:
    first = issue(db)
    again = issue(db)
    assert again.reprint and again.folio == first.folio and again.files == first.files
    assert len(db.read(lambda c: reports.issues(c, db.installation.clinic))) == 2


def test_other_data_are_a_new_issue_that_takes_the_place_of_the_old(db: Database) -> None:
    first = issue(db)
    care = Care(db, WHO)
    care.visit(care.person(), "2026-02-10", diagnoses=("J00X",))
    second = issue(db)
    assert second.folio == "CAP-0-0002" and not second.reprint
    assert second.files[MONTHLY].split(b"|")[1] == first.folio.encode()
    held = db.read(lambda c: reports.issues(c, db.installation.clinic, "2026-02"))
    assert {each.folio for each in held} == {"CAP-0-0002"}
    everything = db.read(lambda c: papers.archive(c, db.installation.clinic))
    assert [each.folio for each in everything if each.kind == MONTHLY] == ["CAP-0-0002", "CAP-0-0001"]
    old = next(each for each in everything if each.folio == first.folio and each.kind == MONTHLY)
    assert db.read(lambda c: papers.stored(c, old.id)) == first.files[MONTHLY]


def test_a_month_that_is_over_now_is_another_report(db: Database) -> None:
    open_ = issue(db, "2026-03")
    assert not open_.report.over
    assert open_.report.sha() != issue(db, "2026-02").report.sha()


def test_a_folio_that_was_undone_is_not_given_again(db: Database) -> None:
    issue(db)
    db.write(undo.undo, WHO)
    assert db.read(lambda c: reports.issues(c, db.installation.clinic)) == ()
    assert issue(db).folio == "CAP-0-0002"


def test_each_month_and_laptop_counts_on(db: Database) -> None:
    assert [issue(db, month).folio for month in ("2026-01", "2026-02")] == ["CAP-0-0001", "CAP-0-0002"]
    assert db.read(lambda c: papers.next_folio(c, db.installation)) == "CAP-0-0003"


def test_a_month_to_come_and_who_may_not_are_refused(db: Database) -> None:
    with pytest.raises(Refused) as told:
        issue(db, "2026-04")
    assert told.value.code == "reports.future"
    keeper = builders.actor(Role.STORE_KEEPER)
    with pytest.raises(Refused) as told:
        reports.issue_monthly(db, keeper, "2026-02", render)
    assert told.value.code == "access.not_allowed"
