"""Lines of the catalogue as somebody's list writes them: headings guessed, words understood, the rest said."""

from __future__ import annotations

import pytest

from ces_desktop.domain.supply.catalogue import (
    CatalogueMapping,
    ItemRead,
    fit,
    guess,
    missing,
    normal_code,
    odd_code,
    read_row,
)

HEADINGS = ("Clave", "Descripción", "Unidad", "Cantidad x envase", "Tipo", "Es controlado", "Descontinuado", "VEN")


def read(*cells: str, headings: tuple[str, ...] = HEADINGS, mapping: CatalogueMapping | None = None) -> ItemRead:
    return read_row(5, cells, headings, mapping or guess(headings))


def test_headings_say_what_they_hold_whatever_their_capitals_and_accents() -> None:
    held = dict(guess(HEADINGS).columns)
    assert held["Clave"] == "code" and held["Descripción"] == "name_es" and held["Cantidad x envase"] == "pack"
    assert held["Descontinuado"] == "retired"
    assert dict(guess(("Name", "origen")).columns) == {"Name": "name_es", "origen": "source"}
    assert missing(guess(("uno", "dos"))) == "catalogue.no_name_column"


def test_a_field_moves_from_one_column_to_another() -> None:
    mapping = guess(HEADINGS).with_field("Tipo", "name_es")
    assert mapping.field_of("Tipo") == "name_es" and mapping.field_of("Descripción") == ""


def test_a_row_as_the_state_writes_it() -> None:
    found = read("010.000.5165.00", "METFORMINA Tableta 850 mg", "Tabletas", "30.00", "ME", "0", "0", "v")
    assert found.values == {
        "code": "010.000.5165.00", "name_es": "METFORMINA Tableta 850 mg", "unit": "tablet", "pack": 30,
        "kind": "medicine", "controlled": "no", "active": "yes", "ven": "V",
    }  # fmt: skip
    assert found.troubles == [] and not found.lost


@pytest.mark.parametrize(
    ("written", "pack"),
    [("20", 20), ("20.00", 20), ("Caja con 20 tabletas", 20), ("1,000", 1000), ("12,5", None), ("0", None),
     ("-5", None), ("70 lb 3", None), ("muchas", None), ("2.5", None), ("10000000", None)],
)  # fmt: skip
def test_a_number_of_units_or_none(written: str, pack: int | None) -> None:
    found = read("", "Gasa", "pieza", written)
    assert found.values.get("pack") == pack
    assert bool(found.troubles) == ("pack" not in found.values)


def test_what_is_not_understood_stays_unknown_and_is_said() -> None:
    found = read("XX-1", "Aguja", "barril", "", "cosa", "quién sabe")
    assert "unit" not in found.values and found.values["kind"] == "medicine" and "controlled" not in found.values
    assert [(t.code, t.field) for t in found.troubles] == [
        ("catalogue.code_odd", "code"),
        ("catalogue.not_understood", "unit"),
        ("catalogue.not_understood", "kind"),
        ("catalogue.not_understood", "controlled"),
    ]
    assert not found.lost


def test_a_row_is_lost_only_where_nobody_could_tell_what_it_is() -> None:
    assert read("", "  ", "tableta").lost
    assert read("1", "2", "3", "4", "5", "6", "7", "8", "9").lost
    assert not read("010.000.5165.00").lost


def test_what_is_too_long_or_unreadable_is_told() -> None:
    long = read("", "x" * 10_000)
    assert len(str(long.values["name_es"])) == 200 and long.troubles[0].code == "catalogue.text_cut"
    assert read("", "😀\u202eabc").lost
    assert read("1" * 60, "Gasa").troubles[0].code == "catalogue.code_long"


@pytest.mark.parametrize("empty", ["NULL", "N/A", "s/d", "-", ""])
def test_what_programs_write_for_nothing_is_nothing(empty: str) -> None:
    found = read("", "Gasa", empty, empty)
    assert "unit" not in found.values and "pack" not in found.values and found.troubles == []


def test_a_column_of_packaging_is_not_taken_for_the_form() -> None:
    mapping = guess(("clave", "nombre", "forma"))
    assert fit(mapping, {"forma": ("CAJA", "FRASCO", "ENVASE")}).field_of("forma") == ""
    assert fit(mapping, {"forma": ("Tableta", "Jarabe", "CAJA")}).field_of("forma") == "form"
    assert fit(mapping, {"forma": ("", "")}).field_of("forma") == "form"


@pytest.mark.parametrize("code", ["010.000.5165.00", "060.004.0109", "CES-107"])
def test_a_clave_that_looks_like_one(code: str) -> None:
    assert not odd_code(normal_code(f" {code.lower()} "))


@pytest.mark.parametrize("code", ["5165", "010.000.5165.0", "10.000.5165.00", "SC-0000001"])
def test_another_is_odd_and_not_wrong(code: str) -> None:
    assert odd_code(code) and not odd_code("")
