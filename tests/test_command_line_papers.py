"""The command line's papers of mentoring, of what is handed over and of the scorecard: issued, and sent again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_lines import Laptop, copied, made_once, run
from mentoring import chronic, mentor, observed, session

from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import handover, mentoring, scorecard
from ces_desktop.services.handover import HandoverRequest

if TYPE_CHECKING:
    from conftest import Folders


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    return made_once(tmp_path_factory)


@pytest.fixture
def laptop(clinic_folder: Folders, made: tuple[Path, bytes, str], tmp_path: Path) -> Iterator[Laptop]:
    yield from copied(clinic_folder, made, tmp_path)


def filled(laptop: Laptop) -> tuple[str, str]:
    """A session, a handover and a scorecard of today; the day, and who was mentored."""
    opened = laptop.open()
    db, here, leads = opened.database, opened.actor, mentor()
    day = local_day(db.clock()).isoformat()
    held = session(leads, here, day, observed=(observed(chronic(db)),), actions=())
    db.write(lambda work: mentoring.save(work, held), leads)
    db.write(partial(handover.begin, request=HandoverRequest(Id(new_id(db.clock())))), here)
    db.write(partial(scorecard.begin, request=scorecard.CardRequest(Id(new_id(db.clock())), "baseline")), here)
    opened.close()
    return day, here.name


def test_session_progress_handover_and_scorecard_are_issued_and_sent_again(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    day, name = filled(laptop)
    asked = (["handover"], ["session", "--day", day], ["progress"], ["progress", "--person", name], ["scorecard"])
    for place, words in enumerate(asked, 1):
        out, again = tmp_path / f"{place}.pdf", tmp_path / f"{place} again.pdf"
        code, said, err = run(capsys, *laptop.words, "report", *words, "--out", str(out))
        assert (code, err) == (0, "") and f"CAP-0-{place:04d}" in said and out.read_bytes().startswith(b"%PDF")
        code, said, _ = run(capsys, *laptop.words, "report", *words, "--out", str(again))
        assert code == 0 and "REPRINT" in said and again.read_bytes() == out.read_bytes()
    assert run(capsys, *laptop.words, "verify")[0] == 0


@pytest.mark.parametrize("kind", ["handover", "session", "progress", "scorecard"])
def test_of_what_there_is_not_nothing_is_printed(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "x.pdf"
    code, said, err = run(capsys, *laptop.words, "report", kind, "--out", str(out))
    assert (code, said) == (3, "") and "nothing of that kind" in err and not out.exists()
    assert run(capsys, *laptop.words, "report", kind, "--day", "ayer", "--out", str(out))[0] == 2


def test_nobody_of_that_name_has_progress(
    laptop: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    filled(laptop)
    words = [*laptop.words, "report", "progress", "--person", "Nadie", "--out", str(tmp_path / "x.pdf")]
    assert run(capsys, *words)[0] == 3 and not (tmp_path / "x.pdf").exists()
