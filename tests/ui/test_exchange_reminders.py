"""The badge and the reminders of exchange: words for every age, wrong clocks, the way to the USB page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pytest
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from two_laptops import encrypted

from ces_desktop import i18n
from ces_desktop.domain.access import Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.sync.standing import Standing
from ces_desktop.ui.messages import exchange_age as words
from ces_desktop.ui.pages.today_exchange import Exchange, exchange_alerts, exchange_state

DAY_MS = 86_400_000
NOW = 1_795_780_800_000
TODAY = local_day(NOW)


def ago(days: int) -> Standing:
    return Standing(True, NOW - days * DAY_MS, NOW - 400 * DAY_MS)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Standing(False), ""),
        (Standing(True), "USB: sin acuse todavía"),
        (Standing(True, None, NOW), "USB: sin acuse todavía"),
        (ago(0), "USB: hoy"),
        (ago(12), "USB: hace 12\u00a0días"),
        (ago(120), "USB: hace 4\u00a0meses"),
        (ago(-40), "USB: revise la fecha"),
        (ago(9000), "USB: revise la fecha"),
    ],
)
def test_the_badge(held: Standing, said: str) -> None:
    i18n.use("es")
    assert words.badge(held, TODAY) == said


@pytest.mark.parametrize(
    ("days", "title", "text"),
    [
        (30, "30 días sin acuse de supervisión", "próxima visita"),
        (61, "61 días sin acuse de supervisión", "esta semana"),
        (95, "95 días sin acuse de supervisión", "Llame a supervisión"),
        (-9000, "La fecha no puede ser correcta", "Revise la fecha"),
        (13_000, "La fecha no puede ser correcta", "Revise la fecha"),
    ],
)
def test_the_reminders_lead_to_the_usb_page(
    dressed: QApplication, desk: DeskDouble, days: int, title: str, text: str
) -> None:
    i18n.use("es")
    held = Exchange(Standing(True, desk.database.clock() - days * DAY_MS), 0)
    (alert,) = exchange_alerts(desk, held)
    assert alert.title == title and text in alert.text
    assert alert.state == ("bad" if days == 95 else "warn")
    ((_, act),) = alert.actions
    act()
    assert desk.calls[-1] == ("open_page", "usb")


def test_nothing_is_said_before_thirty_days_nor_without_a_network(desk: DeskDouble) -> None:
    now = desk.database.clock()
    assert not list(exchange_alerts(desk, None))
    for held in (Standing(False), Standing(True), Standing(True, now - 29 * DAY_MS), Standing(True, None, now)):
        assert not list(exchange_alerts(desk, Exchange(held, 0)))


def test_never_confirmed_is_counted_from_the_day_the_network_was_joined(desk: DeskDouble) -> None:
    i18n.use("es")
    held = Standing(True, None, desk.database.clock() - 45 * DAY_MS)
    assert [a.title for a in exchange_alerts(desk, Exchange(held, 0))] == ["45 días sin acuse de supervisión"]


def test_edits_to_decide_lead_to_their_page_and_are_counted_for_who_sees_them(
    desk: DeskDouble, tmp_path: Path
) -> None:
    i18n.use("es")
    (alert,) = exchange_alerts(desk, Exchange(Standing(False), 2))
    assert alert.title == "2 datos se cambiaron en dos computadoras"
    alert.actions[0][1]()
    assert desk.calls[-1] == ("open_page", "conflicts")
    assert not list(exchange_alerts(desk, Exchange(Standing(False), 0)))
    laptops = encrypted(tmp_path)
    patient = builders.register(laptops.first, laptops.doctor)
    laptops.meet()
    laptops.write(laptops.first, laptops.doctor, patient, phone="9611111111")
    laptops.write(laptops.second, laptops.nurse, patient, phone="9612222222")
    laptops.meet()
    clinic = laptops.first.installation.clinic
    for role, n in ((Role.NURSE, 1), (Role.ADMINISTRATOR, 0)):
        held = laptops.first.read(partial(exchange_state, clinic=clinic, actor=builders.actor(role)))
        assert held.conflicts == n
    laptops.close()
