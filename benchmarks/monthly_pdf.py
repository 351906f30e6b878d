"""The monthly report as a file: in a fresh process, in one that has printed before, and the memory it takes.

The floor is bare reportlab that draws the same pages: every word, rule, fill and chart of them in the same fonts at
the same places, one call of its canvas for each, with no layout (`drawn_pages`). `monthly_pdf.report` is all from
the database to both papers. The full form also lays the same words out as HTML with weasyprint, where it is installed.
"""

from __future__ import annotations

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
from benchmarks.drawn_pages import Drawn, draw
from benchmarks.measure import Figure
from ces_desktop.domain.monthly import MonthlyReport, months_before
from ces_desktop.reports.document import Frame
from ces_desktop.reports.monthly import Issue, monthly_pdf, papers

FRAME = Frame("El Mirador", "Centro de Salud Inventado", "", "", "DEM", 1_773_757_800_000, "Benchmark", "0", True)
BARE = "bare reportlab drawing the same pages"
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
    from benchmarks import clinics, drawn_reading
    from ces_desktop.data.queries.monthly import monthly_report

    n = 5 if quick else 15
    folder = clinics.clinic()
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
    drawn = drawn_reading.read(ours(report))
    warm, floor = measure.alternate(lambda: ours(report), lambda: bare(drawn), n)
    yield measure.figure("monthly_pdf", measure.median(warm), "ms", n=n, peer=BARE, peer_value=measure.median(floor))
    yield from _cold(report, drawn, n)
    yield measure.figure("monthly_pdf.report", measure.median(whole), "ms", n=n)
    if quick:
        return
    if find_spec("weasyprint") is None:
        print("weasyprint is not installed here: the report is not compared with it.", file=sys.stderr)
        return
    html = measure.repeat(lambda: weasyprint(drawn.lines()), 3)
    yield measure.figure(
        "monthly_pdf.weasyprint",
        measure.median(warm),
        "ms",
        n=3,
        peer="weasyprint, the words alone",
        peer_value=measure.median(html),
    )


def ours(report: MonthlyReport) -> bytes:
    """The six pages."""
    return monthly_pdf(report, Issue("DEM-0-0001"), FRAME)


def bare(drawn: Drawn) -> bytes:
    """The same pages, drawn again without layout."""
    from ces_desktop.reports import fonts

    fonts.register()
    return draw(drawn, {"DejaVuSans": fonts.BODY, "DejaVuSans-Bold": fonts.BOLD})


def weasyprint(pages: list[list[str]]) -> bytes:
    """The same words as paragraphs of HTML, a page each."""
    from html import escape

    import weasyprint as other

    body = "".join(
        "<section style='page-break-after: always'>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + "</section>"
        for lines in pages
    )
    return bytes(other.HTML(string=f"<body style='font: 7pt DejaVu Sans'>{body}</body>").write_pdf())


def _cold(report: MonthlyReport, drawn: Drawn, n: int) -> Iterator[Figure]:
    """Fresh processes by turns: import, draw, end."""
    with tempfile.TemporaryDirectory() as place:
        held = {"ours": report, "bare": drawn}
        for name, value in held.items():
            (Path(place) / name).write_bytes(pickle.dumps(value))
        runs: dict[str, list[tuple[float, float, list[str]]]] = {name: [] for name in held}
        for _ in range(n):
            for name, kept in runs.items():
                kept.append(_fresh(name, Path(place) / name))
    heavy = {module for _, _, loaded in runs["ours"] for module in loaded}
    if heavy:
        raise RuntimeError(f"printing loads {sorted(heavy)}")
    times = {name: measure.median([time for time, _, _ in held]) for name, held in runs.items()}
    peaks = {name: measure.median([peak for _, peak, _ in held]) for name, held in runs.items()}
    for suffix, unit, found in (("cold", "ms", times), ("peak_memory", "MB", peaks)):
        yield measure.figure(f"monthly_pdf.{suffix}", found["ours"], unit, n=n, peer=BARE, peer_value=found["bare"])


def _fresh(name: str, file: Path) -> tuple[float, float, list[str]]:
    command = [sys.executable, "-c", COLD, name, str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=measure.ROOT, env=dict(os.environ))
    milliseconds, megabytes, loaded = json.loads(answer.stdout)
    return milliseconds, megabytes, loaded
