"""The two cards a person carries: cut out, folded once, each has a front and a back. Drawn in lines, black on white."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.identity import display_name
from ces_desktop.domain.visits import GLUCOSE, TIMES, Line
from ces_desktop.i18n import tr
from ces_desktop.reports import care_words, clinical, dose_words, fonts, pages, parts, words
from ces_desktop.reports.document import Frame, Paper, cut_code
from ces_desktop.reports.drawn import Drawn
from ces_desktop.reports.pictograms import Picture, draw

FACE = pages.TEXT_WIDTH / 2  # 90 mm
HEIGHT = 101 * mm
INSET = 4.5 * mm
KEY = 12  # points of what the person must be able to read
_QR = 27 * mm
_LINES = 6


def build(file: PatientFile, frame: Frame, care: VisitForm | None = None) -> bytes:
    """The file of `patients.card_pdf`."""
    cut = cut_code(file, clinical.code(care)) if care else cut_code(file)
    paper = Paper(tr("Patient card"), file.human_id, cut, "", file.test_record)
    how = tr("Cut along the dashes, fold in the middle. Two cards: who the person is, and the medicines.")
    story: list[Flowable] = [parts.Mark(tr("Patient card")), parts.text(how, "caption"), parts.gap(1.5)]
    backs = (partial(_visits, care=care), partial(_medicines, care=care), partial(_values, care=care))
    story += [Card(file, frame, _who, backs[0]), parts.gap(5), Card(file, frame, *backs[1:])]
    return pages.build(story, paper, frame)


class Face:
    """One side of a card: where it is drawn and how far down it is filled."""

    def __init__(self, canvas: Canvas, file: PatientFile, frame: Frame, left: float) -> None:
        self.canvas, self.file, self.frame = canvas, file, frame
        self.left, self.width = left + INSET, FACE - 2 * INSET
        self.top = HEIGHT - INSET

    def write(self, text: str, size: float = KEY, *, bold: bool = False, room: float = 0, shift: float = 0) -> None:
        """Words from the top down, wrapped; made smaller, never cut, when they are higher than `room` points."""
        width, name = self.width - shift, fonts.BOLD if bold else fonts.BODY
        shown = escape(text)
        while True:
            style = ParagraphStyle("face", fontName=name, fontSize=size, leading=size * 1.22, splitLongWords=1)
            paragraph = Paragraph(shown, style)
            _, height = paragraph.wrap(width, HEIGHT)
            if not room or height <= room or size <= 6.5:
                break
            size -= 0.5
        self.top -= height
        paragraph.drawOn(self.canvas, self.left + shift, self.top)

    def picture(self, picture: Picture, text: str, *, room: float = 0, bold: bool = False) -> None:
        """A pictogram with its words beside it."""
        before = self.top
        self.write(text, shift=8 * mm, room=room, bold=bold)
        draw(self.canvas, picture, self.left, before - KEY * 1.22 - 1, 5.6 * mm)
        self.top -= 1.8 * mm

    def down(self, height: float) -> None:
        """Leave room."""
        self.top -= height

    def rule(self) -> None:
        """A line across."""
        self.canvas.line(self.left, self.top, self.left + self.width, self.top)


class Card(Drawn):
    """Two faces side by side inside cut marks, with the fold between them."""

    def __init__(self, file: PatientFile, frame: Frame, *faces: Callable[[Face], None]) -> None:
        super().__init__()
        self._file, self._clinic, self._faces = file, frame, faces  # `_frame` is reportlab's own
        self.width, self.height = 2 * FACE, HEIGHT

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setLineWidth(0.6)
        canvas.setDash(4, 3)
        canvas.rect(0, 0, self.width, HEIGHT)
        canvas.setDash(1, 3)
        canvas.line(FACE, 0, FACE, HEIGHT)
        canvas.setDash()
        for place, face in enumerate(self._faces):
            face(Face(canvas, self._file, self._clinic, place * FACE))
        canvas.restoreState()


def _title(face: Face, text: str) -> None:
    trial = [tr("DEMONSTRATION") if face.frame.demo else "", tr("TEST") if face.file.test_record else ""]
    face.write(text, 13, bold=True, room=17)
    if any(trial):
        face.write(" · ".join(filter(None, trial)), 8, bold=True)
    face.down(1.2 * mm)
    face.rule()
    face.down(1.8 * mm)


def _who(face: Face) -> None:
    """Name, number, birth, community, clinic; a QR with the number alone, whose first three letters are the clinic."""
    file = face.file
    _title(face, tr("My clinic: {name}").format(name=face.frame.clinic_name))
    face.write(display_name(file.identity) or tr("Unnamed person"), 17, bold=True, room=25 * mm)
    face.down(2.2 * mm)
    face.picture("calendar", tr("Born: {birth}").format(birth=words.birth(file.identity.birth)), room=11 * mm)
    face.picture("house", file.community_name or tr("Community: not known"), room=11 * mm)
    qr_top = INSET + _QR
    if file.human_id:
        _qr(face.canvas, file.human_id, face.left + face.width - _QR, INSET - 2)
    side = face.width
    face.width -= _QR + 3 * mm
    face.top = min(face.top, qr_top)
    face.write(tr("My number"), 9)
    face.write(file.human_id or words.DASH, 15, bold=True, room=20)
    face.down(1.5 * mm)
    face.picture("phone", tr("Clinic's telephone:"), room=11 * mm)
    face.down(5 * mm)
    face.rule()
    face.width = side


def _visits(face: Face, care: VisitForm | None) -> None:
    """The visit that was agreed, then lines for those to come."""
    _title(face, tr("My next visits"))
    columns = [(tr("Day"), 0.32), (tr("Hour"), 0.2), (tr("What for"), 0.48)]
    due = care.next if care and care.next and care.next.due_on >= local_day(face.frame.made_at_ms).isoformat() else None
    agreed = [(words.day(due.due_on), "", due.reason)] if due else []
    _form(face, columns, _LINES, 9.2 * mm, agreed)
    face.top = INSET + 8 * mm
    face.picture("calendar", tr("Bring this card to every visit."), room=10 * mm, bold=True)


def _medicines(face: Face, care: VisitForm | None) -> None:
    """Medicine, then how much at four times of the day; empty lines below, to write by hand."""
    _title(face, tr("My medicines"))
    _owner(face)
    face.down(1.5 * mm)
    if care and care.allergies.asked:
        face.picture("pill", care_words.allergies(care.allergies), room=30, bold=True)
        face.down(0.5 * mm)
    else:
        face.picture("pill", tr("Allergies (write «none» if denied):"), room=16)
        face.down(5.5 * mm)
    face.rule()
    face.down(2.5 * mm)
    times: list[tuple[Picture, str]] = [
        ("sunrise", tr("Morning")),
        ("sun", tr("Noon")),
        ("sunset", tr("Afternoon")),
        ("moon", tr("Night")),
    ]
    slot = 12 * mm
    start = face.left + face.width - slot * len(times)
    head = 12 * mm
    for place, (picture, word) in enumerate(times):
        middle = start + slot * (place + 0.5)
        draw(face.canvas, picture, middle - 3.5 * mm, face.top - 7.4 * mm, 7 * mm)
        face.canvas.setFont(fonts.BODY, min(7.5, 7.5 * (slot - 1) / stringWidth(word, fonts.BODY, 7.5)))
        face.canvas.drawCentredString(middle, face.top - head + 2, word)
    face.canvas.setFont(fonts.BOLD, 9)
    face.canvas.drawString(face.left, face.top - head + 2, tr("Medicine"))
    face.top -= head
    held = [medicine for medicine in care.medicines if not medicine.ran_out] if care else []
    rows = max(int((face.top - INSET) / (7.4 * mm)), len(held))
    height = (face.top - INSET) / rows
    for place, medicine in enumerate(held):
        _medicine(face, medicine.line, face.top - (place + 1) * height, height, start, slot)
    _lines(face, rows, height, [start + slot * place for place in range(len(times))])


def _medicine(face: Face, line: Line, bottom: float, height: float, start: float, slot: float) -> None:
    """One line: the medicine as it is called, and its amount under each time of the day."""
    canvas, middle = face.canvas, bottom + height / 2
    size, lines = _name(line.drug, start - face.left - 4)
    canvas.setFont(fonts.BOLD, size)
    for place, words_ in enumerate(lines):
        canvas.drawString(face.left, middle - size * 0.35 + size * 0.55 * (len(lines) - 1 - 2 * place), words_)
    quarters = [getattr(line.dose, time) for time in TIMES]
    if line.dose.every_hours or line.dose.as_needed or not any(quarters):
        text = dose_words.dose(line.dose) or line.instructions or words.DASH
        canvas.setFont(fonts.BODY, 7)
        canvas.drawString(start + 2, middle - 2.5, parts.fitted(text, slot * len(TIMES) - 4, 7))
        return
    canvas.setFont(fonts.BOLD, 11)
    for place, amount in enumerate(quarters):
        if amount:
            canvas.drawCentredString(start + slot * (place + 0.5), middle - 4, dose_words.amount(amount))


def _name(drug: str, room: float) -> tuple[float, list[str]]:
    """Size and one or two lines for a medicine: it is written smaller before anything of its name is left out."""
    for size in (8.0, 7.5, 7.0):
        if stringWidth(drug, fonts.BOLD, size) <= room:
            return size, [drug]
    words_ = drug.split()
    for size in (7.5, 7.0, 6.5, 6.0, 5.5):
        for at in range(len(words_) - 1, 0, -1):
            lines = [" ".join(words_[:at]), " ".join(words_[at:])]
            if all(stringWidth(each, fonts.BOLD, size) <= room for each in lines):
                return size, lines
    return 5.5, [parts.fitted(drug, room, 5.5, fonts.BOLD)]


def _values(face: Face, care: VisitForm | None) -> None:
    """The last values, each day on its own line, then empty lines."""
    _title(face, tr("My last values"))
    _owner(face)
    face.down(2 * mm)
    columns = [(tr("Day"), 0.28), (tr("Pressure"), 0.26), (tr("Sugar"), 0.22), (tr("Weight"), 0.24)]
    _form(face, columns, 7, (face.top - INSET - 12) / 7, _measured(care) if care else [])


def _measured(care: VisitForm) -> list[tuple[str, ...]]:
    """(day, pressure, sugar, weight) of the last value of each, newest day first."""
    held, known = care.last, measures()
    sugar = max((held[code] for code in GLUCOSE if code in held), key=lambda each: each.day, default=None)
    found: dict[str, list[str]] = {}
    values = [
        (0, held.get("systolic"), care_words.pressure(held).removesuffix(f"{words.NBSP}mmHg")),
        (1, sugar, str(sugar.value) if sugar else ""),
        (2, held.get("weight"), care_words.value(held["weight"], known["weight"]) if "weight" in held else ""),
    ]
    for column, observed, text in values:
        if observed is not None and text:
            found.setdefault(observed.day, ["", "", ""])[column] = text
    return [(words.day(day), *found[day]) for day in sorted(found, reverse=True)]


def _owner(face: Face) -> None:
    face.write(display_name(face.file.identity) or tr("Unnamed person"), KEY, room=32)
    if face.file.human_id:
        face.write(face.file.human_id, KEY, bold=True)


def _form(
    face: Face,
    columns: Sequence[tuple[str, float]],
    rows: int,
    height: float,
    filled: Sequence[Sequence[str]] = (),
) -> None:
    """A table to fill by hand: heads, what is known already, then empty rows."""
    face.canvas.setFont(fonts.BOLD, 9)
    x, edges = face.left, []
    for head, share in columns:
        face.canvas.drawString(x + 2, face.top - 9, head)
        edges.append(x)
        x += share * face.width
    face.top -= 12
    for place, cells in enumerate(filled[:rows]):
        y = face.top - (place + 0.5) * height - 3
        for cell, left, (_, share) in zip(cells, edges, columns, strict=True):
            face.canvas.setFont(fonts.BODY, 9)
            face.canvas.drawString(left + 2, y, parts.fitted(cell, share * face.width - 4, 9))
    _lines(face, rows, height, edges[1:])


def _lines(face: Face, rows: int, height: float, uprights: Sequence[float]) -> None:
    bottom = face.top - rows * height
    face.canvas.setLineWidth(0.5)
    for number in range(rows + 1):
        y = face.top - number * height
        face.canvas.line(face.left, y, face.left + face.width, y)
    for x in uprights:
        face.canvas.line(x, face.top, x, bottom)
    face.canvas.setLineWidth(0.6)
    face.top = bottom


def _qr(canvas: Canvas, payload: str, left: float, bottom: float) -> None:
    """The square code; level M is read with a fold or a stain over it.

    Drawn here from the widget's cells: reportlab's drawing of it names a font that is not in the file.
    """
    code = QrCodeWidget(payload, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    cell = _QR / (count + 4)  # two empty cells around it, and the paper beyond
    canvas.saveState()
    path = canvas.beginPath()
    for line in range(count):
        for place in range(count):
            if code.isDark(line, place):
                path.rect(left + cell * (place + 2), bottom + cell * (count + 1 - line), cell, cell)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
