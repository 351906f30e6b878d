"""The handover on paper (P9): issued under a folio, kept as printed, sent again byte for byte while nothing changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from ces_desktop.data.database import Database, Outcome
from ces_desktop.data.queries.handover import HandoverFile, handover_file
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import HANDOVER, Slip
from ces_desktop.errors import Refused
from ces_desktop.services.papers import Matter, issue

DEFINITIONS = "2026-11"
"""Edition of what a line means (`docs/handover.md`)."""


@dataclass(frozen=True, slots=True)
class HandoverEdition:
    """What `render` draws; `replaced`: the folio it takes the place of, "" = none. `cut_at`: UTC ms."""

    file: HandoverFile
    folio: str
    replaced: str
    cut_at: int
    sha: str


@dataclass(frozen=True, slots=True)
class KeptHandover:
    """What comes of it; `reprint` = nothing had changed, the paper is that of that day."""

    folio: str
    reprint: bool
    content: bytes


Render = Callable[[HandoverEdition], bytes]


def data_sha(file: HandoverFile) -> str:
    """SHA-256 of all the paper shows, hexadecimal: the same data are the same paper."""
    lines = [
        [
            line.id.hex(), line.section, line.position, line.patient.name if line.patient else "", dict(line.facts),
            line.words, line.left_out, line.read_by, line.read_at,
        ]
        for line in file.lines
    ]  # fmt: skip
    text = json.dumps([asdict(file.head), lines], ensure_ascii=False, sort_keys=True, default=bytes.hex)
    return hashlib.sha256(text.encode()).hexdigest()


def issue_handover(database: Database, actor: Actor, handover: Id, render: Render) -> Outcome[KeptHandover]:
    """Issue the paper of a handover; that of the last issue again where nothing changed.

    Refused: `handover.gone`, `access.not_allowed`.
    """
    require(actor, Right.PRINT_PATIENTS)
    require(actor, Right.ISSUE_REPORTS)

    def read(connection: Connection, _cut_at: int) -> tuple[HandoverFile, Matter]:
        file = handover_file(connection, database.installation.clinic, handover)
        if file is None:
            raise Refused("handover.gone")
        return file, Matter((HANDOVER,), handover.hex(), data_sha(file), DEFINITIONS)

    def draw(file: HandoverFile, slip: Slip, cut_at: int) -> Mapping[str, bytes]:
        return {HANDOVER: render(HandoverEdition(file, slip.folio, slip.replaces, cut_at, data_sha(file)))}

    outcome = issue(database, actor, "handover.paper", read, draw)
    _, kept = outcome.value
    return Outcome(KeptHandover(kept.folio, kept.reprint, kept.files[HANDOVER]), outcome.touched, outcome.action)
