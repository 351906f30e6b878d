"""The words of the monthly report: names of months, programmes, outcomes, and each sentence from its numbers."""

from __future__ import annotations

from ces_desktop.domain.calendar import long_month
from ces_desktop.domain.monthly import Number, Said
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import words


def month_name(month: str) -> str:
    """`octubre de 2026`, `October 2026`."""
    name = long_month(int(month[5:7]), language())
    return tr("{month} {year}").format(month=name, year=month[:4])


def short_month(month: str) -> str:
    """`oct`: the first part of `oct-2026`."""
    return words.day(month).split("-")[0]


def programme(code: str) -> str:
    """Hypertension, diabetes."""
    return {"hypertension": tr("Hypertension"), "diabetes": tr("Diabetes")}.get(code, code)


def outcomes() -> tuple[str, str, str, str]:
    """The four groups of the three-month outcome, in the order of the bar."""
    return tr("Controlled"), tr("Not controlled"), tr("Seen, not measured"), tr("No visit")


def title(code: str) -> str:
    """A number of the first page."""
    return {
        "visits": tr("Consults"),
        "people_seen": tr("People seen"),
        "hypertension.controlled": tr("Hypertension: controlled"),
        "diabetes.controlled": tr("Diabetes: controlled"),
        "hypertension.missed": tr("Hypertension: no visit in 3 months"),
        "diabetes.missed": tr("Diabetes: no visit in 3 months"),
    }[code]


def shown(number: Number | None) -> str:
    """`41 % (120/293)`, `390`, an en dash for what was not recorded."""
    if number is None:
        return words.DASH
    if number.denominator is None:
        return str(number.numerator)
    of = f"{number.numerator}/{number.denominator}"
    return of if number.percent is None else f"{number.percent}{words.NBSP}% ({of})"


def band(code: str) -> str:
    """An age band: `< 1`, `1–4`, `60 y más`, unknown."""
    if code == "unknown":
        return tr("Age not known")
    if code == "0":
        return tr("Under 1")
    if code.endswith("+"):
        return tr("{age} and over").format(age=code[:-1])
    return code.replace("-", "\N{EN DASH}")


def changed(said: Said) -> str:
    """What is other than last month."""
    f = said.facts
    if said.code == "nothing_before":
        return tr("There is no month before in this register to compare with.")
    if said.code == "visits":
        now, before = int(f["now"] or 0), int(f["before"] or 0)
        if now == before:
            return tr("Consults: {now}, as many as last month.").format(now=now)
        more = tr("Consults: {now}, {n} more than last month ({before}).")
        less = tr("Consults: {now}, {n} fewer than last month ({before}).")
        return (more if now > before else less).format(now=now, before=before, n=abs(now - before))
    if said.code == "control":
        text = tr("{programme}, controlled: {now} % ({n}/{of}); last month {before} % ({then_n}/{then_of}).")
        return text.format(**{**f, "programme": programme(str(f["programme"]))})
    new = ", ".join(f"{programme(code).lower()} {n}" for code, n in f.items())
    return tr("People enrolled in the month: {new}.").format(new=new)


def missing(said: Said) -> str:
    """What was left unwritten or unmeasured, with the reasons given; why the data are incomplete."""
    f = said.facts
    if said.code == "month_open":
        return tr("The month had not ended when this was printed.")
    if said.code == "no_visits":
        return tr("No consult of this month is recorded.")
    if said.code == "empty_weeks":
        n = int(f["n"] or 0)
        return trn("{n} week has no consult recorded.", "{n} weeks have no consult recorded.", n).format(n=n)
    if said.code == "nothing_missing":
        return tr("Every consult has a diagnosis, and every consult of a programme its reading.")
    if said.code == "without_diagnosis":
        return tr("Consults without a diagnosis: {n} of {of}.").format(**f)
    text = tr("{programme}: {n} of {of} consults without a reading that day that tells control")
    text = text.format(programme=programme(str(f["programme"])), n=f["n"], of=f["of"])
    reasons = {
        "no_equipment": tr("no equipment"),
        "declined": tr("the person declined"),
        "forgotten": tr("it was forgotten"),
        "unsaid": tr("no reason noted"),
    }
    why = ", ".join(f"{name}: {f[code]}" for code, name in reasons.items() if f.get(code))
    return f"{text} ({why})." if why else f"{text}."


def asked(said: Said) -> str:
    """What follows from the numbers to ask of others."""
    n = int(said.facts.get("n") or 0)
    if said.code == "equipment":
        text = trn(
            "Equipment to measure: {n} consult was left without a reading for lack of it.",
            "Equipment to measure: {n} consults were left without a reading for lack of it.",
            n,
        )
    elif said.code == "to_find":
        text = trn(
            "Help to look for {n} person in a programme without a visit in three months.",
            "Help to look for {n} people in a programme without a visit in three months.",
            n,
        )
    elif said.code == "lost":
        text = trn(
            "To find out about {n} person in a programme without a visit in a year: moved, died, or seen elsewhere.",
            "To find out about {n} people in a programme without a visit in a year: moved, died, or seen elsewhere.",
            n,
        )
    else:
        return tr("From these numbers nothing follows to ask for.")
    return text.format(n=n)
