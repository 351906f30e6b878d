"""The handover on paper: issued, found unchanged, issued anew; what it says, from nothing to many lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pypdfium2
import pytest
from care import Care, clinic_care

from ces_desktop.data.queries.handover import HandoverFile, handover_file
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.papers import Slip
from ces_desktop.errors import Refused
from ces_desktop.reports import handover_words, words
from ces_desktop.reports.document import Frame
from ces_desktop.reports.handover import handover_pdf
from ces_desktop.services import handover
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.services.handover_papers import HandoverEdition, KeptHandover, data_sha, issue_handover

TODAY = date(2026, 3, 16)
FRAME = Frame(
    "El Mirador", "Centro de Salud Inventado", "CSSSA000001", "La Concordia", "CAP", 1_773_757_800_000,
    "Dra. Prueba Inventada", "0.1.0",
)  # fmt: skip


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    yield from clinic_care(tmp_path, step=1_000)


def prepared(care: Care, people: int) -> Id:
    for number in range(people):
        who = care.person("hypertension", given=f"Inventada{number}")
        care.visit(who, "2026-03-01", systolic=150 + number % 20, diastolic=80)
    return Id(care.db.write(partial(handover.begin, request=HandoverRequest(care.id())), care.who).value)


def render(edition: HandoverEdition) -> bytes:
    return handover_pdf(edition.file, TODAY, edition.sha, Slip(edition.folio, edition.replaced), FRAME)


def issued(care: Care, key: Id, **more: Any) -> KeptHandover:
    who = more.get("who", care.who)
    kept = issue_handover(care.db, who, key, render).value
    assert isinstance(kept, KeptHandover)
    return kept


def held(care: Care, key: Id) -> HandoverFile:
    found = care.db.read(partial(handover_file, clinic=care.clinic, handover=key))
    assert found is not None
    return found


def said(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.replace(words.NBSP, " ").split())


def test_the_same_data_are_the_same_bytes_and_changed_ones_a_new_folio(care: Care) -> None:
    key = prepared(care, 3)
    first = issued(care, key)
    assert issued(care, key) == KeptHandover(first.folio, True, first.content)
    line = held(care, key).lines[0]
    care.db.write(partial(handover.write, handover=key, line=line.id, words="Vive sola"), care.who)
    second = issued(care, key)
    assert not second.reprint and second.folio != first.folio and first.folio in said(second.content)


def test_it_says_who_hands_over_what_is_read_and_what_the_program_does_not_record(care: Care, spanish: None) -> None:
    key = prepared(care, 2)
    one, other = held(care, key).lines
    care.db.write(partial(handover.write, handover=key, line=one.id, words="Vive sola; ≥ 80 años"), care.who)
    care.db.write(partial(handover.leave_out, handover=key, line=other.id, reason="Se muda a Tuxtla"), care.who)
    care.db.write(partial(handover.acknowledge, handover=key, line=one.id), builders.actor())
    paper = said(issued(care, key).content)
    for part in (
        "Entrega de la clínica", "No controladas · 1", "Vive sola; ≥ 80 años", "TA 151/80 el 01-mar-2026", "1 de 1",
        "No se entrega · 1 renglón", "Se muda a Tuxtla", "referencias, acompañantes y a quién acompañan",
        "Nombra personas: se queda en la clínica", data_sha(held(care, key))[:12],
    ):  # fmt: skip
        assert part in paper, part


@pytest.mark.parametrize("people", [0, 1, 60])
def test_from_nothing_to_many_lines(care: Care, spanish: None, people: int) -> None:
    paper = said(issued(care, prepared(care, people)).content)
    assert ("No hay nada que entregar" in paper) is (people == 0)
    assert paper.count("Inventada") >= people


def test_who_may_not_print_names_is_refused(care: Care) -> None:
    key = prepared(care, 1)
    with pytest.raises(Refused) as caught:
        issued(care, key, who=builders.actor(Role.STORE_KEEPER))
    assert caught.value.code == "access.not_allowed"


def test_sections_are_called_by_nouns_not_by_what_a_button_does(spanish: None) -> None:
    assert handover_words.section("order") == "Pedidos en curso"  # "Abrir pedidos" is the button of Today
