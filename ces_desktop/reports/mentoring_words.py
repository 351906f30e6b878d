"""Words of mentoring on screen and paper alike: kinds, answers, why a case is proposed."""

from __future__ import annotations

from ces_desktop.data.measures import measures
from ces_desktop.data.protocol import protocol
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import Kind, PointKind, Result, Score, SessionState, Side
from ces_desktop.domain.mentoring_cases import Facts
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import words


def tongue() -> str:
    """The language of names that are kept in both."""
    return "es" if language().startswith("es") else "en"


def kind_words(kind: Kind) -> str:
    """How the session was held."""
    return {"on_site": tr("Visit on site"), "phone": tr("By telephone"), "seminar": tr("Seminar day")}[kind]


def result_words(result: Result) -> str:
    """What was seen of an item."""
    return {"met": tr("Yes"), "partly": tr("In part"), "not": tr("No"), "not_seen": tr("Not seen")}[result]


def point_words(kind: PointKind) -> str:
    """What the words are about."""
    return {"topic": tr("Topics"), "strength": tr("Strengths"), "problem": tr("Problems of the system")}[kind]


def side_words(side: Side) -> str:
    """On which side somebody took part."""
    return {"mentor": tr("Mentor"), "mentee": tr("Mentored")}[side]


def state_words(state: SessionState) -> str:
    """Where a session stands."""
    return {
        "open": tr("Under way"),
        "by_mentor": tr("Signed by the mentor"),
        "by_mentee": tr("Signed by the mentored"),
        "closed": tr("Signed by both"),
    }[state]


def score_words(score: Score) -> str:
    """`78 %`, or a dash where nothing was seen."""
    return words.DASH if score.percent is None else f"{score.percent}\N{NO-BREAK SPACE}%"


def why(reason: str, facts: Facts) -> tuple[str, str]:
    """Why a case is proposed: the fact, and what makes it worth a talk."""
    if reason == "control":
        return _control(facts)
    if reason == "protocol":
        names = {step.code: step.names for step in protocol()}.get(str(facts.get("step", "")), {})
        named = names.get(tongue(), "") or str(facts.get("step", ""))
        last = str(facts.get("last", ""))
        said = tr("not done at the last visit; last on {day}") if last else tr("not done at the last visit, nor before")
        said = said.format(day=words.day(last)) if last else said
        more = int(facts.get("missed", 1)) - 1
        if more > 0:
            said += " · " + trn("{n} more step due", "{n} more steps due", more).format(n=more)
        return named, said
    if reason == "referral":
        return tr("Referred on {day}").format(day=words.day(str(facts.get("day", "")))), ""
    return tr("Chosen by the mentor"), ""


def _control(facts: Facts) -> tuple[str, str]:
    code, value = str(facts.get("code", "")), int(facts.get("value", 0))
    day = str(facts.get("day", ""))
    if code == "pressure":
        said = tr("BP {systolic}/{diastolic}").format(systolic=value, diastolic=facts.get("second", words.DASH))
    elif code == "hba1c":
        said = tr("HbA1c {value} %").format(value=f"{value / 10:.1f}")
    else:
        names = measures().get(code)
        said = f"{names.name(tongue()) if names else tr('Glucose')} {value}"
    n = int(facts.get("unchanged", 0))
    caption = tr("on {day}").format(day=words.day(day)) if day else ""
    if n > 1:
        many = trn("same treatment for {n} visit", "same treatment for {n} visits", n).format(n=n)
        caption = f"{caption} · {many}" if caption else many
    return said, caption


def figure_name(figure: Figure) -> str:
    """What a watched figure is called."""
    return {
        "visits": tr("Consults"),
        "hypertension.controlled": tr("Hypertension controlled"),
        "diabetes.controlled": tr("Diabetes controlled"),
        "hypertension.missed": tr("Hypertension without a visit"),
    }.get(figure.code, figure.definition.names.get(tongue(), figure.code))
