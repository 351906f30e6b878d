"""What columns hold is guessed from their headings, kept as text, and read back; what is no mapping is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.register_columns import (
    ColumnMapping,
    Role,
    check_mapping,
    from_json,
    guess,
    heading_day,
    to_json,
)
from ces_desktop.errors import Refused

TARJETERO = (
    "Paciente,Edad,F. nac.,CURP,Género,Localidad,Municipio,Adscripción,Diagnóstico,Medicamento,Fecha control,Glucosa,"
    "Colesterol,HDL,LDL,TG,HbA1c,Microalbúmina,Peso,Talla,IMC,Cintura,TA,Pie (Wagner 0-5)"
)


def test_the_card_index_of_a_jurisdiction_is_recognised() -> None:
    keys = [role.key for _, role in guess(TARJETERO.split(",")).columns]
    assert keys == [
        "full_name",
        "age",
        "birth",
        "curp",
        "sex",
        "community",
        "municipality",
        "ignore",
        "diagnosis",
        "medicines",
        "visit_on",
        "measure:glucose_unknown",
        "measure:cholesterol_total",
        "measure:cholesterol_hdl",
        "measure:cholesterol_ldl",
        "measure:triglycerides",
        "measure:hba1c",
        "measure:albumin_creatinine_ratio",
        "measure:weight",
        "measure:height",
        "ignore",
        "measure:waist",
        "pressure",
        "measure:foot_wagner",
    ]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("TA 03/2025", Role("pressure", "", "2025-03")),
        ("Glucosa ayunas 15/03/2025", Role("measure", "glucose_fasting", "2025-03-15")),
        ("HbA1c mar-25", Role("measure", "hba1c", "2025-03")),
        ("Peso (lb)", Role("measure", "weight", "", "lb")),
        ("Diabetes Sí", Role("programme", "diabetes", answer="yes")),
        ("Diabetes [No]", Role("programme", "diabetes", answer="no")),
        ("Apellido paterno", Role("paternal")),
        ("Nombre(s)", Role("given")),
        ("No. expediente", Role("folder")),
        ("FN_Mes", Role("birth_month")),
        ("FN_Año", Role("birth_year")),
        ("Nombre de la madre", Role("mother_name")),
        ("Date of birth", Role("birth")),
        ("Weight", Role("measure", "weight")),
        ("Xyz", Role()),
    ],
)
def test_headings_in_both_languages(heading: str, role: Role) -> None:
    assert guess((heading,)).columns == ((heading, role),)


def test_two_columns_are_not_one_role_and_a_choice_takes_it_over() -> None:
    mapping = guess(("Nombre", "Sexo", "Género"))
    assert [role.kind for _, role in mapping.columns] == ["given", "sex", "ignore"]
    taken = mapping.with_role("Género", Role("sex"))
    assert (taken.role("Sexo").kind, taken.role("Género").kind) == ("ignore", "sex")


def test_a_long_table_is_told_from_one_of_people() -> None:
    assert guess(("pid", "fecha", "tipo", "valor", "unidad")).holds == "facts"
    assert guess(("pid", "sexo", "nacimiento")).name_order == "code"


def test_what_a_mapping_lacks() -> None:
    mapping = guess(("Nombre", "Sexo"))
    assert check_mapping(mapping) == "register_import.register_missing"
    named = ColumnMapping(register="Tarjetero", columns=mapping.columns)
    assert check_mapping(named) is None
    assert check_mapping(ColumnMapping(register="x" * 61, columns=mapping.columns)) == "register_import.register_bad"
    assert check_mapping(ColumnMapping(register="T")) == "register_import.name_missing"
    assert check_mapping(ColumnMapping(register="T", holds="facts")) == "register_import.identifier_missing"
    number = (("Id", Role("identifier")),)
    assert check_mapping(ColumnMapping(register="T", holds="facts", columns=number)) == "register_import.facts_missing"


def test_kept_and_read_back() -> None:
    mapping = ColumnMapping(
        name="Mío",
        register="Tarjetero",
        columns=guess(("Paciente", "TA 03/2025", "Peso (lb)", "Diabetes Sí")).columns,
        name_order="surnames_first",
        as_of="2025-12",
        reused="new",
        codes={"fc": "measure:heart_rate"},
        places={"las nubes": "00" * 16},
    )
    assert from_json(to_json(mapping)) == mapping


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"columns": 3}',
        '{"columns": {"a": {"is": "nothing"}}}',
        '{"columns": {"a": {"is": "measure"}}}',
        '{"columns": {}, "holds": "cats"}',
        '{"columns": {}, "as_of": "yesterday"}',
        '{"columns": {"a": 4}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_mapping(text: str) -> None:
    with pytest.raises(Refused, match=r"register_import\.mapping_unreadable"):
        from_json(text)


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
def test_any_json_is_a_mapping_or_refused(value: object) -> None:
    try:
        from_json(json.dumps(value))
    except Refused as refused:
        assert refused.code == "register_import.mapping_unreadable"


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_headings_are_guessed(headings: list[str]) -> None:
    assert [held for held, _ in guess(headings).columns] == headings
    assert all(heading_day(heading) == "" or heading_day(heading)[:4].isdigit() for heading in headings)
