"""P5: the summary of a person's record, for the paper folder."""

from __future__ import annotations

from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.identity import display_name
from ces_desktop.i18n import tr
from ces_desktop.reports import care_words, clinical, pages, parts, words
from ces_desktop.reports.document import Frame, Paper, cut_code


def build(file: PatientFile, today: date, frame: Frame, care: VisitForm | None = None) -> bytes:
    """The file of `patients.summary_pdf`."""
    name = display_name(file.identity) or tr("Unnamed person")
    line = _line(file, today)
    about = f"{name} · {line}"
    told = clinical.code(care) if care else ""
    cut = cut_code(file, today.isoformat(), told)
    paper = Paper(tr("Patient summary"), file.human_id, cut, about, file.test_record)
    story: list[Flowable] = [parts.Mark(tr("Patient summary")), parts.text(name, "name")]
    story += [parts.text(" · ".join(part for part in (file.human_id, line) if part), "big"), parts.gap(2)]
    # Without the record of care nothing clinical is known: that must not read as "none".
    story.append(parts.boxed(care_words.allergies(care.allergies) if care else tr("Allergies: not asked")))
    story += clinical.sections(care, today) if care else []
    story += parts.section(tr("Identity"), parts.facts(_identity(file)))
    story += parts.section(tr("Where the person lives and how to reach them"), parts.facts(_place(file)))
    if care is None:
        empty = [tr("Problems"), tr("Medicines in use"), tr("Last values")]
        story += [parts.gap(3), parts.unfilled(empty, tr("No data: filled from the consult"))]
    story += parts.section(tr("Consent"), _consents(file))
    last = parts.section(tr("Status over time"), _statuses(file))
    if file.same_person:
        story += last
        rows = [(human_id or words.DASH, other or words.DASH) for _, human_id, other in file.same_person]
        table = parts.grid([tr("Number"), tr("Name on that record")], rows, [1, 4])
        last = parts.section(tr("Other records of the same person"), table)
    last += [
        parts.signatures(tr("Name, professional licence and signature of the author"), tr("Stamp of the clinic")),
        parts.gap(2),
        parts.text(tr("This sheet holds personal data: it stays in the person's folder."), "caption"),
    ]
    story.append(parts.together(*last))  # nobody signs a page that says nothing
    return pages.build(story, paper, frame)


def _line(file: PatientFile, today: date) -> str:
    """Sex, age, and the status when it is not active."""
    sex = words.sex(file.identity.sex) if file.identity.sex != "unknown" else tr("sex not recorded")
    age = file.age_on(today)
    line = [sex, words.age(age) if age else tr("age unknown")]
    return " · ".join(line if file.status == "active" else [*line, _status_now(file)])


def _status_now(file: PatientFile) -> str:
    last = file.statuses[-1]
    since = tr("{status} since {day}") if last.status != "died" else tr("{status} on {day}")
    return since.format(status=words.status(last.status), day=words.day(last.happened_on))


def _identity(file: PatientFile) -> list[tuple[str, str]]:
    who = file.identity
    return [
        (tr("Given names"), who.given or tr("not known")),
        (tr("Born"), words.birth(who.birth)),
        (tr("Paternal surname"), words.surname(who.paternal, who.paternal_kind)),
        (tr("Sex"), words.sex(who.sex)),
        (tr("Maternal surname"), words.surname(who.maternal, who.maternal_kind)),
        (tr("Number"), file.human_id or words.DASH),
        (tr("Nickname"), who.nickname or words.DASH),
        (tr("Paper folder"), file.folder or words.DASH),
        (tr("Mother's first name"), who.mother_name or words.DASH),
        (tr("CURP"), who.curp or words.DASH),
        (tr("Language"), file.language or words.DASH),
        (tr("Reads"), words.answer(file.reads)),
    ]


def _place(file: PatientFile) -> list[tuple[str, str]]:
    household = str(file.household_number) if file.household_number is not None else words.DASH
    return [
        (tr("Community"), file.community_name or words.DASH),
        (tr("Telephone"), words.phone(file.identity.phone)),
        (tr("Municipality"), file.municipality or words.DASH),
        (tr("Whose telephone"), file.phone_owner or words.DASH),
        (tr("Household"), household),
        (tr("Registered"), words.day(file.registered_on)),
    ]


def _consents(file: PatientFile) -> Flowable:
    if not file.consents:
        return parts.text(tr("Not asked yet."))
    rows = [
        (
            words.consent(row.about),
            words.answer(row.answer),
            words.day(row.happened_on),
            words.given_by(row.given_by),
            row.notice_version or words.DASH,
        )
        for row in file.consents
    ]
    heads = [tr("About"), tr("Answer"), tr("Day"), tr("Who answered"), tr("Notice version")]
    return parts.grid(heads, rows, [4, 1.6, 2, 3, 2.4])


def _statuses(file: PatientFile) -> Flowable:
    if not file.statuses:
        return parts.text(tr("Active; no change is recorded."))
    rows = [
        (words.day(row.happened_on), words.status(row.status), row.cause or words.DASH, row.place or words.DASH)
        for row in file.statuses
    ]
    return parts.grid([tr("From"), tr("Status"), tr("Cause"), tr("Where to")], rows, [2, 2.8, 3.6, 3.6])
