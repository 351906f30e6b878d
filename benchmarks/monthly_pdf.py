"""The monthly report as a file: in a fresh process, in one that has printed before, and the memory it takes.

The floor is bare reportlab that draws the same words with the same fonts, line by line, on as many pages: no layout, no
charts, no rules. `monthly_pdf.report` is everything from the database to both papers. The full form also draws the
same words as HTML with weasyprint, where it is installed.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.domain.monthly import MonthlyReport, months_before
from ces_desktop.reports.document import Frame
from ces_desktop.reports.monthly import Issue, monthly_pdf, papers

PEOPLE = 2_000
FRAME = Frame("El Mirador", "Centro de Salud Inventado", "", "", "DEM", 1_773_757_800_000, "Benchmark", "0", True)
BARE = "bare reportlab, the same words"
COLD = """
import json, pickle, sys, time
started = time.perf_counter()
from benchmarks import monthly_pdf
held = pickle.loads(open(sys.argv[2], "rb").read())
getattr(monthly_pdf, sys.argv[1])(held)
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0"
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024  # ru_maxrss would begin with the parent's
loaded = [name for name in ("matplotlib", "PySide6", "numpy") if name in sys.modules]
print(json.dumps([(time.perf_counter() - started) * 1000, peak / 2**20, loaded]))
"""


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - invented people have one seed
    """Cold, warm and memory against the floor; then all of it from the database."""
    # A fresh process loads this module too, and must load nothing but what a print needs.
    from benchmarks import clinics
    from ces_desktop.data.queries.monthly import monthly_report

    n = 5 if quick else 15
    folder = clinics.clinic(PEOPLE, care=True)
    with clinics.opened(folder, clinics.key_of(folder)) as (database, _):
        today = date.today()
        read = partial(
            monthly_report,
            clinic=database.installation.clinic,
            month=months_before(today.isoformat()[:7], 1),
            today=today,
        )
        report = database.read(read)
        whole = measure.repeat(lambda: papers(database.read(read), "DEM-0-0001", "", FRAME), n)
    lines = words_of(ours(report))
    warm, floor = measure.alternate(lambda: ours(report), lambda: bare(lines), n)
    yield measure.figure("monthly_pdf", measure.median(warm), "ms", n=n, peer=BARE, peer_value=measure.median(floor))
    yield from _cold(report, lines, n)
    yield measure.figure("monthly_pdf.report", measure.median(whole), "ms", n=n)
    if not quick and find_spec("weasyprint"):
        html = measure.repeat(lambda: weasyprint(lines), 3)
        yield measure.figure(
            "monthly_pdf.weasyprint",
            measure.median(warm),
            "ms",
            n=3,
            peer="weasyprint",
            peer_value=measure.median(html),
        )


def ours(report: MonthlyReport) -> bytes:
    """The six pages."""
    return monthly_pdf(report, Issue("DEM-0-0001"), FRAME)


def words_of(pdf: bytes) -> list[list[str]]:
    """The lines of words of each page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().splitlines() for page in document]


def bare(pages: list[list[str]]) -> bytes:
    """The same words, drawn one line under the other."""
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen.canvas import Canvas

    from ces_desktop.reports import fonts

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, initialFontName=fonts.BODY, invariant=1)
    for lines in pages:
        canvas.setFont(fonts.BODY, 7.5)
        for place, line in enumerate(lines):
            canvas.drawString(57, 740 - 6 * (place % 115), line)
        canvas.setFont(fonts.BOLD, 11)
        canvas.drawString(57, 760, lines[0] if lines else "")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def weasyprint(pages: list[list[str]]) -> bytes:
    """The same words as paragraphs of HTML, a page each."""
    from html import escape

    import weasyprint as other  # type: ignore[import-not-found,unused-ignore]

    body = "".join(
        "<section style='page-break-after: always'>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + "</section>"
        for lines in pages
    )
    return bytes(other.HTML(string=f"<body style='font: 7pt DejaVu Sans'>{body}</body>").write_pdf())


def _cold(report: MonthlyReport, lines: list[list[str]], n: int) -> Iterator[Figure]:
    """Fresh processes by turns: import, draw, end."""
    with tempfile.TemporaryDirectory() as place:
        held = {"ours": report, "bare": lines}
        for name, value in held.items():
            (Path(place) / name).write_bytes(pickle.dumps(value))
        runs: dict[str, list[tuple[float, float, list[str]]]] = {name: [] for name in held}
        for _ in range(n):
            for name, kept in runs.items():
                kept.append(_fresh(name, Path(place) / name))
    heavy = {module for _, _, loaded in runs["ours"] for module in loaded}
    if heavy:
        raise RuntimeError(f"printing loads {sorted(heavy)}")
    for place_, suffix, unit in ((0, "cold", "ms"), (1, "peak_memory", "MB")):
        mine, floor = (measure.median([float(run[place_]) for run in runs[name]]) for name in ("ours", "bare"))  # type: ignore[arg-type]
        yield measure.figure(f"monthly_pdf.{suffix}", mine, unit, n=n, peer=BARE, peer_value=floor)


def _fresh(name: str, file: Path) -> tuple[float, float, list[str]]:
    command = [sys.executable, "-c", COLD, name, str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=measure.ROOT, env=dict(os.environ))
    milliseconds, megabytes, loaded = json.loads(answer.stdout)
    return milliseconds, megabytes, loaded
