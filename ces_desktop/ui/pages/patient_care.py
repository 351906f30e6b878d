"""The care sections of a person's page: problems and programmes, medicines, what is pending, allergies, vaccines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from ces_desktop.data.queries.care import Vaccine
from ces_desktop.data.queries.patient_view import PatientView
from ces_desktop.data.queries.visit_form import Allergy, Condition
from ces_desktop.data.queries.visits import Pending
from ces_desktop.domain.access import Right
from ces_desktop.domain.clinical_history import asked
from ces_desktop.domain.dosing import Medicine
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.protocol import DueStep
from ces_desktop.domain.visits import TIMES
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import dose_words
from ces_desktop.reports.clinical_history_words import question
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.pages import patient_words as words
from ces_desktop.ui.pages.patient_cards import line
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, Icon, IconButton, SectionCard, StatusChip, Text, box, column, row
from ces_desktop.ui.widgets.doses import DosePills, PillsHead

if TYPE_CHECKING:
    from ces_desktop.ui.pages.patient_page import PatientPage

LASTS = 104
"""Width in design px of the chips that say how long a medicine lasts."""
SHOWN_RESOLVED = 3
Act = tuple[str, Callable[[], object]]


def problems(page: PatientPage, view: PatientView) -> SectionCard:
    """Active problems with the programme each belongs to, programmes without one, then what was resolved."""
    may = page.desk.actor.may(Right.RECORD_CARE)
    add = Button(tr("Add"), "ghost", cap="+")
    add.clicked.connect(lambda: page.acts.add(add))
    card = SectionCard(tr("Problems and programmes"), icon="clipboard-list", action=add if may else None, gap=6)
    active = [c for c in view.form.conditions if c.state == "active"]
    resolved = [c for c in view.form.conditions if c.state != "active"]
    shown: set[str] = set()
    rows = [_condition(page, view, each, shown, may) for each in active]
    rows += [_programme(page, view, code, may) for code in view.standings if code not in shown]
    rows += [_resolved(page, each, may) for each in resolved[:SHOWN_RESOLVED]]
    if not rows:
        card.add(Text(tr("No problem is noted."), "small", wrap=True))
    card.add_ruled(*rows)
    if len(resolved) > SHOWN_RESOLVED:
        n = len(resolved) - SHOWN_RESOLVED
        card.add(Text(trn("and {n} more resolved", "and {n} more resolved", n).format(n=n), "caption"))
    return card


def _condition(page: PatientPage, view: PatientView, each: Condition, shown: set[str], may: bool) -> QWidget:
    code = next((p.code for p in PROGRAMMES.values() if each.code and each.code.startswith(p.diagnoses)), None)
    acts: list[Act] = [
        (tr("It is resolved"), partial(page.acts.resolve, each)),
        (tr("Correct"), partial(page.acts.problem, each)),
    ]
    parts = [words.dotted(each.code), words.since(each)]
    if code is not None and code in view.standings and code not in shown:
        shown.add(code)
        parts.append(words.standing(view, code, page.desk.today))
        acts.append((tr("Leave the programme"), partial(page.acts.leave, code)))
        state, word = words.control(view.standings[code].control)
    else:
        state, word = "neutral", tr("Active")
        if code is not None and code not in view.standings:
            acts.append((tr("Enrol in the programme"), partial(page.acts.enrol, code)))
    return _ruled(page, each.name(language()), parts, StatusChip(state, word), acts if may else [])


def _programme(page: PatientPage, view: PatientView, code: str, may: bool) -> QWidget:
    held = view.standings[code]
    parts = [
        tr("programme"),
        tr("since {when}").format(when=labels.day(held.since[:7] or None)),
        words.standing(view, code, page.desk.today),
    ]
    acts: list[Act] = [(tr("Leave the programme"), partial(page.acts.leave, code))]
    return _ruled(page, words.programme(code), parts, StatusChip(*words.control(held.control)), acts if may else [])


def _resolved(page: PatientPage, each: Condition, may: bool) -> QWidget:
    parts = [words.dotted(each.code), tr("resolved on {day}").format(day=labels.day(each.day or None))]
    acts: list[Act] = [(tr("It is active again"), partial(page.acts.active_again, each))]
    return _ruled(page, each.name(language()), parts, StatusChip("neutral", tr("Over")), acts if may else [])


def _ruled(page: PatientPage, fact: str, parts: list[str], chip: QWidget, acts: list[Act]) -> QWidget:
    """A line of the list: fact, caption, its state, and what can be done with it behind `…`."""
    more: list[QWidget] = []
    if acts:
        button = IconButton("ellipsis", tr("What to do with {name}").format(name=fact), size=16, tone="text3")
        button.setFixedSize(px(28), px(28))
        button.clicked.connect(lambda: offer(page, button, acts))
        more.append(button)
    return line(fact, " · ".join(part for part in parts if part), chip, *more)


def offer(page: PatientPage, under: QWidget, acts: list[Act]) -> None:
    """A menu under a button; arrows and first letters choose."""
    page.menu = QMenu(page)
    for title, act in acts:
        page.menu.addAction(title, act)
    page.menu.popup(under.mapToGlobal(QPoint(0, under.height() + px(4))))
    page.menu.setActiveAction(page.menu.actions()[0])


def medicines(page: PatientPage, view: PatientView) -> SectionCard:
    """What the person takes at which time of day, and how long what was prescribed lasts."""
    card = SectionCard(tr("Current medicines"), icon="pill", action=page.acts.prescribe_button(), gap=6)
    held = view.form.medicines
    if not held:
        card.add(Text(tr("No medicines in use."), "small"))
        return card
    lasts = Text(tr("lasts"), "caption")
    lasts.setFixedWidth(px(LASTS))
    card.add(row(None, PillsHead(), lasts, gap=6))
    for medicine in held:
        card.add(_medicine(medicine))
    fill = page.acts.fill_button()
    if fill is not None:
        card.add(row(fill, None))
    return card


def _medicine(medicine: Medicine) -> QWidget:
    each, dose = medicine.line, medicine.line.dose
    said = dose_words.dose(dose)
    timed = not dose.every_hours and any(getattr(dose, time) for time in TIMES)
    how = each.instructions if timed or not said else said
    caption = " · ".join(part for part in (how, words.route(each.route)) if part)
    lines = column(Text(each.drug, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=0)
    place = StatusChip(*words.left(medicine))
    held = box(row(place, None, gap=0))
    held.setFixedWidth(px(LASTS))
    quarters = (dose.morning, dose.noon, dose.afternoon, dose.night) if timed else (0, 0, 0, 0)
    pills = [DosePills(quarters, f"{each.drug}: {said}")] if timed else []
    shown = box(row((lines, 1), *pills, 0, held, gap=6))
    shown.setAccessibleName(f"{each.drug}. {said}. {caption}. {place.shown_text()}")
    return shown


def pendings(page: PatientPage, view: PatientView) -> SectionCard:
    """What the protocol asks for today, what a laboratory still owes, and the visit that was agreed."""
    may = page.desk.actor.may(Right.RECORD_CARE)
    go = Button(tr("Laboratory"), "ghost")
    go.clicked.connect(lambda: page.desk.open_page("laboratory"))
    card = SectionCard(tr("Pending"), icon="list-checks", action=go, gap=4)
    waiting = {each.test for each in view.form.pending}
    for step in view.due:
        if not waiting.intersection(step.step.measures):
            card.add(_due(page, step, may))
    for each in view.form.pending:
        card.add(_pending(page, each, may))
    coming = view.form.next
    today = page.desk.today.isoformat()
    kept = view.form.last_visit is not None and coming is not None and view.form.last_visit.day > coming.made_on
    if coming is not None and coming.due_on and not kept:
        late = coming.due_on < today
        told = tr("was expected on {day}") if late else tr("is expected on {day}")
        caption = told.format(day=labels.day(coming.due_on))
        if coming.reason:
            caption += f" · {coming.reason}"
        card.add(_todo("calendar", tr("Next visit"), caption, "warn" if late else "text2"))
    if not card.body.count():
        card.add(Text(tr("Nothing is pending."), "small"))
    return card


def _due(page: PatientPage, each: DueStep, may: bool) -> QWidget:
    name = each.step.names[language()]
    note = Button(tr("Note down"), "ghost")
    note.setAccessibleName(tr("Note down: {what}").format(what=name))
    note.clicked.connect(lambda: page.acts.due(each))
    icon = "flask-conical" if each.step.kind == "measure" else "pill"
    return _todo(icon, name, words.due(each), "warn", *([note] if may and each.step.kind == "measure" else []))


def _pending(page: PatientPage, each: Pending, may: bool) -> QWidget:
    note = Button(tr("Note down"), "ghost")
    name = words.test_name(each.test, each.detail)
    note.setAccessibleName(tr("Note the result of {test}").format(test=name))
    note.clicked.connect(lambda: page.acts.result(each))
    asked_on = tr("asked for on {day}").format(day=labels.day(each.day or None))
    caption = f"{tr('urgent')} · {asked_on}" if each.urgent else asked_on
    return _todo("flask-conical", name, caption, "warn", *([note] if may else []))


def _todo(icon: str, fact: str, caption: str, tone: str, *actions: QWidget) -> QWidget:
    words_ = column(Text(fact, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=0)
    shown = box(row(Icon(icon, 18, tone), (words_, 1), *actions, gap=8))
    shown.setAccessibleName(f"{fact}. {caption}")
    return shown


def allergies(page: PatientPage, view: PatientView) -> SectionCard:
    """What is known: present, refuted, denied, or that nobody asked."""
    may, known = page.desk.actor.may(Right.RECORD_CARE), view.form.allergies
    clock = IconButton("history", tr("History of allergies"), size=16, tone="text3")
    clock.clicked.connect(lambda: page.show_history(tr("History of allergies"), "allergy"))
    note = Button(tr("Note down"), "ghost")
    note.setAccessibleName(tr("Note an allergy"))
    note.clicked.connect(lambda: page.acts.allergy())
    action = row(clock, *([note] if may else []), gap=4)
    card = SectionCard(tr("Allergies"), icon="shield-check", action=action, gap=6)
    if not known.asked:
        card.add(row(StatusChip("unknown", tr("Not asked")), None))
    if known.denied:
        day = tr("said on {day}").format(day=labels.day(known.denied_on))
        card.add(line(tr("Denies allergies"), day, StatusChip("neutral", tr("None known"))))
    rows = [_allergy(page, each, "bad", may) for each in known.present]
    card.add_ruled(*rows, *(_allergy(page, each, "neutral", may) for each in known.refuted))
    return card


def _allergy(page: PatientPage, each: Allergy, state: State, may: bool) -> QWidget:
    year = tr("since {when}").format(when=labels.day(each.since)) if each.since else ""
    caption = " · ".join(part for part in (each.reaction, words.severity(each.severity), year) if part)
    word = tr("Allergy") if state == "bad" else tr("Tolerates it")
    correct = Button(tr("Correct"), "ghost")
    correct.setAccessibleName(tr("Correct the allergy to {name}").format(name=each.substance))
    correct.clicked.connect(lambda: page.acts.allergy(each))
    return line(each.substance, caption, StatusChip(state, word), *([correct] if may else []))


def clinical_history(page: PatientPage, view: PatientView) -> SectionCard:
    """How much of the clinical history is answered, and what was answered with yes."""
    who = view.file.identity
    age = view.file.age_on(page.desk.today)
    questions = asked(who.sex, age.years if age else None)
    answered = [view.history[q.code] for q in questions if q.code in view.history]
    go = Button(tr("Open") if answered else tr("Fill in"), "ghost")
    go.setAccessibleName(tr("Open the clinical history"))
    go.clicked.connect(lambda: page.desk.go_to("history", (page.patient,)))
    caption = labels.of(len(answered), len(questions))
    card = SectionCard(tr("Clinical history"), icon="file-text", caption=caption, action=go, gap=4)
    if not answered:
        card.add(Text(tr("Nothing is answered yet."), "small", wrap=True))
        return card
    yes = [question(a.code) + (f" ({a.text})" if a.text else "") for a in answered if a.word == "yes"]
    card.add(Text(", ".join(yes) or tr("No question was answered with yes."), "small", wrap=True))
    last = max(a.day for a in answered)
    card.add(Text(tr("last answer on {day}").format(day=labels.day(last or None)), "caption"))
    return card


def vaccines(page: PatientPage, view: PatientView) -> SectionCard:
    """Vaccines given here or elsewhere, the latest first."""
    may = page.desk.actor.may(Right.RECORD_CARE)
    note = Button(tr("Note down"), "ghost")
    note.setAccessibleName(tr("Note a vaccine"))
    note.clicked.connect(lambda: page.acts.vaccine())
    clock = IconButton("history", tr("History of vaccines"), size=16, tone="text3")
    clock.clicked.connect(lambda: page.show_history(tr("History of vaccines"), "immunisation"))
    action = row(clock, *([note] if may else []), gap=4)
    card = SectionCard(tr("Vaccines"), icon="droplet", action=action, gap=6)
    if not view.vaccines:
        card.add(Text(tr("No vaccine is noted."), "small"))
    card.add_ruled(*(_vaccine(page, each, may) for each in reversed(view.vaccines)))
    return card


def _vaccine(page: PatientPage, each: Vaccine, may: bool) -> QWidget:
    where = tr("given here") if each.given_here else tr("given elsewhere")
    lot = tr("lot {number}").format(number=each.lot) if each.lot else ""
    parts = [labels.day(each.day or None), each.dose, where, lot]
    correct = Button(tr("Correct"), "ghost")
    correct.setAccessibleName(tr("Correct the vaccine {name}").format(name=each.vaccine))
    correct.clicked.connect(lambda: page.acts.vaccine(each))
    return line(each.vaccine, " · ".join(part for part in parts if part), *([correct] if may else []))
