"""How dates, ages, numbers and sizes are written in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop import i18n
from ces_desktop.ui import labels

NB = "\N{NO-BREAK SPACE}"
TODAY = date(2026, 3, 17)


@pytest.fixture
def spanish() -> None:
    i18n.use("es")


@pytest.fixture
def english() -> None:
    i18n.use("en")


@pytest.mark.parametrize(
    ("iso", "said"), [("2026-03-17", "17-mar-2026"), ("1958-07", "jul-1958"), ("1958", "1958"), (None, "–")]
)
@pytest.mark.usefixtures("spanish")
def test_days_in_spanish(iso: str | None, said: str) -> None:
    assert labels.day(iso) == said


@pytest.mark.usefixtures("english")
def test_days_in_english() -> None:
    assert labels.day(TODAY) == "17-Mar-2026"
    assert labels.long_day(TODAY) == "Tuesday 17 March"
    assert labels.sex("F") == "woman"


@pytest.mark.parametrize("text", ["", "17/03/2026", "2026-03-17-1", "hoy"])
def test_what_is_no_iso_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO date"):
        labels.day(text)


@pytest.mark.usefixtures("spanish")
def test_long_and_short_days_in_spanish() -> None:
    assert labels.long_day(TODAY) == "Martes 17 de marzo"
    assert labels.short_day(TODAY) == "17-mar"
    assert labels.weekday_day(TODAY) == "mar 17-mar-2026"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "hoy"), (1, "ayer"), (-1, "mañana"), (12, f"hace 12{NB}días"), (28, f"hace 28{NB}días"),
        (122, f"hace 4{NB}meses"), (800, f"hace 2{NB}años"), (-14, f"en 14{NB}días"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("spanish")
def test_how_long_ago(days: int, said: str) -> None:
    assert labels.ago(TODAY - timedelta(days=days), TODAY) == said


@given(st.integers(-20_000, 20_000))
def test_any_distance_has_words_and_no_open_blank(days: int) -> None:
    said = labels.ago(TODAY - timedelta(days=days), TODAY)
    assert said
    assert "{" not in said


@pytest.mark.parametrize(
    ("months", "estimated", "short", "long"),
    [
        (58 * 12 + 3, False, f"58{NB}a", f"58{NB}años"),
        (16, False, f"1{NB}a{NB}4{NB}m", f"1{NB}año 4{NB}meses"),
        (7, False, f"7{NB}m", f"7{NB}meses"),
        (0, False, f"0{NB}m", f"0{NB}meses"),
        (12, False, f"1{NB}a", f"1{NB}año"),
        (72 * 12, True, f"≈{NB}72{NB}a", f"≈{NB}72{NB}años"),
        (None, False, "–", "edad sin dato"),
    ],
)
@pytest.mark.usefixtures("spanish")
def test_ages(months: int | None, estimated: bool, short: str, long: str) -> None:
    assert labels.age(months, estimated) == short
    assert labels.age_words(months, estimated) == long


@pytest.mark.usefixtures("spanish")
def test_unknown_is_neither_zero_nor_no() -> None:
    assert labels.number(None) == labels.yes_no(None) == labels.percent(0, 0) == "–"
    assert (labels.number(0), labels.yes_no("no"), labels.yes_no("unknown")) == ("0", "No", "No sé")
    assert labels.sex(None) == "sexo sin dato"


@pytest.mark.usefixtures("spanish")
def test_numbers_are_tied_to_their_units() -> None:
    assert labels.number(1204) == "1,204"
    assert labels.number(-2.3, 1) == "−2.3"
    assert labels.quantity(152, "mmHg") == f"152{NB}mmHg"
    assert labels.percent(41, 71) == f"58{NB}%"
    assert labels.of(1204, 1880) == "1,204 de 1,880"


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (0, "0 kB"),
        (1, "1 kB"),
        (340_000, "340 kB"),
        (1_500_000, "1.5 MB"),
        (12_000_000, "12 MB"),
        (2_100_000_000, "2.1 GB"),
    ],
)
def test_sizes(octets: int, said: str) -> None:
    assert labels.size(octets) == said.replace(" ", NB)


@pytest.mark.usefixtures("spanish")
def test_instants_are_written_in_the_clinics_time() -> None:
    clinic = timezone(timedelta(hours=-6))
    instant = int(datetime(2026, 3, 18, 4, 30, tzinfo=UTC).timestamp() * 1000)
    assert labels.moment(instant, clinic) == "17-mar-2026 22:30"
    assert labels.clock(instant, clinic) == "22:30"


@pytest.mark.parametrize(
    ("given_name", "surname", "said"),
    [("Ana", "Robles", "AR"), ("LÓPEZ PÉREZ", "", "LP"), ("", "", "?"), ("(sin nombre)", "", "N"),
     ("Dra. Ana Robles", "", "AR"), ("MPSS Luis de la Cruz", "", "LD"), ("Ma. Elena", "Ruiz", "ME"), ("Dra.", "", "D"),
     ("T.E. Óscar Velasco", "", "ÓV")],
)
def test_initials(given_name: str, surname: str, said: str) -> None:
    assert labels.initials(given_name, surname) == said
