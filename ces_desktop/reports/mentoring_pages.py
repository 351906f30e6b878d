"""The pages of a mentoring session and of the progress of a placement."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.mentoring_opening import Opening
from ces_desktop.data.queries.mentoring_papers import SIDES, ProgressPaper, SessionPaper
from ces_desktop.data.queries.mentoring_progress import Progress
from ces_desktop.data.queries.mentoring_sessions import SessionFile
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import A_FROM, POINTS, Checklist, Observed
from ces_desktop.domain.mentoring_cases import from_text
from ces_desktop.domain.papers import Slip
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import charts, monthly_words, pages, parts, words
from ces_desktop.reports import mentoring_words as said
from ces_desktop.reports.document import Frame, issued
from ces_desktop.reports.pages import TEXT_WIDTH

ABREAST, DRAWN = 4, 24
"""Of the progress sheet: sessions in a line of the table, and the latest that are drawn."""


def session(paper: SessionPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `mentoring.session_pdf`."""
    held, file = paper.held, paper.file
    s = file.session
    title = tr("Mentoring session of {day}").format(day=words.day(s.happened_on))
    story: list[Flowable] = [parts.Mark(title), parts.facts(_head(file)), parts.gap(1)]
    if file.score.missed:
        named = " · ".join(item.texts[said.tongue()] for item in file.score.missed)
        story += [parts.boxed(f"{tr('Critical, not met')}: {named}"), parts.gap(1)]
    if file.altered:
        story += [parts.boxed(tr("Changed on another laptop after both had signed")), parts.gap(1)]
    for checklist in dict.fromkeys(o.checklist for o in s.observed):
        story += _observed(file, held, checklist)
    if s.cases:
        story += parts.section(tr("Cases talked over"), _cases(file, held))
    for kind in POINTS:
        texts = [p.text for p in s.points if p.kind == kind]
        if texts:
            story += parts.section(said.point_words(kind), *parts.points(texts))
    story += parts.section(tr("Agreed actions"), _actions(held.agreed, tr("Nothing was agreed.")))
    if paper.before:
        story += parts.section(tr("Open from sessions before"), _actions(paper.before, ""))
    for remark in file.remarks:
        kind_ = tr("Answer") if remark.kind == "answer" else tr("Addendum")
        story += parts.section(f"{kind_} · {remark.name} · {words.day(remark.day)}", parts.text(remark.text))
    under = []
    for side in SIDES:
        signed = file.signed(side)
        name = signed.name if signed else ", ".join(p.name for p in s.of_side(side))
        on = tr("signed on {day}").format(day=words.day(signed.day)) if signed else tr("not signed in the program")
        under.append(f"{said.side_words(side)}: {name}\n{on}")
    story += [parts.gap(10), parts.signatures(*under)]
    return pages.build(story, issued(title, paper.sha(), slip, tr("Names people: stays in the clinic")), frame)


def _head(file: SessionFile) -> list[tuple[str, str]]:
    s = file.session
    grade = f" · {file.score.grade}" if file.score.grade else ""
    return [
        (tr("How"), said.kind_words(s.kind)),
        (tr("Score"), said.score_words(file.score) + grade),
        (said.side_words("mentor"), ", ".join(p.name for p in s.of_side("mentor")) or words.DASH),
        (said.side_words("mentee"), ", ".join(p.name for p in s.of_side("mentee")) or words.DASH),
        (tr("State"), said.state_words(file.state)),
        (tr("Code of the contents"), file.digest[:12]),
    ]


def _observed(file: SessionFile, held: Opening, checklist: Id) -> list[Flowable]:
    """One table for each list: a line an item, a column a consult."""
    known: Checklist | None = held.checklists.get(checklist)
    consults = [(n, o) for n, o in enumerate(file.session.observed, 1) if o.checklist == checklist]
    if known is None:
        return []
    heads = [tr("What to watch for"), "", *(tr("Consult {n}").format(n=n) for n, _ in consults)]
    rows = [
        [
            item.texts[said.tongue()],
            tr("critical") if item.critical else "",
            *(_result(o, item.id) for _, o in consults),
        ]
        for item in known.items
    ]
    scores = [said.score_words(file.scores[n - 1]) for n, _ in consults]
    rows.append([tr("Score"), "", *scores])
    each = min(24.0, 84 / max(1, len(consults)))
    widths = [TEXT_WIDTH / mm - 18 - each * len(consults), 18.0, *([each] * len(consults))]
    title = f"{known.names[said.tongue()]} · {tr('version {n}').format(n=known.version)}"
    found: list[Flowable] = [parts.grid(heads, rows, widths, small=True)]
    for n, consult in consults:
        who = _person(consult.patient, held)
        note = f"{n}: {who}" + (f" · {consult.note}" if consult.note else "")
        found.append(parts.text(note, "caption"))
    return parts.section(title, *found)


def _result(consult: Observed, item: Id) -> str:
    result = consult.results.get(item)
    return said.result_words(result) if result else words.DASH


def _person(patient: Id | None, held: Opening) -> str:
    if patient is None:
        return tr("Nobody linked")
    row = held.patients.get(patient)
    return row.name if row else tr("A person of the register")


def _cases(file: SessionFile, held: Opening) -> Flowable:
    rows = []
    for case in file.session.cases:
        reason = "\n".join(part for part in said.why(case.reason, from_text(case.facts)) if part)
        rows.append([_person(case.patient, held), reason, case.note])
    return parts.grid([tr("Person"), tr("Why"), tr("What was said")], rows, (48, 60, 72), small=True)


def _actions(listed: Sequence[AgreedAction], nothing: str) -> Flowable:
    states = {"open": tr("Still open"), "done": tr("Done"), "dropped": tr("Dropped")}
    rows = []
    for number, action in enumerate(listed, 1):
        state = states.get(action.state, action.state)
        if action.state_on:
            state = f"{state} · {words.day(action.state_on)}"
        due = words.day(action.due_on) if action.due_on else words.DASH
        rows.append([str(number), action.text, action.owner_name or words.DASH, due, state])
    if not rows:
        return parts.text(nothing, "caption")
    heads = ["", tr("What is agreed"), tr("Who"), tr("Until"), tr("State")]
    return parts.grid(heads, rows, (8, 80, 38, 24, 30), small=True)


def progress(paper: ProgressPaper, slip: Slip, frame: Frame) -> bytes:
    """The file of `mentoring.progress_pdf`."""
    held = paper.held
    title = tr("Progress in mentoring")
    span = tr("{then} to {now}").format(then=words.day(held.first), now=words.day(held.last)) if held.first else ""
    story: list[Flowable] = [parts.Mark(title), parts.text(f"{held.name or tr('The whole clinic')} · {span}", "bold")]
    t = held.tally
    pairs = [
        (tr("Sessions"), str(len(held.scores))),
        (tr("First score"), _percent(held.first_score)),
        (tr("Actions closed in time"), f"{t.in_time}/{t.due}"),
        (tr("Last score"), _percent(held.last_score)),
        (tr("Actions closed late"), str(t.late)),
        (tr("Seminars attended"), words.DASH if held.seminars is None else str(held.seminars)),
        (tr("Actions still open"), str(t.open)),
        (tr("Actions dropped"), str(t.dropped)),
    ]
    story += [parts.gap(1), parts.facts(pairs)]
    if sum(score is not None for _, score in held.scores) > 1:
        line = charts.target_line(_drawn(held), A_FROM, "", TEXT_WIDTH, 80)
        story += parts.section(tr("Score of each session"), line, parts.text(_line_words(held), "caption"))
    if held.scores:
        heads = [tr("Day"), tr("Score")] * ABREAST
        story += parts.section(tr("Sessions"), parts.grid(heads, _abreast(held), (27, 18) * ABREAST, small=True))
    if held.missed:
        lines = [[m.text, tr("critical") if m.critical else "", f"{m.missed}/{m.seen}"] for m in held.missed]
        heads = [tr("What to watch for"), "", tr("Not met")]
        story += parts.section(tr("Missed most"), parts.grid(heads, lines, (130, 22, 28), small=True, right=(2,)))
    if held.figures:
        lines = [[said.figure_name(now), _figure(then), _figure(now)] for then, now in held.figures]
        heads = ["", words.day(held.figures[0][0].month), words.day(held.figures[0][1].month)]
        story += parts.section(tr("Figures before and after"), parts.grid(heads, lines, (80, 45, 45), small=True))
    return pages.build(story, issued(title, paper.sha(), slip, held.name), frame)


def _drawn(held: Progress) -> list[tuple[str, int | None]]:
    """The latest sessions by their month, said where it changes: two names of it do not stand side by side."""
    shown = held.scores[-DRAWN:]
    months = [monthly_words.short_month(day[:7]) for day, _ in shown]
    return [
        ("" if place and month == months[place - 1] else month, score)
        for place, (month, (_, score)) in enumerate(zip(months, shown, strict=True))
    ]


def _abreast(held: Progress) -> list[list[str]]:
    """Day and score of every session, read down, then across."""
    rows = -(-len(held.scores) // ABREAST)
    cells = [[words.day(day), _percent(score)] for day, score in held.scores]
    cells += [["", ""]] * (rows * ABREAST - len(cells))
    return [[text for place in range(row, len(cells), rows) for text in cells[place]] for row in range(rows)]


def _line_words(held: Progress) -> str:
    n = len(held.scores)
    told = trn("{n} session; dashed line: A from {a} %.", "{n} sessions; dashed line: A from {a} %.", n)
    return told.format(n=n, a=A_FROM)


def _percent(value: int | None) -> str:
    return words.DASH if value is None else f"{value}\N{NO-BREAK SPACE}%"


def _figure(figure: Figure) -> str:
    if figure.denominator is None:
        return str(figure.numerator)
    if not figure.denominator:
        return words.DASH
    return f"{figure.percent}\N{NO-BREAK SPACE}% ({figure.numerator}/{figure.denominator})"
