"""The shipped reference lists are whole and sound, and the official catalogues are read without losing a line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.reference_files import (
    LISTS,
    ImportPreview,
    Row,
    read_cie10,
    read_clues,
    read_inegi,
    read_list,
)
from ces_desktop.domain.ids import clinic_id, named_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.paths import RESOURCES
from ces_desktop.ui.messages import all_sentences

REFERENCE = RESOURCES / "reference"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NAMES = [each.name for each in LISTS]
READERS = {"diagnosis": read_cie10, "facility": read_clues, "community": read_inegi}

GOLDEN = {
    ("item", "010.000.5165.00"): "72b001cee5c153ecb58d64df9339eee6",  # metformin 850 mg
    ("diagnosis", "I10X"): "ab8aba2682ba51ec956522d8df0cf3b0",
    ("clinic", "CAP"): "ce309cb9f0e35c11a974fc034b40a354",
}
"""These ids are on every laptop: a change here breaks what clinics have recorded."""


def rows(name: str) -> list[Row]:
    return list(read_list(name))


def text(row: Row, column: str) -> str:
    value = row[column]
    assert isinstance(value, str), (row, column)
    return value


# The shipped lists


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("diagnosis", 480), ("item", 280), ("measure", 100), ("threshold", 80), ("community", 300), ("facility", 60)],
)
def test_lists_have_what_a_clinic_needs_on_its_first_day(name: str, at_least: int) -> None:
    assert len(rows(name)) >= at_least


def test_twelve_example_sites() -> None:
    assert len(rows("clinic")) == 12


@pytest.mark.parametrize("name", NAMES)
def test_rows_have_the_declared_columns_and_ids_of_their_own(name: str) -> None:
    shipped = next(each for each in LISTS if each.name == name)
    read = rows(name)
    assert all(set(row) == {"id", *shipped.columns} for row in read)
    ids = [row["id"] for row in read]
    assert len(set(ids)) == len(ids)
    assert all(isinstance(each, bytes) and len(each) == 16 for each in ids)
    for row in read:
        for column, value in row.items():
            assert column == "id" or value is None or isinstance(value, int if column in shipped.integers else str)
            assert not isinstance(value, str) or (value == value.strip() and value), (column, row)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_plain_utf8_with_unix_lines(name: str) -> None:
    data = (REFERENCE / next(each for each in LISTS if each.name == name).file).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")


@pytest.mark.parametrize(("place", "expected"), GOLDEN.items())
def test_ids_never_change(place: tuple[str, str], expected: str) -> None:
    name, code = place
    key = next(each for each in LISTS if each.name == name).key[0]
    row = next(row for row in rows(name) if row[key] == code)
    assert row["id"] == bytes.fromhex(expected)


def test_a_site_has_the_id_of_its_clinic() -> None:
    assert all(row["id"] == clinic_id(text(row, "prefix")) for row in rows("clinic"))


def test_every_file_has_its_source_written_down() -> None:
    sources = (REFERENCE / "SOURCES.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in sources.splitlines() if line.startswith("| `")}
    for shipped in LISTS:
        assert f"| {len(rows(shipped.name))} |" in lines[shipped.file], shipped.file
    assert "not yet reviewed by a physician" in sources


@pytest.mark.parametrize("name", ["diagnosis", "item", "measure"])
def test_names_in_both_languages(name: str) -> None:
    for row in rows(name):
        assert text(row, "name_es") and text(row, "name_en")


def test_diagnoses() -> None:
    read = rows("diagnosis")
    names: Counter[str] = Counter(text(row, "name_es").casefold() for row in read)
    assert max(names.values()) == 1
    for row in read:
        code = text(row, "code")
        assert re.fullmatch(r"[A-Z]\d\d[0-9X]", code), code
        assert text(row, "chapter") in _CHAPTERS[code[0]].split(), row
        assert row["sex_rule"] in {None, "F", "M"}
        assert row["notifiable"] in {None, "weekly", "immediate"}
        assert (row["suive"] is None) == (row["notifiable"] is None), row
        assert row["suive"] is None or text(row, "suive").isdigit()
        if row["synonyms"] is not None:
            words = text(row, "synonyms").split("|")
            assert all(word == word.strip() and word for word in words), row
            assert len(set(words)) == len(words), row
            assert text(row, "name_es").casefold() not in {word.casefold() for word in words}, row
    codes = {text(row, "code") for row in read}
    assert codes >= {"I10X", "E119", "J459", "A150", "G409", "F329", "Z349", "E43X", "A090", "T630", "B572", "A972"}


_CHAPTERS = {
    "A": "I", "B": "I", "C": "II", "D": "II III", "E": "IV", "F": "V", "G": "VI", "H": "VII VIII", "I": "IX", "J": "X",
    "K": "XI", "L": "XII", "M": "XIII", "N": "XIV", "O": "XV", "P": "XVI", "Q": "XVII", "R": "XVIII", "S": "XIX",
    "T": "XIX", "U": "XXII", "V": "XX", "W": "XX", "X": "XX", "Y": "XX", "Z": "XXI",
}  # fmt: skip


def test_words_of_the_consulting_room_find_their_diagnosis() -> None:
    said: dict[str, str] = {}
    for row in rows("diagnosis"):
        for word in text(row, "synonyms").split("|") if row["synonyms"] else ():
            said[word.casefold()] = text(row, "code")
    assert said["has"].startswith("I1")
    assert said["dm2"].startswith("E11")
    assert said["gripa"].startswith("J0")
    assert said["azúcar"].startswith("E1")


def test_supplies() -> None:
    forms = {row["form"] for row in rows("item") if row["kind"] == "medicine"}
    assert None not in forms
    for row in rows("item"):
        code = text(row, "code")
        assert re.fullmatch(r"0\d0\.\d{3}\.\d{4}(\.\d\d)?|CES-\d{3}", code), code
        assert row["source"] == ("CES" if code.startswith("CES-") else "SSA")
        assert row["kind"] in {"medicine", "material", "test", "equipment"}
        assert row["unit"] in _UNITS, row
        assert isinstance(row["pack"], int) and row["pack"] > 0
        assert row["ven"] in {"V", "E", "N"}
        assert row["cold"] in {"yes", "no"}
        assert row["controlled"] in {None, "I", "II", "III"}
        if row["kind"] == "medicine":
            assert row["route"] is not None, row
        else:
            assert row["form"] is None and row["controlled"] is None and row["dosing"] is None
        if row["dosing"] is not None:
            doses = [int(part) for part in text(row, "dosing").split("-")]
            assert len(doses) == 4 and 0 < sum(doses) <= 48 and all(each >= 0 for each in doses), row


_UNITS = {
    "tablet", "capsule", "ml", "dose", "ampoule", "vial", "syringe", "cartridge", "sachet", "suppository", "pessary",
    "patch", "tube", "jar", "bottle", "piece", "pair", "roll", "strip", "test", "pack",
}  # fmt: skip


def test_paracetamol_is_not_aspirin() -> None:
    """Lists found on the web give 010.000.0101.00 as paracetamol."""
    by_code = {row["code"]: row for row in rows("item")}
    assert text(by_code["010.000.0104.00"], "name_en") == "Paracetamol 500 mg"
    assert text(by_code["010.000.0101.00"], "name_en") == "Aspirin 500 mg"


_KINDS = {"integer", "count", "score", "item", "choice", "yes_no", "date"}
_BANDS = ("impossible_low", "unlikely_low", "normal_low", "normal_high", "unlikely_high", "impossible_high")


def test_measures() -> None:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows("measure"):
        assert row["kind"] in _KINDS
        assert row["scale"] in {1, 10, 100, 1000}
        assert row["source"] is not None
        bands = [band for column in _BANDS if isinstance(band := row[column], int)]
        assert bands == sorted(bands), row
        if row["kind"] in {"choice", "yes_no", "item"}:
            lists = [text(row, column).split("|") for column in ("options", "options_es", "options_en")]
            assert len({len(each) for each in lists}) == 1 and len(lists[0]) > 1, row
            assert len(set(lists[0])) == len(lists[0])
        else:
            assert row["options"] is None
        by_code[text(row, "code")].append(row)
    for code, versions in by_code.items():
        for shared in ("kind", "name_es", "name_en", "unit", "scale", "options"):
            assert len({row[shared] for row in versions}) == 1, (code, shared)


def test_bands_of_a_measure_follow_each_other_without_gap_or_overlap() -> None:
    for sex in ("F", "M"):
        spans: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for row in rows("measure"):
            start, end = row["age_from_days"], row["age_to_days"]
            assert isinstance(start, int) and (end is None or isinstance(end, int))
            if row["sex"] in {None, sex}:
                spans[text(row, "code")].append((start, end))
        for code, ages in spans.items():
            ages.sort(key=lambda span: span[0])
            for (_, end), (start, _) in pairwise(ages):
                assert end is not None and start == end + 1, (code, sex)


def test_adult_limits_that_the_rules_name() -> None:
    adult = {row["code"]: row for row in rows("measure") if row["age_to_days"] is None and row["sex"] is None}
    assert [adult["systolic"][band] for band in _BANDS] == [40, 80, 90, 139, 250, 320]
    assert (adult["diastolic"]["impossible_low"], adult["diastolic"]["impossible_high"]) == (20, 200)
    assert (adult["glucose_random"]["impossible_low"], adult["glucose_random"]["impossible_high"]) == (10, 1000)
    assert (adult["temperature"]["scale"], adult["temperature"]["impossible_low"]) == (10, 250)


def test_a_newborn_of_normal_size_is_plausible() -> None:
    first_day = {row["code"]: row for row in rows("measure") if row["age_from_days"] == 0}
    for code, value in {"weight": 3200, "height": 490, "head_circumference": 345, "respiratory_rate": 45}.items():
        low, high = first_day[code]["unlikely_low"], first_day[code]["unlikely_high"]
        assert isinstance(low, int) and isinstance(high, int) and low <= value <= high


def test_thresholds() -> None:
    by_code = {text(row, "code"): row for row in rows("threshold")}
    for code, row in by_code.items():
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", code), code
        assert code.split(".")[0] == row["programme"]
        assert isinstance(row["value"], int)
        assert all(text(row, column) for column in ("unit", "meaning_es", "meaning_en", "norm"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", text(row, "valid_from"))
    assert by_code["hypertension.controlled_systolic_below"]["value"] == 140
    assert by_code["diabetes.controlled_hba1c_below"]["value"] == 70
    assert by_code["rescue.diastolic_from"]["value"] == 110
    for number in range(1, 9):
        first, last = (by_code[f"prenatal.visit_{number}_{end}_days"]["value"] for end in ("from", "to"))
        assert isinstance(first, int) and isinstance(last, int) and first < last


def test_sites_stand_in_communities_and_facilities_we_ship() -> None:
    communities = {row["inegi"]: row for row in rows("community")}
    facilities = {row["clues"] for row in rows("facility")}
    for row in rows("clinic"):
        assert re.fullmatch(r"[A-Z]{3}", text(row, "prefix"))
        assert communities[row["inegi"]]["municipality_key"] == row["municipality_key"]
        assert row["clues"] in facilities or (row["prefix"] == "PLB" and row["clues"] is None)
        assert row["note_format"] in {"imss", "jurisdiction_4", "jurisdiction_10"}


@pytest.mark.parametrize(
    ("name", "key", "shape"), [("community", "inegi", r"07\d{7}"), ("facility", "clues", r"CS[A-Z]{3}\d{6}")]
)
def test_places_lie_in_chiapas(name: str, key: str, shape: str) -> None:
    for row in rows(name):
        assert re.fullmatch(shape, text(row, key))
        assert re.fullmatch(r"07\d{3}", text(row, "municipality_key"))
        latitude, longitude = row["latitude"], row["longitude"]
        assert isinstance(latitude, int) and 14_500_000 < latitude < 18_000_000, row
        assert isinstance(longitude, int) and -94_200_000 < longitude < -90_300_000, row


# The official catalogues

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
        (b"PK\x03\x04\x14\x00\x06\x00", "reference.spreadsheet"),
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
