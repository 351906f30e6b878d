"""The official catalogues are read without losing a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped_lists import GOLDEN, REFERENCE, rows

from ces_desktop.data.reference_files import (
    LISTS,
    ImportPreview,
    read_cie10,
    read_clues,
    read_inegi,
)
from ces_desktop.domain.ids import named_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.ui.messages import all_sentences

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
READERS = {"diagnosis": read_cie10, "facility": read_clues, "community": read_inegi}


DGIS = (
    "LETRA,CATALOG_KEY,NOMBRE,CODIGOX,LSEX,LINF,LSUP,EPI_CLAVE,ES_SUIVE_NOTIN,ES_SUIVE_MORB\n"
    'A,A000,"CÓLERA DEBIDO A VIBRIO CHOLERAE 01, BIOTIPO CHOLERAE",,NO,NO,NO,1,SI,SI\n'
    "I,I10X,HIPERTENSIÓN ESENCIAL (PRIMARIA),,NO,028D,120A,47,NO,SI\n"
    "O,O800,PARTO ÚNICO ESPONTÁNEO,,MUJER,009A,055A,,NO,NO\n"
    "N,N40X,HIPERPLASIA DE LA PRÓSTATA,,HOMBRE,015A,120A,151,NO,SI\n"
)


def read_bytes(tmp_path: Path, name: str, data: bytes) -> ImportPreview:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(data)
    return READERS[name](path)


def test_cie10_of_the_ministry(tmp_path: Path) -> None:
    preview = read_bytes(tmp_path, "diagnosis", DGIS.encode("utf-8-sig"))
    assert preview.rejected == ()
    cholera, hypertension, birth, prostate = preview.rows
    assert cholera["name_es"] == "CÓLERA DEBIDO A VIBRIO CHOLERAE 01, BIOTIPO CHOLERAE"
    assert (cholera["notifiable"], hypertension["notifiable"], birth["notifiable"]) == ("immediate", "weekly", None)
    assert hypertension["id"] == bytes.fromhex(GOLDEN["diagnosis", "I10X"])
    assert (hypertension["age_low_days"], hypertension["age_high_days"]) == (28, 44194)
    assert (birth["sex_rule"], prostate["sex_rule"], cholera["sex_rule"]) == ("F", "M", None)
    assert preview.columns["code"] == "CATALOG_KEY"
    assert preview.ignored == ("LETRA", "CODIGOX")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    lines = ["Código,Nombre", "E10.9,Diabetes “tipo 1” del niño", "J00X,Gripa"]
    preview = read_bytes(tmp_path, "diagnosis", newline.join(lines).replace(",", delimiter).encode(encoding))
    assert [(row["code"], row["name_es"]) for row in preview.rows] == [
        ("E109", "Diabetes “tipo 1” del niño"),
        ("J00X", "Gripa"),
    ]
    assert preview.columns == {"code": "Código", "name_es": "Nombre"}


def test_bytes_that_cp1252_leaves_open_are_still_read(tmp_path: Path) -> None:
    preview = read_bytes(tmp_path, "diagnosis", "codigo,nombre\nA00X,Cólera".encode("latin-1") + b"\x81\n")
    assert len(preview.rows) == 1


def test_nothing_is_lost_of_the_lines_that_cannot_be_taken(tmp_path: Path) -> None:
    lines = [
        "codigo,nombre",
        "I10X,Hipertensión",
        "i10x,La misma otra vez",
        "E119,",
        "HTA,Sin clave oficial",
        "",
        "J459,Asma,una celda de más",
        "A00,Encabezado de categoría",
    ]
    preview = read_bytes(tmp_path, "diagnosis", "\n".join(lines).encode())
    assert [(row["code"], row["level"]) for row in preview.rows] == [("I10X", 4), ("A00", 3)]
    assert [(each.line, each.code, each.reason, dict(each.facts), each.text) for each in preview.rejected] == [
        (3, "i10x", "reference.row_duplicate", {"code": "I10X", "first_line": 2}, lines[2]),
        (4, "E119", "reference.row_name", {"code": "E119"}, lines[3]),
        (5, "HTA", "reference.row_code", {"code": "HTA"}, lines[4]),
        (7, "J459", "reference.row_columns", {"found": 3, "expected": 2}, lines[6]),
    ]
    sentences = all_sentences()
    for each in preview.rejected:
        assert "{" not in sentences[each.reason].format(**each.facts)


def test_a_stray_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    lines = ["codigo,nombre", 'I10X,"Hipertensión', "E119,Diabetes", 'J459,Asma "leve"', "J00X,Resfriado"]
    preview = read_bytes(tmp_path, "diagnosis", "\n".join(lines).encode())
    assert [row["name_es"] for row in preview.rows] == ["Hipertensión", "Diabetes", 'Asma "leve"', "Resfriado"]


def test_a_name_written_on_two_lines(tmp_path: Path) -> None:
    preview = read_bytes(tmp_path, "diagnosis", b'codigo,nombre\nI10X,"Hipertension\n  esencial"\nJ459,Asma\n')
    assert [row["name_es"] for row in preview.rows] == ["Hipertension esencial", "Asma"]


def test_titles_above_the_header_and_notes_below(tmp_path: Path) -> None:
    above = "Catálogo de establecimientos\nCorte: octubre\n\nCLUES;NOMBRE DE LA UNIDAD\n"
    preview = read_bytes(tmp_path, "facility", f"{above}CSSSA005930;HONDURAS\nFuente: DGIS;\n".encode("cp1252"))
    assert [row["clues"] for row in preview.rows] == ["CSSSA005930"]
    assert [(each.line, each.reason) for each in preview.rejected] == [(6, "reference.row_code")]


def test_clues_of_the_ministry(tmp_path: Path) -> None:
    head = (
        "CLUES,CLAVE DE LA ENTIDAD,ENTIDAD,CLAVE DEL MUNICIPIO,MUNICIPIO,LOCALIDAD,JURISDICCION,"
        "NOMBRE DE LA INSTITUCION,NOMBRE DE TIPOLOGIA,NOMBRE DE LA UNIDAD,NIVEL ATENCION,LATITUD,LONGITUD"
    )
    line = (
        "csssa005930,7,CHIAPAS,80,SILTEPEC,HONDURAS,MOTOZINTLA,"
        "SECRETARIA DE SALUD,RURAL,HONDURAS,PRIMER NIVEL,15.589,-92.4763"
    )
    (row,) = read_bytes(tmp_path, "facility", f"{head}\n{line}\n".encode()).rows
    assert row["id"] == named_id("facility", "CSSSA005930")
    assert (row["municipality_key"], row["latitude"], row["longitude"]) == ("07080", 15_589_000, -92_476_300)
    assert (row["name"], row["type"], row["level"]) == ("HONDURAS", "RURAL", "first")


def test_inegi_catalogue_with_or_without_whole_keys(tmp_path: Path) -> None:
    parts = "CVE_ENT,NOM_ENT,CVE_MUN,NOM_MUN,CVE_LOC,NOM_LOC,LAT_DECIMAL,LON_DECIMAL,ALTITUD,POB_TOTAL\n"
    line = "7,Chiapas,80,Siltepec,13,Honduras,15.589,-92.4763,1202,507\n"
    by_parts = read_bytes(tmp_path, "community", f"{parts}{line}".encode())
    whole = "CVEGEO|NOM_LOC|LATITUD|LONGITUD|POB_TOTAL\n"
    by_key = read_bytes(tmp_path, "community", f"{whole}70800013|Honduras|15°35'20.4\" N|92°28'34.7\" W|*\n".encode())
    (row,), (same,) = by_parts.rows, by_key.rows
    assert row["inegi"] == same["inegi"] == "070800013"
    assert row["id"] == same["id"] == named_id("community", "070800013")
    assert (row["population"], same["population"]) == (507, None)
    assert row["latitude"] == same["latitude"] == 15_589_000
    assert (same["longitude"], row["altitude"], row["municipality_key"]) == (-92_476_306, 1202, "07080")


def test_inegi_compact_degrees(tmp_path: Path) -> None:
    text = "MAPA,NOM_LOC,LATITUD,LONGITUD\n070080001,Jaltenango,155221.52,0924330.287\n070080002,Sin lugar,,x\n"
    jaltenango, nowhere = read_bytes(tmp_path, "community", text.encode()).rows
    assert (jaltenango["latitude"], jaltenango["longitude"]) == (15_872_644, -92_725_080)
    assert (nowhere["latitude"], nowhere["longitude"]) == (None, None)


def test_ten_thousand_rows(tmp_path: Path) -> None:
    lines = [f'{7:02}{number // 900 + 1:03}{number % 900 + 1:04};"Localidad ""{number}"""' for number in range(10_000)]
    preview = read_bytes(tmp_path, "community", "\n".join(["cvegeo;nom_loc", *lines]).encode("utf-8-sig"))
    assert len(preview.rows) == 10_000
    assert preview.rejected == ()
    assert preview.rows[9_999]["name"] == 'Localidad "9999"'


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "reference.empty_file"),
        (b"  \r\n\t\n", "reference.empty_file"),
        (b"\xef\xbb\xbf", "reference.empty_file"),
        (b"codigo,clues,cvegeo,nombre\n", "reference.empty_file"),
        (b"PK\x03\x04\x14\x00\x06\x00", "reference.spreadsheet_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "reference.spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "reference.not_text"),
        (b"\xff\xfeA", "reference.not_text"),
        (b"fecha,paciente,monto\n2024-01-01,Nadie,3\n", "reference.other_file"),
        (b"only words in a file\n", "reference.other_file"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_bytes(tmp_path, name, data)
    assert refused.value.code == code
    assert "{" not in all_sentences()[code].format(**refused.value.facts)


def test_a_catalogue_is_not_taken_for_another(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_bytes(tmp_path, "facility", DGIS.encode())
    assert (refused.value.code, refused.value.facts) == ("reference.other_file", {"wanted": "clues, nombredelaunidad"})


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"reference\.unreadable"):
        read_cie10(tmp_path / "gone.csv")


def test_our_own_lists_can_be_read_back_as_catalogues() -> None:
    for name, reader in READERS.items():
        shipped = next(each for each in LISTS if each.name == name)
        preview = reader(REFERENCE / shipped.file)
        assert preview.rejected == ()
        assert [row["id"] for row in preview.rows] == [row["id"] for row in rows(name)]


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        ("diagnosis", "cie10/cie10_es_mx.csv", 14_441),
        ("facility", "clues/clues_chiapas_2019.csv", 2_339),
        ("facility", "clues/clues_isech_nomina_2024.csv", 1_116),
        ("community", "inegi/localidades_chiapas.csv", 26_241),
        ("community", "inegi/localidades_chiapas_1000hab_censo2020.csv", 751),
        ("community", "ces/localidades_inegi_5_municipios.csv", 1_264),
    ],
)
@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected catalogues are not beside this checkout")
def test_collected_catalogues_are_read_whole(name: str, file: str, expected: int) -> None:
    preview = READERS[name](SHARED / file)
    assert (len(preview.rows), preview.rejected) == (expected, ())


TABLE = st.text(alphabet='codigo,nombre;clues|cvegeo\t\n"I10X é0°', max_size=200)


@given(st.binary(max_size=400) | TABLE.map(lambda text: f"codigo,clues,cvegeo,nombre,lat\n{text}".encode()))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    for reader in READERS.values():
        try:
            preview = reader(path)
        except Refused as refused:
            assert refused.code in all_sentences()
        else:
            assert preview.rows or preview.rejected
