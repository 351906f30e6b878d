"""The note of a consult: who, when, what was found, thought and decided, by whom; addenda as they were added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.encounters import AddendumRow, Encounter
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.prints import ConsultPaper, Product
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Line, Requested
from ces_desktop.i18n import language, tr
from ces_desktop.reports import care_words, dose_words, pages, parts, supply_words, words
from ces_desktop.reports.document import Frame, Paper, cut_code


def build(printed: ConsultPaper, frame: Frame) -> bytes:
    """The file of `consult.consult_pdf`."""
    file, consult = printed.view.file, printed.view.encounter
    paper = Paper(
        title=tr("Medical note"),
        folio=file.human_id,
        cut=cut_code(consult, printed.allergies),
        about=about(file, consult.day),
        test_record=file.test_record,
        warning=tr("ANNULLED NOTE") if consult.voided else "",
    )
    story: list[Flowable] = [parts.Mark(tr("Medical note")), parts.text(file.name or tr("Unnamed person"), "name")]
    story += [parts.text(about(file, consult.day, name=False), "big"), parts.gap(1.5)]
    if consult.voided:
        later = tr("It was signed anew as another note.") if consult.replaced_by else ""
        text = tr("This note was annulled: it is kept legible and counts nowhere.")
        story += [parts.boxed(f"{text} {later}".strip()), parts.gap(1.5)]
    story += [parts.boxed(care_words.allergies(printed.allergies)), parts.gap(1.5), parts.facts(_when(consult))]
    known = care_words.values(consult.measured, measures())
    story += parts.section(tr("Measured"), parts.facts(known, 3) if known else parts.text(_unmeasured(consult)))
    withheld = consult.reserved in ("withheld", "elsewhere")
    if consult.reserved:
        told = tr("CONFIDENTIAL: its words are not printed here.") if withheld else tr("CONFIDENTIAL: for who treats.")
        story += [parts.gap(1.5), parts.boxed(told)]
    for title, text in () if withheld else (
        (tr("Subjective"), consult.note.subjective),
        (tr("Objective"), consult.note.objective),
        (tr("Assessment"), consult.note.assessment),
        (tr("Plan"), consult.note.plan),
    ):
        story += [parts.gap(1.8), parts.text(title, "section"), *paragraphs(text)]
    story += parts.section(tr("Diagnoses (ICD-10)"), _diagnoses(consult))
    story += [parts.gap(1), parts.text(tr("Prognosis: {word}").format(word=care_words.prognosis(consult.prognosis)))]
    story += parts.section(tr("Treatment"), *_treatment(consult, printed.products))
    if consult.requests:
        story += parts.section(tr("Requested studies"), parts.points([_request(each) for each in consult.requests])[0])
    story += [parts.gap(2), _end(consult)]
    for addendum in consult.addenda:
        story += _addendum(addendum)
    return pages.build(story, paper, frame)


def about(file: PatientFile, day: str, *, name: bool = True) -> str:
    """Name, age on that day, sex and number: what NOM-004 wants on every page."""
    age = file.age_on(date.fromisoformat(day)) if len(day) == 10 else None
    said = [
        file.name or tr("Unnamed person") if name else "",
        words.age(age) if age else tr("age unknown"),
        words.sex(file.identity.sex) if file.identity.sex != "unknown" else tr("sex not recorded"),
        tr("record {number}").format(number=file.human_id) if file.human_id else "",
        tr("folder {number}").format(number=file.folder) if file.folder and not name else "",
    ]
    return " · ".join(part for part in said if part)


def paragraphs(text: str) -> list[Flowable]:
    """A text of any length: one paragraph for each of its lines, so that it flows over pages."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [parts.text(line) for line in lines] or [parts.text(words.DASH)]


def hour(consult: Encounter) -> str:
    """The hour at which it began; that it was copied from paper where only the day is known."""
    if consult.started_at is not None:
        return words.moment(consult.started_at)[-5:]
    return tr("not known: entered from paper")


def _when(consult: Encounter) -> list[tuple[str, str]]:
    signed = words.moment(consult.recorded_at)
    found = [
        (tr("Day"), words.day(consult.day)),
        (tr("Hour"), hour(consult)),
        (tr("Kind of visit"), care_words.kind(consult.kind)),
        (tr("Visit of the year"), tr("first") if consult.first_of_year else tr("subsequent")),
        (tr("Seen by"), consult.seen_by or words.DASH),
        (tr("Signed"), tr("{moment} by {name}").format(moment=signed, name=consult.author.name or words.DASH)),
    ]
    return found + ([(tr("Referred by"), consult.referred_by)] if consult.referred_by else [])


def _unmeasured(consult: Encounter) -> str:
    why = {
        "no_equipment": tr("no equipment"),
        "declined": tr("the person declined"),
        "forgotten": tr("it was forgotten"),
    }
    reason = why.get(consult.unmeasured or "")
    return tr("Nothing was measured: {why}.").format(why=reason) if reason else tr("Nothing was measured.")


def _diagnoses(consult: Encounter) -> Flowable:
    if not consult.diagnoses:
        return parts.text(tr("No diagnosis was coded."))
    rows = [
        (
            str(place),
            care_words.code_dotted(each.code),
            each.name(language()),
            tr("1st time") if each.first_time else tr("subsequent"),
            tr("presumed") if each.certainty == "presumed" else tr("confirmed"),
        )
        for place, each in enumerate(consult.diagnoses, 1)
    ]
    return parts.grid(
        [tr("No."), tr("Code"), tr("Diagnosis"), tr("Occasion"), tr("Certainty")], rows, [1, 1.6, 9, 2.4, 2.4]
    )


def treatment_row(line: Line, product: Product | None) -> tuple[str, ...]:
    """A medicine in words: name, dose and when, route, how long, how much to hand out, instructions."""
    unit = product.unit if product else ""
    days = tr("{n} days").format(n=line.days) if line.days != 1 else tr("1 day")
    return (
        line.drug,
        dose_words.dose(line.dose, unit) or words.DASH,
        care_words.route(line.route) or words.DASH,
        days,
        quantity(line, unit),
        line.instructions,
    )


def quantity(line: Line, unit: str) -> str:
    """How much to hand out, `60 tabletas`: a bare number beside an insulin could be millilitres or vials."""
    if not line.quantity:
        return words.DASH
    # an ordinary space: in a narrow column the unit goes under its number
    return f"{line.quantity:,} {supply_words.unit(unit, line.quantity)}" if unit else str(line.quantity)


def _treatment(consult: Encounter, products: Mapping[Id, Product]) -> list[Flowable]:
    rows = [treatment_row(line, products.get(line.item) if line.item else None) for line in consult.lines]
    heads = [tr("Medicine"), tr("Dose and frequency"), tr("Route"), tr("Duration"), tr("Quantity"), tr("Instructions")]
    story: list[Flowable] = []
    if rows:
        story.append(parts.grid(heads, rows, [4.5, 3.9, 1.9, 1.6, 2.1, 3.1]))
    else:
        story.append(parts.text(tr("No medicine was prescribed.")))
    if consult.stopped:
        names = ", ".join(line.drug for line in consult.stopped)
        story += [parts.gap(1), parts.text(tr("Stopped: {names}.").format(names=names))]
    return story


def _request(each: Requested) -> str:
    known = measures().get(each.test)
    name = tr("Imaging") if each.test == "imaging" else known.name(language()) if known else each.test
    detail = f": {each.detail}" if each.detail else ""
    return f"{name}{detail}" + (f" ({tr('urgent')})" if each.urgent else "")


def _next(consult: Encounter) -> str:
    if consult.next is None:
        return tr("Next visit: not agreed")
    reason = f" ({consult.next.reason})" if consult.next.reason else ""
    return tr("Next visit: {day}").format(day=words.day(consult.next.due_on)) + reason


def _end(consult: Encounter) -> Flowable:
    """The next visit and who signs: not parted, so that no page holds signatures alone."""
    own = consult.author_name in ("", consult.author.name)
    under = [care_words.author(consult.seen_by, consult.author.licence if own else "")]
    if not own:
        under.append(tr("Typed by: {name}").format(name=consult.author.name or words.DASH))
    under.append(tr("Stamp of the clinic"))
    return parts.together(parts.text(_next(consult), "bold"), parts.gap(2), parts.signatures(*under))


def _addendum(addendum: AddendumRow) -> list[Flowable]:
    title = tr("Addendum of {moment}").format(moment=words.moment(addendum.recorded_at))
    signed = parts.signatures(care_words.author(addendum.author.name, addendum.author.licence))
    return parts.section(title, *paragraphs(addendum.text), parts.together(signed))
