"""Official lists: looked at first, loaded whole or not at all, rejected lines given back, the load audited."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from builders import actor, assert_proved, database, sqlcipher
from sqlalchemy import select

from ces_desktop.data import reference_files
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.models import AuditEventRecord, DiagnosisRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Actor, Role
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import reference
from ces_desktop.services.reference import Preview
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.messages.reference_lists import reason

CIE = """CATALOG_KEY,NOMBRE,LSEX,OTRA
I10,Hipertensión,NO,x
I10X,Hipertensión esencial (primaria),NO,x
N40X,Hiperplasia de la próstata,MUJER,x
Q999,"Anomalía cromosómica, no especificada",NO,x
Q998,Otra anomalía,NO,x
ZZ,Sin clave,NO,x
Q999,Repetida,NO,x
Q997,,NO,x
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    engine = sqlcipher(tmp_path)
    with transaction(engine, write=True) as connection:
        load_shipped(connection)
    made = database(engine)
    yield made
    made.close()


@pytest.fixture
def lead() -> Actor:
    return actor()


@pytest.fixture
def cie(tmp_path: Path) -> Path:
    file = tmp_path / "catálogo oficial.csv"
    file.write_text(CIE, encoding="utf-8")
    return file


def look(db: Database, who: Actor, file: Path) -> Preview:
    return db.read(lambda c: reference.preview(c, who, "diagnosis", file))


def quiet(_done: int, _total: int) -> None:
    pass


def names(db: Database) -> dict[str, str]:
    d = DiagnosisRecord
    return dict(db.read(lambda c: c.execute(select(d.code, d.name_es)).all()))  # type: ignore[arg-type]


def test_every_shipped_list_is_counted(db: Database) -> None:
    held = {each.name: each for each in db.read(reference.held_lists)}
    assert list(held) == [each.name for each in reference_files.LISTS]
    for each in held.values():
        assert each.shipped > 0 and each.loaded_at is None and each.own == 0
        assert each.held in (None, each.shipped)
    assert held["diagnosis"].held and held["measure"].held is None


def test_looking_changes_nothing_and_says_what_would(db: Database, lead: Actor, cie: Path) -> None:
    before = names(db)
    shown = look(db, lead, cie)
    assert (shown.new, shown.changed, shown.same) == (2, 1, 2)
    assert shown.columns["code"] == "CATALOG_KEY" and shown.ignored == ("OTRA",)
    assert [each.line for each in shown.rejected] == [7, 8, 9]
    assert all("{" not in reason(each) for each in shown.rejected)
    assert names(db) == before


def test_loaded_whole_counted_remembered_and_audited(db: Database, lead: Actor, cie: Path) -> None:
    shown, steps = look(db, lead, cie), []
    db.clock = lambda: 1_772_388_000_000
    outcome = db.write(partial(reference.load, shown=shown, step=lambda *at: steps.append(at)), lead)
    changed = outcome.value
    assert changed == shown.new + shown.changed and steps[0] == (0, 5) and steps[-1] == (5, 5)
    assert "audit_event" in outcome.touched
    held = next(each for each in db.read(reference.held_lists) if each.name == "diagnosis")
    assert held.held == held.shipped + 2 and held.loaded_rows == 5
    assert (held.loaded_at, held.loaded_file) == (1_772_388_000_000, cie.name)
    assert names(db)["Q999"] == "Anomalía cromosómica, no especificada"
    a = AuditEventRecord
    events = db.read(lambda c: c.execute(select(a.event, a.about_type, a.times)).all())
    assert [tuple(e) for e in events] == [("import", "diagnosis", changed)]
    again = look(db, lead, cie)
    assert (again.new, again.changed, again.same) == (0, 0, 5)
    assert_proved(db)


def test_stopped_half_way_nothing_of_it_remains(db: Database, lead: Actor, tmp_path: Path) -> None:
    lines = ["CATALOG_KEY,NOMBRE"] + [f"Y{n:03d},Causa inventada {n}" for n in range(1000)]
    lines += [f"X{n:03d},Causa inventada {n}" for n in range(1000)]
    file = tmp_path / "long.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    shown, before = look(db, lead, file), names(db)

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= total // 2:
            raise Stop

    with pytest.raises(Stop):
        db.write(partial(reference.load, shown=shown, step=stop), lead)
    assert names(db) == before
    assert next(iter(db.read(reference.held_lists))).loaded_at is None
    assert_proved(db)


def test_only_who_may_import(db: Database, lead: Actor, cie: Path) -> None:
    shown = look(db, lead, cie)
    for role in (Role.PHYSICIAN, Role.NURSE, Role.MENTOR):
        other = actor(role)
        with pytest.raises(Refused, match=r"access\.not_allowed"):
            look(db, other, cie)
        with pytest.raises(Refused, match=r"access\.not_allowed"):
            db.write(partial(reference.load, shown=shown, step=quiet), other)
    assert look(db, actor(Role.COORDINATOR), cie).new == 2


@pytest.mark.parametrize(
    "content",
    [
        b"", b"   \n \n", b"PK\x03\x04 a spreadsheet", b"\xd0\xcf\x11\xe0 an old one", b"\x00\x01\x02", b"a,b\n1,2\n",
        b"%PDF-1.7 a print", b"{\"code\": 1}", b"CATALOG_KEY\nI10X\n", b"\xff\xfe\x00", b"clave;otra\n",
        b"CATALOG_KEY,NOMBRE\n",
    ],
)  # fmt: skip
def test_files_that_are_no_catalogue_are_refused_in_words(
    db: Database, lead: Actor, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(Refused, match=r"reference\.") as refused:
        look(db, lead, file)
    assert "{" not in sentence(refused.value) and refused.value.code not in sentence(refused.value)


def test_a_file_that_is_gone_is_unavailable(db: Database, lead: Actor, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"reference\.unreadable"):
        look(db, lead, tmp_path / "pulled" / "stick.csv")


def test_rejected_lines_come_back_as_written_and_run_nowhere(db: Database, lead: Actor, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text('CATALOG_KEY,NOMBRE\n=HYPERLINK("x"),Nombre\nI10X,Bien\n+1,"a, b"\n', encoding="utf-8")
    shown = look(db, lead, file)
    out = tmp_path / "rejected.csv"
    count = reference.write_rejected(out, shown, lambda r: r.reason, ("Línea", "Motivo", "Texto"))
    with out.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert count == 2 and rows[0] == ["Línea", "Motivo", "Texto"]
    assert [row[0] for row in rows[1:]] == ["2", "4"]
    assert rows[1][2] == '\'=HYPERLINK("x"),Nombre' and rows[2][2] == '\'+1,"a, b"'
    with pytest.raises(Unavailable):
        reference.write_rejected(tmp_path / "nowhere" / "x.csv", shown, lambda r: r.reason, ("a", "b", "c"))


def test_a_remembered_load_that_is_damaged_is_forgotten(db: Database) -> None:
    from ces_desktop.data.local import write_setting

    for text in ("{", "[]", '{"at": "x"}'):
        db.local(lambda c, text=text: write_setting(c, "reference.diagnosis", text))
        assert db.read(reference.held_lists)[0].loaded_at is None
