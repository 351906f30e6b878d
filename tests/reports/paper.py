"""What the tests of prints share: invented records from full to empty, a frame, and eyes to read a PDF with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from ces_desktop.data.queries.patients import ConsentRow, PatientFile, StatusRow
from ces_desktop.domain.identity import Birth, Identity
from ces_desktop.domain.ids import Id
from ces_desktop.reports.document import Frame

MADE_AT = 1_773_757_800_000  # 17 March 2026, 08:30 in Chiapas
NOBODY = Id(bytes(16))
LONG = "Maximiliana Encarnación de los Ángeles Custodios del Santísimo Sacramento Bendit"

FRAME = Frame(
    clinic_name="El Mirador",
    official_name="Centro de Salud Inventado El Mirador",
    clues="CSSSA000001",
    municipality="La Concordia",
    prefix="CAP",
    made_at_ms=MADE_AT,
    user_name="Dra. Prueba Inventada",
    app_version="0.1.0",
)

EMPTY = PatientFile(
    id=NOBODY, person=NOBODY, human_id="", identity=Identity(), folder=None, community=None, community_name=None,
    municipality=None, household=None, household_number=None, phone_owner=None, language=None, reads=None,
    test_record=False, registered_on=None, recorded_at=1, statuses=(), consents=(), same_person=(),
)  # fmt: skip

FULL = replace(
    EMPTY,
    human_id="CAP0000412",
    identity=Identity(
        "Inventada Íñiga", "Prueba", "Ñandú", nickname="Güera", sex="female", birth=Birth("1958-07-14", "day"),
        curp="PUNI580714MCSRXN05", mother_name="Josefa", phone="9635550142",
    ),
    folder="A-118", community_name="Nueva Ilusión", municipality="Ángel Albino Corzo", household_number=27,
    phone_owner="hija Rosa", language="tsotsil", reads="yes", registered_on="2024-02-11",
    statuses=(
        StatusRow(NOBODY, "active", "2024-02-11", None, None, 1),
        StatusRow(NOBODY, "moved", "2025-01-05", None, "Tuxtla Gutiérrez", 1),
        StatusRow(NOBODY, "active", "2026-01-20", None, None, 1),
    ),
    consents=(
        ConsentRow(NOBODY, "privacy_notice", "yes", "self", "2026-1", "2026-01-20"),
        ConsentRow(NOBODY, "share_with_network", "no", "hija Rosa", "2026-1", "2026-01-21"),
    ),
    same_person=((NOBODY, "CAP0000977", "PRUEBA ÑANDÚ, Inventada"),),
)  # fmt: skip

LONGEST = replace(
    FULL,
    identity=replace(
        FULL.identity, given=LONG, paternal=LONG, maternal=LONG, nickname=LONG, mother_name=LONG, phone="529635550142",
        birth=Birth(None, "estimated", 45, "2026-03-01"), curp="W" * 20,
    ),
    folder="W" * 60, community_name=LONG, municipality=LONG, household_number=123_456, phone_owner=LONG, language=LONG,
    statuses=tuple(StatusRow(NOBODY, "moved", "2025-01-05", LONG, LONG + " <b>&</i>", 1) for _ in range(4)),
)  # fmt: skip


def texts(pdf: bytes) -> list[str]:
    """The words of each page, lines and runs of space as one space."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def images(pdf: bytes, dots_per_inch: int = 72) -> list[Image.Image]:
    """Each page as drawn, in colour."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dots_per_inch / 72).to_pil().convert("RGB") for page in document]


@dataclass(frozen=True, slots=True)
class Said:
    """A run of letters of one size on a page; size in points."""

    words: str
    size: float


def runs(pdf: bytes) -> list[Said]:
    """All letters of the file in drawing order, joined while their size stays the same."""
    found: list[Said] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for place in range(text.count_chars()):
                letter = chr(pdfium.FPDFText_GetUnicode(text, place))
                size = round(pdfium.FPDFText_GetFontSize(text, place), 1)
                if found and (found[-1].size == size or not letter.strip()):
                    found[-1] = Said(found[-1].words + letter, found[-1].size)
                else:
                    found.append(Said(letter, size))
    return [Said(" ".join(run.words.split()), run.size) for run in found if run.words.strip()]


def size_of(pdf: bytes, words: str) -> float:
    """The size, in points, in which words are printed where they are largest."""
    sizes = [run.size for run in runs(pdf) if words in run.words]
    assert sizes, words
    return max(sizes)


def embedded(pdf: bytes) -> bool:
    """Whether every font the file names is inside it."""
    fonts = re.findall(rb"<<(?:(?!endobj).)*?/Type /Font\b(?:(?!endobj).)*", pdf, re.DOTALL)
    descriptors = pdf.count(b"/Type /FontDescriptor")
    return (
        bool(fonts)
        and all(b"/FontDescriptor" in font for font in fonts if b"/Type /FontDescriptor" not in font)
        and descriptors == pdf.count(b"/FontFile2")
    )


def ink_outside(page: Image.Image, margin_mm: float) -> int:
    """Pixels that are not white nearer to the edge than that."""
    margin = round(margin_mm / 25.4 * page.width / 8.5)
    inner = page.convert("L").point(lambda value: 255 if value < 250 else 0)
    whole = sum(inner.histogram()[255:])
    kept = inner.crop((margin, margin, page.width - margin, page.height - margin))
    return whole - sum(kept.histogram()[255:])
