"""Shared fixtures: a clean machine for each test, a PostgreSQL server, languages; Qt runs without a screen."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
import remembered
import servers
import sqlalchemy
from alembic import command
from cryptography.hazmat.primitives.kdf import argon2

from ces_desktop import i18n
from ces_desktop.data import reference, reference_files

# No test depends on how fast the machine is; a failing example prints how to repeat it.
hypothesis.settings.register_profile("project", deadline=None, print_blob=True)
hypothesis.settings.load_profile("project")

# Files that take the longest, longest first: begun last, one of them would keep one processor waiting for the other.
LONG = (
    "ui/test_every_place.py", "stories/test_year.py", "ui/test_every_dialog.py", "ui/test_every_hub_place.py",
    "ui/test_visited_clinic.py", "independent/test_against_slow.py", "data/test_apply.py",
    "stories/test_network_round.py", "sync/test_sync_scenarios.py", "ui/test_bad_inputs_record.py",
    "services/test_demo_supply.py", "stories/test_month_figures.py", "domain/test_forecast_learner.py",
    "services/test_demo.py", "test_self_test.py", "sync/test_older_program.py", "services/test_demo_care.py",
    "stories/test_keys_consult.py", "ui/test_doubt_notes.py", "stories/test_busy_day.py", "ui/test_mentoring_editor.py",
    "stories/test_mentoring_story.py", "test_project.py", "stories/test_restored_computer.py",
)  # fmt: skip
_TESTS = Path(__file__).parent
assert all((_TESTS / name).exists() for name in LONG), "conftest.LONG names a file that is gone"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they were; `-n 2 --dist loadfile --no-loadscope-reorder` keeps to it."""
    place = {_TESTS / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@dataclass(frozen=True, slots=True)
class Folders:
    """The two places of a machine the program writes to."""

    data: Path
    state: Path


@pytest.fixture(scope="session", autouse=True)
def _never_the_own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the folders of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CES_DESKTOP_DATA", "CES_DESKTOP_STATE"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(scope="session", autouse=True)
def _beginnings_remembered() -> Iterator[None]:
    """Empty databases get their schema without Alembic, after the first; lists are read once, SQL is written once, a
    key is derived once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", remembered.upgrade)
        patch.setattr(reference_files, "read_list", remembered.read_list)
        patch.setattr(reference, "load", remembered.load)
        patch.setattr(sqlalchemy, "create_engine", remembered.create_engine)
        patch.setattr(argon2, "Argon2id", remembered.Argon2id)
        yield


@pytest.fixture(autouse=True)
def _collected_on_this_thread() -> Iterator[None]:
    """As `ui.collector` does in the program: only the thread of the window ends widgets that a cycle kept.

    Left to itself Python's collector runs on whichever thread makes an object, a worker of ours or xdist's receiver,
    and Qt then ends the process in some later test.
    """
    gc.disable()
    yield
    counts, limits = gc.get_count(), gc.get_threshold()
    due = [generation for generation in range(3) if counts[generation] > limits[generation]]
    if due:
        gc.collect(due[-1])


@pytest.fixture
def clinic_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Empty data and state folders of a fresh machine, in the environment as the program reads them."""
    folders = Folders(data=tmp_path / "data", state=tmp_path / "state")
    for folder in (folders.data, folders.state):
        folder.mkdir()
    monkeypatch.setenv("CES_DESKTOP_DATA", str(folders.data))
    monkeypatch.setenv("CES_DESKTOP_STATE", str(folders.state))
    return folders


@pytest.fixture(autouse=True)
def _language_left_as_found() -> Iterator[None]:
    """A test that changes the language does not change it for the next."""
    before = i18n.language()
    yield
    if i18n.language() != before:
        i18n.use(before)


@pytest.fixture
def spanish() -> None:
    """Texts in Spanish (es-MX) from the shipped catalogue."""
    i18n.use("es")


@pytest.fixture
def english() -> None:
    """Texts in English."""
    i18n.use("en")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Server]:
    """A real PostgreSQL server, one for each test process."""
    server = servers.wanted()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: servers.Server) -> Iterator[str]:
    """URL (`postgresql+psycopg://…`) of an empty database for this test alone."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)
