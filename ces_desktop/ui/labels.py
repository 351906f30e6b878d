"""How values are written for a person, in the language in use: dates, ages, numbers, sizes, words. No Qt here."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from itertools import pairwise

from ces_desktop.i18n import language, tr, trn

NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"  # "not measured", "no data": never zero, never blank


def _months() -> tuple[str, ...]:
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    if language() == "es":
        names = "ene feb mar abr may jun jul ago sep oct nov dic"
    return tuple(names.split())


def _long_months() -> tuple[str, ...]:
    names = "January February March April May June July August September October November December"
    if language() == "es":
        names = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    return tuple(names.split())


def _weekdays() -> tuple[str, ...]:
    names = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    if language() == "es":
        names = "lunes martes miércoles jueves viernes sábado domingo"
    return tuple(names.split())


def day(value: date | str | None) -> str:
    """`17-mar-2026`; a partial date as far as it is known (`jul-1958`, `1958`); an en dash for none.

    Text is ISO (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`); anything else raises ValueError.
    """
    if value is None:
        return DASH
    parts = value.isoformat()[:10].split("-") if isinstance(value, date) else value.split("-")
    if len(parts) > 3 or not all(part.isdigit() for part in parts):
        raise ValueError("not an ISO date")
    names = [parts[0]]
    if len(parts) > 1:
        names.insert(0, _months()[int(parts[1]) - 1])
    if len(parts) > 2:
        names.insert(0, f"{int(parts[2]):02d}")
    return "-".join(names)


def short_day(value: date) -> str:
    """`17-mar`: the day without its year, beside a value of this year."""
    return f"{value.day:02d}-{_months()[value.month - 1]}"


def long_day(value: date) -> str:
    """`Martes 17 de marzo`, `Tuesday 17 March`: the heading of a day."""
    name = _weekdays()[value.weekday()].capitalize()
    month = _long_months()[value.month - 1]
    return f"{name} {value.day} de {month}" if language() == "es" else f"{name} {value.day} {month}"


def short_weekday(value: date) -> str:
    """`Mié 18`, `Wed 18`: a day of these two weeks."""
    return f"{_weekdays()[value.weekday()][:3].capitalize()} {value.day}"


def weekday_day(value: date) -> str:
    """`mar 17-mar-2026`: a date with its weekday, for the caption of a date field."""
    return f"{_weekdays()[value.weekday()][:3]} {day(value)}"


def moment(instant: int, zone: tzinfo, seconds: bool = False) -> str:
    """`17-mar-2026 08:30` for an instant in UTC milliseconds, in the clinic's time zone."""
    when = datetime.fromtimestamp(instant / 1000, zone)
    return f"{day(when.date())} {when:%H:%M:%S}" if seconds else f"{day(when.date())} {when:%H:%M}"


def clock(instant: int, zone: tzinfo) -> str:
    """`08:30` for an instant in UTC milliseconds, in the clinic's time zone."""
    return f"{datetime.fromtimestamp(instant / 1000, zone):%H:%M}"


def ago(value: date, today: date) -> str:
    """`hoy`, `ayer`, `hace 12 días`, `hace 4 meses`, `hace 2 años`; the future as `mañana`, `en 12 días`."""
    days = (today - value).days
    if days == 0:
        return tr("today")
    if days == 1:
        return tr("yesterday")
    if days == -1:
        return tr("tomorrow")
    unit, n = _span(abs(days))
    if days < 0:
        future = {
            "days": trn("in {n} day", "in {n} days", n),
            "months": trn("in {n} month", "in {n} months", n),
            "years": trn("in {n} year", "in {n} years", n),
        }
        return _tie(future[unit].format(n=n))
    past = {
        "days": trn("{n} day ago", "{n} days ago", n),
        "months": trn("{n} month ago", "{n} months ago", n),
        "years": trn("{n} year ago", "{n} years ago", n),
    }
    return _tie(past[unit].format(n=n))


def _span(days: int) -> tuple[str, int]:
    """Days up to two months, months up to two years, then years: what a person would say."""
    if days < 60:
        return "days", days
    if days < 730:
        return "months", round(days / 30.44)
    return "years", int(days / 365.25)


def _tie(text: str) -> str:
    """A number and its unit never part at the end of a line."""
    words = text.split(" ")
    out = words[0]
    for before, word in pairwise(words):
        out += (NBSP if before.isdigit() else " ") + word
    return out


def age(months: int | None, estimated: bool = False) -> str:
    """Short age in a row: `58 a`, `1 a 4 m` (under five), `7 m`, `≈ 72 a` when the birth date is estimated.

    `months` is completed months of life; None (unknown) gives an en dash.
    """
    if months is None:
        return DASH
    years, rest = divmod(months, 12)
    y, m = tr("{n} y").format(n=years), tr("{n} m").format(n=rest)
    text = f"{y} {m}" if years and rest and years < 5 else y if years else m
    return ("≈ " if estimated else "").replace(" ", NBSP) + text.replace(" ", NBSP)


def age_words(months: int | None, estimated: bool = False) -> str:
    """Age in words for the banner: `58 años`, `1 año 4 meses`, `≈ 72 años`; unknown says so."""
    if months is None:
        return tr("age unknown")
    years, rest = divmod(months, 12)
    y = trn("{n} year", "{n} years", years).format(n=years)
    m = trn("{n} month", "{n} months", rest).format(n=rest)
    text = f"{_tie(y)} {_tie(m)}" if years and rest and years < 5 else _tie(y) if years else _tie(m)
    return f"≈{NBSP}{text}" if estimated else text


def sex(value: str | None) -> str:
    """The word for a recorded sex (`F`, `M`, `I` intersex or undetermined); absent is `sexo sin dato`."""
    return {"F": tr("woman"), "M": tr("man"), "I": tr("intersex")}.get(value or "", tr("sex not recorded"))


def yes_no(value: str | None) -> str:
    """`Sí`, `No`, `No sé`; an en dash when it was not asked."""
    return {"yes": tr("Yes"), "no": tr("No"), "unknown": tr("Not known")}.get(value or "", DASH)


def number(value: int | float | None, decimals: int = 0) -> str:
    """`1,204`, `8.4`: thousands with a comma, decimals with a point, as on Mexican forms; None is an en dash."""
    if value is None:
        return DASH
    return f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def quantity(value: int | float | None, unit: str, decimals: int = 0) -> str:
    """A number tied to its unit: `152 mmHg`, `7 %`."""
    return DASH if value is None else f"{number(value, decimals)}{NBSP}{unit}"


def percent(part: int, whole: int) -> str:
    """`58 %`, or an en dash when there is nobody to count."""
    return DASH if whole == 0 else f"{round(100 * part / whole)}{NBSP}%"


def of(part: int, whole: int) -> str:
    """`41 de 71`: the figure beside every percentage."""
    return tr("{part} of {whole}").format(part=number(part), whole=number(whole))


def size(octets: int) -> str:
    """`12 MB`, `1.5 MB`, `340 kB`, `2.1 GB`: sizes of files, decimal units as Windows shows for memory sticks."""
    for unit, weight in (("GB", 10**9), ("MB", 10**6)):
        if octets >= weight:
            return f"{number(octets / weight, 0 if octets >= 10 * weight else 1)}{NBSP}{unit}"
    return f"{number(max(1, -(-octets // 1000)) if octets else 0)}{NBSP}kB"


_TITLES = frozenset({"dr", "dra", "enf", "lic", "psic", "mtro", "mtra", "ing", "qfb", "pas", "mpss", "te"})


def initials(given: str, surname: str = "") -> str:
    """Two letters for a disc: of the name without its titles (`Dra. Ana Robles` → `AR`), or of the surnames alone."""
    words = [word for word in f"{given} {surname}".split() if word[:1].isalpha()]
    words = [word for word in words if word.replace(".", "").casefold() not in _TITLES] or words
    return "".join(word[0] for word in words[:2]).upper() or "?"
