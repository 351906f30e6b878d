"""The schema by steps: the last equals the models, each keeps what is there, a failing one leaves the old schema."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import remembered
import servers
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import KEY
from sqlalchemy import Connection, Engine, event, inspect, select, text

from ces_desktop.data import cipher
from ces_desktop.data import upgrade as steps
from ces_desktop.data.database import transaction
from ces_desktop.data.journal import op as ops
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import Base, OpRecord, PatientRecord
from ces_desktop.data.upgrade import HEAD, needs_upgrade, schema_of, upgrade
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.services import clinic
from ces_desktop.ui.messages import journal, storage

FULL_TEXT = ("patient_words", "patient_vocabulary", "patient_terms")
OF_SEARCH = ("ix_patient_words", "ix_patient_found")
"""Made in the step by SQL of their own: FTS5 tables on SQLite, a GIN index on PostgreSQL."""

NEXT = f"{int(HEAD) + 1:04d}"

BAD_STEP = '''
"""A step that fails half-way."""
from alembic import op
import sqlalchemy as sa
revision = "NEXT"
down_revision = "HEAD"
def upgrade():
    op.create_table("half_made", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("patient", sa.Column("half", sa.Text(), nullable=True))
    op.execute("UPDATE patient SET given = NULL")
    op.execute("SELECT * FROM no_such_table")
'''
GOOD_STEP = '''
"""A step of a later program."""
from alembic import op
import sqlalchemy as sa
revision = "NEXT"
down_revision = "HEAD"
def upgrade():
    op.add_column("patient", sa.Column("later", sa.Text(), nullable=True))
'''


@pytest.fixture(autouse=True)
def _the_steps_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "upgrade", remembered.steps)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlcipher":
        engine = cipher.engine(tmp_path / "clinic.db", KEY, create=True)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


def upgrade_to(connection: Connection, revision: str) -> None:
    """Bring a database to one step, as the program of that day did."""
    config = Config()
    config.set_main_option("script_location", str(steps.STEPS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def with_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str) -> None:
    """A program that has one step more."""
    later = tmp_path / "later" / "migrations"
    shutil.copytree(steps.STEPS, later, ignore=shutil.ignore_patterns("__pycache__"))
    source = source.replace("NEXT", NEXT).replace("HEAD", HEAD)
    (later / "versions" / f"{NEXT}_more.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(steps, "STEPS", later)
    monkeypatch.setattr(steps, "HEAD", NEXT)


def schema(connection: Connection) -> dict[str, list[str]]:
    """Tables and their columns."""
    look = inspect(connection)
    return {t: [c["name"] for c in look.get_columns(t)] for t in sorted(look.get_table_names())}


def a_person(given: str = "Inventada") -> ops.Op:
    """An op that registers somebody invented."""
    patient = bytes(15) + b"\x01"
    head = ops.Header(
        device=bytes(16),
        incarnation=bytes(8),
        scope=ops.clinic_scope(clinic_id("CAP")),
        seq=1,
        parents=(),
        hlc=1_800_000_000_000 << 16,
        wall=1_800_000_000_000,
        clock_suspect=0,
        user=bytes(16),
        reason="",
        kind="patients.register",
        action=bytes(16),
        k=1,
        m=1,
        subject_type="patient",
        subject=patient,
    )
    return ops.make(head, [ops.Added("patient", patient, {"given": given, "human_id": "CAP0000001"})], [])


WRITTEN = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2",
    "postgresql": (
        "SELECT 'column', table_name, column_name, concat(data_type, is_nullable, column_default) "
        "FROM information_schema.columns WHERE table_schema = 'public' "
        "UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
        "UNION ALL SELECT 'function', proname, '', prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "ORDER BY 1, 2, 3"
    ),
}


def written(connection: Connection) -> list[Any]:
    """All that a schema is, and the rows it begins with."""
    rows = [schema_of(connection), *connection.execute(text(WRITTEN[connection.dialect.name])).all()]
    return rows + [(t, connection.execute(text(f'SELECT count(*) FROM "{t}"')).scalar()) for t in schema(connection)]


def test_other_tests_start_from_the_schema_of_the_steps(
    postgres_server: servers.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, list[list[Any]]] = {"sqlite": [], "postgresql": []}
    names = []
    for number, way in enumerate((remembered.steps, remembered.upgrade, remembered.upgrade)):
        monkeypatch.setattr(command, "upgrade", way)
        names.append(postgres_server.create())
        for engine in (
            cipher.engine(tmp_path / f"{number}.db", KEY, create=True),
            sqlalchemy.create_engine(postgres_server.url(names[-1])),
        ):
            with transaction(engine, write=True) as connection:
                upgrade(connection)
                found[connection.dialect.name].append(written(connection))
            engine.dispose()
    for name in names:
        postgres_server.drop(name)
    for by_steps, heard, again in found.values():
        assert len(by_steps) > 200 and by_steps == heard == again


def test_models_equal_the_last_step(empty: Engine) -> None:
    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return not (kind == "table" and str(name).startswith(FULL_TEXT)) and name not in OF_SEARCH

    with transaction(empty, write=True) as connection:
        upgrade(connection)
        options = {"include_name": ours, "compare_type": True}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    assert difference == []


def test_full_text_index_is_there(empty: Engine) -> None:
    with transaction(empty, write=True) as connection:
        upgrade(connection)
        if empty.dialect.name == "sqlite":
            tables = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
            assert set(FULL_TEXT) <= tables
        else:
            found = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_patient_words'"))
            assert "USING gin" in found.scalar_one()


def test_every_synced_table_has_no_enforced_foreign_key() -> None:
    assert [t.name for t in Base.metadata.sorted_tables if t.foreign_keys] == []


def test_head_is_the_newest_step_and_steps_are_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(steps.STEPS))
    script = ScriptDirectory.from_config(config)
    numbers = [step.revision for step in script.walk_revisions()]
    files = sorted(p.name[:4] for p in (steps.STEPS / "versions").glob("[0-9]*.py"))
    assert script.get_heads() == [HEAD]
    assert numbers[::-1] == files == sorted(files)
    assert files[-1] == HEAD


def test_each_step_follows_the_one_before(empty: Engine) -> None:
    """Every step runs on a file filled by the steps before it, and keeps what is there."""
    revisions = sorted(p.name[:4] for p in (steps.STEPS / "versions").glob("[0-9]*.py"))
    person = a_person()
    for revision in revisions:
        with transaction(empty, write=True) as connection:
            assert needs_upgrade(connection)
            before = schema(connection)
            upgrade_to(connection, revision)
            after = schema(connection)
            assert all(after[table][: len(columns)] == columns for table, columns in before.items())
            assert schema_of(connection) == revision
            if revision == "0001":
                connection.execute(OpRecord.__table__.insert().values(**stored_columns(person)))
    with transaction(empty, write=False) as connection:
        assert not needs_upgrade(connection)
        row = connection.execute(select(OpRecord.hash, OpRecord.header, OpRecord.body)).one()
        assert (row.hash, row.header, row.body) == (person.hash, person.header, person.body)


def test_a_filled_register_gets_the_names_its_results_are_ordered_by(empty: Engine) -> None:
    """People registered by a program of step 0007 are found in order after step 0008; more of them than one part."""
    people = [
        ("María Elena", "de la Cruz", "Ñandú", " de la cruz nandu", " maria elena"),
        ("K'in", None, "López", " lopez", " kin"),
        (None, "Solo", "", " solo", ""),
        (None, None, None, "", ""),
    ]
    row = "INSERT INTO patient (id, given, paternal, maternal, clinic, made_by, recorded_at, live, row_no) "
    values = "VALUES (:id, :given, :paternal, :maternal, :clinic, :made_by, 1, 1, :row_no)"
    whole = {"clinic": clinic_id("CAP"), "made_by": bytes(32)}
    with transaction(empty, write=True) as connection:
        upgrade_to(connection, "0007")
        rows = [
            whole
            | {"given": given, "paternal": paternal, "maternal": maternal}
            | {"id": number.to_bytes(16, "big"), "row_no": number}
            for number, (given, paternal, maternal, _, _) in enumerate(people * 600, 1)
        ]
        connection.execute(text(row + values), rows)
    with transaction(empty, write=True) as connection:
        upgrade_to(connection, "0008")
        p = PatientRecord
        found = connection.execute(select(p.given, p.paternal, p.maternal, p.surnames_folded, p.given_folded))
        assert sorted(map(tuple, found), key=str) == sorted(people * 600, key=str)


def stored_columns(op: ops.Op) -> dict[str, Any]:
    """An op as the first step's program stored it."""
    head = op.head
    plain = {
        n: getattr(head, n)
        for n in (
            "device",
            "incarnation",
            "scope",
            "seq",
            "hlc",
            "wall",
            "user",
            "kind",
            "action",
            "subject_type",
            "subject",
        )
    }
    return {"hash": op.hash, "header": op.header, "body_hash": op.body_hash, "body": op.body, "parent": None} | plain


def test_upgrading_twice_changes_nothing(empty: Engine) -> None:
    with transaction(empty, write=True) as connection:
        upgrade(connection)
        first = schema(connection)
    with transaction(empty, write=True) as connection:
        upgrade(connection, backup_first=lambda: pytest.fail("nothing to back up for"))
        assert schema(connection) == first


def test_a_database_of_a_later_program_is_refused_with_its_own_sentence(empty: Engine) -> None:
    with transaction(empty, write=True) as connection:
        upgrade(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(Refused) as refusal, transaction(empty, write=True) as connection:
        upgrade(connection)
    assert refusal.value.code == "storage.too_new"
    assert refusal.value.facts == {"schema": "0099", "known": HEAD}
    sentences = storage.sentences() | journal.sentences()
    said = sentences["storage.too_new"]
    assert said
    assert [code for code, sentence in sentences.items() if sentence == said] == ["storage.too_new"]


def test_a_failing_step_leaves_the_old_schema(empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(empty, write=True) as connection:
        upgrade(connection)
        apply(connection, [a_person()])
        before = schema(connection)
    with_step(monkeypatch, tmp_path, BAD_STEP)
    with pytest.raises(Exception, match="no_such_table"), transaction(empty, write=True) as connection:
        upgrade(connection)
    with transaction(empty, write=False) as connection:
        assert schema(connection) == before
        assert schema_of(connection) == HEAD
        assert connection.execute(select(PatientRecord.given)).scalars().all() == ["Inventada"]
        assert verify(connection).equal


def test_a_whole_upgrade_is_one_transaction(tmp_path: Path) -> None:
    """Alembic neither begins nor commits: killed at the last statement, an empty file stays empty."""
    engine = cipher.engine(tmp_path / "clinic.db", KEY, create=True)
    said: list[str] = []
    event.listen(engine, "commit", lambda connection: said.append("commit"))
    with pytest.raises(KeyboardInterrupt), transaction(engine, write=True) as connection:
        upgrade(connection)
        assert said == []
        raise KeyboardInterrupt
    with transaction(engine, write=False) as connection:
        assert schema(connection) == {}
    engine.dispose()


def test_a_backup_is_asked_for_before_an_existing_database_is_touched(
    empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    with transaction(empty, write=True) as connection:
        upgrade(connection, backup_first=lambda: asked.append("empty"))
    assert asked == []
    with_step(monkeypatch, tmp_path, GOOD_STEP)
    with transaction(empty, write=True) as connection:
        upgrade(connection, backup_first=lambda: asked.append(schema_of(connection)))
        assert schema_of(connection) == NEXT
    assert asked == [HEAD]


def test_opening_an_older_clinic_backs_it_up_and_upgrades_it(
    clinic_folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = clinic.NewClinic("CAP", "Inventada", "Dra. Prueba", "frase inventada de prueba", frozenset({Role.LEAD}))
    folder, user, _ = clinic.create(clinic_folder.data, asked, cost=CHEAPEST)
    with_step(monkeypatch, tmp_path, GOOD_STEP)
    opened = clinic.open_clinic(folder, user, asked.passphrase)
    assert "later" in opened.database.read(schema)["patient"]
    assert opened.database.read(verify).equal
    opened.close()
    kept = list((folder.path / "backups").rglob("clinic.db"))
    assert len(kept) == 1
    engine = cipher.engine(kept[0], opened.key, read_only=True)
    with transaction(engine, write=False) as connection:
        assert schema_of(connection) == HEAD
        assert "later" not in schema(connection)["patient"]
    engine.dispose()
    again = clinic.open_clinic(folder, user, asked.passphrase)
    assert len(list((folder.path / "backups").rglob("clinic.db"))) == 1
    again.close()


def test_no_backup_means_no_upgrade(clinic_folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = clinic.NewClinic("CAP", "Inventada", "Dra. Prueba", "frase inventada de prueba", frozenset({Role.LEAD}))
    folder, user, _ = clinic.create(clinic_folder.data, asked, cost=CHEAPEST)
    with_step(monkeypatch, tmp_path, GOOD_STEP)

    def no_room(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("ces_desktop.data.backup.make_backup", no_room)
    with pytest.raises(OSError, match="no room"):
        clinic.open_clinic(folder, user, asked.passphrase)
    monkeypatch.undo()
    monkeypatch.setenv("CES_DESKTOP_STATE", str(clinic_folder.state))
    opened = clinic.open_clinic(folder, user, asked.passphrase)
    assert opened.database.read(schema_of) == HEAD
    opened.close()
