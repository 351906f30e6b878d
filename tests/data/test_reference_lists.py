"""The shipped reference lists are whole and sound."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from shipped_lists import GOLDEN, NAMES, REFERENCE, rows, text

from ces_desktop.data.reference_files import (
    LISTS,
    Row,
)
from ces_desktop.domain.ids import clinic_id


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
