"""The pages of the handover: what it is, section by section, what was left out, signatures."""

from __future__ import annotations

from datetime import date

from reportlab.platypus import Flowable

from ces_desktop.data.queries.handover import HandoverFile, Line
from ces_desktop.domain.handover import NOT_RECORDED, SECTIONS
from ces_desktop.domain.papers import Slip
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import handover_words, pages, parts, words
from ces_desktop.reports.document import Frame, issued

WIDTHS = (7, 60, 82, 31)
BOX = "\N{BALLOT BOX}"


def build(file: HandoverFile, today: date, sha: str, slip: Slip, frame: Frame) -> bytes:
    """The file of `handover.handover_pdf`."""
    title = tr("Handover of the clinic")
    story: list[Flowable] = [parts.Mark(title), parts.facts(_facts(file)), parts.gap(1.5)]
    if file.head.note:
        story += [parts.boxed(file.head.note, "body"), parts.gap(1.5)]
    story.append(parts.text(_scope(), "caption"))
    handed = [line for line in file.lines if not line.left_out]
    number = 0
    for section in SECTIONS:
        lines = [line for line in handed if line.section == section]
        if lines:
            rows = [_row(line, number + n, today) for n, line in enumerate(lines, 1)]
            number += len(lines)
            heads = [tr("No."), tr("Who or what"), tr("What to know"), tr("Acknowledged")]
            name = f"{handover_words.section(section)} · {len(lines)}"
            story += parts.section(name, parts.grid(heads, rows, WIDTHS, small=True, right=(0,)))
    if not handed:
        story += [parts.gap(2), parts.text(tr("Nothing is handed over."), "bold")]
    story += _left_out(file)
    story += [parts.gap(3), parts.together(*_end(file))]
    return pages.build(story, issued(title, sha, slip, tr("Names people: stays in the clinic")), frame)


def _facts(file: HandoverFile) -> list[tuple[str, str]]:
    head = file.head
    progress = tr("{read} of {n}").format(read=head.progress.read, n=head.progress.lines)
    return [
        (tr("Hands over"), head.outgoing_name or words.DASH),
        (tr("Takes over"), head.incoming_name or tr("not known yet")),
        (tr("Day"), words.day(head.day)),
        (tr("Data of"), words.moment(head.cut_at) if head.cut_at else words.DASH),
        (tr("Lines acknowledged"), progress),
        (tr("Not handed over"), str(head.progress.left_out)),
    ]


def _scope() -> str:
    """What the paper cannot say, in words: an empty section and a missing one are not the same."""
    missing = ", ".join(handover_words.not_recorded(code) for code in NOT_RECORDED)
    said = tr(
        "Drawn from what the program records; a section that is not here had nothing on that day. Not recorded yet, "
        "ask in person: {missing}."
    )
    return said.format(missing=missing)


def _row(line: Line, number: int, today: date) -> list[str]:
    about = handover_words.title(line) if line.section != "other" else ""
    if line.patient is not None:
        row = line.patient
        known = [words.age(row.age_on(today)), row.community or "", row.human_id]
        about += "\n" + " · ".join(part for part in known if part)
    facts = ". ".join(_capital(part) for part in handover_words.facts(line))
    told = "\n".join(part for part in (line.words, facts) if part)
    if line.read_at is None:
        return [str(number), about, told, BOX]
    return [str(number), about, told, f"{line.read_by or words.DASH}\n{words.moment(line.read_at)}"]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _left_out(file: HandoverFile) -> list[Flowable]:
    lines = [line for line in file.lines if line.left_out]
    if not lines:
        return []
    count = trn("{n} line", "{n} lines", len(lines)).format(n=len(lines))
    rows = [[handover_words.section(x.section), handover_words.title(x), x.left_out] for x in lines]
    heads = [tr("Section"), tr("Who or what"), tr("Why")]
    return parts.section(f"{tr('Not handed over')} · {count}", parts.grid(heads, rows, (40, 60, 80), small=True))


def _end(file: HandoverFile) -> list[Flowable]:
    said = tr("Who takes over has read every line that bears a name and a time; the others are still to be read.")
    out = tr("Hands over: {name}").format(name=file.head.outgoing_name or words.DASH)
    into = tr("Takes over: {name}").format(name=file.head.incoming_name or words.DASH)
    return [parts.text(said, "caption"), parts.signatures(out, into)]
