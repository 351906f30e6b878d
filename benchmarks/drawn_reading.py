"""What is drawn on the pages of a PDF, read by PDFium: words, paths, stamps, with where and how."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_uint, c_ulong, cast, create_string_buffer
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from benchmarks.drawn_pages import CURVE, LINE, MOVE, Box, Drawn, Path, Segment, Stamp, Thing, Words

KINDS = {pdfium.FPDF_SEGMENT_MOVETO: MOVE, pdfium.FPDF_SEGMENT_LINETO: LINE, pdfium.FPDF_SEGMENT_BEZIERTO: CURVE}


def read(pdf: bytes) -> Drawn:
    """Everything drawn on the pages of a file."""
    found = Drawn()
    known: dict[tuple[Thing, ...], int] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            found.width, found.height = page.get_size()
            words = page.get_textpage()
            objects = (pdfium.FPDFPage_GetObject(page.raw, n) for n in range(pdfium.FPDFPage_CountObjects(page.raw)))
            found.pages.append(list(_things(objects, words.raw, known)))
            words.close()
            page.close()
    found.forms = list(known)
    return found


def _things(objects: Iterator[Any], words: Any, known: dict[tuple[Thing, ...], int]) -> Iterator[Thing]:
    for each in objects:
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield _words(each, words)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield _path(each)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            inner = (pdfium.FPDFFormObj_GetObject(each, n) for n in range(pdfium.FPDFFormObj_CountObjects(each)))
            content = tuple(_things(inner, words, known))
            m = _matrix(each)
            yield Stamp(known.setdefault(content, len(known)), m.e, m.f, _clip(each))
        else:
            raise ValueError(f"a page object of kind {kind}")


def _words(each: Any, words: Any) -> Words:
    size = c_float()
    pdfium.FPDFTextObj_GetFontSize(each, byref(size))
    m = _matrix(each)
    text = create_string_buffer(2 * 4096)
    length = pdfium.FPDFTextObj_GetText(each, words, cast(text, pdfium.POINTER(pdfium.FPDF_WCHAR)), 4096)
    name = create_string_buffer(128)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(each), name, c_ulong(128))
    plain = text.raw[: 2 * length].decode("utf-16-le").rstrip("\0")
    return Words(plain, name.value.decode().split("+")[-1], size.value * m.a, m.e, m.f, _grey(each, stroke=False))


def _path(each: Any) -> Path:
    fill, stroke, width = c_int(), c_int(), c_float()
    pdfium.FPDFPath_GetDrawMode(each, byref(fill), byref(stroke))
    pdfium.FPDFPageObj_GetStrokeWidth(each, byref(width))
    count = pdfium.FPDFPageObj_GetDashCount(each)
    dash = (c_float * max(count, 1))()
    if count > 0:
        pdfium.FPDFPageObj_GetDashArray(each, dash, count)
    m = _matrix(each)
    segments = tuple(
        _segment(pdfium.FPDFPath_GetPathSegment(each, n), m) for n in range(pdfium.FPDFPath_CountSegments(each))
    )
    return Path(
        segments,
        _grey(each, stroke=False) if fill.value else None,
        _grey(each, stroke=True) if stroke.value else None,
        width.value,
        tuple(dash[n] for n in range(max(count, 0))),
        _clip(each),
    )


def _segment(segment: Any, m: Any) -> Segment:
    x, y = c_float(), c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
    kind = KINDS[pdfium.FPDFPathSegment_GetType(segment)]
    place = (m.a * x.value + m.c * y.value + m.e, m.b * x.value + m.d * y.value + m.f)
    return (-kind if pdfium.FPDFPathSegment_GetClose(segment) else kind, round(place[0], 3), round(place[1], 3))


def _matrix(each: Any) -> Any:
    m = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(each, byref(m))
    return m


def _grey(each: Any, *, stroke: bool) -> float:
    channels = [c_uint() for _ in range(4)]
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
    ask(each, *(byref(channel) for channel in channels))
    return round(channels[0].value / 255, 3)


def _clip(each: Any) -> Box | None:
    """The innermost box the object is cut to; None where nothing cuts it."""
    path = pdfium.FPDFPageObj_GetClipPath(each)
    count = pdfium.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return None
    xs, ys, x, y = [], [], c_float(), c_float()
    for n in range(pdfium.FPDFClipPath_CountPathSegments(path, count - 1)):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(path, count - 1, n), byref(x), byref(y))
        xs.append(x.value)
        ys.append(y.value)
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
