"""What an installation knows of its network, read over its own journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved

from ces_desktop.data import vault
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import Added, Header, Op, clinic_scope, make
from ces_desktop.domain.access import MENTOR_ROLES
from ces_desktop.domain.ids import clinic_id
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.sync.network_state import sites

PHRASE = "nube azul sobre la milpa"
SITE, YEAR = clinic_id("CAP"), 31_557_600_000
DAY = 1_775_000_000_000


@pytest.fixture
def mentor(clinic_folder: Any) -> OpenClinic:
    new = NewClinic("MEN", "Mentoría inventada", "Dra. Prueba Inventada", PHRASE, MENTOR_ROLES, kind="mentor")
    folder, user, _ = clinic.create(Path(clinic_folder.data), new, cost=vault.CHEAPEST)
    return clinic.open_clinic(folder, user, PHRASE)


def _written(seq: int, parents: tuple[bytes, ...], wall: int, added: Added, device: int = 1) -> Op:
    head = Header(
        bytes([device] * 16), bytes(8), clinic_scope(SITE), seq, parents, (DAY + seq) << 16, wall, 0, bytes(16), "",
        "setup", bytes([seq] * 16), 1, 1, added.table, added.entity,
    )  # fmt: skip
    return make(head, [added], [], bytes(16))


def test_a_clock_that_was_set_right_no_longer_says_when_a_clinic_was_heard(mentor: OpenClinic) -> None:
    """A mentor's laptop tells the age of a clinic's records by the last one, not by the latest date in them."""
    named = Added("clinic", SITE, {"prefix": "CAP", "name": "Capitán (inventada)"})
    first = _written(1, (), DAY + 36 * YEAR, named)
    second = _written(2, (first.hash,), DAY, Added("community", bytes([7] * 16), {"name": "Inventada"}))
    other = _written(1, (), DAY - 86_400_000, Added("community", bytes([8] * 16), {"name": "Otra"}), device=2)
    with transaction(mentor.database.engine, write=True) as connection:
        apply(connection, [first, second, other])
    (site,) = mentor.database.read(sites)
    assert (site.prefix, site.ops, site.last_bundle) == ("CAP", 3, DAY)
    assert_proved(mentor.database)
    mentor.close()
