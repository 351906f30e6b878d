"""A supervisor looks at the stores of two clinics and finds whom to help, from the search box to the paper."""

from __future__ import annotations

from pathlib import Path

import builders
import pytest
from driver import PASSPHRASE, Person
from supplies import Store
from test_handing_out import stocked
from test_supply_papers import MENU, said, shown_by

from ces_desktop.data import vault
from ces_desktop.data.models import ClinicRecord
from ces_desktop.domain.access import HUB_ROLES
from ces_desktop.services import clinic
from ces_desktop.ui.pages.network_supply_page import NetworkSupplyPage


@MENU
@pytest.mark.covers("I12")
def test_what_one_clinic_lacks_and_another_has_too_much_of(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    here, [losartan] = stocked(person, {"010.000.2520.00": 0})
    database = here.db
    there = Store(
        builders.database(database.engine, installation=builders.installation("LIM"), clock=database.clock), here.who
    )
    there.add(ClinicRecord(id=there.clinic, prefix="LIM", name="Laguna Inventada"))
    today = person.window.today
    here.history(losartan, today, [60] * 12)
    there.history(losartan, today, [30] * 12, left=2_000, expiry="2031-01-31")
    person.press("F2")
    person.type(">insumos de la red")
    person.press("Enter")
    page = person.window.page
    assert isinstance(page, NetworkSupplyPage)
    [move] = [page.moves.records.row_at(0)]
    assert (move.giver, move.receiver) == (there.clinic, here.clinic) and move.units >= 60
    assert "Laguna Inventada" in said(shown_by(person, "F8"))


def test_the_window_of_a_hub_has_it_on_the_rail(person: Person, root: Path, spanish: None) -> None:
    new = clinic.NewClinic("HUB", "Supervisión inventada", "Lic. Prueba", PASSPHRASE, HUB_ROLES, kind="hub")
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    person.application.enter(clinic.open_clinic(folder, user, PASSPHRASE))
    person.settle()
    person.press("Alt+2")
    page = person.window.page
    assert isinstance(page, NetworkSupplyPage) and person.window.place()[0] == "network_supply"
    assert page.stack.currentWidget() is page.alone
